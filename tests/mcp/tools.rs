//! What the tools, resources and prompts answer, mistakes included.
//! Source: MCP tools (a mistake a person can correct is a result with `isError`), resources, prompts.

use poem::http::StatusCode;
use proptest::prelude::*;
use sealbearer::mcp::catalogue::OFFERS;
use sealbearer::mcp::message::Primitive;
use serde_json::{Value, json};

use super::support::{ask, call};

fn blocking<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime starts")
        .block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn echo_returns_any_text_unchanged(message in ".*") {
        prop_assert_eq!(blocking(call("echo", json!({ "message": message.clone() }))), (false, message));
    }

    /// No arguments, however odd, do anything but produce a result or a sentence.
    #[test]
    fn the_calculator_survives_all_arguments(
        operation in prop_oneof![Just("add"), Just("divide"), Just("power"), Just("modulo")],
        a in any::<f64>(),
        b in prop_oneof![Just(json!(null)), Just(json!("2")), any::<f64>().prop_map(|b| json!(b))],
    ) {
        let (is_error, text) = blocking(call("calculator", json!({ "operation": operation, "a": a, "b": b })));
        prop_assert_eq!(is_error, text.parse::<f64>().is_err());
    }
}

#[tokio::test]
async fn every_calculation_and_every_mistake_reads_well() {
    let cases = [
        ("add", json!(2), json!(0.5)),
        ("subtract", json!(2), json!(3)),
        ("multiply", json!(1e200), json!(1e200)),
        ("divide", json!(1), json!(4)),
        ("divide", json!(1), json!(0)),
        ("power", json!(2), json!(10)),
        ("power", json!(2), json!(-1)),
        ("power", json!(0), json!(2)),
        ("power", json!(0), json!(0)),
        ("power", json!(0), json!(-1)),
        ("power", json!(-8), json!(0.5)),
        ("modulo", json!(1), json!(1)),
        ("add", json!("2"), json!(1)),
        ("add", json!(2), Value::Null),
    ];
    let mut lines = Vec::new();
    for (operation, a, b) in cases {
        let (is_error, text) =
            call("calculator", json!({ "operation": operation, "a": a, "b": b })).await;
        lines.push(format!(
            "{operation} {a} {b} -> {}{text}",
            if is_error { "error: " } else { "" }
        ));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    add 2 0.5 -> 2.5
    subtract 2 3 -> -1
    multiply 1e+200 1e+200 -> error: The result is too large.
    divide 1 4 -> 0.25
    divide 1 0 -> error: Division by zero has no result.
    power 2 10 -> 1024
    power 2 -1 -> 0.5
    power 0 2 -> 0
    power 0 0 -> 1
    power 0 -1 -> error: Division by zero has no result.
    power -8 0.5 -> error: The result is not a real number.
    modulo 1 1 -> error: `operation` must be one of add, subtract, multiply, divide, power.
    add "2" 1 -> error: `a` must be a number.
    add 2 null -> error: `b` must be a number.
    "#);
}

#[tokio::test]
async fn echo_without_a_message_says_so() {
    assert_eq!(
        call("echo", json!({ "message": 3 })).await,
        (true, "`message` must be a string.".to_owned())
    );
}

#[tokio::test]
async fn system_information_names_who_is_signed_in_and_nothing_else_of_them() {
    let (_, text) = call("system_info", json!({})).await;
    let described: Value = serde_json::from_str(&text).expect("the text is JSON");
    assert_eq!(described["signed_in"], json!({ "subject": "alice", "scopes": ["mcp:tools"] }));
    let members: Vec<_> = described.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["name", "version", "os", "arch", "revisions", "signed_in"]);
}

#[tokio::test]
async fn metrics_are_numbers_about_this_process() {
    let load = || {
        let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let numbers = text.split(' ').take(3).filter_map(|word| word.parse::<f64>().ok());
        json!(numbers.collect::<Vec<_>>())
    };
    let before = load();
    let (_, body) = ask("2025-11-25", "resources/read", json!({ "uri": "system://metrics" })).await;
    let text = body["result"]["contents"][0]["text"].as_str().expect("text");
    let metrics: Value = serde_json::from_str(text).expect("the text is JSON");
    assert!(metrics["uptime_seconds"].is_u64());
    if cfg!(target_os = "linux") {
        assert!(metrics["memory_resident_bytes"].as_u64().expect("a number") > 100_000);
        let told = &metrics["load_average"];
        assert!(*told == before || *told == load(), "{told} is neither {before} nor that of now");
    }
}

#[tokio::test]
async fn prompts_carry_their_argument_bounded() {
    let arguments = json!({ "focus": "x".repeat(10_000) });
    let (_, body) = ask(
        "2025-11-25",
        "prompts/get",
        json!({ "name": "summarize_metrics", "arguments": arguments }),
    )
    .await;
    let text = body["result"]["messages"][0]["content"]["text"].as_str().expect("text");
    assert_eq!(text.matches('x').count(), 200);

    let (_, body) = ask("2025-11-25", "prompts/get", json!({ "name": "explain_access" })).await;
    let text = body["result"]["messages"][0]["content"]["text"].as_str().expect("text");
    assert!(text.starts_with("Signed in: alice. Granted scopes: mcp:tools."), "{text}");
}

#[tokio::test]
async fn what_nobody_offers_is_a_protocol_error() {
    for (method, params, code) in [
        ("tools/call", json!({ "name": "nothing" }), -32602),
        ("prompts/get", json!({ "name": "nothing" }), -32602),
        ("resources/read", json!({ "uri": "system://nothing" }), -32002),
        ("nothing/at_all", json!({}), -32601),
    ] {
        let (status, body) = ask("2025-11-25", method, params.clone()).await;
        assert_eq!((status, &body["error"]["code"]), (StatusCode::OK, &json!(code)), "{method}");
        assert_eq!(body["error"]["data"]["uri"], params["uri"], "{method}");
    }
}

#[tokio::test]
async fn each_tool_says_what_it_takes() {
    let (_, body) = ask("2025-11-25", "tools/list", json!({})).await;
    let line = |tool: &Value| {
        let schema = &tool["inputSchema"];
        let members = schema["properties"].as_object().expect("they are named");
        let members: Vec<_> =
            members.iter().map(|(name, it)| format!("{name} {}", it["type"])).collect();
        format!(
            "{}: {} of {}; {}",
            tool["name"],
            schema["type"],
            members.join(", "),
            schema["required"]
        )
    };
    let lines: Vec<_> =
        body["result"]["tools"].as_array().expect("a list").iter().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "echo": "object" of message "string"; ["message"]
    "system_info": "object" of ; null
    "calculator": "object" of operation "string", a "number", b "number"; ["operation","a","b"]
    "#);
}

/// The table of scopes and what is really served are the same set.
#[tokio::test]
async fn the_catalogue_is_what_is_listed() {
    for (primitive, method, key, name) in [
        (Primitive::Tool, "tools/list", "tools", "name"),
        (Primitive::Resource, "resources/list", "resources", "uri"),
        (Primitive::Prompt, "prompts/list", "prompts", "name"),
    ] {
        let (_, body) = ask("2025-11-25", method, json!({})).await;
        let listed: Vec<_> =
            body["result"][key].as_array().expect("a list").iter().map(|one| &one[name]).collect();
        let catalogued: Vec<_> =
            OFFERS.iter().filter(|offer| offer.primitive == primitive).map(|o| o.name).collect();
        assert_eq!(listed, catalogued);
    }
}
