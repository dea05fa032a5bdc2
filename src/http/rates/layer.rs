//! Refuses requests that come too often, before anything is read of them.

use std::sync::Arc;

use poem::http::header::{CONTENT_TYPE, RETRY_AFTER};
use poem::http::{HeaderValue, StatusCode};
use poem::{Endpoint, Request, Response};
use poem_openapi::types::ToJSON as _;
use protocol::oauth::error::ErrorCode;

use super::{Class, Rates, TooMany};
use crate::contract::OAuthError;
use crate::http::address::{ClientAddress, Proxies};
use crate::http::correlation::CorrelationId;
use crate::http::headers::no_store;
use crate::http::layer::Layer;
use crate::http::methods::PathTemplate;
use crate::ui::{ProblemPage, duration, html};

/// Finds out whose a request is, leaves that in its extensions, and counts it.
pub struct RateLimits {
    rates: Arc<Rates>,
    proxies: Proxies,
    counted: Vec<(PathTemplate, Class)>,
    pages: Vec<PathTemplate>,
}

impl RateLimits {
    /// `counted`: the paths that are limited. `pages`: those of them where a person reads the refusal.
    #[must_use]
    pub fn new<'a>(
        rates: Arc<Rates>,
        proxies: Proxies,
        counted: impl IntoIterator<Item = (&'a str, Class)>,
        pages: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        let counted = counted.into_iter().map(|(path, class)| (PathTemplate::new(path), class));
        Self {
            rates,
            proxies,
            counted: counted.collect(),
            pages: pages.into_iter().map(PathTemplate::new).collect(),
        }
    }
}

impl Layer for RateLimits {
    async fn answer<E: Endpoint>(&self, inner: &E, mut request: Request) -> Response {
        let address = self.proxies.client(&request);
        request.extensions_mut().insert(address);
        let path = request.uri().path();
        let class = self.counted.iter().find(|(counted, _)| counted.matches(path));
        let asked = class.map_or(Ok(()), |(_, class)| self.rates.ask(*class, address));
        match asked {
            Ok(()) => inner.get_response(request).await,
            Err(too_many) if self.pages.iter().any(|page| page.matches(path)) => {
                tracing::info!(class = ?class.map(|(_, class)| class), "too many requests");
                page(too_many, CorrelationId::of(&request))
            }
            Err(too_many) => {
                tracing::info!(class = ?class.map(|(_, class)| class), "too many requests");
                json(too_many)
            }
        }
    }
}

impl ClientAddress {
    /// Whose the request is; this machine's where no layer said so.
    pub(crate) fn of(http: &Request) -> Self {
        let local = || Self::new([127, 0, 0, 1].into());
        http.extensions().get().copied().unwrap_or_else(local)
    }
}

/// What a program hears that asked too often.
fn json(too_many: TooMany) -> Response {
    let mut response = with_wait(too_many);
    response.set_body(TooMany::body().to_json_string());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// What a person reads who asked too often.
fn page(too_many: TooMany, id: CorrelationId) -> Response {
    let mut response = with_wait(too_many);
    response.set_body(too_many.page("There were too many requests from your network.", id));
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn with_wait(too_many: TooMany) -> Response {
    let mut response = Response::from(StatusCode::TOO_MANY_REQUESTS);
    no_store(&mut response);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(too_many.wait_seconds));
    response
}

impl TooMany {
    /// The body for programs.
    pub(in crate::http) fn body() -> OAuthError {
        OAuthError {
            error: ErrorCode::TemporarilyUnavailable.as_str().to_owned(),
            error_description: Some(
                "Too many requests. Wait as long as Retry-After says.".to_owned(),
            ),
        }
    }

    /// The page for people. `cause`: what there was too much of.
    pub(in crate::http) fn page(self, cause: &str, id: CorrelationId) -> String {
        html(&ProblemPage {
            title: "Please wait",
            cause: cause.to_owned(),
            remedy: format!("Wait {}, then load this page again.", duration(self.wait_seconds)),
            hints: &[],
            continue_link: None,
            restart_link: None,
            continue_host: String::new(),
            correlation_id: id.to_string(),
        })
    }
}
