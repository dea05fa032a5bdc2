//! `id_token_hint`: only the person it is about gets a positive answer. Source: OpenID Connect Core 1.0 §3.1.2.1.

use super::{CALLBACK, vouched_by};
use crate::support::{ALICE, BOB, Browser, Client, Deployment, Node, Serve as _};

/// An ID token about `person`, issued to `client`.
fn id_token(node: &Node, client: &Client, person: (&str, &str)) -> String {
    let uri = client.request().with("scope", "openid mcp:tools").uri();
    let code = Browser::default().allow(node, &uri, person).code();
    client.redeem(node, &code).text("id_token")
}

#[test]
fn only_the_person_of_the_hint_gets_a_code() {
    let (node, web) = vouched_by(Deployment::usual().signing());
    let another = Client::public(&node);
    let (of_alice, of_bob) = (id_token(&node, &web, ALICE), id_token(&node, &web, BOB));
    let of_another = id_token(&node, &another, ALICE);
    node.clock().pass(40 * 86_400);
    let hints = [
        ("of alice, expired", of_alice.as_str()),
        ("of bob", of_bob.as_str()),
        ("of another client", of_another.as_str()),
        ("of nobody", "eyJ.e30.c2ln"),
    ];
    let rows = hints.iter().flat_map(|(sentence, hint)| {
        ["", "none"].map(|prompt| {
            let mut browser = Browser::default();
            browser.allow(&node, &web.request().uri(), ALICE);
            let uri = web.request().with("id_token_hint", hint).with("prompt", prompt).uri();
            let page = browser.open(&node, &uri);
            let mut outcome = page.outcome();
            if outcome == "200 page: Log in" {
                let name = page.body.contains("value=\"bob\"");
                assert!(name, "the page begins with whom the client means");
                let reply = browser.log_in(&node, &page, ALICE);
                outcome = format!("{outcome}, as alice: {}", reply.outcome());
                let reply = browser.log_in(&node, &page, BOB);
                outcome = format!("{outcome}, as bob: {}", reply.outcome());
            }
            (format!("{sentence}, prompt={prompt:?}"), outcome)
        })
    });
    insta::assert_snapshot!(super::super::table(rows), @r#"
    of alice, expired, prompt="": 200 page: Allow Web application to act for you?
    of alice, expired, prompt="none": 303 https://app.example.com/callback with consent_required
    of bob, prompt="": 200 page: Log in, as alice: 303 https://app.example.com/callback with login_required, as bob: 200 page: Allow Web application to act for you?
    of bob, prompt="none": 303 https://app.example.com/callback with login_required
    of another client, prompt="": 303 https://app.example.com/callback with invalid_request
    of another client, prompt="none": 303 https://app.example.com/callback with invalid_request
    of nobody, prompt="": 303 https://app.example.com/callback with invalid_request
    of nobody, prompt="none": 303 https://app.example.com/callback with invalid_request
    "#);
}

/// Who issues no ID tokens does not know the parameter.
#[test]
fn without_id_tokens_a_hint_is_not_known() {
    let (node, web) = vouched_by(Deployment::usual());
    let uri = web.request().with("id_token_hint", "nonsense").uri();
    let reply = Browser::default().allow(&node, &uri, ALICE);
    assert_eq!(reply.outcome(), format!("303 {CALLBACK} with a code"));
}
