//! Waiting for a person to allow what a client asks.
//!
//! Source: OAuth 2.1 (draft 13) §4.1.1 and §7.13, MCP security best practices 2026-07-28 (confused deputy).

use super::code::CodeIssued;
use super::login::AwaitingLogin;
use super::prompt::Prompt;
use super::refusal::{Refusal, RefusalReason};
use super::request::AuthorizationRequest;
use super::session::LoginSession;
use crate::identity::{Authentication, Bond, FederatedLogin, Identified};
use crate::ids::CodeId;
use crate::oauth::built_in::BuiltIn;
use crate::oauth::client::{Client, ClientOrigin, ConsentRule};
use crate::oauth::redirect_uri::{RedirectKind, same_origin};
use crate::oauth::scope::Scope;
use crate::oauth::subject::Subject;
use crate::oauth::time::UnixTime;
use crate::policy::Policy;

/// A request whose person is known and has yet to answer. Sealed, it is the consent ticket.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AwaitingConsent {
    pub(super) request: AuthorizationRequest,
    pub(super) subject: Subject,
    pub(super) authenticated_at: UnixTime,
    pub(super) offline_declined: bool,
    pub(super) federated: Option<FederatedLogin>,
    pub(super) bond: Option<Bond>,
}

/// What is left once a person chose among what was asked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reduced<S = AwaitingConsent> {
    /// Something.
    To(S),
    /// Nothing: the person must be asked again.
    Nothing(S),
}

/// What is known when a code need not be asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Circumstances {
    /// This browser allowed exactly this before.
    pub remembered: bool,
    /// Another web site sent the browser here, or the browser does not say.
    pub cross_site: bool,
}

impl AwaitingConsent {
    /// A stage that was sealed as a consent ticket. Only for the module that opens tickets.
    #[must_use]
    pub fn unsealed(
        request: AuthorizationRequest,
        subject: Subject,
        authenticated_at: UnixTime,
    ) -> Self {
        Self::of(request, subject, authenticated_at)
    }

    /// The same for a person whom an identity provider named, and who declined `offline_access` before, or did not. Only for
    /// the module that opens tickets.
    #[must_use]
    pub fn unsealed_federated(
        stage: Self,
        login: FederatedLogin,
        bond: Option<Bond>,
        offline_declined: bool,
    ) -> Self {
        Self { federated: Some(login), bond, offline_declined, ..stage }
    }

    /// The person of `session` is the one who is asked.
    pub(super) fn new(request: AuthorizationRequest, session: &LoginSession) -> Self {
        Self {
            federated: session.federated.clone(),
            ..Self::of(request, session.subject.clone(), session.authenticated_at)
        }
    }

    /// The `person` whom an identity provider named is the one who is asked, at `now`.
    pub(super) fn identified(
        request: AuthorizationRequest,
        person: Identified,
        offline_declined: bool,
        now: UnixTime,
    ) -> Self {
        let session = LoginSession::arrived(&person, now);
        Self { offline_declined, bond: person.bond, ..Self::new(request, &session) }
    }

    pub(super) fn of(
        request: AuthorizationRequest,
        subject: Subject,
        authenticated_at: UnixTime,
    ) -> Self {
        Self {
            request,
            subject,
            authenticated_at,
            offline_declined: false,
            federated: None,
            bond: None,
        }
    }

    /// What was asked.
    #[must_use]
    pub fn request(&self) -> &AuthorizationRequest {
        &self.request
    }

    /// Who is asked.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// When they logged in.
    #[must_use]
    pub fn authenticated_at(&self) -> UnixTime {
        self.authenticated_at
    }

    /// What an identity provider said of them, if one did.
    #[must_use]
    pub fn federated(&self) -> Option<&FederatedLogin> {
        self.federated.as_ref()
    }

    /// Whether `offline_access` was declined, before the person was known.
    #[must_use]
    pub fn offline_declined(&self) -> bool {
        self.offline_declined
    }

    /// What their access depends on later.
    #[must_use]
    pub fn bond(&self) -> Option<&Bond> {
        self.bond.as_ref()
    }

    /// The stage with no more than the person can allow, or a refusal if they are not meant or nothing is left.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] with [`RefusalReason::AnotherPerson`] or [`RefusalReason::NothingToAllow`].
    pub fn within_authority(mut self, policy: &Policy) -> Result<Self, Refusal> {
        if !self.request.may_answer(&self.subject) {
            return Err(self.request.refuse(RefusalReason::AnotherPerson));
        }
        let scope = &self.request.scope;
        self.request.scope = match (&self.subject, &self.federated) {
            (Subject::Federated { .. }, Some(login)) if policy.knows(&self.subject) => {
                policy.within(login.most.as_ref(), scope)
            }
            (Subject::Federated { .. }, _) => Scope::default(),
            (Subject::Person(_) | Subject::Client(_), _) => policy.allowable(&self.subject, scope),
        };
        if self.request.scope.is_empty() {
            return Err(self.request.refuse(RefusalReason::NothingToAllow));
        }
        Ok(self)
    }

