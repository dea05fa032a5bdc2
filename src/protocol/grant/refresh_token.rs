//! `grant_type=refresh_token`: a new access token without asking the person again.
//!
//! Source: OAuth 2.1 (draft 13) §4.3, MCP 2026-07-28 (rotation for public clients), RFC 8707 §2.2.
//!
//! ```text
//! RefreshIssued --present--> Rotatable --rotate--> Refreshed
//! ```

use super::{AccessGrant, GrantError};
use crate::identity::{Bond, Credential};
use crate::ids::FamilyId;
use crate::oauth::client::{Client, ClientThumbprint, RotationRule};
use crate::oauth::resource::Resource;
use crate::oauth::scope::Scope;
use crate::oauth::subject::Subject;
use crate::oauth::time::UnixTime;
use crate::policy::{Policy, RefreshMode, TargetFault};
use crate::replay::{Holder, Rotation};

/// To how many seconds a convergent refresh rounds the time down, so that retries agree.
pub const CONVERGENCE_SECONDS: u64 = 60;

/// A refresh token is out. Sealed, it is the token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RefreshIssued {
    /// All tokens of one consent.
    pub family: FamilyId,
    /// How many came before it in its family.
    pub generation: u32,
    /// The only client that may use it.
    pub client: ClientThumbprint,
    /// Who consented.
    pub subject: Subject,
    /// What was agreed to.
    pub scope: Scope,
    /// Whom the access tokens are for.
    pub resource: Resource,
    /// When it was made.
    pub issued_at: UnixTime,
    /// When the code was issued that founded the family.
    pub founded_at: UnixTime,
    /// What must still be alive when it is used, if the person's identity provider is asked then.
    pub bond: Option<Bond>,
}

/// What a token request brings to use a refresh token, with the client's identity proven.
#[derive(Clone, Debug)]
pub struct Refresh<'a> {
    /// The authenticated client.
    pub client: &'a Client,
    /// `scope`, as sent.
    pub scope: Option<&'a str>,
    /// `resource`, as often as sent.
    pub resource: &'a [String],
}

/// The presenter of the token is entitled to it.
#[derive(Debug)]
pub struct Rotatable {
    token: RefreshIssued,
    scope: Scope,
    /// Whether what the token depends on is known to be alive.
    is_alive: bool,
}

/// The token was used; new tokens may be sealed.
#[derive(Debug)]
pub struct Refreshed {
    /// The access token to seal.
    pub access: AccessGrant,
    /// The successor to seal; `None` where the client keeps the one it has.
    pub refresh: Option<RefreshIssued>,
    /// What the client is told it was granted.
    pub scope: Scope,
}

impl RefreshIssued {
    /// The first instant at which it is void: unused for too long, or at the end of its family.
    ///
    /// Lifetimes are looked up rather than sealed, so that a shorter setting reaches tokens that are out.
    #[must_use]
    pub fn expires_at(&self, client: &Client) -> UnixTime {
        match client.lifetimes.rotation {
            RotationRule::Keep => self.family_expires_at(client),
            RotationRule::Rotate { .. } => self
                .issued_at
                .plus_seconds(client.lifetimes.refresh_idle_seconds)
                .min(self.family_expires_at(client)),
        }
    }

    /// The first instant at which the whole family is void.
    #[must_use]
    pub fn family_expires_at(&self, client: &Client) -> UnixTime {
        self.founded_at.plus_seconds(client.lifetimes.refresh_absolute_seconds)
    }

    /// What it can be revoked by.
    #[must_use]
    pub fn holder(&self) -> Holder {
        Holder {
            family: self.family,
            subject: self.subject.digest(),
            client: self.client,
            founded_at: self.founded_at,
            token: None,
        }
    }

