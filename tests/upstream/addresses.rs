//! Which addresses are connected to, and when they are looked up.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use proptest::prelude::*;
use sealbearer::upstream::address::is_public;
use sealbearer::upstream::{FetchError, Upstream};
use tokio::net::TcpListener;

use super::{HOST, LIMITS, URL, fetch, json, upstream, upstream_with};
use crate::support::internet::{Behind, Internet, SOMEWHERE};

/// The IANA special-purpose registries of 2025-10-09 as they are written there, multicast, and what RFCs 3879, 4291 and
/// 6052 say besides: another table than the one of the server, in another form.
const SPECIAL: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "255.255.255.255/32",
    "::/128",
    "::1/128",
    "::/96",
    "::ffff:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/23",
    "2001::/32",
    "2001:1::1/128",
    "2001:1::2/128",
    "2001:1::3/128",
    "2001:2::/48",
    "2001:3::/32",
    "2001:4:112::/48",
    "2001:10::/28",
    "2001:20::/28",
    "2001:30::/28",
    "2001:db8::/32",
    "2002::/16",
    "2620:4f:8000::/48",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
];

/// An address of a network, its first and its last.
fn bounds(network: &str) -> (u128, u128, u32, bool) {
    let (address, bits) = network.split_once('/').expect("it has a length");
    let bits: u32 = bits.parse().expect("it is a length");
    let (address, width) = match address.parse().expect("it is an address") {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    let size = width - bits;
    let first = if size == 128 { 0 } else { address >> size << size };
    let last = if size == 128 { u128::MAX } else { first | ((1_u128 << size) - 1) };
    (first, last, width, width == 32)
}

fn address(bits: u128, is_ipv4: bool) -> IpAddr {
    if is_ipv4 {
        Ipv4Addr::from_bits(u32::try_from(bits).expect("it has 32 bits")).into()
    } else {
        Ipv6Addr::from_bits(bits).into()
    }
}

/// Whether the table of this file has `address`.
fn is_special(address: IpAddr) -> bool {
    let (bits, is_ipv4) = match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), true),
        IpAddr::V6(address) => (address.to_bits(), false),
    };
    SPECIAL.iter().any(|network| {
        let (first, last, _, ipv4) = bounds(network);
        ipv4 == is_ipv4 && (first..=last).contains(&bits)
    })
}

fn any_address() -> impl Strategy<Value = IpAddr> {
    let network = prop::sample::select(SPECIAL);
    // Lean on the edges: the first and last address of each network, and their neighbours.
    let at_an_edge = (network, any::<bool>(), 0_u8..4).prop_map(|(network, at_end, step)| {
        let (first, last, width, is_ipv4) = bounds(network);
        let top = if width == 32 { u128::from(u32::MAX) } else { u128::MAX };
        let edge = if at_end { last } else { first };
        let bits = edge.saturating_add(u128::from(step)).saturating_sub(2).min(top);
        address(bits, is_ipv4)
    });
    prop_oneof![
        any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
        any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))),
        any::<u128>().prop_map(|bits| {
            IpAddr::V6(Ipv6Addr::from_bits(bits & (u128::MAX >> 3) | 1 << 125))
        }),
        at_an_edge,
    ]
}

proptest! {
    #![proptest_config(super::config())]

    /// RFC 6890: no address of a special purpose is one that a stranger may name, and every other IPv4 address is, and
    /// every other IPv6 address that IANA gives out.
    #[test]
    fn an_address_is_public_unless_a_registry_says_otherwise(address in any_address()) {
        let given_out = match address {
            IpAddr::V4(_) => true,
            IpAddr::V6(address) => address.segments()[0] >> 13 == 1,
        };
        prop_assert_eq!(is_public(address), given_out && !is_special(address), "{}", address);
    }
}

#[test]
fn both_ends_of_every_special_network_are_refused() {
    for network in SPECIAL {
        let (first, last, _, is_ipv4) = bounds(network);
        for bits in [first, first + (last - first) / 2, last] {
            let address = address(bits, is_ipv4);
            assert!(!is_public(address), "{address} of {network}");
        }
    }
}

#[test]
fn ordinary_hosts_are_public() {
    for text in ["1.1.1.1", "160.79.104.10", "172.15.255.255", "172.32.0.0", "223.255.255.255"] {
        assert!(is_public(text.parse().expect("it is an address")), "{text}");
    }
    for text in ["2606:4700::1", "2a00:1450:4001:81b::2004", "2001:200::1", "2003::1", "3ffe::1"] {
        assert!(is_public(text.parse().expect("it is an address")), "{text}");
    }
}

/// Names whose addresses are all of these, fetched: nobody may be connected to.
async fn nobody_is_connected_to(addresses: &[IpAddr]) {
    let internet = Internet::new();
    let trap = TcpListener::bind("127.0.0.1:0").await.expect("loopback has ports");
    let front = trap.local_addr().expect("it is bound");
    internet.name(HOST, addresses);
    for address in addresses {
        internet.put(*address, 443, Behind::Listener(front));
    }
    let fetched = fetch(&upstream(&internet), URL).await;
    assert_eq!(fetched.err(), Some(FetchError::Unavailable), "{addresses:?}");
    assert_eq!(internet.connected(), [], "{addresses:?}");
}

