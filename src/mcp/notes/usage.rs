//! How often each person used what, since this process began. Bounded, and gone with the process.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use super::Owner;

/// How many people are counted; further ones are told nothing.
const OWNERS_MAX: usize = 10_000;

/// The counts.
#[derive(Debug, Default)]
pub(super) struct Usage(Mutex<HashMap<Owner, BTreeMap<&'static str, u64>>>);

impl Usage {
    /// Counts one use of `what`.
    pub(super) fn count(&self, owner: &Owner, what: &'static str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() < OWNERS_MAX || counts.contains_key(owner) {
            let count = counts.entry(owner.clone()).or_default().entry(what).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// What was counted of `owner`.
    pub(super) fn of(&self, owner: &Owner) -> BTreeMap<&'static str, u64> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(owner).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_people_are_counted_and_they_go_on_to_be() {
        let usage = Usage::default();
        let owner = |number: usize| Owner { issuer: "i".to_owned(), subject: number.to_string() };
        for number in 0..=OWNERS_MAX {
            usage.count(&owner(number), "tool");
        }
        usage.count(&owner(0), "tool");
        assert_eq!(usage.of(&owner(0)), BTreeMap::from([("tool", 2)]));
        assert_eq!(usage.of(&owner(OWNERS_MAX - 1)), BTreeMap::from([("tool", 1)]));
        assert_eq!(usage.of(&owner(OWNERS_MAX)), BTreeMap::new());
    }
}
