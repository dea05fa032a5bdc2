//! Waiting for a person to log in.

use super::approval::AwaitingApproval;
use super::consent::AwaitingConsent;
use super::prompt::Prompt;
use super::request::AuthorizationRequest;
use crate::oauth::subject::Subject;
use crate::oauth::time::UnixTime;

/// A request whose person is not known yet. Sealed, it is the login ticket.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AwaitingLogin {
    pub(super) request: AuthorizationRequest,
}

impl AwaitingLogin {
    /// A stage that was sealed as a login ticket. Only for the module that opens tickets.
    #[must_use]
    pub fn unsealed(request: AuthorizationRequest) -> Self {
        Self { request }
    }

    /// Whoever was there is not who wants to go on: where others know who is there, they must ask.
    pub(super) fn for_somebody_else(request: AuthorizationRequest) -> Self {
        let prompt = request.prompt.and(Prompt::SELECT_ACCOUNT);
        Self { request: AuthorizationRequest { prompt, ..request } }
    }

    /// What was asked.
    #[must_use]
    pub fn request(&self) -> &AuthorizationRequest {
        &self.request
    }

    /// `subject` proved who they are at `now`.
    #[must_use]
    pub fn login_succeeded(self, subject: Subject, now: UnixTime) -> AwaitingConsent {
        AwaitingConsent::of(self.request, subject, now)
    }

    /// The person wants to be named by the identity provider that the configuration calls `provider`.
    #[must_use]
    pub fn provider_chosen(self, provider: &str) -> AwaitingApproval {
        AwaitingApproval::new(self.request, provider)
    }

    /// Somebody failed to; they may try again.
    #[must_use]
    pub fn login_failed(self) -> Self {
        self
    }
}
