//! `client_secret`, `client_secret_file`, `client_secret_env` and `client_authentication` of `[[providers]]`: what proves to a
//! provider that it is us. It must be known in full, since it is sent; it is never shown.
//! Source: RFC 6749 §2.3.1.

use super::{
    provider_kinds::Kind,
    reader::{Found, Table},
    sources::Sources,
};
use crate::upstream::identity::{ClientAuthentication, Secret};

/// No provider's secret is longer, in bytes.
const SECRET_BYTES_MAX: usize = 4_096;
/// Where the secret of a client may stand.
pub(super) const CLIENT_SECRET: [&str; 3] =
    ["client_secret", "client_secret_file", "client_secret_env"];
const ONE_OF: &str =
    "Write one of client_secret_file = \"...\", client_secret_env = \"...\" and client_secret";

/// What proves that it is us.
pub(super) struct Proof {
    pub(super) secret: Option<Secret>,
    pub(super) authentication: Option<ClientAuthentication>,
}

/// How a secret is sent, or that there is none.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Method {
    Sent(ClientAuthentication),
    None,
}

const METHODS: &[(&str, Method)] = &[
    ("basic", Method::Sent(ClientAuthentication::Basic)),
    ("post", Method::Sent(ClientAuthentication::Post)),
    ("none", Method::None),
];

/// Reads it; `None` once a mistake is noted.
pub(super) fn read(table: &Table, kind: Kind, sources: &Sources) -> Option<Proof> {
    let method = match kind {
        Kind::GitHub => None,
        Kind::OpenId | Kind::Google | Kind::Entra | Kind::Okta | Kind::OAuth2 => {
            table.choice("client_authentication", METHODS).map(|found| found.value)
        }
    };
    match (given(table, CLIENT_SECRET, sources), method) {
        (Given::Once(secret), Some(Method::None)) => {
            secret.refuse("is given, and client_authentication is \"none\"", "Keep one of the two");
            None
        }
        (Given::Once(secret), _) => {
            if secret.value.len() > SECRET_BYTES_MAX || secret.value.chars().any(char::is_control) {
                secret.refuse("is no secret of a client", "Copy it once more from the provider");
                return None;
            }
            let authentication = match method {
                Some(Method::Sent(how)) => Some(how),
                Some(Method::None) | None => None,
            };
            let secret = Some(Secret::new(secret.value.as_str()));
            Some(Proof { secret, authentication })
        }
        (Given::Not, Some(Method::None)) => Some(Proof { secret: None, authentication: None }),
        (Given::Not, _) => {
            let remedy = match kind {
                Kind::GitHub | Kind::Google => ONE_OF.to_owned(),
                Kind::OpenId | Kind::Entra | Kind::Okta | Kind::OAuth2 => {
                    format!("{ONE_OF}, or client_authentication = \"none\" for a public client")
                }
            };
            table.refuse("client_secret", "is missing", remedy);
            None
        }
        (Given::Unreadable, _) => None,
        (Given::Often, _) => {
            table.refuse("client_secret", "is given more than once", ONE_OF);
            None
        }
    }
}

/// A secret that can be given in several ways, once it was read.
pub(super) enum Given {
    /// In none of them.
    Not,
    /// In one.
    Once(Found<String>),
    /// In more than one.
    Often,
    /// In one, and a mistake was noted.
    Unreadable,
}

/// The secret that stands at the first of `keys`, in a file that the second names, or in a variable that the third names.
pub(super) fn given(table: &Table, keys: [&'static str; 3], sources: &Sources) -> Given {
    let [inline, file, variable] = keys.map(|key| table.text(key));
    match keys.into_iter().filter(|key| table.has(key)).count() {
        0 => return Given::Not,
        1 => {}
        _ => return Given::Often,
    }
    let file = file.and_then(|found| of_file(&found, sources));
    let variable = variable.and_then(|found| of_variable(&found, sources));
    inline.or(file).or(variable).map_or(Given::Unreadable, Given::Once)
}

/// What is in the file.
fn of_file(file: &Found<String>, sources: &Sources) -> Option<Found<String>> {
    match std::fs::read_to_string(sources.path_of(file)) {
        Ok(text) if !text.trim().is_empty() => Some(file.with(text.trim().to_owned())),
        Ok(_) => {
            file.refuse("names an empty file", "Write the secret into it");
            None
        }
        Err(reason) => {
            let problem = format!("cannot be read: {reason}");
            file.refuse(problem, "Name a file that this process may read");
            None
        }
    }
}

/// What is in the environment variable.
fn of_variable(name: &Found<String>, sources: &Sources) -> Option<Found<String>> {
    if name.value.starts_with("SEALBEARER_") || name.value.starts_with("MCP_OAUTH_") {
        let problem = "names a variable that is a setting of this server";
        name.refuse(problem, "Choose another name, such as \"GITHUB_CLIENT_SECRET\"");
        return None;
    }
    let secret = sources.variable(&name.value);
    if secret.is_none() {
        name.refuse("names a variable that is not set", "Set it");
    }
    secret.map(|secret| name.with(secret.to_owned()))
}
