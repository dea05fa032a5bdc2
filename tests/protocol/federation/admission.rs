//! Who may come in, and what they may allow.

use proptest::prelude::*;
use protocol::federation::admission::{Admission, AllowRules, Facts, Grantable, NotAdmitted};
use protocol::federation::told::Groups;
use protocol::oauth::scope::Scope;

const ISSUER: &str = "https://sso.example.com";

fn facts(groups: &Groups) -> Facts<'_> {
    Facts {
        issuer: ISSUER,
        subject: "248289761001",
        email: Some("jane@ok.com"),
        email_verified: true,
        hosted_domain: Some("ok.com"),
        groups,
    }
}

fn these(groups: &[&str]) -> Groups {
    Groups::These(groups.iter().map(|group| (*group).to_owned()).collect())
}

fn list(entries: &[&str]) -> Vec<String> {
    entries.iter().map(|entry| (*entry).to_owned()).collect()
}

fn outcome(allow: &AllowRules, facts: &Facts<'_>) -> Option<NotAdmitted> {
    let admission = Admission { allow: allow.clone(), grantable: Grantable::default() };
    admission.admit(facts).err()
}

fn of_domain() -> AllowRules {
    AllowRules { domains: list(&["ok.com"]), ..AllowRules::default() }
}

proptest! {
    #![proptest_config(crate::config())]

    /// No rule is weakened by another: whoever comes in meets each of them alone.
    #[test]
    fn every_rule_that_is_there_is_met(
        subject in "[ab]", issuer in "[ab]", domain in "[ab]", hosted in proptest::option::of("[ab]"),
        groups in proptest::collection::vec("[ab]", 0..3), verified: bool,
        rules in proptest::collection::vec(proptest::collection::vec("[ab]", 0..2), 5),
    ) {
        let (email, domains) = (format!("x@{domain}.com"), rules[2].iter().map(|name| format!("{name}.com")));
        let groups = Groups::These(groups);
        let facts = Facts {
            issuer: &issuer, subject: &subject, email: Some(&email), email_verified: verified,
            hosted_domain: hosted.as_deref(), groups: &groups,
        };
        let whole = AllowRules {
            everyone: false, subjects: rules[0].clone(), issuers: rules[1].clone(),
            domains: domains.collect(), hosted_domains: rules[3].clone(), groups: rules[4].clone(),
        };
        let none = AllowRules::default();
        let alone = [
            AllowRules { subjects: whole.subjects.clone(), ..none.clone() },
            AllowRules { issuers: whole.issuers.clone(), ..none.clone() },
            AllowRules { domains: whole.domains.clone(), ..none.clone() },
            AllowRules { hosted_domains: whole.hosted_domains.clone(), ..none.clone() },
            AllowRules { groups: whole.groups.clone(), ..none.clone() },
        ];
        let there: Vec<_> = alone.iter().filter(|rule| !rule.is_empty()).collect();
        let expected = !there.is_empty() && there.iter().all(|rule| outcome(rule, &facts).is_none());
        prop_assert_eq!(outcome(&whole, &facts).is_none(), expected);
    }

    /// Whatever an address looks like, only one that ends in `@ok.com` and has no other `@` comes in.
    #[test]
    fn fed_10_nobody_comes_in_by_a_crooked_address(email in "[a-c@.]{0,6}(@|@ok\\.com|\\.ok\\.com)[@a-c.]{0,8}") {
        let facts = Facts { email: Some(&email), ..facts(&Groups::Untold) };
        if outcome(&of_domain(), &facts).is_none() {
            prop_assert_eq!(email.split_once('@').map(|(_, domain)| domain), Some("ok.com"));
        }
    }
}

#[test]
fn no_rule_admits_nobody_and_everyone_is_said() {
    let facts = facts(&Groups::Untold);
    assert_eq!(outcome(&AllowRules::default(), &facts), Some(NotAdmitted::NobodyIs));
    let everyone = AllowRules { everyone: true, ..AllowRules::default() };
    let nobody = Facts { email: None, hosted_domain: None, email_verified: false, ..facts };
    assert_eq!(outcome(&everyone, &nobody), None);
}

