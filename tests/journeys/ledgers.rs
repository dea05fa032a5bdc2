//! The catalogue's cases about what was used or revoked, for every ledger that says it knows.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use protocol::oauth::time::UnixTime;
use protocol::replay::{Claim, Holder, Revocation, Rotation};
use sealbearer::ledger::{
    Answer, Capacity, CodeClaim, Guarantee, Ledger, Memory, RefreshUse, Unavailable, UseClaim,
};

use crate::support::{
    Ask, Client, Clock, Deployment, Fleet, Node, Reply, Scratch, Serve, Tokens, altered_at, store,
};

/// A ledger that says it knows, and the nodes that it speaks for.
struct Strict {
    name: &'static str,
    deployment: Deployment,
    fleet: Fleet,
    /// Keeps the folder of a file.
    _scratch: Option<Scratch>,
}

/// Every ledger that says it knows, set up like `base`: on one node if it speaks for one, else on three. That of
/// several nodes in one process stands for a store where there is none.
fn strict(base: &Deployment) -> Vec<Strict> {
    let scratch = Scratch::new();
    let path = scratch.path("ledger.redb");
    let file = format!("kind = \"file\"\npath = \"{}\"", path.display());
    let file = base.clone().with_ledger(&file);
    let shared: Arc<dyn Ledger> = Arc::new(Memory::new(Capacity::default()));
    let mut all = vec![
        ("memory", Fleet::start(1, base), base.clone(), None),
        ("file", Fleet::start(1, &file), file, Some(scratch)),
        ("shared memory", Fleet::sharing(3, base, &shared), base.clone(), None),
    ];
    if let Some(store) = store::shared() {
        let deployment = base.clone().with_ledger(&store.ledger());
        all.push(("valkey", Fleet::start(3, &deployment), deployment, None));
    }
    let strict =
        |(name, fleet, deployment, scratch)| Strict { name, deployment, fleet, _scratch: scratch };
    all.into_iter().map(strict).collect()
}

/// Asks all nodes, `count` times in all, at once.
fn at_once(fleet: &Fleet, count: usize, ask: &Ask) -> Vec<Reply> {
    let replies = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for number in 0..count {
            let replies = &replies;
            scope.spawn(move || {
                let reply = fleet.node(number).serve(ask);
                replies.lock().expect("no thread panicked").push(reply);
            });
        }
    });
    replies.into_inner().expect("no thread panicked")
}

/// That neither the access token nor the refresh token is good anywhere any more.
fn assert_dead(strict: &Strict, client: &Client, tokens: &Tokens) {
    for number in 0..3 {
        let node = strict.fleet.node(number);
        assert_eq!(node.test(&tokens.access).error(), "401 invalid_token", "{}", strict.name);
        let reply = client.refresh(node, tokens.refresh());
        assert_eq!(reply.error(), "400 invalid_grant", "{}", strict.name);
    }
}

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
    let deployment = Deployment::usual().with_ledger(&store.ledger());
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

#[test]
fn ref_04_two_hundred_refreshes_at_once_leave_one_family_or_none() {
    for grace in ["60s", "0s"] {
        let settings = format!("[tokens]\nrefresh_grace = \"{grace}\"");
        for strict in strict(&Deployment::usual().with(&settings)) {
            let fleet = &strict.fleet;
            let client = Client::public(fleet);
            let tokens = client.tokens(fleet);
            let replies = at_once(fleet, 200, &client.renewal(tokens.refresh()).post());
            let good: Vec<_> = replies.iter().filter(|reply| reply.status == 200).collect();
            assert!(replies.iter().all(|reply| reply.status < 500), "{}", strict.name);
            let node = fleet.node(0);
            let family = node.grant(&tokens.access).family;
            for reply in &good {
                let grant = node.grant(&Tokens::of(reply).access);
                assert_eq!((grant.family, grant.generation), (family, 1), "{}", strict.name);
            }
            if grace == "60s" {
                assert_eq!(good.len(), 200, "{}", strict.name);
                assert_eq!(node.test(&Tokens::of(good[0]).access).status, 200);
            } else {
                assert_eq!(good.len(), 1, "{}", strict.name);
                assert_dead(&strict, &client, &Tokens::of(good[0]));
            }
        }
    }
}

