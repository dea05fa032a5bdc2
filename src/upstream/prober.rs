//! Asks a server that an operator named, and tells what came back as it came: whoever examines a deployment must see what
//! is wrong with it.
//!
//! Source: RFC 9110. Loopback and private addresses are asked if the operator named one; a server on the internet cannot
//! send its examiner into a private network ([`Addresses`]). Redirects are answers like any other. So much time, so many bytes.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT_ENCODING, CONNECTION, HOST, HeaderMap, USER_AGENT};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant, timeout, timeout_at};
use tokio_openssl::SslStream;
use url::{Host, Position, Url};

use super::address::is_public;
use super::network::Network;
use super::tls::Trust;

/// How many addresses of a host are tried.
const ADDRESSES_MAX: usize = 3;
/// The longest body that is read, in bytes; more is cut off.
pub const PROBED_BYTES_MAX: usize = 64 * 1024;
/// What a response may have in front of its body, in bytes and in fields.
const HEAD_BYTES_MAX: usize = 64 * 1024;
const HEADERS_MAX: usize = 128;

/// Which addresses may be asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Addresses {
    /// All of them: the operator named a server of their own network.
    Any,
    /// Those of the internet.
    Public,
}

/// How patient a [`Prober`] is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Patience {
    /// Until the head of an answer is there, resolving and connecting included.
    pub head: Duration,
    /// From then on, until its body is; a stream that does not end is cut off.
    pub body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { head: Duration::from_secs(10), body: Duration::from_secs(2) }
    }
}

/// One request.
#[derive(Clone, Debug)]
pub struct Question {
    /// What is done.
    pub method: Method,
    /// To what; `http` or `https`.
    pub url: Url,
    /// Fields besides those that every request has.
    pub headers: Vec<(&'static str, String)>,
    /// The body, perhaps empty.
    pub body: String,
}

impl Question {
    /// `GET url`.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self { method: Method::GET, url, headers: Vec::new(), body: String::new() }
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Probed {
    /// The status.
    pub status: StatusCode,
    /// The fields.
    pub headers: HeaderMap,
    /// The body, at most [`PROBED_BYTES_MAX`] bytes of it.
    pub body: Vec<u8>,
    /// Whether there was more of it, or it did not end in time.
    pub is_cut: bool,
}

/// Why nothing came back.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Silence {
    /// Not a URL of the web.
    #[error("it is no http or https URL")]
    Scheme,
    /// The name has no address.
    #[error("its name has no address")]
    NameUnknown,
    /// Its address is in a private network, and the examined server is not.
    #[error("it is in a private network, where a server of the internet cannot lead")]
    AddressForbidden,
    /// No address took a connection.
    #[error("no connection could be made")]
    NoConnection,
    /// The connection could not be encrypted, or the host did not prove its name.
    #[error("TLS failed: {0}")]
    Untrusted(String),
    /// What came is no response in HTTP/1.1.
    #[error("what came is no response in HTTP/1.1: {0}")]
    NoResponse(String),
    /// Nothing came in time.
    #[error("it did not answer in time")]
    Late,
}

/// Asks.
pub struct Prober {
    network: Arc<dyn Network>,
    trust: Trust,
    user_agent: String,
    patience: Patience,
}

impl Prober {
    /// Asks through `network` in the name of `user_agent`. `authorities`: certificate authorities in PEM that are believed
    /// besides those of the system.
    #[must_use]
    pub fn new(
        network: Arc<dyn Network>,
        user_agent: String,
        authorities: Vec<u8>,
        patience: Patience,
    ) -> Self {
        Self { network, trust: Trust::new(authorities), user_agent, patience }
    }

    /// Where a server at `url` may lead: whoever is in a private network itself, anywhere.
    pub async fn addresses_near(&self, url: &Url) -> Addresses {
        let finding = timeout(self.patience.head, self.resolve(url)).await;
        match finding {
            Ok(Ok(found)) if found.iter().any(|address| !is_public(*address)) => Addresses::Any,
            _ => Addresses::Public,
        }
    }

