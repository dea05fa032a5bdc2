//! Bearer tokens that the operator hands out: for programs that know no OAuth, and for people who write scripts.
//!
//! Source: RFC 6750 §2.1. Nothing is in such a token; what it allows is in the configuration, under its hash. It speaks
//! for a person, and then for no longer than the person is known here and not for more than the person may allow; or
//! for itself.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::grant::AccessGrant;
use crate::ids::{FamilyId, leading};
use crate::oauth::client::ClientThumbprint;
use crate::oauth::resource::Resource;
use crate::oauth::scope::Scope;
use crate::oauth::subject::Subject;
use crate::oauth::time::UnixTime;
use crate::policy::Policy;

/// What every token made here begins with, so that it is recognised where it should not be.
pub const PREFIX: &str = "sealbearer_";
/// Characters of the random part: 256 bits in base64url.
const RANDOM_CHARACTERS: usize = 43;
/// Characters of the check at the end: 36 bits.
const CHECK_CHARACTERS: usize = 6;

/// What a token hashes to: SHA-256, which is enough for what nobody can guess.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct StaticTokenDigest(pub [u8; 32]);

/// What a token allows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StaticToken {
    /// What the operator calls it.
    pub name: String,
    /// Whom it speaks for.
    pub subject: Subject,
    /// The most it allows.
    pub scope: Scope,
    /// Where it may be used.
    pub resources: Vec<Resource>,
    /// Since when it counts; instants of revocation later than this void it.
    pub issued_at: UnixTime,
    /// The first instant at which it is void.
    pub expires_at: UnixTime,
}

impl StaticTokenDigest {
    /// The digest of `token`.
    #[must_use]
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }
}

impl StaticToken {
    /// What it grants at each of its resources. `digest` tells it from every other token, also of its name.
    pub fn grants(
        &self,
        digest: StaticTokenDigest,
        policy: &Policy,
    ) -> impl Iterator<Item = AccessGrant> {
        let scope = policy.allowable(&self.subject, &self.scope);
        self.resources.iter().map(move |resource| AccessGrant {
            family: FamilyId(leading(&digest.0)),
            generation: 0,
            client: ClientThumbprint::of(&format!("{PREFIX}{}", self.name)),
            subject: self.subject.clone(),
            scope: scope.clone(),
            resource: resource.clone(),
            issued_at: self.issued_at,
            expires_at: self.expires_at,
            lifetime_seconds: self.expires_at.seconds_since(self.issued_at),
        })
    }
}

/// Writes a token from 256 random bits: prefix, bits, and a check that tells a cut or mistyped token from a wrong one.
#[must_use]
pub fn write(random: [u8; 32]) -> String {
    let text = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random));
    let check = check(&text);
    text + &check
}

/// Whether `text` is whole and unchanged, as [`write()`] wrote it; or of another make, which nobody can tell.
#[must_use]
pub fn is_intact(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(PREFIX) else { return true };
    let whole = rest.is_ascii() && rest.len() == RANDOM_CHARACTERS + CHECK_CHARACTERS;
    whole && {
        let (text, sent) = text.split_at(text.len() - CHECK_CHARACTERS);
        sent == check(text)
    }
}

fn check(text: &str) -> String {
    let mut digest = URL_SAFE_NO_PAD.encode(Sha256::digest(text));
    digest.truncate(CHECK_CHARACTERS);
    digest
}
