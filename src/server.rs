//! The composition root: configuration to running routes. The only file that knows everything.

mod management;
mod paths;
mod resources;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poem::{Endpoint, Response, Route};
use poem_openapi::OpenApiService;
use protocol::oauth::time::UnixTime;
use protocol::policy::Policy;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;

use crate::contract::{self, Routes};

use crate::config::{Config, CorsOrigins, KeySource, LedgerKind, ProviderConfig, banner};
use crate::gateway::mount;
use crate::http::address::Proxies;
use crate::http::client_keys::ClientKeys;
use crate::http::cookies::CookieNames;
use crate::http::correlation::Correlation;
use crate::http::cors::{self, Cors};
use crate::http::documents::Documents;
use crate::http::grants::Grants;
use crate::http::hashing::Hashing;
use crate::http::headers::SecurityHeaders;
use crate::http::layer::Layer as _;
use crate::http::limits::{BodyLimit, RequestLimits};
use crate::http::methods::Methods;
use crate::http::prefix::Prefix;
use crate::http::provider::{Federated, Providers};
use crate::http::rates::Rates;
use crate::http::rates::layer::RateLimits;
use crate::http::static_tokens::StaticTokens;
use crate::http::verify::AccessTokens;
use crate::http::{Protected, Server};
use crate::keys::{KeyRing, KeyRingError};
use crate::ledger::{Capacity, File, FileError, Forgetful, Ledger, Memory, Unavailable, Valkey};
use crate::listen::{self, Limits};
use crate::seal::Seal;
use crate::ui::content_security_policy;
use crate::upstream::identity::Provider;
use crate::upstream::{
    Bounds, ClientDocuments, ENTRY_BYTES_MAX, Limits as AskLimits, Network, RealNetwork, Settings,
    Upstream,
};
use crate::world::{RealWorld, World};
use paths::{COUNTED, FOR_PEOPLE, OPEN_TO_BROWSERS};

/// Why there is no ledger.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Its file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// Its store cannot be relied on.
    #[error(transparent)]
    Store(#[from] Unavailable),
}

pub mod reload;

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The key ring cannot be used.
    #[error(transparent)]
    KeyRing(#[from] KeyRingError),
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Nothing can be served at the address.
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        /// What `listen` says.
        address: std::net::SocketAddr,
        /// What the operating system says.
        cause: io::Error,
    },
    /// Serving ended with an error.
    #[error("serving ended: {0}")]
    Serve(#[from] io::Error),
}

/// The ledger that `config` asks for. Needs a running Tokio runtime; whether a store answers shows when it is asked.
///
/// # Errors
///
/// [`LedgerError`].
pub fn ledger(config: &Config, now: UnixTime) -> Result<Arc<dyn Ledger>, LedgerError> {
    let (codes_max, families_max) = (config.ledger.capacity, config.ledger.capacity);
    let capacity = Capacity { codes_max, families_max };
    Ok(match &config.ledger.kind {
        LedgerKind::None => Arc::new(Forgetful),
        LedgerKind::Memory => Arc::new(Memory::new(capacity)),
        LedgerKind::File(path) => Arc::new(File::open(path, capacity, now)?),
        LedgerKind::Valkey(settings) => Arc::new(Valkey::new(settings)?),
    })
}

/// Waits until what is issued from now on will be believed. A store that cannot be reached may come later; until then
/// the node is not ready, and exchanges nothing. One that is unfit is refused.
async fn begin(ledger: &dyn Ledger, now: UnixTime) -> Result<(), LedgerError> {
    match ledger.begin(now).await {
        Ok(believed_from) => {
            ledger.check().await?;
            let seconds = believed_from.seconds_since(now);
            if seconds > 0 {
                tracing::warn!(
                    seconds,
                    "the ledger is new or has changed; waiting until its fence has passed"
                );
                tokio::time::sleep(Duration::from_secs(seconds)).await;
            }
        }
        Err(unavailable) => {
            let reason = &unavailable.reason;
            tracing::error!(%reason, "starting without the ledger; no code or refresh token is exchanged until it answers");
        }
    }
    Ok(())
}

/// Everything the handlers need.
///
/// # Panics
///
/// Never: what is parsed here was checked when the configuration was read.
#[must_use]
pub fn assemble_with(
    config: &Config,
    ring: &KeyRing,
    world: Arc<dyn World>,
    ledger: Arc<dyn Ledger>,
) -> Server {
    let upstream = upstream(config, Arc::new(RealNetwork::default()));
    assemble_through(config, ring, world, ledger, upstream)
}

