//! Whether an access token that was opened may be used here, now, and for this.
//! Source: OAuth 2.1 §5.2, RFC 8707 §2, RFC 9449 §7, MCP 2026-07-28 authorization (token handling, scope hierarchies).

use protocol::ids::FamilyId;
use protocol::oauth::dpop::{Binding, ProvenKey};
use protocol::oauth::time::UnixTime;

use super::Refusal;
use crate::mcp::Caller;

/// What is known of an access token once its issuer's seal or signature was found good.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Verified {
    /// Who issued it, and so whose name for somebody `subject` is.
    pub issuer: String,
    /// Whom it speaks for.
    pub subject: String,
    /// The family of tokens that it belongs to, if it is one of ours.
    pub family: Option<FamilyId>,
    /// The client it was issued to.
    pub client: String,
    /// What was granted, one scope token each.
    pub scopes: Vec<String>,
    /// The resources it is for, canonical.
    pub audience: Vec<String>,
    /// From this instant on it is void.
    pub expires_at: UnixTime,
    /// The key that its sender must prove to have (`cnf`), if there is one.
    pub binding: Binding,
}

/// A token found usable at one resource: the proof that [`admit`] was asked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Admitted {
    verified: Verified,
}

/// How the sender of a token stands to the key that it may be bound to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sender {
    /// Holds the token; no proof is understood here.
    Holder,
    /// Holds the token, and could have sent a proof.
    HolderWithoutProof,
    /// Holds the token, where only a proof will do.
    HolderWithoutDueProof,
    /// Proved to have a key.
    Owner(ProvenKey),
}

/// Checks binding, audience and lifetime.
/// # Errors
/// [`Refusal::SenderConstrained`], [`Refusal::ProofMissing`], [`Refusal::NotBound`], [`Refusal::OtherKey`],
/// [`Refusal::AudienceMismatch`], [`Refusal::TokenExpired`].
/// # Source
/// RFC 9449 §7.1 and §7.2: a bound token without its proof is no bearer token, so it is refused rather than taken for one;
/// and a token that is bound to nothing is not made safer by a proof.
pub fn admit(
    verified: Verified,
    sender: Sender,
    resource: &str,
    now: UnixTime,
) -> Result<Admitted, Refusal> {
    match (sender, verified.binding) {
        (Sender::Holder | Sender::HolderWithoutProof, Binding::Nobody) => {}
        (Sender::Owner(proven), Binding::Key(key)) if proven.thumbprint() == key => {}
        (_, Binding::Unknown) | (Sender::Holder, Binding::Key(_)) => {
            return Err(Refusal::SenderConstrained);
        }
        (Sender::HolderWithoutProof | Sender::HolderWithoutDueProof, Binding::Key(_)) => {
            return Err(Refusal::ProofMissing);
        }
        (Sender::HolderWithoutDueProof | Sender::Owner(_), Binding::Nobody) => {
            return Err(Refusal::NotBound);
        }
        (Sender::Owner(_), Binding::Key(_)) => return Err(Refusal::OtherKey),
    }
    verified.fits(resource, now)?;
    Ok(Admitted { verified })
}

impl Verified {
    /// Checks audience and lifetime.
    /// # Errors
    /// [`Refusal::AudienceMismatch`], [`Refusal::TokenExpired`].
    pub fn fits(&self, resource: &str, now: UnixTime) -> Result<(), Refusal> {
        if !self.audience.iter().any(|audience| is_same_resource(audience, resource)) {
            return Err(Refusal::AudienceMismatch);
        }
        if self.expires_at <= now {
            return Err(Refusal::TokenExpired);
        }
        Ok(())
    }
}

impl Admitted {
    /// Who issued the token: whose name for somebody [`Self::subject`] is.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.verified.issuer
    }

    /// Whom the token speaks for.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.verified.subject
    }

    /// The family of tokens that the token belongs to, if it is one of ours.
    #[must_use]
    pub fn family(&self) -> Option<FamilyId> {
        self.verified.family
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

    /// Whoever calls, for those behind the gate.
    #[must_use]
    pub fn caller(&self) -> Caller {
        let Verified { issuer, subject, client, scopes, .. } = &self.verified;
        Caller {
            issuer: issuer.clone(),
            subject: subject.clone(),
            client: client.clone(),
            scopes: scopes.clone(),
        }
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
