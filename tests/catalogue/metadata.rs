//! Metadata: one issuer, whatever is asked and however; and no more than is served.

use serde_json::{Value, json};

use super::{deployment, everywhere};
use crate::support::{Ask, Deployment, Node, Serve};

const FORMS: [&str; 3] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server/mcp",
];

/// Every text in `value` that looks like an address.
fn urls(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if text.contains("://") => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(urls).collect(),
        Value::Object(members) => members.values().flat_map(urls).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

#[test]
fn met_01_the_issuer_is_the_one_asked_for_with_and_without_a_path() {
    for at in everywhere(&deployment().at("https://auth.example.com")) {
        for path in FORMS {
            let document = at.serve(&Ask::get(path)).json();
            assert_eq!(document["issuer"], "https://auth.example.com", "{path}");
        }
    }
    for at in everywhere(&deployment().at("https://auth.example.com/tenant")) {
        for path in [
            "/.well-known/oauth-authorization-server/tenant",
            "/.well-known/openid-configuration/tenant",
            "/tenant/.well-known/openid-configuration",
        ] {
            let reply = at.serve(&Ask::get(path));
            assert_eq!(reply.status, 200, "{path}");
            assert_eq!(reply.json()["issuer"], "https://auth.example.com/tenant", "{path}");
        }
        let other = at.serve(&Ask::get("/.well-known/oauth-authorization-server/other"));
        assert_eq!(other.status, 404);
    }
}

#[test]
fn met_02_no_header_moves_what_is_said() {
    let headers = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-port", "81"),
        ("x-forwarded-prefix", "/evil"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-original-url", "/evil"),
        ("x-rewrite-url", "/evil"),
    ];
    for at in everywhere(&deployment().at("https://auth.example.com")) {
        let paths =
            FORMS.iter().chain(&["/.well-known/oauth-protected-resource/mcp", "/openapi.json"]);
        for path in paths {
            let plain = at.serve(&Ask::get(*path)).body;
            for (name, value) in headers {
                let moved = at.serve(&Ask::get(*path).with(name, value));
                assert_eq!(moved.body, plain, "{path} with {name}");
            }
        }
        let challenge = at.serve(&Ask::get("/oauth/test").with("host", "evil.example"));
        assert!(!challenge.header("www-authenticate").unwrap_or_default().contains("evil"));
    }
}

/// Each promise is tried: what is listed is answered, what is not is refused as unknown.
#[test]
fn met_03_what_is_listed_is_what_is_served() {
    for settings in [
        "[ledger]\nkind = \"memory\"",
        "[ledger]\nkind = \"none\"",
        "[registration]\ndynamic = \"closed\"",
    ] {
        for at in everywhere(&deployment().with(settings)) {
            let document = at.serve(&Ask::get(FORMS[0])).json();
            let listed = |member: &str| document[member].as_array().cloned().unwrap_or_default();
            assert_eq!(listed("code_challenge_methods_supported"), ["S256"]);
            assert_eq!(listed("response_types_supported"), ["code"]);
            let candidates = [
                "authorization_code",
                "refresh_token",
                "client_credentials",
                "password",
                "implicit",
                "urn:ietf:params:oauth:grant-type:token-exchange",
                "urn:ietf:params:oauth:grant-type:device_code",
            ];
            for grant in candidates {
                let fields = [("grant_type", grant), ("client_id", "web")];
                let is_unknown = at.serve(&Ask::form("/oauth/token", fields)).error()
                    == "400 unsupported_grant_type";
                let is_listed = listed("grant_types_supported").contains(&grant.into());
                assert_eq!(is_listed, !is_unknown, "{grant} with {settings}");
            }
            let asks = [
                ("registration_endpoint", Ask::json("/oauth/register", &json!({}))),
                ("revocation_endpoint", Ask::form("/oauth/revoke", [("token", "x")])),
                ("introspection_endpoint", Ask::form("/oauth/introspect", [("token", "x")])),
            ];
            for (member, ask) in asks {
                let is_listed = document.get(member).is_some();
                let status = at.serve(&ask).status;
                assert_eq!(is_listed, status != 404 && status != 403, "{member}: {status}");
            }
        }
    }
}

/// The identifier of a resource is the address people paste, and its document is found from it; no other host has one.
#[test]
fn met_05_a_resource_is_its_url() {
    for at in everywhere(&deployment().at("https://auth.example.com")) {
        let known = at.serve(&Ask::get("/.well-known/oauth-protected-resource/mcp")).json();
        assert_eq!(known["resource"], "https://auth.example.com/mcp");
        let challenge = at.serve(&Ask::get("/mcp"));
        let challenge = challenge.header("www-authenticate").unwrap_or_default().to_owned();
        assert!(
            challenge.contains("https://auth.example.com/.well-known/oauth-protected-resource/mcp"),
            "{challenge}"
        );
        let foreign =
            Ask::get("/.well-known/oauth-protected-resource/mcp").with("host", "other.example");
        assert_eq!(at.serve(&foreign).json()["resource"], "https://auth.example.com/mcp");
        for path in ["MCP", "mcp2", "..%2fmcp", "mcp%00"] {
            let reply =
                at.serve(&Ask::get(format!("/.well-known/oauth-protected-resource/{path}")));
            assert_eq!(reply.status, 404, "{path}");
        }
    }
}

#[test]
fn met_06_every_url_is_https_and_harmless_to_whatever_pastes_it() {
    for at in everywhere(&deployment().at("https://auth.example.com/tenant")) {
        for path in [
            "/.well-known/oauth-authorization-server/tenant",
            "/tenant/.well-known/openid-configuration",
            "/.well-known/oauth-protected-resource/tenant/mcp",
        ] {
            let document = at.serve(&Ask::get(path)).json();
            let urls = urls(&document);
            assert!(!urls.is_empty(), "{path}");
            for url in urls {
                assert!(url.starts_with("https://auth.example.com/tenant"), "{url}");
                let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b":/.-_".contains(&byte);
                assert!(url.bytes().all(harmless), "{url}");
            }
        }
    }
}

#[test]
fn met_07_any_origin_may_read_metadata_and_never_with_credentials() {
    for at in everywhere(&Deployment::usual()) {
        for path in
            FORMS.iter().chain(&["/.well-known/oauth-protected-resource", "/.well-known/jwks.json"])
        {
            let reply = at.serve(&Ask::get(*path).with("origin", "https://any.example"));
            assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{path}");
            assert_eq!(reply.header("access-control-allow-credentials"), None, "{path}");
        }
        for path in ["/oauth/authorize", "/", "/healthz"] {
            let reply = at.serve(&Ask::get(path).with("origin", "https://any.example"));
            assert_eq!(reply.header("access-control-allow-origin"), None, "{path}");
        }
    }
}

/// The scopes that a request names are in the challenge only as far as they are scopes of ours.
#[test]
fn met_08_nothing_that_is_sent_gets_into_a_challenge() {
    let at = Node::start(&Deployment::usual());
    for sent in ["x\", error=\"evil", "x\\"] {
        let ask = Ask::get("/oauth/test").with("authorization", format!("Bearer {sent}"));
        let reply = at.serve(&ask);
        let challenge = reply.header("www-authenticate").unwrap_or_default();
        assert!(!challenge.contains("evil"), "{challenge}");
        assert_eq!(challenge.matches('"').count() % 2, 0, "{challenge}");
    }
}
