//! What gateways say to the servers behind them, and the marks on what those give out: all that takes keys.
//! Source: RFC 7519 §4.1, RFC 8725 §3.11 (a type of its own), RFC 8693 §4.2 (`scope`).

use std::sync::Arc;

use protocol::oauth::algorithm::SigningAlgorithm;
use serde::Serialize;

use crate::gateway::proxy::Vouch;
use crate::mcp::Caller;
use crate::seal::{Seal, SignedType};
use crate::world::World;

/// Signs and marks for one protected resource.
pub struct Voucher {
    /// Whom statements name as their issuer.
    pub issuer: String,
    /// The resource that is called, as its clients know it.
    pub resource: String,
    /// Signs and marks.
    pub seal: Arc<Seal>,
    /// Knows the time.
    pub world: Arc<dyn World>,
}

/// A statement of who is calling.
#[derive(Serialize)]
struct CallerClaims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: u64,
    exp: u64,
    client: &'a str,
    scope: String,
    resource: &'a str,
    /// Whose name for somebody `sub` is, if it is not ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_issuer: Option<&'a str>,
}

impl Vouch for Voucher {
    fn assertion(&self, caller: &Caller, audience: &str, lifetime_seconds: u64) -> Option<String> {
        let now = self.world.now();
        let claims = CallerClaims {
            iss: &self.issuer,
            sub: &caller.subject,
            aud: audience,
            iat: now.0,
            exp: now.plus_seconds(lifetime_seconds).0,
            client: &caller.client,
            scope: caller.scopes.join(" "),
            resource: &self.resource,
            sub_issuer: Some(caller.issuer.as_str()).filter(|issuer| *issuer != self.issuer),
        };
        let sign = |algorithm| self.seal.sign(algorithm, SignedType::Caller, &claims);
        let signed = SigningAlgorithm::ALL.into_iter().find_map(|algorithm| sign(algorithm).ok());
        if signed.is_none() {
            tracing::error!(
                "there is no key to sign with, so the server behind the gateway is not asked"
            );
        }
        signed
    }

    fn mark(&self, text: &str) -> String {
        self.seal.mark(text)
    }

    fn confirms(&self, text: &str, mark: &str) -> bool {
        self.seal.mark_matches(text, mark)
    }
}
