//! `credential = { token_endpoint = "…" }`: a token of the server's own authorization server for each caller.
//! Source: RFC 8693 §2.1, RFC 8707 §2, RFC 6749 §2.3.1 and §3.3.

use protocol::oauth::resource::Resource;
use protocol::oauth::scope::ScopeToken;
use url::Url;

use crate::config::{
    SecretText,
    provider_secret::{CLIENT_SECRET, Given, given},
    reader::{Found, Table},
    sources::Sources,
};
use crate::upstream::identity::ClientAuthentication;
use crate::upstream::target::{Reach, Target};

const ENDPOINT: &str = "Write the token endpoint as the metadata of that authorization server have it: \"https://idp.example.com/token\"";
const SECRET: &str = "Write one of client_secret_file, client_secret_env and client_secret";
const METHODS: &[(&str, ClientAuthentication)] =
    &[("basic", ClientAuthentication::Basic), ("post", ClientAuthentication::Post)];

/// Where and how our statement of who is calling is exchanged for a token.
#[derive(Clone, Debug)]
pub struct ExchangeConfig {
    /// `token_endpoint`: an `https` URL (`http` on a loopback host).
    pub token_endpoint: Url,
    /// `client_id`: who we are there.
    pub client_id: String,
    /// `client_secret`, `client_secret_file` or `client_secret_env`: what proves it.
    pub client_secret: SecretText,
    /// `client_authentication`: `basic` (the default) or `post`.
    pub client_authentication: ClientAuthentication,
    /// `resource`: for which server. Default, without `audience`: the URL of the server without a query.
    pub resource: Option<String>,
    /// `audience`: the same by a name that the authorization server knows. Default: not sent.
    pub audience: Option<String>,
    /// `scopes`, with spaces between. Default: not sent.
    pub scope: Option<String>,
    /// `assertion_audience`: whom our statement names as its `aud`. Default: the token endpoint.
    pub statement_audience: String,
}

impl ExchangeConfig {
    /// Reads the table; `None` once a mistake is noted.
    pub(super) fn read(table: &Table, sources: &Sources) -> Option<Self> {
        let token_endpoint =
            table.required_text("token_endpoint", ENDPOINT).and_then(|found| url(&found));
        let remedy = "Write the id that the authorization server gave to this gateway";
        let client_id = table.required_text("client_id", remedy);
        let client_secret = secret(table, sources);
        let method = table.choice("client_authentication", METHODS);
        let resource = table.text("resource").map(|found| resource(&found));
        let audience = table.text("audience").map(|found| found.value);
        let scope = table.list("scopes").map(|found| scope(&found));
        let statement_audience = table.text("assertion_audience").map(|found| found.value);
        let token_endpoint = token_endpoint?;
        Some(Self {
            client_id: client_id?.value,
            client_secret: client_secret?,
            client_authentication: method.map_or(ClientAuthentication::Basic, |found| found.value),
            resource: resource.map_or(Some(None), |resource| resource.map(Some))?,
            audience,
            scope: scope.map_or(Some(None), |scope| scope.map(Some))?,
            statement_audience: statement_audience.unwrap_or_else(|| token_endpoint.to_string()),
            token_endpoint,
        })
    }

    /// Asks for `server`, if the settings do not say what else to ask for.
    pub(super) fn for_server(mut self, server: &Url) -> Self {
        if self.resource.is_none() && self.audience.is_none() {
            let mut bare = server.clone();
            bare.set_query(None);
            self.resource = Some(bare.to_string());
        }
        self
    }
}

fn url(found: &Found<String>) -> Option<Url> {
    if let Err(fault) = Target::parse(&found.value, Reach::Configured) {
        found.refuse(format!("cannot be asked: {}", fault.description()), ENDPOINT);
        return None;
    }
    Url::parse(&found.value).ok()
}

fn resource(found: &Found<String>) -> Option<String> {
    let parsed = Resource::parse(&found.value);
    if parsed.is_err() {
        let remedy = "Write the URL by which that authorization server knows the MCP server, or audience = \"...\"";
        found.refuse("is no resource indicator", remedy);
    }
    parsed.ok().map(|resource| resource.as_str().to_owned())
}

fn scope(found: &Found<Vec<Found<String>>>) -> Option<String> {
    for one in &found.value {
        if ScopeToken::parse(&one.value).is_err() {
            one.refuse("is no scope", "Write one scope in each pair of quotes");
            return None;
        }
    }
    let words: Vec<_> = found.value.iter().map(|one| one.value.as_str()).collect();
    if words.is_empty() {
        found.refuse("names nothing", "Remove it");
        return None;
    }
    Some(words.join(" "))
}

fn secret(table: &Table, sources: &Sources) -> Option<SecretText> {
    let problem = match given(table, CLIENT_SECRET, sources) {
        Given::Once(secret) => return Some(SecretText::new(secret.value.as_str())),
        Given::Unreadable => return None,
        Given::Not => "is missing",
        Given::Often => "is given more than once",
    };
    table.refuse("client_secret", problem, SECRET);
    None
}
