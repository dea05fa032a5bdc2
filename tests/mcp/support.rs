//! Asking the built-in server, in process, the way a client of a given revision does.

use poem::{
    http::StatusCode,
    test::{TestClient, TestRequestBuilder},
};
use sealbearer::mcp::{Caller, McpEndpoint, endpoint};
use serde_json::{Value, json};

/// Every revision, oldest first.
pub(crate) const REVISIONS: [&str; 5] =
    ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

/// Those with a handshake.
pub(crate) const HANDSHAKE_REVISIONS: &[&str] = REVISIONS.split_at(4).0;

/// The built-in server without a gateway.
pub(crate) fn server() -> TestClient<McpEndpoint> {
    TestClient::new(endpoint())
}

/// The party that is signed in.
pub(crate) fn alice() -> Caller {
    Caller {
        issuer: "http://127.0.0.1:9000".into(),
        subject: "alice".into(),
        client: "client-1".into(),
        scopes: vec!["mcp:tools".into()],
    }
}

/// A JSON-RPC request as a client of `revision` words it.
pub(crate) fn request(revision: &str, method: &str, mut params: Value) -> Value {
    if revision >= "2026-07-28" {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": revision,
            "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
            "io.modelcontextprotocol/clientCapabilities": {},
        });
    }
    json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params })
}

/// The headers a client of `revision` adds to `message`.
pub(crate) fn dressed<'a, E: poem::Endpoint>(
    post: TestRequestBuilder<'a, E>,
    revision: &str,
    message: &Value,
) -> TestRequestBuilder<'a, E> {
    let mut post = post
        .header("accept", "application/json, text/event-stream")
        .content_type("application/json");
    if message["method"] != "initialize" && revision > "2025-03-26" {
        post = post.header("mcp-protocol-version", revision);
    }
    if revision >= "2026-07-28" {
        post =
            post.header("mcp-method", message["method"].as_str().expect("a request has a method"));
        let params = &message["params"];
        if let Some(name) = params["name"].as_str().or(params["uri"].as_str()) {
            post = post.header("mcp-name", name);
        }
    }
    post.body(message.to_string())
}

/// Asks and returns status and body.
pub(crate) async fn ask(revision: &str, method: &str, params: Value) -> (StatusCode, Value) {
    let message = request(revision, method, params);
    let client = server();
    let response = dressed(client.post("/mcp").data(alice()), revision, &message).send().await;
    let status = response.0.status();
    let text = response.0.into_body().into_string().await.expect("the body is text");
    (status, serde_json::from_str(&text).expect("the body is JSON"))
}

/// Calls a tool; whether the result is an error, and its text.
pub(crate) async fn call(tool: &str, arguments: Value) -> (bool, String) {
    let (status, body) =
        ask("2025-11-25", "tools/call", json!({ "name": tool, "arguments": arguments })).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let result = &body["result"];
    let text = result["content"][0]["text"].as_str().expect("the result has text").to_owned();
    (result["isError"] == true, text)
}
