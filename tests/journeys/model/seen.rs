//! What was ever seen of three nodes, and what each of them must answer next.

mod browsing;
mod confusion;
mod operations;
mod remembered;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use proptest::sample::Index;
use protocol::ids::{FamilyId, TokenId};
use protocol::oauth::time::UnixTime;
use sealbearer::config::Config;
use sealbearer::keys::Ring;
use sealbearer::server::reload::take_over;
use serde_json::json;

use super::keys::Keys;
use super::sharing::{Setting, Sharing};
use crate::support::{ALICE, BOB, Browser, Client, Clock, Deployment, Node, Serve as _};
use remembered::Remembered;

pub(super) const NODES: usize = 3;
/// Who sits in front of each browser.
pub(super) const PEOPLE: [(&str, &str); 3] = [ALICE, ALICE, BOB];
/// Two resources, of which the second gets signed tokens, and what knows who the person is.
pub(super) const PLACES: [&str; 3] = ["/mcp", "/other", "/oauth/userinfo"];
pub(super) const MINUTE: u64 = 60;
/// How long an access token lives.
pub(super) const ACCESS: u64 = 3_600;
/// How long an unused refresh token lives.
pub(super) const IDLE: u64 = 3_600;
/// How long a family lives: so short that most refreshes are near its end.
pub(super) const ABSOLUTE: u64 = 3_720;
/// What every request asks for, and nobody can leave out.
const TOOLS: &str = "mcp:tools";
const WRITE: &str = "mcp:write";
const OFFLINE: &str = "offline_access";
const OPENID: &str = "openid";
/// What a request may ask for besides.
pub(super) const OPTIONAL: [&str; 4] = [WRITE, OFFLINE, OPENID, "profile"];

type Scope = BTreeSet<&'static str>;

/// What one person was asked, and perhaps allowed, in one browser.
#[derive(Clone, Debug)]
struct Asked {
    browser: usize,
    client: usize,
    resource: usize,
    scope: Scope,
    nonce: String,
    at: UnixTime,
    /// Who is asked to consent, and since when they are logged in; nobody yet while the login page is shown.
    person: Option<(&'static str, UnixTime)>,
    /// They left out that the client keeps its access.
    declined: bool,
}

#[derive(Clone, Debug)]
struct Session {
    cookie: String,
    person: &'static str,
    authenticated_at: UnixTime,
    seen_at: UnixTime,
}

#[derive(Clone, Debug)]
struct Refreshing {
    text: String,
    code: usize,
    generation: u32,
    issued_at: UnixTime,
}

#[derive(Clone, Debug)]
struct Access {
    text: String,
    /// Tokens of the same name are the same token.
    name: [u8; 16],
    code: usize,
    scope: Scope,
    issued_at: UnixTime,
    expires_at: UnixTime,
}

/// The nodes, and everything that was ever seen of them.
pub(super) struct Seen<S> {
    setting: Setting,
    config: Config,
    keys: Keys,
    clients: [Client; 2],
    browsers: [Browser; PEOPLE.len()],
    logged_in: [Option<usize>; PEOPLE.len()],
    sessions: Vec<Session>,
    tickets: Vec<(String, Asked)>,
    codes: Vec<(String, Asked)>,
    refreshing: Vec<Refreshing>,
    access: Vec<Access>,
    id_tokens: Vec<String>,
    /// One for each node, or one for all.
    memories: Vec<Remembered>,
    /// By code: the name of the token that a redemption yields, wherever.
    names: BTreeMap<usize, (FamilyId, TokenId)>,
    _sharing: PhantomData<S>,
}

/// One of `all`; half of the time the newest.
fn pick<T>(index: Index, all: &[T]) -> Option<usize> {
    let newest = all.len().checked_sub(1)?;
    Some(index.index(2 * all.len()).min(newest))
}

/// The scopes whose bits are set.
fn optional(bits: usize) -> impl Iterator<Item = &'static str> {
    OPTIONAL
        .into_iter()
        .enumerate()
        .filter(move |(at, _)| bits >> at & 1 == 1)
        .map(|(_, name)| name)
}

fn text(scope: &Scope) -> String {
    scope.iter().copied().collect::<Vec<_>>().join(" ")
}

impl<S: Sharing> Seen<S> {
    pub(super) fn start() -> Option<Self> {
        let lifetimes = format!("refresh_idle = \"{IDLE}s\"\nrefresh_absolute = \"{ABSOLUTE}s\"");
        let other = "[[resources]]\npath = \"/other\"\nupstream = \"builtin\"\n\
                     scopes = [\"mcp:tools\"]\naccess_token = \"signed\"";
        let deployment = Deployment::usual().signing_es256().with(other);
        let setting = S::start(deployment.with(&format!("[tokens]\n{lifetimes}")))?;
        let (config, now) = (setting.deployment.config(), setting.fleet.clock().now());
        let keys = Keys::new(now);
        for node in 0..NODES {
            take_over(setting.fleet.node(node).server(), &config, Ok(keys.read()));
        }
        let client = |name: &str, method: &str| {
            let metadata = json!({
                "client_name": name,
                "redirect_uris": ["https://app.example.com/callback"],
                "token_endpoint_auth_method": method,
            });
            Client::register(&setting.fleet, &metadata)
        };
        let clients = [client("One", "none"), client("Two", "client_secret_post")];
        let memories = if S::IS_ONE { 1 } else { NODES };
        Some(Self {
            setting,
            config,
            keys,
            clients,
            browsers: Default::default(),
            logged_in: Default::default(),
            sessions: Vec::new(),
            tickets: Vec::new(),
            codes: Vec::new(),
            refreshing: Vec::new(),
            access: Vec::new(),
            id_tokens: Vec::new(),
            memories: vec![Remembered::default(); memories],
            names: BTreeMap::new(),
            _sharing: PhantomData,
        })
    }

    pub(super) fn clock(&self) -> &Clock {
        self.setting.fleet.clock()
    }

    fn node(&self, node: usize) -> &Node {
        self.setting.fleet.node(node)
    }

    fn issuer(&self) -> &str {
        self.setting.fleet.issuer()
    }

    fn now(&self) -> UnixTime {
        self.clock().now()
    }

    fn age(&self, at: UnixTime) -> u64 {
        self.now().seconds_since(at)
    }

    /// What a node knows.
    fn memory(&self, node: usize) -> &Remembered {
        &self.memories[if S::IS_ONE { 0 } else { node }]
    }

    /// The nodes that know what one of them learns.
    fn informed(node: usize) -> impl Iterator<Item = usize> {
        (0..NODES).filter(move |other| S::IS_ONE || *other == node)
    }

    fn memory_mut(&mut self, node: usize) -> &mut Remembered {
        &mut self.memories[if S::IS_ONE { 0 } else { node }]
    }

    /// The operator changes the file; no node has seen it yet.
    pub(super) fn rotate(&mut self, ring: Ring) {
        let now = self.now();
        self.keys.rotate(ring, now);
    }

    pub(super) fn retire(&mut self, ring: Ring) {
        self.keys.retire(ring);
    }

    /// A node sees the file as it is by now.
    pub(super) fn look(&mut self, node: usize) {
        take_over(self.node(node).server(), &self.config, Ok(self.keys.read()));
        self.keys.looked(node);
    }

    /// A process begins with the file as it is, and with what its ledger kept.
    pub(super) fn restart(&mut self, node: usize) {
        self.setting.restart(node);
        self.look(node);
        if !S::IS_ONE {
            *self.memory_mut(node) = Remembered::default();
        }
    }
}
