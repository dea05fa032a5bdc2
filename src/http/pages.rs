//! The pages outside the flow: the landing page, the test callback, Swagger UI.

use bytes::Bytes;

use super::Server;
use crate::contract::CallbackQuery;
use crate::ui::docs::{self, DocsPage};
use crate::ui::{CallbackPage, HomePage, Link, display_text, html};

/// How many characters of a value that somebody sent are shown.
const SHOWN_CHARS_MAX: usize = 2_048;

/// Swagger UI and where its log-in comes back to.
#[derive(Debug)]
pub struct Docs {
    pub(super) page: Kept,
    pub(super) receiver: Kept,
}

/// A page that is sent again and again without being copied.
#[derive(Debug)]
pub struct Kept {
    pub(super) html: Bytes,
    pub(super) policy: String,
}

impl From<DocsPage> for Kept {
    fn from(page: DocsPage) -> Self {
        Self { html: page.html.into(), policy: page.policy }
    }
}

pub(super) fn home(server: &Server) -> String {
    let issuer = &server.policy.issuer;
    let link = |name, path: &str| Link { name, url: format!("{issuer}{path}") };
    let mut links = Vec::new();
    if server.docs_enabled {
        links.push(link("Try the endpoints (Swagger UI)", "/docs"));
    }
    for resource in server.policy.served() {
        links.push(Link { name: "MCP server", url: resource.resource.as_str().to_owned() });
    }
    links.push(link("Log out", "/oauth/logout"));
    links.push(link("Authorization server metadata", "/.well-known/oauth-authorization-server"));
    links.push(link("Protected resource metadata", "/.well-known/oauth-protected-resource"));
    links.push(link("The contract", "/openapi.yaml"));
    html(&HomePage { links, guarantee: server.ledger.guarantee().sentences.join(" ") })
}

pub(super) fn callback(server: &Server, query: CallbackQuery) -> String {
    let shown = |text: Option<String>| text.map(|text| display_text(&text, SHOWN_CHARS_MAX));
    html(&CallbackPage {
        code: shown(query.code),
        state: shown(query.state),
        iss: shown(query.iss),
        error: shown(query.error),
        error_description: shown(query.error_description),
        redirect_uri: format!("{}/oauth/callback", server.policy.issuer),
        token_endpoint: format!("{}/oauth/token", server.policy.issuer),
    })
}

/// Swagger UI, made when it is first asked for, since it is large; `None` where it is turned off.
pub(super) fn docs(server: &Server) -> Option<&Docs> {
    let make = || {
        let default = server.policy.scopes.default_scope();
        let scopes: Vec<_> = default.iter().map(|scope| scope.as_str().to_owned()).collect();
        Docs {
            page: docs::page(&server.policy.issuer, &scopes).into(),
            receiver: docs::receiver().into(),
        }
    };
    server.docs_enabled.then(|| server.docs.get_or_init(make))
}
