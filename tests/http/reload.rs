//! A key ring that changes while the server runs.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::oauth::algorithm::SigningAlgorithm;
use sealbearer::keys::{KeyRing, KeyRingError, Ring};
use sealbearer::server::reload::take_over;

use crate::support::{Ask, Client, Deployment, Node, Serve as _};

const SIGNED: &str = "access_token = \"signed\"";

fn kids(node: &Node) -> Vec<String> {
    let reply = node.serve(&Ask::get("/.well-known/jwks.json"));
    assert_eq!(reply.header("cache-control"), Some("public, max-age=300"));
    let kid = |key: &serde_json::Value| key["kid"].as_str().expect("text").to_owned();
    reply.json()["keys"].as_array().expect("a list").iter().map(kid).collect()
}

/// The key that a token names.
fn kid(token: &str) -> String {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().expect("a segment"));
    let header: serde_json::Value =
        serde_json::from_slice(&header.expect("base64url")).expect("JSON");
    header["kid"].as_str().expect("text").to_owned()
}

fn copy(ring: &KeyRing) -> KeyRing {
    KeyRing::from_json(&ring.to_json().expect("a ring of its own")).expect("a ring")
}

/// MET-04: published before it signs, and for as long as something it signed is valid; registrations and logins stay.
#[test]
fn met_04_a_ring_is_taken_over_without_anybody_noticing() {
    let deployment = Deployment::usual().signing().with_form(SIGNED);
    let (node, config) = (Node::start(&deployment), deployment.config());
    let server = Arc::clone(node.server());
    let now = node.clock().now();
    let mut ring = KeyRing::generate(now);
    take_over(&server, &config, Ok(copy(&ring)));
    let client = Client::public(&node);
    let first = client.tokens(&node);
    let old = kids(&node);
    for kind in Ring::ALL {
        ring.rotate(kind, now).expect("it can be rotated");
    }
    take_over(&server, &config, Ok(copy(&ring)));
    let both = kids(&node);
    assert_eq!(
        (both.len(), &both[..1]),
        (2, &old[..]),
        "the next key is published before it signs"
    );
    let second = client.tokens(&node);
    assert_eq!(kid(&second.access), old[0], "and signs nothing yet");
    for kind in Ring::ALL {
        ring.rotate(kind, now).expect("it can be rotated");
    }
    take_over(&server, &config, Ok(copy(&ring)));
    let third = client.tokens(&node);
    assert_eq!(kid(&third.access), both[1]);
    assert_eq!(kids(&node), both, "what the old key signed can still be verified");
    for tokens in [&first, &second, &third] {
        assert_eq!(node.test(&tokens.access).status, 200);
        assert_eq!(client.refresh(&node, tokens.refresh()).status, 200);
    }
    ring.retire(&old[0]).expect("it only verifies");
    take_over(&server, &config, Ok(copy(&ring)));
    assert_eq!(kids(&node), both[1..]);
    assert_eq!([node.test(&first.access).status, node.test(&third.access).status], [401, 200]);
}

/// CFG-12: a file that cannot be used changes nothing but what the node says of itself.
#[test]
fn cfg_12_a_ring_that_cannot_be_used_is_not() {
    let deployment = Deployment::usual().signing().with_form(SIGNED);
    let (node, config) = (Node::start(&deployment), deployment.config());
    let server = Arc::clone(node.server());
    let client = Client::public(&node);
    let (before, tokens) = (kids(&node), client.tokens(&node));
    let secrets = KeyRing::from_secrets("V5i/Z4B9AmlZ4eBe98mxpK6f+xzXENteAh/Gcb9WlUw=", None);
    let without_a_key = secrets.expect("a good secret");
    let other_algorithm = KeyRing::generate_for(&[SigningAlgorithm::EdDsa], node.clock().now());
    let found: [Result<KeyRing, KeyRingError>; 4] = [
        KeyRing::from_json("{"),
        Err(KeyRingError::TooLarge("keyring.json".into())),
        Ok(without_a_key),
        Ok(other_algorithm),
    ];
    let said = |node: &Node| {
        let reply = node.serve(&Ask::get("/readyz"));
        format!("{} {}", reply.status, reply.text("status"))
    };
    assert_eq!(said(&node), "200 ok");
    for unusable in found {
        take_over(&server, &config, unusable);
        assert_eq!(said(&node), "200 ok, with the key ring of before: its file cannot be used");
        assert_eq!(kids(&node), before);
        assert_eq!(node.test(&tokens.access).status, 200);
        client.tokens(&node);
    }
    take_over(&server, &config, Ok(KeyRing::generate(node.clock().now())));
    assert_eq!(said(&node), "200 ok");
    assert_eq!(node.test(&tokens.access).status, 401, "under other keys");
}
