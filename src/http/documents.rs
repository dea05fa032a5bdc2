//! The documents that hardly ever change while a node runs: serialised once, sent as they are.
//!
//! Source: RFC 8414 §3, RFC 9728 §3, RFC 7517 §5.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use poem::http::StatusCode;
use poem::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use poem::{Request, Response};
use protocol::metadata;
use protocol::policy::Policy;
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::contract;

/// How long metadata may be cached, in seconds: short, since a change of configuration should be seen soon. A signing key
/// is published at least this long before it signs.
pub const MAX_AGE_SECONDS: u32 = 300;

/// A body, its type, and the tag that tells it from any other.
#[derive(Clone, Debug)]
pub struct Document {
    body: Bytes,
    content_type: &'static str,
    etag: String,
}

/// All of them.
#[derive(Clone, Debug)]
pub struct Documents {
    /// RFC 8414.
    pub authorization_server: Document,
    /// OpenID Connect Discovery.
    pub openid_configuration: Document,
    /// RFC 9728, by the path of the resource; the first resource also without a path.
    pub protected_resources: BTreeMap<String, Document>,
    /// RFC 7517; replaced when the key ring is.
    pub jwks: Arc<ArcSwap<Document>>,
    /// The contract as JSON.
    pub openapi_json: Document,
    /// The contract as written.
    pub openapi_yaml: Document,
    /// Paths below which authorization server metadata is asked for: the issuer's own, and those of its resources,
    /// since some clients take the MCP server's URL for the issuer's.
    pub metadata_paths: Vec<String>,
}

impl Document {
    /// A document ready to be sent.
    #[must_use]
    pub fn new(body: impl Into<Bytes>, content_type: &'static str) -> Self {
        let body = body.into();
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(&body)[..12]));
        Self { body, content_type, etag }
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The response to `http`: the document, or 304 if the client has it already (RFC 9110 §13.1.2).
    #[must_use]
    pub fn respond(&self, http: &Request) -> Response {
        let known =
            http.headers().get_all(IF_NONE_MATCH).iter().filter_map(|tag| tag.to_str().ok());
        let is_known = known.flat_map(|tags| tags.split(',')).map(str::trim).any(|tag| {
            // A proxy that compresses makes a tag weak, which is as good here.
            tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.etag
        });
        let response = Response::builder()
            .header(ETAG, &self.etag)
            .header(CACHE_CONTROL, format!("public, max-age={MAX_AGE_SECONDS}"));
        if is_known {
            return response.status(StatusCode::NOT_MODIFIED).finish();
        }
        response.content_type(self.content_type).body(self.body.clone())
    }
}

fn key_set(jwks: &str) -> Document {
    Document::new(jwks.to_owned(), "application/json")
}

impl Documents {
    /// Writes them all. `jwks` is the key set as JSON.
    #[must_use]
    pub fn new(policy: &Policy, jwks: &str) -> Self {
        let json = |value: serde_json::Value| Document::new(value.to_string(), "application/json");
        let mut protected_resources = BTreeMap::new();
        for resource in policy.served().rev() {
            let document = json(metadata::protected_resource(resource, policy));
            protected_resources.insert(path_of(resource.resource.as_str()), document.clone());
            protected_resources.insert(String::new(), document);
        }
        let issuer_path = path_of(&policy.issuer);
        let mut metadata_paths: Vec<_> = protected_resources.keys().cloned().collect();
        metadata_paths.push(issuer_path);
        Self {
            authorization_server: json(metadata::authorization_server(policy)),
            openid_configuration: json(metadata::openid_configuration(policy)),
            protected_resources,
            jwks: Arc::new(ArcSwap::from_pointee(key_set(jwks))),
            openapi_json: Document::new(contract::DOCUMENT_JSON, "application/json"),
            openapi_yaml: Document::new(contract::DOCUMENT_YAML, "application/yaml"),
            metadata_paths,
        }
    }

    /// Publishes another key set from now on.
    pub fn replace_jwks(&self, jwks: &str) {
        self.jwks.store(Arc::new(key_set(jwks)));
    }

    /// The authorization server metadata asked for with `path` behind the well-known part; `None` where nobody could
    /// have been told to look.
    #[must_use]
    pub fn authorization_server_at(&self, path: &str) -> Option<&Document> {
        self.is_metadata_path(path).then_some(&self.authorization_server)
    }

    /// The OpenID configuration, likewise.
    #[must_use]
    pub fn openid_configuration_at(&self, path: &str) -> Option<&Document> {
        self.is_metadata_path(path).then_some(&self.openid_configuration)
    }

    /// The metadata of the protected resource at `path`.
    #[must_use]
    pub fn protected_resource_at(&self, path: &str) -> Option<&Document> {
        self.protected_resources.get(path.trim_matches('/'))
    }

    fn is_metadata_path(&self, path: &str) -> bool {
        let path = path.trim_matches('/');
        self.metadata_paths.iter().any(|known| known == path)
    }
}

/// The response for a document that does not exist: JSON, since clients that probe expect nothing else.
pub(super) fn not_found() -> Response {
    let body = serde_json::json!({ "error": "not_found" }).to_string();
    Response::builder().status(StatusCode::NOT_FOUND).content_type("application/json").body(body)
}

/// The path of a URL without slashes around it.
fn path_of(url: &str) -> String {
    Url::parse(url).map(|url| url.path().trim_matches('/').to_owned()).unwrap_or_default()
}
