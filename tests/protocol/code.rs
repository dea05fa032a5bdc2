//! The authorization code: who may redeem it, until when, and what it yields. Source: OAuth 2.1 §4.1.3, RFC 7636 §4.6.

use proptest::prelude::*;
use protocol::flow::code::{CODE_LIFETIME_SECONDS, CodeIssued, Redeemable, Redeemed, Redemption};
use protocol::grant::{GrantError, GrantType};
use protocol::ids::{CodeId, FamilyId};
use protocol::oauth::client::{Client, ClientKind, Lifetimes};
use protocol::oauth::pkce::{Challenge, PkceRule};
use protocol::oauth::time::UnixTime;
use protocol::policy::{Policy, RefreshMode, TargetFault};
use protocol::replay::{Claim, FirstUse, RETRY_WINDOW_SECONDS_MAX, Replayed};

use super::support::{
    CALLBACK, NOW, OTHER_RESOURCE, RESOURCE, VERIFIER, alice, client, client_at, code, consent_of,
    hex, leaning_on, lifetimes, parameters, policy, policy_with_two_resources, redemption, scope,
    thief, verifier,
};

fn present(redemption: &Redemption<'_>) -> Result<Redeemable, GrantError> {
    code().present(redemption, &policy(), NOW)
}

fn redeem(redeemable: Redeemable, client: &Client, policy: &Policy) -> Redeemed {
    let id = redeemable.code().id;
    let first = FirstUse::judge(id, Claim::First, 0, NOW).expect("nobody claimed it before");
    redeemable.redeem(&first, client, policy)
}

/// TOK-02 to TOK-07, TOK-15: one thing wrong at a time, and why it is refused.
#[test]
fn each_mistake_refuses_a_redemption() {
    let (owner, thief) = (client(), thief());
    let short = "v".repeat(42);
    let good = redemption(&owner);
    let elsewhere = [OTHER_RESOURCE.to_owned()];
    let relative = ["mcp".to_owned()];
    let several = [RESOURCE.to_owned(), "https://auth.example".to_owned()];
    let with_verifier = |code_verifier| Redemption { code_verifier, ..good.clone() };
    let with_uri = |uri| Redemption { redirect_uri: Some(uri), ..good.clone() };
    let cases = [
        (Redemption { client: &thief, ..good.clone() }, GrantError::ClientMismatch),
        (with_uri("https://client.example/cb/"), GrantError::RedirectUriMismatch),
        (with_uri("https://evil.example/cb"), GrantError::RedirectUriMismatch),
        (with_uri(""), GrantError::RedirectUriMismatch),
        (with_verifier(None), GrantError::VerifierMissing),
        (with_verifier(Some(&short)), GrantError::VerifierMalformed),
        (
            with_verifier(Some("another-verifier-that-is-long-enough-to-be-one")),
            GrantError::VerifierMismatch,
        ),
        (
            Redemption { resource: &elsewhere, ..good.clone() },
            GrantError::Target(TargetFault::Unknown),
        ),
        (
            Redemption { resource: &relative, ..good.clone() },
            GrantError::Target(TargetFault::Malformed),
        ),
        (
            Redemption { resource: &several, ..good.clone() },
            GrantError::Target(TargetFault::Several),
        ),
    ];
    for (wrong, reason) in cases {
        assert_eq!(present(&wrong).err(), Some(reason), "{wrong:?}");
    }
    assert!(present(&good).is_ok());
    assert!(present(&with_uri(CALLBACK)).is_ok());
}

/// TOK-06: the code of a request without PKCE wants its client's rule, and no verifier.
#[test]
fn a_code_without_a_challenge_is_redeemed_without_a_verifier_or_not_at_all() {
    let optional = PkceRule::weakened(ClientKind::Confidential, true, false);
    let owner = Client {
        kind: ClientKind::Confidential,
        pkce: optional.expect("it keeps a secret"),
        ..client()
    };
    let strict = Client { pkce: PkceRule::STRICT, ..owner.clone() };
    let bare = CodeIssued { code_challenge: Challenge::unsealed(None), ..code() };
    let outcome = |client, code_verifier| {
        let redemption = Redemption { code_verifier, ..redemption(client) };
        bare.clone().present(&redemption, &policy(), NOW).map(|_| ())
    };
    assert_eq!(outcome(&owner, None), Ok(()));
    assert_eq!(outcome(&owner, Some(VERIFIER)), Err(GrantError::VerifierUnexpected));
    assert_eq!(outcome(&strict, None), Err(GrantError::VerifierMissing));
    assert_eq!(outcome(&strict, Some(VERIFIER)), Err(GrantError::VerifierUnexpected));
}

