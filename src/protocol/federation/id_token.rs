//! ID tokens of others: what they must say to be for us, for now, and for this login.
//!
//! Source: OpenID Connect Core 1.0 §3.1.3.7, §3.1.3.8 (`at_hash`), §12.2 (after a renewal). Whose key signed it, and with
//! which algorithm, was found out before; here it is judged what the claims say.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256, Sha512};

use super::told::is_subject;
use crate::oauth::algorithm::SigningAlgorithm;
use crate::oauth::time::UnixTime;

/// How far the clocks of providers may be off, in seconds, either way.
pub const SKEW_SECONDS: u64 = 60;
/// How long before it came an ID token may have been made, in seconds: some providers date theirs five minutes back.
pub const AGE_SECONDS_MAX: u64 = 600;
/// The longest subject that is taken, in bytes.
pub const SUBJECT_BYTES_MAX: usize = 255;

/// Whose ID tokens are taken.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ExpectedIssuer {
    /// This issuer's.
    One(String),
    /// This issuer's, which has an older name too; whoever comes by either is known by the first.
    Renamed {
        /// The name that counts.
        name: String,
        /// What it may be called as well.
        formerly: String,
    },
    /// Those of every tenant of one provider: between these two stands the tenant's id, as the token names it itself.
    AnyTenant {
        /// What stands before the id.
        before: String,
        /// What stands after it.
        after: String,
    },
}

impl ExpectedIssuer {
    /// The name under which an issuer that is expected is known; `None` for every other. `tenant`: whose tenant the token
    /// says it is about.
    #[must_use]
    pub fn known_as(&self, issuer: &str, tenant: Option<&str>) -> Option<String> {
        match self {
            Self::One(name) => (issuer == name).then(|| name.clone()),
            Self::Renamed { name, formerly } => {
                (issuer == name || issuer == formerly).then(|| name.clone())
            }
            Self::AnyTenant { before, after } => {
                let id = issuer.strip_prefix(before.as_str())?.strip_suffix(after.as_str())?;
                (is_tenant_id(id) && tenant == Some(id)).then(|| issuer.to_owned())
            }
        }
    }
}

/// Whether `text` is the id of a tenant: a UUID in lower case.
#[must_use]
pub fn is_tenant_id(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    let lengths: Vec<_> = groups.iter().map(|group| group.len()).collect();
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    lengths == [8, 4, 4, 4, 12] && groups.iter().all(|group| group.bytes().all(is_digit))
}

/// When an ID token comes.
#[derive(Clone, Copy, Debug)]
pub enum Occasion<'a> {
    /// A person came back from their provider.
    Login {
        /// What this login was told apart by.
        nonce: &'a str,
        /// How long ago they may have proved who they are, in seconds, if that was asked for.
        max_age_seconds: Option<u64>,
    },
    /// Their tokens were renewed.
    Renewal {
        /// Who they were before.
        subject: &'a str,
    },
}

/// What an ID token is held against.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Whose tokens are taken.
    pub issuer: &'a ExpectedIssuer,
    /// What we are called there.
    pub client_id: &'a str,
    /// When it came.
    pub occasion: Occasion<'a>,
    /// The access token that came with it.
    pub access_token: &'a str,
    /// What it was signed with, which chooses the digest of `at_hash`.
    pub algorithm: SigningAlgorithm,
}

/// The claims of an ID token, each of its type if it is there.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdTokenClaims<'a> {
    /// `iss`
    pub issuer: Option<&'a str>,
    /// `tid`, which only Microsoft's have.
    pub tenant: Option<&'a str>,
    /// `sub`
    pub subject: Option<&'a str>,
    /// `aud`, as many as there are.
    pub audience: &'a [&'a str],
    /// `azp`
    pub authorized_party: Option<&'a str>,
    /// `nonce`
    pub nonce: Option<&'a str>,
    /// `exp`
    pub expires_at: Option<UnixTime>,
    /// `iat`
    pub issued_at: Option<UnixTime>,
    /// `nbf`
    pub not_before: Option<UnixTime>,
    /// `auth_time`
    pub authenticated_at: Option<UnixTime>,
    /// `at_hash`
    pub access_token_hash: Option<&'a str>,
}

/// Whom an ID token is about, once everything in it was looked at.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct ProvenPerson {
    issuer: String,
    subject: String,
    authenticated_at: Option<UnixTime>,
}

impl ProvenPerson {
    /// Who vouches for them, by the name that counts.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Who they are there.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// When they proved it there, if that was said.
    #[must_use]
    pub fn authenticated_at(&self) -> Option<UnixTime> {
        self.authenticated_at
    }
}

