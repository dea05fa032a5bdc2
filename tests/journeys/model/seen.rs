//! What was ever seen of three nodes, and what each of them must answer next.

mod confusion;
mod operations;

use std::collections::{BTreeMap, BTreeSet};

use proptest::sample::Index;
use protocol::grant::RefreshIssued;
use protocol::ids::{FamilyId, TokenId};
use protocol::oauth::time::UnixTime;
use sealbearer::seal::claims::RefreshClaims;
use serde_json::json;

use crate::support::{
    ALICE, Ask, BOB, Browser, Client, Clock, Deployment, Fleet, Node, Reply, Serve as _,
};

pub(super) const NODES: usize = 3;
/// Who sits in front of each browser.
pub(super) const PEOPLE: [(&str, &str); 3] = [ALICE, ALICE, BOB];
pub(super) const RESOURCES: [&str; 2] = ["/mcp", "/other"];
pub(super) const DAY: u64 = 86_400;
pub(super) const MINUTE: u64 = 60;
const NARROW: &str = "mcp:tools";
const WIDE: &str = "mcp:tools mcp:write";
const SESSION: &str = "sealbearer-session";

/// What one person was asked, and perhaps allowed, in one browser.
#[derive(Clone, Debug)]
struct Asked {
    browser: usize,
    client: usize,
    resource: usize,
    scope: &'static str,
    at: UnixTime,
    /// Who is asked to consent; nobody yet while the login page is shown.
    person: Option<&'static str>,
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
    expires_at: UnixTime,
}

/// What one node alone can know.
#[derive(Clone, Debug, Default)]
struct Remembered {
    claimed: BTreeSet<usize>,
    revoked: BTreeSet<usize>,
    /// Names of access tokens that were given back alone.
    denied: BTreeSet<[u8; 16]>,
    /// By family: the newest generation that was used, and when it was used first.
    used: BTreeMap<usize, (u32, UnixTime)>,
}

/// The nodes, and everything that was ever seen of them.
pub(super) struct Seen {
    fleet: Fleet,
    clients: [Client; 2],
    browsers: [Browser; PEOPLE.len()],
    logged_in: [Option<usize>; PEOPLE.len()],
    sessions: Vec<Session>,
    tickets: Vec<(String, Asked)>,
    codes: Vec<(String, Asked)>,
    refreshing: Vec<Refreshing>,
    access: Vec<Access>,
    remembered: [Remembered; NODES],
    /// By code: the name of the token that a redemption yields, wherever.
    names: BTreeMap<usize, (FamilyId, TokenId)>,
}

/// One of `all`; half of the time the newest.
fn pick<T>(index: Index, all: &[T]) -> Option<usize> {
    let newest = all.len().checked_sub(1)?;
    Some(index.index(2 * all.len()).min(newest))
}

impl Seen {
    pub(super) fn start() -> Self {
        let other =
            "[[resources]]\npath = \"/other\"\nupstream = \"builtin\"\nscopes = [\"mcp:tools\"]";
        let fleet = Fleet::start(3, &Deployment::usual().with(other));
        let client = |name: &str, method: &str| {
            let metadata = json!({
                "client_name": name,
                "redirect_uris": ["https://app.example.com/callback"],
                "token_endpoint_auth_method": method,
            });
            Client::register(&fleet, &metadata)
        };
        let clients = [client("One", "none"), client("Two", "client_secret_post")];
        Self {
            fleet,
            clients,
            browsers: Default::default(),
            logged_in: Default::default(),
            sessions: Vec::new(),
            tickets: Vec::new(),
            codes: Vec::new(),
            refreshing: Vec::new(),
            access: Vec::new(),
            remembered: Default::default(),
            names: BTreeMap::new(),
        }
    }

    pub(super) fn clock(&self) -> &Clock {
        self.fleet.clock()
    }

    fn now(&self) -> UnixTime {
        self.clock().now()
    }

    fn age(&self, at: UnixTime) -> u64 {
        self.now().seconds_since(at)
    }

    /// The session of a browser that a node accepts now.
    fn session(&self, browser: usize) -> Option<&Session> {
        let session = &self.sessions[self.logged_in[browser]?];
        let alive =
            self.age(session.seen_at) < 1_800 && self.age(session.authenticated_at) < 43_200;
        alive.then_some(session)
    }

    /// Remembers the session cookie that a browser has now.
    fn keep_session(&mut self, browser: usize, person: &'static str, authenticated_at: UnixTime) {
        let cookie = self.browsers[browser].cookie(SESSION).expect("it was set").to_owned();
        let seen_at = self.now();
        self.sessions.push(Session { cookie, person, authenticated_at, seen_at });
        self.logged_in[browser] = Some(self.sessions.len() - 1);
    }

