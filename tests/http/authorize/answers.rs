//! The answers to a good request: pages and redirects as they are sent.

use super::{vouched, vouched_by};
use crate::support::{ALICE, Ask, Browser, Client, Deployment, Node, Serve as _, shown};

#[test]
fn a_stranger_is_asked_to_log_in() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let reply = Browser::default().open(&node, &client.request().uri());
    insta::assert_snapshot!("login_page", shown(&reply));
}

#[test]
fn who_is_logged_in_is_asked_to_consent() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let mut browser = Browser::default();
    browser.allow(&node, &client.request().uri(), ALICE);
    let reply = browser.open(&node, &client.request().uri());
    insta::assert_snapshot!("consent_page", shown(&reply));
}

#[test]
fn a_refusal_goes_to_the_client() {
    let (node, client) = vouched();
    let reply = Browser::default().open(&node, &client.request().without("code_challenge").uri());
    insta::assert_snapshot!("refusal", shown(&reply));
}

#[test]
fn a_rejection_stays_here() {
    let (node, client) = vouched();
    let request = client.request().with("client_id", "nobody");
    let reply = Browser::default().open(&node, &request.uri());
    insta::assert_snapshot!("rejection", shown(&reply));
}

#[test]
fn an_authorization_url_may_be_opened_twice_before_the_person_acts() {
    let (node, client) = vouched();
    let mut browser = Browser::default();
    let uri = client.request().uri();
    node.serve(&Ask::get(uri.clone()));
    let first = browser.open(&node, &uri);
    browser.open(&node, &uri);
    let page = browser.log_in(&node, &first, ALICE);
    let code = browser.decide(&node, &page, "allow").code();
    assert_eq!(client.redeem(&node, &code).status, 200);
}

#[test]
fn a_probe_by_head_is_answered_without_a_body() {
    let (node, client) = vouched();
    let reply = node.serve(&Ask::new("HEAD", client.request().uri()));
    assert_eq!((reply.status, reply.body.as_str()), (200, ""));
}

#[test]
fn the_issuer_is_on_no_answer_where_that_is_turned_off() {
    let (node, client) = vouched_by(Deployment::usual().with("advertise_iss = false"));
    let mut browser = Browser::default();
    let refused = browser.open(&node, &client.request().without("code_challenge").uri());
    assert_eq!(refused.parameter("iss"), None);
    let allowed = browser.allow(&node, &client.request().uri(), ALICE);
    assert_eq!(allowed.parameter("iss"), None);
    let metadata = node.serve(&Ask::get("/.well-known/oauth-authorization-server")).json();
    assert!(metadata.get("authorization_response_iss_parameter_supported").is_none());
}

#[test]
fn nothing_a_client_sends_is_repeated_as_markup() {
    let (node, client) = vouched();
    let payload = "\"><script>alert(1)</script>";
    for (name, _) in client.request().fields() {
        let reply = Browser::default().open(&node, &client.request().with(name, payload).uri());
        assert!(!reply.body.contains("<script>"), "{name}");
        assert!(!reply.body.contains("alert(1)"), "{name} is not repeated");
    }
}
