//! `upstream = "http://…"` of `[[resources]]`, and its table `[resources.gateway]`: an MCP server that runs elsewhere and is
//! protected here.

mod credential;

use hyper::header::HeaderName;
use url::Url;

use super::{
    PublicUrl,
    reader::{Found, Table},
    sources::Sources,
};
use crate::gateway::proxy::headers::may_be_configured;

pub use credential::{CredentialConfig, CredentialKind, ExchangeConfig};

const HEADERS_PASSED_MAX: usize = 32;
const NEW_URL: &str =
    "Write the URL of the MCP server as it runs now: upstream = \"http://127.0.0.1:3000/mcp\"";

/// A server behind the gateway.
#[derive(Clone, Debug)]
pub struct GatewayConfig {
    /// Its MCP endpoint; that it is on loopback or in a private network is the usual case. A query is sent along.
    pub url: Url,
    /// The signed statement of who is calling. Default: none is sent.
    pub assertion: Option<AssertionConfig>,
    /// `subject_header`, such as `X-Forwarded-User`: who is calling, a person by their login name. Default: not sent.
    pub subject_header: Option<HeaderName>,
    /// `client_header`: the client that calls for them, by the digest that introspection shows. Default: not sent.
    pub client_header: Option<HeaderName>,
    /// `scope_header`: what was granted, with spaces between. Default: not sent.
    pub scope_header: Option<HeaderName>,
    /// Our own credential there. Default: none; the client's is never passed on.
    pub credential: Option<CredentialConfig>,
    /// `headers_passed`: headers of clients that pass besides those of MCP. Default: none.
    pub headers_passed: Vec<HeaderName>,
    /// Seconds to connect, or to wait for one of `requests_max` places. Default 5; 1 to 60.
    pub connect_timeout_seconds: u64,
    /// Seconds until the head of an answer is there. Default 300, since servers that answer in JSON say nothing while a tool
    /// works; 1 to 3,600. Streams have no such limit: they end with the token.
    pub answer_timeout_seconds: u64,
    /// Requests and streams at the server at a time. Default 1,024; 1 to 100,000.
    pub requests_max: usize,
}

/// The signed statement of who is calling: a JWT of the type `caller+jwt`, verified with our published keys. Source: RFC 7519.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AssertionConfig {
    /// `assertion_header`, such as `Sealbearer-Assertion`: where it is sent.
    pub header: HeaderName,
    /// `assertion_audience`: its `aud`. Default: the URL of the server without a query.
    pub audience: String,
    /// `assertion_lifetime`: seconds from `iat` to `exp`. Default 60; 10 to 600.
    pub lifetime_seconds: u64,
}

impl GatewayConfig {
    /// A server with nothing said besides its URL.
    #[must_use]
    pub fn new(url: Url) -> Self {
        Self {
            url,
            assertion: None,
            subject_header: None,
            client_header: None,
            scope_header: None,
            credential: None,
            headers_passed: Vec::new(),
            connect_timeout_seconds: 5,
            answer_timeout_seconds: 300,
            requests_max: 1_024,
        }
    }

    /// The headers that only we may send to the server.
    pub fn own_headers(&self) -> impl Iterator<Item = &HeaderName> {
        let assertion = self.assertion.as_ref().map(|assertion| &assertion.header);
        let credential = self.credential.as_ref().map(|credential| &credential.header);
        let named = [&self.subject_header, &self.client_header, &self.scope_header];
        named.into_iter().flatten().chain(assertion).chain(credential)
    }

    /// Reads `[resources.gateway]` of a resource with this `url`.
    pub(super) fn read(table: &Table, url: Url, sources: &Sources) -> Self {
        let table = table.table("gateway");
        let seconds =
            |key, bounds, default| table.seconds(key, bounds).map_or(default, |found| found.value);
        let usual = Self::new(url);
        let config = Self {
            assertion: AssertionConfig::read(&table, &usual.url),
            subject_header: own_header(&table, "subject_header"),
            client_header: own_header(&table, "client_header"),
            scope_header: own_header(&table, "scope_header"),
            credential: CredentialConfig::read(&table, &usual.url, sources),
            headers_passed: headers_passed(&table),
            connect_timeout_seconds: seconds("connect_timeout", 1..=60, 5),
            answer_timeout_seconds: seconds("answer_timeout", 1..=3_600, 300),
            requests_max: table.whole("requests_max", 1..=100_000, usual.requests_max),
            ..usual
        };
        config.check_headers(&table);
        table.finish();
        config
    }

