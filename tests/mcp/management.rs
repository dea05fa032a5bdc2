//! The management server as a client meets it: what it says of itself and of its tools, and how a call is read.
//! Source: row D8; MCP tools (a mistake a person can correct is a result with `isError`).

use std::sync::Arc;

use poem::test::TestClient;
use sealbearer::mcp::Caller;
use sealbearer::mcp::management::refusals::{LINES_MAX, REFUSALS_MAX, Refusals};
use sealbearer::mcp::management::task::Task;
use sealbearer::mcp::management::{Operator, endpoint};
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt as _;

use super::support::{alice, dressed, request};
use crate::support::log::logged_by;

/// Does nothing, and says what it should have done.
struct Idle;

impl Operator for Idle {
    async fn perform(&self, task: Task, caller: Option<Caller>) -> Result<Value, String> {
        let subject = caller.map(|caller| caller.subject);
        Ok(json!({ "task": format!("{task:?}"), "for": subject }))
    }
}

async fn ask(method: &str, params: Value) -> Value {
    let client = TestClient::new(endpoint(Arc::new(Idle)));
    let message = request("2025-11-25", method, params);
    let asked = dressed(client.post("/manage").data(alice()), "2025-11-25", &message);
    let text = asked.send().await.0.into_body().into_string().await.expect("the body is text");
    let body: Value = serde_json::from_str(&text).expect("the body is JSON");
    body["result"].clone()
}

#[tokio::test]
async fn it_says_what_it_is_and_that_it_has_tools_only() {
    let hello = json!({
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" },
    });
    let said = ask("initialize", hello).await;
    assert_eq!(said["serverInfo"]["name"], "sealbearer-management");
    assert_eq!(said["serverInfo"]["title"], "Sealbearer management");
    assert_eq!(said["capabilities"], json!({ "tools": {} }));
    assert!(said["instructions"].as_str().is_some_and(|text| text.contains("runs")), "{said}");
}

/// What is said to be true of a tool, by the names of the standard.
fn hints(tool: &Value) -> String {
    let hints = tool["annotations"].as_object().expect("there are hints");
    let told: Vec<_> = hints.iter().filter(|(_, told)| **told == json!(true)).collect();
    told.iter().map(|(name, _)| name.trim_end_matches("Hint")).collect::<Vec<_>>().join(" ")
}

