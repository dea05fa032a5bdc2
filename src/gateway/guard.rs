//! The gate in front of an MCP endpoint: nothing reaches the endpoint that was not admitted, and the token never does.
//! Source: MCP 2026-07-28 authorization and streamable HTTP transport; RFC 6750.

use std::{sync::Arc, time::Duration};

use http_body_util::{BodyExt as _, LengthLimitError, Limited, combinators::BoxBody};
use hyper::body::Bytes;
use poem::{
    Body, Endpoint, IntoEndpoint, Request, Response, Route,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{
            ACCEPT_ENCODING, AUTHORIZATION, CACHE_CONTROL, COOKIE, HOST, ORIGIN,
            PROXY_AUTHORIZATION,
        },
    },
};
use serde_json::json;

use super::{
    Admitted, Gate, Refusal, Shortfall, Verify,
    lists::MayUse,
    origin::Origins,
    sift::sift,
    until::{Until, is_stream},
};
use crate::mcp::{
    BODY_BYTES_MAX,
    endpoint::{failure, is_json, mirrored, refusal},
    message::{self, Messages, Operation},
};

/// What this deployment permits: which scopes an operation needs, and which scope includes which.
pub trait Permissions: Send + Sync + 'static {
    /// All scopes that `operation` needs.
    fn needed(&self, operation: &Operation) -> Vec<String>;
    /// Whether whoever was granted `granted` may do what needs `needed`.
    fn implies(&self, granted: &str, needed: &str) -> bool;
    /// Whether lists leave out what their reader may not use.
    fn filters_lists(&self) -> bool {
        false
    }
}

/// An MCP endpoint behind a gate; clones share it.
pub struct Guarded<E, V, P> {
    shared: Arc<Shared<E, V, P>>,
}

struct Shared<E, V, P> {
    inner: E,
    gate: Gate<V>,
    permissions: Arc<P>,
    origins: Origins,
}

impl<E, V, P> Clone for Guarded<E, V, P> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

/// Puts `gate` in front of the MCP endpoint `inner`.
pub fn guard<E, V, P>(inner: E, gate: Gate<V>, permissions: P, origins: Origins) -> Guarded<E, V, P>
where
    E: Endpoint<Output = Response>,
    V: Verify,
    P: Permissions,
{
    let permissions = Arc::new(permissions);
    Guarded { shared: Arc::new(Shared { inner, gate, permissions, origins }) }
}

/// Serves `endpoint` at `path` with and without a trailing slash: clients send both, and some follow no redirect.
#[must_use]
pub fn mount<E>(route: Route, path: &str, endpoint: E) -> Route
where
    E: IntoEndpoint + Clone,
    E::Endpoint: 'static,
{
    let bare = path.trim_end_matches('/');
    route.at(format!("{bare}/"), endpoint.clone()).at(bare, endpoint)
}

impl<E, V, P> Endpoint for Guarded<E, V, P>
where
    E: Endpoint<Output = Response>,
    V: Verify,
    P: Permissions,
{
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let Shared { inner, gate, permissions, origins } = self.shared.as_ref();
        if let Some(response) = foreign(origins, &request) {
            return Ok(response);
        }
        let admitted = match gate.enter(&request).await {
            Ok(admitted) => admitted,
            Err(refusal) => return Ok(gate.refuse(refusal)),
        };
        let mut asks_for_lists = request.method() == Method::GET; // An answer can be sent again there.
        let mut operations = Vec::new();
        if request.method() == Method::POST {
            let (messages, body) = match read_message(&mut request).await {
                Ok(read) => read,
                Err(response) => return Ok(*response),
            };
            operations.extend(messages.all().iter().flat_map(|message| message.operations.clone()));
            asks_for_lists = operations.iter().any(|one| matches!(one, Operation::List(_)));
            request.set_body(body);
            request.set_data(messages);
        }
        if let Some(shortfall) = shortfall(permissions.as_ref(), &admitted, &operations) {
            return Ok(gate.refuse_scope(&shortfall));
        }
        strip_credentials(request.headers_mut());
        request.set_data(admitted.caller());
        if let Some(family) = admitted.family() {
            request.set_data(family);
        }
        let filters = asks_for_lists && permissions.filters_lists();
        if filters {
            request.headers_mut().remove(ACCEPT_ENCODING); // What is compressed cannot be filtered.
        }
        let mut response = inner.call(request).await?;
        if let Some(refusal) = response.data::<Refusal>() {
            return Ok(gate.refuse(*refusal));
        }
        if filters {
            response = sift(response, may_use(permissions, admitted.clone())).await;
        }
        let lifetime = gate.lifetime(&admitted);
        Ok(ending(response, lifetime))
    }
}

