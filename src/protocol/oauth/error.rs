//! The registered error codes, as the wire spells them.

/// The `error` member of an answer.
///
/// # Source
///
/// RFC 6749 §4.1.2.1 and §5.2, RFC 7591 §3.2.2, RFC 8707 §2, OpenID Connect Core 1.0 §3.1.2.6.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ErrorCode {
    /// `access_denied`: the subject said no.
    AccessDenied,
    /// `consent_required`: the subject would have to be asked.
    ConsentRequired,
    /// `invalid_client`: client authentication failed, or the client is unknown.
    InvalidClient,
    /// `invalid_client_metadata`: a registration asks for what cannot be given.
    InvalidClientMetadata,
    /// `invalid_grant`: the code or refresh token is dead, or was made for somebody else.
    InvalidGrant,
    /// `invalid_redirect_uri`: none of the registered redirect URIs is acceptable.
    InvalidRedirectUri,
    /// `invalid_request`: something is missing, malformed or repeated.
    InvalidRequest,
    /// `invalid_scope`: the scope is malformed or exceeds what was granted.
    InvalidScope,
    /// `invalid_target`: the resource is unknown, malformed, or not the granted one.
    InvalidTarget,
    /// `login_required`: somebody would have to log in.
    LoginRequired,
    /// `request_not_supported`: request objects are not taken.
    RequestNotSupported,
    /// `request_uri_not_supported`: request objects are not fetched.
    RequestUriNotSupported,
    /// `temporarily_unavailable`: our own trouble; try again.
    TemporarilyUnavailable,
    /// `unauthorized_client`: the client may not use this grant type.
    UnauthorizedClient,
    /// `unsupported_grant_type`: no such grant type here.
    UnsupportedGrantType,
    /// `unsupported_response_type`: only `code` is issued.
    UnsupportedResponseType,
}

impl ErrorCode {
    /// Every code, for tests that must cover all of them.
    pub const ALL: [Self; 16] = [
        Self::AccessDenied,
        Self::ConsentRequired,
        Self::InvalidClient,
        Self::InvalidClientMetadata,
        Self::InvalidGrant,
        Self::InvalidRedirectUri,
        Self::InvalidRequest,
        Self::InvalidScope,
        Self::InvalidTarget,
        Self::LoginRequired,
        Self::RequestNotSupported,
        Self::RequestUriNotSupported,
        Self::TemporarilyUnavailable,
        Self::UnauthorizedClient,
        Self::UnsupportedGrantType,
        Self::UnsupportedResponseType,
    ];

    /// The registered spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::ConsentRequired => "consent_required",
            Self::InvalidClient => "invalid_client",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::LoginRequired => "login_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
        }
    }
}
