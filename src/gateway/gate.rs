//! One protected resource at work: from the headers of a request to an admitted token or a refusal.
//! Source: RFC 6750 §2 and §3, RFC 9728 §5.

use std::sync::Arc;

use poem::{
    Request, Response,
    http::{
        HeaderValue, StatusCode,
        header::{AUTHORIZATION, CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use serde_json::json;

use super::{
    Admitted, Refusal, Shortfall, Verified,
    admit::admit,
    bearer::{self, Carriers},
    challenge::describing,
};
use crate::world::World;

/// Why an access token could not be turned into [`Verified`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unverified {
    /// It is not ours, not for a resource server, altered, or revoked.
    NotAccepted,
    /// The ledger cannot be asked, and guessing would let revoked tokens through.
    Unavailable,
}

/// Opens access tokens; everything that needs keys or a ledger is behind this.
pub trait Verify: Send + Sync + 'static {
    /// What `access_token` says, if its seal is good and it was not revoked.
    fn verify(
        &self,
        access_token: &str,
    ) -> impl Future<Output = Result<Verified, Unverified>> + Send;
}

/// What a resource tells those it does not let in.
#[derive(Clone, Debug)]
pub struct Door {
    /// The canonical resource tokens must be for.
    pub resource: String,
    /// Where its metadata document is, an absolute URL.
    pub metadata_url: String,
    /// The scopes to ask for to begin with.
    pub first_scopes: Vec<String>,
}

/// A door, somebody who opens tokens, and a clock.
pub struct Gate<V> {
    door: Arc<Door>,
    verifier: Arc<V>,
    world: Arc<dyn World>,
}

impl<V> Clone for Gate<V> {
    fn clone(&self) -> Self {
        Self {
            door: Arc::clone(&self.door),
            verifier: Arc::clone(&self.verifier),
            world: Arc::clone(&self.world),
        }
    }
}

impl<V: Verify> Gate<V> {
    /// A gate for one resource.
    pub fn new(door: Door, verifier: Arc<V>, world: Arc<dyn World>) -> Self {
        Self { door: Arc::new(door), verifier, world }
    }

    /// Admits the token `request` carries in its header; the body is not looked at.
    /// # Errors
    /// Every [`Refusal`] but [`Refusal::InsufficientScope`], which needs an operation.
    pub async fn enter(&self, request: &Request) -> Result<Admitted, Refusal> {
        let authorization =
            request.headers().get_all(AUTHORIZATION).iter().map(HeaderValue::as_bytes).collect();
        let carriers = Carriers { authorization, query: request.uri().query(), form: None };
        let presented = bearer::read(&carriers)?.ok_or(Refusal::NoCredentials)?;
        let verified = self.verifier.verify(presented).await.map_err(|reason| match reason {
            Unverified::NotAccepted => Refusal::TokenUnknown,
            Unverified::Unavailable => Refusal::Unavailable,
        })?;
        admit(verified, &self.door.resource, self.world.now())
    }

    /// How long `admitted` lasts from now on.
    pub(super) fn seconds_left(&self, admitted: &Admitted) -> u64 {
        admitted.expires_at().seconds_since(self.world.now())
    }

    /// The answer to a request that carried no usable token.
    #[must_use]
    pub fn refuse(&self, refusal: Refusal) -> Response {
        if refusal != Refusal::NoCredentials {
            tracing::info!(reason = ?refusal, resource = self.door.resource, "refused at the gate");
        }
        answer(refusal, &self.door.metadata_url, &self.door.first_scopes)
    }

    /// The answer to a request whose token does not reach: it names all that this one operation needs.
    #[must_use]
    pub fn refuse_scope(&self, shortfall: &Shortfall) -> Response {
        let description = shortfall.description();
        let refusal = Refusal::InsufficientScope;
        let resource = &self.door.resource;
        tracing::info!(reason = ?refusal, resource, description, "refused at the gate");
        written(refusal, &description, &self.door.metadata_url, &shortfall.needed)
    }
}

/// A refusal as an HTTP response: status, challenge, small JSON body, never stored.
#[must_use]
pub fn answer(refusal: Refusal, metadata_url: &str, scopes: &[String]) -> Response {
    written(refusal, refusal.description(), metadata_url, scopes)
}

/// # Panics
/// Never: statuses and challenges are well-formed for every refusal, whatever the URL and the scopes.
fn written(refusal: Refusal, description: &str, metadata_url: &str, scopes: &[String]) -> Response {
    let mut body = json!({ "error": refusal.body_code(), "error_description": description });
    if refusal == Refusal::InsufficientScope {
        body["scope"] = json!(scopes.join(" ")); // Clients that know no step-up show the body to the person.
    }
    let status =
        StatusCode::from_u16(refusal.status()).expect("every refusal has a registered status");
    let response = Response::builder()
        .status(status)
        .header(CACHE_CONTROL, "no-store")
        .header(PRAGMA, "no-cache");
    let response = match describing(refusal, description, metadata_url, scopes) {
        Some(challenge) => response.header(WWW_AUTHENTICATE, challenge),
        None => response.header(RETRY_AFTER, "1"),
    };
    response.content_type("application/json").body(body.to_string())
}