/// Its arguments and their types; those that must be there with an exclamation mark.
fn takes(tool: &Value) -> String {
    let schema = &tool["inputSchema"];
    assert_eq!(schema["type"], "object");
    let members = schema["properties"].as_object().expect("they are named");
    let of = |(name, member): (&String, &Value)| {
        assert!(member["description"].as_str().is_some_and(|text| !text.is_empty()), "{name}");
        let must = schema["required"].as_array().is_some_and(|names| names.contains(&json!(name)));
        let each = member["items"]["type"].as_str().map(|each| format!(" of {each}"));
        let kind = member["type"].as_str().expect("it has a type");
        format!("{name}{}: {kind}{}", if must { "!" } else { "" }, each.unwrap_or_default())
    };
    members.iter().map(of).collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn each_tool_is_described_with_what_it_takes_and_whether_it_changes_anything() {
    let listed = ask("tools/list", json!({})).await;
    let line = |tool: &Value| {
        let name = tool["name"].as_str().expect("it has a name");
        assert_eq!(tool["title"], tool["annotations"]["title"], "{name}");
        format!("{name} [{}] {}", hints(tool), takes(tool))
    };
    let lines: Vec<_> = listed["tools"].as_array().expect("a list").iter().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    mcp_oauth_protected_resource_metadata [readOnly idempotent] resource: string
    mcp_oauth_authorization_server_metadata [readOnly idempotent] 
    mcp_oauth_validate_token [readOnly idempotent] token!: string, required_scopes: array of string
    mcp_oauth_get_configuration [readOnly idempotent] 
    mcp_oauth_register_client [destructive] client_name!: string, redirect_uris: array of string, token_endpoint_auth_method: string, grant_types: array of string, scope: string, jwks_uri: string
    mcp_oauth_check_compliance [readOnly idempotent openWorld] url: string
    explain_token [readOnly idempotent] token!: string
    explain_refusal [readOnly idempotent] correlation_id: string
    list_grants [readOnly idempotent] 
    revoke_grants [destructive] user: string, client_id: string, token: string, everything: boolean
    rotate_keys [destructive] ring!: string, algorithm: string
    ");
}

/// No form of a task shows the token that it is about, so no log does.
#[tokio::test]
async fn every_call_is_read_as_a_task_or_told_its_mistake() {
    let token = "sealed.secret";
    let rows = [
        ("explain_token", json!({ "token": token })),
        ("explain_token", json!({ "token": "" })),
        ("explain_token", json!({})),
        ("explain_refusal", json!({ "correlation_id": null })),
        ("explain_refusal", json!({ "correlation_id": "" })),
        ("explain_refusal", json!({ "correlation_id": "a" })),
        ("mcp_oauth_validate_token", json!({ "token": token, "required_scopes": " a  b" })),
        ("mcp_oauth_validate_token", json!({ "token": token, "required_scopes": [1] })),
        ("revoke_grants", json!({ "token": token, "everything": false })),
        ("revoke_grants", json!({ "token": token, "everything": true })),
        ("revoke_grants", json!({ "everything": "yes" })),
    ];
    let mut lines = Vec::new();
    for (tool, arguments) in rows {
        let said = ask("tools/call", json!({ "name": tool, "arguments": arguments })).await;
        let read = &said["structuredContent"];
        let line = read["task"].as_str().or(said["content"][0]["text"].as_str());
        assert!(read["for"] == "alice" || said["isError"] == true, "{said}");
        lines.push(line.expect("it says something").to_owned());
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    ExplainToken { token: Presented(..) }
    `token` must be a text that is not empty.
    `token` is missing.
    ExplainRefusal { correlation_id: None }
    `correlation_id` must be a text that is not empty.
    ExplainRefusal { correlation_id: Some("a") }
    ValidateToken { token: Presented(..), required_scopes: ["a", "b"] }
    `required_scopes` must be a list of scopes.
    RevokeGrants(Token(Presented(..)))
    Give one of `user`, `client_id`, `token` and `everything`.
    `everything` must be true or false.
    "#);
}

/// Logs that the requests with these ids are refused.
fn refuse(refusals: &Refusals, ids: impl IntoIterator<Item = usize>) {
    logged_by(tracing_subscriber::registry().with(refusals.clone()), || {
        for (at, id) in ids.into_iter().enumerate() {
            let _request = tracing::info_span!("request", correlation_id = %id).entered();
            tracing::info!(reason = "of a test", at, "refused");
        }
    });
}

#[test]
fn the_latest_refusals_are_remembered_and_the_oldest_makes_room() {
    let refusals = Refusals::default();
    let is_known = |id: usize| refusals.tell(Some(&id.to_string())) != json!([]);
    refuse(&refusals, 0..REFUSALS_MAX);
    assert!(is_known(0));
    refuse(&refusals, [REFUSALS_MAX]);
    assert!(!is_known(0));
    assert!((1..=REFUSALS_MAX).all(is_known));
    assert_eq!(refusals.tell(None)[0]["correlation_id"], json!(REFUSALS_MAX.to_string()));
}

#[test]
fn of_one_request_only_its_first_lines_are_remembered() {
    let refusals = Refusals::default();
    refuse(&refusals, [7; LINES_MAX + 1]);
    let told = refusals.tell(Some("7"));
    let lines = told[0]["log"].as_array().expect("they are told");
    let expected: Vec<_> =
        (0..LINES_MAX).map(|at| json!(format!("refused reason=\"of a test\" at={at}"))).collect();
    assert_eq!(*lines, expected);
}
