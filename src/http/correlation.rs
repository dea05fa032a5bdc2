//! One short id per request, on the response, on error pages and on every line of the log, so that a person who reads it
//! out can be helped. Also the last net under a panic, the access log, and refusals written as pages for people.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use poem::http::header::{CONTENT_TYPE, HeaderName};
use poem::http::{HeaderValue, StatusCode};
use poem::{Endpoint, Request, Response};
use tracing::Instrument as _;

use super::headers::no_store;
use super::layer::{Layer, RefusedBecause, refused};
use super::methods::PathTemplate;
use crate::ui::{ProblemPage, RECONNECT, html};
use crate::world::World;

/// The response header that carries the id.
pub const CORRELATION_HEADER: HeaderName = HeaderName::from_static("x-correlation-id");

/// How much of a path is logged.
const LOGGED_PATH_BYTES_MAX: usize = 200;

/// Names one request, for people and logs. Found in the request's extensions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CorrelationId([u8; 6]);

impl CorrelationId {
    /// The id that `http` was given when it came in; zeros where no layer gave one.
    #[must_use]
    pub fn of(http: &Request) -> Self {
        http.extensions().get().copied().unwrap_or(Self([0; 6]))
    }

    fn new(random: [u8; 16]) -> Self {
        let (short, _) = random.split_first_chunk().expect("6 is less than 16");
        Self(*short)
    }
}

impl fmt::Display for CorrelationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// Gives each request its id, logs it once when it is answered, and answers for endpoints that panic.
#[derive(Clone)]
pub struct Correlation {
    world: Arc<dyn World>,
    pages: Arc<[PathTemplate]>,
}

impl Correlation {
    /// `world`: where the ids come from. `pages`: the paths that people visit, who are refused with a page.
    #[must_use]
    pub fn new<'a>(world: Arc<dyn World>, pages: impl IntoIterator<Item = &'a str>) -> Self {
        Self { world, pages: pages.into_iter().map(PathTemplate::new).collect() }
    }
}

impl Layer for Correlation {
    async fn answer<E: Endpoint>(&self, inner: &E, mut request: Request) -> Response {
        let id = CorrelationId::new(self.world.random());
        request.extensions_mut().insert(id);
        let span = tracing::info_span!("request", correlation_id = %id);
        let method = request.method().clone();
        // The query is left out: it carries codes, states and tickets.
        let path = start_of(request.uri().path()).to_owned();
        let is_page = self.pages.iter().any(|page| page.matches(request.uri().path()));
        let started_at = Instant::now();
        let outcome = caught(inner.get_response(request)).instrument(span.clone()).await;
        let mut response = outcome.unwrap_or_else(|_| {
            span.in_scope(|| tracing::error!("an endpoint panicked"));
            refused(StatusCode::INTERNAL_SERVER_ERROR, "An error inside the server.")
        });
        span.in_scope(|| {
            let milliseconds = started_at.elapsed().as_secs_f64() * 1e3;
            let status = response.status().as_u16();
            tracing::info!(%method, path, status, milliseconds, "answered");
        });
        if is_page && let Some(RefusedBecause(cause)) = response.data().copied() {
            write_page(&mut response, cause, id);
        }
        let value = HeaderValue::try_from(id.to_string()).expect("hexadecimal digits");
        response.headers_mut().insert(CORRELATION_HEADER, value);
        response
    }
}

/// Says to a person what `response` says to a program.
fn write_page(response: &mut Response, cause: &str, id: CorrelationId) {
    let page = ProblemPage {
        title: "This cannot be answered",
        cause: cause.to_owned(),
        remedy: "Go back to the application you came from and start again.".to_owned(),
        hints: RECONNECT,
        continue_link: None,
        restart_link: None,
        continue_host: String::new(),
        correlation_id: id.to_string(),
    };
    response.set_body(html(&page));
    no_store(response);
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
}

fn start_of(path: &str) -> &str {
    let end = path.floor_char_boundary(LOGGED_PATH_BYTES_MAX);
    &path[..end]
}

/// What `future` yields, or what it panicked with.
///
/// # Errors
///
/// The payload of the panic. It may hold anything, so it is not for the log.
pub(crate) async fn caught<F: Future>(future: F) -> Result<F::Output, Box<dyn Any + Send>> {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}
