//! What is sealed opens as what it was, in the form and within the size that its purpose promises.

use proptest::prelude::*;
use sealbearer::keys::KeyRing;
use sealbearer::seal::{Purpose, Seal};

use super::{AccessToken, AuthorizationCode, ClientRegistration, RefreshToken, Sample};
use super::{ISSUER, NOW, cases, for_every_purpose, node, ring, seal};

fn opens_as_it_was<A: Sample>(other_node: &Seal, content: &str) {
    let sealed = A::sample(content);
    let text = other_node.seal(&sealed, NOW);
    assert_eq!(node().open::<A>(&text, NOW).as_ref(), Ok(&sealed), "{:?}", A::PURPOSE);
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn whatever_is_sealed_opens_on_another_node_as_what_it_was(content in any::<String>()) {
        let other_node = seal();
        let content: String = content.chars().take(60).collect();
        for_every_purpose!(opens_as_it_was(&other_node, &content));
    }
}

fn differs_each_time<A: Sample>(seal: &Seal) {
    let [first, second] = [(); 2].map(|()| seal.seal(&A::sample("same"), NOW));
    assert_eq!(first == second, A::PURPOSE == Purpose::ClientRegistration, "{:?}", A::PURPOSE);
}

#[test]
fn only_registrations_are_the_same_text_twice() {
    for_every_purpose!(differs_each_time(&seal()));
}

#[test]
fn what_a_purpose_is_spelled_like_never_changes() {
    let lines = Purpose::ALL.map(|purpose| {
        let recipe = purpose.recipe();
        let typ = recipe.typ.unwrap_or("-");
        let (label, tag, wire, ring) = (recipe.label, recipe.tag, recipe.wire, recipe.ring);
        format!("{tag} {label} {typ} {wire:?} {ring:?}")
    });
    insta::assert_snapshot!(lines.join("\n"), @"
    1 authorization-code ac Nested Sealing
    2 access-token at Nested Sealing
    3 refresh-token - Encrypted Sealing
    4 client-registration - Signed Registration
    5 login-ticket lt Nested Sealing
    6 consent-ticket ct Nested Sealing
    7 login-session ls Nested Sealing
    8 consent-memory cm Nested Sealing
    9 account-ticket sa Nested Sealing
    10 revocation-order ro Nested Sealing
    20 approval-ticket pt Nested Sealing
    21 provider-transaction px Encrypted Sealing
    11 logout-ticket lo Nested Sealing
    22 provider-grant pg Encrypted Sealing
    ");
}

#[test]
fn how_long_a_value_may_be_and_live() {
    let lines = Purpose::ALL.map(|purpose| {
        let recipe = purpose.recipe();
        let lifetime = recipe.lifetime_seconds_max;
        let lifetime = lifetime.map_or("for ever".to_owned(), |seconds| format!("{seconds} s"));
        format!("{purpose:?}: {} characters, {lifetime}", recipe.characters_max)
    });
    insta::assert_snapshot!(lines.join("\n"), @"
    AuthorizationCode: 6000 characters, 600 s
    AccessToken: 2000 characters, 90000 s
    RefreshToken: 2000 characters, 31622400 s
    ClientRegistration: 1200 characters, for ever
    LoginTicket: 12288 characters, 3600 s
    ConsentTicket: 12288 characters, 3600 s
    LoginSession: 3000 characters, 2592000 s
    ConsentMemory: 3000 characters, 31622400 s
    AccountTicket: 12288 characters, 3600 s
    RevocationOrder: 600 characters, 3600 s
    ApprovalTicket: 12288 characters, 3600 s
    ProviderTransaction: 4000 characters, 3600 s
    LogoutTicket: 12288 characters, 3600 s
    ProviderGrant: 24576 characters, 31622400 s
    ");
}

/// Claims whose JSON has exactly `characters`.
fn of_size<A: Sample>(characters: usize) -> A {
    let empty = serde_json::to_string(&A::sample("")).expect("claims are JSON").len();
    A::sample(&"x".repeat(characters - empty))
}

#[test]
fn sealed_values_stay_within_their_size() {
    let secrets = "TB0DgbJJN1GLtSYyPtXJpbSnuULdImvKTuf5JV4qUqQ=";
    let from_variables = KeyRing::from_secrets(secrets, None).expect("a strong secret");
    for ring in [ring(), from_variables] {
        let seal = Seal::new(ISSUER, &ring);
        let code = seal.seal(&of_size::<AuthorizationCode>(205), NOW).len();
        let access = seal.seal(&of_size::<AccessToken>(146), NOW).len();
        let refresh = seal.seal(&of_size::<RefreshToken>(155), NOW).len();
        let registration = seal.seal(&of_size::<ClientRegistration>(160), NOW).len();
        assert!(code <= 600, "authorization code: {code}");
        assert!(access <= 520, "access token: {access}");
        assert!(refresh <= 320, "refresh token: {refresh}");
        assert!(registration <= 300, "client id: {registration}");
    }
}