    /// Which setting makes us sign statements, if one does.
    #[must_use]
    pub fn signs_for(&self) -> Option<&'static str> {
        let exchanges =
            |credential: &CredentialConfig| matches!(credential.kind, CredentialKind::Exchanged(_));
        match (&self.assertion, &self.credential) {
            (Some(_), _) => Some("assertion_header"),
            (None, Some(credential)) if exchanges(credential) => Some("token_endpoint"),
            (None, _) => None,
        }
    }

    /// Notes a header that is to say two things.
    fn check_headers(&self, table: &Table) {
        let assertion = self.assertion.as_ref().map(|assertion| &assertion.header);
        let credential = self.credential.as_ref().map(|credential| &credential.header);
        let named = [
            ("subject_header", self.subject_header.as_ref()),
            ("client_header", self.client_header.as_ref()),
            ("scope_header", self.scope_header.as_ref()),
            ("assertion_header", assertion),
            ("credential_header", credential),
        ];
        for (at, (key, header)) in named.iter().enumerate() {
            let is_taken = named[..at].iter().any(|(_, other)| header.is_some() && other == header);
            if is_taken {
                table.refuse(key, "is a header that says something else here", "Name another one");
            }
        }
    }

    /// Notes a server that is this one.
    pub(super) fn check(&self, at: usize, public_url: &PublicUrl, root: &Table) {
        if self.url.origin() == public_url.url().origin() {
            let key = format!("resources[{at}].upstream");
            root.refuse_at(&key, "is a URL of this server itself", NEW_URL);
        }
        let kind = self.credential.as_ref().map(|credential| &credential.kind);
        let Some(CredentialKind::Exchanged(exchange)) = kind else { return };
        if exchange.token_endpoint.origin() == public_url.url().origin() {
            let key = format!("resources[{at}].gateway.credential.token_endpoint");
            let remedy =
                "Write the token endpoint of the authorization server that the MCP server trusts";
            root.refuse_at(
                &key,
                "is a URL of this server itself, which exchanges no tokens",
                remedy,
            );
        }
    }
}

impl AssertionConfig {
    fn read(table: &Table, url: &Url) -> Option<Self> {
        let header = own_header(table, "assertion_header");
        let audience = table.text("assertion_audience");
        let lifetime = table.seconds("assertion_lifetime", 10..=600);
        let Some(header) = header else {
            for key in
                [audience.map(|_| "assertion_audience"), lifetime.map(|_| "assertion_lifetime")]
            {
                let Some(key) = key else { continue };
                let problem = "is for the statement that assertion_header sends";
                table.refuse(key, problem, "Write assertion_header = \"Sealbearer-Assertion\" too");
            }
            return None;
        };
        let mut bare = url.clone();
        bare.set_query(None);
        Some(Self {
            header,
            audience: audience.map_or_else(|| bare.to_string(), |found| found.value),
            lifetime_seconds: lifetime.map_or(60, |found| found.value),
        })
    }
}

fn own_header(table: &Table, key: &'static str) -> Option<HeaderName> {
    header(&table.text(key)?)
}

fn header(found: &Found<String>) -> Option<HeaderName> {
    let parsed = HeaderName::from_bytes(found.value.as_bytes()).ok().filter(may_be_configured);
    if parsed.is_none() {
        let problem = "is no header that can be sent here: those of HTTP itself and of MCP, credentials, and names with an underscore cannot";
        found.refuse(problem, "Write a name such as \"X-Forwarded-User\"");
    }
    parsed
}

fn headers_passed(table: &Table) -> Vec<HeaderName> {
    let Some(names) = table.list("headers_passed") else { return Vec::new() };
    if names.value.len() > HEADERS_PASSED_MAX {
        names.refuse(format!("are more than {HEADERS_PASSED_MAX}"), "Remove some");
    }
    names.value.iter().filter_map(header).collect()
}

/// The URL of a server that can be protected.
/// # Errors
/// What is wrong, as half a sentence.
pub(super) fn url(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "is neither \"builtin\" nor an absolute URL")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("must begin with http:// or https://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user or password");
    }
    if url.fragment().is_some() {
        return Err("must not have a fragment");
    }
    Ok(url)
}

/// Reads `upstream` as such a URL.
pub(super) fn read_url(found: &Found<String>) -> Option<Url> {
    url(&found.value).map_err(|problem| found.refuse(problem, NEW_URL)).ok()
}