#[test]
fn ref_05_the_old_token_after_its_successor_was_used_ends_the_family_on_all_nodes() {
    for strict in strict(&Deployment::usual()) {
        let fleet = &strict.fleet;
        let client = Client::public(fleet);
        let first = client.tokens(fleet);
        let second = Tokens::of(&client.refresh(fleet.node(0), first.refresh()));
        let third = Tokens::of(&client.refresh(fleet.node(1), second.refresh()));
        let reused = client.refresh(fleet.node(2), first.refresh());
        assert_eq!(reused.error(), "400 invalid_grant", "{}", strict.name);
        for tokens in [&first, &second, &third] {
            assert_dead(&strict, &client, tokens);
        }
    }
}

#[test]
fn ref_06_a_lost_answer_is_given_again_within_the_grace_and_revokes_after_it() {
    for (age, expected) in [(0, 200), (59, 200), (60, 400)] {
        for strict in strict(&Deployment::usual()) {
            let fleet = &strict.fleet;
            let client = Client::public(fleet);
            let tokens = client.tokens(fleet);
            let lost = Tokens::of(&client.refresh(fleet.node(0), tokens.refresh()));
            fleet.clock().pass(age);
            let again = client.refresh(fleet.node(1), tokens.refresh());
            assert_eq!(again.status, expected, "{} after {age} s", strict.name);
            let alive = fleet.node(2).test(&lost.access).status;
            assert_eq!(alive, if expected == 200 { 200 } else { 401 }, "{}", strict.name);
        }
    }
}

/// No part of a token can be changed, so the ledger never hears of a generation that was not issued.
#[test]
fn ref_08_a_forged_generation_does_not_reach_the_ledger() {
    for strict in strict(&Deployment::usual()) {
        let fleet = &strict.fleet;
        let client = Client::public(fleet);
        let tokens = client.tokens(fleet);
        let length = tokens.refresh().len();
        for place in [0, length / 4, length / 2, length * 3 / 4, length - 2] {
            let forged = altered_at(tokens.refresh(), place);
            let reply = client.refresh(fleet, &forged);
            assert_eq!(reply.error(), "400 invalid_grant", "{}", strict.name);
        }
        assert_eq!(fleet.node(0).test(&tokens.access).status, 200, "{}", strict.name);
        let renewed = Tokens::of(&client.refresh(fleet, tokens.refresh()));
        assert_eq!(fleet.node(0).grant(&renewed.access).generation, 1, "{}", strict.name);
    }
}

/// Where the ledger survives a restart of all nodes, so does what it knows.
#[test]
fn ref_09_after_a_restart_of_all_nodes_nothing_replaced_or_revoked_works() {
    for strict in strict(&Deployment::usual()) {
        if !strict.fleet.node(0).server().ledger.guarantee().survives_restart {
            continue;
        }
        let client = Client::public(&strict.fleet);
        let code = client.code(&strict.fleet);
        let replayed = Tokens::of(&client.redeem(&strict.fleet, &code));
        let reused = client.tokens(&strict.fleet);
        let successor = Tokens::of(&client.refresh(&strict.fleet, reused.refresh()));
        let untouched = client.tokens(&strict.fleet);
        assert_eq!(client.redeem(&strict.fleet, &code).error(), "400 invalid_grant");
        let Strict { name, deployment, fleet, _scratch } = strict;
        let clock: Clock = fleet.clock().clone();
        let size = if name == "file" { 1 } else { 3 };
        drop(fleet);
        clock.pass(30);
        let fleet = Fleet::start_at(&clock, size, &deployment);
        assert_eq!(client.redeem(&fleet, &code).error(), "400 invalid_grant", "{name}");
        assert_eq!(fleet.node(0).test(&replayed.access).error(), "401 invalid_token", "{name}");
        assert_eq!(client.refresh(&fleet, replayed.refresh()).error(), "400 invalid_grant");
        assert_eq!(client.refresh(&fleet, untouched.refresh()).status, 200, "{name}");
        clock.pass(60);
        assert_eq!(client.refresh(&fleet, reused.refresh()).error(), "400 invalid_grant");
        assert_eq!(client.refresh(&fleet, successor.refresh()).error(), "400 invalid_grant");
    }
}

