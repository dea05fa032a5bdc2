//! Login through an identity provider: no code without what was allowed in the same browser, never another provider's
//! answer, nobody by their e-mail address, and nobody's access longer than their provider vouches for them.

use proptest::prelude::*;
use protocol::flow::code::CodeIssued;
use protocol::flow::provider::{Answered, Arrival, CLOCK_SKEW_SECONDS, Handshake};
use protocol::flow::refusal::{Refusal, RefusalReason, Rejection};
use protocol::flow::request::{AuthorizationParameters, LOGIN_HINT_BYTES_MAX, Requested};
use protocol::flow::session::{LoginSession, SESSION_LIFETIME_SECONDS};
use protocol::flow::ticket::{BrowserDigest, TICKET_LIFETIME_SECONDS, Ticket};
use protocol::grant::refresh_token::Refresh;
use protocol::grant::{GrantError, RefreshIssued};
use protocol::identity::{Bond, Credential, Identified, Profile};
use protocol::ids::{CodeId, GrantName};
use protocol::oauth::client::{ClientOrigin, ConsentRule};
use protocol::oauth::resource::Resource;
use protocol::oauth::scope::ScopeToken;
use protocol::oauth::subject::{IssuerTag, Subject};
use protocol::policy::Policy;
use protocol::replay::Rotation;

use super::support::{
    GITHUB, HANDSHAKE, IDP, NOW, alice, approval, bond, client, code, identified, leaning_on,
    parameters, policy, provider, scope,
};

const ID: CodeId = CodeId([5; 16]);

/// An answer to `sent`, for the provider `github`.
fn answered(sent: AuthorizationParameters) -> Answered {
    let requested = Requested::parse(sent, &client(), &policy()).expect("nothing is wrong");
    let stage = requested.sign_in_needed().expect("pages are allowed").provider_chosen("github");
    let browser = BrowserDigest::of("ours");
    let ticket = Ticket::new(stage.approved(HANDSHAKE, NOW), browser, NOW);
    ticket.answered("github", &HANDSHAKE.state(), Some(browser), NOW).expect("nothing is wrong")
}

fn arrive(sent: AuthorizationParameters, person: Identified) -> Result<Arrival, Refusal> {
    answered(sent).arrived(person, &policy(), ID, NOW)
}

fn code_of(arrival: Result<Arrival, Refusal>) -> CodeIssued {
    match arrival {
        Ok(Arrival::Code(code)) => code,
        other => panic!("nothing was left to ask: {other:?}"),
    }
}

