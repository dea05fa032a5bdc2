//! REF-04 to REF-14: a refresh token that was replaced or revoked is worth nothing.

use super::*;
use crate::support::{Clock, Node, altered_at};

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
    for code in [&redeemed, &code] {
        let reply = client.redeem(&fleet, code);
        assert_eq!(reply.error(), "503 temporarily_unavailable", "a new code would do no better");
        assert!(reply.header("retry-after").is_some());
    }
    for number in 0..3 {
        let reply = client.refresh(fleet.node(number), tokens.refresh());
        assert_eq!(reply.error(), "400 invalid_grant");
        let reply = keeper.0.refresh(fleet.node(number), kept.refresh());
        assert_eq!(reply.error(), "400 invalid_grant");
    }
    fleet.clock().pass(11);
    assert_eq!(client.redeem(&fleet, &redeemed).error(), "400 invalid_grant", "spent before");
    assert_eq!(client.redeem(&fleet, &code).error(), "400 invalid_grant", "may have been spent");
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
