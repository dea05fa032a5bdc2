//! Scopes: what a token allows.
//!
//! Source: RFC 6749 §3.3.

use std::collections::BTreeSet;
use std::fmt;

use super::built_in::BuiltIn;

/// The longest `scope` parameter that is read, in bytes.
pub const SCOPE_BYTES_MAX: usize = 1_000;

/// One element of a scope: printable ASCII but for the space, the quote and the backslash.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ScopeToken(String);

/// A set of scope tokens, written with single spaces in alphabetical order.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Scope(BTreeSet<ScopeToken>);

/// The text is no scope: too long, or a character outside the grammar.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct MalformedScope;

impl ScopeToken {
    /// Reads one element.
    ///
    /// # Errors
    ///
    /// [`MalformedScope`] if it is empty or leaves the grammar of RFC 6749 §3.3.
    pub fn parse(text: &str) -> Result<Self, MalformedScope> {
        let allowed = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        if text.is_empty() || !text.bytes().all(allowed) {
            return Err(MalformedScope);
        }
        Ok(Self(text.to_owned()))
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Scope {
    /// Reads a `scope` parameter: tokens separated by spaces. Repeated tokens count once.
    ///
    /// # Errors
    ///
    /// [`MalformedScope`] beyond [`SCOPE_BYTES_MAX`] or outside the grammar.
    pub fn parse(text: &str) -> Result<Self, MalformedScope> {
        if text.len() > SCOPE_BYTES_MAX {
            return Err(MalformedScope);
        }
        let tokens = text.split(' ').filter(|token| !token.is_empty());
        Ok(Self(tokens.map(ScopeToken::parse).collect::<Result<_, _>>()?))
    }

    /// True if it allows nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True if every token of `other` is here too.
    #[must_use]
    pub fn contains_all(&self, other: &Self) -> bool {
        other.0.is_subset(&self.0)
    }

    /// The tokens both have.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    /// The tokens that either has.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// The tokens that `other` does not have.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }

    /// What resources are told of it: `offline_access` concerns the authorization server alone.
    #[must_use]
    pub fn at_resources(&self) -> Self {
        self.without(&[BuiltIn::OfflineAccess.token()].into_iter().collect())
    }

    /// The tokens in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &ScopeToken> {
        self.0.iter()
    }
}

impl FromIterator<ScopeToken> for Scope {
    fn from_iter<I: IntoIterator<Item = ScopeToken>>(tokens: I) -> Self {
        Self(tokens.into_iter().collect())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, token) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(token.as_str())?;
        }
        Ok(())
    }
}
