//! Redirect URIs: where a code may go. Source: OAuth 2.1 §2.3.1 and §8.4, RFC 8252 §7 and §8.3.

use proptest::prelude::*;
use protocol::oauth::redirect_uri::{
    MatchedRedirectUri, OUT_OF_BAND, REDIRECT_URI_BYTES_MAX, RedirectDigest, RedirectFault,
    RedirectKind, RedirectRules, RegisteredRedirectUri,
};

use super::support::{client_at, registered, rules};

/// URIs that differ from one another in one part at a time, acceptable or not.
fn uri() -> impl Strategy<Value = String> {
    let scheme = prop::sample::select(vec![
        "http",
        "https",
        "http",
        "http",
        "HTTP",
        "cursor",
        "com.example.app",
    ]);
    let host = prop::sample::select(vec![
        "127.0.0.1",
        "[::1]",
        "localhost",
        "127.0.0.1",
        "localhost",
        "127.0.0.2",
        "127.1",
        "LOCALHOST",
        "localhost.evil",
        "127.0.0.1.evil",
        "127.0.0.1@evil",
        "a.example",
        "[::ffff:127.0.0.1]",
    ]);
    let port = prop::sample::select(vec![
        "", ":1", ":33418", ":65535", ":", ":65536", ":99999", ":8o", ":0x50", ":+80", ":80@evil",
        ":-1",
    ]);
    let rest = prop::sample::select(vec![
        "", "/", "/cb", "/cb", "/cb/", "/CB", "/cb?a=b", "?a=b", "/cb/../x", "#f",
    ]);
    (scheme, host, port, rest)
        .prop_map(|(scheme, host, port, rest)| format!("{scheme}://{host}{port}{rest}"))
}

/// What RFC 8252 §7.3 lets vary, told without the code under test: host and rest of an http loopback URI whose port, if
/// any, is a number below 65536.
fn naive_loopback(uri: &str) -> Option<(String, String)> {
    for host in ["127.0.0.1", "[::1]", "localhost"] {
        let Some(after) = uri.strip_prefix(&format!("http://{host}")) else { continue };
        let end = after.find(['/', '?', '#']).unwrap_or(after.len());
        let (port, rest) = after.split_at(end);
        let number = port.strip_prefix(':').unwrap_or("1");
        let digits = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
        let valid = digits && number.parse::<u32>().is_ok_and(|port| port < 65_536);
        if (port.is_empty() || port.starts_with(':')) && valid {
            return Some((host.to_owned(), rest.to_owned()));
        }
    }
    None
}

