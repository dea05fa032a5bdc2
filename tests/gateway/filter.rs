//! Which headers cross, for all headers there are.
//! Source: RFC 9110 §7.6.1; catalogue RSG-03, RSG-04.

use poem::http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;
use sealbearer::config::GatewayConfig;
use sealbearer::gateway::proxy::headers::{HeaderRules, may_be_configured};

/// Names that mean something to somebody, and their look-alikes.
const DANGEROUS: [&str; 30] = [
    "authorization",
    "cookie",
    "dpop",
    "proxy-authorization",
    "host",
    "origin",
    "connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "keep-alive",
    "proxy-connection",
    "content-length",
    "expect",
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-user",
    "x_forwarded_user",
    "x-auth-request-email",
    "x-original-url",
    "x-rewrite-url",
    "x-http-method-override",
    "x-forwarded-uri",
    "x-real-ip",
    "mcp_session_id",
    "mcp-session_id",
    "sealbearer-assertion",
    "sealbearer_assertion",
];

fn config() -> GatewayConfig {
    let header = |name: &'static str| Some(HeaderName::from_static(name));
    GatewayConfig {
        subject_header: header("x-forwarded-user"),
        client_header: header("x-team-client"),
        scope_header: header("sealbearer-assertion"),
        headers_passed: vec![
            HeaderName::from_static("x-team"),
            HeaderName::from_static("x-team-client"),
        ],
        ..GatewayConfig::new("http://127.0.0.1:3000/mcp".parse().expect("a URL"))
    }
}

fn name() -> impl Strategy<Value = HeaderName> {
    let known = prop::sample::select(DANGEROUS.to_vec()).prop_map(str::to_owned);
    let others = prop::sample::select(vec![
        "accept",
        "content-type",
        "mcp-session-id",
        "mcp-param-a",
        "mcp-param-a_b",
        "x-team",
        "x-team-client",
        "x_team_client",
        "last-event-id",
        "user-agent",
    ]);
    prop_oneof![known, others.prop_map(str::to_owned), "[a-z_-]{1,12}", "mcp-[a-z_-]{1,8}"]
        .prop_map(|name| name.parse().expect("a header name"))
}

fn headers() -> impl Strategy<Value = HeaderMap> {
    let named_by_connection = prop::collection::vec(name(), 0..3);
    (prop::collection::vec((name(), "[ -~]{0,8}"), 0..12), named_by_connection).prop_map(
        |(pairs, named)| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.append(name, HeaderValue::from_str(&value).expect("visible"));
            }
            let names = named.iter().map(HeaderName::as_str).collect::<Vec<_>>().join(" ,\t");
            headers.append("connection", HeaderValue::from_str(&names).expect("visible"));
            headers
        },
    )
}

/// What no server may learn of a client, written out by hand rather than taken from the rules.
fn may_never_pass(name: &str, named: &str) -> bool {
    let is_ours = ["x-forwarded-user", "x-team-client", "sealbearer-assertion"]
        .contains(&name.replace('_', "-").as_str());
    let is_named = named.split(',').any(|one| one.trim() == name);
    DANGEROUS.contains(&name) || is_ours || is_named
}

proptest! {
    #[test]
    fn rsg_04_nothing_dangerous_crosses_in_either_direction(headers in headers()) {
        let rules = HeaderRules::new(&config());
        let named = headers.get_all("connection").iter().map(|value| value.to_str().expect("ASCII"));
        let named = named.collect::<Vec<_>>().join(",");
        for (name, value) in &rules.to_upstream(&headers) {
            prop_assert!(!may_never_pass(name.as_str(), &named), "{}", name);
            prop_assert!(headers.get_all(name).iter().any(|sent| sent == value));
        }
        for name in rules.to_client(&headers).keys() {
            let is_known = name.as_str().starts_with("mcp-") || ["content-type"].contains(&name.as_str());
            prop_assert!(is_known && !may_never_pass(name.as_str(), &named), "{}", name);
        }
    }

    /// What the transport needs arrives, however often it is said.
    #[test]
    fn headers_of_the_transport_always_cross(pairs in prop::collection::vec(("mcp-[a-z-]{1,8}", "[!-~]{1,8}"), 0..6)) {
        let mut headers = HeaderMap::new();
        for (name, value) in &pairs {
            let name: HeaderName = name.parse().expect("a header name");
            headers.append(name, HeaderValue::from_str(value).expect("visible"));
        }
        let rules = HeaderRules::new(&config());
        prop_assert_eq!(&rules.to_upstream(&headers), &headers);
        prop_assert_eq!(&rules.to_client(&headers), &headers);
    }

    /// A setting cannot undo what must not pass.
    #[test]
    fn settings_name_nothing_that_must_not_pass(name in name()) {
        let never = ["authorization", "cookie", "host", "te", "connection", "transfer-encoding", "content-length", "dpop"];
        let fits = may_be_configured(&name);
        prop_assert!(!fits || !never.contains(&name.as_str()) && !name.as_str().contains('_'));
    }
}

#[test]
fn rsg_03_names_that_only_look_different_are_not_passed() {
    let rules = HeaderRules::new(&config());
    let mut headers = HeaderMap::new();
    for name in [
        "x-forwarded-user",
        "x_forwarded_user",
        "x-team-client",
        "x_team-client",
        "sealbearer_assertion",
        "mcp-session_id",
    ] {
        headers.append(name, HeaderValue::from_static("mallory"));
    }
    assert_eq!(rules.to_upstream(&headers), HeaderMap::new());
}
