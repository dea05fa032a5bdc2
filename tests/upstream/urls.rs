//! Which URLs are refused before any name is resolved.

use proptest::prelude::*;
use sealbearer::upstream::target::URL_BYTES_MAX;
use sealbearer::upstream::{Reach, Target, UrlFault};

fn fault(url: &str) -> Option<UrlFault> {
    Target::parse(url, Reach::Public).err()
}

#[test]
fn ssrf_01_urls_refused_before_any_name_is_resolved() {
    for (url, expected) in [
        ("http://client.example.com/c", UrlFault::Scheme),
        ("ftp://client.example.com/c", UrlFault::Scheme),
        ("file:///etc/passwd", UrlFault::Scheme),
        ("data:application/json,{}", UrlFault::Scheme),
        ("https:client.example.com/c", UrlFault::Malformed),
        ("https:///client.example.com/c", UrlFault::Malformed),
        ("client.example.com/c", UrlFault::Malformed),
        ("", UrlFault::Malformed),
        ("https://client.example.com", UrlFault::Malformed),
        ("https://client.example.com?x", UrlFault::Malformed),
        ("https://client.example.com/./c", UrlFault::Malformed),
        ("https://client.example.com/a/../c", UrlFault::Malformed),
        ("https://client.example.com/a/%2e%2E/c", UrlFault::Malformed),
        ("https://client.example.com\\c", UrlFault::Malformed),
        ("https://client.example.com/a\tb", UrlFault::Malformed),
        ("https://client.example.com/a\r\nHost: x", UrlFault::Malformed),
        (" https://client.example.com/c", UrlFault::Malformed),
        ("https://client.example.com/ü", UrlFault::Malformed),
        ("HTTPS://client.example.com/c", UrlFault::Malformed),
        ("https://client.example.com/c#", UrlFault::Fragment),
        ("https://client.example.com/c#x", UrlFault::Fragment),
        ("https://user@client.example.com/c", UrlFault::UserInformation),
        ("https://:secret@client.example.com/c", UrlFault::UserInformation),
        ("https://@client.example.com/c", UrlFault::Malformed),
        ("https://8.8.8.8/c", UrlFault::Host),
        ("https://[2606:4700::1]/c", UrlFault::Host),
        ("https://intranet/c", UrlFault::Host),
        ("https://localhost/c", UrlFault::Host),
        ("https://client.example.com:443/c", UrlFault::Malformed),
        ("https://client.example.com:22/c", UrlFault::Port),
        ("https://client.example.com:6379/c", UrlFault::Port),
        ("https://client.example.com:80/c", UrlFault::Port),
        ("https://client.example.com:0/c", UrlFault::Port),
    ] {
        assert_eq!(fault(url), Some(expected), "{url:?}");
    }
}

#[test]
fn ssrf_06_no_spelling_of_an_address_passes_for_a_name() {
    for url in [
        "https://2130706433/c",
        "https://0x7f.1/c",
        "https://0x7f000001/c",
        "https://017700000001/c",
        "https://127.1/c",
        "https://127.0.0.1/c",
        "https://127.0.0.1./c",
        "https://[::]/c",
        "https://[::1]/c",
        "https://[::ffff:10.0.0.1]/c",
        "https://[::10.0.0.1]/c",
        "https://%31%32%37.0.0.1/c",
        "https://１２７.0.0.1/c",
        "https://127。0。0。1/c",
        "https://client.example.com./c",
        "https://client..example.com/c",
        "https://.example.com/c",
    ] {
        assert!(fault(url).is_some(), "{url}");
    }
}

#[test]
fn ssrf_10_no_zone_id_is_read() {
    for url in ["https://[fe80::1%25eth0]/c", "https://[fe80::1%eth0]/c"] {
        assert_eq!(fault(url), Some(UrlFault::Malformed), "{url}");
    }
}

#[test]
fn ssrf_12_a_host_is_ascii_or_refused() {
    for url in ["https://bücher.example/c", "https://аpple.com/c", "https://xn--/c"] {
        assert!(fault(url).is_some(), "{url}");
    }
    let target =
        Target::parse("https://xn--bcher-kva.example/c", Reach::Public).expect("it is canonical");
    assert_eq!(target.host(), "xn--bcher-kva.example", "people see what is compared");
}

#[test]
fn urls_of_documents_and_keys_are_taken_as_written() {
    for url in [
        "https://claude.ai/oauth/mcp-oauth-client-metadata",
        "https://chatgpt.com/oauth/jwks.json",
        "https://vscode.dev/oauth/client-metadata.json",
        "https://client.example.com/",
        "https://client.example.com:8443/@scope/client.json?v=1&x=%2F",
    ] {
        assert_eq!(
            Target::parse(url, Reach::Public).map(|target| target.as_str().to_owned()),
            Ok(url.to_owned())
        );
    }
}

#[test]
fn a_url_has_at_most_so_many_bytes() {
    let url = |length: usize| format!("https://a.example/{}", "x".repeat(length - 18));
    assert_eq!(fault(&url(URL_BYTES_MAX)), None);
    assert_eq!(fault(&url(URL_BYTES_MAX + 1)), Some(UrlFault::TooLong));
}

#[test]
fn loopback_has_three_spellings_where_it_is_allowed() {
    for url in [
        "http://127.0.0.1:8080/c",
        "http://localhost/c",
        "http://[::1]:9/c",
        "https://localhost:8443/c",
        "https://127.0.0.1/c",
    ] {
        assert!(Target::parse(url, Reach::Demonstration).is_ok(), "{url}");
        assert!(Target::parse(url, Reach::Public).is_err(), "{url}");
    }
    for url in [
        "http://client.example.com/c",
        "http://127.0.0.2/c",
        "http://127.1/c",
        "http://[::ffff:127.0.0.1]/c",
        "http://localhost.example.com/c",
        "http://x.localhost/c",
        "http://localhost:0/c",
        "http://10.0.0.1/c",
        "https://10.0.0.1/c",
    ] {
        assert!(Target::parse(url, Reach::Demonstration).is_err(), "{url}");
    }
}

proptest! {
    #![proptest_config(super::config())]

    /// Whatever is taken has one reading: the URL parser's, which is the text itself.
    #[test]
    fn what_is_taken_is_read_alike_by_everybody(
        text in "(https|http)://[a-zA-Z0-9.:@\\[\\]%_-]{1,20}(/[ -~]{0,20})?",
        allow_loopback: bool,
    ) {
        let Ok(target) = Target::parse(&text, Reach::of_strangers(allow_loopback)) else { return Ok(()) };
        let url = url::Url::parse(&text).expect("it was parsed before");
        prop_assert_eq!(url.as_str(), target.as_str());
        prop_assert_eq!(url.host_str(), Some(target.host()));
        prop_assert!(url.username().is_empty() && url.password().is_none());
        prop_assert!(url.fragment().is_none());
        prop_assert!(allow_loopback || url.scheme() == "https");
    }
}

#[test]
fn every_fault_is_told_in_words() {
    let words: std::collections::BTreeSet<_> =
        UrlFault::ALL.into_iter().map(UrlFault::description).collect();
    assert_eq!(words.len(), UrlFault::ALL.len());
}
