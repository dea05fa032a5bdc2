//! TOK-08 to TOK-13: a code is redeemed once.

use std::sync::atomic::{AtomicBool, Ordering};

use protocol::oauth::assertion::ASSERTION_TYPE;
use protocol::oauth::time::UnixTime;
use protocol::replay::{Claim, Holder, Revocation, Rotation};
use sealbearer::ledger::{Answer, CodeClaim, Guarantee, RefreshUse, Unavailable, UseClaim};
use serde_json::json;

use super::*;
use crate::seal::foreign::SIGNERS;
use crate::support::ISSUER;

#[test]
fn tok_08_a_code_is_redeemed_once_on_all_nodes_and_its_replay_revokes() {
    for strict in strict(&Deployment::usual()) {
        let fleet = &strict.fleet;
        let client = Client::public(fleet);
        for elsewhere in [0, 1] {
            let code = client.code(fleet);
            let tokens = Tokens::of(&client.redeem(fleet.node(0), &code));
            assert_eq!(fleet.node(2).test(&tokens.access).status, 200, "{}", strict.name);
            let replay = client.redeem(fleet.node(elsewhere), &code);
            assert_eq!(replay.error(), "400 invalid_grant", "{}", strict.name);
            assert_dead(&strict, &client, &tokens);
        }
        let code = client.code(fleet);
        let replies = at_once(fleet, 100, &client.redemption(&code).post());
        let (good, refused): (Vec<_>, Vec<_>) =
            replies.iter().partition(|reply| reply.status == 200);
        assert_eq!(good.len(), 1, "{}", strict.name);
        assert!(refused.iter().all(|reply| reply.error() == "400 invalid_grant"));
        assert_dead(&strict, &client, &Tokens::of(good[0]));
    }
}

/// Nothing is remembered, so each redemption is answered; it mints nothing new and lasts no longer.
#[test]
fn tok_09_where_nothing_is_remembered_a_replay_yields_the_same() {
    let settings = "[tokens]\nrefresh_tokens = \"convergent\"";
    let deployment = Deployment::usual().with_ledger("kind = \"none\"").with(settings);
    let fleet = Fleet::start(3, &deployment);
    let client = Client::public(&fleet);
    let request = client.request().with("scope", "mcp:tools mcp:write");
    let code = request.code(&fleet);
    let first = fleet.node(0).grant(&Tokens::of(&client.redeem(fleet.node(0), &code)).access);
    for number in 0..6 {
        fleet.clock().pass(9);
        let node = fleet.node(number);
        let again = node.grant(&Tokens::of(&client.redeem(node, &code)).access);
        assert_eq!(again, first, "the same ids, the same family, the same end");
    }
}

#[test]
fn tok_10_a_replay_with_a_wrong_verifier_revokes_nothing() {
    for strict in strict(&Deployment::usual()) {
        let fleet = &strict.fleet;
        let client = Client::public(fleet);
        let code = client.code(fleet);
        let tokens = Tokens::of(&client.redeem(fleet.node(0), &code));
        let wrong = client.redemption(&code).with("code_verifier", &"x".repeat(43));
        for number in 0..3 {
            let node = fleet.node(number);
            assert_eq!(node.serve(&wrong.post()).error(), "400 invalid_grant");
            assert_eq!(node.test(&tokens.access).status, 200, "{}", strict.name);
        }
        assert_eq!(client.refresh(fleet, tokens.refresh()).status, 200, "{}", strict.name);
    }
}

/// RFC 7523 §3 (7): the same assertion proves nothing the second time; each node of `memory` counts for itself.
#[test]
fn tok_20_an_assertion_is_used_once_on_all_nodes_that_the_ledger_speaks_for() {
    let signer = &SIGNERS[1];
    let keys = format!("jwks = '{}'\ngrant_types = [\"client_credentials\"]", signer.key_set());
    let base = Deployment::usual().with_client("robot", None, &keys);
    let asked = |fleet: &Fleet| {
        let now = fleet.clock().now().0;
        let claims = json!({ "iss": "robot", "sub": "robot", "aud": ISSUER, "exp": now + 60, "iat": now, "jti": "1" });
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", &signer.sign(&claims)),
        ];
        Ask::form("/oauth/token", fields)
    };
    for strict in strict(&base) {
        let ask = asked(&strict.fleet);
        assert_eq!(strict.fleet.node(0).serve(&ask).status, 200, "{}", strict.name);
        for number in 0..3 {
            let reply = strict.fleet.node(number).serve(&ask);
            assert_eq!(reply.error(), "401 invalid_client", "{}", strict.name);
        }
    }
    let apart = Fleet::start(2, &base);
    let ask = asked(&apart);
    for number in [0, 1] {
        assert_eq!(apart.node(number).serve(&ask).status, 200);
        assert_eq!(apart.node(number).serve(&ask).error(), "401 invalid_client");
    }
}

