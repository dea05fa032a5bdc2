//! Refresh tokens: replaced at each use, forgiving for a minute, and gone with their family.

use serde_json::json;

use super::super::{assert_not_stored, table};
use crate::support::{Browser, Client, Deployment, Fleet, Node, Reply, Serve as _, Tokens, shown};

const DAY: u64 = 86_400;

#[test]
fn a_refresh_brings_new_tokens() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let tokens = client.tokens(&node);
    node.clock().pass(3_000);
    let reply = client.refresh(&node, tokens.refresh());
    insta::assert_snapshot!("refreshed", shown(&reply));
    let renewed = Tokens::of(&reply);
    assert_ne!(renewed.refresh(), tokens.refresh());
    assert_eq!(node.test(&renewed.access).status, 200);
}

#[test]
fn ref_01_ref_02_ref_03_a_wrong_refresh_is_refused_and_changes_nothing() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let other = Client::confidential(&node);
    let tokens = client.tokens(&node);
    let code = client.code(&node);
    let right = client.renewal(tokens.refresh());
    let cut = &tokens.refresh()[..tokens.refresh().len() - 1];
    let rows = [
        ("nonsense", right.clone().with("refresh_token", "nonsense")),
        ("no token", right.clone().without("refresh_token")),
        ("a token cut short", right.clone().with("refresh_token", cut)),
        ("a code", right.clone().with("refresh_token", &code)),
        ("an access token", right.clone().with("refresh_token", &tokens.access)),
        ("another client's id and secret", other.renewal(tokens.refresh())),
        ("no client", right.clone().without("client_id")),
        ("more scope", right.clone().and("scope", "mcp:tools mcp:admin")),
        ("another scope", right.clone().and("scope", "system:read")),
        ("a scope outside the grammar", right.clone().and("scope", "\"")),
        ("an unknown resource", right.clone().and("resource", "https://other.example")),
        ("a resource that is no URL", right.clone().and("resource", "mcp")),
    ];
    let rows = rows.map(|(sentence, request)| {
        let reply = node.serve(&request.post());
        assert_not_stored(&reply);
        (sentence, reply.error())
    });
    insta::assert_snapshot!(table(rows), @"
    nonsense: 400 invalid_grant
    no token: 400 invalid_request
    a token cut short: 400 invalid_grant
    a code: 400 invalid_grant
    an access token: 400 invalid_grant
    another client's id and secret: 400 invalid_grant
    no client: 400 invalid_request
    more scope: 400 invalid_scope
    another scope: 400 invalid_scope
    a scope outside the grammar: 400 invalid_scope
    an unknown resource: 400 invalid_target
    a resource that is no URL: 400 invalid_target
    ");
    node.clock().pass(120);
    let renewed = Tokens::of(&client.refresh(&node, tokens.refresh()));
    assert_eq!(node.grant(&renewed.access).generation, 1, "nothing was rotated before");
}

#[test]
fn a_lost_answer_may_be_asked_for_again_for_a_minute() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let tokens = client.tokens(&node);
    let first = Tokens::of(&client.refresh(&node, tokens.refresh()));
    node.clock().pass(59);
    let sibling = Tokens::of(&client.refresh(&node, tokens.refresh()));
    assert_eq!(node.grant(&sibling.access).family, node.grant(&first.access).family);
    assert_eq!(node.test(&first.access).status, 200);
}

#[test]
fn reuse_after_a_minute_ends_the_family() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let tokens = client.tokens(&node);
    let renewed = Tokens::of(&client.refresh(&node, tokens.refresh()));
    node.clock().pass(60);
    assert_family_ends(&node, &client, &tokens, &renewed);
}

#[test]
fn reuse_after_the_successor_was_used_ends_the_family() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let tokens = client.tokens(&node);
    let second = Tokens::of(&client.refresh(&node, tokens.refresh()));
    let third = Tokens::of(&client.refresh(&node, second.refresh()));
    assert_family_ends(&node, &client, &tokens, &third);
}

/// That another use of `old` revokes everything, `newest` included.
fn assert_family_ends(node: &Node, client: &Client, old: &Tokens, newest: &Tokens) {
    assert_eq!(node.test(&newest.access).status, 200);
    assert_eq!(client.refresh(node, old.refresh()).error(), "400 invalid_grant");
    assert_eq!(client.refresh(node, newest.refresh()).error(), "400 invalid_grant");
    assert_eq!(node.test(&newest.access).error(), "401 invalid_token");
    assert_eq!(node.test(&old.access).error(), "401 invalid_token");
}

#[test]
fn ref_10_a_family_ends_when_it_is_unused_for_thirty_days() {
    for (idle, expected) in [(30 * DAY - 1, 200), (30 * DAY, 400)] {
        let node = Node::start(&Deployment::usual());
        let client = Client::public(&node);
        let tokens = client.tokens(&node);
        node.clock().pass(idle);
        assert_eq!(client.refresh(&node, tokens.refresh()).status, expected, "after {idle}");
    }
}

