//! The gate in front of an endpoint: who gets in, how far, and what the endpoint gets to see.
//! Source: MCP 2026-07-28 authorization; RFC 6750.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::support::{REVISIONS, dressed, request};
use poem::{
    Body, Endpoint, Request, Response, Route,
    http::{Method, StatusCode},
    test::{TestClient, TestRequestBuilder, TestResponse},
};
use protocol::oauth::{dpop::Binding, time::UnixTime};
use sealbearer::{
    gateway::{
        Door, Gate, Unverified, Verified, Verify, fuzzing::parse_challenge, guard,
        guard::Permissions, mount, origin::Origins,
    },
    mcp::{BODY_BYTES_MAX, Caller, catalogue, endpoint, message::Operation},
    world::World,
};
use serde_json::{Value, json};

const EXPIRES_AT: u64 = 1_000;

/// One second passes with every look at the clock.
#[derive(Default)]
struct Ticking(AtomicU64);

impl World for Ticking {
    fn now(&self) -> UnixTime {
        UnixTime(self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn random(&self) -> [u8; 16] {
        [0; 16]
    }
}

/// Tokens that say what they are: scopes joined by `+`, or the name of a mishap.
struct Spelled;

impl Verify for Spelled {
    async fn verify(&self, access_token: &str) -> Result<Verified, Unverified> {
        let resource = match access_token {
            "unknown" => return Err(Unverified::NotAccepted),
            "unavailable" => return Err(Unverified::Unavailable),
            "elsewhere" => "http://127.0.0.1:9000/other",
            _ => "http://127.0.0.1:9000/mcp",
        };
        Ok(Verified {
            issuer: "http://127.0.0.1:9000".into(),
            subject: "alice".into(),
            family: None,
            client: "client-1".into(),
            scopes: access_token.split('+').map(|scope| format!("mcp:{scope}")).collect(),
            audience: vec![resource.into()],
            expires_at: UnixTime(match access_token {
                "expired" => 0,
                "ending" => 1,
                _ => EXPIRES_AT,
            }),
            binding: if access_token == "bound" { Binding::Unknown } else { Binding::Nobody },
        })
    }
}

struct BuiltIn;

impl Permissions for BuiltIn {
    fn needed(&self, operation: &Operation) -> Vec<String> {
        catalogue::scopes_of(operation).iter().map(|scope| (*scope).to_owned()).collect()
    }

    fn implies(&self, granted: &str, needed: &str) -> bool {
        granted == "mcp:all" && needed != "system:read"
            || granted == "mcp:system" && needed == "system:read"
    }
}

fn guarded<E: Endpoint<Output = Response> + 'static>(inner: E) -> TestClient<Route> {
    guarded_by(inner, BuiltIn)
}

pub(super) fn guarded_by<E: Endpoint<Output = Response> + 'static, P: Permissions>(
    inner: E,
    permissions: P,
) -> TestClient<Route> {
    let door = Door {
        resource: "http://127.0.0.1:9000/mcp".into(),
        metadata_url: "http://127.0.0.1:9000/.well-known/oauth-protected-resource/mcp".into(),
        first_scopes: vec!["mcp:tools".into(), "mcp:resources".into()],
    };
    let gate = Gate::new(door, Arc::new(Spelled), Arc::new(Ticking::default()));
    let public_url = "http://127.0.0.1:9000".parse().expect("a URL");
    let endpoint = guard::guard(inner, gate, permissions, Origins::new(&public_url, &[], &[]));
    TestClient::new(mount(Route::new(), "/mcp", endpoint))
}

fn server() -> TestClient<Route> {
    guarded(endpoint())
}

pub(super) fn bearer<'a, E: Endpoint>(
    request: TestRequestBuilder<'a, E>,
    value: &str,
) -> TestRequestBuilder<'a, E> {
    request.header("authorization", format!("Bearer {value}"))
}

