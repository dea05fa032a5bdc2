//! Clients that ask about tokens and give them back, and operators who revoke, at any node.

use proptest::sample::Index;
use protocol::ids::TokenId;
use protocol::oauth::client::ClientThumbprint;
use protocol::oauth::subject::Subject;
use protocol::oauth::time::UnixTime;
use protocol::replay::Revocation;

use super::remembered::Whose;
use super::{ABSOLUTE, PEOPLE, Seen, pick};
use crate::journeys::model::events::Ordered;
use crate::journeys::model::sharing::Sharing;
use crate::support::Reply;

/// Which of two clients keeps a secret; the other may not ask.
const ASKING: usize = 1;
/// How long a sealed access token can be read at least; the key of its day goes some time after that.
const READABLE: u64 = 25 * 3_600;

impl<S: Sharing> Seen<S> {
    /// An access token or a refresh token: its text, the code it descends from, and its place in its list.
    fn any_token(&self, token: Index, is_refresh: bool) -> Option<(String, usize, usize)> {
        if is_refresh {
            let at = pick(token, &self.refreshing)?;
            return Some((self.refreshing[at].text.clone(), self.refreshing[at].code, at));
        }
        let at = pick(token, &self.access)?;
        Some((self.access[at].text.clone(), self.access[at].code, at))
    }

    pub(in super::super) fn introspect(
        &self,
        node: usize,
        client: Option<usize>,
        token: Index,
        is_refresh: bool,
    ) {
        let Some((text, code, at)) = self.any_token(token, is_refresh) else { return };
        let owner = self.codes[code].1.client;
        let client = client.unwrap_or(owner);
        let reply = self.clients[client].introspect(self.node(node), &text);
        if client != ASKING {
            assert_eq!(reply.error(), "401 invalid_client");
            return;
        }
        let is_alive = if is_refresh { self.is_usable(node, at) } else { self.is_good(node, at) };
        assert_eq!(told(&reply), client == owner && is_alive, "{}", reply.body);
    }

    pub(in super::super) fn revoke(
        &mut self,
        node: usize,
        client: Option<usize>,
        token: Index,
        is_refresh: bool,
    ) {
        let Some((text, code, at)) = self.any_token(token, is_refresh) else { return };
        let asked = &self.codes[code].1;
        let (owner, family_age) = (asked.client, self.age(asked.at));
        let client = client.unwrap_or(owner);
        let reply = self.clients[client].revoke(self.node(node), &text);
        let is_old = !is_refresh && self.age(self.access[at].issued_at) >= READABLE;
        let is_readable = self.keys.open(node, &text);
        if client != owner && is_readable && !is_old {
            assert_eq!(reply.error(), "401 invalid_client");
            return;
        }
        if !(is_old && reply.status == 401) {
            assert_eq!((reply.status, reply.body.as_str()), (200, ""));
        }
        if !is_readable || client != owner {
            return;
        }
        if is_refresh {
            if family_age < ABSOLUTE {
                self.memory_mut(node).revoke(code);
                self.assert_over(node, code);
            }
            return;
        }
        let name = self.access[at].name;
        self.memory_mut(node).deny(name);
        self.assert_denied(node, at);
    }

    /// That an access token that was revoked at `node` is good there no more, nor anywhere else where all have one ledger.
    fn assert_denied(&self, node: usize, at: usize) {
        let token = &self.access[at];
        for node in Self::informed(node) {
            let reply = self.ask_with(node, self.codes[token.code].1.resource, &token.text);
            assert_eq!(reply.status, 401, "an access token that was revoked");
        }
    }

    /// The operator revokes at one node. Whoever holds the key ring is believed, whatever the age of what is revoked.
    pub(in super::super) fn order(&mut self, node: usize, what: Ordered, which: Index, back: u64) {
        let now = self.now();
        let until = now.plus_seconds(ABSOLUTE);
        let before = now.plus_seconds(1).minus_seconds(back);
        match what {
            Ordered::Token => {
                let Some(at) = pick(which, &self.access) else { return };
                let name = self.access[at].name;
                self.obey(node, Revocation::Token { token: TokenId(name), until });
                self.memory_mut(node).deny(name);
                self.assert_denied(node, at);
            }
            Ordered::Family => {
                let families: Vec<_> =
                    self.names.iter().map(|(code, name)| (*code, *name)).collect();
                let Some(at) = pick(which, &families) else { return };
                let (code, (family, _)) = families[at];
                self.obey(node, Revocation::Family { family, until });
                self.memory_mut(node).revoke(code);
                self.assert_over(node, code);
            }
            Ordered::Person => {
                let (name, _) = PEOPLE[which.index(PEOPLE.len())];
                let subject = Subject::Person(name.to_owned()).digest();
                self.obey(node, Revocation::Subject { subject, before });
                self.spare(node, Whose::Person(name), before);
            }
            Ordered::Client => {
                let client = which.index(self.clients.len());
                let thumbprint = ClientThumbprint::of(&self.clients[client].id);
                self.obey(node, Revocation::Client { client: thumbprint, before });
                self.spare(node, Whose::Client(client), before);
            }
            Ordered::Everything => {
                self.obey(node, Revocation::Everything { before });
                self.spare(node, Whose::Everybody, before);
            }
        }
    }

    fn obey(&self, node: usize, what: Revocation) {
        let reply = self.node(node).order(what);
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_eq!(reply.json()["every_node"] == true, self.reaches_all(), "{}", reply.body);
    }

    /// Whether a node promises that all of them know; one file promises no more than one node can.
    fn reaches_all(&self) -> bool {
        use sealbearer::ledger::Reach;
        self.node(0).server().ledger.guarantee().revocation == Reach::EveryNode
    }

    /// What began before `from` is over at `node`, and where all have one ledger everywhere.
    fn spare(&mut self, node: usize, whose: Whose, from: UnixTime) {
        self.memory_mut(node).spare(whose, from);
        for token in &self.access {
            let asked = &self.codes[token.code].1;
            if token.issued_at < from && Self::whose(asked).contains(&whose) {
                for node in Self::informed(node) {
                    let reply = self.ask_with(node, asked.resource, &token.text);
                    assert_eq!(reply.status, 401, "a token from before the instant");
                }
            }
        }
    }

    /// Whether an access token is good at `node`, for whatever resource it is.
    pub(super) fn is_good(&self, node: usize, at: usize) -> bool {
        let token = &self.access[at];
        let (memory, asked) = (self.memory(node), &self.codes[token.code].1);
        self.now() < token.expires_at
            && self.keys.open(node, &token.text)
            && !memory.is_revoked(token.code)
            && !memory.is_denied(token.name)
            && !memory.covers(&Self::whose(asked), token.issued_at)
    }

    /// Whether its client could use a refresh token at `node`.
    fn is_usable(&self, node: usize, at: usize) -> bool {
        let token = &self.refreshing[at];
        let (memory, asked) = (self.memory(node), &self.codes[token.code].1);
        self.is_in_time(token)
            && self.keys.open(node, &token.text)
            && memory.may_use(token.code, token.generation, self.now())
            && !memory.is_revoked(token.code)
            && !memory.covers(&Self::whose(asked), asked.at)
    }
}

/// Whether the answer says that the token is active; if it does not, it says nothing else.
fn told(reply: &Reply) -> bool {
    assert_eq!(reply.status, 200, "{}", reply.body);
    let is_active = reply.json()["active"] == true;
    assert!(is_active || reply.body == r#"{"active":false}"#, "{}", reply.body);
    is_active
}
