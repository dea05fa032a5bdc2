//! Proofs of possession: what a proof of RFC 9449 must say of the request that it came with.
//!
//! Source: RFC 9449 §4.2, §4.3, §7, §11.1. Which key signed it was found out before; here it is judged what the claims say,
//! and what the ledger says of its `jti`. No nonce is demanded, so a proof is good for the time that clocks may be off.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::time::UnixTime;
use crate::ids::leading;
use crate::replay::{Claim, UseId};

/// How far `iat` may be from our clock, in seconds, either way. Source: SEP-1932 of MCP.
pub const WINDOW_SECONDS: u64 = 300;
/// The longest `jti` that is read, in bytes.
pub const ID_BYTES_MAX: usize = 256;

/// Names a public key. Source: RFC 7638, SHA-256.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct KeyThumbprint(pub [u8; 32]);

impl KeyThumbprint {
    /// Reads 43 characters of base64url.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

/// Whether a token is for whoever holds it, or for the owner of a key. Source: RFC 7800 §3, RFC 9449 §6.1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Binding {
    /// It is a bearer token.
    Nobody,
    /// Its sender proves to have this key.
    Key(KeyThumbprint),
    /// It is bound in a way that is not checked here.
    Unknown,
}

/// The request that a proof came with, as the server that was asked knows it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Asked<'a> {
    /// Its method, as sent.
    pub method: &'a str,
    /// Its URL, as the outside knows it: from the configuration and the path of the request, never from `Host`.
    pub url: &'a str,
    /// The access token beside the proof.
    pub access_token: &'a str,
}

/// The claims of a proof, each of its type if it is there.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProofClaims<'a> {
    /// `jti`
    pub id: Option<&'a str>,
    /// `htm`
    pub method: Option<&'a str>,
    /// `htu`
    pub url: Option<&'a str>,
    /// `iat`
    pub issued_at: Option<UnixTime>,
    /// `ath`
    pub access_token: Option<&'a str>,
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ProofFault {
    /// There is none, or more than one.
    Count,
    /// It is no JWT of this kind, its key cannot be used or did not sign it, or a claim has another type than its standard
    /// says.
    Unreadable,
    /// `jti` is absent, empty or too long.
    Id,
    /// `htm` is absent, or not the method of the request.
    Method,
    /// `htu` is absent, or not the URL of the request.
    Url,
    /// `iat` is absent.
    InstantMissing,
    /// It was made too long ago.
    Old,
    /// It was made in the future.
    Early,
    /// `ath` is absent, or of another token.
    AccessToken,
    /// It was used before.
    Replayed,
}

impl ProofFault {
    /// Every fault, for tests that must cover all of them.
    pub const ALL: [Self; 10] = [
        Self::Count,
        Self::Unreadable,
        Self::Id,
        Self::Method,
        Self::Url,
        Self::InstantMissing,
        Self::Old,
        Self::Early,
        Self::AccessToken,
        Self::Replayed,
    ];
}

/// A proof that says everything it must, and whose first use is still to be claimed.
#[derive(Debug)]
#[must_use]
pub struct FittingProof {
    key: KeyThumbprint,
    id: UseId,
    issued_at: UnixTime,
}

/// Proof that whoever sent this request owns a key. It names the key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub struct ProvenKey(KeyThumbprint);

impl ProofClaims<'_> {
    /// Judges what the claims, which `key` signed, say of the request `asked`.
    ///
    /// # Errors
    ///
    /// The [`ProofFault`] that was met first.
    ///
    /// # Source
    ///
    /// RFC 9449 §4.3 (8) to (12).
    pub fn judge(
        &self,
        key: KeyThumbprint,
        asked: &Asked<'_>,
        now: UnixTime,
    ) -> Result<FittingProof, ProofFault> {
        if self.method != Some(asked.method) {
            return Err(ProofFault::Method);
        }
        let (named, meant) = (self.url.and_then(without_query), without_query(asked.url));
        if named.is_none() || named != meant {
            return Err(ProofFault::Url);
        }
        let issued_at = self.issued_at.ok_or(ProofFault::InstantMissing)?;
        if issued_at > now.plus_seconds(WINDOW_SECONDS) {
            return Err(ProofFault::Early);
        }
        if usable_until(issued_at) <= now {
            return Err(ProofFault::Old);
        }
        if self.access_token != Some(&URL_SAFE_NO_PAD.encode(Sha256::digest(asked.access_token))) {
            return Err(ProofFault::AccessToken);
        }
        let id = self.id.filter(|id| (1..=ID_BYTES_MAX).contains(&id.len()));
        let id = use_id(key, id.ok_or(ProofFault::Id)?);
        Ok(FittingProof { key, id, issued_at })
    }
}

impl FittingProof {
    /// What to claim.
    #[must_use]
    pub fn id(&self) -> UseId {
        self.id
    }

    /// Since when it could have been used, by its own clock: a ledger that lost what it knew since then cannot tell whether
    /// it was.
    #[must_use]
    pub fn usable_since(&self) -> UnixTime {
        self.issued_at
    }

    /// Until when the claim must be remembered: as long as the proof would be taken again.
    #[must_use]
    pub fn remembered_until(&self) -> UnixTime {
        usable_until(self.issued_at)
    }

    /// What follows from the ledger's answer.
    ///
    /// # Errors
    ///
    /// [`ProofFault::Replayed`] if somebody was first.
    pub fn used(self, claim: Claim) -> Result<ProvenKey, ProofFault> {
        match claim {
            Claim::First | Claim::NotRemembered => Ok(ProvenKey(self.key)),
            Claim::Repeated { .. } => Err(ProofFault::Replayed),
        }
    }
}

impl ProvenKey {
    /// The key.
    #[must_use]
    pub fn thumbprint(self) -> KeyThumbprint {
        self.0
    }
}

fn usable_until(issued_at: UnixTime) -> UnixTime {
    issued_at.plus_seconds(WINDOW_SECONDS).plus_seconds(1)
}

/// The URL without query and fragment, in its normal spelling. Source: RFC 9449 §4.3 (9), RFC 3986 §6.2.2 and §6.2.3.
fn without_query(text: &str) -> Option<Url> {
    let mut url = Url::parse(text).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    Some(url)
}

/// The name of a use: another for every key, whatever it calls its proofs.
fn use_id(key: KeyThumbprint, id: &str) -> UseId {
    let mac = Hmac::<Sha256>::new_from_slice(&key.0);
    let mut mac = mac.expect("HMAC takes keys of any length");
    mac.update(b"DPoP proof");
    mac.update(id.as_bytes());
    UseId(leading(&mac.finalize().into_bytes()))
}