proptest! {
    #![proptest_config(super::config())]

    /// FED-01 to FED-05, FED-07, CON-01: an answer counts in the browser that left, for the login it left with, from the
    /// provider it was sent to, and in time; everything else is a page, and nobody is asked who the person is.
    #[test]
    fn con_01_fed_01_fed_02_fed_03_fed_04_fed_05_fed_07_an_answer_counts_where_it_was_waited_for(
        state_is_ours in any::<bool>(),
        provider in prop::sample::select(vec!["github", "idp", "GITHUB", ""]),
        browser in prop::sample::select(vec![Some("ours"), Some("theirs"), None]),
        age in leaning_on(vec![TICKET_LIFETIME_SECONDS], 0..=2 * TICKET_LIFETIME_SECONDS),
        other in any::<[u8; 16]>(),
    ) {
        let other = Handshake::new(other, [4; 32]);
        prop_assume!(other != HANDSHAKE);
        let state = if state_is_ours { HANDSHAKE.state() } else { other.state() };
        let stage = approval().approved(HANDSHAKE, NOW);
        let ticket = Ticket::new(stage, BrowserDigest::of("ours"), NOW);
        let now = NOW.plus_seconds(age);
        let outcome = ticket.answered(provider, &state, browser.map(BrowserDigest::of), now);
        let expected = match (browser, age < TICKET_LIFETIME_SECONDS, state_is_ours, provider) {
            (None | Some("theirs"), ..) => Some(Rejection::TransactionUnknown),
            (_, false, ..) => Some(Rejection::TransactionExpired),
            (_, _, false, _) => Some(Rejection::TransactionUnknown),
            (.., "github") => None,
            _ => Some(Rejection::ProviderMismatch),
        };
        prop_assert_eq!(outcome.err(), expected);
    }

    /// No identity by e-mail: what a token says of a person follows from issuer and subject alone, and two people are never
    /// one.
    #[test]
    fn fed_10_a_person_is_issuer_and_subject_and_nothing_else(
        first in "[ -~é]{1,80}",
        second in "[ -~é]{1,80}",
        email in "[a-z]{1,9}@example\\.com",
        tenants in prop::sample::select(vec![(IDP, IDP), (IDP, GITHUB), (GITHUB, GITHUB)]),
    ) {
        let (provider, issuer) = tenants;
        let subject = Subject::federated(provider, issuer, &first).expect("a name");
        let read = Subject::parse(&subject.to_text());
        prop_assert_eq!(read, Some(subject.clone()));
        let again = Subject::federated(provider, issuer, &second).expect("a name");
        prop_assert_eq!(first == second, subject == again);
        for (provider, issuer) in [(IDP, IDP), (IDP, GITHUB), (GITHUB, GITHUB)] {
            let elsewhere = Subject::federated(provider, issuer, &first).expect("a name");
            prop_assert_eq!((provider, issuer) == tenants, elsewhere == subject);
        }
        for local in [Subject::Person(first.clone()), Subject::Client(first)] {
            prop_assert_ne!(local.to_text(), subject.to_text());
        }
        let profile = Profile { email: Some(email), ..Profile::default() };
        let known = identified(GITHUB, "583231");
        let with_email = Identified { profile, ..known.clone() };
        let subject_of = |person| code_of(arrive(parameters(), person)).subject;
        prop_assert_eq!(subject_of(known), subject_of(with_email));
    }

    /// CON-10: a code has what was allowed before the person was known, unless the person can allow less: then they are
    /// asked again, and never more is granted than both.
    #[test]
    fn con_10_a_code_has_no_more_than_was_allowed_and_can_be(
        ticked in super::support::any_scope(),
        most in prop::option::of(super::support::any_scope()),
    ) {
        let sent = AuthorizationParameters {
            scope: Some("mcp:read mcp:tools".to_owned()),
            ..parameters()
        };
        let requested = Requested::parse(sent, &client(), &policy()).expect("nothing is wrong");
        let stage = requested.sign_in_needed().expect("pages are allowed").provider_chosen("github");
        let protocol::flow::consent::Reduced::To(stage) = stage.reduced_to(&ticked, &policy()) else {
            return Ok(());
        };
        let allowed = stage.request().scope.clone();
        let browser = BrowserDigest::of("ours");
        let ticket = Ticket::new(stage.approved(HANDSHAKE, NOW), browser, NOW);
        let answered = ticket.answered("github", &HANDSHAKE.state(), Some(browser), NOW);
        let answered = answered.expect("nothing is wrong");
        let person = Identified { most: most.clone(), ..identified(GITHUB, "583231") };
        let can = policy().within(most.as_ref(), &allowed);
        match answered.arrived(person, &policy(), ID, NOW) {
            Ok(Arrival::Code(code)) => prop_assert_eq!((&code.scope, &can), (&allowed, &allowed)),
            Ok(Arrival::Consent(stage)) => {
                prop_assert_ne!(&can, &allowed);
                prop_assert_eq!(&stage.request().scope, &can);
            }
            Err(refusal) => {
                prop_assert_eq!(refusal.reason, RefusalReason::NothingToAllow);
                prop_assert!(can.is_empty());
            }
        }
    }

    /// `max_age` and `prompt=login` are held by what the provider proves, not by what it was asked.
    #[test]
    fn a_login_counts_that_the_provider_proves_to_be_new_enough(
        max_age in prop::option::of(leaning_on(vec![0, 60, 3_600], 0..=7_200)),
        prompt in prop::sample::select(vec!["", "login"]),
        told in prop::option::of(leaning_on(vec![0, 60, 120, 3_600, 3_660], 0..=10_000)),
    ) {
        let sent = AuthorizationParameters {
            prompt: Some(prompt.to_owned()),
            max_age: max_age.map(|seconds| seconds.to_string()),
            ..parameters()
        };
        let authenticated_at = told.map(|age| NOW.minus_seconds(age));
        let person = Identified { authenticated_at, ..identified(GITHUB, "583231") };
        let most = if prompt == "login" { Some(0) } else { max_age };
        let proven = most.is_none_or(|most| {
            told.is_some_and(|age| age <= most + CLOCK_SKEW_SECONDS)
        });
        let outcome = arrive(sent, person);
        let refused = outcome.err().map(|refusal| refusal.reason);
        prop_assert_eq!(refused, (!proven).then_some(RefusalReason::LoginNotProven));
    }
}

