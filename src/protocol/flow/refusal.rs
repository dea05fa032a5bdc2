//! How an authorization request ends without a code.
//!
//! Source: RFC 6749 §4.1.2.1, OAuth 2.1 (draft 13) §7.13, RFC 9207 §2, OpenID Connect Core 1.0 §3.1.2.6.

use super::location::answer;
use crate::oauth::client::{Client, ClientOrigin};
use crate::oauth::error::ErrorCode;
use crate::oauth::pkce::ChallengeFault;
use crate::oauth::redirect_uri::{MatchedRedirectUri, RedirectKind};
use crate::policy::{Policy, TargetFault};

pub use super::rejection::Rejection;

/// The client is told, at a redirect URI it owns.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// Why.
    pub reason: RefusalReason,
    /// Where the client hears of it.
    pub redirect_uri: MatchedRedirectUri,
    /// `state`, as sent.
    pub state: Option<String>,
}

/// Why an authorization request was refused after its redirect URI could be trusted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RefusalReason {
    /// `response_type` is absent.
    ResponseTypeMissing,
    /// `response_type` is not `code`.
    ResponseTypeUnsupported,
    /// `response_mode` is not `query`.
    ResponseModeUnsupported,
    /// The client is not registered for the authorization code grant.
    GrantTypeNotAllowed,
    /// `request` was sent.
    RequestObject,
    /// `request_uri` was sent.
    RequestUri,
    /// `code_challenge` is absent.
    ChallengeMissing,
    /// `code_challenge` is not 43 base64url characters.
    ChallengeMalformed,
    /// The method is `plain`, which this client may use, but `code_challenge` is not 43 to 128 unreserved characters.
    PlainChallengeMalformed,
    /// `code_challenge_method` is none that this client may use; absent means `plain`.
    ChallengeMethodUnsupported,
    /// `scope` is outside the grammar.
    ScopeMalformed,
    /// `resource` is not one of this deployment's.
    Target(TargetFault),
    /// `prompt` has `none` beside another value.
    PromptContradictory,
    /// `max_age` is no number of seconds.
    MaxAgeMalformed,
    /// `nonce` is too long, or has a character outside printable ASCII.
    NonceMalformed,
    /// `id_token_hint` is no ID token of this server's for this client.
    HintUnusable,
    /// Somebody would have to log in, and the client wants no page.
    LoginRequired,
    /// Somebody would have to be asked, and the client wants no page.
    ConsentRequired,
    /// Who logged in is not the person of `id_token_hint`.
    AnotherPerson,
    /// The subject said no.
    Denied,
    /// The subject has no right to any of the scope.
    NothingToAllow,
    /// The identity provider does not say that the person logged in as recently as the client demands.
    LoginNotProven,
    /// The identity provider did not say who the person is.
    NotIdentified,
}

/// How a refusal reaches the client.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Delivery {
    /// At once.
    Redirect,
    /// By a page with a link, because nobody vouches for the target and nobody is signed in.
    Page,
}

impl RefusalReason {
    /// Every reason, for tests that must cover all of them.
    pub const ALL: [Self; 26] = [
        Self::ResponseTypeMissing,
        Self::ResponseTypeUnsupported,
        Self::ResponseModeUnsupported,
        Self::GrantTypeNotAllowed,
        Self::RequestObject,
        Self::RequestUri,
        Self::ChallengeMissing,
        Self::ChallengeMalformed,
        Self::PlainChallengeMalformed,
        Self::ChallengeMethodUnsupported,
        Self::ScopeMalformed,
        Self::Target(TargetFault::Malformed),
        Self::Target(TargetFault::Unknown),
        Self::Target(TargetFault::Missing),
        Self::Target(TargetFault::Several),
        Self::PromptContradictory,
        Self::MaxAgeMalformed,
        Self::NonceMalformed,
        Self::HintUnusable,
        Self::LoginRequired,
        Self::ConsentRequired,
        Self::AnotherPerson,
        Self::Denied,
        Self::NothingToAllow,
        Self::LoginNotProven,
        Self::NotIdentified,
    ];

    /// What the client hears. No `_` arm: a new reason must choose.
    #[must_use]
    pub fn code(self) -> ErrorCode {
        match self {
            Self::ResponseTypeMissing
            | Self::ResponseModeUnsupported
            | Self::ChallengeMissing
            | Self::ChallengeMalformed
            | Self::PlainChallengeMalformed
            | Self::ChallengeMethodUnsupported
            | Self::PromptContradictory
            | Self::MaxAgeMalformed
            | Self::NonceMalformed
            | Self::HintUnusable => ErrorCode::InvalidRequest,
            Self::ResponseTypeUnsupported => ErrorCode::UnsupportedResponseType,
            Self::GrantTypeNotAllowed => ErrorCode::UnauthorizedClient,
            Self::RequestObject => ErrorCode::RequestNotSupported,
            Self::RequestUri => ErrorCode::RequestUriNotSupported,
            Self::ScopeMalformed => ErrorCode::InvalidScope,
            Self::Target(_) => ErrorCode::InvalidTarget,
            Self::LoginRequired | Self::AnotherPerson | Self::LoginNotProven => {
                ErrorCode::LoginRequired
            }
            Self::ConsentRequired => ErrorCode::ConsentRequired,
            Self::Denied | Self::NothingToAllow | Self::NotIdentified => ErrorCode::AccessDenied,
        }
    }

