//! The page that shows the contract and tries it: Swagger UI, with nothing of the request or the contract in a script.
//!
//! It is the only page with JavaScript. The viewer's script and stylesheet come with poem-openapi, which has no public
//! name for them; so they are taken once from the page that it makes.

use std::sync::LazyLock;

use askama::Template;
use poem_openapi::OpenApiService;

use super::style::{SHEET, hash_source};

/// What the page at `/docs` needs to know.
#[derive(Clone, Debug)]
pub struct DocsSettings {
    /// Where the contract is served as JSON.
    pub document_url: String,
    /// [`receiver`]'s address, as registered for the client.
    pub receiver_url: String,
    /// The client that *Authorize* offers.
    pub client_id: String,
    /// The scopes that *Authorize* preselects.
    pub scopes: Vec<String>,
}

/// A page that runs a script, and the only policy under which it may.
#[derive(Clone, Debug)]
pub struct ScriptedPage {
    /// The page.
    pub html: String,
    /// Its content security policy.
    pub content_security_policy: String,
}

/// The page that shows the contract.
///
/// # Panics
///
/// Never: templates only write to memory.
#[must_use]
pub fn docs(settings: &DocsSettings) -> ScriptedPage {
    let page =
        DocsPage { viewer: &VIEWER, start: START, settings, scopes: settings.scopes.join(" ") };
    ScriptedPage {
        html: page.render().expect("a template writes to memory"),
        content_security_policy: format!(
            "default-src 'none'; script-src {} {}; style-src {}; img-src 'self' data:; connect-src 'self'; \
             form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
            hash_source(&VIEWER.script),
            hash_source(START),
            hash_source(&VIEWER.style),
        ),
    }
}

/// The page that hands the authorization response to [`docs`].
///
/// # Panics
///
/// Never: templates only write to memory.
#[must_use]
pub fn receiver() -> ScriptedPage {
    ScriptedPage {
        html: ReceiverPage { script: RECEIVE }.render().expect("a template writes to memory"),
        content_security_policy: format!(
            "default-src 'none'; script-src {}; style-src {}; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
            hash_source(RECEIVE),
            hash_source(SHEET),
        ),
    }
}

const START: &str = include_str!("scripts/docs.js");
const RECEIVE: &str = include_str!("scripts/receiver.js");

static VIEWER: LazyLock<Viewer> = LazyLock::new(|| {
    let page = OpenApiService::new((), "", "").swagger_ui_html();
    let between = |start, end| {
        let (_, rest) = page.split_once(start)?;
        rest.split_once(end).map(|(text, _)| text.to_owned())
    };
    let style = between("<style charset=\"UTF-8\">", "</style>");
    let script = between("<script charset=\"UTF-8\">", "</script>");
    Viewer { style: style.unwrap_or_default(), script: script.unwrap_or_default() }
});

struct Viewer {
    style: String,
    script: String,
}

#[derive(Template)]
#[template(path = "docs.html", config = "src/ui/askama.toml")]
struct DocsPage<'a> {
    viewer: &'a Viewer,
    start: &'static str,
    settings: &'a DocsSettings,
    scopes: String,
}

#[derive(Template)]
#[template(path = "receiver.html", config = "src/ui/askama.toml")]
struct ReceiverPage {
    script: &'static str,
}
