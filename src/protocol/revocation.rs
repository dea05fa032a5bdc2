//! What goes when a client gives a token back.
//!
//! Source: RFC 7009. A refresh token takes everything along that descends from the same consent; an access token goes
//! alone, since its client may well want the next one.

use crate::flow::code::CODE_LIFETIME_SECONDS;
use crate::grant::{AccessGrant, GrantError, RefreshIssued};
use crate::oauth::client::Client;
use crate::oauth::error::ErrorCode;
use crate::oauth::time::UnixTime;
use crate::replay::Revocation;

/// Why a revocation request is refused. A token that is unknown, malformed or dead is no reason (RFC 7009 §2.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RevocationError {
    /// The client did not prove who it is.
    Client(GrantError),
    /// `token` is absent.
    TokenMissing,
    /// The token was issued to another client.
    AnotherClient,
    /// The ledger does not answer, so that the token may live on.
    LedgerUnavailable,
}

/// A token of ours, as it was issued.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum IssuedToken {
    /// An access token.
    Access(AccessGrant),
    /// A refresh token.
    Refresh(RefreshIssued),
}

impl RevocationError {
    /// Every reason of its own, for tests that must cover all of them.
    pub const ALL: [Self; 3] = [Self::TokenMissing, Self::AnotherClient, Self::LedgerUnavailable];

    /// What the client hears.
    #[must_use]
    pub fn code(self) -> ErrorCode {
        match self {
            Self::Client(reason) => reason.code(),
            Self::TokenMissing => ErrorCode::InvalidRequest,
            Self::AnotherClient => ErrorCode::InvalidClient,
            Self::LedgerUnavailable => ErrorCode::TemporarilyUnavailable,
        }
    }

    /// `error_description`.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Client(reason) => reason.description(),
            Self::TokenMissing => "token is missing",
            Self::AnotherClient => {
                "the token was issued to another client, which alone can give it back"
            }
            Self::LedgerUnavailable => {
                "the ledger does not answer; the token may still be good, try again"
            }
        }
    }
}

impl IssuedToken {
    /// What the ledger must be told when `client` gives the token back at `now`; `None` if it is over anyway.
    ///
    /// # Errors
    ///
    /// [`RevocationError::AnotherClient`] if it is not the client's own.
    ///
    /// # Source
    ///
    /// RFC 7009 §2.1. A refresh token that was replaced stands for its family too: who gives an old one back wants none.
    pub fn given_back(
        &self,
        client: &Client,
        now: UnixTime,
    ) -> Result<Option<Revocation>, RevocationError> {
        let (holder, what, until) = match self {
            Self::Access(grant) => {
                let until = grant.expires_at;
                (grant.holder(), Revocation::Token { token: grant.id(), until }, until)
            }
            Self::Refresh(token) => {
                let first_access = CODE_LIFETIME_SECONDS + client.lifetimes.access_seconds;
                let until = token.founded_at.plus_seconds(first_access);
                let until = until.max(token.family_expires_at(client));
                (token.holder(), Revocation::Family { family: token.family, until }, until)
            }
        };
        if holder.client != client.thumbprint() {
            return Err(RevocationError::AnotherClient);
        }
        Ok((now < until).then_some(what))
    }
}

/// How long a family can live in any configuration, in seconds, with the code it began with.
pub const FAMILY_SECONDS_MAX: u64 = 365 * 86_400 + CODE_LIFETIME_SECONDS;

/// How long an order of an operator's is obeyed, in seconds: clocks of an office and of a node may differ.
pub const ORDER_LIFETIME_SECONDS: u64 = 300;

/// What an operator's command wants revoked. Only who holds the key ring can seal one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Order {
    /// What is revoked.
    pub what: Revocation,
    /// When it was ordered.
    pub ordered_at: UnixTime,
}

/// Why an order is not obeyed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OrderError {
    /// It was not sealed under this ring and for this issuer, or not as an order.
    Unreadable,
    /// It was sealed too long ago.
    Expired,
    /// The ledger does not answer.
    LedgerUnavailable,
}

impl OrderError {
    /// Every reason, for tests that must cover all of them.
    pub const ALL: [Self; 3] = [Self::Unreadable, Self::Expired, Self::LedgerUnavailable];

    /// What the command hears.
    #[must_use]
    pub fn code(self) -> ErrorCode {
        match self {
            Self::Unreadable | Self::Expired => ErrorCode::InvalidRequest,
            Self::LedgerUnavailable => ErrorCode::TemporarilyUnavailable,
        }
    }

    /// `error_description`.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Unreadable => {
                "the order was not sealed with the key ring and the public_url of this server"
            }
            Self::Expired => "the order is older than five minutes; compare the clocks",
            Self::LedgerUnavailable => "the ledger does not answer; nothing was revoked, try again",
        }
    }
}

impl Order {
    /// What is to be revoked, at `now`.
    ///
    /// # Errors
    ///
    /// [`OrderError::Expired`] once [`ORDER_LIFETIME_SECONDS`] are over.
    pub fn obeyed(self, now: UnixTime) -> Result<Revocation, OrderError> {
        let is_over = self.ordered_at.plus_seconds(ORDER_LIFETIME_SECONDS) <= now;
        if is_over { Err(OrderError::Expired) } else { Ok(self.what) }
    }
}
