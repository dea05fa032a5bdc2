//! People in front of browsers: asked, logged in, consenting, and told apart.

use proptest::sample::Index;
use protocol::oauth::time::UnixTime;

use super::remembered::Whose;
use super::{
    Asked, MINUTE, NODES, OFFLINE, OPENID, PEOPLE, PLACES, Scope, Seen, Session, TOOLS, WRITE,
    optional, pick, text,
};
use crate::journeys::model::events::Decision;
use crate::journeys::model::sharing::Sharing;
use crate::support::{BOB, Reply};

const SESSION: &str = "sealbearer-session";
const SESSION_IDLE: u64 = 1_800;
const SESSION_ABSOLUTE: u64 = 43_200;
const TICKET: u64 = 600;

impl<S: Sharing> Seen<S> {
    /// The session of a browser that a node accepts now.
    fn session(&self, node: usize, browser: usize) -> Option<&Session> {
        let session = &self.sessions[self.logged_in[browser]?];
        let begun_at = session.authenticated_at;
        let alive =
            self.age(session.seen_at) < SESSION_IDLE && self.age(begun_at) < SESSION_ABSOLUTE;
        let whose = [Whose::Everybody, Whose::Person(session.person)];
        let accepted = alive
            && self.keys.open(node, &session.cookie)
            && !self.memory(node).covers(&whose, begun_at);
        accepted.then_some(session)
    }

    /// Remembers the session cookie that a browser got from a node just now.
    fn keep_session(
        &mut self,
        node: usize,
        browser: usize,
        person: &'static str,
        authenticated_at: UnixTime,
    ) {
        let cookie = self.browsers[browser].cookie(SESSION).expect("it was set").to_owned();
        assert!(self.keys.make(node, &cookie), "sealed with a key that is active here");
        let seen_at = self.now();
        self.sessions.push(Session { cookie, person, authenticated_at, seen_at });
        self.logged_in[browser] = Some(self.sessions.len() - 1);
    }

    pub(in super::super) fn open(
        &mut self,
        node: usize,
        browser: usize,
        client: usize,
        resource: usize,
        wide: usize,
    ) {
        let resource_url = format!("{}{}", self.issuer(), PLACES[resource]);
        let scope: Scope = optional(wide).chain([TOOLS]).collect();
        let nonce = format!("nonce {}", self.tickets.len());
        let request = self.clients[client].request().with("scope", &text(&scope));
        let uri = request.and("resource", &resource_url).and("nonce", &nonce).uri();
        let session = self.session(node, browser).cloned();
        let page = self.browsers[browser].open(self.setting.fleet.node(node), &uri);
        if let Some(session) = &session
            && self.age(session.seen_at) >= MINUTE
        {
            self.keep_session(node, browser, session.person, session.authenticated_at);
        }
        let person = session.map(|session| (session.person, session.authenticated_at));
        let (at, declined) = (self.now(), false);
        let asked = Asked { browser, client, resource, scope, nonce, at, person, declined };
        self.expect_page(node, &page, asked);
    }

    /// That a page asks for what is left to ask, and keeps its ticket.
    fn expect_page(&mut self, node: usize, page: &Reply, mut asked: Asked) {
        assert_eq!(page.status, 200, "{}", page.body);
        if asked.person.is_some_and(|(person, _)| person == BOB.0) {
            asked.scope.remove(WRITE);
        }
        assert_eq!(page.heading() == "Log in", asked.person.is_none(), "{}", page.heading());
        asked.at = self.now();
        let ticket = page.ticket();
        assert!(self.keys.make(node, &ticket), "sealed with a key that is active here");
        self.tickets.push((ticket, asked));
    }

    /// Whether this browser may go on with this ticket at a node.
    fn is_resumable(&self, node: usize, ticket: &str, asked: &Asked, browser: usize) -> bool {
        asked.browser == browser && self.age(asked.at) < TICKET && self.keys.open(node, ticket)
    }

    /// A ticket of any browser and age; nine times of ten one for this form.
    fn ticket(&self, index: Index, for_consent: bool) -> Option<(String, Asked)> {
        let fitting =
            self.tickets.iter().filter(|(_, asked)| asked.person.is_some() == for_consent);
        let fitting: Vec<_> = fitting.cloned().collect();
        let all = if index.index(10) == 0 { &self.tickets } else { &fitting };
        Some(all[pick(index, all)?].clone())
    }