    /// `error_description`: says which parameter and what to send instead.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::ResponseTypeMissing => "response_type is missing; send response_type=code",
            Self::ResponseTypeUnsupported => "only response_type=code is supported",
            Self::ResponseModeUnsupported => "only response_mode=query is supported",
            Self::GrantTypeNotAllowed => {
                "this client is not registered for the authorization_code grant"
            }
            Self::RequestObject => "request objects are not supported",
            Self::RequestUri => "request_uri is not supported",
            Self::ChallengeMissing => {
                "code_challenge is missing; PKCE is required (was the address cut off?)"
            }
            Self::ChallengeMalformed => {
                "code_challenge must be 43 base64url characters without padding"
            }
            Self::PlainChallengeMalformed => {
                "code_challenge of the method plain must be 43 to 128 unreserved characters"
            }
            Self::ChallengeMethodUnsupported => {
                "code_challenge_method must be S256; without it, plain would be meant (was the address cut off?)"
            }
            Self::ScopeMalformed => "scope has a character that scopes cannot have, or is too long",
            Self::Target(fault) => fault.description(),
            Self::PromptContradictory => "prompt=none cannot stand beside another value",
            Self::MaxAgeMalformed => "max_age must be a whole number of seconds",
            Self::NonceMalformed => "nonce can have 256 characters of printable ASCII at most",
            Self::HintUnusable => {
                "id_token_hint is no ID token that this server issued to this client"
            }
            Self::LoginRequired => {
                "nobody is logged in, or not recently enough; ask again without prompt=none"
            }
            Self::ConsentRequired => "the person must be asked; ask again without prompt=none",
            Self::AnotherPerson => "somebody else logged in than the person of id_token_hint",
            Self::Denied => "the request was denied",
            Self::NothingToAllow => "the person who logged in cannot allow any of the scope",
            Self::LoginNotProven => {
                "the identity provider does not say that the person logged in as recently as asked"
            }
            Self::NotIdentified => "the identity provider did not say who the person is",
        }
    }
}

impl From<ChallengeFault> for RefusalReason {
    fn from(fault: ChallengeFault) -> Self {
        match fault {
            ChallengeFault::Missing => Self::ChallengeMissing,
            ChallengeFault::Malformed => Self::ChallengeMalformed,
            ChallengeFault::PlainMalformed => Self::PlainChallengeMalformed,
            ChallengeFault::MethodUnsupported => Self::ChallengeMethodUnsupported,
        }
    }
}

impl TargetFault {
    /// `error_description` for `invalid_target`.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Malformed => "resource must be an absolute URI without a fragment",
            Self::Unknown => {
                "resource is not protected by this server; see the protected resource metadata"
            }
            Self::Missing => "resource is missing, and this server protects more than one",
            Self::Several => "ask for one resource at a time",
        }
    }
}

impl Refusal {
    /// The redirect that tells the client.
    #[must_use]
    pub fn location(&self, policy: &Policy) -> String {
        let parameters = [
            ("error", Some(self.reason.code().as_str())),
            ("error_description", Some(self.reason.description())),
        ];
        answer(&self.redirect_uri, &parameters, self.state.as_deref(), policy)
    }

    /// The same for a link that a person may follow; `None` where nothing waits at its end.
    #[must_use]
    pub fn way_back(&self, policy: &Policy) -> Option<String> {
        (self.redirect_uri.kind() != RedirectKind::OutOfBand).then(|| self.location(policy))
    }

    /// Whether to redirect at once, or to let the person decide.
    ///
    /// Anybody can register a client; redirecting its errors unseen would make this server an open redirector.
    ///
    /// # Source
    ///
    /// OAuth 2.1 §7.13.2, MCP 2026-07-28 (open redirection).
    #[must_use]
    pub fn delivery(&self, client: &Client, signed_in: bool) -> Delivery {
        let own_computer = self.redirect_uri.kind() == RedirectKind::Loopback;
        let vouched = client.origin == ClientOrigin::Preregistered;
        match self.redirect_uri.kind() {
            RedirectKind::OutOfBand => Delivery::Page,
            _ if own_computer || vouched || signed_in => Delivery::Redirect,
            _ => Delivery::Page,
        }
    }
}