    /// Checks, at `now`, that `refresh` comes from the client the token was made for. Touches no ledger.
    ///
    /// # Errors
    ///
    /// The [`GrantError`] of the first check that failed, in the order written here.
    pub fn present(
        self,
        refresh: &Refresh<'_>,
        policy: &Policy,
        now: UnixTime,
    ) -> Result<Rotatable, GrantError> {
        if self.client != refresh.client.thumbprint() {
            return Err(GrantError::ClientMismatch);
        }
        if self.expires_at(refresh.client) <= now {
            return Err(GrantError::RefreshExpired);
        }
        if !policy.knows(&self.subject) {
            return Err(GrantError::SubjectGone);
        }
        if policy.binds(&self.subject) && self.bond.is_none() {
            return Err(GrantError::BondMissing);
        }
        if policy.has_revoked(&self.holder(), now) {
            return Err(GrantError::RevokedBefore);
        }
        if !refresh.resource.is_empty() {
            let target = policy.target(refresh.resource).map_err(GrantError::Target)?;
            if target.resource != self.resource {
                return Err(GrantError::ResourceNotGranted);
            }
        }
        if policy.resource(&self.resource).is_none() {
            return Err(GrantError::Target(TargetFault::Unknown));
        }
        let narrower = refresh.scope.map(Scope::parse).transpose();
        let narrower = narrower.map_err(|_| GrantError::ScopeMalformed)?;
        let scope = match narrower {
            Some(asked) if !self.scope.contains_all(&asked) => {
                return Err(GrantError::ScopeNotGranted);
            }
            Some(asked) if !asked.is_empty() => asked,
            _ => self.scope.clone(),
        };
        let is_alive = self.bond.is_none();
        Ok(Rotatable { token: self, scope, is_alive })
    }
}

impl Rotatable {
    /// The token that was presented.
    #[must_use]
    pub fn token(&self) -> &RefreshIssued {
        &self.token
    }

    /// The identity provider vouches for the person still. `next`: what it is asked with from now on, if that changed.
    /// `most`: the most they can allow by now; `None` is everything but what is reserved.
    ///
    /// # Errors
    ///
    /// [`GrantError::NotVouchedFor`] if they can allow none of what was granted.
    pub fn vouched_for(
        mut self,
        next: Option<Credential>,
        most: Option<&Scope>,
        policy: &Policy,
    ) -> Result<Self, GrantError> {
        self.is_alive = true;
        if let (Some(bond), Some(credential)) = (&mut self.token.bond, next) {
            bond.credential = credential;
        }
        self.scope = policy.within(most, &self.scope);
        self.token.scope = policy.within(most, &self.token.scope);
        if self.scope.at_resources().is_empty() {
            return Err(GrantError::NotVouchedFor);
        }
        Ok(self)
    }

    /// Issues what the ledger's answer allows.
    ///
    /// # Errors
    ///
    /// [`GrantError::RefreshReused`], [`GrantError::FamilyRevoked`] or [`GrantError::FamilyUnknown`];
    /// [`GrantError::NotVouchedFor`] where an identity provider must be asked and was not.
    pub fn rotate(
        self,
        rotation: Rotation,
        client: &Client,
        policy: &Policy,
        now: UnixTime,
    ) -> Result<Refreshed, GrantError> {
        if !self.is_alive {
            return Err(GrantError::NotVouchedFor);
        }
        match rotation {
            Rotation::Reused => return Err(GrantError::RefreshReused),
            Rotation::Revoked => return Err(GrantError::FamilyRevoked),
            Rotation::Unknown => return Err(GrantError::FamilyUnknown),
            Rotation::Rotated | Rotation::Sibling | Rotation::NotRemembered => {}
        }
        let issued_at = match policy.refresh {
            RefreshMode::Convergent => {
                UnixTime(now.0 - now.0 % CONVERGENCE_SECONDS).max(self.token.issued_at)
            }
            RefreshMode::Rotating | RefreshMode::Off => now,
        };
        let lifetimes = client.lifetimes;
        let token = self.token;
        // A revocation is remembered until the family's end, so no access token may outlive it.
        let expires_at =
            issued_at.plus_seconds(lifetimes.access_seconds).min(token.family_expires_at(client));
        let generation = token.generation.saturating_add(1);
        let access = AccessGrant {
            family: token.family,
            generation,
            client: token.client,
            subject: token.subject.clone(),
            scope: self.scope.at_resources(),
            resource: token.resource.clone(),
            issued_at,
            expires_at,
            lifetime_seconds: expires_at.seconds_since(now),
        };
        let refresh = match lifetimes.rotation {
            RotationRule::Keep if token.bond.is_none() => None,
            // What the provider is asked with changes, so a bound token has a successor whatever the rule.
            RotationRule::Keep | RotationRule::Rotate { .. } => {
                Some(RefreshIssued { generation, issued_at, ..token })
            }
        };
        Ok(Refreshed { access, refresh, scope: self.scope })
    }
}
