//! `[[providers]]`: whom people log in at besides `[[users]]`, who of them may come in, and what they may allow.
//! Source: OpenID Connect Core 1.0, RFC 6749; each kind's own documentation for what is peculiar to it.

use protocol::federation::admission::{Admission, AllowRules, Grantable};
use protocol::federation::email::is_domain;
use protocol::federation::told::ClaimNames;
use protocol::oauth::scope::Scope;

use super::{
    ScopeConfig, grammar,
    people::{one_line, plain},
    provider_checks,
    provider_kinds::{self, Kind},
    provider_secret,
    reader::{Found, Table},
    sources::Sources,
};
use crate::upstream::identity::ProviderSettings;

/// More providers than a person can choose from.
const PROVIDERS_MAX: usize = 16;
/// It is in URLs.
const ID_BYTES_MAX: usize = 24;
/// More groups with scopes of their own than anybody keeps by hand.
const GROUPS_MAX: usize = 64;
const EVERYONE: &str =
    "Write allow_domains, allow_groups or another rule, or allow = \"everyone\" if that is meant";

/// `[[providers]]`: a provider at which people log in.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// What it is called in URLs: 1 to 24 of `a-z 0-9 -`. Never changed once it is registered with the provider.
    pub id: String,
    /// `name`: what pages call it. Default: as its kind is called, or the id.
    pub name: String,
    /// `kind`.
    pub(super) kind: Kind,
    /// What a refresh of ours asks of it. Default `none`.
    pub bind: ProviderBinding,
    /// `refresh_token_bytes_max`: what the operator knows of how long its refresh tokens are. Default: what is known of its
    /// kind. Only needed with the ledger `none`, which can keep none that are longer than what tokens of ours carry.
    pub refresh_token_bytes_max: Option<usize>,
    /// `allow…`, `grantable` and `groups`: who may come in, and what they may allow. Every kind of rule that is there must be
    /// met; there must be one, or `allow = "everyone"`.
    pub admission: Admission,
    /// How it is talked to: `kind`, `client_id`, `client_secret` (or `_file`, `_env`), `scopes`, `claims`, and what belongs to
    /// its kind.
    pub settings: ProviderSettings,
}

/// Whether our tokens live on without the provider.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProviderBinding {
    /// `none`: it is asked at login only.
    None,
    /// `refresh`: each refresh of ours renews there first, so that who is disabled there loses access here.
    Refresh,
}

impl ProviderBinding {
    const SPELLINGS: &[(&str, Self)] = &[("none", Self::None), ("refresh", Self::Refresh)];
}

impl ProviderConfig {
    /// Reads `[[providers]]`.
    pub(super) fn read_all(root: &Table, scopes: &[ScopeConfig], sources: &Sources) -> Vec<Self> {
        let tables = root.tables("providers");
        if tables.len() > PROVIDERS_MAX {
            root.refuse("providers", format!("are more than {PROVIDERS_MAX}"), "Keep fewer");
        }
        let mut providers: Vec<Self> = Vec::new();
        for table in tables {
            let id = table.required_text("id", "Write id = \"github\", which is in URLs");
            if let Some(found) = &id {
                if !is_id(&found.value) {
                    found.refuse("is no id of a provider", "Use 1 to 24 of a-z 0-9 -");
                }
                if providers.iter().any(|other| other.id == found.value) {
                    let problem = format!("names \"{}\" twice", grammar::shorten(&found.value));
                    found.refuse(problem, "Remove one of the two");
                }
            }
            let kind = table.choice("kind", Kind::SPELLINGS);
            let lent_at = "gateway.credential.provider";
            let is_lent = id.as_ref().is_some_and(|id| root.says("resources", lent_at, &id.value));
            if let (Some(id), Some(kind)) = (id, kind)
                && let Some(provider) =
                    Self::read(&table, id.value, kind.value, is_lent, scopes, sources)
            {
                providers.push(provider);
                table.finish();
            } else if !table.has("kind") {
                let remedy = "Write kind = \"oidc\", \"github\", \"google\", \"entra\", \"okta\" or \"oauth2\"";
                table.refuse("kind", "is missing", remedy);
            }
        }
        providers
    }

