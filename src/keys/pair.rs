//! Key pairs for signatures: made, read and described; each is for one algorithm.
//! Source: RFC 7518 §6.2 (EC), §6.3 (RSA), RFC 8037 §2 (OKP), RFC 7638 (thumbprint).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::bn::{BigNum, BigNumContext, BigNumRef};
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Private};
use openssl::rsa::Rsa;
use protocol::oauth::algorithm::SigningAlgorithm;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::KeyId;

/// 48 bits of the thumbprint: enough to tell a handful of keys apart, short in every token.
const ID_CHARACTERS: usize = 8;
const COORDINATE_BYTES: i32 = 32;
/// What RFC 7518 §3.3 demands, and what new keys have: each further bit makes every token longer.
const RSA_BITS: u32 = 2_048;
/// Signing with more takes milliseconds.
const RSA_BITS_MAX: u32 = 4_096;
/// The exponent that everybody uses and every verifier takes.
const RSA_EXPONENT: u32 = 65_537;

/// A private key with its public half, parsed once.
pub(crate) enum KeyPair {
    /// On P-256, for ES256.
    P256(EcKey<Private>),
    /// For `EdDSA`.
    Ed25519(PKey<Private>),
    /// For RS256.
    Rsa(PKey<Private>),
}

/// The members that make a public key, in the lexicographic order that RFC 7638 §3.2 asks for.
#[derive(Clone, Serialize)]
#[serde(untagged)]
pub(super) enum PublicMembers {
    Ec { crv: &'static str, kty: &'static str, x: String, y: String },
    Okp { crv: &'static str, kty: &'static str, x: String },
    Rsa { e: String, kty: &'static str, n: String },
}

impl KeyPair {
    /// A new pair for `algorithm`.
    pub(super) fn generate(algorithm: SigningAlgorithm) -> Self {
        let made = match algorithm {
            SigningAlgorithm::Es256 => {
                p256().and_then(|curve| EcKey::generate(&curve)).map(Self::P256)
            }
            SigningAlgorithm::EdDsa => PKey::generate_ed25519().map(Self::Ed25519),
            SigningAlgorithm::Rs256 => {
                Rsa::generate(RSA_BITS).and_then(PKey::from_rsa).map(Self::Rsa)
            }
        };
        made.expect("OpenSSL makes keys of these kinds")
    }

    /// Takes a private key for the one algorithm it is good for; `None` if there is none.
    pub(super) fn of(private: PKey<Private>) -> Option<Self> {
        match private.id() {
            Id::EC => {
                let pair = private.ec_key().ok()?;
                let fits = pair.group().curve_name() == Some(Nid::X9_62_PRIME256V1);
                (fits && pair.check_key().is_ok()).then_some(Self::P256(pair))
            }
            Id::ED25519 => Some(Self::Ed25519(private)),
            Id::RSA => {
                let pair = private.rsa().ok()?;
                let exponent = BigNum::from_u32(RSA_EXPONENT).ok()?;
                let bits = (RSA_BITS..=RSA_BITS_MAX).contains(&private.bits());
                let sound = pair.check_key().is_ok_and(|sound| sound) && *pair.e() == *exponent;
                (bits && sound).then_some(Self::Rsa(private))
            }
            _ => None,
        }
    }

    /// Reads a private key as [`Self::to_pkcs8`] wrote it.
    pub(super) fn from_pkcs8(der: &[u8]) -> Option<Self> {
        Self::of(PKey::private_key_from_pkcs8(der).ok()?)
    }

    /// The private key as DER (RFC 5208).
    pub(super) fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        let written = match self {
            Self::P256(pair) => {
                PKey::from_ec_key(pair.clone()).and_then(|private| private.private_key_to_pkcs8())
            }
            Self::Ed25519(private) | Self::Rsa(private) => private.private_key_to_pkcs8(),
        };
        Zeroizing::new(written.expect("a parsed key can be written"))
    }

    /// What it signs with.
    pub(crate) fn algorithm(&self) -> SigningAlgorithm {
        match self {
            Self::P256(_) => SigningAlgorithm::Es256,
            Self::Ed25519(_) => SigningAlgorithm::EdDsa,
            Self::Rsa(_) => SigningAlgorithm::Rs256,
        }
    }

    /// Its public half.
    pub(super) fn public(&self) -> PublicMembers {
        let members = match self {
            Self::P256(pair) => {
                point(pair).map(|(x, y)| PublicMembers::Ec { crv: "P-256", kty: "EC", x, y })
            }
            Self::Ed25519(private) => private.raw_public_key().map(|x| PublicMembers::Okp {
                crv: "Ed25519",
                kty: "OKP",
                x: URL_SAFE_NO_PAD.encode(x),
            }),
            Self::Rsa(private) => private.rsa().map(|pair| {
                let (e, n) = (unsigned(pair.e()), unsigned(pair.n()));
                PublicMembers::Rsa { e, kty: "RSA", n }
            }),
        };
        members.expect("a parsed key has a public half")
    }
}

impl PublicMembers {
    /// The start of the thumbprint.
    pub(super) fn key_id(&self) -> KeyId {
        let members = serde_json::to_vec(self).expect("strings become JSON");
        let mut id = URL_SAFE_NO_PAD.encode(Sha256::digest(members));
        id.truncate(ID_CHARACTERS);
        KeyId(id)
    }
}

fn p256() -> Result<EcGroup, ErrorStack> {
    EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)
}

fn point(pair: &EcKey<Private>) -> Result<(String, String), ErrorStack> {
    let (curve, mut x, mut y) = (p256()?, BigNum::new()?, BigNum::new()?);
    let mut scratch = BigNumContext::new()?;
    pair.public_key().affine_coordinates(&curve, &mut x, &mut y, &mut scratch)?;
    let written = |coordinate: &BigNum| {
        coordinate.to_vec_padded(COORDINATE_BYTES).map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
    };
    Ok((written(&x)?, written(&y)?))
}

/// RFC 7518 §2 (Base64urlUInt): no leading zero byte.
fn unsigned(number: &BigNumRef) -> String {
    URL_SAFE_NO_PAD.encode(number.to_vec())
}
