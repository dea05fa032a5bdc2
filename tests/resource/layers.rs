//! Layer and middleware: what a client hears, and what whoever stands behind them gets to see.
//! Source: RFC 6750 §3, RFC 9728 §3 and §5.1; security.md RSG-01.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Bytes, Frame};
use poem::EndpointExt as _;
use poem::http::{Request, Response, StatusCode};
use poem::test::TestClient;
use sealbearer::resource::{Admitted, Caller, Protect, Signed, Validator};
use serde_json::{Value, json};
use tower_layer::Layer as _;
use tower_service::Service;

use super::{Issuer, builder};
use crate::support::Clock;

/// Longer than anything here takes.
const NEVER: Duration = Duration::from_secs(20);

/// Tells what it sees of a request.
#[derive(Clone)]
struct Mirror;

fn seen(
    headers: &poem::http::HeaderMap,
    caller: Option<&Caller>,
    admitted: Option<&Admitted>,
) -> String {
    let mut names: Vec<_> = headers.keys().map(poem::http::HeaderName::as_str).collect();
    names.sort_unstable();
    json!({
        "headers": names,
        "caller": caller.map(|caller| [caller.subject.clone(), caller.client.clone(), caller.scopes.join(" ")]),
        "issued_by_somebody": admitted.is_some_and(|admitted| !admitted.issuer().is_empty()),
    })
    .to_string()
}

impl Service<Request<String>> for Mirror {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<String>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<String>) -> Self::Future {
        let extensions = request.extensions();
        let seen = seen(request.headers(), extensions.get(), extensions.get());
        Box::pin(async move { Ok(Response::new(seen)) })
    }
}

/// Name and value of each header.
type Headers<'a> = Vec<(&'a str, &'a str)>;

/// What one of the two answers: status, headers that matter, body.
struct Reply {
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: String,
}

const TOLD: [&str; 7] = [
    "www-authenticate",
    "cache-control",
    "pragma",
    "content-type",
    "retry-after",
    "access-control-allow-origin",
    "allow",
];

fn told(headers: &poem::http::HeaderMap) -> Vec<(String, String)> {
    let text = |value: &poem::http::HeaderValue| value.to_str().expect("it is text").to_owned();
    let of = |name: &&str| {
        headers
            .get_all(*name)
            .iter()
            .map(|value| ((*name).to_owned(), text(value)))
            .collect::<Vec<_>>()
    };
    TOLD.iter().flat_map(of).collect()
}

async fn by_layer(
    validator: &Validator,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
) -> Reply {
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(String::new()).expect("it is a request");
    let mut service = validator.layer().layer(Mirror);
    let response = service.call(request).await.expect("it cannot fail");
    Reply {
        status: response.status(),
        headers: told(response.headers()),
        body: text_of(response.into_body()).await,
    }
}

async fn text_of(
    body: impl http_body_util::BodyExt<Data = Bytes, Error: std::fmt::Debug>,
) -> String {
    let whole = tokio::time::timeout(NEVER, body.collect()).await.expect("it ends");
    let whole = whole.expect("it comes").to_bytes();
    String::from_utf8(whole.to_vec()).expect("it is text")
}

