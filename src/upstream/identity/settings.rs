//! What talking to one provider takes: made from configuration, with the peculiarities of the well-known ones as data.

use protocol::federation::id_token::ExpectedIssuer;
use protocol::federation::told::ClaimNames;
use url::Url;

use super::Secret;

/// How one provider is talked to.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// What we are called there.
    pub client_id: String,
    /// What proves that we are; `None` for a public client.
    pub client_secret: Option<Secret>,
    /// How the secret is sent; `None` is as the provider says it wants it, and in the header where it says nothing.
    pub client_authentication: Option<ClientAuthentication>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Whether tokens must be renewable.
    pub wants_renewal: bool,
    /// Whether anything depends on what a person belongs to.
    pub wants_groups: bool,
    /// Under which names the provider tells what.
    pub claims: ClaimNames,
    /// What it speaks.
    pub dialect: Dialect,
}

/// How a client secret is sent. Source: RFC 6749 §2.3.1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ClientAuthentication {
    /// `client_secret_basic`: in the `Authorization` header.
    Basic,
    /// `client_secret_post`: in the body.
    Post,
}

/// What a provider speaks.
#[derive(Clone, Debug)]
pub enum Dialect {
    /// OpenID Connect.
    OpenId(OpenId),
    /// GitHub's.
    GitHub(GitHub),
    /// OAuth 2.0 with an answer about the person at a URL.
    OAuth2(OAuth2),
}

/// An `OpenID` provider.
#[derive(Clone, Debug)]
pub struct OpenId {
    /// Where it says what it has.
    pub discovery_url: String,
    /// What that document calls its issuer.
    pub announced_issuer: String,
    /// Whose ID tokens are taken.
    pub issuer: ExpectedIssuer,
    /// Parameters of every authorization request, such as `access_type` and `hd`.
    pub parameters: Vec<(String, String)>,
    /// A value of `prompt` without which it gives no refresh token.
    pub prompt: Option<String>,
    /// What `prompt=login` is called there.
    pub prompt_for_login: Option<String>,
    /// Whether a verified address counts only where the provider runs its domain (`hd`, or its own `gmail.com`): others were
    /// verified once, and may have changed hands. Source: Google, "`OpenID` Connect" (email).
    pub trusts_hosted_addresses_only: bool,
}

/// GitHub, or a server of that kind.
#[derive(Clone, Debug)]
pub struct GitHub {
    /// Where people are: `https://github.com`.
    pub site: String,
    /// Where its API is: `https://api.github.com`.
    pub api: String,
    /// What people may have to belong to; looked at one by one.
    pub memberships: Vec<Membership>,
}

/// An organisation or a team of one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Membership {
    /// The organisation.
    pub organisation: String,
    /// The team, by the name that its URL has.
    pub team: Option<String>,
}

impl Membership {
    /// As configuration and rules spell it: `acme` or `acme/core`.
    #[must_use]
    pub fn to_text(&self) -> String {
        match &self.team {
            None => self.organisation.clone(),
            Some(team) => format!("{}/{team}", self.organisation),
        }
    }
}

/// A provider that knows OAuth 2.0 only.
#[derive(Clone, Debug)]
pub struct OAuth2 {
    /// What people who come from there are known by, together with their subject.
    pub issuer: String,
    /// Where people log in.
    pub authorization_endpoint: String,
    /// Where codes become tokens.
    pub token_endpoint: String,
    /// Where an access token tells whose it is.
    pub userinfo_endpoint: String,
}

impl ProviderSettings {
    /// What the provider calls itself; together with what it calls people it is who they are. One with an issuer for each
    /// tenant has a common name with a place to fill in.
    #[must_use]
    pub fn issuer(&self) -> String {
        match &self.dialect {
            Dialect::OpenId(openid) => openid.announced_issuer.clone(),
            Dialect::GitHub(github) => github.issuer(),
            Dialect::OAuth2(oauth2) => oauth2.issuer.clone(),
        }
    }
}

impl GitHub {
    /// What GitHub calls itself in authorization responses. Source: RFC 9207, as GitHub has it since 2026.
    pub(super) fn issuer(&self) -> String {
        format!("{}/login/oauth", self.site)
    }
}

impl Dialect {
    /// The origins that the operator wrote down, or that belong to a preset.
    pub(super) fn origins(&self) -> Vec<String> {
        let urls: Vec<&str> = match self {
            Self::OpenId(openid) => vec![&openid.discovery_url],
            Self::GitHub(github) => vec![&github.site, &github.api],
            Self::OAuth2(oauth2) => {
                vec![
                    &oauth2.authorization_endpoint,
                    &oauth2.token_endpoint,
                    &oauth2.userinfo_endpoint,
                ]
            }
        };
        let origin = |url: &str| Url::parse(url).map(|url| url.origin().ascii_serialization());
        urls.into_iter().filter_map(|url| origin(url).ok()).collect()
    }
}
