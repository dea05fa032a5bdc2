//! The public keys of clients: given once and parsed once, or fetched from where the client publishes them.
//!
//! Source: RFC 7591 §2 (`jwks`, `jwks_uri`), OpenID Connect Core 1.0 §10.1.1 (rotation: an unknown key id means that the
//! copy is old).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use protocol::oauth::client::KeySource;
use protocol::oauth::time::UnixTime;
use sha2::{Digest as _, Sha256};

use crate::seal::foreign::{KEY_SET_BYTES_MAX, KeySet, KeySetFault};
use crate::upstream::{Bounds, Cached, Document, Unobtainable, Upstream};

/// How many sets of registered clients stay parsed; each takes a few kilobytes.
const PARSED_MAX: usize = 1_000;
/// How long a set is used that cannot be fetched again, in seconds: as long as a fresh one may be kept.
const STALE_SECONDS_MAX: u64 = 86_400;

/// The keys of all clients.
pub struct ClientKeys {
    published: Cached<KeySet>,
    parsed: Mutex<HashMap<[u8; 32], Arc<KeySet>>>,
}

/// Why there are no keys.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum NoKeys {
    /// They cannot be had now.
    Unavailable,
    /// What is there is no set of keys that could verify anything here.
    Unusable,
}

impl Document for KeySet {
    const BODY_BYTES_MAX: usize = KEY_SET_BYTES_MAX;
    type Fault = KeySetFault;

    fn read(_url: &str, body: &[u8]) -> Result<Self, KeySetFault> {
        Self::parse(std::str::from_utf8(body).map_err(|_| KeySetFault::Malformed)?)
    }
}

impl ClientKeys {
    /// Fetches through `upstream`.
    #[must_use]
    pub fn new(upstream: Arc<Upstream>) -> Self {
        let bounds = Bounds { stale_seconds_max: STALE_SECONDS_MAX, ..Bounds::default() };
        Self { published: Cached::new(upstream, bounds), parsed: Mutex::default() }
    }

    /// The keys at `source`.
    pub(super) async fn get(
        &self,
        source: &KeySource,
        now: UnixTime,
    ) -> Result<Arc<KeySet>, NoKeys> {
        match source {
            KeySource::Inline(text) => self.parsed(text),
            KeySource::Remote(url) => {
                self.published.get(url, now).await.map_err(|reason| no_keys(&reason))
            }
        }
    }

    /// The keys as they are published now, if that was not asked a moment ago; for a key that is not among those known.
    pub(super) async fn get_again(
        &self,
        source: &KeySource,
        now: UnixTime,
    ) -> Result<Arc<KeySet>, NoKeys> {
        match source {
            KeySource::Inline(text) => self.parsed(text),
            KeySource::Remote(url) => {
                self.published.refetch(url, now).await.map_err(|reason| no_keys(&reason))
            }
        }
    }

    fn parsed(&self, text: &str) -> Result<Arc<KeySet>, NoKeys> {
        let digest: [u8; 32] = Sha256::digest(text).into();
        let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = parsed.get(&digest) {
            return Ok(Arc::clone(known));
        }
        let keys = Arc::new(KeySet::parse(text).map_err(|_| NoKeys::Unusable)?);
        if parsed.len() >= PARSED_MAX {
            parsed.clear();
        }
        parsed.insert(digest, Arc::clone(&keys));
        Ok(keys)
    }
}

fn no_keys(reason: &Unobtainable<KeySetFault>) -> NoKeys {
    match reason {
        Unobtainable::Busy | Unobtainable::Unavailable => NoKeys::Unavailable,
        Unobtainable::Url(_) => NoKeys::Unusable,
        Unobtainable::Invalid(fault) => {
            tracing::warn!(?fault, "the keys that a client publishes cannot be used");
            NoKeys::Unusable
        }
    }
}
