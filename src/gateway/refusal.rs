//! Why a request is not let through, and what the client hears about it.
//! Source: RFC 6750 §3 and §3.1, RFC 9449 §7.1, MCP 2026-07-28 authorization (401, 403, 400).

/// A reason not to let a request through.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// Nothing was presented, or under a scheme not known here.
    NoCredentials,
    /// The token was sent in the query or a form only.
    TokenElsewhere,
    /// More than one token, or one in more than one place.
    TokenRepeated,
    /// Not the grammar of a bearer token.
    TokenMalformed,
    /// Longer than any token accepted here.
    TokenTooLong,
    /// Not issued for here by anybody trusted, or revoked.
    TokenUnknown,
    /// Its time is over.
    TokenExpired,
    /// It is for another resource.
    AudienceMismatch,
    /// It is bound to a key whose proof is not checked here.
    SenderConstrained,
    /// It is bound to a key, and was sent without the proof.
    ProofMissing,
    /// The proof proves nothing.
    ProofInvalid,
    /// The proof is of another key.
    OtherKey,
    /// It is bound to no key, where it must be.
    NotBound,
    /// It does not reach as far as this operation.
    InsufficientScope,
    /// Who it speaks for was named by somebody else than the identity provider whose token is needed.
    NoGrant,
    /// What that provider gave for the person is void, and the token with it.
    GrantEnded,
    /// Whether it was revoked cannot be found out now.
    Unavailable,
}

impl Refusal {
    /// Every reason there is.
    pub const ALL: [Self; 17] = [
        Self::NoCredentials,
        Self::TokenElsewhere,
        Self::TokenRepeated,
        Self::TokenMalformed,
        Self::TokenTooLong,
        Self::TokenUnknown,
        Self::TokenExpired,
        Self::AudienceMismatch,
        Self::SenderConstrained,
        Self::ProofMissing,
        Self::ProofInvalid,
        Self::OtherKey,
        Self::NotBound,
        Self::InsufficientScope,
        Self::NoGrant,
        Self::GrantEnded,
        Self::Unavailable,
    ];

    /// The HTTP status.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::NoCredentials
            | Self::TokenElsewhere
            | Self::TokenMalformed
            | Self::TokenTooLong
            | Self::TokenUnknown
            | Self::TokenExpired
            | Self::AudienceMismatch
            | Self::SenderConstrained
            | Self::ProofMissing
            | Self::ProofInvalid
            | Self::OtherKey
            | Self::GrantEnded
            | Self::NotBound => 401,
            Self::TokenRepeated => 400,
            Self::InsufficientScope | Self::NoGrant => 403,
            Self::Unavailable => 503,
        }
    }

    /// The error code in the challenge; none where no usable credentials were presented, and none without a challenge.
    #[must_use]
    pub fn code(self) -> Option<&'static str> {
        match self {
            Self::NoCredentials | Self::TokenElsewhere | Self::NoGrant | Self::Unavailable => None,
            Self::TokenRepeated => Some("invalid_request"),
            Self::TokenMalformed
            | Self::TokenTooLong
            | Self::TokenUnknown
            | Self::TokenExpired
            | Self::AudienceMismatch
            | Self::SenderConstrained
            | Self::ProofMissing
            | Self::OtherKey
            | Self::GrantEnded
            | Self::NotBound => Some("invalid_token"),
            Self::ProofInvalid => Some("invalid_dpop_proof"),
            Self::InsufficientScope => Some("insufficient_scope"),
        }
    }

    /// The sentence in the challenge and the body. It tells a stranger nothing that the token does not say itself.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::NoCredentials => "Authentication required",
            Self::TokenElsewhere => {
                "Send the access token in the Authorization header, nowhere else"
            }
            Self::TokenRepeated => "Send one access token, in one Authorization header",
            Self::TokenMalformed | Self::TokenTooLong => "The access token is malformed",
            Self::TokenUnknown => "The access token is not valid here, or was revoked",
            Self::TokenExpired => "The access token has expired",
            Self::AudienceMismatch => "The access token was issued for another resource",
            Self::SenderConstrained => "Access tokens bound to a key are not accepted here",
            Self::ProofMissing => "This access token is bound to a key; send it with a DPoP proof",
            Self::ProofInvalid => "The DPoP proof is not valid for this request",
            Self::OtherKey => "The access token is bound to another key",
            Self::NotBound => "This needs an access token that is bound to a key (DPoP)",
            Self::InsufficientScope => {
                "This needs scopes that were not granted; reconnect and grant them"
            }
            Self::NoGrant => {
                "This needs an account at an identity provider that you did not log in with; log in through that one"
            }
            Self::GrantEnded => {
                "Your identity provider no longer vouches for this login; log in again"
            }
            Self::Unavailable => "The access token cannot be checked at the moment; try again",
        }
    }

    /// The `error` member of the body.
    #[must_use]
    pub fn body_code(self) -> &'static str {
        match self {
            Self::Unavailable => "temporarily_unavailable",
            Self::NoGrant => "forbidden",
            other => other.code().unwrap_or("unauthorized"),
        }
    }
}
