//! Clients: who asks, how they are known, and what they may ask for.
//!
//! Source: OAuth 2.1 (draft 13) §2, RFC 7591 §2.

use super::assertion::{AssertionFault, ProvenAssertion};
use super::pkce::PkceRule;
use super::post_logout::PostLogoutRedirectUri;
use super::redirect_uri::{MatchedRedirectUri, RedirectKind, RegisteredRedirectUri};
use super::scope::Scope;
use crate::grant::GrantType;
use crate::ids::short_digest;

/// A client as this deployment knows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Client {
    /// The identifier, exactly as the client sends it.
    pub id: String,
    /// The name people read; hostile text unless the operator wrote it.
    pub name: Option<String>,
    /// How the client came to be known.
    pub origin: ClientOrigin,
    /// Where its codes may go.
    pub redirect_uris: Vec<RegisteredRedirectUri>,
    /// Where browsers may go after a logout that it asked for.
    pub post_logout_redirect_uris: Vec<PostLogoutRedirectUri>,
    /// What it has to prove itself with.
    pub kind: ClientKind,
    /// Where the public keys are that its assertions are verified with.
    pub keys: Option<KeySource>,
    /// The exchanges it may use.
    pub grant_types: Vec<GrantType>,
    /// The most it can be granted.
    pub scope: Scope,
    /// When the subject is asked.
    pub consent: ConsentRule,
    /// How long its tokens live.
    pub lifetimes: Lifetimes,
    /// What its requests must bring of PKCE.
    pub pkce: PkceRule,
}

/// How a client came to be known.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ClientOrigin {
    /// The operator wrote it into the configuration.
    Preregistered,
    /// Its id is the URL of its metadata document, which whoever runs that host answers for.
    Document,
    /// It registered itself (RFC 7591).
    Registered,
}

/// Whether a client can keep a secret.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ClientKind {
    /// No secret: `none`.
    Public,
    /// A shared secret: `client_secret_basic` or `client_secret_post`, as the client likes.
    Confidential,
    /// A key pair: `private_key_jwt`.
    Keyed,
    /// Its document names both `none` and `private_key_jwt`, and either is taken.
    PublicOrKeyed,
}

/// Where a client's public keys are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KeySource {
    /// A JSON Web Key Set, as it was given.
    Inline(String),
    /// `jwks_uri`: where the set is published.
    Remote(String),
}

/// When the subject is asked to consent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ConsentRule {
    /// Each time.
    Always,
    /// Once per browser, client, redirect URI, resource and scope.
    Remembered,
    /// Never: the operator's own client.
    Implied,
}

/// How long a client's tokens live, in seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Lifetimes {
    /// An access token.
    pub access_seconds: u64,
    /// A refresh token that is not used.
    pub refresh_idle_seconds: u64,
    /// All refresh tokens that descend from one consent.
    pub refresh_absolute_seconds: u64,
    /// What happens to a refresh token when it is used.
    pub rotation: RotationRule,
}

/// What happens to a refresh token when it is used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RotationRule {
    /// A successor replaces it; it stays usable for at most this long, and only until the successor is used.
    Rotate {
        /// In seconds, 0 for strict single use.
        grace_seconds: u64,
    },
    /// It stays as it is until its absolute end, for clients that cannot store a new one.
    Keep,
}

/// 128 bits that stand for a `client_id` inside codes and tokens, which would be too long otherwise.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ClientThumbprint(pub [u8; 16]);

/// A client that proved to be the one it names. Only [`authenticate`] makes one.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient(Client);

/// What a client presented to prove who it is, at most one thing.
#[derive(Clone, Copy)]
pub enum Credential<'a> {
    /// Its name alone.
    Nothing,
    /// A secret, by Basic authentication or in the body.
    Secret(&'a str),
    /// An assertion that one of its keys signed.
    Assertion(&'a ProvenAssertion),
}

/// Why a client is not who it says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ClientFault {
    /// A confidential client sent no secret.
    SecretMissing,
    /// The secret is wrong.
    SecretWrong,
    /// A client without a secret sent one.
    SecretUnexpected,
    /// A client with a key pair sent no assertion.
    AssertionMissing,
    /// A client without a key pair sent an assertion.
    AssertionUnexpected,
    /// The assertion proves nothing, or another client.
    Assertion(AssertionFault),
}

