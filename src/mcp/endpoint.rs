//! The built-in MCP server as an HTTP endpoint that keeps nothing between two requests.
//! Source: MCP streamable HTTP transport, all revisions; batches as in 2025-03-26.
//!
//! What reaches the protocol library is a request made anew from the few headers the transport defines. A header that
//! is not on that list, `Authorization` first of all, does not exist beyond this file.

use std::{sync::Arc, time::Instant};

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use poem::{
    Endpoint, Request, Response,
    http::{
        self, HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE, HOST},
    },
};
use rmcp::{
    ServerHandler,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
    },
};
use serde_json::{Value, json};

use super::{
    Caller, Toolbox,
    message::{self, MessageError, Messages, Mirrored, RefusedMessage},
};

/// How many bytes the body of one request may have.
pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The name the rebuilt request goes by. Which hosts and origins may ask is decided by the gateway, from configuration.
const INNER_HOST: &str = "mcp.invalid";

/// What the library wants everybody to accept.
const BOTH_MEDIA_TYPES: &str = "application/json, text/event-stream";

type Service<H> = StreamableHttpService<H, NeverSessionManager>;

/// An MCP server inside this process; clones share it.
pub struct McpEndpoint<H = Toolbox> {
    service: Arc<Service<H>>,
}

impl<H> Clone for McpEndpoint<H> {
    fn clone(&self) -> Self {
        Self { service: Arc::clone(&self.service) }
    }
}

/// The built-in MCP server, whose uptime counts from now.
#[must_use]
pub fn endpoint() -> McpEndpoint {
    McpEndpoint::of(Toolbox::new(Instant::now()))
}

impl<H: ServerHandler + Clone + Sync> McpEndpoint<H> {
    /// The server whose requests `handler` answers.
    pub(super) fn of(handler: H) -> Self {
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            .with_allowed_hosts([INNER_HOST])
            .with_max_request_body_bytes(BODY_BYTES_MAX);
        let sessions = Arc::new(NeverSessionManager::default());
        let service = Service::new(move || Ok(handler.clone()), sessions, config);
        Self { service: Arc::new(service) }
    }
}

impl<H: ServerHandler> Endpoint for McpEndpoint<H> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        if request.method() != Method::POST {
            return Ok(plain(StatusCode::METHOD_NOT_ALLOWED).header(ALLOW, "POST").finish());
        }
        if !is_json(request.headers()) {
            return Ok(failure(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                -32600,
                "Content-Type must be application/json.",
            ));
        }
        if !takes_json(request.headers()) {
            return Ok(failure(
                StatusCode::NOT_ACCEPTABLE,
                -32600,
                "Every answer is application/json; Accept must allow it.",
            ));
        }
        let body: http_body_util::combinators::BoxBody<Bytes, std::io::Error> =
            request.take_body().into();
        let Ok(collected) = Limited::new(body, BODY_BYTES_MAX).collect().await else {
            return Ok(failure(
                StatusCode::PAYLOAD_TOO_LARGE,
                -32600,
                "The body is too large, or broke off.",
            ));
        };
        let body = collected.to_bytes();
        let read_before = request.extensions_mut().remove::<Messages>(); // By the gateway, from these same bytes.
        let checked = read_before
            .map_or_else(|| message::read_checked(&body, &mirrored(request.headers())), Ok);
        let messages = match checked {
            Ok(messages) => messages,
            Err(refused) => return Ok(refusal(&refused)),
        };
        let sender = Sender {
            headers: inner_headers(request.headers()),
            caller: request.data::<Caller>().cloned(),
        };
        Ok(match messages {
            Messages::One(_) => self.answer(&sender, body).await.unwrap_or_else(|| {
                refusal(&RefusedMessage { reason: MessageError::NotAMessage, id: Value::Null })
            }),
            Messages::Batch(_) => self.answer_each(&sender, &body).await,
        })
    }
}

/// What is kept of an outer request: allow-listed headers, and who sent it.
struct Sender {
    headers: HeaderMap,
    caller: Option<Caller>,
}

