//! The headers of every response.

use sealbearer::http::headers::{SecurityHeaders, no_store};

use super::*;

async fn headers_of(layer: SecurityHeaders, response: fn() -> Response) -> String {
    let inner = poem::endpoint::make(move |_| async move { Ok::<_, poem::Error>(response()) });
    let response = layer.around(inner).get_response(Request::default()).await;
    lines(response.headers(), &[""])
}

fn page() -> Response {
    Response::builder().content_type("text/html; charset=utf-8").finish()
}

fn page_with_a_policy() -> Response {
    Response::builder()
        .content_type("text/html")
        .header("content-security-policy", "its own")
        .finish()
}

fn token() -> Response {
    let mut response = Response::builder().content_type("application/json").finish();
    no_store(&mut response);
    response
}

fn page_policy() -> poem::http::HeaderValue {
    poem::http::HeaderValue::from_static(
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    )
}

#[tokio::test]
async fn what_a_page_gets() {
    insta::assert_snapshot!(headers_of(SecurityHeaders::new(true, page_policy()), page).await, @"
    content-type: text/html; charset=utf-8
    x-content-type-options: nosniff
    cache-control: no-store
    x-frame-options: DENY
    content-security-policy: default-src 'none'; frame-ancestors 'none'; base-uri 'none'
    referrer-policy: same-origin
    strict-transport-security: max-age=31536000
    ");
}

#[tokio::test]
async fn what_a_token_gets() {
    insta::assert_snapshot!(headers_of(SecurityHeaders::new(false, page_policy()), token).await, @"
    content-type: application/json
    cache-control: no-store
    pragma: no-cache
    x-content-type-options: nosniff
    referrer-policy: no-referrer
    ");
}

#[tokio::test]
async fn a_page_may_have_its_own_policy() {
    let all = headers_of(SecurityHeaders::new(true, page_policy()), page_with_a_policy).await;
    assert!(all.contains("content-security-policy: its own"), "{all}");
    assert_eq!(all.matches("content-security-policy").count(), 1, "{all}");
}

#[tokio::test]
async fn browsers_are_told_to_insist_on_https_only_where_there_is_https() {
    let secure = headers_of(SecurityHeaders::new(true, page_policy()), token).await;
    let plain = headers_of(SecurityHeaders::new(false, page_policy()), page).await;
    assert!(secure.contains("strict-transport-security: max-age=31536000"), "{secure}");
    assert!(!plain.contains("strict-transport-security"), "{plain}");
}
