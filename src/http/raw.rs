//! Responses that the contract lets the server write itself.

use poem::http::StatusCode;
use poem::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use poem::{Body, Request, Response};

use super::pages::Kept;

/// That a node lives.
pub(super) fn health() -> Response {
    state(StatusCode::OK, &serde_json::json!({ "status": "ok" }))
}

/// Whether a node is ready, or why not; and what its keys and configuration are called, so that a node with others shows.
pub(super) fn readiness(status: StatusCode, word: &str, fingerprint: &str) -> Response {
    state(status, &serde_json::json!({ "status": word, "configuration": fingerprint }))
}

fn state(status: StatusCode, body: &serde_json::Value) -> Response {
    Response::builder()
        .status(status)
        .header(CACHE_CONTROL, "no-store")
        .content_type("application/json")
        .body(body.to_string())
}

/// A page with a content security policy of its own.
pub(super) fn page(page: &Kept) -> Response {
    Response::builder()
        .header(CONTENT_SECURITY_POLICY, &page.policy)
        .header(CACHE_CONTROL, "no-cache")
        .content_type("text/html; charset=utf-8")
        .body(page.html.clone())
}

/// The request that was taken apart, put together again.
pub(super) fn with_body(http: &Request, body: Body) -> Request {
    let mut request = Request::builder()
        .method(http.method().clone())
        .uri(http.uri().clone())
        .version(http.version())
        .body(body);
    request.headers_mut().clone_from(http.headers());
    request
}
