//! Implements the contract, one file per endpoint: open what came in, ask the protocol, seal what goes out. No rules.

pub mod access;
mod account;
pub mod address;
mod answer;
mod assertion;
mod audit;
mod authorize;
mod callback;
mod client;
pub mod client_keys;
mod consent;
mod contract;
pub mod cookies;
pub mod correlation;
pub mod cors;
pub mod documents;
pub mod grants;
pub mod hashing;
pub mod headers;
mod identity;
mod introspect;
mod issued;
pub mod layer;
pub mod lend;
pub mod limits;
mod login;
mod logout;
pub mod methods;
mod order;
mod origin;
pub mod pages;
pub mod prefix;
pub mod provider;
mod provider_pages;
pub mod rates;
mod raw;
mod register;
mod renewal;
mod request_in_words;
mod revoke;
pub mod static_tokens;
mod test;
mod token;
mod transactions;
pub mod verify;
mod views;
pub mod vouch;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poem::Response;
use poem::endpoint::BoxEndpoint;
use protocol::flow::refusal::Rejection;
use protocol::flow::request::AuthorizationRequest;
use protocol::oauth::assertion::AssertionRules;
use protocol::oauth::client::{Client, ClientOrigin};
use protocol::oauth::resource::Resource;
use protocol::oauth::time::UnixTime;
use protocol::policy::Policy;
use protocol::replay::Holder;

use crate::config::{ClientSecretHash, Users};
use crate::gateway::Gate;
use crate::ledger::Ledger;
use crate::seal::Seal;
use crate::upstream::{ClientDocuments, Upstream};
use crate::world::World;
use access::Recipients;
use client_keys::ClientKeys;
use cookies::CookieNames;
use documents::Documents;
use grants::Grants;
use hashing::Hashing;
use pages::Docs;
use provider::Providers;
use rates::Rates;
use static_tokens::StaticTokens;
use verify::{AccessTokens, Tokens};

/// A protected resource that is served here.
pub struct Protected {
    /// Who lets requests in.
    pub gate: Gate<Tokens>,
    /// The MCP server, behind that gate.
    pub endpoint: Arc<BoxEndpoint<'static, Response>>,
}

/// The authorization server: everything a handler needs, none of it changing while it runs.
pub struct Server {
    /// What this deployment permits.
    pub policy: Arc<Policy>,
    /// Makes and opens sealed values.
    pub seal: Arc<Seal>,
    /// What clients say of themselves by documents.
    pub client_documents: ClientDocuments,
    /// The way to what others publish.
    pub upstream: Arc<Upstream>,
    /// What clients sign their assertions with.
    pub client_keys: ClientKeys,
    /// What those assertions must say.
    pub assertions: AssertionRules,
    /// Opens access tokens, whichever resource they are for.
    pub tokens: Arc<AccessTokens>,
    /// Bearer tokens of the configuration.
    pub static_tokens: Arc<StaticTokens>,
    /// What was used or revoked.
    pub ledger: Arc<dyn Ledger>,
    /// A digest of everything that nodes of one deployment must have in common but for the keys.
    pub configuration: String,
    /// Clock and entropy.
    pub world: Arc<dyn World>,
    /// Who can log in.
    pub users: Users,
    /// The identity providers that people can log in with, by id.
    pub providers: Arc<Providers>,
    /// What they gave for people.
    pub grants: Arc<Grants>,
    /// The secrets of pre-registered clients, by id.
    pub client_secrets: BTreeMap<String, ClientSecretHash>,
    /// Slow hashes, a few at a time.
    pub hashing: Hashing,
    /// How often who asked.
    pub rates: Arc<Rates>,
    /// What the cookies are called.
    pub cookies: CookieNames,
    /// Scheme, host and port of the public URL, as browsers send it in `Origin`.
    pub origin: String,
    /// The public keys of resource servers whose tokens are encrypted to them.
    pub recipients: Recipients,
    /// The documents that never change.
    pub documents: Documents,
    /// The protected resources that are served here, by path.
    pub resources: BTreeMap<String, Protected>,
    /// This server itself, once it is complete: for those of its parts that look at the whole.
    pub own: Arc<OnceLock<Weak<Self>>>,
    /// Whether `/docs` is served.
    pub docs_enabled: bool,
    /// Swagger UI, once somebody asked for it.
    pub docs: OnceLock<Docs>,
    /// Set while the key ring file is one that cannot be used, so that the node goes on with the one before.
    pub ring_is_stale: AtomicBool,
    /// Set when the node was told to stop.
    pub draining: Arc<AtomicBool>,
}

impl Server {
    /// The gate of a protected resource.
    fn gate_of(&self, resource: &Resource) -> Option<&Gate<Tokens>> {
        let path = resource.as_str().strip_prefix(&self.policy.issuer)?;
        self.resources.get(path).map(|resource| &resource.gate)
    }

    /// What the keys and the configuration of this node are called; other nodes of the deployment must say the same.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.seal.fingerprint(&self.configuration)
    }

    /// Whether a login or a consent was revoked, by the configuration or by an order. Where that cannot be known it counts
    /// as revoked: the person is asked once more, and nothing is lost.
    async fn is_revoked(&self, holder: &Holder, now: UnixTime) -> bool {
        if self.policy.has_revoked(holder, now) {
            return true;
        }
        self.ledger.is_revoked(*holder, now).await.unwrap_or_else(|unavailable| {
            tracing::error!(reason = %unavailable.reason, "the ledger does not answer");
            true
        })
    }

    /// Who asked `request`, as they are known now: what the configuration took away since stays away.
    async fn client_of(&self, request: &AuthorizationRequest) -> Result<Client, Rejection> {
        let client = self.client(&request.client_id).await?;
        client
            .match_redirect_uri(Some(request.redirect_uri.as_str()))
            .ok_or(Rejection::RedirectUriUnknown)?;
        Ok(client)
    }

    fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}

/// What names a client inside `sub`, and to people: the id of a configured client, the thumbprint of any other.
pub(crate) fn subject_tag(client: &Client) -> String {
    match client.origin {
        ClientOrigin::Preregistered => client.id.clone(),
        ClientOrigin::Document | ClientOrigin::Registered => {
            URL_SAFE_NO_PAD.encode(client.thumbprint().0)
        }
    }
}
