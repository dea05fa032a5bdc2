//! Nodes in process, alone and in fleets that share nothing but the key ring. Every reply must fit the contract.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use poem::endpoint::BoxEndpoint;
use poem::{Endpoint as _, EndpointExt as _, Response};
use protocol::grant::AccessGrant;
use protocol::oauth::time::UnixTime;
use protocol::replay::Revocation;
use protocol::revocation::Order;
use sealbearer::config::Config;
use sealbearer::contract;
use sealbearer::http::{Server, access};
use sealbearer::ledger::Ledger;
use sealbearer::seal::claims::OrderClaims;
use sealbearer::server;
use sealbearer::upstream::{Limits, Network, Settings, Upstream};
use tokio::runtime::Runtime;

use super::authority::AUTHORITY;
use super::internet::Internet;
use super::{Ask, Clock, Deployment, FixedWorld, Reply};
use crate::contract::fits::assert_fits;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let builder =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    builder.expect("the system has threads")
});

/// How long a node waits for what others publish; every failure takes as long.
const PATIENCE: Duration = Duration::from_millis(1_200);

/// Waits for what happens beside a node.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.block_on(future)
}

/// Whatever answers requests: a node, or a fleet behind a balancer.
pub(crate) trait Serve {
    fn serve(&self, ask: &Ask) -> Reply;
    fn clock(&self) -> &Clock;
    /// The public URL.
    fn issuer(&self) -> &str;
}

/// A node in process.
pub(crate) struct Node {
    app: BoxEndpoint<'static, Response>,
    server: Arc<Server>,
    clock: Clock,
}

impl Node {
    pub(crate) fn start(deployment: &Deployment) -> Self {
        Self::start_in(&Internet::new(), deployment)
    }

    /// A node in an internet with somebody in it.
    pub(crate) fn start_in(internet: &Arc<Internet>, deployment: &Deployment) -> Self {
        let config = deployment.config();
        let ledger = ledger(&config);
        Self::with_ledger(internet, &config, deployment, Clock::new(), 0, ledger)
    }

    /// A node with this ledger instead of its own.
    pub(crate) fn start_with(deployment: &Deployment, ledger: Arc<dyn Ledger>) -> Self {
        Self::with_ledger(
            &Internet::new(),
            &deployment.config(),
            deployment,
            Clock::new(),
            0,
            ledger,
        )
    }

    /// Another process of the same deployment, at the same time.
    pub(crate) fn beside(clock: &Clock, number: u8, deployment: &Deployment) -> Self {
        let config = deployment.config();
        let ledger = ledger(&config);
        Self::with_ledger(&Internet::new(), &config, deployment, clock.clone(), number, ledger)
    }

    /// A node in an internet with somebody in it, at the time of another, with this ledger instead of its own.
    pub(crate) fn start_on(
        internet: &Arc<Internet>,
        deployment: &Deployment,
        clock: &Clock,
        ledger: Arc<dyn Ledger>,
    ) -> Self {
        Self::with_ledger(internet, &deployment.config(), deployment, clock.clone(), 1, ledger)
    }

    /// Another process of the same deployment, in the same internet, with the same ledger, which all nodes share.
    pub(crate) fn sharing(&self, internet: &Arc<Internet>, deployment: &Deployment) -> Self {
        Self::start_on(internet, deployment, &self.clock, Arc::clone(&self.server.ledger))
    }

    fn with_ledger(
        internet: &Arc<Internet>,
        config: &Config,
        deployment: &Deployment,
        clock: Clock,
        number: u8,
        ledger: Arc<dyn Ledger>,
    ) -> Self {
        let world = Arc::new(FixedWorld::new(clock.clone(), number));
        let settings = Settings {
            allow_loopback: config.registration.documents.allow_loopback,
            user_agent: "Sealbearer/test".to_owned(),
            authorities: AUTHORITY.pem(),
            limits: Limits { deadline: PATIENCE, ..Limits::default() },
        };
        let upstream = Upstream::new(settings, Arc::clone(internet) as Arc<dyn Network>);
        let ring = deployment.ring();
        let server = server::assemble_through(config, &ring, world, ledger, Arc::new(upstream));
        let server = Arc::new(server);
        let app = server::app(Arc::clone(&server), config).boxed();
        Self { app, server, clock }
    }

    pub(crate) fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// What an access token of this deployment says, whether it is still good or not.
    pub(crate) fn grant(&self, access_token: &str) -> AccessGrant {
        let (seal, policy) = (&self.server.seal, &self.server.policy);
        let grant = access::open(seal, policy, access_token, self.clock.now());
        grant.expect("it is an access token in the form of its resource")
    }

    /// The operator orders this node to revoke something.
    pub(crate) fn order(&self, what: Revocation) -> Reply {
        self.serve(&Ask::form("/oauth/order", [("order", self.sealed_order(what))]))
    }

    /// What the operator's command would send now.
    pub(crate) fn sealed_order(&self, what: Revocation) -> String {
        let now = self.clock.now();
        self.server.seal.seal(&OrderClaims::new(&Order { what, ordered_at: now }), now)
    }

