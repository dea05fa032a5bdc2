//! `[[providers]]`: every refusal as a person reads it, and what a table means.

use sealbearer::config::{Config, ProviderBinding, ProviderConfig, Sources};
use sealbearer::upstream::identity::{Dialect, Membership};

use super::{LEAST, accepted, of_file, outcome, table, variables_of};
use crate::support::Scratch;

const OIDC: &str = "[[providers]]\nid = \"corp\"\nkind = \"oidc\"\nissuer = \"https://sso.example.com\"\nclient_id = \"x\"\nclient_secret = \"y\"";

fn with(lines: &str) -> String {
    format!("{OIDC}\n{lines}")
}

fn github(lines: &str) -> String {
    format!("[[providers]]\nid = \"gh\"\nkind = \"github\"\nclient_id = \"x\"\n{lines}")
}

fn entra(lines: &str) -> String {
    format!(
        "[[providers]]\nid = \"ms\"\nkind = \"entra\"\nclient_id = \"x\"\nclient_secret = \"y\"\n{lines}"
    )
}

fn provider(lines: &str) -> ProviderConfig {
    let mut config = accepted(&of_file(&format!("{LEAST}{lines}")));
    config.providers.pop().expect("there is one")
}

#[test]
fn every_refusal_of_a_provider() {
    let rows = [
        with("allow = \"everyone\""),
        with(""),
        with("allow = \"nobody\""),
        with("allow = \"everyone\"\nallow_domains = [\"ok.com\"]"),
        with("allow_domains = []"),
        with("allow_domains = [\"@OK.com\", \"*.ok.com\"]"),
        with("allow = \"everyone\"\nscopes = [\"profile\", \"a b\"]"),
        with("allow = \"everyone\"\nbind = \"login\""),
        with("allow = \"everyone\"\ngrantable = [\"mcp:nothing\"]"),
        with("allow = \"everyone\"\n[[providers.groups]]\nname = \"ops\""),
        with("allow = \"everyone\"\n[providers.claims]\nsubject = \"oid\"\nmail = \"x\""),
        with("allow = \"everyone\"\nallow_organizations = [\"acme\"]"),
        with("allow = \"everyone\"").replace("\"corp\"", "\"Corp/..\""),
        with("allow = \"everyone\"").replace("\"oidc\"", "\"saml\""),
        format!("{}\n{}", with("allow = \"everyone\""), with("allow = \"everyone\"")),
    ];
    insta::assert_snapshot!("refusals", table(&rows.each_ref().map(String::as_str)));
}

#[test]
fn fed_16_every_issuer_that_is_refused() {
    let rows = [
        "https://sso.example.com/.well-known/openid-configuration",
        "http://sso.example.com",
        "https://sso.example.com?tenant=1",
        "https://user@sso.example.com",
        "https://SSO.example.com",
        "sso.example.com",
    ]
    .map(|issuer| with("allow = \"everyone\"").replace("https://sso.example.com", issuer));
    insta::assert_snapshot!("issuers", table(&rows.each_ref().map(String::as_str)));
    for issuer in [
        "https://keycloak:8443/realms/a",
        "https://10.0.0.1",
        "http://127.0.0.1:3000",
        "https://tenant.auth0.example/",
    ] {
        let lines = with("allow = \"everyone\"").replace("https://sso.example.com", issuer);
        let Dialect::OpenId(openid) = provider(&lines).settings.dialect else {
            panic!("it speaks OpenID Connect")
        };
        assert_eq!(openid.announced_issuer, issuer);
        assert!(!openid.discovery_url.contains("//.well-known"), "{}", openid.discovery_url);
    }
}

