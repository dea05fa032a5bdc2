//! The endpoints beside the flow: keys, health, the test callback, the contract and the page that tries it.

use std::sync::atomic::Ordering;

use serde_json::Value;

use crate::support::{Ask, Deployment, Node, Serve as _, shown, visible};

#[test]
fn a_ring_that_signs_nothing_publishes_no_key() {
    let node = Node::start(&Deployment::usual());
    let reply = node.serve(&Ask::get("/.well-known/jwks.json"));
    insta::assert_snapshot!("jwks", shown(&reply));
}

#[test]
fn a_node_lives_and_is_ready_until_it_drains() {
    let node = Node::start(&Deployment::usual());
    insta::assert_snapshot!("health", shown(&node.serve(&Ask::get("/healthz"))));
    assert_eq!(node.serve(&Ask::get("/readyz")).status, 200);
    node.server().draining.store(true, Ordering::Relaxed);
    let draining = shown(&node.serve(&Ask::get("/readyz")));
    let draining = draining.replace(&node.server().fingerprint(), "<fingerprint>");
    insta::assert_snapshot!("draining", draining);
    assert_eq!(node.serve(&Ask::get("/healthz")).status, 200);
}

#[test]
fn the_test_callback_shows_what_came_and_runs_none_of_it() {
    let node = Node::start(&Deployment::usual());
    let payload = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let uri = format!(
        "/oauth/callback?code={payload}&state={payload}&iss={payload}&error_description={payload}"
    );
    let reply = node.serve(&Ask::get(uri));
    assert_eq!(reply.status, 200);
    assert!(!reply.body.contains("<script"));
    let reply = node.serve(&Ask::get("/oauth/callback?code=abc&state=xyz"));
    assert!(visible(&reply.body).contains("abc"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let twice = node.serve(&Ask::get("/oauth/callback?code=a&code=b"));
    assert_eq!(twice.outcome(), "400 page: This cannot go on");
}

/// RFC 9110 §15.5.16. Every reply is held to the contract, so the contract knows of this one too.
#[test]
fn a_compressed_form_is_refused_wherever_forms_are_taken() {
    let node = Node::start(&Deployment::usual());
    let endpoints = ["authorize", "login", "account", "consent", "logout", "logout/confirm"];
    let endpoints = endpoints.into_iter().chain(["token", "introspect", "revoke", "order"]);
    for endpoint in endpoints {
        let ask = Ask::form(format!("/oauth/{endpoint}"), [("a", "b")]);
        let reply = node.serve(&ask.with("content-encoding", "gzip"));
        assert_eq!((reply.status, reply.header("accept-encoding")), (415, Some("identity")));
    }
}

#[test]
fn the_contract_is_served_as_it_is_written() {
    let node = Node::start(&Deployment::usual());
    let yaml = node.serve(&Ask::get("/openapi.yaml"));
    assert_eq!(yaml.body, include_str!("../../openapi.yaml"));
    let json = node.serve(&Ask::get("/openapi.json")).json();
    let read: Value = serde_yaml_ng::from_str(&yaml.body).expect("the contract is YAML");
    assert_eq!(
        json["paths"].as_object().map(serde_json::Map::len),
        read["paths"].as_object().map(serde_json::Map::len)
    );
}

#[test]
fn the_page_that_tries_the_contract_is_for_demonstrations() {
    let production = Node::start(&Deployment::usual());
    assert_eq!(production.serve(&Ask::get("/docs")).status, 404);
    assert_eq!(production.serve(&Ask::get("/docs/oauth-receiver.html")).status, 404);
    let demo = Node::start(&Deployment::demo());
    for path in ["/docs", "/docs/oauth-receiver.html"] {
        let reply = demo.serve(&Ask::get(path));
        assert_eq!(reply.status, 200, "{path}");
        let policy = reply.header("content-security-policy").expect("pages have one");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
    }
}

#[test]
fn the_landing_page_says_where_to_go() {
    let node = Node::start(&Deployment::demo());
    insta::assert_snapshot!("home", shown(&node.serve(&Ask::get("/"))));
}