#[test]
fn what_leaves_with_the_browser_is_short_unlike_and_made_of_all_of_it() {
    let other = Handshake::new([3; 16], [5; 32]);
    let (state, verifier, nonce) =
        (HANDSHAKE.state(), HANDSHAKE.code_verifier(), HANDSHAKE.nonce());
    assert_eq!((state.len(), verifier.len(), nonce.len()), (22, 43, 43));
    assert_ne!(verifier, nonce);
    assert_eq!(other.state(), state);
    assert_ne!((other.code_verifier(), other.nonce()), (verifier.clone(), nonce));
    assert_eq!(HANDSHAKE.code_challenge(), super::support::challenge_text(&verifier));
    assert_eq!(format!("{HANDSHAKE:?} {:?}", bond().credential), "Handshake(..) Credential(..)");
}

/// SEC-01, CON-12: before the person is known nobody is let through in silence but to clients of the operator's own.
#[test]
fn con_12_sec_01_who_is_asked_before_the_browser_is_sent_on() {
    let mut lines = Vec::new();
    for consent in [ConsentRule::Always, ConsentRule::Remembered, ConsentRule::Implied] {
        for origin in
            [ClientOrigin::Preregistered, ClientOrigin::Document, ClientOrigin::Registered]
        {
            let client = protocol::oauth::client::Client { consent, origin, ..client() };
            lines.push(format!("{consent:?} {origin:?}: {}", approval().must_ask(&client)));
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    Always Preregistered: true
    Always Document: true
    Always Registered: true
    Remembered Preregistered: true
    Remembered Document: true
    Remembered Registered: true
    Implied Preregistered: false
    Implied Document: true
    Implied Registered: true
    ");
    let own = protocol::oauth::client::Client { consent: ConsentRule::Implied, ..client() };
    let sent = AuthorizationParameters { prompt: Some("consent".to_owned()), ..parameters() };
    let demanding = Requested::parse(sent, &own, &policy()).expect("nothing is wrong");
    let stage = demanding.sign_in_needed().expect("pages are allowed").provider_chosen("github");
    assert!(stage.must_ask(&own), "the client demands it");
}

#[test]
fn a_federated_session_begins_when_its_person_came_back() {
    let week = 7 * 86_400;
    let told = Some(NOW.minus_seconds(week));
    let person = Identified { authenticated_at: told, ..identified(GITHUB, "583231") };
    let session = LoginSession::arrived(&person, NOW);
    assert_eq!((Some(session.authenticated_at), session.begun_at()), (told, NOW));
    assert_eq!(session.holder().founded_at, NOW);
    assert!(session.clone().resume(&policy(), NOW.plus_seconds(60)).is_some());
    let seen_at = NOW.plus_seconds(SESSION_LIFETIME_SECONDS - 1);
    let old = LoginSession { seen_at, ..session.clone() };
    assert!(old.clone().resume(&policy(), seen_at).is_some());
    assert!(old.resume(&policy(), seen_at.plus_seconds(1)).is_none());
    let ahead = Identified { authenticated_at: Some(NOW.plus_seconds(30)), ..person };
    assert_eq!(LoginSession::arrived(&ahead, NOW).authenticated_at, NOW, "never in the future");
    let nobody = Policy { providers: Vec::new(), ..policy() };
    assert!(session.resume(&nobody, NOW).is_none(), "the provider was removed");
}

/// Where each refresh asks the provider, a login of before has nothing to ask it with.
#[test]
fn who_is_bound_to_a_provider() {
    let policy = policy();
    let (free, bound) = (identified(GITHUB, "1").subject, identified(IDP, "1").subject);
    assert_eq!([&free, &bound, &alice()].map(|who| policy.binds(who)), [false, true, false]);
    assert_eq!([&free, &bound, &alice()].map(|who| policy.knows(who)), [true; 3]);
    let stranger =
        Subject::federated("https://elsewhere.example", "https://elsewhere.example", "1");
    let stranger = stranger.expect("a name");
    assert!(!policy.knows(&stranger));
    assert!(policy.allowable(&stranger, &scope("mcp:read")).is_empty());
    assert_eq!(policy.allowable(&free, &scope("mcp:read")), scope("mcp:read"));
    assert_eq!(policy.provider("idp").map(|known| known.tag), Some(IssuerTag::of(IDP)));
    assert_eq!(policy.provider_of(&alice()), None);
}

/// What is reserved is for those whom the rules of their provider name it for, when they log in and ever after.
#[test]
fn what_is_reserved_is_for_people_of_a_provider_who_are_named_it_for() {
    let mut policy = policy();
    policy.scopes.reserve(ScopeToken::parse("mcp:tools").expect("a scope"));
    let (owner, both) = (client(), scope("mcp:read mcp:tools"));
    for (most, expected) in [
        (None, "mcp:read"),
        (Some(scope("mcp:read")), "mcp:read"),
        (Some(both.clone()), "mcp:read mcp:tools"),
    ] {
        assert_eq!(policy.within(most.as_ref(), &both), scope(expected), "{most:?}");
        let token = RefreshIssued {
            scope: both.clone(),
            bond: Some(bond()),
            ..refresh_token(identified(IDP, "1").subject)
        };
        let ask = Refresh { client: &owner, scope: None, resource: &[] };
        let rotatable = token.present(&ask, &policy, NOW).expect("nothing is wrong");
        let rotatable = rotatable.vouched_for(None, most.as_ref(), &policy).expect("some is left");
        let refreshed = rotatable.rotate(Rotation::Rotated, &owner, &policy, NOW);
        let refreshed = refreshed.expect("it was asked");
        assert_eq!(refreshed.access.scope, scope(expected), "{most:?}");
        assert_eq!(refreshed.refresh.map(|next| next.scope), Some(scope(expected)), "{most:?}");
    }
}

/// A grant that a ledger keeps is found by its family from the first refresh on; one that is there for a resource alone is
/// no concern of refreshes.
#[test]
fn what_is_kept_goes_to_the_family_of_its_code() {
    let kept = Bond { credential: Credential::Kept(GrantName([5; 16])), ..bond() };
    for (subject, issuer) in [("bound", IDP), ("free", GITHUB)] {
        let subject = identified(issuer, subject).subject;
        let mut code = code();
        (code.subject, code.bond) = (subject.clone(), Some(kept.clone()));
        let first =
            protocol::replay::FirstUse::judge(code.id, protocol::replay::Claim::First, 0, NOW);
        let family = code.id.family();
        let redeemable = code.present(&super::support::redemption(&client()), &policy(), NOW);
        let redeemable = redeemable.expect("nothing is wrong");
        let redeemed = redeemable.redeem(&first.expect("nobody claimed it"), &client(), &policy());
        let bond = redeemed.refresh.expect("the client may refresh").bond;
        let name = bond.and_then(|bond| bond.credential.name());
        assert_eq!(name, policy().binds(&subject).then(|| GrantName::of(family)), "{subject:?}");
    }
    assert!(!format!("{kept:?}").contains("5, 5"), "{kept:?}");
}

/// A login of before does for no family that refreshes bind, nor for a resource that is handed a token.
#[test]
fn who_needs_a_grant_of_their_own() {
    let resource = |url: &str| Resource::parse(url).expect("a resource");
    let (lent, other) = (resource("https://auth.example/a"), resource("https://auth.example/b"));
    let mut policy = policy();
    policy.providers = vec![provider("idp", IDP, true), provider("github", GITHUB, false)];
    policy.providers[1].lends_to.push(lent.clone());
    let needs = |subject: &Subject| [&lent, &other].map(|to| policy.needs_grant(subject, to));
    assert_eq!(needs(&identified(IDP, "1").subject), [true, true]);
    assert_eq!(needs(&identified(GITHUB, "1").subject), [true, false]);
    assert_eq!(needs(&alice()), [false, false]);
}

fn refresh_token(subject: Subject) -> RefreshIssued {
    let redeemable = code().present(&super::support::redemption(&client()), &policy(), NOW);
    let first =
        protocol::replay::FirstUse::judge(code().id, protocol::replay::Claim::First, 0, NOW);
    let redeemable = redeemable.expect("nothing is wrong");
    let redeemed = redeemable.redeem(&first.expect("nobody claimed it"), &client(), &policy());
    RefreshIssued { subject, ..redeemed.refresh.expect("the client may refresh") }
}

#[test]
fn a_bound_refresh_token_is_good_for_nothing_until_its_provider_was_asked() {
    let owner = client();
    let ask = Refresh { client: &owner, scope: None, resource: &[] };
    let without = refresh_token(identified(IDP, "1").subject);
    let outcome = without.clone().present(&ask, &policy(), NOW).map(drop);
    assert_eq!(outcome, Err(GrantError::BondMissing));
    let bound = RefreshIssued { bond: Some(bond()), ..without };
    let present = || bound.clone().present(&ask, &policy(), NOW).expect("nothing is wrong");
    let outcome = present().rotate(Rotation::Rotated, &owner, &policy(), NOW).map(drop);
    assert_eq!(outcome, Err(GrantError::NotVouchedFor));
    let next = Credential::Carried("the next".to_owned());
    for (told, kept) in [(None, bond().credential), (Some(next.clone()), next)] {
        let refreshed = present().vouched_for(told, None, &policy()).expect("it may").rotate(
            Rotation::Rotated,
            &owner,
            &policy(),
            NOW,
        );
        let renewed = refreshed.expect("it was asked").refresh.expect("it rotates");
        let kept_bond = renewed.bond.expect("it stays bound");
        assert_eq!((kept_bond.provider.as_str(), kept_bond.credential), ("idp", kept));
    }
    let free = refresh_token(identified(GITHUB, "1").subject);
    let free = free.present(&ask, &policy(), NOW).expect("nothing is wrong");
    let refreshed = free.rotate(Rotation::Rotated, &owner, &policy(), NOW).expect("it is free");
    assert_eq!(refreshed.refresh.and_then(|token| token.bond), None);
}

#[test]
fn a_hint_is_carried_where_somebody_can_take_it() {
    let hinted = |hint: &str, policy: &Policy| {
        let sent = AuthorizationParameters { login_hint: Some(hint.to_owned()), ..parameters() };
        let requested = Requested::parse(sent, &client(), policy).expect("nothing is wrong");
        requested.request().login_hint.clone()
    };
    let longest = "a".repeat(LOGIN_HINT_BYTES_MAX);
    assert_eq!(hinted(&longest, &policy()), Some(longest.clone()));
    assert_eq!(hinted(&format!("{longest}a"), &policy()), None);
    let local = Policy { providers: Vec::new(), ..policy() };
    assert_eq!(hinted("alice", &local), None);
}

/// What a provider says reaches the client as far as it asked, with the code and never later.
#[test]
fn a_client_learns_of_a_federated_person_what_it_asked_for() {
    let sent =
        |scope: &str| AuthorizationParameters { scope: Some(scope.to_owned()), ..parameters() };
    let mut policy = policy();
    for built_in in protocol::oauth::built_in::BuiltIn::ALL {
        policy.scopes.add_built_in(built_in);
    }
    let mut owner = client();
    owner.scope = owner.scope.union(&protocol::oauth::built_in::BuiltIn::scope());
    let profile = Profile {
        name: Some("Mona".to_owned()),
        preferred_username: Some("octocat".to_owned()),
        email: Some("mona@github.example".to_owned()),
    };
    let told = |scope: &str| {
        let requested = Requested::parse(sent(scope), &owner, &policy).expect("nothing is wrong");
        let stage =
            requested.sign_in_needed().expect("pages are allowed").provider_chosen("github");
        let browser = BrowserDigest::of("ours");
        let ticket = Ticket::new(stage.approved(HANDSHAKE, NOW), browser, NOW);
        let answered = ticket.answered("github", &HANDSHAKE.state(), Some(browser), NOW);
        let person = Identified { profile: profile.clone(), ..identified(GITHUB, "583231") };
        let arrival = answered.expect("nothing is wrong").arrived(person, &policy, ID, NOW);
        code_of(arrival).authentication.map(|login| login.profile.expect("they are federated"))
    };
    assert_eq!(told("mcp:tools"), None);
    assert_eq!(told("mcp:tools openid"), Some(Profile::default()));
    assert_eq!(told("mcp:tools openid profile email"), Some(profile.clone()));
    let email = Profile { email: profile.email.clone(), ..Profile::default() };
    assert_eq!(told("mcp:tools openid email"), Some(email));
}
