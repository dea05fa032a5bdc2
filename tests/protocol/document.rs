//! Client ID metadata documents: what makes a client, and what does not. Source: the draft, §3 to §6; CIMD-01 to CIMD-42.

use proptest::prelude::*;
use protocol::grant::GrantType;
use protocol::oauth::client::{Client, ClientKind, ClientOrigin, ConsentRule, KeySource};
use protocol::oauth::redirect_uri::RedirectFault;
use protocol::policy::{DocumentPolicy, Policy, RefreshMode};
use protocol::registration::document::{
    ClientDocument, DOCUMENT_REDIRECT_URIS_MAX, DocumentError, is_document_id,
};
use protocol::registration::dynamic::NAME_CHARS_MAX;
use protocol::registration::hosts::{HostPattern, HostRules};
use serde_json::{Value, json};

use super::support::{policy, scope};

const URL: &str = "https://client.example/oauth/client.json";

/// A public client that says what most say.
fn document() -> Value {
    json!({
        "client_id": URL,
        "client_name": "Editor",
        "redirect_uris": ["http://127.0.0.1/callback", "https://client.example/redirect"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    })
}

/// The same with a member replaced, or removed if it is null.
fn with(name: &str, value: Value) -> Value {
    let mut document = document();
    if value.is_null() {
        document.as_object_mut().expect("it is an object").remove(name);
    } else {
        document[name] = value;
    }
    document
}

fn read(document: &Value) -> Result<ClientDocument, DocumentError> {
    ClientDocument::read(URL, document.to_string().as_bytes())
}

fn rules() -> DocumentPolicy {
    policy().documents.expect("documents are on")
}

fn client_under(document: &Value, rules: &DocumentPolicy) -> Result<Client, DocumentError> {
    read(document)?.client(rules, &policy())
}

fn client(document: &Value) -> Result<Client, DocumentError> {
    client_under(document, &rules())
}

fn fault(document: &Value) -> Option<DocumentError> {
    client(document).err()
}

#[test]
fn a_document_makes_a_client() {
    let client = client(&document()).expect("it is complete");
    assert_eq!(client.id, URL);
    assert_eq!(client.name.as_deref(), Some("Editor"));
    assert_eq!(client.origin, ClientOrigin::Document);
    assert_eq!(client.kind, ClientKind::Public);
    assert_eq!(client.keys, None);
    assert_eq!(client.grant_types, [GrantType::AuthorizationCode, GrantType::RefreshToken]);
    assert_eq!(client.scope, rules().scope);
    assert_eq!(client.consent, ConsentRule::Remembered);
    assert_eq!(client.lifetimes, rules().lifetimes);
    assert_eq!(client.redirect_uris.len(), 2);
}

#[test]
fn whatever_begins_with_https_is_a_document_and_loopback_where_it_is_allowed() {
    let (here, demo) = (rules(), DocumentPolicy { allow_loopback: true, ..rules() });
    for (id, is_one, is_one_in_demo) in [
        (URL, true, true),
        ("https://", true, true),
        ("http://127.0.0.1/c", false, true),
        ("HTTPS://client.example/c", false, false),
        ("s1.registration", false, false),
        ("", false, false),
    ] {
        assert_eq!(is_document_id(id, &here), is_one, "{id}");
        assert_eq!(is_document_id(id, &demo), is_one_in_demo, "{id}");
    }
}

#[test]
fn ssrf_14_a_client_id_that_differs_in_anything_is_refused() {
    for other in [
        "https://client.example/oauth/Client.json",
        "https://CLIENT.example/oauth/client.json",
        "https://client.example/oauth/client.json/",
        "https://client.example/oauth/client.json?",
        "https://client.example/oauth/client.json#",
        "https://client.example:443/oauth/client.json",
        "https://client.example./oauth/client.json",
        "https://client.example/oauth/./client.json",
        "https://client.example/oauth/clien%74.json",
        " https://client.example/oauth/client.json",
        "http://client.example/oauth/client.json",
        "",
    ] {
        assert_eq!(
            fault(&with("client_id", json!(other))),
            Some(DocumentError::ClientId),
            "{other}"
        );
    }
    assert_eq!(fault(&with("client_id", Value::Null)), Some(DocumentError::ClientId));
    assert_eq!(fault(&with("client_id", json!([URL]))), Some(DocumentError::Member));
}

#[test]
fn ssrf_15_a_document_with_a_secret_or_a_method_that_needs_one_is_refused() {
    let several = "token_endpoint_auth_methods_supported";
    for (name, value) in [
        ("client_secret", json!("hunter2")),
        ("client_secret", json!(null)),
        ("client_secret_expires_at", json!(0)),
        ("token_endpoint_auth_method", json!("client_secret_basic")),
        ("token_endpoint_auth_method", json!("client_secret_post")),
        ("token_endpoint_auth_method", json!("client_secret_jwt")),
        (several, json!(["client_secret_basic"])),
        (several, json!(["none", "client_secret_post"])),
    ] {
        let mut document = document();
        document[name] = value;
        assert_eq!(fault(&document), Some(DocumentError::SharedSecret), "{document}");
    }
}

#[test]
fn what_a_document_must_not_be() {
    let many = vec!["https://client.example/cb"; DOCUMENT_REDIRECT_URIS_MAX + 1];
    for (name, value, expected) in [
        ("client_name", Value::Null, DocumentError::Name),
        ("client_name", json!(""), DocumentError::Name),
        ("client_name", json!(" \u{202e}\u{200b} "), DocumentError::Name),
        ("client_name", json!(7), DocumentError::Member),
        ("redirect_uris", Value::Null, DocumentError::RedirectUrisMissing),
        ("redirect_uris", json!([]), DocumentError::RedirectUrisMissing),
        ("redirect_uris", json!("https://client.example/cb"), DocumentError::Member),
        ("redirect_uris", json!([7]), DocumentError::Member),
        ("redirect_uris", json!(many), DocumentError::TooManyRedirectUris),
        ("grant_types", json!(["client_credentials"]), DocumentError::GrantTypes),
        ("grant_types", json!(["refresh_token"]), DocumentError::GrantTypes),
        ("grant_types", json!("authorization_code"), DocumentError::Member),
        ("response_types", json!(["token"]), DocumentError::ResponseTypes),
        ("scope", json!("a\"b"), DocumentError::Scope),
        ("client_uri", json!("javascript:alert(1)"), DocumentError::Uri),
        ("logo_uri", json!("data:image/png;base64,AA=="), DocumentError::Uri),
        ("tos_uri", json!("JaVaScRiPt:alert(1)"), DocumentError::Uri),
        ("policy_uri", json!("file:///etc/passwd"), DocumentError::Uri),
        ("policy_uri", json!("/policy"), DocumentError::Uri),
        ("logo_uri", json!(7), DocumentError::Uri),
    ] {
        let document = with(name, value);
        assert_eq!(fault(&document), Some(expected), "{document}");
    }
    let most = vec!["https://client.example/cb"; DOCUMENT_REDIRECT_URIS_MAX];
    assert_eq!(fault(&with("redirect_uris", json!(most))), None);
}

#[test]
fn a_document_is_one_json_object_that_everybody_reads_alike() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for text in [
        "",
        "null",
        "[]",
        "\"text\"",
        "{",
        "{} {}",
        "<!doctype html>",
        "{\"client_id\":\"a\",\"client_id\":\"b\"}",
        "{\"x\":{\"y\":1,\"y\":2}}",
        "{\"x\":1e999}",
        "\u{feff}{}",
        deep.as_str(),
    ] {
        let read = ClientDocument::read(URL, text.as_bytes());
        assert_eq!(read.err(), Some(DocumentError::Json), "{text}");
    }
    assert_eq!(ClientDocument::read(URL, b"{\"x\":\"\xff\"}").err(), Some(DocumentError::Json));
}

