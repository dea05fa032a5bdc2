//! The thread that owns the file. Questions that arrive while it writes share the next transaction, so that a disk which
//! takes milliseconds to confirm still serves many; nobody hears an answer before what it says is on the disk.

use std::time::Duration;

use protocol::oauth::time::UnixTime;
use redb::{Database, DatabaseError};
use std::sync::Arc;
use tokio::sync::mpsc::Receiver;

use super::super::Capacity;
use super::seen::Seen;
use super::tables::{Begun, Tables, Trouble};

/// How many questions share a transaction at most.
const TOGETHER_MAX: usize = 256;
/// How long the thread rests before it opens a file again that failed.
const REST: Duration = Duration::from_millis(200);
/// After how many transactions the file's size is looked at.
const LOOK_TRANSACTIONS: u32 = 4_096;
/// Files smaller than this are never compacted.
const COMPACT_BYTES_MIN: u64 = 4 << 20;
/// What a row costs at most when the file is dense: key, value, its share of a page and of the tree above.
pub(super) const ROW_BYTES: u64 = 128;
/// The file is compacted when it is so many times larger than its rows need.
const COMPACT_RATIO: u64 = 4;

/// Asks the tables something; what it returns tells the asker, once the transaction is on the disk. A question that is
/// dropped unasked tells the asker too: that there is no answer.
pub(super) type Question =
    Box<dyn FnOnce(&mut Tables<'_>, UnixTime) -> Result<Tell, Trouble> + Send>;
pub(super) type Tell = Box<dyn FnOnce() + Send>;

/// Opens the file; also says which one it is.
pub(super) type Open = Box<dyn Fn() -> Result<(Database, u64), Closed> + Send>;

/// Why the file is not open.
#[derive(Debug)]
pub(super) enum Closed {
    /// What the store says.
    Store(DatabaseError),
    /// What happened in a first transaction.
    Trouble(Trouble),
    /// Its tables have a form that this release does not know.
    OfAnotherRelease,
}

impl From<DatabaseError> for Closed {
    fn from(cause: DatabaseError) -> Self {
        Self::Store(cause)
    }
}

impl From<Trouble> for Closed {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

/// The open file.
pub(super) struct Opened {
    database: Database,
    fence: UnixTime,
    transactions: u32,
}

/// What stays the same while files are opened and fail.
pub(super) struct Writer {
    pub(super) open: Open,
    pub(super) capacity: Capacity,
    pub(super) seen: Arc<Seen>,
    /// How large the file is, in bytes.
    pub(super) length: Box<dyn Fn() -> u64 + Send>,
}

impl Writer {
    /// Opens the file, recalls what is revoked, and makes it small if it is mostly empty.
    pub(super) fn begin(&self, now: UnixTime) -> Result<Opened, Closed> {
        let (database, inode) = (self.open)()?;
        let transaction = begin_write(&database)?;
        let mut tables = Tables::open(&transaction, self.capacity, &self.seen)?;
        let begun = tables.begin(inode, now)?;
        drop(tables);
        let Begun::Fenced(fence) = begun else { return Err(Closed::OfAnotherRelease) };
        commit(transaction)?;
        let mut opened = Opened { database, fence, transactions: 0 };
        self.compact(&mut opened)?;
        Ok(opened)
    }

    /// Answers until nobody can ask any more.
    pub(super) fn run(self, opened: Opened, mut questions: Receiver<(Question, UnixTime)>) {
        let mut opened = Some(opened);
        let mut batch = Vec::with_capacity(TOGETHER_MAX);
        let mut latest = UnixTime(0);
        while let Some((question, now)) = questions.blocking_recv() {
            latest = latest.max(now);
            batch.push(question);
            while batch.len() < TOGETHER_MAX
                && let Ok((question, now)) = questions.try_recv()
            {
                latest = latest.max(now);
                batch.push(question);
            }
            if let Err(closed) = self.answer(&mut opened, &mut batch, latest) {
                tracing::error!(?closed, "the ledger's file cannot be used");
                batch.clear();
                // What the store knows in memory may differ from the file now; only opening it anew is safe.
                opened = None;
                std::thread::park_timeout(REST);
            }
        }
    }

    fn answer(
        &self,
        opened: &mut Option<Opened>,
        batch: &mut Vec<Question>,
        now: UnixTime,
    ) -> Result<(), Closed> {
        let open = match opened {
            Some(open) => open,
            None => opened.insert(self.begin(now)?),
        };
        let transaction = begin_write(&open.database)?;
        let mut tells = Vec::with_capacity(batch.len());
        let mut tables = Tables::open(&transaction, self.capacity, &self.seen)?;
        for question in batch.drain(..) {
            tells.push(question(&mut tables, open.fence)?);
        }
        let is_changed = tables.is_changed;
        drop(tables);
        if is_changed {
            commit(transaction)?;
        }
        for tell in tells {
            tell();
        }
        open.transactions += 1;
        if open.transactions == LOOK_TRANSACTIONS {
            open.transactions = 0;
            self.compact(open)?;
        }
        Ok(())
    }

    /// Gives room back to the disk when most of the file is empty.
    fn compact(&self, opened: &mut Opened) -> Result<(), Closed> {
        let length = (self.length)();
        if length < COMPACT_BYTES_MIN {
            return Ok(());
        }
        let transaction = begin_write(&opened.database)?;
        let rows = Tables::open(&transaction, self.capacity, &self.seen)?.rows()?;
        transaction.abort().map_err(|cause| Closed::Trouble(cause.into()))?;
        if rows.saturating_mul(ROW_BYTES * COMPACT_RATIO) < length {
            let compacted = opened.database.compact();
            compacted.map_err(|cause| Closed::Trouble(cause.into()))?;
        }
        Ok(())
    }
}

fn begin_write(database: &Database) -> Result<redb::WriteTransaction, Closed> {
    database.begin_write().map_err(|cause| Closed::Trouble(cause.into()))
}

/// Ends the transaction; when it returns, all of it is on the disk.
fn commit(transaction: redb::WriteTransaction) -> Result<(), Closed> {
    transaction.commit().map_err(|cause| Closed::Trouble(cause.into()))
}
