//! `authorization_servers` of `[[resources]]`: other issuers whose tokens a resource of ours takes, instead of our own.
//! Source: RFC 9728 §2, RFC 9068 §4, RFC 7662, RFC 9449; MCP authorization (a resource server need not be its own issuer).

use protocol::metadata::PossessionRule;
use url::Url;

use super::{
    SecretText,
    provider_secret::{Given, given},
    reader::{Found, Table},
    sources::Sources,
};
use crate::upstream::target::{Reach, Target};

/// More issuers than one resource has.
const ISSUERS_MAX: usize = 8;
const ISSUER: &str =
    "Write the issuer exactly as its metadata have it: \"https://idp.example.com\"";
/// Where the secret that this server asks an issuer with may stand.
const INTROSPECTION_SECRET: [&str; 3] =
    ["introspection_secret", "introspection_secret_file", "introspection_secret_env"];
const SECRET: &str =
    "Write one of introspection_secret_file, introspection_secret_env and introspection_secret";
/// What is of no use without other issuers.
const WITH_ISSUERS_ONLY: [&str; 7] = [
    "verification",
    "plain_jwt",
    "dpop",
    "introspection_client",
    "introspection_secret",
    "introspection_secret_file",
    "introspection_secret_env",
];

/// Other issuers whose tokens are taken at a resource.
#[derive(Clone, Debug)]
pub struct IssuersConfig {
    /// `authorization_servers`: what the metadata of the resource name. Each is an `https` URL (`http` on a loopback host).
    pub issuers: Vec<String>,
    /// `verification`. Default `signature`.
    pub verification: Verification,
    /// `dpop`: `refused`, `allowed` or `required`. Default `refused`: tokens that are bound to a key are not taken.
    pub possession: PossessionRule,
}

/// How the tokens of other issuers are verified.
#[derive(Clone, Debug)]
pub enum Verification {
    /// `signature`: as JWTs, with the keys that the issuer publishes.
    Signature {
        /// `plain_jwt`: whether they need not say that they are access tokens (`at+jwt`). Default false.
        plain: bool,
    },
    /// `introspection`: by asking the issuer, of which there is one then.
    Introspection {
        /// `introspection_client`: who we are there.
        client_id: String,
        /// `introspection_secret`, or `_file`, or `_env`: what proves it.
        client_secret: SecretText,
    },
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Way {
    Signature,
    Introspection,
}

impl IssuersConfig {
    /// Reads what a resource says of its issuers; `None` if they are us, or a mistake was noted.
    pub(super) fn read(table: &Table, is_here: bool, sources: &Sources) -> Option<Self> {
        let Some(listed) = table.list("authorization_servers") else {
            for key in WITH_ISSUERS_ONLY {
                let problem = "is for tokens of other issuers";
                table.refused(key, problem, "Remove it, or write authorization_servers");
            }
            return None;
        };
        let ways = [("signature", Way::Signature), ("introspection", Way::Introspection)];
        let way = table.choice("verification", &ways).map_or(Way::Signature, |found| found.value);
        let rules = [
            ("refused", PossessionRule::Refused),
            ("allowed", PossessionRule::Allowed),
            ("required", PossessionRule::Required),
        ];
        let possession = table.choice("dpop", &rules).map(|found| found.value).unwrap_or_default();
        let verification = match way {
            Way::Signature => Some(signature(table)),
            Way::Introspection => introspection(table, sources),
        };
        if !is_here {
            listed.refuse("is for a resource that is served here", "Remove it");
            return None;
        }
        let count = listed.value.len();
        if count == 0 || count > ISSUERS_MAX {
            listed.refuse(format!("must name 1 to {ISSUERS_MAX} issuers"), ISSUER);
            return None;
        }
        if way == Way::Introspection && count > 1 {
            let problem =
                "names several issuers, and a token that names none would be shown to all";
            listed.refuse(problem, "Keep one, or write verification = \"signature\"");
            return None;
        }
        let issuers: Vec<_> = listed.value.iter().filter_map(issuer).collect();
        let is_complete = issuers.len() == count;
        is_complete.then_some(())?;
        Some(Self { issuers, verification: verification?, possession })
    }
}

fn issuer(found: &Found<String>) -> Option<String> {
    let url = Url::parse(&found.value).ok();
    let spelled = url.as_ref().is_some_and(|url| {
        let written = url.as_str();
        let without_slash = written.strip_suffix('/').filter(|_| url.path() == "/");
        (written == found.value || without_slash == Some(&found.value)) && url.query().is_none()
    });
    let fault = url.map(|url| Target::parse(url.as_str(), Reach::Configured).err());
    match fault {
        Some(None) if spelled => return Some(found.value.clone()),
        Some(Some(fault)) => found.refuse(fault.description(), ISSUER),
        Some(None) | None => found.refuse("is no issuer", ISSUER),
    }
    None
}

fn signature(table: &Table) -> Verification {
    for key in ["introspection_client"].into_iter().chain(INTROSPECTION_SECRET) {
        let problem = "is for verification = \"introspection\"";
        table.refused(key, problem, "Remove it");
    }
    Verification::Signature { plain: table.flag("plain_jwt").is_some_and(|found| found.value) }
}

fn introspection(table: &Table, sources: &Sources) -> Option<Verification> {
    table.refused("plain_jwt", "is for verification = \"signature\"", "Remove it");
    let remedy = "Write the id that the issuer gave to this server";
    let client_id = table.required_text("introspection_client", remedy);
    match given(table, INTROSPECTION_SECRET, sources) {
        Given::Once(secret) => {
            let client_secret = SecretText::new(secret.value.as_str());
            Some(Verification::Introspection { client_id: client_id?.value, client_secret })
        }
        Given::Not => {
            table.refuse("introspection_secret", "is missing", SECRET);
            None
        }
        Given::Unreadable => None,
        Given::Often => {
            table.refuse("introspection_secret", "is given more than once", SECRET);
            None
        }
    }
}
