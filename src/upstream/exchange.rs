//! One request for one JSON answer: resolve, judge every address, connect to the one judged, ask, read so much.
//!
//! Source: draft-ietf-oauth-client-id-metadata-document-00 §4.1 and §6, RFC 9110. A connection serves one request and is
//! closed: nothing that one stranger's URL opened is there for the next.

use std::net::SocketAddr;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HOST,
    HeaderMap, USER_AGENT,
};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Duration, timeout};
use tokio_openssl::SslStream;

use super::ask::{Asking, Posted};
use super::form::Form;
use super::network::Network;
use super::target::Target;
use super::tls::Trust;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
/// How many addresses of a host are tried.
const ADDRESSES_MAX: usize = 3;
/// What a response may have in front of its body.
const HEAD_BYTES_MAX: usize = 16 * 1024;
const HEADERS_MAX: usize = 64;

/// Why a document could not be had. For the log: whoever asked for it hears only that it could not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Cause {
    /// The name has no address.
    NameUnknown,
    /// At least one of its addresses is none that a stranger may name.
    AddressForbidden,
    /// No address took a connection.
    NoConnection,
    /// The connection could not be encrypted, or the host did not prove its name.
    Untrusted,
    /// No response in HTTP.
    NoResponse,
    /// A status other than 200.
    Status(u16),
    /// It is no JSON, by its own word.
    ContentType,
    /// It is compressed.
    ContentEncoding,
    /// It is longer than may be read.
    TooLong,
    /// It was not there in time.
    Late,
}

/// What a host is asked.
#[derive(Clone, Copy)]
pub(super) enum Ask<'a> {
    /// For a document: whatever is not 200 is none.
    Document,
    /// What it answers to a form. That it refuses (400 to 499) is an answer.
    Form(&'a Form),
    /// What it answers to whoever logs in. Whatever is JSON is an answer, but a redirect.
    Question(&'a Asking<'a>),
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Everything an exchange needs besides its target.
pub(super) struct Means<'a> {
    pub(super) network: &'a dyn Network,
    pub(super) trust: &'a Trust,
    pub(super) user_agent: &'a str,
    /// How long one address may take to accept a connection.
    pub(super) connect_deadline: Duration,
}