/// RFC 8707 §2.2: the token request may repeat the resource, in any spelling of it, or leave it out.
#[test]
fn the_resource_of_the_request_is_kept() {
    let (owner, policy) = (client(), policy_with_two_resources());
    let granted = [RESOURCE.to_owned()];
    let another = [OTHER_RESOURCE.to_owned()];
    let with = |resource| Redemption { resource, ..redemption(&owner) };
    assert!(code().present(&with(&[]), &policy, NOW).is_ok());
    assert!(code().present(&with(&granted), &policy, NOW).is_ok());
    let outcome = code().present(&with(&another), &policy, NOW);
    assert_eq!(outcome.err(), Some(GrantError::ResourceNotGranted));
}

/// REF-12: who was removed meanwhile gets nothing.
#[test]
fn nobody_redeems_for_a_person_who_is_gone() {
    let mut policy = policy();
    policy.people.clear();
    let owner = client();
    let outcome = code().present(&redemption(&owner), &policy, NOW);
    assert_eq!(outcome.err(), Some(GrantError::SubjectGone));
}

/// OAuth 2.1 §4.1.3: the port of a loopback URI may vary when asking, but not between asking and redeeming.
#[test]
fn the_redirect_uri_of_a_redemption_is_compared_exactly() {
    let native = client_at(&["http://127.0.0.1/cb"]);
    let sent = protocol::flow::request::AuthorizationParameters {
        redirect_uri: Some("http://127.0.0.1:5000/cb".to_owned()),
        ..parameters()
    };
    let asked = protocol::flow::request::Requested::parse(sent, &native, &policy());
    let code = consent_of(asked.expect("any port")).consent_given(CodeId([7; 16]), NOW);
    let outcome = |uri| {
        let redemption = Redemption { redirect_uri: Some(uri), ..redemption(&native) };
        code.clone().present(&redemption, &policy(), NOW).map(|_| ())
    };
    assert_eq!(outcome("http://127.0.0.1:5000/cb"), Ok(()));
    assert_eq!(outcome("http://127.0.0.1:5001/cb"), Err(GrantError::RedirectUriMismatch));
}

