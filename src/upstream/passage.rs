//! The way to one server that the configuration names, for requests that are passed on to it: connections are kept and used
//! again.
//!
//! Source: RFC 9110 §7.6. [`super::Upstream`] asks where strangers say, and judges every address; this leads to one place
//! that the operator wrote down, wherever that is, since loopback and private networks are the usual case. The place is
//! settled when the passage is made: nothing in a request can move it. No redirects, proxies, cookies or compression.

mod link;

use std::error::Error as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http_body_util::Full;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::http::uri::{Authority, PathAndQuery, Scheme};
use hyper::{HeaderMap, Method, Request, Response, Uri};
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Duration, timeout};
use url::Url;

use super::Upstream;
use link::Link;

/// How long a connection is kept that nobody uses: less than the five seconds after which the servers that most MCP servers
/// run in (Node, uvicorn) close theirs, so that no request meets a connection that is being closed.
const IDLE: Duration = Duration::from_secs(3);
/// Connections that are kept while nobody uses them.
const IDLE_MAX: usize = 32;
/// What an answer may have in front of its body, and how much of a body is held at a time.
const BUFFER_BYTES_MAX: usize = 64 * 1024;
const HEADERS_MAX: usize = 100;

/// Where a passage leads, and how patient it is.
#[derive(Clone, Debug)]
pub struct PassageSettings {
    /// The server: scheme, host and port count.
    pub url: Url,
    /// How long resolving, connecting and encrypting may take together, and waiting for a place.
    pub connect_deadline: Duration,
    /// How long the head of an answer may take. Its body may take as long as it likes.
    pub answer_deadline: Duration,
    /// Requests at a time, each counted until its answer was sent or given up.
    pub at_once_max: usize,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PassageFault {
    /// All places are taken.
    Busy,
    /// The server takes no connection, or does not prove its name.
    Unreachable,
    /// It could not be connected to in time.
    ConnectLate,
    /// It took the request, and did not answer in time.
    AnswerLate,
    /// It took the connection, and gave no answer in HTTP.
    Broken,
}

/// The way to one server. Clones share its connections.
#[derive(Clone)]
pub struct Passage {
    client: Client<Link, Full<Bytes>>,
    scheme: Scheme,
    authority: Authority,
    places: Arc<Semaphore>,
    connect_deadline: Duration,
    answer_deadline: Duration,
}

impl Upstream {
    /// A passage to the server at `settings.url`, an `http` or `https` URL; `None` for any other.
    #[must_use]
    pub fn passage(&self, settings: &PassageSettings) -> Option<Passage> {
        let url = &settings.url;
        let scheme = match url.scheme() {
            "http" => Scheme::HTTP,
            "https" => Scheme::HTTPS,
            _ => return None,
        };
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let authority = format!("{}{port}", url.host_str()?).parse().ok()?;
        let (network, trust) = (Arc::clone(&self.network), Arc::clone(&self.trust));
        let link = Link::new(url, network, trust, settings.connect_deadline)?;
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_MAX)
            .http1_max_buf_size(BUFFER_BYTES_MAX)
            .http1_max_headers(HEADERS_MAX)
            .build(link);
        Some(Passage {
            client,
            scheme,
            authority,
            places: Arc::new(Semaphore::new(settings.at_once_max)),
            connect_deadline: settings.connect_deadline,
            answer_deadline: settings.answer_deadline,
        })
    }
}

impl Passage {
    /// Sends a request, and returns as soon as the head of its answer is there. Dropping either calls the request off.
    ///
    /// # Errors
    ///
    /// [`PassageFault`]. The request may have been acted on unless it is one of the first three.
    pub async fn send(
        &self,
        method: Method,
        target: PathAndQuery,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Response<Passed>, PassageFault> {
        let uri = Uri::builder().scheme(self.scheme.clone()).authority(self.authority.clone());
        let uri = uri.path_and_query(target).build().map_err(|_| PassageFault::Broken)?;
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        let place = timeout(self.connect_deadline, Arc::clone(&self.places).acquire_owned()).await;
        let place = place.ok().and_then(Result::ok).ok_or(PassageFault::Busy)?;
        let answer = timeout(self.answer_deadline, self.client.request(request)).await;
        let answer =
            answer.map_err(|_| PassageFault::AnswerLate)?.map_err(|error| fault(&error))?;
        Ok(answer.map(|body| Passed { body, _place: place }))
    }
}

/// What `error` means for whoever waits. The log has the rest.
fn fault(error: &Error) -> PassageFault {
    let mut causes = std::iter::successors(error.source(), |&cause| cause.source());
    let is_late = causes.any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == io::ErrorKind::TimedOut)
    });
    let fault = match (error.is_connect(), is_late) {
        (true, true) => PassageFault::ConnectLate,
        (true, false) => PassageFault::Unreachable,
        (false, _) => PassageFault::Broken,
    };
    tracing::warn!(?fault, ?error, "a configured server did not answer");
    fault
}

/// The body of an answer: what comes, when it comes. Trailers are not passed on.
pub struct Passed {
    body: Incoming,
    _place: OwnedSemaphorePermit,
}

impl Body for Passed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match std::task::ready!(Pin::new(&mut self.body).poll_frame(context)) {
            Some(Ok(frame)) if frame.is_data() => Poll::Ready(Some(Ok(frame))),
            Some(Ok(_)) | None => Poll::Ready(None),
            Some(Err(error)) => Poll::Ready(Some(Err(io::Error::other(error)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
