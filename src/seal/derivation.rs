//! From the secrets of the ring to the key for one use.
//! Source: RFC 5869. Issuer, purpose, role, algorithm and day are in `info`, each ended by a zero byte (no value
//! contains one), so no two uses share a key; a value sealed for another issuer is sealed under another key.

use std::fmt;

use zeroize::Zeroizing;

use super::primitives::{KEY_BYTES, MacKey, hkdf_sha256};
use crate::keys::{KeyId, OpeningKey, Secret};

const ENCRYPTION: (&[u8], &[u8]) = (b"enc", b"A256GCM");
const AUTHENTICATION: (&[u8], &[u8]) = (b"mac", b"HS256");

/// The keys that one ring entry yields for one issuer.
pub(super) struct Derivation {
    pub(super) origin: Origin,
    pub(super) active: bool,
    issuer: String,
    salt: String,
    secret: Secret,
}

impl Derivation {
    pub(super) fn new(issuer: &str, key: &OpeningKey<'_>) -> Self {
        let mut derivation = Self {
            origin: Origin { key_id: key.id.clone(), ids: MacKey::new(&[]) },
            active: key.active,
            issuer: issuer.to_owned(),
            salt: format!("sb/v1/{}", key.id),
            secret: key.secret.clone(),
        };
        derivation.origin.ids = derivation.mac_key("derived-id", "");
        derivation
    }

    pub(super) fn encryption_key(&self, label: &str, day: &str) -> Zeroizing<[u8; KEY_BYTES]> {
        self.derive(label, ENCRYPTION, day)
    }

    pub(super) fn mac_key(&self, label: &str, day: &str) -> MacKey {
        MacKey::new(&*self.derive(label, AUTHENTICATION, day))
    }

    fn derive(
        &self,
        label: &str,
        (role, algorithm): (&[u8], &[u8]),
        day: &str,
    ) -> Zeroizing<[u8; KEY_BYTES]> {
        let (issuer, label, day) = (self.issuer.as_bytes(), label.as_bytes(), day.as_bytes());
        let info = [issuer, b"\0", label, b"\0", role, b"\0", algorithm, b"\0", day];
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        hkdf_sha256(self.secret.as_bytes(), self.salt.as_bytes(), &info, &mut *key);
        key
    }
}

/// The ring key a value was sealed under, and what every node can derive from that key and the value alone: the same
/// ids, whichever node opens it and whatever key is active there by then.
#[derive(Clone)]
pub struct Origin {
    key_id: KeyId,
    ids: MacKey,
}

/// What a derived id names. Spellings are never changed: a code in flight must yield the same ids after an update.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum IdLabel {
    /// An access token.
    AccessToken,
    /// A refresh token.
    RefreshToken,
    /// Everything that descends from one authorization.
    Family,
}

impl IdLabel {
    /// Every label.
    pub const ALL: [Self; 3] = [Self::AccessToken, Self::RefreshToken, Self::Family];

    /// Its spelling in the derivation.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "access-token",
            Self::RefreshToken => "refresh-token",
            Self::Family => "family",
        }
    }
}

impl Origin {
    /// The ring key.
    #[must_use]
    pub fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// The id that `label` and `input` have under this key: nobody without the ring can predict it, and it is the same
    /// every time. Where one part of `input` ends and the next begins matters.
    #[must_use]
    pub fn derive_id(&self, label: IdLabel, input: &[&[u8]]) -> [u8; 16] {
        let lengths: Vec<[u8; 8]> =
            input.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
        let mut parts: Vec<&[u8]> = vec![label.as_str().as_bytes(), b"\0"];
        for (length, part) in lengths.iter().zip(input) {
            parts.extend([length.as_slice(), part]);
        }
        let mac = self.ids.mac(&parts);
        std::array::from_fn(|at| mac[at])
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Origin({})", self.key_id)
    }
}
