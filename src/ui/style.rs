//! The one stylesheet, and the content security policy that lets nothing else in.
//!
//! Source: CSP Level 3 (hashes, `form-action`, host sources), OAuth 2.1 (draft 13) §7.10 (clickjacking).

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use url::Url;

/// The stylesheet of every page.
pub(super) const SHEET: &str = include_str!("style.css");

/// The source expression that allows exactly [`SHEET`].
static SHEET_SOURCE: LazyLock<String> = LazyLock::new(|| hash_source(SHEET));

/// The policy of a page whose forms may end at `redirect_uri` too: browsers apply `form-action` to redirects.
#[must_use]
pub fn content_security_policy(redirect_uri: Option<&str>) -> String {
    let form_action = redirect_uri
        .and_then(source_of)
        .map_or_else(|| "'self'".to_owned(), |source| format!("'self' {source}"));
    policy(&form_action)
}

/// The policy of a page whose forms may lead through identity providers to `redirect_uri`. Where those send a browser on its
/// way is not known here, and browsers apply `form-action` to every step. `is_local`: whether steps may be plain http.
#[must_use]
pub fn form_policy(redirect_uri: &str, is_local: bool) -> String {
    let own = source_of(redirect_uri).map(|source| format!(" {source}")).unwrap_or_default();
    policy(&format!("'self' https:{}{own}", if is_local { " http:" } else { "" }))
}

fn policy(form_action: &str) -> String {
    format!(
        "default-src 'none'; style-src {}; form-action {form_action}; frame-ancestors 'none'; base-uri 'none'",
        *SHEET_SOURCE
    )
}

/// The source expression for a redirect URI: its origin, or its scheme where CSP cannot spell the host (IPv6
/// addresses, and characters that would end the expression). `None` for what is never a place to go.
#[must_use]
pub fn source_of(redirect_uri: &str) -> Option<String> {
    let url = Url::parse(redirect_uri).ok()?;
    let scheme = url.scheme();
    if scheme == "urn" {
        return None;
    }
    match url.host_str() {
        Some(host) if matches!(scheme, "https" | "http") && is_spelled_by_csp(host) => {
            Some(url.origin().ascii_serialization())
        }
        _ => Some(format!("{scheme}:")),
    }
}

/// The source expression that allows an inline style or script with exactly this text.
pub(super) fn hash_source(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

/// CSP Level 3 §2.3.1, `host-char`.
fn is_spelled_by_csp(host: &str) -> bool {
    host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
}
