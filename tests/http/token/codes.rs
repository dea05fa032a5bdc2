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

// Length: one table of guesses.
/// Ways to present a code that are not the right one, and what each is called.
fn wrong_guesses(node: &Node, client: &Client, code: &str) -> Vec<(String, Request)> {
    let right = client.redemption(code);
    let other = Client::register(
        node,
        &serde_json::json!({
            "client_name": "Another",
            "redirect_uris": ["https://app.example.com/callback"],
            "token_endpoint_auth_method": "none",
        }),
    );
    let with_secret = Client::confidential(node);
    let Tokens { access, refresh } = client.tokens(node);
    let refresh = refresh.expect("a refresh token was issued");
    let spliced = splice(code, &client.code(node));
    let (short, long) = ("a".repeat(42), "a".repeat(129));
    let rows = [
        ("another client's id", right.clone().with("client_id", &other.id)),
        ("another client's id and secret", with_secret.redemption(code)),
        ("nonsense as the code", right.clone().with("code", "nonsense")),
        ("an empty code", right.clone().with("code", "")),
        ("no code", right.clone().without("code")),
        ("a code too long to be one", right.clone().with("code", &"e".repeat(8_000))),
        ("this code with the tag of another", right.clone().with("code", &spliced)),
        ("an access token as the code", right.clone().with("code", &access)),
        ("a refresh token as the code", right.clone().with("code", &refresh)),
        ("a client id as the code", right.clone().with("code", &client.id)),
        ("another redirect URI", right.clone().with("redirect_uri", "https://app.example.com/b")),
        ("the verifier of somebody else", right.clone().with("code_verifier", &"b".repeat(43))),
        ("no verifier", right.clone().without("code_verifier")),
        ("an empty verifier", right.clone().with("code_verifier", "")),
        ("a verifier of 42 characters", right.clone().with("code_verifier", &short)),
        ("a verifier of 129 characters", right.clone().with("code_verifier", &long)),
        ("a verifier with a space", right.clone().with("code_verifier", &"a b".repeat(20))),
        ("a verifier that is not ASCII", right.clone().with("code_verifier", &"é".repeat(43))),
        ("a resource unknown here", right.clone().and("resource", "https://other.example/mcp")),
        (
            "a resource below the granted one",
            right.clone().and("resource", "http://127.0.0.1:9000/mcp/x"),
        ),
        (
            "a resource with a final slash",
            right.clone().and("resource", "http://127.0.0.1:9000/mcp/"),
        ),
        (
            "a resource with a fragment",
            right.clone().and("resource", "http://127.0.0.1:9000/mcp#x"),
        ),
        (
            "two resources",
            right
                .clone()
                .and("resource", "http://127.0.0.1:9000/mcp")
                .and("resource", "https://other.example/mcp"),
        ),
        ("a refresh instead", right.clone().with("grant_type", "refresh_token")),
        ("client credentials instead", right.clone().with("grant_type", "client_credentials")),
        ("no grant type", right.clone().without("grant_type")),
        ("the password grant", right.clone().with("grant_type", "password")),
        (
            "token exchange",
            right.clone().with("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ),
        (
            "a JWT as the grant",
            right.clone().with("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ),
        (
            "the device grant",
            right.with("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ),
    ];
    rows.map(|(sentence, request)| (sentence.to_owned(), request)).into()
}

/// One sealed value with the last segment of another.
fn splice(most: &str, end: &str) -> String {
    let (most, _) = most.rsplit_once('.').expect("it has segments");
    let (_, end) = end.rsplit_once('.').expect("it has segments");
    format!("{most}.{end}")
}

#[test]
fn a_wrong_guess_is_refused_and_does_not_spend_the_code() {
    let (node, client, code) = setting();
    let answer = |(sentence, request): (String, Request)| {
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
fn a_code_that_was_altered_anywhere_is_no_code() {
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
