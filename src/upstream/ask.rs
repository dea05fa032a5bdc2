//! Questions to whom the operator chose: with credentials, and with an answer even when it is no.
//!
//! Whoever waits for these answers logs in and wants to know what happens, and where they are sent was not chosen by a
//! stranger: so a failure says what kind it is, as soon as it is known. The log says more.

use hyper::Method;
use hyper::body::Bytes;
use hyper::header::HeaderValue;
use tokio::time::{Instant, timeout_at};

use super::exchange::{Cause, Question};
use super::{Target, Upstream};

/// A question.
pub struct Asking<'a> {
    /// Media types of the answer, all of them JSON.
    pub accept: &'static str,
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// What is sent, with its media type; `None` only reads.
    pub body: Option<(&'static str, String)>,
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
    /// What came back is no JSON, or too long.
    NotJson,
    /// The question itself cannot be sent.
    Unsendable,
}

impl Upstream {
    /// Asks `target`, and reads an answer of at most `body_bytes_max` bytes.
    ///
    /// # Errors
    ///
    /// [`Unanswered`], after [`super::Limits::deadline`] at the latest.
    pub async fn ask(
        &self,
        target: &Target,
        asking: Asking<'_>,
        body_bytes_max: usize,
    ) -> Result<Reply, Unanswered> {
        let authorization = asking.authorization.map(|text| {
            HeaderValue::from_str(text).map(|mut value| {
                value.set_sensitive(true);
                value
            })
        });
        let authorization = authorization.transpose().map_err(|_| Unanswered::Unsendable)?;
        let question = Question {
            method: if asking.body.is_some() { Method::POST } else { Method::GET },
            accept: asking.accept,
            authorization,
            body: asking.body.map(|(media_type, text)| (media_type, Bytes::from(text))),
        };
        let _pending = self.places.pending().ok_or(Unanswered::Busy)?;
        let deadline = Instant::now() + self.limits.deadline;
        let attempt = async {
            let _place = self.places.place(target.host()).await;
            self.means().ask(target, question, body_bytes_max).await
        };
        let outcome = timeout_at(deadline, attempt).await.unwrap_or(Err(Cause::Late));
        match outcome {
            Ok(answer) => Ok(Reply { status: answer.status.as_u16(), bytes: answer.body }),
            Err(cause) => {
                tracing::warn!(host = target.host(), ?cause, "a question was not answered");
                Err(unanswered(cause))
            }
        }
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
