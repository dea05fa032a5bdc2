//! One protected resource at work: from the headers of a request to an admitted token or a refusal.
//! Source: RFC 6750 §2 and §3, RFC 9449 §7, RFC 9728 §5.

use std::{pin::Pin, sync::Arc, time::Duration};

use poem::{
    Request, Response,
    http::{
        self, HeaderMap, HeaderValue, Method, StatusCode, Uri,
        header::{
            AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE,
        },
    },
};
use protocol::oauth::dpop::{Asked, Binding, ProvenKey};
use protocol::oauth::time::UnixTime;
use serde_json::json;

use super::{
    Admitted, Refusal, Shortfall, Verified,
    admit::{Sender, admit},
    bearer::{self, Carriers, Scheme},
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

impl From<Unverified> for Refusal {
    fn from(reason: Unverified) -> Self {
        match reason {
            Unverified::NotAccepted => Self::TokenUnknown,
            Unverified::Unavailable => Self::Unavailable,
        }
    }
}

/// Opens access tokens; everything that needs keys or a ledger is behind this.
pub trait Verify: Send + Sync + 'static {
    /// What `access_token` says, if its seal is good and it was not revoked.
    fn verify(
        &self,
        access_token: &str,
    ) -> impl Future<Output = Result<Verified, Unverified>> + Send;
}

/// What comes of a proof: boxed, so that a gate need not know who checks it.
pub type Proving<'a> = Pin<Box<dyn Future<Output = Result<ProvenKey, Refusal>> + Send + 'a>>;

/// Checks proofs of possession; everything that needs signatures or a ledger is behind this.
pub trait Prove: Send + Sync + 'static {
    /// The key that the one value in `proofs`, the `DPoP` headers as sent, proves to belong to who sent `asked`.
    ///
    /// [`Refusal::ProofInvalid`] or [`Refusal::Unavailable`] otherwise.
    fn prove<'a>(&'a self, proofs: Vec<&'a [u8]>, asked: Asked<'a>, now: UnixTime) -> Proving<'a>;
}

/// How a resource has its tokens presented.
#[derive(Clone)]
pub struct Possession {
    /// Whether tokens that are bound to no key are refused.
    pub is_required: bool,
    /// What stands in front of a request's path in the URL that clients know, without a slash at its end.
    pub base_url: String,
    /// Who checks.
    pub prover: Arc<dyn Prove>,
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
    possession: Option<Arc<Possession>>,
    world: Arc<dyn World>,
}

impl<V> Clone for Gate<V> {
    fn clone(&self) -> Self {
        Self {
            door: Arc::clone(&self.door),
            verifier: Arc::clone(&self.verifier),
            possession: self.possession.clone(),
            world: Arc::clone(&self.world),
        }
    }
}

impl<V: Verify> Gate<V> {
    /// A gate for one resource. Tokens that are bound to a key are refused there.
    pub fn new(door: Door, verifier: Arc<V>, world: Arc<dyn World>) -> Self {
        Self { door: Arc::new(door), verifier, possession: None, world }
    }

    /// The same gate, where tokens may be bound to keys.
    #[must_use]
    pub fn with_possession(self, possession: Possession) -> Self {
        Self { possession: Some(Arc::new(possession)), ..self }
    }

    /// What it tells those it does not let in.
    #[must_use]
    pub fn door(&self) -> &Door {
        &self.door
    }

    /// Admits the token `request` carries in its header; the body is not looked at.
    /// # Errors
    /// Every [`Refusal`] but [`Refusal::InsufficientScope`], which needs an operation.
    pub async fn enter(&self, request: &Request) -> Result<Admitted, Refusal> {
        self.enter_with(request.method(), request.uri(), request.headers()).await
    }

