//! The answers that the contract names, for every operation that may give them.
//! Generated from `openapi.yaml` by `make generate`; do not edit.

/// What is sent.
pub mod written {
    use poem::Response;
    use poem::http::StatusCode;
    use poem::http::header::HeaderName;
    use super::super::reply::Reply;
    /// A page that says what is wrong with the request; never a redirect.
    #[must_use]
    pub fn bad_request_page(
        status: StatusCode,
        content_security_policy: Option<String>,
        set_cookie: Vec<String>,
        page: String,
    ) -> Response {
        Reply::new(status)
            .constant(&HeaderName::from_static("cache-control"), "no-store")
            .header(
                &HeaderName::from_static("content-security-policy"),
                content_security_policy,
            )
            .several(&HeaderName::from_static("set-cookie"), set_cookie)
            .text("text/html; charset=utf-8", page)
    }
    /// More than one access token, or one in more than one place (RFC 6750 §3.1).
    #[must_use]
    pub fn bearer_malformed(
        status: StatusCode,
        www_authenticate: String,
        body: super::super::types::OAuthError,
    ) -> Response {
        Reply::new(status)
            .constant(&HeaderName::from_static("cache-control"), "no-store")
            .constant(&HeaderName::from_static("pragma"), "no-cache")
            .header(&HeaderName::from_static("www-authenticate"), Some(www_authenticate))
            .json(&body)
    }
    /// A page that says the form must not be compressed (RFC 9110 §15.5.16).
    #[must_use]
    pub fn encoded_page(status: StatusCode, page: String) -> Response {
        Reply::new(status)
            .constant(&HeaderName::from_static("accept-encoding"), "identity")
            .constant(&HeaderName::from_static("cache-control"), "no-store")
            .text("text/html; charset=utf-8", page)
    }
    /// A page that says why this person or browser may not go on.
    #[must_use]
    pub fn forbidden_page(
        status: StatusCode,
        content_security_policy: Option<String>,
        set_cookie: Vec<String>,
        page: String,
    ) -> Response {
        Reply::new(status)
            .constant(&HeaderName::from_static("cache-control"), "no-store")
            .header(
                &HeaderName::from_static("content-security-policy"),
                content_security_policy,
            )
            .several(&HeaderName::from_static("set-cookie"), set_cookie)
            .text("text/html; charset=utf-8", page)
    }
    /// The access token does not grant this (RFC 6750 §3.1).
    #[must_use]
    pub fn insufficient_scope(
        status: StatusCode,
        www_authenticate: String,
        body: super::super::types::InsufficientScopeError,
    ) -> Response {
        Reply::new(status)
            .constant(&HeaderName::from_static("cache-control"), "no-store")
            .constant(&HeaderName::from_static("pragma"), "no-cache")
            .header(&HeaderName::from_static("www-authenticate"), Some(www_authenticate))
            .json(&body)
    }
    /// Nothing here has this path.
    #[must_use]
    pub fn not_found(
        status: StatusCode,
        body: super::super::types::OAuthError,
    ) -> Response {
        Reply::new(status).json(&body)
    }
    /// Refused (RFC 6749 §5.2, RFC 7591 §3.2.2).
    #[must_use]
    pub fn oauth_bad_request(
        status: StatusCode,
        body: super::super::types::OAuthError,
    ) -> Response {
        Reply::new(status)
            .constant(&HeaderName::from_static("cache-control"), "no-store")
            .constant(&HeaderName::from_static("pragma"), "no-cache")
            .json(&body)
    }
    /// The body is compressed or encoded (RFC 9110 §15.5.16).
    #[must_use]
    pub fn oauth_encoded(
        status: StatusCode,
        body: super::super::types::OAuthError,
    ) -> Response {
        Reply::new(status)
            .constant(&HeaderName::from_static("accept-encoding"), "identity")
            .constant(&HeaderName::from_static("cache-control"), "no-store")
            .constant(&HeaderName::from_static("pragma"), "no-cache")
            .json(&body)
    }
    /// The body is larger than 64 KiB.
    #[must_use]
    pub fn oauth_too_large(
        status: StatusCode,
        body: super::super::types::OAuthError,
    ) -> Response {
        Reply::new(status)
            .constant(&HeaderName::from_static("cache-control"), "no-store")
            .constant(&HeaderName::from_static("pragma"), "no-cache")
            .json(&body)
    }
    /// The ledger cannot be reached, so nothing was issued.
    #[must_use]
    pub fn oauth_unavailable(
        status: StatusCode,
        retry_after: u64,
        body: super::super::types::OAuthError,
    ) -> Response {
        Reply::new(status)
            .constant(&HeaderName::from_static("cache-control"), "no-store")
            .constant(&HeaderName::from_static("pragma"), "no-cache")
            .header(
                &HeaderName::from_static("retry-after"),
                Some(retry_after.to_string()),
            )
            .json(&body)
    }
    /// A page.
    #[must_use]
    pub fn page(status: StatusCode, page: String) -> Response {
        Reply::new(status).text("text/html; charset=utf-8", page)
    }
    /// A page.
    #[must_use]
    pub fn page_with_cookies(
        status: StatusCode,
        content_security_policy: Option<String>,
        set_cookie: Vec<String>,
        page: String,
    ) -> Response {
        Reply::new(status)
            .constant(&HeaderName::from_static("cache-control"), "no-store")
            .header(
                &HeaderName::from_static("content-security-policy"),
                content_security_policy,
            )
            .several(&HeaderName::from_static("set-cookie"), set_cookie)
            .text("text/html; charset=utf-8", page)
    }
    /// Go on there with GET (RFC 9700 §4.12).
    #[must_use]
    pub fn redirect(
        status: StatusCode,
        location: String,
        set_cookie: Vec<String>,
    ) -> Response {
        Reply::new(status)
            .constant(&HeaderName::from_static("cache-control"), "no-store")
            .header(&HeaderName::from_static("location"), Some(location))
            .several(&HeaderName::from_static("set-cookie"), set_cookie)
            .empty()
    }
    /// A page that says the request is too large.
    #[must_use]
    pub fn too_large_page(status: StatusCode, page: String) -> Response {
        Reply::new(status)
            .constant(&HeaderName::from_static("cache-control"), "no-store")
            .text("text/html; charset=utf-8", page)
    }
    /// Too many requests from there (RFC 6585 §4).
    #[must_use]
    pub fn too_many_requests(
        status: StatusCode,
        retry_after: u64,
        body: super::super::types::OAuthError,
    ) -> Response {
        Reply::new(status)
            .constant(&HeaderName::from_static("cache-control"), "no-store")
            .header(
                &HeaderName::from_static("retry-after"),
                Some(retry_after.to_string()),
            )
            .json(&body)
    }
    /// A page that says how long to wait (RFC 6585 §4).
    #[must_use]
    pub fn too_many_requests_page(
        status: StatusCode,
        retry_after: u64,
        page: String,
    ) -> Response {
        Reply::new(status)
            .constant(&HeaderName::from_static("cache-control"), "no-store")
            .header(
                &HeaderName::from_static("retry-after"),
                Some(retry_after.to_string()),
            )
            .text("text/html; charset=utf-8", page)
    }
    /// No access token, or not one for this resource (RFC 6750 §3.1).
    #[must_use]
    pub fn unauthorized(
        status: StatusCode,
        www_authenticate: String,
        body: super::super::types::OAuthError,
    ) -> Response {
        Reply::new(status)
            .constant(&HeaderName::from_static("cache-control"), "no-store")
            .constant(&HeaderName::from_static("pragma"), "no-cache")
            .header(&HeaderName::from_static("www-authenticate"), Some(www_authenticate))
            .json(&body)
    }
    /// A page that says to come back later.
    #[must_use]
    pub fn unavailable_page(
        status: StatusCode,
        retry_after: u64,
        page: String,
    ) -> Response {
        Reply::new(status)
            .constant(&HeaderName::from_static("cache-control"), "no-store")
            .header(
                &HeaderName::from_static("retry-after"),
                Some(retry_after.to_string()),
            )
            .text("text/html; charset=utf-8", page)
    }
}
/// What the document tells.
pub mod documented {
    use poem_openapi::registry::MetaResponse;
    /// A page that says what is wrong with the request; never a redirect.
    #[must_use]
    pub fn bad_request_page(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(
                status,
                "A page that says what is wrong with the request; never a redirect.",
            )
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .header::<
                String,
            >(
                "Content-Security-Policy",
                false,
                "What the page may load, and where its forms may end (CSP Level 3).",
            )
            .header::<
                String,
            >("Set-Cookie", false, "Binds the browser, or keeps the login.")
            .body::<String>("text/html; charset=utf-8")
            .done()
    }
    /// More than one access token, or one in more than one place (RFC 6750 §3.1).
    #[must_use]
    pub fn bearer_malformed(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(
                status,
                "More than one access token, or one in more than one place (RFC 6750 §3.1).",
            )
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .constant(
                "Pragma",
                true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).",
                "no-cache",
            )
            .header::<
                String,
            >(
                "WWW-Authenticate",
                true,
                "What is wanted and where to get it (RFC 6750 §3, RFC 9728 §5.1).",
            )
            .body::<super::super::types::OAuthError>("application/json")
            .done()
    }
    /// A page that says the form must not be compressed (RFC 9110 §15.5.16).
    #[must_use]
    pub fn encoded_page(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(
                status,
                "A page that says the form must not be compressed (RFC 9110 §15.5.16).",
            )
            .constant(
                "Accept-Encoding",
                true,
                "Encodings that are read (RFC 9110 §15.5.16).",
                "identity",
            )
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .body::<String>("text/html; charset=utf-8")
            .done()
    }
    /// The access token does not grant this, with a challenge (RFC 6750 §3.1); or, without one, the request is for another host or from a page that may not ask.
    #[must_use]
    pub fn forbidden(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(
                status,
                "The access token does not grant this, with a challenge (RFC 6750 §3.1); or, without one, the request is for another host or from a page that may not ask.",
            )
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .header::<
                String,
            >(
                "WWW-Authenticate",
                false,
                "What is wanted and where to get it (RFC 6750 §3, RFC 9728 §5.1).",
            )
            .body::<super::super::types::InsufficientScopeError>("application/json")
            .done()
    }
    /// A page that says why this person or browser may not go on.
    #[must_use]
    pub fn forbidden_page(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(
                status,
                "A page that says why this person or browser may not go on.",
            )
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .header::<
                String,
            >(
                "Content-Security-Policy",
                false,
                "What the page may load, and where its forms may end (CSP Level 3).",
            )
            .header::<
                String,
            >("Set-Cookie", false, "Binds the browser, or keeps the login.")
            .body::<String>("text/html; charset=utf-8")
            .done()
    }
    /// What this node says of itself.
    #[must_use]
    pub fn health(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(status, "What this node says of itself.")
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .body::<super::super::types::Health>("application/json")
            .done()
    }
    /// The access token does not grant this (RFC 6750 §3.1).
    #[must_use]
    pub fn insufficient_scope(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(
                status,
                "The access token does not grant this (RFC 6750 §3.1).",
            )
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .constant(
                "Pragma",
                true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).",
                "no-cache",
            )
            .header::<
                String,
            >(
                "WWW-Authenticate",
                true,
                "What is wanted and where to get it (RFC 6750 §3, RFC 9728 §5.1).",
            )
            .body::<super::super::types::InsufficientScopeError>("application/json")
            .done()
    }
    /// Nothing here has this path.
    #[must_use]
    pub fn not_found(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(status, "Nothing here has this path.")
            .body::<super::super::types::OAuthError>("application/json")
            .done()
    }
    /// Refused (RFC 6749 §5.2, RFC 7591 §3.2.2).
    #[must_use]
    pub fn oauth_bad_request(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(
                status,
                "Refused (RFC 6749 §5.2, RFC 7591 §3.2.2).",
            )
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .constant(
                "Pragma",
                true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).",
                "no-cache",
            )
            .body::<super::super::types::OAuthError>("application/json")
            .done()
    }
    /// The body is compressed or encoded (RFC 9110 §15.5.16).
    #[must_use]
    pub fn oauth_encoded(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(
                status,
                "The body is compressed or encoded (RFC 9110 §15.5.16).",
            )
            .constant(
                "Accept-Encoding",
                true,
                "Encodings that are read (RFC 9110 §15.5.16).",
                "identity",
            )
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .constant(
                "Pragma",
                true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).",
                "no-cache",
            )
            .body::<super::super::types::OAuthError>("application/json")
            .done()
    }
    /// The body is larger than 64 KiB.
    #[must_use]
    pub fn oauth_too_large(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(status, "The body is larger than 64 KiB.")
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .constant(
                "Pragma",
                true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).",
                "no-cache",
            )
            .body::<super::super::types::OAuthError>("application/json")
            .done()
    }
    /// The ledger cannot be reached, so nothing was issued.
    #[must_use]
    pub fn oauth_unavailable(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(
                status,
                "The ledger cannot be reached, so nothing was issued.",
            )
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .constant(
                "Pragma",
                true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).",
                "no-cache",
            )
            .header::<u64>("Retry-After", true, "Seconds to wait.")
            .body::<super::super::types::OAuthError>("application/json")
            .done()
    }
    /// A page.
    #[must_use]
    pub fn page(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(status, "A page.")
            .body::<String>("text/html; charset=utf-8")
            .done()
    }
    /// A page.
    #[must_use]
    pub fn page_with_cookies(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(status, "A page.")
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .header::<
                String,
            >(
                "Content-Security-Policy",
                false,
                "What the page may load, and where its forms may end (CSP Level 3).",
            )
            .header::<
                String,
            >("Set-Cookie", false, "Binds the browser, or keeps the login.")
            .body::<String>("text/html; charset=utf-8")
            .done()
    }
    /// Go on there with GET (RFC 9700 §4.12).
    #[must_use]
    pub fn redirect(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(
                status,
                "Go on there with GET (RFC 9700 §4.12).",
            )
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .header::<String>("Location", true, "Where to go next.")
            .header::<
                String,
            >("Set-Cookie", false, "Binds the browser, or keeps the login.")
            .done()
    }
    /// A page that says the request is too large.
    #[must_use]
    pub fn too_large_page(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(
                status,
                "A page that says the request is too large.",
            )
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .body::<String>("text/html; charset=utf-8")
            .done()
    }
    /// Too many requests from there (RFC 6585 §4).
    #[must_use]
    pub fn too_many_requests(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(
                status,
                "Too many requests from there (RFC 6585 §4).",
            )
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .header::<u64>("Retry-After", true, "Seconds to wait.")
            .body::<super::super::types::OAuthError>("application/json")
            .done()
    }
    /// A page that says how long to wait (RFC 6585 §4).
    #[must_use]
    pub fn too_many_requests_page(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(
                status,
                "A page that says how long to wait (RFC 6585 §4).",
            )
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .header::<u64>("Retry-After", true, "Seconds to wait.")
            .body::<String>("text/html; charset=utf-8")
            .done()
    }
    /// No access token, or not one for this resource (RFC 6750 §3.1).
    #[must_use]
    pub fn unauthorized(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(
                status,
                "No access token, or not one for this resource (RFC 6750 §3.1).",
            )
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .constant(
                "Pragma",
                true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).",
                "no-cache",
            )
            .header::<
                String,
            >(
                "WWW-Authenticate",
                true,
                "What is wanted and where to get it (RFC 6750 §3, RFC 9728 §5.1).",
            )
            .body::<super::super::types::OAuthError>("application/json")
            .done()
    }
    /// A page that says to come back later.
    #[must_use]
    pub fn unavailable_page(status: u16) -> MetaResponse {
        super::super::reply::Answer::new(status, "A page that says to come back later.")
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .header::<u64>("Retry-After", true, "Seconds to wait.")
            .body::<String>("text/html; charset=utf-8")
            .done()
    }
}
