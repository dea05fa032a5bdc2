//! A secret worth protecting anything with: long enough, random by all appearances, and never printed.

use std::collections::HashSet;
use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use rand::TryRng as _;
use zeroize::Zeroizing;

use super::error::Weakness;

/// The secret the documentation shows. It is refused, because it ends up in deployments otherwise.
pub const EXAMPLE_SECRET: &str = "3q2+7wECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw=";

/// What a key derived from the secret has, so fewer bytes would be the weakest part of it.
pub(super) const BYTES_MIN: usize = 32;
/// Far above what anybody generates; whatever is longer is another file pasted by mistake.
pub(super) const BYTES_MAX: usize = 512;
/// Of 32 random bytes about 30 differ; that fewer than 16 do happens once in more than 2^80 times.
const DIFFERENT_BYTES_MIN: usize = 16;

pub(super) const EITHER_PADDING: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Random bytes that all keys of one ring entry are derived from.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// 32 bytes from the operating system.
    /// # Panics
    /// If the operating system has no entropy to give.
    #[must_use]
    pub fn generate() -> Self {
        let mut bytes = Zeroizing::new(vec![0; BYTES_MIN]);
        rand::rngs::SysRng.try_fill_bytes(&mut bytes).expect("the operating system has entropy");
        Self(bytes)
    }

    /// Reads a secret written as base64 or base64url, with or without padding.
    /// # Errors
    /// Why it is unfit.
    pub fn parse(text: &str) -> Result<Self, Weakness> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Weakness::Empty);
        }
        let standard = Zeroizing::new(text.replace('-', "+").replace('_', "/"));
        let bytes = EITHER_PADDING.decode(standard.as_bytes()).map_err(|_| Weakness::NotBase64)?;
        let secret = Self(Zeroizing::new(bytes));
        if secret.is_example() {
            return Err(Weakness::Example);
        }
        secret.weakness().map_or(Ok(()), Err)?;
        // Random base64 mixes cases (all but once in 2^30); hexadecimal digits and words typed as they are do not.
        if !(text.contains(char::is_uppercase) && text.contains(char::is_lowercase)) {
            return Err(Weakness::Text);
        }
        Ok(secret)
    }

    /// Takes over bytes derived from another secret.
    pub(super) fn from_derived(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }

    /// The bytes, to derive keys from.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text, for the key ring file.
    pub(super) fn to_base64url(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.as_bytes()))
    }

    fn is_example(&self) -> bool {
        EITHER_PADDING.decode(EXAMPLE_SECRET).is_ok_and(|example| *self.0 == example)
    }

    fn weakness(&self) -> Option<Weakness> {
        let bytes = self.as_bytes();
        if bytes.len() < BYTES_MIN {
            return Some(Weakness::TooShort { bytes: bytes.len() });
        }
        if bytes.len() > BYTES_MAX {
            return Some(Weakness::TooLong);
        }
        if bytes.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) {
            return Some(Weakness::Text);
        }
        (recurs(bytes) || counts(bytes) || few_differ(bytes)).then_some(Weakness::Pattern)
    }
}

/// Whether the bytes are a shorter block, repeated.
fn recurs(bytes: &[u8]) -> bool {
    (1..=bytes.len() / 2).any(|period| bytes.iter().zip(&bytes[period..]).all(|(a, b)| a == b))
}

/// Whether each byte is the one before plus the same step, as in 0, 1, 2 ...
fn counts(bytes: &[u8]) -> bool {
    let steps: HashSet<u8> = bytes.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    steps.len() <= 1
}

fn few_differ(bytes: &[u8]) -> bool {
    bytes.iter().collect::<HashSet<_>>().len() < DIFFERENT_BYTES_MIN
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && openssl::memcmp::eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(redacted)")
    }
}
