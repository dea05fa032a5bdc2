//! Why a token request fails, and what the client is told about it.
//!
//! The reason is for our logs; the code is for the wire. Several reasons share one code and one description on purpose,
//! so that a prober cannot tell which check caught it. Source: RFC 6749 §5.2.

use std::fmt;

use crate::oauth::assertion::AssertionFault;
use crate::oauth::client::ClientFault;
use crate::oauth::error::ErrorCode;
use crate::oauth::pkce::VerifierFault;
use crate::policy::TargetFault;

/// Why a token request yields no token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum GrantError {
    /// A parameter is repeated or unreadable.
    Malformed,
    /// `grant_type` is absent.
    GrantTypeMissing,
    /// No such grant type here.
    GrantTypeUnsupported,
    /// The client is not registered for this grant type.
    GrantTypeNotAllowed,
    /// No `client_id`, in the body or by Basic authentication.
    ClientMissing,
    /// Two ways of client authentication at once.
    ClientTwice,
    /// `client_assertion` without its type, with another, or a type without an assertion.
    AssertionType,
    /// Basic authentication that cannot be read.
    ClientUnreadable,
    /// No such client.
    ClientUnknown,
    /// The client is not who it says.
    ClientNotAuthenticated(ClientFault),
    /// `code` is absent.
    CodeMissing,
    /// The code was not sealed by us, or not as a code.
    CodeUnreadable,
    /// The code's lifetime is over.
    CodeExpired,
    /// The code was redeemed before.
    CodeReplayed,
    /// The code or refresh token was made for another client.
    ClientMismatch,
    /// `redirect_uri` differs from the authorization request's.
    RedirectUriMismatch,
    /// `code_verifier` is absent.
    VerifierMissing,
    /// `code_verifier` is there, but the authorization request had no `code_challenge`.
    VerifierUnexpected,
    /// `code_verifier` is not 43 to 128 unreserved characters.
    VerifierMalformed,
    /// `code_verifier` does not hash to the `code_challenge`.
    VerifierMismatch,
    /// `refresh_token` is absent.
    RefreshMissing,
    /// The refresh token was not sealed by us, or not as a refresh token.
    RefreshUnreadable,
    /// The refresh token was not used for too long, or its family's time is over.
    RefreshExpired,
    /// The refresh token was replaced and used again.
    RefreshReused,
    /// The family was revoked.
    FamilyRevoked,
    /// The ledger must know every family, and does not know this one.
    FamilyUnknown,
    /// The person is no longer known here.
    SubjectGone,
    /// What the person's identity provider gave is needed, and neither told nor kept: the token is older than that rule, or
    /// the ledger lost it.
    BondMissing,
    /// The person's identity provider vouches for them no longer, or was not asked.
    NotVouchedFor,
    /// The person's identity provider does not answer.
    ProviderUnavailable,
    /// It was issued before the instant that the configuration names for its person, its client or everything.
    RevokedBefore,
    /// `scope` is outside the grammar.
    ScopeMalformed,
    /// `scope` asks for more than was granted.
    ScopeNotGranted,
    /// `resource` is not one of this deployment's.
    Target(TargetFault),
    /// `resource` is not the granted one.
    ResourceNotGranted,
    /// The ledger does not answer.
    LedgerUnavailable,
    /// The client's metadata document cannot be had at the moment.
    ClientUnavailable,
    /// The keys of the client cannot be had at the moment.
    KeysUnavailable,
    /// Too many secrets wait to be checked.
    Busy,
}

