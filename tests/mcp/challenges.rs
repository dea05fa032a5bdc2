//! What a client hears when it is not let in, and what it can read of the resource beforehand.
//! Source: RFC 6750 §3, RFC 9728 §2 and §5.1, MCP 2026-07-28 authorization.

use proptest::prelude::*;
use sealbearer::gateway::bearer::Scheme;
use sealbearer::gateway::challenge::{challenge, challenge_of};
use sealbearer::gateway::{Refusal, fuzzing::parse_challenge};

const METADATA: &str = "https://mcp.example.com/.well-known/oauth-protected-resource/mcp";

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is put in, nothing breaks out of its quotes: the challenge reads back as what it was made of.
    #[test]
    fn met_08_a_challenge_reads_back_as_what_it_was_made_of(
        url in "\\PC{0,30}",
        scopes in proptest::collection::vec("[ -~é\\r\\n]{0,10}", 0..4),
    ) {
        let written = challenge(Refusal::InsufficientScope, &url, &scopes).expect("this refusal has a challenge");
        let parameters = parse_challenge(&written).expect("well-formed");
        let value = |wanted: &str| parameters.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
        let clean = |scope: &&String| !scope.is_empty() && scope.bytes().all(|b| b.is_ascii_graphic() && !b"\"\\".contains(&b));
        let expected: Vec<_> = scopes.iter().filter(clean).map(String::as_str).collect();
        prop_assert_eq!(value("scope").unwrap_or_default(), expected.join(" "));
        prop_assert_eq!(value("error"), Some("insufficient_scope"));
        prop_assert!(value("resource_metadata").is_some());
    }
}

#[test]
fn every_refusal_and_what_the_client_hears() {
    let scopes = ["mcp:tools".to_owned(), "mcp:prompts".to_owned()];
    let lines = Refusal::ALL.map(|refusal| {
        let challenge =
            challenge(refusal, METADATA, &scopes).unwrap_or_else(|| "no challenge".to_owned());
        format!(
            "{refusal:?}\n  {} {} {}\n  {challenge}",
            refusal.status(),
            refusal.body_code(),
            refusal.description()
        )
    });
    insta::assert_snapshot!(lines.join("\n"), @r#"
    NoCredentials
      401 unauthorized Authentication required
      Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:prompts"
    TokenElsewhere
      401 unauthorized Send the access token in the Authorization header, nowhere else
      Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:prompts"
    TokenRepeated
      400 invalid_request Send one access token, in one Authorization header
      Bearer error="invalid_request", error_description="Send one access token, in one Authorization header", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:prompts"
    TokenMalformed
      401 invalid_token The access token is malformed
      Bearer error="invalid_token", error_description="The access token is malformed", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:prompts"
    TokenTooLong
      401 invalid_token The access token is malformed
      Bearer error="invalid_token", error_description="The access token is malformed", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:prompts"
    TokenUnknown
      401 invalid_token The access token is not valid here, or was revoked
      Bearer error="invalid_token", error_description="The access token is not valid here, or was revoked", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:prompts"
    TokenExpired
      401 invalid_token The access token has expired
      Bearer error="invalid_token", error_description="The access token has expired", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:prompts"
    AudienceMismatch
      401 invalid_token The access token was issued for another resource
      Bearer error="invalid_token", error_description="The access token was issued for another resource", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:prompts"
    SenderConstrained
      401 invalid_token Access tokens bound to a key are not accepted here
      Bearer error="invalid_token", error_description="Access tokens bound to a key are not accepted here", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:prompts"
    ProofMissing
      401 invalid_token This access token is bound to a key; send it with a DPoP proof
      Bearer error="invalid_token", error_description="This access token is bound to a key; send it with a DPoP proof", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:prompts"
    ProofInvalid
      401 invalid_dpop_proof The DPoP proof is not valid for this request
      Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:prompts"
    OtherKey
      401 invalid_token The access token is bound to another key
      Bearer error="invalid_token", error_description="The access token is bound to another key", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:prompts"
    NotBound
      401 invalid_token This needs an access token that is bound to a key (DPoP)
      Bearer error="invalid_token", error_description="This needs an access token that is bound to a key (DPoP)", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:prompts"
    InsufficientScope
      403 insufficient_scope This needs scopes that were not granted; reconnect and grant them
      Bearer error="insufficient_scope", error_description="This needs scopes that were not granted; reconnect and grant them", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:prompts"
    NoGrant
      403 forbidden This needs an account at an identity provider that you did not log in with; log in through that one
      Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:prompts"
    GrantEnded
      401 invalid_token Your identity provider no longer vouches for this login; log in again
      Bearer error="invalid_token", error_description="Your identity provider no longer vouches for this login; log in again", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools mcp:prompts"
    Unavailable
      503 temporarily_unavailable The access token cannot be checked at the moment; try again
      no challenge
    "#);
}

/// RFC 9449 §7.1: the scheme has its own challenge, which names the algorithms, and what is wrong with a proof is said there.
#[test]
fn what_is_wrong_with_a_proof_is_said_where_proofs_are_spoken_of() {
    let written = challenge_of(Scheme::Dpop, Refusal::ProofInvalid, METADATA, &[]);
    insta::assert_snapshot!(written.expect("it has a challenge"), @r#"DPoP error="invalid_dpop_proof", error_description="The DPoP proof is not valid for this request", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", algs="ES256 EdDSA RS256""#);
    for refusal in Refusal::ALL {
        let [bearer, dpop] = [Scheme::Bearer, Scheme::Dpop]
            .map(|scheme| challenge_of(scheme, refusal, METADATA, &["a".to_owned()]));
        assert_eq!(bearer.is_some(), dpop.is_some(), "{refusal:?}");
        let said =
            |challenge: Option<String>| challenge.is_some_and(|text| text.contains("error="));
        assert_eq!(said(bearer), refusal.code().is_some() && refusal != Refusal::ProofInvalid);
        assert_eq!(said(dpop), refusal.code().is_some());
    }
}

#[test]
fn a_challenge_without_scopes_names_none() {
    let written = challenge(Refusal::NoCredentials, METADATA, &[]);
    assert_eq!(written, Some(format!("Bearer resource_metadata=\"{METADATA}\"")));
}
