//! The line to a store on another machine: encrypted, with a password, and to whom the certificate says.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use super::*;
use crate::support::Scratch;
use crate::support::authority::{AUTHORITY, Identity};

const PASSWORD: &str = "hush-hush-hush";

/// A node in a process of its own, since authorities come from its environment. It ends with the test.
struct Node {
    port: u16,
    process: Child,
}

impl Node {
    fn start(scratch: &Scratch, url: &str, authorities: &str) -> Self {
        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr());
        let port = port.expect("there is a free port").port();
        let file = scratch.path(&format!("{port}.toml"));
        let settings = format!(
            "public_url = \"http://127.0.0.1:{port}\"\nlisten = \"127.0.0.1:{port}\"\n\
             [ledger]\nkind = \"valkey\"\nurl = \"{url}\"\nkey_prefix = \"tls:\"\n\
             [[resources]]\npath = \"/mcp\"\nupstream = \"builtin\"\n"
        );
        std::fs::write(&file, settings).expect("it can be written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_sealbearer"));
        command.args(["serve", "--config"]).arg(&file).env_clear();
        command.env("SEALBEARER_SECRET", "V5i/Z4B9AmlZ4eBe98mxpK6f+xzXENteAh/Gcb9WlUw=");
        command.env("SSL_CERT_FILE", scratch.path(authorities));
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let log = std::fs::File::create(scratch.path(&format!("{port}.log")));
        command.stderr(log.expect("it can be written"));
        Self { port, process: command.spawn().expect("the binary is built with the tests") }
    }

    /// The status of `/readyz`, once it listens.
    fn readiness(&self) -> String {
        let until = Instant::now() + Duration::from_mins(1);
        let mut stream = loop {
            match TcpStream::connect(("127.0.0.1", self.port)) {
                Ok(stream) => break stream,
                Err(_) => assert!(Instant::now() < until, "the node does not listen"),
            }
            std::thread::park_timeout(Duration::from_millis(20));
        };
        let ask = format!(
            "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
            self.port
        );
        stream.write_all(ask.as_bytes()).expect("it listens");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = (self.process.kill(), self.process.wait());
    }
}

#[test]
fn cfg_13_a_store_is_believed_by_its_certificate_and_believes_a_password() {
    let scratch = Scratch::new();
    let host = Identity::of("localhost");
    let write = |name: &str, text: Vec<u8>| {
        std::fs::write(scratch.path(name), text).expect("it can be written");
        scratch.path(name).display().to_string()
    };
    let (certificate, key) = (write("host.pem", host.pem()), write("host.key", host.key_pem()));
    write("authority.pem", AUTHORITY.pem());
    write("stranger.pem", Identity::self_signed("stranger").pem());
    let tls = (TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr()))
        .expect("there is a free port")
        .port();
    let settings = [
        ("--tls-port", tls.to_string()),
        ("--tls-cert-file", certificate.clone()),
        ("--tls-key-file", key),
        ("--tls-ca-cert-file", certificate),
        ("--tls-auth-clients", "no".to_owned()),
        ("--requirepass", PASSWORD.to_owned()),
    ];
    let settings: Vec<_> = settings.iter().flat_map(|(name, value)| [*name, value]).collect();
    let Some((store, mut plain)) = alone(&settings) else { return };
    // The deployment began long ago, so that no node waits for its fence.
    let url = format!("redis://default:{PASSWORD}@127.0.0.1:{}/0", store.port());
    plain.target = Target::parse(&url).expect("the URL is good");
    plain.key_prefix = "tls:".to_owned();
    drop(connected(&plain));
    let url = |password: &str, host: &str| format!("rediss://default:{password}@{host}:{tls}/0");
    let rows = [
        ("all is right", url(PASSWORD, "localhost"), "authority.pem", "200"),
        ("another authority", url(PASSWORD, "localhost"), "stranger.pem", "503"),
        ("another name than the certificate's", url(PASSWORD, "127.0.0.1"), "authority.pem", "503"),
        ("another password", url("wrong", "localhost"), "authority.pem", "503"),
    ];
    for (sentence, url, authorities, expected) in rows {
        let node = Node::start(&scratch, &url, authorities);
        assert_eq!(node.readiness(), expected, "{sentence}");
        let log = std::fs::read_to_string(scratch.path(&format!("{}.log", node.port)));
        let log = log.expect("it was written");
        assert!(!log.contains("hush") && !log.contains("wrong"), "{log}");
    }
}
