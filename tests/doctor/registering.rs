//! What is found only when clients are really registered.

use sealbearer::doctor::{Code, Report, Settings};
use serde_json::{Value, json};

use super::site::{OAUTH, OPENID, Page, Site};
use super::{of_site, told};

fn registering(change: impl FnOnce(&mut Site)) -> Report {
    of_site(Settings { register: true, ..Settings::default() }, change)
}

/// A change of a site whose clients can only register.
fn by_registration(change: impl FnOnce(&mut Site)) -> Report {
    registering(|site| {
        site.set(&[OAUTH, OPENID], "client_id_metadata_document_supported", &Value::Null);
        change(site);
    })
}

#[test]
fn an_answer_that_clients_cannot_use_stops_them() {
    for (name, members) in [
        ("null", json!({ "client_uri": null })),
        ("no end of the secret", json!({ "client_secret": "x" })),
        ("another redirect URI", json!({ "redirect_uris": ["https://example.com/"] })),
        ("a method that needs a key", json!({ "token_endpoint_auth_method": "private_key_jwt" })),
        ("no method", json!({ "token_endpoint_auth_method": 1 })),
        ("no id", json!({ "client_id": 1 })),
    ] {
        let report = by_registration(|site| site.registered = members);
        let expected = "registration_answer (error); stops all";
        assert!(told(&report).starts_with(expected), "{name}: {}", told(&report));
    }
}

#[test]
fn a_secret_with_its_end_is_taken() {
    let secret = json!({ "client_secret": "x", "client_secret_expires_at": 0, "token_endpoint_auth_method": "client_secret_post" });
    let report = registering(|site| site.registered = secret);
    assert_eq!(told(&report), "");
}

#[test]
fn a_refused_registration_is_told_with_its_reason() {
    let said = json!({ "error": "invalid_redirect_uri", "error_description": "not from here" });
    let report = registering(|site| site.put("/register", Page::json(400, &said)));
    let expected = "registration_refused (error); stops Cursor, MCP Inspector, mcp-remote, Gemini CLI, n8n, Python SDK, Rust SDK";
    assert_eq!(told(&report), expected);
    assert_eq!(report.findings[0].seen[0], "Cursor: 400: not from here");
}

#[test]
fn a_redirect_uri_that_is_refused_is_found_for_each_client() {
    let report =
        registering(|site| site.login = Page::html(400).without("access-control-allow-origin"));
    assert_eq!(told(&report), "redirect_uri_refused (error); stops all");
    let seen = &report.findings[0].seen;
    let gemini = "Gemini CLI with http://localhost:7777/oauth/callback: 400 (text/html)";
    assert!(seen.iter().any(|seen| seen == gemini), "{seen:?}");
}

#[test]
fn a_server_that_cannot_say_at_the_moment_is_not_blamed() {
    for status in [429, 503] {
        let busy = Page::html(status).without("access-control-allow-origin");
        let report = registering(|site| site.login = busy);
        assert!(report.findings.iter().all(|finding| finding.code != Code::RedirectUriRefused));
    }
}
