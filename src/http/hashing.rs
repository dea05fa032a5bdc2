//! Slow hashes, a few at a time: each takes tens of milliseconds and megabytes, and must not stop the event loop.

use tokio::sync::{Semaphore, SemaphorePermit};

/// How many wait for each hash that runs. More are told to come back: they would be gone before their turn.
const WAITING_PER_TURN: usize = 16;

/// A door that lets only so many slow hashes through at once; some wait their turn.
#[derive(Debug)]
pub struct Hashing {
    turns: Semaphore,
    /// One permit for each that runs or waits.
    places: Semaphore,
}

/// The right to compute one slow hash now.
#[derive(Debug)]
pub struct Turn<'a> {
    _turn: SemaphorePermit<'a>,
    _place: SemaphorePermit<'a>,
}

/// Too many are waiting already.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Busy;

impl Hashing {
    /// At most `at_once` hashes run at the same time, and sixteen times as many wait.
    #[must_use]
    pub fn new(at_once: usize) -> Self {
        let at_once = at_once.max(1);
        let places = at_once.saturating_mul(1 + WAITING_PER_TURN);
        Self { turns: Semaphore::new(at_once), places: Semaphore::new(places) }
    }

    /// Waits until a hash may be computed.
    /// # Errors
    /// [`Busy`].
    pub async fn turn(&self) -> Result<Turn<'_>, Busy> {
        let place = self.places.try_acquire().map_err(|_| Busy)?;
        let turn = self.turns.acquire().await.map_err(|_| Busy)?;
        Ok(Turn { _turn: turn, _place: place })
    }
}

impl Turn<'_> {
    /// Runs `work` on a thread of its own. A panic in it counts as no match.
    pub async fn run(self, work: impl FnOnce() -> bool + Send + 'static) -> bool {
        tokio::task::spawn_blocking(work).await.unwrap_or(false)
    }
}