    fn read(
        table: &Table,
        id: String,
        kind: Kind,
        is_lent: bool,
        scopes: &[ScopeConfig],
        sources: &Sources,
    ) -> Option<Self> {
        let name = table.text("name").map(|found| one_line(found, 64));
        let bind = table
            .choice("bind", ProviderBinding::SPELLINGS)
            .map_or(ProviderBinding::None, |found| found.value);
        let refresh_token_bytes_max = match table.whole("refresh_token_bytes_max", 1..=16_384, 0) {
            0 => kind.refresh_token_bytes_max(),
            said => Some(said),
        };
        let client_id = table.required_text("client_id", "Write what the provider calls us");
        let client_id = client_id.map(|found| one_line(found, 256));
        let proof = provider_secret::read(table, kind, sources);
        let grantable = read_grantable(table, scopes);
        let mut allow = read_rules(table, kind);
        provider_checks::check_reserved(table, &grantable, &allow, bind, scopes);
        let groups: Vec<_> = grantable.by_group.iter().map(|(group, _)| group.clone()).collect();
        let wants_groups = !allow.groups.is_empty() || !groups.is_empty();
        let asked = provider_kinds::Asked {
            wants_renewal: bind == ProviderBinding::Refresh || is_lent,
            wants_groups,
            memberships: [allow.groups.clone(), groups].concat(),
        };
        let spoken = provider_kinds::read(table, kind, &asked, &mut allow);
        check_rules(table, &allow);
        let mut claims = spoken.as_ref().map(|spoken| spoken.claims.clone()).unwrap_or_default();
        read_claims(table, kind, &mut claims);
        let asked_for = table.list("scopes").map(|found| read_scopes(kind, found));
        let (spoken, proof) = (spoken?, proof?);
        Some(Self {
            name: name.unwrap_or_else(|| kind.name().map_or_else(|| id.clone(), str::to_owned)),
            id,
            kind,
            bind,
            refresh_token_bytes_max,
            admission: Admission { allow, grantable },
            settings: ProviderSettings {
                client_id: client_id?,
                client_secret: proof.secret,
                client_authentication: proof.authentication,
                scopes: asked_for.unwrap_or(spoken.scopes),
                wants_renewal: bind == ProviderBinding::Refresh,
                wants_groups,
                claims,
                dialect: spoken.dialect,
            },
        })
    }
}

fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=ID_BYTES_MAX).contains(&text.len())
        && text.bytes().all(allowed)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// `allow` and the rules that are lists. Tenants and hosted domains belong to their kinds.
fn read_rules(table: &Table, kind: Kind) -> AllowRules {
    let everyone = table.choice("allow", &[("everyone", true)]).is_some_and(|found| found.value);
    let groups = match kind {
        Kind::GitHub => "allow_organizations",
        Kind::OpenId | Kind::Google | Kind::Entra | Kind::Okta | Kind::OAuth2 => "allow_groups",
    };
    let domains = rule(table, "allow_domains", "Write domains: [\"example.com\"]");
    for domain in domains.iter().flatten().filter(|domain| !is_domain(&domain.value)) {
        let problem = format!("is \"{}\", which is no domain", grammar::shorten(&domain.value));
        domain.refuse(
            problem,
            "Write \"example.com\", in lower case and without @; \"*\" is not known here",
        );
    }
    let of = |found: Option<Vec<Found<String>>>| found.map(plain).unwrap_or_default();
    AllowRules {
        everyone,
        domains: of(domains),
        groups: of(rule(table, groups, "Write their names")),
        subjects: of(rule(
            table,
            "allow_subjects",
            "Write what the provider calls people for ever",
        )),
        issuers: Vec::new(),
        hosted_domains: Vec::new(),
    }
}

