//! Which headers cross the gateway, in either direction: those of a list, and no others.
//! Source: RFC 9110 §7.6.1 (connection-specific fields, also those that `Connection` names), MCP transports.
//!
//! A list of what may pass cannot be got round by spelling: what a server might read as an identity, a credential, another
//! URL or another method is simply not on it, however it is written.

use poem::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, ALLOW, AUTHORIZATION, CONNECTION, CONTENT_ENCODING, CONTENT_LANGUAGE,
    CONTENT_LENGTH, CONTENT_TYPE, COOKIE, EXPECT, FORWARDED, HOST, ORIGIN, PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION, RETRY_AFTER, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, USER_AGENT,
};
use poem::http::{HeaderMap, HeaderName};

use crate::config::GatewayConfig;

/// What a server gets to see besides the headers of the transport.
static TO_UPSTREAM: [HeaderName; 7] = [
    ACCEPT,
    ACCEPT_LANGUAGE,
    CONTENT_TYPE,
    USER_AGENT,
    HeaderName::from_static("last-event-id"),
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
];
/// What a client gets to see besides them.
static TO_CLIENT: [HeaderName; 5] =
    [ALLOW, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER];
/// The transport's own headers, of revisions that are and that will be.
const TRANSPORT: &str = "mcp-";
/// Headers that tools name themselves.
const PARAMETERS: &str = "mcp-param-";

/// Headers that mean something to HTTP, to us, or to whoever believes in proxies; no setting lets them pass.
static NEVER: [HeaderName; 17] = [
    AUTHORIZATION,
    CONNECTION,
    CONTENT_LENGTH,
    COOKIE,
    EXPECT,
    FORWARDED,
    HOST,
    ORIGIN,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("dpop"),
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

/// Whether a setting may let clients send `name` to a server, or have it stand for something we say.
#[must_use]
pub fn may_be_configured(name: &HeaderName) -> bool {
    !NEVER.contains(name) && !name.as_str().contains('_') && !name.as_str().starts_with(TRANSPORT)
}

/// Which headers cross.
#[derive(Clone, Debug, Default)]
pub struct HeaderRules {
    /// What the configuration lets pass besides.
    passed: Vec<HeaderName>,
    /// What we say ourselves, as [`folded`].
    ours: Vec<String>,
}

impl HeaderRules {
    /// The rules of one resource.
    #[must_use]
    pub fn new(config: &GatewayConfig) -> Self {
        let ours = config.own_headers().map(folded).collect();
        Self { passed: config.headers_passed.clone(), ours }
    }

    /// What the server gets to see of what a client sent.
    #[must_use]
    pub fn to_upstream(&self, client: &HeaderMap) -> HeaderMap {
        let of_connection = named_by_connection(client);
        let passes = |name: &HeaderName| {
            let is_listed = TO_UPSTREAM.contains(name) || self.passed.contains(name);
            (is_listed || is_transport(name))
                && !of_connection.contains(name)
                && !self.ours.contains(&folded(name))
        };
        listed(client, passes)
    }

    /// What the client gets to see of what the server sent.
    #[must_use]
    pub fn to_client(&self, upstream: &HeaderMap) -> HeaderMap {
        let of_connection = named_by_connection(upstream);
        let passes = |name: &HeaderName| {
            (TO_CLIENT.contains(name) || is_transport(name)) && !of_connection.contains(name)
        };
        listed(upstream, passes)
    }
}

/// A name as servers see it that make variables of headers, where `-` and `_` are the same.
fn folded(name: &HeaderName) -> String {
    name.as_str().replace('_', "-")
}

/// Names with an underscore are none of the transport's, though some servers would take them for it; tools may have some.
fn is_transport(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.starts_with(TRANSPORT) && (!name.contains('_') || name.starts_with(PARAMETERS))
}

fn listed(all: &HeaderMap, passes: impl Fn(&HeaderName) -> bool) -> HeaderMap {
    let kept = all.iter().filter(|(name, _)| passes(name));
    // Every value of a repeated header, in its order.
    let mut headers = HeaderMap::new();
    for (name, value) in kept {
        headers.append(name.clone(), value.clone());
    }
    headers
}

/// What a message says is for its connection only.
fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let values = headers.get_all(CONNECTION).iter();
    let names = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    names.filter_map(|name| HeaderName::from_bytes(name.trim_ascii()).ok()).collect()
}
