//! The default ledger: exact on one node, bounded, and gone when the process ends.
//!
//! One lock guards both tables. It is held for well under a microsecond, never across an `await`, and a request takes it
//! once or twice; more locks would cost more code than they save time.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use protocol::epochs::Epochs;
use protocol::ids::{FamilyId, GrantName};
use protocol::oauth::time::UnixTime;
use protocol::replay::{Claim, Holder, Revocation, Rotation, UseId};

use super::family::{Standing, alone};
use super::{
    Answer, CodeClaim, Guarantee, Keep, Keeping, Kept, Ledger, Reach, RefreshUse, Unavailable,
    UseClaim,
};
use shelf::Shelf;

mod shelf;

const GUARANTEE: Guarantee = Guarantee {
    kind: "memory",
    single_use_codes: Reach::OneNode,
    reuse_detection: Reach::OneNode,
    revocation: Reach::OneNode,
    keeps: Reach::OneNode,
    knows_every_family: false,
    survives_restart: false,
    sentences: &[
        "On one node a code is redeemed once, and a second valid redemption revokes what the first one yielded.",
        "On one node the use of a refresh token that was replaced revokes its family.",
        "Nodes do not tell each other, and a restarted node believes the first token it sees of a family it does not know.",
        "Memory is bounded: when it is full of codes that are still valid, further codes are refused; when it is full of families, those unused for longest are forgotten, revoked ones never.",
        "What an identity provider gave for a person, where it must be kept, is known to one node until it restarts; then that person logs in again.",
    ],
};

/// How long everything is remembered beyond its end, so that a clock which steps back does not make a spent code fresh.
const MARGIN_SECONDS: u64 = 60;
/// How many families leave at most when one arrives, so that no operation pays for a crowd that expires at once.
const FORGOTTEN_AT_ONCE_MAX: usize = 8;
/// Tables smaller than this are never shrunk.
const SHRINK_ENTRIES_MIN: usize = 1024;

/// How much a [`Memory`] may remember. Nothing is allocated before it is needed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Capacity {
    /// Codes redeemed within a code's lifetime, and whatever else may be used once.
    pub codes_max: usize,
    /// Families of refresh tokens within a family's lifetime; for each of them there is room for 512 bytes that are kept.
    pub families_max: usize,
}

impl Default for Capacity {
    /// What hash tables of 2^20 slots hold before they would double: some 55 MB and 80 MB when full.
    fn default() -> Self {
        let entries = (1 << 20) / 8 * 7;
        Self { codes_max: entries, families_max: entries }
    }
}

/// How much is remembered at the moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Remembered {
    /// Codes that were claimed and may not have expired.
    pub codes: usize,
    /// Families that were used or revoked and may not have expired.
    pub families: usize,
}

/// A ledger in this process's memory.
#[derive(Debug)]
pub struct Memory {
    tables: Mutex<Tables>,
}

#[derive(Debug)]
struct Tables {
    capacity: Capacity,
    /// Codes, and whatever else may be used once: both are named by digests that nobody can choose.
    codes: HashMap<UseId, UnixTime>,
    codes_by_end: BTreeMap<UnixTime, Vec<UseId>>,
    epochs: Epochs,
    families: HashMap<FamilyId, Family>,
    /// Each family once, but for those in `kept`: the next candidate for forgetting comes first.
    queue: VecDeque<FamilyId>,
    /// Revoked families that an eviction met: they leave when they expire, and no eviction looks at them again.
    kept: VecDeque<FamilyId>,
    shelf: Shelf,
}

#[derive(Debug)]
struct Family {
    standing: Standing,
    expires_at: UnixTime,
    /// Whether it was used since an eviction last met it.
    touched: bool,
}

impl Family {
    fn has_ended(&self, now: UnixTime) -> bool {
        self.expires_at.plus_seconds(MARGIN_SECONDS) <= now
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new(Capacity::default())
    }
}

impl Memory {
    /// An empty ledger that grows up to `capacity`.
    #[must_use]
    pub fn new(capacity: Capacity) -> Self {
        let tables = Tables {
            capacity,
            codes: HashMap::new(),
            codes_by_end: BTreeMap::new(),
            epochs: Epochs::default(),
            families: HashMap::new(),
            queue: VecDeque::new(),
            kept: VecDeque::new(),
            shelf: Shelf::new(capacity),
        };
        Self { tables: Mutex::new(tables) }
    }