proptest! {
    #![proptest_config(super::config())]

    /// OAuth 2.1 §4.1.2: a code is void from the instant it expires, and not one second earlier.
    #[test]
    fn a_code_lives_exactly_as_long_as_promised(
        age in leaning_on(vec![1, CODE_LIFETIME_SECONDS], 0..=200),
    ) {
        let owner = client();
        let outcome = code().present(&redemption(&owner), &policy(), NOW.plus_seconds(age));
        prop_assert_eq!(outcome.is_ok(), age < CODE_LIFETIME_SECONDS);
        prop_assert!(outcome.err().is_none_or(|reason| reason == GrantError::CodeExpired));
        prop_assert_eq!(code().expires_at(), NOW.plus_seconds(CODE_LIFETIME_SECONDS));
    }

    /// RFC 7636 §4.6: without the verifier the code is worth nothing, even to the client it was made for.
    #[test]
    fn no_other_verifier_redeems_a_code(guess in verifier()) {
        let owner = client();
        let outcome = present(&Redemption { code_verifier: Some(&guess), ..redemption(&owner) });
        prop_assert_eq!(outcome.err(), Some(GrantError::VerifierMismatch));
    }

    /// TOK-08, TOK-09: a repetition counts as a retry strictly within the window, and the window has a ceiling.
    #[test]
    fn a_repetition_is_a_retry_within_the_window_only(
        window in leaning_on(vec![1, RETRY_WINDOW_SECONDS_MAX], 0..=30),
        age in leaning_on(vec![1, RETRY_WINDOW_SECONDS_MAX], 0..=30),
    ) {
        let repeated = Claim::Repeated { first_at: NOW };
        let judged = FirstUse::judge(CodeId([7; 16]), repeated, window, NOW.plus_seconds(age));
        let within = age < window && age < RETRY_WINDOW_SECONDS_MAX;
        prop_assert_eq!(judged.map(|first| first.code()).ok(), within.then_some(CodeId([7; 16])));
        prop_assert!(RETRY_WINDOW_SECONDS_MAX <= 10);
    }

    /// TOK-09: whenever and however often a code is redeemed, it yields the same names and the same lifetimes.
    #[test]
    fn a_repeated_redemption_mints_nothing_new(
        first in 0..CODE_LIFETIME_SECONDS, second in 0..CODE_LIFETIME_SECONDS,
    ) {
        let owner = client();
        let at = |age| {
            let now = NOW.plus_seconds(age);
            let redeemable = code().present(&redemption(&owner), &policy(), now).expect("in time");
            redeem(redeemable, &owner, &policy())
        };
        let (first, second) = (at(first), at(second));
        prop_assert_eq!(first.access.id(), second.access.id());
        prop_assert_eq!(first.access, second.access);
        prop_assert_eq!(first.refresh, second.refresh);
    }

    /// What the client is promised holds whenever it redeems, and what the ledger remembers outlives every token.
    #[test]
    fn lifetimes_are_promises_that_hold(
        age in leaning_on(vec![CODE_LIFETIME_SECONDS - 1], 0..=CODE_LIFETIME_SECONDS - 1),
        access_seconds in 1..10_000_u64,
        refresh_absolute_seconds in leaning_on(vec![3_600], 1..=20_000),
    ) {
        let lifetimes = Lifetimes { access_seconds, refresh_absolute_seconds, ..lifetimes() };
        let owner = Client { lifetimes, ..client() };
        let now = NOW.plus_seconds(age);
        let redeemable = code().present(&redemption(&owner), &policy(), now).expect("in time");
        let remembered_until = redeemable.family_expires_at(&owner);
        let Redeemed { access, refresh, .. } = redeem(redeemable, &owner, &policy());
        prop_assert_eq!(access.lifetime_seconds, access_seconds);
        prop_assert!(now.plus_seconds(access.lifetime_seconds) <= access.expires_at);
        prop_assert_eq!(access.expires_at, NOW.plus_seconds(CODE_LIFETIME_SECONDS + access_seconds));
        let refresh = refresh.expect("the client may refresh");
        prop_assert!(access.expires_at <= remembered_until);
        prop_assert!(refresh.expires_at(&owner) <= remembered_until);
        let longest = access.expires_at.max(refresh.family_expires_at(&owner));
        prop_assert_eq!(remembered_until, longest);
    }

    /// Names that derive from different codes, generations, instants or scopes are different.
    #[test]
    fn names_do_not_collide(
        left in any::<([u8; 16], u32, u64)>(), right in any::<([u8; 16], u32, u64)>(),
        scopes in ("[a-c]{0,3}", "[a-c]{0,3}"),
    ) {
        let name = |(family, generation, at): ([u8; 16], u32, u64), scope: &str| {
            FamilyId(family).access_token(generation, UnixTime(at), scope)
        };
        let same = left == right && scopes.0 == scopes.1;
        prop_assert_eq!(name(left, &scopes.0) == name(right, &scopes.1), same);
        prop_assert_eq!(CodeId(left.0).family() == CodeId(right.0).family(), left.0 == right.0);
        prop_assert_ne!(CodeId(left.0).family().0, left.0);
        let moved = (left.0, left.1.wrapping_add(1), left.2);
        prop_assert_ne!(name(left, &scopes.0), name(moved, &scopes.0));
        let later = (left.0, left.1, left.2.wrapping_add(1));
        prop_assert_ne!(name(left, &scopes.0), name(later, &scopes.0));
    }
}

#[test]
fn a_code_holds_what_was_agreed_to() {
    let CodeIssued {
        id, client: holder, redirect_uri, scope, resource, subject, issued_at, ..
    } = code();
    assert_eq!((id, holder, issued_at), (CodeId([7; 16]), client().thumbprint(), NOW));
    assert_eq!(redirect_uri, protocol::oauth::redirect_uri::RedirectDigest::of(CALLBACK));
    assert_eq!((scope, resource.as_str(), subject), (self::scope("mcp:tools"), RESOURCE, alice()));
}

