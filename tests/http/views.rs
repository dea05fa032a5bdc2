//! The plain JSON views of `/mcp`: same tools, same tokens, same scopes, same challenges. Source: row R6.

use std::sync::{Arc, Mutex};

use poem::http::StatusCode;
use poem::{EndpointExt as _, Request, Response};
use sealbearer::contract::Api as _;
use sealbearer::http::{Protected, Server};
use serde_json::{Value, json};

use super::{granted, table};
use crate::support::{Ask, Client, Deployment, Node, Reply, Serve as _, wait};

const RULES: &str = "tools = { \"calculator\" = [\"mcp:admin\"] }";

fn setting() -> (Node, Client) {
    let node = Node::start(&Deployment::usual().with_form(RULES));
    let client = Client::public(&node);
    (node, client)
}

fn call(tool: &str, arguments: &Value) -> Ask {
    Ask::json(format!("/mcp/protected/call/{tool}"), arguments)
}

fn names(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{}", reply.body);
    super::assert_not_stored(reply);
    let list = reply.json();
    let list = list.as_array().expect("a list").iter();
    list.filter_map(|item| item["name"].as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_program_without_mcp_lists_and_calls() {
    let (node, client) = setting();
    let token = granted(&node, &client, "mcp:tools mcp:admin");
    let listed = |path: &str| names(&node.serve(&Ask::get(path).bearer(&token)));
    assert_eq!(listed("/mcp/protected/tools"), "echo system_info calculator");
    assert_eq!(listed("/mcp/protected/resources"), "metrics platform");
    let reply = node.serve(&call("echo", &json!({ "message": "hello" })).bearer(&token));
    assert_eq!(
        reply.json(),
        json!({ "tool": "echo", "result": [{ "type": "text", "text": "hello" }], "isError": false })
    );
    let six = json!({ "operation": "multiply", "a": 6, "b": 7 });
    let reply = node.serve(&call("calculator", &six).bearer(&token));
    assert_eq!(reply.json()["result"][0]["text"], "42");
    let empty = Ask::post("/mcp/protected/call/system_info", "application/json", "");
    assert_eq!(node.serve(&empty.bearer(&token)).status, 200);
}

#[test]
fn the_gate_is_the_same_as_at_mcp() {
    let (node, client) = setting();
    let token = granted(&node, &client, "mcp:tools");
    let paths = ["/mcp/protected/tools", "/mcp/protected/resources", "/mcp/protected/call/echo"];
    for path in paths {
        let ask = |path: &str| {
            if path.contains("call") { Ask::json(path, &json!({})) } else { Ask::get(path) }
        };
        let at_mcp = node.serve(&Ask::json("/mcp", &json!({})));
        let here = node.serve(&ask(path));
        assert_eq!((here.status, &here.body), (401, &at_mcp.body), "{path}");
        assert_eq!(here.header("www-authenticate"), at_mcp.header("www-authenticate"));
        let outcome = |ask: Ask| node.serve(&ask).error();
        assert_eq!(outcome(ask(path).bearer("nonsense")), "401 invalid_token");
        let twice = ask(&format!("{path}?access_token={token}")).bearer(&token);
        assert_eq!(outcome(twice), "400 invalid_request");
    }
    let refused = node.serve(&call("calculator", &json!({})).bearer(&token));
    assert_eq!(refused.error(), "403 insufficient_scope");
    assert_eq!(refused.text("scope"), "mcp:tools mcp:admin");
}

#[test]
fn what_cannot_be_called_is_said() {
    let (node, client) = setting();
    let token = granted(&node, &client, "mcp:tools");
    let bytes = |body: String| Ask::post("/mcp/protected/call/echo", "application/json", body);
    let of = |length: usize| format!("{{\"message\":\"{}\"}}", "x".repeat(length - 14));
    let rows = [
        ("no such tool", call("nobody", &json!({}))),
        ("no object", call("echo", &json!([1]))),
        ("no JSON", bytes("x".to_owned())),
        ("a name twice", bytes(r#"{"message":"a","message":"b"}"#.to_owned())),
        ("a wrong argument", call("echo", &json!({ "message": 5 }))),
        ("the longest arguments", bytes(of(1_024 * 1_024))),
        ("longer ones", bytes(of(1_024 * 1_024 + 1))),
    ];
    let rows = rows.map(|(sentence, ask)| {
        let reply = node.serve(&ask.bearer(&token));
        let body = reply.json();
        let said = body["error_description"].as_str().or(body["result"][0]["text"].as_str());
        let said: String = said.unwrap_or_default().chars().take(60).collect();
        (sentence, format!("{} {said}", reply.status))
    });
    insta::assert_snapshot!(table(rows), @r"
    no such tool: 400 There is no tool of this name.
    no object: 400 the arguments are no JSON object
    no JSON: 400 the arguments are no JSON object
    a name twice: 400 the arguments are no JSON object
    a wrong argument: 200 `message` must be a string.
    the longest arguments: 200 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    longer ones: 413 the arguments are too long, or broke off
    ");
}

/// A server that wants a session, answers with streams, and lists its tools page by page.
fn stubborn(asked: &Mutex<Vec<String>>, request: &Request, body: &Value) -> Response {
    let session = request.header("mcp-session-id");
    let method = body["method"].as_str().unwrap_or_default();
    asked.lock().expect("one at a time").push(format!("{} {method}", request.method()));
    if method == "initialize" {
        let result = json!({ "jsonrpc": "2.0", "id": body["id"], "result": {} });
        return Response::builder()
            .header("mcp-session-id", "s")
            .content_type("application/json")
            .body(result.to_string());
    }
    if session != Some("s") {
        return Response::builder().status(StatusCode::BAD_REQUEST).body("no session");
    }
    let page = match body["params"]["cursor"].as_str() {
        None => json!({ "tools": [{ "name": "a" }], "nextCursor": "2" }),
        Some(_) => json!({ "tools": [{ "name": "b" }] }),
    };
    let progress = json!({ "jsonrpc": "2.0", "method": "notifications/message", "params": {} });
    let answer = json!({ "jsonrpc": "2.0", "id": body["id"], "result": page });
    let stream = format!(": hello\n\ndata: {progress}\n\ndata: {answer}\n\ndata: late\n\n");
    Response::builder().content_type("text/event-stream").body(stream)
}

/// The views over `answer` instead of the built-in server, without a gate.
fn server_over(answer: impl Fn(&Request, &Value) -> Response + Send + Sync + 'static) -> Server {
    let deployment = Deployment::usual();
    let (config, ring) = (deployment.config(), deployment.ring());
    let world = Arc::new(sealbearer::world::RealWorld);
    let ledger = sealbearer::server::ledger(&config, protocol::oauth::time::UnixTime(0));
    let mut server =
        sealbearer::server::assemble_with(&config, &ring, world, ledger.expect("in memory"));
    let answer = Arc::new(answer);
    let endpoint = poem::endpoint::make(move |mut request: Request| {
        let answer = Arc::clone(&answer);
        async move {
            let body = request.take_body().into_string().await.expect("text");
            answer(&request, &serde_json::from_str(&body).unwrap_or_default())
        }
    });
    let gate = server.resources.remove("/mcp").expect("it is served").gate;
    let endpoint = Arc::new(endpoint.boxed());
    server.resources.insert("/mcp".to_owned(), Protected { gate, endpoint });
    server
}

async fn listed(server: &Server) -> (u16, String) {
    let response = server.protected_tools(&Request::default()).await;
    (response.status().as_u16(), response.into_body().into_string().await.expect("text"))
}

#[test]
fn a_server_that_wants_a_session_gets_one() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let server = server_over(move |request, body| stubborn(&seen, request, body));
    assert_eq!(wait(listed(&server)), (200, r#"[{"name":"a"},{"name":"b"}]"#.to_owned()));
    let asked = asked.lock().expect("nobody asks any more");
    insta::assert_snapshot!(asked.join("\n"), @r"
    POST tools/list
    POST initialize
    POST notifications/initialized
    POST tools/list
    POST tools/list
    DELETE
    ");
}

#[test]
fn a_server_that_wants_no_session_is_asked_once() {
    let rows = [
        ("an answer", StatusCode::OK, None, r#"200 [{"name":"a"}]"#),
        ("a challenge", StatusCode::BAD_REQUEST, Some("Bearer"), "400 who are you"),
        ("a refusal", StatusCode::FORBIDDEN, None, "403 who are you"),
    ];
    for (what, status, challenge, expected) in rows {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        let server = server_over(move |_, body| {
            seen.lock().expect("one at a time").push(body["method"].to_string());
            let response = Response::builder().status(status).content_type("application/json");
            let response = match challenge {
                Some(challenge) => response.header("www-authenticate", challenge),
                None => response,
            };
            let tools = r#"{"result":{"tools":[{"name":"a"}]}}"#;
            response.body(if status == StatusCode::OK { tools } else { "who are you" })
        });
        let (status, body) = wait(listed(&server));
        assert_eq!(format!("{status} {body}"), expected, "{what}");
        assert_eq!(*asked.lock().expect("nobody asks any more"), [r#""tools/list""#], "{what}");
    }
}

#[test]
fn where_there_is_no_server_there_are_no_views() {
    let mut server = server_over(|_, _| Response::default());
    server.resources.remove("/mcp");
    let (status, body) = wait(listed(&server));
    let problem =
        json!({ "error": "not_found", "error_description": "there is no MCP server at /mcp" });
    assert_eq!((status, serde_json::from_str(&body).ok()), (404, Some(problem)));
}

#[test]
fn what_a_server_answers_instead_is_handed_on_or_said() {
    let json = |body: &'static str| {
        move |_: &Request, _: &Value| {
            Response::builder().content_type("application/json").body(body)
        }
    };
    let rows = [
        ("an error", wait(listed(&server_over(json(r#"{"error":{"message":"not today"}}"#))))),
        ("no answer", wait(listed(&server_over(json(r#"{"method":"ping"}"#))))),
        ("no JSON", wait(listed(&server_over(json("x"))))),
        ("an empty list", wait(listed(&server_over(json(r#"{"result":{}}"#))))),
        (
            "a list without end",
            wait(listed(&server_over(json(r#"{"result":{"tools":[],"nextCursor":"x"}}"#)))),
        ),
        (
            "a failure",
            wait(listed(&server_over(|_, _| {
                Response::builder().status(StatusCode::BAD_GATEWAY).body("down")
            }))),
        ),
    ];
    insta::assert_snapshot!(table(rows.map(|(sentence, (status, body))| (sentence, format!("{status} {body}")))), @r#"
    an error: 400 {"error":"invalid_request","error_description":"not today"}
    no answer: 502 {"error":"server_error","error_description":"the MCP server's answer cannot be read"}
    no JSON: 502 {"error":"server_error","error_description":"the MCP server's answer cannot be read"}
    an empty list: 200 []
    a list without end: 200 []
    a failure: 502 down
    "#);
}