#[test]
fn every_refusal_of_what_belongs_to_a_kind() {
    let rows = [
        github("allow = \"everyone\""),
        github("client_secret = \"y\"\nallow = \"everyone\"\nissuer = \"https://github.com\""),
        github("client_secret = \"y\"\nallow_organizations = [\"acme/../x\"]"),
        github("client_secret = \"y\"\nallow = \"everyone\"\nurl = \"http://github.example.com\""),
        entra("allow = \"everyone\""),
        entra("allow = \"everyone\"\ntenant = \"contoso.onmicrosoft.com\""),
        entra("tenant = \"organizations\"\nallow_tenants = [\"contoso\"]"),
        entra("tenant = \"organizations\"").replace("organizations", "common"),
        "[[providers]]\nid = \"g\"\nkind = \"google\"\nclient_id = \"x\"\nclient_secret = \"y\"\nallow_groups = [\"a\"]".to_owned(),
        "[[providers]]\nid = \"g\"\nkind = \"google\"\nclient_id = \"x\"\nclient_secret = \"y\"\nhd = \"@ok.com\"".to_owned(),
        with("allow = \"everyone\"").replace("oidc", "okta").replace("sso.example", "acme-admin.okta"),
        "[[providers]]\nid = \"chat\"\nkind = \"oauth2\"\nclient_id = \"x\"\nclient_secret = \"y\"\nallow = \"everyone\"\nauthorization_endpoint = \"http://chat.example.com/a\"\ntoken_endpoint = \"https://chat.example.com/t\"".to_owned(),
    ];
    insta::assert_snapshot!("kinds", table(&rows.each_ref().map(String::as_str)));
}

#[test]
fn a_secret_comes_from_one_place_and_is_not_repeated() {
    let bare =
        "[[providers]]\nid = \"gh\"\nkind = \"github\"\nclient_id = \"x\"\nallow = \"everyone\"\n";
    let of = |lines: &str, variables: &[(&str, &str)]| Sources {
        environment: variables_of(variables),
        ..of_file(&format!("{LEAST}{bare}{lines}"))
    };
    let rows = [
        of(
            "client_secret = \"s3cret-one\"\nclient_secret_env = \"GITHUB\"",
            &[("GITHUB", "s3cret-two")],
        ),
        of("client_secret_env = \"GITHUB\"", &[]),
        of("client_secret_env = \"SEALBEARER_GITHUB\"", &[]),
        of("client_secret_file = \"nowhere\"", &[]),
        of("client_secret = \"s3cret\\none\"", &[]),
        of("client_secret_env = \"GITHUB\"", &[("GITHUB", "s3cret-two")]),
    ];
    let told = rows.each_ref().map(outcome).join("\n").replace("/etc/sealbearer/", "");
    assert!(!told.contains("s3cret"), "{told}");
    insta::assert_snapshot!("secrets", told);
    let scratch = Scratch::new();
    std::fs::write(scratch.path("secret"), "s3cret-three\n").expect("the folder is ours");
    let text = format!("{LEAST}{bare}client_secret_file = \"secret\"");
    let file = Some((scratch.path("sealbearer.toml"), text));
    let config = Config::load(&Sources { file, ..Sources::default() }).expect("it is complete");
    let secret = config.providers[0].settings.client_secret.as_ref().expect("there is one");
    assert_eq!(secret.expose(), "s3cret-three");
    assert!(!format!("{config:?}").contains("s3cret"));
}

#[test]
fn what_a_table_means_where_it_says_little() {
    let usual = provider(&with("allow = \"everyone\""));
    assert_eq!((usual.name.as_str(), usual.bind), ("corp", ProviderBinding::None));
    assert_eq!(usual.settings.scopes, ["openid", "profile", "email"]);
    assert_eq!(usual.admission.grantable.by_everyone, None);
    let lines = "client_secret_env = \"HOME\"\nallow_organizations = [\"acme\"]\nbind = \"refresh\"\nname = \"Our GitHub\"\n[[providers.groups]]\nname = \"acme/core\"\nscopes = [\"mcp:tools\"]";
    let sources = Sources {
        environment: variables_of(&[("HOME", "x")]),
        ..of_file(&format!("{LEAST}{}", github(lines)))
    };
    let github = accepted(&sources).providers.pop().expect("there is one");
    assert_eq!((github.name.as_str(), github.bind), ("Our GitHub", ProviderBinding::Refresh));
    assert_eq!(github.settings.scopes, ["read:user", "user:email", "read:org"]);
    let Dialect::GitHub(spoken) = &github.settings.dialect else { panic!("it is GitHub") };
    let looked_at: Vec<_> = spoken.memberships.iter().map(Membership::to_text).collect();
    assert_eq!(looked_at, ["acme", "acme/core"]);
    assert_eq!(spoken.api, "https://api.github.com");
    let nobody = github.admission.grantable.by_everyone.as_ref().map(ToString::to_string);
    assert_eq!(nobody.as_deref(), Some(""), "who is in no group may allow nothing");
    let public = with("allow = \"everyone\"\nclient_authentication = \"none\"");
    let public = provider(&public.replace("client_secret = \"y\"\n", ""));
    assert!(public.settings.client_secret.is_none());
}
