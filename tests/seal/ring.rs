//! Which secrets are fit to protect anything, what a ring must look like, and what is said of those that are not.

use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use sealbearer::keys::{EXAMPLE_SECRET, KeyRing, Ring, Secret};
use sealbearer::seal::Seal;
use sha2::{Digest as _, Sha256};

use super::{AccessToken, ClientRegistration, ISSUER, NOW, RING, Sample, cases};

const ONE: &str = "TB0DgbJJN1GLtSYyPtXJpbSnuULdImvKTuf5JV4qUqQ=";
const TWO: &str = "4LpVa0JONJwRDcHzbtCqV5tBXhHXtp0vo6A1UuTz5sI";

fn said(sealing: &str, registration: Option<&str>) -> String {
    let ring = KeyRing::from_secrets(sealing, registration);
    ring.map_or_else(|refused| refused.to_string(), |ring| format!("{} keys", ring.list().len()))
}

#[test]
fn cfg_01_what_is_said_of_secrets_in_variables() {
    let base64 = |bytes: &[u8]| STANDARD.encode(bytes);
    let counted: Vec<u8> = (1..=32).collect();
    let random: [u8; 32] = Sha256::digest("random").into();
    let (high, low) = random.split_at(16);
    let hexadecimal = [high, low].map(|half| {
        format!("{:032x}", u128::from_be_bytes(half.try_into().expect("half of 32 bytes")))
    });
    let hexadecimal = hexadecimal.concat();
    let lines = [
        ("one good secret", said(ONE, None)),
        ("two, with spaces", said(&format!(" {ONE} , {TWO} "), None)),
        ("two, both rings", said(ONE, Some(TWO))),
        ("nothing", said("", None)),
        ("nothing after the comma", said(&format!("{ONE},"), None)),
        ("not base64", said("correct horse battery staple!", None)),
        ("16 bytes", said(&base64(&counted[..16]), None)),
        ("31 bytes", said(&base64(&random[..31]), None)),
        ("513 bytes", said(&base64(&random.repeat(17)[..513]), None)),
        ("equal bytes", said(&base64(&[0; 32]), None)),
        ("counted bytes", said(&base64(&counted), None)),
        ("a block twice", said(&base64(&random[..16].repeat(2)), None)),
        ("few different bytes", said(&base64(&random.map(|byte| byte & 0x83)), None)),
        ("a passphrase, encoded", said(&base64(b"correct horse battery staple, and more"), None)),
        ("a passphrase as it is", said(&"correcthorsebatterystaple".repeat(2)[..48], None)),
        ("a shouted passphrase", said(&"CORRECTHORSEBATTERYSTAPLE".repeat(2)[..48], None)),
        ("hexadecimal digits", said(&hexadecimal, None)),
        ("the example", said(EXAMPLE_SECRET, None)),
        ("the second is bad", said(&format!("{ONE},{}", base64(&[7; 40])), None)),
        ("the same twice", said(&format!("{TWO},{ONE},{TWO}"), None)),
        ("the same in both rings", said(ONE, Some(ONE))),
        ("a bad registration secret", said(ONE, Some("AAAA"))),
    ];
    let lines = lines.map(|(name, said)| format!("{name}: {said}"));
    insta::assert_snapshot!(lines.join("\n"), @r"
    one good secret: 2 keys
    two, with spaces: 4 keys
    two, both rings: 2 keys
    nothing: sealing secret 1 is empty; make one with `openssl rand -base64 32`
    nothing after the comma: sealing secret 2 is empty; make one with `openssl rand -base64 32`
    not base64: sealing secret 1 is not base64; make one with `openssl rand -base64 32`
    16 bytes: sealing secret 1 is 16 bytes long, and 32 are needed; make one with `openssl rand -base64 32`
    31 bytes: sealing secret 1 is 31 bytes long, and 32 are needed; make one with `openssl rand -base64 32`
    513 bytes: sealing secret 1 is longer than 512 bytes, so it is probably not a secret; make one with `openssl rand -base64 32`
    equal bytes: sealing secret 1 follows a pattern, so it is not random; make one with `openssl rand -base64 32`
    counted bytes: sealing secret 1 follows a pattern, so it is not random; make one with `openssl rand -base64 32`
    a block twice: sealing secret 1 follows a pattern, so it is not random; make one with `openssl rand -base64 32`
    few different bytes: sealing secret 1 follows a pattern, so it is not random; make one with `openssl rand -base64 32`
    a passphrase, encoded: sealing secret 1 reads like text, not like random bytes; make one with `openssl rand -base64 32`
    a passphrase as it is: sealing secret 1 reads like text, not like random bytes; make one with `openssl rand -base64 32`
    a shouted passphrase: sealing secret 1 reads like text, not like random bytes; make one with `openssl rand -base64 32`
    hexadecimal digits: sealing secret 1 reads like text, not like random bytes; make one with `openssl rand -base64 32`
    the example: sealing secret 1 is the example from the documentation, which everybody knows; make one with `openssl rand -base64 32`
    the second is bad: sealing secret 2 follows a pattern, so it is not random; make one with `openssl rand -base64 32`
    the same twice: sealing secret 1 and sealing secret 3 are the same secret; each key needs its own
    the same in both rings: sealing secret 1 and registration secret 1 are the same secret; each key needs its own
    a bad registration secret: registration secret 1 is 3 bytes long, and 32 are needed; make one with `openssl rand -base64 32`
    ");
}

#[test]
fn the_length_of_a_secret_has_two_sides() {
    let random: Vec<u8> = (0..17_u8).flat_map(|n| Sha256::digest([n]).to_vec()).collect();
    let fits = |bytes: usize| Secret::parse(&STANDARD.encode(&random[..bytes])).is_ok();
    assert_eq!([31, 32, 512, 513].map(fits), [false, true, true, false]);
}

proptest! {
    #![proptest_config(cases())]

    /// However it is written, and in whatever order nodes list them: each understands the others.
    #[test]
    fn nodes_with_the_same_secrets_in_any_order_and_spelling_agree(
        one: [u8; 32],
        two: [u8; 48],
    ) {
        let (first, second) = (STANDARD.encode(one), URL_SAFE_NO_PAD.encode(two));
        let ring = KeyRing::from_secrets(&format!("{first},{second}"), None);
        // Two secrets in 32,768 have the same short id and are refused, as are those that do not look random.
        prop_assume!(ring.is_ok());
        let here = Seal::new(ISSUER, &ring.expect("assumed"));
        let (first, second) = (URL_SAFE_NO_PAD.encode(one), STANDARD.encode(two));
        let there = KeyRing::from_secrets(&format!("{second},{first}"), None).expect("the same");
        let there = Seal::new(ISSUER, &there);
        let access = here.seal(&AccessToken::sample("x"), NOW);
        let client = there.seal(&ClientRegistration::sample("x"), NOW);
        prop_assert_eq!(there.open(&access, NOW), Ok(AccessToken::sample("x")));
        prop_assert_eq!(here.open(&client, NOW), Ok(ClientRegistration::sample("x")));
    }

    #[test]
    fn random_secrets_are_accepted(bytes: [u8; 32]) {
        prop_assume!(bytes.iter().collect::<HashSet<_>>().len() > 20);
        prop_assert!(Secret::parse(&STANDARD.encode(bytes)).is_ok());
        prop_assert!(Secret::parse(&URL_SAFE_NO_PAD.encode(bytes)).is_ok());
    }
}

#[test]
fn the_first_secret_seals_and_the_others_open() {
    let summary = |list: &str| {
        let ring = KeyRing::from_secrets(list, None).expect("strong secrets");
        let line = |key: &sealbearer::keys::KeySummary| {
            format!("{} {} {}", key.ring.as_str(), key.id, key.key_state.as_str())
        };
        ring.list().iter().map(line).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(summary(&format!("{ONE},{TWO}")), @r"
    sealing y6m active
    sealing y2r retiring
    registration zqg active
    registration v7i retiring
    ");
    insta::assert_snapshot!(summary(&format!("{TWO},{ONE}")), @r"
    sealing y2r active
    sealing y6m retiring
    registration v7i active
    registration zqg retiring
    ");
}

/// Ids are short, so two secrets in 32,768 have the same one; `kid` could not tell them apart.
#[test]
fn two_secrets_with_the_same_id_are_refused_together_and_accepted_apart() {
    let mut by_id = HashMap::new();
    let (first, second) = (0_u32..)
        .find_map(|number| {
            let secret = STANDARD.encode(Sha256::digest(number.to_be_bytes()));
            let ring = KeyRing::from_secrets(&secret, None).ok()?;
            let earlier = by_id.insert(ring.list()[0].id.clone(), secret.clone())?;
            Some((earlier, secret))
        })
        .expect("there are more secrets than ids");
    insta::assert_snapshot!(said(&format!("{first},{second}"), None), @"sealing secret 1 and sealing secret 2 happen to have the same key id; replace the newer one with another random secret");
    assert_eq!(said(&first, Some(&second)), "2 keys");
}

#[test]
fn a_ring_from_variables_has_no_signing_keys_and_is_changed_there() {
    let mut ring = KeyRing::from_secrets(ONE, None).expect("a strong secret");
    assert_eq!(ring.jwks(), r#"{"keys":[]}"#);
    let changed = [
        ring.rotate(Ring::Sealing, NOW).expect_err("cannot be rotated").to_string(),
        ring.retire("k1").expect_err("cannot be retired").to_string(),
        ring.to_json().expect_err("cannot be written").to_string(),
    ];
    let expected = "this key ring comes from environment variables; change them instead";
    assert_eq!(changed, [expected; 3]);
}

#[test]
fn a_ring_is_the_same_after_it_was_written_and_read() {
    let ring = KeyRing::from_json(RING).expect("the ring of the tests is a ring");
    let written = ring.to_json().expect("a ring of its own can be written");
    assert_eq!(written.trim(), RING.trim());
    let mut changed = KeyRing::generate(NOW);
    changed.rotate(Ring::Signing, NOW).expect("can be rotated");
    changed.rotate(Ring::Signing, NOW).expect("can be rotated");
    changed.rotate(Ring::Sealing, NOW).expect("can be rotated");
    changed.rotate(Ring::Registration, NOW).expect("can be rotated");
    let signing = changed.list().into_iter().find(|key| key.ring == Ring::Signing);
    let retiring = signing.expect("a ring has signing keys").id;
    for id in ["k2", "r2", retiring.as_str()] {
        changed.retire(id).expect("is pending or retiring");
    }
    let written = changed.to_json().expect("can be written");
    let read = KeyRing::from_json(&written).expect("what was written is a ring");
    assert_eq!((read.list(), read.jwks()), (changed.list(), changed.jwks()));
}

/// Replaces a part of the ring of the tests and reads it.
fn with(part: &str, becomes: &str) -> String {
    assert!(RING.contains(part), "{part}");
    let read = KeyRing::from_json(&RING.replacen(part, becomes, 1));
    read.map_or_else(|refused| refused.to_string(), |_| "accepted".to_owned())
}

// Length: one row for each ring.
#[test]
fn what_is_said_of_rings_that_are_none() {
    let secret = "W1l8L_Bjkz4HG7ltHdRDyfAV_WKA_95SoNOL6hIQ9NU";
    let other = "KGSQ-ICJUC7Icnry28uVnkNY-2OPTzqVcP-APIjo-Cg";
    let signing = RING.lines().find(|line| line.contains("private_key")).expect("it has one");
    let signing = format!(",\n{signing}");
    let destroyed = format!(",\n      \"secret\": \"{secret}\"");
    let second = format!(r#""k1","state":"active","created_at":1,"secret":"{TWO}"}},{{"id":"k2""#);
    let same_id = second.replace("k2", "k1").replace("active", "retiring");
    let lines = [
        ("as it is", with("k1", "k1")),
        ("another version", with("\"version\": 1", "\"version\": 2")),
        ("no version", with("\"version\": 1,", "")),
        ("an unknown member", with("\"version\": 1", "\"version\": 1, \"verison\": 1")),
        ("a member twice", with("\"version\": 1", "\"version\": 1, \"version\": 1")),
        ("an unknown member in a key", with("\"id\": \"k1\"", "\"id\": \"k1\", \"note\": 1")),
        ("an unknown state", with("\"active\"", &format!("\"{secret}\""))),
        ("a secret for a number", with("1795000000", &format!("\"{secret}\""))),
        ("a number for a secret", with(&format!("\"{secret}\""), "12345")),
        ("cut off", with(RING, &RING[..100])),
        ("not JSON", with("{", "secret = ")),
        ("text behind", with(RING, &format!("{RING}x"))),
        ("an id with a dot", with("k1", "k.1")),
        ("an id in capitals", with("k1", "K1")),
        ("an empty id", with("k1", "")),
        ("a long id", with("k1", "k12345678")),
        ("two active keys", with("\"k1\"", &second)),
        ("two keys of one name", with("\"k1\"", &same_id)),
        ("no active key", with("\"active\"", "\"retiring\"")),
        ("no secret", with(&destroyed, "")),
        ("a weak secret", with(secret, &"A".repeat(43))),
        ("a short secret", with(secret, "W1l8L_Bjkz4HG7lt")),
        ("the example", with(secret, EXAMPLE_SECRET)),
        ("the same secret twice", with(secret, other)),
        ("another signing key", with("66EKWgth", "66EKWgti")),
        ("the private half of another", with("QQgA9A8-fVt", "QQgA9A8-fVu")),
        ("no signing key", with(&signing, "")),
        ("half a signing key", with("MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg", "")),
    ];
    let lines = lines.map(|(name, said)| format!("{name}: {said}"));
    for line in &lines {
        assert!(!line.contains(&secret[..8]) && !line.contains("12345"), "{line}");
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    as it is: accepted
    another version: the key ring has version 2, and this release reads version 1
    no version: the key ring is malformed at line 27, column 1: missing field `version`
    an unknown member: the key ring is malformed at line 2, column 25: unknown field `verison`, expected one of `version`, `sealing`, `registration`, `signing`
    a member twice: the key ring is malformed at line 2, column 25: duplicate field `version`
    an unknown member in a key: the key ring is malformed at line 5, column 24: unknown field `note`, expected one of `id`, `state`, `created_at`, `secret`
    an unknown state: the key ring is malformed at line 6, column 60: a value of the wrong type
    a secret for a number: the key ring is malformed at line 7, column 65: a value of the wrong type
    a number for a secret: the key ring is malformed at line 8, column 21: a value of the wrong type
    cut off: the key ring is malformed at line 7, column 18: not JSON
    not JSON: the key ring is malformed at line 1, column 1: not JSON
    text behind: the key ring is malformed at line 28, column 1: not JSON
    an id with a dot: key 1 of the sealing ring has an id that is not 1 to 8 of a-z and 0-9
    an id in capitals: key 1 of the sealing ring has an id that is not 1 to 8 of a-z and 0-9
    an empty id: key 1 of the sealing ring has an id that is not 1 to 8 of a-z and 0-9
    a long id: key 1 of the sealing ring has an id that is not 1 to 8 of a-z and 0-9
    two active keys: the sealing ring has 2 active keys, and needs exactly one
    two keys of one name: two keys are named k1
    no active key: the sealing ring has 0 active keys, and needs exactly one
    no secret: key k1 is active but has no secret
    a weak secret: key k1 follows a pattern, so it is not random; make one with `openssl rand -base64 32`
    a short secret: key k1 is 12 bytes long, and 32 are needed; make one with `openssl rand -base64 32`
    the example: key k1 is the example from the documentation, which everybody knows; make one with `openssl rand -base64 32`
    the same secret twice: key k1 and key r1 are the same secret; each key needs its own
    another signing key: signing key 66EKWgti is not the private key for ES256 that its id names
    the private half of another: signing key 66EKWgth is not the private key for ES256 that its id names
    no signing key: key 66EKWgth is active but has no secret
    half a signing key: signing key 66EKWgth is not the private key for ES256 that its id names
    ");
}

#[test]
fn met_04_the_published_keys_are_those_that_are_not_revoked() {
    let mut ring = KeyRing::generate(NOW);
    let published = |ring: &KeyRing| {
        let set: serde_json::Value = serde_json::from_str(ring.jwks()).expect("a JWK Set is JSON");
        let keys = set["keys"].as_array().expect("a JWK Set has keys").clone();
        keys.iter()
            .map(|key| key["kid"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    let signing = |ring: &KeyRing| {
        let keys = ring.list().into_iter().filter(|key| key.ring == Ring::Signing);
        keys.map(|key| key.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(published(&ring), signing(&ring));
    ring.rotate(Ring::Signing, NOW).expect("can be rotated");
    assert_eq!(published(&ring).len(), 2, "a pending key is published ahead of use");
    ring.rotate(Ring::Signing, NOW).expect("can be rotated");
    assert_eq!(published(&ring).len(), 2, "a retiring key is published while it is needed");
    let [old, new] = <[String; 2]>::try_from(signing(&ring)).expect("two signing keys");
    ring.retire(&old).expect("is retiring");
    assert_eq!(published(&ring), [new]);
}

/// RFC 7638 §3: the id is the start of the thumbprint, so it can be recomputed from what is published.
#[test]
fn met_04_a_published_key_has_public_members_only_and_its_thumbprint_as_id() {
    let ring = super::ring();
    insta::assert_snapshot!(ring.jwks(), @r#"{"keys":[{"crv":"P-256","kty":"EC","x":"FbEvlTc6oDZaHntK2VSypCXrUaQaKYc0e51SHfH4-Sk","y":"8mOfdj_5lEHXmaMDb8qY_eqs4PzLiDx5rPJ8TJpaSIg","use":"sig","alg":"ES256","kid":"66EKWgth"}]}"#);
    let set: serde_json::Value = serde_json::from_str(ring.jwks()).expect("a JWK Set is JSON");
    let key = &set["keys"][0];
    let covered = format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, key["x"], key["y"]);
    let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(covered));
    assert_eq!(key["kid"], thumbprint[..8]);
}
