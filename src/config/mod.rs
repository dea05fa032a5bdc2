//! Configuration: a TOML file, the environment and the command line become one checked [`Config`], or every mistake at
//! once, each with file, line, key and remedy. Nothing is guessed and nothing is half accepted.
//!
//! Order of precedence: command line, `SEALBEARER_*`, the `MCP_OAUTH_*` aliases, the file, the defaults.
//! A key of the file is a variable when it is written in capitals after `SEALBEARER_`, with two underscores for each dot:
//! `tokens.access_lifetime` is `SEALBEARER_TOKENS__ACCESS_LIFETIME`. A list may be written with commas or spaces, or as a
//! TOML array; `[[users]]` and its like as an array of inline tables.
//!
//! Every setting is a public field below, with its unit, its default, why it is so, and where that comes from.

mod aliases;
mod banner;
mod check;
mod client_keys;
mod clients;
mod demo;
mod documents;
mod gateway;
mod grammar;
mod instant;
mod issuers;
mod key_source;
mod layers;
mod ledger;
mod management;
mod mistake;
mod operations;
mod password;
mod people;
mod policy;
mod provider_checks;
mod provider_kinds;
mod provider_secret;
mod providers;
mod public_url;
mod rates;
mod reader;
mod resources;
mod revoked;
mod secrets;
mod settings;
mod sources;
mod static_tokens;
mod tables;
mod weaknesses;

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

use protocol::oauth::resource::Resource;

use crate::keys::{KeyRing, KeyRingError};
use crate::seal::Recipient;
pub use banner::banner;
pub use clients::{ClientConfig, ConsentMode, GrantTypeName};
pub use demo::DemoAccount;
pub use documents::DocumentsConfig;
pub use gateway::{
    AssertionConfig, CredentialConfig, CredentialKind, ExchangeConfig, GatewayConfig,
};
pub(crate) use instant::{parse as parse_instant, spell as spell_instant};
pub use issuers::{IssuersConfig, Verification};
pub use key_source::KeySource;
pub use mistake::{Mistake, Mistakes, Place};
pub use password::{PASSWORD_BYTES_MAX, PasswordHash, PasswordRefused};
pub use people::{ScopeConfig, UserConfig, Users};
pub use providers::{ProviderBinding, ProviderConfig};
pub use public_url::PublicUrl;
pub use rates::{ForwardedHeader, ProxiesConfig, RatesConfig};
pub use resources::{ResourceConfig, ResourcePlace, ResourceUpstream};
pub use revoked::RevokedClient;
pub use secrets::{ClientSecretHash, SecretText};
pub use settings::{
    AssertionAudience, CorsOrigins, LedgerConfig, LedgerKind, LimitsConfig, RefreshTokens,
    RegistrationConfig, TokensConfig,
};
pub use sources::{Overrides, Sources, read_file};
pub use static_tokens::StaticTokenConfig;
pub use weaknesses::weaknesses;

