//! What a protected resource says of itself, and where.
//! Source: RFC 9728 §2 (members), §3.1 (location).

use serde_json::{Value, json};
use url::Url;

/// A protected resource, as its document describes it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProtectedResource {
    /// The canonical resource, exactly the URL a person pastes into a client.
    pub resource: String,
    /// Issuers whose tokens are accepted here; clients use the first.
    pub authorization_servers: Vec<String>,
    /// The scopes to ask for to begin with.
    pub scopes_supported: Vec<String>,
    /// A name for people.
    pub resource_name: String,
}

impl ProtectedResource {
    /// The document, ready to be sent.
    #[must_use]
    pub fn document(&self) -> Value {
        json!({
            "resource": self.resource,
            "authorization_servers": self.authorization_servers,
            "scopes_supported": self.scopes_supported,
            "bearer_methods_supported": ["header"],
            "resource_name": self.resource_name,
        })
    }
}

/// Where the document of `resource` is found: the well-known segment goes between host and path.
/// # Source
/// RFC 9728 §3.1; a path of `/` alone is dropped, a query is kept.
#[must_use]
pub fn location(resource: &Url) -> String {
    let path = if resource.path() == "/" { "" } else { resource.path() };
    let query = resource.query().map(|query| format!("?{query}")).unwrap_or_default();
    let origin = resource.origin().ascii_serialization();
    format!("{origin}/.well-known/oauth-protected-resource{path}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard_are_located() {
        for (resource, expected) in [
            (
                "https://resource.example.com",
                "https://resource.example.com/.well-known/oauth-protected-resource",
            ),
            (
                "https://resource.example.com/resource1",
                "https://resource.example.com/.well-known/oauth-protected-resource/resource1",
            ),
            (
                "http://127.0.0.1:9000/a?b=c",
                "http://127.0.0.1:9000/.well-known/oauth-protected-resource/a?b=c",
            ),
        ] {
            assert_eq!(location(&Url::parse(resource).expect("a URL")), expected);
        }
    }
}
