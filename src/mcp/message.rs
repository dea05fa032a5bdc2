//! What an MCP message asks for, read from its body alone, and whether the headers that mirror it say the same.
//! Source: JSON-RPC 2.0; MCP 2025-03-26 (batches) and 2026-07-28 (`Mcp-Method`, `Mcp-Name`).

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Map, Value};

pub use protocol::operation::{Operation, Primitive};

/// How many messages one batch may hold.
pub const BATCH_MESSAGES_MAX: usize = 32;

/// The first revision whose requests repeat method and name in headers.
pub const MIRRORED_SINCE: &str = "2026-07-28";

/// The last revision that knows batches.
pub const BATCHED_UNTIL: &str = "2025-03-26";

/// One message, as far as permission is concerned.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// The JSON-RPC method; absent in an answer.
    pub method: Option<String>,
    /// What it wants; several things only where one message asks for several resources.
    pub operations: Vec<Operation>,
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
    /// A name that a lenient reader takes for one that decides.
    #[error(
        "The body has a name that differs in upper and lower case only from one that MCP knows."
    )]
    LookAlike,
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
    pub const ALL: [Self; 6] = [
        Self::NotJson,
        Self::NotAMessage,
        Self::LookAlike,
        Self::BatchSize,
        Self::BatchUnknown,
        Self::HeaderMismatch,
    ];

    /// The JSON-RPC code the client hears.
    #[must_use]
    pub fn code(self) -> i32 {
        match self {
            Self::NotJson => -32700,
            Self::NotAMessage | Self::LookAlike | Self::BatchSize | Self::BatchUnknown => -32600,
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
    exact(object, &["jsonrpc", "id", "method", "params", "result", "error"])?;
    let is_answer = object.contains_key("result") || object.contains_key("error");
    let method = match object.get("method") {
        Some(Value::String(method)) if !is_answer => Some(method.as_str()),
        None if is_answer => None,
        _ => return Err(MessageError::NotAMessage),
    };
    let none = Map::new();
    let params = match object.get("params") {
        None | Some(Value::Null) => &none,
        Some(Value::Object(params)) => params,
        Some(_) => return Err(MessageError::NotAMessage),
    };
    let operations =
        method.map_or_else(|| Ok(vec![Operation::Other]), |method| asked(method, params))?;
    let id = object.get("id").cloned().unwrap_or(Value::Null);
    Ok(Message { method: method.map(str::to_owned), operations, id })
}

/// What a request asks for. Of the families of tools, resources and prompts every method that lists nothing uses what it
/// names, also one that is not known here.
fn asked(method: &str, params: &Map<String, Value>) -> Result<Vec<Operation>, MessageError> {
    let using = |primitive, named: Option<&Value>| {
        let name = named.and_then(Value::as_str).map(str::to_owned);
        Operation::Use { primitive, name }
    };
    exact(params, &["name", "uri", "ref", "notifications"])?;
    let one = match (method, method.split_once('/')) {
        ("tools/list", _) => Operation::List(Primitive::Tool),
        ("resources/list" | "resources/templates/list", _) => Operation::List(Primitive::Resource),
        ("prompts/list", _) => Operation::List(Primitive::Prompt),
        (_, Some(("tools", _))) => using(Primitive::Tool, params.get("name")),
        (_, Some(("resources", _))) => using(Primitive::Resource, params.get("uri")),
        (_, Some(("prompts", _))) => using(Primitive::Prompt, params.get("name")),
        ("completion/complete", _) => {
            let Some(Value::Object(completed)) = params.get("ref") else {
                return Ok(vec![Operation::Other]);
            };
            exact(completed, &["type", "name", "uri"])?;
            match completed.get("type").and_then(Value::as_str) {
                Some("ref/prompt") => using(Primitive::Prompt, completed.get("name")),
                _ => using(Primitive::Resource, completed.get("uri")),
            }
        }
        ("subscriptions/listen", _) => return watched(params.get("notifications")),
        _ => Operation::Other,
    };
    Ok(vec![one])
}

/// The resources that a subscription of revision 2026-07-28 watches.
fn watched(notifications: Option<&Value>) -> Result<Vec<Operation>, MessageError> {
    let none = Map::new();
    let wanted = notifications.and_then(Value::as_object).unwrap_or(&none);
    exact(wanted, &["resourceSubscriptions"])?;
    let watching = |uri: Option<&Value>| Operation::Use {
        primitive: Primitive::Resource,
        name: uri.and_then(Value::as_str).map(str::to_owned),
    };
    Ok(match wanted.get("resourceSubscriptions") {
        None | Some(Value::Null) => vec![Operation::Other],
        Some(Value::Array(uris)) if uris.is_empty() => vec![Operation::Other],
        Some(Value::Array(uris)) => uris.iter().map(|uri| watching(Some(uri))).collect(),
        Some(_) => vec![watching(None)],
    })
}

/// Refuses names that a reader who does not care for upper and lower case takes for one of `known`.
fn exact(object: &Map<String, Value>, known: &[&str]) -> Result<(), MessageError> {
    let is_alike = |name: &String| {
        !known.contains(&name.as_str()) && known.iter().any(|known| folded(known).eq(folded(name)))
    };
    if object.keys().any(is_alike) { Err(MessageError::LookAlike) } else { Ok(()) }
}

/// The characters without regard to case; in both directions, since some letters have three forms.
fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase)
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
    let name_agrees = match (&message.method, message.operations.as_slice()) {
        (Some(method), [Operation::Use { name, .. }]) if method != "completion/complete" => {
            agrees(&mirrored.name, name.as_deref())
        }
        _ => mirrored.name.len() <= 1,
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
