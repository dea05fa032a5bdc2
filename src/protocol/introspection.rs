//! What a caller is told of a token it asks about.
//!
//! Source: RFC 7662. Whatever is wrong with the token itself is no error: it is not active, and nothing more is said of
//! it. What the caller may not know of reads the same, and is told apart before the ledger is asked.

use crate::grant::refresh_token::{Refresh, Rotatable};
use crate::grant::{AccessGrant, GrantError, RefreshIssued};
use crate::oauth::client::{AuthenticatedClient, Client};
use crate::oauth::error::ErrorCode;
use crate::oauth::time::UnixTime;
use crate::policy::{Policy, RefreshMode};
use crate::replay::Rotation;

/// Why an introspection request is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum IntrospectionError {
    /// The caller did not prove who it is.
    Caller(GrantError),
    /// The caller is a client that cannot keep a secret, so that anybody could pass for it.
    CallerIsPublic,
    /// `token` is absent.
    TokenMissing,
    /// The ledger does not answer.
    LedgerUnavailable,
}

/// A client that may ask about tokens. Only [`Caller::admit`] makes one.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a>(&'a Client);

impl IntrospectionError {
    /// Every reason of its own, for tests that must cover all of them.
    pub const ALL: [Self; 3] = [Self::CallerIsPublic, Self::TokenMissing, Self::LedgerUnavailable];

    /// What the caller hears. One that says nothing of itself is not authenticated, like one that says it wrongly.
    ///
    /// # Source
    ///
    /// RFC 7662 §2.3 (401), RFC 6749 §5.2.
    #[must_use]
    pub fn code(self) -> ErrorCode {
        match self {
            Self::Caller(GrantError::ClientMissing) | Self::CallerIsPublic => {
                ErrorCode::InvalidClient
            }
            Self::Caller(reason) => reason.code(),
            Self::TokenMissing => ErrorCode::InvalidRequest,
            Self::LedgerUnavailable => ErrorCode::TemporarilyUnavailable,
        }
    }

    /// `error_description`.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Caller(reason) => reason.description(),
            Self::CallerIsPublic => "only a client that keeps a secret may ask about tokens",
            Self::TokenMissing => "token is missing",
            Self::LedgerUnavailable => GrantError::LedgerUnavailable.description(),
        }
    }
}

impl<'a> Caller<'a> {
    /// Admits a client that proved to be the one it names.
    ///
    /// # Errors
    ///
    /// [`IntrospectionError::CallerIsPublic`] where there was nothing to prove it with.
    ///
    /// # Source
    ///
    /// RFC 7662 §2.1 and §4: a caller that need not prove anything could try out tokens it found.
    pub fn admit(client: &'a AuthenticatedClient) -> Result<Self, IntrospectionError> {
        let client = client.client();
        if client.kind.can_keep_a_secret() {
            Ok(Self(client))
        } else {
            Err(IntrospectionError::CallerIsPublic)
        }
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> &Client {
        self.0
    }

    /// The access token, if the caller may know of it and nothing but the ledger can still be against it.
    #[must_use]
    pub fn sees_access(
        &self,
        grant: AccessGrant,
        policy: &Policy,
        now: UnixTime,
    ) -> Option<AccessGrant> {
        let is_its_own = grant.client == self.0.thumbprint();
        let may_ask = is_its_own || policy.may_introspect(self.0, &grant.resource);
        let is_good = now < grant.expires_at
            && policy.knows(&grant.subject)
            && !policy.has_revoked(&grant.holder(), now);
        (may_ask && is_good).then_some(grant)
    }

    /// The refresh token, if it is the caller's own and nothing but the ledger can still be against its use.
    #[must_use]
    pub fn sees_refresh(
        &self,
        token: RefreshIssued,
        policy: &Policy,
        now: UnixTime,
    ) -> Option<Rotatable> {
        let refresh = Refresh { client: self.0, scope: None, resource: &[] };
        let usable = token.present(&refresh, policy, now).ok();
        usable.filter(|_| policy.refresh != RefreshMode::Off)
    }
}

/// Whether a refresh token that the ledger would answer so about could be used now.
#[must_use]
pub fn is_usable(foreseen: Rotation) -> bool {
    match foreseen {
        Rotation::Rotated | Rotation::Sibling | Rotation::NotRemembered => true,
        Rotation::Reused | Rotation::Revoked | Rotation::Unknown => false,
    }
}
