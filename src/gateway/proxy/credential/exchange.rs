//! A token of the server's own authorization server, in exchange for our statement of who is calling.
//! Source: RFC 8693 §2.1 and §2.2, RFC 6749 §2.3.1 and §5, RFC 8707 §2.
//!
//! What is handed in is a statement that we sign for this one endpoint, for a minute; the token of the client stays here.
//! What comes back is used for nobody but the same person, client and scopes, and not up to its last second.

use std::sync::Arc;

use poem::http::{HeaderValue, StatusCode};
use protocol::json;
use serde_json::Value;

use super::super::Vouch;
use super::super::fault::Fault;
use super::super::per_caller::PerCaller;
use crate::config::ExchangeConfig;
use crate::mcp::Caller;
use crate::upstream::identity::ClientAuthentication;
use crate::upstream::{Answered, Form, Limits, Target, Upstream};
use crate::world::World;

/// How long a token is used at the most, in seconds.
const REMEMBERED_SECONDS_MAX: u64 = 3_600;
/// How long a token is used whose end nobody said, in seconds.
const UNTOLD_SECONDS: u64 = 60;
/// How long before its end a token is not used any more, in seconds: it has to arrive.
const SPARE_SECONDS: u64 = 30;
/// How long nobody asks again after a refusal, in seconds.
const REFUSED_SECONDS: u64 = 10;
/// How long nobody asks again after there was no answer, in seconds.
const UNANSWERED_SECONDS: u64 = 1;
/// How long our statement is good for, in seconds.
const STATEMENT_SECONDS: u64 = 60;
/// The longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 32 * 1_024;
/// The longest token that is taken, in bytes.
const TOKEN_BYTES_MAX: usize = 16 * 1_024;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// What came of asking.
type Outcome = Result<HeaderValue, Fault>;

/// What an authorization server issued.
#[derive(Debug, Eq, PartialEq)]
struct Issued {
    token: String,
    lifetime_seconds: u64,
}

/// Why it issued nothing of use. For the log.
#[derive(Debug, Eq, PartialEq)]
enum Nothing {
    /// It refuses, with this code (RFC 6749 §5.2).
    Refused(String),
    /// What it answers is no token that we could show.
    Malformed(&'static str),
}

/// Asks one token endpoint, and remembers.
pub(super) struct Exchange {
    settings: ExchangeConfig,
    scheme: &'static str,
    target: Target,
    upstream: Upstream,
    vouch: Arc<dyn Vouch>,
    world: Arc<dyn World>,
    remembered: PerCaller<Outcome>,
}

impl Exchange {
    /// `None` if the token endpoint is none that can be asked. `scheme`: what stands in front of the token.
    pub(super) fn new(
        settings: &ExchangeConfig,
        scheme: &'static str,
        upstream: &Upstream,
        vouch: Arc<dyn Vouch>,
        world: Arc<dyn World>,
    ) -> Option<Self> {
        let origin = settings.token_endpoint.origin().ascii_serialization();
        let upstream = upstream.to_configured(vec![origin], Limits::of_operator());
        let target = upstream.target(settings.token_endpoint.as_str()).ok()?;
        let remembered = PerCaller::new();
        Some(Self {
            settings: settings.clone(),
            scheme,
            target,
            upstream,
            vouch,
            world,
            remembered,
        })
    }

    /// What is shown on behalf of `caller`.
    pub(super) async fn credential(&self, caller: &Caller) -> Outcome {
        self.remembered.get_or(caller, self.world.now(), async || self.ask(caller).await).await
    }

    /// The server did not take it.
    pub(super) fn forget(&self, caller: &Caller) {
        self.remembered.forget(caller);
    }

    /// Asks; and for how many seconds the outcome stands.
    async fn ask(&self, caller: &Caller) -> (Outcome, u64) {
        let Some(form) = self.form(caller) else {
            return (Err(Fault::CannotVouch), UNANSWERED_SECONDS);
        };
        let endpoint = self.target.as_str();
        let answered = self.upstream.post_form(&self.target, &form, ANSWER_BYTES_MAX).await;
        // Who was asked too often answers later (RFC 6585 §4).
        let answered = answered.ok().filter(|it| it.status != StatusCode::TOO_MANY_REQUESTS);
        let Some(answered) = answered else {
            tracing::error!(
                endpoint,
                "the token endpoint of a server behind the gateway does not answer"
            );
            return (Err(Fault::CredentialUnavailable), UNANSWERED_SECONDS);
        };
        let issued = read(&answered).and_then(|issued| {
            let value = HeaderValue::try_from(format!("{}{}", self.scheme, issued.token));
            let mut value = value.map_err(|_| Nothing::Malformed("access_token"))?;
            value.set_sensitive(true);
            Ok((value, issued.lifetime_seconds))
        });
        match issued {
            Ok((value, lifetime)) => {
                let spare = SPARE_SECONDS.min(lifetime / 2);
                (Ok(value), lifetime - spare)
            }
            Err(reason) => {
                let status = answered.status;
                tracing::error!(
                    endpoint,
                    status,
                    ?reason,
                    "no token for a server behind the gateway"
                );
                (Err(Fault::CredentialRefused), REFUSED_SECONDS)
            }
        }
    }

    /// The request; `None` where there is no key to sign with.
    fn form(&self, caller: &Caller) -> Option<Form> {
        let ExchangeConfig { client_id, client_secret, audience, resource, scope, .. } =
            &self.settings;
        let statement =
            self.vouch.assertion(caller, &self.settings.statement_audience, STATEMENT_SECONDS)?;
        let mut form = Form::new()
            .field("grant_type", GRANT_TYPE)
            .field("requested_token_type", ACCESS_TOKEN)
            .field("subject_token", &statement)
            .field("subject_token_type", JWT);
        for (name, value) in [("resource", resource), ("audience", audience), ("scope", scope)] {
            if let Some(value) = value {
                form = form.field(name, value);
            }
        }
        Some(match self.settings.client_authentication {
            ClientAuthentication::Basic => form.basic(client_id, client_secret.expose()),
            ClientAuthentication::Post => {
                form.field("client_id", client_id).field("client_secret", client_secret.expose())
            }
        })
    }
}

/// Reads an answer (RFC 8693 §2.2).
fn read(answered: &Answered) -> Result<Issued, Nothing> {
    let said = json::parse(&answered.bytes).map_err(|_| Nothing::Malformed("it is no JSON"))?;
    let text = |name: &str| said.get(name).and_then(Value::as_str);
    if answered.status != 200 {
        let code = text("error").unwrap_or("without a code").chars();
        return Err(Nothing::Refused(code.filter(char::is_ascii_graphic).take(64).collect()));
    }
    if !matches!(text("issued_token_type"), Some(ACCESS_TOKEN | JWT)) {
        return Err(Nothing::Malformed("issued_token_type"));
    }
    // What is no bearer token cannot be shown by whoever holds it, or means something else.
    if !text("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")) {
        return Err(Nothing::Malformed("token_type"));
    }
    let token = text("access_token").filter(|token| {
        (1..=TOKEN_BYTES_MAX).contains(&token.len())
            && token.bytes().all(|byte| byte.is_ascii_graphic())
    });
    let token = token.ok_or(Nothing::Malformed("access_token"))?.to_owned();
    let lifetime = said.get("expires_in").and_then(Value::as_u64).unwrap_or(UNTOLD_SECONDS);
    Ok(Issued { token, lifetime_seconds: lifetime.min(REMEMBERED_SECONDS_MAX) })
}
