//! What a back end promises, in a form that the banner, the README and the metadata can be held to.

/// How far a promise reaches.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Reach {
    /// It is not made.
    Nowhere,
    /// It holds for what one node has seen since it started.
    OneNode,
    /// It holds whichever node is asked.
    EveryNode,
}

impl Reach {
    /// Whether the promise is made at all.
    #[must_use]
    pub fn holds(self) -> bool {
        match self {
            Self::Nowhere => false,
            Self::OneNode | Self::EveryNode => true,
        }
    }
}

/// What a back end promises.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Guarantee {
    /// The back end as the configuration names it (`ledger.kind`).
    pub kind: &'static str,
    /// A code is redeemed once, and a second valid redemption revokes what the first one yielded.
    pub single_use_codes: Reach,
    /// A refresh token that was replaced is recognised, and its family revoked.
    pub reuse_detection: Reach,
    /// A revoked family stays revoked until its last token has expired.
    pub revocation: Reach,
    /// What an identity provider gave for a person is found again until it ends.
    pub keeps: Reach,
    /// A refresh token is believed only if its family was founded, and recorded, here.
    pub knows_every_family: bool,
    /// What was promised before a restart holds after it.
    pub survives_restart: bool,
    /// The same in sentences for people, the most important first.
    pub sentences: &'static [&'static str],
}