#[test]
fn ref_10_a_family_ends_after_ninety_days_however_it_is_used() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let mut tokens = client.tokens(&node);
    for _ in 0..3 {
        node.clock().pass(29 * DAY);
        tokens = Tokens::of(&client.refresh(&node, tokens.refresh()));
    }
    node.clock().pass(3 * DAY - 1);
    let reply = client.refresh(&node, tokens.refresh());
    assert_eq!(reply.json()["expires_in"], json!(1), "no access token outlives its family");
    let last = Tokens::of(&reply);
    node.clock().pass(1);
    assert_eq!(client.refresh(&node, last.refresh()).error(), "400 invalid_grant");
    assert_eq!(node.test(&last.access).error(), "401 invalid_token");
}

#[test]
fn less_scope_may_be_asked_for_and_the_family_keeps_the_rest() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let request = client.request().with("scope", "mcp:tools mcp:write");
    let tokens = Tokens::of(&client.redeem(&node, &request.code(&node)));
    let narrow = node.serve(&client.renewal(tokens.refresh()).and("scope", "mcp:tools").post());
    assert_eq!(narrow.text("scope"), "mcp:tools");
    let narrow = Tokens::of(&narrow);
    let again = client.refresh(&node, narrow.refresh());
    assert_eq!(again.text("scope"), "mcp:tools mcp:write");
}

#[test]
fn ref_12_who_is_gone_from_the_configuration_gets_nothing_more() {
    let deployment = Deployment::usual();
    let node = Node::start(&deployment);
    let client = Client::public(&node);
    let code = Browser::default().allow(&node, &client.request().uri(), crate::support::BOB).code();
    let tokens = Tokens::of(&client.redeem(&node, &code));
    let without_bob = Node::beside(node.clock(), 1, &deployment.without_bob());
    assert_eq!(client.refresh(&without_bob, tokens.refresh()).error(), "400 invalid_grant");
    assert_eq!(without_bob.test(&tokens.access).error(), "401 invalid_token");
}

#[test]
fn ref_14_without_a_ledger_no_refresh_token_is_issued_or_taken() {
    let node = Node::start(&Deployment::usual().with("[ledger]\nkind = \"none\""));
    let client = Client::public(&node);
    let tokens = client.tokens(&node);
    assert_eq!(tokens.refresh, None);
    assert_eq!(client.refresh(&node, "anything").error(), "400 unsupported_grant_type");
}

#[test]
fn convergent_refreshes_agree_wherever_and_however_often_they_are_asked_for() {
    let deployment = Deployment::usual()
        .with("[ledger]\nkind = \"none\"")
        .with("[tokens]\nrefresh_tokens = \"convergent\"");
    let fleet = Fleet::start(3, &deployment);
    let client = Client::public(&fleet);
    let tokens = client.tokens(&fleet);
    let grants = (0..6).map(|number| {
        let node = fleet.node(number);
        node.grant(&Tokens::of(&client.refresh(node, tokens.refresh())).access).id()
    });
    let grants = grants.collect::<Vec<_>>();
    assert!(grants.iter().all(|id| *id == grants[0]));
}

#[test]
fn a_client_that_cannot_store_a_new_token_keeps_the_one_it_has() {
    let secret = "0123456789abcdef0123456789abcdef";
    let settings =
        "redirect_uris = [\"https://app.example.com/callback\"]\nrefresh_rotation = false";
    let node = Node::start(&Deployment::usual().with_client("keeper", Some(secret), settings));
    let client = Client::known("keeper", Some(secret), "https://app.example.com/callback");
    let tokens = client.tokens(&node);
    for _ in 0..3 {
        node.clock().pass(29 * DAY);
        let reply = client.refresh(&node, tokens.refresh());
        assert_eq!(Tokens::of(&reply).refresh, None);
    }
    node.clock().pass(3 * DAY);
    assert_eq!(client.refresh(&node, tokens.refresh()).error(), "400 invalid_grant");
}

#[test]
fn the_grace_is_the_clients_own_where_it_has_one() {
    let secret = "0123456789abcdef0123456789abcdef";
    let settings = "redirect_uris = [\"https://app.example.com/callback\"]\nrefresh_grace = \"0s\"";
    let node = Node::start(&Deployment::usual().with_client("strict", Some(secret), settings));
    let client = Client::known("strict", Some(secret), "https://app.example.com/callback");
    let tokens = client.tokens(&node);
    let first: Reply = client.refresh(&node, tokens.refresh());
    assert_eq!(first.status, 200);
    assert_eq!(client.refresh(&node, tokens.refresh()).error(), "400 invalid_grant");
}

#[test]
fn a_token_that_another_ring_sealed_touches_no_family() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let tokens = client.tokens(&node);
    let elsewhere = Deployment::usual().with_secret("/Pn2xnP4TC5Nk31PB20ABOPVs6NaaBzsKzUBGMZWsRc=");
    let elsewhere = Node::start(&elsewhere);
    let forged = Client::public(&elsewhere).tokens(&elsewhere);
    assert_eq!(client.refresh(&node, forged.refresh()).error(), "400 invalid_grant");
    assert_eq!(client.refresh(&node, tokens.refresh()).status, 200);
}