impl GrantError {
    /// Every reason, for tests that must cover all of them.
    pub const ALL: [Self; 58] = [
        Self::Malformed,
        Self::GrantTypeMissing,
        Self::GrantTypeUnsupported,
        Self::GrantTypeNotAllowed,
        Self::ClientMissing,
        Self::ClientTwice,
        Self::AssertionType,
        Self::ClientUnreadable,
        Self::ClientUnknown,
        Self::ClientNotAuthenticated(ClientFault::SecretMissing),
        Self::ClientNotAuthenticated(ClientFault::SecretWrong),
        Self::ClientNotAuthenticated(ClientFault::SecretUnexpected),
        Self::ClientNotAuthenticated(ClientFault::AssertionMissing),
        Self::ClientNotAuthenticated(ClientFault::AssertionUnexpected),
        Self::ClientNotAuthenticated(ClientFault::Assertion(AssertionFault::Unreadable)),
        Self::ClientNotAuthenticated(ClientFault::Assertion(AssertionFault::KeysUnusable)),
        Self::ClientNotAuthenticated(ClientFault::Assertion(AssertionFault::Signature)),
        Self::ClientNotAuthenticated(ClientFault::Assertion(AssertionFault::Subject)),
        Self::ClientNotAuthenticated(ClientFault::Assertion(AssertionFault::Issuer)),
        Self::ClientNotAuthenticated(ClientFault::Assertion(AssertionFault::Audience)),
        Self::ClientNotAuthenticated(ClientFault::Assertion(AssertionFault::EndMissing)),
        Self::ClientNotAuthenticated(ClientFault::Assertion(AssertionFault::Expired)),
        Self::ClientNotAuthenticated(ClientFault::Assertion(AssertionFault::Early)),
        Self::ClientNotAuthenticated(ClientFault::Assertion(AssertionFault::TooLong)),
        Self::ClientNotAuthenticated(ClientFault::Assertion(AssertionFault::Id)),
        Self::ClientNotAuthenticated(ClientFault::Assertion(AssertionFault::Replayed)),
        Self::CodeMissing,
        Self::CodeUnreadable,
        Self::CodeExpired,
        Self::CodeReplayed,
        Self::ClientMismatch,
        Self::RedirectUriMismatch,
        Self::VerifierMissing,
        Self::VerifierUnexpected,
        Self::VerifierMalformed,
        Self::VerifierMismatch,
        Self::RefreshMissing,
        Self::RefreshUnreadable,
        Self::RefreshExpired,
        Self::RefreshReused,
        Self::FamilyRevoked,
        Self::FamilyUnknown,
        Self::SubjectGone,
        Self::BondMissing,
        Self::NotVouchedFor,
        Self::ProviderUnavailable,
        Self::RevokedBefore,
        Self::ScopeMalformed,
        Self::ScopeNotGranted,
        Self::Target(TargetFault::Malformed),
        Self::Target(TargetFault::Unknown),
        Self::Target(TargetFault::Missing),
        Self::Target(TargetFault::Several),
        Self::ResourceNotGranted,
        Self::LedgerUnavailable,
        Self::ClientUnavailable,
        Self::KeysUnavailable,
        Self::Busy,
    ];

    /// What the client is told. No `_` arm: a new reason must choose its code here.
    #[must_use]
    pub fn code(self) -> ErrorCode {
        match self {
            Self::Malformed
            | Self::GrantTypeMissing
            | Self::ClientMissing
            | Self::ClientTwice
            | Self::AssertionType
            | Self::CodeMissing
            | Self::VerifierMalformed
            | Self::RefreshMissing => ErrorCode::InvalidRequest,
            Self::GrantTypeUnsupported => ErrorCode::UnsupportedGrantType,
            Self::GrantTypeNotAllowed => ErrorCode::UnauthorizedClient,
            Self::ClientUnreadable | Self::ClientUnknown | Self::ClientNotAuthenticated(_) => {
                ErrorCode::InvalidClient
            }
            Self::CodeUnreadable
            | Self::CodeExpired
            | Self::CodeReplayed
            | Self::ClientMismatch
            | Self::RedirectUriMismatch
            | Self::VerifierMissing
            | Self::VerifierUnexpected
            | Self::VerifierMismatch
            | Self::RefreshUnreadable
            | Self::RefreshExpired
            | Self::RefreshReused
            | Self::FamilyRevoked
            | Self::FamilyUnknown
            | Self::SubjectGone
            | Self::BondMissing
            | Self::NotVouchedFor
            | Self::RevokedBefore => ErrorCode::InvalidGrant,
            Self::ScopeMalformed | Self::ScopeNotGranted => ErrorCode::InvalidScope,
            Self::Target(_) | Self::ResourceNotGranted => ErrorCode::InvalidTarget,
            Self::LedgerUnavailable
            | Self::ClientUnavailable
            | Self::KeysUnavailable
            | Self::ProviderUnavailable
            | Self::Busy => ErrorCode::TemporarilyUnavailable,
        }
    }