    /// A person goes all the way, and the client redeems the code.
    pub(in super::super) fn allow(
        &mut self,
        node: usize,
        browser: usize,
        client: usize,
        resource: usize,
        wide: usize,
    ) {
        let newest = |seen: &Self| seen.tickets.last().cloned().expect("a page was shown");
        let allow = Decision { allow: true, ticked: None, without_session: false };
        self.open(node, browser, client, resource, wide);
        if newest(self).1.person.is_none() {
            self.log_in_with((node + 1) % NODES, None, newest(self));
        }
        let codes = self.codes.len();
        self.decide_with((node + 2) % NODES, None, newest(self), allow);
        if self.codes.len() > codes {
            self.redeem_with(node, None, codes, true);
        }
    }

    pub(in super::super) fn log_in(&mut self, node: usize, browser: Option<usize>, ticket: Index) {
        if let Some(found) = self.ticket(ticket, false) {
            self.log_in_with(node, browser, found);
        }
    }

    fn log_in_with(&mut self, node: usize, browser: Option<usize>, found: (String, Asked)) {
        let (ticket, asked) = found;
        let browser = browser.unwrap_or(asked.browser);
        let (name, password) = PEOPLE[browser];
        let fields = [("ticket", ticket.as_str()), ("username", name), ("password", password)];
        let at = self.setting.fleet.node(node);
        let reply = self.browsers[browser].submit(at, "/oauth/login", &fields);
        if asked.person.is_some() || !self.is_resumable(node, &ticket, &asked, browser) {
            assert_page(&reply);
            return;
        }
        let now = self.now();
        self.keep_session(node, browser, name, now);
        self.expect_page(node, &reply, Asked { person: Some((name, now)), ..asked });
    }

    pub(in super::super) fn decide(
        &mut self,
        node: usize,
        browser: Option<usize>,
        ticket: Index,
        decision: Decision,
    ) {
        if let Some(found) = self.ticket(ticket, true) {
            self.decide_with(node, browser, found, decision);
        }
    }

    fn decide_with(
        &mut self,
        node: usize,
        browser: Option<usize>,
        found: (String, Asked),
        decision: Decision,
    ) {
        let (ticket, asked) = found;
        let browser = browser.unwrap_or(asked.browser);
        if decision.without_session {
            self.leave(browser);
        }
        let pressed = if decision.allow { "allow" } else { "deny" };
        let mut fields = vec![("ticket", ticket.as_str()), ("decision", pressed)];
        if let Some(ticked) = decision.ticked {
            fields.push(("choice", "ticked"));
            fields.extend(optional(ticked).map(|name| ("scope", name)));
        }
        let here = self.session(node, browser).map(|session| session.person);
        let at = self.setting.fleet.node(node);
        let reply = self.browsers[browser].submit(at, "/oauth/consent", &fields);
        let person = asked.person.map(|(person, _)| person);
        if person.is_none() || !self.is_resumable(node, &ticket, &asked, browser) {
            assert_page(&reply);
        } else if !decision.allow {
            assert_eq!(reply.parameter("error").as_deref(), Some("access_denied"));
        } else if here == person {
            let asked = Asked { at: self.now(), ..reduced(asked, decision.ticked) };
            let code = reply.code();
            assert!(self.keys.make(node, &code), "sealed with a key that is active here");
            self.codes.push((code, asked));
        } else {
            assert!(reply.header("location").is_none(), "nobody who is not there consents");
            self.logged_in[browser] = None;
            self.expect_page(node, &reply, Asked { person: None, ..asked });
        }
    }

    pub(in super::super) fn plant(&mut self, browser: usize, session: Index) {
        let Some(session) = pick(session, &self.sessions) else { return };
        let cookie = self.sessions[session].cookie.clone();
        self.browsers[browser].set_cookie(SESSION, &cookie);
        self.logged_in[browser] = Some(session);
    }

    pub(in super::super) fn leave(&mut self, browser: usize) {
        self.browsers[browser].forget_cookie(SESSION);
        self.logged_in[browser] = None;
    }
}

/// What is left of a request when only these boxes are ticked.
fn reduced(mut asked: Asked, ticked: Option<usize>) -> Asked {
    if let Some(ticked) = ticked {
        let asked_offline = asked.scope.contains(OFFLINE);
        let kept: Scope = optional(ticked).chain([TOOLS, OPENID]).collect();
        asked.scope.retain(|name| kept.contains(name));
        asked.declined = asked_offline && !asked.scope.contains(OFFLINE);
    }
    asked
}

/// That a page says no; nothing was redirected and nobody logged in.
pub(super) fn assert_page(reply: &Reply) {
    assert!(
        reply.is_page() && matches!(reply.status, 400 | 403),
        "{} {}",
        reply.status,
        reply.body
    );
    assert!(!reply.body.contains("name=\"ticket\""), "no way on is offered");
}
