//! Dynamic registration: metadata in, a registration to seal out. The sealed registration *is* the `client_id`.
//!
//! Source: RFC 7591 §2 and §3, OAuth 2.1 (draft 13) §2.3. Real clients send grants and methods we do not know, or several
//! redirect URIs of which some are not acceptable here; what can be registered is registered, and the answer says what
//! that is. A registration is refused only if nothing useful is left of it.

use crate::grant::GrantType;
use crate::oauth::built_in::BuiltIn;
use crate::oauth::client::{Client, ClientKind, ClientOrigin, ConsentRule, KeySource};
use crate::oauth::error::ErrorCode;
use crate::oauth::pkce::PkceRule;
use crate::oauth::post_logout::PostLogoutRedirectUri;
use crate::oauth::redirect_uri::{RedirectFault, RegisteredRedirectUri};
use crate::oauth::scope::Scope;
use crate::policy::{Policy, RefreshMode, RegistrationPolicy};

pub use super::name::NAME_CHARS_MAX;
use super::name::name;

/// How many redirect URIs one client may register.
pub const REDIRECT_URIS_MAX: usize = 10;

/// What a client says of itself, as far as anything follows from it.
#[derive(Clone, Debug, Default)]
pub struct ClientMetadata {
    /// `client_name`
    pub client_name: Option<String>,
    /// `redirect_uris`
    pub redirect_uris: Vec<String>,
    /// `post_logout_redirect_uris`
    pub post_logout_redirect_uris: Vec<String>,
    /// `token_endpoint_auth_method`
    pub token_endpoint_auth_method: Option<String>,
    /// `grant_types`; `None` if absent
    pub grant_types: Option<Vec<String>>,
    /// `response_types`; `None` if absent
    pub response_types: Option<Vec<String>>,
    /// `scope`
    pub scope: Option<String>,
    /// `jwks`, read and cut down to public keys that can verify something.
    pub jwks: Option<String>,
    /// `jwks_uri`, found to be a URL that is fetched from here.
    pub jwks_uri: Option<String>,
}

/// What is sealed into the `client_id`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Registration {
    /// The name people read; hostile text.
    pub name: Option<String>,
    /// Where its codes may go; empty means the deployment's defaults.
    pub redirect_uris: Vec<RegisteredRedirectUri>,
    /// Where browsers may go after a logout.
    pub post_logout_redirect_uris: Vec<PostLogoutRedirectUri>,
    /// Public, or confidential with something that no other registration shares.
    pub kind: RegistrationKind,
    /// The exchanges it may use.
    pub grant_types: Vec<GrantType>,
    /// Less than the deployment's maximum, if it asked for less.
    pub scope: Option<Scope>,
}

/// What tells two registrations of the same metadata apart.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RegistrationKind {
    /// Nothing: the same public client gets the same id.
    Public,
    /// A random salt: two strangers with the same metadata must not share one secret.
    Confidential {
        /// 64 random bits; a secret is derived from the whole id, so a rare collision reveals nothing by itself.
        salt: [u8; 8],
    },
    /// Its keys: who has the private halves is the same client, so the same metadata may get the same id.
    Keyed(KeySource),
}

/// A registration and how the client asked to authenticate, for the answer.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// What to seal.
    pub registration: Registration,
    /// `token_endpoint_auth_method` of the answer.
    pub auth_method: &'static str,
    /// `redirect_uris` of the answer: those accepted, as sent.
    pub redirect_uris: Vec<String>,
}

/// Why a registration is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RegistrationError {
    /// The body is no JSON object, or too large.
    Malformed,
    /// Registration is not open here.
    Closed,
    /// More than [`REDIRECT_URIS_MAX`] redirect URIs.
    TooManyRedirectUris,
    /// None of the redirect URIs can be accepted; the fault of the first.
    RedirectUris(RedirectFault),
    /// The code grant needs a redirect URI, none was sent, and the deployment has no default.
    RedirectUrisMissing,
    /// `response_types` leaves out `code`.
    ResponseTypes,
    /// None of the grant types can be given.
    GrantTypes,
    /// `scope` is outside the grammar.
    ScopeMalformed,
    /// `jwks` and `jwks_uri` at once.
    KeysTwice,
    /// `jwks` is no set of public keys that can be used; what is wrong with it, in words.
    Keys(&'static str),
    /// `jwks_uri` is no URL that is fetched from here.
    KeysUri,
    /// The `client_id` would become too long.
    TooLarge,
}

