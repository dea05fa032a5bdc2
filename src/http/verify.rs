//! Opens access tokens for the resources this deployment serves.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::grant::AccessGrant;
use protocol::oauth::dpop::Binding;
use protocol::oauth::scope::ScopeToken;
use protocol::oauth::time::UnixTime;
use protocol::operation::{Operation, OperationRules};
use protocol::policy::Policy;

use super::access;
use super::static_tokens::StaticTokens;
use crate::gateway::guard::Permissions;
use crate::gateway::{Unverified, Verified, Verify};
use crate::ledger::Ledger;
use crate::resource::Authorities;
use crate::seal::Seal;
use crate::world::World;

/// What opening an access token takes.
pub struct AccessTokens {
    /// What this deployment permits.
    pub policy: Arc<Policy>,
    /// Opens sealed values.
    pub seal: Arc<Seal>,
    /// Knows the bearer tokens of the configuration.
    pub static_tokens: Arc<StaticTokens>,
    /// Knows what was revoked.
    pub ledger: Arc<dyn Ledger>,
    /// Knows the time.
    pub world: Arc<dyn World>,
}

/// Which scopes the operations of an MCP server need at one resource.
pub struct Demands {
    /// What this deployment permits.
    pub policy: Arc<Policy>,
    /// What every token needs to get in at all.
    pub at_the_door: Vec<String>,
    /// What the server itself, and the kind of what is used, need.
    pub of_server: fn(&Operation) -> &'static [&'static str],
    /// What the configuration demands besides.
    pub rules: OperationRules,
    /// Whether lists leave out what their reader may not use.
    pub filter_lists: bool,
}

/// Whose tokens one resource takes.
pub enum Tokens {
    /// Ours.
    Ours(Arc<AccessTokens>),
    /// Those of other issuers; of ours, what the operator handed out.
    Others(Authorities, Arc<AccessTokens>),
}

impl Verify for Tokens {
    async fn verify(&self, access_token: &str) -> Result<Verified, Unverified> {
        match self {
            Self::Ours(tokens) => tokens.verify(access_token).await,
            Self::Others(authorities, ours) => {
                let handed_out = ours.static_tokens.grants(access_token, &ours.policy);
                if handed_out.is_empty() {
                    authorities.verify(access_token).await
                } else {
                    ours.judge(&handed_out, ours.world.now()).await
                }
            }
        }
    }
}

impl Verify for AccessTokens {
    /// What an access token says, unless its family is revoked or its person is gone.
    async fn verify(&self, access_token: &str) -> Result<Verified, Unverified> {
        let now = self.world.now();
        let grants = match access::open(&self.seal, &self.policy, access_token, now) {
            Some(grant) => vec![grant],
            None => self.static_tokens.grants(access_token, &self.policy),
        };
        self.judge(&grants, now).await
    }
}

impl AccessTokens {
    /// What one token says that grants all of these.
    async fn judge(&self, grants: &[AccessGrant], now: UnixTime) -> Result<Verified, Unverified> {
        let grant = grants
            .first()
            .filter(|grant| self.policy.knows(&grant.subject))
            .filter(|grant| !self.policy.has_revoked(&grant.holder(), now))
            .ok_or(Unverified::NotAccepted)?;
        match self.ledger.is_revoked(grant.holder(), now).await {
            Err(_) => Err(Unverified::Unavailable),
            Ok(true) => Err(Unverified::NotAccepted),
            Ok(false) => Ok(Verified {
                issuer: self.policy.issuer.clone(),
                subject: grant.subject.to_text(),
                family: Some(grant.family),
                client: URL_SAFE_NO_PAD.encode(grant.client.0),
                scopes: grant.scope.iter().map(|scope| scope.as_str().to_owned()).collect(),
                audience: grants.iter().map(|grant| grant.resource.as_str().to_owned()).collect(),
                expires_at: grant.expires_at,
                binding: Binding::Nobody,
            }),
        }
    }
}

impl Permissions for Demands {
    /// A scope that this deployment does not declare cannot be granted, so it is not demanded either.
    fn needed(&self, operation: &Operation) -> Vec<String> {
        let scopes = &self.policy.scopes;
        let declared = (self.of_server)(operation).iter().filter(|scope| scopes.declares(scope));
        let of_rules = self.rules.needed(operation);
        let all = declared.copied().chain(of_rules.iter().map(ScopeToken::as_str));
        let mut needed = self.at_the_door.clone();
        for scope in all {
            if !needed.iter().any(|known| known == scope) {
                needed.push(scope.to_owned());
            }
        }
        needed
    }

    fn implies(&self, granted: &str, needed: &str) -> bool {
        self.policy.scopes.implies(granted, needed)
    }

    fn filters_lists(&self) -> bool {
        self.filter_lists
    }
}
