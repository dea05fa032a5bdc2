//! Resource indicators: whom a token is for.
//!
//! Source: RFC 8707 §2; one normalisation for authorization server and resource server alike.

use std::fmt;

use url::Url;

/// The longest `resource` parameter that is read, in bytes.
pub const RESOURCE_BYTES_MAX: usize = 1_000;

/// A canonical resource: scheme and host in lower case, no default port, no fragment, an empty path instead of `/`.
///
/// Nothing else is normalised: `/mcp` and `/mcp/` are two resources, since path tricks confuse audiences.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Resource(String);

/// The text is no absolute http(s) URI, or has a fragment or user information, or is too long.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct MalformedResource;

impl Resource {
    /// Reads a `resource` parameter or an audience.
    ///
    /// # Errors
    ///
    /// [`MalformedResource`] for anything but an absolute `https` or `http` URI without fragment (RFC 8707 §2).
    pub fn parse(text: &str) -> Result<Self, MalformedResource> {
        let graphic = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
        if text.len() > RESOURCE_BYTES_MAX || !text.bytes().all(graphic) {
            return Err(MalformedResource);
        }
        let (scheme, rest) = text.split_once("://").ok_or(MalformedResource)?;
        let path_at = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(path_at);
        let url = Url::parse(text).map_err(|_| MalformedResource)?;
        let known = matches!(url.scheme(), "https" | "http") && !authority.is_empty();
        if !known || text.contains('#') || authority.contains('@') {
            return Err(MalformedResource);
        }
        let host = url.host_str().ok_or(MalformedResource)?;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let path = if path == "/" { "" } else { path };
        Ok(Self(format!("{}://{host}{port}{path}", scheme.to_ascii_lowercase())))
    }

    /// The canonical spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Scheme, host and port alone.
    #[must_use]
    pub fn origin(&self) -> Self {
        let start = self.0.find("://").map_or(0, |at| at + 3);
        let end = self.0[start..].find(['/', '?']).map_or(self.0.len(), |at| start + at);
        Self(self.0[..end].to_owned())
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