impl Registration {
    /// Judges `metadata`. `salt` is used for confidential clients only.
    ///
    /// # Errors
    ///
    /// The [`RegistrationError`] of the first rule that leaves nothing to register.
    pub fn accept(
        metadata: &ClientMetadata,
        salt: [u8; 8],
        policy: &Policy,
    ) -> Result<Accepted, RegistrationError> {
        let rules = policy.registration.as_ref().ok_or(RegistrationError::Closed)?;
        let keys = keys(metadata)?;
        let auth_method =
            auth_method(metadata.token_endpoint_auth_method.as_deref(), keys.is_some());
        let kind = match (auth_method, keys) {
            ("none", _) => RegistrationKind::Public,
            ("private_key_jwt", Some(keys)) => RegistrationKind::Keyed(keys),
            _ => RegistrationKind::Confidential { salt },
        };
        let public = kind == RegistrationKind::Public;
        let (redirect_uris, sent) = redirect_uris(&metadata.redirect_uris, rules)?;
        let has_redirect_uri = !redirect_uris.is_empty() || !rules.default_redirect_uris.is_empty();
        let asked = metadata.grant_types.as_deref().filter(|asked| !asked.is_empty());
        let wants = |grant: GrantType| {
            asked.is_none_or(|asked| asked.iter().any(|name| name == grant.as_str()))
        };
        if wants(GrantType::AuthorizationCode) && !has_redirect_uri && asked.is_some() {
            return Err(RegistrationError::RedirectUrisMissing);
        }
        let can = |grant: GrantType| match grant {
            GrantType::AuthorizationCode => has_redirect_uri,
            GrantType::RefreshToken => policy.refresh != RefreshMode::Off && has_redirect_uri,
            GrantType::ClientCredentials => rules.client_credentials && !public,
        };
        let grant_types: Vec<_> =
            GrantType::ALL.into_iter().filter(|grant| wants(*grant) && can(*grant)).collect();
        if grant_types.iter().all(|grant| *grant == GrantType::RefreshToken) {
            return Err(RegistrationError::GrantTypes);
        }
        let responses = metadata.response_types.as_deref().filter(|asked| !asked.is_empty());
        let code_expected = grant_types.contains(&GrantType::AuthorizationCode);
        if code_expected && responses.is_some_and(|asked| !asked.iter().any(|kind| kind == "code"))
        {
            return Err(RegistrationError::ResponseTypes);
        }
        let asked = metadata.scope.as_deref().map(Scope::parse).transpose();
        let asked = asked.map_err(|_| RegistrationError::ScopeMalformed)?;
        let most = policy.scopes.closure(&rules.scope);
        let of_resources = |scope: &Scope| scope.without(&BuiltIn::scope());
        let all = of_resources(&rules.scope);
        let less = |scope: &Scope| !scope.is_empty() && !scope.contains_all(&all);
        let scope = asked.map(|asked| of_resources(&asked).intersection(&most)).filter(less);
        let answered = if redirect_uris.is_empty() && code_expected {
            rules.default_redirect_uris.iter().map(|uri| uri.as_str().to_owned()).collect()
        } else {
            sent
        };
        let registration = Self {
            name: metadata.client_name.as_deref().and_then(name),
            redirect_uris,
            post_logout_redirect_uris: PostLogoutRedirectUri::acceptable(
                &metadata.post_logout_redirect_uris,
                &rules.redirect_rules,
            ),
            kind,
            grant_types,
            scope,
        };
        Ok(Accepted { registration, auth_method, redirect_uris: answered })
    }

    /// The client that registered as `id`, with no more than could be registered today; `None` if registration was
    /// closed since.
    #[must_use]
    pub fn client(self, id: String, policy: &Policy) -> Option<Client> {
        let rules = policy.registration.as_ref()?;
        let most = policy.scopes.closure(&rules.scope);
        let scope = self.scope.map(|scope| scope.intersection(&most));
        let scope = scope.filter(|scope| !scope.is_empty());
        // What is told of the person is for them to decide, whatever was registered.
        let built_in = rules.scope.intersection(&BuiltIn::scope());
        let still = |grant: &GrantType| match grant {
            GrantType::AuthorizationCode | GrantType::RefreshToken => true,
            GrantType::ClientCredentials => rules.client_credentials,
        };
        let (kind, keys) = match self.kind {
            RegistrationKind::Public => (ClientKind::Public, None),
            RegistrationKind::Confidential { .. } => (ClientKind::Confidential, None),
            RegistrationKind::Keyed(keys) => (ClientKind::Keyed, Some(keys)),
        };
        Some(Client {
            id,
            name: self.name,
            origin: ClientOrigin::Registered,
            redirect_uris: if self.redirect_uris.is_empty() {
                rules.default_redirect_uris.clone()
            } else {
                self.redirect_uris
            },
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            kind,
            keys,
            grant_types: self.grant_types.into_iter().filter(still).collect(),
            scope: scope.map_or_else(|| rules.scope.clone(), |scope| scope.union(&built_in)),
            consent: ConsentRule::Always,
            lifetimes: rules.lifetimes,
            pkce: PkceRule::STRICT,
        })
    }
}

/// Where the keys of the client are, if it has some. Source: RFC 7591 §2.
fn keys(metadata: &ClientMetadata) -> Result<Option<KeySource>, RegistrationError> {
    match (&metadata.jwks, &metadata.jwks_uri) {
        (Some(_), Some(_)) => Err(RegistrationError::KeysTwice),
        (Some(set), None) => Ok(Some(KeySource::Inline(set.clone()))),
        (None, Some(url)) => Ok(Some(KeySource::Remote(url.clone()))),
        (None, None) => Ok(None),
    }
}

