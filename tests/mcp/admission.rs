//! A token opens one door, for a while, as far as its scopes reach.
//! Source: OAuth 2.1 §5.2, RFC 8707 §2, MCP 2026-07-28 authorization (scope hierarchies).

use proptest::prelude::*;
use protocol::oauth::dpop::{Asked, Binding, KeyThumbprint, ProofClaims, ProvenKey};
use protocol::oauth::time::UnixTime;
use protocol::replay::Claim;
use sealbearer::gateway::admit::{Admitted, Sender};
use sealbearer::gateway::{Refusal, Verified};

const RESOURCE: &str = "https://mcp.example.com/mcp";

fn verified() -> Verified {
    Verified {
        issuer: "https://auth.example.com".into(),
        subject: "alice".into(),
        family: None,
        client: "client-1".into(),
        scopes: vec!["mcp:tools".into()],
        audience: vec![RESOURCE.into()],
        expires_at: UnixTime(1_000),
        binding: Binding::Nobody,
    }
}

fn admit(verified: Verified, resource: &str, now: UnixTime) -> Result<Admitted, Refusal> {
    sealbearer::gateway::admit::admit(verified, Sender::Holder, resource, now)
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// `admin` includes `write` and `read`, `write` includes `read`.
fn implies(granted: &str, needed: &str) -> bool {
    matches!((granted, needed), ("admin", "write" | "read") | ("write", "read"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_token_is_admitted_exactly_until_it_expires(
        expires_at in 0_u64..50,
        now in prop_oneof![0_u64..50, Just(u64::MAX)],
    ) {
        let outcome = admit(Verified { expires_at: UnixTime(expires_at), ..verified() }, RESOURCE, UnixTime(now));
        prop_assert_eq!(outcome.is_ok(), now < expires_at);
    }

    /// What suffices goes on to suffice when more is granted, and each needed scope has a granted one that covers it.
    #[test]
    fn scopes_suffice_exactly_when_each_needed_one_is_covered(
        granted in proptest::sample::subsequence(vec!["admin", "write", "read", "other"], 0..=4),
        needed in proptest::sample::subsequence(vec!["admin", "write", "read", "other"], 0..=4),
    ) {
        let rank = |scope: &str| match scope { "admin" => 3, "write" => 2, "read" => 1, _ => 0 };
        let highest = granted.iter().map(|scope| rank(scope)).max().unwrap_or(0);
        let expected = needed.iter().all(|scope| match rank(scope) {
            0 => granted.contains(scope),
            needed_rank => highest >= needed_rank,
        });
        let granted = granted.into_iter().map(str::to_owned).collect();
        let needed: Vec<String> = needed.into_iter().map(str::to_owned).collect();
        let admitted = admit(Verified { scopes: granted, ..verified() }, RESOURCE, UnixTime(0)).expect("valid");
        prop_assert_eq!(admitted.permit(&needed, implies).is_ok(), expected);
    }
}

#[test]
fn a_token_for_anything_else_is_refused() {
    for audience in [
        "https://mcp.example.com/mcp/",
        "https://mcp.example.com/mc",
        "https://mcp.example.com/mcp2",
        "https://mcp.example.com/mcp/sub",
        "https://mcp.example.com",
        "https://mcp.example.com/",
        "https://staging.example.com/mcp",
        "http://mcp.example.com/mcp",
        "",
    ] {
        let outcome =
            admit(Verified { audience: words(audience), ..verified() }, RESOURCE, UnixTime(0));
        assert_eq!(outcome.err(), Some(Refusal::AudienceMismatch), "{audience}");
    }
}

#[test]
fn one_of_several_audiences_is_enough() {
    let audience = vec!["https://other.example".to_owned(), RESOURCE.to_owned()];
    assert!(admit(Verified { audience, ..verified() }, RESOURCE, UnixTime(0)).is_ok());
}

#[test]
fn only_a_bare_origin_has_two_spellings() {
    let at = |audience: &str, resource: &str| {
        admit(Verified { audience: words(audience), ..verified() }, resource, UnixTime(0)).is_ok()
    };
    assert!(at("https://mcp.example.com/", "https://mcp.example.com"));
    assert!(at("https://mcp.example.com", "https://mcp.example.com/"));
    assert!(!at("https://mcp.example.com//", "https://mcp.example.com"));
    assert!(!at("https://mcp.example.com/a", "https://mcp.example.com/a/"));
}

/// A key that was proven for some request.
fn proven(key: u8) -> ProvenKey {
    let claims = ProofClaims {
        id: Some("1"),
        method: Some("GET"),
        url: Some(RESOURCE),
        issued_at: Some(UnixTime(0)),
        access_token: Some("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"),
    };
    let asked = Asked { method: "GET", url: RESOURCE, access_token: "" };
    let fitting = claims.judge(KeyThumbprint([key; 32]), &asked, UnixTime(0)).expect("it fits");
    fitting.used(Claim::First).expect("it is new")
}

/// RFC 9449 §7.1 and §7.2: who sends which token how. Taken as a bearer token, a bound one would be usable by whoever stole
/// it.
#[test]
fn rsg_18_dpp_12_dpp_13_a_bound_token_takes_its_proof_and_an_unbound_one_none() {
    let bindings = [Binding::Nobody, Binding::Key(KeyThumbprint([1; 32])), Binding::Unknown];
    let (constrained, missing) = (Some(Refusal::SenderConstrained), Some(Refusal::ProofMissing));
    let (unbound, other) = (Some(Refusal::NotBound), Some(Refusal::OtherKey));
    let table = [
        (Sender::Holder, [None, constrained, constrained]),
        (Sender::HolderWithoutProof, [None, missing, constrained]),
        (Sender::HolderWithoutDueProof, [unbound, missing, constrained]),
        (Sender::Owner(proven(1)), [unbound, None, constrained]),
        (Sender::Owner(proven(2)), [unbound, other, constrained]),
    ];
    for (sender, expected) in table {
        let outcomes = bindings.map(|binding| {
            let verified = Verified { binding, ..verified() };
            sealbearer::gateway::admit::admit(verified, sender, RESOURCE, UnixTime(0)).err()
        });
        assert_eq!(outcomes, expected, "{sender:?}");
    }
}
