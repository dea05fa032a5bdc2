//! The issuer, in the one spelling that every other URL is derived from.
//! Source: RFC 8414 §2 (https, no query or fragment); RFC 8252 §7.3 (loopback).

use std::fmt;

use url::Url;

/// An issuer: `https`, or `http` on a loopback host; no user, query, fragment or trailing slash, and already normal.
#[derive(Clone, Eq, PartialEq)]
pub struct PublicUrl {
    text: String,
    url: Url,
}

impl PublicUrl {
    /// Parses an issuer as written.
    /// # Errors
    /// What is wrong, as half a sentence.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let url =
            Url::parse(text).map_err(|reason| format!("is not an absolute URL ({reason})"))?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err("must begin with https:// (or http:// on a loopback host)".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() || text.contains('@') {
            return Err("must not contain a user or password".to_owned());
        }
        if text.contains('?') {
            return Err("must not have a query".to_owned());
        }
        if text.contains('#') {
            return Err("must not have a fragment".to_owned());
        }
        if text.ends_with('/') {
            return Err("must not end with a slash".to_owned());
        }
        let normal = url.as_str().trim_end_matches('/');
        if normal != text {
            return Err(format!(
                "is not in its normal form (lower-case host, no default port); write \"{normal}\""
            ));
        }
        let this = Self { text: text.to_owned(), url };
        if this.url.scheme() == "http" && !this.is_loopback() {
            return Err("must be https, because its host is not a loopback host".to_owned());
        }
        Ok(this)
    }

    /// The issuer exactly as it is compared and sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same, taken apart.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The path without a trailing slash: empty, or `/tenant`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// Scheme, host and port, as browsers send it in `Origin`.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Whether browsers reach it by TLS, so that cookies can be `Secure` and `__Host-`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether the host is this machine: `localhost`, `127.0.0.1` or `[::1]`, as in redirect URIs.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        matches!(self.url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
    }

    /// The URL of `path`, which begins with a slash, below the issuer.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

impl fmt::Debug for PublicUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.text)
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
