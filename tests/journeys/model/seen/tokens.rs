//! Codes and tokens at any node, with any copy that was ever made.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::sample::Index;
use protocol::grant::RefreshIssued;
use sealbearer::seal::claims::RefreshClaims;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::remembered::Whose;
use super::{
    ABSOLUTE, ACCESS, Access, Asked, IDLE, MINUTE, OFFLINE, OPENID, PLACES, Refreshing, Seen,
    TOOLS, pick, text,
};
use crate::journeys::model::events::Wish;
use crate::journeys::model::sharing::Sharing;
use crate::support::{Ask, Node, Reply, Serve as _};

impl<S: Sharing> Seen<S> {
    /// Whom a revocation of what descends from a code concerns.
    pub(super) fn whose(asked: &Asked) -> [Whose; 3] {
        let (person, _) = asked.person.expect("somebody consented");
        [Whose::Everybody, Whose::Person(person), Whose::Client(asked.client)]
    }

    pub(in super::super) fn redeem(
        &mut self,
        node: usize,
        client: Option<usize>,
        code: Index,
        proven: bool,
    ) {
        if let Some(code) = pick(code, &self.codes) {
            self.redeem_with(node, client, code, proven);
        }
    }

    pub(super) fn redeem_with(
        &mut self,
        node: usize,
        client: Option<usize>,
        code: usize,
        proven: bool,
    ) {
        let (sealed, asked) = self.codes[code].clone();
        let client = client.unwrap_or(asked.client);
        let redemption = self.clients[client].redemption(&sealed);
        let wrong = "x".repeat(43);
        let redemption = if proven { redemption } else { redemption.with("code_verifier", &wrong) };
        let reply = self.node(node).serve(&redemption.post());
        let is_entitled = proven
            && client == asked.client
            && self.age(asked.at) < MINUTE
            && self.keys.open(node, &sealed);
        let whose = Self::whose(&asked);
        let memory = self.memory_mut(node);
        if !is_entitled || memory.is_revoked(code) || memory.covers(&whose, asked.at) {
            assert_eq!(reply.error(), "400 invalid_grant");
        } else if memory.claim(code) {
            self.keep_tokens(node, &reply, code, None, Wish::All);
        } else {
            assert_eq!(reply.error(), "400 invalid_grant");
            memory.revoke(code);
            self.assert_over(node, code);
        }
    }

    /// The token so many generations before another of its family, if it was seen.
    fn before(&self, token: usize, back: u32) -> usize {
        let Refreshing { code, generation, .. } = self.refreshing[token];
        let earlier = |other: &Refreshing| {
            other.code == code && Some(other.generation) == generation.checked_sub(back)
        };
        self.refreshing.iter().position(earlier).filter(|_| back > 0).unwrap_or(token)
    }

    pub(in super::super) fn refresh(
        &mut self,
        node: usize,
        client: Option<usize>,
        token: Index,
        back: u32,
        wish: Wish,
    ) {
        let Some(token) = pick(token, &self.refreshing) else { return };
        let token = self.before(token, back);
        self.refresh_with(node, client, token, wish);
    }

    /// The refresh token that was seen last.
    pub(in super::super) fn newest(&self) -> usize {
        self.refreshing.len().checked_sub(1).expect("a refresh token was seen")
    }

    /// Uses one token; its successor, if there is one, is the newest that was seen.
    pub(in super::super) fn refresh_with(
        &mut self,
        node: usize,
        client: Option<usize>,
        token: usize,
        wish: Wish,
    ) -> bool {
        let token = self.refreshing[token].clone();
        let asked = self.codes[token.code].1.clone();
        let client = client.unwrap_or(asked.client);
        let renewal = self.clients[client].renewal(&token.text);
        let renewal = match wish {
            Wish::All => renewal,
            Wish::Less => renewal.with("scope", TOOLS),
            Wish::More => renewal.with("scope", &format!("{} mcp:admin", text(&asked.scope))),
        };
        let reply = self.node(node).serve(&renewal.post());
        let is_entitled =
            client == asked.client && self.is_in_time(&token) && self.keys.open(node, &token.text);
        if is_entitled && wish == Wish::More {
            assert_eq!(reply.error(), "400 invalid_scope", "nothing grows, and nothing is spent");
            return false;
        }
        let (now, whose) = (self.now(), Self::whose(&asked));
        let memory = self.memory_mut(node);
        let is_over = memory.is_revoked(token.code) || memory.covers(&whose, asked.at);
        if !is_entitled || is_over {
            assert_eq!(reply.error(), "400 invalid_grant");
            return false;
        }
        if memory.may_use(token.code, token.generation, now) {
            memory.use_now(token.code, token.generation, now);
            self.keep_tokens(node, &reply, token.code, Some(token.generation), wish);
            true
        } else {
            assert_eq!(reply.error(), "400 invalid_grant");
            memory.revoke(token.code);
            self.assert_over(node, token.code);
            false
        }
    }

