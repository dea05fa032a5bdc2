//! Whose request it is: what proxies say counts only from proxies, and only the part that they wrote.

use proptest::prelude::*;
use serde_json::json;

use super::address;
use crate::support::{Ask, Deployment, Node, Serve as _};

/// Every address may register this often at once.
const ALLOWED: usize = 3;

fn deployment(proxies: &str) -> Deployment {
    Deployment::usual().with(&format!("[limits.rate]\nregister = {ALLOWED}")).with(proxies)
}

fn registration() -> Ask {
    Ask::json("/oauth/register", &json!({"redirect_uris": ["https://app.example.com/cb"]}))
}

/// Who asks, over which connection and with which headers; `true` if both count as the same.
fn same(proxies: &str, one: (&str, &[(&str, &str)]), other: (&str, &[(&str, &str)])) -> bool {
    let node = Node::start(&deployment(proxies));
    let ask = |(peer, headers): (&str, &[(&str, &str)])| {
        let ask = registration().from(peer);
        let ask = headers.iter().fold(ask, |ask, (name, value)| ask.with(name, *value));
        node.serve(&ask).status
    };
    for _ in 0..ALLOWED {
        assert_eq!(ask(one), 201);
    }
    assert_eq!(ask(one), 429);
    ask(other) == 429
}

const TRUSTED: &str = "[proxies]\ntrusted = [\"10.0.0.0/8\", \"2001:db8:ffff::/48\"]";
const STANDARD: &str = "[proxies]\ntrusted = [\"10.0.0.0/8\"]\nheader = \"forwarded\"";

#[test]
fn cfg_07_without_proxies_no_header_says_whose_request_it_is() {
    let peer = "203.0.113.1";
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "true-client-ip", "client-ip"] {
        for value in ["198.51.100.9", "for=198.51.100.9", "10.0.0.1, 198.51.100.9"] {
            assert!(same("", (peer, &[]), (peer, &[(header, value)])), "{header}: {value}");
        }
    }
    assert!(!same("", (peer, &[]), ("203.0.113.2", &[])), "another connection is somebody else");
}

#[test]
fn cfg_07_headers_count_only_from_proxies_and_from_the_right() {
    let forged = [("x-forwarded-for", "198.51.100.9")];
    assert!(same(TRUSTED, ("203.0.113.1", &[]), ("203.0.113.1", &forged)), "no proxy sent it");
    let behind = |chain: &'static str| ("10.0.0.1", [("x-forwarded-for", chain)]);
    let counts_as = |one: &'static str, other: &'static str| {
        let ((peer, first), (_, second)) = (behind(one), behind(other));
        same(TRUSTED, (peer, &first), (peer, &second))
    };
    assert!(!counts_as("198.51.100.1", "198.51.100.2"));
    for chain in [
        "198.51.100.1",
        "8.8.8.8, 198.51.100.1",
        "10.9.9.9, 198.51.100.1, 10.0.0.7",
        "for=nonsense, \"198.51.100.1\", 10.0.0.7,2001:db8:ffff::1",
        "198.51.100.1:4711",
        "::ffff:198.51.100.1",
        "[::ffff:198.51.100.1]:80",
    ] {
        assert!(counts_as("198.51.100.1", chain), "{chain}");
    }
    for chain in ["unknown", "198.51.100.1, unknown", "198.51.100.1, ", "198.51.100.300", ""] {
        assert!(counts_as("_hidden", chain), "{chain}: it is the proxy's then");
        assert!(!counts_as("198.51.100.1", chain), "{chain}");
    }
}

#[test]
fn cfg_07_lines_of_a_header_are_one_chain() {
    let one = [("x-forwarded-for", "198.51.100.1")];
    let two = [("x-forwarded-for", "8.8.8.8"), ("x-forwarded-for", "198.51.100.1, 10.0.0.2")];
    assert!(same(TRUSTED, ("10.0.0.1", &one), ("10.0.0.1", &two)));
}

#[test]
fn cfg_07_only_the_named_header_is_read() {
    let (old, new) = ([("x-forwarded-for", "198.51.100.1")], [("forwarded", "for=198.51.100.1")]);
    assert!(same(TRUSTED, ("10.0.0.1", &[]), ("10.0.0.1", &new)));
    assert!(same(STANDARD, ("10.0.0.1", &[]), ("10.0.0.1", &old)));
    for spelled in [
        "for=198.51.100.1",
        "proto=https; For=\"198.51.100.1:4711\";by=10.0.0.1",
        "for=\"[2001:db8::1]\", for=\"[::ffff:198.51.100.1]\"",
        "for=\"unbalanced, for=198.51.100.1",
        "for=198.51.100.1, for=10.0.0.3;proto=http",
    ] {
        let spelled = [("forwarded", spelled)];
        assert!(same(STANDARD, ("10.0.0.1", &new), ("10.0.0.1", &spelled)), "{spelled:?}");
    }
}

#[test]
fn an_ipv6_network_of_64_bits_is_one_address() {
    let peer = |text| (text, &[] as &[(&str, &str)]);
    assert!(same("", peer("2001:db8:1:2::1"), peer("2001:db8:1:2:ffff:ffff:ffff:ffff")));
    assert!(!same("", peer("2001:db8:1:2::1"), peer("2001:db8:1:3::1")));
    assert!(same("", peer("192.0.2.1"), peer("::ffff:192.0.2.1")), "one address, spelled twice");
}

#[test]
fn met_02_forwarded_headers_move_neither_issuer_nor_urls_nor_tokens() {
    let node = Node::start(&deployment(TRUSTED));
    let plain = node.serve(&Ask::get("/.well-known/oauth-authorization-server"));
    let moved = Ask::get("/.well-known/oauth-authorization-server")
        .from("10.0.0.1")
        .with("host", "evil.example")
        .with("x-forwarded-host", "evil.example")
        .with("x-forwarded-proto", "http")
        .with("x-forwarded-prefix", "/evil")
        .with("forwarded", "for=1.2.3.4;host=evil.example;proto=http");
    assert_eq!(node.serve(&moved).body, plain.body);
}

proptest! {
    /// Whatever a client writes, its own proxy's entry decides.
    #[test]
    fn nothing_to_the_left_of_what_a_proxy_wrote_matters(forged in "[ -~]{0,60}") {
        use poem::http::uri::Scheme;
        use poem::web::{LocalAddr, RemoteAddr};
        use sealbearer::config::{ForwardedHeader, ProxiesConfig};
        use sealbearer::http::address::Proxies;
        let trusted = vec!["10.0.0.0/8".parse().expect("a network")];
        for (header, name, own) in [
            (ForwardedHeader::XForwardedFor, "x-forwarded-for", "198.51.100.1"),
            (ForwardedHeader::Forwarded, "forwarded", "for=198.51.100.1"),
        ] {
            let proxies = Proxies::new(&ProxiesConfig { trusted: trusted.clone(), header });
            let head = poem::http::Request::builder().header(name, format!("{forged}, {own}"));
            let (head, ()) = head.body(()).expect("a request").into_parts();
            let peer = RemoteAddr(poem::Addr::SocketAddr(([10, 0, 0, 1], 4_711).into()));
            let parts = (head, LocalAddr::default(), peer, Scheme::HTTP).into();
            let request = poem::Request::from_parts(parts, poem::Body::empty());
            prop_assert_eq!(proxies.client(&request), address("198.51.100.1"));
        }
    }
}
