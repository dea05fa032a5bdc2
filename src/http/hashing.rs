//! Slow hashes, a few at a time: each takes tens of milliseconds and megabytes, and must not stop the event loop.

use tokio::sync::Semaphore;

/// A door that lets only so many slow hashes through at once; others wait their turn.
#[derive(Debug)]
pub struct Hashing(Semaphore);

impl Hashing {
    /// At most `at_once` hashes run at the same time.
    #[must_use]
    pub fn new(at_once: usize) -> Self {
        Self(Semaphore::new(at_once.max(1)))
    }

    /// Runs `work` on a thread of its own. A panic in it counts as no match.
    pub async fn run(&self, work: impl FnOnce() -> bool + Send + 'static) -> bool {
        let Ok(_turn) = self.0.acquire().await else { return false };
        tokio::task::spawn_blocking(work).await.unwrap_or(false)
    }
}