    /// Whether neither a refresh token nor its family is too old.
    pub(super) fn is_in_time(&self, token: &Refreshing) -> bool {
        let family_age = self.age(self.codes[token.code].1.at);
        self.age(token.issued_at) < IDLE && family_age < ABSOLUTE
    }

    /// That nothing of a family that was revoked at `node` is good there, nor anywhere else where all have one ledger. This
    /// does not ask the model: it holds whatever else is true.
    pub(super) fn assert_over(&self, node: usize, code: usize) {
        let owner = &self.clients[self.codes[code].1.client];
        let access = self.access.iter().rev().find(|token| token.code == code);
        let newest = self.refreshing.iter().rev().find(|token| token.code == code);
        for node in Self::informed(node) {
            if let Some(token) = access {
                let reply = self.ask_with(node, self.codes[code].1.resource, &token.text);
                assert_eq!(reply.status, 401, "a token of a family that is over");
            }
            if let Some(token) = newest {
                let reply = owner.refresh(self.node(node), &token.text);
                assert_eq!(reply.error(), "400 invalid_grant", "a family that is over");
            }
        }
    }

    /// That an answer brings what was consented to and not a second more, and keeps it.
    fn keep_tokens(
        &mut self,
        node: usize,
        reply: &Reply,
        code: usize,
        generation: Option<u32>,
        wish: Wish,
    ) {
        assert_eq!(reply.status, 200, "{}", reply.body);
        let asked = self.codes[code].1.clone();
        let mut scope = asked.scope.clone();
        if wish == Wish::Less {
            scope.retain(|name| *name == TOOLS);
        }
        assert_eq!(reply.text("scope"), text(&scope), "no more than was consented to");
        scope.remove(OFFLINE);
        let text_of_access = reply.text("access_token");
        let grant = self.node(node).grant(&text_of_access);
        assert!(self.keys.make(node, &text_of_access), "made with a key that is active here");
        let name = (grant.family, grant.id());
        let known = *self.names.entry(code).or_insert(name);
        assert_eq!(grant.family, known.0, "a code founds one family, whatever the node");
        let others = self.names.iter().filter(|(other, _)| **other != code);
        assert!(others.into_iter().all(|(_, other)| other.0 != grant.family), "families are apart");
        let (person, _) = asked.person.expect("somebody consented");
        assert_eq!(grant.subject.to_text(), format!("u:{person}"));
        assert_eq!(grant.resource.as_str(), format!("{}{}", self.issuer(), PLACES[asked.resource]));
        assert_eq!(grant.scope.to_string(), text(&scope));
        if generation.is_none() {
            assert_eq!(grant.id(), known.1, "a code yields one token, whatever the node");
            let end = asked.at.plus_seconds(MINUTE + ACCESS);
            assert_eq!(grant.expires_at, end, "no replay lives longer");
        } else {
            let end = asked.at.plus_seconds(ABSOLUTE);
            assert!(grant.expires_at <= end, "no token outlives its family");
            assert_eq!(reply.json()["expires_in"], grant.expires_at.0 - self.now().0);
        }
        self.keep_id_token(node, reply, &asked, generation.is_none());
        let (issued_at, expires_at) = (grant.issued_at, grant.expires_at);
        let (name, text) = (grant.id().0, text_of_access);
        self.access.push(Access { text, name, code, scope, issued_at, expires_at });
        self.keep_refresh(node, reply, code, generation, &asked);
    }

