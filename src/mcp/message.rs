//! What an MCP message asks for, read from its body alone, and whether the headers that mirror it say the same.
//! Source: JSON-RPC 2.0; MCP 2025-03-26 (batches) and 2026-07-28 (`Mcp-Method`, `Mcp-Name`).

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;

/// How many messages one batch may hold.
pub const BATCH_MESSAGES_MAX: usize = 32;

/// The first revision whose requests repeat method and name in headers.
pub const MIRRORED_SINCE: &str = "2026-07-28";

/// The last revision that knows batches.
pub const BATCHED_UNTIL: &str = "2025-03-26";

/// The three kinds of things an MCP server offers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Primitive {
    /// Something to call.
    Tool,
    /// Something to read.
    Resource,
    /// Something to be told.
    Prompt,
}

/// What one message wants done.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Operation {
    /// Call a tool, read or watch a resource, get a prompt.
    Use {
        /// What is used.
        primitive: Primitive,
        /// Its name or URI, if the message has one.
        name: Option<String>,
    },
    /// Everything else: handshake, lists, notifications, answers.
    Other,
}

/// One message, as far as permission is concerned.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// The JSON-RPC method; absent in an answer.
    pub method: Option<String>,
    /// What it wants.
    pub operation: Operation,
    /// The request's id, to answer it; [`Value::Null`] if there is none.
    pub id: Value,
}

/// A request body.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Messages {
    /// The usual case.
    One(Message),
    /// Several at once, as revision 2025-03-26 allows.
    Batch(Vec<Message>),
}

impl Messages {
    /// All of them, in order.
    #[must_use]
    pub fn all(&self) -> &[Message] {
        match self {
            Self::One(message) => std::slice::from_ref(message),
            Self::Batch(messages) => messages,
        }
    }
}

/// Why a body or its headers are refused before anybody acts on them.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MessageError {
    /// Not JSON, or JSON that two readers could read differently.
    #[error("The body is not JSON, or repeats a name within one object.")]
    NotJson,
    /// JSON, but no JSON-RPC message.
    #[error("The body is not a JSON-RPC message.")]
    NotAMessage,
    /// No message at all, or too many.
    #[error("A batch holds 1 to 32 messages.")]
    BatchSize,
    /// The revision named by the header knows no batches.
    #[error("Batches exist in revision 2025-03-26 only.")]
    BatchUnknown,
    /// The headers name another method, tool, resource or prompt than the body.
    #[error("The headers Mcp-Method and Mcp-Name must say what the body says, once.")]
    HeaderMismatch,
}

impl MessageError {
    /// Every reason there is.
    pub const ALL: [Self; 5] = [
        Self::NotJson,
        Self::NotAMessage,
        Self::BatchSize,
        Self::BatchUnknown,
        Self::HeaderMismatch,
    ];

    /// The JSON-RPC code the client hears.
    #[must_use]
    pub fn code(self) -> i32 {
        match self {
            Self::NotJson => -32700,
            Self::NotAMessage | Self::BatchSize | Self::BatchUnknown => -32600,
            Self::HeaderMismatch => -32020,
        }
    }
}

/// A refused body, with the id an answer can refer to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RefusedMessage {
    /// Why.
    pub reason: MessageError,
    /// The id of the single message, else [`Value::Null`].
    pub id: Value,
}

/// Reads what `body` asks for and holds it against the headers.
/// # Errors
/// [`RefusedMessage`], from [`read`] or [`cross_check`].
pub fn read_checked(body: &[u8], mirrored: &Mirrored<'_>) -> Result<Messages, RefusedMessage> {
    let messages = read(body).map_err(|reason| RefusedMessage { reason, id: Value::Null })?;
    match (cross_check(mirrored, &messages), &messages) {
        (Ok(()), _) => Ok(messages),
        (Err(reason), Messages::One(message)) => {
            Err(RefusedMessage { reason, id: message.id.clone() })
        }
        (Err(reason), Messages::Batch(_)) => Err(RefusedMessage { reason, id: Value::Null }),
    }
}

