//! The person's own access token at an identity provider, for a server behind the gateway that needs it.
//!
//! Source: MCP 2026-07-28 authorization (a server that calls others uses a token of its own for them, never the client's).

use std::sync::Arc;

use protocol::ids::{FamilyId, GrantName};
use protocol::oauth::subject::Subject;
use protocol::oauth::time::UnixTime;
use protocol::policy::Policy;
use protocol::replay::Revocation;

use super::grants::{Grants, Lost};
use crate::gateway::Refusal;
use crate::gateway::proxy::{Lend, Lending};
use crate::mcp::Caller;
use crate::upstream::identity::Secret;

/// How long the revocation of a family is remembered of which nothing else is known: the longest that one can live.
const FAMILY_SECONDS_MAX: u64 = 365 * 86_400;

/// Lends what one provider gave.
pub struct Lender {
    /// The provider, as the configuration calls it.
    pub provider: String,
    /// What is kept.
    pub grants: Arc<Grants>,
    /// Who people are.
    pub policy: Arc<Policy>,
}

impl Lend for Lender {
    fn lend<'a>(
        &'a self,
        caller: &'a Caller,
        family: Option<FamilyId>,
        spurned: Option<&'a Secret>,
    ) -> Lending<'a> {
        Box::pin(async move {
            let family = family.filter(|_| self.came_through(caller)).ok_or(Refusal::NoGrant)?;
            match self.grants.access(GrantName::of(family), spurned).await {
                Ok(access) => Ok(access),
                Err(Lost::Later) => Err(Refusal::Unavailable),
                Err(Lost::Over) => Err(self.end(family, self.grants.world.now()).await),
            }
        })
    }
}

impl Lender {
    /// Whether it was this provider that named the person who calls.
    fn came_through(&self, caller: &Caller) -> bool {
        let subject = Subject::parse(&caller.subject);
        let known = subject.and_then(|subject| self.policy.provider_of(&subject).cloned());
        known.is_some_and(|known| known.id == self.provider)
    }

    /// Ends the family with its grant: a refresh would bring the client back here with nothing.
    async fn end(&self, family: FamilyId, now: UnixTime) -> Refusal {
        tracing::info!(provider = self.provider, "what a provider gave is void; its tokens end");
        let revocation = Revocation::Family { family, until: now.plus_seconds(FAMILY_SECONDS_MAX) };
        match self.grants.ledger.revoke(revocation, now).await {
            Ok(()) => Refusal::GrantEnded,
            Err(_) => Refusal::Unavailable,
        }
    }
}
