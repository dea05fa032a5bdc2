//! What an access token opens: `GET /oauth/test` and `/mcp`, for the right resource, in the right place, for its time.

use serde_json::json;

use super::table;
use crate::support::{
    ALICE, Ask, Browser, Client, Deployment, Node, Reply, Serve as _, Tokens, altered, shown,
};

fn setting() -> (Node, Client, Tokens) {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let tokens = client.tokens(&node);
    (node, client, tokens)
}

/// A call of the calculator.
fn calculate() -> Ask {
    let call = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": "calculator", "arguments": { "operation": "multiply", "a": 6, "b": 7 } },
    });
    Ask::json("/mcp", &call).with("accept", "application/json, text/event-stream")
}

#[test]
fn the_bearer_hears_what_the_token_allows() {
    let (node, _, tokens) = setting();
    insta::assert_snapshot!("access_granted", shown(&node.test(&tokens.access)));
}

#[test]
fn the_bearer_calls_a_tool() {
    let (node, _, tokens) = setting();
    let reply = node.serve(&calculate().bearer(&tokens.access));
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(reply.body.contains("42"), "{}", reply.body);
}

#[test]
fn without_a_token_the_way_to_one_is_shown() {
    let (node, _, _) = setting();
    insta::assert_snapshot!("mcp_without_a_token", shown(&node.serve(&calculate())));
    insta::assert_snapshot!("test_without_a_token", shown(&node.serve(&Ask::get("/oauth/test"))));
}

/// It is no question of tokens, so there is no challenge: a client would log in again, and again.
#[test]
fn another_host_or_a_foreign_page_is_refused_without_a_challenge() {
    let deployment = Deployment::usual().with("[cors]\norigins = [\"https://app.example\"]");
    let node = Node::start(&deployment);
    let access = Client::public(&node).tokens(&node).access;
    for (name, value) in [("host", "evil.example"), ("origin", "https://evil.example")] {
        for ask in [calculate(), Ask::get("/mcp/"), Ask::get("/mcp/protected/tools")] {
            for ask in [ask.clone(), ask.bearer(&access)] {
                let reply = node.serve(&ask.with(name, value));
                assert_eq!(reply.status, 403, "{name}: {}", reply.body);
                assert_eq!(reply.header("www-authenticate"), None);
                assert_eq!(reply.json()["error"], "forbidden");
            }
        }
    }
}

#[test]
fn a_token_counts_in_the_header_once_and_nowhere_else() {
    let (node, client, tokens) = setting();
    let (access, refresh) = (&tokens.access, tokens.refresh());
    let (changed, code) = (altered(access), client.code(&node));
    let elsewhere = Node::start(&Deployment::usual().at("https://staging.example.com"));
    let foreign = Client::public(&elsewhere).tokens(&elsewhere).access;
    let ask = || Ask::get("/oauth/test");
    let rows = [
        ("in lower case", ask().with("authorization", format!("bearer {access}"))),
        ("in the query", Ask::get(format!("/oauth/test?access_token={access}"))),
        (
            "in the query and the header",
            Ask::get(format!("/oauth/test?access_token={access}")).bearer(access),
        ),
        ("twice", ask().bearer(access).bearer(access)),
        (
            "twice in one header",
            ask().with("authorization", format!("Bearer {access}, Bearer {access}")),
        ),
        ("by Basic", ask().basic("x", access)),
        ("without the scheme", ask().with("authorization", access)),
        ("nothing behind the scheme", ask().with("authorization", "Bearer ")),
        ("with a space inside", ask().bearer(&format!("{access} x"))),
        ("altered", ask().bearer(&changed)),
        ("cut short", ask().bearer(&access[..access.len() - 1])),
        ("of another issuer with the same secret", ask().bearer(&foreign)),
        ("a refresh token", ask().bearer(refresh)),
        ("a code", ask().bearer(&code)),
        ("a client id", ask().bearer(&client.id)),
        ("an unsigned JWT", ask().bearer("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.")),
        ("for a probe of the operator", ask().with("user-agent", "kube-probe/1.30")),
        (
            "by another header",
            ask().with("x-forwarded-user", "alice").with("x-original-url", "/healthz"),
        ),
    ];
    let rows = rows.map(|(sentence, ask)| {
        let reply = node.serve(&ask);
        let outcome = if reply.status == 200 { "200".to_owned() } else { reply.error() };
        (sentence, outcome)
    });
    insta::assert_snapshot!(table(rows), @"
    in lower case: 200
    in the query: 401 unauthorized
    in the query and the header: 400 invalid_request
    twice: 400 invalid_request
    twice in one header: 400 invalid_request
    by Basic: 401 unauthorized
    without the scheme: 401 unauthorized
    nothing behind the scheme: 401 invalid_token
    with a space inside: 401 invalid_token
    altered: 401 invalid_token
    cut short: 401 invalid_token
    of another issuer with the same secret: 401 invalid_token
    a refresh token: 401 invalid_token
    a code: 401 invalid_token
    a client id: 401 invalid_token
    an unsigned JWT: 401 invalid_token
    for a probe of the operator: 401 unauthorized
    by another header: 401 unauthorized
    ");
}

#[test]
fn a_token_lives_for_an_hour_and_the_minute_of_its_code() {
    for (age, expected) in [(3_659, 200), (3_660, 401)] {
        let (node, _, tokens) = setting();
        node.clock().pass(age);
        assert_eq!(node.test(&tokens.access).status, expected, "after {age}");
        assert_eq!(node.serve(&calculate().bearer(&tokens.access)).status, expected);
    }
}

#[test]
fn a_token_of_one_resource_opens_no_other() {
    let other = "[[resources]]\npath = \"/mcp/inner\"\nupstream = \"builtin\"";
    let node = Node::start(&Deployment::usual().with(other));
    let client = Client::public(&node);
    let token_for = |resource: &str| {
        let request = client.request().and("resource", resource);
        client.redeem(&node, &request.code(&node)).text("access_token")
    };
    let outer = token_for("http://127.0.0.1:9000/mcp");
    let inner = token_for("http://127.0.0.1:9000/mcp/inner");
    let call = |path: &str, token: &str| {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
        let ask = Ask::json(path, &body).with("accept", "application/json, text/event-stream");
        node.serve(&ask.bearer(token)).status
    };
    assert_eq!((call("/mcp", &outer), call("/mcp/inner", &inner)), (200, 200));
    assert_eq!((call("/mcp", &inner), call("/mcp/inner", &outer)), (401, 401));
}

#[test]
fn a_token_without_the_scope_hears_which_scope_is_missing() {
    let (node, client, _) = setting();
    let request = client.request().with("scope", "mcp:resources");
    let code = request.code(&node);
    let access = client.redeem(&node, &code).text("access_token");
    let reply: Reply = node.serve(&calculate().bearer(&access));
    insta::assert_snapshot!("insufficient_scope", shown(&reply));
    let wider = Browser::default().allow(&node, &client.request().uri(), ALICE).code();
    let access = client.redeem(&node, &wider).text("access_token");
    assert_eq!(node.serve(&calculate().bearer(&access)).status, 200, "after stepping up");
}

#[test]
fn pages_of_other_origins_may_call_and_read_the_challenge() {
    let (node, _, _) = setting();
    for ask in [calculate(), Ask::get("/oauth/test")] {
        let reply = node.serve(&ask.with("origin", "http://localhost:6274"));
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        let exposed = reply.header("access-control-expose-headers").unwrap_or_default();
        assert!(exposed.contains("WWW-Authenticate"));
    }
}
