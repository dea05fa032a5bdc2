//! What an identity provider gave for a person, as a ledger keeps it. The ledger learns nothing of it, and what it keeps
//! under one name is nothing under another.

use std::fmt;

use protocol::ids::GrantName;
use protocol::oauth::time::UnixTime;
use serde::{Deserialize, Serialize};

use super::wire::Bytes;
use crate::seal::{Artefact, Purpose};
use crate::upstream::identity::Secret;

/// What an identity provider gave for a person.
#[derive(Clone, Eq, PartialEq)]
pub struct ProviderGrant {
    /// What it is kept under.
    pub name: GrantName,
    /// The provider, as the configuration calls it.
    pub provider: String,
    /// The person, as it calls them.
    pub subject: String,
    /// What it is renewed with; `None` where it ends with its access token.
    pub renewal: Option<Secret>,
    /// The person's access token there, where a resource is handed it.
    pub access: Option<Secret>,
    /// When that ends, if that is known.
    pub access_expires_at: Option<UnixTime>,
    /// Until when somebody is renewing it.
    pub leased_until: Option<UnixTime>,
    /// When the provider gave it.
    pub given_at: UnixTime,
    /// When nobody needs it any more.
    pub expires_at: UnixTime,
}

/// `n` name, `v` provider, `s` subject there, `r` what it is renewed with, `a` access token, `e` seconds until that ends, `l`
/// seconds until a renewal ends, `t` given at, `x` seconds until nobody needs it.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderGrantClaims {
    n: Bytes<16>,
    v: String,
    s: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    r: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    a: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    e: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    l: Option<u64>,
    t: u64,
    x: u64,
}

impl ProviderGrantClaims {
    /// The sealed form of `grant`.
    #[must_use]
    pub fn new(grant: &ProviderGrant) -> Self {
        let text =
            |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_owned());
        let from_then = |at: Option<UnixTime>| at.map(|at| at.seconds_since(grant.given_at));
        Self {
            n: Bytes(grant.name.0),
            v: grant.provider.clone(),
            s: grant.subject.clone(),
            r: text(&grant.renewal),
            a: text(&grant.access),
            e: from_then(grant.access_expires_at),
            l: from_then(grant.leased_until),
            t: grant.given_at.0,
            x: grant.expires_at.seconds_since(grant.given_at),
        }
    }

    /// What is kept under `name`; `None` if this is something else's.
    #[must_use]
    pub fn grant(self, name: GrantName) -> Option<ProviderGrant> {
        let given_at = UnixTime(self.t);
        let then = |seconds: Option<u64>| seconds.map(|seconds| given_at.plus_seconds(seconds));
        (self.n.0 == name.0).then(|| ProviderGrant {
            name,
            provider: self.v,
            subject: self.s,
            renewal: self.r.map(Secret::new),
            access: self.a.map(Secret::new),
            access_expires_at: then(self.e),
            leased_until: then(self.l),
            given_at,
            expires_at: given_at.plus_seconds(self.x),
        })
    }
}

impl fmt::Debug for ProviderGrant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("ProviderGrant");
        shown.field("provider", &self.provider).finish_non_exhaustive()
    }
}

impl fmt::Debug for ProviderGrantClaims {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ProviderGrantClaims(..)")
    }
}

impl Artefact for ProviderGrantClaims {
    const PURPOSE: Purpose = Purpose::ProviderGrant;

    fn issued_at(&self) -> UnixTime {
        UnixTime(self.t)
    }

    fn expires_at(&self) -> Option<UnixTime> {
        Some(UnixTime(self.t).plus_seconds(self.x))
    }
}
