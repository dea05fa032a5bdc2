//! JSON Web Key Sets of others: public keys that can verify what we take, and nothing that would hurt to have read.
//! Source: RFC 7517 §4, §5; RFC 7518 §6; RFC 8037 §2.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::oauth::algorithm::SigningAlgorithm;
use serde_json::{Map, Value};

use super::key::COORDINATE_BYTES;
use super::key::algorithm_named;
use super::{ForeignFault, KEY_ID_BYTES_MAX, KeySetFault, VerificationKey};
use protocol::json;

/// The longest key set that is read, in bytes.
pub const KEY_SET_BYTES_MAX: usize = 32 * 1_024;
/// How many keys a set may have, usable or not.
pub const KEYS_MAX: usize = 32;
/// The longest number of an RSA key, in bytes: one more than 4,096 bits, since some writers lead with a zero.
const RSA_BYTES_MAX: usize = 513;
/// Members of a JWK that only its owner may know (RFC 7518 §6.2.2, §6.3.2; RFC 8037 §2).
const PRIVATE_MEMBERS: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

/// Members of a JWK that verifying takes.
const NEEDED_MEMBERS: [&str; 7] = ["kty", "kid", "crv", "x", "y", "n", "e"];

/// The keys of one signer.
#[derive(Clone, Debug)]
pub struct KeySet(Vec<NamedKey>);

#[derive(Clone, Debug)]
struct NamedKey {
    name: Option<String>,
    key: VerificationKey,
}

impl KeySet {
    /// Reads a key set. Keys of other types, curves, uses or algorithms are left out, as RFC 7517 §5 asks; a key that
    /// must not be there, or is broken, refuses the whole set, so that its owner hears of it.
    /// # Errors
    /// The [`KeySetFault`] that was met first.
    pub fn parse(text: &str) -> Result<Self, KeySetFault> {
        if text.len() > KEY_SET_BYTES_MAX {
            return Err(KeySetFault::TooLong);
        }
        let set = json::parse(text.as_bytes()).map_err(|_| KeySetFault::Malformed)?;
        let keys = set.get("keys").and_then(Value::as_array).ok_or(KeySetFault::Malformed)?;
        if keys.len() > KEYS_MAX {
            return Err(KeySetFault::TooMany);
        }
        let mut usable: Vec<NamedKey> = Vec::new();
        for key in keys {
            let members = key.as_object().ok_or(KeySetFault::Malformed)?;
            let Some(named) = read(members)? else { continue };
            let same = |other: &NamedKey| {
                other.name == named.name && other.key.algorithm() == named.key.algorithm()
            };
            if named.name.is_some() && usable.iter().any(same) {
                return Err(KeySetFault::Repeated);
            }
            usable.push(named);
        }
        if usable.is_empty() { Err(KeySetFault::Useless) } else { Ok(Self(usable)) }
    }

    /// The set with nothing but the keys that can verify something, and of them nothing but what that takes.
    /// # Errors
    /// As [`Self::parse`].
    pub fn condensed(text: &str) -> Result<String, KeySetFault> {
        Self::parse(text)?;
        let mut set = json::parse(text.as_bytes()).map_err(|_| KeySetFault::Malformed)?;
        let keys = set.get_mut("keys").map(Value::take).unwrap_or_default();
        let mut kept = Vec::new();
        for key in keys.as_array().into_iter().flatten().filter_map(Value::as_object) {
            if read(key)?.is_some() {
                let needed =
                    |(name, _): &(&String, &Value)| NEEDED_MEMBERS.contains(&name.as_str());
                let members = key.iter().filter(needed);
                kept.push(Value::Object(
                    members.map(|(name, value)| (name.clone(), value.clone())).collect(),
                ));
            }
        }
        Ok(serde_json::json!({ "keys": kept }).to_string())
    }

    /// How many keys can verify something.
    #[must_use]
    pub fn usable(&self) -> usize {
        self.0.len()
    }