/// The store was emptied: nobody knows what was used, so everybody logs in again, and then all is well.
#[test]
fn ref_09_after_a_flush_everybody_logs_in_again() {
    let Some(store) = store::Store::start(&[]) else { return };
    let keeper = Keeper::new();
    let fleet = Fleet::start(3, &keeper.deployment().with_ledger(&store.ledger()));
    let client = Client::public(&fleet);
    let (tokens, code) = (client.tokens(&fleet), client.code(&fleet));
    let (redeemed, kept) = (client.code(&fleet), keeper.0.tokens(&fleet));
    assert_eq!(client.redeem(&fleet, &redeemed).status, 200);
    store.tell(&["FLUSHALL"]);
    assert_eq!(client.redeem(&fleet, &redeemed).error(), "400 invalid_grant", "spent before");
    assert_eq!(client.redeem(&fleet, &code).error(), "400 invalid_grant", "may have been spent");
    for number in 0..3 {
        let reply = client.refresh(fleet.node(number), tokens.refresh());
        assert_eq!(reply.error(), "400 invalid_grant");
        let reply = keeper.0.refresh(fleet.node(number), kept.refresh());
        assert_eq!(reply.error(), "400 invalid_grant");
    }
    fleet.clock().pass(11);
    let tokens = client.tokens(&fleet);
    assert_eq!(client.refresh(&fleet, tokens.refresh()).status, 200);
}

#[test]
fn ref_10_families_end_when_unused_and_after_ninety_days_whatever_the_ledger() {
    const DAY: u64 = 86_400;
    for strict in strict(&Deployment::usual()) {
        let fleet = &strict.fleet;
        let client = Client::public(fleet);
        let idle = client.tokens(fleet);
        let mut used = client.tokens(fleet);
        for _ in 0..3 {
            fleet.clock().pass(29 * DAY);
            used = Tokens::of(&client.refresh(fleet, used.refresh()));
        }
        assert_eq!(client.refresh(fleet, idle.refresh()).error(), "400 invalid_grant");
        fleet.clock().pass(3 * DAY);
        assert_eq!(client.refresh(fleet, used.refresh()).error(), "400 invalid_grant");
    }
}

#[test]
fn ref_14_where_nothing_is_remembered_no_refresh_is_offered() {
    let node = Node::start(&Deployment::usual().with_ledger("kind = \"none\""));
    let client = Client::public(&node);
    assert_eq!(client.tokens(&node).refresh, None);
    assert_eq!(client.refresh(&node, "anything").error(), "400 unsupported_grant_type");
    let metadata = node.serve(&Ask::get("/.well-known/oauth-authorization-server")).json();
    let grants = metadata["grant_types_supported"].to_string();
    assert!(!grants.contains("refresh_token"), "{grants}");
}

/// A client that cannot store a new token keeps one, which is good until its family ends or is revoked.
#[test]
fn a_token_that_is_kept_ends_with_its_family() {
    let keeper = Keeper::new();
    for strict in strict(&keeper.deployment()) {
        let (fleet, client) = (&strict.fleet, &keeper.0);
        let code = client.code(fleet);
        let tokens = Tokens::of(&client.redeem(fleet, &code));
        for number in 0..3 {
            fleet.clock().pass(1);
            let reply = client.refresh(fleet.node(number), tokens.refresh());
            assert_eq!(Tokens::of(&reply).refresh, None, "{}", strict.name);
        }
        assert_eq!(client.redeem(fleet, &code).error(), "400 invalid_grant");
        assert_dead(&strict, client, &tokens);
    }
}

/// A pre-registered client that keeps its refresh token.
struct Keeper(Client);

const SECRET: &str = "0123456789abcdef0123456789abcdef";

impl Keeper {
    fn new() -> Self {
        Self(Client::known("keeper", Some(SECRET), "https://app.example.com/callback"))
    }

    fn deployment(&self) -> Deployment {
        let settings =
            format!("redirect_uris = [\"{}\"]\nrefresh_rotation = false", self.0.redirect_uri);
        Deployment::usual().with_client(&self.0.id, Some(SECRET), &settings)
    }
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
