//! A code presented again: refused and revoked where that can be known, and worth nothing new where it cannot.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use protocol::oauth::time::UnixTime;
use protocol::replay::{Claim, Holder, Revocation, Rotation};
use sealbearer::ledger::{
    Answer, Capacity, CodeClaim, Guarantee, Ledger, Memory, RefreshUse, Unavailable, UseClaim,
};

use crate::support::{Client, Deployment, Fleet, Node, Serve as _, Tokens};

#[test]
fn a_second_redemption_is_refused_and_revokes_what_the_first_brought() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let code = client.code(&node);
    let tokens = Tokens::of(&client.redeem(&node, &code));
    assert_eq!(node.test(&tokens.access).status, 200);
    assert_eq!(client.redeem(&node, &code).error(), "400 invalid_grant");
    assert_eq!(node.test(&tokens.access).error(), "401 invalid_token");
    assert_eq!(client.refresh(&node, tokens.refresh()).error(), "400 invalid_grant");
}

#[test]
fn a_replay_that_proves_nothing_revokes_nothing() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let stranger = Client::confidential(&node);
    let code = client.code(&node);
    let tokens = Tokens::of(&client.redeem(&node, &code));
    let wrong = client.redemption(&code).with("code_verifier", &"x".repeat(43));
    assert_eq!(node.serve(&wrong.post()).error(), "400 invalid_grant");
    assert_eq!(stranger.redeem(&node, &code).error(), "400 invalid_grant");
    node.clock().pass(60);
    assert_eq!(client.redeem(&node, &code).error(), "400 invalid_grant");
    assert_eq!(node.test(&tokens.access).status, 200);
    assert_eq!(client.refresh(&node, tokens.refresh()).status, 200);
}

#[test]
fn of_many_at_once_one_gets_tokens_and_they_do_not_last() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let code = client.code(&node);
    let served = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                let reply = client.redeem(&node, &code);
                served.lock().expect("no thread panicked").push(reply);
            });
        }
    });
    let served = served.into_inner().expect("no thread panicked");
    let (good, refused): (Vec<_>, Vec<_>) = served.iter().partition(|reply| reply.status == 200);
    assert_eq!(good.len(), 1);
    assert!(refused.iter().all(|reply| reply.error() == "400 invalid_grant"));
    assert_eq!(node.test(&Tokens::of(good[0]).access).status, 401);
}

#[test]
fn where_uses_are_not_remembered_a_replay_mints_nothing_new() {
    let deployment = Deployment::usual()
        .with("[ledger]\nkind = \"none\"")
        .with("[tokens]\nrefresh_tokens = \"convergent\"");
    let node = Node::start(&deployment);
    let client = Client::public(&node);
    let code = client.code(&node);
    let first = node.grant(&Tokens::of(&client.redeem(&node, &code)).access);
    node.clock().pass(30);
    let again = node.grant(&Tokens::of(&client.redeem(&node, &code)).access);
    assert_eq!(again, first, "the same id, the same family, the same end");
}

#[test]
fn on_another_node_a_replay_mints_nothing_new() {
    let fleet = Fleet::start(3, &Deployment::usual());
    let client = Client::public(&fleet);
    let code = client.code(&fleet);
    let redeemed = |number| Tokens::of(&client.redeem(fleet.node(number), &code)).access;
    let first = fleet.node(0).grant(&redeemed(0));
    fleet.clock().pass(30);
    let second = fleet.node(0).grant(&redeemed(1));
    assert_eq!(second, first, "the same id, the same family, the same end");
    assert_eq!(client.redeem(fleet.node(1), &code).error(), "400 invalid_grant");
}

#[test]
fn a_retry_within_the_window_gets_the_same_again() {
    let deployment = Deployment::usual().with("[ledger]\nretry_window = \"10s\"");
    let node = Node::start(&deployment);
    let client = Client::public(&node);
    let code = client.code(&node);
    let first = Tokens::of(&client.redeem(&node, &code)).access;
    let wrong = client.redemption(&code).with("code_verifier", &"x".repeat(43));
    assert_eq!(node.serve(&wrong.post()).error(), "400 invalid_grant");
    node.clock().pass(9);
    let again = Tokens::of(&client.redeem(&node, &code)).access;
    assert_eq!(node.grant(&again), node.grant(&first));
    node.clock().pass(1);
    assert_eq!(client.redeem(&node, &code).error(), "400 invalid_grant");
    assert_eq!(node.test(&first).status, 401, "a replay after the window revokes");
}

