//! The texts that the memory keeps: as many bytes as there is room for, each until its end.

use std::collections::{BTreeSet, HashMap};

use protocol::ids::GrantName;
use protocol::oauth::time::UnixTime;

use super::super::kept::bytes_max;
use super::{Capacity, Keep, Keeping, Kept, Unavailable};

/// What is kept.
#[derive(Debug)]
pub(super) struct Shelf {
    bytes_max: usize,
    bytes: usize,
    texts: HashMap<GrantName, (Kept, UnixTime)>,
    ends: BTreeSet<(UnixTime, GrantName)>,
}

impl Shelf {
    pub(super) fn new(capacity: Capacity) -> Self {
        let bytes_max = bytes_max(capacity.families_max);
        Self { bytes_max, bytes: 0, texts: HashMap::new(), ends: BTreeSet::new() }
    }

    pub(super) fn keep(&mut self, kept: Keep, now: UnixTime) -> Result<Keeping, Unavailable> {
        self.forget_ended(now);
        let known = self.texts.get(&kept.name);
        let Some(version) = kept.following(known.map(|(known, _)| known.version)) else {
            return Ok(Keeping::Overtaken);
        };
        let replaced = known.map_or(0, |(known, _)| known.text.len());
        if self.bytes - replaced + kept.text.len() > self.bytes_max {
            return Err(Unavailable::because("as much as it may keep is kept"));
        }
        self.forget(kept.name);
        self.bytes += kept.text.len();
        self.ends.insert((kept.expires_at, kept.name));
        self.texts.insert(kept.name, (Kept { text: kept.text, version }, kept.expires_at));
        Ok(Keeping::Kept { version })
    }

    pub(super) fn kept(&self, name: GrantName, now: UnixTime) -> Option<Kept> {
        let (kept, _) = self.texts.get(&name).filter(|(_, expires_at)| now < *expires_at)?;
        Some(kept.clone())
    }

    pub(super) fn forget(&mut self, name: GrantName) {
        if let Some((kept, expires_at)) = self.texts.remove(&name) {
            self.ends.remove(&(expires_at, name));
            self.bytes -= kept.text.len();
        }
    }

    /// Each text is forgotten once, so keeping one pays for one forgetting on average.
    fn forget_ended(&mut self, now: UnixTime) {
        while let Some((expires_at, name)) = self.ends.first().copied()
            && expires_at <= now
        {
            self.forget(name);
        }
    }
}
