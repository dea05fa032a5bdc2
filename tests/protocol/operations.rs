//! What a client may ask about a token, what it can give back, and what instants make void. Source: RFC 7662, RFC 7009.

use std::collections::BTreeSet;

use proptest::prelude::*;
use protocol::epochs::{EPOCHS_MAX, Epochs, Full};
use protocol::flow::session::{Allowed, ConsentDigest, LoginSession};
use protocol::grant::{AccessGrant, GrantError, RefreshIssued};
use protocol::ids::{FamilyId, TokenId};
use protocol::introspection::{Caller, IntrospectionError, is_usable};
use protocol::oauth::client::{
    AuthenticatedClient, Client, ClientKind, ClientThumbprint, Credential, authenticate,
};
use protocol::oauth::subject::{Subject, SubjectDigest};
use protocol::oauth::time::UnixTime;
use protocol::policy::{Policy, RefreshMode};
use protocol::replay::{Holder, Revocation, Rotation};
use protocol::revocation::{
    FAMILY_SECONDS_MAX, IssuedToken, ORDER_LIFETIME_SECONDS, Order, OrderError, RevocationError,
};

use super::support::{
    NOW, OTHER_RESOURCE, RESOURCE, alice, client, leaning_on, lifetimes, policy, redemption,
    resource, scope,
};

/// The client with this id, which proved to be it.
fn proven(id: &str, kind: ClientKind) -> AuthenticatedClient {
    let client = Client { id: id.to_owned(), kind, ..client() };
    let credential = match kind {
        ClientKind::Confidential => Credential::Secret("secret"),
        ClientKind::Public | ClientKind::PublicOrKeyed | ClientKind::Keyed => Credential::Nothing,
    };
    authenticate(client, credential, |_, _| true).expect("it proves what it must")
}

fn access(resource_text: &str) -> AccessGrant {
    AccessGrant {
        family: FamilyId([9; 16]),
        generation: 0,
        client: client().thumbprint(),
        subject: alice(),
        scope: scope("mcp:tools"),
        resource: resource(resource_text),
        issued_at: NOW,
        expires_at: NOW.plus_seconds(3_600),
        lifetime_seconds: 3_600,
    }
}

fn refresh() -> RefreshIssued {
    RefreshIssued {
        family: FamilyId([9; 16]),
        generation: 4,
        client: client().thumbprint(),
        subject: alice(),
        scope: scope("mcp:tools"),
        resource: resource(RESOURCE),
        issued_at: NOW,
        founded_at: UnixTime(NOW.0 - 1_000),
        bond: None,
    }
}

/// A policy by which `server` may ask about tokens for [`RESOURCE`].
fn asking() -> Policy {
    let resources: BTreeSet<_> = [resource(RESOURCE)].into();
    Policy { introspection: [("server".to_owned(), resources)].into(), ..policy() }
}

/// RFC 7662 §2.1: a caller that anybody can pass for is none.
#[test]
fn only_clients_that_keep_a_secret_may_ask() {
    let admitted = proven("server", ClientKind::Confidential);
    assert!(Caller::admit(&admitted).is_ok());
    for kind in [ClientKind::Public, ClientKind::PublicOrKeyed] {
        let outcome = Caller::admit(&proven("server", kind)).map(|_| ());
        assert_eq!(outcome, Err(IntrospectionError::CallerIsPublic), "{kind:?}");
    }
}

