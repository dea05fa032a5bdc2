//! The HTTP side of the built-in server: methods, media types, batches, sizes.
//! Source: MCP streamable HTTP transport (2025-03-26 to 2026-07-28).

use poem::{
    http::{Method, StatusCode},
    test::TestResponse,
};
use sealbearer::mcp::{BODY_BYTES_MAX, message::BATCH_MESSAGES_MAX};
use serde_json::{Value, json};

use super::support::{dressed, request, server};

async fn post(body: &str) -> TestResponse {
    server().post("/mcp").content_type("application/json").body(body.to_owned()).send().await
}

async fn json_of(response: TestResponse) -> Value {
    let text = response.0.into_body().into_string().await.expect("the body is text");
    serde_json::from_str(&text).expect("the body is JSON")
}

async fn batch(messages: &[Value]) -> TestResponse {
    post(&Value::from(messages).to_string()).await
}

#[tokio::test]
async fn only_post_exists_because_there_is_no_session_to_stream_or_end() {
    for method in [Method::GET, Method::DELETE, Method::HEAD, Method::PUT] {
        let response = server().request(method, "/mcp").send().await;
        response.assert_status(StatusCode::METHOD_NOT_ALLOWED);
        response.assert_header("allow", "POST");
    }
}

#[tokio::test]
async fn answers_are_json_never_stored_and_open_no_session() {
    let response = post(&request("2025-03-26", "tools/list", json!({})).to_string()).await;
    response.assert_content_type("application/json");
    response.assert_header("cache-control", "no-store");
    response.assert_header_is_not_exist("mcp-session-id");
}

#[tokio::test]
async fn whoever_takes_json_is_served_and_nobody_else() {
    let message = request("2025-03-26", "tools/list", json!({})).to_string();
    for (accept, status) in [
        ("application/json", StatusCode::OK),
        ("*/*", StatusCode::OK),
        ("text/html, application/json;q=0.5", StatusCode::OK),
        ("text/html", StatusCode::NOT_ACCEPTABLE),
    ] {
        let client = server();
        let post = |body: &str| {
            let post = client.post("/mcp").header("accept", accept);
            post.content_type("application/json").body(body.to_owned()).send()
        };
        for body in [message.clone(), format!("[{message}]")] {
            let response = post(&body).await;
            response.assert_status(status);
            if status != StatusCode::OK {
                assert_eq!(json_of(response).await["error"]["code"], -32600, "{body}");
            }
        }
    }
}

#[tokio::test]
async fn another_media_type_is_refused() {
    let body = "access_token=abc";
    let response = server()
        .post("/mcp")
        .content_type("application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await;
    response.assert_status(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(json_of(response).await["error"]["code"], -32600);
}

#[tokio::test]
async fn a_notification_is_accepted_without_a_body() {
    let response = post(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await;
    response.assert_status(StatusCode::ACCEPTED);
    response.assert_text("").await;
}

#[tokio::test]
async fn a_body_of_the_largest_size_is_read_and_one_byte_more_is_not() {
    let message = |padding: usize| {
        let empty = request(
            "2025-03-26",
            "tools/call",
            json!({ "name": "echo", "arguments": { "message": "" } }),
        );
        let text = empty.to_string();
        text.replace(
            "\"message\":\"\"",
            &format!("\"message\":\"{}\"", "x".repeat(padding - text.len())),
        )
    };
    post(&message(BODY_BYTES_MAX)).await.assert_status(StatusCode::OK);
    let refused = post(&message(BODY_BYTES_MAX + 1)).await;
    refused.assert_status(StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(json_of(refused).await["error"]["code"], -32600);
}

#[tokio::test]
async fn what_is_no_message_is_a_json_rpc_error() {
    for (body, code) in [
        ("", -32700),
        ("{", -32700),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call"}"#, -32700),
        ("3", -32600),
        ("[]", -32600),
        ("[[]]", -32600),
        (r#"{"jsonrpc":"2.0","id":1}"#, -32600),
        (r#"{"jsonrpc":"1.0","id":1,"method":"tools/list"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":["echo"]}"#, -32600),
    ] {
        let response = post(body).await;
        response.assert_status(StatusCode::BAD_REQUEST);
        assert_eq!(json_of(response).await["error"]["code"], code, "{body}");
    }
}

#[tokio::test]
async fn a_batch_is_answered_message_by_message() {
    let echo = |text: &str| json!({ "name": "echo", "arguments": { "message": text } });
    let mut second = request("2025-03-26", "tools/call", echo("b"));
    second["id"] = json!("two");
    let response = batch(&[
        request("2025-03-26", "tools/call", echo("a")),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        second,
        request("2025-03-26", "initialize", json!({})),
        json!({ "jsonrpc": "2.0", "id": 9, "result": {} }),
    ])
    .await;
    response.assert_status_is_ok();
    let answers = json_of(response).await;
    let heard: Vec<_> = answers
        .as_array()
        .expect("an array")
        .iter()
        .map(|one| {
            (
                one["id"].clone(),
                one["result"]["content"][0]["text"].clone(),
                one["error"]["code"].clone(),
            )
        })
        .collect();
    assert_eq!(
        heard,
        [
            (json!(7), json!("a"), Value::Null),
            (json!("two"), json!("b"), Value::Null),
            (json!(7), Value::Null, json!(-32600)),
        ]
    );
}

/// JSON-RPC 2.0 §4, MCP base protocol: an id is a text or a number.
#[tokio::test]
async fn a_malformed_request_of_a_batch_is_told_so_beside_its_id() {
    let ids = [json!(null), json!([1]), json!(1.5), json!("old")];
    let message = |id: &Value| {
        let revision = if id == "old" { "1.0" } else { "2.0" };
        json!({ "jsonrpc": revision, "id": id, "method": "ping" })
    };
    let response = batch(&ids.each_ref().map(message)).await;
    response.assert_status_is_ok();
    let answers = json_of(response).await;
    let heard = answers.as_array().expect("an array").iter();
    let heard: Vec<_> =
        heard.map(|one| (one["id"].clone(), one["error"]["code"].clone())).collect();
    assert_eq!(heard, ids.map(|id| (id, json!(-32600))));
}

#[tokio::test]
async fn a_batch_without_requests_is_accepted() {
    batch(&[json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })])
        .await
        .assert_status(StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_batch_has_a_largest_size() {
    let message = request("2025-03-26", "ping", json!({}));
    batch(&vec![message.clone(); BATCH_MESSAGES_MAX]).await.assert_status(StatusCode::OK);
    batch(&vec![message; BATCH_MESSAGES_MAX + 1]).await.assert_status(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn later_revisions_know_no_batches() {
    let messages = json!([request("2025-06-18", "ping", json!({}))]).to_string();
    let client = server();
    let post = client
        .post("/mcp")
        .content_type("application/json")
        .header("mcp-protocol-version", "2025-06-18");
    post.body(messages).send().await.assert_status(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn headers_that_tell_another_story_than_the_body_are_refused() {
    let message = request(
        "2026-07-28",
        "tools/call",
        json!({ "name": "echo", "arguments": { "message": "x" } }),
    );
    for (name, value) in
        [("mcp-name", "calculator"), ("mcp-method", "tools/list"), ("mcp-name", "echo")]
    {
        let client = server();
        let response =
            dressed(client.post("/mcp"), "2026-07-28", &message).header(name, value).send().await;
        response.assert_status(StatusCode::BAD_REQUEST);
        let body = json_of(response).await;
        assert_eq!(
            (&body["error"]["code"], &body["id"]),
            (&json!(-32020), &json!(7)),
            "a second {name}"
        );
    }
}
