//! Names to addresses, and connections to addresses: the two things a guard must do itself, in this order.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::sync::Semaphore;

/// How many names are looked up at once.
const LOOKUPS_MAX: usize = 32;

/// An answer that takes a while.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send + 'a>>;

/// The network, as a trait so that tests can be one.
pub trait Network: Send + Sync + 'static {
    /// Every address of `host`.
    fn resolve<'a>(&'a self, host: &'a str) -> Later<'a, Vec<IpAddr>>;
    /// A connection to exactly this address.
    fn connect(&self, address: SocketAddr) -> Later<'_, TcpStream>;
}

/// The operating system's resolver and sockets. It knows no proxies, whatever the environment says.
#[derive(Clone, Debug)]
pub struct RealNetwork {
    /// A look-up cannot be called off: it keeps its place until the system answers, so that slow names take no more
    /// threads than these.
    lookups: Arc<Semaphore>,
}

impl Default for RealNetwork {
    fn default() -> Self {
        Self { lookups: Arc::new(Semaphore::new(LOOKUPS_MAX)) }
    }
}

impl Network for RealNetwork {
    fn resolve<'a>(&'a self, host: &'a str) -> Later<'a, Vec<IpAddr>> {
        Box::pin(async move {
            let turn = Arc::clone(&self.lookups).acquire_owned().await;
            let turn = turn.map_err(io::Error::other)?;
            let host = host.to_owned();
            let lookup = tokio::spawn(async move {
                let found = tokio::net::lookup_host((host.as_str(), 0)).await;
                drop(turn);
                found.map(|addresses| addresses.map(|address| address.ip()).collect())
            });
            lookup.await.map_err(io::Error::other)?
        })
    }

    fn connect(&self, address: SocketAddr) -> Later<'_, TcpStream> {
        Box::pin(TcpStream::connect(address))
    }
}
