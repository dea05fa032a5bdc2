//! Scopes. Source: RFC 6749 §3.3.

use std::collections::BTreeSet;

use proptest::prelude::*;
use protocol::oauth::built_in::BuiltIn;
use protocol::oauth::scope::{MalformedScope, SCOPE_BYTES_MAX, Scope, ScopeToken};

use super::support::{any_scope, policy, scope};

#[test]
fn a_scope_is_declared_that_the_deployment_knows() {
    let scopes = policy().scopes;
    let declared = ["mcp:tools", "mcp:unknown", "mcp:tools mcp:read", "", "\""];
    assert_eq!(declared.map(|text| scopes.declares(text)), [true, false, false, false, false]);
}

proptest! {
    #![proptest_config(super::config())]

    /// Reading what was written yields the same scope, in one spelling.
    #[test]
    fn a_scope_survives_being_written(scope in any_scope()) {
        let text = scope.to_string();
        prop_assert_eq!(Scope::parse(&text), Ok(scope.clone()));
        prop_assert_eq!(scope.is_empty(), text.is_empty());
        prop_assert_eq!(scope.iter().count(), text.split_whitespace().count());
    }

    /// Order, repetition and superfluous spaces do not matter.
    #[test]
    fn only_the_set_of_tokens_matters(tokens in prop::collection::vec("[ab]{1,2}", 0..6)) {
        let text = format!(" {}  ", tokens.join("  "));
        let mut sorted: Vec<_> = tokens.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        prop_assert_eq!(Scope::parse(&text).map(|scope| scope.to_string()), Ok(sorted.join(" ")));
        sorted.reverse();
        prop_assert_eq!(Scope::parse(&text), Scope::parse(&sorted.join(" ")));
    }

    /// RFC 6749 §3.3: a token has every printable character but space, quote and backslash; no other character at all.
    #[test]
    fn the_grammar_is_exact(character in any::<char>()) {
        let allowed = character.is_ascii_graphic() && character != '"' && character != '\\';
        let text = format!("a{character}b");
        prop_assert_eq!(ScopeToken::parse(&text).is_ok(), allowed);
        prop_assert_eq!(Scope::parse(&text).is_ok(), allowed || character == ' ');
    }

    /// What both have is within each of them.
    #[test]
    fn an_intersection_is_within_both(left in any_scope(), right in any_scope()) {
        let both = left.intersection(&right);
        prop_assert!(left.contains_all(&both) && right.contains_all(&both));
        prop_assert_eq!(left.contains_all(&right), both == right);
    }

    /// Neither what is reserved is left, nor anything it follows from; and nothing else is lost.
    #[test]
    fn what_is_reserved_is_in_nothing_that_allows_everything(
        asked in any_scope(),
        reserved in prop::sample::select(vec!["mcp:read", "mcp:tools", "mcp:admin"]),
    ) {
        let mut scopes = policy().scopes;
        prop_assert_eq!(scopes.unreserved(&asked), asked.clone());
        scopes.reserve(ScopeToken::parse(reserved).expect("it is a scope"));
        let free = scopes.unreserved(&asked);
        for token in asked.iter() {
            prop_assert_eq!(free.iter().any(|left| left == token), !scopes.implies(token.as_str(), reserved));
        }
        prop_assert!(!scopes.is_reserved(&scopes.closure(&free)));
    }

    /// CB-29: whatever is asked, no more is granted than the client may have, and something is if it may have anything.
    #[test]
    fn no_more_is_granted_than_allowed(asked in prop::option::of(any_scope()), most in any_scope()) {
        let scopes = policy().scopes;
        let granted = scopes.grantable(asked.as_ref(), &most);
        let allowed = scopes.closure(&most).intersection(&scopes.all());
        prop_assert!(allowed.contains_all(&granted));
        let kept = asked.unwrap_or_default().intersection(&allowed);
        let expected = if kept.is_empty() { scope("mcp:tools").intersection(&allowed) } else { kept };
        prop_assert_eq!(granted, expected);
    }

    /// A closure contains what it started from, and nothing new follows from it.
    #[test]
    fn a_closure_is_closed(start in any_scope()) {
        let scopes = policy().scopes;
        let closure = scopes.closure(&start);
        prop_assert!(closure.contains_all(&start));
        prop_assert_eq!(scopes.closure(&closure), closure);
    }
}