proptest! {
    #![proptest_config(super::config())]

    /// A URI matches a registration if it is the same string, or differs in the port of a loopback URI only.
    #[test]
    fn only_a_loopback_port_may_differ(ours in uri(), sent in uri()) {
        let Ok(ours_registered) = RegisteredRedirectUri::parse(&ours, &rules()) else { return Ok(()) };
        let loopback = naive_loopback(&ours);
        let expected = ours == sent || (loopback.is_some() && loopback == naive_loopback(&sent));
        let matched = ours_registered.matches(&sent);
        prop_assert_eq!(matched.is_some(), expected, "{} and {}", ours, sent);
        if let Some(matched) = matched {
            prop_assert_eq!(matched.as_str(), sent);
            prop_assert_eq!(matched.kind(), ours_registered.kind());
        }
    }

    /// Whatever is registered matches itself, on any port if it is a loopback URI, and survives being sealed.
    #[test]
    fn a_registered_uri_matches_itself(uri in uri(), port in any::<u16>()) {
        let Ok(ours) = RegisteredRedirectUri::parse(&uri, &rules()) else { return Ok(()) };
        let matched = ours.matches(&uri).expect("it is the same");
        prop_assert_eq!(&MatchedRedirectUri::unsealed(uri.clone()), &matched);
        prop_assert_eq!(matched.digest(), RedirectDigest::of(&uri));
        prop_assert_eq!(ours.as_str(), &uri);
        prop_assert_eq!(ours.kind() == RedirectKind::Loopback, naive_loopback(&uri).is_some());
        if let Some((host, rest)) = naive_loopback(&uri) {
            let moved = format!("http://{host}:{port}{rest}");
            prop_assert!(ours.matches(&moved).is_some());
            let portless = format!("http://{host}{rest}");
            prop_assert_eq!(ours.without_port(), portless);
        } else {
            prop_assert_eq!(ours.without_port(), uri);
        }
    }

    /// Nothing with user information, and nothing that is neither https nor loopback, can be registered over http.
    #[test]
    fn http_is_for_loopback_only(uri in uri()) {
        let read = RegisteredRedirectUri::parse(&uri, &rules());
        if uri.to_lowercase().starts_with("http://") {
            let acceptable = naive_loopback(&uri).is_some() && !uri.contains('#');
            prop_assert_eq!(read.is_ok(), acceptable, "{}", uri);
        }
        prop_assert!(!uri.contains('@') || read.is_err());
    }

    /// Schemes that run something are refused in any case, even if a setting names them.
    #[test]
    fn dangerous_schemes_are_refused_in_any_case(
        scheme in prop::sample::select(vec![
            "about", "blob", "data", "file", "filesystem", "ftp", "javascript", "mailto", "vbscript", "view-source",
        ]),
        upper in any::<u32>(),
        rest in prop::sample::select(vec!["alert(1)", "//a.example/cb", "/cb", "text/html,x"]),
    ) {
        let scheme: String = scheme
            .chars()
            .enumerate()
            .map(|(at, c)| if upper >> at & 1 == 1 { c.to_ascii_uppercase() } else { c })
            .collect();
        let generous = RedirectRules { private_use_schemes: vec![scheme.to_lowercase()], ..rules() };
        let read = RegisteredRedirectUri::parse(&format!("{scheme}:{rest}"), &generous);
        prop_assert_eq!(read, Err(RedirectFault::Scheme));
    }

    /// No text makes the rules panic, and what is accepted is plain ASCII without a fragment.
    #[test]
    fn any_text_is_accepted_or_refused(text in prop_oneof![
        ".{0,60}", "[a-z.]{1,12}:[ -~]{0,40}", "https?://[ -~\u{e9}]{0,40}",
    ]) {
        if let Ok(uri) = RegisteredRedirectUri::parse(&text, &rules()) {
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_graphic()));
            let unsafe_characters = ['#', '\\', '"', '<', '>', '^', '`', '{', '|', '}'];
            prop_assert!(!text.contains(unsafe_characters));
            prop_assert!(uri.matches(&text).is_some());
        }
    }
}

const CANNOT_BE_REGISTERED: [&str; 48] = [
    "",
    "cb",
    "/cb",
    "//a.example/cb",
    "https://",
    "https:a.example",
    "https:///a.example/cb",
    "HTTPS://a.example/cb",
    "https://a.example/c b",
    "https://a.example/\u{e9}",
    "https://a.example/\\evil",
    "\thttps://a.example",
    "java\nscript:alert(1)",
    "https://a.example/\0",
    "https://a.example/{x}",
    "https://*^.example/",
    "https://a.example/cb#",
    "https://a.example/cb#part",
    "cursor://a#b",
    "https://ok@evil.example/cb",
    "https://:@evil.example/cb",
    "https://@evil.example/",
    "cursor://ok@evil/cb",
    "https:///ok@evil.example/cb",
    "https://ok:secret@evil.example",
    "https://@a.example?q",
    "http://a.example/cb",
    "http://127.0.0.1.evil/cb",
    "http://localhost.evil/cb",
    "http://127.1/cb",
    "http://2130706433/cb",
    "http://0x7f.1/cb",
    "http://[::ffff:127.0.0.1]/cb",
    "http://127.0.0.2/cb",
    "http://0.0.0.0/cb",
    "http://LOCALHOST/cb",
    "http://127.0.0.1:/cb",
    "http://127.0.0.1:65536/cb",
    "http://127.0.0.1@evil.example/",
    "http://localhost\\@evil.example/",
    "http:127.0.0.1/cb",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "myapp:/cb",
    "urn:ietf:wg:oauth:2.0:other",
    "ws://a.example/",
    "chrome-extension://abc/cb",
];

