//! What this server asks others for: one guarded way out, for every URL that a stranger may have chosen.
//!
//! Source: draft-ietf-oauth-client-id-metadata-document-00 §6, MCP security best practices 2026-07-28 (server-side request
//! forgery). A URL is judged before its name is resolved ([`target`]), the name is resolved once, every address is judged
//! ([`address`]), and the connection goes to an address that was ([`Network`]). No redirects, proxies, cookies, compression
//! or second request on a connection; so much time, so many bytes, so many at once. Whoever asked hears that a document
//! could not be had, always after the same time, never why: otherwise this server would be a port scanner.
//!
//! Hosts that the operator configured are asked through a door of their own ([`Upstream::of_operator`]): what is private to
//! the operator's network may be meant, and a failure is told at once. Everything else is the same there.
//!
//! Whom people log in at is asked through [`Upstream::to_configured`], with places of its own: a slow provider keeps nobody
//! else waiting. [`identity`] are these providers.
//!
//! [`Upstream`] asks; [`Cached`] remembers, and asks once where many ask at once. [`Prober`] is for
//! what an operator typed. [`Passage`] is another way out: to one server that the operator named, for requests that are
//! passed on.

pub mod address;
mod ask;
mod cached;
mod client_document;
mod exchange;
mod form;
pub mod freshness;
pub mod identity;
mod network;
mod passage;
mod places;
mod prober;
pub mod target;
mod tls;

use std::sync::{Arc, OnceLock};

use tokio::time::{Duration, Instant, sleep_until, timeout_at};
use url::Url;

use exchange::{Answer, Ask, Cause, Means};
use places::Places;
pub(crate) use tls::Trust;

pub use ask::{Asking, Posted, Reply, Unanswered};
pub use cached::{Bounds, Cached, Document, FAILURE_SECONDS, REFETCH_SECONDS_MIN, Unobtainable};
pub use client_document::{ClientDocuments, ENTRY_BYTES_MAX};
pub use form::Form;
pub use freshness::Freshness;
pub use network::{Later, Network, RealNetwork};
pub use passage::{Passage, PassageFault, PassageSettings, Passed};
pub use prober::{Addresses, PROBED_BYTES_MAX, Patience, Probed, Prober, Question, Silence};
pub use target::{Reach, Target, UrlFault};

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

impl Limits {
    /// For hosts that the operator configured: one of them may be asked for every request that comes in.
    #[must_use]
    pub fn of_operator() -> Self {
        Self { at_once_per_host_max: 32, ..Self::default() }
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
    reach: Reach,
    /// Origins that the operator wrote, where everything else must be within reach.
    configured: Vec<String>,
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

/// What was answered to a form.
#[derive(Clone, Debug)]
pub struct Answered {
    /// 200, or 400 to 499.
    pub status: u16,
    /// The body, JSON by its own word.
    pub bytes: Vec<u8>,
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
    /// A way out through `network`, for URLs that a stranger may have chosen.
    #[must_use]
    pub fn new(settings: Settings, network: Arc<dyn Network>) -> Self {
        Self::with(Reach::of_strangers(settings.allow_loopback), settings, network)
    }

    /// A way out through `network`, for URLs that the operator wrote, or that a server named whom the operator wrote down.
    /// Private addresses and all ports may be meant.
    #[must_use]
    pub fn of_operator(settings: Settings, network: Arc<dyn Network>) -> Self {
        Self::with(Reach::Configured, settings, network)
    }

    fn with(reach: Reach, settings: Settings, network: Arc<dyn Network>) -> Self {
        let Settings { allow_loopback: _, user_agent, authorities, limits } = settings;
        Self {
            reach,
            configured: Vec::new(),
            user_agent,
            limits,
            network,
            trust: Arc::new(Trust::new(authorities)),
            places: Places::new(limits),
            admits: OnceLock::new(),
        }
    }

    /// A way out beside this one with places of its own, to `origins` that the operator wrote, wherever they are. Other hosts
    /// that a server there names must be on the internet, or on this computer if one of `origins` is.
    #[must_use]
    pub fn to_configured(&self, origins: Vec<String>, limits: Limits) -> Self {
        let is_here = |origin: &String| {
            let target = Target::parse(&format!("{origin}/"), Reach::Configured);
            target.is_ok_and(|target| target.is_loopback())
        };
        Self {
            reach: Reach::of_strangers(origins.iter().any(is_here)),
            configured: origins,
            user_agent: self.user_agent.clone(),
            limits,
            network: Arc::clone(&self.network),
            trust: Arc::clone(&self.trust),
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
        let origin = Url::parse(url).map(|url| url.origin().ascii_serialization());
        let is_configured = origin.is_ok_and(|origin| self.configured.contains(&origin));
        Target::parse(url, if is_configured { Reach::Configured } else { self.reach })
    }

    /// Fetches a JSON document of at most `body_bytes_max` bytes. It is whatever the host says is JSON: nothing was parsed.
    ///
    /// # Errors
    ///
    /// [`FetchError::Busy`] at once; [`FetchError::Unavailable`] after [`Limits::deadline`], or at once of a host that the
    /// operator configured.
    pub async fn fetch_json(
        &self,
        target: &Target,
        body_bytes_max: usize,
    ) -> Result<Fetched, FetchError> {
        let Answer { headers, body, .. } = self.ask(Ask::Document, target, body_bytes_max).await?;
        Ok(Fetched { bytes: body, freshness: Freshness::of(&headers) })
    }

    /// Sends `form` and reads at most `body_bytes_max` bytes of JSON. A refusal (400 to 499) is an answer.
    ///
    /// # Errors
    ///
    /// As [`Self::fetch_json`].
    pub async fn post_form(
        &self,
        target: &Target,
        form: &Form,
        body_bytes_max: usize,
    ) -> Result<Answered, FetchError> {
        let Answer { status, body, .. } = self.ask(Ask::Form(form), target, body_bytes_max).await?;
        Ok(Answered { status: status.as_u16(), bytes: body })
    }

    async fn ask(
        &self,
        ask: Ask<'_>,
        target: &Target,
        body_bytes_max: usize,
    ) -> Result<Answer, FetchError> {
        if self.admits.get().is_some_and(|admits| !admits(target.host())) {
            tracing::warn!(host = target.host(), "a host is asked for documents too often");
            return Err(FetchError::Busy);
        }
        let pending = self.places.pending().ok_or(FetchError::Busy)?;
        let deadline = Instant::now() + self.limits.deadline;
        match self.attempt(ask, target, body_bytes_max, deadline).await {
            Ok(answer) => Ok(answer),
            Err(cause) => {
                tracing::warn!(
                    host = target.host(),
                    ?cause,
                    "another server gave no answer of use"
                );
                if self.reach != Reach::Configured && self.configured.is_empty() {
                    sleep_until(deadline).await;
                }
                drop(pending);
                Err(FetchError::Unavailable)
            }
        }
    }

    /// One exchange with `target`, once there is a place for it.
    async fn attempt(
        &self,
        ask: Ask<'_>,
        target: &Target,
        body_bytes_max: usize,
        deadline: Instant,
    ) -> Result<Answer, Cause> {
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
            means.put(ask, target, body_bytes_max).await
        };
        timeout_at(deadline, attempt).await.unwrap_or(Err(Cause::Late))
    }
}
