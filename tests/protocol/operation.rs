//! Which scopes an operation needs. Source: MCP 2026-07-28 authorization (all scopes of one operation).

use std::collections::BTreeSet;

use proptest::prelude::*;
use protocol::oauth::scope::Scope;
use protocol::operation::{
    MalformedPattern, NAME_BYTES_MAX, Operation, OperationRules, PATTERN_BYTES_MAX, Pattern,
    Primitive, Rule,
};

use super::support::scope;

/// What `*` means, as slowly as it can be said.
fn fits(pattern: &[char], name: &[char]) -> bool {
    match pattern {
        [] => name.is_empty(),
        ['*', rest @ ..] => (0..=name.len()).any(|taken| fits(rest, &name[taken..])),
        [first, rest @ ..] => name.first() == Some(first) && fits(rest, &name[1..]),
    }
}

fn pattern(text: &str) -> Pattern {
    Pattern::parse(text).expect("it is a pattern")
}

fn using(primitive: Primitive, name: &str) -> Operation {
    Operation::Use { primitive, name: Some(name.to_owned()) }
}

fn any_primitive() -> impl Strategy<Value = Primitive> {
    prop::sample::select(&Primitive::ALL[..])
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let scope = prop::sample::select(vec!["one", "two", "three", "one two"]).prop_map(scope);
    (any_primitive(), "[ab*]{1,4}", scope).prop_map(|(primitive, text, scope)| Rule {
        primitive,
        pattern: pattern(&text),
        scope,
    })
}

fn rules_of(rows: &[(Primitive, &str, &str)]) -> OperationRules {
    let rule = |(primitive, text, needed): &(Primitive, &str, &str)| Rule {
        primitive: *primitive,
        pattern: pattern(text),
        scope: scope(needed),
    };
    OperationRules::new(rows.iter().map(rule).collect())
}

proptest! {
    #![proptest_config(super::config())]

    /// A star is any run of characters, every other character is itself.
    #[test]
    fn a_pattern_fits_what_its_stars_can_stand_for(text in "[abß*]{1,8}", name in "[abß*]{0,10}") {
        let (pattern_chars, name_chars) = (text.chars().collect::<Vec<_>>(), name.chars().collect::<Vec<_>>());
        prop_assert_eq!(pattern(&text).matches(&name), fits(&pattern_chars, &name_chars));
    }

    /// Replacing the stars by anything makes a name that fits.
    #[test]
    fn what_a_pattern_was_made_into_fits(text in "[ab*]{1,8}", filling in "[ab*]{0,4}") {
        prop_assert!(pattern(&text).matches(&text.replace('*', &filling)));
    }

    /// Every rule that fits is heard, and no other; their order says nothing.
    #[test]
    fn what_is_needed_is_the_union_of_what_fits(
        rules in prop::collection::vec(any_rule(), 0..6),
        primitive in any_primitive(),
        name in "[ab]{0,4}",
    ) {
        let fitting = rules.iter().filter(|rule| rule.primitive == primitive && rule.pattern.matches(&name));
        let expected: Scope = fitting.flat_map(|rule| rule.scope.iter().cloned()).collect();
        let operation = using(primitive, &name);
        prop_assert_eq!(OperationRules::new(rules.clone()).needed(&operation), expected.clone());
        let reversed = rules.into_iter().rev().collect();
        prop_assert_eq!(OperationRules::new(reversed).needed(&operation), expected);
    }

    /// One more rule never takes away what the others demand.
    #[test]
    fn no_rule_loosens_another(
        rules in prop::collection::vec(any_rule(), 0..6),
        another in any_rule(),
        primitive in any_primitive(),
        name in prop::option::of("[ab]{0,4}"),
    ) {
        let operation = Operation::Use { primitive, name };
        let before = OperationRules::new(rules.clone()).needed(&operation);
        let after = rules.into_iter().chain([another]).collect();
        prop_assert!(OperationRules::new(after).needed(&operation).contains_all(&before));
    }

    /// Who hides the name gets away with nothing.
    #[test]
    fn a_name_that_cannot_be_read_needs_what_any_name_needs(
        rules in prop::collection::vec(any_rule(), 0..6),
        primitive in any_primitive(),
        name in "[ab]{0,4}",
    ) {
        let rules = OperationRules::new(rules);
        let hidden = rules.needed(&Operation::Use { primitive, name: None });
        prop_assert!(hidden.contains_all(&rules.needed(&using(primitive, &name))));
    }

    /// However a character of a URI is spelled, the rule for it is heard.
    #[test]
    fn no_encoding_leads_past_a_rule(name in "[a-z]{1,6}", at in 0_usize..6, times in 1_usize..7) {
        let rules = rules_of(&[(Primitive::Resource, &format!("notes://home/{name}"), "needed")]);
        let at = at % name.len();
        let mut letter = name[at..=at].to_owned();
        for _ in 0..times {
            letter = letter.bytes().flat_map(|byte| format!("%{byte:02x}").into_bytes()).map(char::from).collect();
        }
        let spelled = format!("notes://home/{}{letter}{}", &name[..at], &name[at + 1..]);
        prop_assert_eq!(rules.needed(&using(Primitive::Resource, &spelled)), scope("needed"));
    }

    #[test]
    fn reading_a_pattern_ends(text in any::<String>(), name in any::<String>()) {
        if let Ok(pattern) = Pattern::parse(&text) {
            prop_assert_eq!(pattern.as_str(), &text);
            let _ = pattern.matches(&name);
        }
    }
}