#[test]
fn members_grants_and_response_types_that_nobody_knows_are_passed_over() {
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    for (name, value) in [
        ("software_statement", json!({"a": [1, 2.5, null]})),
        ("application_type", json!("native")),
        ("grant_types", json!(["authorization_code", "refresh_token", device, "jwt"])),
        ("grant_types", json!([])),
        ("response_types", json!(["code", "code id_token"])),
        ("response_types", json!([])),
        ("client_uri", json!("http://client.example")),
    ] {
        let document = with(name, value);
        let client = client(&document).unwrap_or_else(|fault| panic!("{document}: {fault:?}"));
        assert_eq!(client.grant_types, [GrantType::AuthorizationCode, GrantType::RefreshToken]);
    }
}

#[test]
fn grants_are_those_named_and_both_where_none_is() {
    let grants = |value| client(&with("grant_types", value)).expect("it is complete").grant_types;
    assert_eq!(grants(json!(["authorization_code"])), [GrantType::AuthorizationCode]);
    assert_eq!(grants(Value::Null), [GrantType::AuthorizationCode, GrantType::RefreshToken]);
    let machine = grants(json!(["authorization_code", "client_credentials"]));
    assert_eq!(machine, [GrantType::AuthorizationCode], "asking nobody is for configured clients");
    let off = Policy { refresh: RefreshMode::Off, ..policy() };
    let client = read(&document()).expect("it is complete").client(&rules(), &off);
    assert_eq!(client.expect("it is complete").grant_types, [GrantType::AuthorizationCode]);
}

