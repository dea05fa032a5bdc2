//! Where people have logged in: a fixed number of places, so that somebody who guesses at a name elsewhere cannot keep
//! its owner out at home. Only a right password adds a place, and a place that is pushed out only loses a privilege.

use std::sync::atomic::{AtomicU64, Ordering};

/// Places that are remembered, at most.
const PLACES: usize = 4_096;

/// Hashes of (name, address), each in the one slot where it may be.
pub(super) struct Familiar(Box<[AtomicU64]>);

impl Familiar {
    /// Bytes of all places.
    pub(super) const BYTES: usize = PLACES * size_of::<AtomicU64>();

    pub(super) fn new() -> Self {
        Self((0..PLACES).map(|_| AtomicU64::new(0)).collect())
    }

    pub(super) fn add(&self, hash: u64) {
        self.slot(hash).store(hash, Ordering::Relaxed);
    }

    pub(super) fn knows(&self, hash: u64) -> bool {
        self.slot(hash).load(Ordering::Relaxed) == hash
    }

    fn slot(&self, hash: u64) -> &AtomicU64 {
        let low = u16::try_from(hash & 0xffff).expect("16 bits");
        &self.0[usize::from(low) % PLACES]
    }
}
