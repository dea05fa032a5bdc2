//! Every revision of MCP gets a useful answer from a server that remembers nothing.
//! Source: MCP lifecycle (2024-11-05 to 2025-11-25) and `server/discover` (2026-07-28).

use poem::http::StatusCode;
use serde_json::{Value, json};

use super::support::{HANDSHAKE_REVISIONS, REVISIONS, ask};

fn names(list: &Value, key: &str) -> Vec<String> {
    list.as_array()
        .expect("a list")
        .iter()
        .map(|item| item[key].as_str().expect("a string").to_owned())
        .collect()
}

#[tokio::test]
async fn a_handshake_agrees_on_the_revision_the_client_asked_for() {
    for revision in HANDSHAKE_REVISIONS {
        let params = json!({
            "protocolVersion": revision, "capabilities": {}, "clientInfo": { "name": "test", "version": "1" },
        });
        let (status, body) = ask(revision, "initialize", params).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(body["result"]["protocolVersion"], *revision);
        assert_eq!(body["result"]["serverInfo"]["name"], "sealbearer");
        for capability in ["tools", "resources", "prompts"] {
            assert!(body["result"]["capabilities"][capability].is_object(), "{capability}");
        }
    }
}

#[tokio::test]
async fn a_handshake_for_a_revision_nobody_knows_is_offered_one_that_has_handshakes() {
    let params = json!({ "protocolVersion": "2199-01-01", "capabilities": {}, "clientInfo": { "name": "x", "version": "1" } });
    let (_, body) = ask("2025-11-25", "initialize", params).await;
    assert_eq!(body["result"]["protocolVersion"], "2025-11-25");
}

#[tokio::test]
async fn every_revision_lists_and_uses_everything_without_a_session() {
    for revision in REVISIONS {
        let (status, tools) = ask(revision, "tools/list", json!({})).await;
        assert_eq!(status, StatusCode::OK, "{revision} {tools}");
        assert_eq!(names(&tools["result"]["tools"], "name"), ["echo", "system_info", "calculator"]);

        let (_, resources) = ask(revision, "resources/list", json!({})).await;
        assert_eq!(
            names(&resources["result"]["resources"], "uri"),
            ["system://metrics", "system://platform"]
        );

        let (_, prompts) = ask(revision, "prompts/list", json!({})).await;
        assert_eq!(
            names(&prompts["result"]["prompts"], "name"),
            ["explain_access", "summarize_metrics"]
        );

        let call =
            json!({ "name": "calculator", "arguments": { "operation": "add", "a": 5, "b": 7 } });
        let (_, called) = ask(revision, "tools/call", call).await;
        assert_eq!(called["result"]["content"][0]["text"], "12", "{revision}");

        let (_, read) =
            ask(revision, "resources/read", json!({ "uri": "system://platform" })).await;
        assert_eq!(read["result"]["contents"][0]["mimeType"], "application/json", "{revision}");

        let (_, prompt) = ask(revision, "prompts/get", json!({ "name": "explain_access" })).await;
        assert_eq!(prompt["result"]["messages"][0]["role"], "user", "{revision}");
    }
}

#[tokio::test]
async fn discovery_names_every_revision() {
    let (status, body) = ask("2026-07-28", "server/discover", json!({})).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["result"]["supportedVersions"], json!(REVISIONS));
}

#[tokio::test]
async fn a_revision_nobody_knows_is_refused_with_those_that_are_known() {
    let (status, body) = ask("2199-01-01", "tools/list", json!({})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["error"]["code"], -32022);
    assert_eq!(body["error"]["data"]["supported"], json!(REVISIONS));
}

#[tokio::test]
async fn ping_is_answered_where_it_exists() {
    for revision in HANDSHAKE_REVISIONS {
        let (status, body) = ask(revision, "ping", json!({})).await;
        assert_eq!((status, &body["result"]), (StatusCode::OK, &json!({})));
    }
    let (status, body) = ask("2026-07-28", "ping", json!({})).await;
    assert_eq!((status, &body["error"]["code"]), (StatusCode::NOT_FOUND, &json!(-32601)));
}
