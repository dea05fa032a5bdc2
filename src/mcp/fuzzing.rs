//! Entry point that a fuzz target and the replay of its seeds share.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, JsonRpcMessage};

use super::message::{MIRRORED_SINCE, Messages, Mirrored, Operation, Primitive, cross_check, read};

/// Reads `bytes` as three lines of headers (revision, method, name; an empty one is not sent) and a body, as the gate does.
/// # Panics
/// If the protocol library would use something else than was decided on, or headers pass that say otherwise.
pub fn json_rpc_peek(bytes: &[u8]) {
    let mut lines = bytes.splitn(4, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (revision, method, name, body) = (line(), line(), line(), line());
    let Ok(messages) = read(body) else { return };
    for message in messages.all() {
        assert!(!message.operations.is_empty(), "{message:?}");
        assert!(message.method.is_some() || message.operations == [Operation::Other]);
    }
    if let Messages::One(message) = &messages {
        assert_used(body, &message.operations);
    }
    let sent = |line| if line == b"" { Vec::new() } else { vec![line] };
    let mirrored = Mirrored { revision: sent(revision), method: sent(method), name: sent(name) };
    let says_so = cross_check(&mirrored, &messages).is_ok();
    if let (true, true, Messages::One(message)) =
        (says_so, revision >= MIRRORED_SINCE.as_bytes(), &messages)
    {
        let agrees =
            |sent: &[u8], meant: &str| sent.is_empty() || unwrapped(sent) == meant.as_bytes();
        assert!(agrees(method, message.method.as_deref().unwrap_or_default()));
        if let (Some("tools/call"), [Operation::Use { name: Some(meant), .. }]) =
            (message.method.as_deref(), message.operations.as_slice())
        {
            assert!(agrees(name, meant), "{message:?}");
        }
    }
}

/// What a header value says.
fn unwrapped(value: &[u8]) -> Vec<u8> {
    let inner = value.strip_prefix(b"=?base64?").and_then(|rest| rest.strip_suffix(b"?="));
    inner.map_or_else(|| value.to_vec(), |inner| BASE64_STANDARD.decode(inner).unwrap_or_default())
}

/// What the library takes `body` for is among `operations`: no other reader sees a use where none was found.
fn assert_used(body: &[u8], operations: &[Operation]) {
    let request = match serde_json::from_slice::<ClientJsonRpcMessage>(body) {
        Ok(JsonRpcMessage::Request(request)) => request.request,
        Ok(_) | Err(_) => return,
    };
    let used = match request {
        ClientRequest::CallToolRequest(call) => (Primitive::Tool, call.params.name.into_owned()),
        ClientRequest::GetPromptRequest(get) => (Primitive::Prompt, get.params.name),
        ClientRequest::ReadResourceRequest(read) => (Primitive::Resource, read.params.uri),
        _ => return,
    };
    let (primitive, name) = used;
    assert_eq!(operations, [Operation::Use { primitive, name: Some(name) }]);
}