    pub(super) fn open(
        &mut self,
        node: usize,
        browser: usize,
        client: usize,
        resource: usize,
        wide: bool,
    ) {
        let resource_url = format!("{}{}", self.fleet.issuer(), RESOURCES[resource]);
        let scope = if wide { WIDE } else { NARROW };
        let request = self.clients[client].request().with("scope", scope);
        let uri = request.and("resource", &resource_url).uri();
        let page = self.browsers[browser].open(self.fleet.node(node), &uri);
        let session = self.session(browser).cloned();
        if let Some(session) = &session
            && self.age(session.seen_at) >= MINUTE
        {
            self.keep_session(browser, session.person, session.authenticated_at);
        }
        let person = session.map(|session| session.person);
        let asked = Asked { browser, client, resource, scope, at: self.now(), person };
        self.expect_page(&page, asked);
    }

    /// That a page asks for what is left to ask, and keeps its ticket.
    fn expect_page(&mut self, page: &Reply, mut asked: Asked) {
        assert_eq!(page.status, 200, "{}", page.body);
        if asked.person == Some(BOB.0) {
            asked.scope = NARROW;
        }
        assert_eq!(page.heading() == "Log in", asked.person.is_none(), "{}", page.heading());
        asked.at = self.now();
        self.tickets.push((page.ticket(), asked));
    }

    /// Whether this browser may go on with this ticket.
    fn is_resumable(&self, asked: &Asked, browser: usize) -> bool {
        asked.browser == browser && self.age(asked.at) < 600
    }

    /// A ticket of any browser and age; nine times of ten one for this form.
    fn ticket(&self, index: Index, for_consent: bool) -> Option<(String, Asked)> {
        let fitting =
            self.tickets.iter().filter(|(_, asked)| asked.person.is_some() == for_consent);
        let fitting: Vec<_> = fitting.cloned().collect();
        let all = if index.index(10) == 0 { &self.tickets } else { &fitting };
        Some(all[pick(index, all)?].clone())
    }

    pub(super) fn log_in(&mut self, node: usize, browser: Option<usize>, ticket: Index) {
        let Some((ticket, asked)) = self.ticket(ticket, false) else { return };
        let browser = browser.unwrap_or(asked.browser);
        let (name, password) = PEOPLE[browser];
        let fields = [("ticket", ticket.as_str()), ("username", name), ("password", password)];
        let reply = self.browsers[browser].submit(self.fleet.node(node), "/oauth/login", &fields);
        if asked.person.is_some() || !self.is_resumable(&asked, browser) {
            assert_page(&reply);
            return;
        }
        self.keep_session(browser, name, self.now());
        self.expect_page(&reply, Asked { person: Some(name), ..asked });
    }

    pub(super) fn decide(
        &mut self,
        node: usize,
        browser: Option<usize>,
        ticket: Index,
        allow: bool,
    ) {
        let Some((ticket, asked)) = self.ticket(ticket, true) else { return };
        let browser = browser.unwrap_or(asked.browser);
        let decision = if allow { "allow" } else { "deny" };
        let fields = [("ticket", ticket.as_str()), ("decision", decision)];
        let person = self.session(browser).map(|session| session.person);
        let reply = self.browsers[browser].submit(self.fleet.node(node), "/oauth/consent", &fields);
        if asked.person.is_none() || !self.is_resumable(&asked, browser) {
            assert_page(&reply);
        } else if !allow {
            assert_eq!(reply.parameter("error").as_deref(), Some("access_denied"));
        } else if person == asked.person {
            self.codes.push((reply.code(), Asked { at: self.now(), ..asked }));
        } else {
            self.logged_in[browser] = None;
            self.expect_page(&reply, Asked { person: None, ..asked });
        }
    }

    pub(super) fn plant(&mut self, browser: usize, session: Index) {
        let Some(session) = pick(session, &self.sessions) else { return };
        let cookie = self.sessions[session].cookie.clone();
        self.browsers[browser].set_cookie(SESSION, &cookie);
        self.logged_in[browser] = Some(session);
    }

    pub(super) fn leave(&mut self, browser: usize) {
        self.browsers[browser].forget_cookie(SESSION);
        self.logged_in[browser] = None;
    }

    pub(super) fn redeem(&mut self, node: usize, client: Option<usize>, code: Index, proven: bool) {
        let Some(code) = pick(code, &self.codes) else { return };
        let (text, asked) = self.codes[code].clone();
        let client = client.unwrap_or(asked.client);
        let redemption = self.clients[client].redemption(&text);
        let wrong = "x".repeat(43);
        let redemption = if proven { redemption } else { redemption.with("code_verifier", &wrong) };
        let reply = self.fleet.node(node).serve(&redemption.post());
        let is_entitled = proven && client == asked.client && self.age(asked.at) < MINUTE;
        let remembered = &mut self.remembered[node];
        if !is_entitled {
            assert_eq!(reply.error(), "400 invalid_grant");
        } else if remembered.claimed.insert(code) && !remembered.revoked.contains(&code) {
            self.keep_tokens(&reply, code, None);
        } else {
            assert_eq!(reply.error(), "400 invalid_grant");
            remembered.revoked.insert(code);
        }
    }

