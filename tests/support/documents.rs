//! Clients that are known by a document, as they publish it, and an internet in which they do.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::authority::Identity;
use super::internet::Internet;
use super::{Client, wait};

/// A client: its name here, its document as recorded, and the redirect URI that it sends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Documented {
    pub(crate) name: &'static str,
    text: &'static str,
    pub(crate) redirect_uri: &'static str,
}

/// The clients we know that have a document, recorded in August and September 2026.
pub(crate) const ALL: [Documented; 6] = [
    Documented {
        name: "Claude",
        text: include_str!("../../src/upstream/known/claude.json"),
        redirect_uri: "https://claude.ai/api/mcp/auth_callback",
    },
    Documented {
        name: "Claude Code",
        text: include_str!("../../src/upstream/known/claude-code.json"),
        redirect_uri: "http://localhost:53117/callback",
    },
    Documented {
        name: "ChatGPT",
        text: include_str!("documents/chatgpt.json"),
        redirect_uri: "https://chatgpt.com/connector/oauth/IbUR3zxyNQ16",
    },
    Documented {
        name: "Codex",
        text: include_str!("documents/codex.json"),
        redirect_uri: "http://127.0.0.1:43117/callback/EDrLtgxAifwZ",
    },
    Documented {
        name: "VS Code",
        text: include_str!("documents/vscode.json"),
        redirect_uri: "http://127.0.0.1:51001/",
    },
    Documented {
        name: "opencode",
        text: include_str!("documents/opencode.json"),
        redirect_uri: "http://127.0.0.1:19876/callback",
    },
];

impl Documented {
    pub(crate) fn document(self) -> Value {
        serde_json::from_str(self.text).expect("it is JSON")
    }

    pub(crate) fn client(self) -> Client {
        Client::known(&client_id(&self.document()), None, self.redirect_uri)
    }
}

/// What a document says of itself.
fn client_id(document: &Value) -> String {
    document["client_id"].as_str().expect("it has a client_id").to_owned()
}

/// A web site: it answers until it is dropped.
pub(crate) struct Site {
    server: MockServer,
}

impl Site {
    /// A site with nothing on it.
    pub(crate) fn open(internet: &Arc<Internet>, host: &str) -> Self {
        let server = wait(async {
            let server = MockServer::start().await;
            internet.host(host, &Identity::of(host), &server).await;
            server
        });
        Self { server }
    }

    /// A site with this document at its `client_id`.
    pub(crate) fn with(internet: &Arc<Internet>, document: &Value) -> Self {
        let url = url::Url::parse(&client_id(document)).expect("it is a URL");
        let site = Self::open(internet, url.host_str().expect("it has a host"));
        site.put(url.path(), document);
        site
    }

    /// Puts `document` there in place of what was.
    pub(crate) fn put(&self, at: &str, document: &Value) {
        self.answer(at, ResponseTemplate::new(200).set_body_json(document));
    }

    /// Answers with `response` there, in place of what was.
    pub(crate) fn answer(&self, at: &str, response: ResponseTemplate) {
        wait(async {
            self.server.reset().await;
            let mock = Mock::given(method("GET")).and(path(at.to_owned()));
            mock.respond_with(response).mount(&self.server).await;
        });
    }

    /// Has nothing any more.
    pub(crate) fn clear(&self) {
        wait(self.server.reset());
    }

    /// How often it was asked since it last changed.
    pub(crate) fn asked(&self) -> usize {
        wait(self.server.received_requests()).expect("requests are kept").len()
    }

    /// Where it listens, without encryption.
    pub(crate) fn address(&self) -> SocketAddr {
        *self.server.address()
    }
}
