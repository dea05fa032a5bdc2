//! An MCP server that somebody already runs, behind our gate: requests are passed on to it, and its answers back.
//! Source: RFC 9110 §7.6; MCP streamable HTTP of 2025-03-26 to 2026-07-28, HTTP+SSE of 2024-11-05; MCP security best practices
//! (no token is passed through).
//!
//! What crosses is listed, in both directions ([`headers`]); whatever is not listed does not exist on the other side. Who is
//! calling is said by us alone ([`identity`]), what is shown for us is ours ([`mod@credential`]), and handles that the server
//! gives out are bound to whom it gave them ([`bond`]), so that nobody else can use them at any node, and nothing is kept for
//! that.

pub mod bond;
pub mod endpoint_event;
pub mod headers;
pub mod identity;

mod credential;
mod fault;
mod lent;
mod per_caller;

use std::sync::Arc;

use http_body_util::combinators::BoxBody;
use hyper::body::Bytes;
use poem::http::header::CACHE_CONTROL;
use poem::http::uri::PathAndQuery;
use poem::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use poem::{Body, Endpoint, Request, Response};
use serde_json::Value;
use url::{Url, form_urlencoded};

use crate::config::GatewayConfig;
use crate::gateway::until::is_stream;
use crate::mcp::message::{MIRRORED_SINCE, Messages};
use crate::mcp::{BODY_BYTES_MAX, Caller};
use crate::upstream::{Passage, Passed, Upstream};
use crate::world::World;
use bond::Bonds;
use credential::Credential;
use endpoint_event::EndpointEvent;
use fault::Fault;
use headers::HeaderRules;
use identity::Identity;
use lent::Out;
pub use lent::{Lend, Lending};
use protocol::ids::FamilyId;

/// What takes keys: statements that others can verify, and marks that only this deployment can make.
pub trait Vouch: Send + Sync + 'static {
    /// A signed statement for `audience` of who is calling; `None` where there is no key to sign with.
    fn assertion(&self, caller: &Caller, audience: &str, lifetime_seconds: u64) -> Option<String>;
    /// A short mark on `text`: visible ASCII without a dot, and the same at every node.
    fn mark(&self, text: &str) -> String;
    /// Whether `mark` is one that was made for `text`.
    fn confirms(&self, text: &str, mark: &str) -> bool;
}

/// What a gateway is made from besides its settings.
pub struct Means {
    /// The way to the server.
    pub passage: Passage,
    /// Signs and marks.
    pub vouch: Arc<dyn Vouch>,
    /// The way to whoever issues credentials for the server, a way of the operator's.
    pub upstream: Arc<Upstream>,
    /// Knows the time.
    pub world: Arc<dyn World>,
    /// Knows the tokens that people have at their identity provider, where the server is handed them.
    pub lender: Option<Arc<dyn Lend>>,
}

/// The header that names a session.
const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const REVISION: HeaderName = HeaderName::from_static("mcp-protocol-version");
/// Tells nginx, and whoever follows its custom, not to hold a stream back.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
/// The parameter of our URLs for messages of 2024-11-05: where the server wants them, bound to the caller.
const DESTINATION: &str = "to";

/// A server behind the gate; clones share its connections.
#[derive(Clone)]
pub struct Proxy {
    shared: Arc<Shared>,
}

struct Shared {
    /// The path where clients find it, with that of the public URL.
    path: String,
    url: Url,
    /// Path and query of `url`.
    target: PathAndQuery,
    passage: Passage,
    rules: HeaderRules,
    identity: Identity,
    credential: Option<Credential>,
    bonds: Bonds,
}

/// The server of `config` as an endpoint that must stand behind [`crate::gateway::guard`]. `resource`: the canonical resource
/// that it is to its clients, and `issuer` our own name, both URLs. `None` if one of the URLs cannot be taken apart.
#[must_use]
pub fn endpoint(
    config: &GatewayConfig,
    resource: &str,
    issuer: &str,
    means: Means,
) -> Option<Proxy> {
    let path = Url::parse(resource).ok()?.path().to_owned();
    let target = target_of(&config.url)?;
    let credential = match &config.credential {
        None => None,
        Some(credential) => Some(Credential::new(credential, &means)?),
    };
    let shared = Shared {
        path,
        url: config.url.clone(),
        target,
        rules: HeaderRules::new(config),
        identity: Identity::new(config, issuer, &means),
        credential,
        bonds: Bonds::new(resource, means.vouch),
        passage: means.passage,
    };
    Some(Proxy { shared: Arc::new(shared) })
}

impl Endpoint for Proxy {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let id = match request.data::<Messages>() {
            Some(Messages::One(message)) => message.id.clone(),
            Some(Messages::Batch(_)) | None => Value::Null,
        };
        Ok(self.shared.answer(request).await.unwrap_or_else(|fault| fault.response(&id)))
    }
}

