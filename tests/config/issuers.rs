//! `authorization_servers` of a resource: what is taken, and what is refused with which words.

use sealbearer::config::{Config, Verification};

use super::{LEAST, of_file, outcome_of};

/// The outcome of a second resource with these lines.
fn outcome(lines: &str) -> String {
    let table = format!("[[resources]]\npath = \"/ext\"\nupstream = \"builtin\"\n{lines}");
    format!("{lines}\n  -> {}", outcome_of(&table).trim_end())
}

#[test]
fn every_refusal_of_other_issuers() {
    let asked =
        "authorization_servers = [\"https://idp.example.com\"]\nverification = \"introspection\"";
    let rows = [
        "authorization_servers = [\"https://idp.example.com\"]".to_owned(),
        "authorization_servers = [\"https://idp.example.com/\", \"http://127.0.0.1:4000\"]\nplain_jwt = true\ndpop = \"allowed\"".to_owned(),
        "authorization_servers = []".to_owned(),
        "authorization_servers = [\"http://idp.example.com\"]".to_owned(),
        "authorization_servers = [\"https://IDP.example.com\"]".to_owned(),
        "authorization_servers = [\"https://idp.example.com?a=b\"]".to_owned(),
        "authorization_servers = [\"idp\"]".to_owned(),
        "authorization_servers = [\"https://idp.example.com\"]\naccess_token = \"signed\"".to_owned(),
        "authorization_servers = [\"https://idp.example.com\"]\nintrospection_client = \"a\"".to_owned(),
        "dpop = \"required\"".to_owned(),
        asked.to_owned(),
        format!("{asked}\nintrospection_client = \"a\""),
        format!("{asked}\nintrospection_client = \"a\"\nintrospection_secret = \"s\""),
        format!("{asked}\nintrospection_client = \"a\"\nintrospection_secret = \"s\"\nintrospection_secret_env = \"S\""),
        format!("{asked}\nintrospection_client = \"a\"\nintrospection_secret = \"s\"\nplain_jwt = true"),
        format!("{}\nintrospection_client = \"a\"\nintrospection_secret = \"s\"", asked.replace("\"]", "\", \"https://b.example\"]")),
    ];
    insta::assert_snapshot!(rows.map(|row| outcome(&row)).join("\n"));
}

#[test]
fn other_issuers_are_for_what_is_served_here() {
    let table = "[[resources]]\nidentifier = \"https://mcp.example.com/mcp\"\nauthorization_servers = [\"https://idp.example.com\"]";
    insta::assert_snapshot!(outcome_of(table));
}

#[test]
fn no_secret_of_an_issuer_is_shown() {
    let lines = "\n[[resources]]\npath = \"/ext\"\nupstream = \"builtin\"\nauthorization_servers = [\"https://idp.example.com\"]\nverification = \"introspection\"\nintrospection_client = \"a\"\nintrospection_secret = \"canary\"\n";
    let config = Config::load(&of_file(&format!("{LEAST}{lines}"))).expect("it is right");
    let others = config.resources[1].issuers.as_ref().expect("they are there");
    assert!(
        matches!(&others.verification, Verification::Introspection { client_secret, .. } if client_secret.expose() == "canary")
    );
    assert!(!format!("{config:?}").contains("canary"));
}
