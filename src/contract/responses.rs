//! The possible answers of each operation.
//! Generated from `openapi.yaml` by `make generate`; do not edit.

/// What `home` may answer.
pub enum HomeResponse {
    /// A page.
    Ok {
        /// What is sent.
        page: String,
    },
}
impl poem::IntoResponse for HomeResponse {
    fn into_response(self) -> poem::Response {
        use poem::http::StatusCode;
        match self {
            Self::Ok { page } => super::answers::written::page(StatusCode::OK, page),
        }
    }
}
impl poem_openapi::ApiResponse for HomeResponse {
    fn meta() -> poem_openapi::registry::MetaResponses {
        poem_openapi::registry::MetaResponses {
            responses: vec![super::answers::documented::page(200u16)],
        }
    }
    fn register(_registry: &mut poem_openapi::registry::Registry) {}
}
/// What `authorization_server_metadata` may answer; it writes the answer itself.
pub enum AuthorizationServerMetadataAnswers {}
impl super::reply::Answers for AuthorizationServerMetadataAnswers {
    fn answers() -> Vec<poem_openapi::registry::MetaResponse> {
        vec![
            super::reply::Answer::new(200u16, "The metadata document (RFC 8414 §2).")
            .body:: < super::types::AuthorizationServerMetadata > ("application/json")
            .done(), super::reply::Answer::new(304u16,
            "The client has this document already, by its `If-None-Match` (RFC 9110 §13.1.2).")
            .done(), super::reply::Answer::new(400u16,
            "The path has more than one spelling, or may be read as another one (RFC 3986 §6.2.2).")
            .done(), super::answers::documented::not_found(404u16)
        ]
    }
    fn register(registry: &mut poem_openapi::registry::Registry) {
        <super::types::AuthorizationServerMetadata as poem_openapi::types::Type>::register(
            registry,
        );
        <super::types::OAuthError as poem_openapi::types::Type>::register(registry);
    }
}
/// What `protected_resource_metadata` may answer; it writes the answer itself.
pub enum ProtectedResourceMetadataAnswers {}
impl super::reply::Answers for ProtectedResourceMetadataAnswers {
    fn answers() -> Vec<poem_openapi::registry::MetaResponse> {
        vec![
            super::reply::Answer::new(200u16, "The metadata document (RFC 9728 §2).")
            .body:: < super::types::ProtectedResourceMetadata > ("application/json")
            .done(), super::reply::Answer::new(304u16,
            "The client has this document already, by its `If-None-Match` (RFC 9110 §13.1.2).")
            .done(), super::reply::Answer::new(400u16,
            "The path has more than one spelling, or may be read as another one (RFC 3986 §6.2.2).")
            .done(), super::answers::documented::not_found(404u16)
        ]
    }
    fn register(registry: &mut poem_openapi::registry::Registry) {
        <super::types::OAuthError as poem_openapi::types::Type>::register(registry);
        <super::types::ProtectedResourceMetadata as poem_openapi::types::Type>::register(
            registry,
        );
    }
}
/// What `jwks` may answer; it writes the answer itself.
pub enum JwksAnswers {}
impl super::reply::Answers for JwksAnswers {
    fn answers() -> Vec<poem_openapi::registry::MetaResponse> {
        vec![
            super::reply::Answer::new(200u16, "The key set.").body:: <
            super::types::JwkSet > ("application/json").done(),
            super::reply::Answer::new(304u16,
            "The client has this document already, by its `If-None-Match` (RFC 9110 §13.1.2).")
            .done()
        ]
    }
    fn register(registry: &mut poem_openapi::registry::Registry) {
        <super::types::JwkSet as poem_openapi::types::Type>::register(registry);
    }
}
/// What `authorize` may answer.
pub enum AuthorizeResponse {
    /// A page.
    Ok {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// Go on there with GET (RFC 9700 §4.12).
    SeeOther {
        /// Where to go next.
        location: String,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
    },
    /// A page that says what is wrong with the request; never a redirect.
    BadRequest {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// A page that says why this person or browser may not go on.
    Forbidden {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// A page that says the request is too large.
    PayloadTooLarge {
        /// What is sent.
        page: String,
    },
    /// A page that says the form must not be compressed (RFC 9110 §15.5.16).
    UnsupportedMediaType {
        /// What is sent.
        page: String,
    },
    /// A page that says how long to wait (RFC 6585 §4).
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        page: String,
    },
    /// A page that says to come back later.
    ServiceUnavailable {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        page: String,
    },
}
impl poem::IntoResponse for AuthorizeResponse {
    fn into_response(self) -> poem::Response {
        use poem::http::StatusCode;
        match self {
            Self::Ok { content_security_policy, set_cookie, page } => {
                super::answers::written::page_with_cookies(
                    StatusCode::OK,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::SeeOther { location, set_cookie } => {
                super::answers::written::redirect(
                    StatusCode::SEE_OTHER,
                    location,
                    set_cookie,
                )
            }
            Self::BadRequest { content_security_policy, set_cookie, page } => {
                super::answers::written::bad_request_page(
                    StatusCode::BAD_REQUEST,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::Forbidden { content_security_policy, set_cookie, page } => {
                super::answers::written::forbidden_page(
                    StatusCode::FORBIDDEN,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::PayloadTooLarge { page } => {
                super::answers::written::too_large_page(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    page,
                )
            }
            Self::UnsupportedMediaType { page } => {
                super::answers::written::encoded_page(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    page,
                )
            }
            Self::TooManyRequests { retry_after, page } => {
                super::answers::written::too_many_requests_page(
                    StatusCode::TOO_MANY_REQUESTS,
                    retry_after,
                    page,
                )
            }
            Self::ServiceUnavailable { retry_after, page } => {
                super::answers::written::unavailable_page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    retry_after,
                    page,
                )
            }
        }
    }
}
impl poem_openapi::ApiResponse for AuthorizeResponse {
    fn meta() -> poem_openapi::registry::MetaResponses {
        poem_openapi::registry::MetaResponses {
            responses: vec![
                super::answers::documented::page_with_cookies(200u16),
                super::answers::documented::redirect(303u16),
                super::answers::documented::bad_request_page(400u16),
                super::answers::documented::forbidden_page(403u16),
                super::answers::documented::too_large_page(413u16),
                super::answers::documented::encoded_page(415u16),
                super::answers::documented::too_many_requests_page(429u16),
                super::answers::documented::unavailable_page(503u16)
            ],
        }
    }
    fn register(_registry: &mut poem_openapi::registry::Registry) {}
}
impl AuthorizeResponse {
    /// Answers a request that could not be read.
    #[must_use]
    pub fn malformed(malformed: super::wire::Malformed, page: String) -> Self {
        match malformed.reason {
            super::wire::MalformedReason::TooLarge => Self::PayloadTooLarge { page },
            _ => {
                Self::BadRequest {
                    content_security_policy: None,
                    set_cookie: Vec::new(),
                    page,
                }
            }
        }
    }
}
/// What `login` may answer.
pub enum LoginResponse {
    /// A page.
    Ok {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// Go on there with GET (RFC 9700 §4.12).
    SeeOther {
        /// Where to go next.
        location: String,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
    },
    /// A page that says what is wrong with the request; never a redirect.
    BadRequest {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// A page that says why this person or browser may not go on.
    Forbidden {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// A page that says the request is too large.
    PayloadTooLarge {
        /// What is sent.
        page: String,
    },
    /// A page that says the form must not be compressed (RFC 9110 §15.5.16).
    UnsupportedMediaType {
        /// What is sent.
        page: String,
    },
    /// A page that says how long to wait (RFC 6585 §4).
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        page: String,
    },
    /// A page that says to come back later.
    ServiceUnavailable {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        page: String,
    },
}
impl poem::IntoResponse for LoginResponse {
    fn into_response(self) -> poem::Response {
        use poem::http::StatusCode;
        match self {
            Self::Ok { content_security_policy, set_cookie, page } => {
                super::answers::written::page_with_cookies(
                    StatusCode::OK,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::SeeOther { location, set_cookie } => {
                super::answers::written::redirect(
                    StatusCode::SEE_OTHER,
                    location,
                    set_cookie,
                )
            }
            Self::BadRequest { content_security_policy, set_cookie, page } => {
                super::answers::written::bad_request_page(
                    StatusCode::BAD_REQUEST,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::Forbidden { content_security_policy, set_cookie, page } => {
                super::answers::written::forbidden_page(
                    StatusCode::FORBIDDEN,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::PayloadTooLarge { page } => {
                super::answers::written::too_large_page(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    page,
                )
            }
            Self::UnsupportedMediaType { page } => {
                super::answers::written::encoded_page(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    page,
                )
            }
            Self::TooManyRequests { retry_after, page } => {
                super::answers::written::too_many_requests_page(
                    StatusCode::TOO_MANY_REQUESTS,
                    retry_after,
                    page,
                )
            }
            Self::ServiceUnavailable { retry_after, page } => {
                super::answers::written::unavailable_page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    retry_after,
                    page,
                )
            }
        }
    }
}
impl poem_openapi::ApiResponse for LoginResponse {
    fn meta() -> poem_openapi::registry::MetaResponses {
        poem_openapi::registry::MetaResponses {
            responses: vec![
                super::answers::documented::page_with_cookies(200u16),
                super::answers::documented::redirect(303u16),
                super::answers::documented::bad_request_page(400u16),
                super::answers::documented::forbidden_page(403u16),
                super::answers::documented::too_large_page(413u16),
                super::answers::documented::encoded_page(415u16),
                super::answers::documented::too_many_requests_page(429u16),
                super::answers::documented::unavailable_page(503u16)
            ],
        }
    }
    fn register(_registry: &mut poem_openapi::registry::Registry) {}
}
impl LoginResponse {
    /// Answers a request that could not be read.
    #[must_use]
    pub fn malformed(malformed: super::wire::Malformed, page: String) -> Self {
        match malformed.reason {
            super::wire::MalformedReason::TooLarge => Self::PayloadTooLarge { page },
            _ => {
                Self::BadRequest {
                    content_security_policy: None,
                    set_cookie: Vec::new(),
                    page,
                }
            }
        }
    }
}
/// What `account` may answer.
pub enum AccountResponse {
    /// A page.
    Ok {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// Go on there with GET (RFC 9700 §4.12).
    SeeOther {
        /// Where to go next.
        location: String,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
    },
    /// A page that says what is wrong with the request; never a redirect.
    BadRequest {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// A page that says why this person or browser may not go on.
    Forbidden {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// A page that says the request is too large.
    PayloadTooLarge {
        /// What is sent.
        page: String,
    },
    /// A page that says the form must not be compressed (RFC 9110 §15.5.16).
    UnsupportedMediaType {
        /// What is sent.
        page: String,
    },
    /// A page that says how long to wait (RFC 6585 §4).
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        page: String,
    },
    /// A page that says to come back later.
    ServiceUnavailable {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        page: String,
    },
}
impl poem::IntoResponse for AccountResponse {
    fn into_response(self) -> poem::Response {
        use poem::http::StatusCode;
        match self {
            Self::Ok { content_security_policy, set_cookie, page } => {
                super::answers::written::page_with_cookies(
                    StatusCode::OK,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::SeeOther { location, set_cookie } => {
                super::answers::written::redirect(
                    StatusCode::SEE_OTHER,
                    location,
                    set_cookie,
                )
            }
            Self::BadRequest { content_security_policy, set_cookie, page } => {
                super::answers::written::bad_request_page(
                    StatusCode::BAD_REQUEST,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::Forbidden { content_security_policy, set_cookie, page } => {
                super::answers::written::forbidden_page(
                    StatusCode::FORBIDDEN,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::PayloadTooLarge { page } => {
                super::answers::written::too_large_page(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    page,
                )
            }
            Self::UnsupportedMediaType { page } => {
                super::answers::written::encoded_page(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    page,
                )
            }
            Self::TooManyRequests { retry_after, page } => {
                super::answers::written::too_many_requests_page(
                    StatusCode::TOO_MANY_REQUESTS,
                    retry_after,
                    page,
                )
            }
            Self::ServiceUnavailable { retry_after, page } => {
                super::answers::written::unavailable_page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    retry_after,
                    page,
                )
            }
        }
    }
}
impl poem_openapi::ApiResponse for AccountResponse {
    fn meta() -> poem_openapi::registry::MetaResponses {
        poem_openapi::registry::MetaResponses {
            responses: vec![
                super::answers::documented::page_with_cookies(200u16),
                super::answers::documented::redirect(303u16),
                super::answers::documented::bad_request_page(400u16),
                super::answers::documented::forbidden_page(403u16),
                super::answers::documented::too_large_page(413u16),
                super::answers::documented::encoded_page(415u16),
                super::answers::documented::too_many_requests_page(429u16),
                super::answers::documented::unavailable_page(503u16)
            ],
        }
    }
    fn register(_registry: &mut poem_openapi::registry::Registry) {}
}
impl AccountResponse {
    /// Answers a request that could not be read.
    #[must_use]
    pub fn malformed(malformed: super::wire::Malformed, page: String) -> Self {
        match malformed.reason {
            super::wire::MalformedReason::TooLarge => Self::PayloadTooLarge { page },
            _ => {
                Self::BadRequest {
                    content_security_policy: None,
                    set_cookie: Vec::new(),
                    page,
                }
            }
        }
    }
}
/// What `consent` may answer.
pub enum ConsentResponse {
    /// A page.
    Ok {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// Go on there with GET (RFC 9700 §4.12).
    SeeOther {
        /// Where to go next.
        location: String,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
    },
    /// A page that says what is wrong with the request; never a redirect.
    BadRequest {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// A page that says why this person or browser may not go on.
    Forbidden {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// A page that says the request is too large.
    PayloadTooLarge {
        /// What is sent.
        page: String,
    },
    /// A page that says the form must not be compressed (RFC 9110 §15.5.16).
    UnsupportedMediaType {
        /// What is sent.
        page: String,
    },
    /// A page that says how long to wait (RFC 6585 §4).
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        page: String,
    },
    /// A page that says to come back later.
    ServiceUnavailable {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        page: String,
    },
}
impl poem::IntoResponse for ConsentResponse {
    fn into_response(self) -> poem::Response {
        use poem::http::StatusCode;
        match self {
            Self::Ok { content_security_policy, set_cookie, page } => {
                super::answers::written::page_with_cookies(
                    StatusCode::OK,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::SeeOther { location, set_cookie } => {
                super::answers::written::redirect(
                    StatusCode::SEE_OTHER,
                    location,
                    set_cookie,
                )
            }
            Self::BadRequest { content_security_policy, set_cookie, page } => {
                super::answers::written::bad_request_page(
                    StatusCode::BAD_REQUEST,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::Forbidden { content_security_policy, set_cookie, page } => {
                super::answers::written::forbidden_page(
                    StatusCode::FORBIDDEN,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::PayloadTooLarge { page } => {
                super::answers::written::too_large_page(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    page,
                )
            }
            Self::UnsupportedMediaType { page } => {
                super::answers::written::encoded_page(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    page,
                )
            }
            Self::TooManyRequests { retry_after, page } => {
                super::answers::written::too_many_requests_page(
                    StatusCode::TOO_MANY_REQUESTS,
                    retry_after,
                    page,
                )
            }
            Self::ServiceUnavailable { retry_after, page } => {
                super::answers::written::unavailable_page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    retry_after,
                    page,
                )
            }
        }
    }
}
impl poem_openapi::ApiResponse for ConsentResponse {
    fn meta() -> poem_openapi::registry::MetaResponses {
        poem_openapi::registry::MetaResponses {
            responses: vec![
                super::answers::documented::page_with_cookies(200u16),
                super::answers::documented::redirect(303u16),
                super::answers::documented::bad_request_page(400u16),
                super::answers::documented::forbidden_page(403u16),
                super::answers::documented::too_large_page(413u16),
                super::answers::documented::encoded_page(415u16),
                super::answers::documented::too_many_requests_page(429u16),
                super::answers::documented::unavailable_page(503u16)
            ],
        }
    }
    fn register(_registry: &mut poem_openapi::registry::Registry) {}
}
impl ConsentResponse {
    /// Answers a request that could not be read.
    #[must_use]
    pub fn malformed(malformed: super::wire::Malformed, page: String) -> Self {
        match malformed.reason {
            super::wire::MalformedReason::TooLarge => Self::PayloadTooLarge { page },
            _ => {
                Self::BadRequest {
                    content_security_policy: None,
                    set_cookie: Vec::new(),
                    page,
                }
            }
        }
    }
}
/// What `logout` may answer.
pub enum LogoutResponse {
    /// A page.
    Ok {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// Go on there with GET (RFC 9700 §4.12).
    SeeOther {
        /// Where to go next.
        location: String,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
    },
    /// A page that says what is wrong with the request; never a redirect.
    BadRequest {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// A page that says why this person or browser may not go on.
    Forbidden {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// A page that says the request is too large.
    PayloadTooLarge {
        /// What is sent.
        page: String,
    },
    /// A page that says the form must not be compressed (RFC 9110 §15.5.16).
    UnsupportedMediaType {
        /// What is sent.
        page: String,
    },
    /// A page that says how long to wait (RFC 6585 §4).
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        page: String,
    },
    /// A page that says to come back later.
    ServiceUnavailable {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        page: String,
    },
}
impl poem::IntoResponse for LogoutResponse {
    fn into_response(self) -> poem::Response {
        use poem::http::StatusCode;
        match self {
            Self::Ok { content_security_policy, set_cookie, page } => {
                super::answers::written::page_with_cookies(
                    StatusCode::OK,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::SeeOther { location, set_cookie } => {
                super::answers::written::redirect(
                    StatusCode::SEE_OTHER,
                    location,
                    set_cookie,
                )
            }
            Self::BadRequest { content_security_policy, set_cookie, page } => {
                super::answers::written::bad_request_page(
                    StatusCode::BAD_REQUEST,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::Forbidden { content_security_policy, set_cookie, page } => {
                super::answers::written::forbidden_page(
                    StatusCode::FORBIDDEN,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::PayloadTooLarge { page } => {
                super::answers::written::too_large_page(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    page,
                )
            }
            Self::UnsupportedMediaType { page } => {
                super::answers::written::encoded_page(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    page,
                )
            }
            Self::TooManyRequests { retry_after, page } => {
                super::answers::written::too_many_requests_page(
                    StatusCode::TOO_MANY_REQUESTS,
                    retry_after,
                    page,
                )
            }
            Self::ServiceUnavailable { retry_after, page } => {
                super::answers::written::unavailable_page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    retry_after,
                    page,
                )
            }
        }
    }
}
impl poem_openapi::ApiResponse for LogoutResponse {
    fn meta() -> poem_openapi::registry::MetaResponses {
        poem_openapi::registry::MetaResponses {
            responses: vec![
                super::answers::documented::page_with_cookies(200u16),
                super::answers::documented::redirect(303u16),
                super::answers::documented::bad_request_page(400u16),
                super::answers::documented::forbidden_page(403u16),
                super::answers::documented::too_large_page(413u16),
                super::answers::documented::encoded_page(415u16),
                super::answers::documented::too_many_requests_page(429u16),
                super::answers::documented::unavailable_page(503u16)
            ],
        }
    }
    fn register(_registry: &mut poem_openapi::registry::Registry) {}
}
impl LogoutResponse {
    /// Answers a request that could not be read.
    #[must_use]
    pub fn malformed(malformed: super::wire::Malformed, page: String) -> Self {
        match malformed.reason {
            super::wire::MalformedReason::TooLarge => Self::PayloadTooLarge { page },
            _ => {
                Self::BadRequest {
                    content_security_policy: None,
                    set_cookie: Vec::new(),
                    page,
                }
            }
        }
    }
}
/// What `logout_confirm` may answer.
pub enum LogoutConfirmResponse {
    /// A page.
    Ok {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// Go on there with GET (RFC 9700 §4.12).
    SeeOther {
        /// Where to go next.
        location: String,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
    },
    /// A page that says what is wrong with the request; never a redirect.
    BadRequest {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// A page that says why this person or browser may not go on.
    Forbidden {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// A page that says the request is too large.
    PayloadTooLarge {
        /// What is sent.
        page: String,
    },
    /// A page that says the form must not be compressed (RFC 9110 §15.5.16).
    UnsupportedMediaType {
        /// What is sent.
        page: String,
    },
    /// A page that says how long to wait (RFC 6585 §4).
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        page: String,
    },
    /// A page that says to come back later.
    ServiceUnavailable {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        page: String,
    },
}
impl poem::IntoResponse for LogoutConfirmResponse {
    fn into_response(self) -> poem::Response {
        use poem::http::StatusCode;
        match self {
            Self::Ok { content_security_policy, set_cookie, page } => {
                super::answers::written::page_with_cookies(
                    StatusCode::OK,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::SeeOther { location, set_cookie } => {
                super::answers::written::redirect(
                    StatusCode::SEE_OTHER,
                    location,
                    set_cookie,
                )
            }
            Self::BadRequest { content_security_policy, set_cookie, page } => {
                super::answers::written::bad_request_page(
                    StatusCode::BAD_REQUEST,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::Forbidden { content_security_policy, set_cookie, page } => {
                super::answers::written::forbidden_page(
                    StatusCode::FORBIDDEN,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::PayloadTooLarge { page } => {
                super::answers::written::too_large_page(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    page,
                )
            }
            Self::UnsupportedMediaType { page } => {
                super::answers::written::encoded_page(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    page,
                )
            }
            Self::TooManyRequests { retry_after, page } => {
                super::answers::written::too_many_requests_page(
                    StatusCode::TOO_MANY_REQUESTS,
                    retry_after,
                    page,
                )
            }
            Self::ServiceUnavailable { retry_after, page } => {
                super::answers::written::unavailable_page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    retry_after,
                    page,
                )
            }
        }
    }
}
impl poem_openapi::ApiResponse for LogoutConfirmResponse {
    fn meta() -> poem_openapi::registry::MetaResponses {
        poem_openapi::registry::MetaResponses {
            responses: vec![
                super::answers::documented::page_with_cookies(200u16),
                super::answers::documented::redirect(303u16),
                super::answers::documented::bad_request_page(400u16),
                super::answers::documented::forbidden_page(403u16),
                super::answers::documented::too_large_page(413u16),
                super::answers::documented::encoded_page(415u16),
                super::answers::documented::too_many_requests_page(429u16),
                super::answers::documented::unavailable_page(503u16)
            ],
        }
    }
    fn register(_registry: &mut poem_openapi::registry::Registry) {}
}
impl LogoutConfirmResponse {
    /// Answers a request that could not be read.
    #[must_use]
    pub fn malformed(malformed: super::wire::Malformed, page: String) -> Self {
        match malformed.reason {
            super::wire::MalformedReason::TooLarge => Self::PayloadTooLarge { page },
            _ => {
                Self::BadRequest {
                    content_security_policy: None,
                    set_cookie: Vec::new(),
                    page,
                }
            }
        }
    }
}
/// What `callback` may answer.
pub enum CallbackResponse {
    /// A page.
    Ok {
        /// What is sent.
        page: String,
    },
    /// A page that says what is wrong with the request; never a redirect.
    BadRequest {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// A page that says the request is too large.
    PayloadTooLarge {
        /// What is sent.
        page: String,
    },
}
impl poem::IntoResponse for CallbackResponse {
    fn into_response(self) -> poem::Response {
        use poem::http::StatusCode;
        match self {
            Self::Ok { page } => super::answers::written::page(StatusCode::OK, page),
            Self::BadRequest { content_security_policy, set_cookie, page } => {
                super::answers::written::bad_request_page(
                    StatusCode::BAD_REQUEST,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::PayloadTooLarge { page } => {
                super::answers::written::too_large_page(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    page,
                )
            }
        }
    }
}
impl poem_openapi::ApiResponse for CallbackResponse {
    fn meta() -> poem_openapi::registry::MetaResponses {
        poem_openapi::registry::MetaResponses {
            responses: vec![
                super::answers::documented::page(200u16),
                super::answers::documented::bad_request_page(400u16),
                super::answers::documented::too_large_page(413u16)
            ],
        }
    }
    fn register(_registry: &mut poem_openapi::registry::Registry) {}
}
impl CallbackResponse {
    /// Answers a request that could not be read.
    #[must_use]
    pub fn malformed(malformed: super::wire::Malformed, page: String) -> Self {
        match malformed.reason {
            super::wire::MalformedReason::TooLarge => Self::PayloadTooLarge { page },
            _ => {
                Self::BadRequest {
                    content_security_policy: None,
                    set_cookie: Vec::new(),
                    page,
                }
            }
        }
    }
}
/// What `provider_callback` may answer.
pub enum ProviderCallbackResponse {
    /// A page.
    Ok {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// Go on there with GET (RFC 9700 §4.12).
    SeeOther {
        /// Where to go next.
        location: String,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
    },
    /// A page that says what is wrong with the request; never a redirect.
    BadRequest {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// A page that says why this person or browser may not go on.
    Forbidden {
        /// What the page may load, and where its forms may end (CSP Level 3).
        content_security_policy: Option<String>,
        /// Binds the browser, or keeps the login.
        set_cookie: Vec<String>,
        /// What is sent.
        page: String,
    },
    /// A page that says the request is too large.
    PayloadTooLarge {
        /// What is sent.
        page: String,
    },
    /// A page that says how long to wait (RFC 6585 §4).
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        page: String,
    },
    /// A page that says to come back later.
    ServiceUnavailable {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        page: String,
    },
}
impl poem::IntoResponse for ProviderCallbackResponse {
    fn into_response(self) -> poem::Response {
        use poem::http::StatusCode;
        match self {
            Self::Ok { content_security_policy, set_cookie, page } => {
                super::answers::written::page_with_cookies(
                    StatusCode::OK,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::SeeOther { location, set_cookie } => {
                super::answers::written::redirect(
                    StatusCode::SEE_OTHER,
                    location,
                    set_cookie,
                )
            }
            Self::BadRequest { content_security_policy, set_cookie, page } => {
                super::answers::written::bad_request_page(
                    StatusCode::BAD_REQUEST,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::Forbidden { content_security_policy, set_cookie, page } => {
                super::answers::written::forbidden_page(
                    StatusCode::FORBIDDEN,
                    content_security_policy,
                    set_cookie,
                    page,
                )
            }
            Self::PayloadTooLarge { page } => {
                super::answers::written::too_large_page(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    page,
                )
            }
            Self::TooManyRequests { retry_after, page } => {
                super::answers::written::too_many_requests_page(
                    StatusCode::TOO_MANY_REQUESTS,
                    retry_after,
                    page,
                )
            }
            Self::ServiceUnavailable { retry_after, page } => {
                super::answers::written::unavailable_page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    retry_after,
                    page,
                )
            }
        }
    }
}
impl poem_openapi::ApiResponse for ProviderCallbackResponse {
    fn meta() -> poem_openapi::registry::MetaResponses {
        poem_openapi::registry::MetaResponses {
            responses: vec![
                super::answers::documented::page_with_cookies(200u16),
                super::answers::documented::redirect(303u16),
                super::answers::documented::bad_request_page(400u16),
                super::answers::documented::forbidden_page(403u16),
                super::answers::documented::too_large_page(413u16),
                super::answers::documented::too_many_requests_page(429u16),
                super::answers::documented::unavailable_page(503u16)
            ],
        }
    }
    fn register(_registry: &mut poem_openapi::registry::Registry) {}
}
impl ProviderCallbackResponse {
    /// Answers a request that could not be read.
    #[must_use]
    pub fn malformed(malformed: super::wire::Malformed, page: String) -> Self {
        match malformed.reason {
            super::wire::MalformedReason::TooLarge => Self::PayloadTooLarge { page },
            _ => {
                Self::BadRequest {
                    content_security_policy: None,
                    set_cookie: Vec::new(),
                    page,
                }
            }
        }
    }
}
/// What `token` may answer.
pub enum TokenResponse {
    /// Tokens (RFC 6749 §5.1).
    Ok {
        /// What is sent.
        body: super::types::TokenResult,
    },
    /// Refused (RFC 6749 §5.2, RFC 7591 §3.2.2).
    BadRequest {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The client is not who it says it is, `invalid_client` (RFC 6749 §5.2).
    Unauthorized {
        /// How a client can authenticate; sent if it tried with the Authorization header.
        www_authenticate: Option<String>,
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The body is larger than 64 KiB.
    PayloadTooLarge {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The body is compressed or encoded (RFC 9110 §15.5.16).
    UnsupportedMediaType {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// Too many requests from there (RFC 6585 §4).
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The ledger cannot be reached, so nothing was issued.
    ServiceUnavailable {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        body: super::types::OAuthError,
    },
}
impl poem::IntoResponse for TokenResponse {
    fn into_response(self) -> poem::Response {
        use poem::http::StatusCode;
        use poem::http::header::HeaderName;
        use super::reply::Reply;
        match self {
            Self::Ok { body } => {
                Reply::new(StatusCode::OK)
                    .constant(&HeaderName::from_static("cache-control"), "no-store")
                    .constant(&HeaderName::from_static("pragma"), "no-cache")
                    .json(&body)
            }
            Self::BadRequest { body } => {
                super::answers::written::oauth_bad_request(StatusCode::BAD_REQUEST, body)
            }
            Self::Unauthorized { www_authenticate, body } => {
                Reply::new(StatusCode::UNAUTHORIZED)
                    .constant(&HeaderName::from_static("cache-control"), "no-store")
                    .constant(&HeaderName::from_static("pragma"), "no-cache")
                    .header(
                        &HeaderName::from_static("www-authenticate"),
                        www_authenticate,
                    )
                    .json(&body)
            }
            Self::PayloadTooLarge { body } => {
                super::answers::written::oauth_too_large(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    body,
                )
            }
            Self::UnsupportedMediaType { body } => {
                super::answers::written::oauth_encoded(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    body,
                )
            }
            Self::TooManyRequests { retry_after, body } => {
                super::answers::written::too_many_requests(
                    StatusCode::TOO_MANY_REQUESTS,
                    retry_after,
                    body,
                )
            }
            Self::ServiceUnavailable { retry_after, body } => {
                super::answers::written::oauth_unavailable(
                    StatusCode::SERVICE_UNAVAILABLE,
                    retry_after,
                    body,
                )
            }
        }
    }
}
impl poem_openapi::ApiResponse for TokenResponse {
    fn meta() -> poem_openapi::registry::MetaResponses {
        poem_openapi::registry::MetaResponses {
            responses: vec![
                super::reply::Answer::new(200u16, "Tokens (RFC 6749 §5.1).")
                .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).",
                "no-store").constant("Pragma", true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).", "no-cache").body:: <
                super::types::TokenResult > ("application/json").done(),
                super::answers::documented::oauth_bad_request(400u16),
                super::reply::Answer::new(401u16,
                "The client is not who it says it is, `invalid_client` (RFC 6749 §5.2).")
                .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).",
                "no-store").constant("Pragma", true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).", "no-cache").header:: < String
                > ("WWW-Authenticate", false,
                "How a client can authenticate; sent if it tried with the Authorization header.")
                .body:: < super::types::OAuthError > ("application/json").done(),
                super::answers::documented::oauth_too_large(413u16),
                super::answers::documented::oauth_encoded(415u16),
                super::answers::documented::too_many_requests(429u16),
                super::answers::documented::oauth_unavailable(503u16)
            ],
        }
    }
    fn register(registry: &mut poem_openapi::registry::Registry) {
        <super::types::OAuthError as poem_openapi::types::Type>::register(registry);
        <super::types::TokenResult as poem_openapi::types::Type>::register(registry);
    }
}
impl TokenResponse {
    /// Answers a request that could not be read.
    #[must_use]
    pub fn malformed(malformed: super::wire::Malformed) -> Self {
        let body = super::types::OAuthError {
            error: "invalid_request".to_owned(),
            error_description: Some(malformed.to_string()),
        };
        match malformed.reason {
            super::wire::MalformedReason::TooLarge => Self::PayloadTooLarge { body },
            _ => Self::BadRequest { body },
        }
    }
}
/// What `introspect` may answer.
pub enum IntrospectResponse {
    /// What the token is good for (RFC 7662 §2.2).
    Ok {
        /// What is sent.
        body: super::types::Introspection,
    },
    /// Refused (RFC 6749 §5.2, RFC 7591 §3.2.2).
    BadRequest {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The client is not who it says it is, `invalid_client` (RFC 6749 §5.2).
    Unauthorized {
        /// How a client can authenticate; sent if it tried with the Authorization header.
        www_authenticate: Option<String>,
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The body is larger than 64 KiB.
    PayloadTooLarge {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The body is compressed or encoded (RFC 9110 §15.5.16).
    UnsupportedMediaType {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// Too many requests from there (RFC 6585 §4).
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The ledger cannot be reached, so nothing was issued.
    ServiceUnavailable {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        body: super::types::OAuthError,
    },
}
impl poem::IntoResponse for IntrospectResponse {
    fn into_response(self) -> poem::Response {
        use poem::http::StatusCode;
        use poem::http::header::HeaderName;
        use super::reply::Reply;
        match self {
            Self::Ok { body } => {
                Reply::new(StatusCode::OK)
                    .constant(&HeaderName::from_static("cache-control"), "no-store")
                    .constant(&HeaderName::from_static("pragma"), "no-cache")
                    .json(&body)
            }
            Self::BadRequest { body } => {
                super::answers::written::oauth_bad_request(StatusCode::BAD_REQUEST, body)
            }
            Self::Unauthorized { www_authenticate, body } => {
                Reply::new(StatusCode::UNAUTHORIZED)
                    .constant(&HeaderName::from_static("cache-control"), "no-store")
                    .constant(&HeaderName::from_static("pragma"), "no-cache")
                    .header(
                        &HeaderName::from_static("www-authenticate"),
                        www_authenticate,
                    )
                    .json(&body)
            }
            Self::PayloadTooLarge { body } => {
                super::answers::written::oauth_too_large(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    body,
                )
            }
            Self::UnsupportedMediaType { body } => {
                super::answers::written::oauth_encoded(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    body,
                )
            }
            Self::TooManyRequests { retry_after, body } => {
                super::answers::written::too_many_requests(
                    StatusCode::TOO_MANY_REQUESTS,
                    retry_after,
                    body,
                )
            }
            Self::ServiceUnavailable { retry_after, body } => {
                super::answers::written::oauth_unavailable(
                    StatusCode::SERVICE_UNAVAILABLE,
                    retry_after,
                    body,
                )
            }
        }
    }
}
impl poem_openapi::ApiResponse for IntrospectResponse {
    fn meta() -> poem_openapi::registry::MetaResponses {
        poem_openapi::registry::MetaResponses {
            responses: vec![
                super::reply::Answer::new(200u16,
                "What the token is good for (RFC 7662 §2.2).").constant("Cache-Control",
                true, "Never kept (RFC 6749 §5.1).", "no-store").constant("Pragma",
                true, "The same for HTTP/1.0 (RFC 6749 §5.1).", "no-cache").body:: <
                super::types::Introspection > ("application/json").done(),
                super::answers::documented::oauth_bad_request(400u16),
                super::reply::Answer::new(401u16,
                "The client is not who it says it is, `invalid_client` (RFC 6749 §5.2).")
                .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).",
                "no-store").constant("Pragma", true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).", "no-cache").header:: < String
                > ("WWW-Authenticate", false,
                "How a client can authenticate; sent if it tried with the Authorization header.")
                .body:: < super::types::OAuthError > ("application/json").done(),
                super::answers::documented::oauth_too_large(413u16),
                super::answers::documented::oauth_encoded(415u16),
                super::answers::documented::too_many_requests(429u16),
                super::answers::documented::oauth_unavailable(503u16)
            ],
        }
    }
    fn register(registry: &mut poem_openapi::registry::Registry) {
        <super::types::Introspection as poem_openapi::types::Type>::register(registry);
        <super::types::OAuthError as poem_openapi::types::Type>::register(registry);
    }
}
impl IntrospectResponse {
    /// Answers a request that could not be read.
    #[must_use]
    pub fn malformed(malformed: super::wire::Malformed) -> Self {
        let body = super::types::OAuthError {
            error: "invalid_request".to_owned(),
            error_description: Some(malformed.to_string()),
        };
        match malformed.reason {
            super::wire::MalformedReason::TooLarge => Self::PayloadTooLarge { body },
            _ => Self::BadRequest { body },
        }
    }
}
/// What `revoke` may answer.
pub enum RevokeResponse {
    /// The token is good for nothing now (RFC 7009 §2.2).
    Ok,
    /// Refused (RFC 6749 §5.2, RFC 7591 §3.2.2).
    BadRequest {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The client is not who it says it is, `invalid_client` (RFC 6749 §5.2).
    Unauthorized {
        /// How a client can authenticate; sent if it tried with the Authorization header.
        www_authenticate: Option<String>,
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// Nothing here has this path.
    NotFound {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The body is larger than 64 KiB.
    PayloadTooLarge {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The body is compressed or encoded (RFC 9110 §15.5.16).
    UnsupportedMediaType {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// Too many requests from there (RFC 6585 §4).
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The ledger cannot be reached, so nothing was issued.
    ServiceUnavailable {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        body: super::types::OAuthError,
    },
}
impl poem::IntoResponse for RevokeResponse {
    fn into_response(self) -> poem::Response {
        use poem::http::StatusCode;
        use poem::http::header::HeaderName;
        use super::reply::Reply;
        match self {
            Self::Ok => {
                Reply::new(StatusCode::OK)
                    .constant(&HeaderName::from_static("cache-control"), "no-store")
                    .constant(&HeaderName::from_static("pragma"), "no-cache")
                    .empty()
            }
            Self::BadRequest { body } => {
                super::answers::written::oauth_bad_request(StatusCode::BAD_REQUEST, body)
            }
            Self::Unauthorized { www_authenticate, body } => {
                Reply::new(StatusCode::UNAUTHORIZED)
                    .constant(&HeaderName::from_static("cache-control"), "no-store")
                    .constant(&HeaderName::from_static("pragma"), "no-cache")
                    .header(
                        &HeaderName::from_static("www-authenticate"),
                        www_authenticate,
                    )
                    .json(&body)
            }
            Self::NotFound { body } => {
                super::answers::written::not_found(StatusCode::NOT_FOUND, body)
            }
            Self::PayloadTooLarge { body } => {
                super::answers::written::oauth_too_large(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    body,
                )
            }
            Self::UnsupportedMediaType { body } => {
                super::answers::written::oauth_encoded(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    body,
                )
            }
            Self::TooManyRequests { retry_after, body } => {
                super::answers::written::too_many_requests(
                    StatusCode::TOO_MANY_REQUESTS,
                    retry_after,
                    body,
                )
            }
            Self::ServiceUnavailable { retry_after, body } => {
                super::answers::written::oauth_unavailable(
                    StatusCode::SERVICE_UNAVAILABLE,
                    retry_after,
                    body,
                )
            }
        }
    }
}
impl poem_openapi::ApiResponse for RevokeResponse {
    fn meta() -> poem_openapi::registry::MetaResponses {
        poem_openapi::registry::MetaResponses {
            responses: vec![
                super::reply::Answer::new(200u16,
                "The token is good for nothing now (RFC 7009 §2.2).")
                .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).",
                "no-store").constant("Pragma", true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).", "no-cache").done(),
                super::answers::documented::oauth_bad_request(400u16),
                super::reply::Answer::new(401u16,
                "The client is not who it says it is, `invalid_client` (RFC 6749 §5.2).")
                .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).",
                "no-store").constant("Pragma", true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).", "no-cache").header:: < String
                > ("WWW-Authenticate", false,
                "How a client can authenticate; sent if it tried with the Authorization header.")
                .body:: < super::types::OAuthError > ("application/json").done(),
                super::answers::documented::not_found(404u16),
                super::answers::documented::oauth_too_large(413u16),
                super::answers::documented::oauth_encoded(415u16),
                super::answers::documented::too_many_requests(429u16),
                super::answers::documented::oauth_unavailable(503u16)
            ],
        }
    }
    fn register(registry: &mut poem_openapi::registry::Registry) {
        <super::types::OAuthError as poem_openapi::types::Type>::register(registry);
    }
}
impl RevokeResponse {
    /// Answers a request that could not be read.
    #[must_use]
    pub fn malformed(malformed: super::wire::Malformed) -> Self {
        let body = super::types::OAuthError {
            error: "invalid_request".to_owned(),
            error_description: Some(malformed.to_string()),
        };
        match malformed.reason {
            super::wire::MalformedReason::TooLarge => Self::PayloadTooLarge { body },
            _ => Self::BadRequest { body },
        }
    }
}
/// What `order` may answer.
pub enum OrderResponse {
    /// It is revoked; how far that reaches.
    Ok {
        /// What is sent.
        body: super::types::OrderResult,
    },
    /// Refused (RFC 6749 §5.2, RFC 7591 §3.2.2).
    BadRequest {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// Nothing here has this path.
    NotFound {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The body is larger than 64 KiB.
    PayloadTooLarge {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The body is compressed or encoded (RFC 9110 §15.5.16).
    UnsupportedMediaType {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// Too many requests from there (RFC 6585 §4).
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The ledger cannot be reached, so nothing was issued.
    ServiceUnavailable {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        body: super::types::OAuthError,
    },
}
impl poem::IntoResponse for OrderResponse {
    fn into_response(self) -> poem::Response {
        use poem::http::StatusCode;
        use poem::http::header::HeaderName;
        use super::reply::Reply;
        match self {
            Self::Ok { body } => {
                Reply::new(StatusCode::OK)
                    .constant(&HeaderName::from_static("cache-control"), "no-store")
                    .constant(&HeaderName::from_static("pragma"), "no-cache")
                    .json(&body)
            }
            Self::BadRequest { body } => {
                super::answers::written::oauth_bad_request(StatusCode::BAD_REQUEST, body)
            }
            Self::NotFound { body } => {
                super::answers::written::not_found(StatusCode::NOT_FOUND, body)
            }
            Self::PayloadTooLarge { body } => {
                super::answers::written::oauth_too_large(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    body,
                )
            }
            Self::UnsupportedMediaType { body } => {
                super::answers::written::oauth_encoded(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    body,
                )
            }
            Self::TooManyRequests { retry_after, body } => {
                super::answers::written::too_many_requests(
                    StatusCode::TOO_MANY_REQUESTS,
                    retry_after,
                    body,
                )
            }
            Self::ServiceUnavailable { retry_after, body } => {
                super::answers::written::oauth_unavailable(
                    StatusCode::SERVICE_UNAVAILABLE,
                    retry_after,
                    body,
                )
            }
        }
    }
}
impl poem_openapi::ApiResponse for OrderResponse {
    fn meta() -> poem_openapi::registry::MetaResponses {
        poem_openapi::registry::MetaResponses {
            responses: vec![
                super::reply::Answer::new(200u16, "It is revoked; how far that reaches.")
                .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).",
                "no-store").constant("Pragma", true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).", "no-cache").body:: <
                super::types::OrderResult > ("application/json").done(),
                super::answers::documented::oauth_bad_request(400u16),
                super::answers::documented::not_found(404u16),
                super::answers::documented::oauth_too_large(413u16),
                super::answers::documented::oauth_encoded(415u16),
                super::answers::documented::too_many_requests(429u16),
                super::answers::documented::oauth_unavailable(503u16)
            ],
        }
    }
    fn register(registry: &mut poem_openapi::registry::Registry) {
        <super::types::OAuthError as poem_openapi::types::Type>::register(registry);
        <super::types::OrderResult as poem_openapi::types::Type>::register(registry);
    }
}
impl OrderResponse {
    /// Answers a request that could not be read.
    #[must_use]
    pub fn malformed(malformed: super::wire::Malformed) -> Self {
        let body = super::types::OAuthError {
            error: "invalid_request".to_owned(),
            error_description: Some(malformed.to_string()),
        };
        match malformed.reason {
            super::wire::MalformedReason::TooLarge => Self::PayloadTooLarge { body },
            _ => Self::BadRequest { body },
        }
    }
}
/// What `register` may answer.
pub enum RegisterResponse {
    /// The client as registered (RFC 7591 §3.2.1).
    Created {
        /// What is sent.
        body: super::types::ClientInformation,
    },
    /// Refused (RFC 6749 §5.2, RFC 7591 §3.2.2).
    BadRequest {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// An initial access token is wanted (RFC 7591 §3).
    Unauthorized {
        /// What is wanted and where to get it (RFC 6750 §3, RFC 9728 §5.1).
        www_authenticate: String,
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// Registration is closed here.
    Forbidden {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The body is larger than 64 KiB.
    PayloadTooLarge {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The body is not JSON, or is compressed (RFC 9110 §15.5.16).
    UnsupportedMediaType {
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// Too many requests from there (RFC 6585 §4).
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The ledger cannot be reached, so nothing was issued.
    ServiceUnavailable {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        body: super::types::OAuthError,
    },
}
impl poem::IntoResponse for RegisterResponse {
    fn into_response(self) -> poem::Response {
        use poem::http::StatusCode;
        use poem::http::header::HeaderName;
        use super::reply::Reply;
        match self {
            Self::Created { body } => {
                Reply::new(StatusCode::CREATED)
                    .constant(&HeaderName::from_static("cache-control"), "no-store")
                    .constant(&HeaderName::from_static("pragma"), "no-cache")
                    .json(&body)
            }
            Self::BadRequest { body } => {
                super::answers::written::oauth_bad_request(StatusCode::BAD_REQUEST, body)
            }
            Self::Unauthorized { www_authenticate, body } => {
                Reply::new(StatusCode::UNAUTHORIZED)
                    .constant(&HeaderName::from_static("cache-control"), "no-store")
                    .constant(&HeaderName::from_static("pragma"), "no-cache")
                    .header(
                        &HeaderName::from_static("www-authenticate"),
                        Some(www_authenticate),
                    )
                    .json(&body)
            }
            Self::Forbidden { body } => {
                Reply::new(StatusCode::FORBIDDEN)
                    .constant(&HeaderName::from_static("cache-control"), "no-store")
                    .constant(&HeaderName::from_static("pragma"), "no-cache")
                    .json(&body)
            }
            Self::PayloadTooLarge { body } => {
                super::answers::written::oauth_too_large(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    body,
                )
            }
            Self::UnsupportedMediaType { body } => {
                Reply::new(StatusCode::UNSUPPORTED_MEDIA_TYPE)
                    .constant(&HeaderName::from_static("cache-control"), "no-store")
                    .constant(&HeaderName::from_static("pragma"), "no-cache")
                    .json(&body)
            }
            Self::TooManyRequests { retry_after, body } => {
                super::answers::written::too_many_requests(
                    StatusCode::TOO_MANY_REQUESTS,
                    retry_after,
                    body,
                )
            }
            Self::ServiceUnavailable { retry_after, body } => {
                super::answers::written::oauth_unavailable(
                    StatusCode::SERVICE_UNAVAILABLE,
                    retry_after,
                    body,
                )
            }
        }
    }
}
impl poem_openapi::ApiResponse for RegisterResponse {
    fn meta() -> poem_openapi::registry::MetaResponses {
        poem_openapi::registry::MetaResponses {
            responses: vec![
                super::reply::Answer::new(201u16,
                "The client as registered (RFC 7591 §3.2.1).").constant("Cache-Control",
                true, "Never kept (RFC 6749 §5.1).", "no-store").constant("Pragma",
                true, "The same for HTTP/1.0 (RFC 6749 §5.1).", "no-cache").body:: <
                super::types::ClientInformation > ("application/json").done(),
                super::answers::documented::oauth_bad_request(400u16),
                super::reply::Answer::new(401u16,
                "An initial access token is wanted (RFC 7591 §3).")
                .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).",
                "no-store").constant("Pragma", true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).", "no-cache").header:: < String
                > ("WWW-Authenticate", true,
                "What is wanted and where to get it (RFC 6750 §3, RFC 9728 §5.1).")
                .body:: < super::types::OAuthError > ("application/json").done(),
                super::reply::Answer::new(403u16, "Registration is closed here.")
                .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).",
                "no-store").constant("Pragma", true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).", "no-cache").body:: <
                super::types::OAuthError > ("application/json").done(),
                super::answers::documented::oauth_too_large(413u16),
                super::reply::Answer::new(415u16,
                "The body is not JSON, or is compressed (RFC 9110 §15.5.16).")
                .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).",
                "no-store").constant("Pragma", true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).", "no-cache").body:: <
                super::types::OAuthError > ("application/json").done(),
                super::answers::documented::too_many_requests(429u16),
                super::answers::documented::oauth_unavailable(503u16)
            ],
        }
    }
    fn register(registry: &mut poem_openapi::registry::Registry) {
        <super::types::ClientInformation as poem_openapi::types::Type>::register(
            registry,
        );
        <super::types::OAuthError as poem_openapi::types::Type>::register(registry);
    }
}
impl RegisterResponse {
    /// Answers a request that could not be read.
    #[must_use]
    pub fn malformed(malformed: super::wire::Malformed) -> Self {
        let body = super::types::OAuthError {
            error: "invalid_client_metadata".to_owned(),
            error_description: Some(malformed.to_string()),
        };
        match malformed.reason {
            super::wire::MalformedReason::TooLarge => Self::PayloadTooLarge { body },
            super::wire::MalformedReason::MediaType => {
                Self::UnsupportedMediaType { body }
            }
            _ => Self::BadRequest { body },
        }
    }
}
/// What `userinfo` may answer.
pub enum UserinfoResponse {
    /// What the access token allows to know.
    Ok {
        /// What is sent.
        body: super::types::UserInfo,
    },
    /// More than one access token, or one in more than one place (RFC 6750 §3.1).
    BadRequest {
        /// What is wanted and where to get it (RFC 6750 §3, RFC 9728 §5.1).
        www_authenticate: String,
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// No access token, or not one for this resource (RFC 6750 §3.1).
    Unauthorized {
        /// What is wanted and where to get it (RFC 6750 §3, RFC 9728 §5.1).
        www_authenticate: String,
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The access token does not grant this (RFC 6750 §3.1).
    Forbidden {
        /// What is wanted and where to get it (RFC 6750 §3, RFC 9728 §5.1).
        www_authenticate: String,
        /// What is sent.
        body: super::types::InsufficientScopeError,
    },
    /// Too many requests from there (RFC 6585 §4).
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The ledger cannot be reached, so nothing was issued.
    ServiceUnavailable {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        body: super::types::OAuthError,
    },
}
impl poem::IntoResponse for UserinfoResponse {
    fn into_response(self) -> poem::Response {
        use poem::http::StatusCode;
        use poem::http::header::HeaderName;
        use super::reply::Reply;
        match self {
            Self::Ok { body } => {
                Reply::new(StatusCode::OK)
                    .constant(&HeaderName::from_static("cache-control"), "no-store")
                    .constant(&HeaderName::from_static("pragma"), "no-cache")
                    .json(&body)
            }
            Self::BadRequest { www_authenticate, body } => {
                super::answers::written::bearer_malformed(
                    StatusCode::BAD_REQUEST,
                    www_authenticate,
                    body,
                )
            }
            Self::Unauthorized { www_authenticate, body } => {
                super::answers::written::unauthorized(
                    StatusCode::UNAUTHORIZED,
                    www_authenticate,
                    body,
                )
            }
            Self::Forbidden { www_authenticate, body } => {
                super::answers::written::insufficient_scope(
                    StatusCode::FORBIDDEN,
                    www_authenticate,
                    body,
                )
            }
            Self::TooManyRequests { retry_after, body } => {
                super::answers::written::too_many_requests(
                    StatusCode::TOO_MANY_REQUESTS,
                    retry_after,
                    body,
                )
            }
            Self::ServiceUnavailable { retry_after, body } => {
                super::answers::written::oauth_unavailable(
                    StatusCode::SERVICE_UNAVAILABLE,
                    retry_after,
                    body,
                )
            }
        }
    }
}
impl poem_openapi::ApiResponse for UserinfoResponse {
    fn meta() -> poem_openapi::registry::MetaResponses {
        poem_openapi::registry::MetaResponses {
            responses: vec![
                super::reply::Answer::new(200u16,
                "What the access token allows to know.").constant("Cache-Control", true,
                "Never kept (RFC 6749 §5.1).", "no-store").constant("Pragma", true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).", "no-cache").body:: <
                super::types::UserInfo > ("application/json").done(),
                super::answers::documented::bearer_malformed(400u16),
                super::answers::documented::unauthorized(401u16),
                super::answers::documented::insufficient_scope(403u16),
                super::answers::documented::too_many_requests(429u16),
                super::answers::documented::oauth_unavailable(503u16)
            ],
        }
    }
    fn register(registry: &mut poem_openapi::registry::Registry) {
        <super::types::InsufficientScopeError as poem_openapi::types::Type>::register(
            registry,
        );
        <super::types::OAuthError as poem_openapi::types::Type>::register(registry);
        <super::types::UserInfo as poem_openapi::types::Type>::register(registry);
    }
}
/// What `test` may answer.
pub enum TestResponse {
    /// The access token is good here.
    Ok {
        /// What is sent.
        body: super::types::GrantedAccess,
    },
    /// More than one access token, or one in more than one place (RFC 6750 §3.1).
    BadRequest {
        /// What is wanted and where to get it (RFC 6750 §3, RFC 9728 §5.1).
        www_authenticate: String,
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// No access token, or not one for this resource (RFC 6750 §3.1).
    Unauthorized {
        /// What is wanted and where to get it (RFC 6750 §3, RFC 9728 §5.1).
        www_authenticate: String,
        /// What is sent.
        body: super::types::OAuthError,
    },
    /// The access token does not grant this (RFC 6750 §3.1).
    Forbidden {
        /// What is wanted and where to get it (RFC 6750 §3, RFC 9728 §5.1).
        www_authenticate: String,
        /// What is sent.
        body: super::types::InsufficientScopeError,
    },
    /// The ledger cannot be reached, so nothing was issued.
    ServiceUnavailable {
        /// Seconds to wait.
        retry_after: u64,
        /// What is sent.
        body: super::types::OAuthError,
    },
}
impl poem::IntoResponse for TestResponse {
    fn into_response(self) -> poem::Response {
        use poem::http::StatusCode;
        use poem::http::header::HeaderName;
        use super::reply::Reply;
        match self {
            Self::Ok { body } => {
                Reply::new(StatusCode::OK)
                    .constant(&HeaderName::from_static("cache-control"), "no-store")
                    .constant(&HeaderName::from_static("pragma"), "no-cache")
                    .json(&body)
            }
            Self::BadRequest { www_authenticate, body } => {
                super::answers::written::bearer_malformed(
                    StatusCode::BAD_REQUEST,
                    www_authenticate,
                    body,
                )
            }
            Self::Unauthorized { www_authenticate, body } => {
                super::answers::written::unauthorized(
                    StatusCode::UNAUTHORIZED,
                    www_authenticate,
                    body,
                )
            }
            Self::Forbidden { www_authenticate, body } => {
                super::answers::written::insufficient_scope(
                    StatusCode::FORBIDDEN,
                    www_authenticate,
                    body,
                )
            }
            Self::ServiceUnavailable { retry_after, body } => {
                super::answers::written::oauth_unavailable(
                    StatusCode::SERVICE_UNAVAILABLE,
                    retry_after,
                    body,
                )
            }
        }
    }
}
impl poem_openapi::ApiResponse for TestResponse {
    fn meta() -> poem_openapi::registry::MetaResponses {
        poem_openapi::registry::MetaResponses {
            responses: vec![
                super::reply::Answer::new(200u16, "The access token is good here.")
                .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).",
                "no-store").constant("Pragma", true,
                "The same for HTTP/1.0 (RFC 6749 §5.1).", "no-cache").body:: <
                super::types::GrantedAccess > ("application/json").done(),
                super::answers::documented::bearer_malformed(400u16),
                super::answers::documented::unauthorized(401u16),
                super::answers::documented::insufficient_scope(403u16),
                super::answers::documented::oauth_unavailable(503u16)
            ],
        }
    }
    fn register(registry: &mut poem_openapi::registry::Registry) {
        <super::types::GrantedAccess as poem_openapi::types::Type>::register(registry);
        <super::types::InsufficientScopeError as poem_openapi::types::Type>::register(
            registry,
        );
        <super::types::OAuthError as poem_openapi::types::Type>::register(registry);
    }
}
/// What `mcp` may answer; it writes the answer itself.
pub enum McpAnswers {}
impl super::reply::Answers for McpAnswers {
    fn answers() -> Vec<poem_openapi::registry::MetaResponse> {
        vec![
            super::reply::Answer::new(200u16, "A JSON-RPC message, or a stream of them.")
            .body:: < std::collections::BTreeMap < String, serde_json::Value > >
            ("application/json").body:: < String > ("text/event-stream").done(),
            super::reply::Answer::new(202u16, "Notification or response taken.").done(),
            super::reply::Answer::new(204u16, "Session ended.").done(),
            super::reply::Answer::new(400u16, "Not a message this endpoint can take.")
            .body:: < std::collections::BTreeMap < String, serde_json::Value > >
            ("application/json").body:: < String > ("text/plain").done(),
            super::answers::documented::unauthorized(401u16),
            super::answers::documented::forbidden(403u16),
            super::reply::Answer::new(404u16, "Not a message this endpoint can take.")
            .body:: < std::collections::BTreeMap < String, serde_json::Value > >
            ("application/json").body:: < String > ("text/plain").done(),
            super::reply::Answer::new(405u16,
            "No use is made of this method here, where there are no sessions and no streams of their own.")
            .done(), super::reply::Answer::new(406u16,
            "Not a message this endpoint can take.").body:: < std::collections::BTreeMap
            < String, serde_json::Value > > ("application/json").body:: < String >
            ("text/plain").done(), super::reply::Answer::new(413u16,
            "Not a message this endpoint can take.").body:: < std::collections::BTreeMap
            < String, serde_json::Value > > ("application/json").body:: < String >
            ("text/plain").done(), super::reply::Answer::new(415u16,
            "Not a message this endpoint can take.").body:: < std::collections::BTreeMap
            < String, serde_json::Value > > ("application/json").body:: < String >
            ("text/plain").done(), super::reply::Answer::new(502u16,
            "Not a message this endpoint can take.").body:: < std::collections::BTreeMap
            < String, serde_json::Value > > ("application/json").body:: < String >
            ("text/plain").done(), super::answers::documented::oauth_unavailable(503u16),
            super::reply::Answer::new(504u16, "Not a message this endpoint can take.")
            .body:: < std::collections::BTreeMap < String, serde_json::Value > >
            ("application/json").body:: < String > ("text/plain").done()
        ]
    }
    fn register(registry: &mut poem_openapi::registry::Registry) {
        <super::types::InsufficientScopeError as poem_openapi::types::Type>::register(
            registry,
        );
        <super::types::OAuthError as poem_openapi::types::Type>::register(registry);
    }
}
/// What `protected_tools` may answer; it writes the answer itself.
pub enum ProtectedToolsAnswers {}
impl super::reply::Answers for ProtectedToolsAnswers {
    fn answers() -> Vec<poem_openapi::registry::MetaResponse> {
        vec![
            super::reply::Answer::new(200u16, "What there is.").constant("Cache-Control",
            true, "Never kept (RFC 6749 §5.1).", "no-store").body:: < Vec <
            std::collections::BTreeMap < String, serde_json::Value > > >
            ("application/json").done(), super::reply::Answer::new(400u16,
            "Not what the MCP server can take, or an access token that cannot be read.")
            .body:: < std::collections::BTreeMap < String, serde_json::Value > >
            ("application/json").body:: < String > ("text/plain").done(),
            super::answers::documented::unauthorized(401u16),
            super::answers::documented::forbidden(403u16),
            super::reply::Answer::new(404u16,
            "Not what the MCP server can take, or an access token that cannot be read.")
            .body:: < std::collections::BTreeMap < String, serde_json::Value > >
            ("application/json").body:: < String > ("text/plain").done(),
            super::reply::Answer::new(502u16,
            "Not what the MCP server can take, or an access token that cannot be read.")
            .body:: < std::collections::BTreeMap < String, serde_json::Value > >
            ("application/json").body:: < String > ("text/plain").done(),
            super::answers::documented::oauth_unavailable(503u16),
            super::reply::Answer::new(504u16,
            "Not what the MCP server can take, or an access token that cannot be read.")
            .body:: < std::collections::BTreeMap < String, serde_json::Value > >
            ("application/json").body:: < String > ("text/plain").done()
        ]
    }
    fn register(registry: &mut poem_openapi::registry::Registry) {
        <super::types::InsufficientScopeError as poem_openapi::types::Type>::register(
            registry,
        );
        <super::types::OAuthError as poem_openapi::types::Type>::register(registry);
    }
}
/// What `protected_call` may answer; it writes the answer itself.
pub enum ProtectedCallAnswers {}
impl super::reply::Answers for ProtectedCallAnswers {
    fn answers() -> Vec<poem_openapi::registry::MetaResponse> {
        vec![
            super::reply::Answer::new(200u16,
            "The name of the `tool`, and as `result` its content blocks; of a tool that has them also `structuredContent` and `isError`.")
            .constant("Cache-Control", true, "Never kept (RFC 6749 §5.1).", "no-store")
            .body:: < std::collections::BTreeMap < String, serde_json::Value > >
            ("application/json").done(), super::reply::Answer::new(400u16,
            "Not what the MCP server can take, or an access token that cannot be read.")
            .body:: < std::collections::BTreeMap < String, serde_json::Value > >
            ("application/json").body:: < String > ("text/plain").done(),
            super::answers::documented::unauthorized(401u16),
            super::answers::documented::forbidden(403u16),
            super::reply::Answer::new(404u16,
            "Not what the MCP server can take, or an access token that cannot be read.")
            .body:: < std::collections::BTreeMap < String, serde_json::Value > >
            ("application/json").body:: < String > ("text/plain").done(),
            super::reply::Answer::new(413u16,
            "Not what the MCP server can take, or an access token that cannot be read.")
            .body:: < std::collections::BTreeMap < String, serde_json::Value > >
            ("application/json").body:: < String > ("text/plain").done(),
            super::reply::Answer::new(502u16,
            "Not what the MCP server can take, or an access token that cannot be read.")
            .body:: < std::collections::BTreeMap < String, serde_json::Value > >
            ("application/json").body:: < String > ("text/plain").done(),
            super::answers::documented::oauth_unavailable(503u16),
            super::reply::Answer::new(504u16,
            "Not what the MCP server can take, or an access token that cannot be read.")
            .body:: < std::collections::BTreeMap < String, serde_json::Value > >
            ("application/json").body:: < String > ("text/plain").done()
        ]
    }
    fn register(registry: &mut poem_openapi::registry::Registry) {
        <super::types::InsufficientScopeError as poem_openapi::types::Type>::register(
            registry,
        );
        <super::types::OAuthError as poem_openapi::types::Type>::register(registry);
    }
}
/// What `healthz` may answer; it writes the answer itself.
pub enum HealthzAnswers {}
impl super::reply::Answers for HealthzAnswers {
    fn answers() -> Vec<poem_openapi::registry::MetaResponse> {
        vec![super::answers::documented::health(200u16)]
    }
    fn register(registry: &mut poem_openapi::registry::Registry) {
        <super::types::Health as poem_openapi::types::Type>::register(registry);
    }
}
/// What `readyz` may answer; it writes the answer itself.
pub enum ReadyzAnswers {}
impl super::reply::Answers for ReadyzAnswers {
    fn answers() -> Vec<poem_openapi::registry::MetaResponse> {
        vec![
            super::answers::documented::health(200u16),
            super::answers::documented::health(503u16)
        ]
    }
    fn register(registry: &mut poem_openapi::registry::Registry) {
        <super::types::Health as poem_openapi::types::Type>::register(registry);
    }
}
/// What `openapi_json` may answer; it writes the answer itself.
pub enum OpenapiJsonAnswers {}
impl super::reply::Answers for OpenapiJsonAnswers {
    fn answers() -> Vec<poem_openapi::registry::MetaResponse> {
        vec![
            super::reply::Answer::new(200u16, "The OpenAPI document.").body:: <
            std::collections::BTreeMap < String, serde_json::Value > >
            ("application/json").done(), super::reply::Answer::new(304u16,
            "The client has this document already, by its `If-None-Match` (RFC 9110 §13.1.2).")
            .done()
        ]
    }
    fn register(_registry: &mut poem_openapi::registry::Registry) {}
}
/// What `openapi_yaml` may answer; it writes the answer itself.
pub enum OpenapiYamlAnswers {}
impl super::reply::Answers for OpenapiYamlAnswers {
    fn answers() -> Vec<poem_openapi::registry::MetaResponse> {
        vec![
            super::reply::Answer::new(200u16, "The OpenAPI document.").body:: < String >
            ("application/yaml").done(), super::reply::Answer::new(304u16,
            "The client has this document already, by its `If-None-Match` (RFC 9110 §13.1.2).")
            .done()
        ]
    }
    fn register(_registry: &mut poem_openapi::registry::Registry) {}
}
/// What `docs` may answer; it writes the answer itself.
pub enum DocsAnswers {}
impl super::reply::Answers for DocsAnswers {
    fn answers() -> Vec<poem_openapi::registry::MetaResponse> {
        vec![
            super::answers::documented::page(200u16),
            super::answers::documented::not_found(404u16)
        ]
    }
    fn register(registry: &mut poem_openapi::registry::Registry) {
        <super::types::OAuthError as poem_openapi::types::Type>::register(registry);
    }
}
