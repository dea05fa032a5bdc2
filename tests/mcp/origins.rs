//! Which hosts may be asked for, and which pages may ask.
//! Source: MCP transports (`Origin`), RFC 6454.

use sealbearer::gateway::origin::{Foreign, Origins};
use url::Url;

fn origins(public_url: &str, hosts: &[&str], pages: &[&str]) -> Origins {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    Origins::new(&Url::parse(public_url).expect("a URL"), &owned(hosts), &owned(pages))
}

#[test]
fn our_own_host_and_loopback_names_may_be_asked_for_and_no_others() {
    let ours = origins("https://auth.example.com", &["proxy.internal"], &[]);
    for host in [
        "auth.example.com",
        "AUTH.example.com:443",
        "localhost:9000",
        "127.0.0.1",
        "[::1]:80",
        "proxy.internal:1",
    ] {
        assert_eq!(ours.permit(&[host.as_bytes()], &[]), Ok(()), "{host}");
    }
    for host in [
        "evil.example",
        "auth.example.com.evil.example",
        "auth.example.com@evil.example",
        "",
        "127.0.0.1.evil",
        "auth.example.com:80a",
    ] {
        assert_eq!(ours.permit(&[host.as_bytes()], &[]), Err(Foreign::Host), "{host}");
    }
    assert_eq!(ours.permit(&[b"auth.example.com", b"evil.example"], &[]), Err(Foreign::Host));
}

#[test]
fn our_own_pages_and_configured_ones_may_ask_and_no_others() {
    let ours = origins("https://auth.example.com", &[], &["https://app.example:8443", "null"]);
    for page in ["https://auth.example.com", "https://app.example:8443", "null"] {
        assert_eq!(ours.permit(&[], &[page.as_bytes()]), Ok(()), "{page}");
    }
    for page in [
        "http://auth.example.com",
        "https://auth.example.com:8443",
        "https://app.example",
        "https://evil.example",
        "http://localhost:6274",
        "",
    ] {
        assert_eq!(ours.permit(&[], &[page.as_bytes()]), Err(Foreign::Origin), "{page}");
    }
    assert_eq!(ours.permit(&[], &[b"null", b"null"]), Err(Foreign::Origin));
    assert_eq!(
        origins("https://auth.example.com", &[], &[]).permit(&[], &[b"null"]),
        Err(Foreign::Origin)
    );
}

#[test]
fn on_loopback_pages_on_loopback_may_ask_and_pages_that_only_look_so_may_not() {
    let ours = origins("http://127.0.0.1:9000", &[], &[]);
    for page in
        ["http://localhost:6274", "http://127.0.0.1:1", "http://[::1]:3000", "https://localhost"]
    {
        assert_eq!(ours.permit(&[], &[page.as_bytes()]), Ok(()), "{page}");
    }
    for page in [
        "http://localhost.evil.example",
        "http://localhost@evil.example",
        "http://localhost:1/x",
        "ftp://localhost",
    ] {
        assert_eq!(ours.permit(&[], &[page.as_bytes()]), Err(Foreign::Origin), "{page}");
    }
}

#[test]
fn every_page_may_ask_if_that_is_configured() {
    assert_eq!(
        origins("https://a.example", &[], &["*"]).permit(&[], &[b"https://any.example"]),
        Ok(())
    );
}
