//! Resource indicators: one normalisation, and no other. Source: RFC 8707 §2; CB-22, CB-23, CB-24.

use proptest::prelude::*;
use protocol::flow::request::{AuthorizationParameters, Requested};
use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::resource::{RESOURCE_BYTES_MAX, Resource};
use protocol::policy::{Policy, TargetFault};

use super::support::{
    OTHER_RESOURCE, RESOURCE, client, parameters, policy, policy_with_two_resources, protected,
    resource,
};

/// The parts of an http(s) URI: scheme and host in any case, a port or none, a path or none.
fn parts() -> impl Strategy<Value = (String, String, Option<u16>, String)> {
    let scheme = prop::sample::select(vec!["https", "http", "HTTPS", "Http"]);
    let host = prop::sample::select(vec![
        "a.example",
        "A.Example",
        "b.example",
        "127.0.0.1",
        "[::1]",
        "localhost",
    ]);
    let port = prop::sample::select(vec![None, Some(80), Some(443), Some(8080)]);
    let path = prop_oneof![
        prop::sample::select(vec!["", "/", "/mcp", "/mcp/", "/MCP", "//", "/?", "?q", "/mcp?q=a"]),
        Just("/%6Dcp"),
        Just("/./mcp"),
        Just("/a/../mcp"),
        Just("/mcp-other"),
    ];
    (scheme, host, port, path)
        .prop_map(|(scheme, host, port, path)| (scheme.into(), host.into(), port, path.into()))
}

fn text((scheme, host, port, path): &(String, String, Option<u16>, String)) -> String {
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    format!("{scheme}://{host}{port}{path}")
}

/// The canonical spelling, told without a URL parser.
fn expected((scheme, host, port, path): &(String, String, Option<u16>, String)) -> String {
    let (scheme, host) = (scheme.to_lowercase(), host.to_lowercase());
    let usual = if scheme == "https" { 443 } else { 80 };
    let port =
        port.filter(|port| *port != usual).map(|port| format!(":{port}")).unwrap_or_default();
    let path = if path == "/" { "" } else { path };
    format!("{scheme}://{host}{port}{path}")
}

proptest! {
    #![proptest_config(super::config())]

    /// CB-22: scheme and host in lower case, no default port, the root without a slash, and nothing else.
    #[test]
    fn there_is_one_spelling(parts in parts()) {
        let canonical = resource(&text(&parts));
        prop_assert_eq!(canonical.as_str(), expected(&parts));
        prop_assert_eq!(canonical.to_string(), expected(&parts));
    }

    /// Reading the canonical spelling changes nothing.
    #[test]
    fn canonicalisation_is_idempotent(parts in parts()) {
        let once = resource(&text(&parts));
        prop_assert_eq!(resource(once.as_str()), once);
    }

    /// Two resources with different paths are never the same, however they are spelled.
    #[test]
    fn different_paths_are_different_resources(left in parts(), right in parts()) {
        let root = |path: &str| if path == "/" { String::new() } else { path.to_owned() };
        prop_assume!(root(&left.3) != root(&right.3));
        prop_assert_ne!(resource(&text(&left)), resource(&text(&right)));
    }

    /// The origin is a resource without path, whatever the path was.
    #[test]
    fn an_origin_has_no_path(parts in parts()) {
        let (scheme, host, port, _) = parts.clone();
        let origin = resource(&text(&(scheme, host, port, String::new())));
        prop_assert_eq!(resource(&text(&parts)).origin(), origin);
    }

    /// Whatever is read, reading it again yields the same; nothing makes it panic.
    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![
        ".{0,40}", "https?://[a-zA-Z0-9%@:/?#\\[\\].-]{0,30}",
    ]) {
        if let Ok(read) = Resource::parse(&text) {
            prop_assert_eq!(Resource::parse(read.as_str()), Ok(read));
        }
    }
}

#[test]
fn what_is_no_resource() {
    for text in [
        "",
        "mcp",
        "/mcp",
        "//a.example/mcp",
        "https:/a.example",
        "https://",
        "https:///mcp",
        "https://?q",
        "ftp://a.example/mcp",
        "urn://a.example",
        "https://a.example/mcp#part",
        "https://a.example#",
        "https://user@a.example/mcp",
        "https://a.example@evil.example/mcp",
        "https://a.example\\@evil.example/mcp",
        "https://a.example/m cp",
        "https://a.example/\u{e9}",
        "https://a.example/\n",
        "https://a.example:99999/",
        "https://[::1/",
        " https://a.example",
    ] {
        assert!(Resource::parse(text).is_err(), "{text}");
    }
}