impl Means<'_> {
    /// Asks `target` for at most `body_bytes_max` bytes of JSON.
    pub(super) async fn put(
        &self,
        ask: Ask<'_>,
        target: &Target,
        body_bytes_max: usize,
    ) -> Result<Answer, Cause> {
        let addresses = self.addresses(target).await?;
        let socket = self.connect(&addresses).await?;
        if !target.is_encrypted() {
            return self.exchange(socket, ask, target, body_bytes_max).await;
        }
        let name = target.host().trim_matches(['[', ']']);
        let configuration = self.trust.configure().await.map_err(|cause| {
            tracing::error!(%cause, "encrypted connections cannot be made");
            Cause::Untrusted
        })?;
        let session = configuration.into_ssl(name).map_err(|_| Cause::Untrusted)?;
        let mut stream = SslStream::new(session, socket).map_err(|_| Cause::Untrusted)?;
        std::pin::Pin::new(&mut stream).connect().await.map_err(|_| Cause::Untrusted)?;
        self.exchange(stream, ask, target, body_bytes_max).await
    }

    /// Resolved once; what is connected to is what was judged. One forbidden address condemns them all: a name that has
    /// both kinds wants the second to be tried.
    async fn addresses(&self, target: &Target) -> Result<Vec<SocketAddr>, Cause> {
        let found = if let Some(address) = target.literal() {
            vec![address]
        } else {
            let found = self.network.resolve(target.host()).await;
            found.map_err(|_| Cause::NameUnknown)?
        };
        if found.is_empty() {
            return Err(Cause::NameUnknown);
        }
        if !found.iter().all(|address| target.may_be_at(*address)) {
            return Err(Cause::AddressForbidden);
        }
        let addresses = found.into_iter().map(|address| SocketAddr::new(address, target.port()));
        Ok(addresses.take(ADDRESSES_MAX).collect())
    }

    async fn connect(&self, addresses: &[SocketAddr]) -> Result<TcpStream, Cause> {
        for address in addresses {
            let connecting = timeout(self.connect_deadline, self.network.connect(*address));
            if let Ok(Ok(socket)) = connecting.await {
                return Ok(socket);
            }
        }
        Err(Cause::NoConnection)
    }

    async fn exchange(
        &self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        ask: Ask<'_>,
        target: &Target,
        body_bytes_max: usize,
    ) -> Result<Answer, Cause> {
        let mut builder = http1::Builder::new();
        builder.max_headers(HEADERS_MAX).max_buf_size(HEAD_BYTES_MAX);
        let (mut sender, connection) =
            builder.handshake(TokioIo::new(stream)).await.map_err(|_| Cause::NoResponse)?;
        // Ends with this function, whatever state the connection is in.
        let mut driver = JoinSet::new();
        driver.spawn(connection);
        let request = self.request(ask, target).map_err(|_| Cause::NoResponse)?;
        let response = sender.send_request(request).await.map_err(|_| Cause::NoResponse)?;
        read(response, ask, body_bytes_max).await
    }

    fn request(
        &self,
        ask: Ask<'_>,
        target: &Target,
    ) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
        let request = Request::builder()
            .uri(target.path())
            .header(HOST, target.authority())
            .header(ACCEPT_ENCODING, "identity")
            .header(USER_AGENT, self.user_agent)
            .header(CONNECTION, "close");
        let (accept, authorization, posted) = match ask {
            Ask::Document => (JSON, None, None),
            Ask::Form(form) => (JSON, form.authorization(), Some((FORM, form.encoded()))),
            Ask::Question(asking) => {
                let posted = asking.posted.as_ref().map(|posted| match posted {
                    Posted::Form(form) => (FORM, form.encoded()),
                    Posted::Json(text) => (JSON, text.clone()),
                });
                (asking.accept, asking.authorization, posted)
            }
        };
        let mut request = request.header(ACCEPT, accept);
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        match posted {
            None => request.method(Method::GET).body(Full::default()),
            Some((media_type, body)) => request
                .method(Method::POST)
                .header(CONTENT_TYPE, media_type)
                .body(Full::new(Bytes::from(body))),
        }
    }
}

/// Reads a response that is what was asked for.
async fn read(
    response: Response<Incoming>,
    ask: Ask<'_>,
    body_bytes_max: usize,
) -> Result<Answer, Cause> {
    let (head, mut body) = response.into_parts();
    let is_answer = match ask {
        Ask::Document => head.status == StatusCode::OK,
        Ask::Form(_) => head.status == StatusCode::OK || head.status.is_client_error(),
        // What stands in front of a server speaks no JSON when that server is down.
        Ask::Question(_) => {
            let is_json = head.status == StatusCode::OK || is_json(&head.headers);
            is_json && !head.status.is_redirection()
        }
    };
    if !is_answer {
        return Err(Cause::Status(head.status.as_u16()));
    }
    if !is_json(&head.headers) {
        return Err(Cause::ContentType);
    }
    let plain =
        |coding: &hyper::header::HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"identity");
    if !head.headers.get_all(CONTENT_ENCODING).iter().all(plain) {
        return Err(Cause::ContentEncoding);
    }
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(part) = frame.map_err(|_| Cause::NoResponse)?.into_data() else { continue };
        if bytes.len() + part.len() > body_bytes_max {
            return Err(Cause::TooLong);
        }
        bytes.extend_from_slice(&part);
    }
    Ok(Answer { status: head.status, headers: head.headers, body: bytes })
}

/// `application/json` or `application/<something>+json`, said once.
fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let Ok(text) = value.to_str() else { return false };
    let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json"
        || essence
            .strip_prefix("application/")
            .and_then(|subtype| subtype.strip_suffix("+json"))
            .is_some_and(|name| !name.is_empty())
}
