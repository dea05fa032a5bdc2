//! What lies around all endpoints, as layers: each sees the request before them and the response after them.

use poem::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use poem::http::{HeaderMap, StatusCode};
use poem::{Endpoint, IntoEndpoint, Request, Response, Result};

use super::correlation::CorrelationId;
use crate::ui::{ProblemPage, html};

/// One concern around all endpoints.
pub trait Layer: Send + Sync + Sized + 'static {
    /// Answers `request`, usually by asking `inner`.
    fn answer<E: Endpoint>(
        &self,
        inner: &E,
        request: Request,
    ) -> impl Future<Output = Response> + Send;

    /// `inner` with this layer around it.
    fn around<E: IntoEndpoint>(self, inner: E) -> Layered<Self, E::Endpoint> {
        Layered { layer: self, inner: inner.into_endpoint() }
    }
}

/// Endpoints with a layer around them.
#[derive(Debug)]
pub struct Layered<L, E> {
    layer: L,
    inner: E,
}

impl<L: Layer, E: Endpoint> Endpoint for Layered<L, E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(self.layer.answer(&self.inner, request).await)
    }
}

/// Sets a header unless an endpoint had its own idea.
pub(super) fn set_default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

/// Why a layer refused, on its response, for who writes it as a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct RefusedBecause(pub(super) &'static str);

/// A refusal before any endpoint was asked, or after one broke: OAuth's error JSON, since mostly programs get here.
pub(super) fn refused(status: StatusCode, description: &'static str) -> Response {
    let error = serde_json::json!({
        "error": if status.is_server_error() { "server_error" } else { "invalid_request" },
        "error_description": description,
    });
    let mut response = Response::from(status);
    response.set_body(error.to_string());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    super::headers::no_store(&mut response);
    response.set_data(RefusedBecause(description));
    response
}

/// The same for people: a page.
pub(super) fn refused_page(status: StatusCode, cause: &str, id: CorrelationId) -> Response {
    let page = ProblemPage {
        title: "This cannot go on",
        cause: cause.to_owned(),
        remedy: "Start again from the application. If it happens again, tell its makers."
            .to_owned(),
        hints: &[],
        continue_link: None,
        restart_link: None,
        continue_host: String::new(),
        correlation_id: id.to_string(),
    };
    let mut response = Response::from(status);
    response.set_body(html(&page));
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    super::headers::no_store(&mut response);
    response
}
