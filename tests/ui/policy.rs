//! The content security policy: what a page may do, and where its form may end. Source: CSP Level 3.

use proptest::prelude::*;
use sealbearer::ui::{content_security_policy, source_of};

#[test]
fn redirect_uris_and_their_sources() {
    let uris = [
        "https://claude.ai/api/mcp/auth_callback",
        "https://app.example.net:8443/cb?x=1",
        "https://app.example.net:443/cb",
        "https://bücher.example/cb",
        "http://127.0.0.1:33418/callback",
        "http://localhost/callback",
        "http://[::1]:33418/callback",
        "https://[2001:db8::1]/cb",
        "https://a;script-src/cb",
        "https://*/cb",
        "https://under_score.example/cb",
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "com.example.app:/cb",
        "urn:ietf:wg:oauth:2.0:oob",
        "/relative",
        "",
    ];
    let lines: Vec<_> = uris
        .map(|uri| format!("{uri:?} -> {}", source_of(uri).unwrap_or("none".to_owned())))
        .into();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "https://claude.ai/api/mcp/auth_callback" -> https://claude.ai
    "https://app.example.net:8443/cb?x=1" -> https://app.example.net:8443
    "https://app.example.net:443/cb" -> https://app.example.net
    "https://bücher.example/cb" -> https://xn--bcher-kva.example
    "http://127.0.0.1:33418/callback" -> http://127.0.0.1:33418
    "http://localhost/callback" -> http://localhost
    "http://[::1]:33418/callback" -> http:
    "https://[2001:db8::1]/cb" -> https:
    "https://a;script-src/cb" -> https:
    "https://*/cb" -> https:
    "https://under_score.example/cb" -> https:
    "cursor://anysphere.cursor-mcp/oauth/callback" -> cursor:
    "com.example.app:/cb" -> com.example.app:
    "urn:ietf:wg:oauth:2.0:oob" -> none
    "/relative" -> none
    "" -> none
    "#);
}

#[test]
fn a_policy_lets_nothing_in_but_the_stylesheet_and_nothing_out_but_the_form() {
    let policy = content_security_policy(Some("https://claude.ai/api/mcp/auth_callback"));
    let without_hash =
        regex::Regex::new("sha256-[^']{44}").expect("a pattern").replace(&policy, "sha256-…");
    insta::assert_snapshot!(without_hash, @"default-src 'none'; style-src 'sha256-…'; form-action 'self' https://claude.ai; frame-ancestors 'none'; base-uri 'none'");
    assert!(content_security_policy(None).contains("form-action 'self'; frame-ancestors"));
}

#[test]
fn a_page_s_policy_names_the_hash_of_its_stylesheet() {
    use base64::Engine as _;
    use sha2::{Digest as _, Sha256};
    for (name, page) in super::pages::all("x") {
        let (_, rest) = page.split_once("<style>").expect("every page has the stylesheet");
        let (sheet, _) = rest.split_once("</style>").expect("the stylesheet ends");
        let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(sheet));
        assert!(
            content_security_policy(None).contains(&format!("style-src 'sha256-{hash}';")),
            "{name}"
        );
    }
}

proptest! {
    #[test]
    fn no_redirect_uri_adds_a_directive_or_a_second_source(
        scheme in "(https?|cursor|com\\.example)",
        host in "[ -~]{0,24}",
        path in "[ -~]{0,24}",
    ) {
        let policy = content_security_policy(Some(&format!("{scheme}://{host}/{path}")));
        prop_assert_eq!(policy.matches(';').count(), 4);
        prop_assert!(!policy.contains([',', '*', '"', '\r', '\n']));
        let form = policy.split("; ").find(|part| part.starts_with("form-action")).expect("it is always there");
        prop_assert!(form.split(' ').count() <= 3, "{}", form);
    }
}
