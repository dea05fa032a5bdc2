//! Who a token speaks for.
//!
//! Source: RFC 9700 §4.15: a client must not be able to pass for a person, so the two are spelled differently.

use crate::ids::short_digest;

/// 128 bits that stand for a subject where its name need not be known.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SubjectDigest(pub [u8; 16]);

/// The `sub` of a token.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Subject {
    /// A person who logged in, by the name they are known by here.
    Person(String),
    /// A client that acts on its own behalf.
    Client(String),
}

impl Subject {
    /// Reads the `sub` claim.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, name) = text.split_once(':')?;
        match (kind, name) {
            (_, "") => None,
            ("u", name) => Some(Self::Person(name.to_owned())),
            ("c", name) => Some(Self::Client(name.to_owned())),
            _ => None,
        }
    }

    /// What stands for it in a ledger.
    #[must_use]
    pub fn digest(&self) -> SubjectDigest {
        SubjectDigest(short_digest(&self.to_text()))
    }

    /// The person's name, or the client's tag.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Person(name) | Self::Client(name) => name,
        }
    }

    /// The `sub` claim: `u:` and a person's name, `c:` and a client's tag.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Person(name) => format!("u:{name}"),
            Self::Client(tag) => format!("c:{tag}"),
        }
    }
}