async fn by_middleware(
    validator: &Validator,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
) -> Reply {
    let mirror = poem::endpoint::make_sync(|request| {
        let extensions = request.extensions();
        seen(request.headers(), extensions.get(), extensions.get())
    });
    let client = TestClient::new(mirror.with(Protect::with(validator)).map_to_response());
    let mut request = client.request(method.parse().expect("it is a method"), target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.0;
    Reply {
        status: response.status(),
        headers: told(response.headers()),
        body: response.into_body().into_string().await.expect("it is text"),
    }
}

async fn setting() -> (Validator, String, String) {
    let (issuer, clock) = (Issuer::start().await, Clock::new());
    let validator = builder(&clock)
        .trusts(Signed::by(&issuer.name()))
        .requires(["notes:read"])
        .offers(["notes:read", "profile"])
        .named("Notes")
        .build()
        .expect("it is complete");
    let claims = issuer.claims(&clock);
    let mut poor = claims.clone();
    poor["scope"] = json!("profile");
    let (rich, poor) = (issuer.token(&claims), issuer.token(&poor));
    // The keys are fetched once, so the issuer may go.
    assert!(super::bearing(&validator, &rich).await.is_ok());
    (validator, rich, poor)
}

/// RSG-01 and every status: both ways answer alike, to the letter.
#[tokio::test]
async fn rsg_01_what_a_client_hears() {
    let (validator, rich, poor) = setting().await;
    let (rich, lower, poor) =
        (format!("Bearer {rich}"), format!("bearer {rich}"), format!("Bearer {poor}"));
    let in_query = format!("/mcp?access_token={}", &rich[7..]);
    let rows: [(&str, &str, Headers<'_>); 9] = [
        ("nothing", "/mcp", vec![]),
        ("a good token", "/mcp", vec![("authorization", &rich)]),
        ("in lower case", "/mcp", vec![("authorization", &lower)]),
        ("in the query", &in_query, vec![]),
        ("in the query and the header", &in_query, vec![("authorization", &rich)]),
        ("two headers", "/mcp", vec![("authorization", &rich), ("authorization", &rich)]),
        ("another scheme", "/mcp", vec![("authorization", "Basic YTpi")]),
        ("no token at all", "/mcp", vec![("authorization", "Bearer gho_16C7e42F292c6912E7710c8")]),
        ("too few scopes", "/mcp", vec![("authorization", &poor)]),
    ];
    let mut lines = Vec::new();
    for (what, target, headers) in rows {
        let layer = by_layer(&validator, "POST", target, &headers).await;
        let middleware = by_middleware(&validator, "POST", target, &headers).await;
        assert_eq!((layer.status, &layer.body), (middleware.status, &middleware.body), "{what}");
        if layer.status == StatusCode::OK {
            lines.push(format!("{what}: 200"));
            continue;
        }
        assert_eq!(layer.headers, middleware.headers, "{what}");
        assert_eq!(layer.headers.iter().filter(|(name, _)| name == "cache-control").count(), 1);
        lines.push(format!("{what}: {} {}", layer.status.as_u16(), layer.body));
        let challenges = layer.headers.iter().filter(|(name, _)| name == "www-authenticate");
        lines.extend(challenges.map(|(_, value)| format!("  {value}")));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn whoever_stands_behind_sees_who_calls_and_no_credentials() {
    let (validator, rich, _) = setting().await;
    let headers = [
        ("authorization", format!("Bearer {rich}")),
        ("proxy-authorization", "Basic YTpi".to_owned()),
        ("cookie", "a=b".to_owned()),
        ("dpop", "a".to_owned()),
        ("x-other", "stays".to_owned()),
    ];
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for reply in [
        by_layer(&validator, "POST", "/mcp", &headers).await,
        by_middleware(&validator, "POST", "/mcp", &headers).await,
    ] {
        let seen: Value = serde_json::from_str(&reply.body).expect("it is JSON");
        assert_eq!(seen["headers"], json!(["x-other"]));
        assert_eq!(seen["caller"], json!(["alice", "client-1", "notes:read notes:write"]));
        assert_eq!(seen["issued_by_somebody"], json!(true));
    }
}

/// RFC 9728 §3: anybody may read it, and it is at one path only.
#[tokio::test]
async fn the_metadata_are_for_everybody() {
    let (validator, _, _) = setting().await;
    let at = "/.well-known/oauth-protected-resource/mcp";
    assert_eq!(validator.metadata_path(), at);
    let layer = by_layer(&validator, "GET", at, &[]).await;
    let middleware = by_middleware(&validator, "GET", at, &[]).await;
    assert_eq!(
        (layer.status, &layer.headers, &layer.body),
        (middleware.status, &middleware.headers, &middleware.body)
    );
    assert!(layer.headers.contains(&("access-control-allow-origin".into(), "*".into())));
    let document: Value = serde_json::from_str(&layer.body).expect("it is JSON");
    assert_eq!(document["resource"], json!(super::RESOURCE));
    assert_eq!(document["scopes_supported"], json!(["notes:read", "profile"]));
    assert_eq!(document["resource_name"], json!("Notes"));
    assert_eq!(document["authorization_servers"].as_array().map(Vec::len), Some(1));
    assert_eq!(document.get("dpop_signing_alg_values_supported"), None);
    let changed = by_layer(&validator, "POST", at, &[]).await;
    assert_eq!(changed.status, StatusCode::METHOD_NOT_ALLOWED);
    for other in
        ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp/"]
    {
        assert_eq!(by_layer(&validator, "GET", other, &[]).await.status, StatusCode::UNAUTHORIZED);
    }
}

/// A service that is as ready as it says.
#[derive(Clone)]
struct Gauge(Poll<Result<(), &'static str>>);

impl Service<Request<String>> for Gauge {
    type Response = Response<String>;
    type Error = &'static str;
    type Future = std::future::Ready<Result<Response<String>, &'static str>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
        self.0
    }

    fn call(&mut self, _: Request<String>) -> Self::Future {
        std::future::ready(Ok(Response::default()))
    }
}

/// Whoever limits what runs at once behind the layer limits it in front of the layer.
#[test]
fn the_layer_is_ready_when_the_service_behind_it_is() {
    let validator = builder(&Clock::new()).trusts(Signed::by("https://idp.example.com")).build();
    let layer = validator.expect("it is complete").layer();
    for said in [Poll::Pending, Poll::Ready(Ok(())), Poll::Ready(Err("closed"))] {
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(layer.layer(Gauge(said)).poll_ready(&mut context), said);
    }
}

/// A stream that says something and then stays open.
struct Lasting(Option<String>);

impl From<String> for Lasting {
    fn from(text: String) -> Self {
        Self(Some(text))
    }
}

impl Body for Lasting {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        self.0.take().map_or(Poll::Pending, |text| Poll::Ready(Some(Ok(Frame::data(text.into())))))
    }
}

#[derive(Clone)]
struct Streaming;

impl Service<Request<String>> for Streaming {
    type Response = Response<Lasting>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<String>) -> Self::Future {
        let response =
            Response::builder().header("content-type", "Text/Event-Stream; charset=utf-8");
        let response = response.body(Lasting::from("data: one\n\n".to_owned()));
        Box::pin(async move { Ok(response.expect("it is a response")) })
    }
}

/// RSG-17: whoever streams behind layer or middleware need not look at the clock.
#[tokio::test]
async fn rsg_17_a_stream_ends_with_its_token_behind_layer_and_middleware() {
    let (issuer, clock) = (Issuer::start().await, Clock::new());
    let validator = builder(&clock).trusts(Signed::by(&issuer.name())).build();
    let validator = validator.expect("it is complete");
    let mut claims = issuer.claims(&clock);
    claims["exp"] = json!(clock.now().0 + 1);
    let authorization = format!("Bearer {}", issuer.token(&claims));
    let began = Instant::now();
    let request = Request::builder().uri("/mcp").header("authorization", &authorization);
    let request = request.body(String::new()).expect("it is a request");
    let response = validator.layer().layer(Streaming).call(request).await.expect("it cannot fail");
    assert_eq!(text_of(response.into_body()).await, "data: one\n\n");
    let endpoint = poem::endpoint::make_sync(|_| {
        let body = http_body_util::BodyExt::boxed(Lasting::from("data: one\n\n".to_owned()));
        let body: BoxBody<Bytes, std::io::Error> = body;
        poem::Response::builder().content_type("text/event-stream").body(poem::Body::from(body))
    });
    let client = TestClient::new(endpoint.with(Protect::with(&validator)).map_to_response());
    let response = client.get("/mcp").header("authorization", &authorization).send().await.0;
    let whole = tokio::time::timeout(NEVER, response.into_body().into_string());
    assert_eq!(whole.await.expect("it ends").expect("text"), "data: one\n\n");
    let lasted = began.elapsed().as_millis();
    assert!((1_900..10_000).contains(&lasted), "{lasted} ms");
}
