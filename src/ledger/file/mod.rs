//! The ledger in a file: exact on one node, and it survives restarts, SIGKILL and a loss of power.
//!
//! Each answer that changes something is on the disk before it is given: what costs time is the disk's confirmation
//! (`fdatasync`), once for all questions that arrived meanwhile. Whether something is revoked is answered from memory.

mod seen;
mod tables;
mod writer;

use std::fs::{self, OpenOptions};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use protocol::flow::code::CODE_LIFETIME_SECONDS;
use protocol::ids::GrantName;
use protocol::oauth::time::UnixTime;
use protocol::replay::{Claim, Holder, Revocation, Rotation};
use redb::backends::FileBackend;
use redb::{Builder, Database, DatabaseError};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::{
    Answer, Capacity, CodeClaim, Guarantee, Keep, Keeping, Kept, Ledger, Reach, RefreshUse,
    Unavailable, UseClaim,
};
use seen::Seen;
use tables::{Once, Tables, Trouble};
use writer::{Closed, Question, Tell, Writer};

const GUARANTEE: Guarantee = Guarantee {
    kind: "file",
    single_use_codes: Reach::OneNode,
    reuse_detection: Reach::OneNode,
    revocation: Reach::OneNode,
    keeps: Reach::OneNode,
    knows_every_family: true,
    survives_restart: true,
    sentences: &[
        "On one node a code is redeemed once, and a second valid redemption revokes what the first one yielded; also across restarts.",
        "The use of a refresh token that was replaced revokes its family; a family that the file does not know is refused.",
        "Each use is on the disk before it is answered; if it cannot be written, the answer is 503 and nothing is issued.",
        "A file that is lost or put back from a copy makes everybody log in again; only a whole disk that is put back is not noticed.",
        "What an identity provider gave for a person, where it must be kept, is in the file, sealed, until it ends.",
    ],
};

/// How many questions may wait for the disk.
const WAITING_MAX: usize = 4_096;
/// How long a question waits for its answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// What the store may keep of the file in memory, in bytes. The system's own cache does the rest.
const CACHE_BYTES: usize = 4 << 20;

/// Why the file cannot be used at the start.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Another process has it open.
    #[error(
        "the ledger's file {path} is in use by another process; one node uses one file, several nodes share ledger.kind = \"valkey\""
    )]
    InUse {
        /// Which file.
        path: String,
    },
    /// Another release made it.
    #[error(
        "the ledger's file {path} has a form that this release does not know; remove it, and everybody logs in again"
    )]
    OfAnotherRelease {
        /// Which file.
        path: String,
    },
    /// It cannot be opened or written.
    #[error("the ledger's file {path} cannot be used: {cause}")]
    Unusable {
        /// Which file.
        path: String,
        /// What the system or the store says.
        cause: String,
    },
}

/// A ledger in a file of its own.
#[derive(Debug)]
pub struct File {
    questions: mpsc::Sender<(Question, UnixTime)>,
    seen: Arc<Seen>,
}

impl File {
    /// Opens the file at `path`, making it (mode 0600) if there is none.
    ///
    /// # Errors
    ///
    /// [`FileError`].
    pub fn open(path: &Path, capacity: Capacity, now: UnixTime) -> Result<Self, FileError> {
        let (opened, measured) = (path.to_owned(), path.to_owned());
        let open = Box::new(move || open_file(&opened));
        let length = Box::new(move || fs::metadata(&measured).map_or(0, |file| file.len()));
        Self::start(open, length, capacity, now).map_err(|closed| refusal(path, closed))
    }

    fn start(
        open: writer::Open,
        length: Box<dyn Fn() -> u64 + Send>,
        capacity: Capacity,
        now: UnixTime,
    ) -> Result<Self, Closed> {
        let seen = Arc::new(Seen::default());
        let writer = Writer { open, capacity, seen: Arc::clone(&seen), length };
        let opened = writer.begin(now)?;
        let (questions, received) = mpsc::channel(WAITING_MAX);
        let thread = std::thread::Builder::new().name("ledger".to_owned());
        let started = thread.spawn(move || writer.run(opened, received));
        started.map_err(|cause| Closed::Store(DatabaseError::Storage(cause.into())))?;
        Ok(Self { questions, seen })
    }

