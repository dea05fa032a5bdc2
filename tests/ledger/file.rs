//! The ledger in a file: what survives, what is refused, and what a disk that fails means.

use std::path::Path;
use std::time::{Duration, Instant};

use super::*;

/// The file opened again, once whoever had it has let go of it.
pub(super) fn reopened(path: &Path) -> Arc<dyn Ledger> {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        match File::open(path, Capacity::default(), BEGAN) {
            Ok(ledger) => return Arc::new(ledger),
            Err(FileError::InUse { .. }) if Instant::now() < until => {
                std::thread::park_timeout(Duration::from_millis(1));
            }
            Err(error) => panic!("{error}"),
        }
    }
}
