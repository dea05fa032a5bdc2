//! Asking an issuer about a token, and what it answered lately.
//! Source: RFC 7662; RFC 7009 §2.2.1 (`unsupported_token_type`). What is remembered is the answer, never a decision: audience, end and scopes are judged anew for every
//! request, so nothing that was allowed once allows anything else.

use std::sync::Arc;

use protocol::json;
use protocol::oauth::time::UnixTime;
use quick_cache::UnitWeighter;
use quick_cache::sync::{Cache, DefaultLifecycle};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::hash::RandomState;
use zeroize::Zeroizing;

use super::access_token::{self, TokenFault};
use crate::gateway::{Unverified, Verified};
use crate::seal::foreign::ForeignClaims;
use crate::upstream::{Form, Upstream};

/// How many answers are remembered.
pub const REMEMBERED_MAX: usize = 10_000;
/// How long an answer is believed, in seconds, unless something else is said: so long a revoked token goes on to work.
pub const REMEMBERED_SECONDS: u64 = 60;
/// How long it is remembered at the most that a token is not active, in seconds.
pub const REFUSED_SECONDS_MAX: u64 = 10;
/// How long nobody is asked again about a token after there was no answer, in seconds.
const UNANSWERED_SECONDS: u64 = 1;
/// The longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 32 * 1_024;

/// Names a question: the endpoint, the token and the resource, as a digest.
type Question = [u8; 32];

/// An answer, and until when it is believed.
#[derive(Clone)]
struct Answer {
    outcome: Result<Arc<Verified>, Unverified>,
    until: UnixTime,
}

/// Who asks whom.
pub(super) struct Asking<'a> {
    pub(super) issuer: &'a str,
    pub(super) endpoint: &'a str,
    pub(super) client_id: &'a str,
    pub(super) client_secret: &'a Zeroizing<String>,
    pub(super) resource: &'a str,
    pub(super) remembered_seconds: u64,
}

/// Answers of late.
pub(super) struct Answers {
    upstream: Arc<Upstream>,
    remembered: Cache<Question, Answer, UnitWeighter, RandomState>,
}

impl Answers {
    pub(super) fn new(upstream: Arc<Upstream>) -> Self {
        let remembered = Cache::with(
            REMEMBERED_MAX,
            REMEMBERED_MAX as u64,
            UnitWeighter,
            RandomState::new(),
            DefaultLifecycle::default(),
        );
        Self { upstream, remembered }
    }

    /// What is known of `access_token`; of many who ask at once, one does.
    pub(super) async fn about(
        &self,
        asking: &Asking<'_>,
        access_token: &str,
        now: UnixTime,
    ) -> Result<Verified, Unverified> {
        let question = question(asking, access_token);
        self.remembered.remove_if(&question, |answer| answer.until <= now);
        let answer = match self.remembered.get_value_or_guard_async(&question).await {
            Ok(answer) => answer,
            Err(place) => {
                let answer = self.ask(asking, access_token, now).await;
                // A place that was taken away meanwhile is one that nobody waits for.
                let _ = place.insert(answer.clone());
                answer
            }
        };
        answer.outcome.map(|verified| (*verified).clone())
    }

    async fn ask(&self, asking: &Asking<'_>, access_token: &str, now: UnixTime) -> Answer {
        let until = now.plus_seconds(asking.remembered_seconds);
        match self.answer(asking, access_token, until, now).await {
            Ok(Some(verified)) => {
                let until = until.min(verified.expires_at);
                Answer { outcome: Ok(Arc::new(verified)), until }
            }
            Ok(None) => {
                let seconds = asking.remembered_seconds.min(REFUSED_SECONDS_MAX);
                Answer { outcome: Err(Unverified::NotAccepted), until: now.plus_seconds(seconds) }
            }
            Err(reason) => {
                let issuer = asking.issuer;
                tracing::error!(issuer, ?reason, "an access token could not be asked about");
                let until = now.plus_seconds(UNANSWERED_SECONDS);
                Answer { outcome: Err(Unverified::Unavailable), until }
            }
        }
    }

    async fn answer(
        &self,
        asking: &Asking<'_>,
        access_token: &str,
        until: UnixTime,
        now: UnixTime,
    ) -> Result<Option<Verified>, NoAnswer> {
        let target = self.upstream.target(asking.endpoint).map_err(|_| NoAnswer::Endpoint)?;
        let form = Form::new()
            .field("token", access_token)
            .field("token_type_hint", "access_token")
            .basic(asking.client_id, asking.client_secret);
        let answered = self.upstream.post_form(&target, &form, ANSWER_BYTES_MAX).await;
        let answered = answered.map_err(|_| NoAnswer::Unavailable)?;
        if answered.status != 200 {
            let is_of_no_use = is_of_another_kind(answered.status, &answered.bytes);
            return if is_of_no_use { Ok(None) } else { Err(NoAnswer::Status(answered.status)) };
        }
        let answer = json::parse(&answered.bytes).map_err(|_| NoAnswer::Malformed)?;
        let Value::Object(members) = answer else { return Err(NoAnswer::Malformed) };
        match members.get("active") {
            Some(Value::Bool(true)) => {}
            Some(Value::Bool(false)) => return Ok(None),
            _ => return Err(NoAnswer::Malformed),
        }
        let claims = ForeignClaims::of_answer(members);
        let (issuer, asked_by) = (asking.issuer, asking.client_id);
        let judged = access_token::judge_answer(&claims, issuer, asked_by, until, now);
        Ok(judged.map_err(|fault: TokenFault| refused(issuer, fault)).ok())
    }
}

/// Why there is no answer. For the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum NoAnswer {
    /// The endpoint is none that can be asked.
    Endpoint,
    /// It does not answer.
    Unavailable,
    /// It refuses to; 401 means that it does not know us.
    Status(u16),
    /// It answers what is no answer.
    Malformed,
}

/// Whether the issuer says that it answers nothing about tokens of this kind, so that it is none of those it is asked about here:
/// some say so of the JWTs that everybody can verify.
fn is_of_another_kind(status: u16, body: &[u8]) -> bool {
    let said = json::parse(body).ok();
    let code = said.as_ref().and_then(|said| said.get("error")?.as_str());
    status == 400 && code == Some("unsupported_token_type")
}

fn refused(issuer: &str, fault: TokenFault) {
    tracing::info!(issuer, ?fault, "access token refused");
}

fn question(asking: &Asking<'_>, access_token: &str) -> Question {
    let mut digest = Sha256::new();
    for part in [asking.endpoint, asking.resource, access_token] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}
