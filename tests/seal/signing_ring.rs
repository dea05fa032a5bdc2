//! Signing keys in files and variables: which are taken, what is published of them, and what is said of the others.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use protocol::oauth::algorithm::SigningAlgorithm;
use sealbearer::keys::{KeyRing, Ring};
use serde_json::Value;

use super::{NOW, RING};

const SECRET: &str = "TB0DgbJJN1GLtSYyPtXJpbSnuULdImvKTuf5JV4qUqQ=";

fn ec(curve: Nid) -> PKey<Private> {
    let group = EcGroup::from_curve_name(curve).expect("OpenSSL knows the curve");
    PKey::from_ec_key(EcKey::generate(&group).expect("a key")).expect("a key")
}

fn rsa(bits: u32) -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(bits).expect("a key")).expect("a key")
}

fn ed25519() -> PKey<Private> {
    PKey::generate_ed25519().expect("a key")
}

fn pem(key: &PKey<Private>) -> String {
    String::from_utf8(key.private_key_to_pem_pkcs8().expect("PEM")).expect("text")
}

fn der(key: &PKey<Private>) -> Vec<u8> {
    key.private_key_to_pkcs8().expect("DER")
}

fn with(variable: &str) -> Result<KeyRing, String> {
    let ring = KeyRing::from_secrets(SECRET, None).expect("a strong secret");
    ring.with_signing_keys(variable).map_err(|refused| refused.to_string())
}

fn signing(ring: &KeyRing) -> Vec<String> {
    let listed = ring.list().into_iter().filter(|key| key.ring == Ring::Signing);
    let line = |key: sealbearer::keys::KeySummary| {
        let algorithm = key.algorithm.map_or("none", SigningAlgorithm::as_str);
        format!("{algorithm} {}", key.key_state.as_str())
    };
    listed.map(line).collect()
}

#[test]
fn a_variable_holds_keys_of_every_algorithm_in_every_usual_spelling() {
    let keys = [ec(Nid::X9_62_PRIME256V1), ed25519(), rsa(2_048), ec(Nid::X9_62_PRIME256V1)];
    let spellings = [
        keys.each_ref().map(pem).concat(),
        keys.each_ref().map(|key| STANDARD.encode(der(key))).join(","),
        keys.each_ref().map(|key| URL_SAFE_NO_PAD.encode(der(key))).join(" , \n"),
    ];
    let expected = ["ES256 active", "EdDSA active", "RS256 active", "ES256 retiring"];
    for spelling in spellings {
        let ring = with(&spelling).expect("four good keys");
        assert_eq!(signing(&ring), expected);
        assert!(SigningAlgorithm::ALL.into_iter().all(|algorithm| ring.signs_with(algorithm)));
    }
}

/// What `openssl ecparam -genkey` prints: the parameters, and the key in the form of RFC 5915.
#[test]
fn the_older_form_of_elliptic_curve_keys_is_read_too() {
    let key = ec(Nid::X9_62_PRIME256V1).ec_key().expect("on a curve");
    let text = String::from_utf8(key.private_key_to_pem().expect("PEM")).expect("text");
    assert!(text.starts_with("-----BEGIN EC PRIVATE KEY-----"));
    let parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    let ring = with(&format!("{parameters}{text}")).expect("one good key");
    assert_eq!(signing(&ring), ["ES256 active"]);
}