    /// How much is remembered at the moment.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] after a panic inside the ledger.
    pub fn remembered(&self) -> Result<Remembered, Unavailable> {
        let tables = self.lock()?;
        Ok(Remembered { codes: tables.codes.len(), families: tables.families.len() })
    }

    /// A panic while the lock was held may have left the tables at odds, so nothing is believed afterwards.
    fn lock(&self) -> Result<MutexGuard<'_, Tables>, Unavailable> {
        self.tables
            .lock()
            .map_err(|_| Unavailable::because("a thread panicked while writing to it"))
    }

    fn answer<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&mut Tables) -> Result<T, Unavailable>,
    ) -> Answer<'_, T> {
        Box::pin(std::future::ready(self.lock().and_then(|mut tables| ask(&mut tables))))
    }
}

impl Ledger for Memory {
    fn claim(&self, claimed: UseClaim, now: UnixTime) -> Answer<'_, Claim> {
        self.answer(|tables| tables.claim(claimed.id, claimed.expires_at, now))
    }

    fn claim_code(&self, claimed: CodeClaim, now: UnixTime) -> Answer<'_, Claim> {
        self.answer(|tables| tables.claim(UseId(claimed.code.0), claimed.expires_at, now))
    }

    fn rotate(&self, used: RefreshUse, now: UnixTime) -> Answer<'_, Rotation> {
        self.answer(|tables| tables.rotate(used, now))
    }

    fn foresee(&self, used: RefreshUse, now: UnixTime) -> Answer<'_, Rotation> {
        self.answer(|tables| Ok(tables.foresee(&used, now)))
    }

    fn revoke(&self, what: Revocation, now: UnixTime) -> Answer<'_, ()> {
        self.answer(|tables| match what {
            Revocation::Family { family, until } => tables.revoke(family, until, now),
            Revocation::Token { token, until } => tables.revoke(alone(token), until, now),
            Revocation::Subject { .. }
            | Revocation::Client { .. }
            | Revocation::Everything { .. } => {
                let noted = tables.epochs.note(what);
                noted.map_err(|_| Unavailable::because("as many instants as it may remember"))
            }
        })
    }

    fn is_revoked(&self, holder: Holder, _: UnixTime) -> Answer<'_, bool> {
        self.answer(|tables| {
            let names = [Some(holder.family), holder.token.map(alone)];
            let mut known =
                names.into_iter().flatten().filter_map(|name| tables.families.get(&name));
            let is_revoked = known.any(|known| known.standing == Standing::Revoked);
            Ok(is_revoked || tables.is_before_an_epoch(&holder))
        })
    }

    fn keep(&self, kept: Keep, now: UnixTime) -> Answer<'_, Keeping> {
        self.answer(|tables| tables.shelf.keep(kept, now))
    }

    fn kept(&self, name: GrantName, now: UnixTime) -> Answer<'_, Option<Kept>> {
        self.answer(|tables| Ok(tables.shelf.kept(name, now)))
    }

    fn check(&self) -> Answer<'_, ()> {
        self.answer(|_| Ok(()))
    }

    fn guarantee(&self) -> &Guarantee {
        &GUARANTEE
    }
}

impl Tables {
    fn claim(
        &mut self,
        code: UseId,
        expires_at: UnixTime,
        now: UnixTime,
    ) -> Result<Claim, Unavailable> {
        self.forget_codes(now);
        let is_full = self.codes.len() >= self.capacity.codes_max;
        match self.codes.entry(code) {
            Entry::Occupied(claimed) => Ok(Claim::Repeated { first_at: *claimed.get() }),
            Entry::Vacant(_) if is_full => {
                Err(Unavailable::because("as many codes as it may remember are still valid"))
            }
            Entry::Vacant(vacant) => {
                vacant.insert(now);
                let end = expires_at.max(now).plus_seconds(MARGIN_SECONDS);
                self.codes_by_end.entry(end).or_default().push(code);
                Ok(Claim::First)
            }
        }
    }

    /// Each code is forgotten once, so a claim pays for one forgetting on average.
    fn forget_codes(&mut self, now: UnixTime) {
        let mut forgot = false;
        while let Some(bucket) = self.codes_by_end.first_entry()
            && *bucket.key() <= now
        {
            for code in bucket.remove() {
                self.codes.remove(&code);
            }
            forgot = true;
        }
        if forgot && is_mostly_empty(self.codes.len(), self.codes.capacity()) {
            self.codes.shrink_to(self.codes.len() * 2);
        }
    }