/// AUZ-02, AUZ-05, AUZ-08, DCR-01: what cannot be registered, and why.
#[test]
fn what_cannot_be_registered() {
    let lines =
        CANNOT_BE_REGISTERED.map(|text| match RegisteredRedirectUri::parse(text, &rules()) {
            Ok(uri) => format!("{text:?} is accepted as {:?}", uri.kind()),
            Err(fault) => format!("{text:?}: {fault:?}"),
        });
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "": Malformed
    "cb": Malformed
    "/cb": Malformed
    "//a.example/cb": Malformed
    "https://": Malformed
    "https:a.example": Malformed
    "https:///a.example/cb": Malformed
    "HTTPS://a.example/cb": Malformed
    "https://a.example/c b": Malformed
    "https://a.example/é": Malformed
    "https://a.example/\\evil": Malformed
    "\thttps://a.example": Malformed
    "java\nscript:alert(1)": Malformed
    "https://a.example/\0": Malformed
    "https://a.example/{x}": Malformed
    "https://*^.example/": Malformed
    "https://a.example/cb#": Fragment
    "https://a.example/cb#part": Fragment
    "cursor://a#b": Fragment
    "https://ok@evil.example/cb": UserInformation
    "https://:@evil.example/cb": UserInformation
    "https://@evil.example/": UserInformation
    "cursor://ok@evil/cb": UserInformation
    "https:///ok@evil.example/cb": UserInformation
    "https://ok:secret@evil.example": UserInformation
    "https://@a.example?q": UserInformation
    "http://a.example/cb": InsecureHost
    "http://127.0.0.1.evil/cb": InsecureHost
    "http://localhost.evil/cb": InsecureHost
    "http://127.1/cb": InsecureHost
    "http://2130706433/cb": InsecureHost
    "http://0x7f.1/cb": InsecureHost
    "http://[::ffff:127.0.0.1]/cb": InsecureHost
    "http://127.0.0.2/cb": InsecureHost
    "http://0.0.0.0/cb": InsecureHost
    "http://LOCALHOST/cb": InsecureHost
    "http://127.0.0.1:/cb": InsecureHost
    "http://127.0.0.1:65536/cb": Malformed
    "http://127.0.0.1@evil.example/": UserInformation
    "http://localhost\\@evil.example/": Malformed
    "http:127.0.0.1/cb": InsecureHost
    "JaVaScRiPt:alert(1)": Scheme
    "data:text/html,x": Scheme
    "file:///etc/passwd": Scheme
    "myapp:/cb": Scheme
    "urn:ietf:wg:oauth:2.0:other": Scheme
    "ws://a.example/": Scheme
    "chrome-extension://abc/cb": Scheme
    "#);
}

const CAN_BE_REGISTERED: [&str; 16] = [
    "https://client.example/cb",
    "https://client.example",
    "https://client.example:8443/cb?a=b",
    "https://client.example/@name",
    "https://client.example/cb?to=a@b",
    "http://127.0.0.1/",
    "http://127.0.0.1:33418/",
    "http://[::1]:8080/cb",
    "http://localhost/cb?x=1",
    "http://localhost",
    "http://localhost?x",
    "cursor://anysphere.cursor-mcp/oauth/callback",
    "vscode:cb",
    "com.example.app:/cb",
    "com.example.app://host/cb",
    OUT_OF_BAND,
];