/// Reads what `body` asks for.
/// # Errors
/// [`MessageError`]; never [`MessageError::BatchUnknown`] or [`MessageError::HeaderMismatch`], which need headers.
pub fn read(body: &[u8]) -> Result<Messages, MessageError> {
    match protocol::json::parse(body).map_err(|_| MessageError::NotJson)? {
        Value::Array(elements) if elements.is_empty() || elements.len() > BATCH_MESSAGES_MAX => {
            Err(MessageError::BatchSize)
        }
        Value::Array(elements) => {
            elements.iter().map(message).collect::<Result<_, _>>().map(Messages::Batch)
        }
        single => message(&single).map(Messages::One),
    }
}

fn message(value: &Value) -> Result<Message, MessageError> {
    let object = value.as_object().ok_or(MessageError::NotAMessage)?;
    let is_answer = object.contains_key("result") || object.contains_key("error");
    let method = match object.get("method") {
        Some(Value::String(method)) if !is_answer => Some(method.as_str()),
        None if is_answer => None,
        _ => return Err(MessageError::NotAMessage),
    };
    let params = match object.get("params") {
        None | Some(Value::Null | Value::Object(_)) => object.get("params"),
        Some(_) => return Err(MessageError::NotAMessage),
    };
    let named = |key: &str| {
        params.and_then(|params| params.get(key)).and_then(Value::as_str).map(str::to_owned)
    };
    let operation = match method {
        Some("tools/call") => Operation::Use { primitive: Primitive::Tool, name: named("name") },
        Some("resources/read" | "resources/subscribe" | "resources/unsubscribe") => {
            Operation::Use { primitive: Primitive::Resource, name: named("uri") }
        }
        Some("prompts/get") => Operation::Use { primitive: Primitive::Prompt, name: named("name") },
        _ => Operation::Other,
    };
    let id = object.get("id").cloned().unwrap_or(Value::Null);
    Ok(Message { method: method.map(str::to_owned), operation, id })
}

/// The headers that repeat parts of the body, every value of each, as sent.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Mirrored<'a> {
    /// `MCP-Protocol-Version`.
    pub revision: Vec<&'a [u8]>,
    /// `Mcp-Method`.
    pub method: Vec<&'a [u8]>,
    /// `Mcp-Name`.
    pub name: Vec<&'a [u8]>,
}

/// Compares what the headers say with what the body says.
///
/// Permission is always decided from the body. But whoever stands between us and the client decides from the headers,
/// so a request that tells the two apart is refused. Revisions before [`MIRRORED_SINCE`] give these headers no
/// meaning; an absent one is the MCP server's to complain about.
/// # Errors
/// [`MessageError::HeaderMismatch`], [`MessageError::BatchUnknown`].
pub fn cross_check(mirrored: &Mirrored<'_>, messages: &Messages) -> Result<(), MessageError> {
    let revision = match mirrored.revision.as_slice() {
        [] => None,
        [one] => Some(*one),
        _ => return Err(MessageError::HeaderMismatch),
    };
    let message = match messages {
        Messages::Batch(_)
            if revision.is_some_and(|revision| revision > BATCHED_UNTIL.as_bytes()) =>
        {
            return Err(MessageError::BatchUnknown);
        }
        Messages::Batch(_) => return Ok(()),
        Messages::One(message) => message,
    };
    if revision.is_none_or(|revision| revision < MIRRORED_SINCE.as_bytes()) {
        return Ok(());
    }
    let agrees = |sent: &[&[u8]], meant: Option<&str>| match (sent, meant) {
        ([], _) => true,
        ([one], Some(meant)) => decoded(one).is_some_and(|sent| sent == meant.as_bytes()),
        ([_], None) | ([_, _, ..], _) => false,
    };
    let name_agrees = match &message.operation {
        Operation::Use { name, .. } => agrees(&mirrored.name, name.as_deref()),
        Operation::Other => mirrored.name.len() <= 1,
    };
    if agrees(&mirrored.method, message.method.as_deref()) && name_agrees {
        Ok(())
    } else {
        Err(MessageError::HeaderMismatch)
    }
}

/// A header value, unwrapped if it travels as `=?base64?…?=`; `None` if that wrapping is broken.
fn decoded(value: &[u8]) -> Option<Vec<u8>> {
    match value.strip_prefix(b"=?base64?").and_then(|rest| rest.strip_suffix(b"?=")) {
        Some(wrapped) => BASE64_STANDARD.decode(wrapped).ok(),
        None => Some(value.to_vec()),
    }
}
