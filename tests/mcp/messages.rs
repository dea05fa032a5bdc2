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
        one(&json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })).operations
    };
    let using =
        |primitive, name: &str| vec![Operation::Use { primitive, name: Some(name.to_owned()) }];
    let hidden = |primitive| vec![Operation::Use { primitive, name: None }];
    assert_eq!(used("tools/call", json!({ "name": "echo" })), using(Primitive::Tool, "echo"));
    for method in
        ["resources/read", "resources/subscribe", "resources/unsubscribe", "resources/anything"]
    {
        assert_eq!(used(method, json!({ "uri": "a://b" })), using(Primitive::Resource, "a://b"));
    }
    assert_eq!(used("prompts/get", json!({ "name": "p" })), using(Primitive::Prompt, "p"));
    assert_eq!(used("tools/call", json!({ "name": 3 })), hidden(Primitive::Tool));
    assert_eq!(used("resources/read", json!({ "name": "a://b" })), hidden(Primitive::Resource));
    for (method, primitive) in [
        ("tools/list", Primitive::Tool),
        ("resources/list", Primitive::Resource),
        ("resources/templates/list", Primitive::Resource),
        ("prompts/list", Primitive::Prompt),
    ] {
        assert_eq!(used(method, json!({ "name": "echo" })), vec![Operation::List(primitive)]);
    }
    for method in ["ping", "initialize", "server/discover", "tasks/get", "tools", "Tools/call", ""]
    {
        assert_eq!(used(method, json!({ "name": "echo" })), vec![Operation::Other], "{method}");
    }
}

#[test]
fn completing_an_argument_uses_what_it_belongs_to() {
    let used = |reference: serde_json::Value| {
        let params = json!({ "ref": reference, "argument": { "name": "x", "value": "y" } });
        one(&json!({ "jsonrpc": "2.0", "id": 1, "method": "completion/complete", "params": params }))
            .operations
    };
    let using = |primitive, name: Option<&str>| {
        vec![Operation::Use { primitive, name: name.map(str::to_owned) }]
    };
    let prompt = json!({ "type": "ref/prompt", "name": "p", "uri": "a://b" });
    assert_eq!(used(prompt), using(Primitive::Prompt, Some("p")));
    let resource = json!({ "type": "ref/resource", "name": "p", "uri": "a://b" });
    assert_eq!(used(resource), using(Primitive::Resource, Some("a://b")));
    assert_eq!(used(json!({ "type": "ref/prompt" })), using(Primitive::Prompt, None));
    assert_eq!(used(json!({})), using(Primitive::Resource, None));
    assert_eq!(used(json!("p")), vec![Operation::Other]);
}

/// One request of revision 2026-07-28 watches several resources, and needs what each of them needs.
#[test]
fn a_subscription_uses_every_resource_it_watches() {
    let used = |notifications: serde_json::Value| {
        let params = json!({ "notifications": notifications });
        one(&json!({ "jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen", "params": params }))
            .operations
    };
    let watching = |uri: Option<&str>| Operation::Use {
        primitive: Primitive::Resource,
        name: uri.map(str::to_owned),
    };
    assert_eq!(
        used(json!({ "resourceSubscriptions": ["a://b", "c://d", 5] })),
        vec![watching(Some("a://b")), watching(Some("c://d")), watching(None)]
    );
    assert_eq!(used(json!({ "resourceSubscriptions": "a://b" })), vec![watching(None)]);
    for nothing in [
        json!({ "toolsListChanged": true }),
        json!({ "resourceSubscriptions": [] }),
        json!({ "resourceSubscriptions": null }),
        json!(5),
    ] {
        assert_eq!(used(nothing), vec![Operation::Other]);
    }
}

