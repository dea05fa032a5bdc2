//! Refresh tokens: who may use them, until when, and what they yield. Source: OAuth 2.1 §4.3, RFC 8707 §2.2.

use proptest::prelude::*;
use protocol::grant::refresh_token::{CONVERGENCE_SECONDS, Refresh, Refreshed, Rotatable};
use protocol::grant::{GrantError, RefreshIssued};
use protocol::ids::FamilyId;
use protocol::oauth::client::{Client, Lifetimes, RotationRule};
use protocol::oauth::time::UnixTime;
use protocol::policy::{Policy, RefreshMode, TargetFault};
use protocol::replay::Rotation;

use super::support::{
    NOW, OTHER_RESOURCE, RESOURCE, alice, any_scope, client, leaning_on, lifetimes, policy,
    policy_with_two_resources, resource, scope, thief,
};

const DAY: u64 = 86_400;

fn token() -> RefreshIssued {
    RefreshIssued {
        family: FamilyId([9; 16]),
        generation: 4,
        client: client().thumbprint(),
        subject: alice(),
        scope: scope("mcp:read mcp:tools"),
        resource: resource(RESOURCE),
        issued_at: NOW,
        founded_at: UnixTime(NOW.0 - 10 * DAY),
        bond: None,
    }
}

fn refresh(client: &Client) -> Refresh<'_> {
    Refresh { client, scope: None, resource: &[] }
}

fn present(refresh: &Refresh<'_>) -> Result<Rotatable, GrantError> {
    token().present(refresh, &policy(), NOW)
}

fn keeping() -> Client {
    Client { lifetimes: Lifetimes { rotation: RotationRule::Keep, ..lifetimes() }, ..client() }
}

/// REF-02, REF-03, REF-12: one thing wrong at a time, and why it is refused.
#[test]
fn each_mistake_refuses_a_refresh() {
    let (owner, thief) = (client(), thief());
    let good = refresh(&owner);
    let elsewhere = [OTHER_RESOURCE.to_owned()];
    let with_scope = |text| Refresh { scope: Some(text), ..good.clone() };
    let cases = [
        (Refresh { client: &thief, ..good.clone() }, GrantError::ClientMismatch),
        (with_scope("mcp:admin"), GrantError::ScopeNotGranted),
        (with_scope("mcp:read mcp:tools mcp:admin"), GrantError::ScopeNotGranted),
        (with_scope("mcp:read unknown"), GrantError::ScopeNotGranted),
        (with_scope("mcp\\read"), GrantError::ScopeMalformed),
        (
            Refresh { resource: &elsewhere, ..good.clone() },
            GrantError::Target(TargetFault::Unknown),
        ),
    ];
    for (wrong, reason) in cases {
        assert_eq!(present(&wrong).err(), Some(reason), "{wrong:?}");
    }
    let mut deserted = policy();
    deserted.people.clear();
    let outcome = token().present(&good, &deserted, NOW);
    assert_eq!(outcome.err(), Some(GrantError::SubjectGone));
    assert_eq!(present(&good).map(|rotatable| rotatable.token().clone()).ok(), Some(token()));
}

#[test]
fn the_resource_of_the_grant_is_kept() {
    let (owner, policy) = (client(), policy_with_two_resources());
    let (granted, another) = ([RESOURCE.to_owned()], [OTHER_RESOURCE.to_owned()]);
    let outcome = |resource| {
        let refresh = Refresh { resource, ..refresh(&owner) };
        token().present(&refresh, &policy, NOW).map(|_| ())
    };
    assert_eq!(outcome(&[]), Ok(()));
    assert_eq!(outcome(&granted), Ok(()));
    assert_eq!(outcome(&another), Err(GrantError::ResourceNotGranted));
}

#[test]
fn a_ledger_that_objects_is_obeyed() {
    let owner = client();
    let outcome = |rotation| {
        let rotatable = present(&refresh(&owner)).expect("nothing is wrong");
        rotatable.rotate(rotation, &owner, &policy(), NOW).map(|_| ())
    };
    assert_eq!(outcome(Rotation::Rotated), Ok(()));
    assert_eq!(outcome(Rotation::Sibling), Ok(()));
    assert_eq!(outcome(Rotation::NotRemembered), Ok(()));
    assert_eq!(outcome(Rotation::Reused), Err(GrantError::RefreshReused));
    assert_eq!(outcome(Rotation::Revoked), Err(GrantError::FamilyRevoked));
    assert_eq!(outcome(Rotation::Unknown), Err(GrantError::FamilyUnknown));
}

fn rotate(token: RefreshIssued, client: &Client, policy: &Policy, now: UnixTime) -> Refreshed {
    let rotatable = token.present(&refresh(client), policy, now).expect("nothing is wrong");
    rotatable.rotate(Rotation::Rotated, client, policy, now).expect("the ledger does not object")
}

#[test]
fn a_successor_is_what_it_succeeds_but_for_its_age() {
    let (owner, later) = (client(), NOW.plus_seconds(500));
    let Refreshed { access, refresh, .. } = rotate(token(), &owner, &policy(), later);
    let expected = RefreshIssued { generation: 5, issued_at: later, ..token() };
    assert_eq!(refresh, Some(expected));
    assert_eq!((access.family, access.generation), (FamilyId([9; 16]), 5));
    assert_eq!((access.client, access.subject), (owner.thumbprint(), alice()));
    assert_eq!((access.scope, access.resource), (token().scope, token().resource));
    assert_eq!((access.issued_at, access.lifetime_seconds), (later, 3_600));
    assert_eq!(access.expires_at, later.plus_seconds(3_600));
}

