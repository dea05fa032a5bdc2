//! How many fetches there are at once: in all, per host, and waiting.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Limits;

/// The places there are.
pub(super) struct Places {
    pending: Arc<Semaphore>,
    everywhere: Arc<Semaphore>,
    per_host_max: usize,
    hosts: Mutex<HashMap<String, Weak<Semaphore>>>,
}

/// A fetch that may go on.
pub(super) struct Place {
    _host: Option<OwnedSemaphorePermit>,
    _everywhere: Option<OwnedSemaphorePermit>,
}

impl Places {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            pending: Arc::new(Semaphore::new(limits.pending_max)),
            everywhere: Arc::new(Semaphore::new(limits.at_once_max)),
            per_host_max: limits.at_once_per_host_max,
            hosts: Mutex::default(),
        }
    }

    /// The right to wait for a place, if not too many wait.
    pub(super) fn pending(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.pending).try_acquire_owned().ok()
    }

    /// Waits for a place. The host's comes first, so that one slow host keeps nobody else waiting.
    pub(super) async fn place(&self, host: &str) -> Place {
        let at_host = self.host(host).acquire_owned().await;
        let everywhere = Arc::clone(&self.everywhere).acquire_owned().await;
        Place { _host: at_host.ok(), _everywhere: everywhere.ok() }
    }

    fn host(&self, host: &str) -> Arc<Semaphore> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = hosts.get(host).and_then(Weak::upgrade) {
            return places;
        }
        // As many as can be pending at the most: whoever waits or has a place keeps the host alive.
        hosts.retain(|_, places| places.strong_count() > 0);
        let places = Arc::new(Semaphore::new(self.per_host_max));
        hosts.insert(host.to_owned(), Arc::downgrade(&places));
        places
    }
}
