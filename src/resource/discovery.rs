//! What an authorization server says of itself: where its keys are, and where it is asked about tokens.
//! Source: RFC 8414 §3, OpenID Connect Discovery 1.0 §4, MCP 2026-07-28 authorization server discovery.

use std::sync::atomic::{AtomicUsize, Ordering};

use protocol::json;
use protocol::oauth::time::UnixTime;
use serde_json::Value;
use std::sync::Arc;
use url::Url;

use crate::upstream::{Cached, Document, Unobtainable};

/// The members of the metadata that matter here.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Metadata {
    pub(super) issuer: String,
    pub(super) jwks_uri: Option<String>,
    pub(super) introspection_endpoint: Option<String>,
}

/// Why a document is no metadata.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum MetadataFault {
    /// It is no JSON object with an issuer, or a member is no text.
    Malformed,
}

impl Document for Metadata {
    const BODY_BYTES_MAX: usize = 64 * 1_024;
    type Fault = MetadataFault;

    fn read(_url: &str, body: &[u8]) -> Result<Self, MetadataFault> {
        let document = json::parse(body).map_err(|_| MetadataFault::Malformed)?;
        let text = |name: &str| match document.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(MetadataFault::Malformed),
        };
        Ok(Self {
            issuer: text("issuer")?.ok_or(MetadataFault::Malformed)?,
            jwks_uri: text("jwks_uri")?,
            introspection_endpoint: text("introspection_endpoint")?,
        })
    }
}

/// Where the metadata of one issuer may be, and where they were last.
#[derive(Debug)]
pub(super) struct Places {
    issuer: String,
    urls: Vec<String>,
    found: AtomicUsize,
}

impl Places {
    /// Source: RFC 8414 §3.1 and §5, OpenID Connect Discovery 1.0 §4.1; the order is that of MCP.
    pub(super) fn of(issuer: &Url, as_written: &str) -> Self {
        let origin = issuer.origin().ascii_serialization();
        let path = issuer.path().trim_end_matches('/');
        let mut urls = vec![
            format!("{origin}/.well-known/oauth-authorization-server{path}"),
            format!("{origin}/.well-known/openid-configuration{path}"),
        ];
        if !path.is_empty() {
            urls.push(format!("{origin}{path}/.well-known/openid-configuration"));
        }
        Self { issuer: as_written.to_owned(), urls, found: AtomicUsize::new(0) }
    }

    /// The metadata, from the first place that has those of this issuer.
    pub(super) async fn find(
        &self,
        cached: &Cached<Metadata>,
        now: UnixTime,
    ) -> Option<Arc<Metadata>> {
        let first = self.found.load(Ordering::Relaxed);
        for step in 0..self.urls.len() {
            let at = (first + step) % self.urls.len();
            match cached.get(&self.urls[at], now).await {
                Ok(metadata) if metadata.issuer == self.issuer => {
                    self.found.store(at, Ordering::Relaxed);
                    return Some(metadata);
                }
                Ok(metadata) => {
                    let (issuer, named) = (&self.issuer, &metadata.issuer);
                    tracing::warn!(issuer, named, "metadata that name another issuer");
                }
                Err(Unobtainable::Invalid(fault)) => {
                    tracing::warn!(url = self.urls[at], ?fault, "metadata that cannot be read");
                }
                Err(Unobtainable::Url(_) | Unobtainable::Busy | Unobtainable::Unavailable) => {}
            }
        }
        tracing::error!(issuer = self.issuer, "the metadata of this issuer cannot be had");
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_of_the_standards_are_looked_at_in_order() {
        let of = |issuer: &str| Places::of(&Url::parse(issuer).expect("a URL"), issuer).urls;
        let expected = [
            "https://a.example/.well-known/oauth-authorization-server",
            "https://a.example/.well-known/openid-configuration",
        ];
        assert_eq!(of("https://a.example"), expected);
        assert_eq!(of("https://a.example/"), expected);
        assert_eq!(
            of("https://a.example/realms/one"),
            [
                "https://a.example/.well-known/oauth-authorization-server/realms/one",
                "https://a.example/.well-known/openid-configuration/realms/one",
                "https://a.example/realms/one/.well-known/openid-configuration",
            ]
        );
    }
}
