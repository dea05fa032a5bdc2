//! Opens tokens of ours that somebody asks about or gives back, whatever kind they are.

use protocol::oauth::time::UnixTime;
use protocol::revocation::IssuedToken;

use super::{Server, access};
use crate::seal::claims::RefreshClaims;

impl Server {
    /// What `text` is. A hint of its type is not needed: what was sealed for one purpose opens for no other.
    #[must_use]
    pub fn issued_token(&self, text: &str, now: UnixTime) -> Option<IssuedToken> {
        if let Some(grant) = access::open(&self.seal, &self.policy, text, now) {
            return Some(IssuedToken::Access(grant));
        }
        if let Ok(claims) = self.seal.open::<RefreshClaims>(text, now) {
            return claims.stage(&self.policy.issuer).map(IssuedToken::Refresh);
        }
        self.static_tokens.grants(text, &self.policy).into_iter().next().map(IssuedToken::Access)
    }
}
