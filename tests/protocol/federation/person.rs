//! People of an identity provider: how they are named, what they declined before they were known, and that a provider
//! which is gone vouches for nobody.

use protocol::flow::consent::Reduced;
use protocol::flow::provider::Arrival;
use protocol::flow::refusal::RefusalReason;
use protocol::flow::request::{AuthorizationParameters, Found, Requested};
use protocol::flow::session::LoginSession;
use protocol::flow::ticket::{BrowserDigest, Ticket};
use protocol::grant::RefreshIssued;
use protocol::grant::refresh_token::Refresh;
use protocol::identity::{Bond, Credential, Identified};
use protocol::ids::{CodeId, FamilyId};
use protocol::oauth::built_in::BuiltIn;
use protocol::oauth::client::{Client, Lifetimes, RotationRule};
use protocol::oauth::subject::Subject;
use protocol::policy::Policy;
use protocol::replay::Rotation;

use crate::support::{
    GITHUB, HANDSHAKE, IDP, NOW, RESOURCE, bond, client, identified, lifetimes, parameters, policy,
    requested, resource, scope,
};

/// Who is named by the provider as they are, and who by a digest.
#[test]
fn who_keeps_the_name_that_the_provider_gave() {
    let (long, longest) = ("x".repeat(65), "x".repeat(64));
    let lines = [
        (IDP, "248289761001"),
        (GITHUB, "248289761001"),
        (IDP, &longest),
        (IDP, &long),
        (IDP, "a b"),
        (IDP, "\u{e9}"),
        (IDP, "~a"),
    ]
    .map(|(issuer, name)| {
        let subject = Subject::federated(IDP, issuer, name).expect("a name").to_text();
        let (_, id) = subject[2..].split_once(':').expect("the issuer's tag");
        let own = if issuer == IDP { "the issuer's" } else { "a tenant's" };
        format!("{own} {name}: {}", if id == name { "itself" } else { "a digest" })
    });
    insta::assert_snapshot!(lines.join("\n"));
    assert_eq!(Subject::federated(IDP, IDP, ""), None);
}

/// A deployment whose clients may ask for `offline_access`.
fn offline() -> (Policy, Client) {
    let (mut policy, mut client) = (policy(), client());
    policy.scopes.add_built_in(BuiltIn::OfflineAccess);
    client.scope = scope("mcp:tools mcp:read offline_access");
    (policy, client)
}

/// Somebody who declines `offline_access` before the provider is asked, and can allow no more than `most` then.
fn arrive_declining(person: Identified) -> Arrival {
    let (policy, client) = offline();
    let sent = AuthorizationParameters {
        scope: Some("mcp:tools mcp:read offline_access".to_owned()),
        ..parameters()
    };
    let requested = Requested::parse(sent, &client, &policy).expect("nothing is wrong");
    let stage = requested.sign_in_needed().expect("pages are allowed").provider_chosen("github");
    let Reduced::To(stage) = stage.reduced_to(&scope("mcp:tools mcp:read"), &policy) else {
        panic!("something is left");
    };
    let browser = BrowserDigest::of("ours");
    let ticket = Ticket::new(stage.approved(HANDSHAKE, NOW), browser, NOW);
    let answered = ticket.answered("github", &HANDSHAKE.state(), Some(browser), NOW);
    let answered = answered.expect("nothing is wrong");
    answered.arrived(person, &policy, CodeId([5; 16]), NOW).expect("something is left")
}

/// CON-10: what was declined before the person was known stays declined, on whatever way to the code.
#[test]
fn con_10_what_was_declined_before_the_login_stays_declined() {
    let person = identified(GITHUB, "1");
    match arrive_declining(person.clone()) {
        Arrival::Code(code) => assert!(code.offline_declined),
        Arrival::Consent(stage) => panic!("nothing was left to ask: {stage:?}"),
    }
    let (policy, _) = offline();
    let person = Identified { most: Some(scope("mcp:read")), ..person };
    match arrive_declining(person) {
        Arrival::Code(code) => panic!("they can allow less: {code:?}"),
        Arrival::Consent(stage) => {
            let Reduced::To(stage) = stage.reduced_to(&scope("mcp:read"), &policy) else {
                panic!("something is left");
            };
            assert!(stage.offline_declined());
            assert!(stage.consent_given(CodeId([5; 16]), NOW).offline_declined);
        }
    }
}

#[test]
fn a_provider_that_is_gone_vouches_for_nobody() {
    let session = LoginSession::arrived(&identified(GITHUB, "1"), NOW);
    let stage = match requested().session_found(&session, NOW) {
        Ok(Found::Consent(stage)) => stage,
        other => panic!("nothing else was asked for: {other:?}"),
    };
    assert!(stage.clone().within_authority(&policy()).is_ok());
    let without = Policy { providers: Vec::new(), ..policy() };
    let refusal = stage.within_authority(&without).expect_err("nobody vouches for them");
    assert_eq!(refusal.reason, RefusalReason::NothingToAllow);
}

/// What the provider is asked with changes, so that who keeps one refresh token gets another nevertheless.
#[test]
fn a_bound_token_has_a_successor_even_for_a_client_that_keeps_its_own() {
    let lifetimes = Lifetimes { rotation: RotationRule::Keep, ..lifetimes() };
    let keeping = Client { lifetimes, ..client() };
    let next = Credential::Carried("the next".to_owned());
    for (issuer, bond, expected) in [
        (IDP, Some(bond()), Some(Bond { credential: next.clone(), ..bond() })),
        (GITHUB, None, None),
    ] {
        let token = RefreshIssued {
            family: FamilyId([9; 16]),
            generation: 4,
            client: keeping.thumbprint(),
            subject: identified(issuer, "1").subject,
            scope: scope("mcp:tools"),
            resource: resource(RESOURCE),
            issued_at: NOW,
            founded_at: NOW,
            bond: bond.clone(),
        };
        let ask = Refresh { client: &keeping, scope: None, resource: &[] };
        let token = token.present(&ask, &policy(), NOW).expect("nothing is wrong");
        let told = bond.map(|_| next.clone());
        let token = token.vouched_for(told, None, &policy()).expect("some is left");
        let refreshed = token.rotate(Rotation::Rotated, &keeping, &policy(), NOW);
        let refreshed = refreshed.expect("nothing is against it");
        assert_eq!(refreshed.refresh.and_then(|token| token.bond), expected, "{issuer}");
    }
}