    pub(super) fn refresh(&mut self, node: usize, client: Option<usize>, token: Index) {
        let Some(token) = pick(token, &self.refreshing) else { return };
        let token = self.refreshing[token].clone();
        let asked = self.codes[token.code].1.clone();
        let client = client.unwrap_or(asked.client);
        let reply = self.clients[client].refresh(self.fleet.node(node), &token.text);
        let is_entitled = client == asked.client
            && self.age(token.issued_at) < 30 * DAY
            && self.age(asked.at) < 90 * DAY;
        let now = self.now();
        let remembered = &mut self.remembered[node];
        if !is_entitled || remembered.revoked.contains(&token.code) {
            assert_eq!(reply.error(), "400 invalid_grant");
            return;
        }
        let is_allowed = match remembered.used.get(&token.code) {
            None => true,
            Some((newest, _)) if token.generation > *newest => true,
            Some((newest, first_at)) => {
                token.generation == *newest && now.seconds_since(*first_at) < MINUTE
            }
        };
        if is_allowed {
            let newest = remembered.used.get(&token.code).map(|(newest, _)| *newest);
            if newest.is_none_or(|newest| token.generation > newest) {
                remembered.used.insert(token.code, (token.generation, now));
            }
            self.keep_tokens(&reply, token.code, Some(token.generation));
        } else {
            assert_eq!(reply.error(), "400 invalid_grant");
            remembered.revoked.insert(token.code);
        }
    }

    /// That an answer brings what was consented to and not a second more, and keeps it.
    fn keep_tokens(&mut self, reply: &Reply, code: usize, generation: Option<u32>) {
        assert_eq!(reply.status, 200, "{}", reply.body);
        let asked = self.codes[code].1.clone();
        let (access, refresh) = (reply.text("access_token"), reply.text("refresh_token"));
        let grant = self.fleet.node(0).grant(&access);
        let issuer = self.fleet.issuer().to_owned();
        let name = (grant.family, grant.id());
        let known = *self.names.entry(code).or_insert(name);
        assert_eq!(grant.family, known.0, "a code founds one family, whatever the node");
        let token = opened(self.fleet.node(0), &refresh);
        match generation {
            None => {
                assert_eq!(grant.id(), known.1, "a code yields one token, whatever the node");
                let end = asked.at.plus_seconds(MINUTE + 3_600);
                assert_eq!(grant.expires_at, end, "no replay lives longer");
                assert_eq!(token.issued_at, asked.at, "no replay lives longer");
            }
            Some(generation) => {
                let end = asked.at.plus_seconds(90 * DAY);
                assert!(grant.expires_at <= end, "no token outlives its family");
                assert_eq!(token.generation, generation + 1);
            }
        }
        let others = self.names.iter().filter(|(other, _)| **other != code);
        assert!(others.into_iter().all(|(_, other)| other.0 != grant.family), "families are apart");
        let person = asked.person.expect("somebody consented");
        assert_eq!(grant.subject.to_text(), format!("u:{person}"));
        assert_eq!(grant.client, token.client);
        assert_eq!(grant.resource.as_str(), format!("{issuer}{}", RESOURCES[asked.resource]));
        assert_eq!(
            (grant.scope.to_string().as_str(), token.scope.to_string().as_str()),
            (asked.scope, asked.scope)
        );
        assert_eq!((token.family, token.founded_at), (grant.family, asked.at));
        let (name, expires_at) = (grant.id().0, grant.expires_at);
        self.access.push(Access { text: access, name, code, expires_at });
        let (generation, issued_at) = (token.generation, token.issued_at);
        self.refreshing.push(Refreshing { text: refresh, code, generation, issued_at });
    }

    pub(super) fn use_token(&self, node: usize, resource: usize, token: Index) {
        let Some(at) = pick(token, &self.access) else { return };
        let token = &self.access[at];
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
        let ask = Ask::json(RESOURCES[resource], &body)
            .with("accept", "application/json, text/event-stream")
            .bearer(&token.text);
        let reply = self.fleet.node(node).serve(&ask);
        let is_good = self.codes[token.code].1.resource == resource && self.is_good(node, at);
        assert_eq!(reply.status, if is_good { 200 } else { 401 }, "{}", reply.body);
    }
}

/// That a page says no; nothing was redirected and nobody logged in.
fn assert_page(reply: &Reply) {
    assert!(
        reply.is_page() && matches!(reply.status, 400 | 403),
        "{} {}",
        reply.status,
        reply.body
    );
    assert!(!reply.body.contains("name=\"ticket\""), "no way on is offered");
}

fn opened(node: &Node, refresh_token: &str) -> RefreshIssued {
    let claims = node.server().seal.open::<RefreshClaims>(refresh_token, node.clock().now());
    let token = claims.expect("it is a refresh token").stage(node.issuer());
    token.expect("its claims can be read")
}
