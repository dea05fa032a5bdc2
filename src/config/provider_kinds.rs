//! What belongs to one `kind` of `[[providers]]`, with the peculiarities of the well-known ones.
//!
//! Source: OpenID Connect Discovery 1.0 §4; Google, "OpenID Connect"; Microsoft, "OpenID Connect on the identity platform",
//! "Configure group claims" and "Optional claims" (`xms_edov`); Okta, "Authorization servers"; GitHub, "Authorizing OAuth
//! apps".

use protocol::federation::admission::AllowRules;
use protocol::federation::email::is_domain;
use protocol::federation::id_token::{ExpectedIssuer, is_tenant_id};
use protocol::federation::told::ClaimNames;
use url::Url;

use super::{
    grammar,
    people::plain,
    providers::rule,
    reader::{Found, Table},
};
use crate::upstream::identity::{Dialect, GitHub, Membership, OAuth2, OpenId};
use crate::upstream::target::{Reach, Target};

/// Each is looked up at every login.
const MEMBERSHIPS_MAX: usize = 16;
const WELL_KNOWN: &str = "/.well-known/openid-configuration";
const MICROSOFT: &str = "https://login.microsoftonline.com/";
/// The tenant of all personal accounts.
const MICROSOFT_CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
const GOOGLE: &str = "https://accounts.google.com";

/// What a provider is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    OpenId,
    GitHub,
    Google,
    Entra,
    Okta,
    OAuth2,
}

impl Kind {
    pub(super) const SPELLINGS: &[(&str, Self)] = &[
        ("oidc", Self::OpenId),
        ("github", Self::GitHub),
        ("google", Self::Google),
        ("entra", Self::Entra),
        ("okta", Self::Okta),
        ("oauth2", Self::OAuth2),
    ];

    /// What people call it.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::OpenId | Self::OAuth2 => None,
            Self::GitHub => Some("GitHub"),
            Self::Google => Some("Google"),
            Self::Entra => Some("Microsoft"),
            Self::Okta => Some("Okta"),
        }
    }

    /// How long its refresh tokens are at most, in bytes, where that is documented. Entra's have kilobytes.
    ///
    /// # Source
    ///
    /// Google, "Using OAuth 2.0 to Access Google APIs" (token size); GitHub, "Refreshing user access tokens" (80 characters);
    /// Okta, "Refresh access tokens" (opaque, 43 characters).
    pub(super) fn refresh_token_bytes_max(self) -> Option<usize> {
        match self {
            Self::OpenId | Self::OAuth2 | Self::Entra => None,
            Self::GitHub | Self::Okta => Some(128),
            Self::Google => Some(512),
        }
    }

    /// The key that says, or implies, who vouches for people.
    pub(super) fn issuer_key(self) -> &'static str {
        match self {
            Self::OpenId | Self::Okta | Self::OAuth2 => "issuer",
            Self::Entra => "tenant",
            Self::GitHub => "url",
            Self::Google => "kind",
        }
    }
}

/// What the rest of the table asks for.
pub(super) struct Asked {
    pub(super) wants_renewal: bool,
    pub(super) wants_groups: bool,
    /// Names of what people may belong to.
    pub(super) memberships: Vec<String>,
}

/// What a kind speaks, and what it is asked unless the table says otherwise.
pub(super) struct Spoken {
    pub(super) dialect: Dialect,
    pub(super) scopes: Vec<String>,
    pub(super) claims: ClaimNames,
}

/// Reads what belongs to `kind`; rules that only it has go into `allow`. `None` once a mistake is noted.
pub(super) fn read(
    table: &Table,
    kind: Kind,
    asked: &Asked,
    allow: &mut AllowRules,
) -> Option<Spoken> {
    match kind {
        Kind::OpenId => openid(table, asked),
        Kind::Okta => okta(table, asked),
        Kind::Google => google(table, asked, allow),
        Kind::Entra => entra(table, asked, allow),
        Kind::GitHub => github(table, asked),
        Kind::OAuth2 => oauth2(table),
    }
}

/// A provider as its standard has it.
fn plain_openid(issuer: &str) -> OpenId {
    OpenId {
        discovery_url: format!("{}{WELL_KNOWN}", issuer.trim_end_matches('/')),
        announced_issuer: issuer.to_owned(),
        issuer: ExpectedIssuer::One(issuer.to_owned()),
        parameters: Vec::new(),
        prompt: None,
        prompt_for_login: None,
        trusts_hosted_addresses_only: false,
    }
}

fn scopes(more: &[&str], offline: bool) -> Vec<String> {
    let common = ["openid", "profile", "email"];
    let offline = offline.then_some("offline_access");
    common.into_iter().chain(more.iter().copied()).chain(offline).map(str::to_owned).collect()
}

