//! A ledger small enough to be read at a glance, for histories that need one.

use std::collections::HashMap;

use crate::ids::{CodeId, FamilyId};
use crate::oauth::time::UnixTime;
use crate::replay::{Claim, Rotation};

/// Codes that were claimed, and families of tokens. It forgets nothing.
#[derive(Debug, Default)]
pub(super) struct Memory {
    claimed: HashMap<CodeId, UnixTime>,
    families: HashMap<FamilyId, Family>,
}

#[derive(Clone, Copy, Debug)]
struct Family {
    newest: u32,
    newest_since: UnixTime,
    revoked: bool,
}

impl Memory {
    pub(super) fn claim(&mut self, code: CodeId, now: UnixTime) -> Claim {
        if let Some(first_at) = self.claimed.get(&code) {
            Claim::Repeated { first_at: *first_at }
        } else {
            self.claimed.insert(code, now);
            Claim::First
        }
    }

    pub(super) fn revoke(&mut self, family: FamilyId, now: UnixTime) {
        self.family(family, 0, now).revoked = true;
    }

    pub(super) fn is_revoked(&self, family: FamilyId) -> bool {
        self.families.get(&family).is_some_and(|family| family.revoked)
    }

    pub(super) fn rotate(
        &mut self,
        family: FamilyId,
        generation: u32,
        grace_seconds: u64,
        now: UnixTime,
    ) -> Rotation {
        let family = self.family(family, generation, now);
        if family.revoked {
            Rotation::Revoked
        } else if generation >= family.newest {
            (family.newest, family.newest_since) = (generation.saturating_add(1), now);
            Rotation::Rotated
        } else if generation + 1 == family.newest
            && now.seconds_since(family.newest_since) < grace_seconds
        {
            Rotation::Sibling
        } else {
            family.revoked = true;
            Rotation::Reused
        }
    }

    fn family(&mut self, family: FamilyId, newest: u32, now: UnixTime) -> &mut Family {
        self.families.entry(family).or_insert(Family { newest, newest_since: now, revoked: false })
    }
}
