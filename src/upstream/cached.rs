//! What was fetched, remembered: fresh for a while, stale for days where its host fails, and asked for once where many ask.
//!
//! Source: RFC 9111, RFC 5861 (stale if error), draft-ietf-oauth-client-id-metadata-document-00 §4.2: errors and invalid
//! documents are never kept as documents. That something failed is remembered for a moment, to spare the other side.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::oauth::time::UnixTime;
use tokio::sync::watch;

use super::{FetchError, Fetched, Freshness, Target, Upstream, UrlFault};

/// How long a failure is remembered, in seconds.
pub const FAILURE_SECONDS: u64 = 30;
/// How many failures are remembered.
const FAILURES_MAX: usize = 4_096;
/// How often a document that is still fresh may be asked for again, in seconds.
pub const REFETCH_SECONDS_MIN: u64 = 60;
/// What a remembered document takes besides its own bytes, roughly.
const ENTRY_BYTES: usize = 512;

/// Something that is read from a document.
pub trait Document: Send + Sync + Sized + 'static {
    /// The longest body that is read, in bytes.
    const BODY_BYTES_MAX: usize;
    /// Why a document is not what it should be.
    type Fault: Clone + Eq + Send + Sync + std::fmt::Debug + 'static;

    /// Reads `body`, which came from `url`.
    ///
    /// # Errors
    ///
    /// The fault of the first rule it breaks.
    fn read(url: &str, body: &[u8]) -> Result<Self, Self::Fault>;
}

/// Why there is no document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Unobtainable<F> {
    /// The URL is none that is fetched.
    Url(UrlFault),
    /// Too much is being fetched already; nobody was asked.
    Busy,
    /// It cannot be had now.
    Unavailable,
    /// It was had, and breaks a rule.
    Invalid(F),
}

/// How much is remembered, and for how long at most.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Bounds {
    /// Documents.
    pub entries_max: usize,
    /// Their bytes, with what it takes to remember them.
    pub bytes_max: usize,
    /// How long a document is used after it was last fetched while it cannot be fetched again, in seconds.
    pub stale_seconds_max: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { entries_max: 1_000, bytes_max: 4 * 1024 * 1024, stale_seconds_max: 7 * 24 * 60 * 60 }
    }
}

type Outcome<T> = Result<Arc<T>, Unobtainable<<T as Document>::Fault>>;
type Flight<T> = watch::Receiver<Option<Outcome<T>>>;

/// Documents of one kind, by URL.
pub struct Cached<T: Document>(Arc<Shared<T>>);

struct Shared<T: Document> {
    upstream: Arc<Upstream>,
    bounds: Bounds,
    memory: Mutex<Memory<T>>,
}

struct Memory<T: Document> {
    entries: HashMap<String, Entry<T>>,
    bytes: usize,
    /// Counts uses, so that what was used least recently goes first.
    uses: u64,
    failures: HashMap<String, Failure<T>>,
    flights: HashMap<String, Flight<T>>,
}

struct Entry<T> {
    document: Arc<T>,
    bytes: usize,
    fetched_at: UnixTime,
    fresh_until: UnixTime,
    last_use: u64,
}

struct Failure<T: Document> {
    until: UnixTime,
    reason: Unobtainable<T::Fault>,
}

/// What is done for a question.
enum Step<T: Document> {
    Known(Outcome<T>),
    Wait(Flight<T>),
    Fetch(watch::Sender<Option<Outcome<T>>>),
}

impl<T: Document> Clone for Cached<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Document> Cached<T> {
    /// Nothing yet.
    #[must_use]
    pub fn new(upstream: Arc<Upstream>, bounds: Bounds) -> Self {
        Self(Arc::new(Shared { upstream, bounds, memory: Mutex::new(Memory::new()) }))
    }

