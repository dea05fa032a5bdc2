//! What a client's assertion must say. Source: RFC 7523 §3, OpenID Connect Core 1.0 §9, rfc7523bis (draft 11).

use proptest::prelude::*;
use protocol::oauth::assertion::{
    AssertionClaims, AssertionFault, AssertionRules, ID_BYTES_MAX, LIFETIME_SECONDS_MAX,
    SKEW_SECONDS,
};
use protocol::oauth::client::{Client, ClientFault, ClientKind, Credential, authenticate};
use protocol::oauth::time::UnixTime;
use protocol::replay::Claim;

use super::support::{ISSUER, NOW, client, thief};

fn rules() -> AssertionRules {
    AssertionRules {
        audiences: vec![ISSUER.to_owned(), format!("{ISSUER}/oauth/token")],
        lifetime_seconds_max: LIFETIME_SECONDS_MAX,
    }
}

fn good() -> AssertionClaims<'static> {
    AssertionClaims {
        issuer: Some("owner"),
        subject: Some("owner"),
        audience: &[ISSUER],
        expires_at: Some(NOW.plus_seconds(60)),
        issued_at: Some(NOW),
        not_before: Some(NOW),
        id: Some("an id"),
    }
}

fn fault(claims: AssertionClaims<'_>) -> Option<AssertionFault> {
    claims.judge("owner", &rules(), NOW).err()
}

/// A ledger that lost what it knew since then cannot tell whether it was used.
#[test]
fn an_assertion_can_have_been_used_since_it_was_made() {
    let since = |claims: AssertionClaims<'_>| {
        claims.judge("owner", &rules(), NOW).map(|fitting| fitting.usable_since()).ok()
    };
    let earlier = NOW.minus_seconds(9);
    assert_eq!(since(AssertionClaims { issued_at: Some(earlier), ..good() }), Some(earlier));
}

#[test]
fn tok_22_each_claim_has_to_be_there_and_right() {
    assert_eq!(fault(good()), None);
    let with_aud = |audience: &[&str]| {
        AssertionClaims { audience, ..good() }.judge("owner", &rules(), NOW).err()
    };
    let endpoint = format!("{ISSUER}/oauth/token");
    let slash = format!("{ISSUER}/");
    for subject in [None, Some(""), Some("Owner"), Some("owner "), Some("thief")] {
        let claims = AssertionClaims { subject, ..good() };
        assert_eq!(fault(claims), Some(AssertionFault::Subject));
        let claims = AssertionClaims { issuer: subject, ..good() };
        assert_eq!(fault(claims), Some(AssertionFault::Issuer));
    }
    assert_eq!(with_aud(&[&endpoint]), None);
    let wrong: [&[&str]; 5] = [
        &[],
        &[&slash],
        &["https://other.example"],
        &[ISSUER, "https://other.example"],
        &[ISSUER, ISSUER],
    ];
    for audience in wrong {
        assert_eq!(with_aud(audience), Some(AssertionFault::Audience), "{audience:?}");
    }
    let without_end = AssertionClaims { expires_at: None, ..good() };
    assert_eq!(fault(without_end), Some(AssertionFault::EndMissing));
    let longest = "x".repeat(ID_BYTES_MAX);
    let longer = "x".repeat(ID_BYTES_MAX + 1);
    assert_eq!(fault(AssertionClaims { id: Some(&longest), ..good() }), None);
    for id in [None, Some(""), Some(longer.as_str())] {
        assert_eq!(fault(AssertionClaims { id, ..good() }), Some(AssertionFault::Id));
    }
}

