//! What a ledger must know by now: told by what happened when, not by the records that a ledger keeps.

use std::collections::{BTreeMap, BTreeSet};

use protocol::oauth::time::UnixTime;

use super::MINUTE;

/// Whom an instant of revocation concerns.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Whose {
    Everybody,
    Person(&'static str),
    Client(usize),
}

/// What one node alone can know, or all of them that have one ledger.
#[derive(Clone, Debug, Default)]
pub(super) struct Remembered {
    claimed: BTreeSet<usize>,
    revoked: BTreeSet<usize>,
    /// Names of access tokens that were revoked alone.
    denied: BTreeSet<[u8; 16]>,
    /// By family: the newest generation that was used, and when it was used first.
    used: BTreeMap<usize, (u32, UnixTime)>,
    /// The first instant that is spared.
    spared: BTreeMap<Whose, UnixTime>,
}

impl Remembered {
    /// Whether nobody redeemed this code before, as far as is known here; from now on somebody did.
    pub(super) fn claim(&mut self, code: usize) -> bool {
        self.claimed.insert(code)
    }

    /// The family of this code is over.
    pub(super) fn revoke(&mut self, code: usize) {
        self.revoked.insert(code);
    }

    /// One access token is.
    pub(super) fn deny(&mut self, name: [u8; 16]) {
        self.denied.insert(name);
    }

    /// What began before an instant is over; of two instants the later one stands.
    pub(super) fn spare(&mut self, whose: Whose, from: UnixTime) {
        let spared = self.spared.entry(whose).or_default();
        *spared = from.max(*spared);
    }

    pub(super) fn is_revoked(&self, code: usize) -> bool {
        self.revoked.contains(&code)
    }

    pub(super) fn is_denied(&self, name: [u8; 16]) -> bool {
        self.denied.contains(&name)
    }

    /// Whether what began at `at` is over for one of these.
    pub(super) fn covers(&self, whose: &[Whose], at: UnixTime) -> bool {
        whose.iter().any(|whose| self.spared.get(whose).is_some_and(|from| at < *from))
    }

    /// Whether this generation may be used: none after it was, and itself no longer than a minute ago.
    pub(super) fn may_use(&self, code: usize, generation: u32, now: UnixTime) -> bool {
        match self.used.get(&code) {
            None => true,
            Some((newest, _)) if generation > *newest => true,
            Some((newest, first_at)) => {
                generation == *newest && now.seconds_since(*first_at) < MINUTE
            }
        }
    }

    /// This generation was used.
    pub(super) fn use_now(&mut self, code: usize, generation: u32, now: UnixTime) {
        if self.used.get(&code).is_none_or(|(newest, _)| generation > *newest) {
            self.used.insert(code, (generation, now));
        }
    }
}
