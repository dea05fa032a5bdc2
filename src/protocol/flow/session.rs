//! What a browser keeps between two authorization requests: who logged in, and what they allowed.
//!
//! Source: OWASP ASVS 5.0 §7.3 (inactivity and absolute limits), MCP security best practices (consent cookies).

use sha2::{Digest as _, Sha256};

use super::request::AuthorizationRequest;
use crate::identity::{FederatedLogin, Identified};
use crate::ids::{TokenId, leading, short_digest};
use crate::oauth::client::Client;
use crate::oauth::subject::Subject;
use crate::oauth::time::UnixTime;
use crate::policy::Policy;
use crate::replay::{Holder, Revocation};

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
    /// What tells it from another login of the same person in the same second.
    pub salt: [u8; 8],
    /// What an identity provider said of them, if they logged in there.
    pub federated: Option<FederatedLogin>,
}

/// What a browser's person allowed before. Sealed, it is the consent cookie.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ConsentMemory {
    /// What was allowed, oldest first.
    pub allowed: Vec<Allowed>,
}

/// One consent that a browser remembers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Allowed {
    /// What was allowed.
    pub digest: ConsentDigest,
    /// When.
    pub at: UnixTime,
}

/// 96 bits that stand for a subject, client, redirect URI, resource and scope together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ConsentDigest(pub [u8; 12]);

impl LoginSession {
    /// `subject` logged in at `now`.
    #[must_use]
    pub fn begin(subject: Subject, now: UnixTime) -> Self {
        Self { subject, authenticated_at: now, seen_at: now, salt: [0; 8], federated: None }
    }

    /// The same with a random `salt`, so that no other login goes with it when the person logs out.
    #[must_use]
    pub fn salted(self, salt: [u8; 8]) -> Self {
        Self { salt, ..self }
    }

    /// An identity provider named `person`, who came back at `now`.
    #[must_use]
    pub fn arrived(person: &Identified, now: UnixTime) -> Self {
        let login = FederatedLogin {
            arrived_at: now,
            profile: person.profile.clone(),
            most: person.most.clone(),
        };
        Self {
            authenticated_at: person.authenticated_at.map_or(now, |at| at.min(now)),
            federated: Some(login),
            ..Self::begin(person.subject.clone(), now)
        }
    }

    /// When it began here; the proof of who the person is may be older.
    #[must_use]
    pub fn begun_at(&self) -> UnixTime {
        self.federated.as_ref().map_or(self.authenticated_at, |login| login.arrived_at)
    }

    /// What the login can be revoked by.
    #[must_use]
    pub fn holder(&self) -> Holder {
        let holder = Holder::of_no_token(self.subject.digest(), None, self.begun_at());
        Holder { token: Some(self.id()), ..holder }
    }

    /// What all copies of it are called.
    fn id(&self) -> TokenId {
        let (at, salt) = (self.begun_at().0, u64::from_be_bytes(self.salt));
        TokenId(short_digest(&format!("login {salt:016x} at {at} of {}", self.subject.to_text())))
    }

    /// When it ends however often the browser comes back.
    #[must_use]
    pub fn expires_at(&self) -> UnixTime {
        self.begun_at().plus_seconds(SESSION_LIFETIME_SECONDS)
    }

    /// What a ledger must be told when the person logs out, so that no copy of it counts any more.
    #[must_use]
    pub fn logged_out(&self) -> Revocation {
        Revocation::Token { token: self.id(), until: self.expires_at() }
    }

    /// The session, seen again at `now`; `None` once its time is over or its person is gone.
    #[must_use]
    pub fn resume(self, policy: &Policy, now: UnixTime) -> Option<Self> {
        let idle_end = self.seen_at.plus_seconds(SESSION_IDLE_SECONDS);
        let alive = now < idle_end
            && now < self.expires_at()
            && policy.knows(&self.subject)
            && !policy.has_revoked(&self.holder(), now);
        alive.then_some(Self { seen_at: now.max(self.seen_at), ..self })
    }
}

impl Allowed {
    /// What the consent can be revoked by; `subject` and `client` are those it was given by and to.
    #[must_use]
    pub fn holder(&self, subject: &Subject, client: &Client) -> Holder {
        Holder::of_no_token(subject.digest(), Some(client.thumbprint()), self.at)
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
    /// The consent with this digest, if it is remembered.
    #[must_use]
    pub fn find(&self, digest: ConsentDigest) -> Option<&Allowed> {
        self.allowed.iter().find(|known| known.digest == digest)
    }

    /// The memory with one more consent; the oldest is forgotten beyond [`CONSENTS_MAX`].
    #[must_use]
    pub fn with(mut self, digest: ConsentDigest, now: UnixTime) -> Self {
        self.allowed.retain(|known| known.digest != digest);
        self.allowed.push(Allowed { digest, at: now });
        let excess = self.allowed.len().saturating_sub(CONSENTS_MAX);
        self.allowed.drain(..excess);
        self
    }
}