#[test]
fn tok_11_a_code_is_good_until_its_end_whatever_the_ledger() {
    for strict in strict(&Deployment::usual()) {
        let client = Client::public(&strict.fleet);
        for (age, expected) in [(59, 200), (60, 400), (61, 400)] {
            let code = client.code(&strict.fleet);
            strict.fleet.clock().pass(age);
            let status = client.redeem(&strict.fleet, &code).status;
            assert_eq!(status, expected, "{} after {age} s", strict.name);
        }
    }
}

/// Its clients hear when to come back, its balancer to look elsewhere; and nothing was spent.
#[test]
fn tok_12_while_the_store_is_silent_nothing_is_minted_and_nothing_is_spent() {
    let Some(store) = store::Store::start(&[]) else { return };
    let deployment = Deployment::usual().with_ledger(&store.ledger_within("1s"));
    let fleet = Fleet::start(2, &deployment);
    let client = Client::public(&fleet);
    let (code, tokens) = (client.code(&fleet), client.tokens(&fleet));
    store.signal("STOP");
    for reply in [client.redeem(&fleet, &code), client.refresh(&fleet, tokens.refresh())] {
        assert_eq!(reply.error(), "503 temporarily_unavailable");
        assert_eq!(reply.header("retry-after"), Some("1"));
    }
    assert_eq!(fleet.serve(&Ask::get("/readyz")).status, 503);
    assert_eq!(fleet.serve(&Ask::get("/healthz")).status, 200, "a restart would not help");
    store.signal("CONT");
    let renewed = Tokens::of(&client.refresh(&fleet, tokens.refresh()));
    let redeemed = Tokens::of(&client.redeem(&fleet, &code));
    for access in [renewed.access, redeemed.access] {
        assert_eq!(fleet.node(1).test(&access).status, 200);
    }
    assert_eq!(fleet.serve(&Ask::get("/readyz")).status, 200);
}

/// A ledger that dies after it has remembered a claim, before it can say so.
struct Dying {
    memory: Memory,
    dies: AtomicBool,
}

impl Ledger for Dying {
    fn claim(&self, claimed: UseClaim, now: UnixTime) -> Answer<'_, Claim> {
        self.memory.claim(claimed, now)
    }

    fn claim_code(&self, claimed: CodeClaim, now: UnixTime) -> Answer<'_, Claim> {
        let claim = self.memory.claim_code(claimed, now);
        if self.dies.swap(false, Ordering::Relaxed) {
            let gone = Unavailable { reason: "the node was killed".into() };
            return Box::pin(std::future::ready(Err(gone)));
        }
        claim
    }

    fn rotate(&self, used: RefreshUse, now: UnixTime) -> Answer<'_, Rotation> {
        self.memory.rotate(used, now)
    }

    fn foresee(&self, used: RefreshUse, now: UnixTime) -> Answer<'_, Rotation> {
        self.memory.foresee(used, now)
    }

    fn revoke(&self, what: Revocation, now: UnixTime) -> Answer<'_, ()> {
        self.memory.revoke(what, now)
    }

    fn is_revoked(&self, holder: Holder, now: UnixTime) -> Answer<'_, bool> {
        self.memory.is_revoked(holder, now)
    }

    fn check(&self) -> Answer<'_, ()> {
        self.memory.check()
    }

    fn guarantee(&self) -> &Guarantee {
        self.memory.guarantee()
    }
}

/// The node that claimed a code is killed before it answers; the client comes back to another.
#[test]
fn tok_13_a_node_that_dies_between_claim_and_answer_leaves_what_the_retry_window_promises() {
    for (window, expected) in [("0s", 400), ("10s", 200)] {
        let dying = Arc::new(Dying { memory: Memory::default(), dies: AtomicBool::new(false) });
        let settings = format!("retry_window = \"{window}\"");
        let deployment = Deployment::usual().with_ledger(&settings);
        let fleet = Fleet::sharing(3, &deployment, &(Arc::clone(&dying) as Arc<dyn Ledger>));
        let client = Client::public(&fleet);
        let code = client.code(&fleet);
        dying.dies.store(true, Ordering::Relaxed);
        let lost = client.redeem(fleet.node(0), &code);
        assert_eq!(lost.error(), "503 temporarily_unavailable");
        let wrong = client.redemption(&code).with("code_verifier", &"x".repeat(43));
        assert_eq!(fleet.node(1).serve(&wrong.post()).error(), "400 invalid_grant");
        let other = Client::confidential(&fleet);
        assert_eq!(other.redeem(fleet.node(1), &code).error(), "400 invalid_grant");
        fleet.clock().pass(9);
        let again = client.redeem(fleet.node(1), &code);
        assert_eq!(again.status, expected, "window {window}");
        if expected == 200 {
            let (again, third) = (Tokens::of(&again), client.redeem(fleet.node(2), &code));
            let ids = [&again.access, &Tokens::of(&third).access]
                .map(|one| fleet.node(0).grant(one).id());
            assert_eq!(ids[0], ids[1], "the same token");
            fleet.clock().pass(1);
            assert_eq!(client.redeem(fleet.node(2), &code).error(), "400 invalid_grant");
            assert_eq!(fleet.node(0).test(&again.access).error(), "401 invalid_token");
        }
    }
}
