//! Public keys of others: each verifies one algorithm, and none is weaker than we say.
//! Source: RFC 7518 §3.3 (RS256), §3.4 (ES256), §6; RFC 8037 §3.1 and RFC 9864 §2.2 (Ed25519).

use std::fmt;

use openssl::bn::{BigNum, BigNumRef};
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Public};
use openssl::rsa::Rsa;
use openssl::sign::Verifier;
use protocol::oauth::algorithm::SigningAlgorithm;
use sha2::{Digest as _, Sha256};

use super::KeySetFault;

/// Bytes of each coordinate of a point on P-256, of each half of an ES256 signature, and of an Ed25519 key.
pub(super) const COORDINATE_BYTES: usize = 32;
const RSA_BITS: std::ops::RangeInclusive<i32> = 2_048..=4_096;
/// Bits of the largest exponent.
const RSA_EXPONENT_BITS_MAX: i32 = 32;
const RSA_EXPONENT_MIN: u32 = 65_537;
/// Primes for which 65537 does not generate every residue: moduli of the broken generator stay inside what it generates,
/// one in 2^27 others does. Source: CVE-2017-15361; Nemec et al., "The Return of Coppersmith's Attack" (2017), §3.
const TELLING_PRIMES: [u32; 17] =
    [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

/// The algorithm of this name; Ed25519 has an old one and its own.
pub(super) fn algorithm_named(name: &str) -> Option<SigningAlgorithm> {
    match name {
        "Ed25519" => Some(SigningAlgorithm::EdDsa),
        _ => SigningAlgorithm::parse(name),
    }
}

/// A public key that was parsed once, for one algorithm.
#[derive(Clone)]
pub struct VerificationKey(Material);

#[derive(Clone)]
enum Material {
    Rsa(PKey<Public>),
    P256(EcKey<Public>),
    Ed25519(PKey<Public>),
}

impl VerificationKey {
    /// An RSA key.
    /// # Errors
    /// What makes it too weak, too slow or no key.
    pub fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeySetFault> {
        let number = |bytes| BigNum::from_slice(bytes).map_err(|_| KeySetFault::KeyMalformed);
        let (modulus, exponent) = (number(modulus)?, number(exponent)?);
        if !RSA_BITS.contains(&modulus.num_bits()) || !modulus.is_bit_set(0) {
            return Err(KeySetFault::RsaModulus);
        }
        let least = BigNum::from_u32(RSA_EXPONENT_MIN).map_err(|_| KeySetFault::RsaExponent)?;
        let fits = exponent.num_bits() <= RSA_EXPONENT_BITS_MAX && exponent >= least;
        if !fits || !exponent.is_bit_set(0) {
            return Err(KeySetFault::RsaExponent);
        }
        if is_of_the_broken_generator(&modulus).unwrap_or(true) {
            return Err(KeySetFault::RsaGenerator);
        }
        let key = Rsa::from_public_components(modulus, exponent).and_then(PKey::from_rsa);
        key.map(|key| Self(Material::Rsa(key))).map_err(|_| KeySetFault::KeyMalformed)
    }

    /// A point on P-256.
    /// # Errors
    /// [`KeySetFault::OffCurve`] if it is none.
    pub fn p256(
        x: &[u8; COORDINATE_BYTES],
        y: &[u8; COORDINATE_BYTES],
    ) -> Result<Self, KeySetFault> {
        let point = || {
            let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
            let (x, y) = (BigNum::from_slice(x)?, BigNum::from_slice(y)?);
            let key = EcKey::from_public_key_affine_coordinates(&curve, &x, &y)?;
            key.check_key().map(|()| key)
        };
        let key: Result<_, ErrorStack> = point();
        key.map(|key| Self(Material::P256(key))).map_err(|_| KeySetFault::OffCurve)
    }

    /// An Ed25519 key.
    /// # Errors
    /// [`KeySetFault::KeyMalformed`] if OpenSSL refuses it.
    pub fn ed25519(key: &[u8; COORDINATE_BYTES]) -> Result<Self, KeySetFault> {
        let key = PKey::public_key_from_raw_bytes(key, Id::ED25519);
        key.map(|key| Self(Material::Ed25519(key))).map_err(|_| KeySetFault::KeyMalformed)
    }

    /// The only algorithm it verifies.
    #[must_use]
    pub fn algorithm(&self) -> SigningAlgorithm {
        match self.0 {
            Material::Rsa(_) => SigningAlgorithm::Rs256,
            Material::P256(_) => SigningAlgorithm::Es256,
            Material::Ed25519(_) => SigningAlgorithm::EdDsa,
        }
    }

    /// Whether it signed `message`. A signature has the length that its algorithm gives it, or is none.
    #[must_use]
    pub fn confirms(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.0 {
            Material::Rsa(key) => {
                signature.len() == key.size()
                    && rs256_confirms(key, message, signature).unwrap_or(false)
            }
            Material::P256(key) => match signature.as_chunks::<COORDINATE_BYTES>() {
                ([r, s], []) => es256_confirms(key, message, r, s).unwrap_or(false),
                _ => false,
            },
            Material::Ed25519(key) => {
                signature.len() == 2 * COORDINATE_BYTES
                    && ed25519_confirms(key, message, signature).unwrap_or(false)
            }
        }
    }
}

fn rs256_confirms(
    key: &PKey<Public>,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, ErrorStack> {
    Verifier::new(MessageDigest::sha256(), key)?.verify_oneshot(signature, message)
}

fn es256_confirms(
    key: &EcKey<Public>,
    message: &[u8],
    r: &[u8; COORDINATE_BYTES],
    s: &[u8; COORDINATE_BYTES],
) -> Result<bool, ErrorStack> {
    let signature =
        EcdsaSig::from_private_components(BigNum::from_slice(r)?, BigNum::from_slice(s)?)?;
    signature.verify(&Sha256::digest(message), key)
}

fn ed25519_confirms(
    key: &PKey<Public>,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, ErrorStack> {
    Verifier::new_without_digest(key)?.verify_oneshot(signature, message)
}

/// Whether the residues of `modulus` are all powers of 65537.
fn is_of_the_broken_generator(modulus: &BigNumRef) -> Result<bool, ErrorStack> {
    for prime in TELLING_PRIMES {
        let residue = modulus.mod_word(prime)?;
        let prime = u64::from(prime);
        let mut power = 1;
        while power != residue {
            power = power * u64::from(RSA_EXPONENT_MIN) % prime;
            if power == 1 {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

impl fmt::Debug for VerificationKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("VerificationKey").field(&self.algorithm()).finish()
    }
}
