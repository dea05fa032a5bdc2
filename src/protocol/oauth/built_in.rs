//! Scopes whose meaning this server gives itself. No resource ever asks for one of them.
//!
//! Source: OpenID Connect Core 1.0 §3.1.2.1, §5.4, §11; MCP 2026-07-28 (refresh tokens).

use super::scope::{Scope, ScopeToken};

/// A scope that needs no declaration.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BuiltIn {
    /// `openid`: who the person is, in an ID token.
    OpenId,
    /// `profile`: what they are called.
    Profile,
    /// `email`: their address.
    Email,
    /// `offline_access`: a refresh token.
    OfflineAccess,
}

impl BuiltIn {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::OpenId, Self::Profile, Self::Email, Self::OfflineAccess];

    /// The registered spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::OfflineAccess => "offline_access",
        }
    }

    /// What the consent page says it allows.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::OpenId => "Know who you are",
            Self::Profile => "See your name",
            Self::Email => "See your e-mail address",
            Self::OfflineAccess => "Keep its access while you are away",
        }
    }

    /// As an element of a scope.
    ///
    /// # Panics
    ///
    /// Never: each spelling is in the grammar.
    #[must_use]
    pub fn token(self) -> ScopeToken {
        ScopeToken::parse(self.as_str()).expect("the spelling is in the grammar")
    }

    /// Whether `scope` has it.
    #[must_use]
    pub fn is_in(self, scope: &Scope) -> bool {
        scope.iter().any(|token| token.as_str() == self.as_str())
    }

    /// All of them together.
    #[must_use]
    pub fn scope() -> Scope {
        Self::ALL.into_iter().map(Self::token).collect()
    }
}
