//! The settings that are tables of their own: ledger, tokens, registration, resources, CORS and limits.

use std::path::PathBuf;

use protocol::oauth::redirect_uri::RedirectRules;
use protocol::oauth::time::UnixTime;

use super::DocumentsConfig;
use crate::ledger::ValkeySettings;

/// `[ledger]`: what remembers that something was used or revoked.
#[derive(Clone, Debug)]
pub struct LedgerConfig {
    /// Default `memory`: exact on one node, and it costs nothing to run.
    pub kind: LedgerKind,
    /// Seconds during which a second valid redemption of a code yields the same tokens again instead of revoking them.
    /// Default 0, at most 10: OAuth 2.1 §4.1.3 wants one use; some clients retry after a lost answer.
    pub retry_window_seconds: u64,
    /// Entries kept by `memory` and `file` before the oldest are given up, and half as many KiB of what identity providers
    /// gave, beyond which no more is taken. Default 100,000 (about 10 MB, and 50 MB), 1,000 to 10,000,000. Not for `valkey`, whose server has a bound of its own.
    pub capacity: usize,
}

/// Back ends of the ledger.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LedgerKind {
    /// Shared-nothing: no use is remembered.
    None,
    /// Bounded, per node, exact on one node, gone after a restart.
    Memory,
    /// The same, and it survives restarts: `path`, relative to the configuration file. One node, one file.
    File(PathBuf),
    /// A Valkey or Redis server that all nodes share: `url` with password, `key_prefix` (default `sealbearer:`) and
    /// `timeout` of an operation (default 2 s; 1 to 10).
    Valkey(Box<ValkeySettings>),
}

/// `[tokens]`: lifetimes and rotation.
#[derive(Clone, Debug)]
pub struct TokensConfig {
    /// Seconds an access token lives. Default 3,600; 60 to 86,400, since some clients never refresh.
    pub access_lifetime_seconds: u64,
    /// Seconds a refresh token lives when it is not used. Default 30 days; 1 hour to 365 days. Source: OAuth 2.1 §4.3.1.
    pub refresh_idle_seconds: u64,
    /// Seconds after which a person must log in again whatever was refreshed. Default 90 days; 1 hour to 365 days,
    /// never below the idle lifetime.
    pub refresh_absolute_seconds: u64,
    /// Seconds the previous refresh token stays usable while its successor is unused: a lost answer does not log a
    /// person out. Default 60; 0 to 3,600.
    pub refresh_grace_seconds: u64,
    /// Whether there are refresh tokens, and how they are protected.
    pub refresh_tokens: RefreshTokens,
    /// Whom a client's assertion may name as its audience.
    pub assertion_audience: AssertionAudience,
    /// Everything that was issued before this instant is void, whatever the ledger is: codes, tokens, logins, consents.
    /// Default: nothing is.
    pub revoked_before: Option<UnixTime>,
    /// Whether a client gets a refresh token only if it asked for the scope `offline_access` and the person allowed it.
    /// Default false: without one its person must log in every hour. Source: OpenID Connect Core §11.
    pub refresh_tokens_need_offline_access: bool,
    /// Whether authorization server metadata name `offline_access`, which makes some clients ask for it and for consent each
    /// time. Default: as `refresh_tokens_need_offline_access`. Source: MCP 2026-07-28 (refresh tokens).
    pub advertise_offline_access: bool,
}

/// Whom a client's assertion may name as its audience.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AssertionAudience {
    /// `issuer`: the issuer alone. Source: rfc7523bis (draft 11).
    Issuer,
    /// `issuer_or_token_endpoint`: either; default, since well-kept clients send one or the other. Source: OpenID Connect
    /// Core 1.0 §9.
    IssuerOrTokenEndpoint,
}

impl AssertionAudience {
    /// Each, with its spelling.
    pub(super) const SPELLINGS: &[(&str, Self)] =
        &[("issuer", Self::Issuer), ("issuer_or_token_endpoint", Self::IssuerOrTokenEndpoint)];
}

/// How refresh tokens are protected. Source: OAuth 2.1 §4.3.1 (rotation for public clients).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RefreshTokens {
    /// Each use makes a successor; reuse revokes the family. Default with a ledger, and needs one.
    Rotating,
    /// Each use derives the same successor, so that a replay mints nothing new. Only without a ledger.
    Convergent,
    /// None are issued. Default without a ledger.
    Off,
}

/// `[registration]`: clients that nobody configured.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the file, and they are independent"
)]
pub struct RegistrationConfig {
    /// Whether `/oauth/register` answers. `dynamic = "open"` (default) or `"closed"`. Source: RFC 7591.
    pub open: bool,
    /// The most that a registered client can ask for; `None` (default) is every scope. Consent still decides.
    pub scopes: Option<Vec<String>>,
    /// Private-use schemes that redirect URIs may have. Default `cursor`, `vscode`, `vscode-insiders`. Source: RFC 8252 §7.1.
    pub redirect_schemes: Vec<String>,
    /// Whether any scheme that contains a dot is allowed too (`com.example.app`). Default true: such a name belongs to
    /// whoever owns the domain. Source: RFC 8252 §7.1.
    pub reverse_domain_schemes: bool,
    /// Whether a client that registered itself may have the code shown for copying
    /// (`urn:ietf:wg:oauth:2.0:oob`). Default: only in `--demo`; a stranger could ask a person to read the code out.
    pub out_of_band: bool,
    /// Whether a confidential client that registered itself may use `client_credentials`, which asks nobody for consent.
    /// Default: only in `--demo`. Source: MCP OAuth client credentials extension (pre-registered clients).
    pub client_credentials: bool,
    /// Redirect URIs of a client that registers none. Default: the two callbacks of Claude's hosted clients.
    pub default_redirect_uris: Vec<String>,
    /// Clients that are known by a document.
    pub documents: DocumentsConfig,
}

impl RegistrationConfig {
    /// Which redirect URIs there may be, and whether the code may be shown for copying.
    #[must_use]
    pub fn redirect_rules(&self, out_of_band: bool) -> RedirectRules {
        RedirectRules {
            private_use_schemes: self.redirect_schemes.clone(),
            reverse_domain_schemes: self.reverse_domain_schemes,
            out_of_band,
        }
    }
}

/// `[cors] origins`: whose scripts may call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CorsOrigins {
    /// `["*"]`.
    Any,
    /// Exactly these, as browsers send them in `Origin`.
    Listed(Vec<String>),
}

/// `[limits]`: of the process. Limits of the protocol are named constants beside what they limit.
#[derive(Clone, Debug)]
pub struct LimitsConfig {
    /// Connections served at once; more wait in the listen queue. Default 10,000; 16 to 1,000,000.
    pub connections_max: usize,
    /// Seconds a client has to send its request headers. Default 10; 1 to 60.
    pub header_timeout_seconds: u64,
    /// Seconds that requests in flight get after a stop signal. Default 30; 0 to 300.
    pub drain_timeout_seconds: u64,
    /// Passwords hashed at once; each takes tens of milliseconds and megabytes, so more wait. Default 4; 1 to 64.
    pub password_checks_max: usize,
}