/// Some readers of JSON take `Method` for `method`: they would call what was not permitted.
#[test]
fn a_name_that_a_lenient_reader_takes_for_another_is_refused() {
    let bodies = [
        r#"{"jsonrpc":"2.0","method":"ping","Method":"tools/call","params":{"name":"a"}}"#,
        r#"{"jsonrpc":"2.0","method":"tools/call","Params":{"name":"b"},"params":{"name":"a"}}"#,
        r#"{"jsonrpc":"2.0","method":"tools/call","paramſ":{"name":"b"},"params":{"name":"a"}}"#,
        r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"a","NAME":"b"}}"#,
        r#"{"jsonrpc":"2.0","method":"resources/read","params":{"uri":"a","Uri":"b"}}"#,
        r#"{"jsonrpc":"2.0","method":"completion/complete","params":{"Ref":{}}}"#,
        r#"{"jsonrpc":"2.0","method":"completion/complete","params":{"ref":{"type":"ref/prompt","nAme":"b"}}}"#,
        r#"{"jsonrpc":"2.0","method":"subscriptions/listen","params":{"Notifications":{}}}"#,
        r#"{"jsonrpc":"2.0","method":"subscriptions/listen","params":{"notifications":{"resourcesubscriptions":["b"]}}}"#,
        r#"{"jsonrpc":"2.0","ID":1,"Result":{}}"#,
    ];
    for body in bodies {
        assert_eq!(read(body.as_bytes()), Err(MessageError::LookAlike), "{body}");
    }
    let deeper = r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"a","arguments":{"Name":"b"},"_meta":{"NAME":1}}}"#;
    assert!(read(deeper.as_bytes()).is_ok());
}

#[test]
fn an_answer_that_also_names_a_method_is_no_message() {
    let both =
        br#"{"jsonrpc":"2.0","id":1,"result":{},"method":"tools/call","params":{"name":"echo"}}"#;
    assert_eq!(read(both), Err(MessageError::NotAMessage));
}

#[test]
fn what_neither_asks_nor_answers_is_no_message() {
    for body in [r#"{"jsonrpc":"2.0","id":1}"#, r#"{"jsonrpc":"2.0","id":1,"method":1}"#, "{}"] {
        assert_eq!(read(body.as_bytes()), Err(MessageError::NotAMessage), "{body}");
    }
    assert!(read(br#"{"jsonrpc":"2.0","id":1,"result":{}}"#).is_ok());
}

#[test]
fn batches_pass_up_to_the_revision_that_knew_them_last() {
    let batch = read(br#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#).expect("it is a batch");
    let verdict = |revision: &'static str| {
        cross_check(
            &Mirrored { revision: vec![revision.as_bytes()], ..Mirrored::default() },
            &batch,
        )
    };
    for revision in ["2024-11-05", "2025-03-26"] {
        assert_eq!(verdict(revision), Ok(()), "{revision}");
    }
    for revision in ["2025-03-27", "2025-06-18", "2026-07-28"] {
        assert_eq!(verdict(revision), Err(MessageError::BatchUnknown), "{revision}");
    }
    assert_eq!(cross_check(&Mirrored::default(), &batch), Ok(()), "who names none means any");
}

/// `Mcp-Name` is defined for what calls, reads and gets; beside a completion it names nothing.
#[test]
fn a_name_beside_a_completion_is_held_against_nothing_but_is_one_at_the_most() {
    let params = json!({ "ref": { "type": "ref/prompt", "name": "p" } });
    let body = json!({ "jsonrpc": "2.0", "method": "completion/complete", "params": params });
    let body = Messages::One(one(&body));
    let mut headers = mirrored("2026-07-28", "completion/complete", "other");
    assert_eq!(cross_check(&headers, &body), Ok(()));
    headers.name.push(b"p");
    assert_eq!(cross_check(&headers, &body), Err(MessageError::HeaderMismatch));
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
    LookAlike -> -32600 The body has a name that differs in upper and lower case only from one that MCP knows.
    BatchSize -> -32600 A batch holds 1 to 32 messages.
    BatchUnknown -> -32600 Batches exist in revision 2025-03-26 only.
    HeaderMismatch -> -32020 The headers Mcp-Method and Mcp-Name must say what the body says, once.
    "#);
}