#[test]
fn broader_scopes_imply_narrower_ones() {
    let scopes = policy().scopes;
    let closure = |text| scopes.closure(&scope(text)).to_string();
    assert_eq!(closure("mcp:admin"), "mcp:admin mcp:read mcp:tools");
    assert_eq!(closure("mcp:tools"), "mcp:read mcp:tools");
    assert_eq!(closure("mcp:read"), "mcp:read");
    assert_eq!(closure("mcp:unknown"), "mcp:unknown");
    assert_eq!(scopes.all(), scope("mcp:admin mcp:read mcp:tools"));
    assert_eq!(scopes.default_scope(), &scope("mcp:tools"));
    let tools = ScopeToken::parse("mcp:tools").expect("a scope token");
    assert_eq!(scopes.description(&tools), Some("What mcp:tools means"));
    assert_eq!(scopes.description(&ScopeToken::parse("mcp:unknown").expect("a token")), None);
}

#[test]
fn what_follows_from_one_scope() {
    let scopes = policy().scopes;
    assert!(scopes.implies("mcp:admin", "mcp:read"));
    assert!(scopes.implies("mcp:read", "mcp:read"));
    assert!(!scopes.implies("mcp:read", "mcp:admin"));
    assert!(!scopes.implies("mcp:admin mcp:read", "mcp:read"));
    assert!(!scopes.implies("", "mcp:read"));
}

#[test]
fn scopes_that_imply_each_other_end() {
    let mut scopes = policy().scopes;
    let token = |text| ScopeToken::parse(text).expect("a scope token");
    scopes.add(token("left"), String::new(), scope("right"), false);
    scopes.add(token("right"), String::new(), scope("left"), false);
    assert_eq!(scopes.closure(&scope("left")), scope("left right"));
}

#[test]
fn every_default_scope_is_granted_when_none_is_asked_for() {
    let mut scopes = policy().scopes;
    scopes.add(ScopeToken::parse("extra").expect("a token"), String::new(), scope(""), true);
    assert_eq!(scopes.default_scope(), &scope("extra mcp:tools"));
}

#[test]
fn the_length_of_a_scope_is_judged_on_both_sides() {
    let longest = "s".repeat(SCOPE_BYTES_MAX);
    assert!(Scope::parse(&longest).is_ok());
    assert_eq!(Scope::parse(&format!("{longest} ")), Err(MalformedScope));
    assert_eq!(ScopeToken::parse(""), Err(MalformedScope));
}

/// CB-29: what the server knows itself is granted only to who asks, and how long access lasts does not say what it is for.
#[test]
fn built_in_scopes_are_never_granted_by_default() {
    let mut scopes = policy().scopes;
    for built_in in BuiltIn::ALL {
        scopes.add_built_in(built_in);
    }
    let everything = scope("mcp:admin").union(&BuiltIn::scope());
    let granted = |asked: &str| scopes.grantable(Some(&scope(asked)), &everything).to_string();
    assert_eq!(scopes.grantable(None, &everything), scope("mcp:tools"));
    assert_eq!(granted("openid"), "openid");
    assert_eq!(granted("offline_access"), "mcp:tools offline_access");
    assert_eq!(granted("offline_access mcp:read"), "mcp:read offline_access");
    assert_eq!(granted("offline_access unknown"), "mcp:tools offline_access");
    assert_eq!(scopes.advertised(), &scope("mcp:tools"));
    scopes.advertise(ScopeToken::parse("mcp:admin").expect("a token"), true);
    assert_eq!(scopes.advertised(), &scope("mcp:admin mcp:tools"));
    scopes.advertise(ScopeToken::parse("mcp:tools").expect("a token"), false);
    assert_eq!(scopes.advertised(), &scope("mcp:admin"));
    scopes.leave_unticked(ScopeToken::parse("mcp:admin").expect("a token"));
    assert_eq!(scopes.ticked(&scope("mcp:admin mcp:read")), scope("mcp:read"));
    let description = scopes.description(&BuiltIn::Email.token());
    assert_eq!(description, Some("See your e-mail address"));
}
