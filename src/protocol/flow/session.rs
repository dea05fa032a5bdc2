//! What a browser keeps between two authorization requests: who logged in, and what they allowed.
//!
//! Source: OWASP ASVS 5.0 §7.3 (inactivity and absolute limits), MCP security best practices (consent cookies).

use sha2::{Digest as _, Sha256};

use super::request::AuthorizationRequest;
use crate::ids::leading;
use crate::oauth::subject::Subject;
use crate::oauth::time::UnixTime;
use crate::policy::Policy;

/// How long a login lasts if the browser does not come back, in seconds.
pub const SESSION_IDLE_SECONDS: u64 = 1_800;
/// How long a login lasts at most, in seconds.
pub const SESSION_LIFETIME_SECONDS: u64 = 43_200;
/// How many consents one browser remembers; the oldest goes first.
pub const CONSENTS_MAX: usize = 16;

/// A person's login in one browser. Sealed, it is the session cookie.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LoginSession {
    /// Who logged in.
    pub subject: Subject,
    /// When.
    pub authenticated_at: UnixTime,
    /// When the browser was last here.
    pub seen_at: UnixTime,
}

/// What a browser's person allowed before. Sealed, it is the consent cookie.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ConsentMemory {
    /// Digests of what was allowed, oldest first.
    pub allowed: Vec<ConsentDigest>,
}

/// 96 bits that stand for a subject, client, redirect URI, resource and scope together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ConsentDigest(pub [u8; 12]);

impl LoginSession {
    /// `subject` logged in at `now`.
    #[must_use]
    pub fn begin(subject: Subject, now: UnixTime) -> Self {
        Self { subject, authenticated_at: now, seen_at: now }
    }

    /// The session, seen again at `now`; `None` once its time is over or its person is gone.
    #[must_use]
    pub fn resume(self, policy: &Policy, now: UnixTime) -> Option<Self> {
        let idle_end = self.seen_at.plus_seconds(SESSION_IDLE_SECONDS);
        let end = self.authenticated_at.plus_seconds(SESSION_LIFETIME_SECONDS);
        let alive = now < idle_end && now < end && policy.knows(&self.subject);
        alive.then_some(Self { seen_at: now.max(self.seen_at), ..self })
    }
}

impl ConsentDigest {
    /// The digest of what `subject` is asked to allow.
    #[must_use]
    pub fn of(subject: &Subject, request: &AuthorizationRequest) -> Self {
        let mut hash = Sha256::new();
        let (subject, scope) = (subject.to_text(), request.scope.to_string());
        let parts = [
            subject.as_str(),
            request.client_id.as_str(),
            request.redirect_uri.as_str(),
            request.resource.as_str(),
            scope.as_str(),
        ];
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(leading(&hash.finalize()))
    }
}

impl ConsentMemory {
    /// Whether this was allowed before.
    #[must_use]
    pub fn contains(&self, digest: ConsentDigest) -> bool {
        self.allowed.contains(&digest)
    }

    /// The memory with one more consent; the oldest is forgotten beyond [`CONSENTS_MAX`].
    #[must_use]
    pub fn with(mut self, digest: ConsentDigest) -> Self {
        self.allowed.retain(|known| *known != digest);
        self.allowed.push(digest);
        let excess = self.allowed.len().saturating_sub(CONSENTS_MAX);
        self.allowed.drain(..excess);
        self
    }
}