/// `response` to somebody who is let in for `lifetime`: a stream lasts no longer.
pub(crate) fn ending(mut response: Response, lifetime: Duration) -> Response {
    if is_stream(response.headers()) {
        let body: BoxBody<Bytes, std::io::Error> = response.take_body().into();
        let body = Until::of(response.headers(), body, lifetime);
        response.set_body(Body::from(body.boxed()));
    }
    response
}

/// The answer to a request for another host or from a page nobody allowed.
fn foreign(origins: &Origins, request: &Request) -> Option<Response> {
    let all = |name| {
        request.headers().get_all(name).iter().map(HeaderValue::as_bytes).collect::<Vec<_>>()
    };
    let mut hosts = all(HOST);
    if let (true, Some(authority)) = (hosts.is_empty(), request.uri().authority()) {
        hosts.push(authority.as_str().as_bytes()); // HTTP/2 names the host in the request target.
    }
    let reason = origins.permit(&hosts, &all(ORIGIN)).err()?;
    tracing::warn!(?reason, "refused a request for another host or from a foreign page");
    let body =
        json!({ "error": "forbidden", "error_description": "This host or origin is not allowed" });
    let response =
        Response::builder().status(StatusCode::FORBIDDEN).header(CACHE_CONTROL, "no-store");
    Some(response.content_type("application/json").body(body.to_string()))
}

/// Reads the body and what it asks for; the bytes are handed on as they came.
async fn read_message(request: &mut Request) -> Result<(Messages, Bytes), Box<Response>> {
    if !is_json(request.headers()) {
        let text = "Content-Type must be application/json.";
        return Err(Box::new(failure(StatusCode::UNSUPPORTED_MEDIA_TYPE, -32600, text)));
    }
    let body: BoxBody<Bytes, std::io::Error> = request.take_body().into();
    let collected = Limited::new(body, BODY_BYTES_MAX).collect().await.map_err(|error| {
        let (status, text) = if error.is::<LengthLimitError>() {
            (StatusCode::PAYLOAD_TOO_LARGE, "The body is too large.")
        } else {
            (StatusCode::BAD_REQUEST, "The body broke off.")
        };
        Box::new(failure(status, -32600, text))
    })?;
    let body = collected.to_bytes();
    let messages = message::read_checked(&body, &mirrored(request.headers()));
    messages.map(|messages| (messages, body)).map_err(|refused| Box::new(refusal(&refused)))
}

/// What `admitted` lacks for all of `operations` together: whoever may not do all of a batch does none of it. Without any,
/// what everybody needs.
fn shortfall(
    permissions: &impl Permissions,
    admitted: &Admitted,
    operations: &[Operation],
) -> Option<Shortfall> {
    let mut needed: Vec<String> = Vec::new();
    for operation in [&Operation::Other].into_iter().chain(operations) {
        for scope in permissions.needed(operation) {
            if !needed.contains(&scope) {
                needed.push(scope);
            }
        }
    }
    let missing = admitted.missing(&needed, |granted, needed| permissions.implies(granted, needed));
    (!missing.is_empty()).then(|| Shortfall::of(operations, needed, missing))
}

/// What the holder of `admitted` may use, for as long as the answer takes.
fn may_use<P: Permissions>(permissions: &Arc<P>, admitted: Admitted) -> MayUse {
    let permissions = Arc::clone(permissions);
    Box::new(move |primitive, name| {
        let operation = Operation::Use { primitive, name: Some(name.to_owned()) };
        shortfall(permissions.as_ref(), &admitted, &[operation]).is_none()
    })
}

/// Credentials are for this gate alone: whoever stands behind it could use them elsewhere.
fn strip_credentials(headers: &mut HeaderMap) {
    for name in [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE] {
        headers.remove(name);
    }
    headers.remove("dpop");
}
