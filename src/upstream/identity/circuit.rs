//! A provider that fails again and again is left alone for a while, so that nobody waits for it in vain.

use std::sync::{Mutex, MutexGuard, PoisonError};

use protocol::oauth::time::UnixTime;

use super::ProviderFault;

/// Failures in a row after which it is left alone.
pub const FAILURES_MAX: u32 = 5;
/// How long it is left alone, in seconds; then one question tells whether it is back.
pub const OPEN_SECONDS: u64 = 30;

/// What is known of how one provider is.
#[derive(Debug, Default)]
pub struct Circuit(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    asks_again_at: UnixTime,
}

impl Circuit {
    /// Whether sending somebody there makes sense.
    ///
    /// # Errors
    ///
    /// [`ProviderFault::CircuitOpen`].
    pub fn is_closed(&self, now: UnixTime) -> Result<(), ProviderFault> {
        let state = self.state();
        if state.failures >= FAILURES_MAX && now < state.asks_again_at {
            return Err(ProviderFault::CircuitOpen);
        }
        Ok(())
    }

    /// Whether it may be asked; after a while of rest one question is let through, and the next after as long again unless
    /// that one was answered.
    ///
    /// # Errors
    ///
    /// [`ProviderFault::CircuitOpen`].
    pub fn enter(&self, now: UnixTime) -> Result<(), ProviderFault> {
        self.is_closed(now)?;
        let mut state = self.state();
        if state.failures >= FAILURES_MAX {
            state.asks_again_at = now.plus_seconds(OPEN_SECONDS);
        }
        Ok(())
    }

    /// Takes note of how it went.
    pub fn note<T>(&self, outcome: &Result<T, ProviderFault>, now: UnixTime) {
        let mut state = self.state();
        match outcome {
            Err(fault) if fault.is_outage() => {
                state.failures = state.failures.saturating_add(1);
                state.asks_again_at = now.plus_seconds(OPEN_SECONDS);
            }
            Err(ProviderFault::Busy | ProviderFault::CircuitOpen) => {}
            Ok(_) | Err(_) => state.failures = 0,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
