//! Signed tokens: what we sign others can verify with what we publish, and nothing else passes for it.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jwk::Jwk;
use josekit::jws::{self, JwsVerifier};
use proptest::prelude::*;
use protocol::oauth::algorithm::SigningAlgorithm;
use sealbearer::keys::{KeyRing, Ring};
use sealbearer::seal::{NoSigningKey, Seal, SignedType, Unsealable, Wall};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AccessToken, ISSUER, NOW, Sample, cases, ring};

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    sub: String,
    iat: u64,
}

fn claims(sub: &str) -> Claims {
    Claims { sub: sub.to_owned(), iat: NOW.0 }
}

static RING: LazyLock<KeyRing> =
    LazyLock::new(|| KeyRing::generate_for(&SigningAlgorithm::ALL, NOW));
static NODE: LazyLock<Seal> = LazyLock::new(|| Seal::new(ISSUER, &RING));

fn sign(algorithm: SigningAlgorithm, kind: SignedType, claims: &impl Serialize) -> String {
    NODE.sign(algorithm, kind, claims).expect("the ring has a key for every algorithm")
}

fn open(kind: SignedType, text: &str) -> Result<Claims, Wall> {
    NODE.open_signed(kind, text).map_err(|reason: Unsealable| reason.wall())
}

fn segments(text: &str) -> [&str; 3] {
    text.split('.').collect::<Vec<_>>().try_into().expect("a JWS has three segments")
}

