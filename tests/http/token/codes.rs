//! Redeeming a code: the right way, every wrong way, and that a wrong guess spends nothing.

use super::super::{assert_not_stored, table};
use crate::support::{Ask, Client, Deployment, Node, Reply, Request, Serve as _, Tokens, shown};

/// A node, a client, and one of its codes.
fn setting() -> (Node, Client, String) {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let code = client.code(&node);
    (node, client, code)
}

#[test]
fn a_code_is_exchanged_for_tokens() {
    let (node, client, code) = setting();
    insta::assert_snapshot!("code_redeemed", shown(&client.redeem(&node, &code)));
}

#[test]
fn a_refused_code_is_answered_in_json_that_is_not_stored() {
    let (node, client, _) = setting();
    insta::assert_snapshot!("code_refused", shown(&client.redeem(&node, "nonsense")));
}

/// Ways to present a code that are not the right one, and what each is called.
fn wrong_guesses(node: &Node, client: &Client, code: &str) -> Vec<(&'static str, Request)> {
    let mut all = wrong_codes(node, client, code);
    all.extend(wrong_proofs(client, code));
    all.extend(wrong_wishes(client, code));
    all
}

/// By somebody else, or something else than the code.
fn wrong_codes(node: &Node, client: &Client, code: &str) -> Vec<(&'static str, Request)> {
    let metadata = serde_json::json!({
        "client_name": "Another",
        "redirect_uris": ["https://app.example.com/callback"],
        "token_endpoint_auth_method": "none",
    });
    let other = Client::register(node, &metadata);
    let with_secret = Client::confidential(node);
    let tokens = client.tokens(node);
    let spliced = splice(code, &client.code(node));
    let right = || client.redemption(code);
    vec![
        ("another client's id", right().with("client_id", &other.id)),
        ("another client's id and secret", with_secret.redemption(code)),
        ("nonsense as the code", right().with("code", "nonsense")),
        ("an empty code", right().with("code", "")),
        ("no code", right().without("code")),
        ("a code too long to be one", right().with("code", &"e".repeat(8_000))),
        ("this code with the tag of another", right().with("code", &spliced)),
        ("an access token as the code", right().with("code", &tokens.access)),
        ("a refresh token as the code", right().with("code", tokens.refresh())),
        ("a client id as the code", right().with("code", &client.id)),
    ]
}

/// Without the proof that it is the same client as before.
fn wrong_proofs(client: &Client, code: &str) -> Vec<(&'static str, Request)> {
    let right = || client.redemption(code);
    let verifier = |text: &str| right().with("code_verifier", text);
    vec![
        ("another redirect URI", right().with("redirect_uri", "https://app.example.com/b")),
        ("the verifier of somebody else", verifier(&"b".repeat(43))),
        ("no verifier", right().without("code_verifier")),
        ("an empty verifier", verifier("")),
        ("a verifier of 42 characters", verifier(&"a".repeat(42))),
        ("a verifier of 129 characters", verifier(&"a".repeat(129))),
        ("a verifier with a space", verifier(&"a b".repeat(20))),
        ("a verifier that is not ASCII", verifier(&"é".repeat(43))),
    ]
}

/// For another resource, or by another grant.
fn wrong_wishes(client: &Client, code: &str) -> Vec<(&'static str, Request)> {
    let right = || client.redemption(code);
    let resource = |url: &str| right().and("resource", url);
    let grant = |name: &str| right().with("grant_type", name);
    vec![
        ("a resource unknown here", resource("https://other.example/mcp")),
        ("a resource below the granted one", resource("http://127.0.0.1:9000/mcp/x")),
        ("a resource with a final slash", resource("http://127.0.0.1:9000/mcp/")),
        ("a resource with a fragment", resource("http://127.0.0.1:9000/mcp#x")),
        (
            "two resources",
            resource("http://127.0.0.1:9000/mcp").and("resource", "https://other.example/mcp"),
        ),
        ("a refresh instead", grant("refresh_token")),
        ("client credentials instead", grant("client_credentials")),
        ("no grant type", right().without("grant_type")),
        ("the password grant", grant("password")),
        ("token exchange", grant("urn:ietf:params:oauth:grant-type:token-exchange")),
        ("a JWT as the grant", grant("urn:ietf:params:oauth:grant-type:jwt-bearer")),
        ("the device grant", grant("urn:ietf:params:oauth:grant-type:device_code")),
    ]
}

/// One sealed value with the last segment of another.
fn splice(most: &str, end: &str) -> String {
    let (most, _) = most.rsplit_once('.').expect("it has segments");
    let (_, end) = end.rsplit_once('.').expect("it has segments");
    format!("{most}.{end}")
}