    /// The document at `url`: the remembered one while it is fresh, else fetched, else the remembered one although it is
    /// stale.
    ///
    /// # Errors
    ///
    /// [`Unobtainable`]. A failure is remembered for [`FAILURE_SECONDS`].
    pub async fn get(&self, url: &str, now: UnixTime) -> Outcome<T> {
        self.obtain(url, now, |entry| now < entry.fresh_until).await
    }

    /// The document at `url`, fetched again although it may be fresh, because something that it should have is not in it;
    /// at most once in [`REFETCH_SECONDS_MIN`].
    ///
    /// # Errors
    ///
    /// As [`Self::get`].
    pub async fn refetch(&self, url: &str, now: UnixTime) -> Outcome<T> {
        let recent = |entry: &Entry<T>| now.seconds_since(entry.fetched_at) < REFETCH_SECONDS_MIN;
        self.obtain(url, now, recent).await
    }

    async fn obtain(
        &self,
        url: &str,
        now: UnixTime,
        good_enough: impl FnOnce(&Entry<T>) -> bool,
    ) -> Outcome<T> {
        let target = self.0.upstream.target(url).map_err(Unobtainable::Url)?;
        let mut flight = match self.0.step(url, now, good_enough) {
            Step::Known(outcome) => return outcome,
            Step::Wait(flight) => flight,
            Step::Fetch(sender) => {
                let flight = sender.subscribe();
                let shared = Arc::clone(&self.0);
                // A task of its own: whoever asked first may go away, others may still wait.
                tokio::spawn(async move { shared.fly(&target, now, &sender).await });
                flight
            }
        };
        let landed = flight.wait_for(Option::is_some).await;
        let landed = landed.ok().and_then(|outcome| outcome.clone());
        landed.unwrap_or(Err(Unobtainable::Unavailable))
    }
}

impl<T: Document> Shared<T> {
    fn memory(&self) -> MutexGuard<'_, Memory<T>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What to do for a question.
    fn step(
        &self,
        url: &str,
        now: UnixTime,
        good_enough: impl FnOnce(&Entry<T>) -> bool,
    ) -> Step<T> {
        let mut memory = self.memory();
        let remembered = memory.find(url);
        if let Some(entry) = remembered
            && good_enough(entry)
        {
            return Step::Known(Ok(Arc::clone(&entry.document)));
        }
        if let Some(failure) = memory.failures.get(url)
            && now < failure.until
        {
            let reason = failure.reason.clone();
            return Step::Known(self.stale(&mut memory, url, now).ok_or(reason));
        }
        // A flight that nobody flies any more crashed.
        if let Some(flight) = memory.flights.get(url).filter(|flight| flight.has_changed().is_ok())
        {
            return Step::Wait(flight.clone());
        }
        let (sender, flight) = watch::channel(None);
        memory.flights.insert(url.to_owned(), flight);
        Step::Fetch(sender)
    }

    /// The document at `url` although it is no longer fresh.
    fn stale(&self, memory: &mut Memory<T>, url: &str, now: UnixTime) -> Option<Arc<T>> {
        let entry = memory.find(url)?;
        let usable = now.seconds_since(entry.fetched_at) <= self.bounds.stale_seconds_max;
        usable.then(|| Arc::clone(&entry.document))
    }

    /// Fetches, remembers, and tells everybody who waits.
    async fn fly(
        &self,
        target: &Target,
        now: UnixTime,
        sender: &watch::Sender<Option<Outcome<T>>>,
    ) {
        let (url, fetched) = (target.as_str(), self.fetch(target).await);
        let mut memory = self.memory();
        let outcome = match fetched {
            Ok((document, fetched)) => {
                let document = Arc::new(document);
                memory.forget(url);
                memory.failures.remove(url);
                if let Freshness::Seconds(fresh) = fetched.freshness {
                    let bytes = fetched.bytes.len() + url.len() + ENTRY_BYTES;
                    let fresh_until = now.plus_seconds(fresh);
                    let kept = Arc::clone(&document);
                    let entry =
                        Entry { document: kept, bytes, fetched_at: now, fresh_until, last_use: 0 };
                    memory.keep(url, entry, self.bounds);
                }
                Ok(document)
            }
            Err(reason) => {
                if reason != Unobtainable::Busy {
                    memory.fail(url, reason.clone(), now);
                }
                self.stale(&mut memory, url, now).ok_or(reason)
            }
        };
        memory.flights.remove(url);
        drop(memory);
        let _ = sender.send(Some(outcome));
    }

