//! `sealbearer mcp` as a process of its own: rows C2 to C4. It trusts a server by asking it, over both transports.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use wiremock::matchers::{body_string_contains, method, path};
use wiremock::{Mock, ResponseTemplate};

use super::Issuer;
use crate::support::{Scratch, wait};

const RESOURCE: &str = "http://127.0.0.1:9100/mcp";

/// An issuer whose tokens are names of people.
fn issuer() -> Issuer {
    wait(async {
        let issuer = Issuer::start().await;
        for name in ["alice", "bob", "elsewhere"] {
            let resource = if name == "elsewhere" { "https://other.example" } else { RESOURCE };
            let scope = "mcp:tools mcp:resources";
            let answer = json!({
                "active": true, "sub": name, "client_id": "client", "scope": scope, "aud": resource,
                "token_type": "Bearer", "iss": issuer.name(),
            });
            Mock::given(method("POST"))
                .and(path("/introspect"))
                .and(body_string_contains(format!("token={name}&")))
                .respond_with(ResponseTemplate::new(200).set_body_json(answer))
                .mount(&issuer.site)
                .await;
        }
        Mock::given(method("POST"))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "active": false })))
            .with_priority(9)
            .mount(&issuer.site)
            .await;
        issuer
    })
}

/// The process; it ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command(issuer: &Issuer, folder: &Scratch, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sealbearer"));
    command
        .args([
            "mcp",
            "--auth-server",
            &issuer.name(),
            "--client-id",
            "mcp",
            "--resource",
            RESOURCE,
        ])
        .args(arguments)
        .env_clear()
        .env("MCP_CLIENT_SECRET", "canary-of-the-client")
        .current_dir(folder.path("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A client on the other end of standard input and output.
struct Pipe {
    _process: Process,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    asked: u64,
}

impl Pipe {
    fn open(issuer: &Issuer, folder: &Scratch, access_token: &str) -> Self {
        let mut command = command(issuer, folder, &["--transport", "stdio"]);
        let spawned = command.env("MCP_ACCESS_TOKEN", access_token).spawn();
        let mut process = Process(spawned.expect("the binary is built with the tests"));
        let input = process.0.stdin.take().expect("it is piped");
        let output = BufReader::new(process.0.stdout.take().expect("it is piped"));
        let mut pipe = Self { _process: process, input, output, asked: 0 };
        let hello = json!({
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        });
        assert!(pipe.ask("initialize", &hello)["result"]["serverInfo"].is_object());
        let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        writeln!(pipe.input, "{ready}").expect("it reads");
        pipe
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let message =
            json!({ "jsonrpc": "2.0", "id": self.asked, "method": method, "params": params });
        writeln!(self.input, "{message}").expect("it reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it answers");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no message: {line:?}"))
    }

    fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        let answer = self.ask("tools/call", &json!({ "name": tool, "arguments": arguments }));
        answer["result"]["structuredContent"].clone()
    }
}

#[test]
fn over_standard_input_and_output_the_token_is_in_the_environment() {
    let (issuer, folder) = (issuer(), Scratch::new());
    let note = {
        let mut alice = Pipe::open(&issuer, &folder, "alice");
        let profile = alice.call("get_user_profile", &json!({}));
        assert_eq!(
            (&profile["subject"], &profile["issuer"]),
            (&json!("alice"), &json!(issuer.name()))
        );
        let note = alice.call("create_secure_note", &json!({ "title": "T", "content": "mine" }));
        let listed = alice.call("list_secure_notes", &json!({}));
        assert_eq!(listed["notes"][0]["note_id"], note["note_id"]);
        assert_eq!(listed["notes"].as_array().map(Vec::len), Some(1));
        let read = alice.ask("resources/read", &json!({ "uri": note["uri"] }));
        let text = read["result"]["contents"][0]["text"].as_str().expect("it is text");
        assert!(text.contains("mine"), "{text}");
        let profile = alice.ask("resources/read", &json!({ "uri": "user://profile" }));
        assert!(
            profile["result"]["contents"][0]["text"]
                .as_str()
                .is_some_and(|it| it.contains("alice"))
        );
        let usage = alice.call("get_api_usage", &json!({}));
        assert_eq!(usage["calls"]["create_secure_note"], json!(1), "{usage}");
        let tools = alice.ask("tools/list", &json!({}));
        assert_eq!(tools["result"]["tools"].as_array().map(Vec::len), Some(4));
        let templates = alice.ask("resources/templates/list", &json!({}));
        let template = &templates["result"]["resourceTemplates"][0]["uriTemplate"];
        assert_eq!(template, &json!("user://notes/{note_id}"));
        note
    };
    let mut bob = Pipe::open(&issuer, &folder, "bob");
    assert_eq!(bob.call("list_secure_notes", &json!({}))["notes"], json!([]));
    let stolen = bob.ask("resources/read", &json!({ "uri": note["uri"] }));
    assert!(stolen["error"].is_object() && !stolen.to_string().contains("mine"), "{stolen}");
    drop(bob);
    for refused in ["unknown", "elsewhere"] {
        let mut thief = Pipe::open(&issuer, &folder, refused);
        let answer =
            thief.ask("tools/call", &json!({ "name": "list_secure_notes", "arguments": {} }));
        assert!(
            answer["error"]["message"].as_str().is_some_and(|it| it.contains("access token")),
            "{answer}"
        );
    }
}

#[test]
fn without_a_token_or_a_secret_nothing_starts_and_the_way_is_told() {
    let (issuer, folder) = (issuer(), Scratch::new());
    let told = |command: &mut Command| {
        let finished = command.output().expect("it ends");
        let complaint = String::from_utf8(finished.stderr).expect("it is text");
        assert!(!complaint.contains("canary"), "{complaint}");
        (finished.status.code(), complaint)
    };
    let (code, complaint) = told(&mut command(&issuer, &folder, &["--transport", "stdio"]));
    assert!(code == Some(2) && complaint.contains("MCP_ACCESS_TOKEN"), "{complaint}");
    let (code, complaint) = told(command(&issuer, &folder, &[]).env_remove("MCP_CLIENT_SECRET"));
    assert!(code == Some(2) && complaint.contains("MCP_CLIENT_SECRET"), "{complaint}");
}

/// One request on a connection of its own; status line, head, body.
fn http(port: u16, request: &str) -> Option<String> {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).ok()?;
    socket.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).ok()?;
    Some(answer)
}

