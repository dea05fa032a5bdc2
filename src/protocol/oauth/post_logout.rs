//! Post-logout redirect URIs: where a browser may go once a login has ended.
//!
//! Source: OpenID Connect RP-Initiated Logout 1.0 §2, §3.1. Compared character by character: the port of a loopback URI is
//! part of it, since nothing here is secret that would come back there.

use super::redirect_uri::{RedirectFault, RedirectKind, RedirectRules, RegisteredRedirectUri};

/// How many post-logout redirect URIs a client may have; what a client registers beyond is left out.
pub const POST_LOGOUT_REDIRECT_URIS_MAX: usize = 10;

/// A post-logout redirect URI, as its owner registered it.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct PostLogoutRedirectUri(String);

impl PostLogoutRedirectUri {
    /// Reads a post-logout redirect URI that somebody wants to register.
    ///
    /// # Errors
    ///
    /// The [`RedirectFault`] of the first rule it breaks; the rules are those of redirect URIs, and it leads somewhere.
    pub fn parse(text: &str, rules: &RedirectRules) -> Result<Self, RedirectFault> {
        match RegisteredRedirectUri::parse(text, rules)?.kind() {
            RedirectKind::Web | RedirectKind::Loopback | RedirectKind::PrivateUse => {
                Ok(Self(text.to_owned()))
            }
            RedirectKind::OutOfBand => Err(RedirectFault::Scheme),
        }
    }

    /// Those of `texts` that may be registered, each once, the first [`POST_LOGOUT_REDIRECT_URIS_MAX`].
    #[must_use]
    pub fn acceptable(texts: &[String], rules: &RedirectRules) -> Vec<Self> {
        let mut kept = Vec::new();
        for uri in texts.iter().filter_map(|text| Self::parse(text, rules).ok()) {
            if kept.len() < POST_LOGOUT_REDIRECT_URIS_MAX && !kept.contains(&uri) {
                kept.push(uri);
            }
        }
        kept
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