    /// What the person cannot leave out: what the resource needs of everybody, and who they are where that is asked.
    #[must_use]
    pub fn fixed(&self, policy: &Policy) -> Scope {
        self.request.fixed(policy)
    }

    /// The stage with no more than the person `ticked`, what follows from it, and what cannot be left out.
    #[must_use]
    pub fn reduced_to(mut self, ticked: &Scope, policy: &Policy) -> Reduced {
        match self.request.reduce_to(ticked, policy) {
            None => Reduced::Nothing(self),
            Some(offline_declined) => {
                // What was declined before the person was known stays declined.
                self.offline_declined |= offline_declined;
                Reduced::To(self)
            }
        }
    }

    /// Whether the person must be asked. A client that registered itself, one whose answer any program on a computer
    /// could catch, or that sends it to another site than the one that vouches for it, is never let through in silence.
    ///
    /// # Source
    ///
    /// OAuth 2.1 §7.13, RFC 8252 §8.6 (identity of native clients cannot be assured), and
    /// draft-ietf-oauth-client-id-metadata-document-00 §6.
    #[must_use]
    pub fn must_ask(&self, client: &Client, circumstances: Circumstances) -> bool {
        if self.request.prompt.demands(Prompt::CONSENT) {
            return true;
        }
        let assured = self.request.is_assured(client);
        match client.consent {
            ConsentRule::Always => true,
            ConsentRule::Remembered => {
                !assured || !circumstances.remembered || circumstances.cross_site
            }
            ConsentRule::Implied => !assured,
        }
    }

    /// The person must be asked, so a page is shown.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] with [`RefusalReason::ConsentRequired`] if the client wants no page.
    pub fn ask(self) -> Result<Self, Refusal> {
        if self.request.prompt.demands(Prompt::NONE) {
            return Err(self.request.refuse(RefusalReason::ConsentRequired));
        }
        Ok(self)
    }

    /// The person agreed at `now`; the code will be known as `id`.
    #[must_use]
    pub fn consent_given(self, id: CodeId, now: UnixTime) -> CodeIssued {
        let authentication = BuiltIn::OpenId.is_in(&self.request.scope).then_some(Authentication {
            authenticated_at: self.authenticated_at,
            nonce: self.request.nonce,
            profile: self.federated.map(|login| login.profile.within(&self.request.scope)),
        });
        CodeIssued {
            id,
            client: crate::oauth::client::ClientThumbprint::of(&self.request.client_id),
            redirect_uri: self.request.redirect_uri.digest(),
            code_challenge: self.request.code_challenge,
            scope: self.request.scope,
            resource: self.request.resource,
            subject: self.subject,
            issued_at: now,
            offline_declined: self.offline_declined,
            authentication,
            bond: self.bond,
        }
    }

    /// The person said no.
    #[must_use]
    pub fn consent_denied(self) -> Refusal {
        self.request.refuse(RefusalReason::Denied)
    }

    /// Somebody else wants to answer.
    #[must_use]
    pub fn account_switched(self) -> AwaitingLogin {
        AwaitingLogin::for_somebody_else(self.request)
    }
}

impl AuthorizationRequest {
    /// What nobody can leave out: what the resource needs of everybody, and who they are where that is asked.
    pub(super) fn fixed(&self, policy: &Policy) -> Scope {
        let resource = policy.resource(&self.resource);
        let required = resource.map(|known| known.required.clone()).unwrap_or_default();
        let identity: Scope = [BuiltIn::OpenId.token()].into_iter().collect();
        self.scope.intersection(&required.union(&identity))
    }

    /// Keeps what was `ticked`, what follows from it, and what cannot be left out; answers whether `offline_access` was
    /// declined. `None`, and nothing changes, where nothing for a resource would be left.
    pub(super) fn reduce_to(&mut self, ticked: &Scope, policy: &Policy) -> Option<bool> {
        let ticked = self.scope.intersection(ticked);
        let reached = policy.scopes.closure(&ticked.union(&self.fixed(policy)));
        let kept = self.scope.intersection(&reached);
        if kept.at_resources().is_empty() {
            return None;
        }
        let offline_declined =
            BuiltIn::OfflineAccess.is_in(&self.scope) && !BuiltIn::OfflineAccess.is_in(&kept);
        self.scope = kept;
        Some(offline_declined)
    }

    /// Whether the answer reaches nobody but `client`, as far as that can be known.
    pub(super) fn is_assured(&self, client: &Client) -> bool {
        self.redirect_uri.kind() == RedirectKind::Web
            && match client.origin {
                ClientOrigin::Preregistered => true,
                // Whoever runs the host that vouches for the client gets the code.
                ClientOrigin::Document => same_origin(self.redirect_uri.as_str(), &client.id),
                ClientOrigin::Registered => false,
            }
    }
}
