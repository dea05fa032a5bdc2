//! The identity providers of a deployment, as far as the rules need to know them.
//!
//! Source: MCP security best practices 2026-07-28 (confused deputy), RFC 9700 §4.4.

use crate::oauth::resource::Resource;
use crate::oauth::subject::{IssuerTag, Subject};
use crate::policy::Policy;

/// An identity provider, as far as the rules need to know it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownProvider {
    /// What the configuration calls it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What stands for its issuer in the names of people.
    pub tag: IssuerTag,
    /// Whether each refresh of ours asks it first.
    pub binds: bool,
    /// The resources whose servers are handed the person's own token of this provider.
    pub lends_to: Vec<Resource>,
}

impl Policy {
    /// The identity provider that the configuration calls `id`.
    #[must_use]
    pub fn provider(&self, id: &str) -> Option<&KnownProvider> {
        self.providers.iter().find(|known| known.id == id)
    }

    /// The identity provider that named `subject`.
    #[must_use]
    pub fn provider_of(&self, subject: &Subject) -> Option<&KnownProvider> {
        match subject {
            Subject::Federated { issuer, .. } => {
                self.providers.iter().find(|known| known.tag == *issuer)
            }
            Subject::Person(_) | Subject::Client(_) => None,
        }
    }

    /// The only way to log in, if that is an identity provider.
    #[must_use]
    pub fn only_provider(&self) -> Option<&KnownProvider> {
        match self.providers.as_slice() {
            [only] if self.people.is_empty() => Some(only),
            _ => None,
        }
    }

    /// Whether the identity provider of `subject` is asked before each refresh.
    #[must_use]
    pub fn binds(&self, subject: &Subject) -> bool {
        self.provider_of(subject).is_some_and(|known| known.binds)
    }

    /// Whether tokens of `subject` for `resource` need a grant of the identity provider to themselves, so that a login of
    /// before does not do: refreshes ask with it, or the server of the resource is handed a token of it.
    #[must_use]
    pub fn needs_grant(&self, subject: &Subject, resource: &Resource) -> bool {
        self.provider_of(subject)
            .is_some_and(|known| known.binds || known.lends_to.contains(resource))
    }
}
