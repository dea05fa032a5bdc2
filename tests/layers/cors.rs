//! Which pages may call what, path by path.

use sealbearer::http::cors::{Cors, Origins};

use super::*;

const OPEN: [&str; 3] = ["/.well-known/oauth-authorization-server", "/oauth/token", "/mcp"];
const APP: &str = "https://app.example";

fn any_origin() -> Cors {
    Cors::new(OPEN, Origins::Any, contract())
}

fn one_origin() -> Cors {
    Cors::new(OPEN, Origins::Only(vec![APP.to_owned()]), contract())
}

fn preflight(path: &str, origin: &str, asked: &str) -> Request {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", asked),
    ];
    request(Method::OPTIONS, path, &headers)
}

#[tokio::test]
async fn a_preflight_is_answered_without_the_endpoint() {
    let asked = "Authorization, content-type, Mcp-Param-City, X-Evil";
    let response = ask(any_origin(), preflight("/mcp", APP, asked)).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    insta::assert_snapshot!(lines(response.headers(), &["access-control", "vary"]), @"
    access-control-allow-methods: DELETE, GET, HEAD, OPTIONS, POST
    access-control-allow-headers: authorization, content-type, accept, mcp-protocol-version, mcp-session-id, mcp-method, mcp-name, last-event-id, mcp-param-city
    access-control-max-age: 7200
    vary: access-control-request-headers
    access-control-allow-origin: *
    access-control-expose-headers: WWW-Authenticate, Mcp-Session-Id, Retry-After, X-Correlation-Id
    ");
}

#[tokio::test]
async fn what_an_open_path_lets_a_page_read() {
    let response =
        ask(any_origin(), request(Method::POST, "/oauth/token", &[("origin", APP)])).await;
    insta::assert_snapshot!(lines(response.headers(), &["access-control", "vary"]), @"
    access-control-allow-origin: *
    access-control-expose-headers: WWW-Authenticate, Mcp-Session-Id, Retry-After, X-Correlation-Id
    ");
}

#[tokio::test]
async fn a_closed_path_says_nothing_to_pages() {
    for path in ["/oauth/authorize", "/oauth/login", "/mcp/x", "/"] {
        for request in
            [preflight(path, APP, "authorization"), request(Method::GET, path, &[("origin", APP)])]
        {
            let response = ask(any_origin(), request).await;
            assert_eq!(lines(response.headers(), &["access-control", "vary"]), "", "{path}");
        }
    }
}

#[tokio::test]
async fn named_origins_are_let_in_and_no_other() {
    for (origin, expected) in [
        (APP, Some(APP)),
        ("https://app.example.evil.example", None),
        ("http://app.example", None),
        ("null", None),
    ] {
        for request in [
            preflight("/mcp", origin, "authorization"),
            request(Method::POST, "/mcp", &[("origin", origin)]),
        ] {
            let response = ask(one_origin(), request).await;
            assert_eq!(response.header("access-control-allow-origin"), expected, "{origin}");
            let varies = lines(response.headers(), &["vary"]);
            assert!(varies.contains("origin"), "a cache must tell origins apart");
        }
    }
}

#[tokio::test]
async fn met_07_cookies_are_never_welcome_from_elsewhere() {
    for layer in [any_origin(), one_origin()] {
        let response = ask(layer, preflight("/mcp", APP, "cookie")).await;
        let all = lines(response.headers(), &["access-control"]);
        assert!(!all.contains("credentials") && !all.contains("cookie"), "{all}");
    }
}

#[tokio::test]
async fn options_without_a_page_behind_it_reaches_the_endpoint() {
    let plain = request(Method::OPTIONS, "/mcp", &[("origin", APP)]);
    assert_eq!(body(ask(any_origin(), plain).await).await, "OPTIONS ");
}

#[tokio::test]
async fn a_question_with_another_method_is_no_preflight() {
    let headers = [("origin", APP), ("access-control-request-method", "POST")];
    let post = request(Method::POST, "/mcp", &headers);
    assert_eq!(body(ask(any_origin(), post).await).await, "POST ");
}

#[tokio::test]
async fn only_header_names_of_letters_digits_dashes_and_underscores_are_repeated() {
    let asked = "mcp-param-a_b, mcp-param-a b, mcp-param-a(b), mcp-param-a.b, mcp-param-9";
    let response = ask(any_origin(), preflight("/mcp", APP, asked)).await;
    let allowed = response.header("access-control-allow-headers").unwrap_or_default();
    let repeated: Vec<_> =
        allowed.split(", ").filter(|name| name.starts_with("mcp-param-")).collect();
    assert_eq!(repeated, ["mcp-param-a_b", "mcp-param-9"]);
}

#[tokio::test]
async fn header_names_that_are_none_are_not_repeated() {
    let asked = "mcp-param-a\u{7f}b, mcp-param-ok, mcp-param-a b";
    let headers = [("origin", APP), ("access-control-request-method", "POST")];
    let mut request = request(Method::OPTIONS, "/mcp", &headers);
    let asked = poem::http::HeaderValue::from_bytes(asked.replace('\u{7f}', "\u{e9}").as_bytes());
    request.headers_mut().insert("access-control-request-headers", asked.expect("bytes"));
    let response = ask(any_origin(), request).await;
    let allowed = response.header("access-control-allow-headers").unwrap_or_default();
    assert!(!allowed.contains("mcp-param-a"), "{allowed}");
}