    fn rotate(&mut self, used: RefreshUse, now: UnixTime) -> Result<Rotation, Unavailable> {
        self.forget_families(now);
        if self.is_before_an_epoch(&used.holder) {
            return Ok(Rotation::Revoked);
        }
        if let Some(family) = self.families.get_mut(&used.holder.family) {
            family.touched = true;
            family.expires_at = family.expires_at.max(used.family_expires_at);
            let rotation = family.standing.rotate(used.generation, used.grace_seconds, now);
            if family.standing == Standing::Revoked {
                self.shelf.forget(GrantName::of(used.holder.family));
            }
            return Ok(rotation);
        }
        let mut standing = Standing::unseen(used.generation);
        let rotation = standing.rotate(used.generation, used.grace_seconds, now);
        self.remember(used.holder.family, standing, used.family_expires_at, now)?;
        Ok(rotation)
    }

    /// An order holds at once, even if the clock of this node is behind the one that gave it.
    fn is_before_an_epoch(&self, holder: &Holder) -> bool {
        self.epochs.cover(holder, UnixTime(u64::MAX))
    }

    fn foresee(&self, used: &RefreshUse, now: UnixTime) -> Rotation {
        if self.is_before_an_epoch(&used.holder) {
            return Rotation::Revoked;
        }
        let known = self.families.get(&used.holder.family);
        let unseen = || Standing::unseen(used.generation);
        let mut standing = known.map_or_else(unseen, |known| known.standing);
        standing.rotate(used.generation, used.grace_seconds, now)
    }

    fn revoke(
        &mut self,
        family: FamilyId,
        until: UnixTime,
        now: UnixTime,
    ) -> Result<(), Unavailable> {
        self.forget_families(now);
        self.shelf.forget(GrantName::of(family));
        if let Some(known) = self.families.get_mut(&family) {
            known.standing = Standing::Revoked;
            known.expires_at = known.expires_at.max(until);
            return Ok(());
        }
        self.remember(family, Standing::Revoked, until, now)
    }

    fn remember(
        &mut self,
        family: FamilyId,
        standing: Standing,
        expires_at: UnixTime,
        now: UnixTime,
    ) -> Result<(), Unavailable> {
        if self.families.len() >= self.capacity.families_max && !self.evict_family(now) {
            return Err(Unavailable::because("as many families as it may remember are revoked"));
        }
        self.families.insert(family, Family { standing, expires_at, touched: false });
        self.queue.push_back(family);
        Ok(())
    }

    /// Drops what has expired at the front of both queues. Families arrive in about the order in which they expire; one
    /// that expires before its elders waits for them or for an eviction, which costs room but never a promise.
    fn forget_families(&mut self, now: UnixTime) {
        let mut forgot = 0;
        for queue in [&mut self.queue, &mut self.kept] {
            while forgot < FORGOTTEN_AT_ONCE_MAX
                && let Some(first) = queue.front()
                && self.families.get(first).is_none_or(|family| family.has_ended(now))
            {
                self.families.remove(first);
                queue.pop_front();
                forgot += 1;
            }
        }
        if forgot > 0 && is_mostly_empty(self.families.len(), self.families.capacity()) {
            self.families.shrink_to(self.families.len() * 2);
            self.queue.shrink_to(self.families.len() * 2);
            self.kept.shrink_to(self.families.len() * 2);
        }
    }

    /// Forgets the first family that was not used since an eviction last met it; false if all are revoked.
    fn evict_family(&mut self, now: UnixTime) -> bool {
        // One that was used goes to the back and is met again at the earliest after all others.
        while let Some(met) = self.queue.pop_front() {
            let Some(family) = self.families.get_mut(&met) else { continue };
            let is_revoked = family.standing == Standing::Revoked;
            if family.has_ended(now) || !(is_revoked || family.touched) {
                self.families.remove(&met);
                return true;
            }
            family.touched = false;
            let next = if is_revoked { &mut self.kept } else { &mut self.queue };
            next.push_back(met);
        }
        false
    }
}

fn is_mostly_empty(entries: usize, slots: usize) -> bool {
    slots > SHRINK_ENTRIES_MIN && entries < slots / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A full hash table of 2^n slots has 8/7 slots an entry and one byte more a slot; the lists beside it at most double.
    #[test]
    fn an_entry_costs_some_64_bytes() {
        let table = |entry: usize| (entry + 1) * 8 / 7;
        let code = table(size_of::<(UseId, UnixTime)>()) + 2 * size_of::<UseId>();
        let family = table(size_of::<(FamilyId, Family)>()) + 2 * size_of::<FamilyId>();
        assert_eq!((code, family), (60, 88));
    }
}