/// Clocks may be off by the skew, either way; not by a second more.
#[test]
fn dates_are_judged_on_both_sides() {
    let at = |expires_at: u64, issued_at: Option<u64>, not_before: Option<u64>| {
        fault(AssertionClaims {
            expires_at: Some(UnixTime(expires_at)),
            issued_at: issued_at.map(UnixTime),
            not_before: not_before.map(UnixTime),
            ..good()
        })
    };
    let (now, skew, most) = (NOW.0, SKEW_SECONDS, LIFETIME_SECONDS_MAX);
    assert_eq!(at(now - skew + 1, None, None), None);
    assert_eq!(at(now - skew, None, None), Some(AssertionFault::Expired));
    assert_eq!(at(0, None, None), Some(AssertionFault::Expired));
    assert_eq!(at(now + 60, Some(now + skew), None), None);
    assert_eq!(at(now + 60, Some(now + skew + 1), None), Some(AssertionFault::Early));
    assert_eq!(at(now + 60, None, Some(now + skew)), None);
    assert_eq!(at(now + 60, None, Some(now + skew + 1)), Some(AssertionFault::Early));
    assert_eq!(at(now + most, Some(now), None), None);
    assert_eq!(at(now + most + 1, Some(now), None), Some(AssertionFault::TooLong));
    assert_eq!(at(now + most, None, None), None);
    assert_eq!(at(now + most + 1, None, None), Some(AssertionFault::TooLong));
    assert_eq!(at(now + 1, Some(now + 1 - most), None), None);
    assert_eq!(at(now + 1, Some(now - most), None), Some(AssertionFault::TooLong));
    assert_eq!(at(u64::MAX, None, None), Some(AssertionFault::TooLong));
    assert_eq!(at(u64::MAX, Some(u64::MAX), None), Some(AssertionFault::Early));
}

/// Where nobody remembers, a copy is good for a minute at most.
#[test]
fn tok_20_a_lifetime_is_what_the_rules_allow() {
    let short = AssertionRules { lifetime_seconds_max: 60, ..rules() };
    let lives = |seconds| {
        let claims = AssertionClaims { expires_at: Some(NOW.plus_seconds(seconds)), ..good() };
        claims.judge("owner", &short, NOW).map(drop)
    };
    assert_eq!(lives(60), Ok(()));
    assert_eq!(lives(61), Err(AssertionFault::TooLong));
}

#[test]
fn tok_20_a_second_use_is_refused() {
    let judge = || good().judge("owner", &rules(), NOW).expect("nothing is wrong");
    assert!(judge().used(Claim::First).is_ok());
    assert!(judge().used(Claim::NotRemembered).is_ok());
    let again = judge().used(Claim::Repeated { first_at: NOW });
    assert_eq!(again.err(), Some(AssertionFault::Replayed));
}

/// A claim is remembered for as long as the assertion would be taken again.
#[test]
fn tok_21_the_memory_of_a_use_covers_the_skew() {
    let fitting = good().judge("owner", &rules(), NOW).expect("nothing is wrong");
    let until = fitting.remembered_until();
    assert!(good().judge("owner", &rules(), until.minus_seconds(1)).is_ok());
    let later = good().judge("owner", &rules(), until);
    assert_eq!(later.err(), Some(AssertionFault::Expired));
}

#[test]
fn tok_17_an_assertion_proves_its_own_client_and_only_where_keys_are_its_way() {
    let proven = || {
        let fitting = good().judge("owner", &rules(), NOW).expect("nothing is wrong");
        fitting.used(Claim::First).expect("it is the first use")
    };
    let judge = |client: Client| {
        authenticate(client, Credential::Assertion(&proven()), |_, _| true).map(drop)
    };
    for kind in [ClientKind::Keyed, ClientKind::PublicOrKeyed] {
        assert!(kind.can_assert());
        assert_eq!(judge(Client { kind, ..client() }), Ok(()));
        let foreign = Err(ClientFault::Assertion(AssertionFault::Subject));
        assert_eq!(judge(Client { kind, ..thief() }), foreign);
    }
    for kind in [ClientKind::Public, ClientKind::Confidential] {
        assert!(!kind.can_assert());
        assert_eq!(judge(Client { kind, ..client() }), Err(ClientFault::AssertionUnexpected));
    }
}

proptest! {
    #![proptest_config(super::config())]

    /// Two clients may call their assertions alike; the same client may not.
    #[test]
    fn a_use_is_named_by_client_and_id(one in "[a-c]{1,3}", other in "[a-c]{1,3}", id in "[a-c]{1,3}", other_id in "[a-c]{1,3}") {
        let named = |client: &str, id: &str| {
            let claims = AssertionClaims { issuer: Some(client), subject: Some(client), id: Some(id), ..good() };
            claims.judge(client, &rules(), NOW).map(|fitting| fitting.id())
        };
        let same = (&one, &id) == (&other, &other_id);
        prop_assert_eq!(named(&one, &id) == named(&other, &other_id), same);
    }
}
