//! JWTs that others signed: read strictly, verified by one key for one algorithm, and judged by nobody but us.
//!
//! A header that somebody else wrote cannot be compared byte for byte, so nothing is dispatched on it before it was read
//! by a parser of its own: bounded, without repeated members, with members and algorithms from the list of its
//! [`ForeignKind`]. Keys come from where the signer is known from, never from the token; but for a proof of possession,
//! which proves nothing but that its sender has the key that it shows ([`proof`]).
//!
//! Source: RFC 7515 §4 and §7.1, RFC 8725 §3.1, §3.9 to §3.12.

mod claims;
mod fault;
mod key;
mod key_set;
pub mod proof;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

pub use claims::{ClaimFault, ForeignClaims};
pub use fault::{ForeignFault, KeySetFault};
pub use key::VerificationKey;
use key::algorithm_named;
pub use key_set::{KEY_SET_BYTES_MAX, KEYS_MAX, KeySet};
use protocol::json;
use protocol::oauth::algorithm::SigningAlgorithm;

/// The longest protected header that is read, in bytes.
pub const HEADER_BYTES_MAX: usize = 2_048;
/// The longest key id that is read, in bytes.
pub const KEY_ID_BYTES_MAX: usize = 256;

/// What tells one kind of foreign JWT from every other: data, so that each kind is read by the same code.
#[derive(Clone, Copy, Debug)]
pub struct ForeignKind {
    /// The longest text that is read, in bytes.
    pub bytes_max: usize,
    /// The types it may have, compared without case and without the prefix `application/`.
    pub types: &'static [&'static str],
    /// Whether it may have none.
    pub untyped: bool,
    /// Members of its header besides `alg`, `typ` and `kid`; none of them is looked at.
    pub ignored_members: &'static [&'static str],
    /// The algorithms it may be signed with.
    pub algorithms: &'static [SigningAlgorithm],
}

/// What a client proves itself with. Source: RFC 7523 §3; rfc7523bis (draft 11) for its type, which is old enough to be
/// absent or `JWT` in most clients. Microsoft's libraries add certificate thumbprints, which choose no key here.
pub const CLIENT_ASSERTION: ForeignKind = ForeignKind {
    bytes_max: 8_192,
    types: &["jwt", "client-authentication+jwt"],
    untyped: true,
    ignored_members: &["x5t", "x5t#S256"],
    algorithms: &[SigningAlgorithm::Rs256, SigningAlgorithm::Es256, SigningAlgorithm::EdDsa],
};

/// A JWT of the right shape, signed by we do not know whom yet.
#[derive(Debug)]
pub struct ForeignJwt<'text> {
    algorithm: SigningAlgorithm,
    key_id: Option<String>,
    signing_input: &'text str,
    signature: Vec<u8>,
    claims: ForeignClaims,
}

impl<'text> ForeignJwt<'text> {
    /// Reads the compact form, and nothing else.
    /// # Errors
    /// The [`ForeignFault`] that was met first.
    pub fn parse(text: &'text str, kind: &ForeignKind) -> Result<Self, ForeignFault> {
        let (jwt, header) = Self::split(text, kind.bytes_max)?;
        jwt.headed(header, kind)
    }

    /// The parts, before anything in the header was looked at.
    fn split(
        text: &'text str,
        bytes_max: usize,
    ) -> Result<(Unheaded<'text>, Map<String, Value>), ForeignFault> {
        if text.len() > bytes_max {
            return Err(ForeignFault::Length);
        }
        let mut segments = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (segments.next(), segments.next(), segments.next(), segments.next())
        else {
            return Err(ForeignFault::Shape);
        };
        let signing_input = &text[..header.len() + 1 + payload.len()];
        let [header, payload, signature] =
            [decoded(header)?, decoded(payload)?, decoded(signature)?];
        if header.len() > HEADER_BYTES_MAX {
            return Err(ForeignFault::Length);
        }
        let header = object(&header).ok_or(ForeignFault::Header)?;
        Ok((Unheaded { signing_input, payload, signature }, header))
    }

    /// What it says it is signed with; one of its kind.
    #[must_use]
    pub fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// The claims before anybody vouched for them: to look up whose keys to ask, and for nothing else.
    #[must_use]
    pub fn unverified(&self) -> &ForeignClaims {
        &self.claims
    }

    /// The claims, if one of `keys` signed them.
    /// # Errors
    /// [`ForeignFault::KeyUnknown`] if there is no such key, which a newer copy of the set may mend;
    /// [`ForeignFault::KeyAmbiguous`] if the token names none and several would do; [`ForeignFault::Signature`].
    pub fn verify(&self, keys: &KeySet) -> Result<&ForeignClaims, ForeignFault> {
        self.verify_with(keys.select(self.algorithm, self.key_id.as_deref())?)
    }

    fn verify_with(&self, key: &VerificationKey) -> Result<&ForeignClaims, ForeignFault> {
        let fits = key.algorithm() == self.algorithm;
        if fits && key.confirms(self.signing_input.as_bytes(), &self.signature) {
            Ok(&self.claims)
        } else {
            Err(ForeignFault::Signature)
        }
    }
}

/// A JWT whose header is still to be judged.
struct Unheaded<'text> {
    signing_input: &'text str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'text> Unheaded<'text> {
    fn headed(
        self,
        header: Map<String, Value>,
        kind: &ForeignKind,
    ) -> Result<ForeignJwt<'text>, ForeignFault> {
        let Self { signing_input, payload, signature } = self;
        let (algorithm, key_id) = read_header(header, kind)?;
        let claims = object(&payload).ok_or(ForeignFault::Claims)?;
        let claims = ForeignClaims::new(claims);
        Ok(ForeignJwt { algorithm, key_id, signing_input, signature, claims })
    }
}

/// The bytes of a segment in its only spelling, at least one.
fn decoded(segment: &str) -> Result<Vec<u8>, ForeignFault> {
    let bytes = URL_SAFE_NO_PAD.decode(segment).map_err(|_| ForeignFault::Shape)?;
    if bytes.is_empty() { Err(ForeignFault::Shape) } else { Ok(bytes) }
}

fn object(text: &[u8]) -> Option<Map<String, Value>> {
    match json::parse(text).ok()? {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// The algorithm and the key id of a header that has nothing it must not have.
fn read_header(
    header: Map<String, Value>,
    kind: &ForeignKind,
) -> Result<(SigningAlgorithm, Option<String>), ForeignFault> {
    let (mut algorithm, mut typ, mut key_id) = (None, None, None);
    for (name, value) in header {
        let Value::String(value) = value else { return Err(ForeignFault::HeaderMember) };
        match name.as_str() {
            "alg" => algorithm = Some(value),
            "typ" => typ = Some(value),
            "kid" => key_id = Some(value),
            name if kind.ignored_members.contains(&name) => {}
            _ => return Err(ForeignFault::HeaderMember),
        }
    }
    let typ = typ.map(|typ| typ.to_ascii_lowercase());
    let typed = typ.as_deref().map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
    if !typed.map_or(kind.untyped, |typ| kind.types.contains(&typ)) {
        return Err(ForeignFault::Type);
    }
    let algorithm = algorithm.as_deref().and_then(algorithm_named);
    let algorithm = algorithm.filter(|algorithm| kind.algorithms.contains(algorithm));
    if key_id.as_ref().is_some_and(|key_id| key_id.len() > KEY_ID_BYTES_MAX) {
        return Err(ForeignFault::HeaderMember);
    }
    Ok((algorithm.ok_or(ForeignFault::Algorithm)?, key_id))
}
