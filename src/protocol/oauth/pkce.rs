//! Proof Key for Code Exchange: who redeems a code must be who asked for it.
//!
//! Source: RFC 7636. This server asks it of every client and knows one method, `S256`; so the method needs no type of
//! its own.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// The `code_challenge` of an authorization request: 32 bytes of SHA-256.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CodeChallenge([u8; 32]);

/// Proof that a `code_verifier` matched. Only [`CodeChallenge::verify`] can make one.
#[derive(Debug)]
#[must_use]
pub struct PkceVerified(());

/// Why a `code_verifier` was not accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum VerifierFault {
    /// It is not 43 to 128 characters of `A-Z a-z 0-9 - . _ ~`.
    Malformed,
    /// It does not hash to the challenge.
    Mismatch,
}

impl CodeChallenge {
    /// Reads the parameter as sent: 43 base64url characters without padding, in their only spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// A challenge from the 32 bytes it stands for.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes it stands for.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Checks that `verifier` is the secret this challenge was made from.
    ///
    /// # Errors
    ///
    /// [`VerifierFault::Malformed`] outside the grammar (nothing is hashed then), else [`VerifierFault::Mismatch`].
    ///
    /// # Source
    ///
    /// RFC 7636 §4.1 (grammar), §4.6 (comparison). The comparison need not take constant time: what it compares is a
    /// hash of what was sent, and the challenge was public in the authorization request.
    pub fn verify(&self, verifier: &str) -> Result<PkceVerified, VerifierFault> {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
            return Err(VerifierFault::Malformed);
        }
        if Sha256::digest(verifier).as_slice() != self.0 {
            return Err(VerifierFault::Mismatch);
        }
        Ok(PkceVerified(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_the_example_of_rfc_7636_appendix_b() {
        let challenge = CodeChallenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
            .expect("the example is well formed");
        assert!(challenge.verify("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").is_ok());
    }
}
