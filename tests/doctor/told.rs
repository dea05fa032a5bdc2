//! How a report reads, for people and for programs.

use regex::Regex;
use sealbearer::doctor::{Report, Settings};
use serde_json::{Value, json};

use super::of_site;
use super::site::{AT_PATH, AT_ROOT, OAUTH, OPENID, Page, Site};

/// A deployment with several faults at once; its port is not shown.
fn broken() -> (Report, String) {
    let mut base = String::new();
    let report = of_site(Settings::default(), |site: &mut Site| {
        base.clone_from(&site.base);
        site.remove(AT_ROOT);
        site.put("/mcp/", Page::redirect(307, "/mcp"));
        site.set(&[OAUTH, OPENID], "registration_endpoint", &Value::Null);
        site.set(&[OAUTH, OPENID], "decoration", &json!("x".repeat(2_000)));
    });
    let shown = report.text().replace(&base, "http://here");
    // Ports have four digits or five.
    let bytes = Regex::new(r"\d+ bytes").expect("it is an expression");
    let shown = bytes.replace(&shown, "so many bytes").into_owned();
    (report, shown)
}

#[test]
fn a_report_for_people() {
    insta::assert_snapshot!("people", broken().1);
}

#[test]
fn a_report_for_programs() {
    let (report, _) = broken();
    let json: Value = serde_json::from_str(&report.json()).expect("it is JSON");
    let members = json.as_object().expect("an object").keys().map(String::as_str);
    let mut members: Vec<_> = members.collect();
    members.sort_unstable();
    let expected = [
        "asked",
        "clients",
        "endpoint",
        "findings",
        "issuers",
        "registered",
        "schema",
        "settings",
        "url",
        "verdict",
    ];
    assert_eq!((members, &json["schema"]), (expected.into(), &json!(1)));
    assert_eq!(json["verdict"], "fails");
    let cursor = json["clients"]
        .as_array()
        .and_then(|clients| clients.iter().find(|client| client["client"] == "Cursor"));
    let expected = json!({ "client": "Cursor", "outcome": "fails", "step": "registration", "because": ["no_registration"] });
    assert_eq!(cursor, Some(&expected));
    let first = &json["findings"][0];
    assert_eq!((&first["code"], &first["weight"]), (&json!("no_registration"), &json!("error")));
    for member in ["title", "seen", "remedy", "source", "fails", "falls_back"] {
        assert!(first.get(member).is_some(), "{member}");
    }
}

#[test]
fn nothing_foreign_reaches_the_terminal_as_it_came() {
    let hostile = "https://evil.example/\u{1b}[2J\u{202e}\u{200b}\nverdict: works";
    let report = of_site(Settings::default(), |site| {
        site.set(&[AT_PATH, AT_ROOT], "resource", &json!(hostile));
        site.set(&[OAUTH, OPENID], "issuer", &json!(hostile));
    });
    let text = report.text();
    assert!(text.contains("evil.example"), "{text}");
    let is_bad = |character: char| matches!(character, '\u{1b}' | '\u{202e}' | '\u{200b}');
    assert!(!text.contains(is_bad), "{text:?}");
    assert!(text.lines().all(|line| !line.starts_with("verdict")), "{text}");
}
