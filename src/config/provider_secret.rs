//! `client_secret`, `client_secret_file`, `client_secret_env` and `client_authentication` of `[[providers]]`: what proves to a
//! provider that it is us. It must be known in full, since it is sent; it is never shown.
//! Source: RFC 6749 §2.3.1.

use super::{
    Place,
    provider_kinds::Kind,
    reader::{Found, Table},
    sources::Sources,
};
use crate::upstream::identity::{ClientAuthentication, Secret};

/// No provider's secret is longer, in bytes.
const SECRET_BYTES_MAX: usize = 4_096;
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
    let given: Vec<Found<String>> = [
        table.text("client_secret"),
        table.text("client_secret_file").and_then(|found| of_file(&found, sources)),
        table.text("client_secret_env").and_then(|found| of_variable(&found, sources)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let named = ["client_secret", "client_secret_file", "client_secret_env"];
    let named = named.into_iter().filter(|key| table.has(key)).count();
    match (given.as_slice(), named, method) {
        ([secret], 1, Some(Method::None)) => {
            secret.refuse("is given, and client_authentication is \"none\"", "Keep one of the two");
            None
        }
        ([secret], 1, _) => {
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
        ([], 0, Some(Method::None)) => Some(Proof { secret: None, authentication: None }),
        ([], 0, _) => {
            let remedy = match kind {
                Kind::GitHub | Kind::Google => ONE_OF.to_owned(),
                Kind::OpenId | Kind::Entra | Kind::Okta | Kind::OAuth2 => {
                    format!("{ONE_OF}, or client_authentication = \"none\" for a public client")
                }
            };
            table.refuse("client_secret", "is missing", remedy);
            None
        }
        (_, 0 | 1, _) => None,
        _ => {
            table.refuse("client_secret", "is given more than once", ONE_OF);
            None
        }
    }
}

/// What is in the file; a relative name is relative to the configuration file.
pub(super) fn of_file(file: &Found<String>, sources: &Sources) -> Option<Found<String>> {
    let path = match file.place {
        Place::File { .. } => sources.file_folder().join(&file.value),
        _ => file.value.clone().into(),
    };
    match std::fs::read_to_string(&path) {
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
pub(super) fn of_variable(name: &Found<String>, sources: &Sources) -> Option<Found<String>> {
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