impl Shared {
    async fn answer(&self, mut request: Request) -> Result<Response, Fault> {
        // Who answers without knowing who asks has no gate in front of it.
        let caller = request.data::<Caller>().cloned().ok_or(Fault::Unguarded)?;
        let method = request.method().clone();
        let target = self.target(&request, &caller)?;
        let mut headers = self.rules.to_upstream(request.headers());
        self.release_session(&mut headers, &caller)?;
        self.identity.introduce(&caller, &mut headers).await?;
        if let Some(credential) = &self.credential {
            credential.show(&caller, &mut headers).await?;
        }
        let body = match method {
            Method::POST => {
                let body = request.take_body().into_bytes_limit(BODY_BYTES_MAX);
                body.await.map_err(|_| Fault::BodyBroken)?
            }
            _ => Bytes::new(),
        };
        let begins_stream = method == Method::GET && !headers.contains_key(SESSION);
        let lender = self.credential.as_ref().and_then(Credential::lender);
        let answer = match lender {
            None => self.passage.send(method, target, headers, body).await?,
            Some(lender) => {
                let family = request.data::<FamilyId>().copied();
                let out = Out { method, target, headers, body };
                lent::send(&self.passage, lender, &caller, family, out).await?
            }
        };
        let (parts, body) = answer.into_parts();
        if let Err(fault) = fault::judge(parts.status, &parts.headers, lender.is_some()) {
            if let (Fault::Refused, Some(credential)) = (fault, &self.credential) {
                credential.refused(&caller);
            }
            return Err(fault);
        }
        let mut headers = self.rules.to_client(&parts.headers);
        self.bind_session(&mut headers, &caller)?;
        Ok(self.response(parts.status, headers, body, begins_stream.then_some(&caller)))
    }

    /// Where a request goes: the configured URL, or where that server wants messages of its own choice. What the client adds
    /// as a query goes along where the configured URL has none.
    fn target(&self, request: &Request, caller: &Caller) -> Result<PathAndQuery, Fault> {
        let query = request.uri().query().unwrap_or_default();
        let mut named =
            form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == DESTINATION);
        if let Some((_, bound)) = named.next() {
            let target = self.bonds.released(bond::DESTINATION, caller, &bound);
            let target =
                target.filter(|_| *request.method() == Method::POST && named.next().is_none());
            return target.and_then(|target| target.parse().ok()).ok_or(Fault::SessionUnknown);
        }
        if query.is_empty() || self.target.query().is_some() {
            return Ok(self.target.clone());
        }
        format!("{}?{query}", self.target.path()).parse().map_err(|_| Fault::QueryMalformed)
    }

    /// Puts the server's own name of the session in the place of ours. Revisions without sessions ignore the header.
    fn release_session(&self, headers: &mut HeaderMap, caller: &Caller) -> Result<(), Fault> {
        let has_none = |revision: &HeaderValue| revision.as_bytes() >= MIRRORED_SINCE.as_bytes();
        if headers.get(REVISION).is_some_and(has_none) {
            headers.remove(SESSION);
            return Ok(());
        }
        let mut named = headers.get_all(SESSION).iter();
        let ours = match (named.next(), named.next()) {
            (None, _) => return Ok(()),
            (Some(ours), None) => ours.to_str().ok(),
            (Some(_), Some(_)) => None,
        };
        let theirs = ours.and_then(|ours| self.bonds.released(bond::SESSION, caller, ours));
        let theirs = theirs.and_then(|theirs| HeaderValue::from_str(&theirs).ok());
        headers.insert(SESSION, theirs.ok_or(Fault::SessionUnknown)?);
        Ok(())
    }

    /// Puts our name of the session in the place of the server's.
    fn bind_session(&self, headers: &mut HeaderMap, caller: &Caller) -> Result<(), Fault> {
        let Some(theirs) = headers.remove(SESSION) else { return Ok(()) };
        let theirs = theirs.to_str().ok().filter(|theirs| theirs.len() <= bond::HANDLE_BYTES_MAX);
        let ours = theirs.map(|theirs| self.bonds.bound(bond::SESSION, caller, theirs));
        let ours = ours.and_then(|ours| HeaderValue::from_str(&ours).ok());
        headers.insert(SESSION, ours.ok_or(Fault::SessionMalformed)?);
        Ok(())
    }

    /// `begun_by`: who opened a stream that may be one of 2024-11-05, which says first where messages go.
    fn response(
        &self,
        status: StatusCode,
        mut headers: HeaderMap,
        body: Passed,
        begun_by: Option<&Caller>,
    ) -> Response {
        // The server does not know for whom it answers, so what it says of caches counts for nothing.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let mut body = BoxBody::new(body);
        if is_stream(&headers) {
            headers.insert(BUFFERING, HeaderValue::from_static("no"));
            if let Some(caller) = begun_by {
                let (url, path, bonds) = (self.url.clone(), self.path.clone(), self.bonds.clone());
                let caller = caller.clone();
                let rewrite = move |theirs: &str| ours(&url, &path, &bonds, &caller, theirs);
                body = BoxBody::new(EndpointEvent::new(body, Box::new(rewrite)));
            }
        }
        let mut response = Response::builder().status(status).body(Body::from(body));
        *response.headers_mut() = headers;
        response
    }
}

/// The reference to our URL for messages that the server wants at `theirs`, which must be one of its own.
fn ours(url: &Url, path: &str, bonds: &Bonds, caller: &Caller, theirs: &str) -> Option<String> {
    let joined = url.join(theirs).ok().filter(|joined| joined.origin() == url.origin())?;
    let target = target_of(&joined)?;
    if target.as_str().len() > bond::HANDLE_BYTES_MAX {
        return None;
    }
    let bound = bonds.bound(bond::DESTINATION, caller, target.as_str());
    let query =
        form_urlencoded::Serializer::new(String::new()).append_pair(DESTINATION, &bound).finish();
    Some(format!("{path}?{query}"))
}

/// Path and query of a URL.
fn target_of(url: &Url) -> Option<PathAndQuery> {
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}{query}", url.path()).parse().ok()
}
