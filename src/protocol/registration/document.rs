//! Client ID metadata documents: the `client_id` is a URL, and what is there says who the client is.
//!
//! Source: draft-ietf-oauth-client-id-metadata-document-00, MCP 2026-07-28 (client registration), SEP-3149 (several
//! authentication methods). Real documents name grants, methods and members that we do not know; these are passed over.
//! What is wrong with the identity of the client, or could harm a person who reads it, refuses the whole document.

use serde_json::{Map, Value};
use url::{Host, Url};

use super::name::name;
use crate::grant::GrantType;
use crate::json;
use crate::oauth::client::{Client, ClientKind, ClientOrigin, ConsentRule, KeySource};
use crate::oauth::pkce::PkceRule;
use crate::oauth::post_logout::PostLogoutRedirectUri;
use crate::oauth::redirect_uri::{RedirectFault, RedirectKind, RegisteredRedirectUri, same_origin};
use crate::oauth::scope::Scope;
use crate::policy::{DocumentPolicy, Policy, RefreshMode};

/// The longest document that is read, in bytes (§6.6 of the draft).
pub const DOCUMENT_BYTES_MAX: usize = 5 * 1_024;
/// How many redirect URIs a document may have.
pub const DOCUMENT_REDIRECT_URIS_MAX: usize = 32;

/// Methods that need a secret which both sides know; a document that everybody can read has none.
const SHARED_SECRET_METHODS: [&str; 3] =
    ["client_secret_basic", "client_secret_post", "client_secret_jwt"];
/// Members that only a shared secret needs.
const SHARED_SECRET_MEMBERS: [&str; 2] = ["client_secret", "client_secret_expires_at"];
/// Members that people may be shown as links or pictures, by us or by whoever keeps the document.
const URI_MEMBERS: [&str; 4] = ["client_uri", "logo_uri", "tos_uri", "policy_uri"];

/// What a document says, as far as anything follows from it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClientDocument {
    url: String,
    host: String,
    name: String,
    redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    kind: ClientKind,
    keys: Option<KeySource>,
    grant_types: Vec<GrantType>,
    scope: Option<Scope>,
}

/// Why a document makes no client.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DocumentError {
    /// Its URL is none that can be fetched.
    Url,
    /// It is no JSON object, or leaves a choice of readings.
    Json,
    /// A member that matters has a value of another type.
    Member,
    /// `client_id` is not the URL it came from.
    ClientId,
    /// `client_name` is absent or shows nothing.
    Name,
    /// It has a secret, or a method that needs one.
    SharedSecret,
    /// None of its authentication methods is one of ours.
    AuthMethod,
    /// It authenticates with a key and says not exactly once where its public keys are.
    Keys,
    /// It leaves out `authorization_code`.
    GrantTypes,
    /// It leaves out `code`.
    ResponseTypes,
    /// A link or picture that is no web address.
    Uri,
    /// `scope` is outside the grammar.
    Scope,
    /// `redirect_uris` is absent or empty.
    RedirectUrisMissing,
    /// More than [`DOCUMENT_REDIRECT_URIS_MAX`] redirect URIs.
    TooManyRedirectUris,
    /// None of the redirect URIs can be accepted; the fault of the first.
    RedirectUris(RedirectFault),
    /// None of the redirect URIs is at the document's own site, which this deployment asks for.
    RedirectUrisElsewhere,
}

/// Whether `client_id` names a document. Whatever begins so is one, or nothing.
///
/// # Source
///
/// Draft §3; registrations of ours never begin so (§6.9).
#[must_use]
pub fn is_document_id(client_id: &str, rules: &DocumentPolicy) -> bool {
    client_id.starts_with("https://") || (rules.allow_loopback && client_id.starts_with("http://"))
}

/// The host that answers for a document, for people and for lists of hosts: in ASCII, without a port.
#[must_use]
pub fn host_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    url.host().map(|host: Host<&str>| host.to_string())
}