    /// Asks the thread that owns the file.
    fn ask<T: Send + 'static>(
        &self,
        now: UnixTime,
        question: impl FnOnce(&mut Tables<'_>, UnixTime) -> Result<Result<T, Unavailable>, Trouble>
        + Send
        + 'static,
    ) -> Answer<'_, T> {
        let (tell, told) = oneshot::channel();
        let question: Question = Box::new(move |tables, fence| {
            // Whoever asked was told that there is no answer, so there must be none.
            if tell.is_closed() {
                return Ok(Box::new(|| {}) as Tell);
            }
            let outcome = question(tables, fence)?;
            // Nobody may listen any more; then the client retries and hears what was remembered.
            Ok(Box::new(move || drop(tell.send(outcome))))
        });
        Box::pin(async move {
            self.questions.try_send((question, now)).map_err(|refused| match refused {
                TrySendError::Full(_) => {
                    Unavailable::because("too many wait for the ledger's file")
                }
                TrySendError::Closed(_) => Unavailable::because("the ledger's thread has ended"),
            })?;
            match timeout(PATIENCE, told).await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) => Err(Unavailable::because("the ledger's file cannot be written")),
                Err(_) => Err(Unavailable::because("the ledger's disk does not answer in time")),
            }
        })
    }
}

impl Ledger for File {
    fn claim(&self, claimed: UseClaim, now: UnixTime) -> Answer<'_, Claim> {
        let once = Once::Use(claimed.id.0);
        self.ask(now, move |tables, fence| {
            if claimed.issued_at <= fence {
                let unknown = "the ledger's file is younger than what is used";
                return Ok(Err(Unavailable::because(unknown)));
            }
            tables.claim(once, claimed.expires_at, fence, now)
        })
    }

    fn claim_code(&self, claimed: CodeClaim, now: UnixTime) -> Answer<'_, Claim> {
        let once = Once::Code {
            code: claimed.code.0,
            issued_at: claimed.expires_at.minus_seconds(CODE_LIFETIME_SECONDS),
            family: claimed.family.0,
            family_expires_at: claimed.family_expires_at,
        };
        self.ask(now, move |tables, fence| tables.claim(once, claimed.expires_at, fence, now))
    }

    fn rotate(&self, used: RefreshUse, now: UnixTime) -> Answer<'_, Rotation> {
        self.ask(now, move |tables, fence| tables.rotate(&used, fence, now).map(Ok))
    }

    fn foresee(&self, used: RefreshUse, now: UnixTime) -> Answer<'_, Rotation> {
        self.ask(now, move |tables, fence| tables.foresee(&used, fence, now).map(Ok))
    }

    fn revoke(&self, what: Revocation, now: UnixTime) -> Answer<'_, ()> {
        self.ask(now, move |tables, _| tables.revoke(what, now))
    }

    fn is_revoked(&self, holder: Holder, _: UnixTime) -> Answer<'_, bool> {
        Box::pin(std::future::ready(Ok(self.seen.covers(&holder))))
    }

    fn keep(&self, kept: Keep, now: UnixTime) -> Answer<'_, Keeping> {
        self.ask(now, move |tables, _| tables.keep(&kept, now))
    }

    fn kept(&self, name: GrantName, now: UnixTime) -> Answer<'_, Option<Kept>> {
        self.ask(now, move |tables, _| tables.kept(name.0, now).map(Ok))
    }

    fn begin(&self, now: UnixTime) -> Answer<'_, UnixTime> {
        self.ask(now, |_, fence| Ok(Ok(fence.plus_seconds(1))))
    }

    fn check(&self) -> Answer<'_, ()> {
        self.ask(UnixTime(0), |tables, _| tables.probe().map(Ok))
    }

    fn guarantee(&self) -> &Guarantee {
        &GUARANTEE
    }
}

fn open_file(path: &Path) -> Result<(Database, u64), Closed> {
    let storage = |cause: std::io::Error| DatabaseError::Storage(cause.into());
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    let file = options.open(path).map_err(storage)?;
    let inode = file.metadata().map_err(storage)?.ino();
    let backend = FileBackend::new(file)?;
    let database = Builder::new().set_cache_size(CACHE_BYTES).create_with_backend(backend)?;
    Ok((database, inode))
}

fn refusal(path: &Path, closed: Closed) -> FileError {
    let path = PathBuf::from(path).display().to_string();
    match closed {
        Closed::Store(DatabaseError::DatabaseAlreadyOpen) => FileError::InUse { path },
        Closed::Store(cause) => FileError::Unusable { path, cause: cause.to_string() },
        Closed::Trouble(cause) => FileError::Unusable { path, cause: cause.to_string() },
        Closed::OfAnotherRelease => FileError::OfAnotherRelease { path },
    }
}

#[cfg(test)]
mod tests;