/// What a node is told before it starts; together with the key ring it is all that nodes of one deployment share.
#[derive(Clone, Debug)]
pub struct Config {
    /// The issuer: every URL of ours and every `iss` derive from it, never from a `Host` header.
    /// Required outside `--demo`; there `http://127.0.0.1:PORT`. Source: RFC 8414 §2, RFC 9207 §2.
    pub public_url: PublicUrl,
    /// Where to listen. Default `127.0.0.1:9000`: a proxy that ends TLS runs on the same machine unless told otherwise.
    pub listen: SocketAddr,
    /// Where the key ring comes from: `keyring_file`, `SEALBEARER_SECRET`, or in `--demo` a file made once.
    pub keys: KeySource,
    /// Where what must survive a restart lies; only `--demo` needs it, for its key ring.
    /// Default `$XDG_DATA_HOME/sealbearer`, else `~/.local/share/sealbearer` (XDG Base Directory).
    pub data_dir: Option<PathBuf>,
    /// What remembers that something was used or revoked.
    pub ledger: LedgerConfig,
    /// Lifetimes and rotation of what is issued.
    pub tokens: TokensConfig,
    /// Who may register a client, and with which redirect URIs.
    pub registration: RegistrationConfig,
    /// Scopes that exist, in the order in which pages and metadata list them. Default: the eight of `--demo`.
    pub scopes: Vec<ScopeConfig>,
    /// People who can log in. Default: nobody outside `--demo`.
    pub users: Users,
    /// Providers at which people log in besides. Default: none.
    pub providers: Vec<ProviderConfig>,
    /// Clients that need no registration. Default: none; [`Self::docs_enabled`] adds `swagger-ui`.
    pub clients: Vec<ClientConfig>,
    /// Clients whose tokens are void if they were issued before an instant, for clients that are not in the list above.
    /// Default: none.
    pub revoked_clients: Vec<RevokedClient>,
    /// What tokens are for. At least one outside `--demo`; there `/mcp`. Source: RFC 9728, RFC 8707.
    pub resources: Vec<ResourceConfig>,
    /// Bearer tokens that the operator hands out, by hash. Default: none.
    pub static_tokens: Vec<StaticTokenConfig>,
    /// Web origins whose scripts may call the endpoints that clients in browsers need. Default: any, because those
    /// endpoints carry no cookie; `/oauth/authorize` never answers CORS. Source: `[cors] origins`.
    pub cors_origins: CorsOrigins,
    /// Whether `/docs` serves Swagger UI and its client `swagger-ui` exists. Default: only in `--demo`.
    pub docs_enabled: bool,
    /// Whether clients may learn who the person is: scopes `openid`, `profile` and `email`, ID tokens, `/oauth/userinfo`.
    /// Default true; without a signing key in the ring (`SEALBEARER_SECRET` alone) it is off all the same, and metadata say so.
    /// Source: `[openid] enabled`, OpenID Connect Core.
    pub openid_enabled: bool,
    /// Whether metadata says that responses carry `iss` (and they do). Default true; some clients stumble over it.
    /// Source: RFC 9207 §3.
    pub advertise_iss: bool,
    /// Limits of the process rather than of the protocol.
    pub limits: LimitsConfig,
    /// Which proxies are believed about whose requests they pass on. Default: none, and then no such header is read.
    pub proxies: ProxiesConfig,
    /// How often who may ask what.
    pub rates: RatesConfig,
    /// The account that `--demo` made, so that the banner can show it; `None` otherwise.
    pub demo: Option<DemoAccount>,
}

impl Config {
    /// Reads and checks everything.
    /// # Errors
    /// [`Mistakes`]: all that is wrong, never a secret value.
    pub fn load(sources: &Sources) -> Result<Self, Mistakes> {
        check::check(sources)
    }

    /// Checks that `ring` has every key that this configuration needs.
    /// # Errors
    /// The key that is missing, what needs it, and how to get it.
    pub fn check_ring(&self, ring: &KeyRing) -> Result<(), KeyRingError> {
        self.resources.iter().try_for_each(|resource| resource.check_ring(ring))
    }

    /// The public keys of resource servers whose tokens are encrypted to them.
    #[must_use]
    pub fn recipients(&self) -> BTreeMap<Resource, Recipient> {
        let to = |resource: &ResourceConfig| {
            Some((resource.resource(&self.public_url), resource.encryption_key.clone()?))
        };
        self.resources.iter().filter_map(to).collect()
    }

    /// The scope with this name.
    #[must_use]
    pub fn scope(&self, name: &str) -> Option<&ScopeConfig> {
        self.scopes.iter().find(|scope| scope.name == name)
    }

    /// The pre-registered client with this id.
    #[must_use]
    pub fn client(&self, id: &str) -> Option<&ClientConfig> {
        self.clients.iter().find(|client| client.id == id)
    }
}
