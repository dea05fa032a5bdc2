//! Opens access tokens for the resources this deployment serves.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Server;
use crate::gateway::{Unverified, Verified, Verify};
use crate::seal::claims::AccessClaims;

impl Verify for Server {
    /// What a sealed access token says, unless its family is revoked.
    async fn verify(&self, access_token: &str) -> Result<Verified, Unverified> {
        let now = self.world.now();
        let grant = self
            .seal
            .open::<AccessClaims>(access_token, now)
            .ok()
            .and_then(|claims| claims.stage(&self.policy.issuer))
            .filter(|grant| self.policy.knows(&grant.subject))
            .ok_or(Unverified::NotAccepted)?;
        match self.ledger.is_revoked(grant.family, now).await {
            Err(_) => Err(Unverified::Unavailable),
            Ok(true) => Err(Unverified::NotAccepted),
            Ok(false) => Ok(Verified {
                subject: grant.subject.to_text(),
                client: URL_SAFE_NO_PAD.encode(grant.client.0),
                scopes: self
                    .policy
                    .scopes
                    .closure(&grant.scope)
                    .iter()
                    .map(|scope| scope.as_str().to_owned())
                    .collect(),
                audience: vec![grant.resource.as_str().to_owned()],
                expires_at: grant.expires_at,
                sender_constrained: false,
            }),
        }
    }
}
