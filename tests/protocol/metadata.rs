//! Discovery documents: small, and true. Source: RFC 8414 §2, RFC 9728 §2, RFC 9207 §3.

use protocol::grant::GrantType;
use protocol::metadata::{
    METADATA_BYTES_MAX, authorization_server, grant_types, openid_configuration, protected_resource,
};
use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::scope::ScopeToken;
use protocol::policy::{Policy, ProtectedResource, RefreshMode, ScopeCatalogue};

use super::support::{ISSUER, RESOURCE, policy, protected, scope};

#[test]
fn what_the_authorization_server_says_of_itself() {
    let document = authorization_server(&policy());
    let text = serde_json::to_string_pretty(&document).expect("it is JSON");
    insta::assert_snapshot!(text, @r#"
    {
      "issuer": "https://auth.example",
      "authorization_endpoint": "https://auth.example/oauth/authorize",
      "token_endpoint": "https://auth.example/oauth/token",
      "registration_endpoint": "https://auth.example/oauth/register",
      "introspection_endpoint": "https://auth.example/oauth/introspect",
      "revocation_endpoint": "https://auth.example/oauth/revoke",
      "jwks_uri": "https://auth.example/.well-known/jwks.json",
      "response_types_supported": [
        "code"
      ],
      "grant_types_supported": [
        "authorization_code",
        "refresh_token",
        "client_credentials"
      ],
      "token_endpoint_auth_methods_supported": [
        "none",
        "private_key_jwt",
        "client_secret_basic",
        "client_secret_post"
      ],
      "token_endpoint_auth_signing_alg_values_supported": [
        "ES256",
        "EdDSA",
        "RS256"
      ],
      "code_challenge_methods_supported": [
        "S256"
      ],
      "scopes_supported": [
        "mcp:tools"
      ],
      "client_id_metadata_document_supported": true,
      "authorization_response_iss_parameter_supported": true
    }
    "#);
}

/// Some clients keep the whole document beside their tokens in a small store.
#[test]
fn the_document_is_small() {
    let mut policy = policy();
    policy.issuer = "https://auth.example.com".to_owned();
    for name in ["mcp:write", "mcp:resources", "mcp:prompts", "system:read", "system:monitor"] {
        let token = ScopeToken::parse(name).expect("a scope token");
        policy.scopes.add(token, String::new(), scope(""), false);
    }
    let bytes = authorization_server(&policy).to_string().len();
    assert!(bytes < METADATA_BYTES_MAX, "{bytes} bytes");
    let members = authorization_server(&policy);
    let empty = |value: &serde_json::Value| {
        value.is_null() || value == "" || value == &serde_json::json!([])
    };
    assert!(members.as_object().is_some_and(|members| !members.values().any(empty)));
}

/// MET-03: a member follows what is on.
#[test]
fn met_03_nothing_is_promised_that_is_off() {
    let off =
        Policy { registration: None, advertise_iss: false, refresh: RefreshMode::Off, ..policy() };
    let (on, off) = (authorization_server(&policy()), authorization_server(&off));
    assert_eq!(on["registration_endpoint"], format!("{ISSUER}/oauth/register"));
    assert_eq!(on["authorization_response_iss_parameter_supported"], true);
    let missing = ["registration_endpoint", "authorization_response_iss_parameter_supported"];
    assert!(missing.iter().all(|member| off.get(member).is_none()));
    assert_eq!(
        on["grant_types_supported"],
        serde_json::json!(["authorization_code", "refresh_token", "client_credentials"])
    );
    assert_eq!(
        off["grant_types_supported"],
        serde_json::json!(["authorization_code", "client_credentials"])
    );
    assert_eq!(grant_types(&Policy { refresh: RefreshMode::Convergent, ..policy() }).len(), 3);
}

/// RFC 8414 §3.3: the issuer is the same in every document, character by character.
#[test]
fn every_document_names_the_same_issuer() {
    let policy = policy();
    let resource = protected_resource(&protected(RESOURCE), &policy);
    assert_eq!(authorization_server(&policy)["issuer"], ISSUER);
    assert_eq!(openid_configuration(&policy)["issuer"], ISSUER);
    assert_eq!(resource["authorization_servers"], serde_json::json!([ISSUER]));
}

/// MCP26-AS-05: whichever document a client reads, it finds PKCE there.
#[test]
fn the_openid_document_adds_only_what_its_schema_demands() {
    assert_eq!(openid_configuration(&policy()), authorization_server(&policy()), "no provider");
    let signing = Policy { identity: Some(SigningAlgorithm::Es256), ..policy() };
    let (mut plain, mut openid) = (authorization_server(&signing), openid_configuration(&signing));
    assert_eq!(openid["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    assert_eq!(openid["subject_types_supported"], serde_json::json!(["public"]));
    assert_eq!(openid["id_token_signing_alg_values_supported"], serde_json::json!(["ES256"]));
    let plain = plain.as_object_mut().expect("an object");
    let members = openid.as_object_mut().expect("an object");
    plain.remove("scopes_supported");
    members.retain(|name, value| plain.get(name) != Some(value));
    let added: Vec<_> = members.keys().map(String::as_str).collect();
    insta::assert_snapshot!(added.join(" "), @"scopes_supported userinfo_endpoint end_session_endpoint subject_types_supported id_token_signing_alg_values_supported response_modes_supported request_uri_parameter_supported prompt_values_supported claims_supported");
}

#[test]
fn what_a_protected_resource_says_of_itself() {
    let document = protected_resource(&protected(RESOURCE), &policy());
    insta::assert_snapshot!(serde_json::to_string_pretty(&document).expect("it is JSON"), @r#"
    {
      "resource": "https://auth.example/mcp",
      "authorization_servers": [
        "https://auth.example"
      ],
      "scopes_supported": [
        "mcp:tools"
      ],
      "bearer_methods_supported": [
        "header"
      ],
      "resource_name": "Demo"
    }
    "#);
}

/// RFC 8414 §3.2, RFC 9728 §3.2: a member without elements is left out.
#[test]
fn where_there_are_no_scopes_none_are_listed() {
    let bare = Policy { scopes: ScopeCatalogue::default(), ..policy() };
    assert_eq!(authorization_server(&bare).get("scopes_supported"), None);
    let open = ProtectedResource { scope: scope(""), ..protected(RESOURCE) };
    assert_eq!(protected_resource(&open, &bare).get("scopes_supported"), None);
}

#[test]
fn a_grant_type_is_read_as_it_is_written() {
    for grant in GrantType::ALL {
        assert_eq!(GrantType::parse(grant.as_str()), Some(grant));
    }
    let texts = GrantType::ALL.map(GrantType::as_str);
    assert_eq!(texts, ["authorization_code", "refresh_token", "client_credentials"]);
    for text in [
        "",
        "password",
        "implicit",
        "Authorization_Code",
        "authorization_code ",
        "urn:ietf:params:oauth:grant-type:device_code",
    ] {
        assert_eq!(GrantType::parse(text), None, "{text}");
    }
}
