//! `/mcp/protected/*`: what the MCP server at `/mcp` offers, as plain JSON for programs that speak no MCP.
//!
//! Each view asks that server as its client would, through the same gate: same tokens, same scopes, same challenges. A
//! server that wants a session gets one, for this one question.

use std::time::Duration;

use http_body_util::{BodyExt as _, Limited, combinators::BoxBody};
use hyper::body::Bytes;
use poem::http::header::{
    ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderName, ORIGIN,
};
use poem::http::{HeaderValue, Method, StatusCode};
use poem::{Body, Endpoint as _, Request, Response};
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::correlation::CorrelationId;
use super::{Protected, Server};
use crate::gateway::{LIST_BYTES_MAX, events, until::is_stream};

/// Where the server is whose offers are shown.
const AT: &str = "/mcp";
/// The revision in which it is asked: the last one that every server with sessions knows.
const REVISION: &str = "2025-06-18";
const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const REVISION_HEADER: HeaderName = HeaderName::from_static("mcp-protocol-version");
/// How many pages of a list are read.
const PAGES_MAX: usize = 64;
/// How long the MCP server may take for all of it.
const DEADLINE: Duration = Duration::from_mins(1);
/// The longest arguments, in bytes.
const ARGUMENTS_BYTES_MAX: usize = 1_024 * 1_024;

/// A whole list: `member` of the answers to `method`.
pub(super) async fn list(
    server: &Server,
    http: &Request,
    method: &'static str,
    member: &'static str,
) -> Response {
    let Some(mut conversation) = Conversation::of(server, http) else { return no_server() };
    within_deadline(async {
        let mut items = Vec::new();
        let mut params = Map::new();
        for _ in 0..PAGES_MAX {
            let mut page = conversation.ask(method, params).await?;
            if let Some(Value::Array(more)) = page.get_mut(member).map(Value::take) {
                items.extend(more);
            }
            let Some(cursor @ Value::String(_)) = page.remove("nextCursor") else { break };
            params = Map::from_iter([("cursor".to_owned(), cursor)]);
        }
        conversation.end().await;
        Ok(Value::Array(items))
    })
    .await
}

/// What the tool answers to the arguments in `body`.
pub(super) async fn call(server: &Server, http: &Request, tool: String, body: Body) -> Response {
    let body: BoxBody<Bytes, std::io::Error> = body.into();
    let Ok(read) = Limited::new(body, ARGUMENTS_BYTES_MAX).collect().await else {
        return problem(StatusCode::PAYLOAD_TOO_LARGE, "the arguments are too long, or broke off");
    };
    let arguments = match read.to_bytes() {
        empty if empty.is_empty() => Map::new(),
        bytes => match protocol::json::parse(&bytes) {
            Ok(Value::Object(arguments)) => arguments,
            Ok(_) | Err(_) => {
                return problem(StatusCode::BAD_REQUEST, "the arguments are no JSON object");
            }
        },
    };
    let Some(mut conversation) = Conversation::of(server, http) else { return no_server() };
    within_deadline(async {
        let named = ("name".to_owned(), Value::from(tool.as_str()));
        let params = Map::from_iter([named, ("arguments".to_owned(), Value::from(arguments))]);
        let mut result = conversation.ask("tools/call", params).await?;
        conversation.end().await;
        let content = result.remove("content").unwrap_or_else(|| json!([]));
        let mut answer = json!({ "tool": tool, "result": content });
        for member in ["structuredContent", "isError"] {
            if let Some(value) = result.remove(member) {
                answer[member] = value;
            }
        }
        Ok(answer)
    })
    .await
}

async fn within_deadline(talk: impl Future<Output = Result<Value, Box<Response>>>) -> Response {
    match timeout(DEADLINE, talk).await {
        Ok(Ok(said)) => json_response(StatusCode::OK, &said),
        Ok(Err(refused)) => *refused,
        Err(_) => problem(StatusCode::GATEWAY_TIMEOUT, "the MCP server took too long"),
    }
}

fn no_server() -> Response {
    problem(StatusCode::NOT_FOUND, "there is no MCP server at /mcp")
}

/// Questions to one MCP server on behalf of whoever sent `http`.
struct Conversation<'a> {
    resource: &'a Protected,
    http: &'a Request,
    session: Option<HeaderValue>,
}

