//! The authorization request: from parameters as sent to a request that can be answered.
//!
//! Source: OAuth 2.1 (draft 13) §4.1.1, RFC 7636 §4.3, RFC 8707 §2.1, OpenID Connect Core 1.0 §3.1.2.1. The order of
//! checks is policy: until the redirect URI is matched nothing may be sent to it, so the first failures are pages.

use super::account::AwaitingAccount;
use super::consent::AwaitingConsent;
use super::login::AwaitingLogin;
use super::prompt::Prompt;
use super::refusal::{Refusal, RefusalReason, Rejection};
use super::session::LoginSession;
use crate::grant::GrantType;
use crate::identity::Hint;
use crate::oauth::client::Client;
use crate::oauth::pkce::Challenge;
use crate::oauth::redirect_uri::MatchedRedirectUri;
use crate::oauth::resource::Resource;
use crate::oauth::scope::Scope;
use crate::oauth::subject::Subject;
use crate::oauth::time::UnixTime;
use crate::policy::{Policy, TargetFault};

/// The longest `state` that is returned, in bytes.
pub const STATE_BYTES_MAX: usize = 1_024;
/// The longest `nonce` that is taken, in bytes: it travels inside the code.
pub const NONCE_BYTES_MAX: usize = 256;
/// A longer `login_hint` is passed on to nobody, in bytes.
pub const LOGIN_HINT_BYTES_MAX: usize = 128;
/// A larger `max_age` counts as this one, in seconds; no session lasts as long.
const MAX_AGE_SECONDS_MAX: u64 = 31_536_000;

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
    /// `prompt`
    pub prompt: Option<String>,
    /// `max_age`
    pub max_age: Option<String>,
    /// `nonce`
    pub nonce: Option<String>,
    /// `id_token_hint`, opened
    pub hint: Hint,
    /// `login_hint`
    pub login_hint: Option<String>,
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
    /// Which pages the person must see.
    pub prompt: Prompt,
    /// How old the login may be, in seconds.
    pub max_age_seconds: Option<u64>,
    /// `nonce`, for the ID token.
    pub nonce: Option<String>,
    /// Whom the client means: nobody else gets a positive answer.
    pub hinted: Option<Subject>,
    /// `login_hint`, for an identity provider, where there are any.
    pub login_hint: Option<String>,
}

/// A request that can be answered, from a browser nothing is known of yet.
#[derive(Clone, Debug)]
pub struct Requested {
    request: AuthorizationRequest,
}

/// Where a request goes from a browser that somebody is logged in in.
#[derive(Clone, Debug)]
pub enum Found {
    /// Their login counts.
    Consent(AwaitingConsent),
    /// The client wants a newer one.
    Login(AwaitingLogin),
    /// The client wants them to say whether they are meant.
    Account(AwaitingAccount),
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
        let login_hint = parameters
            .login_hint
            .clone()
            .filter(|hint| !policy.providers.is_empty() && hint.len() <= LOGIN_HINT_BYTES_MAX);
        match judge(&parameters, client, policy) {
            Ok(Judged { code_challenge, scope, resource, prompt, max_age_seconds, hinted }) => {
                Ok(Self {
                    request: AuthorizationRequest {
                        client_id: client.id.clone(),
                        redirect_uri,
                        state: parameters.state,
                        code_challenge,
                        scope,
                        resource,
                        prompt,
                        max_age_seconds,
                        nonce: parameters.nonce,
                        hinted,
                        login_hint,
                    },
                })
            }
            Err(reason) => Err(RequestError::Refused(Refusal {
                reason,
                redirect_uri,
                state: parameters.state,
            })),
        }
    }

    /// Nobody is signed in: a person must log in first.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] with [`RefusalReason::LoginRequired`] if the client wants no page.
    pub fn sign_in_needed(self) -> Result<AwaitingLogin, Refusal> {
        if self.request.prompt.demands(Prompt::NONE) {
            return Err(self.request.refuse(RefusalReason::LoginRequired));
        }
        Ok(AwaitingLogin { request: self.request })
    }

    /// The browser has `session` at `now`.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] with [`RefusalReason::LoginRequired`] if the client wants a newer or another login, but no page.
    pub fn session_found(self, session: &LoginSession, now: UnixTime) -> Result<Found, Refusal> {
        let prompt = self.request.prompt;
        let is_meant = self.request.may_answer(&session.subject);
        if prompt.demands(Prompt::LOGIN) || !is_meant || !self.request.is_fresh(session, now) {
            return self.sign_in_needed().map(Found::Login);
        }
        let request = self.request;
        if prompt.demands(Prompt::SELECT_ACCOUNT) {
            let subject = session.subject.clone();
            return Ok(Found::Account(AwaitingAccount { request, subject }));
        }
        Ok(Found::Consent(AwaitingConsent::new(request, session)))
    }

    /// What was asked.
    #[must_use]
    pub fn request(&self) -> &AuthorizationRequest {
        &self.request
    }
}

