//! Why a login through a provider came to nothing: each with a cause and a remedy for the page, and nothing in it that
//! somebody else wrote.

use protocol::federation::id_token::IdTokenFault;

use crate::seal::foreign::ForeignFault;
use crate::upstream::Unanswered;

/// Why a provider is of no help.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum ProviderFault {
    /// Too many logins are under way.
    Busy,
    /// It cannot be reached.
    Unreachable,
    /// It takes too long.
    TimedOut,
    /// It failed so often that it is left alone for a while.
    CircuitOpen,
    /// It says itself that it fails.
    Failed,
    /// It answers something else than its standard says: what, as half a sentence about it.
    BadAnswer(&'static str),
    /// It refuses: with a registered code, or `other`.
    Refused {
        /// The code.
        error: String,
    },
    /// It sent an ID token that proves nothing: why, as half a sentence.
    IdTokenInvalid(&'static str),
    /// The answer came from somebody else than who was asked (RFC 9207).
    OtherIssuer,
    /// The person, or the provider, did not allow this scope.
    ScopeMissing(&'static str),
    /// It gave nothing that could be renewed, although that is wanted.
    NotRenewable,
    /// What it gave is longer than what can be kept here.
    TooLong,
    /// What it gave is void: the person, or it, took it back.
    AccessEnded,
}

impl ProviderFault {
    /// What happened, in a sentence for the person.
    #[must_use]
    pub fn cause(&self) -> String {
        match self {
            Self::Busy => "Too many people are signing in through this provider.".to_owned(),
            Self::Unreachable => "The provider cannot be reached.".to_owned(),
            Self::TimedOut => "The provider takes too long to answer.".to_owned(),
            Self::CircuitOpen => "The provider failed several times in a row.".to_owned(),
            Self::Failed => "The provider reports a failure of its own.".to_owned(),
            Self::BadAnswer(what) => format!("The provider's answer cannot be used: {what}."),
            Self::Refused { error } => format!("The provider refused this sign-in ({error})."),
            Self::IdTokenInvalid(why) => format!("The provider's proof cannot be used: {why}."),
            Self::OtherIssuer => "The answer came from another provider than was asked.".to_owned(),
            Self::ScopeMissing(scope) => {
                format!("The provider was not allowed to tell what is needed ({scope}).")
            }
            Self::NotRenewable => {
                "The provider gave nothing by which this sign-in could be renewed.".to_owned()
            }
            Self::TooLong => {
                "The provider gave a token that is too long to be kept here.".to_owned()
            }
            Self::AccessEnded => "The provider no longer vouches for this account.".to_owned(),
        }
    }

    /// What can be done about it, and by whom.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Busy | Self::TimedOut => "Try again in a moment.",
            Self::Unreachable | Self::CircuitOpen | Self::Failed => {
                "Try again in a minute. If it lasts, the operator should look at the provider's status and at the log."
            }
            Self::BadAnswer(_) | Self::IdTokenInvalid(_) => {
                "Start again from your application. If it lasts, the operator should compare the provider's settings with the log."
            }
            Self::Refused { error } => match error.as_str() {
                "access_denied" => "Start again from your application if you did not mean to.",
                "invalid_grant" | "bad_verification_code" => {
                    "Start again from your application: the provider's answer was used or has expired."
                }
                "invalid_client" | "incorrect_client_credentials" => {
                    "The operator should check client_id and client_secret of this provider."
                }
                "redirect_uri_mismatch" => {
                    "The operator should register this server's callback URL with the provider."
                }
                "unverified_user_email" => "Verify your email address with the provider.",
                _ => {
                    "Start again from your application. If it lasts, tell the operator the code above."
                }
            },
            Self::OtherIssuer => "Do not go on. Start again from your application.",
            Self::ScopeMissing(_) => {
                "Start again and allow what the provider asks, or ask the operator to request less."
            }
            Self::NotRenewable => {
                "The operator should let the provider issue refresh tokens to this client, or write bind = \"none\"."
            }
            Self::TooLong => {
                "The operator should choose a ledger that keeps long tokens, or let the provider put less into them."
            }
            Self::AccessEnded => "Sign in again, or ask whoever manages your account there.",
        }
    }

    /// Whether the provider as a whole is in trouble, rather than this login.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Unreachable | Self::TimedOut | Self::Failed => true,
            Self::Busy
            | Self::CircuitOpen
            | Self::BadAnswer(_)
            | Self::Refused { .. }
            | Self::IdTokenInvalid(_)
            | Self::OtherIssuer
            | Self::ScopeMissing(_)
            | Self::NotRenewable
            | Self::TooLong
            | Self::AccessEnded => false,
        }
    }

    /// Whether the same question may be answered otherwise later. After a renewal that failed for another reason the person
    /// has lost access.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        self.is_outage() || matches!(self, Self::Busy | Self::CircuitOpen)
    }
}

impl From<Unanswered> for ProviderFault {
    fn from(reason: Unanswered) -> Self {
        match reason {
            Unanswered::Busy | Unanswered::Throttled => Self::Busy,
            Unanswered::Unreachable => Self::Unreachable,
            Unanswered::Late => Self::TimedOut,
            Unanswered::Failed => Self::Failed,
            Unanswered::NotJson => Self::BadAnswer("it is not JSON of bearable length"),
        }
    }
}

impl From<IdTokenFault> for ProviderFault {
    fn from(fault: IdTokenFault) -> Self {
        Self::IdTokenInvalid(fault.description())
    }
}

impl From<ForeignFault> for ProviderFault {
    fn from(fault: ForeignFault) -> Self {
        Self::IdTokenInvalid(match fault {
            ForeignFault::Length
            | ForeignFault::Shape
            | ForeignFault::Header
            | ForeignFault::HeaderMember
            | ForeignFault::Type
            | ForeignFault::Claims => "its ID token is malformed",
            ForeignFault::Algorithm => "its ID token is not signed with RS256, ES256 or Ed25519",
            ForeignFault::KeyUnknown | ForeignFault::KeyAmbiguous => {
                "its ID token is signed with a key that it does not publish"
            }
            ForeignFault::Signature => "the signature of its ID token is wrong",
        })
    }
}
