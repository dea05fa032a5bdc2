//! How large a request may be, and how long its body may take. None of these numbers trusts what the client announces.
//!
//! Source: RFC 9110 §15.5.14 (413), §15.5.16 (415), §15.5.9 (408); RFC 6585 §5 (431).

use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Bytes, Frame};
use poem::http::header::{ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH};
use poem::http::{HeaderValue, Method, StatusCode};
use poem::{Endpoint, Request, Response};
use tokio::time::{Duration, Sleep};

use super::correlation::CorrelationId;
use super::layer::{Layer, refused, refused_page};
use super::methods::PathTemplate;
use crate::contract::wire::BODY_BYTES_MAX;
pub use crate::contract::wire::PARAMETERS_MAX;

/// Header lines in a request.
pub const HEADERS_MAX: usize = 64;
/// Bytes of a request line and its header lines together.
pub const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Bytes of a path and query.
pub const URI_BYTES_MAX: usize = 8 * 1024;
/// Bytes of one parameter of a form, as sent, with its name.
pub const PARAMETER_BYTES_MAX: usize = 8 * 1024;

/// What one body may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BodyLimit {
    /// Bytes, as counted while they arrive.
    pub bytes_max: u64,
    /// How long it may take, from when it is first read.
    pub deadline: Duration,
}

impl BodyLimit {
    /// For forms and registrations.
    pub const OAUTH: Self =
        Self { bytes_max: BODY_BYTES_MAX as u64, deadline: Duration::from_secs(15) };
    /// For MCP messages, which carry arguments and results of tools.
    pub const MCP: Self = Self { bytes_max: 4 * 1024 * 1024, deadline: Duration::from_mins(1) };
}

/// Refuses requests that are too large, too slow, or encoded.
#[derive(Clone, Debug)]
pub struct RequestLimits {
    usual: BodyLimit,
    /// Paths where a person is who gets here, and reads a page.
    pages: Vec<PathTemplate>,
    /// Paths, each with everything below it, that have a limit of their own.
    special: Vec<(String, BodyLimit)>,
}

impl RequestLimits {
    /// `special`: paths without a slash at the end whose bodies, and those below, have another limit than `usual`.
    #[must_use]
    pub fn new(usual: BodyLimit, special: impl IntoIterator<Item = (String, BodyLimit)>) -> Self {
        Self { usual, pages: Vec::new(), special: special.into_iter().collect() }
    }

    /// The same with pages as refusals on these paths.
    #[must_use]
    pub fn with_pages(self, pages: impl IntoIterator<Item = &'static str>) -> Self {
        Self { pages: pages.into_iter().map(PathTemplate::new).collect(), ..self }
    }

    fn of(&self, path: &str) -> BodyLimit {
        let found = self.special.iter().find(|(special, _)| {
            let below = path.strip_prefix(special.as_str());
            below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
        });
        found.map_or(self.usual, |(_, limit)| *limit)
    }
}

impl Layer for RequestLimits {
    async fn answer<E: Endpoint>(&self, inner: &E, mut request: Request) -> Response {
        let limit = self.of(request.uri().path());
        let for_a_person = self.pages.iter().any(|page| page.matches(request.uri().path()));
        let page_of = for_a_person.then(|| CorrelationId::of(&request));
        if let Some(refusal) = refusal_by_head(&request, limit) {
            return refusal.response(page_of);
        }
        let body = request.take_body();
        if body.is_empty() {
            return inner.get_response(request).await;
        }
        let broken = Arc::new(OnceLock::new());
        let is_form = request
            .content_type()
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        request.set_body(BoxBody::new(Counted {
            body: body.into(),
            bytes_left: limit.bytes_max,
            form: is_form.then(FormCount::default),
            deadline: limit.deadline,
            ends: None,
            broken: Arc::clone(&broken),
        }));
        let response = inner.get_response(request).await;
        // An endpoint sees only that its body broke off; what it made of that matters less than why.
        broken.get().map_or(response, |refusal| refusal.response(page_of))
    }
}

