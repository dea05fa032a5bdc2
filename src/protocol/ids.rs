//! Names of codes, tokens and families of tokens: 128 bits each, derived from one another rather than stored.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::oauth::time::UnixTime;

/// Names one authorization code. Random, and known only to who can open the code.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct CodeId(pub [u8; 16]);

/// Names all tokens that descend from one code.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct FamilyId(pub [u8; 16]);

/// Names one access token (`jti`).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct TokenId(pub [u8; 16]);

/// Names what an identity provider gave for a person, where a ledger keeps it: at random until the family it belongs to is
/// founded, then as that family.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct GrantName(pub [u8; 16]);

impl GrantName {
    /// What belongs to `family`.
    #[must_use]
    pub fn of(family: FamilyId) -> Self {
        Self(family.0)
    }
}

impl CodeId {
    /// The family a redemption of this code founds, the same however often it is redeemed.
    #[must_use]
    pub fn family(self) -> FamilyId {
        FamilyId(derive(self.0, "family", &[]))
    }
}

impl TokenId {
    /// The name as tokens carry it (`jti`): that of the family, and enough of its own to be told apart within it.
    #[must_use]
    pub fn within(self, family: FamilyId) -> [u8; 24] {
        let mut name = [0; 24];
        name[..16].copy_from_slice(&family.0);
        name[16..].copy_from_slice(&self.0[..8]);
        name
    }
}

impl FamilyId {
    /// The access token issued with refresh token number `generation` at `issued_at`.
    ///
    /// A retry that asks for the same thing at the same instant gets the same name.
    #[must_use]
    pub fn access_token(self, generation: u32, issued_at: UnixTime, scope: &str) -> TokenId {
        let parts: [&[u8]; 3] =
            [&generation.to_be_bytes(), &issued_at.0.to_be_bytes(), scope.as_bytes()];
        TokenId(derive(self.0, "access token", &parts))
    }
}

/// HMAC-SHA-256 keyed by a parent id, cut to 128 bits. Parts are length-prefixed, so no two lists read alike.
fn derive(parent: [u8; 16], label: &str, parts: &[&[u8]]) -> [u8; 16] {
    let mut mac = Hmac::<Sha256>::new_from_slice(&parent).expect("HMAC takes keys of any length");
    mac.update(label.as_bytes());
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    leading(&mac.finalize().into_bytes())
}

/// SHA-256 of `text`, cut to `N` bytes: what stands for a longer text inside a sealed value.
pub(crate) fn short_digest<const N: usize>(text: &str) -> [u8; N] {
    leading(&Sha256::digest(text))
}

/// The first `N` bytes of a digest that has at least as many.
pub(crate) fn leading<const N: usize>(digest: &[u8]) -> [u8; N] {
    *digest.first_chunk().expect("a digest is longer than what is kept of it")
}
