//! Whose signature counts: the named key's, for its own algorithm.
//! Source: RFC 7515 §6, RFC 8725 §3.1; OpenID Connect Core §10.1 (key ids).

use protocol::oauth::algorithm::SigningAlgorithm;
use sealbearer::seal::foreign::{CLIENT_ASSERTION, ForeignFault, ForeignJwt};
use serde_json::{Value, json};

use super::{SIGNERS, key_set, outcome, table};
use crate::support::Signer;
use crate::support::signer::encoded;

fn claims() -> Value {
    json!({ "iss": "ci", "sub": "ci" })
}

#[test]
fn every_algorithm_verifies_and_gives_the_claims_back() {
    for signer in &*SIGNERS {
        let own = signer.algorithm.as_str();
        let names = if own == "EdDSA" { vec![own, "Ed25519"] } else { vec![own] };
        for name in names {
            let header = json!({ "alg": name, "kid": "k1" }).to_string();
            let text = signer.sign_texts(&header, &claims().to_string());
            let jwt = ForeignJwt::parse(&text, &CLIENT_ASSERTION).expect("it has the shape");
            assert_eq!(jwt.unverified().text("sub"), Ok(Some("ci")));
            let verified = jwt.verify(&key_set(&signer.key_set())).expect("its key signed it");
            assert_eq!(verified.text("sub"), Ok(Some("ci")));
        }
    }
}

#[test]
fn no_other_key_of_any_algorithm_verifies() {
    for signer in &*SIGNERS {
        for other in SigningAlgorithm::ALL.map(|algorithm| Signer::new(algorithm, "k1")) {
            let refused = outcome(&other, &signer.sign(&claims())).expect_err("not its key");
            let same = signer.algorithm == other.algorithm;
            let expected = if same { ForeignFault::Signature } else { ForeignFault::KeyUnknown };
            assert_eq!(refused, expected);
        }
    }
}

/// The public key as text is no secret to sign with, and no other length of signature is one.
#[test]
fn jos_01_jos_08_a_signature_is_of_its_length_and_made_with_a_private_key() {
    for signer in &*SIGNERS {
        let good = signer.sign(&claims());
        let (message, _) = good.rsplit_once('.').expect("it has dots");
        let signature = signer.signature(message.as_bytes());
        for length in 1..signature.len() {
            let cut = format!("{message}.{}", encoded(&signature[..length]));
            assert_eq!(outcome(signer, &cut), Err(ForeignFault::Signature));
        }
        let longer = format!("{message}.{}", encoded(&[&signature[..], &[0]].concat()));
        assert_eq!(outcome(signer, &longer), Err(ForeignFault::Signature));
        let led = format!("{message}.{}", encoded(&[&[0], &signature[..]].concat()));
        assert_eq!(outcome(signer, &led), Err(ForeignFault::Signature));
        let nothing = format!("{message}.{}", encoded(&vec![0; signature.len()]));
        assert_eq!(outcome(signer, &nothing), Err(ForeignFault::Signature));
        let set = signer.key_set();
        let mac = openssl::pkey::PKey::hmac(set.as_bytes()).expect("any bytes are a key");
        let mut mac = openssl::sign::Signer::new(openssl::hash::MessageDigest::sha256(), &mac)
            .expect("HMAC is there");
        let mac = mac.sign_oneshot_to_vec(message.as_bytes()).expect("it signs");
        let forged = format!("{message}.{}", encoded(&mac));
        assert_eq!(outcome(signer, &forged), Err(ForeignFault::Signature));
    }
}

/// OpenID Connect Core §10.1: a set of several keys needs a key id; a lone key does not.
#[test]
fn tok_22_jos_09_which_key_is_asked() {
    let (first, second) =
        (Signer::new(SigningAlgorithm::Es256, "a"), Signer::new(SigningAlgorithm::Es256, "b"));
    let [rsa, _, _] = &*SIGNERS;
    let unnamed = |signer: &Signer| {
        let mut key = signer.jwk();
        key.as_object_mut().expect("a key is an object").remove("kid");
        key
    };
    let set = |keys: &[Value]| key_set(&json!({ "keys": keys }).to_string());
    let two = set(&[first.jwk(), second.jwk()]);
    let lone = set(&[first.jwk()]);
    let nameless = set(&[unnamed(&first)]);
    let two_nameless = set(&[unnamed(&first), unnamed(&second)]);
    let mixed = set(&[unnamed(&first), second.jwk()]);
    let beside_rsa = set(&[first.jwk(), rsa.jwk()]);
    let names = [None, Some("a"), Some("b"), Some("c"), Some("k1")];
    let sets = [
        ("two", &two),
        ("lone", &lone),
        ("nameless", &nameless),
        ("two nameless", &two_nameless),
        ("nameless and b", &mixed),
        ("beside RSA", &beside_rsa),
    ];
    let rows = sets.iter().map(|(title, set)| {
        let outcomes = names.map(|name| {
            let mut header = json!({ "alg": "ES256" });
            if let Some(name) = name {
                header["kid"] = json!(name);
            }
            let text = first.sign_texts(&header.to_string(), &claims().to_string());
            let jwt = ForeignJwt::parse(&text, &CLIENT_ASSERTION).expect("it has the shape");
            jwt.verify(set).map_or_else(|fault| format!("{fault:?}"), |_| "taken".to_owned())
        });
        (title, outcomes.join(", "))
    });
    insta::assert_snapshot!(table(rows), @r#"
    two: "KeyAmbiguous, taken, Signature, KeyUnknown, KeyUnknown"
    lone: "taken, taken, KeyUnknown, KeyUnknown, KeyUnknown"
    nameless: "taken, taken, taken, taken, taken"
    two nameless: "KeyAmbiguous, KeyAmbiguous, KeyAmbiguous, KeyAmbiguous, KeyAmbiguous"
    nameless and b: "KeyAmbiguous, taken, Signature, taken, taken"
    beside RSA: "taken, taken, KeyUnknown, KeyUnknown, KeyUnknown"
    "#);
}
