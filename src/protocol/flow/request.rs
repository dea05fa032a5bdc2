//! The authorization request: from parameters as sent to a request that can be answered.
//!
//! Source: OAuth 2.1 (draft 13) §4.1.1, RFC 7636 §4.3, RFC 8707 §2.1. The order of checks is policy: until the redirect
//! URI is matched nothing may be sent to it, so the first failures are pages.

use super::consent::AwaitingConsent;
use super::login::AwaitingLogin;
use super::refusal::{Refusal, RefusalReason, Rejection};
use crate::grant::GrantType;
use crate::oauth::client::Client;
use crate::oauth::pkce::Challenge;
use crate::oauth::redirect_uri::MatchedRedirectUri;
use crate::oauth::resource::Resource;
use crate::oauth::scope::Scope;
use crate::oauth::subject::Subject;
use crate::oauth::time::UnixTime;
use crate::policy::Policy;

/// The longest `state` that is returned, in bytes.
pub const STATE_BYTES_MAX: usize = 1_024;

/// The parameters of an authorization request, as sent: each at most once, empty counted as absent.
#[derive(Clone, Debug, Default)]
pub struct AuthorizationParameters {
    /// `response_type`
    pub response_type: Option<String>,
    /// `response_mode`
    pub response_mode: Option<String>,
    /// `redirect_uri`
    pub redirect_uri: Option<String>,
    /// `scope`
    pub scope: Option<String>,
    /// `state`
    pub state: Option<String>,
    /// `code_challenge`
    pub code_challenge: Option<String>,
    /// `code_challenge_method`
    pub code_challenge_method: Option<String>,
    /// `resource`, as often as sent
    pub resource: Vec<String>,
    /// `request`
    pub request: Option<String>,
    /// `request_uri`
    pub request_uri: Option<String>,
}

/// What was asked, once it can be answered. It travels inside every ticket.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuthorizationRequest {
    /// Who asks, as sent.
    pub client_id: String,
    /// Where the answer goes.
    pub redirect_uri: MatchedRedirectUri,
    /// `state`, returned exactly.
    pub state: Option<String>,
    /// What the redeemer must prove.
    pub code_challenge: Challenge,
    /// What would be granted.
    pub scope: Scope,
    /// Whom the tokens would be for.
    pub resource: Resource,
}

/// A request that can be answered, from a browser nothing is known of yet.
#[derive(Clone, Debug)]
pub struct Requested {
    request: AuthorizationRequest,
}

/// Why a request does not become [`Requested`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RequestError {
    /// The person is told.
    Rejected(Rejection),
    /// The client is told.
    Refused(Refusal),
}

impl Requested {
    /// Judges `parameters`, sent by `client`.
    ///
    /// # Errors
    ///
    /// [`RequestError::Rejected`] until the redirect URI is matched, [`RequestError::Refused`] afterwards.
    pub fn parse(
        parameters: AuthorizationParameters,
        client: &Client,
        policy: &Policy,
    ) -> Result<Self, RequestError> {
        let redirect_uri = client
            .match_redirect_uri(parameters.redirect_uri.as_deref())
            .ok_or(RequestError::Rejected(Rejection::RedirectUriUnknown))?;
        if parameters.state.as_ref().is_some_and(|state| state.len() > STATE_BYTES_MAX) {
            return Err(RequestError::Rejected(Rejection::StateTooLong));
        }
        match judge(&parameters, client, policy) {
            Ok((code_challenge, scope, resource)) => Ok(Self {
                request: AuthorizationRequest {
                    client_id: client.id.clone(),
                    redirect_uri,
                    state: parameters.state,
                    code_challenge,
                    scope,
                    resource,
                },
            }),
            Err(reason) => Err(RequestError::Refused(Refusal {
                reason,
                redirect_uri,
                state: parameters.state,
            })),
        }
    }

    /// Nobody is signed in: a person must log in first.
    #[must_use]
    pub fn sign_in_needed(self) -> AwaitingLogin {
        AwaitingLogin { request: self.request }
    }

    /// The browser belongs to `subject`, who logged in at `authenticated_at`.
    #[must_use]
    pub fn session_found(self, subject: Subject, authenticated_at: UnixTime) -> AwaitingConsent {
        AwaitingConsent { request: self.request, subject, authenticated_at }
    }

    /// What was asked.
    #[must_use]
    pub fn request(&self) -> &AuthorizationRequest {
        &self.request
    }
}

/// Everything that can be wrong once the client can be told.
fn judge(
    parameters: &AuthorizationParameters,
    client: &Client,
    policy: &Policy,
) -> Result<(Challenge, Scope, Resource), RefusalReason> {
    if parameters.request.is_some() {
        return Err(RefusalReason::RequestObject);
    }
    if parameters.request_uri.is_some() {
        return Err(RefusalReason::RequestUri);
    }
    match parameters.response_type.as_deref() {
        Some("code") => {}
        Some(_) => return Err(RefusalReason::ResponseTypeUnsupported),
        None => return Err(RefusalReason::ResponseTypeMissing),
    }
    if !matches!(parameters.response_mode.as_deref(), None | Some("query")) {
        return Err(RefusalReason::ResponseModeUnsupported);
    }
    if !client.may_use(GrantType::AuthorizationCode) {
        return Err(RefusalReason::GrantTypeNotAllowed);
    }
    let (challenge, method) = (&parameters.code_challenge, &parameters.code_challenge_method);
    let challenge = client.pkce.challenge(challenge.as_deref(), method.as_deref())?;
    let requested = parameters.scope.as_deref().map(Scope::parse).transpose();
    let requested = requested.map_err(|_| RefusalReason::ScopeMalformed)?;
    let target = policy.target(&parameters.resource).map_err(RefusalReason::Target)?;
    let scope = policy.scopes.grantable(requested.as_ref(), &client.scope);
    Ok((challenge, scope, target.resource.clone()))
}
