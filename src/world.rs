//! What comes from outside: the clock and entropy. Everything else a node knows is in its configuration.

use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use protocol::oauth::time::UnixTime;
use rand::TryRng as _;

/// The outside, as a trait so that tests can hold time still.
pub trait World: Send + Sync + 'static {
    /// The current time in whole seconds.
    fn now(&self) -> UnixTime;
    /// Bytes nobody can predict.
    fn random(&self) -> [u8; 16];
    /// Time since some moment of the past. It never runs backwards, however the clock is set.
    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.now().0)
    }
}

/// When this process first asked for the time.
static BEGAN_AT: LazyLock<Instant> = LazyLock::new(Instant::now);

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

    fn elapsed(&self) -> Duration {
        BEGAN_AT.elapsed()
    }
}