impl<H: ServerHandler> McpEndpoint<H> {
    /// What the library answers; nothing to JSON that is no message it knows.
    async fn answer(&self, sender: &Sender, body: Bytes) -> Option<Response> {
        let mut inner = http::Request::new(Full::new(body));
        *inner.method_mut() = Method::POST;
        *inner.headers_mut() = sender.headers.clone();
        if let Some(caller) = &sender.caller {
            inner.extensions_mut().insert(caller.clone());
        }
        let (mut parts, body) = self.service.handle(inner).await.into_parts();
        if parts.status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            return None; // The media type was settled above: this is how it refuses a body.
        }
        parts.headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        let body = body.map_err(|never| -> std::io::Error { match never {} });
        Some(http::Response::from_parts(parts, body).into())
    }

    /// Answers the messages of a batch one after the other: a batch promises no order, and one at a time bounds it.
    async fn answer_each(&self, sender: &Sender, body: &[u8]) -> Response {
        let elements: Vec<Value> = serde_json::from_slice(body).unwrap_or_default();
        let mut answers = Vec::new();
        for element in elements {
            let Some(method) = element.get("method").and_then(Value::as_str) else {
                continue; // An answer to a question nobody keeps.
            };
            let id = element.get("id");
            if method == "initialize" {
                answers.push(error(
                    id.unwrap_or_default(),
                    -32600,
                    "initialize must not be part of a batch.",
                ));
                continue;
            }
            let answer = match self.answer(sender, element.to_string().into()).await {
                Some(answer) => answer.into_body().into_vec().await.unwrap_or_default(),
                None => Vec::new(),
            };
            if let Some(id) = id {
                answers.push(serde_json::from_slice(&answer).unwrap_or_else(|_| {
                    error(id, -32600, "This message of the batch is malformed.")
                }));
            }
        }
        if answers.is_empty() {
            return plain(StatusCode::ACCEPTED).finish();
        }
        json_response(StatusCode::OK, &Value::Array(answers))
    }
}

/// What the headers repeat of the body.
pub(crate) fn mirrored(headers: &HeaderMap) -> Mirrored<'_> {
    let all = |name: &str| headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
    Mirrored {
        revision: all("mcp-protocol-version"),
        method: all("mcp-method"),
        name: all("mcp-name"),
    }
}

/// Whether the body is said to be JSON.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let said = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    said.split(';')
        .next()
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

/// The headers of the transport, and nothing else of what the client sent.
fn inner_headers(outer: &HeaderMap) -> HeaderMap {
    let belongs = |name: &HeaderName| {
        matches!(name.as_str(), "content-type" | "mcp-protocol-version" | "mcp-method" | "mcp-name")
    };
    let mut inner: HeaderMap = outer
        .iter()
        .filter(|(name, _)| belongs(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    inner.insert(HOST, HeaderValue::from_static(INNER_HOST));
    inner.insert(ACCEPT, HeaderValue::from_static(BOTH_MEDIA_TYPES));
    inner
}

/// Every answer here is JSON, so whoever takes JSON is served, also one that names no event stream (curl, for one).
fn takes_json(headers: &HeaderMap) -> bool {
    let names_json = |value: &HeaderValue| {
        value.to_str().is_ok_and(|value| {
            value.split(',').any(|range| {
                let essence = range.split(';').next().unwrap_or_default().trim();
                ["application/json", "application/*", "*/*"]
                    .iter()
                    .any(|known| essence.eq_ignore_ascii_case(known))
            })
        })
    };
    !headers.contains_key(ACCEPT) || headers.get_all(ACCEPT).iter().any(names_json)
}

/// A body refused before anybody acted on it.
pub(crate) fn refusal(refused: &RefusedMessage) -> Response {
    let RefusedMessage { reason, id } = refused;
    json_response(StatusCode::BAD_REQUEST, &error(id, reason.code(), &reason.to_string()))
}

/// A JSON-RPC error without a request to belong to.
pub(crate) fn failure(status: StatusCode, code: i32, text: &str) -> Response {
    json_response(status, &error(&Value::Null, code, text))
}

fn error(id: &Value, code: i32, text: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": text } })
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    plain(status).content_type("application/json").body(body.to_string())
}

fn plain(status: StatusCode) -> poem::ResponseBuilder {
    Response::builder().status(status).header(CACHE_CONTROL, "no-store")
}
