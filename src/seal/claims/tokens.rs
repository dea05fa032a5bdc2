//! `AccessGrant` and `RefreshIssued`, as tokens carry them.

use protocol::grant::{AccessGrant, RefreshIssued};
use protocol::ids::FamilyId;
use protocol::oauth::built_in::BuiltIn;
use protocol::oauth::client::ClientThumbprint;
use protocol::oauth::scope::Scope;
use protocol::oauth::subject::Subject;
use protocol::oauth::time::UnixTime;
use serde::{Deserialize, Serialize};

use super::federation::BondClaims;
use super::wire::{Bytes, is_default, lengthen, shorten, with_offline_access};
use crate::seal::{Artefact, Purpose};

/// The longest life of a refresh token that can be configured, in seconds: 365 days.
const REFRESH_LIFETIME_SECONDS_MAX: u64 = 31_536_000;

/// `b` family and client, `n` generation, `s` subject, `o` scope, `a` resource, `t` issued at, `e` seconds to the end.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AccessClaims {
    b: Bytes<BINDING_BYTES>,
    #[serde(default, skip_serializing_if = "is_default")]
    n: u32,
    s: String,
    o: String,
    a: String,
    t: u64,
    e: u64,
}

/// `b` family and client, `n` generation, `s` subject, `o` scope without `offline_access`, `a` resource, `t` issued at, `x`
/// seconds since the family was founded, `f` whether `offline_access` was granted, `y` what it depends on.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RefreshClaims {
    b: Bytes<BINDING_BYTES>,
    #[serde(default, skip_serializing_if = "is_default")]
    n: u32,
    s: String,
    o: String,
    a: String,
    t: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    x: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    f: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    y: Option<BondClaims>,
}

/// How many bytes a family and a client are together; one member of a fixed length is shorter than two.
const BINDING_BYTES: usize = 16 + 16;

fn binding(family: FamilyId, client: ClientThumbprint) -> [u8; BINDING_BYTES] {
    let mut bytes = [0; BINDING_BYTES];
    bytes[..16].copy_from_slice(&family.0);
    bytes[16..].copy_from_slice(&client.0);
    bytes
}

fn bound(bytes: Bytes<BINDING_BYTES>) -> (FamilyId, ClientThumbprint) {
    let (mut family, mut client) = ([0; 16], [0; 16]);
    family.copy_from_slice(&bytes.0[..16]);
    client.copy_from_slice(&bytes.0[16..]);
    (FamilyId(family), ClientThumbprint(client))
}

impl AccessClaims {
    /// The sealed form of `grant`.
    #[must_use]
    pub fn new(grant: &AccessGrant, issuer: &str) -> Self {
        Self {
            b: Bytes(binding(grant.family, grant.client)),
            n: grant.generation,
            s: grant.subject.to_text(),
            o: grant.scope.to_string(),
            a: shorten(&grant.resource, issuer),
            t: grant.issued_at.0,
            e: grant.expires_at.seconds_since(grant.issued_at),
        }
    }

    /// The grant; `None` if a member cannot be read.
    #[must_use]
    pub fn stage(&self, issuer: &str) -> Option<AccessGrant> {
        let issued_at = UnixTime(self.t);
        let (family, client) = bound(self.b);
        Some(AccessGrant {
            family,
            generation: self.n,
            client,
            subject: Subject::parse(&self.s)?,
            scope: Scope::parse(&self.o).ok()?,
            resource: lengthen(&self.a, issuer)?,
            issued_at,
            expires_at: issued_at.plus_seconds(self.e),
            lifetime_seconds: self.e,
        })
    }
}

impl RefreshClaims {
    /// The sealed form of `token`.
    #[must_use]
    pub fn new(token: &RefreshIssued, issuer: &str) -> Self {
        Self {
            b: Bytes(binding(token.family, token.client)),
            n: token.generation,
            s: token.subject.to_text(),
            o: token.scope.at_resources().to_string(),
            a: shorten(&token.resource, issuer),
            t: token.issued_at.0,
            x: token.issued_at.seconds_since(token.founded_at),
            f: BuiltIn::OfflineAccess.is_in(&token.scope),
            y: token.bond.as_ref().map(BondClaims::new),
        }
    }

    /// The stage; `None` if a member cannot be read.
    #[must_use]
    pub fn stage(&self, issuer: &str) -> Option<RefreshIssued> {
        let issued_at = UnixTime(self.t);
        let (family, client) = bound(self.b);
        Some(RefreshIssued {
            family,
            generation: self.n,
            client,
            subject: Subject::parse(&self.s)?,
            scope: with_offline_access(&self.o, self.f)?,
            resource: lengthen(&self.a, issuer)?,
            issued_at,
            founded_at: issued_at.minus_seconds(self.x),
            bond: self.y.clone().map(BondClaims::bond),
        })
    }
}

impl Artefact for AccessClaims {
    const PURPOSE: Purpose = Purpose::AccessToken;

    fn issued_at(&self) -> UnixTime {
        UnixTime(self.t)
    }

    fn expires_at(&self) -> Option<UnixTime> {
        Some(UnixTime(self.t).plus_seconds(self.e))
    }
}

impl Artefact for RefreshClaims {
    const PURPOSE: Purpose = Purpose::RefreshToken;

    fn issued_at(&self) -> UnixTime {
        UnixTime(self.t)
    }

    /// The longest any configuration allows; the protocol looks the lifetime up when the token is presented.
    fn expires_at(&self) -> Option<UnixTime> {
        Some(UnixTime(self.t).plus_seconds(REFRESH_LIFETIME_SECONDS_MAX))
    }
}
