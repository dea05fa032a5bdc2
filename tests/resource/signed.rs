//! Tokens that somebody else signed. Source: RFC 9068 §4, RFC 8725 §3.1, §3.9 to §3.11, RFC 8414 §3.3.

use protocol::oauth::algorithm::SigningAlgorithm;
use sealbearer::gateway::Refusal;
use sealbearer::resource::{Keys, Signed, Validator};
use sealbearer::seal::foreign::KeySet;
use sealbearer::upstream::REFETCH_SECONDS_MIN;
use serde_json::{Value, json};

use super::{Issuer, RESOURCE, bearing, builder, unsigned};
use crate::support::{Clock, Signer};

const ED: &[SigningAlgorithm] = &[SigningAlgorithm::EdDsa];
const EC: &[SigningAlgorithm] = &[SigningAlgorithm::Es256];

fn validator(clock: &Clock, signed: Signed) -> Validator {
    builder(clock).trusts(signed).build().expect("it is complete")
}

#[tokio::test]
async fn a_token_of_another_issuer_is_admitted_with_all_that_it_says() {
    let (issuer, clock) = (Issuer::start().await, Clock::new());
    let validator = validator(&clock, Signed::by(&issuer.name()));
    let admitted = bearing(&validator, &issuer.token(&issuer.claims(&clock))).await;
    let admitted = admitted.expect("the token is good");
    assert_eq!(
        (admitted.issuer(), admitted.subject(), admitted.client()),
        (issuer.name().as_str(), "alice", "client-1")
    );
    assert_eq!(admitted.scopes(), ["notes:read", "notes:write"]);
    assert_eq!(admitted.expires_at(), clock.now().plus_seconds(3_600));
}

#[tokio::test]
async fn scopes_are_read_in_every_spelling_that_issuers_have() {
    let (issuer, clock) = (Issuer::start().await, Clock::new());
    let validator = validator(&clock, Signed::by(&issuer.name()));
    let rows = [
        (json!({ "scope": "a b" }), vec!["a", "b"]),
        (json!({ "scope": ["a", "b"] }), vec!["a", "b"]),
        (json!({ "scp": "a b" }), vec!["a", "b"]),
        (json!({ "scp": ["a", "b"] }), vec!["a", "b"]),
        (json!({ "scope": "a", "scp": "b" }), vec!["a"]),
        (json!({}), vec![]),
    ];
    for (members, expected) in rows {
        let mut claims = issuer.claims(&clock);
        claims.as_object_mut().expect("it is an object").remove("scope");
        merge(&mut claims, &members);
        let admitted = bearing(&validator, &issuer.token(&claims)).await;
        assert_eq!(admitted.expect("the token is good").scopes(), expected, "{members}");
    }
}

