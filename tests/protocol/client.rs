//! Client authentication and the grant that needs nobody else. Source: OAuth 2.1 §2.4, §4.2.

use proptest::prelude::*;
use protocol::grant::{GrantError, GrantType, client_credentials};
use protocol::ids::FamilyId;
use protocol::oauth::client::{
    AuthenticatedClient, Client, ClientFault, ClientKind, ClientThumbprint, Credential,
    authenticate,
};
use protocol::oauth::subject::Subject;
use protocol::policy::TargetFault;

use super::support::{
    NOW, RESOURCE, any_scope, client, hex, policy, policy_with_two_resources, scope, thief,
};

fn confidential() -> Client {
    Client { kind: ClientKind::Confidential, ..client() }
}

fn proven(client: Client) -> AuthenticatedClient {
    let credential = match client.kind {
        ClientKind::Public | ClientKind::PublicOrKeyed | ClientKind::Keyed => Credential::Nothing,
        ClientKind::Confidential => Credential::Secret("s3cret"),
    };
    authenticate(client, credential, |_, _| true).expect("it is who it says")
}

/// TOK-17: a client proves itself in its own way and in no other.
#[test]
fn each_kind_of_client_authenticates_in_its_own_way() {
    let judge = |client: Client, credential| {
        let matches = |client: &Client, secret: &str| client.id == "owner" && secret == "s3cret";
        authenticate(client, credential, matches).map(|proven| proven.client().id.clone())
    };
    let ours = Ok("owner".to_owned());
    assert_eq!(judge(client(), Credential::Nothing), ours);
    assert_eq!(judge(client(), Credential::Secret("s3cret")), Err(ClientFault::SecretUnexpected));
    assert_eq!(judge(confidential(), Credential::Nothing), Err(ClientFault::SecretMissing));
    assert_eq!(judge(confidential(), Credential::Secret("s3cret")), ours);
    assert_eq!(judge(confidential(), Credential::Secret("guess")), Err(ClientFault::SecretWrong));
    assert_eq!(judge(confidential(), Credential::Secret("")), Err(ClientFault::SecretWrong));
    let keyed = |kind| Client { kind, ..client() };
    assert_eq!(judge(keyed(ClientKind::PublicOrKeyed), Credential::Nothing), ours);
    assert_eq!(
        judge(keyed(ClientKind::Keyed), Credential::Nothing),
        Err(ClientFault::AssertionMissing)
    );
    for kind in [ClientKind::PublicOrKeyed, ClientKind::Keyed] {
        let judged = judge(keyed(kind), Credential::Secret("s3cret"));
        assert_eq!(judged, Err(ClientFault::SecretUnexpected), "{kind:?}");
    }
}

#[test]
fn a_thumbprint_stands_for_one_client() {
    assert_eq!(client().thumbprint(), ClientThumbprint::of("owner"));
    assert_ne!(client().thumbprint(), thief().thumbprint());
    // The first half of SHA-256("owner"), which sealed values of earlier releases contain.
    insta::assert_snapshot!(hex(&client().thumbprint().0), @"4c1029697ee358715d3a14a2add817c4");
}

#[test]
fn a_client_may_use_what_it_registered_for() {
    let client = Client { grant_types: vec![GrantType::RefreshToken], ..client() };
    assert!(client.may_use(GrantType::RefreshToken));
    assert!(!client.may_use(GrantType::AuthorizationCode));
}

fn issue(
    client: Client,
    scope: Option<&str>,
    resource: &[String],
) -> Result<protocol::grant::AccessGrant, GrantError> {
    let request = client_credentials::Request { scope, resource };
    client_credentials::issue(&proven(client), &request, FamilyId([1; 16]), "tag", &policy(), NOW)
}

/// TOK-24: the client is the subject, spelled so that no person can have its name.
#[test]
fn a_client_gets_a_token_of_its_own() {
    let access = issue(confidential(), Some("mcp:read"), &[]).expect("nothing is wrong");
    assert_eq!(access.subject, Subject::Client("tag".to_owned()));
    assert_eq!(access.client, client().thumbprint());
    assert_eq!(access.scope, scope("mcp:read"));
    assert_eq!(access.resource.as_str(), RESOURCE);
    assert_eq!(access.family, FamilyId([1; 16]));
    assert_eq!((access.generation, access.issued_at), (0, NOW));
    assert_eq!(access.expires_at, NOW.plus_seconds(3_600));
    assert_eq!(access.lifetime_seconds, 3_600);
}

#[test]
fn client_credentials_are_for_those_who_can_prove_themselves() {
    let without = Client { grant_types: vec![GrantType::AuthorizationCode], ..confidential() };
    assert_eq!(issue(client(), None, &[]).err(), Some(GrantError::GrantTypeNotAllowed));
    assert_eq!(issue(without, None, &[]).err(), Some(GrantError::GrantTypeNotAllowed));
    assert_eq!(issue(confidential(), Some("a\"b"), &[]).err(), Some(GrantError::ScopeMalformed));
    let elsewhere = ["https://evil.example".to_owned()];
    let fault = GrantError::Target(TargetFault::Unknown);
    assert_eq!(issue(confidential(), None, &elsewhere).err(), Some(fault));
    let request = client_credentials::Request { scope: None, resource: &[] };
    let two = policy_with_two_resources();
    let outcome = client_credentials::issue(
        &proven(confidential()),
        &request,
        FamilyId([1; 16]),
        "tag",
        &two,
        NOW,
    );
    assert_eq!(outcome.err(), Some(GrantError::Target(TargetFault::Missing)));
}

/// RFC 6749 §3.3: a token that allows nothing is refused rather than issued.
#[test]
fn a_token_that_allows_nothing_is_not_issued() {
    let nothing = Client { scope: scope("unknown"), ..confidential() };
    assert_eq!(issue(nothing, None, &[]).err(), Some(GrantError::ScopeNotGranted));
}

proptest! {
    #![proptest_config(super::config())]

    /// A client never gets more than the operator gave it.
    #[test]
    fn a_client_gets_no_more_than_it_may_have(asked in any_scope(), most in any_scope()) {
        let client = Client { scope: most.clone(), ..confidential() };
        if let Ok(access) = issue(client, Some(&asked.to_string()), &[]) {
            prop_assert!(policy().scopes.closure(&most).contains_all(&access.scope));
            prop_assert!(!access.scope.is_empty());
        }
    }

    /// A person can never be taken for a client, nor the other way round.
    #[test]
    fn persons_and_clients_are_spelled_differently(name in ".{1,12}", other in ".{1,12}") {
        let (person, client) = (Subject::Person(name), Subject::Client(other));
        prop_assert_ne!(person.to_text(), client.to_text());
        prop_assert_eq!(Subject::parse(&person.to_text()), Some(person));
        prop_assert_eq!(Subject::parse(&client.to_text()), Some(client));
    }
}

#[test]
fn what_is_no_subject() {
    for text in ["", "u", "u:", "c:", ":alice", "x:alice", "alice", "U:alice"] {
        assert_eq!(Subject::parse(text), None, "{text}");
    }
}