/// Every network of `chosen`, tried at once.
async fn none_is_connected_to(chosen: impl Fn(&str) -> bool) {
    let networks: Vec<_> = SPECIAL.iter().copied().filter(|network| chosen(network)).collect();
    assert!(!networks.is_empty());
    let tries = networks.into_iter().map(|network| {
        let (first, last, _, is_ipv4) = bounds(network);
        tokio::spawn(async move {
            nobody_is_connected_to(&[address(first + (last - first) / 3, is_ipv4)]).await;
        })
    });
    for attempt in tries.collect::<Vec<_>>() {
        attempt.await.expect("it holds");
    }
}

#[tokio::test]
async fn ssrf_02_no_special_ipv4_address_is_connected_to() {
    none_is_connected_to(|network| network.contains('.')).await;
}

#[tokio::test]
async fn ssrf_03_one_forbidden_address_condemns_the_name() {
    let (public, private) = (IpAddr::from(SOMEWHERE), IpAddr::from([10, 0, 0, 1]));
    nobody_is_connected_to(&[public, private]).await;
    nobody_is_connected_to(&[private, public]).await;
    nobody_is_connected_to(&[public, public, public, public, private]).await;
}

#[tokio::test]
async fn ssrf_04_the_name_is_resolved_once_and_the_address_that_was_judged_is_the_one_connected_to()
{
    let (internet, site) = super::answering(json("{}")).await;
    let (public, private) = (IpAddr::from(SOMEWHERE), IpAddr::from([127, 0, 0, 1]));
    internet.name_in_turn(HOST, &[&[public], &[private]]);
    let upstream = upstream(&internet);
    fetch(&upstream, URL).await.expect("the first answer is public");
    assert_eq!(internet.resolved(), [HOST]);
    assert_eq!(internet.connected(), [(SOMEWHERE, 443).into()]);
    let asked = site.received_requests().await.expect("requests are kept");
    assert_eq!(asked[0].headers["host"], HOST, "the host is named, not the address");
    assert_eq!(fetch(&upstream, URL).await.err(), Some(FetchError::Unavailable));
    assert_eq!(internet.connected().len(), 1, "the second answer is not connected to");
}

#[tokio::test]
async fn ssrf_07_no_6to4_address_is_connected_to() {
    nobody_is_connected_to(&["2002:a00:1::".parse().expect("it is an address")]).await;
    none_is_connected_to(|network| network.starts_with("2002:")).await;
}

#[tokio::test]
async fn ssrf_08_no_nat64_address_is_connected_to() {
    nobody_is_connected_to(&["64:ff9b::7f00:1".parse().expect("it is an address")]).await;
    none_is_connected_to(|network| network.starts_with("64:ff9b:")).await;
}

#[tokio::test]
async fn ssrf_09_no_special_ipv6_address_is_connected_to() {
    none_is_connected_to(|network| network.contains(':')).await;
}

#[tokio::test]
async fn a_name_without_addresses_is_not_there() {
    nobody_is_connected_to(&[]).await;
}

#[tokio::test]
async fn three_addresses_of_a_host_are_tried() {
    let internet = Internet::new();
    internet.name(HOST, &[1, 2, 3, 4].map(|last| IpAddr::from([198, 35, 26, last])));
    assert_eq!(fetch(&upstream(&internet), URL).await.err(), Some(FetchError::Unavailable));
    let tried = internet.connected().into_iter().map(|address| address.ip().to_string());
    assert_eq!(tried.collect::<Vec<_>>(), ["198.35.26.1", "198.35.26.2", "198.35.26.3"]);
}

#[tokio::test]
async fn the_next_address_is_tried_where_one_does_not_answer() {
    let (internet, _site) = super::answering(json("{}")).await;
    let closed = IpAddr::from([198, 35, 26, 1]);
    let filtered = IpAddr::from([198, 35, 26, 2]);
    internet.put(filtered, 443, Behind::Filter);
    internet.name(HOST, &[closed, filtered, SOMEWHERE.into()]);
    fetch(&upstream(&internet), URL).await.expect("the third one answers");
    assert_eq!(internet.connected().len(), 3);
}

/// A way out of a demonstration.
fn demonstration(internet: &Arc<Internet>) -> Upstream {
    upstream_with(internet, LIMITS, true)
}

#[tokio::test]
async fn loopback_is_asked_where_it_is_allowed_and_named_as_such() {
    let (internet, site) = super::answering(json("{}")).await;
    let port = site.address().port();
    let loopback = IpAddr::from([127, 0, 0, 1]);
    internet.put(loopback, port, Behind::Listener(*site.address()));
    internet.name("localhost", &[loopback]);
    let upstream = demonstration(&internet);
    for host in ["localhost", "127.0.0.1"] {
        let url = format!("http://{host}:{port}/client.json");
        fetch(&upstream, &url).await.unwrap_or_else(|error| panic!("{url}: {error:?}"));
    }
    assert_eq!(internet.resolved(), ["localhost"], "an address needs no resolver");
}

#[tokio::test]
async fn no_other_name_leads_to_loopback_where_it_is_allowed_and_no_loopback_name_elsewhere() {
    let internet = Internet::new();
    internet.name(HOST, &[[127, 0, 0, 1].into()]);
    internet.name("localhost", &[SOMEWHERE.into()]);
    let upstream = demonstration(&internet);
    assert_eq!(fetch(&upstream, URL).await.err(), Some(FetchError::Unavailable));
    let elsewhere = fetch(&upstream, "http://localhost:8080/client.json").await;
    assert_eq!(elsewhere.err(), Some(FetchError::Unavailable));
    assert_eq!(internet.connected(), []);
}
