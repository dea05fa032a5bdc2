//! A world in which time passes when a test says so, and chance repeats itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use protocol::oauth::time::UnixTime;
use sealbearer::world::World;

/// When every test begins.
pub(crate) const START: UnixTime = UnixTime(1_800_000_000);

/// The time, shared by all nodes of a test.
#[derive(Clone, Debug)]
pub(crate) struct Clock(Arc<AtomicU64>);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(START.0)))
    }

    pub(crate) fn now(&self) -> UnixTime {
        UnixTime(self.0.load(Ordering::Relaxed))
    }

    /// Lets `seconds` pass.
    pub(crate) fn pass(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

/// The clock of a test, and bytes that count up: no two draws of any node are alike.
#[derive(Debug)]
pub(crate) struct FixedWorld {
    clock: Clock,
    node: u8,
    drawn: AtomicU64,
}

impl FixedWorld {
    pub(crate) fn new(clock: Clock, node: u8) -> Self {
        Self { clock, node, drawn: AtomicU64::new(0) }
    }
}

impl World for FixedWorld {
    fn now(&self) -> UnixTime {
        self.clock.now()
    }

    fn random(&self) -> [u8; 16] {
        let mut bytes = [self.node; 16];
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        bytes[..8].copy_from_slice(&drawn.to_le_bytes());
        bytes
    }
}
