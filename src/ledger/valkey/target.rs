//! Which server, from a URL that may carry a password: parsed strictly, and never shown.

use std::net::IpAddr;

use url::{Host, Url};
use zeroize::Zeroizing;

/// Why a URL does not name a server that may keep the ledger. Never repeats the URL.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TargetRefused {
    /// It cannot be parsed, or is of another scheme.
    #[error("is not a URL of the form rediss://user:password@host:port/database")]
    Malformed,
    /// It has a query or fragment; some clients switch off verification that way.
    #[error("has a query or a fragment")]
    Decorated,
    /// Its path is no number of a database.
    #[error("has a path that is not the number of a database")]
    Database,
    /// Anybody on the way could read and change what is remembered.
    #[error("is not encrypted, and its host is not loopback")]
    Plaintext,
    /// Anybody who reaches the server could change what is remembered.
    #[error("has no password, and its host is not loopback")]
    NoPassword,
}

/// A server that may keep the ledger.
#[derive(Clone, Eq, PartialEq)]
pub struct Target {
    url: Zeroizing<String>,
    shown: String,
}

impl Target {
    /// Parses `text`.
    ///
    /// # Errors
    ///
    /// [`TargetRefused`].
    pub fn parse(text: &str) -> Result<Self, TargetRefused> {
        let url = Url::parse(text).map_err(|_| TargetRefused::Malformed)?;
        let is_encrypted = match url.scheme() {
            "rediss" | "valkeys" => true,
            "redis" | "valkey" => false,
            _ => return Err(TargetRefused::Malformed),
        };
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or(TargetRefused::Malformed)?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(TargetRefused::Decorated);
        }
        let database = url.path().trim_start_matches('/');
        if !database.is_empty() && database.parse::<u16>().is_err() {
            return Err(TargetRefused::Database);
        }
        if !is_loopback(host) {
            if !is_encrypted {
                return Err(TargetRefused::Plaintext);
            }
            if url.password().is_none_or(str::is_empty) {
                return Err(TargetRefused::NoPassword);
            }
        }
        let port = url.port().unwrap_or(6379);
        let scheme = if is_encrypted { "rediss" } else { "redis" };
        let (user, password) = (url.username(), url.password());
        let login = password.map(|password| format!("{user}:{password}@")).unwrap_or_default();
        let whole = format!("{scheme}://{login}{host}:{port}/{database}");
        Ok(Self { url: Zeroizing::new(whole), shown: format!("{scheme}://{host}:{port}") })
    }

    /// With the password. Never logged.
    pub(super) fn expose(&self) -> &str {
        &self.url
    }
}

impl std::fmt::Debug for Target {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Target({})", self.shown)
    }
}

impl std::fmt::Display for Target {
    /// Scheme, host and port.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.shown)
    }
}

/// A URL of another scheme than the web's keeps an address as text.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    address || matches!(Host::parse(bare), Ok(Host::Domain(name)) if name == "localhost")
}
