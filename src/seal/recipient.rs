//! Sealing to somebody else: a signed token, encrypted to the public key of the resource server it is for.
//! Source: RFC 7518 §4.6 (ECDH-ES), §5.3 (A256GCM), RFC 7516 §7.1, RFC 7519 §5.2 (nested). We only ever write these.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::bn::BigNum;
use openssl::derive::Deriver;
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private, Public};
use rand::TryRng as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::primitives::{IV_BYTES, KEY_BYTES, encrypt_a256gcm};
use crate::keys::{KeyPair, p256};

const COORDINATE_BYTES: usize = 32;
const KEY_ID_CHARACTERS_MAX: usize = 128;

/// The public key of a resource server.
#[derive(Clone)]
pub struct Recipient {
    key: PKey<Public>,
    /// Its name, as its owner gave it.
    kid: Option<String>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    d: Option<serde::de::IgnoredAny>,
}

impl Recipient {
    /// Reads a JSON Web Key: EC on P-256, public.
    /// # Errors
    /// What is wrong with it, as half a sentence; never a value from it.
    pub fn parse(json: &str) -> Result<Self, &'static str> {
        let jwk: Jwk = serde_json::from_str(json).map_err(|_| "is no JSON Web Key")?;
        if jwk.d.is_some() {
            return Err("is a private key, which belongs to the resource server alone");
        }
        if jwk.kty != "EC" || jwk.crv.as_deref() != Some("P-256") {
            return Err("is no key on P-256 (kty EC, crv P-256)");
        }
        if jwk.usage.is_some_and(|usage| usage != "enc") {
            return Err("is not for encryption (use is not enc)");
        }
        if jwk.alg.is_some_and(|algorithm| algorithm != "ECDH-ES") {
            return Err("is for another algorithm than ECDH-ES");
        }
        if jwk.kid.as_ref().is_some_and(|kid| kid.len() > KEY_ID_CHARACTERS_MAX) {
            return Err("has a kid of more than 128 characters");
        }
        let key = public_key(jwk.x.as_deref(), jwk.y.as_deref());
        Ok(Self { key: key.ok_or("has no point on P-256")?, kid: jwk.kid })
    }

    /// `jws`, a signed token, for the owner of this key alone.
    pub(super) fn seal(&self, jws: &str) -> String {
        self.encrypt(jws).expect("a checked public key takes part in a key agreement")
    }

    fn encrypt(&self, jws: &str) -> Result<String, ErrorStack> {
        let curve = p256()?;
        let ephemeral = EcKey::generate(&curve)?;
        let header = self.header(&ephemeral);
        let mut text = URL_SAFE_NO_PAD.encode(header.to_string());
        let key = agree(&PKey::from_ec_key(ephemeral)?, &self.key)?;
        let mut iv = [0; IV_BYTES];
        rand::rngs::SysRng.try_fill_bytes(&mut iv).expect("the operating system has entropy");
        let (ciphertext, tag) = encrypt_a256gcm(&key, &iv, text.as_bytes(), jws.as_bytes())?;
        // The second segment is empty: the key is agreed on, not sent.
        text.push('.');
        for segment in [&iv[..], &ciphertext, &tag] {
            text.push('.');
            URL_SAFE_NO_PAD.encode_string(segment, &mut text);
        }
        Ok(text)
    }

    fn header(&self, ephemeral: &EcKey<Private>) -> serde_json::Value {
        let epk = KeyPair::P256(ephemeral.clone()).public_jwk();
        let mut header =
            serde_json::json!({ "alg": "ECDH-ES", "enc": "A256GCM", "cty": "JWT", "epk": epk });
        if let Some(kid) = &self.kid {
            header["kid"] = kid.as_str().into();
        }
        header
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Recipient").field("kid", &self.kid).finish_non_exhaustive()
    }
}

fn public_key(x: Option<&str>, y: Option<&str>) -> Option<PKey<Public>> {
    let coordinate = |text: Option<&str>| {
        let bytes = URL_SAFE_NO_PAD.decode(text?).ok()?;
        (bytes.len() == COORDINATE_BYTES).then(|| BigNum::from_slice(&bytes).ok())?
    };
    let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).ok()?;
    // This also checks that the point is on the curve.
    let key = EcKey::from_public_key_affine_coordinates(&curve, &*coordinate(x)?, &*coordinate(y)?);
    PKey::from_ec_key(key.ok()?).ok()
}

/// The content encryption key that both sides arrive at.
fn agree(ours: &PKey<Private>, theirs: &PKey<Public>) -> Result<[u8; KEY_BYTES], ErrorStack> {
    let mut derivation = Deriver::new(ours)?;
    derivation.set_peer(theirs)?;
    let shared = zeroize::Zeroizing::new(derivation.derive_to_vec()?);
    Ok(concat_kdf(&shared, b"A256GCM", b"", b"", 256))
}

/// One round of the Concat KDF, whose 32 bytes are enough for any of these keys (NIST SP 800-56A §5.8.1; RFC 7518
/// §4.6.2). `bits`: how many the caller needs, which is part of what is hashed.
fn concat_kdf(
    shared: &[u8],
    algorithm: &[u8],
    apu: &[u8],
    apv: &[u8],
    bits: u32,
) -> [u8; KEY_BYTES] {
    let mut hash = Sha256::new();
    hash.update(1_u32.to_be_bytes());
    hash.update(shared);
    for part in [algorithm, apu, apv] {
        let length = u32::try_from(part.len()).expect("names are short");
        hash.update(length.to_be_bytes());
        hash.update(part);
    }
    hash.update(bits.to_be_bytes());
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7518 appendix C: Alice's agreement with Bob, for a key of 128 bits.
    #[test]
    fn the_derivation_is_that_of_the_example() {
        let shared = [
            158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49,
            110, 163, 218, 128, 106, 72, 246, 218, 167, 121, 140, 254, 144, 196,
        ];
        let key = concat_kdf(&shared, b"A128GCM", b"Alice", b"Bob", 128);
        assert_eq!(URL_SAFE_NO_PAD.encode(&key[..16]), "VqqN6vgjbSBcIijNcacQGg");
    }
}
