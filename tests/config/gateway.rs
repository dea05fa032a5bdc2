//! `[[resources]]` in front of servers that run elsewhere, and `--protect`.

use sealbearer::config::{
    Config, CredentialConfig, CredentialKind, GatewayConfig, ResourceUpstream, banner,
};

use super::{LEAST, accepted, of_demo, of_file, outcome};

fn with(lines: &str) -> String {
    format!(
        "{LEAST}\n[[resources]]\npath = \"/b\"\nupstream = \"http://10.0.0.7:3000/mcp?key=1\"\n[resources.gateway]\n{lines}"
    )
}

fn gateway(config: &Config) -> &GatewayConfig {
    let found = config.resources.iter().find_map(|resource| match &resource.upstream {
        ResourceUpstream::Gateway(gateway) => Some(gateway.as_ref()),
        ResourceUpstream::BuiltIn | ResourceUpstream::Management => None,
    });
    found.expect("there is a server behind the gateway")
}

/// Header, scheme and secret of a credential that the settings give.
fn said(credential: &CredentialConfig) -> (&str, &str, &str) {
    let CredentialKind::Given(secret) = &credential.kind else { panic!("{credential:?}") };
    (credential.header.as_str(), credential.scheme(), secret.expose())
}

#[test]
fn a_url_is_enough() {
    let config = accepted(&of_file(&with("")));
    let gateway = gateway(&config);
    assert_eq!(gateway.url.as_str(), "http://10.0.0.7:3000/mcp?key=1");
    assert_eq!(gateway.own_headers().count(), 0);
    let GatewayConfig { connect_timeout_seconds, answer_timeout_seconds, requests_max, .. } =
        gateway;
    assert_eq!((*connect_timeout_seconds, *answer_timeout_seconds, *requests_max), (5, 300, 1_024));
}

#[test]
fn everything_that_can_be_said_of_it() {
    let config = accepted(&of_file(&with(
        "assertion_header = \"Sealbearer-Assertion\"\nassertion_lifetime = \"2m\"\nsubject_header = \"X-Forwarded-User\"\n\
         client_header = \"X-Client\"\nscope_header = \"X-Scope\"\ncredential = \"abc\"\nheaders_passed = [\"X-Team\"]\n\
         connect_timeout = \"1s\"\nanswer_timeout = \"1h\"\nrequests_max = 7",
    )));
    let gateway = gateway(&config);
    let assertion = gateway.assertion.as_ref().expect("it was asked for");
    assert_eq!(
        (assertion.audience.as_str(), assertion.lifetime_seconds),
        ("http://10.0.0.7:3000/mcp", 120)
    );
    let credential = gateway.credential.as_ref().expect("there is one");
    assert_eq!(said(credential), ("authorization", "Bearer ", "abc"));
    assert_eq!(gateway.own_headers().count(), 5);
    assert!(!format!("{config:?}").contains("abc"), "a credential is not shown");
}

#[test]
fn a_credential_comes_from_a_variable_as_well() {
    let mut sources =
        of_file(&with("credential_env = \"UPSTREAM_KEY\"\ncredential_header = \"X-Api-Key\""));
    sources.environment.insert("UPSTREAM_KEY".to_owned(), "abc\n".to_owned());
    let config = accepted(&sources);
    let credential = gateway(&config).credential.as_ref().expect("there is one");
    assert_eq!(said(credential), ("x-api-key", "", "abc"));
}

