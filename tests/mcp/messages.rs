//! Reading what a body asks for, and holding it against the headers that mirror it.
//! Source: JSON-RPC 2.0, MCP 2026-07-28 (`Mcp-Method`, `Mcp-Name`).

use proptest::prelude::*;
use sealbearer::mcp::message::{
    Message, MessageError, Messages, Mirrored, Operation, Primitive, cross_check, read,
};
use serde_json::json;

fn one(body: &serde_json::Value) -> Message {
    match read(body.to_string().as_bytes()) {
        Ok(Messages::One(message)) => message,
        other => panic!("{other:?}"),
    }
}

fn mirrored<'a>(revision: &'a str, method: &'a str, name: &'a str) -> Mirrored<'a> {
    Mirrored {
        revision: vec![revision.as_bytes()],
        method: vec![method.as_bytes()],
        name: vec![name.as_bytes()],
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever arrives, reading it ends.
    #[test]
    fn no_body_makes_reading_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&body);
    }

    /// A header can name only what the body names; this is what keeps "permitted: a, called: b" out.
    #[test]
    fn headers_agree_exactly_when_they_say_what_the_body_says(
        said in "[a-c]{1,2}",
        meant in "[a-c]{1,2}",
        encoded in any::<bool>(),
    ) {
        use base64::{Engine as _, prelude::BASE64_STANDARD};
        let body = Messages::One(one(&json!({ "jsonrpc": "2.0", "method": "tools/call", "params": { "name": meant } })));
        let header =
            if encoded { format!("=?base64?{}?=", BASE64_STANDARD.encode(&said)) } else { said.clone() };
        let verdict = cross_check(&mirrored("2026-07-28", "tools/call", &header), &body);
        prop_assert_eq!(verdict.is_ok(), said == meant);
    }
}

#[test]
fn every_operation_that_needs_permission_is_recognised() {
    let used = |method: &str, params: serde_json::Value| {
        one(&json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })).operation
    };
    let using = |primitive, name: &str| Operation::Use { primitive, name: Some(name.to_owned()) };
    assert_eq!(used("tools/call", json!({ "name": "echo" })), using(Primitive::Tool, "echo"));
    for method in ["resources/read", "resources/subscribe", "resources/unsubscribe"] {
        assert_eq!(used(method, json!({ "uri": "a://b" })), using(Primitive::Resource, "a://b"));
    }
    assert_eq!(used("prompts/get", json!({ "name": "p" })), using(Primitive::Prompt, "p"));
    assert_eq!(
        used("tools/call", json!({ "name": 3 })),
        Operation::Use { primitive: Primitive::Tool, name: None }
    );
    assert_eq!(used("tools/list", json!({ "name": "echo" })), Operation::Other);
}

#[test]
fn an_answer_that_also_names_a_method_is_no_message() {
    let both =
        br#"{"jsonrpc":"2.0","id":1,"result":{},"method":"tools/call","params":{"name":"echo"}}"#;
    assert_eq!(read(both), Err(MessageError::NotAMessage));
}

#[test]
fn headers_mean_nothing_before_the_revision_that_defined_them() {
    let body = Messages::One(one(
        &json!({ "jsonrpc": "2.0", "method": "tools/call", "params": { "name": "a" } }),
    ));
    assert_eq!(cross_check(&mirrored("2025-11-25", "tools/list", "b"), &body), Ok(()));
    assert_eq!(
        cross_check(&mirrored("2026-07-28", "tools/list", "a"), &body),
        Err(MessageError::HeaderMismatch)
    );
    assert_eq!(
        cross_check(&mirrored("2199-01-01", "tools/call", "b"), &body),
        Err(MessageError::HeaderMismatch)
    );
}

#[test]
fn two_revisions_at_once_are_refused() {
    let body = Messages::One(one(&json!({ "jsonrpc": "2.0", "method": "ping" })));
    let headers = Mirrored { revision: vec![b"2025-11-25", b"2026-07-28"], ..Mirrored::default() };
    assert_eq!(cross_check(&headers, &body), Err(MessageError::HeaderMismatch));
}

#[test]
fn broken_base64_in_a_name_is_refused() {
    let body = Messages::One(one(
        &json!({ "jsonrpc": "2.0", "method": "tools/call", "params": { "name": "a" } }),
    ));
    let headers = mirrored("2026-07-28", "tools/call", "=?base64?!?=");
    assert_eq!(cross_check(&headers, &body), Err(MessageError::HeaderMismatch));
}

#[test]
fn every_reason_and_what_the_client_hears() {
    let lines = MessageError::ALL.map(|reason| format!("{reason:?} -> {} {reason}", reason.code()));
    insta::assert_snapshot!(lines.join("\n"), @r#"
    NotJson -> -32700 The body is not JSON, or repeats a name within one object.
    NotAMessage -> -32600 The body is not a JSON-RPC message.
    BatchSize -> -32600 A batch holds 1 to 32 messages.
    BatchUnknown -> -32600 Batches exist in revision 2025-03-26 only.
    HeaderMismatch -> -32020 The headers Mcp-Method and Mcp-Name must say what the body says, once.
    "#);
}
