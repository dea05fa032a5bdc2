//! Who a token speaks for.
//!
//! Source: RFC 9700 §4.15: a client must not be able to pass for a person, so the two are spelled differently.

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

    /// The `sub` claim: `u:` and a person's name, `c:` and a client's tag.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Person(name) => format!("u:{name}"),
            Self::Client(tag) => format!("c:{tag}"),
        }
    }
}
