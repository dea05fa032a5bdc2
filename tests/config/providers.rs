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

/// Two that are one issuer would name the same people: nobody could tell who let them in.
#[test]
fn two_providers_of_one_issuer_are_refused() {
    let everyone = "allow = \"everyone\"";
    let google =
        "[[providers]]\nid = \"g\"\nkind = \"google\"\nclient_id = \"x\"\nclient_secret = \"y\"";
    let oauth2 = "[[providers]]\nid = \"o\"\nkind = \"oauth2\"\nclient_id = \"x\"\nclient_secret = \"y\"\n\
                  authorization_endpoint = \"https://sso.example.com/a\"\ntoken_endpoint = \"https://sso.example.com/t\"\n\
                  userinfo_endpoint = \"https://sso.example.com/u\"";
    let gh = github(&format!("client_secret = \"y\"\n{everyone}"));
    let first = with(everyone);
    let rows = [
        format!("{first}\n{}", first.replace("\"corp\"", "\"other\"")),
        format!("{first}\n{oauth2}\n{everyone}"),
        format!("{google}\n{everyone}\n{google}\n{everyone}").replacen("\"g\"", "\"first\"", 1),
        format!("{gh}\n{gh}").replacen("\"gh\"", "\"first\"", 1),
        format!(
            "{}\n{}",
            entra("tenant = \"common\"\nallow = \"everyone\""),
            entra("tenant = \"organizations\"\nallow = \"everyone\"")
        )
        .replacen("\"ms\"", "\"first\"", 1),
    ];
    insta::assert_snapshot!("same_issuer", table(&rows.each_ref().map(String::as_str)));
    let other = first.replace("\"corp\"", "\"other\"").replace("example.com", "example.org");
    assert_eq!(accepted(&of_file(&format!("{LEAST}{first}\n{other}"))).providers.len(), 2);
}

/// Whoever manages is named, one by one or by a group, and is looked at again at each refresh.
#[test]
fn management_scopes_are_for_those_who_are_named() {
    let manage = "[[resources]]\npath = \"/manage\"\nupstream = \"management\"";
    let group = "[[providers.groups]]\nname = \"ops\"\nscopes = [\"mcp:manage:read\"]";
    let rows = [
        format!("allow = \"everyone\"\nbind = \"refresh\"\n{group}"),
        format!("allow = \"everyone\"\n{group}"),
        "allow = \"everyone\"\nbind = \"refresh\"\ngrantable = [\"mcp:manage:read\"]".to_owned(),
        "allow_groups = [\"a\"]\nbind = \"refresh\"\ngrantable = [\"mcp:manage:write\"]".to_owned(),
        "allow_subjects = [\"1\"]\nbind = \"refresh\"\ngrantable = [\"mcp:manage:write\"]"
            .to_owned(),
        "allow_subjects = [\"1\"]\ngrantable = [\"mcp:manage:write\"]".to_owned(),
        "allow = \"everyone\"\ngrantable = [\"mcp:tools\"]".to_owned(),
    ];
    let told = rows.map(|lines| {
        let sources = of_file(&format!("{LEAST}\n{manage}\n{}", with(&lines)));
        let outcome =
            if Config::load(&sources).is_ok() { "ok".to_owned() } else { outcome(&sources) };
        format!("{lines}\n  -> {outcome}")
    });
    insta::assert_snapshot!("managers", told.join("\n"));
}

/// With the ledger `none` only what tokens of ours carry can be renewed with.
#[test]
fn a_provider_whose_refresh_tokens_nobody_would_keep_is_refused() {
    let bound = "allow = \"everyone\"\nbind = \"refresh\"";
    let okta = with(bound).replace("\"oidc\"", "\"okta\"");
    let google = format!(
        "[[providers]]\nid = \"g\"\nkind = \"google\"\nclient_id = \"x\"\nclient_secret = \"y\"\n{bound}"
    );
    let entra = entra(&format!("tenant = \"common\"\n{bound}"));
    let of = |lines: &str, ledger: &str| {
        of_file(&format!("{LEAST}\n{lines}\n[ledger]\nkind = \"{ledger}\""))
    };
    let rows = [
        ("entra", entra.clone()),
        ("oidc", with(bound)),
        ("oidc, 513", with(&format!("{bound}\nrefresh_token_bytes_max = 513"))),
        ("oidc, 512", with(&format!("{bound}\nrefresh_token_bytes_max = 512"))),
        ("google", google),
        ("okta", okta),
        ("github", github(&format!("{bound}\nclient_secret = \"y\""))),
        ("oidc, unbound", with("allow = \"everyone\"")),
    ];
    let told = rows.map(|(name, lines)| {
        let sources = of(&lines, "none");
        let outcome =
            if Config::load(&sources).is_ok() { "ok".to_owned() } else { outcome(&sources) };
        format!("{name}: {outcome}")
    });
    insta::assert_snapshot!("short_tokens", told.join("\n"));
    assert_eq!(accepted(&of(&entra, "memory")).providers.len(), 1);
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