#[test]
fn fed_10_only_a_verified_address_at_the_very_domain_comes_in() {
    let groups = Groups::Untold;
    let with = |email, email_verified| Facts { email, email_verified, ..facts(&groups) };
    for (email, verified, expected) in [
        (Some("jane@ok.com"), true, None),
        (Some("JANE@ok.com"), true, None),
        (None, true, Some(NotAdmitted::EmailUntold)),
        (Some("jane@ok.com"), false, Some(NotAdmitted::EmailUnverified)),
        (Some("a@ok.com@evil.example"), true, Some(NotAdmitted::EmailMalformed)),
        (Some("a@evil.example@ok.com"), true, Some(NotAdmitted::EmailMalformed)),
        (Some("jane@OK.COM"), true, Some(NotAdmitted::EmailMalformed)),
        (Some("jane@οk.com"), true, Some(NotAdmitted::EmailMalformed)),
        (Some("jane@sub.ok.com"), true, Some(NotAdmitted::EmailDomain)),
        (Some("jane@notok.com"), true, Some(NotAdmitted::EmailDomain)),
        (Some("jane@ok.com.evil.example"), true, Some(NotAdmitted::EmailDomain)),
    ] {
        assert_eq!(outcome(&of_domain(), &with(email, verified)), expected, "{email:?}");
    }
}

#[test]
fn fed_14_who_lost_their_group_or_has_too_many_does_not_come_in() {
    let rules = AllowRules { groups: list(&["acme", "acme/core"]), ..AllowRules::default() };
    for (groups, expected) in [
        (these(&["acme"]), None),
        (these(&["other", "acme/core"]), None),
        (these(&[]), Some(NotAdmitted::Group)),
        (these(&["ACME", "acme/", "acme/core/x"]), Some(NotAdmitted::Group)),
        (Groups::Untold, Some(NotAdmitted::GroupsUntold)),
        (Groups::TooMany, Some(NotAdmitted::GroupsTooMany)),
    ] {
        assert_eq!(outcome(&rules, &facts(&groups)), expected, "{groups:?}");
    }
}

#[test]
fn lists_of_people_tenants_and_hosted_domains() {
    let groups = Groups::Untold;
    let facts = facts(&groups);
    let subject = |entry: &str| AllowRules { subjects: list(&[entry]), ..AllowRules::default() };
    assert_eq!(outcome(&subject("248289761001"), &facts), None);
    assert_eq!(outcome(&subject("jane@ok.com"), &facts), Some(NotAdmitted::Subject));
    let issuer = |entry: &str| AllowRules { issuers: list(&[entry]), ..AllowRules::default() };
    assert_eq!(outcome(&issuer(ISSUER), &facts), None);
    assert_eq!(outcome(&issuer("https://sso.example.com/"), &facts), Some(NotAdmitted::Issuer));
    let hosted = AllowRules { hosted_domains: list(&["ok.com"]), ..AllowRules::default() };
    assert_eq!(outcome(&hosted, &facts), None);
    let consumer = Facts { hosted_domain: None, ..facts };
    assert_eq!(outcome(&hosted, &consumer), Some(NotAdmitted::HostedDomain));
}

#[test]
fn groups_add_to_what_everybody_may_allow() {
    let scope = |text: &str| Scope::parse(text).expect("it is a scope");
    let grantable = Grantable {
        by_everyone: Some(scope("read")),
        by_group: vec![
            ("a".to_owned(), scope("write")),
            ("b".to_owned(), scope("admin")),
            ("a".to_owned(), scope("more")),
        ],
    };
    let allow = AllowRules { everyone: true, ..AllowRules::default() };
    let admission = Admission { allow, grantable };
    for (groups, expected) in [
        (these(&[]), "read"),
        (these(&["a"]), "more read write"),
        (these(&["a", "b"]), "admin more read write"),
        (Groups::Untold, "read"),
        (Groups::TooMany, "read"),
    ] {
        let admitted = admission.admit(&facts(&groups)).expect("everybody comes in");
        assert_eq!(admitted.grantable().map(ToString::to_string).as_deref(), Some(expected));
    }
    let everything = Admission { grantable: Grantable::default(), ..admission };
    let admitted = everything.admit(&facts(&Groups::Untold)).expect("everybody comes in");
    assert_eq!(admitted.grantable(), None);
}

#[test]
fn every_reason_has_a_cause_and_a_remedy_that_tell_nothing_of_who_may() {
    for reason in NotAdmitted::ALL {
        for text in [reason.cause(), reason.remedy()] {
            assert!(text.len() > 20 && text.ends_with('.'), "{reason:?}: {text}");
        }
    }
}
