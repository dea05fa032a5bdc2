//! How far a token reaches, operation by operation, and what its holder is told where it does not.
//! Source: MCP 2026-07-28 authorization (insufficient scope, scope hierarchies); RFC 6750 §3.1.

use poem::{
    Body, Endpoint, Response, Route,
    http::{Method, StatusCode},
    test::{TestClient, TestResponse},
};
use proptest::prelude::*;
use protocol::operation::{Operation, Primitive};
use sealbearer::gateway::{Shortfall, fuzzing::parse_challenge, guard::Permissions};
use serde_json::{Value, json};

use super::guard::{bearer, body_of, challenged, guarded_by};
use super::support::{dressed, request};

/// `mcp:tools` at the door, `mcp:admin` for what deletes, and `mcp:all` for everything.
struct Ruled;

impl Permissions for Ruled {
    fn needed(&self, operation: &Operation) -> Vec<String> {
        let deletes = match operation {
            Operation::Use { name, .. } => {
                name.as_deref().is_none_or(|name| name.starts_with("delete_"))
            }
            Operation::List(_) | Operation::Other => false,
        };
        let scopes: &[&str] = if deletes { &["mcp:tools", "mcp:admin"] } else { &["mcp:tools"] };
        scopes.iter().map(|scope| (*scope).to_owned()).collect()
    }

    fn implies(&self, granted: &str, _: &str) -> bool {
        granted == "mcp:all"
    }
}

/// A stream that has begun, whatever was asked.
#[poem::handler]
fn stream() -> Response {
    let body = Body::from("data: {}\n\n");
    Response::builder().content_type("text/event-stream").body(body)
}

fn server() -> TestClient<Route> {
    guarded_by(stream, Ruled)
}

async fn call(client: &TestClient<impl Endpoint>, token: &str, tool: &str) -> TestResponse {
    let message = request("2026-07-28", "tools/call", json!({ "name": tool }));
    bearer(dressed(client.post("/mcp"), "2026-07-28", &message), token).send().await
}

async fn batch(client: &TestClient<impl Endpoint>, token: &str, tools: &[&str]) -> TestResponse {
    let call = |tool: &&str| request("2025-03-26", "tools/call", json!({ "name": tool }));
    let body: Value = tools.iter().map(call).collect();
    let post = client.post("/mcp").content_type("application/json").body(body.to_string());
    bearer(post, token).send().await
}

fn scope_of(response: &TestResponse) -> Option<String> {
    let parameters = challenged(response);
    parameters.into_iter().find(|(name, _)| name == "scope").map(|(_, value)| value)
}

