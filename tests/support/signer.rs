//! Somebody else who signs JWTs: the private half of keys whose public half we are told.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::bn::{BigNum, BigNumContext};
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer as Signing;
use protocol::oauth::algorithm::SigningAlgorithm;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A key pair and its name.
#[derive(Clone)]
pub(crate) struct Signer {
    pub(crate) name: String,
    pub(crate) algorithm: SigningAlgorithm,
    key: PKey<Private>,
}

impl Signer {
    pub(crate) fn new(algorithm: SigningAlgorithm, name: &str) -> Self {
        let key = match algorithm {
            SigningAlgorithm::Rs256 => Rsa::generate(2_048).and_then(PKey::from_rsa),
            SigningAlgorithm::Es256 => EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)
                .and_then(|curve| EcKey::generate(&curve))
                .and_then(PKey::from_ec_key),
            SigningAlgorithm::EdDsa => PKey::generate_ed25519(),
        };
        Self { name: name.to_owned(), algorithm, key: key.expect("OpenSSL makes keys") }
    }

    /// The public half.
    pub(crate) fn jwk(&self) -> Value {
        match self.algorithm {
            SigningAlgorithm::Rs256 => {
                let key = self.key.rsa().expect("it is an RSA key");
                let (n, e) = (encoded(&key.n().to_vec()), encoded(&key.e().to_vec()));
                json!({ "kty": "RSA", "kid": self.name, "use": "sig", "n": n, "e": e })
            }
            SigningAlgorithm::Es256 => {
                let (x, y) = self.point().expect("it is a point");
                json!({ "kty": "EC", "crv": "P-256", "kid": self.name, "x": x, "y": y })
            }
            SigningAlgorithm::EdDsa => {
                let x = encoded(&self.key.raw_public_key().expect("it has a raw form"));
                json!({ "kty": "OKP", "crv": "Ed25519", "kid": self.name, "x": x })
            }
        }
    }

    fn point(&self) -> Result<(String, String), openssl::error::ErrorStack> {
        let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
        let (mut x, mut y) = (BigNum::new()?, BigNum::new()?);
        let (key, mut scratch) = (self.key.ec_key()?, BigNumContext::new()?);
        key.public_key().affine_coordinates(&curve, &mut x, &mut y, &mut scratch)?;
        Ok((encoded(&x.to_vec_padded(32)?), encoded(&y.to_vec_padded(32)?)))
    }

    /// The set of this key alone.
    pub(crate) fn key_set(&self) -> String {
        json!({ "keys": [self.jwk()] }).to_string()
    }

    /// A header like those of most libraries.
    pub(crate) fn header(&self) -> Value {
        json!({ "alg": self.algorithm.as_str(), "typ": "JWT", "kid": self.name })
    }

    /// Signs `claims`.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_texts(&self.header().to_string(), &claims.to_string())
    }

    /// Signs whatever is given.
    pub(crate) fn sign_texts(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", encoded(header.as_bytes()), encoded(claims.as_bytes()));
        format!("{message}.{}", encoded(&self.signature(message.as_bytes())))
    }

    pub(crate) fn signature(&self, message: &[u8]) -> Vec<u8> {
        let signed = match self.algorithm {
            SigningAlgorithm::Rs256 => Signing::new(MessageDigest::sha256(), &self.key)
                .and_then(|mut signing| signing.sign_oneshot_to_vec(message)),
            SigningAlgorithm::EdDsa => Signing::new_without_digest(&self.key)
                .and_then(|mut signing| signing.sign_oneshot_to_vec(message)),
            SigningAlgorithm::Es256 => self.key.ec_key().and_then(|key| {
                let signature = EcdsaSig::sign(&Sha256::digest(message), &key)?;
                let halves = [signature.r().to_vec_padded(32)?, signature.s().to_vec_padded(32)?];
                Ok(halves.concat())
            }),
        };
        signed.expect("a key signs")
    }
}

/// base64url without padding.
pub(crate) fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
