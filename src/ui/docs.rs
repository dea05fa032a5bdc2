//! Swagger UI at `/docs`: the viewer that poem-openapi bundles, in a page of our own.
//!
//! It is the only page with JavaScript. It loads the contract by its URL and logs in with PKCE as a client of its own;
//! what differs from server to server stands in attributes, so that every script is known by its hash. poem-openapi has
//! no public name for the viewer, so it is taken from the page that it makes.

use askama::Template;
use poem_openapi::OpenApiService;

use super::style::{SHEET, hash_source};

/// The client that the page logs in as.
pub const CLIENT_ID: &str = "swagger-ui";

/// A page and the content security policy it needs.
#[derive(Clone, Debug)]
pub struct DocsPage {
    /// The HTML.
    pub html: String,
    /// The value of `Content-Security-Policy`.
    pub policy: String,
}

/// The page at `/docs`.
///
/// `public_url`: the issuer, below which everything is. `scopes`: what *Authorize* asks for to begin with.
///
/// # Panics
///
/// Never: the bundled page has one style and one script, which a test reads; templates only write to memory.
#[must_use]
pub fn page(public_url: &str, scopes: &[String]) -> DocsPage {
    let bundled = OpenApiService::new((), "", "").swagger_ui_html();
    let style =
        between(&bundled, "<style charset=\"UTF-8\">", "</style>").expect("the bundle has a style");
    let script = between(&bundled, "<script charset=\"UTF-8\">", "</script>")
        .expect("the bundle has a script");
    let viewer = Viewer {
        style,
        script,
        start: START,
        public_url,
        client_id: CLIENT_ID,
        scopes: &scopes.join(" "),
    };
    DocsPage {
        html: viewer.render().expect("a template writes to memory"),
        policy: format!(
            "default-src 'none'; script-src {} {}; style-src {}; img-src 'self' data:; connect-src 'self'; \
             form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
            hash_source(script),
            hash_source(START),
            hash_source(style)
        ),
    }
}

/// The page at `/docs/oauth-receiver.html`, to which *Authorize* comes back in a window of its own.
///
/// # Panics
///
/// Never: templates only write to memory.
#[must_use]
pub fn receiver() -> DocsPage {
    DocsPage {
        html: Receiver { script: RECEIVE }.render().expect("a template writes to memory"),
        policy: format!(
            "default-src 'none'; script-src {}; style-src {}; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
            hash_source(RECEIVE),
            hash_source(SHEET)
        ),
    }
}

/// Starts the viewer, and hears the receiver.
const START: &str = include_str!("scripts/docs.js");
/// Hands the authorization response over.
const RECEIVE: &str = include_str!("scripts/receiver.js");

#[derive(Template)]
#[template(path = "docs.html", config = "src/ui/askama.toml")]
struct Viewer<'a> {
    style: &'a str,
    script: &'a str,
    start: &'a str,
    public_url: &'a str,
    client_id: &'a str,
    scopes: &'a str,
}

#[derive(Template)]
#[template(path = "receiver.html", config = "src/ui/askama.toml")]
struct Receiver {
    script: &'static str,
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(between, _)| between)
}
