//! Opens tokens of ours that somebody asks about or gives back, whatever kind they are.

use protocol::oauth::time::UnixTime;
use protocol::revocation::IssuedToken;

use super::Server;
use crate::seal::claims::{AccessClaims, RefreshClaims};

impl Server {
    /// What `text` is. A hint of its type is not needed: what was sealed for one purpose opens for no other.
    pub(super) fn issued_token(&self, text: &str, now: UnixTime) -> Option<IssuedToken> {
        let issuer = &self.policy.issuer;
        if let Ok(claims) = self.seal.open::<AccessClaims>(text, now) {
            return claims.stage(issuer).map(IssuedToken::Access);
        }
        if let Ok(claims) = self.seal.open::<RefreshClaims>(text, now) {
            return claims.stage(issuer).map(IssuedToken::Refresh);
        }
        self.static_tokens.grants(text, &self.policy).into_iter().next().map(IssuedToken::Access)
    }
}
