//! Questions to whom the operator chose: with credentials, and with an answer even when it is no.
//!
//! Whoever waits for these answers logs in and wants to know what happens, and where they are sent was not chosen by a
//! stranger: so a failure says what kind it is, as soon as it is known. The log says more.

use hyper::header::RETRY_AFTER;
use hyper::{HeaderMap, StatusCode};
use tokio::time::Instant;

use super::exchange::{Ask, Cause};
use super::{Form, Target, Upstream};

/// A question.
pub struct Asking<'a> {
    /// Media types of the answer, all of them JSON.
    pub accept: &'static str,
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// What is sent; `None` only reads.
    pub posted: Option<Posted<'a>>,
}

/// What is sent with a question.
pub enum Posted<'a> {
    /// Fields of a form; its credentials are not sent, those of the question are.
    Form(&'a Form),
    /// A JSON text.
    Json(String),
}

/// An answer in JSON.
pub struct Reply {
    /// Its status: never a redirect.
    pub status: u16,
    /// Its body, which nobody parsed.
    pub bytes: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Unanswered {
    /// Too much is being asked already; nobody was.
    Busy,
    /// There is no connection to it that can be trusted.
    Unreachable,
    /// It was not there in time.
    Late,
    /// It failed, by its own word or that of what stands in front of it.
    Failed,
    /// It was asked too often, and answers again later.
    Throttled,
    /// What came back is no JSON, or too long.
    NotJson,
}

impl Upstream {
    /// Asks `target`, and reads an answer of at most `body_bytes_max` bytes.
    ///
    /// # Errors
    ///
    /// [`Unanswered`], after [`super::Limits::deadline`] at the latest.
    pub async fn question(
        &self,
        target: &Target,
        asking: &Asking<'_>,
        body_bytes_max: usize,
    ) -> Result<Reply, Unanswered> {
        let _pending = self.places.pending().ok_or(Unanswered::Busy)?;
        let deadline = Instant::now() + self.limits.deadline;
        match self.attempt(Ask::Question(asking), target, body_bytes_max, deadline).await {
            Ok(answer) if is_throttled(answer.status, &answer.headers) => {
                tracing::warn!(host = target.host(), "a server was asked more than it allows");
                Err(Unanswered::Throttled)
            }
            Ok(answer) => Ok(Reply { status: answer.status.as_u16(), bytes: answer.body }),
            Err(cause) => {
                tracing::warn!(host = target.host(), ?cause, "a question was not answered");
                Err(unanswered(cause))
            }
        }
    }
}

/// Whether the server says that it was asked too often. Source: RFC 6585 §4; GitHub says so with 403 too, and then when to come
/// back, or that nothing is left.
fn is_throttled(status: StatusCode, headers: &HeaderMap) -> bool {
    let nothing_left = headers.get("x-ratelimit-remaining").is_some_and(|left| left == "0");
    match status {
        StatusCode::TOO_MANY_REQUESTS => true,
        StatusCode::FORBIDDEN => nothing_left || headers.contains_key(RETRY_AFTER),
        _ => false,
    }
}

fn unanswered(cause: Cause) -> Unanswered {
    match cause {
        Cause::NameUnknown
        | Cause::AddressForbidden
        | Cause::NoConnection
        | Cause::Untrusted
        | Cause::NoResponse => Unanswered::Unreachable,
        Cause::Late => Unanswered::Late,
        Cause::Status(_) => Unanswered::Failed,
        Cause::ContentType | Cause::ContentEncoding | Cause::TooLong => Unanswered::NotJson,
    }
}