#[test]
fn tok_02_tok_03_tok_04_tok_15_tok_23_a_wrong_guess_is_refused_and_does_not_spend_the_code() {
    let (node, client, code) = setting();
    let answer = |(sentence, request): (&'static str, Request)| {
        let reply = node.serve(&request.post());
        assert_not_stored(&reply);
        (sentence, reply.error())
    };
    let rows = wrong_guesses(&node, &client, &code).into_iter().map(answer).collect::<Vec<_>>();
    insta::assert_snapshot!(table(rows), @"
    another client's id: 400 invalid_grant
    another client's id and secret: 400 invalid_grant
    nonsense as the code: 400 invalid_grant
    an empty code: 400 invalid_request
    no code: 400 invalid_request
    a code too long to be one: 400 invalid_grant
    this code with the tag of another: 400 invalid_grant
    an access token as the code: 400 invalid_grant
    a refresh token as the code: 400 invalid_grant
    a client id as the code: 400 invalid_grant
    another redirect URI: 400 invalid_grant
    the verifier of somebody else: 400 invalid_grant
    no verifier: 400 invalid_grant
    an empty verifier: 400 invalid_grant
    a verifier of 42 characters: 400 invalid_request
    a verifier of 129 characters: 400 invalid_request
    a verifier with a space: 400 invalid_request
    a verifier that is not ASCII: 400 invalid_request
    a resource unknown here: 400 invalid_target
    a resource below the granted one: 400 invalid_target
    a resource with a final slash: 400 invalid_target
    a resource with a fragment: 400 invalid_target
    two resources: 400 invalid_target
    a refresh instead: 400 invalid_request
    client credentials instead: 400 unauthorized_client
    no grant type: 400 invalid_request
    the password grant: 400 unsupported_grant_type
    token exchange: 400 unsupported_grant_type
    a JWT as the grant: 400 unsupported_grant_type
    the device grant: 400 unsupported_grant_type
    ");
    assert_eq!(client.redeem(&node, &code).status, 200, "the code is still good");
}

#[test]
fn tok_14_a_code_that_was_altered_anywhere_is_no_code() {
    let (node, client, code) = setting();
    for position in (0..code.len()).step_by(7) {
        let mut altered = code.clone().into_bytes();
        altered[position] = if altered[position] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).expect("it is ASCII");
        let reply = client.redeem(&node, &altered);
        assert_eq!(reply.error(), "400 invalid_grant", "altered at {position}");
    }
    assert_eq!(client.redeem(&node, &code).status, 200);
}

#[test]
fn a_code_lives_for_a_minute() {
    for (age, expected) in [(59, 200), (60, 400), (61, 400)] {
        let (node, client, code) = setting();
        crate::support::Serve::clock(&node).pass(age);
        assert_eq!(client.redeem(&node, &code).status, expected, "after {age} seconds");
    }
}

#[test]
fn the_promised_lifetime_holds_whenever_the_code_is_redeemed() {
    let (node, client, code) = setting();
    node.clock().pass(59);
    let reply = client.redeem(&node, &code);
    let promised = reply.json()["expires_in"].as_u64().expect("it is a number");
    let tokens = Tokens::of(&reply);
    node.clock().pass(promised - 1);
    assert_eq!(node.test(&tokens.access).status, 200);
    node.clock().pass(60);
    assert_eq!(node.test(&tokens.access).status, 401);
}

#[test]
fn what_may_be_left_out_may_be_sent_and_what_is_unknown_is_ignored() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let right = || client.redemption(&client.code(&node));
    let rows = [
        ("without redirect URI", right().without("redirect_uri")),
        ("with an empty redirect URI", right().with("redirect_uri", "")),
        ("with the resource", right().and("resource", "http://127.0.0.1:9000/mcp")),
        (
            "with the resource twice",
            right()
                .and("resource", "http://127.0.0.1:9000/mcp")
                .and("resource", "http://127.0.0.1:9000/mcp"),
        ),
        ("with the resource in capitals", right().and("resource", "HTTP://127.0.0.1:9000/mcp")),
        ("with the bare origin", right().and("resource", "http://127.0.0.1:9000/")),
        ("with a parameter nobody knows", right().and("audience", "x")),
        ("with an empty scope", right().and("scope", "")),
    ];
    for (sentence, request) in rows {
        let reply = node.serve(&request.post());
        assert_eq!(reply.status, 200, "{sentence}: {}", reply.body);
    }
}

#[test]
fn the_alias_at_the_root_is_the_same_endpoint() {
    let (node, client, code) = setting();
    let form = client.redemption(&code).query();
    let ask = Ask::post("/token", "application/x-www-form-urlencoded", form);
    let reply: Reply = node.serve(&ask);
    assert_eq!(reply.status, 200, "{}", reply.body);
}