impl ClientDocument {
    /// Reads `body`, which is what `url` says of itself. A loopback URL is as good as any other here; whether it may be
    /// fetched is decided where it is.
    ///
    /// # Errors
    ///
    /// The [`DocumentError`] of the first rule it breaks.
    ///
    /// # Source
    ///
    /// Draft §4 and §4.1, MCP 2026-07-28 (`client_name` and `redirect_uris` are required), RFC 7591 §2.
    pub fn read(url: &str, body: &[u8]) -> Result<Self, DocumentError> {
        let host = host_of(url).ok_or(DocumentError::Url)?;
        let Ok(Value::Object(members)) = json::parse(body) else { return Err(DocumentError::Json) };
        if text(&members, "client_id")? != Some(url) {
            return Err(DocumentError::ClientId);
        }
        if SHARED_SECRET_MEMBERS.iter().any(|name| members.contains_key(*name)) {
            return Err(DocumentError::SharedSecret);
        }
        let name = text(&members, "client_name")?.and_then(name).ok_or(DocumentError::Name)?;
        if !URI_MEMBERS.iter().all(|name| members.get(*name).is_none_or(is_web_address)) {
            return Err(DocumentError::Uri);
        }
        let (kind, keys) = authentication(&members)?;
        let redirect_uris = texts(&members, "redirect_uris")?.unwrap_or_default();
        if redirect_uris.is_empty() {
            return Err(DocumentError::RedirectUrisMissing);
        }
        if redirect_uris.len() > DOCUMENT_REDIRECT_URIS_MAX {
            return Err(DocumentError::TooManyRedirectUris);
        }
        let after_logout = texts(&members, "post_logout_redirect_uris")?.unwrap_or_default();
        let grant_types = grant_types(&members)?;
        let responses = texts(&members, "response_types")?.filter(|kinds| !kinds.is_empty());
        if responses.is_some_and(|kinds| !kinds.contains(&"code")) {
            return Err(DocumentError::ResponseTypes);
        }
        let scope = text(&members, "scope")?.map(Scope::parse).transpose();
        Ok(Self {
            url: url.to_owned(),
            host,
            name,
            redirect_uris: redirect_uris.into_iter().map(str::to_owned).collect(),
            post_logout_redirect_uris: after_logout.into_iter().map(str::to_owned).collect(),
            kind,
            keys,
            grant_types,
            scope: scope.map_err(|_| DocumentError::Scope)?,
        })
    }

    /// Where it is: the `client_id`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The client, with no more than this deployment gives. Redirect URIs that are not acceptable here are left out.
    ///
    /// # Errors
    ///
    /// A [`DocumentError`] if no redirect URI is left.
    pub fn client(&self, rules: &DocumentPolicy, policy: &Policy) -> Result<Client, DocumentError> {
        let most = policy.scopes.closure(&rules.scope);
        let scope = self.scope.as_ref().map(|scope| scope.intersection(&most));
        let scope = scope.filter(|scope| !scope.is_empty());
        let may = |grant: &GrantType| match grant {
            GrantType::AuthorizationCode => true,
            GrantType::RefreshToken => policy.refresh != RefreshMode::Off,
            GrantType::ClientCredentials => false,
        };
        Ok(Client {
            id: self.url.clone(),
            name: Some(self.name.clone()),
            origin: ClientOrigin::Document,
            redirect_uris: self.redirect_uris(rules)?,
            post_logout_redirect_uris: self.post_logout_redirect_uris(rules),
            kind: self.kind,
            keys: self.keys.clone(),
            grant_types: self.grant_types.iter().copied().filter(may).collect(),
            scope: scope.unwrap_or_else(|| rules.scope.clone()),
            consent: if rules.hosts.warn_of(&self.host) {
                ConsentRule::Always
            } else {
                ConsentRule::Remembered
            },
            lifetimes: rules.lifetimes,
            pkce: PkceRule::STRICT,
        })
    }

    fn redirect_uris(
        &self,
        rules: &DocumentPolicy,
    ) -> Result<Vec<RegisteredRedirectUri>, DocumentError> {
        let (mut kept, mut first_fault) = (Vec::new(), None);
        for text in &self.redirect_uris {
            match RegisteredRedirectUri::parse(text, &rules.redirect_rules) {
                // A program on somebody's own computer has no site.
                Ok(uri)
                    if rules.same_origin_redirects
                        && uri.kind() == RedirectKind::Web
                        && !same_origin(uri.as_str(), &self.url) =>
                {
                    first_fault.get_or_insert(DocumentError::RedirectUrisElsewhere);
                }
                Ok(uri) => kept.push(uri),
                Err(fault) => {
                    first_fault.get_or_insert(DocumentError::RedirectUris(fault));
                }
            }
        }
        match first_fault {
            Some(fault) if kept.is_empty() => Err(fault),
            Some(_) | None => Ok(kept),
        }
    }

    /// Those that are acceptable here; a document is not refused for the others.
    fn post_logout_redirect_uris(&self, rules: &DocumentPolicy) -> Vec<PostLogoutRedirectUri> {
        let uris = &self.post_logout_redirect_uris;
        let mut uris = PostLogoutRedirectUri::acceptable(uris, &rules.redirect_rules);
        uris.retain(|uri| {
            let is_elsewhere =
                uri.as_str().starts_with("https:") && !same_origin(uri.as_str(), &self.url);
            !(rules.same_origin_redirects && is_elsewhere)
        });
        uris
    }
}

/// A member that is text, if it is there.
fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, DocumentError> {
    members.get(name).map(|value| value.as_str().ok_or(DocumentError::Member)).transpose()
}

/// A member that is a list of texts, if it is there.
fn texts<'a>(
    members: &'a Map<String, Value>,
    name: &str,
) -> Result<Option<Vec<&'a str>>, DocumentError> {
    let Some(value) = members.get(name) else { return Ok(None) };
    let items = value.as_array().ok_or(DocumentError::Member)?;
    items
        .iter()
        .map(|item| item.as_str().ok_or(DocumentError::Member))
        .collect::<Result<_, _>>()
        .map(Some)
}

