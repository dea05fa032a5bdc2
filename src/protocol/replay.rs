//! What a ledger says of a code or a family: the one thing a sealed value cannot know about itself.
//!
//! Source: OAuth 2.1 (draft 13) §4.1.3, §4.3.1, §7.5.2. The ledger answers; the protocol decides what follows.

use crate::ids::{CodeId, FamilyId, TokenId};
use crate::oauth::client::ClientThumbprint;
use crate::oauth::subject::SubjectDigest;
use crate::oauth::time::UnixTime;

/// Names what may be used once and is no code, such as a client's assertion: a digest of whoever named it and the name.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct UseId(pub [u8; 16]);

/// What a token can be revoked by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Holder {
    /// The family it belongs to.
    pub family: FamilyId,
    /// Whom it speaks for.
    pub subject: SubjectDigest,
    /// The client that may use it.
    pub client: ClientThumbprint,
    /// When its family was founded, as far as it tells; else when it was issued.
    pub founded_at: UnixTime,
    /// Its own name, if it has one: an access token, or a login.
    pub token: Option<TokenId>,
}

impl Holder {
    /// What is no token, such as a consent: it goes with its subject, its client or everything. Its other names are zeros,
    /// which nothing is called: all others are digests.
    #[must_use]
    pub fn of_no_token(
        subject: SubjectDigest,
        client: Option<ClientThumbprint>,
        founded_at: UnixTime,
    ) -> Self {
        let client = client.unwrap_or(ClientThumbprint([0; 16]));
        Self { family: FamilyId([0; 16]), subject, client, founded_at, token: None }
    }
}

/// What is revoked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Revocation {
    /// One access token, or one login.
    Token {
        /// Which.
        token: TokenId,
        /// When it ends, so that nobody needs to remember it longer.
        until: UnixTime,
    },
    /// One family.
    Family {
        /// Which.
        family: FamilyId,
        /// When its last token ends, so that nobody needs to remember it longer.
        until: UnixTime,
    },
    /// Everything that speaks for a subject and was founded before an instant.
    Subject {
        /// Whose.
        subject: SubjectDigest,
        /// The first instant that is spared.
        before: UnixTime,
    },
    /// Everything that a client holds and that was founded before an instant.
    Client {
        /// Whose.
        client: ClientThumbprint,
        /// The first instant that is spared.
        before: UnixTime,
    },
    /// Everything that was founded before an instant.
    Everything {
        /// The first instant that is spared.
        before: UnixTime,
    },
}

impl Revocation {
    /// What kind of thing is revoked, for the log.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Token { .. } => "token",
            Self::Family { .. } => "family",
            Self::Subject { .. } => "person",
            Self::Client { .. } => "client",
            Self::Everything { .. } => "everything",
        }
    }
}

/// The ledger's answer to the attempt to claim a code, or anything else that may be used once.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Claim {
    /// Nobody claimed it before.
    First,
    /// It was claimed before.
    Repeated {
        /// When it was claimed first.
        first_at: UnixTime,
    },
    /// This ledger keeps no such memory.
    NotRemembered,
}

/// The ledger's answer to the use of a refresh token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Rotation {
    /// It was the newest of its family; its successor is the newest now.
    Rotated,
    /// It is the predecessor of a newest token that was never used; the answer was lost, and may be given again.
    Sibling,
    /// It was replaced long ago. The family is revoked now.
    Reused,
    /// The family was revoked before, or everything of its subject or client.
    Revoked,
    /// The ledger must know every family, and does not know this one: its record is lost, or ended with the family.
    Unknown,
    /// This ledger keeps no such memory.
    NotRemembered,
}

/// Proof that a code may be redeemed now. It names its code: a proof without a subject proves too much.
#[derive(Debug)]
#[must_use]
pub struct FirstUse(CodeId);

/// The code was redeemed before: refuse, and revoke the family it founded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Replayed;

/// The longest `retry_window` a deployment may choose, in seconds.
pub const RETRY_WINDOW_SECONDS_MAX: u64 = 10;

impl FirstUse {
    /// Judges the ledger's answer about `code` at `now`.
    ///
    /// `retry_window_seconds`: how long after the first claim an equally valid one is taken for the retry of a lost
    /// answer. It mints nothing new, since everything issued derives from the code; 0 refuses every repetition.
    ///
    /// # Errors
    ///
    /// [`Replayed`] if the code was claimed before and the window, if any, is over.
    pub fn judge(
        code: CodeId,
        claim: Claim,
        retry_window_seconds: u64,
        now: UnixTime,
    ) -> Result<Self, Replayed> {
        match claim {
            Claim::First | Claim::NotRemembered => Ok(Self(code)),
            Claim::Repeated { first_at }
                if now.seconds_since(first_at)
                    < retry_window_seconds.min(RETRY_WINDOW_SECONDS_MAX) =>
            {
                Ok(Self(code))
            }
            Claim::Repeated { .. } => Err(Replayed),
        }
    }

    /// The code this is about.
    #[must_use]
    pub fn code(&self) -> CodeId {
        self.0
    }
}
