//! Whose request this is, as far as an address says: for limits of rate and for nothing else. No URL, issuer or token
//! ever depends on it, since clients change their address between two requests.
//!
//! Source: RFC 7239 §4, §5.2 (`Forwarded`), §8.1 (what it is worth). Anybody can send such a header, so one is read only
//! when the deployment names its proxies, only from them, and only the part that they wrote: from the right, up to the
//! first address that is not a proxy.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;
use poem::http::header::{FORWARDED, HeaderName};
use poem::{Addr, Request};

use crate::config::{ForwardedHeader, ProxiesConfig};

/// How many proxies may stand in a row. What stands further left is not read.
const HOPS_MAX: usize = 16;
/// How much of an IPv6 address names a household: one network of 64 bits holds as many addresses as anybody wants.
const IPV6_HOUSEHOLD: u128 = !(u64::MAX as u128);

/// The address that a request came from. IPv6 as its /64, IPv4 inside IPv6 as IPv4.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// What `address` counts as.
    #[must_use]
    pub fn new(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(wide) if !wide.is_loopback() => {
                Self(Ipv6Addr::from(u128::from(wide) & IPV6_HOUSEHOLD).into())
            }
            narrow => Self(narrow),
        }
    }

    /// The address, or the first of its network.
    #[must_use]
    pub fn ip(self) -> IpAddr {
        self.0
    }

    /// Whether it is this machine.
    #[must_use]
    pub fn is_local(self) -> bool {
        self.0.is_loopback()
    }
}

/// Which peers are believed about whom they ask for.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Proxies {
    trusted: Vec<IpNet>,
    header: ForwardedHeader,
}

impl Proxies {
    /// Those of the configuration.
    #[must_use]
    pub fn new(config: &ProxiesConfig) -> Self {
        Self { trusted: config.trusted.clone(), header: config.header }
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// Whose request this is. A request that came over no socket counts as one of this machine.
    #[must_use]
    pub fn client(&self, http: &Request) -> ClientAddress {
        let peer = match &http.remote_addr().0 {
            Addr::SocketAddr(peer) => peer.ip().to_canonical(),
            Addr::Unix(_) | Addr::Custom(..) => IpAddr::from([127, 0, 0, 1]),
        };
        let lines = http.headers().get_all(name(self.header));
        let lines: Vec<_> = lines.iter().map(|line| line.to_str().unwrap_or_default()).collect();
        ClientAddress::new(self.behind(peer, &lines))
    }

    /// The last address that a trusted proxy, or the socket, vouches for. `lines`: the header, as it came.
    fn behind(&self, peer: IpAddr, lines: &[&str]) -> IpAddr {
        let mut client = peer;
        let elements = lines.iter().rev().flat_map(|line| line.rsplit(','));
        for element in elements.take(HOPS_MAX) {
            if !self.trusts(client) {
                break;
            }
            match address(self.header, element) {
                Some(address) => client = address,
                None => break,
            }
        }
        client
    }
}

fn name(header: ForwardedHeader) -> HeaderName {
    match header {
        ForwardedHeader::XForwardedFor => HeaderName::from_static("x-forwarded-for"),
        ForwardedHeader::Forwarded => FORWARDED,
    }
}

/// The address in one element of the header; `None` where it hides or garbles it.
fn address(header: ForwardedHeader, element: &str) -> Option<IpAddr> {
    match header {
        ForwardedHeader::XForwardedFor => node(element),
        ForwardedHeader::Forwarded => {
            let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
            let (_, value) = pairs.find(|(name, _)| name.eq_ignore_ascii_case("for"))?;
            node(value)
        }
    }
}

/// An address with or without a port, brackets and quotes (RFC 7239 §6).
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let text = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let with_port = || text.parse().map(|socket: SocketAddr| socket.ip()).ok();
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let address = text.parse().ok().or_else(with_port).or_else(in_brackets);
    address.map(|address: IpAddr| address.to_canonical())
}