    /// Sends a request and hangs up after `patience`, if there is no answer by then.
    pub(crate) fn hang_up_on(&self, ask: &Ask, patience: Duration) {
        let answered =
            async { tokio::time::timeout(patience, self.app.get_response(ask.request())).await };
        assert!(RUNTIME.block_on(answered).is_err(), "it answered in time");
    }

    /// As [`Serve::serve`], for what the contract leaves to the server behind the gateway.
    pub(crate) fn serve_freely(&self, ask: &Ask) -> Reply {
        RUNTIME.block_on(async {
            let response = self.app.get_response(ask.request()).await;
            let status = response.status().as_u16();
            let headers = response.headers().clone();
            let body = response.into_body().into_vec().await.expect("the body arrives");
            Reply { status, headers, body: String::from_utf8(body).expect("bodies are text") }
        })
    }

    /// What `GET /oauth/test` says to the bearer of this token.
    pub(crate) fn test(&self, access_token: &str) -> Reply {
        self.serve(&Ask::get("/oauth/test").bearer(access_token))
    }
}

/// The ledger of a deployment, for nodes that share it.
pub(crate) fn ledger_of(deployment: &Deployment) -> Arc<dyn Ledger> {
    ledger(&deployment.config())
}

/// The ledger of a deployment that began before the clocks of tests.
fn ledger(config: &Config) -> Arc<dyn Ledger> {
    let _running = RUNTIME.enter();
    let until = Instant::now() + Duration::from_secs(10);
    let ledger = loop {
        match server::ledger(config, UnixTime(0)) {
            Ok(ledger) => break ledger,
            // The thread of a node that has ended may still let go of its file.
            Err(error) => assert!(Instant::now() < until, "{error}"),
        }
    };
    // A store that does not answer yet may be part of the test.
    let _begun = RUNTIME.block_on(ledger.begin(UnixTime(0)));
    ledger
}

impl Serve for Node {
    fn serve(&self, ask: &Ask) -> Reply {
        let reply = self.serve_freely(ask);
        if contract::methods_of(ask.path()).is_some() {
            let (method, body) = (ask.method().as_str(), reply.body.as_bytes());
            assert_fits(method, ask.path(), reply.status, &reply.headers, body);
        }
        reply
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }

    fn issuer(&self) -> &str {
        &self.server.policy.issuer
    }
}

/// Nodes that share the key ring and the clock; each has the ledger that its configuration says.
pub(crate) struct Fleet {
    nodes: Vec<Node>,
    /// How many there ever were.
    started: u8,
    served: AtomicUsize,
}

impl Fleet {
    pub(crate) fn start(size: u8, deployment: &Deployment) -> Self {
        Self::start_at(&Clock::new(), size, deployment)
    }

    /// The same at the time of another fleet, perhaps after that one has ended.
    pub(crate) fn start_at(clock: &Clock, size: u8, deployment: &Deployment) -> Self {
        let nodes = (0..size).map(|number| Node::beside(clock, number, deployment)).collect();
        Self { nodes, started: size, served: AtomicUsize::new(0) }
    }

    /// Nodes that ask one ledger.
    pub(crate) fn sharing(size: u8, deployment: &Deployment, ledger: &Arc<dyn Ledger>) -> Self {
        let (clock, config) = (Clock::new(), deployment.config());
        let node = |number| {
            let ledger = Arc::clone(ledger);
            Node::with_ledger(&Internet::new(), &config, deployment, clock.clone(), number, ledger)
        };
        let nodes = (0..size).map(node).collect();
        Self { nodes, started: size, served: AtomicUsize::new(0) }
    }

    /// Another process takes the place of a node, with the ledger of all, or else one of its own.
    pub(crate) fn restart(
        &mut self,
        number: usize,
        deployment: &Deployment,
        ledger: Option<&Arc<dyn Ledger>>,
    ) {
        let (clock, name) = (self.clock().clone(), self.started);
        self.started = name.checked_add(1).expect("no history restarts so many nodes");
        self.nodes[number] = match ledger {
            None => Node::beside(&clock, name, deployment),
            Some(ledger) => {
                let (config, ledger) = (deployment.config(), Arc::clone(ledger));
                Node::with_ledger(&Internet::new(), &config, deployment, clock, name, ledger)
            }
        };
    }

    pub(crate) fn node(&self, number: usize) -> &Node {
        &self.nodes[number % self.nodes.len()]
    }
}

impl Serve for Fleet {
    /// Any node, in an order without a pattern that the flow could fit by chance.
    fn serve(&self, ask: &Ask) -> Reply {
        let served = self.served.fetch_add(1, Ordering::Relaxed);
        self.node((served * 7 + served / 3 + served / 5).wrapping_mul(11) / 2).serve(ask)
    }

    fn clock(&self) -> &Clock {
        self.node(0).clock()
    }

    fn issuer(&self) -> &str {
        self.node(0).issuer()
    }
}