impl ClientKind {
    /// Whether nobody else can pass for a client of this kind: what a confidential client is (OAuth 2.1 §2.1).
    #[must_use]
    pub fn can_keep_a_secret(self) -> bool {
        match self {
            Self::Public | Self::PublicOrKeyed => false,
            Self::Confidential | Self::Keyed => true,
        }
    }

    /// Whether it may prove itself with an assertion.
    #[must_use]
    pub fn can_assert(self) -> bool {
        match self {
            Self::Public | Self::Confidential => false,
            Self::Keyed | Self::PublicOrKeyed => true,
        }
    }
}

impl Client {
    /// The registered redirect URI that `sent` matches, or the only one where none was sent.
    ///
    /// # Source
    ///
    /// OAuth 2.1 §4.1.1, §2.3.1. A loopback or private-use URI must be sent: its port is unknown otherwise.
    #[must_use]
    pub fn match_redirect_uri(&self, sent: Option<&str>) -> Option<MatchedRedirectUri> {
        match (sent, self.redirect_uris.as_slice()) {
            (Some(sent), registered) => registered.iter().find_map(|uri| uri.matches(sent)),
            (None, [only])
                if matches!(only.kind(), RedirectKind::Web | RedirectKind::OutOfBand) =>
            {
                only.matches(only.as_str())
            }
            (None, _) => None,
        }
    }

    /// What stands for it inside codes and tokens.
    #[must_use]
    pub fn thumbprint(&self) -> ClientThumbprint {
        ClientThumbprint::of(&self.id)
    }

    /// Whether it may use `grant_type`.
    #[must_use]
    pub fn may_use(&self, grant_type: GrantType) -> bool {
        self.grant_types.contains(&grant_type)
    }
}

impl ClientThumbprint {
    /// The thumbprint of a `client_id` as sent.
    #[must_use]
    pub fn of(client_id: &str) -> Self {
        Self(short_digest(client_id))
    }
}

impl AuthenticatedClient {
    /// The client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.0
    }
}

/// Checks what `client` presented. `matches` tells whether a secret is this client's, in constant time.
///
/// # Errors
///
/// The [`ClientFault`]; the wire hears `invalid_client` for each.
///
/// # Source
///
/// OAuth 2.1 §2.4, §2.5. Both ways of sending a secret prove the same, so either is taken from a confidential client.
pub fn authenticate(
    client: Client,
    credential: Credential<'_>,
    matches: impl FnOnce(&Client, &str) -> bool,
) -> Result<AuthenticatedClient, ClientFault> {
    match (client.kind, credential) {
        (ClientKind::Public | ClientKind::PublicOrKeyed, Credential::Nothing) => {
            Ok(AuthenticatedClient(client))
        }
        (
            ClientKind::Public | ClientKind::PublicOrKeyed | ClientKind::Keyed,
            Credential::Secret(_),
        ) => Err(ClientFault::SecretUnexpected),
        (ClientKind::Public | ClientKind::Confidential, Credential::Assertion(_)) => {
            Err(ClientFault::AssertionUnexpected)
        }
        (ClientKind::Keyed | ClientKind::PublicOrKeyed, Credential::Assertion(proven)) => {
            if proven.client() == client.thumbprint() {
                Ok(AuthenticatedClient(client))
            } else {
                Err(ClientFault::Assertion(AssertionFault::Subject))
            }
        }
        (ClientKind::Keyed, Credential::Nothing) => Err(ClientFault::AssertionMissing),
        (ClientKind::Confidential, Credential::Nothing) => Err(ClientFault::SecretMissing),
        (ClientKind::Confidential, Credential::Secret(secret)) => {
            if matches(&client, secret) {
                Ok(AuthenticatedClient(client))
            } else {
                Err(ClientFault::SecretWrong)
            }
        }
    }
}
