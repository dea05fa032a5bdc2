//! Counters for any number of keys in a fixed amount of memory.
//!
//! Every key has one cell in each of [`ROWS`] rows, chosen by a hash whose key is drawn at the start of the process. The
//! smallest of its cells is what counts, so keys that share some cells do not disturb one another. Nothing is ever
//! evicted: no flood of other keys can reset a counter, neither a victim's nor an attacker's. A flood can only make cells
//! fuller, and each admitted request adds no more than itself: to shut somebody out by way of shared cells takes more
//! requests a second, all admitted, than columns times the rate of one key.

use std::sync::{Arc, Mutex, PoisonError};

use governor::nanos::Nanos;
use governor::state::StateStore;

/// Cells of a key.
const ROWS: usize = 4;
/// Parts that are locked each for itself, so that threads seldom wait for one another. A key is in one of them.
const SHARDS: usize = 64;
/// Cells of a row in one part.
const COLUMNS: usize = 256;

/// A key, and whether asking for it counts.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Ask {
    /// A keyed hash of whatever is limited.
    pub(super) hash: u64,
    /// `false`: only whether the next request would be admitted.
    pub(super) counts: bool,
}

/// The counters of one class. Its memory is taken part by part when keys first need it, and never grows beyond
/// [`Table::BYTES_MAX`].
///
/// Each part holds row after row of theoretical arrival times, in nanoseconds since the limiter began; it is empty until
/// it is used. Cheap to clone: clones are the same counters.
#[derive(Clone)]
pub(super) struct Table(Arc<[Mutex<Vec<Row>>; SHARDS]>);

type Row = [u64; COLUMNS];

impl Table {
    /// Bytes of all cells.
    pub(super) const BYTES_MAX: usize = SHARDS * ROWS * size_of::<Row>();

    pub(super) fn new() -> Self {
        Self(Arc::new(std::array::from_fn(|_| Mutex::default())))
    }

    /// Bytes of the cells that were needed so far.
    pub(super) fn bytes(&self) -> usize {
        let bytes = |shard: &Mutex<Vec<Row>>| {
            size_of_val(shard.lock().unwrap_or_else(PoisonError::into_inner).as_slice())
        };
        self.0.iter().map(bytes).sum()
    }
}

/// The column of `hash` in each row of its part. Its lowest 38 bits choose; COLUMNS is 2^8 and SHARDS 2^6.
fn columns(hash: u64) -> [usize; ROWS] {
    let [_, columns @ .., _, _, _] = hash.to_le_bytes();
    columns.map(usize::from)
}

impl StateStore for Table {
    type Key = Ask;

    fn measure_and_replace<T, F, E>(&self, ask: &Ask, judge: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let shard = usize::from(ask.hash.to_le_bytes()[0]) % SHARDS;
        let mut shard = self.0[shard].lock().unwrap_or_else(PoisonError::into_inner);
        if shard.is_empty() {
            *shard = vec![[0; COLUMNS]; ROWS];
        }
        let columns = columns(ask.hash);
        let known = shard.iter().zip(columns).map(|(row, column)| row[column]).min().unwrap_or(0);
        let (outcome, next) = judge(Some(known.into()))?;
        if ask.counts {
            for (row, column) in shard.iter_mut().zip(columns) {
                row[column] = row[column].max(next.into());
            }
        }
        Ok(outcome)
    }
}