    async fn fetch(&self, target: &Target) -> Result<(T, Fetched), Unobtainable<T::Fault>> {
        let fetched = self.upstream.fetch_json(target, T::BODY_BYTES_MAX).await;
        let fetched = fetched.map_err(|error| match error {
            FetchError::Busy => Unobtainable::Busy,
            FetchError::Unavailable => Unobtainable::Unavailable,
        })?;
        let document = T::read(target.as_str(), &fetched.bytes).map_err(|fault| {
            tracing::warn!(host = target.host(), ?fault, "a fetched document is not valid");
            Unobtainable::Invalid(fault)
        })?;
        Ok((document, fetched))
    }
}

impl<T: Document> Memory<T> {
    fn new() -> Self {
        Self {
            entries: HashMap::new(),
            bytes: 0,
            uses: 0,
            failures: HashMap::new(),
            flights: HashMap::new(),
        }
    }

    fn find(&mut self, url: &str) -> Option<&Entry<T>> {
        self.uses += 1;
        let entry = self.entries.get_mut(url)?;
        entry.last_use = self.uses;
        Some(entry)
    }

    fn keep(&mut self, url: &str, entry: Entry<T>, bounds: Bounds) {
        self.uses += 1;
        self.bytes += entry.bytes;
        self.entries.insert(url.to_owned(), Entry { last_use: self.uses, ..entry });
        while self.entries.len() > bounds.entries_max || self.bytes > bounds.bytes_max {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.last_use);
            let Some(oldest) = oldest.map(|(url, _)| url.clone()) else { return };
            self.forget(&oldest);
        }
    }

    fn forget(&mut self, url: &str) {
        if let Some(entry) = self.entries.remove(url) {
            self.bytes -= entry.bytes;
        }
    }

    fn fail(&mut self, url: &str, reason: Unobtainable<T::Fault>, now: UnixTime) {
        self.failures.remove(url);
        if self.failures.len() >= FAILURES_MAX {
            self.failures.retain(|_, failure| now < failure.until);
        }
        if self.failures.len() >= FAILURES_MAX {
            let first = self.failures.iter().min_by_key(|(_, failure)| failure.until);
            if let Some(first) = first.map(|(url, _)| url.clone()) {
                self.failures.remove(&first);
            }
        }
        let until = now.plus_seconds(FAILURE_SECONDS);
        self.failures.insert(url.to_owned(), Failure { until, reason });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Anything;

    impl Document for Anything {
        const BODY_BYTES_MAX: usize = 0;
        type Fault = ();

        fn read(_: &str, _: &[u8]) -> Result<Self, ()> {
            Ok(Self)
        }
    }

    #[test]
    fn so_many_failures_are_remembered_and_the_first_forgotten_first() {
        let mut memory = Memory::<Anything>::new();
        let mut fail = |number: usize, seconds| {
            memory.fail(&number.to_string(), Unobtainable::Unavailable, UnixTime(seconds));
            (memory.failures.len(), memory.failures.contains_key("0"))
        };
        assert_eq!(fail(0, 0), (1, true));
        for number in 1..FAILURES_MAX {
            fail(number, 1);
        }
        assert_eq!(fail(1, 1), (FAILURES_MAX, true));
        assert_eq!(fail(FAILURES_MAX, 1), (FAILURES_MAX, false));
        assert_eq!(fail(0, 1 + FAILURE_SECONDS), (1, true), "those that are over go at once");
    }
}
