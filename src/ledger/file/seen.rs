//! What of the file is kept in memory too: the revocations, which every use of an access token asks for.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use protocol::epochs::{Epochs, Full};
use protocol::ids::FamilyId;
use protocol::oauth::time::UnixTime;
use protocol::replay::{Holder, Revocation};

use super::super::family::alone;

/// What is revoked.
#[derive(Debug, Default)]
pub(super) struct Revoked {
    pub(super) families: HashSet<FamilyId>,
    pub(super) epochs: Epochs,
}

/// The same, shared between the thread that writes and the tasks that ask. The lock is held for well under a
/// microsecond; a panic under it leaves nothing half done, so it is never poisoned for good.
#[derive(Debug, Default)]
pub(super) struct Seen(RwLock<Revoked>);

impl Seen {
    /// Whether tokens of `holder` are revoked. An order holds at once, even if the clock of this node is behind the one
    /// that gave it.
    pub(super) fn covers(&self, holder: &Holder) -> bool {
        let revoked = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut names = [Some(holder.family), holder.token.map(alone)].into_iter().flatten();
        names.any(|name| revoked.families.contains(&name))
            || revoked.epochs.cover(holder, UnixTime(u64::MAX))
    }

    pub(super) fn replace(&self, revoked: Revoked) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = revoked;
    }

    pub(super) fn insert(&self, family: FamilyId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).families.insert(family);
    }

    pub(super) fn remove(&self, family: FamilyId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).families.remove(&family);
    }

    /// Notes an instant.
    pub(super) fn note(&self, what: Revocation) -> Result<(), Full> {
        self.0.write().unwrap_or_else(PoisonError::into_inner).epochs.note(what)
    }
}
