//! What an operator may take away from PKCE for one client of the configuration, and what stays whatever is taken away.

use super::CALLBACK;
use crate::http::table;
use crate::support::{ALICE, Ask, Browser, Client, Deployment, Node, Serve as _, Tokens, VERIFIER};

const SECRET: &str = "a secret of more than forty characters, as it should be";

fn node(settings: &str) -> (Node, Client) {
    let settings = format!("redirect_uris = [\"{CALLBACK}\"]\n{settings}");
    let node = Node::start(&Deployment::usual().with_client("old", Some(SECRET), &settings));
    (node, Client::known("old", Some(SECRET), CALLBACK))
}

/// The client's way without PKCE, from request to tokens.
fn without(client: &Client, node: &Node) -> String {
    let request = client.request().without("code_challenge").without("code_challenge_method");
    request.code(node)
}

#[test]
fn a_client_that_may_leave_pkce_out_gets_tokens_without() {
    let (node, client) = node("pkce = \"optional\"");
    let code = without(&client, &node);
    let redemption = client.redemption(&code);
    let stranger = redemption.clone().without("code_verifier").without("client_secret").post();
    assert_eq!(node.serve(&stranger).error(), "401 invalid_client", "its secret is all there is");
    let tokens = Tokens::of(&node.serve(&redemption.without("code_verifier").post()));
    assert_eq!(node.test(&tokens.access).status, 200);
}

/// RFC 9700 §2.1.1, §4.8.2.
#[test]
fn tok_05_and_tok_06_neither_half_of_pkce_does_without_the_other() {
    let (node, client) = node("pkce = \"optional\"");
    let (with, without) = (client.code(&node), without(&client, &node));
    let outcome = |code: &str, verifier: Option<&str>| {
        let fields = client.redemption(code).without("code_verifier");
        let fields = verifier.map_or(fields.clone(), |text| fields.with("code_verifier", text));
        node.serve(&fields.post()).error()
    };
    assert_eq!(outcome(&with, None), "400 invalid_grant", "the verifier was left out");
    assert_eq!(outcome(&without, Some(VERIFIER)), "400 invalid_grant", "the challenge was");
    assert_eq!(client.redeem(&node, &with).status, 200, "neither guess spent a code");
    let redemption = client.redemption(&without).without("code_verifier");
    assert_eq!(node.serve(&redemption.post()).status, 200);
}

#[test]
fn a_client_that_may_use_plain_redeems_with_what_it_sent() {
    let (node, client) = node("code_challenge_methods = [\"S256\", \"plain\"]");
    let plain = client.request().with("code_challenge", VERIFIER);
    for request in [
        plain.clone().with("code_challenge_method", "plain"),
        plain.without("code_challenge_method"),
    ] {
        let code = request.code(&node);
        let wrong = client.redemption(&code).with("code_verifier", &"w".repeat(43));
        assert_eq!(node.serve(&wrong.post()).error(), "400 invalid_grant");
        assert_eq!(client.redeem(&node, &code).status, 200);
    }
    assert_eq!(client.redeem(&node, &client.code(&node)).status, 200, "S256 is taken as ever");
    let short = client.request().with("code_challenge", &"v".repeat(42));
    let short = short.with("code_challenge_method", "plain");
    let told = Browser::default().open(&node, &short.uri());
    assert!(told.location().contains("unreserved"), "{}", told.location());
}

/// Every other client is asked for S256, whatever one of them may leave out, and metadata promises nothing else.
#[test]
fn what_one_client_may_do_no_other_may() {
    let settings = "pkce = \"optional\"\ncode_challenge_methods = [\"S256\", \"plain\"]";
    let (node, weakened) = node(settings);
    let others = [Client::public(&node), Client::confidential(&node)];
    let outcome = |client: &Client, change: &str| {
        let request = client.request();
        let request = match change {
            "without" => request.without("code_challenge").without("code_challenge_method"),
            _ => request.with("code_challenge_method", "plain"),
        };
        let mut browser = Browser::default();
        browser.allow(&node, &client.request().uri(), ALICE);
        let reply = browser.open(&node, &request.uri());
        let told = reply.header("location").unwrap_or_default();
        let told =
            told.split(['?', '&']).find(|part| part.starts_with("error=")).map(str::to_owned);
        told.unwrap_or_else(|| format!("{} page", reply.status))
    };
    let rows = [("the weakened one", &weakened), ("public", &others[0]), ("secret", &others[1])]
        .map(|(name, client)| {
            (name, ["without", "plain"].map(|change| outcome(client, change)).join(", "))
        });
    insta::assert_snapshot!(table(rows), @"
    the weakened one: 200 page, 200 page
    public: error=invalid_request, error=invalid_request
    secret: error=invalid_request, error=invalid_request
    ");
    let metadata = node.serve(&Ask::get("/.well-known/oauth-authorization-server")).json();
    assert_eq!(metadata["code_challenge_methods_supported"], serde_json::json!(["S256"]));
}
