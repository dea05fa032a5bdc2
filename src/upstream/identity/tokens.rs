//! The token endpoint of a provider: a code or a refresh token for tokens.
//!
//! Source: RFC 6749 §2.3.1, §4.1.3, §5, §6; RFC 7636 §4.5. Whether an answer is an error is what its body says: GitHub's
//! errors come with 200.

use protocol::json;
use protocol::oauth::time::UnixTime;
use serde_json::{Map, Value};

use super::{ClientAuthentication, Provider, ProviderFault, Secret};
use crate::upstream::{Asking, Form, Posted, Target};

/// The longest answer that is read, in bytes.
pub const ANSWER_BYTES_MAX: usize = 64 * 1_024;
/// The longest token that is taken, in bytes.
pub const TOKEN_BYTES_MAX: usize = 16 * 1_024;
/// Tokens that claim to live longer than ten years do not say when they end.
const LIFETIME_SECONDS_MAX: u64 = 10 * 366 * 86_400;

/// Codes that a provider may say: RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core 1.0 §3.1.2.6, and those of GitHub.
const ERROR_CODES: [&str; 24] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
    "access_denied",
    "server_error",
    "temporarily_unavailable",
    "interaction_required",
    "login_required",
    "account_selection_required",
    "consent_required",
    "request_not_supported",
    "invalid_target",
    "slow_down",
    "incorrect_client_credentials",
    "redirect_uri_mismatch",
    "bad_verification_code",
    "bad_refresh_token",
    "unverified_user_email",
    "application_suspended",
    "invalid_token",
];

/// What a provider gave. None of it ever leaves unsealed.
#[derive(Clone, Debug)]
pub struct ProviderTokens {
    /// For its own resources.
    pub access: Secret,
    /// For the next ones.
    pub refresh: Option<Secret>,
    /// As it came; it was read already.
    pub id_token: Option<Secret>,
    /// When the access token ends, if that was said.
    pub expires_at: Option<UnixTime>,
    /// What the access token may, where that was said.
    pub(super) scope: Option<String>,
}

impl ProviderTokens {
    /// What [`Provider::renew`] takes: the refresh token; or the access token, where a provider has none and the access token
    /// does not end by itself.
    #[must_use]
    pub fn renewal(&self) -> Option<Secret> {
        match (&self.refresh, self.expires_at) {
            (Some(refresh), _) => Some(Secret::new(format!("r.{}", refresh.expose()))),
            (None, None) => Some(Secret::new(format!("a.{}", self.access.expose()))),
            (None, Some(_)) => None,
        }
    }

    /// An access token that does not end by itself, as it was kept.
    pub(super) fn endless(access: Secret) -> Self {
        Self { access, refresh: None, id_token: None, expires_at: None, scope: None }
    }

    /// Reads what a token endpoint answers.
    ///
    /// # Errors
    ///
    /// [`ProviderFault::Refused`] if it says so, else [`ProviderFault::BadAnswer`].
    pub fn read(body: &[u8], now: UnixTime) -> Result<Self, ProviderFault> {
        let answer = json::parse(body).map_err(|_| ProviderFault::BadAnswer("it is not JSON"))?;
        let members = answer.as_object();
        let members = members.ok_or(ProviderFault::BadAnswer("it is no JSON object"))?;
        if members.contains_key("error") {
            return Err(refused(members));
        }
        let kind = members.get("token_type").and_then(Value::as_str);
        if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")) {
            return Err(ProviderFault::BadAnswer("its tokens are no bearer tokens"));
        }
        let access = token(members, "access_token")?;
        let access = access.ok_or(ProviderFault::BadAnswer("it has no access token"))?;
        let lifetime = members.get("expires_in").and_then(seconds);
        let lifetime = lifetime.filter(|seconds| *seconds <= LIFETIME_SECONDS_MAX);
        Ok(Self {
            access,
            refresh: token(members, "refresh_token")?,
            id_token: token(members, "id_token")?,
            expires_at: lifetime.map(|seconds| now.plus_seconds(seconds)),
            scope: members.get("scope").and_then(Value::as_str).map(str::to_owned),
        })
    }

    /// Whether the access token may what one of `scopes` says, as far as that was said.
    pub(super) fn may_any(&self, scopes: &[&str]) -> bool {
        let granted = self.scope.as_deref().unwrap_or_default();
        let mut granted = granted.split([' ', ',']).filter(|scope| !scope.is_empty()).peekable();
        granted.peek().is_none() || granted.any(|scope| scopes.contains(&scope))
    }
}

/// A token: printable ASCII without spaces, so that it fits into a header.
fn token(members: &Map<String, Value>, name: &str) -> Result<Option<Secret>, ProviderFault> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text))
            if (1..=TOKEN_BYTES_MAX).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_graphic()) =>
        {
            Ok(Some(Secret::new(text.as_str())))
        }
        Some(_) => Err(ProviderFault::BadAnswer("a token in it is empty, too long or no text")),
    }
}

/// Seconds as a number; some providers write the number as text.
fn seconds(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

/// What a provider refuses with. Its own words never leave the log, and there only numbers are kept of them.
fn refused(members: &Map<String, Value>) -> ProviderFault {
    let said = members.get("error").and_then(Value::as_str).unwrap_or_default();
    let error = ERROR_CODES.into_iter().find(|code| *code == said).unwrap_or("other");
    let codes = members.get("error_codes").and_then(Value::as_array);
    let codes: Vec<u64> = codes.into_iter().flatten().filter_map(Value::as_u64).take(4).collect();
    tracing::warn!(error, ?codes, "a provider refused");
    ProviderFault::Refused { error: error.to_owned() }
}

/// The code that is registered, or `other`: what may be shown of an error that came through a browser.
#[must_use]
pub fn registered(error: &str) -> &'static str {
    ERROR_CODES.into_iter().find(|code| *code == error).unwrap_or("other")
}

impl Provider {
    /// Asks the token endpoint. `authentication`: how the secret is sent, if there is one.
    pub(super) async fn request_tokens(
        &self,
        target: &Target,
        authentication: ClientAuthentication,
        parameters: &[(&str, &str)],
        now: UnixTime,
    ) -> Result<ProviderTokens, ProviderFault> {
        let client_id = self.settings.client_id.as_str();
        let mut form =
            parameters.iter().fold(Form::new(), |form, (name, value)| form.field(name, value));
        form = match (&self.settings.client_secret, authentication) {
            (Some(secret), ClientAuthentication::Basic) => form.basic(client_id, secret.expose()),
            (Some(secret), ClientAuthentication::Post) => {
                form.field("client_id", client_id).field("client_secret", secret.expose())
            }
            (None, _) => form.field("client_id", client_id),
        };
        let asking = Asking {
            accept: "application/json",
            authorization: form.authorization(),
            posted: Some(Posted::Form(&form)),
        };
        let reply = self.upstream.question(target, &asking, ANSWER_BYTES_MAX).await?;
        if reply.status >= 500 {
            return Err(ProviderFault::Failed);
        }
        let tokens = ProviderTokens::read(&reply.bytes, now)?;
        if reply.status == 200 {
            Ok(tokens)
        } else {
            Err(ProviderFault::BadAnswer("it has tokens and a status that is not 200"))
        }
    }
}