fn openid(table: &Table, asked: &Asked) -> Option<Spoken> {
    let issuer = issuer(table)?;
    let mut openid = plain_openid(&issuer.value);
    // OpenID Connect Core 1.0 §11: no refresh token without it.
    openid.prompt = asked.wants_renewal.then(|| "consent".to_owned());
    Some(Spoken {
        dialect: Dialect::OpenId(openid),
        scopes: scopes(&[], asked.wants_renewal),
        claims: ClaimNames::default(),
    })
}

fn okta(table: &Table, asked: &Asked) -> Option<Spoken> {
    let issuer = issuer(table)?;
    if issuer.value.contains("-admin.okta") {
        issuer.refuse("is the address of the administrators' pages", "Remove \"-admin\" from it");
    }
    // The server of the organisation has a scope for groups; those of one's own making have the claim or not.
    let groups: &[&str] =
        if asked.wants_groups && !issuer.value.contains("/oauth2/") { &["groups"] } else { &[] };
    Some(Spoken {
        dialect: Dialect::OpenId(plain_openid(&issuer.value)),
        scopes: scopes(groups, asked.wants_renewal),
        claims: ClaimNames::default(),
    })
}

fn google(table: &Table, asked: &Asked, allow: &mut AllowRules) -> Option<Spoken> {
    let hosted = table.text("hd");
    if let Some(found) = &hosted
        && !is_domain(&found.value)
    {
        let problem = format!("is \"{}\", which is no domain", grammar::shorten(&found.value));
        found.refuse(problem, "Write the domain of your organisation: \"example.com\"");
        return None;
    }
    if !allow.groups.is_empty() || asked.wants_groups {
        let problem = "cannot be known: Google tells nothing about groups";
        table.refuse("allow_groups", problem, "Use hd, allow_domains or allow_subjects");
        return None;
    }
    let mut openid = plain_openid(GOOGLE);
    openid.issuer = ExpectedIssuer::Renamed {
        name: GOOGLE.to_owned(),
        formerly: "accounts.google.com".to_owned(),
    };
    openid.prompt_for_login = Some("select_account".to_owned());
    openid.trusts_hosted_addresses_only = true;
    if let Some(hosted) = hosted {
        openid.parameters.push(("hd".to_owned(), hosted.value.clone()));
        allow.hosted_domains.push(hosted.value);
    }
    if asked.wants_renewal {
        openid.parameters.push(("access_type".to_owned(), "offline".to_owned()));
        openid.prompt = Some("consent".to_owned());
    }
    let claims = ClaimNames::default();
    Some(Spoken { dialect: Dialect::OpenId(openid), scopes: scopes(&[], false), claims })
}

fn entra(table: &Table, asked: &Asked, allow: &mut AllowRules) -> Option<Spoken> {
    let remedy = "Write the directory (tenant) ID as the portal shows it, or \"organizations\" with allow_tenants";
    let tenant = table.required_text("tenant", remedy)?;
    let mut openid = match tenant.value.as_str() {
        "consumers" => plain_openid(&of_tenant(MICROSOFT_CONSUMERS)),
        "organizations" | "common" => OpenId {
            discovery_url: format!("{MICROSOFT}{}/v2.0{WELL_KNOWN}", tenant.value),
            issuer: ExpectedIssuer::AnyTenant {
                before: MICROSOFT.to_owned(),
                after: "/v2.0".to_owned(),
            },
            ..plain_openid(&of_tenant("{tenantid}"))
        },
        id if is_tenant_id(id) => plain_openid(&of_tenant(id)),
        other => {
            let problem = format!("is \"{}\", which is no tenant ID", grammar::shorten(other));
            tenant.refuse(problem, remedy);
            return None;
        }
    };
    openid.parameters.clear();
    if let ExpectedIssuer::AnyTenant { .. } = openid.issuer
        && let Some(tenants) = rule(table, "allow_tenants", "Write tenant IDs")
    {
        for tenant in tenants.iter().filter(|tenant| !is_tenant_id(&tenant.value)) {
            tenant.refuse("is no tenant ID", "Write it as the portal shows it, in lower case");
        }
        allow.issuers = plain(tenants).iter().map(|tenant| of_tenant(tenant)).collect();
    }
    // Anybody can give their own tenant's accounts any address: only this claim says that the domain is theirs.
    let claims = ClaimNames { email_verified: "xms_edov".to_owned(), ..ClaimNames::default() };
    let scopes = scopes(&[], asked.wants_renewal);
    Some(Spoken { dialect: Dialect::OpenId(openid), scopes, claims })
}

fn of_tenant(id: &str) -> String {
    format!("{MICROSOFT}{id}/v2.0")
}

