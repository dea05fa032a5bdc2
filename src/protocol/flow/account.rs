//! Waiting for a person to say as whom they go on.
//!
//! Source: OpenID Connect Core 1.0 §3.1.2.1 (`prompt=select_account`).

use super::consent::AwaitingConsent;
use super::login::AwaitingLogin;
use super::request::AuthorizationRequest;
use super::session::LoginSession;
use crate::oauth::subject::Subject;
use crate::oauth::time::UnixTime;

/// A request from a browser that somebody is logged in in, who has yet to say whether they are meant. Sealed, it is the
/// account ticket.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AwaitingAccount {
    pub(super) request: AuthorizationRequest,
    pub(super) subject: Subject,
}

/// Where the flow goes when a person goes on as who they are.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "it is taken apart as soon as it is made")]
pub enum Kept {
    /// Their login still counts.
    Consent(AwaitingConsent),
    /// It ended meanwhile, or has become older than the client allows.
    Login(AwaitingLogin),
}

impl AwaitingAccount {
    /// A stage that was sealed as an account ticket. Only for the module that opens tickets.
    #[must_use]
    pub fn unsealed(request: AuthorizationRequest, subject: Subject) -> Self {
        Self { request, subject }
    }

    /// What was asked.
    #[must_use]
    pub fn request(&self) -> &AuthorizationRequest {
        &self.request
    }

    /// Who was logged in.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The person goes on as who they are, in a browser that has `session` at `now`.
    #[must_use]
    pub fn account_kept(self, session: Option<&LoginSession>, now: UnixTime) -> Kept {
        let counts = |session: &&LoginSession| {
            session.subject == self.subject && self.request.is_fresh(session, now)
        };
        match session.filter(counts) {
            Some(session) => Kept::Consent(AwaitingConsent::new(self.request, session)),
            None => Kept::Login(AwaitingLogin { request: self.request }),
        }
    }

    /// Somebody else wants to go on.
    #[must_use]
    pub fn account_switched(self) -> AwaitingLogin {
        AwaitingLogin::for_somebody_else(self.request)
    }
}
