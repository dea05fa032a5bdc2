//! How a token request must be written: a form in the body, every parameter once, nothing of it in the URL.

use super::super::{assert_not_stored, table};
use crate::support::{Ask, Client, Deployment, Node, Serve as _};

#[test]
fn tok_26_a_parameter_that_is_repeated_spoils_the_request() {
    let node = Node::start(&Deployment::usual());
    let client = Client::confidential(&node);
    let code = client.code(&node);
    let right = client.redemption(&code);
    for (name, value) in right.fields() {
        for second in [value.as_str(), "another"] {
            let reply = node.serve(&right.clone().and(name, second).post());
            assert_eq!(reply.error(), "400 invalid_request", "{name} twice");
            assert_not_stored(&reply);
        }
    }
    assert_eq!(client.redeem(&node, &code).status, 200, "the code is still good");
}

#[test]
fn tok_16_a_request_that_is_no_form_is_refused() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let code = client.code(&node);
    let form = client.redemption(&code).query();
    let in_url = format!("/oauth/token?{form}");
    let kind = "application/x-www-form-urlencoded";
    let half = format!("/oauth/token?code={code}");
    let rest = client.redemption(&code).without("code").query();
    let many = format!("{form}{}", "&x=1".repeat(60));
    let rows = [
        ("everything in the URL", Ask::post(in_url, kind, "")),
        ("the code in the URL", Ask::post(half, kind, rest)),
        ("JSON", Ask::post("/oauth/token", "application/json", "{\"grant_type\":\"x\"}")),
        ("multipart", Ask::post("/oauth/token", "multipart/form-data; boundary=b", form.clone())),
        ("plain text", Ask::post("/oauth/token", "text/plain", form.clone())),
        (
            "another character set",
            Ask::post(
                "/oauth/token",
                "application/x-www-form-urlencoded; charset=utf-7",
                form.clone(),
            ),
        ),
        (
            "two content types",
            Ask::post("/oauth/token", kind, form.clone()).with("content-type", kind),
        ),
        (
            "a body that is compressed",
            Ask::post("/oauth/token", kind, form.clone()).with("content-encoding", "gzip"),
        ),
        ("bytes that are no text", Ask::post("/oauth/token", kind, "grant_type=%ff%fe")),
        ("a broken escape", Ask::post("/oauth/token", kind, "grant_type=%zz")),
        ("nothing", Ask::post("/oauth/token", kind, "")),
        ("more than 64 parameters", Ask::post("/oauth/token", kind, many)),
        ("a body of 64 KiB and a byte", Ask::post("/oauth/token", kind, "a=1&".repeat(16_385))),
        (
            "a parameter longer than 8 KiB",
            Ask::post("/oauth/token", kind, format!("x={}", "y".repeat(8_191))),
        ),
    ];
    let rows = rows.map(|(sentence, ask)| {
        let reply = node.serve(&ask);
        assert_not_stored(&reply);
        (sentence, reply.error())
    });
    insta::assert_snapshot!(table(rows), @"
    everything in the URL: 400 invalid_request
    the code in the URL: 400 invalid_request
    JSON: 400 invalid_request
    multipart: 400 invalid_request
    plain text: 400 invalid_request
    another character set: 400 invalid_request
    two content types: 400 invalid_request
    a body that is compressed: 415 invalid_request
    bytes that are no text: 400 invalid_request
    a broken escape: 400 invalid_request
    nothing: 400 invalid_request
    more than 64 parameters: 400 invalid_request
    a body of 64 KiB and a byte: 413 invalid_request
    a parameter longer than 8 KiB: 400 invalid_request
    ");
    assert_eq!(client.redeem(&node, &code).status, 200, "the code is still good");
}

#[test]
fn what_is_just_small_enough_is_read() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let kind = "application/x-www-form-urlencoded";
    let redeemed = |rest: String| {
        let form = client.redemption(&client.code(&node)).query();
        node.serve(&Ask::post("/oauth/token", kind, form + &rest)).status
    };
    assert_eq!(redeemed("&x=1".repeat(59)), 200, "64 parameters");
    assert_eq!(redeemed(format!("&x={}", "y".repeat(8_190))), 200, "a parameter of 8 KiB");
    let utf8 = "application/x-www-form-urlencoded; charset=UTF-8";
    let form = client.redemption(&client.code(&node)).query();
    assert_eq!(node.serve(&Ask::post("/oauth/token", utf8, form)).status, 200);
}

#[test]
fn tok_25_other_methods_are_refused_and_pages_of_other_origins_may_call() {
    let node = Node::start(&Deployment::usual());
    let reply = node.serve(&Ask::get("/oauth/token"));
    assert_eq!((reply.status, reply.header("allow")), (405, Some("OPTIONS, POST")));
    let asked = Ask::new("OPTIONS", "/oauth/token")
        .with("origin", "https://app.example")
        .with("access-control-request-method", "POST")
        .with("access-control-request-headers", "authorization, content-type");
    let reply = node.serve(&asked);
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert_eq!(reply.header("access-control-allow-credentials"), None);
    let client = Client::public(&node);
    let redemption = client.redemption(&client.code(&node)).post();
    let reply = node.serve(&redemption.with("origin", "https://app.example"));
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert!(reply.headers_called("set-cookie").is_empty());
}

#[test]
fn only_listed_origins_may_call_where_origins_are_listed() {
    let deployment = Deployment::usual().with("[cors]\norigins = [\"https://app.example\"]");
    let node = Node::start(&deployment);
    let ask = |origin: &str| {
        let ask = Ask::form("/oauth/token", [("grant_type", "x")]).with("origin", origin);
        node.serve(&ask).header("access-control-allow-origin").map(str::to_owned)
    };
    assert_eq!(ask("https://app.example").as_deref(), Some("https://app.example"));
    assert_eq!(ask("https://app.example.evil"), None);
    assert_eq!(ask("null"), None);
}
