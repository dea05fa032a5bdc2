//! The scopes of a deployment: which there are, what they mean, and what follows from what.
//!
//! Source: RFC 6749 §3.3; MCP 2026-07-28 authorization (scope selection, scope hierarchies).

use std::collections::{BTreeMap, BTreeSet};

use crate::oauth::built_in::BuiltIn;
use crate::oauth::scope::{Scope, ScopeToken};

/// The scopes that exist, what they mean, and what follows from what.
#[derive(Clone, Debug, Default)]
pub struct ScopeCatalogue {
    entries: BTreeMap<ScopeToken, ScopeEntry>,
    default: Scope,
    advertised: Scope,
    unticked: Scope,
    reserved: Scope,
}

#[derive(Clone, Debug)]
struct ScopeEntry {
    description: String,
    implies: Scope,
}

impl ScopeCatalogue {
    /// Adds a scope. `by_default`: granted to requests that name no scope.
    pub fn add(
        &mut self,
        token: ScopeToken,
        description: String,
        implies: Scope,
        by_default: bool,
    ) {
        if by_default {
            self.default = self.default.iter().cloned().chain([token.clone()]).collect();
            self.advertise(token.clone(), true);
        }
        self.entries.insert(token, ScopeEntry { description, implies });
    }

    /// Adds a scope whose meaning the server gives itself; it is never granted by default.
    pub fn add_built_in(&mut self, scope: BuiltIn) {
        self.add(scope.token(), scope.description().to_owned(), Scope::default(), false);
    }

    /// Whether metadata name `token`, if they shall not simply name what is granted by default.
    pub fn advertise(&mut self, token: ScopeToken, is_advertised: bool) {
        let token = [token].into_iter().collect();
        self.advertised = if is_advertised {
            self.advertised.union(&token)
        } else {
            self.advertised.without(&token)
        };
    }

    /// Leaves `token` for the person to tick: it is not allowed unless they do.
    pub fn leave_unticked(&mut self, token: ScopeToken) {
        self.unticked = self.unticked.union(&[token].into_iter().collect());
    }

    /// Keeps `token` for people and clients whose settings name it: who may allow everything may not allow this.
    pub fn reserve(&mut self, token: ScopeToken) {
        self.reserved = self.reserved.union(&[token].into_iter().collect());
    }

    /// Whether something of `scope` is reserved.
    #[must_use]
    pub fn is_reserved(&self, scope: &Scope) -> bool {
        !scope.intersection(&self.reserved).is_empty()
    }

    /// `scope` without what is reserved, and without everything that it follows from.
    #[must_use]
    pub fn unreserved(&self, scope: &Scope) -> Scope {
        let is_free = |token: &&ScopeToken| {
            !self.is_reserved(&self.closure(&[(*token).clone()].into_iter().collect()))
        };
        scope.iter().filter(is_free).cloned().collect()
    }

    /// What authorization server metadata name: what is granted by default, and what is marked. Some clients ask for
    /// all that is named, so it is no more than basic use needs.
    #[must_use]
    pub fn advertised(&self) -> &Scope {
        &self.advertised
    }

    /// What the consent page begins with of `scope`.
    #[must_use]
    pub fn ticked(&self, scope: &Scope) -> Scope {
        scope.without(&self.unticked)
    }

    /// Every scope there is.
    #[must_use]
    pub fn all(&self) -> Scope {
        self.entries.keys().cloned().collect()
    }

    /// Whether there is a scope that is written so.
    #[must_use]
    pub fn declares(&self, text: &str) -> bool {
        ScopeToken::parse(text).is_ok_and(|token| self.entries.contains_key(&token))
    }

    /// What a request that names no scope means.
    #[must_use]
    pub fn default_scope(&self) -> &Scope {
        &self.default
    }

    /// What a scope means, in words for people.
    #[must_use]
    pub fn description(&self, token: &ScopeToken) -> Option<&str> {
        self.entries.get(token).map(|entry| entry.description.as_str())
    }

    /// `scope` and everything that follows from it.
    #[must_use]
    pub fn closure(&self, scope: &Scope) -> Scope {
        let mut reached = BTreeSet::new();
        let mut open: Vec<ScopeToken> = scope.iter().cloned().collect();
        while let Some(token) = open.pop() {
            if let Some(entry) = self.entries.get(&token) {
                open.extend(entry.implies.iter().filter(|next| !reached.contains(*next)).cloned());
            }
            reached.insert(token);
        }
        reached.into_iter().collect()
    }

    /// Whether `needed` follows from `granted`.
    #[must_use]
    pub fn implies(&self, granted: &str, needed: &str) -> bool {
        let Ok(granted) = ScopeToken::parse(granted) else { return false };
        let reached = self.closure(&[granted].into_iter().collect());
        reached.iter().any(|token| token.as_str() == needed)
    }

    /// What to grant of `requested` to somebody who may have `most` at most.
    ///
    /// Unknown and excess tokens are dropped, not refused; nothing left, or nothing asked, means the default.
    #[must_use]
    pub fn grantable(&self, requested: Option<&Scope>, most: &Scope) -> Scope {
        let allowed = self.closure(most).intersection(&self.all());
        let kept = requested.map(|scope| scope.intersection(&allowed)).unwrap_or_default();
        // How long access lasts does not say what it is for.
        if kept.at_resources().is_empty() {
            kept.union(&self.default.intersection(&allowed))
        } else {
            kept
        }
    }
}
