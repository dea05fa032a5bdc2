//! What a key set may hold.
//! Source: RFC 7517 §4, §5; RFC 7518 §6; the catalogue in `spec/attacks.md`.

use openssl::bn::{BigNum, BigNumContext};
use proptest::prelude::*;
use sealbearer::seal::foreign::{KEY_SET_BYTES_MAX, KEYS_MAX, KeySet, KeySetFault};
use serde_json::{Value, json};

use super::super::cases;
use super::{SIGNERS, table};
use crate::support::signer::encoded;

fn outcome(keys: &[Value]) -> String {
    read(&json!({ "keys": keys }).to_string())
}

fn read(text: &str) -> String {
    KeySet::parse(text)
        .map_or_else(|fault| format!("{fault:?}"), |set| format!("{} usable", set.usable()))
}

fn with(key: &Value, name: &str, value: Value) -> Value {
    let mut key = key.clone();
    key[name] = value;
    key
}

fn without(key: &Value, name: &str) -> Value {
    let mut key = key.clone();
    key.as_object_mut().expect("a key is an object").remove(name);
    key
}

/// An odd number of that many bits that no known generator is suspected of.
fn modulus(bits: usize) -> String {
    encoded(&number(bits))
}

fn number(bits: usize) -> Vec<u8> {
    let mut bytes = vec![0xa5; bits / 8];
    bytes[0] |= 0x80;
    *bytes.last_mut().expect("it has bytes") |= 1;
    bytes
}

/// A modulus as the broken generator of CVE-2017-15361 makes them: a power of 65537 modulo the first primes.
fn broken_modulus() -> String {
    let arithmetic = || {
        let mut scratch = BigNumContext::new()?;
        let mut product = BigNum::from_u32(1)?;
        for prime in (2_u32..168).filter(|n| (2..*n).all(|divisor| n % divisor != 0)) {
            product.mul_word(prime)?;
        }
        let mut power = BigNum::new()?;
        let (base, exponent) = (BigNum::from_u32(65_537)?, BigNum::from_u32(123_457)?);
        power.mod_exp(&base, &exponent, &product, &mut scratch)?;
        let mut modulus = BigNum::from_u32(1)?;
        let mut shifted = BigNum::new()?;
        shifted.lshift(&modulus, 2_047)?;
        modulus.nnmod(&shifted, &product, &mut scratch)?;
        let mut lifted = BigNum::new()?;
        lifted.checked_sub(&shifted, &modulus)?;
        let mut result = BigNum::new()?;
        result.checked_add(&lifted, &product)?;
        shifted.checked_add(&result, &power)?;
        Ok::<_, openssl::error::ErrorStack>(shifted.to_vec())
    };
    encoded(&arithmetic().expect("numbers of this size can be had"))
}