    /// Asks `question` of a server at an address that is allowed.
    ///
    /// # Errors
    ///
    /// [`Silence`]. Every response is an answer, whatever its status.
    pub async fn ask(&self, question: &Question, allowed: Addresses) -> Result<Probed, Silence> {
        let head_deadline = Instant::now() + self.patience.head;
        let asking = async {
            let found = self.resolve(&question.url).await?;
            if allowed == Addresses::Public && !found.iter().all(|address| is_public(*address)) {
                return Err(Silence::AddressForbidden);
            }
            let port = question.url.port_or_known_default().ok_or(Silence::Scheme)?;
            let addresses = found.into_iter().map(|address| SocketAddr::new(address, port));
            let socket = self.connect(addresses.take(ADDRESSES_MAX)).await?;
            match question.url.scheme() {
                "http" => self.exchange(socket, question).await,
                "https" => {
                    self.exchange(self.encrypted(socket, &question.url).await?, question).await
                }
                _ => Err(Silence::Scheme),
            }
        };
        let answered = timeout_at(head_deadline, asking).await.unwrap_or(Err(Silence::Late));
        let (head, body, _driver) = answered?;
        let (body, is_cut) = self.read(body).await;
        Ok(Probed { status: head.status, headers: head.headers, body, is_cut })
    }

    async fn resolve(&self, url: &Url) -> Result<Vec<IpAddr>, Silence> {
        let found = match url.host().ok_or(Silence::Scheme)? {
            Host::Ipv4(address) => vec![address.into()],
            Host::Ipv6(address) => vec![address.into()],
            Host::Domain(name) => {
                let found = self.network.resolve(name).await;
                found.map_err(|_| Silence::NameUnknown)?
            }
        };
        if found.is_empty() { Err(Silence::NameUnknown) } else { Ok(found) }
    }

    async fn connect(
        &self,
        addresses: impl Iterator<Item = SocketAddr>,
    ) -> Result<TcpStream, Silence> {
        for address in addresses {
            let connecting = timeout(self.patience.head / 3, self.network.connect(address));
            if let Ok(Ok(socket)) = connecting.await {
                return Ok(socket);
            }
        }
        Err(Silence::NoConnection)
    }

    async fn encrypted(
        &self,
        socket: TcpStream,
        url: &Url,
    ) -> Result<SslStream<TcpStream>, Silence> {
        let untrusted = |cause: &dyn std::fmt::Display| Silence::Untrusted(cause.to_string());
        let configuration = self.trust.configure().await.map_err(|cause| untrusted(&cause))?;
        let name = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let session = configuration.into_ssl(name).map_err(|cause| untrusted(&cause))?;
        let mut stream = SslStream::new(session, socket).map_err(|cause| untrusted(&cause))?;
        let shaking_hands = std::pin::Pin::new(&mut stream).connect().await;
        shaking_hands.map_err(|cause| untrusted(&cause))?;
        Ok(stream)
    }

    async fn exchange(
        &self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        question: &Question,
    ) -> Result<(hyper::http::response::Parts, Incoming, JoinSet<hyper::Result<()>>), Silence> {
        let no_response = |cause: &dyn std::fmt::Display| Silence::NoResponse(cause.to_string());
        let mut builder = http1::Builder::new();
        builder.max_headers(HEADERS_MAX).max_buf_size(HEAD_BYTES_MAX);
        let shaking_hands = builder.handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = shaking_hands.map_err(|cause| no_response(&cause))?;
        // Ends with whoever holds it, whatever state the connection is in.
        let mut driver = JoinSet::new();
        driver.spawn(connection);
        let url = &question.url;
        let mut request = Request::builder()
            .method(&question.method)
            .uri(&url[Position::BeforePath..Position::AfterQuery])
            .header(HOST, &url[Position::BeforeHost..Position::AfterPort])
            .header(USER_AGENT, &self.user_agent)
            .header(ACCEPT_ENCODING, "identity")
            .header(CONNECTION, "close");
        for (name, value) in &question.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(Bytes::from(question.body.clone())));
        let request = request.map_err(|cause| no_response(&cause))?;
        let response = sender.send_request(request).await.map_err(|cause| no_response(&cause))?;
        let (head, body) = response.into_parts();
        Ok((head, body, driver))
    }

    /// What there is of a body, and whether something is missing.
    async fn read(&self, mut body: Incoming) -> (Vec<u8>, bool) {
        let deadline = Instant::now() + self.patience.body;
        let mut bytes = Vec::new();
        loop {
            let frame = match timeout_at(deadline, body.frame()).await {
                Ok(Some(Ok(frame))) => frame,
                Ok(None) => return (bytes, false),
                Ok(Some(Err(_))) | Err(_) => return (bytes, true),
            };
            let Ok(part) = frame.into_data() else { continue };
            let room = PROBED_BYTES_MAX - bytes.len();
            bytes.extend_from_slice(&part[..part.len().min(room)]);
            if part.len() > room {
                return (bytes, true);
            }
        }
    }
}
