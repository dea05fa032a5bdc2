//! The example of the documentation, driven once: challenged, told where to log in, greeted.

use axum::body::Body;
use http_body_util::BodyExt as _;
use poem::http::{Request, StatusCode};
use serde_json::{Value, json};
use tower_service::Service as _;

use super::{Issuer, protect_axum};
use crate::support::Clock;

const RESOURCE: &str = "http://127.0.0.1:3000/mcp";

async fn ask(issuer: &str, request: Request<Body>) -> (StatusCode, Option<String>, Value) {
    let mut app = protect_axum::app(RESOURCE, issuer).expect("it is complete");
    let response = app.call(request).await.expect("it cannot fail");
    let challenge = response.headers().get("www-authenticate");
    let challenge = challenge.map(|value| value.to_str().expect("it is text").to_owned());
    let status = response.status();
    let body = response.into_body().collect().await.expect("there is a body").to_bytes();
    (status, challenge, serde_json::from_slice(&body).unwrap_or_default())
}

fn call(access_token: Option<&str>) -> Request<Body> {
    let message = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": "greet", "arguments": {} },
    });
    let request = Request::post("/mcp")
        .header("host", "127.0.0.1:3000")
        .header("content-type", "application/json")
        .header("mcp-protocol-version", "2025-11-25")
        .header("accept", "application/json, text/event-stream");
    let request = match access_token {
        Some(access_token) => request.header("authorization", format!("Bearer {access_token}")),
        None => request,
    };
    request.body(Body::from(message.to_string())).expect("it is a request")
}

#[tokio::test]
async fn the_example_challenges_tells_and_greets() {
    let issuer = Issuer::start().await;
    let name = issuer.name();
    let (status, challenge, _) = ask(&name, call(None)).await;
    let place = "http://127.0.0.1:3000/.well-known/oauth-protected-resource/mcp";
    let expected = format!("Bearer resource_metadata=\"{place}\", scope=\"mcp:tools\"");
    assert_eq!((status, challenge), (StatusCode::UNAUTHORIZED, Some(expected)));
    let metadata = Request::get("/.well-known/oauth-protected-resource/mcp").body(Body::empty());
    let (status, _, told) = ask(&name, metadata.expect("it is a request")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(told["authorization_servers"], json!([name]));
    // The example has the clock of this computer.
    let clock = Clock::new();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.expect("it is after 1970").as_secs();
    let mut claims = issuer.claims(&clock);
    (claims["aud"], claims["scope"]) = (json!(RESOURCE), json!("mcp:tools"));
    (claims["iat"], claims["exp"]) = (json!(now), json!(now + 60));
    let (status, _, greeting) = ask(&name, call(Some(&issuer.token(&claims)))).await;
    assert_eq!(status, StatusCode::OK, "{greeting}");
    assert_eq!(greeting["result"]["content"][0]["text"], json!("Hello, alice!"));
}
