//! The token endpoint: one file per grant type.
//!
//! Source: OAuth 2.1 (draft 13) §3.2, §4.

pub mod client_credentials;
mod error;
pub mod refresh_token;

pub use error::GrantError;
pub use refresh_token::RefreshIssued;

use crate::ids::{FamilyId, TokenId};
use crate::oauth::client::ClientThumbprint;
use crate::oauth::resource::Resource;
use crate::oauth::scope::Scope;
use crate::oauth::subject::Subject;
use crate::oauth::time::UnixTime;
use crate::replay::Holder;

/// A grant type this server knows.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum GrantType {
    /// `authorization_code`; its stages are in [`crate::flow::code`].
    AuthorizationCode,
    /// `refresh_token`
    RefreshToken,
    /// `client_credentials`
    ClientCredentials,
}

/// The right to one access token. Sealed, it is the token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AccessGrant {
    /// The family it is revoked with; one of its own where nobody consented.
    pub family: FamilyId,
    /// The number of the refresh that yielded it.
    pub generation: u32,
    /// The client that may use it.
    pub client: ClientThumbprint,
    /// Who it speaks for.
    pub subject: Subject,
    /// What it allows.
    pub scope: Scope,
    /// Whom it is for.
    pub resource: Resource,
    /// When it was made.
    pub issued_at: UnixTime,
    /// The first instant at which it is void.
    pub expires_at: UnixTime,
    /// `expires_in`: how long it is promised to live from now on, in seconds.
    pub lifetime_seconds: u64,
}

impl AccessGrant {
    /// Its name, which follows from the rest.
    #[must_use]
    pub fn id(&self) -> TokenId {
        self.family.access_token(self.generation, self.issued_at, &self.scope.to_string())
    }

    /// The same as others read it: it begins with the name of the family.
    #[must_use]
    pub fn jti(&self) -> [u8; 24] {
        self.id().within(self.family)
    }

    /// What it can be revoked by.
    #[must_use]
    pub fn holder(&self) -> Holder {
        Holder {
            family: self.family,
            subject: self.subject.digest(),
            client: self.client,
            founded_at: self.issued_at,
            token: Some(self.id()),
        }
    }
}

impl GrantType {
    /// Every grant type, in the order of metadata.
    pub const ALL: [Self; 3] =
        [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials];

    /// Reads the `grant_type` parameter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }

    /// The registered spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }
}