fn merge(claims: &mut Value, members: &Value) {
    for (name, value) in members.as_object().expect("they are an object") {
        if value.is_null() {
            claims.as_object_mut().expect("it is an object").remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
}

/// One claim at a time is wrong, and nothing else; each is refused.
#[tokio::test]
async fn each_claim_has_to_be_there_and_right() {
    let (issuer, clock) = (Issuer::start().await, Clock::new());
    let validator = validator(&clock, Signed::by(&issuer.name()));
    let now = clock.now().0;
    let (unknown, expired, elsewhere) =
        (Refusal::TokenUnknown, Refusal::TokenExpired, Refusal::AudienceMismatch);
    let rows = [
        (json!({ "aud": null }), elsewhere),
        (json!({ "aud": "https://mcp.example.com" }), elsewhere),
        (json!({ "aud": "https://mcp.example.com/mcp2" }), elsewhere),
        (json!({ "aud": ["https://other.example"] }), elsewhere),
        (json!({ "aud": [] }), unknown),
        (json!({ "aud": [1] }), unknown),
        (json!({ "aud": { "a": 1 } }), unknown),
        (json!({ "exp": now }), expired),
        (json!({ "exp": null }), unknown),
        (json!({ "exp": (now + 60).to_string() }), unknown),
        (json!({ "exp": 1e300 }), unknown),
        (json!({ "exp": -1 }), unknown),
        (json!({ "nbf": now + 6 }), unknown),
        (json!({ "iat": now + 6 }), unknown),
        (json!({ "sub": null, "client_id": null }), unknown),
        (json!({ "sub": "" }), unknown),
        (json!({ "sub": 1 }), unknown),
        (json!({ "sub": "a".repeat(1_025) }), unknown),
        (json!({ "iss": null }), unknown),
        (json!({ "iss": format!("{}/", issuer.name()) }), unknown),
        (json!({ "scope": 1 }), unknown),
        (
            json!({ "cnf": { "jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } }),
            Refusal::SenderConstrained,
        ),
        (json!({ "cnf": { "x5t#S256": "A" } }), Refusal::SenderConstrained),
        (json!({ "cnf": 1 }), Refusal::SenderConstrained),
    ];
    for (members, expected) in rows {
        let mut claims = issuer.claims(&clock);
        merge(&mut claims, &members);
        let outcome = bearing(&validator, &issuer.token(&claims)).await;
        assert_eq!(outcome.err(), Some(expected), "{members}");
    }
    for members in [json!({ "nbf": now + 5 }), json!({ "aud": [RESOURCE, "x"] })] {
        let mut claims = issuer.claims(&clock);
        merge(&mut claims, &members);
        assert!(bearing(&validator, &issuer.token(&claims)).await.is_ok(), "{members}");
    }
}

#[tokio::test]
async fn a_token_is_good_exactly_until_it_ends() {
    let (issuer, clock) = (Issuer::start().await, Clock::new());
    let validator = validator(&clock, Signed::by(&issuer.name()));
    let access_token = issuer.token(&issuer.claims(&clock));
    clock.pass(3_599);
    assert!(bearing(&validator, &access_token).await.is_ok());
    clock.pass(1);
    assert_eq!(bearing(&validator, &access_token).await.err(), Some(Refusal::TokenExpired));
}

/// RSG-02: whatever else somebody may send. An ID token is refused even where tokens need not say what they are.
#[tokio::test]
async fn rsg_02_nothing_but_an_access_token_for_here_is_taken() {
    let (issuer, clock) = (Issuer::start().await, Clock::new());
    let strict = validator(&clock, Signed::by(&issuer.name()));
    let lenient = validator(&clock, Signed::by(&issuer.name()).plain());
    let claims = issuer.claims(&clock);
    let with = |members: Value| {
        let mut claims = claims.clone();
        merge(&mut claims, &members);
        claims
    };
    let other = Signer::new(SigningAlgorithm::Es256, "k1");
    let header = json!({ "alg": "none", "typ": "at+jwt" });
    let key_as_secret = json!({ "alg": "HS256", "typ": "at+jwt", "kid": "k1" });
    let refused_by_both = [
        ("ID token", issuer.token_of("JWT", &with(json!({ "nonce": "n" })))),
        ("ID token with a hash", issuer.token_of("JWT", &with(json!({ "at_hash": "n" })))),
        ("logout token", issuer.token_of("logout+jwt", &with(json!({ "events": {} })))),
        ("logout token of old", issuer.token_of("JWT", &with(json!({ "events": {} })))),
        ("refresh token", issuer.token_of("JWT", &with(json!({ "typ": "Refresh" })))),
        ("ID token by its use", issuer.token_of("JWT", &with(json!({ "token_use": "id" })))),
        ("proof", issuer.token_of("dpop+jwt", &claims)),
        ("nobody's", unsigned(&header, &claims)),
        ("with the key as a secret", unsigned(&key_as_secret, &claims) + "AAAA"),
        (
            "another key of the same name",
            other.sign_texts(
                &issuer.signer.header().to_string().replace("JWT", "at+jwt"),
                &claims.to_string(),
            ),
        ),
        ("for the sibling", issuer.token(&with(json!({ "aud": "https://mcp.example.com/other" })))),
        ("for the parent", issuer.token(&with(json!({ "aud": "https://mcp.example.com/" })))),
        ("of staging", issuer.token(&with(json!({ "iss": "https://staging.example.com" })))),
        ("of GitHub", "gho_16C7e42F292c6912E7710c838347Ae178B4a".to_owned()),
    ];
    for (what, access_token) in &refused_by_both {
        for validator in [&strict, &lenient] {
            let refusal = bearing(validator, access_token).await.err();
            let refusal = refusal.unwrap_or_else(|| panic!("{what} was admitted"));
            assert_eq!((refusal.status(), refusal.code()), (401, Some("invalid_token")), "{what}");
        }
    }
    for typ in ["JWT", "jwt", "application/at+jwt"] {
        let plain = issuer.token_of(typ, &claims);
        assert!(bearing(&lenient, &plain).await.is_ok(), "{typ}");
        assert_eq!(bearing(&strict, &plain).await.is_ok(), typ.contains("at+"), "{typ}");
    }
    let mut header = issuer.signer.header();
    header.as_object_mut().expect("it is an object").remove("typ");
    let untyped = issuer.signer.sign_texts(&header.to_string(), &claims.to_string());
    assert!(bearing(&lenient, &untyped).await.is_ok(), "issuers of old do not say");
    assert!(bearing(&strict, &untyped).await.is_err());
    let used = issuer.token_of("JWT", &with(json!({ "token_use": "access", "typ": "Bearer" })));
    assert!(bearing(&lenient, &used).await.is_ok());
}

#[tokio::test]
async fn only_the_algorithms_on_the_list_are_verified() {
    let (issuer, clock) = (Issuer::start().await, Clock::new());
    let access_token = issuer.token(&issuer.claims(&clock));
    let named = || Signed::by(&issuer.name());
    let ways: [&dyn Fn(_) -> Signed; 3] =
        [&|list| named().algorithms(list), &|list| named().plain().algorithms(list), &|list| {
            named().algorithms(list).plain()
        }];
    for way in ways {
        let other = validator(&clock, way(ED));
        assert_eq!(bearing(&other, &access_token).await.err(), Some(Refusal::TokenUnknown));
        let right = validator(&clock, way(EC));
        assert!(bearing(&right, &access_token).await.is_ok());
    }
}

/// RFC 8725 §3.10: keys are those of the issuer that the token names, and of no other that is trusted.
#[tokio::test]
async fn one_issuer_cannot_speak_for_another() {
    let (one, other, clock) = (Issuer::start().await, Issuer::start().await, Clock::new());
    let validator = builder(&clock)
        .trusts(Signed::by(&one.name()))
        .trusts(Signed::by(&other.name()))
        .build()
        .expect("it is complete");
    let claims = one.claims(&clock);
    assert!(bearing(&validator, &one.token(&claims)).await.is_ok());
    assert!(bearing(&validator, &other.token(&other.claims(&clock))).await.is_ok());
    let forged = other.token(&claims);
    assert_eq!(bearing(&validator, &forged).await.err(), Some(Refusal::TokenUnknown));
}

#[tokio::test]
async fn a_key_that_is_not_known_is_looked_for_once_more() {
    let (issuer, clock) = (Issuer::start().await, Clock::new());
    let validator = validator(&clock, Signed::by(&issuer.name()));
    let claims = issuer.claims(&clock);
    assert!(bearing(&validator, &issuer.token(&claims)).await.is_ok());
    assert_eq!(issuer.asked("/jwks").await, 1);
    let next = Signer::new(SigningAlgorithm::Es256, "k2");
    let header = json!({ "alg": "ES256", "typ": "at+jwt", "kid": "k2" }).to_string();
    let access_token = next.sign_texts(&header, &claims.to_string());
    assert!(bearing(&validator, &access_token).await.is_err());
    assert_eq!(issuer.asked("/jwks").await, 1, "it was fetched a moment ago");
    clock.pass(REFETCH_SECONDS_MIN);
    for _ in 0..5 {
        assert!(bearing(&validator, &access_token).await.is_err());
    }
    assert_eq!(issuer.asked("/jwks").await, 2, "and nobody knows the key");
    issuer.site.reset().await;
    let both = json!({ "keys": [issuer.signer.jwk(), next.jwk()] }).to_string();
    issuer.publish("/jwks", both).await;
    clock.pass(REFETCH_SECONDS_MIN);
    assert!(bearing(&validator, &access_token).await.is_ok(), "now it is published");
    assert!(bearing(&validator, &issuer.token(&claims)).await.is_ok(), "and so is the old one");
}

/// RFC 8414 §3.3: a document that names another issuer is none of this one.
#[tokio::test]
async fn metadata_are_found_at_each_place_and_believed_only_of_their_own_issuer() {
    let clock = Clock::new();
    for at in ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"] {
        let issuer = Issuer::silent().await;
        issuer.publish("/jwks", issuer.signer.key_set()).await;
        let wrong = issuer.metadata("https://other.example");
        issuer.publish(at, wrong).await;
        let access_token = issuer.token(&issuer.claims(&clock));
        let misled = validator(&clock, Signed::by(&issuer.name()));
        assert_eq!(bearing(&misled, &access_token).await.err(), Some(Refusal::Unavailable));
        issuer.site.reset().await;
        issuer.publish("/jwks", issuer.signer.key_set()).await;
        issuer.publish(at, issuer.metadata(&issuer.name())).await;
        let right = validator(&clock, Signed::by(&issuer.name()));
        assert!(bearing(&right, &access_token).await.is_ok(), "{at}");
    }
}

/// RFC 8414 §3.1 and §5; OpenID Connect Discovery 1.0 §4.1 has its document behind the path, as many issuers do.
#[tokio::test]
async fn metadata_of_an_issuer_with_a_path_are_found_at_each_place() {
    let clock = Clock::new();
    for at in [
        "/.well-known/oauth-authorization-server/realms/one",
        "/.well-known/openid-configuration/realms/one",
        "/realms/one/.well-known/openid-configuration",
    ] {
        let issuer = Issuer::silent().await;
        let name = format!("{}/realms/one", issuer.name());
        issuer.publish("/jwks", issuer.signer.key_set()).await;
        issuer.publish(at, issuer.metadata(&name)).await;
        let mut claims = issuer.claims(&clock);
        claims["iss"] = json!(name);
        let validator = validator(&clock, Signed::by(&name));
        assert!(bearing(&validator, &issuer.token(&claims)).await.is_ok(), "{at}");
    }
}

#[tokio::test]
async fn keys_can_be_given_or_be_at_a_place_of_their_own() {
    let (issuer, clock) = (Issuer::silent().await, Clock::new());
    issuer.publish("/keys", issuer.signer.key_set()).await;
    let access_token = issuer.token(&issuer.claims(&clock));
    let given = KeySet::parse(&issuer.signer.key_set()).expect("they are keys");
    for keys in [Keys::Given(given), Keys::At(format!("{}/keys", issuer.name()))] {
        let validator = validator(&clock, Signed::by(&issuer.name()).keys(keys));
        assert!(bearing(&validator, &access_token).await.is_ok());
    }
}

/// Nobody is let in and nobody is told to log in again because an issuer does not answer.
#[tokio::test]
async fn without_keys_nothing_is_decided() {
    let (issuer, clock) = (Issuer::silent().await, Clock::new());
    let validator = validator(&clock, Signed::by(&issuer.name()));
    let access_token = issuer.token(&issuer.claims(&clock));
    assert_eq!(bearing(&validator, &access_token).await.err(), Some(Refusal::Unavailable));
    assert_eq!(bearing(&validator, "opaque").await.err(), Some(Refusal::TokenUnknown));
}