/// A list that is a rule. An empty one would be none, which is not what an empty list says.
pub(super) fn rule(table: &Table, key: &'static str, remedy: &str) -> Option<Vec<Found<String>>> {
    let found = table.list(key)?;
    if found.value.is_empty() {
        found.refuse("is empty, and would admit everybody or nobody", remedy);
    }
    Some(found.value)
}

fn check_rules(table: &Table, allow: &AllowRules) {
    let lists = AllowRules { everyone: false, ..allow.clone() };
    if allow.everyone && !lists.is_empty() {
        let remedy = "Remove allow = \"everyone\", or the rules beside it";
        table.refuse("allow", "is \"everyone\", and there are rules beside it", remedy);
    }
    if allow.is_empty() {
        table.refuse("allow", "is missing, and nobody may come in without a rule", EVERYONE);
    }
}

/// `grantable` and `[[providers.groups]]`.
fn read_grantable(table: &Table, scopes: &[ScopeConfig]) -> Grantable {
    let everybody = ScopeConfig::read_names(table, "grantable", scopes);
    let tables = table.tables("groups");
    if tables.len() > GROUPS_MAX {
        table.refuse("groups", format!("are more than {GROUPS_MAX}"), "Keep those you need");
    }
    let mut by_group: Vec<(String, Scope)> = Vec::new();
    for group in tables {
        let name = group.required_text("name", "Write what the provider calls the group");
        let granted = ScopeConfig::read_names(&group, "scopes", scopes);
        if granted.is_none() {
            let remedy = "Write scopes = [\"...\"], what members may allow besides";
            group.refuse("scopes", "is missing", remedy);
        }
        if let Some(name) = name {
            if by_group.iter().any(|(other, _)| *other == name.value) {
                name.refuse("names a group twice", "Put all its scopes into one list");
            }
            by_group.push((name.value, scope_of(&granted.unwrap_or_default())));
        }
        group.finish();
    }
    // Where groups have scopes, those who are in none have none: that is what such a table says.
    let by_everyone = match (everybody, by_group.is_empty()) {
        (Some(names), _) => Some(scope_of(&names)),
        (None, false) => Some(Scope::default()),
        (None, true) => None,
    };
    Grantable { by_everyone, by_group }
}

/// Names that were checked where they were read.
fn scope_of(names: &[String]) -> Scope {
    Scope::parse(&names.join(" ")).unwrap_or_default()
}

/// `[providers.claims]`: under which names the provider tells what.
fn read_claims(table: &Table, kind: Kind, claims: &mut ClaimNames) {
    let names = table.table("claims");
    let read = |key: &'static str, into: &mut String| {
        if let Some(found) = names.text(key) {
            *into = one_line(found, 128);
        }
    };
    read("name", &mut claims.name);
    if kind == Kind::GitHub {
        names.finish();
        return;
    }
    read("preferred_username", &mut claims.preferred_username);
    read("email", &mut claims.email);
    read("email_verified", &mut claims.email_verified);
    read("groups", &mut claims.groups);
    if kind == Kind::OAuth2 {
        read("subject", &mut claims.subject);
    } else {
        let problem = "is always \"sub\", which a provider never gives to somebody else";
        names.refused("subject", problem, "Remove it");
    }
    names.finish();
}

/// `scopes`: what is asked of the provider.
fn read_scopes(kind: Kind, found: Found<Vec<Found<String>>>) -> Vec<String> {
    for scope in found.value.iter().filter(|scope| !is_scope(&scope.value)) {
        let problem = format!("is \"{}\", which is no scope", grammar::shorten(&scope.value));
        scope.refuse(problem, "Write one scope in each pair of quotes");
    }
    let speaks_openid = !matches!(kind, Kind::GitHub | Kind::OAuth2);
    if speaks_openid && !found.value.iter().any(|scope| scope.value == "openid") {
        found.refuse("lacks \"openid\", without which there is no ID token", "Add it");
    }
    plain(found.value)
}

/// A scope of somebody else's: theirs may be URLs, and longer than ours.
fn is_scope(text: &str) -> bool {
    text.len() <= 256 && Scope::parse(text).is_ok_and(|scope| scope.iter().count() == 1)
}
