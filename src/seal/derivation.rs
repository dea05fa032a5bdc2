//! From the secrets of the ring to the key for one use.
//! Source: RFC 5869. Issuer, purpose, role, algorithm and day are in `info`, each ended by a zero byte (no value
//! contains one), so no two uses share a key; a value sealed for another issuer is sealed under another key.

use zeroize::Zeroizing;

use super::primitives::{KEY_BYTES, MacKey, hkdf_sha256};
use crate::keys::{KeyId, OpeningKey, Secret};

const ENCRYPTION: (&[u8], &[u8]) = (b"enc", b"A256GCM");
const AUTHENTICATION: (&[u8], &[u8]) = (b"mac", b"HS256");

/// The keys that one ring entry yields for one issuer.
pub(super) struct Derivation {
    pub(super) id: KeyId,
    pub(super) active: bool,
    issuer: String,
    salt: String,
    secret: Secret,
}

impl Derivation {
    pub(super) fn new(issuer: &str, key: &OpeningKey<'_>) -> Self {
        Self {
            id: key.id.clone(),
            active: key.active,
            issuer: issuer.to_owned(),
            salt: format!("sb/v1/{}", key.id),
            secret: key.secret.clone(),
        }
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
