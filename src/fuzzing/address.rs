//! The target `address`: no URL and no address leads to where strangers must not send this server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::upstream::address::is_public;
use crate::upstream::{Reach, Target};

/// Judges `bytes` as an IPv4 or IPv6 address if there are so many, and as a URL.
///
/// # Panics
///
/// If an address passes that the standard library calls special, or a URL that is not what a URL parser writes back.
pub fn address(bytes: &[u8]) {
    if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
        judge(IpAddr::V4(octets.into()));
    }
    if let Ok(octets) = <[u8; 16]>::try_from(bytes) {
        judge(IpAddr::V6(octets.into()));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for allow_loopback in [false, true] {
        let Ok(target) = Target::parse(text, Reach::of_strangers(allow_loopback)) else { continue };
        let url = Url::parse(text).expect("it was parsed a moment ago");
        assert_eq!((url.as_str(), target.as_str()), (text, text));
        assert_eq!(url.host_str(), Some(target.host()));
        match url.host() {
            Some(Host::Domain(name)) => assert!(name.contains('.') || allow_loopback),
            Some(Host::Ipv4(address)) => assert!(allow_loopback && address.is_loopback()),
            Some(Host::Ipv6(address)) => assert!(allow_loopback && address.is_loopback()),
            None => panic!("a target has a host"),
        }
    }
}

fn judge(address: IpAddr) {
    let is_special = match address {
        IpAddr::V4(address) => is_special_ipv4(address),
        IpAddr::V6(address) => is_special_ipv6(address),
    };
    assert!(!(is_special && is_public(address)), "{address}");
}

fn is_special_ipv4(address: Ipv4Addr) -> bool {
    address.is_unspecified()
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
}

fn is_special_ipv6(address: Ipv6Addr) -> bool {
    address.is_unspecified()
        || address.is_loopback()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || address.is_multicast()
        || address.to_ipv4().is_some()
}