#[test]
fn over_http_each_request_brings_its_token() {
    let (issuer, folder) = (issuer(), Scratch::new());
    let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
    let port = free.expect("loopback has ports").port();
    let mut command = command(&issuer, &folder, &["--port", &port.to_string()]);
    let _process = Process(command.spawn().expect("the binary is built with the tests"));
    let get = |path: &str| {
        http(port, &format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"))
    };
    let at = "/.well-known/oauth-protected-resource/mcp";
    let mut told = get(at);
    for _ in 0..200 {
        if told.is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
        told = get(at);
    }
    let told = told.expect("it listens within ten seconds");
    assert!(told.starts_with("HTTP/1.1 200") && told.contains(&issuer.name()), "{told}");
    let call = |access_token: Option<&str>, tool: &str, arguments: Value| {
        let params = json!({ "name": tool, "arguments": arguments });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        let body = body.to_string();
        let authorization = access_token.map(|it| format!("Authorization: Bearer {it}\r\n"));
        let head = format!(
            "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2025-11-25\r\n{}Content-Length: {}\r\n\r\n",
            authorization.unwrap_or_default(),
            body.len()
        );
        http(port, &(head + &body)).expect("it answers")
    };
    let challenged = call(None, "list_secure_notes", json!({}));
    let place = format!("resource_metadata=\"http://127.0.0.1:9100{at}\"");
    assert!(challenged.starts_with("HTTP/1.1 401") && challenged.contains(&place), "{challenged}");
    for refused in ["unknown", "elsewhere"] {
        assert!(call(Some(refused), "list_secure_notes", json!({})).starts_with("HTTP/1.1 401"));
    }
    let note = json!({ "title": "T", "content": "a secret of alice" });
    assert!(call(Some("alice"), "create_secure_note", note).contains("user://notes/"));
    assert!(call(Some("alice"), "list_secure_notes", json!({})).contains("user://notes/"));
    let bob = call(Some("bob"), "list_secure_notes", json!({}));
    assert!(bob.starts_with("HTTP/1.1 200") && !bob.contains("user://notes/"), "{bob}");
}
