//! Swagger UI at `/docs`: the assets that poem-openapi bundles, in a page of our own.
//!
//! The page loads the contract by its URL and logs in with PKCE as a client of its own. Its content security policy
//! names the bundled script and style by hash and lets the page talk to this server only.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poem::{Endpoint as _, Request};
use poem_openapi::OpenApiService;
use sha2::{Digest as _, Sha256};

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
/// Never: the bundled page has one style and one script, which a test reads.
#[must_use]
pub fn page(public_url: &str, scopes: &[String]) -> DocsPage {
    let bundled = OpenApiService::new((), "", "").swagger_ui_html();
    let style =
        between(&bundled, "<style charset=\"UTF-8\">", "</style>").expect("the bundle has a style");
    let script = between(&bundled, "<script charset=\"UTF-8\">", "</script>")
        .expect("the bundle has a script");
    let settings = serde_json::json!({
        "document": format!("{public_url}/openapi.json"),
        "receiver": format!("{public_url}/docs/oauth-receiver.html"),
        "client": CLIENT_ID,
        "scopes": scopes.join(" "),
    });
    // A `<` cannot end the script it stands in when it is written as an escape.
    let settings = settings.to_string().replace('<', "\\u003c");
    let start = format!("const settings = {settings};\n{START}");
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Sealbearer: try the endpoints</title>\n<style>{style}</style>\n<script>{script}</script>\n\
         </head>\n<body>\n<div id=\"ui\"></div>\n<script>{start}</script>\n</body>\n</html>\n"
    );
    let policy = format!(
        "default-src 'none'; script-src {} {}; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
         form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
        hash(script),
        hash(&start)
    );
    DocsPage { html, policy }
}

/// The page at `/docs/oauth-receiver.html`, to which *Authorize* comes back in a window of its own.
pub async fn receiver() -> DocsPage {
    let bundled = OpenApiService::new((), "", "").swagger_ui();
    let request = Request::builder().uri_str("/oauth-receiver.html").finish();
    let html = match bundled.call(request).await {
        Ok(response) => poem::IntoResponse::into_response(response)
            .into_body()
            .into_string()
            .await
            .unwrap_or_default(),
        Err(_) => String::new(),
    };
    let script = between(&html, "<script>", "</script>").map(hash).unwrap_or_default();
    let policy =
        format!("default-src 'none'; script-src {script}; frame-ancestors 'none'; base-uri 'none'");
    DocsPage { html, policy }
}

/// Starts Swagger UI; `settings` stands before it.
const START: &str = "const ui = SwaggerUIBundle({
  dom_id: '#ui', url: settings.document, oauth2RedirectUrl: settings.receiver,
  deepLinking: true, validatorUrl: null, queryConfigEnabled: false
});
ui.initOAuth({
  clientId: settings.client, scopes: settings.scopes, appName: 'Swagger UI', usePkceWithAuthorizationCodeGrant: true
});";

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let from = text.find(start)? + start.len();
    // A script may name its own end tag inside a string, escaped; the bundle's ends are the last before the next part.
    let length = text[from..].find(end)?;
    Some(&text[from..from + length])
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}
