//! Proof Key for Code Exchange: who redeems a code must be who asked for it.
//!
//! Source: RFC 7636. Every client is asked for it, with the method `S256`. An operator may weaken that for one client,
//! by name; what follows for a request is decided by that client's [`PkceRule`] and nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::client::ClientKind;

/// What a request must bring of PKCE, by client.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PkceRule {
    optional: bool,
    plain: bool,
}

/// What the redeemer of a code must prove: a verifier, or nothing where the client's rule lets it ask without. Only
/// [`PkceRule::challenge`] makes one of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Challenge(Option<CodeChallenge>);

/// The SHA-256 of a `code_verifier`: what the method `S256` sends, and what `plain` is kept as.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CodeChallenge([u8; 32]);

/// Proof that a redemption may go on: the `code_verifier` matched, or none was promised. Only [`Challenge::verify`] and
/// [`CodeChallenge::verify`] make one.
#[derive(Debug)]
#[must_use]
pub struct PkceVerified(());

/// Why what a request brings of PKCE was not accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ChallengeFault {
    /// There is none, and the client's rule asks for one; or there is a method without a challenge.
    Missing,
    /// It is not 43 base64url characters.
    Malformed,
    /// The method is `plain`, which this client may use, but it is not 43 to 128 unreserved characters.
    PlainMalformed,
    /// The method is not one that this client may use; leaving it out means `plain`.
    MethodUnsupported,
}

/// Why a `code_verifier` was not accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum VerifierFault {
    /// There is none, but a challenge that wants one.
    Missing,
    /// There is one, but no challenge: somebody took it away on the way here.
    Unexpected,
    /// It is not 43 to 128 characters of `A-Z a-z 0-9 - . _ ~`.
    Malformed,
    /// It does not hash to the challenge.
    Mismatch,
}

impl PkceRule {
    /// A challenge with `S256`: the rule of every client that nobody weakened.
    pub const STRICT: Self = Self { optional: false, plain: false };

    /// A weaker rule for a client of the operator's that cannot be mended. `optional`: it may leave PKCE out; `None` for
    /// a client that cannot keep a secret, which nothing else would tell from a thief. `plain`: it may use that method.
    ///
    /// # Source
    ///
    /// OAuth 2.1 §4.1.1 and §7.5.1 (when PKCE may be left out), RFC 7636 §7.2 (what `plain` does not protect).
    #[must_use]
    pub fn weakened(kind: ClientKind, optional: bool, plain: bool) -> Option<Self> {
        (!optional || kind.can_keep_a_secret()).then_some(Self { optional, plain })
    }

    /// Whether the client may leave PKCE out.
    #[must_use]
    pub fn is_optional(self) -> bool {
        self.optional
    }

    /// Whether the client may use the method `plain`.
    #[must_use]
    pub fn allows_plain(self) -> bool {
        self.plain
    }

    /// Reads `code_challenge` and `code_challenge_method` as sent.
    ///
    /// # Errors
    ///
    /// The [`ChallengeFault`].
    ///
    /// # Source
    ///
    /// RFC 7636 §4.3: without a method, `plain` is meant.
    pub fn challenge(
        self,
        challenge: Option<&str>,
        method: Option<&str>,
    ) -> Result<Challenge, ChallengeFault> {
        let Some(challenge) = challenge else {
            let left_out = self.optional && method.is_none();
            return if left_out { Ok(Challenge(None)) } else { Err(ChallengeFault::Missing) };
        };
        let read = match method {
            Some("S256") => CodeChallenge::parse(challenge).ok_or(ChallengeFault::Malformed)?,
            None | Some("plain") if self.plain => {
                CodeChallenge::plain(challenge).ok_or(ChallengeFault::PlainMalformed)?
            }
            None | Some(_) => return Err(ChallengeFault::MethodUnsupported),
        };
        Ok(Challenge(Some(read)))
    }
}

impl Challenge {
    /// A challenge that was sealed inside a ticket or a code. Only for the module that opens them.
    #[must_use]
    pub fn unsealed(challenge: Option<CodeChallenge>) -> Self {
        Self(challenge)
    }

    /// The hash of the verifier; `None` where PKCE was left out.
    #[must_use]
    pub fn hash(&self) -> Option<&CodeChallenge> {
        self.0.as_ref()
    }

    /// Checks that `verifier`, as sent, is what was promised; `rule` is the client's as it is now.
    ///
    /// # Errors
    ///
    /// The [`VerifierFault`]; [`VerifierFault::Missing`] too if the rule no longer lets the client leave PKCE out.
    ///
    /// # Source
    ///
    /// RFC 9700 §2.1.1 and §4.8.2: a verifier without a challenge is refused, since somebody may have removed it.
    pub fn verify(
        &self,
        verifier: Option<&str>,
        rule: PkceRule,
    ) -> Result<PkceVerified, VerifierFault> {
        match (self.0, verifier) {
            (Some(challenge), Some(verifier)) => challenge.verify(verifier),
            (None, Some(_)) => Err(VerifierFault::Unexpected),
            (None, None) if rule.optional => Ok(PkceVerified(())),
            (Some(_) | None, None) => Err(VerifierFault::Missing),
        }
    }
}

impl CodeChallenge {
    /// Reads the parameter of the method `S256`: 43 base64url characters without padding, in their only spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// Reads the parameter of the method `plain`, which is the verifier itself. Its hash is all that is kept.
    #[must_use]
    pub fn plain(text: &str) -> Option<Self> {
        is_verifier(text).then(|| Self(Sha256::digest(text).into()))
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
        if !is_verifier(verifier) {
            return Err(VerifierFault::Malformed);
        }
        if Sha256::digest(verifier).as_slice() != self.0 {
            return Err(VerifierFault::Mismatch);
        }
        Ok(PkceVerified(()))
    }
}

/// RFC 7636 §4.1.
fn is_verifier(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
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