/// Why an ID token is not taken, in the order it is looked at.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum IdTokenFault {
    /// `iss` is absent or somebody else.
    Issuer,
    /// `aud` is absent, not us, or not us alone.
    Audience,
    /// `azp` is somebody else.
    AuthorizedParty,
    /// `sub` is absent, empty or too long.
    Subject,
    /// It is about somebody else than before.
    OtherSubject,
    /// `exp` is absent, or over.
    Expired,
    /// `iat` is absent, or in the future; or it is not valid yet.
    Early,
    /// It was made too long ago.
    Old,
    /// `nonce` is absent, or that of another login.
    Nonce,
    /// It came with another access token.
    AccessToken,
    /// `auth_time` is absent although it was asked for, or too long ago.
    Authentication,
}

impl IdTokenFault {
    /// Every fault, for tests that must cover all of them.
    pub const ALL: [Self; 11] = [
        Self::Issuer,
        Self::Audience,
        Self::AuthorizedParty,
        Self::Subject,
        Self::OtherSubject,
        Self::Expired,
        Self::Early,
        Self::Old,
        Self::Nonce,
        Self::AccessToken,
        Self::Authentication,
    ];

    /// What is wrong, for pages and logs.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Issuer => "its ID token names another issuer",
            Self::Audience => "its ID token is not for this server alone",
            Self::AuthorizedParty => "its ID token was made for another client",
            Self::Subject => "its ID token names no person",
            Self::OtherSubject => "its ID token is about another person than before",
            Self::Expired => "its ID token has expired",
            Self::Early => "its ID token is dated in the future",
            Self::Old => "its ID token is too old",
            Self::Nonce => "its ID token belongs to another login",
            Self::AccessToken => "its ID token belongs to another access token",
            Self::Authentication => "it does not say that the login is recent enough",
        }
    }
}

impl IdTokenClaims<'_> {
    /// Judges what the claims say to `expected`, at `now`.
    ///
    /// # Errors
    ///
    /// The [`IdTokenFault`] that was met first.
    ///
    /// # Source
    ///
    /// OpenID Connect Core 1.0 §3.1.3.7 (2), (3), (5), (9) to (13); no other audience is trusted, so `aud` is us alone.
    pub fn judge(
        &self,
        expected: &Expected<'_>,
        now: UnixTime,
    ) -> Result<ProvenPerson, IdTokenFault> {
        let known_as = |issuer| expected.issuer.known_as(issuer, self.tenant);
        let issuer = self.issuer.and_then(known_as).ok_or(IdTokenFault::Issuer)?;
        if self.audience != [expected.client_id] {
            return Err(IdTokenFault::Audience);
        }
        if self.authorized_party.is_some_and(|party| party != expected.client_id) {
            return Err(IdTokenFault::AuthorizedParty);
        }
        let subject = self.subject.filter(|subject| is_subject(subject));
        let subject = subject.ok_or(IdTokenFault::Subject)?;
        if self.expires_at.is_none_or(|end| end.plus_seconds(SKEW_SECONDS) <= now) {
            return Err(IdTokenFault::Expired);
        }
        let soon = now.plus_seconds(SKEW_SECONDS);
        let issued_at = self.issued_at.ok_or(IdTokenFault::Early)?;
        if issued_at > soon || self.not_before.is_some_and(|start| start > soon) {
            return Err(IdTokenFault::Early);
        }
        if now.seconds_since(issued_at) > AGE_SECONDS_MAX + SKEW_SECONDS {
            return Err(IdTokenFault::Old);
        }
        self.fits(expected.occasion, subject, now)?;
        let hash = |token| half_digest(token, expected.algorithm);
        if self.access_token_hash.is_some_and(|claimed| claimed != hash(expected.access_token)) {
            return Err(IdTokenFault::AccessToken);
        }
        let (subject, authenticated_at) = (subject.to_owned(), self.authenticated_at);
        Ok(ProvenPerson { issuer, subject, authenticated_at })
    }

    fn fits(
        &self,
        occasion: Occasion<'_>,
        subject: &str,
        now: UnixTime,
    ) -> Result<(), IdTokenFault> {
        match occasion {
            Occasion::Renewal { subject: before } if before == subject => Ok(()),
            Occasion::Renewal { .. } => Err(IdTokenFault::OtherSubject),
            Occasion::Login { nonce, .. } if self.nonce != Some(nonce) => Err(IdTokenFault::Nonce),
            Occasion::Login { max_age_seconds: None, .. } => Ok(()),
            Occasion::Login { max_age_seconds: Some(most), .. } => {
                let recent = |at| now.seconds_since(at) <= most.saturating_add(SKEW_SECONDS);
                let is_recent = self.authenticated_at.is_some_and(recent);
                if is_recent { Ok(()) } else { Err(IdTokenFault::Authentication) }
            }
        }
    }
}

/// The left half of a token's digest, in base64url. Ed25519 comes with SHA-512.
fn half_digest(token: &str, algorithm: SigningAlgorithm) -> String {
    match algorithm {
        SigningAlgorithm::Es256 | SigningAlgorithm::Rs256 => {
            URL_SAFE_NO_PAD.encode(&Sha256::digest(token)[..16])
        }
        SigningAlgorithm::EdDsa => URL_SAFE_NO_PAD.encode(&Sha512::digest(token)[..32]),
    }
}