/// How the client authenticates, and with which keys.
///
/// # Source
///
/// SEP-3149: the list where there is one, else the single member, else `none`; what both sides know counts.
fn authentication(
    members: &Map<String, Value>,
) -> Result<(ClientKind, Option<KeySource>), DocumentError> {
    let single = text(members, "token_endpoint_auth_method")?;
    let several = texts(members, "token_endpoint_auth_methods_supported")?;
    let mut named = several.iter().flatten().copied().chain(single);
    if named.any(|method| SHARED_SECRET_METHODS.contains(&method)) {
        return Err(DocumentError::SharedSecret);
    }
    let methods = several.unwrap_or_else(|| vec![single.unwrap_or("none")]);
    let kind = match (methods.contains(&"none"), methods.contains(&"private_key_jwt")) {
        (true, false) => return Ok((ClientKind::Public, None)),
        (false, true) => ClientKind::Keyed,
        (true, true) => ClientKind::PublicOrKeyed,
        (false, false) => return Err(DocumentError::AuthMethod),
    };
    let keys = match (members.get("jwks"), text(members, "jwks_uri")?) {
        (Some(set @ Value::Object(_)), None) => KeySource::Inline(set.to_string()),
        (None, Some(uri)) => KeySource::Remote(uri.to_owned()),
        (None, None) if kind == ClientKind::PublicOrKeyed => return Ok((ClientKind::Public, None)),
        (None, None) | (Some(_), _) => return Err(DocumentError::Keys),
    };
    Ok((kind, Some(keys)))
}

/// The grants we know. Without the member: what every interactive client wants (an absence of refresh tokens would mean
/// a login every hour).
fn grant_types(members: &Map<String, Value>) -> Result<Vec<GrantType>, DocumentError> {
    let interactive = [GrantType::AuthorizationCode, GrantType::RefreshToken];
    let Some(named) = texts(members, "grant_types")?.filter(|named| !named.is_empty()) else {
        return Ok(interactive.into());
    };
    let known: Vec<_> =
        interactive.into_iter().filter(|grant| named.contains(&grant.as_str())).collect();
    if known.contains(&GrantType::AuthorizationCode) {
        Ok(known)
    } else {
        Err(DocumentError::GrantTypes)
    }
}

/// Text that leads to a web site, if anywhere.
fn is_web_address(value: &Value) -> bool {
    let Some(text) = value.as_str() else { return false };
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

impl DocumentError {
    /// Every reason, for tests that must cover all of them.
    pub const ALL: [Self; 21] = [
        Self::Url,
        Self::Json,
        Self::Member,
        Self::ClientId,
        Self::Name,
        Self::SharedSecret,
        Self::AuthMethod,
        Self::Keys,
        Self::GrantTypes,
        Self::ResponseTypes,
        Self::Uri,
        Self::Scope,
        Self::RedirectUrisMissing,
        Self::TooManyRedirectUris,
        Self::RedirectUris(RedirectFault::TooLong),
        Self::RedirectUris(RedirectFault::Malformed),
        Self::RedirectUris(RedirectFault::Fragment),
        Self::RedirectUris(RedirectFault::UserInformation),
        Self::RedirectUris(RedirectFault::Scheme),
        Self::RedirectUris(RedirectFault::InsecureHost),
        Self::RedirectUrisElsewhere,
    ];

    /// What is wrong, for whoever wrote the document. Says nothing of what is in it.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Url => {
                "The client_id must be an https URL in its canonical spelling, of a public host, on port 443 or 8443."
            }
            Self::Json => "The document must be one JSON object in which no name is repeated.",
            Self::Member => "A member of the document has a value of the wrong type.",
            Self::ClientId => {
                "The client_id in the document must be the URL of the document, character by character."
            }
            Self::Name => "The document must have a client_name.",
            Self::SharedSecret => {
                "The document must not have a client secret, nor an authentication method that needs one."
            }
            Self::AuthMethod => {
                "The document must name the authentication method none or private_key_jwt."
            }
            Self::Keys => "With private_key_jwt, the document must have either jwks or jwks_uri.",
            Self::GrantTypes => "The grant_types of the document must contain authorization_code.",
            Self::ResponseTypes => "The response_types of the document must contain code.",
            Self::Uri => "Links and pictures in the document must be http or https addresses.",
            Self::Scope => {
                "The scope of the document has a character that scopes cannot have, or is too long."
            }
            Self::RedirectUrisMissing => "The document must have redirect_uris.",
            Self::TooManyRedirectUris => "The document can have 32 redirect_uris at most.",
            Self::RedirectUris(_) => {
                "None of the redirect_uris of the document is accepted here: https, or http to this computer."
            }
            Self::RedirectUrisElsewhere => {
                "The redirect_uris of the document must be at the same site as the document."
            }
        }
    }
}
