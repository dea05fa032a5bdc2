//! Whether an access token that was opened may be used here, now, and for this.
//! Source: OAuth 2.1 §5.2, RFC 8707 §2, MCP 2026-07-28 authorization (token handling, scope hierarchies).

use protocol::oauth::time::UnixTime;

use super::Refusal;

/// What is known of an access token once its issuer's seal or signature was found good.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Verified {
    /// Whom it speaks for.
    pub subject: String,
    /// The client it was issued to.
    pub client: String,
    /// What was granted, one scope token each.
    pub scopes: Vec<String>,
    /// The resources it is for, canonical.
    pub audience: Vec<String>,
    /// From this instant on it is void.
    pub expires_at: UnixTime,
    /// Whether it names a key its sender must prove to hold (`cnf`).
    pub sender_constrained: bool,
}

/// A token found usable at one resource: the proof that [`admit`] was asked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Admitted {
    verified: Verified,
}

/// Checks audience, lifetime and binding.
/// # Errors
/// [`Refusal::SenderConstrained`], [`Refusal::AudienceMismatch`], [`Refusal::TokenExpired`].
/// # Source
/// RFC 9449 §7.2: a bound token without its proof is no bearer token, so it is refused rather than taken for one.
pub fn admit(verified: Verified, resource: &str, now: UnixTime) -> Result<Admitted, Refusal> {
    if verified.sender_constrained {
        return Err(Refusal::SenderConstrained);
    }
    if !verified.audience.iter().any(|audience| is_same_resource(audience, resource)) {
        return Err(Refusal::AudienceMismatch);
    }
    if verified.expires_at <= now {
        return Err(Refusal::TokenExpired);
    }
    Ok(Admitted { verified })
}

impl Admitted {
    /// Whom the token speaks for.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.verified.subject
    }

    /// The client it was issued to.
    #[must_use]
    pub fn client(&self) -> &str {
        &self.verified.client
    }

    /// What was granted.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        &self.verified.scopes
    }

    /// From this instant on the token is void, also for an answer that is still being sent.
    #[must_use]
    pub fn expires_at(&self) -> UnixTime {
        self.verified.expires_at
    }

    /// What of `needed` is not covered by what was granted; `implies(granted, needed)` is the hierarchy of scopes.
    #[must_use]
    pub fn missing(&self, needed: &[String], implies: impl Fn(&str, &str) -> bool) -> Vec<String> {
        let is_covered = |needed: &String| {
            self.scopes().iter().any(|granted| granted == needed || implies(granted, needed))
        };
        needed.iter().filter(|needed| !is_covered(needed)).cloned().collect()
    }

    /// Checks that what was granted covers all of `needed`.
    /// # Errors
    /// [`Refusal::InsufficientScope`].
    pub fn permit(
        &self,
        needed: &[String],
        implies: impl Fn(&str, &str) -> bool,
    ) -> Result<(), Refusal> {
        if self.missing(needed, implies).is_empty() {
            Ok(())
        } else {
            Err(Refusal::InsufficientScope)
        }
    }
}

/// Canonical resources are compared as they are written. Only a bare origin has two spellings, with and without the
/// slash (RFC 3986 §6.2.3); with a path the slash makes another resource.
fn is_same_resource(one: &str, other: &str) -> bool {
    one == other || is_bare_origin(one) && one.trim_end_matches('/') == other.trim_end_matches('/')
}

fn is_bare_origin(resource: &str) -> bool {
    let after_scheme = resource.split_once("://").map_or(resource, |(_, rest)| rest);
    after_scheme.strip_suffix('/').unwrap_or(after_scheme).find('/').is_none()
}