async fn use_as(granted: &str, method: &str, params: Value) -> TestResponse {
    let client = server();
    let message = request("2026-07-28", method, params);
    bearer(dressed(client.post("/mcp"), "2026-07-28", &message), granted).send().await
}

pub(super) async fn body_of(response: TestResponse) -> Value {
    let text = response.0.into_body().into_string().await.expect("the body is text");
    serde_json::from_str(&text).expect("the body is JSON")
}

pub(super) fn challenged(response: &TestResponse) -> Vec<(String, String)> {
    let header = response.0.header("www-authenticate").expect("a challenge");
    let parameters = parse_challenge(header).expect("the challenge is well-formed");
    parameters.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[tokio::test]
async fn without_a_token_every_method_is_challenged_without_an_error() {
    for method in
        [Method::POST, Method::GET, Method::DELETE, Method::HEAD, Method::PUT, Method::OPTIONS]
    {
        for path in ["/mcp", "/mcp/"] {
            let response = server().request(method.clone(), path).send().await;
            response.assert_status(StatusCode::UNAUTHORIZED);
            response.assert_header("cache-control", "no-store");
            let metadata = "http://127.0.0.1:9000/.well-known/oauth-protected-resource/mcp";
            let expected = [("resource_metadata", metadata), ("scope", "mcp:tools mcp:resources")];
            assert_eq!(
                challenged(&response),
                expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
            );
        }
    }
}

#[tokio::test]
async fn every_unusable_token_is_refused_with_its_reason() {
    let mut lines = Vec::new();
    for presented in ["unknown", "expired", "elsewhere", "bound", "unavailable", "a,b", "!", ""] {
        let client = server();
        let response = bearer(client.get("/mcp"), presented).send().await;
        let status = response.0.status().as_u16();
        let challenge = response.0.header("www-authenticate").is_some();
        lines.push(format!(
            "{presented:11} {status} challenge: {challenge} {}",
            body_of(response).await
        ));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    unknown     401 challenge: true {"error":"invalid_token","error_description":"The access token is not valid here, or was revoked"}
    expired     401 challenge: true {"error":"invalid_token","error_description":"The access token has expired"}
    elsewhere   401 challenge: true {"error":"invalid_token","error_description":"The access token was issued for another resource"}
    bound       401 challenge: true {"error":"invalid_token","error_description":"Access tokens bound to a key are not accepted here"}
    unavailable 503 challenge: false {"error":"temporarily_unavailable","error_description":"The access token cannot be checked at the moment; try again"}
    a,b         400 challenge: true {"error":"invalid_request","error_description":"Send one access token, in one Authorization header"}
    !           401 challenge: true {"error":"invalid_token","error_description":"The access token is malformed"}
                401 challenge: true {"error":"invalid_token","error_description":"The access token is malformed"}
    "#);
}

#[tokio::test]
async fn a_token_outside_the_header_is_refused() {
    let response = server().post("/mcp?access_token=tools").send().await;
    response.assert_status(StatusCode::UNAUTHORIZED);
    let client = server();
    let response = bearer(client.post("/mcp?access_token=tools"), "tools").send().await;
    response.assert_status(StatusCode::BAD_REQUEST);
    for (token, status) in
        [("", StatusCode::UNAUTHORIZED), ("Bearer tools", StatusCode::UNSUPPORTED_MEDIA_TYPE)]
    {
        let client = server();
        let post = client
            .post("/mcp")
            .content_type("application/x-www-form-urlencoded")
            .body("access_token=tools");
        post.header("authorization", token).send().await.assert_status(status);
    }
}

#[tokio::test]
async fn with_a_token_every_revision_is_served_at_both_paths() {
    for revision in REVISIONS {
        for path in ["/mcp", "/mcp/"] {
            let client = server();
            let message = request(
                revision,
                "tools/call",
                json!({ "name": "echo", "arguments": { "message": "hello" } }),
            );
            let response =
                bearer(dressed(client.post(path), revision, &message), "tools").send().await;
            response.assert_status_is_ok();
            assert_eq!(body_of(response).await["result"]["content"][0]["text"], "hello");
        }
    }
}

#[tokio::test]
async fn with_a_token_other_methods_reach_the_endpoint() {
    for method in [Method::GET, Method::DELETE, Method::HEAD] {
        let client = server();
        let response = bearer(client.request(method, "/mcp"), "tools").send().await;
        response.assert_status(StatusCode::METHOD_NOT_ALLOWED);
    }
}

#[tokio::test]
async fn the_tools_learn_who_is_signed_in() {
    let response = use_as("tools", "tools/call", json!({ "name": "system_info" })).await;
    let text =
        body_of(response).await["result"]["content"][0]["text"].as_str().expect("text").to_owned();
    let described: Value = serde_json::from_str(&text).expect("the text is JSON");
    assert_eq!(described["signed_in"], json!({ "subject": "alice", "scopes": ["mcp:tools"] }));
}

#[tokio::test]
async fn a_missing_scope_is_challenged_with_all_scopes_of_the_operation() {
    let cases = [
        ("prompts", "tools/call", json!({ "name": "echo" }), Some("mcp:tools")),
        ("prompts", "tools/call", json!({ "name": "nobody offers this" }), Some("mcp:tools")),
        ("prompts", "tools/call", json!({}), Some("mcp:tools")),
        ("tools", "prompts/get", json!({ "name": "explain_access" }), Some("mcp:prompts")),
        ("tools", "resources/read", json!({ "uri": "system://platform" }), Some("mcp:resources")),
        (
            "resources",
            "resources/read",
            json!({ "uri": "system://metrics" }),
            Some("mcp:resources system:read"),
        ),
        ("resources", "resources/read", json!({ "uri": "system://platform" }), None),
        ("resources+system", "resources/read", json!({ "uri": "system://metrics" }), None),
        ("all", "tools/call", json!({ "name": "echo", "arguments": { "message": "x" } }), None),
        ("none", "tools/list", json!({}), None),
        ("none", "server/discover", json!({}), None),
    ];
    for (granted, method, params, missing) in cases {
        let response = use_as(granted, method, params).await;
        let Some(scope) = missing else {
            response.assert_status_is_ok();
            continue;
        };
        response.assert_status(StatusCode::FORBIDDEN);
        let parameters = challenged(&response);
        assert!(
            parameters.contains(&("error".into(), "insufficient_scope".into())),
            "{parameters:?}"
        );
        assert!(parameters.contains(&("scope".into(), scope.into())), "{parameters:?}");
        assert!(parameters.iter().any(|(name, _)| name == "resource_metadata"));
        assert_eq!(body_of(response).await["scope"], scope);
    }
}

#[tokio::test]
async fn one_message_beyond_the_scopes_spoils_the_batch() {
    let echo = request(
        "2025-03-26",
        "tools/call",
        json!({ "name": "echo", "arguments": { "message": "x" } }),
    );
    let prompt = request("2025-03-26", "prompts/get", json!({ "name": "explain_access" }));
    for (granted, status) in [("tools", StatusCode::FORBIDDEN), ("tools+prompts", StatusCode::OK)] {
        let client = server();
        let body = json!([echo, prompt]).to_string();
        let response =
            bearer(client.post("/mcp").content_type("application/json").body(body), granted)
                .send()
                .await;
        response.assert_status(status);
    }
}

/// Permission must not be decided from one of two equal names, and the call made from the other.
#[tokio::test]
async fn a_body_that_can_be_read_in_two_ways_is_refused() {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"prompts/get","method":"tools/call","params":{"name":"echo"}}"#;
    let client = server();
    let response =
        bearer(client.post("/mcp").content_type("application/json").body(body), "prompts")
            .send()
            .await;
    response.assert_status(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn headers_that_name_another_tool_than_the_body_are_refused() {
    let message = request(
        "2026-07-28",
        "tools/call",
        json!({ "name": "echo", "arguments": { "message": "x" } }),
    );
    let client = server();
    let post = client
        .post("/mcp")
        .content_type("application/json")
        .header("mcp-protocol-version", "2026-07-28");
    let post = post
        .header("mcp-method", "tools/call")
        .header("mcp-name", "calculator")
        .body(message.to_string());
    let response = bearer(post, "tools").send().await;
    assert_eq!(body_of(response).await["error"]["code"], -32020);
}

#[tokio::test]
async fn a_foreign_page_or_host_is_refused_before_anything_is_looked_at() {
    for (target, name, value) in [
        ("/mcp", "origin", "https://evil.example"),
        ("/mcp", "origin", "null"),
        ("/mcp", "host", "evil.example"),
        ("http://evil.example/mcp", "accept", "*/*"),
    ] {
        for credentials in ["", "Bearer tools"] {
            let client = server();
            let post = client.post(target).header(name, value).header("authorization", credentials);
            let response = post.send().await;
            response.assert_status(StatusCode::FORBIDDEN);
            response.assert_header_is_not_exist("www-authenticate");
        }
    }
}

#[tokio::test]
async fn the_gate_reads_a_body_of_the_largest_size_and_not_one_byte_more() {
    let message = |length: usize| {
        format!("{{\"jsonrpc\":\"2.0\",\"method\":\"x\"{}}}", " ".repeat(length - 30))
    };
    for (length, status) in [
        (BODY_BYTES_MAX, StatusCode::ACCEPTED),
        (BODY_BYTES_MAX + 1, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let body = message(length);
        assert_eq!(body.len(), length);
        let client = server();
        let post = client.post("/mcp").content_type("application/json").body(body);
        let response = bearer(post, "tools").send().await;
        response.assert_status(status);
        let refusal = response.0.into_body().into_string().await.expect("the body is text");
        assert_eq!(refusal.contains("\"code\":-32600"), status != StatusCode::ACCEPTED);
    }
}

/// Writes down what arrives behind the gate.
#[poem::handler]
#[expect(clippy::needless_pass_by_value, reason = "poem hands extracted values over")]
fn behind(request: &Request, body: String) -> String {
    let headers: Vec<_> =
        request.headers().iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
    format!("{:?}\n{}\n{body}", request.extensions().get::<Caller>(), headers.join("\n"))
}

#[tokio::test]
async fn behind_the_gate_the_body_is_untouched_and_the_token_is_gone() {
    let client = guarded(behind);
    let body = "{ \"jsonrpc\" : \"2.0\", \"id\":1.50, \"method\":\"tools/list\",\n\"params\":{\"z\":1,\"a\":2} }";
    let post = client
        .post("/mcp")
        .content_type("application/json")
        .header("mcp-param-city", "here")
        .body(body);
    let post = post
        .header("cookie", "canary")
        .header("dpop", "canary")
        .header("proxy-authorization", "canary");
    let response = bearer(post, "tools+canary").send().await;
    response.assert_status_is_ok();
    let seen = response.0.into_body().into_string().await.expect("text");
    assert!(seen.ends_with(body), "{seen}");
    assert!(seen.contains("mcp-param-city") && seen.contains("alice"), "{seen}");
    assert!(!seen.replace("mcp:canary", "").contains("canary"), "{seen}");
}

/// A stream that never ends by itself.
#[poem::handler]
fn endless() -> Response {
    let (writer, reader) = tokio::io::duplex(64);
    std::mem::forget(writer);
    Response::builder().content_type("text/event-stream").body(Body::from_async_read(reader))
}

#[tokio::test]
async fn a_stream_ends_when_its_token_does() {
    let client = guarded(endless);
    let response = bearer(client.get("/mcp"), "ending").send().await;
    response.assert_status_is_ok();
    response.assert_text("").await;
}