    fn keep_refresh(
        &mut self,
        node: usize,
        reply: &Reply,
        code: usize,
        generation: Option<u32>,
        asked: &Asked,
    ) {
        if asked.declined {
            assert!(reply.json().get("refresh_token").is_none(), "they did not want that");
            return;
        }
        let sealed = reply.text("refresh_token");
        assert!(self.keys.make(node, &sealed), "sealed with a key that is active here");
        let token = opened(self.node(node), &sealed);
        let newest = self.access.last().expect("it came with an access token");
        let access = self.node(node).grant(&newest.text);
        assert_eq!(token.client, access.client);
        assert_eq!((token.family, token.founded_at), (access.family, asked.at));
        assert_eq!(token.scope.to_string(), text(&asked.scope), "a narrower refresh loses nothing");
        match generation {
            None => assert_eq!(token.issued_at, asked.at, "no replay lives longer"),
            Some(generation) => assert_eq!(token.generation, generation + 1),
        }
        let (generation, issued_at) = (token.generation, token.issued_at);
        self.refreshing.push(Refreshing { text: sealed, code, generation, issued_at });
    }

    /// An ID token tells of the request, the login and the access token that it comes with, and of no other.
    fn keep_id_token(&mut self, node: usize, reply: &Reply, asked: &Asked, is_first: bool) {
        let answer = reply.json();
        let is_told = is_first && asked.scope.contains(OPENID);
        let Some(token) = answer["id_token"].as_str() else {
            assert!(!is_told, "who asks who the person is hears it");
            return;
        };
        assert!(is_told, "nobody else does");
        assert!(self.keys.make(node, token), "signed with a key that is active here");
        let payload = token.split('.').nth(1).expect("a JWT has three parts");
        let payload = URL_SAFE_NO_PAD.decode(payload).expect("it is base64url");
        let claims: Value = serde_json::from_slice(&payload).expect("it is JSON");
        let (person, authenticated_at) = asked.person.expect("somebody consented");
        let half = &Sha256::digest(reply.text("access_token"))[..16];
        let has_name = asked.scope.contains("profile");
        let told = json!([
            claims["iss"],
            claims["sub"],
            claims["aud"],
            claims["nonce"],
            claims["auth_time"],
            claims["iat"],
            claims["at_hash"],
            claims["preferred_username"],
        ]);
        let expected = json!([
            self.issuer(),
            format!("u:{person}"),
            self.clients[asked.client].id,
            asked.nonce,
            authenticated_at.0,
            asked.at.0,
            URL_SAFE_NO_PAD.encode(half),
            has_name.then_some(person),
        ]);
        assert_eq!(told, expected);
        self.id_tokens.push(token.to_owned());
    }

    /// What a place says to the bearer of a token.
    pub(super) fn ask_with(&self, node: usize, place: usize, token: &str) -> Reply {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
        let ask = match PLACES[place] {
            path @ "/oauth/userinfo" => Ask::get(path),
            path => Ask::json(path, &body).with("accept", "application/json, text/event-stream"),
        };
        self.node(node).serve(&ask.bearer(token))
    }

    pub(in super::super) fn use_token(&self, node: usize, place: usize, token: Index) {
        let Some(at) = pick(token, &self.access) else { return };
        let token = &self.access[at];
        let reply = self.ask_with(node, place, &token.text);
        let tells_who = PLACES[place] == "/oauth/userinfo";
        let is_for_it = tells_who || self.codes[token.code].1.resource == place;
        let expected = match self.is_good(node, at) && is_for_it {
            false => 401,
            true if tells_who && !token.scope.contains(OPENID) => 403,
            true => 200,
        };
        assert_eq!(reply.status, expected, "{}", reply.body);
    }
}

fn opened(node: &Node, refresh_token: &str) -> RefreshIssued {
    let claims = node.server().seal.open::<RefreshClaims>(refresh_token, node.clock().now());
    let token = claims.expect("it is a refresh token").stage(node.issuer());
    token.expect("its claims can be read")
}