    /// The key of this algorithm that the token names; or the only one, if the token or the key has no name.
    pub(super) fn select(
        &self,
        algorithm: SigningAlgorithm,
        name: Option<&str>,
    ) -> Result<&VerificationKey, ForeignFault> {
        let fitting = || self.0.iter().filter(|named| named.key.algorithm() == algorithm);
        if let Some(name) = name
            && let Some(named) = fitting().find(|named| named.name.as_deref() == Some(name))
        {
            return Ok(&named.key);
        }
        let mut candidates = fitting().filter(|named| name.is_none() || named.name.is_none());
        match (candidates.next(), candidates.next()) {
            (Some(only), None) => Ok(&only.key),
            (Some(_), Some(_)) => Err(ForeignFault::KeyAmbiguous),
            (None, _) => Err(ForeignFault::KeyUnknown),
        }
    }
}

/// The one key that `members` are, if it can verify something.
/// # Errors
/// As [`KeySet::parse`].
pub(super) fn single(members: &Map<String, Value>) -> Result<VerificationKey, KeySetFault> {
    read(members)?.map(|named| named.key).ok_or(KeySetFault::Useless)
}

/// One key; `None` if it is not for us.
fn read(members: &Map<String, Value>) -> Result<Option<NamedKey>, KeySetFault> {
    if PRIVATE_MEMBERS.iter().any(|name| members.contains_key(*name)) {
        return Err(KeySetFault::Private);
    }
    let kind = text(members, "kty")?.ok_or(KeySetFault::KeyMalformed)?;
    if kind == "oct" || members.contains_key("k") {
        return Err(KeySetFault::Symmetric);
    }
    let algorithm = match (kind, text(members, "crv")?) {
        ("RSA", None) => SigningAlgorithm::Rs256,
        ("EC", Some("P-256")) => SigningAlgorithm::Es256,
        ("OKP", Some("Ed25519")) => SigningAlgorithm::EdDsa,
        _ => return Ok(None),
    };
    let key = match algorithm {
        SigningAlgorithm::Rs256 => {
            VerificationKey::rsa(&number(members, "n")?, &number(members, "e")?)
        }
        SigningAlgorithm::Es256 => {
            VerificationKey::p256(&coordinate(members, "x")?, &coordinate(members, "y")?)
        }
        SigningAlgorithm::EdDsa => VerificationKey::ed25519(&coordinate(members, "x")?),
    };
    let key = key?;
    let name = text(members, "kid")?.map(str::to_owned);
    if name.as_ref().is_some_and(|name| name.len() > KEY_ID_BYTES_MAX) {
        return Err(KeySetFault::KeyMalformed);
    }
    Ok(is_for_verification(members, algorithm)?.then_some(NamedKey { name, key }))
}

/// Whether its owner meant it for verifying this algorithm. Source: RFC 7517 §4.2 to §4.4.
fn is_for_verification(
    members: &Map<String, Value>,
    algorithm: SigningAlgorithm,
) -> Result<bool, KeySetFault> {
    let usage = text(members, "use")?.is_none_or(|usage| usage == "sig");
    let named = text(members, "alg")?.is_none_or(|name| algorithm_named(name) == Some(algorithm));
    let operation = match members.get("key_ops") {
        None => true,
        Some(Value::Array(operations)) => operations.iter().any(|name| name == "verify"),
        Some(_) => return Err(KeySetFault::KeyMalformed),
    };
    Ok(usage && named && operation)
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, KeySetFault> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(KeySetFault::KeyMalformed),
    }
}

fn bytes(members: &Map<String, Value>, name: &str) -> Result<Vec<u8>, KeySetFault> {
    let text = text(members, name)?.ok_or(KeySetFault::KeyMalformed)?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| KeySetFault::KeyMalformed)
}

fn coordinate(
    members: &Map<String, Value>,
    name: &str,
) -> Result<[u8; COORDINATE_BYTES], KeySetFault> {
    bytes(members, name)?.try_into().map_err(|_| KeySetFault::KeyMalformed)
}

/// A number of an RSA key. One that is too long is never calculated with.
fn number(members: &Map<String, Value>, name: &str) -> Result<Vec<u8>, KeySetFault> {
    let bytes = bytes(members, name)?;
    match (bytes.len() > RSA_BYTES_MAX, name) {
        (false, _) => Ok(bytes),
        (true, "e") => Err(KeySetFault::RsaExponent),
        (true, _) => Err(KeySetFault::RsaModulus),
    }
}
