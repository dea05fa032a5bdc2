//! Every client we know that has a document, from the first look at our metadata to a renewed token.

use serde_json::Value;

use crate::support::documents::{self, Documented, Site};
use crate::support::internet::Internet;
use crate::support::{ALICE, Ask, Browser, Deployment, Node, Serve as _, Tokens, visible};

/// What the client does, and what alice sees on the way, in one line.
fn journey(documented: Documented) -> String {
    let internet = Internet::new();
    let site = Site::with(&internet, &documented.document());
    let node = Node::start_in(&internet, &Deployment::usual().at("https://auth.example.com"));

    // Clients choose this way in only if both members say so.
    let metadata = node.serve(&Ask::get("/.well-known/oauth-authorization-server")).json();
    assert_eq!(metadata["client_id_metadata_document_supported"], true);
    let methods = metadata["token_endpoint_auth_methods_supported"].as_array();
    assert!(methods.is_some_and(|methods| methods.contains(&Value::from("none"))));

    let client = documented.client();
    let resource = "https://auth.example.com/mcp";
    let request = client.request().with("resource", resource);
    let mut browser = Browser::default();
    let login = browser.open(&node, &request.uri());
    let consent = browser.log_in(&node, &login, ALICE);
    let seen = seen(&visible(&consent.body));
    let answer = browser.decide(&node, &consent, "allow");
    let location = answer.header("location").expect("the client hears of it");
    assert!(location.starts_with(client.redirect_uri.as_str()), "{location}");
    assert!(location.contains("iss=https%3A%2F%2Fauth.example.com"), "{location}");

    let redemption = client.redemption(&answer.code()).with("resource", resource);
    let tokens = Tokens::of(&node.serve(&redemption.post()));
    assert_eq!(node.test(&tokens.access).status, 200);
    let again = browser.send(&node, Ask::get(request.uri()).with("sec-fetch-site", "none"));
    let again = if again.status == 303 { "let through" } else { "asked again" };
    node.clock().pass(3_600);
    let renewed = Tokens::of(&client.refresh(&node, tokens.refresh()));
    assert_eq!(node.test(&renewed.access).status, 200);
    assert!(site.asked() <= 2, "once, and once more when it was no longer fresh");
    format!("{seen}; {again}")
}

/// The lines of a consent page that say who gets what.
fn seen(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    let after = |label: &str| lines.iter().skip_while(|line| **line != label).nth(1);
    let vouched = lines.iter().find(|line| line.starts_with("says "));
    let warning = lines.iter().find(|line| line.contains("Continue only if"));
    let parts = [after("Application"), vouched, after("The answer goes to"), warning];
    parts.into_iter().flatten().copied().collect::<Vec<_>>().join(" | ")
}

#[test]
fn every_client_with_a_document_gets_in() {
    let lines = documents::ALL.map(|documented| {
        let seen = journey(documented);
        format!("{}: {seen}", documented.name)
    });
    insta::assert_snapshot!("documents", lines.join("\n"));
}

#[test]
fn a_redirect_uri_that_a_client_left_out_of_its_document_is_refused() {
    let opencode = documents::ALL[5];
    let internet = Internet::new();
    let _site = Site::with(&internet, &opencode.document());
    let node = Node::start_in(&internet, &Deployment::usual());
    let request = opencode.client().request();
    let request = request.with("redirect_uri", "http://127.0.0.1:19876/mcp/oauth/callback");
    let reply = Browser::default().open(&node, &request.uri());
    assert_eq!(reply.status, 400);
    assert!(visible(&reply.body).contains("at an address it has not registered"));
}
