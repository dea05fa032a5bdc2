//! Responses that the contract lets the server write itself.

use poem::http::StatusCode;
use poem::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use poem::{Body, Request, Response};

use super::pages::Kept;

/// What a node says of itself.
pub(super) fn health(status: StatusCode, word: &str) -> Response {
    let body = serde_json::json!({ "status": word }).to_string();
    Response::builder()
        .status(status)
        .header(CACHE_CONTROL, "no-store")
        .content_type("application/json")
        .body(body)
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
