//! The rotation rule for one family of refresh tokens, apart from where the record is kept.
//!
//! Source: OAuth 2.1 (draft 13) §4.3.1. Clients lose answers, so a token stays usable for a while after it was replaced;
//! but only until its successor shows up, since then the answer did arrive.

use protocol::ids::{FamilyId, TokenId};
use protocol::oauth::time::UnixTime;
use protocol::replay::Rotation;

/// What is remembered of a family that was seen at least once.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Standing {
    /// Its tokens may be used.
    Alive {
        /// The number of the newest token, which was not used yet.
        newest: u32,
        /// Until when the token before the newest is still usable.
        previous_until: UnixTime,
    },
    /// None of its tokens may be used any more.
    Revoked,
}

/// An access token as a family of which it is the only one. Both names are HMACs under ids nobody can choose, so that one
/// never reads like another.
pub(super) fn alone(token: TokenId) -> FamilyId {
    FamilyId(token.0)
}

impl Standing {
    /// The standing of a family this ledger knows nothing of, whose token number `generation` was presented: it is
    /// believed to be the newest.
    pub(super) fn unseen(generation: u32) -> Self {
        Self::Alive { newest: generation, previous_until: UnixTime(0) }
    }

    /// The standing after token number `generation`, the newest, was used.
    fn succeeded(generation: u32, grace_seconds: u64, now: UnixTime) -> Self {
        // No client gets this far: 2^32 generations at one a second take 136 years. Ending the family is the safe end.
        generation.checked_add(1).map_or(Self::Revoked, |newest| Self::Alive {
            newest,
            previous_until: now.plus_seconds(grace_seconds),
        })
    }

    /// The standing of a family when its code was redeemed: token number 0 is out.
    pub(super) fn founded() -> Self {
        Self::Alive { newest: 0, previous_until: UnixTime(0) }
    }

    /// The same as [`Self::rotate`] where every token of the family was issued in sight of the ledger. A number beyond the
    /// newest then proves that the record is older than the token: nobody knows what else was used or revoked, so the
    /// family ends.
    pub(super) fn rotate_known(
        &mut self,
        generation: u32,
        grace_seconds: u64,
        now: UnixTime,
    ) -> Rotation {
        match *self {
            Self::Alive { newest, .. } if generation > newest => {
                *self = Self::Revoked;
                Rotation::Unknown
            }
            Self::Alive { .. } | Self::Revoked => self.rotate(generation, grace_seconds, now),
        }
    }

    /// Uses token number `generation`, and says what that was.
    ///
    /// A number beyond the newest was issued where this ledger could not see it. It is genuine, being sealed, and newer
    /// than everything known here; so it is believed.
    pub(super) fn rotate(
        &mut self,
        generation: u32,
        grace_seconds: u64,
        now: UnixTime,
    ) -> Rotation {
        let Self::Alive { newest, previous_until } = *self else {
            return Rotation::Revoked;
        };
        if generation >= newest {
            *self = Self::succeeded(generation, grace_seconds, now);
            return if *self == Self::Revoked { Rotation::Revoked } else { Rotation::Rotated };
        }
        if generation + 1 == newest && now < previous_until {
            return Rotation::Sibling;
        }
        *self = Self::Revoked;
        Rotation::Reused
    }
}