/// The way out of this deployment, through `network`.
#[must_use]
pub fn upstream(config: &Config, network: Arc<dyn Network>) -> Arc<Upstream> {
    let settings = Settings {
        allow_loopback: config.registration.documents.allow_loopback,
        user_agent: user_agent(config),
        ..Settings::default()
    };
    Arc::new(Upstream::new(settings, network))
}

/// The way out to the issuers whose tokens are taken here: the configuration names them, so they may be anywhere.
fn way_to_issuers(config: &Config) -> Arc<Upstream> {
    let user_agent = user_agent(config);
    let settings = Settings { user_agent, limits: AskLimits::of_operator(), ..Settings::default() };
    Arc::new(Upstream::of_operator(settings, Arc::new(RealNetwork::default())))
}

fn user_agent(config: &Config) -> String {
    format!("Sealbearer/{} (+{})", env!("CARGO_PKG_VERSION"), config.public_url)
}

/// Everything the handlers need, with a ledger that may already know something, and another way out.
///
/// # Panics
///
/// Never: what is parsed here was checked when the configuration was read.
#[must_use]
pub fn assemble_through(
    config: &Config,
    ring: &KeyRing,
    world: Arc<dyn World>,
    ledger: Arc<dyn Ledger>,
    upstream: Arc<Upstream>,
) -> Server {
    let policy = Arc::new(config.policy_with(config.identity_algorithm(ring)));
    let seal = Arc::new(Seal::new(&policy.issuer, ring));
    let tokens = Arc::new(AccessTokens {
        static_tokens: Arc::new(StaticTokens::new(config.static_tokens())),
        policy: Arc::clone(&policy),
        seal: Arc::clone(&seal),
        ledger: Arc::clone(&ledger),
        world: Arc::clone(&world),
    });
    let secrets = config.clients.iter().filter_map(|client| {
        client.secret.as_ref().map(|secret| (client.id.clone(), secret.clone()))
    });
    let rates = Arc::new(Rates::new(&config.rates, Arc::clone(&world)));
    let providers = Arc::new(providers(config, &upstream));
    let grants = Arc::new(Grants {
        providers: Arc::clone(&providers),
        ledger: Arc::clone(&ledger),
        seal: Arc::clone(&seal),
        world: Arc::clone(&world),
    });
    let own = Arc::default();
    let asked = Arc::clone(&rates);
    upstream.admit_by(Box::new(move |host| asked.ask_host(host).is_ok()));
    Server {
        client_documents: client_documents(config, &upstream),
        documents: Documents::new(&policy, ring.jwks()),
        recipients: config.recipients(),
        resources: resources::all(
            config,
            &tokens,
            &grants,
            &upstream,
            &way_to_issuers(config),
            &own,
        ),
        grants,
        own,
        users: config.users.clone(),
        client_secrets: secrets.collect(),
        providers,
        client_keys: ClientKeys::new(Arc::clone(&upstream)),
        upstream,
        static_tokens: Arc::clone(&tokens.static_tokens),
        tokens,
        assertions: config.assertion_rules(),
        hashing: Hashing::new(config.limits.password_checks_max),
        rates,
        cookies: CookieNames::new(config.public_url.is_https()),
        origin: config.public_url.origin(),
        docs_enabled: config.docs_enabled,
        docs: OnceLock::new(),
        draining: Arc::default(),
        ring_is_stale: AtomicBool::default(),
        configuration: configuration(&policy, ledger.guarantee().kind),
        policy,
        seal,
        ledger,
        world,
    }
}

/// What clients say of themselves by documents, remembered within bounds.
fn client_documents(config: &Config, upstream: &Arc<Upstream>) -> ClientDocuments {
    let documents = &config.registration.documents;
    let bounds = Bounds {
        entries_max: documents.cache_entries,
        bytes_max: documents.cache_entries * ENTRY_BYTES_MAX,
        stale_seconds_max: documents.stale_seconds_max,
    };
    let pinned = documents.pinned.iter().cloned();
    ClientDocuments::new(pinned, documents.known, Arc::clone(upstream), bounds)
}

/// The identity providers that people can log in with.
fn providers(config: &Config, upstream: &Upstream) -> Providers {
    let federated = |provider: &ProviderConfig| Federated {
        provider: Provider::new(provider.settings.clone(), upstream),
        issuer: provider.settings.issuer(),
        admission: provider.admission.clone(),
    };
    let known = config.providers.iter();
    known.map(|provider| (provider.id.clone(), federated(provider))).collect()
}

/// A digest of what nodes must have in common to take what one another sealed for the same.
fn configuration(policy: &Policy, ledger: &str) -> String {
    let shared = format!("{}\n{ledger}\n{policy:?}", env!("CARGO_PKG_VERSION"));
    URL_SAFE_NO_PAD.encode(Sha256::digest(shared))
}

