//! Signing keys: ES256 key pairs whose public halves resource servers fetch as a JSON Web Key Set.
//! Source: RFC 7517 (JWK Set), RFC 7518 §6.2 (EC members), RFC 7638 (thumbprint as key id).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::bn::{BigNum, BigNumContext};
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use protocol::oauth::time::UnixTime;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{KeyId, KeyState, KeySummary, Ring};

/// 48 bits of the thumbprint: enough to tell a handful of keys apart, short in every token.
const ID_CHARACTERS: usize = 8;
const COORDINATE_BYTES: i32 = 32;

/// A P-256 key pair, parsed once.
pub(super) struct SigningKey {
    pub(super) id: KeyId,
    pub(super) key_state: KeyState,
    pub(super) created_at: Option<UnixTime>,
    private: Option<PKey<Private>>,
    point: Option<Point>,
}

/// The members a thumbprint covers, in the lexicographic order RFC 7638 §3.2 asks for.
#[derive(Clone, Serialize)]
struct Point {
    crv: &'static str,
    kty: &'static str,
    x: String,
    y: String,
}

#[derive(Serialize)]
struct PublicKey<'ring> {
    #[serde(flatten)]
    point: &'ring Point,
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
    pub(super) fn generate(key_state: KeyState, now: UnixTime) -> Self {
        let private = generate().expect("OpenSSL makes P-256 keys");
        let point = Point::of(&private).expect("a P-256 key has a point on P-256");
        let id = point.key_id();
        let (private, point) = (Some(private), Some(point));
        Self { id, key_state, created_at: Some(now), private, point }
    }

    /// Reads a private key as [`Self::to_base64url`] wrote it; `None` if it is anything but a P-256 key with that id.
    pub(super) fn parse(
        id: &str,
        pkcs8: &str,
        key_state: KeyState,
        created_at: UnixTime,
    ) -> Option<Self> {
        let der = Zeroizing::new(URL_SAFE_NO_PAD.decode(pkcs8).ok()?);
        let private = PKey::private_key_from_pkcs8(&der).ok()?;
        let point = Point::of(&private).ok().filter(|point| point.key_id().as_str() == id)?;
        let (id, private, point) = (point.key_id(), Some(private), Some(point));
        Some(Self { id, key_state, created_at: Some(created_at), private, point })
    }

    /// What is left of a key after it was destroyed.
    pub(super) fn destroyed(id: String, created_at: UnixTime) -> Self {
        let (key_state, created_at) = (KeyState::Revoked, Some(created_at));
        Self { id: KeyId(id), key_state, created_at, private: None, point: None }
    }

    pub(super) fn destroy(&mut self) {
        (self.key_state, self.private, self.point) = (KeyState::Revoked, None, None);
    }

    pub(super) fn to_base64url(&self) -> Option<Zeroizing<String>> {
        let der =
            self.private.as_ref()?.private_key_to_pkcs8().expect("a parsed key can be written");
        Some(Zeroizing::new(URL_SAFE_NO_PAD.encode(Zeroizing::new(der))))
    }

    pub(super) fn summary(&self) -> KeySummary {
        KeySummary {
            ring: Ring::Signing,
            id: self.id.clone(),
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

/// The JSON Web Key Set of all keys that are not revoked: pending ones too, so that verifiers know them ahead of use.
pub(super) fn published(keys: &[SigningKey]) -> String {
    let keys = keys.iter().filter_map(|key| {
        let point = key.point.as_ref().filter(|_| key.key_state.opens())?;
        Some(PublicKey { point, usage: "sig", alg: "ES256", kid: key.id.as_str() })
    });
    let set = KeySet { keys: keys.collect() };
    serde_json::to_string(&set).expect("strings become JSON")
}

fn generate() -> Result<PKey<Private>, ErrorStack> {
    let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
    PKey::from_ec_key(EcKey::generate(&curve)?)
}

impl Point {
    fn of(private: &PKey<Private>) -> Result<Self, ErrorStack> {
        let pair = private.ec_key()?;
        pair.check_key()?;
        let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
        let (mut x, mut y) = (BigNum::new()?, BigNum::new()?);
        let mut scratch = BigNumContext::new()?;
        pair.public_key().affine_coordinates(&curve, &mut x, &mut y, &mut scratch)?;
        let written = |coordinate: &BigNum| {
            coordinate.to_vec_padded(COORDINATE_BYTES).map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
        };
        Ok(Self { crv: "P-256", kty: "EC", x: written(&x)?, y: written(&y)? })
    }

    fn key_id(&self) -> KeyId {
        let members = serde_json::to_vec(self).expect("strings become JSON");
        let mut id = URL_SAFE_NO_PAD.encode(Sha256::digest(members));
        id.truncate(ID_CHARACTERS);
        KeyId(id)
    }
}