#[test]
fn the_length_of_a_resource_is_judged_on_both_sides() {
    let fill = |length: usize| format!("https://a.example/{}", "p".repeat(length - 18));
    assert!(Resource::parse(&fill(RESOURCE_BYTES_MAX)).is_ok());
    assert!(Resource::parse(&fill(RESOURCE_BYTES_MAX + 1)).is_err());
}

fn target(sent: &[&str]) -> Result<String, TargetFault> {
    let sent: Vec<_> = sent.iter().map(|text| (*text).to_owned()).collect();
    policy().target(&sent).map(|found| found.resource.to_string())
}

/// CB-23, CB-24: one resource is what a request means that names none, or its bare origin.
#[test]
fn the_only_resource_is_meant() {
    let meant = Ok(RESOURCE.to_owned());
    for sent in [
        &[][..],
        &[RESOURCE],
        &[RESOURCE, RESOURCE],
        &["HTTPS://AUTH.EXAMPLE:443/mcp"],
        &["https://auth.example"],
        &["https://auth.example/"],
    ] {
        assert_eq!(target(sent), meant, "{sent:?}");
    }
}

#[test]
fn anything_else_is_no_target() {
    for sent in [
        "https://auth.example/mcp/",
        "https://auth.example/MCP",
        "https://auth.example/mcp-other",
        "https://auth.example/mcp?q",
        "http://auth.example/mcp",
        "http://auth.example",
        "https://auth.example:8443",
        "https://evil.example/mcp",
        "https://auth.example.evil.example/mcp",
    ] {
        assert_eq!(target(&[sent]), Err(TargetFault::Unknown), "{sent}");
    }
    assert_eq!(target(&["mcp"]), Err(TargetFault::Malformed));
    assert_eq!(target(&["https://auth.example/mcp#a"]), Err(TargetFault::Malformed));
    assert_eq!(target(&[RESOURCE, "https://auth.example/"]), Err(TargetFault::Several));
    assert_eq!(target(&[RESOURCE, "mcp"]), Err(TargetFault::Malformed));
    assert_eq!(
        target(&["https://auth.example/mcp,https://auth.example/other"]),
        Err(TargetFault::Unknown)
    );
}

#[test]
fn nothing_is_guessed_where_there_are_two() {
    let policy = policy_with_two_resources();
    let target = |sent: &[&str]| {
        let sent: Vec<_> = sent.iter().map(|text| (*text).to_owned()).collect();
        policy.target(&sent).map(|found| found.resource.to_string())
    };
    assert_eq!(target(&[]), Err(TargetFault::Missing));
    assert_eq!(target(&["https://auth.example/"]), Err(TargetFault::Unknown));
    assert_eq!(target(&[RESOURCE]), Ok(RESOURCE.to_owned()));
    assert_eq!(target(&[OTHER_RESOURCE]), Ok(OTHER_RESOURCE.to_owned()));
    assert_eq!(target(&[RESOURCE, OTHER_RESOURCE]), Err(TargetFault::Several));
    let found = |text| policy.resource(&resource(text)).map(|found| found.resource.to_string());
    assert_eq!(found(OTHER_RESOURCE), Some(OTHER_RESOURCE.to_owned()));
    assert_eq!(found("https://auth.example/third"), None);
}

/// RFC 8707 §2: a client of OpenID Connect knows nothing of resources; it gets the one that is configured first.
#[test]
fn a_login_that_names_no_resource_is_for_the_first() {
    let identity = Some(SigningAlgorithm::Es256);
    let asked = |scope: &str, identity| {
        let policy = Policy { identity, ..policy_with_two_resources() };
        let sent = AuthorizationParameters {
            scope: Some(scope.to_owned()),
            resource: Vec::new(),
            ..parameters()
        };
        let requested = Requested::parse(sent, &client(), &policy);
        requested.map(|requested| requested.request().resource.to_string()).ok()
    };
    assert_eq!(asked("openid", identity).as_deref(), Some(RESOURCE));
    assert_eq!(asked("openid mcp:tools", identity).as_deref(), Some(RESOURCE));
    assert_eq!(asked("mcp:tools", identity), None, "a client of a resource says which");
    assert_eq!(asked("openid", None), None, "there are no logins here");
}

#[test]
fn a_resource_at_the_root_is_its_origin() {
    let mut policy = policy();
    policy.resources = vec![protected("https://auth.example/")];
    let target = policy.target(&["https://auth.example".to_owned()]);
    assert_eq!(target.map(|found| found.resource.as_str()), Ok("https://auth.example"));
}