#[test]
fn what_is_said_of_keys_that_cannot_be_used() {
    let good = STANDARD.encode(der(&ed25519()));
    let small = |exponent: u32| {
        let exponent = openssl::bn::BigNum::from_u32(exponent).expect("a number");
        let key = Rsa::generate_with_e(2_048, &exponent).expect("a key");
        PKey::from_rsa(key).expect("a key")
    };
    let position = |variable: &str| {
        let said = with(variable).expect_err("it is refused");
        said.split(" is no private key").next().expect("a beginning").to_owned()
    };
    let rows = [
        ("another curve", position(&pem(&ec(Nid::SECP384R1)))),
        ("RSA with 2047 bits", position(&pem(&rsa(2_047)))),
        ("RSA with the exponent 3", position(&pem(&small(3)))),
        ("X25519", position(&pem(&PKey::generate_x25519().expect("a key")))),
        ("a public key", position(&STANDARD.encode(ed25519().public_key_to_der().expect("DER")))),
        ("the second is none", position(&format!("{good},AAAA"))),
        ("not base64", position("correct horse")),
        ("cut off", position("-----BEGIN PRIVATE KEY-----\nMIG")),
    ];
    let lines = rows.map(|(name, said)| format!("{name}: {said}"));
    insta::assert_snapshot!(lines.join("\n"), @r"
    another curve: signing key 1
    RSA with 2047 bits: signing key 1
    RSA with the exponent 3: signing key 1
    X25519: signing key 1
    a public key: signing key 1
    the second is none: signing key 2
    not base64: signing key 1
    cut off: signing key 1
    ");
    insta::assert_snapshot!(with(&format!("{good},{good}")).expect_err("twice").split(' ').next().expect("a word"), @"two");
    assert_eq!(with(&good).expect("good").list().len(), 3);
}

/// RFC 7517 §9.3, RFC 7518 §6.2, §6.3, RFC 8037 §2, MET-04: the members a verifier needs, and no other.
#[test]
fn met_04_only_public_members_are_published() {
    let ring = KeyRing::generate_for(&SigningAlgorithm::ALL, NOW);
    let set: Value = serde_json::from_str(ring.jwks()).expect("JSON");
    let members = |key: &Value| {
        let members = key.as_object().expect("an object");
        let fixed =
            ["kty", "crv", "use", "alg"].map(|name| members.get(name).map(Value::to_string));
        let names = members.keys().map(String::as_str).collect::<Vec<_>>().join(" ");
        format!("{names}: {}", fixed.into_iter().flatten().collect::<Vec<_>>().join(" "))
    };
    let lines: Vec<_> = set["keys"].as_array().expect("a list").iter().map(members).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    crv kty x y use alg kid: "EC" "P-256" "sig" "ES256"
    crv kty x use alg kid: "OKP" "Ed25519" "sig" "EdDSA"
    e kty n use alg kid: "RSA" "sig" "RS256"
    "#);
    let modulus = set["keys"][2]["n"].as_str().expect("text");
    assert_eq!(URL_SAFE_NO_PAD.decode(modulus).expect("base64url").len(), 256, "RFC 7518 §6.3.1.1");
    assert_eq!(set["keys"][2]["e"], "AQAB");
}

/// RFC 7638 §3.1: the example, whose thumbprint begins with these characters, and RFC 8037 appendix A.3.
#[test]
fn an_id_is_the_start_of_the_thumbprint() {
    let ring = KeyRing::generate_for(&SigningAlgorithm::ALL, NOW);
    let set: Value = serde_json::from_str(ring.jwks()).expect("JSON");
    for key in set["keys"].as_array().expect("a list") {
        let member = |name: &str| format!("\"{name}\":{}", key[name]);
        let names: &[&str] = match key["kty"].as_str().expect("text") {
            "EC" => &["crv", "kty", "x", "y"],
            "OKP" => &["crv", "kty", "x"],
            _ => &["e", "kty", "n"],
        };
        let members: Vec<_> = names.iter().map(|name| member(name)).collect();
        let digest = openssl::sha::sha256(format!("{{{}}}", members.join(",")).as_bytes());
        let thumbprint = URL_SAFE_NO_PAD.encode(digest);
        assert_eq!(key["kid"].as_str().expect("text"), &thumbprint[..8]);
    }
}

/// Files of the first release name no algorithm; files with other keys do, and say the same after being written.
#[test]
fn a_file_names_the_algorithm_where_it_is_not_es256() {
    assert!(!RING.contains("algorithm"));
    let mut ring = KeyRing::from_json(RING).expect("the ring of the tests is a ring");
    for algorithm in [SigningAlgorithm::EdDsa, SigningAlgorithm::Rs256] {
        for _ in 0..3 {
            ring.rotate_signing(algorithm, NOW).expect("a ring of its own can be rotated");
        }
    }
    let expected =
        ["ES256 active", "EdDSA active", "EdDSA pending", "RS256 active", "RS256 pending"];
    assert_eq!(signing(&ring), expected);
    let pending = ring.list().last().expect("a ring has keys").id.clone();
    ring.retire(pending.as_str()).expect("it is pending");
    let written = ring.to_json().expect("it can be written");
    assert_eq!(written.matches("\"algorithm\": \"RS256\"").count(), 2);
    let read = KeyRing::from_json(&written).expect("what was written is a ring");
    assert_eq!((read.list(), read.jwks()), (ring.list(), ring.jwks()));
    let said = |part: &str, becomes: &str| {
        let read = KeyRing::from_json(&written.replacen(part, becomes, 1));
        let said = read.expect_err("it is refused").to_string();
        let id = |word: &str| word.len() == 8 && word.chars().any(|letter| !letter.is_lowercase());
        said.split(' ').filter(|word| !id(word)).collect::<Vec<_>>().join(" ")
    };
    let lines = [
        ("an unknown algorithm", said("\"EdDSA\"", "\"PS256\"")),
        ("another algorithm", said("\"EdDSA\"", "\"RS256\"")),
        ("none said", said("\"algorithm\": \"EdDSA\",", "")),
        ("two active keys of one algorithm", said("pending", "active")),
    ];
    let lines = lines.map(|(name, said)| format!("{name}: {said}"));
    insta::assert_snapshot!(lines.join("\n"), @r"
    an unknown algorithm: signing key is for an algorithm that is none of ES256, EdDSA and RS256
    another algorithm: signing key is not the private key for RS256 that its id names
    none said: signing key is not the private key for ES256 that its id names
    two active keys of one algorithm: the signing ring has 2 active keys, and needs exactly one
    ");
}

/// What this project's documentation tells people to run is read by this project.
#[test]
fn what_openssl_prints_is_a_key() {
    let arguments = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
    let Ok(made) = Command::new("openssl").args(arguments).output() else { return };
    let text = String::from_utf8(made.stdout).expect("PEM is text");
    assert_eq!(signing(&with(&text).expect("a good key")), ["ES256 active"]);
}