#[test]
fn a_client_that_cannot_store_a_new_token_keeps_its_own() {
    let Refreshed { access, refresh, .. } = rotate(token(), &keeping(), &policy(), NOW);
    assert_eq!(refresh, None);
    assert_eq!(access.generation, 5);
    let last = RefreshIssued { generation: u32::MAX, ..token() };
    assert_eq!(rotate(last, &client(), &policy(), NOW).access.generation, u32::MAX);
}

proptest! {
    #![proptest_config(super::config())]

    /// REF-10: a token is void when it was idle for too long or its family is too old, and not one second earlier.
    #[test]
    fn a_token_lives_exactly_as_long_as_promised(
        idle in leaning_on(vec![1, 30 * DAY], 0..=40 * DAY),
        founded_before in leaning_on(vec![60 * DAY, 89 * DAY, 90 * DAY], 0..=90 * DAY),
        keeps in any::<bool>(),
    ) {
        let owner = if keeps { keeping() } else { client() };
        let founded_at = UnixTime(NOW.0 - founded_before);
        let token = RefreshIssued { founded_at, ..token() };
        let outcome = token.present(&refresh(&owner), &policy(), NOW.plus_seconds(idle));
        let alive = founded_before + idle < 90 * DAY && (keeps || idle < 30 * DAY);
        prop_assert_eq!(outcome.is_ok(), alive);
        prop_assert!(outcome.err().is_none_or(|reason| reason == GrantError::RefreshExpired));
    }

    /// OAuth 2.1 §4.3: a scope can shrink for one access token, never grow, and the family keeps what was agreed to.
    #[test]
    fn a_scope_never_grows(asked in prop::option::of(any_scope()), granted in any_scope()) {
        let owner = client();
        let text = asked.as_ref().map(ToString::to_string);
        let refresh = Refresh { scope: text.as_deref(), ..refresh(&owner) };
        let token = RefreshIssued { scope: granted.clone(), ..token() };
        let outcome = token.present(&refresh, &policy(), NOW);
        let wanted = asked.filter(|asked| !asked.is_empty()).unwrap_or(granted.clone());
        prop_assert_eq!(outcome.is_ok(), granted.contains_all(&wanted));
        if let Ok(rotatable) = outcome {
            let refreshed = rotatable.rotate(Rotation::Rotated, &owner, &policy(), NOW).expect("no objection");
            prop_assert_eq!(refreshed.access.scope, wanted);
            prop_assert_eq!(refreshed.refresh.map(|next| next.scope), Some(granted));
        }
    }

    /// REF-10: refreshing again and again never outlives the family, neither the refresh nor the access tokens.
    #[test]
    fn no_token_outlives_its_family(
        waits in prop::collection::vec(leaning_on(vec![1, 30 * DAY - 2], 0..=29 * DAY), 1..6),
        convergent in any::<bool>(),
        age in leaning_on(vec![90 * DAY - 3_600], 0..=90 * DAY),
    ) {
        let owner = client();
        let refresh_mode = if convergent { RefreshMode::Convergent } else { RefreshMode::Rotating };
        let policy = Policy { refresh: refresh_mode, ..policy() };
        let mut now: UnixTime = NOW;
        let mut token = RefreshIssued { founded_at: UnixTime(NOW.0 - age), ..token() };
        let family_end = token.family_expires_at(&owner);
        prop_assert_eq!(family_end, UnixTime(NOW.0 + 90 * DAY - age));
        for wait in waits {
            now = now.plus_seconds(wait);
            let Ok(rotatable) = token.clone().present(&refresh(&owner), &policy, now) else { return Ok(()) };
            let next = rotatable.rotate(Rotation::Rotated, &owner, &policy, now).expect("no objection");
            prop_assert!(next.access.expires_at <= family_end);
            prop_assert_eq!(next.access.lifetime_seconds, next.access.expires_at.seconds_since(now));
            prop_assert!(next.access.lifetime_seconds <= 3_600);
            let successor = next.refresh.expect("it rotates");
            prop_assert!(successor.generation > token.generation);
            prop_assert_eq!(successor.family_expires_at(&owner), family_end);
            prop_assert!(successor.expires_at(&owner) <= family_end);
            token = successor;
        }
    }

    /// Where nobody remembers, two who refresh within one minute get the same tokens; later ones never get older ones.
    #[test]
    fn convergent_refreshes_agree(
        first in leaning_on(vec![60, 120], 0..=300), second in leaning_on(vec![60, 120], 0..=300),
    ) {
        let owner = client();
        let policy = Policy { refresh: RefreshMode::Convergent, ..policy() };
        let at = |wait| rotate(token(), &owner, &policy, NOW.plus_seconds(wait));
        let minute = |wait: u64| ((NOW.0 + wait) / CONVERGENCE_SECONDS * CONVERGENCE_SECONDS).max(NOW.0);
        let (one, other) = (at(first), at(second));
        prop_assert_eq!(one.access.issued_at, UnixTime(minute(first)));
        prop_assert_eq!(one.access.id() == other.access.id(), minute(first) == minute(second));
        prop_assert_eq!(one.refresh == other.refresh, minute(first) == minute(second));
        prop_assert!(one.refresh.is_some_and(|next| next.issued_at >= NOW));
        let promised = NOW.plus_seconds(first + one.access.lifetime_seconds);
        prop_assert_eq!(promised, one.access.expires_at);
    }
}
