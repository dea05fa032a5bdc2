//! `AccessGrant` as other servers read it. Source: RFC 9068 §2.2. What a token is revoked with is in its name, `jti`,
//! which begins with that of its family, and in `gen`, the number of the refresh that yielded it, where there was one.

use protocol::grant::AccessGrant;
use protocol::ids::FamilyId;
use protocol::oauth::client::ClientThumbprint;
use protocol::oauth::resource::Resource;
use protocol::oauth::scope::Scope;
use protocol::oauth::subject::Subject;
use protocol::oauth::time::UnixTime;
use serde::{Deserialize, Serialize};

use super::wire::{Bytes, is_default};

/// What a signed access token says. Every instant is in whole seconds.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SignedAccessClaims {
    iss: String,
    sub: String,
    aud: String,
    exp: u64,
    iat: u64,
    jti: Bytes<24>,
    client_id: String,
    scope: String,
    #[serde(default, skip_serializing_if = "is_default")]
    r#gen: u32,
}

impl SignedAccessClaims {
    /// The claims of `grant`, issued to the client with this id.
    #[must_use]
    pub fn new(grant: &AccessGrant, issuer: &str, client_id: &str) -> Self {
        Self {
            iss: issuer.to_owned(),
            sub: grant.subject.to_text(),
            aud: grant.resource.as_str().to_owned(),
            exp: grant.expires_at.0,
            iat: grant.issued_at.0,
            jti: Bytes(grant.jti()),
            client_id: client_id.to_owned(),
            scope: grant.scope.to_string(),
            r#gen: grant.generation,
        }
    }

    /// The grant, if `issuer` is who issued it and the claims agree with one another.
    #[must_use]
    pub fn stage(&self, issuer: &str) -> Option<AccessGrant> {
        let (issued_at, expires_at) = (UnixTime(self.iat), UnixTime(self.exp));
        let grant = AccessGrant {
            family: FamilyId(*self.jti.0.first_chunk()?),
            generation: self.r#gen,
            client: ClientThumbprint::of(&self.client_id),
            subject: Subject::parse(&self.sub)?,
            scope: Scope::parse(&self.scope).ok()?,
            resource: Resource::parse(&self.aud).ok()?,
            issued_at,
            expires_at,
            lifetime_seconds: expires_at.seconds_since(issued_at),
        };
        (self.iss == issuer && self.jti.0 == grant.jti()).then_some(grant)
    }
}