fn github(table: &Table, asked: &Asked) -> Option<Spoken> {
    let site = match table.text("url") {
        None => "https://github.com".to_owned(),
        Some(found) => {
            let site = found.value.trim_end_matches('/').to_owned();
            if !is_base(&site) {
                let remedy = "Write https://github.example.com, without a path";
                found.refuse("is no address of a GitHub server", remedy);
                return None;
            }
            site
        }
    };
    let api = match site.strip_prefix("https://") {
        Some("github.com") => "https://api.github.com".to_owned(),
        Some(host) if host.ends_with(".ghe.com") => format!("https://api.{host}"),
        Some(_) | None => format!("{site}/api/v3"),
    };
    let mut memberships = Vec::new();
    for name in &asked.memberships {
        let Some(membership) = membership(name) else {
            let problem = format!(
                "name \"{}\", which is neither an organisation nor a team",
                grammar::shorten(name)
            );
            let remedy =
                "Write \"organisation\" or \"organisation/team\", as in the address of its page";
            table.refuse("allow_organizations", problem, remedy);
            return None;
        };
        if !memberships.contains(&membership) {
            memberships.push(membership);
        }
    }
    if memberships.len() > MEMBERSHIPS_MAX {
        let problem = format!("are more than {MEMBERSHIPS_MAX}, and each is looked up at a login");
        table.refuse("allow_organizations", problem, "Use organisations instead of teams");
    }
    let organisations = (!memberships.is_empty()).then_some("read:org");
    let scopes = ["read:user", "user:email"].into_iter().chain(organisations);
    Some(Spoken {
        dialect: Dialect::GitHub(GitHub { site, api, memberships }),
        scopes: scopes.map(str::to_owned).collect(),
        claims: ClaimNames::default(),
    })
}

/// `acme` or `acme/core`, in characters that need no encoding in a path.
fn membership(name: &str) -> Option<Membership> {
    let is_name = |text: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        (1..=100).contains(&text.len())
            && text.bytes().all(allowed)
            && text.bytes().any(|byte| byte != b'.')
    };
    let (organisation, team) = match name.split_once('/') {
        None => (name, None),
        Some((organisation, team)) => (organisation, Some(team)),
    };
    if !is_name(organisation) || !team.is_none_or(is_name) {
        return None;
    }
    Some(Membership { organisation: organisation.to_owned(), team: team.map(str::to_owned) })
}

fn oauth2(table: &Table) -> Option<Spoken> {
    let authorization = endpoint(table, "authorization_endpoint");
    let token = endpoint(table, "token_endpoint");
    let userinfo = endpoint(table, "userinfo_endpoint");
    let named = table.text("issuer").map(|found| found.value);
    let authorization_endpoint = authorization?;
    let origin = Url::parse(&authorization_endpoint).ok()?.origin().ascii_serialization();
    Some(Spoken {
        dialect: Dialect::OAuth2(OAuth2 {
            issuer: named.unwrap_or(origin),
            authorization_endpoint,
            token_endpoint: token?,
            userinfo_endpoint: userinfo?,
        }),
        scopes: Vec::new(),
        claims: ClaimNames::default(),
    })
}

fn endpoint(table: &Table, key: &'static str) -> Option<String> {
    let remedy = "Write the https URL that the provider documents";
    let found = table.required_text(key, remedy)?;
    if let Err(fault) = Target::parse(&found.value, Reach::Configured) {
        found.refuse(format!("cannot be used: {}", fault.description()), remedy);
        return None;
    }
    Some(found.value)
}

/// `issuer`, exactly as the provider's discovery document has it.
fn issuer(table: &Table) -> Option<Found<String>> {
    let remedy =
        "Write it exactly as the provider's discovery document has it: \"https://sso.example.com\"";
    let found = table.required_text("issuer", remedy)?;
    if let Some(issuer) = found.value.strip_suffix(WELL_KNOWN) {
        let problem = "is the address of the discovery document";
        found.refuse(problem, format!("Write \"{}\"", grammar::shorten(issuer)));
        return None;
    }
    let has_more = found.value.contains(['?', '#']);
    let discovery = format!("{}{WELL_KNOWN}", found.value.trim_end_matches('/'));
    match Target::parse(&discovery, Reach::Configured) {
        Ok(_) if !has_more => Some(found),
        Ok(_) => {
            found.refuse("must have neither query nor fragment", remedy);
            None
        }
        Err(fault) => {
            found.refuse(format!("cannot be asked: {}", fault.description()), remedy);
            None
        }
    }
}

/// Whether `text` is scheme, host and port, and may be asked.
fn is_base(text: &str) -> bool {
    let is_origin = Url::parse(text).is_ok_and(|url| url.origin().ascii_serialization() == text);
    is_origin && Target::parse(&format!("{text}/"), Reach::Configured).is_ok()
}
