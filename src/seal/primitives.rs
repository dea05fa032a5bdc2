//! The three primitives every sealed value rests on, as plain functions, so that published vectors can be run on them.
//! Source: RFC 5869 (HKDF), RFC 2104 (HMAC), NIST SP 800-38D (GCM with a 96-bit nonce and a 128-bit tag, nothing else).

use std::fmt;
use std::sync::LazyLock;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use openssl::cipher::Cipher;
use openssl::cipher_ctx::CipherCtx;
use openssl::error::ErrorStack;
use sha2::Sha256;

/// Bytes of a nonce.
pub const IV_BYTES: usize = 12;
/// Bytes of an authentication tag; a shorter one is never looked at.
pub const TAG_BYTES: usize = 16;
/// Bytes of every derived key and of a MAC.
pub const KEY_BYTES: usize = 32;

/// Fetched once: looking the cipher up costs more than encrypting a token with it.
static AES_256_GCM: LazyLock<Cipher> = LazyLock::new(|| {
    Cipher::fetch(None, "AES-256-GCM", None).expect("the OpenSSL we build has AES-256-GCM")
});

/// HKDF-SHA-256, extract and expand. The parts of `info` are concatenated; whoever calls keeps them apart.
/// # Panics
/// If more than 255 × 32 bytes are asked for, as RFC 5869 §2.3 has no more.
pub fn hkdf_sha256(secret: &[u8], salt: &[u8], info: &[&[u8]], output: &mut [u8]) {
    let derivation = Hkdf::<Sha256>::new(Some(salt), secret);
    derivation.expand_multi_info(info, output).expect("callers ask for a key, not for kilobytes");
}

/// A key for HMAC-SHA-256, with the work that depends on the key alone already done.
#[derive(Clone)]
pub struct MacKey(Hmac<Sha256>);

impl MacKey {
    /// Prepares a key. Derived keys have [`KEY_BYTES`].
    /// # Panics
    /// Never: HMAC takes keys of any length.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self(Hmac::new_from_slice(key).expect("HMAC takes keys of any length"))
    }

    /// The MAC of the parts, one after the other.
    #[must_use]
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; KEY_BYTES] {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Whether `presented` is the MAC of the parts, in a time that does not depend on where they differ.
    #[must_use]
    pub fn confirms(&self, parts: &[&[u8]], presented: &[u8]) -> bool {
        let expected = self.mac(parts);
        expected.len() == presented.len() && openssl::memcmp::eq(&expected, presented)
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MacKey(redacted)")
    }
}

/// AES-256-GCM.
/// # Errors
/// If OpenSSL fails; for keys and nonces of the right length it does not.
pub fn encrypt_a256gcm(
    key: &[u8; KEY_BYTES],
    iv: &[u8; IV_BYTES],
    header: &[u8],
    plaintext: &[u8],
) -> Result<(Vec<u8>, [u8; TAG_BYTES]), ErrorStack> {
    let mut cipher = CipherCtx::new()?;
    cipher.encrypt_init(Some(&AES_256_GCM), Some(key), Some(iv))?;
    cipher.cipher_update(header, None)?;
    let mut ciphertext = Vec::with_capacity(plaintext.len() + TAG_BYTES);
    cipher.cipher_update_vec(plaintext, &mut ciphertext)?;
    cipher.cipher_final_vec(&mut ciphertext)?;
    let mut tag = [0; TAG_BYTES];
    cipher.tag(&mut tag)?;
    Ok((ciphertext, tag))
}

/// The plaintext, if tag, header and ciphertext belong together under this key; otherwise nothing of it.
/// # Errors
/// If they do not, or if OpenSSL fails.
pub fn decrypt_a256gcm(
    key: &[u8; KEY_BYTES],
    iv: &[u8; IV_BYTES],
    header: &[u8],
    ciphertext: &[u8],
    tag: &[u8; TAG_BYTES],
) -> Result<Vec<u8>, ErrorStack> {
    let mut cipher = CipherCtx::new()?;
    cipher.decrypt_init(Some(&AES_256_GCM), Some(key), Some(iv))?;
    cipher.set_tag(tag)?;
    cipher.cipher_update(header, None)?;
    let mut plaintext = Vec::with_capacity(ciphertext.len() + TAG_BYTES);
    cipher.cipher_update_vec(ciphertext, &mut plaintext)?;
    cipher.cipher_final_vec(&mut plaintext)?;
    Ok(plaintext)
}
