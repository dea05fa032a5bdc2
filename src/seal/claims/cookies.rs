//! The login session and the memory of consents, as cookies carry them.

use std::iter::repeat;

use protocol::flow::session::{
    Allowed, ConsentDigest, ConsentMemory, LoginSession, SESSION_LIFETIME_SECONDS,
};
use protocol::oauth::subject::Subject;
use protocol::oauth::time::UnixTime;
use serde::{Deserialize, Serialize};

use super::federation::LoginClaims;
use super::wire::Bytes;
use crate::seal::{Artefact, Purpose};

/// `s` subject, `l` authenticated at, `t` seen at, `n` salt, `g` what an identity provider said of the subject.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SessionClaims {
    s: String,
    l: u64,
    t: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<Bytes<8>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    g: Option<LoginClaims>,
}

/// `d` digests, `a` how many seconds before `t` each was allowed, `t` written at.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentClaims {
    d: Vec<Bytes<12>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    a: Vec<u64>,
    t: u64,
}

impl SessionClaims {
    /// The sealed form of `session`.
    #[must_use]
    pub fn new(session: &LoginSession) -> Self {
        Self {
            s: session.subject.to_text(),
            l: session.authenticated_at.0,
            t: session.seen_at.0,
            n: Some(Bytes(session.salt)),
            g: session.federated.as_ref().map(LoginClaims::new),
        }
    }

    /// The session; `None` if a member cannot be read.
    #[must_use]
    pub fn stage(&self) -> Option<LoginSession> {
        Some(LoginSession {
            subject: Subject::parse(&self.s)?,
            authenticated_at: UnixTime(self.l),
            seen_at: UnixTime(self.t),
            // A cookie of an earlier release has none.
            salt: self.n.map_or([0; 8], |salt| salt.0),
            federated: match self.g.clone() {
                Some(login) => Some(login.login()?),
                None => None,
            },
        })
    }
}

impl ConsentClaims {
    /// The sealed form of `memory`, written at `now`.
    #[must_use]
    pub fn new(memory: &ConsentMemory, now: UnixTime) -> Self {
        let allowed = &memory.allowed;
        Self {
            d: allowed.iter().map(|known| Bytes(known.digest.0)).collect(),
            a: allowed.iter().map(|known| now.seconds_since(known.at)).collect(),
            t: now.0,
        }
    }

    /// The memory. A consent that does not say when it was given counts as the oldest there can be.
    #[must_use]
    pub fn stage(&self) -> ConsentMemory {
        let ages = self.a.iter().copied().chain(repeat(SESSION_LIFETIME_SECONDS));
        let allowed = self.d.iter().zip(ages).map(|(digest, age)| Allowed {
            digest: ConsentDigest(digest.0),
            at: UnixTime(self.t).minus_seconds(age),
        });
        ConsentMemory { allowed: allowed.collect() }
    }
}

impl Artefact for SessionClaims {
    const PURPOSE: Purpose = Purpose::LoginSession;

    fn issued_at(&self) -> UnixTime {
        UnixTime(self.t)
    }

    fn expires_at(&self) -> Option<UnixTime> {
        let begun_at = self.g.as_ref().map_or(UnixTime(self.l), LoginClaims::arrived_at);
        Some(begun_at.plus_seconds(SESSION_LIFETIME_SECONDS))
    }
}

impl Artefact for ConsentClaims {
    const PURPOSE: Purpose = Purpose::ConsentMemory;

    fn issued_at(&self) -> UnixTime {
        UnixTime(self.t)
    }

    fn expires_at(&self) -> Option<UnixTime> {
        Some(UnixTime(self.t).plus_seconds(SESSION_LIFETIME_SECONDS))
    }
}
