//! `credential` of `[resources.gateway]`: what the server behind the gateway is shown, instead of the token of the client.
//! Source: MCP 2026-07-28 authorization (no token is passed through).

mod exchange;

use std::fs;

use hyper::header::{AUTHORIZATION, HeaderName, HeaderValue};
use url::Url;

use crate::config::{
    ResourceConfig, ResourceUpstream, SecretText, grammar,
    reader::{Found, Table},
    sources::Sources,
};
use crate::gateway::proxy::headers::may_be_configured;

/// A credential is a fraction of this.
const CREDENTIAL_BYTES_MAX: u64 = 8 * 1024;
/// A table at `credential` that says this is of that kind.
const KIND_EXCHANGED: &str = "token_endpoint";
/// The same for another kind.
const KIND_LENT: &str = "provider";
const ONE_CREDENTIAL: &str = "Write one of credential, credential_file and credential_env";
/// Where a credential may come from.
const KEYS: [&str; 3] = ["credential", "credential_file", "credential_env"];

pub use exchange::ExchangeConfig;

/// What we show the server.
#[derive(Clone, Debug)]
pub struct CredentialConfig {
    /// `credential_header`. Default `Authorization`, and then the credential is a bearer token.
    pub header: HeaderName,
    /// Where it comes from.
    pub kind: CredentialKind,
}

/// Where a credential comes from. Each kind is one shape of `credential`.
#[derive(Clone, Debug)]
pub enum CredentialKind {
    /// `credential`, the text of `credential_file`, or of the environment variable `credential_env`: the same for everybody.
    Given(SecretText),
    /// `credential = { token_endpoint = "…" }`: a token for each caller, from the authorization server of the server.
    Exchanged(Box<ExchangeConfig>),
    /// `credential = { provider = "…" }`: the access token that each person has at this one of `[[providers]]`, by its id.
    Lent(String),
}

impl ResourceConfig {
    /// The provider whose access tokens the server behind the gateway is handed, if it is.
    #[must_use]
    pub fn lent(&self) -> Option<&str> {
        let ResourceUpstream::Gateway(gateway) = &self.upstream else { return None };
        match &gateway.credential.as_ref()?.kind {
            CredentialKind::Lent(provider) => Some(provider),
            CredentialKind::Given(_) | CredentialKind::Exchanged(_) => None,
        }
    }
}

impl CredentialConfig {
    /// What stands in front of a token in [`Self::header`].
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.header == AUTHORIZATION { "Bearer " } else { "" }
    }

    /// Reads it; `None` if there is none, or a mistake was noted.
    pub(super) fn read(table: &Table, server: &Url, sources: &Sources) -> Option<Self> {
        let named = table.text("credential_header");
        if let (Some(_), false) = (&named, KEYS.iter().any(|key| table.has(key))) {
            let problem = "is for a credential, and there is none";
            table.refuse("credential_header", problem, ONE_CREDENTIAL);
        }
        let header = named.map_or(Some(AUTHORIZATION), |named| header(&named));
        let kind = if table.has_table("credential") {
            of_table(table, server, sources)
        } else {
            given(table, sources)
        };
        Some(Self { header: header?, kind: kind? })
    }
}

fn header(named: &Found<String>) -> Option<HeaderName> {
    let parsed = HeaderName::from_bytes(named.value.as_bytes()).ok();
    let fits = parsed.filter(|name| *name == AUTHORIZATION || may_be_configured(name));
    if fits.is_none() {
        named.refuse("is no header that can carry a credential", "Write \"X-Api-Key\"");
    }
    fits
}

/// The kind that a table describes.
fn of_table(table: &Table, server: &Url, sources: &Sources) -> Option<CredentialKind> {
    for key in ["credential_file", "credential_env"] {
        table.refused(key, "is for a credential that is a text, and there is a table", "Remove it");
    }
    let inner = table.table("credential");
    let read = if inner.has(KIND_EXCHANGED) {
        let exchange = ExchangeConfig::read(&inner, sources);
        exchange.map(|one| CredentialKind::Exchanged(Box::new(one.for_server(server))))
    } else if inner.has(KIND_LENT) {
        inner.text(KIND_LENT).map(|found| CredentialKind::Lent(found.value))
    } else {
        let remedy = "Write token_endpoint = \"https://...\" and what belongs to it, provider = \"...\", or a text";
        table.refuse("credential", "does not say what kind it is", remedy);
        return None;
    };
    inner.finish();
    read
}

fn given(table: &Table, sources: &Sources) -> Option<CredentialKind> {
    let [inline, file, variable] = KEYS.map(|key| table.text(key));
    let count = [&inline, &file, &variable].into_iter().flatten().count();
    if count > 1 {
        table.refuse("credential", "is given in more than one way", ONE_CREDENTIAL);
        return None;
    }
    let secret = inline.or_else(|| {
        let of_file = file.and_then(|file| contents(&file, sources));
        of_file.or_else(|| variable.and_then(|variable| of_variable(&variable, sources)))
    })?;
    let value = secret.value.trim();
    if HeaderValue::from_str(value).is_err() {
        secret.refuse("is nothing that a header can carry", "Write it in visible ASCII");
    }
    Some(CredentialKind::Given(SecretText::new(value)))
}

/// What is in the file.
fn contents(file: &Found<String>, sources: &Sources) -> Option<Found<String>> {
    let path = sources.path_of(file);
    let read = fs::metadata(&path).and_then(|about| match about.len() {
        0..=CREDENTIAL_BYTES_MAX => fs::read_to_string(&path),
        _ => Err(std::io::ErrorKind::FileTooLarge.into()),
    });
    match read {
        Ok(text) => Some(file.with(text)),
        Err(reason) => {
            let problem = format!("cannot be read: {reason}");
            file.refuse(problem, "Name a file that this process may read, with the token in it");
            None
        }
    }
}

fn of_variable(named: &Found<String>, sources: &Sources) -> Option<Found<String>> {
    let Some(text) = sources.variable(&named.value) else {
        let problem = format!("names {}, which is not set", grammar::shorten(&named.value));
        named.refuse(problem, "Set it, or name another one");
        return None;
    };
    Some(named.with(text.to_owned()))
}
