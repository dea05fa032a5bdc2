//! Waiting for somebody to allow what a client asks before their identity provider says who they are.
//!
//! Source: MCP security best practices 2026-07-28 (confused deputy: the client is approved before the browser is sent on;
//! what waits for the answer is made only then), RFC 9700 §4.7.

use super::consent::Reduced;
use super::login::AwaitingLogin;
use super::prompt::Prompt;
use super::provider::{AwaitingProvider, Handshake};
use super::refusal::{Refusal, RefusalReason};
use super::request::AuthorizationRequest;
use crate::oauth::client::{Client, ConsentRule};
use crate::oauth::scope::Scope;
use crate::oauth::time::UnixTime;
use crate::policy::Policy;

/// A request that somebody is asked to allow before they are known. Sealed, it is the approval ticket.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AwaitingApproval {
    request: AuthorizationRequest,
    provider: String,
    offline_declined: bool,
}

impl AwaitingApproval {
    pub(super) fn new(request: AuthorizationRequest, provider: &str) -> Self {
        Self { request, provider: provider.to_owned(), offline_declined: false }
    }

    /// A stage that was sealed as an approval ticket. Only for the module that opens tickets.
    #[must_use]
    pub fn unsealed(request: AuthorizationRequest, provider: &str) -> Self {
        Self::new(request, provider)
    }

    /// What was asked.
    #[must_use]
    pub fn request(&self) -> &AuthorizationRequest {
        &self.request
    }

    /// Who will say who the person is, as the configuration calls it.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// What cannot be left out.
    #[must_use]
    pub fn fixed(&self, policy: &Policy) -> Scope {
        self.request.fixed(policy)
    }

    /// The stage with no more than was `ticked`, what follows from it, and what cannot be left out.
    #[must_use]
    pub fn reduced_to(mut self, ticked: &Scope, policy: &Policy) -> Reduced<Self> {
        match self.request.reduce_to(ticked, policy) {
            None => Reduced::Nothing(self),
            Some(offline_declined) => {
                self.offline_declined = offline_declined;
                Reduced::To(self)
            }
        }
    }

    /// Whether somebody must be asked. Whoever it is has allowed nothing before that could be known, so only a client
    /// that the operator vouches for is let through in silence.
    #[must_use]
    pub fn must_ask(&self, client: &Client) -> bool {
        if self.request.prompt.demands(Prompt::CONSENT) {
            return true;
        }
        match client.consent {
            ConsentRule::Always | ConsentRule::Remembered => true,
            ConsentRule::Implied => !self.request.is_assured(client),
        }
    }

    /// Somebody agreed at `now`, and goes to the identity provider with `handshake`, which is made for this alone.
    #[must_use]
    pub fn approved(self, handshake: Handshake, now: UnixTime) -> AwaitingProvider {
        let Self { request, provider, offline_declined } = self;
        AwaitingProvider { request, provider, offline_declined, handshake, departed_at: now }
    }

    /// Somebody said no.
    #[must_use]
    pub fn approval_denied(self) -> Refusal {
        self.request.refuse(RefusalReason::Denied)
    }

    /// Somebody wants to log in another way.
    #[must_use]
    pub fn provider_switched(self) -> AwaitingLogin {
        AwaitingLogin { request: self.request }
    }
}