/// Why a request is refused before an endpoint has read it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Oversize {
    Encoded,
    TooManyParameters,
    ParameterTooLong,
    TooLarge,
    TooSlow,
}

impl Oversize {
    /// The refusal: JSON, or a page that names this request.
    fn response(self, page_of: Option<CorrelationId>) -> Response {
        let (status, description) = match self {
            Self::Encoded => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body must not be compressed or encoded.")
            }
            Self::TooManyParameters => {
                (StatusCode::BAD_REQUEST, "There are more parameters than any request needs.")
            }
            Self::ParameterTooLong => {
                (StatusCode::BAD_REQUEST, "A parameter is longer than any request needs.")
            }
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "The body is too large."),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "The body took too long to arrive."),
        };
        let mut response = match page_of {
            None => refused(status, description),
            Some(id) => refused_page(status, description, id),
        };
        match self {
            Self::Encoded => {
                let accepted = HeaderValue::from_static("identity");
                response.headers_mut().insert(ACCEPT_ENCODING, accepted);
            }
            Self::TooSlow | Self::TooLarge => {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Self::TooManyParameters | Self::ParameterTooLong => {}
        }
        response
    }
}

fn refusal_by_head(request: &Request, limit: BodyLimit) -> Option<Oversize> {
    let encodings = request.headers().get_all(CONTENT_ENCODING);
    // Bodies of other methods are not read.
    if *request.method() == Method::POST
        && encodings.iter().any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
    {
        return Some(Oversize::Encoded);
    }
    let announced = request.header(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit.bytes_max) {
        return Some(Oversize::TooLarge);
    }
    let query = request.uri().query().unwrap_or_default();
    let parameters = query.split('&').count();
    (parameters > PARAMETERS_MAX).then_some(Oversize::TooManyParameters)
}

/// A body that breaks off where it breaks a limit, and says which.
struct Counted {
    body: BoxBody<Bytes, io::Error>,
    bytes_left: u64,
    form: Option<FormCount>,
    deadline: Duration,
    /// Set when the body first makes its reader wait.
    ends: Option<Pin<Box<Sleep>>>,
    broken: Arc<OnceLock<Oversize>>,
}

impl Counted {
    fn count(&mut self, bytes: &[u8]) -> Result<(), Oversize> {
        let left = self.bytes_left.checked_sub(bytes.len() as u64);
        self.bytes_left = left.ok_or(Oversize::TooLarge)?;
        self.form.as_mut().map_or(Ok(()), |form| form.count(bytes))
    }

    fn break_off(&self, oversize: Oversize) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.broken.set(oversize).ok();
        Poll::Ready(Some(Err(io::ErrorKind::InvalidData.into())))
    }
}

impl Body for Counted {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            if let Some(Ok(frame)) = &frame
                && let Some(bytes) = frame.data_ref()
                && let Err(oversize) = this.count(bytes)
            {
                return this.break_off(oversize);
            }
            return Poll::Ready(frame);
        }
        let deadline = this.deadline;
        let ends = this.ends.get_or_insert_with(|| Box::pin(tokio::time::sleep(deadline)));
        match ends.as_mut().poll(context) {
            Poll::Ready(()) => this.break_off(Oversize::TooSlow),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// What has arrived of a form.
#[derive(Debug, Default)]
struct FormCount {
    separators: usize,
    bytes_of_parameter: usize,
}

impl FormCount {
    fn count(&mut self, bytes: &[u8]) -> Result<(), Oversize> {
        for byte in bytes {
            if *byte == b'&' {
                self.separators += 1;
                self.bytes_of_parameter = 0;
            } else {
                self.bytes_of_parameter += 1;
            }
            if self.separators >= PARAMETERS_MAX {
                return Err(Oversize::TooManyParameters);
            }
            if self.bytes_of_parameter > PARAMETER_BYTES_MAX {
                return Err(Oversize::ParameterTooLong);
            }
        }
        Ok(())
    }
}
