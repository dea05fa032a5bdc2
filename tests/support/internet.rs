//! An internet in one process: names with addresses that look public, and servers behind them, with TLS of their own.
//!
//! Nothing leaves this computer: an address leads to a listener on loopback, or nowhere. What was resolved and which
//! addresses were connected to is written down.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use openssl::ssl::{SslAcceptor, SslVersion};
use sealbearer::upstream::{Later, Network};
use tokio::net::{TcpListener, TcpStream};
use tokio_openssl::SslStream;
use wiremock::MockServer;

use super::authority::Identity;

/// Where the hosts of tests are, unless a test says otherwise.
pub(crate) const SOMEWHERE: [u8; 4] = [198, 35, 26, 96];

/// Names, addresses, and what is behind them.
#[derive(Default)]
pub(crate) struct Internet(Mutex<State>);

#[derive(Default)]
struct State {
    /// What a name means at the first, second … question; the last stays.
    names: HashMap<String, Vec<Vec<IpAddr>>>,
    behind: HashMap<SocketAddr, Behind>,
    resolved: Vec<String>,
    connected: Vec<SocketAddr>,
}

/// What is behind an address.
#[derive(Clone, Copy)]
pub(crate) enum Behind {
    /// A listener on loopback.
    Listener(SocketAddr),
    /// Somebody who throws every packet away.
    Filter,
}

impl Internet {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Gives `name` these addresses, in place of those it had.
    pub(crate) fn name(&self, name: &str, addresses: &[IpAddr]) {
        self.name_in_turn(name, &[addresses]);
    }

    /// Gives `name` other addresses each time it is asked for.
    pub(crate) fn name_in_turn(&self, name: &str, turns: &[&[IpAddr]]) {
        let mut turns: Vec<_> = turns.iter().map(|addresses| addresses.to_vec()).collect();
        turns.reverse();
        self.state().names.insert(name.to_owned(), turns);
    }

    /// Puts something behind an address.
    pub(crate) fn put(&self, address: impl Into<IpAddr>, port: u16, behind: Behind) {
        self.state().behind.insert(SocketAddr::new(address.into(), port), behind);
    }

    /// A server with TLS, the first at [`SOMEWHERE`]: it proves `identity`, and `site` answers.
    pub(crate) async fn host(&self, name: &str, identity: &Identity, site: &MockServer) {
        self.host_with(name, identity, *site.address(), None).await;
    }

    /// The same in front of any listener, with at most this version of TLS.
    pub(crate) async fn host_with(
        &self,
        name: &str,
        identity: &Identity,
        site: SocketAddr,
        newest: Option<SslVersion>,
    ) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has ports");
        let front = listener.local_addr().expect("it is bound");
        tokio::spawn(terminate(listener, identity.acceptor(newest), site));
        let address = self.next_address();
        self.name(name, &[address]);
        self.put(address, 443, Behind::Listener(front));
    }

    /// The first is [`SOMEWHERE`].
    fn next_address(&self) -> IpAddr {
        let [a, b, c, first] = SOMEWHERE;
        let behind = u8::try_from(self.state().behind.len()).expect("there are few hosts");
        IpAddr::from([a, b, c, first + behind])
    }

    /// The names that were asked for.
    pub(crate) fn resolved(&self) -> Vec<String> {
        self.state().resolved.clone()
    }

    /// The addresses that were connected to.
    pub(crate) fn connected(&self) -> Vec<SocketAddr> {
        self.state().connected.clone()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().expect("no test panics in here")
    }
}

impl Network for Internet {
    fn resolve<'a>(&'a self, host: &'a str) -> Later<'a, Vec<IpAddr>> {
        let mut state = self.state();
        state.resolved.push(host.to_owned());
        let found = state
            .names
            .get_mut(host)
            .and_then(|turns| if turns.len() > 1 { turns.pop() } else { turns.last().cloned() });
        let found = found.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound));
        Box::pin(async move { found })
    }

    fn connect(&self, address: SocketAddr) -> Later<'_, TcpStream> {
        let mut state = self.state();
        state.connected.push(address);
        let behind = state.behind.get(&address).copied();
        Box::pin(async move {
            match behind {
                Some(Behind::Listener(listener)) => TcpStream::connect(listener).await,
                Some(Behind::Filter) => std::future::pending().await,
                None => Err(io::ErrorKind::ConnectionRefused.into()),
            }
        })
    }
}

/// Takes the encryption off and passes the rest on.
async fn terminate(listener: TcpListener, acceptor: SslAcceptor, site: SocketAddr) {
    while let Ok((socket, _)) = listener.accept().await {
        let session = openssl::ssl::Ssl::new(acceptor.context()).expect("a session");
        tokio::spawn(async move {
            let mut front = SslStream::new(session, socket).expect("a stream");
            if std::pin::Pin::new(&mut front).accept().await.is_ok() {
                let mut back = TcpStream::connect(site).await.expect("the site listens");
                let _ = tokio::io::copy_bidirectional(&mut front, &mut back).await;
            }
        });
    }
}