// Length: one row for each set.
#[test]
#[expect(clippy::too_many_lines, reason = "one row for each set")]
fn dcr_04_dos_17_what_a_key_set_may_hold() {
    let [rsa, ec, ed] = SIGNERS.each_ref().map(crate::support::Signer::jwk);
    let off = encoded(&[1; 32]);
    let exponent = |bytes: &[u8]| with(&rsa, "e", json!(encoded(bytes)));
    // Some write a number with the zero that keeps it positive.
    let behind_zeros = |count| {
        let zeros = vec![0; count];
        with(&rsa, "n", json!(encoded(&[&zeros[..], &number(4_096)].concat())))
    };
    let rows = [
        ("one of each", outcome(&[rsa.clone(), ec.clone(), ed.clone()])),
        ("a member nobody knows", outcome(&[with(&ec, "x5c", json!(["AAAA"]))])),
        ("without a name", outcome(&[without(&ec, "kid")])),
        ("two without a name", outcome(&[without(&ec, "kid"), without(&ec, "kid")])),
        ("d", outcome(&[with(&ec, "d", json!("AAAA"))])),
        ("d of RSA", outcome(&[with(&rsa, "d", json!("AAAA"))])),
        ("p", outcome(&[with(&rsa, "p", json!("AAAA"))])),
        ("q", outcome(&[with(&rsa, "q", json!("AAAA"))])),
        ("dp", outcome(&[with(&rsa, "dp", json!("AAAA"))])),
        ("dq", outcome(&[with(&rsa, "dq", json!("AAAA"))])),
        ("qi", outcome(&[with(&rsa, "qi", json!("AAAA"))])),
        ("oth", outcome(&[with(&rsa, "oth", json!([]))])),
        (
            "d of a curve we do not know",
            outcome(&[ec.clone(), json!({"kty":"EC","crv":"P-521","d":"AA"})]),
        ),
        ("oct", outcome(&[ec.clone(), json!({"kty":"oct","k":"AAAA"})])),
        ("oct without k", outcome(&[json!({"kty":"oct"})])),
        ("k elsewhere", outcome(&[with(&ec, "k", json!("AAAA"))])),
        (
            "P-384 beside",
            outcome(&[ec.clone(), json!({"kty":"EC","crv":"P-384","x":"AA","y":"AA"})]),
        ),
        ("P-384 alone", outcome(&[json!({"kty":"EC","crv":"P-384","x":"AA","y":"AA"})])),
        ("X25519 alone", outcome(&[json!({"kty":"OKP","crv":"X25519","x":"AA"})])),
        ("an unknown type beside", outcome(&[ec.clone(), json!({"kty":"AKP"})])),
        ("for encryption", outcome(&[with(&ec, "use", json!("enc"))])),
        ("for another algorithm", outcome(&[with(&rsa, "alg", json!("PS256"))])),
        ("for its algorithm", outcome(&[with(&rsa, "alg", json!("RS256"))])),
        ("to sign only", outcome(&[with(&ec, "key_ops", json!(["sign"]))])),
        ("to verify", outcome(&[with(&ec, "key_ops", json!(["verify"]))])),
        ("key_ops of another type", outcome(&[with(&ec, "key_ops", json!("verify"))])),
        ("no kty", outcome(&[without(&ec, "kty")])),
        ("no x", outcome(&[without(&ec, "x")])),
        ("a short x", outcome(&[with(&ec, "x", json!("AAAA"))])),
        (
            "x with padding",
            outcome(&[with(&ed, "x", json!(format!("{}=", ed["x"].as_str().unwrap_or_default())))]),
        ),
        ("a name that is no text", outcome(&[with(&ec, "kid", json!(1))])),
        ("a name of 256 bytes", outcome(&[with(&ec, "kid", json!("k".repeat(256)))])),
        ("a name of 257 bytes", outcome(&[with(&ec, "kid", json!("k".repeat(257)))])),
        ("off the curve", outcome(&[with(&ec, "x", json!(off))])),
        (
            "the point at zero",
            outcome(&[with(
                &with(&ec, "x", json!(encoded(&[0; 32]))),
                "y",
                json!(encoded(&[0; 32])),
            )]),
        ),
        ("RSA of 2040 bits", outcome(&[with(&rsa, "n", json!(modulus(2_040)))])),
        ("RSA of 2048 bits", outcome(&[with(&rsa, "n", json!(modulus(2_048)))])),
        ("RSA of 4096 bits", outcome(&[with(&rsa, "n", json!(modulus(4_096)))])),
        ("RSA of 4096 bits behind a zero", outcome(&[behind_zeros(1)])),
        ("RSA of 4096 bits behind two", outcome(&[behind_zeros(2)])),
        ("RSA of 4104 bits", outcome(&[with(&rsa, "n", json!(modulus(4_104)))])),
        ("RSA of 16384 bits", outcome(&[with(&rsa, "n", json!(modulus(16_384)))])),
        ("an even modulus", outcome(&[with(&rsa, "n", json!(encoded(&[0xa4; 256])))])),
        ("a modulus of the broken generator", outcome(&[with(&rsa, "n", json!(broken_modulus()))])),
        ("exponent 1", outcome(&[exponent(&[1])])),
        ("exponent 3", outcome(&[exponent(&[3])])),
        ("exponent 65535", outcome(&[exponent(&[0xff, 0xff])])),
        ("exponent 65538", outcome(&[exponent(&[1, 0, 2])])),
        ("exponent 2^32 - 1", outcome(&[exponent(&[0xff; 4])])),
        ("exponent 2^32 + 1", outcome(&[exponent(&[1, 0, 0, 0, 1])])),
        ("exponent of 4096 bits", outcome(&[exponent(&[0xff; 512])])),
        ("exponent of 5000 bytes", outcome(&[exponent(&[0xff; 5_000])])),
        ("a name twice", outcome(&[ec.clone(), ec.clone()])),
        ("a name twice, one not for us", outcome(&[ec.clone(), with(&ec, "use", json!("enc"))])),
        ("no keys", outcome(&[])),
        ("a key that is none", outcome(&[json!(1)])),
        ("no list", read("{}")),
        ("a list alone", read("[]")),
        ("a key alone", read(&ec.to_string())),
        ("not JSON", read("{")),
        ("a repeated member", read(r#"{"keys":[],"keys":[]}"#)),
    ];
    insta::assert_snapshot!(table(rows), @r#"
    one of each: "3 usable"
    a member nobody knows: "1 usable"
    without a name: "1 usable"
    two without a name: "2 usable"
    d: "Private"
    d of RSA: "Private"
    p: "Private"
    q: "Private"
    dp: "Private"
    dq: "Private"
    qi: "Private"
    oth: "Private"
    d of a curve we do not know: "Private"
    oct: "Symmetric"
    oct without k: "Symmetric"
    k elsewhere: "Symmetric"
    P-384 beside: "1 usable"
    P-384 alone: "Useless"
    X25519 alone: "Useless"
    an unknown type beside: "1 usable"
    for encryption: "Useless"
    for another algorithm: "Useless"
    for its algorithm: "1 usable"
    to sign only: "Useless"
    to verify: "1 usable"
    key_ops of another type: "KeyMalformed"
    no kty: "KeyMalformed"
    no x: "KeyMalformed"
    a short x: "KeyMalformed"
    x with padding: "KeyMalformed"
    a name that is no text: "KeyMalformed"
    a name of 256 bytes: "1 usable"
    a name of 257 bytes: "KeyMalformed"
    off the curve: "OffCurve"
    the point at zero: "OffCurve"
    RSA of 2040 bits: "RsaModulus"
    RSA of 2048 bits: "1 usable"
    RSA of 4096 bits: "1 usable"
    RSA of 4096 bits behind a zero: "1 usable"
    RSA of 4096 bits behind two: "RsaModulus"
    RSA of 4104 bits: "RsaModulus"
    RSA of 16384 bits: "RsaModulus"
    an even modulus: "RsaModulus"
    a modulus of the broken generator: "RsaGenerator"
    exponent 1: "RsaExponent"
    exponent 3: "RsaExponent"
    exponent 65535: "RsaExponent"
    exponent 65538: "RsaExponent"
    exponent 2^32 - 1: "1 usable"
    exponent 2^32 + 1: "RsaExponent"
    exponent of 4096 bits: "RsaExponent"
    exponent of 5000 bytes: "RsaExponent"
    a name twice: "Repeated"
    a name twice, one not for us: "1 usable"
    no keys: "Useless"
    a key that is none: "Malformed"
    no list: "Malformed"
    a list alone: "Malformed"
    a key alone: "Malformed"
    not JSON: "Malformed"
    a repeated member: "Malformed"
    "#);
}

#[test]
fn dcr_04_dos_17_a_key_set_is_read_up_to_its_limits() {
    let [_, ec, _] = SIGNERS.each_ref().map(crate::support::Signer::jwk);
    let keys = |count: usize| {
        let keys: Vec<_> =
            (0..count).map(|number| with(&ec, "kid", json!(number.to_string()))).collect();
        outcome(&keys)
    };
    assert_eq!(keys(KEYS_MAX), format!("{KEYS_MAX} usable"));
    assert_eq!(keys(KEYS_MAX + 1), "TooMany");
    let padded = |bytes: usize| {
        let set = json!({ "keys": [ec] }).to_string();
        format!("{set}{}", " ".repeat(bytes - set.len()))
    };
    assert_eq!(read(&padded(KEY_SET_BYTES_MAX)), "1 usable");
    assert_eq!(read(&padded(KEY_SET_BYTES_MAX + 1)), "TooLong");
    assert_eq!(read(&format!("{{\"keys\":{}", "[".repeat(10_000))), "Malformed");
}

/// What is wrong is told without a word of the set itself.
#[test]
fn every_fault_says_what_to_change() {
    let mut told: Vec<_> = KeySetFault::ALL.map(KeySetFault::description).into();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), KeySetFault::ALL.len());
    // What an error_description may hold (RFC 6749 §5.2).
    let fits = |c: char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
    assert!(told.iter().all(|text| text.chars().all(fits)), "{told:?}");
}

proptest! {
    #![proptest_config(cases())]

    /// Whatever the bytes, there is an answer.
    #[test]
    fn any_set_is_answered(text in any::<String>(), members in prop::collection::vec(("[a-z_]{1,4}", "[A-Za-z0-9_-]{0,50}"), 0..6)) {
        prop_assert!(KeySet::parse(&text).is_err());
        let key: serde_json::Map<String, Value> = members.into_iter().map(|(name, value)| (name, json!(value))).collect();
        for kind in ["RSA", "EC", "OKP"] {
            let mut key = key.clone();
            key.insert("kty".to_owned(), json!(kind));
            let set = json!({ "keys": [key] }).to_string();
            prop_assert!(KeySet::parse(&set).is_err());
        }
    }
}
