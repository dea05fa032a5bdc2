//! `authorization_servers` of a resource: what is taken, and what is refused with which words.

use sealbearer::config::{Config, Verification};

use super::{LEAST, of_file, outcome_of};

/// The outcome of a second resource with these lines.
fn outcome(lines: &str) -> String {
    let table = format!("[[resources]]\npath = \"/ext\"\nupstream = \"builtin\"\n{lines}");
    outcome_of(&table).trim_end().to_owned()
}

/// What is refused and what is said of it; nothing is said of what is taken.
#[test]
fn every_refusal_of_other_issuers() {
    let one = "authorization_servers = [\"https://idp.example.com\"]";
    let named = |issuer: &str| format!("authorization_servers = [\"{issuer}\"]");
    let asked = format!("{one}\nverification = \"introspection\"");
    let known = format!("{asked}\nintrospection_client = \"a\"");
    let proven = format!("{known}\nintrospection_secret = \"s\"");
    let rows: &[(String, &str)] = &[
        (one.to_owned(), ""),
        (named("https://idp.example.com/"), ""),
        (named("http://127.0.0.1:4000"), ""),
        (format!("{one}\nplain_jwt = true\ndpop = \"allowed\""), ""),
        ("authorization_servers = []".to_owned(), "authorization_servers must name 1 to 8 issuers"),
        (named("http://idp.example.com"), "it must be an https URL"),
        (named("https://IDP.example.com"), "is no issuer"),
        (named("https://idp.example.com?a=b"), "is no issuer"),
        (named("idp"), "is no issuer"),
        (
            format!("{one}\naccess_token = \"signed\""),
            "access_token is for tokens that are issued here",
        ),
        (
            format!("{one}\nintrospection_client = \"a\""),
            "introspection_client is for verification",
        ),
        ("dpop = \"required\"".to_owned(), "dpop is for tokens of other issuers"),
        (asked.clone(), "introspection_client is missing"),
        (known, "introspection_secret is missing"),
        (proven.clone(), ""),
        (format!("{proven}\nplain_jwt = true"), "plain_jwt is for verification"),
        (proven.replace("\"]", "\", \"https://b.example\"]"), "names several issuers"),
    ];
    for (lines, expected) in rows {
        let outcome = outcome(lines);
        let fits =
            if expected.is_empty() { outcome == "accepted" } else { outcome.contains(expected) };
        assert!(fits, "{lines}\n{outcome}");
    }
}

#[test]
fn other_issuers_are_for_what_is_served_here() {
    let table = "[[resources]]\nidentifier = \"https://mcp.example.com/mcp\"\nauthorization_servers = [\"https://idp.example.com\"]";
    let outcome = outcome_of(table);
    assert!(
        outcome.contains("authorization_servers is for a resource that is served here"),
        "{outcome}"
    );
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
