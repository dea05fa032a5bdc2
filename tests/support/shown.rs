//! Replies as snapshots show them: everything but what differs from run to run.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use regex::{Captures, Regex};
use serde_json::Value;

use super::Reply;
use super::reply::between;

/// Headers that say nothing of the answer itself.
const UNSAID: [&str; 3] = ["x-correlation-id", "content-length", "etag"];

static SEALED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"eyJ[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){2,4}").expect("the expression is valid")
});
static HASH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"'sha256-[A-Za-z0-9+/=]+'").expect("the expression is valid"));
static SECRET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("\"client_secret\": \"[A-Za-z0-9_-]{43}\"").expect("the expression is valid")
});
static TAG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<[^>]*>").expect("the expression is valid"));

/// Status, headers and body; of a page its text.
pub(crate) fn shown(reply: &Reply) -> String {
    let mut lines = vec![reply.status.to_string()];
    let mut headers: Vec<_> = reply
        .headers
        .iter()
        .filter(|(name, _)| !UNSAID.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().expect("headers are text")))
        .collect();
    headers.sort();
    lines.extend(headers);
    if !reply.body.is_empty() {
        lines.push(String::new());
        lines.push(body(reply));
    }
    plain(&lines.join("\n"))
}

fn body(reply: &Reply) -> String {
    if reply.is_page() {
        return visible(&reply.body);
    }
    match serde_json::from_str::<Value>(&reply.body) {
        Ok(value) => format!("{value:#}"),
        Err(_) => reply.body.clone(),
    }
}

/// The text of a page, a line for each line that has some.
pub(crate) fn visible(html: &str) -> String {
    let main = between(html, "<main", "</main>").unwrap_or(html);
    let main = main.split_once('>').map_or(main, |(_, inside)| inside);
    let text = TAG.replace_all(main, " ");
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// `text` with sealed values replaced by what they are.
pub(crate) fn plain(text: &str) -> String {
    let text = SEALED.replace_all(text, |sealed: &Captures<'_>| format!("<{}>", kind(&sealed[0])));
    let text = SECRET.replace_all(&text, "\"client_secret\": \"<client secret>\"");
    HASH.replace_all(&text, "'<hash>'").into_owned()
}

/// A sealed value with another character near its end.
pub(crate) fn altered(sealed: &str) -> String {
    altered_at(sealed, sealed.len() - 5)
}

/// A sealed value with another character at a place.
pub(crate) fn altered_at(sealed: &str, at: usize) -> String {
    let mut bytes = sealed.as_bytes().to_vec();
    bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
    String::from_utf8(bytes).expect("sealed values are ASCII")
}

/// What a sealed value says it is.
fn kind(sealed: &str) -> &'static str {
    let mut segments = sealed.split('.');
    let header = segments.next().and_then(|header| URL_SAFE_NO_PAD.decode(header).ok());
    let header: Value =
        header.and_then(|header| serde_json::from_slice(&header).ok()).unwrap_or_default();
    match (header["typ"].as_str(), segments.count()) {
        (Some("ac"), _) => "code",
        (Some("at"), _) => "access token",
        (Some("lt"), _) => "login ticket",
        (Some("ct"), _) => "consent ticket",
        (Some("ls"), _) => "session",
        (Some("cm"), _) => "consents",
        (None, 4) => "refresh token",
        (None, 2) => "client id",
        _ => "something sealed",
    }
}
