//! `sealbearer revoke` against the server as it is run: what it says, what is revoked, and what is asked wrongly.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::command_line::{Folder, Run, run_in};
use crate::support::store;

const SECRET: &str = "a secret of more than forty characters, as it should be";

/// A server in a process of its own, and the folder it was started in.
struct Running {
    folder: Folder,
    port: u16,
    child: Child,
}

impl Running {
    fn start() -> Self {
        Self::start_with("kind = \"memory\"")
    }

    /// The same with this in the table `[ledger]`. A port that was free can be taken by the time the server wants it.
    fn start_with(ledger: &str) -> Self {
        (0..5).find_map(|_| Self::start_once(ledger)).expect("one of five ports stays free")
    }

    /// `None` if the server ended at once.
    fn start_once(ledger: &str) -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let port = port.expect("a port is free").port();
        let folder = Folder::new("revoke");
        let made = run_in(&folder, &["keys", "generate"], "");
        assert_eq!(made.code, Some(0), "{}", made.complaint);
        write_file(&folder, port, ledger);
        let child = Command::new(env!("CARGO_BIN_EXE_sealbearer"))
            .args(["serve", "--config", "sealbearer.toml"])
            .env_clear()
            .current_dir(&folder.0)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let mut running = Self { folder, port, child: child.expect("the binary starts") };
        let deadline = Instant::now() + Duration::from_secs(30);
        while !running.is_listening() {
            if running.has_ended() {
                return None;
            }
            assert!(Instant::now() < deadline, "it does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        (!running.has_ended()).then_some(running)
    }

    fn is_listening(&self) -> bool {
        TcpStream::connect(("127.0.0.1", self.port)).is_ok()
    }

    fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("it can be asked").is_some()
    }

    /// `revoke` with these arguments, and this on standard input.
    fn revoke(&self, arguments: &[&str], input: &str) -> Run {
        let all = [&["revoke", "--config", "sealbearer.toml"], arguments].concat();
        run_in(&self.folder, &all, input)
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        let own = [("client_id", "robot"), ("client_secret", SECRET)];
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        let body = form.extend_pairs(own.iter().chain(fields)).finish();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (_, body) = answer.split_once("\r\n\r\n").expect("an answer has a body");
        serde_json::from_str(body).expect("it is JSON")
    }

    fn token(&self) -> String {
        let answer = self.post("/oauth/token", &[("grant_type", "client_credentials")]);
        answer["access_token"].as_str().expect("a token").to_owned()
    }