    /// The same, from what a request begins with.
    /// # Errors
    /// As [`Self::enter`].
    pub async fn enter_with(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<Admitted, Refusal> {
        let all = |name: &str| -> Vec<&[u8]> {
            headers.get_all(name).iter().map(HeaderValue::as_bytes).collect()
        };
        let authorization = all(AUTHORIZATION.as_str());
        let carriers = Carriers { authorization, query: uri.query(), form: None };
        let presented = bearer::present(&carriers, self.schemes_read())?;
        let presented = presented.ok_or(Refusal::NoCredentials)?;
        let verified = self.verifier.verify(presented.access_token).await?;
        let now = self.world.now();
        let sender = match (&self.possession, presented.scheme) {
            (None, _) => Sender::Holder,
            (Some(possession), Scheme::Bearer) if possession.is_required => {
                Sender::HolderWithoutDueProof
            }
            (Some(_), Scheme::Bearer) => Sender::HolderWithoutProof,
            (Some(possession), Scheme::Dpop) => {
                // A proof costs a signature and a place in the ledger: nobody gets that far without a good token.
                verified.fits(&self.door.resource, now)?;
                if !matches!(verified.binding, Binding::Key(_)) {
                    return Err(Refusal::NotBound);
                }
                let asked = Asked {
                    method: method.as_str(),
                    url: &format!("{}{}", possession.base_url, uri.path()),
                    access_token: presented.access_token,
                };
                Sender::Owner(possession.prover.prove(all("dpop"), asked, now).await?)
            }
        };
        admit(verified, sender, &self.door.resource, now)
    }

    /// The schemes whose tokens are read. Without due proof a bearer token is read all the same, to say what it lacks.
    fn schemes_read(&self) -> &'static [Scheme] {
        match self.possession {
            None => &[Scheme::Bearer],
            Some(_) => &[Scheme::Bearer, Scheme::Dpop],
        }
    }

    /// The schemes that clients are told to use.
    fn schemes_offered(&self) -> &'static [Scheme] {
        match &self.possession {
            None => &[Scheme::Bearer],
            Some(possession) if possession.is_required => &[Scheme::Dpop],
            Some(_) => &[Scheme::Bearer, Scheme::Dpop],
        }
    }

    /// How long `admitted` lasts from now on.
    #[must_use]
    pub fn lifetime(&self, admitted: &Admitted) -> Duration {
        Duration::from_secs(admitted.expires_at().seconds_since(self.world.now()))
    }

    /// The answer to a request that carried no usable token.
    #[must_use]
    pub fn refuse(&self, refusal: Refusal) -> Response {
        if refusal != Refusal::NoCredentials {
            tracing::info!(reason = ?refusal, resource = self.door.resource, "refused at the gate");
        }
        for_poem(self.refuse_with(refusal, &self.door.first_scopes))
    }

    /// The answer to a request whose token does not reach: it names all that this one operation needs.
    #[must_use]
    pub fn refuse_scope(&self, shortfall: &Shortfall) -> Response {
        for_poem(self.refuse_short(shortfall))
    }

    /// As [`Self::refuse_scope`], for whoever does not use poem.
    #[must_use]
    pub fn refuse_short(&self, shortfall: &Shortfall) -> http::Response<String> {
        let description = shortfall.description();
        let refusal = Refusal::InsufficientScope;
        let resource = &self.door.resource;
        tracing::info!(reason = ?refusal, resource, description, "refused at the gate");
        self.written(refusal, &description, &shortfall.needed)
    }

    /// The answer to a request that is not let in, for whoever does not use poem; `scopes` as the challenge has them.
    #[must_use]
    pub fn refuse_with(&self, refusal: Refusal, scopes: &[String]) -> http::Response<String> {
        self.written(refusal, refusal.description(), scopes)
    }

    fn written(
        &self,
        refusal: Refusal,
        description: &str,
        scopes: &[String],
    ) -> http::Response<String> {
        written(refusal, description, self.schemes_offered(), &self.door.metadata_url, scopes)
    }
}

/// A response as poem has it.
pub(crate) fn for_poem(response: http::Response<String>) -> Response {
    let (head, body) = response.into_parts();
    let mut response = Response::from(body);
    *response.headers_mut() = head.headers;
    response.set_status(head.status);
    response
}

/// A refusal as an HTTP response: status, a challenge for each of `schemes`, small JSON body, never stored.
/// # Panics
/// Never: statuses and challenges are well-formed for every refusal, whatever the URL and the scopes.
fn written(
    refusal: Refusal,
    description: &str,
    schemes: &[Scheme],
    metadata_url: &str,
    scopes: &[String],
) -> http::Response<String> {
    let mut body = json!({ "error": refusal.body_code(), "error_description": description });
    if refusal == Refusal::InsufficientScope {
        body["scope"] = json!(scopes.join(" ")); // Clients that know no step-up show the body to the person.
    }
    let mut response = http::Response::new(body.to_string());
    *response.status_mut() =
        StatusCode::from_u16(refusal.status()).expect("every refusal has a registered status");
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    for scheme in schemes {
        if let Some(challenge) = describing(*scheme, refusal, description, metadata_url, scopes) {
            let challenge =
                HeaderValue::from_str(&challenge).expect("a challenge is visible ASCII");
            headers.append(WWW_AUTHENTICATE, challenge);
        }
    }
    if refusal == Refusal::Unavailable {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
