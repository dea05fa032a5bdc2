//! What no token can know about itself: that it was already used, or revoked.
//!
//! Source: OAuth 2.1 (draft 13) §4.1.3, §4.3.1, §7.5.2. A back end answers a few atomic questions; what follows from an
//! answer is decided in [`mod@protocol`]. Everything else is checked before a ledger is asked, so that a request which
//! would have been refused anyway changes nothing here.

use std::borrow::Cow;
use std::pin::Pin;

use protocol::grant::RefreshIssued;
use protocol::ids::{CodeId, FamilyId, GrantName};
use protocol::oauth::client::{Client, RotationRule};
use protocol::oauth::time::UnixTime;
use protocol::replay::{Claim, Holder, Revocation, Rotation, UseId};

mod family;
mod file;
mod guarantee;
mod kept;
mod memory;
mod none;
mod valkey;

pub use file::{File, FileError};
pub use guarantee::{Guarantee, Reach};
pub use kept::{KEPT_CHARACTERS_MAX, Keep, Keeping, Kept};
pub use memory::{Capacity, Memory, Remembered};
pub use none::Forgetful;
pub use valkey::{Settings as ValkeySettings, Target, TargetRefused, Valkey};

/// How a back end answers: boxed, so that one binary can choose its back end from the configuration.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Unavailable>> + Send + 'a>>;

/// How long an instant of revocation is remembered where it can be forgotten: longer than a configuration can let a family
/// live.
const EPOCH_KEPT_SECONDS: u64 = 366 * 86_400;

/// What a ledger that may have lost what it knew says of a code it cannot know: it counts as claimed, long ago.
const BEYOND_MEMORY: Claim = Claim::Repeated { first_at: UnixTime(0) };

/// The ledger cannot answer. Whoever asked must mint nothing (HTTP 503): an unknown answer is not a yes.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the ledger cannot answer: {reason}")]
pub struct Unavailable {
    /// For the log; names no code, family or client.
    pub reason: Cow<'static, str>,
}

impl Unavailable {
    fn because(reason: &'static str) -> Self {
        Self { reason: Cow::Borrowed(reason) }
    }
}

/// One use of something that is no code and may be used once, as the ledger needs to know it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UseClaim {
    /// Its name.
    pub id: UseId,
    /// When it was made, at the earliest: a ledger that lost what it knew since then cannot tell.
    pub issued_at: UnixTime,
    /// From when on nobody accepts it.
    pub expires_at: UnixTime,
}

/// The redemption of a code, as the ledger needs to know it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CodeClaim {
    /// The code.
    pub code: CodeId,
    /// From when on nobody can redeem it.
    pub expires_at: UnixTime,
    /// The family it founds.
    pub family: FamilyId,
    /// When the last token of that family ends.
    pub family_expires_at: UnixTime,
}

/// One use of a refresh token, as the ledger needs to know it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RefreshUse {
    /// What the token can be revoked by.
    pub holder: Holder,
    /// The token's number within its family.
    pub generation: u32,
    /// How long the token stays usable after this use, unless its successor is used first. 0: not at all.
    pub grace_seconds: u64,
    /// When the last token of the family ends, so that nobody needs to remember it longer.
    pub family_expires_at: UnixTime,
}

impl RefreshUse {
    /// The use of `token` by its `client` at `now`. Nothing succeeds a token that its client keeps, so that one stays
    /// usable as long as its family.
    #[must_use]
    pub fn of(token: &RefreshIssued, client: &Client, now: UnixTime) -> Self {
        let family_expires_at = token.family_expires_at(client);
        let grace_seconds = match client.lifetimes.rotation {
            RotationRule::Rotate { grace_seconds } => grace_seconds,
            RotationRule::Keep => family_expires_at.seconds_since(now),
        };
        let (holder, generation) = (token.holder(), token.generation);
        Self { holder, generation, grace_seconds, family_expires_at }
    }
}

/// Remembers which codes and refresh tokens were used. Each operation is atomic: of two that race, one is first.
pub trait Ledger: Send + Sync + 'static {
    /// Claims what is no code and may be used once.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if the claim could not be remembered; then it must not count.
    fn claim(&self, claimed: UseClaim, now: UnixTime) -> Answer<'_, Claim>;

    /// Claims a code, and founds its family in the same step where this ledger must know every family.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if the claim could not be remembered; then it must not count.
    fn claim_code(&self, claimed: CodeClaim, now: UnixTime) -> Answer<'_, Claim>;

    /// Uses a refresh token.
    ///
    /// The newest of its family is replaced by its successor. Its predecessor is a sibling until the newest is used,
    /// for the grace that was given when the predecessor was used. Anything older is a copy: the family is revoked. What
    /// was revoked by subject, client or instant is [`Rotation::Revoked`], and nothing else changes.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if the use could not be remembered; then nothing may be issued.
    fn rotate(&self, used: RefreshUse, now: UnixTime) -> Answer<'_, Rotation>;

    /// What [`Ledger::rotate`] would answer to `used`, which is not used by asking.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if that cannot be known.
    fn foresee(&self, used: RefreshUse, now: UnixTime) -> Answer<'_, Rotation>;

    /// Revokes `what`. Of two instants for the same subject or client the later one stands.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if the revocation could not be remembered.
    fn revoke(&self, what: Revocation, now: UnixTime) -> Answer<'_, ()>;

    /// Whether tokens of `holder` are known to be revoked: the token itself, its family, or everything of their subject, their client
    /// or at all that was founded before an instant.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if that cannot be known.
    fn is_revoked(&self, holder: Holder, now: UnixTime) -> Answer<'_, bool>;

    /// Keeps a text under a name, if what is there now is what it replaces. What is kept under the name of a family goes when
    /// that family is revoked, by [`Ledger::revoke`] or by reuse.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if it could not be kept, or this ledger keeps nothing.
    fn keep(&self, kept: Keep, now: UnixTime) -> Answer<'_, Keeping> {
        let _ = (kept, now);
        Box::pin(std::future::ready(Err(Unavailable::because("it keeps nothing"))))
    }

    /// What is kept under `name` and has not ended.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if that cannot be known.
    fn kept(&self, name: GrantName, now: UnixTime) -> Answer<'_, Option<Kept>> {
        let _ = (name, now);
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Looks whether it still knows what it was told, and answers from when on what is issued is believed.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if that cannot be known.
    fn begin(&self, now: UnixTime) -> Answer<'_, UnixTime> {
        Box::pin(std::future::ready(Ok(now)))
    }

    /// Whether it would answer now; for `/readyz`.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if it would not.
    fn check(&self) -> Answer<'_, ()>;

    /// What this back end promises. Nothing may be advertised beyond it.
    fn guarantee(&self) -> &Guarantee;
}
