//! Proofs of possession: JWTs that carry the key they are verified with, and prove that their sender has its other half.
//!
//! Source: RFC 9449 §4.2 and §4.3, RFC 7638 (the name of the key). What the claims say of the request is judged elsewhere.

use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::dpop::KeyThumbprint;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{ForeignClaims, ForeignFault, ForeignJwt, ForeignKind, VerificationKey, key_set};

/// What a proof is. Its `jwk` is read before the rest of the header is.
const DPOP_PROOF: ForeignKind = ForeignKind {
    bytes_max: 8_192,
    types: &["dpop+jwt"],
    untyped: false,
    ignored_members: &[],
    algorithms: &SigningAlgorithm::ALL,
};

/// A proof whose signature is that of the key it carries.
#[derive(Debug)]
pub struct Proof {
    /// What it says.
    pub claims: ForeignClaims,
    /// The key.
    pub key: KeyThumbprint,
}

impl Proof {
    /// Reads and verifies a proof.
    /// # Errors
    /// The [`ForeignFault`] that was met first; [`ForeignFault::HeaderMember`] for a key that is private, symmetric, weak,
    /// of another type or use, or no key.
    pub fn read(text: &str) -> Result<Self, ForeignFault> {
        let (jwt, mut header) = ForeignJwt::split(text, DPOP_PROOF.bytes_max)?;
        let Some(Value::Object(members)) = header.shift_remove("jwk") else {
            return Err(ForeignFault::HeaderMember);
        };
        let jwt = jwt.headed(header, &DPOP_PROOF)?;
        let key = key_set::single(&members).map_err(|_| ForeignFault::HeaderMember)?;
        let claims = jwt.verify_with(&key)?.clone();
        let key = thumbprint(&key, &members).ok_or(ForeignFault::HeaderMember)?;
        Ok(Self { claims, key })
    }
}

/// SHA-256 of the required members in the order of their names. Source: RFC 7638 §3.2, RFC 8037 Appendix A.3.
fn thumbprint(key: &VerificationKey, members: &Map<String, Value>) -> Option<KeyThumbprint> {
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    // These texts were read as base64url or as names that are known: nothing in them needs an escape.
    let canonical = match key.algorithm() {
        SigningAlgorithm::Rs256 => {
            format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, text("e")?, text("n")?)
        }
        SigningAlgorithm::Es256 => {
            format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, text("x")?, text("y")?)
        }
        SigningAlgorithm::EdDsa => {
            format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, text("x")?)
        }
    };
    Some(KeyThumbprint(Sha256::digest(canonical).into()))
}