#[test]
fn what_can_be_registered() {
    let lines = CAN_BE_REGISTERED.map(|text| {
        let matched = registered(text).matches(text).expect("the same");
        assert_eq!(MatchedRedirectUri::unsealed(text.to_owned()), matched);
        format!("{text}: {:?} {:?}", matched.kind(), matched.host())
    });
    insta::assert_snapshot!(lines.join("\n"), @r#"
    https://client.example/cb: Web "client.example"
    https://client.example: Web "client.example"
    https://client.example:8443/cb?a=b: Web "client.example"
    https://client.example/@name: Web "client.example"
    https://client.example/cb?to=a@b: Web "client.example"
    http://127.0.0.1/: Loopback "127.0.0.1"
    http://127.0.0.1:33418/: Loopback "127.0.0.1"
    http://[::1]:8080/cb: Loopback "[::1]"
    http://localhost/cb?x=1: Loopback "localhost"
    http://localhost: Loopback "localhost"
    http://localhost?x: Loopback "localhost"
    cursor://anysphere.cursor-mcp/oauth/callback: PrivateUse "cursor:"
    vscode:cb: PrivateUse "vscode:"
    com.example.app:/cb: PrivateUse "com.example.app:"
    com.example.app://host/cb: PrivateUse "com.example.app:"
    urn:ietf:wg:oauth:2.0:oob: OutOfBand ""
    "#);
}

#[test]
fn each_setting_opens_exactly_what_it_says() {
    let closed = RedirectRules::default();
    let read = |text: &str, rules: &RedirectRules| {
        RegisteredRedirectUri::parse(text, rules).map(|uri| uri.kind())
    };
    for text in ["cursor://cb", "com.example.app:/cb", OUT_OF_BAND] {
        assert_eq!(read(text, &closed), Err(RedirectFault::Scheme), "{text}");
    }
    let schemes =
        RedirectRules { private_use_schemes: vec!["cursor".to_owned()], ..closed.clone() };
    assert_eq!(read("cursor://cb", &schemes), Ok(RedirectKind::PrivateUse));
    assert_eq!(read("com.example.app:/cb", &schemes), Err(RedirectFault::Scheme));
    assert_eq!(read("cursors://cb", &schemes), Err(RedirectFault::Scheme));
    let domains = RedirectRules { reverse_domain_schemes: true, ..closed.clone() };
    assert_eq!(read("com.example.app:/cb", &domains), Ok(RedirectKind::PrivateUse));
    assert_eq!(read("cursor://cb", &domains), Err(RedirectFault::Scheme));
    let out_of_band = RedirectRules { out_of_band: true, ..closed };
    assert_eq!(read(OUT_OF_BAND, &out_of_band), Ok(RedirectKind::OutOfBand));
}

#[test]
fn the_length_of_a_redirect_uri_is_judged_on_both_sides() {
    let fill = |length: usize| format!("https://a.example/{}", "p".repeat(length - 18));
    let read = |text: &str| RegisteredRedirectUri::parse(text, &rules());
    assert!(read(&fill(REDIRECT_URI_BYTES_MAX)).is_ok());
    assert_eq!(read(&fill(REDIRECT_URI_BYTES_MAX + 1)), Err(RedirectFault::TooLong));
    let path = "p".repeat(REDIRECT_URI_BYTES_MAX - 17);
    let portless = registered(&format!("http://127.0.0.1/{path}")[..REDIRECT_URI_BYTES_MAX - 2]);
    let path = &portless.as_str()["http://127.0.0.1".len()..];
    assert!(portless.matches(&format!("http://127.0.0.1:1{path}")).is_some());
    assert!(portless.matches(&format!("http://127.0.0.1:12{path}")).is_none());
}

/// OAuth 2.1 §4.1.1: with exactly one registered, it need not be sent; unless its port is unknown, or a program claimed it.
#[test]
fn an_absent_uri_means_the_only_one() {
    let matched = |uris: &[&str]| {
        client_at(uris).match_redirect_uri(None).map(|matched| matched.as_str().to_owned())
    };
    assert_eq!(matched(&["https://a.example/cb"]).as_deref(), Some("https://a.example/cb"));
    assert_eq!(matched(&[OUT_OF_BAND]).as_deref(), Some(OUT_OF_BAND));
    assert_eq!(matched(&["http://127.0.0.1/cb"]), None);
    assert_eq!(matched(&["com.example.app:/cb"]), None);
    assert_eq!(matched(&["https://a.example/cb", "https://a.example/other"]), None);
    assert_eq!(matched(&[]), None);
}

#[test]
fn any_of_several_registered_uris_matches() {
    let client = client_at(&["https://a.example/cb", "http://localhost/cb"]);
    let matched = |sent| client.match_redirect_uri(Some(sent)).is_some();
    assert!(matched("https://a.example/cb"));
    assert!(matched("http://localhost:1234/cb"));
    assert!(!matched("http://127.0.0.1:1234/cb"));
    assert!(!matched("https://a.example/cb/"));
}
