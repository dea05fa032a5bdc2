//! Connections to one configured server.

use std::future::ready;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Duration, timeout};
use tokio_openssl::SslStream;
use tower_service::Service;
use url::{Host, Url};

use crate::upstream::network::Network;
use crate::upstream::tls::Trust;

/// How many addresses of a host are tried.
const ADDRESSES_MAX: usize = 4;

/// Makes connections to one server, whatever URI they are for.
#[derive(Clone)]
pub(super) struct Link(Arc<Place>);

struct Place {
    host: Host<String>,
    port: u16,
    is_encrypted: bool,
    network: Arc<dyn Network>,
    trust: Arc<Trust>,
    deadline: Duration,
}

/// A connection, encrypted or not.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Connection for Box<dyn Stream> {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Link {
    pub(super) fn new(
        url: &Url,
        network: Arc<dyn Network>,
        trust: Arc<Trust>,
        deadline: Duration,
    ) -> Option<Self> {
        Some(Self(Arc::new(Place {
            host: url.host()?.to_owned(),
            port: url.port_or_known_default()?,
            is_encrypted: url.scheme() == "https",
            network,
            trust,
            deadline,
        })))
    }
}

impl Service<Uri> for Link {
    type Response = TokioIo<Box<dyn Stream>>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let place = Arc::clone(&self.0);
        Box::pin(async move {
            let connecting = timeout(place.deadline, place.connect());
            let stream = connecting.await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
            stream.map(TokioIo::new)
        })
    }
}

impl Place {
    async fn connect(&self) -> io::Result<Box<dyn Stream>> {
        let socket = self.socket().await?;
        // Messages are small and written whole; waiting to fill a packet would only delay them.
        socket.set_nodelay(true)?;
        if !self.is_encrypted {
            return Ok(Box::new(socket));
        }
        let name = match &self.host {
            Host::Domain(name) => name.clone(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        let session = self.trust.configure().await.and_then(|one| one.into_ssl(&name));
        let mut stream = SslStream::new(session?, socket)?;
        Pin::new(&mut stream).connect().await.map_err(io::Error::other)?;
        Ok(Box::new(stream))
    }

    async fn socket(&self) -> io::Result<TcpStream> {
        let addresses = match &self.host {
            Host::Domain(name) => self.network.resolve(name),
            Host::Ipv4(address) => Box::pin(ready(Ok(vec![IpAddr::V4(*address)]))),
            Host::Ipv6(address) => Box::pin(ready(Ok(vec![IpAddr::V6(*address)]))),
        };
        let mut failed = io::Error::from(io::ErrorKind::NotFound);
        for address in addresses.await?.into_iter().take(ADDRESSES_MAX) {
            match self.network.connect(SocketAddr::new(address, self.port)).await {
                Ok(socket) => return Ok(socket),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }
}
