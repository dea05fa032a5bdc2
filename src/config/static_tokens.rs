//! `[[static_tokens]]`: bearer tokens that the operator hands out, by their hashes.

use protocol::oauth::time::UnixTime;
use protocol::static_token::StaticTokenDigest;

use super::{
    ResourceConfig, ScopeConfig, UserConfig, grammar,
    people::{one_line, plain},
    reader::Table,
    secrets::digest,
};

/// More tokens than an operator keeps an eye on.
const STATIC_TOKENS_MAX: usize = 1_000;
const MAKE_ONE: &str = "Run `sealbearer token create` and paste what it prints";

/// A bearer token for a program that knows no OAuth, or for the scripts of a person. Removing the entry revokes it.
#[derive(Clone, Debug)]
pub struct StaticTokenConfig {
    /// What logs and introspection call it.
    pub name: String,
    /// `hash = "sha256:..."`, 64 hexadecimal digits or 43 characters of base64url; the token itself stands nowhere.
    pub digest: StaticTokenDigest,
    /// The person it speaks for, a name of `[[users]]`. Default: nobody; it speaks for itself.
    pub subject: Option<String>,
    /// What it allows.
    pub scopes: Vec<String>,
    /// Paths of `[[resources]]` where it may be used. Default: all that take such tokens.
    pub resources: Vec<String>,
    /// Since when it counts. Default 1970: any instant of revocation that covers it voids it.
    pub issued_at: UnixTime,
    /// Until when; there is no default, and no token for ever.
    pub expires_at: UnixTime,
}

impl StaticTokenConfig {
    /// Reads `[[static_tokens]]`.
    pub(super) fn read_all(
        root: &Table,
        scopes: &[ScopeConfig],
        users: &[UserConfig],
        resources: &[ResourceConfig],
    ) -> Vec<Self> {
        let tables = root.tables("static_tokens");
        if tables.len() > STATIC_TOKENS_MAX {
            let problem = format!("are more than {STATIC_TOKENS_MAX}");
            root.refuse("static_tokens", problem, "Remove those that nobody uses");
        }
        let mut tokens: Vec<Self> = Vec::new();
        for table in tables {
            if let Some(token) = Self::read(&table, scopes, users, resources) {
                if tokens.iter().any(|other| other.digest == token.digest) {
                    table.refuse("hash", "stands twice", "Remove one of the two");
                }
                tokens.push(token);
            }
            table.finish();
        }
        tokens
    }

    fn read(
        table: &Table,
        scopes: &[ScopeConfig],
        users: &[UserConfig],
        resources: &[ResourceConfig],
    ) -> Option<Self> {
        table.refused("token", "must not stand in a file", MAKE_ONE);
        let name = table.required_text("name", "Write name = \"what it is for\"");
        let hash = table.required_text("hash", MAKE_ONE);
        let digest = hash.and_then(|found| {
            let digest = found.value.strip_prefix("sha256:").and_then(digest);
            if digest.is_none() {
                found.refuse("is no \"sha256:\" with 64 hex digits or 43 of base64url", MAKE_ONE);
            }
            digest.map(StaticTokenDigest)
        });
        let subject = table.text("subject").map(|found| {
            if !users.iter().any(|user| user.name == found.value) {
                let problem = format!(
                    "names \"{}\", who is none of [[users]]",
                    grammar::shorten(&found.value)
                );
                found.refuse(problem, "Leave it out for a token that speaks for itself");
            }
            found.value
        });
        let granted = ScopeConfig::read_names(table, "scopes", scopes);
        if granted.as_ref().is_none_or(Vec::is_empty) {
            table.refuse(
                "scopes",
                "names nothing that the token allows",
                "Write scopes = [\"...\"]",
            );
        }
        let places = places(table, resources);
        let issued_at = table.instant("issued_at").unwrap_or_default();
        let expires_at = table.instant("expires_at");
        if expires_at.is_none() {
            table.refuse("expires_at", "is missing", "Write expires_at = \"2027-01-01T00:00:00Z\"");
        }
        Some(Self {
            name: one_line(name?, 64),
            digest: digest?,
            subject,
            scopes: granted?,
            resources: places,
            issued_at,
            expires_at: expires_at?,
        })
    }
}

/// Where the token may be used.
fn places(table: &Table, resources: &[ResourceConfig]) -> Vec<String> {
    let open = resources.iter().filter(|resource| resource.static_tokens);
    let Some(named) = table.list("resources") else {
        return open.map(|resource| resource.path.clone()).collect();
    };
    for path in &named.value {
        match resources.iter().find(|resource| resource.path == path.value) {
            Some(resource) if resource.static_tokens => {}
            Some(_) => {
                path.refuse("takes no static tokens", "Remove it, or static_tokens = false there");
            }
            None => path.refuse("is the path of no [[resources]]", "Write a path such as \"/mcp\""),
        }
    }
    if named.value.is_empty() {
        named.refuse("names no resource", "Leave it out for all of them");
    }
    plain(named.value)
}
