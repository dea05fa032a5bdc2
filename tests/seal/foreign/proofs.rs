//! Proofs of possession: whose key they carry, and what is no proof. Source: RFC 9449 §4.2, RFC 7638 §3.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::oauth::dpop::KeyThumbprint;
use sealbearer::seal::foreign::proof::Proof;
use sealbearer::seal::foreign::{ForeignFault, HEADER_BYTES_MAX};
use serde_json::{Value, json};

use super::{SIGNERS, table};
use crate::support::Signer;
use crate::support::signer::encoded;

const CLAIMS: &str = r#"{"jti":"1"}"#;

/// The header of a proof of this signer.
fn header(signer: &Signer) -> Value {
    json!({ "typ": "dpop+jwt", "alg": signer.algorithm.as_str(), "jwk": signer.jwk() })
}

fn outcome(signer: &Signer, header: &Value) -> Result<(), ForeignFault> {
    Proof::read(&signer.sign_texts(&header.to_string(), CLAIMS)).map(drop)
}

#[test]
fn a_proof_of_every_algorithm_names_its_key() {
    for signer in &*SIGNERS {
        let proof = Proof::read(&signer.sign_texts(&header(signer).to_string(), CLAIMS));
        let proof = proof.expect("it is a proof");
        assert_eq!(proof.claims.text("jti"), Ok(Some("1")));
        let again = Proof::read(&signer.sign_texts(&header(signer).to_string(), "{}"));
        assert_eq!(again.expect("it is a proof").key, proof.key);
    }
}

/// RFC 9449 §4.1 shows a proof, and §6.1 the thumbprint of its key.
#[test]
fn the_proof_of_the_standard_is_read_and_its_key_is_named_as_there() {
    let text = concat!(
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklD",
        "UkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2",
        "R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHB",
        "zOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igi",
        "MLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg",
    );
    let proof = Proof::read(text).expect("it is in the standard");
    let named = KeyThumbprint::parse("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    assert_eq!(Some(proof.key), named);
    assert_eq!(proof.claims.text("htm"), Ok(Some("POST")));
}

#[test]
fn dpp_02_dpp_03_a_proof_says_what_it_is_and_by_which_algorithm() {
    let [_, signer, _] = &*SIGNERS;
    let with = |name: &str, value: Value| {
        let mut header = header(signer);
        header[name] = value;
        (format!("{name} {}", header[name]), outcome(signer, &header))
    };
    let without = |name: &str| {
        let mut header = header(signer);
        header.as_object_mut().expect("it is an object").remove(name);
        (format!("no {name}"), outcome(signer, &header))
    };
    let rows = [
        with("typ", json!("dpop+jwt")),
        with("typ", json!("DPoP+JWT")),
        without("typ"),
        with("typ", json!("JWT")),
        with("typ", json!("at+jwt")),
        without("alg"),
        with("alg", json!("none")),
        with("alg", json!("HS256")),
        with("alg", json!("RS1")),
        with("alg", json!("ES256K")),
        with("alg", json!("RS256")),
        with("alg", json!("EdDSA")),
        without("jwk"),
        with("jwk", json!("key")),
        with("crit", json!(["b64"])),
        with("jku", json!("https://attacker.example/jwks")),
        with("x5c", json!(["AAAA"])),
    ];
    let (_, long) = with("kid", json!("k".repeat(HEADER_BYTES_MAX)));
    assert_eq!(long, Err(ForeignFault::Length));
    insta::assert_snapshot!(table(rows), @r#"
    typ "dpop+jwt": Ok(())
    typ "DPoP+JWT": Ok(())
    no typ: Err(Type)
    typ "JWT": Err(Type)
    typ "at+jwt": Err(Type)
    no alg: Err(Algorithm)
    alg "none": Err(Algorithm)
    alg "HS256": Err(Algorithm)
    alg "RS1": Err(Algorithm)
    alg "ES256K": Err(Algorithm)
    alg "RS256": Err(Signature)
    alg "EdDSA": Err(Signature)
    no jwk: Err(HeaderMember)
    jwk "key": Err(HeaderMember)
    crit ["b64"]: Err(HeaderMember)
    jku "https://attacker.example/jwks": Err(HeaderMember)
    x5c ["AAAA"]: Err(HeaderMember)
    "#);
}

#[test]
fn dpp_04_a_proof_carries_a_public_key_that_can_be_relied_on() {
    let [rsa, ec, ed] = &*SIGNERS;
    let with = |signer: &Signer, name: &str, value: Value| {
        let mut header = header(signer);
        header["jwk"][name] = value;
        outcome(signer, &header)
    };
    assert_eq!(with(ec, "use", json!("sig")), Ok(()));
    let jwk = ec.jwk();
    let short =
        encoded(&URL_SAFE_NO_PAD.decode(jwk["x"].as_str().expect("text")).expect("bytes")[..31]);
    let other = Signer::new(ec.algorithm, "k2").jwk();
    let wrong = [
        with(ec, "d", json!("AAAA")),
        with(ed, "d", json!("AAAA")),
        with(rsa, "p", json!("AAAA")),
        with(ec, "k", json!("AAAA")),
        with(ec, "kty", json!("oct")),
        with(ec, "crv", json!("P-521")),
        with(ec, "crv", json!("secp256k1")),
        with(ec, "x", jwk["y"].clone()),
        with(ec, "y", jwk["x"].clone()),
        with(ec, "x", json!(short)),
        with(ec, "x", json!(1)),
        with(ec, "x", other["x"].clone()),
        with(rsa, "n", json!(encoded(&[0xff; 128]))),
        with(rsa, "e", json!("AQ")),
        with(ec, "use", json!("enc")),
        with(ec, "key_ops", json!(["sign"])),
        with(ec, "alg", json!("ES384")),
    ];
    for (at, outcome) in wrong.into_iter().enumerate() {
        assert_eq!(outcome, Err(ForeignFault::HeaderMember), "{at}");
    }
    let mut swapped = header(ed);
    swapped["jwk"] = Signer::new(ed.algorithm, "k2").jwk();
    assert_eq!(outcome(ed, &swapped), Err(ForeignFault::Signature), "the key of somebody else");
}

#[test]
fn dpp_16_a_signature_has_one_form() {
    let [_, ec, _] = &*SIGNERS;
    let text = ec.sign_texts(&header(ec).to_string(), CLAIMS);
    let (message, signature) = text.rsplit_once('.').expect("it has three parts");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("it is base64url");
    let wrong: [Vec<u8>; 4] = [
        vec![0; 64],
        [&[0; 32], &signature[32..]].concat(),
        signature[..63].to_vec(),
        [&signature[..], &[0]].concat(),
    ];
    for signature in wrong {
        let outcome = Proof::read(&format!("{message}.{}", encoded(&signature)));
        assert_eq!(outcome.map(drop).err(), Some(ForeignFault::Signature));
    }
}
