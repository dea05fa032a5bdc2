//! Signed tokens, for those who have our public keys and nothing else of ours.
//! Source: RFC 7515 §3.1 (compact form), §5.1; RFC 8725 §3.1, §3.11 (one algorithm per key, explicit types).
//!
//! The header is made once for each key and type, and compared byte for byte when one of our own tokens comes back: what
//! a token says of itself is never obeyed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::oauth::algorithm::SigningAlgorithm;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::json;
use super::shape::Compact;
use super::signature::SignatureKey;
use super::unsealable::{Unsealable, Wall};
use crate::keys::KeyRing;

/// The longest signed token that is looked at, in characters: one by RSA with every claim at its longest.
const CHARACTERS_MAX: usize = 6_000;

/// What a signed token is, told apart by `typ`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SignedType {
    /// An access token (RFC 9068 §2.1).
    AccessToken,
    /// Who logged in (OpenID Connect Core §2).
    IdToken,
    /// Who is calling, for the server behind a gateway. No access token: nobody takes one of this type for that.
    Caller,
}

/// There is no active key for the algorithm. The start and every reload of the ring see to it that configured
/// algorithms have one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("there is no key that signs with {}", .0.as_str())]
pub struct NoSigningKey(pub SigningAlgorithm);

/// Signs with the active key of each algorithm, and knows its own signatures again.
pub(super) struct Signer {
    keys: Vec<Key>,
}

struct Key {
    signature: SignatureKey,
    active: bool,
    /// The header segment of each type, in the order of [`SignedType::ALL`].
    headers: [String; SignedType::ALL.len()],
}

impl SignedType {
    /// Every type.
    pub const ALL: [Self; 3] = [Self::AccessToken, Self::IdToken, Self::Caller];

    /// The header parameter `typ`. An id token has the one that libraries expect of it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "at+jwt",
            Self::IdToken => "JWT",
            Self::Caller => "caller+jwt",
        }
    }
}

impl Signer {
    pub(super) fn new(ring: &KeyRing) -> Self {
        let key = |key: crate::keys::VerifyingKey<'_>| {
            let (algorithm, kid) = (key.pair.algorithm().as_str(), key.id);
            let header = |kind: SignedType| {
                let typ = kind.as_str();
                let json = format!(r#"{{"alg":"{algorithm}","typ":"{typ}","kid":"{kid}"}}"#);
                URL_SAFE_NO_PAD.encode(json)
            };
            let (signature, active) = (SignatureKey::new(key.pair), key.active);
            Key { signature, active, headers: SignedType::ALL.map(header) }
        };
        Self { keys: ring.signing().map(key).collect() }
    }

    pub(super) fn sign(
        &self,
        algorithm: SigningAlgorithm,
        kind: SignedType,
        claims: &impl Serialize,
    ) -> Result<String, NoSigningKey> {
        let fits = |key: &&Key| key.active && key.signature.algorithm() == algorithm;
        let key = self.keys.iter().find(fits).ok_or(NoSigningKey(algorithm))?;
        let claims = serde_json::to_vec(claims).expect("claims are plain data with string names");
        let mut text = key.headers[kind as usize].clone();
        text.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut text);
        let signature = key.signature.sign(text.as_bytes());
        text.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut text);
        Ok(text)
    }

    pub(super) fn open<C: DeserializeOwned>(
        &self,
        kind: SignedType,
        text: &str,
    ) -> Result<C, Unsealable> {
        let payload = self.payload(kind, text).map_err(Unsealable)?;
        if !json::is_strict(&payload) {
            return Err(Unsealable(Wall::Json));
        }
        serde_json::from_slice(&payload).map_err(|_| Unsealable(Wall::Claims))
    }

    fn payload(&self, kind: SignedType, text: &str) -> Result<Vec<u8>, Wall> {
        let jws = Compact::parse(text, CHARACTERS_MAX)?.signed()?;
        let named = |key: &&Key| key.headers[kind as usize] == jws.header;
        let key = self.keys.iter().find(named).ok_or(Wall::Header)?;
        let signature = URL_SAFE_NO_PAD.decode(jws.mac).map_err(|_| Wall::Shape)?;
        if !key.signature.confirms(jws.signing_input.as_bytes(), &signature) {
            return Err(Wall::Mac);
        }
        URL_SAFE_NO_PAD.decode(jws.payload).map_err(|_| Wall::Shape)
    }
}
