//! `POST /oauth/order`: whose orders are obeyed, and how far that reaches.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use protocol::oauth::client::ClientThumbprint;
use protocol::replay::Revocation;
use sealbearer::ledger::Ledger;

use super::token::replays::Distant;
use super::{assert_not_stored, table};
use crate::support::{Ask, Client, Deployment, Node, Serve as _, altered, shown};

fn send(node: &Node, order: &str) -> crate::support::Reply {
    node.serve(&Ask::form("/oauth/order", [("order", order)]))
}

/// Everything, up to and including this second.
fn everything(node: &Node) -> Revocation {
    Revocation::Everything { before: node.clock().now().plus_seconds(1) }
}

#[test]
fn an_order_says_how_far_it_reaches() {
    let node = Node::start(&Deployment::usual());
    let reply = node.order(everything(&node));
    insta::assert_snapshot!("order", shown(&reply));
}

#[test]
fn one_family_or_one_token_goes_alone() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let [first, second, third] = [(); 3].map(|()| client.tokens(&node));
    let until = node.clock().now().plus_seconds(10_000);
    let (family, token) = (node.grant(&first.access).family, node.grant(&second.access).id());
    assert_eq!(node.order(Revocation::Family { family, until }).status, 200);
    assert_eq!(node.order(Revocation::Token { token, until }).status, 200);
    let status = [&first, &second, &third].map(|tokens| node.test(&tokens.access).status);
    assert_eq!(status, [401, 401, 200]);
    let refreshed = [&first, &second].map(|tokens| client.refresh(&node, tokens.refresh()).status);
    assert_eq!(refreshed, [400, 200]);
}

/// Whoever does not hold the key ring orders nothing, whatever else of ours they hold.
#[test]
fn only_who_holds_the_ring_gives_orders() {
    let deployment = Deployment::usual();
    let node = Node::start(&deployment);
    let client = Client::public(&node);
    let tokens = client.tokens(&node);
    let secret = "/Pn2xnP4TC5Nk31PB20ABOPVs6NaaBzsKzUBGMZWsRc=";
    let foreign = Node::start(&deployment.clone().with_secret(secret));
    let elsewhere = Node::start(&deployment.clone().at("https://auth.example.com"));
    let ahead = Node::start(&deployment);
    ahead.clock().pass(3_600);
    let good = node.sealed_order(everything(&node));
    let rows = [
        ("nothing", String::new()),
        ("nonsense", "nonsense".to_owned()),
        ("altered", altered(&good)),
        ("under another secret", foreign.sealed_order(everything(&foreign))),
        ("for another issuer", elsewhere.sealed_order(everything(&elsewhere))),
        ("from the future", ahead.sealed_order(everything(&ahead))),
        ("an access token", tokens.access.clone()),
        ("a refresh token", tokens.refresh().to_owned()),
        ("a code", client.code(&node)),
        ("a client_id", client.id.clone()),
    ];
    let rows = rows.map(|(sentence, order)| {
        let reply = send(&node, &order);
        assert_not_stored(&reply);
        (sentence, reply.error())
    });
    assert!(rows.iter().all(|(_, error)| error == "400 invalid_request"), "{}", table(rows));
    let twice = Ask::form("/oauth/order", [("order", &good), ("order", &good)]);
    assert_eq!(node.serve(&twice).error(), "400 invalid_request");
    assert_eq!(node.test(&tokens.access).status, 200, "none was obeyed");
    let as_token = Ask::get("/oauth/test").bearer(&good);
    assert_eq!(node.serve(&as_token).status, 401, "an order opens nothing");
}

#[test]
fn an_order_that_is_sent_again_changes_nothing_and_is_not_obeyed_for_ever() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let before = node.clock().now().plus_seconds(1);
    let thumbprint = ClientThumbprint::of(&client.id);
    let order = node.sealed_order(Revocation::Client { client: thumbprint, before });
    let old = client.tokens(&node).access;
    assert_eq!(send(&node, &order).status, 200);
    assert_eq!(node.test(&old).status, 401);
    node.clock().pass(1);
    let new = client.tokens(&node).access;
    node.clock().pass(298);
    assert_eq!(send(&node, &order).status, 200);
    assert_eq!(node.test(&new).status, 200, "what was issued since is spared");
    node.clock().pass(1);
    assert_eq!(send(&node, &order).error(), "400 invalid_request", "five minutes are over");
}

#[test]
fn while_the_ledger_is_gone_no_order_is_said_to_be_obeyed() {
    let ledger = Distant::new();
    let node = Node::start_with(&Deployment::usual(), Arc::clone(&ledger) as Arc<dyn Ledger>);
    ledger.is_gone.store(true, Ordering::Relaxed);
    let reply = node.order(everything(&node));
    assert_eq!(reply.error(), "503 temporarily_unavailable");
    assert_eq!(reply.header("retry-after"), Some("1"));
}

#[test]
fn where_nothing_can_be_revoked_no_order_is_taken() {
    let node = Node::start(&Deployment::usual().with("[ledger]\nkind = \"none\""));
    assert_eq!(node.order(everything(&node)).error(), "404 not_found");
}