    /// `error_description`: the remedy, in words that tell a prober nothing about the value it sent.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Malformed => "a parameter is repeated or cannot be read",
            Self::GrantTypeMissing => "grant_type is missing",
            Self::GrantTypeUnsupported => {
                "this grant_type is not supported; see grant_types_supported"
            }
            Self::GrantTypeNotAllowed => "this client is not registered for this grant_type",
            Self::ClientMissing => "client_id is missing",
            Self::ClientTwice => "authenticate the client in one way only, under one client_id",
            Self::AssertionType => {
                "client_assertion needs client_assertion_type urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            }
            Self::ClientNotAuthenticated(ClientFault::Assertion(_)) => ASSERTION_REFUSED,
            Self::ClientUnreadable | Self::ClientUnknown | Self::ClientNotAuthenticated(_) => {
                "unknown client or failed client authentication; register again if the registration is lost"
            }
            Self::CodeMissing => "code is missing",
            Self::VerifierMalformed => "code_verifier must be 43 to 128 unreserved characters",
            Self::CodeUnreadable
            | Self::CodeExpired
            | Self::CodeReplayed
            | Self::ClientMismatch
            | Self::RedirectUriMismatch
            | Self::VerifierMissing
            | Self::VerifierUnexpected
            | Self::VerifierMismatch
            | Self::RefreshUnreadable
            | Self::RefreshExpired
            | Self::RefreshReused
            | Self::FamilyRevoked
            | Self::FamilyUnknown
            | Self::SubjectGone
            | Self::BondMissing
            | Self::NotVouchedFor
            | Self::RevokedBefore => {
                "the code or refresh token is expired, used, revoked, or was issued for another request; authorize again"
            }
            Self::RefreshMissing => "refresh_token is missing",
            Self::ScopeMalformed => "scope has a character that scopes cannot have, or is too long",
            Self::ScopeNotGranted => "scope exceeds what was granted; authorize again to get more",
            Self::Target(fault) => fault.description(),
            Self::ResourceNotGranted => {
                "resource differs from the one that was granted; authorize again for another"
            }
            Self::LedgerUnavailable => "the ledger does not answer; try again",
            Self::ClientUnavailable => {
                "the client metadata document cannot be fetched at the moment; try again"
            }
            Self::KeysUnavailable => {
                "the keys of the client cannot be fetched at the moment; try again"
            }
            Self::ProviderUnavailable => "the identity provider does not answer; try again",
            Self::Busy => "more clients authenticate than can be checked at once; try again",
        }
    }
}

/// What an assertion must be, whichever of it this one is not.
const ASSERTION_REFUSED: &str = "the client assertion was not taken: it must be signed by a key of the client with RS256, \
    ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once";

impl From<VerifierFault> for GrantError {
    fn from(fault: VerifierFault) -> Self {
        match fault {
            VerifierFault::Missing => Self::VerifierMissing,
            VerifierFault::Unexpected => Self::VerifierUnexpected,
            VerifierFault::Malformed => Self::VerifierMalformed,
            VerifierFault::Mismatch => Self::VerifierMismatch,
        }
    }
}

impl From<ClientFault> for GrantError {
    fn from(fault: ClientFault) -> Self {
        Self::ClientNotAuthenticated(fault)
    }
}

impl fmt::Display for GrantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

impl std::error::Error for GrantError {}