impl AuthorizationRequest {
    /// Whether the login of `session` is new enough at `now`. `max_age=0` asks for one that is made now.
    pub(super) fn is_fresh(&self, session: &LoginSession, now: UnixTime) -> bool {
        let age = now.seconds_since(session.authenticated_at);
        self.max_age_seconds.is_none_or(|most| most > 0 && age <= most)
    }

    /// Whether the client means `subject`, or leaves open whom it means.
    pub(super) fn may_answer(&self, subject: &Subject) -> bool {
        self.hinted.as_ref().is_none_or(|hinted| hinted == subject)
    }

    /// The end of the request.
    pub(super) fn refuse(self, reason: RefusalReason) -> Refusal {
        Refusal { reason, redirect_uri: self.redirect_uri, state: self.state }
    }
}

/// What is left to say once nothing is wrong.
struct Judged {
    code_challenge: Challenge,
    scope: Scope,
    resource: Resource,
    prompt: Prompt,
    max_age_seconds: Option<u64>,
    hinted: Option<Subject>,
}

/// Everything that can be wrong once the client can be told.
fn judge(
    parameters: &AuthorizationParameters,
    client: &Client,
    policy: &Policy,
) -> Result<Judged, RefusalReason> {
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
    let code_challenge = client.pkce.challenge(challenge.as_deref(), method.as_deref())?;
    let requested = parameters.scope.as_deref().map(Scope::parse).transpose();
    let requested = requested.map_err(|_| RefusalReason::ScopeMalformed)?;
    let target = match policy.target(&parameters.resource) {
        // Who asks only who the person is knows nothing of resources (RFC 8707 §2 lets us choose).
        Err(TargetFault::Missing) if policy.is_login(requested.as_ref()) => {
            policy.resources.first().ok_or(TargetFault::Missing)
        }
        found => found,
    };
    let target = target.map_err(RefusalReason::Target)?;
    let most = if requested.is_some() { policy.askable(client) } else { &client.scope };
    let scope = policy.scopes.grantable(requested.as_ref(), most);
    let prompt = parameters.prompt.as_deref().map(Prompt::parse).transpose();
    let prompt = prompt.map_err(|_| RefusalReason::PromptContradictory)?.unwrap_or_default();
    let max_age_seconds = parameters.max_age.as_deref().map(max_age).transpose()?;
    if parameters.nonce.as_deref().is_some_and(|nonce| !is_nonce(nonce)) {
        return Err(RefusalReason::NonceMalformed);
    }
    let hinted = match &parameters.hint {
        Hint::Absent => None,
        Hint::IdToken(hint) if hint.audience == client.id => Some(hint.subject.clone()),
        Hint::IdToken(_) | Hint::Unreadable => return Err(RefusalReason::HintUnusable),
    };
    let resource = target.resource.clone();
    Ok(Judged { code_challenge, scope, resource, prompt, max_age_seconds, hinted })
}

/// Digits only; more than can be counted is as good as no limit.
fn max_age(text: &str) -> Result<u64, RefusalReason> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(RefusalReason::MaxAgeMalformed);
    }
    Ok(text.parse().unwrap_or(u64::MAX).min(MAX_AGE_SECONDS_MAX))
}

/// Whether a nonce can be carried: printable ASCII of at most [`NONCE_BYTES_MAX`].
fn is_nonce(text: &str) -> bool {
    text.len() <= NONCE_BYTES_MAX && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}