#[test]
fn a_retry_brings_nothing_back_that_was_revoked_meanwhile() {
    let deployment = Deployment::usual().with("[ledger]\nretry_window = \"10s\"");
    let node = Node::start(&deployment);
    let client = Client::public(&node);
    let code = client.code(&node);
    let first = Tokens::of(&client.redeem(&node, &code));
    let second = Tokens::of(&client.refresh(&node, first.refresh()));
    assert_eq!(client.refresh(&node, second.refresh()).status, 200);
    assert_eq!(client.refresh(&node, first.refresh()).error(), "400 invalid_grant", "reused");
    assert_eq!(client.redeem(&node, &code).error(), "400 invalid_grant");
}

/// A ledger that can be cut off.
pub(in crate::http) struct Distant {
    memory: Memory,
    pub(in crate::http) is_gone: AtomicBool,
}

impl Distant {
    pub(in crate::http) fn new() -> Arc<Self> {
        let memory = Memory::new(Capacity { codes_max: 1_000, families_max: 1_000 });
        Arc::new(Self { memory, is_gone: AtomicBool::new(false) })
    }

    fn ask<'a, T: Send + 'a>(
        &'a self,
        ask: impl FnOnce(&'a Memory) -> Answer<'a, T>,
    ) -> Answer<'a, T> {
        if self.is_gone.load(Ordering::Relaxed) {
            let gone = Unavailable { reason: "the line is cut".into() };
            return Box::pin(std::future::ready(Err(gone)));
        }
        ask(&self.memory)
    }
}

impl Ledger for Distant {
    fn claim(&self, claimed: UseClaim, now: UnixTime) -> Answer<'_, Claim> {
        self.ask(move |memory| memory.claim(claimed, now))
    }

    fn claim_code(&self, claimed: CodeClaim, now: UnixTime) -> Answer<'_, Claim> {
        self.ask(move |memory| memory.claim_code(claimed, now))
    }

    fn rotate(&self, used: RefreshUse, now: UnixTime) -> Answer<'_, Rotation> {
        self.ask(move |memory| memory.rotate(used, now))
    }

    fn foresee(&self, used: RefreshUse, now: UnixTime) -> Answer<'_, Rotation> {
        self.ask(move |memory| memory.foresee(used, now))
    }

    fn revoke(&self, what: Revocation, now: UnixTime) -> Answer<'_, ()> {
        self.ask(move |memory| memory.revoke(what, now))
    }

    fn is_revoked(&self, holder: Holder, now: UnixTime) -> Answer<'_, bool> {
        self.ask(move |memory| memory.is_revoked(holder, now))
    }

    fn check(&self) -> Answer<'_, ()> {
        self.ask(Ledger::check)
    }

    fn guarantee(&self) -> &Guarantee {
        self.memory.guarantee()
    }
}

#[test]
fn while_the_ledger_is_gone_nothing_is_minted_and_nothing_is_spent() {
    let ledger = Distant::new();
    let node = Node::start_with(&Deployment::usual(), Arc::clone(&ledger) as Arc<dyn Ledger>);
    let client = Client::public(&node);
    let (code, tokens) = (client.code(&node), client.tokens(&node));
    ledger.is_gone.store(true, Ordering::Relaxed);
    for reply in [client.redeem(&node, &code), client.refresh(&node, tokens.refresh())] {
        assert_eq!(reply.error(), "503 temporarily_unavailable");
        assert_eq!(reply.header("retry-after"), Some("1"));
        assert!(reply.json().get("access_token").is_none());
    }
    assert_eq!(node.test(&tokens.access).error(), "503 temporarily_unavailable");
    ledger.is_gone.store(false, Ordering::Relaxed);
    assert_eq!(client.redeem(&node, &code).status, 200);
    assert_eq!(client.refresh(&node, tokens.refresh()).status, 200);
    assert_eq!(node.test(&tokens.access).status, 200);
}

#[test]
fn registrations_and_logins_leave_nothing_behind() {
    let memory = Arc::new(Memory::new(Capacity { codes_max: 1_000, families_max: 1_000 }));
    let deployment = Deployment::usual();
    let node = Node::start_with(&deployment, Arc::clone(&memory) as Arc<dyn Ledger>);
    for number in 0..1_000 {
        let metadata = serde_json::json!({
            "client_name": format!("Client {number}"),
            "redirect_uris": [format!("https://app.example.com/{number}")],
        });
        Client::register(&node, &metadata);
    }
    let client = Client::public(&node);
    let code = client.code(&node);
    let remembered = memory.remembered().expect("the ledger works");
    assert_eq!((remembered.codes, remembered.families), (0, 0));
    client.redeem(&node, &code);
    let remembered = memory.remembered().expect("the ledger works");
    assert_eq!((remembered.codes, remembered.families), (1, 0), "one claim, until the code ends");
}