impl<'a> Conversation<'a> {
    fn of(server: &'a Server, http: &'a Request) -> Option<Self> {
        server.resources.get(AT).map(|resource| Self { resource, http, session: None })
    }

    /// The result of `method`; in a session if the server wants one.
    /// # Errors
    /// What the sender of the request hears instead.
    async fn ask(
        &mut self,
        method: &str,
        params: Map<String, Value>,
    ) -> Result<Map<String, Value>, Box<Response>> {
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let mut response = self.send(Method::POST, &message.to_string()).await;
        let wants_session =
            matches!(response.status(), StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND)
                && !response.headers().contains_key("www-authenticate");
        if wants_session && self.session.is_none() && self.shake_hands().await? {
            response = self.send(Method::POST, &message.to_string()).await;
        }
        result(&read(response).await?)
    }

    /// Opens a session; whether there is one now.
    async fn shake_hands(&mut self) -> Result<bool, Box<Response>> {
        let client = json!({ "name": "sealbearer", "version": env!("CARGO_PKG_VERSION") });
        let params =
            json!({ "protocolVersion": REVISION, "capabilities": {}, "clientInfo": client });
        let message =
            json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
        let response = self.send(Method::POST, &message.to_string()).await;
        self.session = response.headers().get(SESSION).cloned();
        read(response).await?;
        if self.session.is_some() {
            let message = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
            self.send(Method::POST, &message.to_string()).await;
        }
        Ok(self.session.is_some())
    }

    /// Ends the session, if there is one.
    async fn end(&self) {
        if self.session.is_some() {
            self.send(Method::DELETE, "").await;
        }
    }

    /// Sends one message as the sender of the request would: with its credentials, from its page, to its host.
    async fn send(&self, method: Method, body: &str) -> Response {
        let uri = match self.http.uri().query() {
            Some(query) => format!("{AT}?{query}").parse().unwrap_or_default(),
            None => poem::http::Uri::from_static(AT),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json, text/event-stream")
            .header(REVISION_HEADER, REVISION)
            .body(body.to_owned());
        let headers = request.headers_mut();
        for name in [AUTHORIZATION, HOST, ORIGIN] {
            for value in self.http.headers().get_all(&name) {
                headers.append(&name, value.clone());
            }
        }
        if let Some(session) = &self.session {
            headers.insert(SESSION, session.clone());
        }
        request.set_data(CorrelationId::of(self.http));
        self.resource.endpoint.get_response(request).await
    }
}

/// The message that a response brings; an event stream is read until it has brought one.
async fn read(mut response: Response) -> Result<Value, Box<Response>> {
    if response.status() != StatusCode::OK {
        return Err(Box::new(response));
    }
    let is_stream = is_stream(response.headers());
    let body: BoxBody<Bytes, std::io::Error> = response.take_body().into();
    let mut body = Limited::new(body, LIST_BYTES_MAX);
    let mut open = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { break };
        open.extend_from_slice(&frame.into_data().unwrap_or_default());
        while let Some(end) = events::end_of_event(&open, 0).filter(|_| is_stream) {
            let event: Vec<_> = open.drain(..end).collect();
            let data = events::payload(&String::from_utf8_lossy(&event));
            if let Some(answer) = serde_json::from_str(&data).ok().filter(is_answer) {
                return Ok(answer);
            }
        }
    }
    let answer = serde_json::from_slice(&open).ok().filter(is_answer);
    answer.ok_or_else(|| {
        Box::new(problem(StatusCode::BAD_GATEWAY, "the MCP server's answer cannot be read"))
    })
}

fn is_answer(message: &Value) -> bool {
    message.get("result").is_some() || message.get("error").is_some()
}

/// The result of an answer, or what is wrong with what was asked.
fn result(answer: &Value) -> Result<Map<String, Value>, Box<Response>> {
    if let Some(Value::Object(result)) = answer.get("result") {
        return Ok(result.clone());
    }
    let said = answer["error"]["message"].as_str().unwrap_or("the MCP server refused");
    Err(Box::new(problem(StatusCode::BAD_REQUEST, said)))
}

fn problem(status: StatusCode, said: &str) -> Response {
    let code = match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => "server_error",
        _ => "invalid_request",
    };
    json_response(status, &json!({ "error": code, "error_description": said }))
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    Response::builder()
        .status(status)
        .header(CACHE_CONTROL, "no-store")
        .content_type("application/json")
        .body(body.to_string())
}