#[test]
fn what_a_pattern_fits() {
    let rows = [
        ("delete_*", "delete_user", true),
        ("delete_*", "delete_", true),
        ("delete_*", "Delete_user", false),
        ("delete_*", "undelete_user", false),
        ("*", "", true),
        ("*_*", "a_b", true),
        ("a*a", "a", false),
        ("a*a", "aa", true),
        ("a*b*c", "a-c-b-c", true),
        ("a?c", "abc", false),
        ("[ab]", "a", false),
        ("read", "read ", false),
    ];
    for (text, name, expected) in rows {
        assert_eq!(pattern(text).matches(name), expected, "{text} {name}");
    }
}

#[test]
fn every_spelling_of_a_uri_meets_its_rule() {
    let rules = rules_of(&[(Primitive::Resource, "file:///secret/*", "needed")]);
    let spelled = [
        "file:///secret/plan",
        "file:///open/../secret/plan",
        "file:///open/%2e%2e/secret/plan",
        "FILE:///secret/plan",
        "file:///%73ecret/plan",
        "file:///%2573ecret/plan",
        "file:///open%2f..%2fsecret%2fplan",
        "file:\\\\\\secret\\plan",
        "file://localhost/secret/plan",
    ];
    for uri in spelled {
        assert_eq!(rules.needed(&using(Primitive::Resource, uri)), scope("needed"), "{uri}");
    }
    let others = ["file:///open/secret/plan", "file:///secret", "file:///%", "notes:%zz", ""];
    for uri in others {
        assert_eq!(rules.needed(&using(Primitive::Resource, uri)), Scope::default(), "{uri}");
    }
}

/// What would take long to read is not read, and may be anything.
#[test]
fn a_name_of_unbearable_length_may_be_any() {
    let rules = rules_of(&[(Primitive::Tool, "x", "one"), (Primitive::Resource, "x", "two")]);
    for (primitive, all) in [(Primitive::Tool, "one"), (Primitive::Resource, "two")] {
        let needed = |length: usize| rules.needed(&using(primitive, &"a".repeat(length)));
        assert_eq!(needed(NAME_BYTES_MAX), Scope::default());
        assert_eq!(needed(NAME_BYTES_MAX + 1), scope(all));
    }
    let often = format!("a:%{}41", "25".repeat(NAME_BYTES_MAX / 2 - 3));
    assert_eq!(rules.needed(&using(Primitive::Resource, &often)), scope("two"));
}

#[test]
fn a_rule_is_about_one_kind_and_about_using_it() {
    let rules = rules_of(&Primitive::ALL.map(|primitive| (primitive, "*", primitive.noun())));
    for primitive in Primitive::ALL {
        assert_eq!(rules.needed(&using(primitive, "a")), scope(primitive.noun()));
        assert_eq!(rules.needed(&Operation::List(primitive)), Scope::default());
    }
    assert_eq!(rules.needed(&Operation::Other), Scope::default());
    let nouns: BTreeSet<_> = Primitive::ALL.into_iter().map(Primitive::noun).collect();
    assert_eq!(nouns.len(), Primitive::ALL.len());
}

#[test]
fn what_is_no_pattern() {
    let longest = "a".repeat(PATTERN_BYTES_MAX);
    assert_eq!(Pattern::parse(&longest).as_ref().map(Pattern::as_str), Ok(longest.as_str()));
    for text in ["", "a\nb", "\u{7f}", &format!("{longest}a")] {
        assert_eq!(Pattern::parse(text), Err(MalformedPattern), "{text:?}");
    }
}
