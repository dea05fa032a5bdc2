//! Bearer tokens of the configuration, found by their hash.

use std::collections::BTreeMap;

use protocol::grant::AccessGrant;
use protocol::policy::Policy;
use protocol::static_token::{StaticToken, StaticTokenDigest, is_intact};

/// The tokens of this deployment.
#[derive(Clone, Debug, Default)]
pub struct StaticTokens(BTreeMap<StaticTokenDigest, StaticToken>);

impl StaticTokens {
    /// These tokens.
    #[must_use]
    pub fn new(tokens: impl IntoIterator<Item = (StaticTokenDigest, StaticToken)>) -> Self {
        Self(tokens.into_iter().collect())
    }

    /// What `text` grants, at one resource after the other; nothing if it is none of these tokens.
    ///
    /// What is compared is a digest that whoever sent the text cannot choose, so the time tells nothing of the tokens.
    #[must_use]
    pub fn grants(&self, text: &str, policy: &Policy) -> Vec<AccessGrant> {
        if !is_intact(text) {
            return Vec::new();
        }
        let digest = StaticTokenDigest::of(text);
        self.0.get(&digest).map(|token| token.grants(digest, policy).collect()).unwrap_or_default()
    }
}
