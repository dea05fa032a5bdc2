//! Requests that carry the person's own token of an identity provider.
//! Source: RFC 6750 §2.1 (the header), §3.1 (401 for a token that is not taken).
//!
//! A server that does not take the token is asked once more with a newer one, if there is one by then: a token can be void
//! before it ends.

use std::pin::Pin;

use hyper::body::Bytes;
use poem::http::header::AUTHORIZATION;
use poem::http::uri::PathAndQuery;
use poem::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use protocol::ids::FamilyId;

use super::fault::Fault;
use crate::gateway::Refusal;
use crate::mcp::Caller;
use crate::upstream::identity::Secret;
use crate::upstream::{Passage, Passed};

/// What comes of asking for a token: boxed, so that a proxy need not know who is asked.
pub type Lending<'a> = Pin<Box<dyn Future<Output = Result<Secret, Refusal>> + Send + 'a>>;

/// Who knows the tokens that people have at their identity provider.
pub trait Lend: Send + Sync + 'static {
    /// The token of who is behind `caller` and `family`, as it is valid now. `spurned`: the one that the server did not take.
    ///
    /// [`Refusal::NoGrant`], [`Refusal::GrantEnded`] or [`Refusal::Unavailable`] otherwise.
    fn lend<'a>(
        &'a self,
        caller: &'a Caller,
        family: Option<FamilyId>,
        spurned: Option<&'a Secret>,
    ) -> Lending<'a>;
}

/// A request as it goes out.
pub(super) struct Out {
    pub(super) method: Method,
    pub(super) target: PathAndQuery,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Sends `out` with the token of who is calling.
pub(super) async fn send(
    passage: &Passage,
    (header, lender): (&HeaderName, &dyn Lend),
    caller: &Caller,
    family: Option<FamilyId>,
    out: Out,
) -> Result<Response<Passed>, Fault> {
    let mut spurned: Option<Secret> = None;
    loop {
        let lent = lender.lend(caller, family, spurned.as_ref()).await.map_err(Fault::NotLent)?;
        if spurned.as_ref() == Some(&lent) {
            return Err(Fault::NotTaken);
        }
        let is_last = spurned.is_some();
        let mut headers = out.headers.clone();
        headers.insert(header.clone(), value(header, &lent).ok_or(Fault::CannotVouch)?);
        let (method, target) = (out.method.clone(), out.target.clone());
        let answer = passage.send(method, target, headers, out.body.clone()).await?;
        if answer.status() != StatusCode::UNAUTHORIZED || is_last {
            return Ok(answer);
        }
        spurned = Some(lent);
    }
}

/// The token as the header has it.
fn value(header: &HeaderName, token: &Secret) -> Option<HeaderValue> {
    let scheme = if *header == AUTHORIZATION { "Bearer " } else { "" };
    let mut value = HeaderValue::try_from(format!("{scheme}{}", token.expose())).ok()?;
    value.set_sensitive(true);
    Some(value)
}
