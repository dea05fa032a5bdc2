//! What the notes server answers to whoever came through the gate.
//! Source: MCP tools, resources (templates: RFC 6570).

use std::sync::Arc;

use poem::test::TestClient;
use sealbearer::gateway::guard::Permissions as _;
use sealbearer::mcp::message::{Operation, Primitive};
use sealbearer::mcp::notes::{Book, Desk, Door, Needs, endpoint};
use sealbearer::mcp::{Caller, McpEndpoint};
use serde_json::{Value, json};

use super::support::{alice, dressed, request};
use crate::support::{Clock, FixedWorld, Scratch};

/// The server, and where its notes are.
struct Server {
    client: TestClient<McpEndpoint<Desk>>,
    _folder: Scratch,
}

impl Server {
    fn start() -> Self {
        let folder = Scratch::new();
        let book = Book::open(&folder.path("notes")).expect("it is made");
        let world = Arc::new(FixedWorld::new(Clock::new(), 0));
        let desk = Desk::new("http://127.0.0.1:9000", Door::Gate, Arc::new(book), world);
        Self { client: TestClient::new(endpoint(desk)), _folder: folder }
    }

    /// Asks as `caller`: the message that comes back.
    async fn ask(&self, caller: Option<&Caller>, method: &str, params: Value) -> Value {
        let message = request("2025-11-25", method, params);
        let mut post = dressed(self.client.post("/mcp"), "2025-11-25", &message);
        if let Some(caller) = caller {
            post = post.data(caller.clone());
        }
        let text = post.send().await.0.into_body().into_string().await.expect("text");
        serde_json::from_str(&text).expect("the body is JSON")
    }

    /// Calls a tool as `caller`: what it says to programs, else its sentence.
    async fn call(&self, caller: &Caller, tool: &str, arguments: Value) -> Value {
        let params = json!({ "name": tool, "arguments": arguments });
        let result = self.ask(Some(caller), "tools/call", params).await["result"].clone();
        let text = result["content"][0]["text"].clone();
        if result["isError"] == true {
            return text;
        }
        let told = result["structuredContent"].clone();
        assert_eq!(text, json!(told.to_string()), "people and programs are told the same");
        told
    }

    /// Reads a resource as `caller`.
    async fn read(&self, caller: &Caller, uri: &Value) -> Value {
        let answer = self.ask(Some(caller), "resources/read", json!({ "uri": uri })).await;
        let contents = &answer["result"]["contents"][0];
        assert_eq!((&contents["uri"], &contents["mimeType"]), (uri, &json!("application/json")));
        serde_json::from_str(contents["text"].as_str().expect("text")).expect("it is JSON")
    }
}

fn bob() -> Caller {
    Caller { subject: "bob".to_owned(), ..alice() }
}

