//! The one stylesheet, and the content security policy that lets nothing else in.
//!
//! Source: CSP Level 3 (hashes, `form-action`), OAuth 2.1 (draft 13) §7.10 (clickjacking).

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use url::{Host, Url};

/// The stylesheet of every page.
pub(super) const SHEET: &str = include_str!("style.css");

/// The source expression that allows exactly [`SHEET`].
static SHEET_SOURCE: LazyLock<String> =
    LazyLock::new(|| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(SHEET))));

/// The policy of a page whose forms may end at `redirect_uri` too: browsers apply `form-action` to redirects.
#[must_use]
pub fn content_security_policy(redirect_uri: Option<&str>) -> String {
    let form_action = redirect_uri
        .and_then(source_of)
        .map_or_else(|| "'self'".to_owned(), |source| format!("'self' {source}"));
    format!(
        "default-src 'none'; style-src {}; form-action {form_action}; frame-ancestors 'none'; base-uri 'none'",
        *SHEET_SOURCE
    )
}

/// The source expression for a redirect URI: its origin, or its scheme where there is no host that CSP can spell.
#[must_use]
pub fn source_of(redirect_uri: &str) -> Option<String> {
    let url = Url::parse(redirect_uri).ok()?;
    let scheme = url.scheme();
    let web = matches!(scheme, "https" | "http");
    match url.host() {
        Some(Host::Ipv6(_)) if web => Some(format!("{scheme}:")),
        Some(_) if web => Some(url.origin().ascii_serialization()),
        _ if scheme == "urn" => None,
        _ => Some(format!("{scheme}:")),
    }
}
