//! A token that reaches some tools only, and the way to one that reaches further.
//! Source: MCP 2026-07-28 authorization (step-up, scope hierarchies).

use serde_json::{Value, json};

use super::granted;
use crate::support::{Ask, Client, Deployment, Node, Reply, Serve as _};

/// `echo` needs `mcp:read`, which follows from `mcp:write`; the calculator needs `mcp:admin`.
const RULES: &str = "tools = { \"e*o\" = [\"mcp:read\"], \"calculator\" = [\"mcp:admin\"] }";

fn setting(lines: &str) -> (Node, Client) {
    let node = Node::start(&Deployment::usual().with_form(&format!("{RULES}\n{lines}")));
    let client = Client::public(&node);
    (node, client)
}

fn ask(node: &Node, token: &str, method: &str, params: &Value) -> Reply {
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    node.serve(&Ask::json("/mcp", &message).bearer(token))
}

fn call(node: &Node, token: &str, tool: &str) -> Reply {
    let arguments = json!({ "message": "hello", "operation": "add", "a": 1, "b": 2 });
    ask(node, token, "tools/call", &json!({ "name": tool, "arguments": arguments }))
}

/// The scopes that a challenge names.
fn challenged(reply: &Reply) -> String {
    let challenge = reply.header("www-authenticate").expect("a challenge");
    let (_, scope) = challenge.split_once(" scope=\"").expect("it names scopes");
    scope.trim_end_matches('"').to_owned()
}

#[test]
fn a_client_that_asks_for_what_it_was_told_reaches_the_tool() {
    let (node, client) = setting("");
    let token = granted(&node, &client, "mcp:tools");
    assert_eq!(call(&node, &token, "system_info").status, 200);
    let refused = call(&node, &token, "calculator");
    assert_eq!((refused.status, refused.error().as_str()), (403, "403 insufficient_scope"));
    let needed = challenged(&refused);
    assert_eq!(needed, "mcp:tools mcp:admin");
    let token = granted(&node, &client, &needed);
    assert_eq!(call(&node, &token, "calculator").status, 200);
}

/// Some clients register for the scopes they were told of first, and ask for more when they are told of more.
#[test]
fn what_a_client_registered_for_is_no_limit_of_what_a_person_allows() {
    let (node, _) = setting("");
    let metadata = json!({
        "redirect_uris": ["https://app.example.com/callback"],
        "token_endpoint_auth_method": "none",
        "scope": "mcp:tools",
    });
    let client = Client::register(&node, &metadata);
    assert_eq!(call(&node, &granted(&node, &client, "mcp:tools"), "calculator").status, 403);
    assert_eq!(
        call(&node, &granted(&node, &client, "mcp:tools mcp:admin"), "calculator").status,
        200
    );
}

#[test]
fn a_broader_scope_covers_a_rule() {
    let (node, client) = setting("");
    let outcome = |scope: &str| call(&node, &granted(&node, &client, scope), "echo").status;
    assert_eq!(outcome("mcp:tools"), 403);
    assert_eq!(outcome("mcp:tools mcp:read"), 200);
    assert_eq!(outcome("mcp:tools mcp:write"), 200);
    assert_eq!(outcome("mcp:tools mcp:admin"), 200);
}

#[test]
fn a_list_shows_what_its_reader_may_use() {
    let (node, client) = setting("filter_lists = true");
    let listed = |scope: &str, method: &str, member: &str| {
        let reply = ask(&node, &granted(&node, &client, scope), method, &json!({}));
        let items = reply.json()["result"][member].as_array().expect("a list").clone();
        let names = items.iter().filter_map(|item| item["name"].as_str()).collect::<Vec<_>>();
        names.join(" ")
    };
    let rows = [
        ("mcp:tools", "system_info", ""),
        ("mcp:tools mcp:read", "echo system_info", ""),
        ("mcp:tools mcp:admin", "echo system_info calculator", ""),
        ("mcp:tools mcp:resources", "system_info", "platform"),
        ("mcp:tools mcp:resources system:read", "system_info", "metrics platform"),
    ];
    for (scope, tools, resources) in rows {
        assert_eq!(listed(scope, "tools/list", "tools"), tools, "{scope}");
        assert_eq!(listed(scope, "resources/list", "resources"), resources, "{scope}");
    }
}

/// Unless it is said otherwise a client sees every tool, so that it can ask for what it needs.
#[test]
fn a_list_is_whole_unless_it_is_said_otherwise() {
    let (node, client) = setting("");
    let reply = ask(&node, &granted(&node, &client, "mcp:tools"), "tools/list", &json!({}));
    assert_eq!(reply.json()["result"]["tools"].as_array().map(Vec::len), Some(3));
}
