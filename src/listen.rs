//! Sockets, and the limits of what a connection may do.
//!
//! Source: RFC 9112. The server speaks HTTP/1.1 only: what terminates TLS in front of it speaks that to its upstreams, and
//! HTTP/2 would bring a second set of limits to hold. A request that breaks a limit is answered where HTTP has an answer
//! for it, and its connection is closed.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use poem::http::header::CONNECTION;
use poem::http::uri::Scheme;
use poem::http::{HeaderValue, StatusCode, Version};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, EndpointExt as _, IntoEndpoint, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::Duration;

use crate::http::correlation::caught;
use crate::http::limits::{HEAD_BYTES_MAX, HEADERS_MAX, URI_BYTES_MAX};
use rest::Rest;
use wire::{Exchange, InProgress, Wire};

mod head;
mod path;
mod rest;
mod stop;
mod wire;

pub use rest::{UNREAD_BYTES_MAX, UNREAD_DEADLINE};
pub use stop::told_to_stop;

/// How long the loop pauses when the system has no sockets left to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// What the HTTP library may buffer of a body in either direction on one connection.
const BUFFER_BYTES_MAX: usize = 64 * 1024;

/// How patient the server is, and with how many.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Limits {
    /// How long the head of a request may take, from its first byte; for the first request from the connection on.
    pub head_deadline: Duration,
    /// How long a connection may wait for its next request. Longer than the common 60 s of proxies, so that they give up
    /// first and never send into a connection which is being closed.
    pub idle_deadline: Duration,
    /// How long a client may leave what is sent to it unread.
    pub stall_deadline: Duration,
    /// How long answers in progress may take once the server is told to stop.
    pub drain_deadline: Duration,
    /// Connections at a time; more wait in the system's queue until one ends.
    pub connections_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head_deadline: Duration::from_secs(10),
            idle_deadline: Duration::from_secs(75),
            stall_deadline: Duration::from_secs(30),
            drain_deadline: Duration::from_secs(10),
            connections_max: 10_000,
        }
    }
}

/// Answers requests that arrive at `listener` until `shutdown` is ready, and those that arrived by then.
///
/// # Errors
///
/// When the address of `listener` cannot be known. A connection that fails ends alone.
pub async fn serve(
    listener: TcpListener,
    endpoint: impl IntoEndpoint<Endpoint: 'static>,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let endpoint = Arc::new(endpoint.into_endpoint().map_to_response());
    let local = LocalAddr(Addr::SocketAddr(listener.local_addr()?));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(ended) = connections.join_next() => note_panic(ended),
            accepted = listener.accept(), if connections.len() < limits.connections_max => match accepted {
                Ok((socket, from)) => {
                    let caller = Caller { local: local.clone(), from: RemoteAddr(Addr::SocketAddr(from)) };
                    let watcher = graceful.watcher();
                    let connection = connection(socket, caller, Arc::clone(&endpoint), &limits);
                    connections.spawn(async move { watcher.watch(connection).await.ok() });
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "no connection could be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    if tokio::time::timeout(limits.drain_deadline, graceful.shutdown()).await.is_err() {
        tracing::warn!(connections = connections.len(), "connections were cut, not drained");
    }
    connections.shutdown().await;
    Ok(())
}

fn note_panic(ended: Result<Option<()>, tokio::task::JoinError>) {
    if ended.is_err_and(|error| error.is_panic()) {
        tracing::error!("a connection ended with a panic outside of its endpoint");
    }
}

/// Whether accepting failed because the client was gone already.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Both ends of a connection.
#[derive(Clone)]
struct Caller {
    local: LocalAddr,
    from: RemoteAddr,
}

fn connection<E: Endpoint<Output = Response> + 'static>(
    socket: TcpStream,
    caller: Caller,
    endpoint: Arc<E>,
    limits: &Limits,
) -> http1::Connection<
    TokioIo<Wire>,
    impl hyper::service::HttpService<Incoming, ResBody = Answer, Error = Infallible, Future: Send>
    + use<E>,
> {
    // Answers are small and written whole; waiting to fill a packet would only delay them.
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "the socket does not know TCP_NODELAY");
    }
    let exchange = Arc::new(Exchange::default());
    let wire = Wire::new(socket, Arc::clone(&exchange), limits);
    let service = hyper::service::service_fn(move |request| {
        let (endpoint, caller) = (Arc::clone(&endpoint), caller.clone());
        let in_progress = exchange.begin();
        let is_ambiguous = exchange.is_ambiguous();
        async move {
            let refusal =
                if is_ambiguous { Some(StatusCode::BAD_REQUEST) } else { refusal(&request) };
            let response = match refusal {
                Some(status) => refused(status),
                None => answer(&*endpoint, request, caller).await,
            };
            let response = hyper::Response::<BoxBody<Bytes, io::Error>>::from(response);
            Ok::<_, Infallible>(response.map(|body| Answer { body, _in_progress: in_progress }))
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(None) // The wire keeps the time, and tells an idle connection from a slow one.
        .max_headers(HEADERS_MAX)
        .max_header_size(HEAD_BYTES_MAX)
        .max_buf_size(BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(wire), service)
}

/// What is wrong with a request whatever it asks for.
fn refusal(request: &hyper::Request<Incoming>) -> Option<StatusCode> {
    let path_and_query = request.uri().path_and_query();
    if path_and_query.is_some_and(|text| text.as_str().len() > URI_BYTES_MAX) {
        return Some(StatusCode::URI_TOO_LONG);
    }
    if !path::is_plain(request.uri().path()) {
        return Some(StatusCode::BAD_REQUEST);
    }
    let hosts = request.headers().get_all(poem::http::header::HOST).iter().count();
    let is_old = request.version() < Version::HTTP_11;
    // RFC 9112 §3.2: exactly one, but for HTTP/1.0.
    (hosts > 1 || hosts == 0 && !is_old).then_some(StatusCode::BAD_REQUEST)
}

fn refused(status: StatusCode) -> Response {
    let mut response = Response::from(status);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

async fn answer<E: Endpoint<Output = Response>>(
    endpoint: &E,
    request: hyper::Request<Incoming>,
    caller: Caller,
) -> Response {
    let mut request = poem::Request::from((request, caller.local, caller.from, Scheme::HTTP));
    let rest = Rest::of(&mut request);
    let mut response = caught(endpoint.get_response(request)).await.unwrap_or_else(|_| {
        tracing::error!("a panic passed all layers of the server");
        Response::from(StatusCode::INTERNAL_SERVER_ERROR)
    });
    if let Some(rest) = rest
        && !rest.read().await
    {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The body of an answer. The exchange ends when it was sent or given up.
struct Answer {
    body: BoxBody<Bytes, io::Error>,
    _in_progress: InProgress,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
