//! What this server asks others for: one guarded way out, for every URL that a stranger may have chosen.
//!
//! Source: draft-ietf-oauth-client-id-metadata-document-00 §6, MCP security best practices 2026-07-28 (server-side request
//! forgery). A URL is judged before its name is resolved ([`target`]), the name is resolved once, every address is judged
//! ([`address`]), and the connection goes to an address that was ([`Network`]). No redirects, proxies, cookies, compression
//! or second request on a connection; so much time, so many bytes, so many at once. Whoever asked hears that a document
//! could not be had, always after the same time, never why: otherwise this server would be a port scanner.
//!
//! [`Upstream`] fetches; [`Cached`] remembers, and asks once where many ask at once. [`Passage`] is the other way out: to
//! one server that the operator named, for requests that are passed on.

pub mod address;
mod cached;
mod client_document;
mod exchange;
pub mod freshness;
mod network;
mod passage;
mod places;
pub mod target;
mod tls;

use std::sync::{Arc, OnceLock};

use tokio::time::{Duration, Instant, sleep_until, timeout_at};

use exchange::{Answer, Cause, Means};
use places::Places;
pub(crate) use tls::Trust;

pub use cached::{Bounds, Cached, Document, FAILURE_SECONDS, REFETCH_SECONDS_MIN, Unobtainable};
pub use client_document::{ClientDocuments, ENTRY_BYTES_MAX};
pub use freshness::Freshness;
pub use network::{Later, Network, RealNetwork};
pub use passage::{Passage, PassageFault, PassageSettings, Passed};
pub use target::{Target, UrlFault};

/// How long fetching may take, and how many at once.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// From the question to the last byte of the answer, waiting and resolving included. Every failure takes this long.
    pub deadline: Duration,
    /// Fetches at a time.
    pub at_once_max: usize,
    /// Fetches at a time from one host.
    pub at_once_per_host_max: usize,
    /// Fetches at a time and waiting for their turn; more are turned away.
    pub pending_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(3),
            at_once_max: 32,
            at_once_per_host_max: 2,
            pending_max: 256,
        }
    }
}

/// What the way out needs to know of the deployment.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Whether this computer may be asked, by http too; for demonstrations only.
    pub allow_loopback: bool,
    /// Who asks, for the operators of the hosts that are asked.
    pub user_agent: String,
    /// Certificate authorities in PEM that are believed besides those of the system and of `SSL_CERT_FILE`.
    pub authorities: Vec<u8>,
    /// How long and how many.
    pub limits: Limits,
}

/// Whether a host, by name, may be asked once more.
pub type Admits = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// The way out.
pub struct Upstream {
    allow_loopback: bool,
    user_agent: String,
    limits: Limits,
    network: Arc<dyn Network>,
    trust: Arc<Trust>,
    places: Places,
    admits: OnceLock<Admits>,
}

/// A document as it came.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The body.
    pub bytes: Vec<u8>,
    /// How long it may be kept.
    pub freshness: Freshness,
}

/// Why nothing was fetched. Nothing in it tells one state of a network from another.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum FetchError {
    /// Too much is being fetched, or was from this host in the last minute; nobody was asked.
    Busy,
    /// It could not be had; the log says why.
    Unavailable,
}

impl Upstream {
    /// A way out through `network`.
    #[must_use]
    pub fn new(settings: Settings, network: Arc<dyn Network>) -> Self {
        let Settings { allow_loopback, user_agent, authorities, limits } = settings;
        Self {
            allow_loopback,
            user_agent,
            limits,
            network,
            trust: Arc::new(Trust::new(authorities)),
            places: Places::new(limits),
            admits: OnceLock::new(),
        }
    }

    /// From now on `admits` is asked before a host is; the first one who is set stays.
    pub fn admit_by(&self, admits: Admits) {
        self.admits.get_or_init(|| admits);
    }

    /// Reads a URL as one that may be fetched here.
    ///
    /// # Errors
    ///
    /// The [`UrlFault`] of the first rule it breaks.
    pub fn target(&self, url: &str) -> Result<Target, UrlFault> {
        Target::parse(url, self.allow_loopback)
    }

    /// Fetches a JSON document of at most `body_bytes_max` bytes. It is whatever the host says is JSON: nothing was parsed.
    ///
    /// # Errors
    ///
    /// [`FetchError::Busy`] at once, [`FetchError::Unavailable`] after [`Limits::deadline`].
    pub async fn fetch_json(
        &self,
        target: &Target,
        body_bytes_max: usize,
    ) -> Result<Fetched, FetchError> {
        if self.admits.get().is_some_and(|admits| !admits(target.host())) {
            tracing::warn!(host = target.host(), "a host is asked for documents too often");
            return Err(FetchError::Busy);
        }
        let pending = self.places.pending().ok_or(FetchError::Busy)?;
        let deadline = Instant::now() + self.limits.deadline;
        let attempt = async {
            let _place = self.places.place(target.host()).await;
            // Places come free when others run out of time, which is the same moment for those who came together.
            if deadline <= Instant::now() {
                return Err(Cause::Late);
            }
            let means = Means {
                network: self.network.as_ref(),
                trust: &self.trust,
                user_agent: &self.user_agent,
                connect_deadline: self.limits.deadline / 3,
            };
            means.get(target, body_bytes_max).await
        };
        let outcome = timeout_at(deadline, attempt).await;
        match outcome.unwrap_or(Err(Cause::Late)) {
            Ok(Answer { headers, body }) => {
                Ok(Fetched { bytes: body, freshness: Freshness::of(&headers) })
            }
            Err(cause) => {
                tracing::warn!(host = target.host(), ?cause, "a document could not be fetched");
                sleep_until(deadline).await;
                drop(pending);
                Err(FetchError::Unavailable)
            }
        }
    }
}