#[test]
fn a_redeemed_code_yields_what_was_agreed_to() {
    let owner = client();
    let redeemable = present(&redemption(&owner)).expect("nothing is wrong");
    let (id, expires_at) = (redeemable.code().id, redeemable.code().expires_at());
    let family = redeemable.holder().family;
    assert_eq!((id, family), (code().id, code().id.family()));
    assert_eq!(expires_at, code().expires_at());
    let Redeemed { access, refresh, .. } = redeem(redeemable, &owner, &policy());
    assert_eq!(access.family, family);
    assert_eq!((access.generation, access.issued_at), (0, NOW));
    assert_eq!((access.client, access.subject.clone()), (owner.thumbprint(), alice()));
    assert_eq!((access.scope.clone(), access.resource.as_str()), (scope("mcp:tools"), RESOURCE));
    let refresh = refresh.expect("the client may refresh");
    assert_eq!((refresh.family, refresh.generation), (family, 0));
    assert_eq!((refresh.issued_at, refresh.founded_at), (NOW, NOW));
    assert_eq!((refresh.client, refresh.subject), (owner.thumbprint(), alice()));
    assert_eq!((refresh.scope, refresh.resource), (access.scope, access.resource));
}

#[test]
fn only_who_may_refresh_gets_a_refresh_token() {
    let yields = |client: &Client, mode| {
        let policy = Policy { refresh: mode, ..policy() };
        let redeemable =
            code().present(&redemption(client), &policy, NOW).expect("nothing is wrong");
        redeem(redeemable, client, &policy).refresh.is_some()
    };
    let without = Client { grant_types: vec![GrantType::AuthorizationCode], ..client() };
    assert!(yields(&client(), RefreshMode::Rotating));
    assert!(yields(&client(), RefreshMode::Convergent));
    assert!(!yields(&client(), RefreshMode::Off));
    assert!(!yields(&without, RefreshMode::Rotating));
}

#[test]
fn a_ledger_that_forgets_lets_a_code_pass() {
    let judge = |claim| FirstUse::judge(CodeId([7; 16]), claim, 0, NOW).map(|first| first.code());
    assert_eq!(judge(Claim::First), Ok(CodeId([7; 16])));
    assert_eq!(judge(Claim::NotRemembered), Ok(CodeId([7; 16])));
    assert_eq!(judge(Claim::Repeated { first_at: NOW }), Err(Replayed));
}

#[test]
#[should_panic(expected = "a code must be redeemed with its own first use")]
fn the_first_use_of_another_code_redeems_nothing() {
    let owner = client();
    let redeemable = present(&redemption(&owner)).expect("nothing is wrong");
    let other = FirstUse::judge(CodeId([8; 16]), Claim::First, 0, NOW).expect("nobody claimed it");
    let _ = redeemable.redeem(&other, &owner, &policy());
}

/// Names are sealed into nothing but derived on every node, so their derivation may never change.
#[test]
fn names_are_derived_as_they_always_were() {
    let family = CodeId([7; 16]).family();
    let access = family.access_token(3, NOW, "mcp:tools");
    insta::assert_snapshot!(format!("{}\n{}", hex(&family.0), hex(&access.0)), @r"
    f5b9ec3f85f03ef7357a5b67330f937e
    f0d2a88f9315745a8ba4063196453408
    ");
}

#[test]
fn time_is_counted_without_overflow() {
    assert_eq!(UnixTime(u64::MAX).plus_seconds(1), UnixTime(u64::MAX));
    assert_eq!(UnixTime(5).plus_seconds(2), UnixTime(7));
    assert_eq!(UnixTime(5).minus_seconds(2), UnixTime(3));
    assert_eq!(UnixTime(5).minus_seconds(9), UnixTime(0));
    assert_eq!(UnixTime(5).seconds_since(UnixTime(3)), 2);
    assert_eq!(UnixTime(3).seconds_since(UnixTime(5)), 0);
}
