//! Who may call from a web page of another origin.
//!
//! Source: Fetch Standard (CORS protocol), OAuth 2.1 (draft 13) §3.1 (never at the authorization endpoint), MCP
//! (streamable HTTP: `Origin`). Nothing here reads cookies, so any origin may call unless the deployment names some; a
//! page learns nothing that its user could not fetch anyway.

use poem::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use poem::http::{HeaderMap, HeaderValue, Method, StatusCode};
use poem::{Endpoint, Request, Response};

use super::layer::Layer;
use super::methods::{Methods, PathTemplate};

/// What a page may send. Lower case, as browsers ask for them.
const REQUEST_HEADERS: [&str; 8] = [
    "authorization",
    "content-type",
    "accept",
    "mcp-protocol-version",
    "mcp-session-id",
    "mcp-method",
    "mcp-name",
    "last-event-id",
];
/// Tools may name further headers of their own under this prefix.
const REQUEST_HEADER_PREFIX: &str = "mcp-param-";
/// How many of those one preflight may ask for.
const REQUEST_HEADERS_MAX: usize = 64;
/// What a page may read beyond what it always can.
const EXPOSED_HEADERS: &str = "WWW-Authenticate, Mcp-Session-Id, Retry-After, X-Correlation-Id";
/// How long a browser may remember a preflight: what Chromium caps it to anyway.
const MAX_AGE_SECONDS: &str = "7200";

/// Origins that may call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Origins {
    /// Every origin.
    Any,
    /// These only, as browsers write them: `https://app.example`, without a slash at the end.
    Only(Vec<String>),
}

/// Answers preflights and lets pages read answers, on the paths where that is wanted.
#[derive(Clone, Debug)]
pub struct Cors {
    open: Vec<PathTemplate>,
    origins: Origins,
    methods: Methods,
}

impl Cors {
    /// `open`: the paths that pages may call. Pages for people must not be among them.
    #[must_use]
    pub fn new<'a>(
        open: impl IntoIterator<Item = &'a str>,
        origins: Origins,
        methods: Methods,
    ) -> Self {
        Self { open: open.into_iter().map(PathTemplate::new).collect(), origins, methods }
    }

    fn is_open(&self, path: &str) -> bool {
        self.open.iter().any(|template| template.matches(path))
    }

    /// Whom to let in, if `origin` is one of them.
    fn allowed(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        match &self.origins {
            Origins::Any => Some(HeaderValue::from_static("*")),
            Origins::Only(named) => {
                let is_named = named.iter().any(|named| named.as_bytes() == origin.as_bytes());
                is_named.then(|| origin.clone())
            }
        }
    }

    fn preflight(&self, path: &str, asked: &HeaderMap) -> Response {
        let mut response = Response::from(StatusCode::NO_CONTENT);
        let headers = response.headers_mut();
        if let Some(methods) = self.methods.allow(path) {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
        }
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed_headers(asked));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(MAX_AGE_SECONDS));
        headers.append(VARY, HeaderValue::from_static("access-control-request-headers"));
        response
    }
}

impl Layer for Cors {
    async fn answer<E: Endpoint>(&self, inner: &E, request: Request) -> Response {
        if !self.is_open(request.uri().path()) {
            return inner.get_response(request).await;
        }
        let allowed = request.headers().get(ORIGIN).and_then(|origin| self.allowed(origin));
        let is_preflight = request.method() == Method::OPTIONS
            && request.headers().contains_key(ORIGIN)
            && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        let mut response = if is_preflight {
            self.preflight(request.uri().path(), request.headers())
        } else {
            inner.get_response(request).await
        };
        let headers = response.headers_mut();
        if let Some(allowed) = allowed {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
            let exposed = HeaderValue::from_static(EXPOSED_HEADERS);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        }
        if self.origins != Origins::Any {
            headers.append(VARY, HeaderValue::from_static("origin"));
        }
        response
    }
}

/// What may be sent, with those of the asked for that only their prefix makes known.
fn allowed_headers(asked: &HeaderMap) -> HeaderValue {
    let asked = asked.get(ACCESS_CONTROL_REQUEST_HEADERS).and_then(|names| names.to_str().ok());
    let asked = asked.unwrap_or_default().split(',').map(|name| name.trim().to_ascii_lowercase());
    let named = asked.filter(|name| {
        name.starts_with(REQUEST_HEADER_PREFIX)
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    });
    let mut all: Vec<_> = REQUEST_HEADERS.map(str::to_owned).into();
    all.extend(named.take(REQUEST_HEADERS_MAX));
    HeaderValue::try_from(all.join(", ")).expect("letters, digits, dashes and commas")
}