/// SEP-3149: single member, list, keys, and what comes of them.
#[test]
fn how_a_client_authenticates() {
    let (set, uri) = (json!({"keys": []}), json!("https://client.example/jwks.json"));
    let rows = [
        (Value::Null, Value::Null, Value::Null, Value::Null),
        (json!("none"), Value::Null, Value::Null, Value::Null),
        (json!("none"), Value::Null, Value::Null, uri.clone()),
        (json!("private_key_jwt"), Value::Null, Value::Null, uri.clone()),
        (json!("private_key_jwt"), Value::Null, set.clone(), Value::Null),
        (json!("private_key_jwt"), Value::Null, Value::Null, Value::Null),
        (json!("private_key_jwt"), Value::Null, set, uri.clone()),
        (json!("private_key_jwt"), Value::Null, json!("{}"), Value::Null),
        (json!("private_key_jwt"), json!(["none", "private_key_jwt"]), Value::Null, uri.clone()),
        (json!("private_key_jwt"), json!(["none", "private_key_jwt"]), Value::Null, Value::Null),
        (json!("private_key_jwt"), json!(["none"]), Value::Null, uri.clone()),
        (json!("none"), json!(["private_key_jwt"]), Value::Null, uri.clone()),
        (json!("none"), json!(["tls_client_auth", "private_key_jwt"]), Value::Null, uri.clone()),
        (json!("none"), json!([]), Value::Null, Value::Null),
        (json!("none"), json!(["tls_client_auth"]), Value::Null, Value::Null),
        (json!("tls_client_auth"), Value::Null, Value::Null, uri),
    ];
    let lines = rows.map(|(single, several, jwks, jwks_uri)| {
        let mut document = with("token_endpoint_auth_method", single.clone());
        for (name, value) in [
            ("token_endpoint_auth_methods_supported", several.clone()),
            ("jwks", jwks.clone()),
            ("jwks_uri", jwks_uri.clone()),
        ] {
            if !value.is_null() {
                document[name] = value;
            }
        }
        let outcome = client(&document).map(|client| match client.keys {
            None => format!("{:?}", client.kind),
            Some(KeySource::Inline(set)) => format!("{:?} {set}", client.kind),
            Some(KeySource::Remote(uri)) => format!("{:?} {uri}", client.kind),
        });
        let keys = format!("{}{}", shown(&jwks), shown(&jwks_uri));
        let outcome = outcome.unwrap_or_else(|fault| format!("refused: {fault:?}"));
        format!("{} {} {keys}: {outcome}", shown(&single), shown(&several))
    });
    insta::assert_snapshot!(lines.join("\n"));
}

fn shown(value: &Value) -> String {
    if value.is_null() { "-".to_owned() } else { value.to_string() }
}

#[test]
fn redirect_uris_follow_the_rules_of_every_client() {
    let document = with(
        "redirect_uris",
        json!(["http://localhost/callback", "http://evil.example/cb", "javascript:alert(1)"]),
    );
    let client = client(&document).expect("one is acceptable");
    let matches = |uri: &str| client.match_redirect_uri(Some(uri)).is_some();
    for (uri, is_ours) in [
        ("http://localhost/callback", true),
        ("http://localhost:53117/callback", true),
        ("http://127.0.0.1:53117/callback", false),
        ("http://localhost:53117/callback/", false),
        ("http://localhost:53117/callback?x", false),
        ("https://localhost/callback", false),
        ("http://localhost.evil.example/callback", false),
        ("http://evil.example/cb", false),
        ("javascript:alert(1)", false),
    ] {
        assert_eq!(matches(uri), is_ours, "{uri}");
    }
    for (uri, expected) in [
        ("http://evil.example/cb", RedirectFault::InsecureHost),
        ("javascript:alert(1)", RedirectFault::Scheme),
        ("urn:ietf:wg:oauth:2.0:oob", RedirectFault::Scheme),
        ("https://client.example/cb#x", RedirectFault::Fragment),
    ] {
        let fault = fault(&with("redirect_uris", json!([uri])));
        assert_eq!(fault, Some(DocumentError::RedirectUris(expected)), "{uri}");
    }
}

