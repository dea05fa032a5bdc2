//! Signing keys: key pairs whose public halves resource servers and clients fetch as a JSON Web Key Set.
//! Source: RFC 7517 (JWK Set), RFC 7638 (thumbprint as key id), RFC 8725 §3.1 (one key, one algorithm).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::pkey::PKey;
use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::time::UnixTime;
use serde::Serialize;
use zeroize::Zeroizing;

use super::error::KeyRingError;
use super::pair::{KeyPair, PublicMembers};
use super::secret::EITHER_PADDING;
use super::{KeyId, KeyState, KeySummary, Ring};

/// How a file in PEM begins and ends each of its parts (RFC 7468 §2).
const PEM_BEGIN: &str = "-----BEGIN ";
const PEM_END: &str = "-----END ";
const PEM_PARAMETERS: &str = "-----BEGIN EC PARAMETERS";

/// A key pair with its algorithm, parsed once.
pub(super) struct SigningKey {
    pub(super) id: KeyId,
    pub(super) algorithm: SigningAlgorithm,
    pub(super) key_state: KeyState,
    pub(super) created_at: Option<UnixTime>,
    /// `None` once the key is revoked and destroyed.
    pub(super) pair: Option<KeyPair>,
}

#[derive(Serialize)]
struct PublicKey<'ring> {
    #[serde(flatten)]
    members: PublicMembers,
    #[serde(rename = "use")]
    usage: &'static str,
    alg: &'static str,
    kid: &'ring str,
}

#[derive(Serialize)]
struct KeySet<'ring> {
    keys: Vec<PublicKey<'ring>>,
}

impl SigningKey {
    pub(super) fn generate(
        algorithm: SigningAlgorithm,
        key_state: KeyState,
        now: UnixTime,
    ) -> Self {
        Self::new(KeyPair::generate(algorithm), key_state, Some(now))
    }

    fn new(pair: KeyPair, key_state: KeyState, created_at: Option<UnixTime>) -> Self {
        let (id, algorithm) = (pair.public().key_id(), pair.algorithm());
        Self { id, algorithm, key_state, created_at, pair: Some(pair) }
    }

    /// Reads a private key as [`Self::to_base64url`] wrote it; `None` if it is not one for `algorithm` with that id.
    pub(super) fn parse(
        id: &str,
        algorithm: SigningAlgorithm,
        pkcs8: &str,
        key_state: KeyState,
        created_at: UnixTime,
    ) -> Option<Self> {
        let der = Zeroizing::new(URL_SAFE_NO_PAD.decode(pkcs8).ok()?);
        let key = Self::new(KeyPair::from_pkcs8(&der)?, key_state, Some(created_at));
        (key.id.as_str() == id && key.algorithm == algorithm).then_some(key)
    }

    /// What is left of a key after it was destroyed.
    pub(super) fn destroyed(id: String, algorithm: SigningAlgorithm, created_at: UnixTime) -> Self {
        let (key_state, created_at) = (KeyState::Revoked, Some(created_at));
        Self { id: KeyId(id), algorithm, key_state, created_at, pair: None }
    }

    pub(super) fn destroy(&mut self) {
        (self.key_state, self.pair) = (KeyState::Revoked, None);
    }

    pub(super) fn to_base64url(&self) -> Option<Zeroizing<String>> {
        Some(Zeroizing::new(URL_SAFE_NO_PAD.encode(self.pair.as_ref()?.to_pkcs8())))
    }

    pub(super) fn summary(&self) -> KeySummary {
        KeySummary {
            ring: Ring::Signing,
            id: self.id.clone(),
            algorithm: Some(self.algorithm),
            key_state: self.key_state,
            created_at: self.created_at,
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.summary().fmt(formatter)
    }
}

/// The keys of a variable: PEM, or PKCS#8 as base64 with commas or spaces between them. Of each algorithm the first one
/// signs; the others are published, so that what they sign or signed can be verified.
pub(super) fn read_variable(text: &str) -> Result<Vec<SigningKey>, KeyRingError> {
    let parsed = if text.contains(PEM_BEGIN) { pem(text) } else { base64(text) };
    let mut keys: Vec<SigningKey> = Vec::new();
    for (at, pair) in parsed.into_iter().enumerate() {
        let pair = pair.ok_or(KeyRingError::SigningVariable { position: at + 1 })?;
        let others = keys.iter().any(|key| key.algorithm == pair.algorithm());
        let key_state = if others { KeyState::Retiring } else { KeyState::Active };
        keys.push(SigningKey::new(pair, key_state, None));
    }
    Ok(keys)
}

fn pem(text: &str) -> Vec<Option<KeyPair>> {
    let starts = text.match_indices(PEM_BEGIN).map(|(at, _)| at);
    let parts = starts.map(|start| {
        let rest = &text[start..];
        let end = rest.find(PEM_END).unwrap_or(rest.len());
        rest[end..].find('\n').map_or(rest, |line| &rest[..end + line])
    });
    // Elliptic curve parameters stand before some keys and are no key.
    let keys = parts.filter(|part| !part.starts_with(PEM_PARAMETERS));
    keys.map(|part| KeyPair::of(PKey::private_key_from_pem(part.as_bytes()).ok()?)).collect()
}

fn base64(text: &str) -> Vec<Option<KeyPair>> {
    let parts = text.split([',', ' ', '\n', '\r', '\t']).filter(|part| !part.is_empty());
    let pair = |part: &str| {
        let standard = Zeroizing::new(part.replace('-', "+").replace('_', "/"));
        let der = Zeroizing::new(EITHER_PADDING.decode(standard.as_bytes()).ok()?);
        KeyPair::from_pkcs8(&der)
    };
    parts.map(pair).collect()
}

/// The JSON Web Key Set of all keys that are not revoked: pending ones too, so that verifiers know them ahead of use.
pub(super) fn published(keys: &[SigningKey]) -> String {
    let keys = keys.iter().filter_map(|key| {
        let pair = key.pair.as_ref().filter(|_| key.key_state.opens())?;
        let (members, alg) = (pair.public(), key.algorithm.as_str());
        Some(PublicKey { members, usage: "sig", alg, kid: key.id.as_str() })
    });
    let set = KeySet { keys: keys.collect() };
    serde_json::to_string(&set).expect("strings become JSON")
}
