//! Clients that ask about tokens and give them back, at any node, with any token that was ever seen.

use proptest::sample::Index;

use super::{DAY, MINUTE, Seen, pick};
use crate::support::Reply;

/// Which of two clients keeps a secret; the other may not ask.
const ASKING: usize = 1;

impl Seen {
    /// An access token or a refresh token: its text, the code it descends from, and its place in its list.
    fn any_token(&self, token: Index, is_refresh: bool) -> Option<(String, usize, usize)> {
        if is_refresh {
            let at = pick(token, &self.refreshing)?;
            return Some((self.refreshing[at].text.clone(), self.refreshing[at].code, at));
        }
        let at = pick(token, &self.access)?;
        Some((self.access[at].text.clone(), self.access[at].code, at))
    }

    pub(crate) fn introspect(
        &self,
        node: usize,
        client: Option<usize>,
        token: Index,
        is_refresh: bool,
    ) {
        let Some((text, code, at)) = self.any_token(token, is_refresh) else { return };
        let owner = self.codes[code].1.client;
        let client = client.unwrap_or(owner);
        let reply = self.clients[client].introspect(self.fleet.node(node), &text);
        if client != ASKING {
            assert_eq!(reply.error(), "401 invalid_client");
            return;
        }
        let is_alive = if is_refresh { self.is_usable(node, at) } else { self.is_good(node, at) };
        assert_eq!(told(&reply), client == owner && is_alive, "{}", reply.body);
    }

    pub(crate) fn revoke(
        &mut self,
        node: usize,
        client: Option<usize>,
        token: Index,
        is_refresh: bool,
    ) {
        let Some((text, code, at)) = self.any_token(token, is_refresh) else { return };
        let asked = &self.codes[code].1;
        let (owner, age) = (asked.client, self.age(asked.at));
        let client = client.unwrap_or(owner);
        let reply = self.clients[client].revoke(self.fleet.node(node), &text);
        if client != owner {
            assert_eq!(reply.error(), "401 invalid_client");
            return;
        }
        assert_eq!((reply.status, reply.body.as_str()), (200, ""));
        let name = (!is_refresh).then(|| self.access[at].name);
        let remembered = &mut self.remembered[node];
        match name {
            Some(name) => {
                remembered.denied.insert(name);
            }
            None if age < 90 * DAY => {
                remembered.revoked.insert(code);
            }
            None => {}
        }
    }

    /// Whether an access token is good at `node`, for whatever resource it is.
    pub(super) fn is_good(&self, node: usize, at: usize) -> bool {
        let token = &self.access[at];
        self.now() < token.expires_at
            && !self.remembered[node].revoked.contains(&token.code)
            && !self.remembered[node].denied.contains(&token.name)
    }

    /// Whether its client could use a refresh token at `node`.
    fn is_usable(&self, node: usize, at: usize) -> bool {
        let token = &self.refreshing[at];
        let remembered = &self.remembered[node];
        let in_time = self.age(token.issued_at) < 30 * DAY
            && self.age(self.codes[token.code].1.at) < 90 * DAY;
        let is_newest = match remembered.used.get(&token.code) {
            None => true,
            Some((newest, first_at)) => {
                token.generation > *newest
                    || token.generation == *newest && self.age(*first_at) < MINUTE
            }
        };
        in_time && is_newest && !remembered.revoked.contains(&token.code)
    }
}

/// Whether the answer says that the token is active; if it does not, it says nothing else.
fn told(reply: &Reply) -> bool {
    assert_eq!(reply.status, 200, "{}", reply.body);
    let is_active = reply.json()["active"] == true;
    assert!(is_active || reply.body == r#"{"active":false}"#, "{}", reply.body);
    is_active
}
