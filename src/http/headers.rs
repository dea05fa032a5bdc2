//! Headers that every response needs, whatever it says.
//!
//! Source: RFC 9700 §4.16 (framing), RFC 6797 (HSTS), RFC 6749 §5.1 (no-store), Fetch (nosniff).
//!
//! `Cross-Origin-Opener-Policy` is not among them: clients in browsers open the login in a window of its own and wait for
//! their redirect page to speak to its opener; any value but the default cuts that tie for good. Pages cannot be framed,
//! which is what an opener would need to take them over.

use poem::http::HeaderValue;
use poem::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, PRAGMA, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use poem::{Endpoint, Request, Response};

use super::layer::{Layer, set_default};

/// A year. Other hosts below the domain are not ours to decide about.
const HSTS: &str = "max-age=31536000";

/// Sets these headers where an endpoint did not.
#[derive(Clone, Debug)]
pub struct SecurityHeaders {
    is_https: bool,
    page_policy: HeaderValue,
}

impl SecurityHeaders {
    /// `is_https`: whether the public URL is; browsers are then told to insist on it. `page_policy`: the content security
    /// policy of pages that name none.
    #[must_use]
    pub fn new(is_https: bool, page_policy: HeaderValue) -> Self {
        Self { is_https, page_policy }
    }
}

impl Layer for SecurityHeaders {
    async fn answer<E: Endpoint>(&self, inner: &E, request: Request) -> Response {
        let mut response = inner.get_response(request).await;
        let is_page = response.content_type().is_some_and(|kind| kind.starts_with("text/html"));
        let headers = response.headers_mut();
        set_default(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
        if is_page {
            set_default(headers, CACHE_CONTROL, "no-store");
            set_default(headers, X_FRAME_OPTIONS, "DENY");
            headers.entry(CONTENT_SECURITY_POLICY).or_insert_with(|| self.page_policy.clone());
            // Under `no-referrer` browsers send forms with `Origin: null`, even to the page's own origin.
            set_default(headers, REFERRER_POLICY, "same-origin");
        }
        set_default(headers, REFERRER_POLICY, "no-referrer");
        if self.is_https {
            set_default(headers, STRICT_TRANSPORT_SECURITY, HSTS);
        }
        response
    }
}

/// Forbids every cache to keep `response`: it carries a token, or a page about one person.
pub fn no_store(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
}
