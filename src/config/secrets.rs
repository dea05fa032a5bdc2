//! Secrets as configuration holds them: text that cannot be printed, and what a client's secret hashes to.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::PasswordHash;
use crate::world::{RealWorld, World as _};

/// Text that must not reach a log.
#[derive(Clone, Eq, PartialEq)]
pub struct SecretText(String);

impl SecretText {
    /// Wraps `text`.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// 128 bits that nobody can guess, as 22 characters that can be typed and copied.
    #[must_use]
    pub(super) fn random() -> Self {
        Self(URL_SAFE_NO_PAD.encode(RealWorld.random()))
    }

    /// The text, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretText(..)")
    }
}

/// What the secret of a pre-registered client hashes to.
#[derive(Clone)]
pub enum ClientSecretHash {
    /// SHA-256 of a secret that a machine made; a fast hash is enough, since nobody can guess 256 bits.
    Sha256([u8; 32]),
    /// argon2id, for a secret that a person chose.
    Argon2(PasswordHash),
}

impl ClientSecretHash {
    /// The hash of a secret that a machine made.
    #[must_use]
    pub fn of_machine_made(secret: &str) -> Self {
        Self::Sha256(Sha256::digest(secret.as_bytes()).into())
    }

    /// Reads 64 hexadecimal digits, 43 characters of base64url, or a PHC string.
    /// # Errors
    /// What is wrong, as half a sentence that does not contain the hash.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with('$') {
            return PasswordHash::parse(text).map(Self::Argon2);
        }
        digest(text).map(Self::Sha256).ok_or_else(|| {
            "is neither a SHA-256 (64 hex digits or 43 of base64url) nor an argon2id PHC string"
                .to_owned()
        })
    }

    /// Whether `presented` is the secret; compared in constant time.
    #[must_use]
    pub fn verify(&self, presented: &str) -> bool {
        match self {
            Self::Sha256(expected) => {
                openssl::memcmp::eq(&Sha256::digest(presented.as_bytes()), expected)
            }
            Self::Argon2(hash) => hash.verify(presented),
        }
    }

    /// The form that the file holds: base64url of the SHA-256, or the PHC string.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Sha256(digest) => URL_SAFE_NO_PAD.encode(digest),
            Self::Argon2(hash) => hash.to_phc(),
        }
    }
}

/// A SHA-256 as 64 hexadecimal digits or 43 characters of base64url.
pub(super) fn digest(text: &str) -> Option<[u8; 32]> {
    let bytes = match text.len() {
        64 => decode_hex(text),
        43 => URL_SAFE_NO_PAD.decode(text).ok(),
        _ => None,
    };
    bytes.and_then(|bytes| bytes.try_into().ok())
}

fn decode_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    text.as_bytes()
        .chunks(2)
        .map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?))
        .collect()
}

impl fmt::Debug for ClientSecretHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientSecretHash(..)")
    }
}