fn json(segment: &str) -> Value {
    let bytes = URL_SAFE_NO_PAD.decode(segment).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// Another implementation, given the published key that the header names.
fn verified_elsewhere(jwks: &str, text: &str) -> Value {
    let header = json(segments(text)[0]);
    let set: Value = serde_json::from_str(jwks).expect("a key set is JSON");
    let mut keys = set["keys"].as_array().expect("of keys").iter();
    let key = keys.find(|key| key["kid"] == header["kid"]).expect("the key is published");
    assert_eq!(key["alg"], header["alg"]);
    let bytes = serde_json::to_vec(key).expect("JSON");
    let key = Jwk::from_bytes(bytes).expect("a published key is a key");
    let verifier: Box<dyn JwsVerifier> = match header["alg"].as_str().expect("text") {
        "ES256" => Box::new(jws::ES256.verifier_from_jwk(&key).expect("for ES256")),
        "EdDSA" => Box::new(jws::EdDSA.verifier_from_jwk(&key).expect("for EdDSA")),
        _ => Box::new(jws::RS256.verifier_from_jwk(&key).expect("for RS256")),
    };
    let (payload, _) = jws::deserialize_compact(text, &*verifier).expect("the signature is good");
    serde_json::from_slice(&payload).expect("JSON")
}

proptest! {
    #![proptest_config(cases())]

    /// RFC 7515 §5.1, §5.2: what is signed opens as what it was signed as, here and with another implementation.
    #[test]
    fn what_is_signed_verifies_with_what_is_published(sub: String, at in 0..3_usize, id: bool) {
        let algorithm = SigningAlgorithm::ALL[at];
        let (kind, other) = if id { (SignedType::IdToken, SignedType::AccessToken) }
            else { (SignedType::AccessToken, SignedType::IdToken) };
        let text = sign(algorithm, kind, &claims(&sub));
        prop_assert_eq!(open(kind, &text), Ok(claims(&sub)));
        prop_assert_eq!(open(other, &text), Err(Wall::Header));
        let payload = verified_elsewhere(RING.jwks(), &text);
        prop_assert_eq!(payload, serde_json::to_value(claims(&sub)).expect("JSON"));
    }

    /// JOS-02: nothing is left of a token that was changed, cut or extended anywhere.
    #[test]
    fn no_character_of_a_signed_token_can_be_changed(
        at: prop::sample::Index,
        algorithm in prop::sample::select(SigningAlgorithm::ALL.to_vec()),
        character in "[A-Za-z0-9_.=+/ -]",
    ) {
        let text = sign(algorithm, SignedType::AccessToken, &claims("u:alice"));
        let at = at.index(text.len());
        let mut changed = text.clone();
        changed.replace_range(at..=at, &character);
        prop_assert_eq!(open(SignedType::AccessToken, &changed).is_ok(), changed == text);
        prop_assert!(open(SignedType::AccessToken, &text[..at]).is_err());
        let mut longer = text.clone();
        longer.insert_str(at, &character);
        prop_assert!(open(SignedType::AccessToken, &longer).is_err());
        prop_assert!(open(SignedType::AccessToken, &(text + &character)).is_err());
    }

    /// Signatures belong to their header and claims: parts of two tokens make none.
    #[test]
    fn parts_of_two_signed_tokens_do_not_mix(one: u8, other: u8, mix in 1..7_usize, at in 0..3_usize) {
        prop_assume!(one != other);
        let algorithm = SigningAlgorithm::ALL[at];
        let tokens = [one, other].map(|n| sign(algorithm, SignedType::AccessToken, &claims(&n.to_string())));
        let ids = sign(algorithm, SignedType::IdToken, &claims(&one.to_string()));
        let (first, second) = (segments(&tokens[0]), segments(if mix == 4 { &ids } else { &tokens[1] }));
        let mixed = (0..3).map(|n| if mix >> n & 1 == 1 { second[n] } else { first[n] });
        let mixed = mixed.collect::<Vec<_>>().join(".");
        let whole = tokens.contains(&mixed) || mixed == ids;
        // Two signatures by ES256 over the same bytes differ, and both are good; over other bytes none is.
        prop_assert!(whole || open(SignedType::AccessToken, &mixed).is_err());
    }
}

/// RFC 7518 §3.4: two numbers of 32 octets each. A number that begins with zeros, which one signature in 128 has, keeps
/// them.
#[test]
fn signatures_have_the_length_of_their_algorithm() {
    for (algorithm, characters) in [
        (SigningAlgorithm::Es256, 86),
        (SigningAlgorithm::EdDsa, 86),
        (SigningAlgorithm::Rs256, 342),
    ] {
        for _ in 0..if algorithm == SigningAlgorithm::Es256 { 1_500 } else { 3 } {
            let text = sign(algorithm, SignedType::AccessToken, &claims("u:alice"));
            assert_eq!(segments(&text)[2].len(), characters, "{algorithm:?}");
            assert_eq!(open(SignedType::AccessToken, &text), Ok(claims("u:alice")));
        }
    }
}

/// RFC 8725 §3.11: the type is explicit. The key of the tests has the id 66EKWgth.
#[test]
fn what_the_header_says() {
    let seal = Seal::new(ISSUER, &ring());
    let header = |kind| {
        let text = seal.sign(SigningAlgorithm::Es256, kind, &claims("u:alice")).expect("it can");
        String::from_utf8(URL_SAFE_NO_PAD.decode(segments(&text)[0]).expect("base64url"))
    };
    let headers = SignedType::ALL.map(|kind| header(kind).expect("text"));
    insta::assert_snapshot!(headers.join("\n"), @r#"
    {"alg":"ES256","typ":"at+jwt","kid":"66EKWgth"}
    {"alg":"ES256","typ":"JWT","kid":"66EKWgth"}
    {"alg":"ES256","typ":"caller+jwt","kid":"66EKWgth"}
    "#);
}

/// JOS-08, JOS-09, JOS-14, RFC 8725 §3.1, §3.10: the header is ours, byte for byte, or the signature is not looked at.
#[test]
fn a_header_that_is_not_ours_is_refused_though_the_signature_is_good() {
    let ring = ring();
    let seal = Seal::new(ISSUER, &ring);
    let good =
        seal.sign(SigningAlgorithm::Es256, SignedType::AccessToken, &claims("x")).expect("it can");
    let headers = [
        r#"{"alg":"none","typ":"at+jwt","kid":"66EKWgth"}"#,
        r#"{"alg":"HS256","typ":"at+jwt","kid":"66EKWgth"}"#,
        r#"{"alg":"EdDSA","typ":"at+jwt","kid":"66EKWgth"}"#,
        r#"{"alg":"ES256","typ":"AT+JWT","kid":"66EKWgth"}"#,
        r#"{"alg":"ES256","typ":"application/at+jwt","kid":"66EKWgth"}"#,
        r#"{"alg":"ES256","kid":"66EKWgth"}"#,
        r#"{"alg":"ES256","typ":"at+jwt"}"#,
        r#"{"alg":"ES256","typ":"at+jwt","kid":"66EKWgti"}"#,
        r#"{"alg":"ES256","typ":"at+jwt","kid":"../../dev/null"}"#,
        r#"{"alg":"ES256","typ":"at+jwt","kid":"' OR 1=1 --"}"#,
        r#"{"alg":"ES256","typ":"at+jwt","kid":"66EKWgth","crit":["exp"]}"#,
        r#"{"alg":"ES256","typ":"at+jwt","kid":"66EKWgth","b64":false}"#,
        r#"{"alg":"ES256","typ":"at+jwt","kid":"66EKWgth","jku":"https://evil.example/jwks"}"#,
        r#"{"alg":"ES256","typ":"at+jwt","kid":"66EKWgth","jwk":{"kty":"EC"}}"#,
        r#"{"alg":"ES256","typ":"at+jwt","kid":"66EKWgth","x5u":"https://evil.example/x5u"}"#,
        r#"{"alg":"ES256","typ":"at+jwt","kid":"66EKWgth"} "#,
        r#"{"typ":"at+jwt","alg":"ES256","kid":"66EKWgth"}"#,
    ];
    let [_, payload, signature] = segments(&good);
    for header in headers {
        let text = format!("{}.{payload}.{signature}", URL_SAFE_NO_PAD.encode(header));
        let outcome = seal.open_signed::<Claims>(SignedType::AccessToken, &text);
        assert_eq!(outcome.map_err(|reason| reason.wall()), Err(Wall::Header), "{header}");
    }
    let unsigned = format!("{}.{payload}.", URL_SAFE_NO_PAD.encode(headers[0]));
    assert!(seal.open_signed::<Claims>(SignedType::AccessToken, &unsigned).is_err());
}

/// JOS-10, JOS-11, JOS-07: only JSON as we write it, and never more than a token can have.
#[test]
fn claims_that_we_would_not_write_are_refused_though_the_signature_is_good() {
    #[derive(Serialize)]
    struct Float {
        sub: String,
        iat: f64,
    }
    let float = Float { sub: "x".to_owned(), iat: 1.5 };
    let sign = |value: &Value| sign(SigningAlgorithm::EdDsa, SignedType::AccessToken, value);
    let rows = [
        (Wall::Claims, sign(&serde_json::json!({ "sub": "x", "iat": 1, "admin": true }))),
        (Wall::Claims, sign(&serde_json::json!({ "Sub": "x", "iat": 1 }))),
        (Wall::Claims, sign(&serde_json::json!({ "sub": "x", "iat": "1" }))),
        (Wall::Json, sign(&serde_json::json!({ "sub": "x", "iat": -1 }))),
        (Wall::Json, sign(&serde_json::json!({ "sub": "x", "iat": 1e300 }))),
        (Wall::Json, sign(&serde_json::to_value(&float).expect("JSON"))),
        (Wall::Length, ".".repeat(1_000_000)),
        (Wall::Length, sign(&serde_json::json!({ "sub": "x".repeat(6_000), "iat": 1 }))),
    ];
    for (wall, text) in rows {
        assert_eq!(open(SignedType::AccessToken, &text), Err(wall));
    }
}

/// A value of ours in another form is not looked at, and what is signed is no sealed value.
#[test]
fn a_signed_token_is_no_sealed_value_and_the_other_way_round() {
    let sealed = NODE.seal(&AccessToken::sample("x"), NOW);
    assert_eq!(open(SignedType::AccessToken, &sealed), Err(Wall::Shape));
    for algorithm in SigningAlgorithm::ALL {
        let text = sign(algorithm, SignedType::AccessToken, &AccessToken::sample("x"));
        super::for_every_purpose!(does_not_open(&text));
    }
}

fn does_not_open<A: Sample>(text: &str) {
    assert!(NODE.open::<A>(text, NOW).is_err());
}

/// security.md §2.4: pending keys are known before they sign, retiring ones until nothing they signed can be valid.
#[test]
fn a_signature_is_good_from_before_its_key_signs_until_the_key_is_destroyed() {
    for algorithm in SigningAlgorithm::ALL {
        let mut ring = KeyRing::generate_for(&[algorithm], NOW);
        let ahead = |ring: &KeyRing| Seal::new(ISSUER, ring);
        let first =
            ahead(&ring).sign(algorithm, SignedType::AccessToken, &claims("1")).expect("it can");
        ring.rotate_signing(algorithm, NOW).expect("a pending key is added");
        let not_yet_told = ahead(&ring);
        ring.rotate_signing(algorithm, NOW).expect("it is promoted");
        let node = ahead(&ring);
        let second = node.sign(algorithm, SignedType::AccessToken, &claims("2")).expect("it can");
        assert_ne!(segments(&first)[0], segments(&second)[0], "another kid");
        for seal in [&not_yet_told, &node] {
            for text in [&first, &second] {
                assert!(seal.open_signed::<Claims>(SignedType::AccessToken, text).is_ok());
            }
        }
        assert_eq!(verified_elsewhere(ring.jwks(), &first)["sub"], "1");
        let listed = ring.list();
        let retired = listed.iter().find(|key| key.ring == Ring::Signing).expect("the first");
        ring.retire(retired.id.as_str()).expect("it is retiring");
        let outcome = ahead(&ring).open_signed::<Claims>(SignedType::AccessToken, &first);
        assert_eq!(outcome.map_err(|reason| reason.wall()), Err(Wall::Header));
        assert!(!ring.jwks().contains(retired.id.as_str()));
    }
}

#[test]
fn without_a_key_nothing_is_signed() {
    let es256 = Seal::new(ISSUER, &ring());
    for algorithm in [SigningAlgorithm::EdDsa, SigningAlgorithm::Rs256] {
        let outcome = es256.sign(algorithm, SignedType::IdToken, &claims("x"));
        assert_eq!(outcome, Err(NoSigningKey(algorithm)));
    }
    let pending_only = {
        let mut ring = ring();
        ring.rotate_signing(SigningAlgorithm::EdDsa, NOW).expect("a pending key is added");
        ring
    };
    assert!(!pending_only.signs_with(SigningAlgorithm::EdDsa));
    assert!(pending_only.jwks().contains("\"Ed25519\""), "published ahead of its use");
    let outcome = Seal::new(ISSUER, &pending_only).sign(
        SigningAlgorithm::EdDsa,
        SignedType::IdToken,
        &claims("x"),
    );
    assert_eq!(outcome, Err(NoSigningKey(SigningAlgorithm::EdDsa)));
}