/// What was allowed once says nothing of the next operation: no answer is kept that a second one could be given by.
#[tokio::test]
async fn rsg_14_what_was_allowed_before_allows_nothing_else() {
    let client = server();
    for _ in 0..2 {
        call(&client, "tools", "read_user").await.assert_status_is_ok();
        call(&client, "tools", "delete_user").await.assert_status(StatusCode::FORBIDDEN);
        call(&client, "tools+admin", "delete_user").await.assert_status_is_ok();
        call(&client, "elsewhere", "read_user").await.assert_status(StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn rsg_15_what_is_missing_is_challenged_with_all_that_is_needed() {
    let client = server();
    let response = call(&client, "tools", "delete_user").await;
    response.assert_status(StatusCode::FORBIDDEN);
    assert_eq!(scope_of(&response).as_deref(), Some("mcp:tools mcp:admin"));
    insta::assert_snapshot!(
        response.0.header("www-authenticate").expect("a challenge"),
        @r#"Bearer error="insufficient_scope", error_description="The tool delete_user needs the scope mcp:admin, which was not granted; reconnect and grant it", resource_metadata="http://127.0.0.1:9000/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:admin""#
    );
    insta::assert_snapshot!(
        body_of(response).await,
        @r#"{"error":"insufficient_scope","error_description":"The tool delete_user needs the scope mcp:admin, which was not granted; reconnect and grant it","scope":"mcp:tools mcp:admin"}"#
    );
    call(&client, "all", "delete_user").await.assert_status_is_ok();
}

/// TR-15: once a stream has begun, a status can no longer be sent.
#[tokio::test]
async fn a_denial_comes_before_the_stream() {
    let client = server();
    let allowed = call(&client, "tools", "read_user").await;
    allowed.assert_header("content-type", "text/event-stream");
    let denied = call(&client, "tools", "delete_user").await;
    denied.assert_status(StatusCode::FORBIDDEN);
    denied.assert_header("content-type", "application/json");
}

#[tokio::test]
async fn a_batch_needs_what_each_of_its_messages_needs() {
    let client = server();
    batch(&client, "tools", &["read_a", "read_b"]).await.assert_status_is_ok();
    for tools in [["read_a", "delete_b"], ["delete_a", "read_b"]] {
        let response = batch(&client, "tools", &tools).await;
        response.assert_status(StatusCode::FORBIDDEN);
        assert_eq!(scope_of(&response).as_deref(), Some("mcp:tools mcp:admin"));
        let text = body_of(response).await["error_description"].to_string();
        assert!(text.contains("This needs the scope mcp:admin"), "{text}");
    }
    batch(&client, "tools+admin", &["read_a", "delete_b"]).await.assert_status_is_ok();
}

/// A stream opened by GET hears what the server has to say, so it is for those alone who may come in.
#[tokio::test]
async fn the_door_is_the_same_for_every_method() {
    let client = server();
    for method in [Method::GET, Method::DELETE, Method::HEAD, Method::POST] {
        let ask = |token| {
            let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }).to_string();
            let request = client.request(method.clone(), "/mcp").content_type("application/json");
            bearer(request.body(body), token).send()
        };
        let refused = ask("admin").await;
        refused.assert_status(StatusCode::FORBIDDEN);
        assert_eq!(scope_of(&refused).as_deref(), Some("mcp:tools"));
        ask("tools").await.assert_status_is_ok();
    }
}

#[tokio::test]
async fn a_call_that_hides_its_name_needs_what_any_needs() {
    let client = server();
    for params in [json!({}), json!({ "name": 5 }), json!({ "name": ["read_user"] })] {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        let post = client.post("/mcp").content_type("application/json").body(body.to_string());
        bearer(post, "tools").send().await.assert_status(StatusCode::FORBIDDEN);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a tool is called, what is said of it fits a challenge, on one line, and is short.
    #[test]
    fn a_description_fits_whatever_the_name(name in any::<String>(), scopes in prop::collection::vec("[a-z]{1,9}", 1..4)) {
        let operation = Operation::Use { primitive: Primitive::Tool, name: Some(name) };
        let said = Shortfall::of([&operation], scopes.clone(), scopes).description();
        let challenge = format!("Bearer error_description=\"{said}\"");
        prop_assert!(parse_challenge(&challenge).is_some(), "{}", said);
        prop_assert!(said.len() < 250, "{}", said);
    }
}

#[test]
fn every_way_to_say_what_is_missing() {
    let using = |primitive, name: &str| Operation::Use { primitive, name: Some(name.to_owned()) };
    let said = |operations: &[Operation], missing: &[&str]| {
        let missing: Vec<String> = missing.iter().map(|scope| (*scope).to_owned()).collect();
        Shortfall::of(operations, missing.clone(), missing).description()
    };
    let long = "a".repeat(65);
    let rows = [
        said(&[using(Primitive::Tool, "delete_user")], &["mcp:admin"]),
        said(&[using(Primitive::Resource, "file:///secret")], &["a", "b"]),
        said(&[using(Primitive::Prompt, "greet \"everybody\"\r\nné")], &["a"]),
        said(&[using(Primitive::Tool, &long)], &["a"]),
        said(&[using(Primitive::Tool, &long[1..])], &["a"]),
        said(&[Operation::Use { primitive: Primitive::Tool, name: None }], &["a"]),
        said(&[Operation::List(Primitive::Tool)], &["a"]),
        said(&[Operation::Other, using(Primitive::Tool, "a")], &["a"]),
        said(&[using(Primitive::Tool, "a"), using(Primitive::Tool, "b")], &["a"]),
    ];
    insta::assert_snapshot!(rows.join("\n"), @r"
    The tool delete_user needs the scope mcp:admin, which was not granted; reconnect and grant it
    The resource file:///secret needs the scopes a b, which were not granted; reconnect and grant them
    The prompt greet??everybody???n? needs the scope a, which was not granted; reconnect and grant it
    The tool aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa... needs the scope a, which was not granted; reconnect and grant it
    The tool aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa needs the scope a, which was not granted; reconnect and grant it
    This needs the scope a, which was not granted; reconnect and grant it
    This needs the scope a, which was not granted; reconnect and grant it
    The tool a needs the scope a, which was not granted; reconnect and grant it
    This needs the scope a, which was not granted; reconnect and grant it
    ");
}