/// RFC 7662 §4: a token is shown to its own client, and an access token to who may ask about its resource.
#[test]
fn who_sees_which_token() {
    let policy = asking();
    let lines = ["owner", "server", "stranger"].map(|id| {
        let client = proven(id, ClientKind::Confidential);
        let caller = Caller::admit(&client).expect("it keeps a secret");
        let sees = |text| caller.sees_access(access(text), &policy, NOW).is_some();
        let refresh = caller.sees_refresh(refresh(), &policy, NOW).is_some();
        format!("{id}: {} {} {refresh}", sees(RESOURCE), sees(OTHER_RESOURCE))
    });
    insta::assert_snapshot!(lines.join("\n"), @"
    owner: true true true
    server: true false false
    stranger: false false false
    ");
}

/// RFC 7662 §2.2: expired, its person gone, revoked by an instant; without refresh tokens none is active.
#[test]
fn what_is_against_a_token_hides_it_from_everybody() {
    let owner = proven("owner", ClientKind::Confidential);
    let caller = Caller::admit(&owner).expect("it keeps a secret");
    let outcome = |policy: &Policy, age: u64| {
        let now = NOW.plus_seconds(age);
        [
            caller.sees_access(access(RESOURCE), policy, now).is_some(),
            caller.sees_refresh(refresh(), policy, now).is_some(),
        ]
    };
    assert_eq!(outcome(&policy(), 3_599), [true, true]);
    assert_eq!(outcome(&policy(), 3_600), [false, true]);
    assert_eq!(outcome(&policy(), 30 * 86_400), [false, false]);
    let mut deserted = policy();
    deserted.people.clear();
    assert_eq!(outcome(&deserted, 0), [false, false]);
    assert_eq!(outcome(&Policy { refresh: RefreshMode::Off, ..policy() }, 0), [true, false]);
    let mut epochs = Epochs::default();
    assert_eq!(epochs.note(Revocation::Everything { before: NOW }), Ok(()));
    let outcome = outcome(&Policy { epochs, ..policy() }, 0);
    assert_eq!(outcome, [true, false], "the access token is new, its family is older");
}

#[test]
fn a_refresh_token_is_usable_where_the_ledger_does_not_object() {
    let usable = [
        Rotation::Rotated,
        Rotation::Sibling,
        Rotation::NotRemembered,
        Rotation::Reused,
        Rotation::Revoked,
        Rotation::Unknown,
    ]
    .map(is_usable);
    assert_eq!(usable, [true, true, true, false, false, false]);
}

/// As long as a refresh token can be configured to last, and the code before it.
#[test]
fn no_family_lives_longer_than_a_year_and_a_minute() {
    assert_eq!(FAMILY_SECONDS_MAX, 31_536_060);
}

/// RFC 7009 §2.1.
#[test]
fn what_goes_with_a_token() {
    let owner = client();
    let grant = access(RESOURCE);
    let (token, until) = (grant.id(), grant.expires_at);
    let given = |token: IssuedToken, at| token.given_back(&owner, at);
    let token = Revocation::Token { token, until };
    assert_eq!(given(IssuedToken::Access(grant.clone()), NOW), Ok(Some(token)));
    assert_eq!(given(IssuedToken::Access(grant), until), Ok(None), "it is over");
    let until = UnixTime(NOW.0 - 1_000).plus_seconds(lifetimes().refresh_absolute_seconds);
    let family = Revocation::Family { family: FamilyId([9; 16]), until };
    let idle = NOW.plus_seconds(lifetimes().refresh_idle_seconds);
    for at in [NOW, idle, UnixTime(until.0 - 1)] {
        assert_eq!(given(IssuedToken::Refresh(refresh()), at), Ok(Some(family)));
    }
    assert_eq!(given(IssuedToken::Refresh(refresh()), until), Ok(None));
}

proptest! {
    #![proptest_config(super::config())]

    /// Nobody gives back what was issued to another, whatever it is and however old.
    #[test]
    fn no_other_client_gives_a_token_back(id in "[a-z]{1,8}", age in 0..200_u64 * 86_400) {
        prop_assume!(id != "owner");
        let thief = Client { id, ..client() };
        for token in [IssuedToken::Access(access(RESOURCE)), IssuedToken::Refresh(refresh())] {
            let outcome = token.given_back(&thief, NOW.plus_seconds(age));
            prop_assert_eq!(outcome, Err(RevocationError::AnotherClient));
        }
    }

    /// What is remembered of a family that was given back outlives its first access token and every refresh token.
    #[test]
    fn a_revocation_outlives_what_it_is_about(
        access_seconds in leaning_on(vec![3_600], 1..=10_000),
        refresh_absolute_seconds in leaning_on(vec![3_600], 1..=20_000),
    ) {
        let lifetimes = protocol::oauth::client::Lifetimes {
            access_seconds, refresh_absolute_seconds, ..lifetimes()
        };
        let owner = Client { lifetimes, ..client() };
        let issued = RefreshIssued { founded_at: NOW, ..refresh() };
        let given = IssuedToken::Refresh(issued.clone()).given_back(&owner, NOW);
        let Ok(Some(Revocation::Family { until, .. })) = given else {
            return Err(TestCaseError::fail("a family goes"));
        };
        let first_access = NOW.plus_seconds(60 + access_seconds);
        prop_assert_eq!(until, issued.family_expires_at(&owner).max(first_access));
    }

    /// An instant concerns its own subject, client or everything, and what was founded before it; once it is reached.
    #[test]
    fn an_instant_covers_exactly_what_it_concerns(
        whose in 0..3_u8,
        is_same_subject in any::<bool>(),
        is_same_client in any::<bool>(),
        before in leaning_on(vec![100, 200], 0..=300),
        founded in leaning_on(vec![100, 200], 0..=300),
        now in leaning_on(vec![100, 200], 0..=300),
    ) {
        let (subject, client) = (alice().digest(), ClientThumbprint([1; 16]));
        let before = UnixTime(before);
        let what = match whose {
            0 => Revocation::Everything { before },
            1 => Revocation::Subject { subject, before },
            _ => Revocation::Client { client, before },
        };
        let mut epochs = Epochs::default();
        prop_assert_eq!(epochs.note(what), Ok(()));
        let other = Subject::Person("bob".to_owned()).digest();
        let holder = Holder {
            subject: if is_same_subject { subject } else { other },
            client: if is_same_client { client } else { ClientThumbprint([2; 16]) },
            ..access(RESOURCE).holder()
        };
        let holder = Holder { founded_at: UnixTime(founded), ..holder };
        let concerned = match whose { 0 => true, 1 => is_same_subject, _ => is_same_client };
        let expected = concerned && before <= UnixTime(now) && UnixTime(founded) < before;
        prop_assert_eq!(epochs.cover(&holder, UnixTime(now)), expected);
    }
}

/// Each thing that is issued, with what it can be revoked by.
fn issued() -> [(&'static str, Holder); 4] {
    let at = NOW;
    let consent = Allowed { digest: ConsentDigest([1; 12]), at };
    [
        ("access token", access(RESOURCE).holder()),
        ("refresh token", RefreshIssued { founded_at: at, ..refresh() }.holder()),
        ("login", LoginSession::begin(alice(), at).holder()),
        ("consent", consent.holder(&alice(), &client())),
    ]
}

/// A login is nobody's token, so that no client's instant ends it; everything else goes with either.
#[test]
fn what_each_instant_reaches() {
    let before = NOW.plus_seconds(1);
    let (subject, client) = (alice().digest(), client().thumbprint());
    let instants = [
        ("everything", Revocation::Everything { before }),
        ("its person", Revocation::Subject { subject, before }),
        ("its client", Revocation::Client { client, before }),
    ];
    let lines = instants.map(|(name, what)| {
        let mut epochs = Epochs::default();
        assert_eq!(epochs.note(what), Ok(()));
        let reached = issued().into_iter().filter(|(_, holder)| epochs.cover(holder, before));
        let reached: Vec<_> = reached.map(|(name, _)| name).collect();
        format!("{name}: {}", reached.join(", "))
    });
    insta::assert_snapshot!(lines.join("\n"), @"
    everything: access token, refresh token, login, consent
    its person: access token, refresh token, login, consent
    its client: access token, refresh token, consent
    ");
}

/// TOK-27, REF-12, and the login.
#[test]
fn nothing_from_before_an_instant_is_taken() {
    let later = NOW.plus_seconds(1);
    let mut epochs = Epochs::default();
    assert_eq!(epochs.note(Revocation::Everything { before: later }), Ok(()));
    let policy = Policy { epochs, ..policy() };
    let owner = client();
    let code = super::support::code().present(&redemption(&owner), &policy, later);
    assert_eq!(code.err(), Some(GrantError::RevokedBefore));
    let asked =
        protocol::grant::refresh_token::Refresh { client: &owner, scope: None, resource: &[] };
    let token = refresh().present(&asked, &policy, later);
    assert_eq!(token.err(), Some(GrantError::RevokedBefore));
    assert_eq!(LoginSession::begin(alice(), NOW).resume(&policy, later), None);
    assert!(LoginSession::begin(alice(), later).resume(&policy, later).is_some());
}

/// Of two instants for the same the later one stands, in whatever order they come.
#[test]
fn the_later_instant_stands() {
    let holder = access(RESOURCE).holder();
    let (early, late) = (UnixTime(NOW.0 - 5), NOW.plus_seconds(1));
    for order in [[early, late], [late, early]] {
        let mut epochs = Epochs::default();
        for before in order {
            let client = holder.client;
            assert_eq!(epochs.note(Revocation::Client { client, before }), Ok(()));
        }
        assert!(epochs.cover(&holder, late));
    }
}

/// Where there is no room for another name, the names that are known still move, and everything does.
#[test]
fn instants_are_kept_for_a_bounded_number_of_names() {
    let before = NOW;
    let digest = |number: usize| {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&(number as u64).to_be_bytes());
        bytes
    };
    let subject = |number| Revocation::Subject { subject: SubjectDigest(digest(number)), before };
    let client = |number| Revocation::Client { client: ClientThumbprint(digest(number)), before };
    let mut epochs = Epochs::default();
    let clients = EPOCHS_MAX / 2;
    for number in 0..clients {
        assert_eq!(epochs.note(client(number)), Ok(()));
    }
    for number in clients..EPOCHS_MAX {
        assert_eq!(epochs.note(subject(number)), Ok(()), "{number}");
    }
    assert_eq!(epochs.note(subject(0)), Err(Full));
    assert_eq!(epochs.note(client(EPOCHS_MAX)), Err(Full));
    assert_eq!(epochs.note(subject(EPOCHS_MAX - 1)), Ok(()));
    assert_eq!(epochs.note(client(0)), Ok(()));
    assert_eq!(epochs.note(Revocation::Everything { before }), Ok(()));
}

#[test]
fn the_log_says_what_kind_of_thing_is_revoked() {
    let (before, id) = (NOW, [1; 16]);
    let kinds = [
        Revocation::Token { token: TokenId(id), until: before },
        Revocation::Family { family: FamilyId(id), until: before },
        Revocation::Subject { subject: SubjectDigest(id), before },
        Revocation::Client { client: ClientThumbprint(id), before },
        Revocation::Everything { before },
    ];
    let kinds = kinds.map(|what| what.kind());
    assert_eq!(kinds, ["token", "family", "person", "client", "everything"]);
}

proptest! {
    #![proptest_config(super::config())]

    /// An order is obeyed for five minutes, as it was given.
    #[test]
    fn an_order_is_obeyed_in_time(age in leaning_on(vec![ORDER_LIFETIME_SECONDS], 0..=1_000)) {
        let what = Revocation::Everything { before: NOW };
        let order = Order { what, ordered_at: NOW };
        let expected =
            if age < ORDER_LIFETIME_SECONDS { Ok(what) } else { Err(OrderError::Expired) };
        prop_assert_eq!(order.obeyed(NOW.plus_seconds(age)), expected);
    }
}