    fn is_active(&self, token: &str) -> bool {
        self.post("/oauth/introspect", &[("token", token)])["active"] == true
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write_file(folder: &Folder, port: u16, ledger: &str) {
    let file = format!(
        "public_url = \"http://127.0.0.1:{port}\"\nlisten = \"127.0.0.1:{port}\"\n\
         keyring_file = \"keyring.json\"\n[ledger]\n{ledger}\n\
         [[resources]]\npath = \"/mcp\"\nupstream = \"builtin\"\n[[clients]]\nid = \"robot\"\n\
         secret_hash = \"{}\"\ngrant_types = [\"client_credentials\"]\n",
        hash(SECRET)
    );
    std::fs::write(folder.0.join("sealbearer.toml"), file).expect("it can be written");
}

fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

#[test]
fn what_is_ordered_is_revoked_at_the_running_server() {
    let server = Running::start();
    let says = "Revoked at the node that answered (ledger \"memory\"). Other nodes do not know: repeat this with --url for each, \
                or write revoked_before into the configuration. It is forgotten when the node restarts; revoked_before is not.\n";
    for arguments in ["--token", "--family"] {
        let [gone, kept] = [server.token(), server.token()];
        let run = server.revoke(&[arguments], &format!("{gone}\n"));
        assert_eq!((run.code, run.output.as_str(), run.complaint.as_str()), (Some(0), says, ""));
        assert_eq!([&gone, &kept].map(|token| server.is_active(token)), [false, true]);
    }
    for arguments in [&["--client", "robot"][..], &["--everything"]] {
        std::thread::sleep(Duration::from_millis(1_100));
        let gone = server.token();
        assert_eq!(server.revoke(&["--client", "other"], "").code, Some(0));
        assert_eq!(server.revoke(&["--user", "alice"], "").code, Some(0));
        let early = [arguments, &["--before", "2026-01-01T00:00:00Z"]].concat();
        assert_eq!(server.revoke(&early, "").code, Some(0));
        assert!(server.is_active(&gone), "nothing of that was about it");
        assert_eq!(server.revoke(arguments, "").code, Some(0));
        assert!(!server.is_active(&gone), "{arguments:?}");
        std::thread::sleep(Duration::from_millis(1_100));
        assert!(server.is_active(&server.token()), "what is issued afterwards is good");
    }
}

/// A ledger in a file is asked through the node that has it open; a store that nodes share is written to, whoever runs.
#[test]
fn where_it_is_remembered_after_a_restart_the_command_says_so() {
    let file = Running::start_with("kind = \"file\"\npath = \"ledger.redb\"");
    let gone = file.token();
    let run = file.revoke(&["--everything"], "");
    let says = "Revoked at the node that answered (ledger \"file\"). Other nodes do not know: repeat this with --url for each, \
                or write revoked_before into the configuration.\n";
    assert_eq!((run.output.as_str(), run.complaint.as_str()), (says, ""));
    assert!(!file.is_active(&gone));
    let Some(store) = store::shared() else { return };
    let ledger = format!("kind = \"valkey\"\nurl = \"redis://127.0.0.1:{}\"", store.port());
    let shared = Running::start_with(&ledger);
    let [gone, kept] = [shared.token(), shared.token()];
    let run = shared.revoke(&["--token", "--url", "http://127.0.0.1:1"], &gone);
    let says = "Revoked at every node (ledger \"valkey\").";
    assert!(run.output.starts_with(says), "{} {}", run.output, run.complaint);
    assert_eq!([gone, kept].map(|token| shared.is_active(&token)), [false, true]);
}

#[test]
fn an_order_that_reaches_nobody_is_no_success() {
    let server = Running::start();
    let token = server.token();
    let unknown = server.revoke(&["--token"], "nonsense\n");
    let nowhere = server.revoke(&["--everything", "--url", "http://127.0.0.1:1"], "");
    let other = Folder::new("other-ring");
    assert_eq!(run_in(&other, &["keys", "generate"], "").code, Some(0));
    write_file(&other, server.port, "kind = \"memory\"");
    let foreign = run_in(&other, &["revoke", "--config", "sealbearer.toml", "--everything"], "");
    let runs = [unknown, nowhere, foreign];
    assert_eq!(runs.each_ref().map(|run| run.code), [Some(1); 3]);
    assert!(runs.iter().all(|run| run.output.is_empty()));
    let said = runs.map(|run| run.complaint).concat().replace(&server.port.to_string(), "PORT");
    insta::assert_snapshot!(said, @r#"
    This is no access token and no refresh token of this server.
    127.0.0.1: Connection refused (os error 111)
    127.0.0.1: 400 Bad Request: {"error":"invalid_request","error_description":"the order was not sealed with the key ring and the public_url of this server"}
    "#);
    assert!(server.is_active(&token));
}

#[test]
fn what_is_asked_wrongly_is_refused_before_anything_is_sent() {
    let folder = Folder::new("wrongly");
    let rows: [&[&str]; 6] = [
        &[],
        &["--everything", "--client", "x"],
        &["--token", "--before", "2026-01-01T00:00:00Z"],
        &["--everything", "--before", "yesterday"],
        &["--everything", "--before", "2190-01-01T00:00:00Z"],
        &["--token", "eyJ"],
    ];
    for arguments in rows {
        let run = run_in(&folder, &[&["revoke"], arguments].concat(), "");
        assert_eq!((run.code, run.output.as_str()), (Some(2), ""), "{arguments:?}");
    }
}

/// Where no ledger can, the command says what to write.
#[test]
fn without_a_ledger_the_lines_to_write_are_printed() {
    let folder = Folder::new("nothing");
    write_file(&folder, 9_000, "kind = \"none\"");
    let at = ["--before", "2026-01-01T00:00:00Z"];
    let said = [&["--everything"][..], &["--user", "alice"], &["--client", "https://a.example/c"]];
    let said = said.map(|what| {
        let all = [&["revoke", "--config", "sealbearer.toml"], what, &at].concat();
        let run = run_in(&folder, &all, "");
        assert_eq!((run.code, run.complaint.as_str()), (Some(0), ""));
        run.output
    });
    insta::assert_snapshot!(said.concat(), @r#"
    The ledger "none" remembers no revocation. In the table [tokens], write this and restart every node:
    revoked_before = "2026-01-01T00:00:00Z"
    The ledger "none" remembers no revocation. In the [[users]] table of alice, write this and restart every node:
    revoked_before = "2026-01-01T00:00:00Z"
    The ledger "none" remembers no revocation. In the [[clients]] table of the client, or below [[revoked_clients]] and client_id = "https://a.example/c", write this and restart every node:
    revoked_before = "2026-01-01T00:00:00Z"
    "#);
    let one = run_in(&folder, &["revoke", "--config", "sealbearer.toml", "--token"], "x\n");
    assert_eq!((one.code, one.output.as_str()), (Some(1), ""));
}
