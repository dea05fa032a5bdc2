//! What comes from outside: the clock and entropy. Everything else a node knows is in its configuration.

use std::time::{SystemTime, UNIX_EPOCH};

use protocol::oauth::time::UnixTime;
use rand::TryRng as _;

/// The outside, as a trait so that tests can hold time still.
pub trait World: Send + Sync + 'static {
    /// The current time in whole seconds.
    fn now(&self) -> UnixTime;
    /// Bytes nobody can predict.
    fn random(&self) -> [u8; 16];
}

/// The operating system's clock and entropy.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealWorld;

impl World for RealWorld {
    fn now(&self) -> UnixTime {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        UnixTime(since.map_or(0, |duration| duration.as_secs()))
    }

    fn random(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        rand::rngs::SysRng.try_fill_bytes(&mut bytes).expect("the operating system has entropy");
        bytes
    }
}