/// Whose provider is asked for what can be renewed, without insisting on it.
#[test]
fn a_credential_is_that_of_each_person() {
    let provider = "[[providers]]\nid = \"g\"\nkind = \"google\"\nclient_id = \"x\"\nclient_secret = \"y\"\nallow = \"everyone\"";
    let lines = "credential = { provider = \"g\" }\ncredential_header = \"X-Google\"";
    let config = accepted(&of_file(&format!("{}\n{provider}", with(lines))));
    let credential = gateway(&config).credential.clone().expect("there is one");
    assert_eq!(credential.header.as_str(), "x-google");
    assert!(config.resources.iter().any(|resource| resource.lent() == Some("g")));
    assert_eq!(gateway(&config).own_headers().count(), 1);
    let settings = &config.providers[0].settings;
    assert!(!settings.wants_renewal);
    assert!(format!("{:?}", settings.dialect).contains("offline"), "it is asked for");
    let none = format!("{}\n{provider}\n[ledger]\nkind = \"none\"", with(lines));
    insta::assert_snapshot!(outcome(&of_file(&none)), @r#"/etc/sealbearer/sealbearer.toml:13: resources[1].gateway.credential.provider needs a ledger that keeps what the provider gives, and "none" keeps nothing. Write ledger.kind = "memory", "file" or "valkey"."#);
}

#[test]
fn every_refusal_of_a_gateway() {
    let mut lines = Vec::new();
    for said in [
        "assertion_audience = \"x\"",
        "assertion_header = \"Authorization\"",
        "subject_header = \"X_User\"",
        "subject_header = \"Mcp-User\"",
        "client_header = \"X User\"",
        "subject_header = \"X-User\"\nclient_header = \"x-user\"",
        "credential = \"a\"\ncredential_file = \"b\"",
        "credential = \"a\\nb\"",
        "credential_header = \"X-Key\"",
        "credential = \"a\"\ncredential_header = \"Host\"",
        "credential_file = \"nowhere\"",
        "credential_env = \"NOT_SET\"",
        "credential = { provider = \"github\" }",
        "credential = { provider = 1 }",
        "headers_passed = [\"Cookie\"]",
        "requests_max = 0",
        "answer_timeout = \"2h\"",
        "tokens = true",
    ] {
        lines.push(format!("{said}\n  -> {}", outcome(&of_file(&with(said)))));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

const EXCHANGE: &str = "token_endpoint = \"https://idp.example.com/token\"";

#[test]
fn a_credential_is_exchanged_where_a_token_endpoint_is_named() {
    let lines =
        format!("credential = {{ {EXCHANGE}, client_id = \"a\", client_secret = \"hush\" }}");
    let config = accepted(&of_file(&with(&lines)));
    let credential = gateway(&config).credential.as_ref().expect("there is one");
    let CredentialKind::Exchanged(exchange) = &credential.kind else { panic!("{credential:?}") };
    assert_eq!(exchange.resource.as_deref(), Some("http://10.0.0.7:3000/mcp"));
    assert_eq!(exchange.statement_audience, "https://idp.example.com/token");
    assert_eq!((&exchange.audience, &exchange.scope), (&None, &None));
    assert!(!format!("{config:?}").contains("hush"), "a secret is not shown");
    let audience = lines.replace(" }", ", audience = \"crm\" }");
    let config = accepted(&of_file(&with(&audience)));
    let credential = gateway(&config).credential.as_ref().expect("there is one");
    let CredentialKind::Exchanged(exchange) = &credential.kind else { panic!("{credential:?}") };
    assert_eq!((exchange.resource.as_deref(), exchange.audience.as_deref()), (None, Some("crm")));
}

#[test]
fn every_refusal_of_an_exchange() {
    let whole = format!("{EXCHANGE}, client_id = \"a\", client_secret = \"b\"");
    let mut lines = Vec::new();
    for said in [
        "client_id = \"a\"".to_owned(),
        EXCHANGE.to_owned(),
        whole.replace("https:", "http:"),
        whole.replace("idp.example.com", "u:p@idp.example.com"),
        whole.replace("idp.example.com", "auth.example.com"),
        format!("{whole}, client_secret_file = \"c\""),
        whole.replace("client_secret", "client_secret_env"),
        format!("{whole}, client_authentication = \"none\""),
        format!("{whole}, resource = \"mcp\""),
        format!("{whole}, scopes = []"),
        format!("{whole}, scopes = [\"a b\"]"),
        format!("{whole}, scope = \"a\""),
    ] {
        let file = with(&format!("credential = {{ {said} }}"));
        lines.push(format!("{said}\n  -> {}", outcome(&of_file(&file))));
    }
    let beside = with(&format!("credential = {{ {whole} }}\ncredential_file = \"c\""));
    lines.push(format!("beside a file\n  -> {}", outcome(&of_file(&beside))));
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn every_refusal_of_the_url_of_a_server() {
    let mut lines = Vec::new();
    for url in [
        "mcp",
        "ftp://10.0.0.7/",
        "http://u:p@10.0.0.7/",
        "http://10.0.0.7/#a",
        "unix:/run/mcp",
        "http://",
        "https://auth.example.com/other",
    ] {
        let file = format!("{LEAST}\n[[resources]]\npath = \"/b\"\nupstream = \"{url}\"");
        lines.push(format!("{url} -> {}", outcome(&of_file(&file))));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn the_table_is_for_servers_that_run_elsewhere() {
    let file = format!(
        "{LEAST}\n[[resources]]\npath = \"/b\"\nupstream = \"builtin\"\n[resources.gateway]\nrequests_max = 1"
    );
    let told = outcome(&of_file(&file));
    assert!(told.contains("resources[1].gateway is for an upstream that is a URL"), "{told}");
}

#[test]
fn the_demo_protects_any_server_in_one_command() {
    let mut sources = of_demo();
    sources.overrides.protect = Some("http://127.0.0.1:3000/mcp".to_owned());
    let config = accepted(&sources);
    assert_eq!(gateway(&config).url.as_str(), "http://127.0.0.1:3000/mcp");
    assert_eq!(config.resources[0].path(), Some("/mcp"));
    let told = banner(&config, "");
    assert!(
        told.contains("http://127.0.0.1:9000/mcp, in front of http://127.0.0.1:3000\n"),
        "{told}"
    );
    sources.overrides.protect = Some("127.0.0.1:3000".to_owned());
    let told = outcome(&sources);
    assert!(told.starts_with("argument --protect: "), "{told}");
}