/// The method the client will use: an unknown one is answered with `none`, which PKCE makes safe, never refused.
fn auth_method(asked: Option<&str>, has_keys: bool) -> &'static str {
    match asked {
        Some("private_key_jwt") if has_keys => "private_key_jwt",
        None | Some("client_secret_basic" | "client_secret_jwt") => "client_secret_basic",
        Some("client_secret_post") => "client_secret_post",
        Some(_) => "none",
    }
}

/// The acceptable ones, in the form that is kept and as sent.
fn redirect_uris(
    sent: &[String],
    rules: &RegistrationPolicy,
) -> Result<(Vec<RegisteredRedirectUri>, Vec<String>), RegistrationError> {
    if sent.len() > REDIRECT_URIS_MAX {
        return Err(RegistrationError::TooManyRedirectUris);
    }
    let (mut kept, mut echoed, mut first_fault) = (Vec::new(), Vec::new(), None);
    for text in sent {
        match RegisteredRedirectUri::parse(text, &rules.redirect_rules) {
            Ok(uri) => {
                let portless = uri.without_port();
                echoed.push(text.clone());
                if let Ok(uri) = RegisteredRedirectUri::parse(&portless, &rules.redirect_rules)
                    && !kept.contains(&uri)
                {
                    kept.push(uri);
                }
            }
            Err(fault) => {
                first_fault.get_or_insert(fault);
            }
        }
    }
    match (kept.is_empty(), first_fault) {
        (true, Some(fault)) => Err(RegistrationError::RedirectUris(fault)),
        _ => Ok((kept, echoed)),
    }
}

impl RegistrationError {
    /// Every reason, for tests that must cover all of them.
    pub const ALL: [Self; 17] = [
        Self::Malformed,
        Self::Closed,
        Self::TooManyRedirectUris,
        Self::RedirectUris(RedirectFault::TooLong),
        Self::RedirectUris(RedirectFault::Malformed),
        Self::RedirectUris(RedirectFault::Fragment),
        Self::RedirectUris(RedirectFault::UserInformation),
        Self::RedirectUris(RedirectFault::Scheme),
        Self::RedirectUris(RedirectFault::InsecureHost),
        Self::RedirectUrisMissing,
        Self::ResponseTypes,
        Self::GrantTypes,
        Self::ScopeMalformed,
        Self::KeysTwice,
        Self::Keys("what is wrong with the keys"),
        Self::KeysUri,
        Self::TooLarge,
    ];

    /// What the client hears.
    ///
    /// # Source
    ///
    /// RFC 7591 §3.2.2.
    #[must_use]
    pub fn code(self) -> ErrorCode {
        match self {
            Self::TooManyRedirectUris | Self::RedirectUris(_) | Self::RedirectUrisMissing => {
                ErrorCode::InvalidRedirectUri
            }
            Self::Malformed
            | Self::Closed
            | Self::ResponseTypes
            | Self::GrantTypes
            | Self::ScopeMalformed
            | Self::KeysTwice
            | Self::Keys(_)
            | Self::KeysUri
            | Self::TooLarge => ErrorCode::InvalidClientMetadata,
        }
    }

    /// `error_description`: what to change.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Malformed => "the body must be a JSON object with client metadata (RFC 7591)",
            Self::Closed => {
                "this server does not take registrations; ask its operator for a client_id"
            }
            Self::TooManyRedirectUris => "at most 10 redirect_uris can be registered",
            Self::RedirectUris(fault) => fault.description(),
            Self::RedirectUrisMissing => "redirect_uris is missing",
            Self::ResponseTypes => "response_types must contain code",
            Self::GrantTypes => "none of the grant_types can be given to this client",
            Self::ScopeMalformed => "scope has a character that scopes cannot have, or is too long",
            Self::KeysTwice => "send jwks or jwks_uri, not both",
            Self::Keys(fault) => fault,
            Self::KeysUri => "jwks_uri is no https URL that this server fetches keys from",
            Self::TooLarge => {
                "the metadata is too large; use fewer or shorter redirect_uris, or jwks_uri instead of jwks"
            }
        }
    }
}

impl RedirectFault {
    /// What is wrong with a redirect URI, for whoever registers it.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::TooLong => "a redirect URI can have 512 characters at most",
            Self::Malformed => "a redirect URI must be an absolute URI in printable ASCII",
            Self::Fragment => "a redirect URI cannot have a fragment",
            Self::UserInformation => "a redirect URI cannot have user information",
            Self::Scheme => "redirect URIs of this scheme are not accepted here",
            Self::InsecureHost => {
                "http redirect URIs are accepted for 127.0.0.1, [::1] and localhost only; use https"
            }
        }
    }
}
