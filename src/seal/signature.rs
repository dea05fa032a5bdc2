//! Signatures over bytes, one algorithm per key.
//! Source: RFC 7518 §3.3 (RS256), §3.4 (ES256: two numbers of 32 bytes, no DER), RFC 8037 §3.1 (`EdDSA`).

use openssl::bn::BigNum;
use openssl::ec::EcKey;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::sign::{Signer, Verifier};
use protocol::oauth::algorithm::SigningAlgorithm;
use sha2::{Digest as _, Sha256};

use crate::keys::KeyPair;

/// Each of the two numbers of an ES256 signature.
const NUMBER_BYTES: usize = 32;
const NUMBER_BYTES_I32: i32 = 32;
/// An Ed25519 signature.
const ED25519_BYTES: usize = 64;

/// A key pair that signs, and knows its signatures again.
pub(super) enum SignatureKey {
    Es256(EcKey<Private>),
    EdDsa(PKey<Private>),
    Rs256(PKey<Private>),
}

impl SignatureKey {
    pub(super) fn new(pair: &KeyPair) -> Self {
        match pair {
            KeyPair::P256(pair) => Self::Es256(pair.clone()),
            KeyPair::Ed25519(pair) => Self::EdDsa(pair.clone()),
            KeyPair::Rsa(pair) => Self::Rs256(pair.clone()),
        }
    }

    pub(super) fn algorithm(&self) -> SigningAlgorithm {
        match self {
            Self::Es256(_) => SigningAlgorithm::Es256,
            Self::EdDsa(_) => SigningAlgorithm::EdDsa,
            Self::Rs256(_) => SigningAlgorithm::Rs256,
        }
    }

    /// The signature as a JWS carries it.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let made = match self {
            Self::Es256(pair) => EcdsaSig::sign(&Sha256::digest(message), pair).and_then(raw),
            Self::EdDsa(pair) => Signer::new_without_digest(pair)
                .and_then(|mut signer| signer.sign_oneshot_to_vec(message)),
            Self::Rs256(pair) => Signer::new(MessageDigest::sha256(), pair)
                .and_then(|mut signer| signer.sign_oneshot_to_vec(message)),
        };
        made.expect("a parsed private key signs anything")
    }

    /// Whether `signature`, of exactly the length it must have, is one of this key over `message`.
    pub(super) fn confirms(&self, message: &[u8], signature: &[u8]) -> bool {
        let confirmed = match self {
            Self::Es256(pair) => parsed(signature).map(|signature| {
                signature.and_then(|it| it.verify(&Sha256::digest(message), pair))
            }),
            Self::EdDsa(pair) => (signature.len() == ED25519_BYTES).then(|| {
                Verifier::new_without_digest(pair)
                    .and_then(|mut verifier| verifier.verify_oneshot(signature, message))
            }),
            Self::Rs256(pair) => (signature.len() == pair.size()).then(|| {
                Verifier::new(MessageDigest::sha256(), pair)
                    .and_then(|mut verifier| verifier.verify_oneshot(signature, message))
            }),
        };
        // OpenSSL reports some malformed signatures as errors and others as mismatches.
        matches!(confirmed, Some(Ok(true)))
    }
}

/// Both numbers, each filled up with zeros to its full length.
#[expect(clippy::needless_pass_by_value, reason = "it is the end of a chain")]
fn raw(signature: EcdsaSig) -> Result<Vec<u8>, ErrorStack> {
    let mut bytes = signature.r().to_vec_padded(NUMBER_BYTES_I32)?;
    bytes.extend(signature.s().to_vec_padded(NUMBER_BYTES_I32)?);
    Ok(bytes)
}

/// Both numbers of a signature of the right length.
fn parsed(bytes: &[u8]) -> Option<Result<EcdsaSig, ErrorStack>> {
    let (r, s) = (bytes.len() == 2 * NUMBER_BYTES).then(|| bytes.split_at(NUMBER_BYTES))?;
    let number = BigNum::from_slice;
    Some(number(r).and_then(|r| EcdsaSig::from_private_components(r, number(s)?)))
}