/// Everything that `server` answers, with what lies around all of it.
///
/// # Panics
///
/// Never: the one policy that is parsed here is ours.
#[must_use]
pub fn app(server: Arc<Server>, config: &Config) -> impl Endpoint<Output = Response> + use<> {
    server.own.get_or_init(|| Arc::downgrade(&server));
    let (world, rates) = (Arc::clone(&server.world), Arc::clone(&server.rates));
    let paths = server.resources.keys().cloned().collect::<Vec<_>>();
    let methods = methods(&paths);
    let bodies = paths.iter().map(|path| (path.clone(), BodyLimit::MCP));
    let origins = match &config.cors_origins {
        CorsOrigins::Any => cors::Origins::Any,
        CorsOrigins::Listed(origins) => cors::Origins::Only(origins.clone()),
    };
    let open = OPEN_TO_BROWSERS.iter().copied().chain(paths.iter().map(String::as_str));
    let open = Cors::new(open, origins, methods.clone());
    let limited =
        RequestLimits::new(BodyLimit::OAUTH, bodies).with_pages(FOR_PEOPLE).around(routes(server));
    let answered = methods.around(limited);
    let proxies = Proxies::new(&config.proxies);
    let seldom = RateLimits::new(rates, proxies, COUNTED, FOR_PEOPLE).around(answered);
    let named =
        Correlation::new(world, FOR_PEOPLE.into_iter().chain(["/"])).around(open.around(seldom));
    let page_policy = content_security_policy(None).parse().expect("the policy is ASCII");
    let security = SecurityHeaders::new(config.public_url.is_https(), page_policy);
    Prefix::new(config.public_url.path()).around(security.around(named))
}

/// Sentences in the banner stand below one another.
const BANNER_INDENT: &str = "\n               ";

/// Which methods each path has: those of the contract, and of resources that it does not name.
fn methods(resources: &[String]) -> Methods {
    let table = contract::PATHS.iter().map(|served| (served.pattern.to_owned(), served.methods));
    let mcp: &[&str] = &["GET", "POST", "DELETE"];
    let others = resources.iter().flat_map(|path| [(path.clone(), mcp), (format!("{path}/"), mcp)]);
    let rows: Vec<_> = table.chain(others).collect();
    let parsed = |methods: &[&str]| methods.iter().filter_map(|name| name.parse().ok()).collect();
    Methods::new(rows.iter().map(|(path, methods)| (path.as_str(), parsed(methods))))
}

/// The contract, and the resources that it does not name.
fn routes(server: Arc<Server>) -> Route {
    let endpoint =
        |(path, resource): (&String, &Protected)| (path.clone(), resource.endpoint.clone());
    let resources: Vec<_> = server.resources.iter().map(endpoint).collect();
    let contract = OpenApiService::new(Routes(server), "Sealbearer", env!("CARGO_PKG_VERSION"));
    let route = Route::new().nest("/", contract);
    resources
        .into_iter()
        .filter(|(path, _)| contract::methods_of(path).is_none())
        .fold(route, |route, (path, endpoint)| mount(route, &path, endpoint))
}

/// Serves until told to stop.
///
/// # Errors
///
/// [`StartError`].
pub async fn run(config: Config) -> Result<(), StartError> {
    let world: Arc<dyn World> = Arc::new(RealWorld);
    let ring = config.keys.open(world.now())?;
    config.check_ring(&ring)?;
    let ledger = ledger(&config, world.now())?;
    begin(&*ledger, world.now()).await?;
    let address = config.listen;
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|cause| StartError::Listen { address, cause })?;
    let server = Arc::new(assemble_with(&config, &ring, world, ledger));
    let guarantee = server.ledger.guarantee().sentences.join(BANNER_INDENT);
    print!("{}", banner(&config, &guarantee));
    tracing::info!(
        configuration = server.fingerprint(),
        "nodes of one deployment have this in common"
    );
    let limits = Limits {
        head_deadline: Duration::from_secs(config.limits.header_timeout_seconds),
        drain_deadline: Duration::from_secs(config.limits.drain_timeout_seconds),
        connections_max: config.limits.connections_max,
        ..Limits::default()
    };
    if let KeySource::File { path, .. } = &config.keys {
        tokio::spawn(reload::watch(path.clone(), Arc::clone(&server), config.clone()));
    }
    let draining = Arc::clone(&server.draining);
    let stop = async move {
        listen::told_to_stop().await;
        draining.store(true, Ordering::Relaxed);
    };
    listen::serve(listener, app(server, &config), limits, stop).await?;
    Ok(())
}