#[test]
fn ssrf_20_where_it_is_asked_for_web_redirects_stay_at_the_site_of_the_document() {
    let rules = DocumentPolicy { same_origin_redirects: true, ..rules() };
    let kept = |uris: Value| {
        client_under(&with("redirect_uris", uris), &rules).map(|client| {
            client.redirect_uris.iter().map(|uri| uri.as_str().to_owned()).collect::<Vec<_>>()
        })
    };
    let elsewhere = json!([
        "https://client.example/cb",
        "https://www.client.example/cb",
        "https://client.example:8443/cb",
        "http://localhost/cb",
    ]);
    let expected = ["https://client.example/cb", "http://localhost/cb"].map(str::to_owned);
    assert_eq!(kept(elsewhere), Ok(expected.to_vec()));
    let only = kept(json!(["https://other.example/cb"]));
    assert_eq!(only, Err(DocumentError::RedirectUrisElsewhere));
}

/// Where it is asked for, people do not leave for another site after a logout either; the document stays good.
#[test]
fn places_after_a_logout_stay_at_the_site_of_the_document_where_it_is_asked_for() {
    let sent = json!([
        "https://client.example/bye",
        "https://other.example/bye",
        "https://client.example:8443/bye",
        "http://localhost/bye",
    ]);
    let kept = |same_origin_redirects| {
        let rules = DocumentPolicy { same_origin_redirects, ..rules() };
        let document = with("post_logout_redirect_uris", sent.clone());
        let client = client_under(&document, &rules).expect("it is complete");
        client.post_logout_redirect_uris.iter().map(|uri| uri.as_str().to_owned()).collect()
    };
    let all: Vec<String> = kept(false);
    assert_eq!(all.len(), 4);
    assert_eq!(kept(true), [all[0].clone(), all[3].clone()]);
}

#[test]
fn a_client_gets_no_more_scope_than_the_deployment_gives() {
    let asked = |text: &str| client(&with("scope", json!(text))).expect("it is complete").scope;
    assert_eq!(asked("mcp:read"), scope("mcp:read"));
    assert_eq!(asked("mcp:read mcp:admin"), scope("mcp:read"));
    assert_eq!(asked("mcp:admin"), rules().scope);
    assert_eq!(asked(""), rules().scope);
}

#[test]
fn a_host_that_people_are_warned_of_is_never_remembered() {
    let pattern = HostPattern::parse("client.example").expect("it is a host");
    let hosts = HostRules { warn: vec![pattern], ..HostRules::default() };
    let rules = DocumentPolicy { hosts, ..rules() };
    let client = client_under(&document(), &rules).expect("it is complete");
    assert_eq!(client.consent, ConsentRule::Always);
}

proptest! {
    #![proptest_config(super::config())]

    /// CIMD-26: whatever a document calls itself, people read a short plain line.
    #[test]
    fn a_name_is_plain_and_short(name in "\\PC{0,80}|.{0,80}") {
        if let Ok(client) = client(&with("client_name", json!(name))) {
            let shown = client.name.expect("it has one");
            prop_assert!(!shown.trim().is_empty());
            prop_assert!(shown.chars().count() <= NAME_CHARS_MAX);
            prop_assert!(!shown.chars().any(char::is_control));
        }
    }

    /// Nothing that is not JSON, and nothing that is, makes this fall over; what is taken is what was asked for.
    #[test]
    fn any_bytes_make_a_client_of_their_url_or_none(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(document) = ClientDocument::read(URL, &bytes) {
            prop_assert_eq!(document.url(), URL);
        }
    }

    /// A document has the client of its own URL only.
    #[test]
    fn no_document_speaks_for_another_url(path in "[a-z/.]{0,12}", query in "(\\?[a-z]{0,3})?") {
        let url = format!("https://client.example/{path}{query}");
        let read = ClientDocument::read(&url, document().to_string().as_bytes());
        prop_assert_eq!(read.is_ok(), url == URL);
    }
}

#[test]
fn every_reason_is_told_in_words_of_its_own() {
    let lines = DocumentError::ALL.map(|error| format!("{error:?}: {}", error.description()));
    insta::assert_snapshot!(lines.join("\n"));
}
