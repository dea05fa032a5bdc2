//! Lists of hosts: which names a pattern means, and who is let in.

use protocol::registration::document::host_of;
use protocol::registration::hosts::{HostPattern, HostRules};

#[test]
fn hosts_and_the_patterns_that_mean_them() {
    for (pattern, host, is_meant) in [
        ("example.com", "example.com", true),
        ("example.com", "www.example.com", false),
        ("example.com", "badexample.com", false),
        ("*.example.com", "www.example.com", true),
        ("*.example.com", "a.b.example.com", true),
        ("*.example.com", "example.com", false),
        ("*.example.com", "badexample.com", false),
        ("*", "anything.example", true),
        ("[::1]", "[::1]", true),
        ("localhost", "localhost", true),
    ] {
        let parsed = HostPattern::parse(pattern).expect("it is a pattern");
        assert_eq!(parsed.matches(host), is_meant, "{pattern} {host}");
    }
    for text in ["", "*.", "**", "*.*.com", "Example.com", "https://example.com", "a/b", "a b", "."]
    {
        assert_eq!(HostPattern::parse(text), None, "{text}");
    }
}

#[test]
fn a_host_is_let_in_unless_it_is_denied_or_left_out() {
    let list = |texts: &[&str]| texts.iter().filter_map(|text| HostPattern::parse(text)).collect();
    let rules = |allow: Option<&[&str]>, deny: &[&str]| HostRules {
        allow: allow.map(list),
        deny: list(deny),
        warn: Vec::new(),
    };
    assert!(HostRules::default().permit("any.example"));
    assert!(rules(Some(&["a.example"]), &[]).permit("a.example"));
    assert!(!rules(Some(&["a.example"]), &[]).permit("b.example"));
    assert!(!rules(Some(&[]), &[]).permit("a.example"), "an empty list lets nobody in");
    assert!(!rules(None, &["a.example"]).permit("a.example"));
    assert!(!rules(Some(&["*"]), &["a.example"]).permit("a.example"), "denied is denied");
    assert_eq!(host_of("https://a.example:8443/x").as_deref(), Some("a.example"));
    assert_eq!(host_of("https://xn--bcher-kva.example/").as_deref(), Some("xn--bcher-kva.example"));
}
