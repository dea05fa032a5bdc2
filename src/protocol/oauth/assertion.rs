//! Client assertions: what a JWT must say to prove the client that signed it.
//!
//! Source: RFC 7523 §2.2 and §3, OpenID Connect Core 1.0 §9, rfc7523bis (draft 11). Whose key signed it was found out
//! before; here it is judged what the claims say, and what the ledger says of its `jti`.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::client::ClientThumbprint;
use super::time::UnixTime;
use crate::ids::leading;
use crate::replay::{Claim, UseId};

/// `client_assertion_type` of the only kind there is.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion may live, in seconds.
pub const LIFETIME_SECONDS_MAX: u64 = 600;
/// The same where nobody remembers that it was used.
pub const LIFETIME_SECONDS_MAX_UNREMEMBERED: u64 = 60;
/// How far the clocks of clients may be off, in seconds, either way.
pub const SKEW_SECONDS: u64 = 30;
/// The longest `jti` that is read, in bytes.
pub const ID_BYTES_MAX: usize = 256;

/// What this deployment wants of assertions.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AssertionRules {
    /// What `aud` may be; the issuer first.
    pub audiences: Vec<String>,
    /// How long one may live, in seconds.
    pub lifetime_seconds_max: u64,
}

/// The claims of an assertion, each of its type if it is there.
#[derive(Clone, Copy, Debug, Default)]
pub struct AssertionClaims<'a> {
    /// `iss`
    pub issuer: Option<&'a str>,
    /// `sub`
    pub subject: Option<&'a str>,
    /// `aud`, as many as there are.
    pub audience: &'a [&'a str],
    /// `exp`
    pub expires_at: Option<UnixTime>,
    /// `iat`
    pub issued_at: Option<UnixTime>,
    /// `nbf`
    pub not_before: Option<UnixTime>,
    /// `jti`
    pub id: Option<&'a str>,
}

/// Why an assertion proves nothing.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AssertionFault {
    /// It is no JWT of this kind, or a claim has another type than its standard says.
    Unreadable,
    /// The client's keys are none that could verify anything here.
    KeysUnusable,
    /// No key of the client signed it.
    Signature,
    /// `sub` is absent, or not the client.
    Subject,
    /// `iss` is absent, or not the client.
    Issuer,
    /// `aud` is absent, not this server, or not this server alone.
    Audience,
    /// `exp` is absent.
    EndMissing,
    /// It is over.
    Expired,
    /// It is not valid yet, or was made in the future.
    Early,
    /// It lives longer than it may.
    TooLong,
    /// `jti` is absent, empty or too long.
    Id,
    /// It was used before.
    Replayed,
}

impl AssertionFault {
    /// Every fault, for tests that must cover all of them.
    pub const ALL: [Self; 12] = [
        Self::Unreadable,
        Self::KeysUnusable,
        Self::Signature,
        Self::Subject,
        Self::Issuer,
        Self::Audience,
        Self::EndMissing,
        Self::Expired,
        Self::Early,
        Self::TooLong,
        Self::Id,
        Self::Replayed,
    ];
}

/// An assertion that says everything it must, and whose first use is still to be claimed.
#[derive(Debug)]
#[must_use]
pub struct FittingAssertion {
    client: ClientThumbprint,
    id: UseId,
    usable_since: UnixTime,
    remembered_until: UnixTime,
}

/// Proof that a client signed this request's assertion, and that nobody used it before. It names its client.
#[derive(Debug)]
#[must_use]
pub struct ProvenAssertion(ClientThumbprint);

impl AssertionClaims<'_> {
    /// Judges what the claims say of the client `client_id`, whose key signed them.
    ///
    /// # Errors
    ///
    /// The [`AssertionFault`] that was met first.
    ///
    /// # Source
    ///
    /// RFC 7523 §3 (1) to (7), OpenID Connect Core 1.0 §9; one audience only: rfc7523bis (draft 11).
    pub fn judge(
        &self,
        client_id: &str,
        rules: &AssertionRules,
        now: UnixTime,
    ) -> Result<FittingAssertion, AssertionFault> {
        if self.subject != Some(client_id) {
            return Err(AssertionFault::Subject);
        }
        if self.issuer != Some(client_id) {
            return Err(AssertionFault::Issuer);
        }
        match self.audience {
            [only] if rules.audiences.iter().any(|known| known == only) => {}
            _ => return Err(AssertionFault::Audience),
        }
        let expires_at = self.expires_at.ok_or(AssertionFault::EndMissing)?;
        let remembered_until = expires_at.plus_seconds(SKEW_SECONDS);
        if remembered_until <= now {
            return Err(AssertionFault::Expired);
        }
        let soon = now.plus_seconds(SKEW_SECONDS);
        if [self.issued_at, self.not_before].into_iter().flatten().any(|start| start > soon) {
            return Err(AssertionFault::Early);
        }
        let begins_at = self.issued_at.map_or(now, |issued_at| issued_at.min(soon));
        if expires_at.seconds_since(begins_at) > rules.lifetime_seconds_max {
            return Err(AssertionFault::TooLong);
        }
        let id = self.id.filter(|id| (1..=ID_BYTES_MAX).contains(&id.len()));
        let client = ClientThumbprint::of(client_id);
        let id = use_id(client, id.ok_or(AssertionFault::Id)?);
        let earliest = || expires_at.minus_seconds(rules.lifetime_seconds_max);
        let usable_since = self.issued_at.unwrap_or_else(earliest);
        Ok(FittingAssertion { client, id, usable_since, remembered_until })
    }
}

impl FittingAssertion {
    /// What to claim.
    #[must_use]
    pub fn id(&self) -> UseId {
        self.id
    }

    /// Since when it could have been used: a ledger that lost what it knew since then cannot tell whether it was.
    #[must_use]
    pub fn usable_since(&self) -> UnixTime {
        self.usable_since
    }

    /// Until when the claim must be remembered: as long as the assertion would be taken again.
    #[must_use]
    pub fn remembered_until(&self) -> UnixTime {
        self.remembered_until
    }

    /// What follows from the ledger's answer.
    ///
    /// # Errors
    ///
    /// [`AssertionFault::Replayed`] if somebody was first.
    pub fn used(self, claim: Claim) -> Result<ProvenAssertion, AssertionFault> {
        match claim {
            Claim::First | Claim::NotRemembered => Ok(ProvenAssertion(self.client)),
            Claim::Repeated { .. } => Err(AssertionFault::Replayed),
        }
    }
}

impl ProvenAssertion {
    /// The client it proves.
    #[must_use]
    pub fn client(&self) -> ClientThumbprint {
        self.0
    }
}

/// The name of a use: another for every client, whatever it calls its assertions.
fn use_id(client: ClientThumbprint, id: &str) -> UseId {
    let mac = Hmac::<Sha256>::new_from_slice(&client.0);
    let mut mac = mac.expect("HMAC takes keys of any length");
    mac.update(b"client assertion");
    mac.update(id.as_bytes());
    UseId(leading(&mac.finalize().into_bytes()))
}
