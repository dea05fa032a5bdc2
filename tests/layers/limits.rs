//! Encodings and parameters. Bodies at their limits are tested on real sockets.

use sealbearer::http::limits::{BodyLimit, PARAMETER_BYTES_MAX, PARAMETERS_MAX, RequestLimits};

use super::*;

fn limits() -> RequestLimits {
    RequestLimits::new(BodyLimit::OAUTH, [])
}

fn form(body: String) -> Request {
    let start = Request::builder().method(Method::POST).uri_str("/oauth/token");
    start.content_type("application/x-www-form-urlencoded; charset=utf-8").body(body)
}

fn parameters(count: usize) -> String {
    vec!["a=b"; count].join("&")
}

#[tokio::test]
async fn queries_and_forms_on_each_side_of_their_limits() {
    let longest = "x".repeat(PARAMETER_BYTES_MAX - 2);
    for (request, is_fine) in [
        (request(Method::GET, &format!("/?{}", parameters(PARAMETERS_MAX)), &[]), true),
        (request(Method::GET, &format!("/?{}", parameters(PARAMETERS_MAX + 1)), &[]), false),
        (form(parameters(PARAMETERS_MAX)), true),
        (form(parameters(PARAMETERS_MAX + 1)), false),
        (form(format!("a=b&c={longest}&d=e")), true),
        (form(format!("a=b&c={longest}x&d=e")), false),
    ] {
        let status = ask(limits(), request).await.status();
        let expected = if is_fine { StatusCode::OK } else { StatusCode::BAD_REQUEST };
        assert_eq!(status, expected);
    }
}

#[tokio::test]
async fn what_is_not_a_form_has_no_parameters() {
    let start = Request::builder().method(Method::POST).content_type("application/json");
    let request = start.body(parameters(PARAMETERS_MAX + 1));
    assert_eq!(ask(limits(), request).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_encoded_body_is_refused_whatever_is_in_it() {
    for (encoding, expected) in [("identity", 200), ("gzip", 415), ("br", 415), ("x-unknown", 415)]
    {
        let headers = [("content-encoding", encoding)];
        let response = ask(limits(), request(Method::POST, "/oauth/token", &headers)).await;
        assert_eq!(response.status().as_u16(), expected, "{encoding}");
    }
    let twice = [("content-encoding", "identity"), ("content-encoding", "gzip")];
    let response = ask(limits(), request(Method::POST, "/oauth/token", &twice)).await;
    assert_eq!(response.header("accept-encoding"), Some("identity"));
}

#[tokio::test]
async fn a_refusal_is_a_page_where_people_are() {
    for (path, kind) in
        [("/oauth/authorize", "text/html; charset=utf-8"), ("/oauth/token", "application/json")]
    {
        let layer = limits().with_pages(["/oauth/authorize"]);
        let request = request(Method::POST, path, &[("content-encoding", "gzip")]);
        let response = ask(layer, request).await;
        assert_eq!(response.content_type(), Some(kind), "{path}");
    }
}

#[tokio::test]
async fn a_refusal_is_oauth_json_that_no_cache_keeps() {
    let response = ask(limits(), form(parameters(PARAMETERS_MAX + 1))).await;
    assert_eq!(response.content_type(), Some("application/json"));
    assert_eq!(response.header("cache-control"), Some("no-store"));
    insta::assert_snapshot!(body(response).await, @r#"{"error":"invalid_request","error_description":"There are more parameters than any request needs."}"#);
}