#[tokio::test]
async fn it_says_what_it_is_and_what_it_offers() {
    let (server, alice) = (Server::start(), alice());
    let hello = json!({
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" },
    });
    let said = server.ask(Some(&alice), "initialize", hello).await["result"].clone();
    assert_eq!(said["serverInfo"]["name"], "sealbearer-notes");
    assert_eq!(said["serverInfo"]["title"], "Sealbearer notes");
    assert_eq!(said["capabilities"], json!({ "tools": {}, "resources": {} }));
    assert!(said["instructions"].as_str().is_some_and(|text| text.contains("notes")), "{said}");
    let listed = server.ask(Some(&alice), "tools/list", json!({})).await;
    let line = |tool: &Value| {
        let (schema, hints) = (&tool["inputSchema"], &tool["annotations"]);
        assert_eq!((&schema["type"], &hints["destructiveHint"]), (&json!("object"), &json!(false)));
        let members = schema["properties"].as_object().expect("they are named");
        let members: Vec<_> =
            members.iter().map(|(name, it)| format!("{name} {}", it["maxLength"])).collect();
        format!("{} {} {}", tool["name"], hints["readOnlyHint"], members.join(", "))
    };
    let tools: Vec<_> =
        listed["result"]["tools"].as_array().expect("a list").iter().map(line).collect();
    insta::assert_snapshot!(tools.join("\n"), @r#"
    "get_user_profile" true 
    "create_secure_note" false title 200, content 16384
    "list_secure_notes" true 
    "get_api_usage" true 
    "#);
    let listed = server.ask(Some(&alice), "resources/templates/list", json!({})).await;
    let template = &listed["result"]["resourceTemplates"][0];
    assert_eq!(template["uriTemplate"], "user://notes/{note_id}");
}

#[tokio::test]
async fn what_somebody_writes_is_listed_read_and_counted_for_them_alone() {
    let (server, alice, bob) = (Server::start(), alice(), bob());
    let now = Clock::new().now().0;
    let note = json!({ "title": "T", "content": "mine" });
    let written = server.call(&alice, "create_secure_note", note).await;
    let id = written["note_id"].as_str().expect("it has a name").to_owned();
    let uri = json!(format!("user://notes/{id}"));
    assert_eq!(written, json!({ "note_id": id, "uri": uri }));
    let line = json!({ "note_id": id, "title": "T", "created_at": now, "uri": uri });
    let listed = server.call(&alice, "list_secure_notes", json!({})).await;
    assert_eq!(listed, json!({ "notes": [line] }));
    let read = server.read(&alice, &uri).await;
    assert_eq!(read, json!({ "id": id, "title": "T", "content": "mine", "created_at": now }));
    let profile = json!({
        "subject": "alice", "issuer": "http://127.0.0.1:9000", "client_id": "client-1",
        "scopes": ["mcp:tools"],
    });
    assert_eq!(server.call(&alice, "get_user_profile", json!({})).await, profile);
    assert_eq!(server.read(&alice, &json!("user://profile")).await, profile);
    let resources = server.ask(Some(&alice), "resources/list", json!({})).await;
    let resources = resources["result"]["resources"].as_array().expect("a list").clone();
    let listed: Vec<_> = resources.iter().map(|one| (&one["uri"], &one["title"])).collect();
    assert_eq!(listed, [(&json!("user://profile"), &json!("My profile")), (&uri, &json!("T"))]);
    let counted = json!({
        "create_secure_note": 1, "get_api_usage": 1, "get_user_profile": 1, "list_secure_notes": 1,
        "user://notes": 1, "user://profile": 1,
    });
    let usage = server.call(&alice, "get_api_usage", json!({})).await;
    assert_eq!(usage, json!({ "subject": "alice", "calls": counted }));

    assert_eq!(server.call(&bob, "list_secure_notes", json!({})).await, json!({ "notes": [] }));
    let stolen = server.ask(Some(&bob), "resources/read", json!({ "uri": uri })).await;
    assert_eq!(stolen["error"]["code"], -32002);
    let usage = server.call(&bob, "get_api_usage", json!({})).await;
    let counted = json!({ "get_api_usage": 1, "list_secure_notes": 1, "user://notes": 1 });
    assert_eq!(usage["calls"], counted);
}

#[tokio::test]
async fn every_mistake_and_what_is_heard() {
    let (server, alice) = (Server::start(), alice());
    for (arguments, sentence) in [
        (json!({ "title": "T" }), "`title` and `content` must be strings."),
        (json!({ "title": 1, "content": "c" }), "`title` and `content` must be strings."),
        (json!({ "title": "", "content": "c" }), "`title` must have 1 to 200 characters."),
    ] {
        let told = server.call(&alice, "create_secure_note", arguments).await;
        assert_eq!(told, json!(sentence));
    }
    for (method, params, code) in [
        ("tools/call", json!({ "name": "nothing" }), -32602),
        ("resources/read", json!({ "uri": "user://notes/nothing" }), -32002),
        ("resources/read", json!({ "uri": "user://nothing" }), -32002),
    ] {
        let answer = server.ask(Some(&alice), method, params.clone()).await;
        assert_eq!(answer["error"]["code"], code, "{answer}");
        assert_eq!(answer["error"]["data"]["uri"], params["uri"], "{answer}");
    }
}

/// Also where somebody forgot to put a gate in front.
#[tokio::test]
async fn nobody_is_answered_who_is_not_signed_in() {
    let server = Server::start();
    for (method, params) in [
        ("tools/list", json!({})),
        ("tools/call", json!({ "name": "list_secure_notes" })),
        ("resources/list", json!({})),
        ("resources/templates/list", json!({})),
        ("resources/read", json!({ "uri": "user://profile" })),
    ] {
        let answer = server.ask(None, method, params).await;
        assert_eq!(answer["error"]["code"], -32600, "{method}");
        assert_eq!(answer["error"]["message"], "Nobody is signed in.", "{method}");
    }
}

#[test]
fn each_kind_of_operation_takes_its_own_scope_and_no_scope_includes_another() {
    let using = |primitive| Operation::Use { primitive, name: Some("a".to_owned()) };
    let needed = |operation: &Operation| Needs.needed(operation).join(" ");
    assert_eq!(needed(&using(Primitive::Tool)), "mcp:tools");
    assert_eq!(needed(&using(Primitive::Resource)), "mcp:resources");
    assert_eq!(needed(&Operation::Other), "");
    assert!(!Needs.implies("mcp:tools", "mcp:resources"));
}
