//! The target `client_document`: whatever a host says of a client, the client is one that this deployment can have.

use protocol::grant::GrantType;
use protocol::oauth::client::{ClientKind, ClientOrigin};
use protocol::registration::document::ClientDocument;
use protocol::registration::dynamic::NAME_CHARS_MAX;

use super::deployment::node;

/// Where the document is.
const URL: &str = "https://client.example/oauth/client.json";

/// Reads `bytes` as the document at a URL.
///
/// # Panics
///
/// If what is taken speaks for another URL, cannot be used, or could harm who reads it.
pub fn client_document(bytes: &[u8]) {
    let Ok(document) = ClientDocument::read(URL, bytes) else { return };
    assert_eq!(document.url(), URL);
    let policy = &node().server.policy;
    let rules = policy.documents.as_ref().expect("documents are on");
    let Ok(client) = document.client(rules, policy) else { return };
    assert_eq!((client.id.as_str(), client.origin), (URL, ClientOrigin::Document));
    let name = client.name.as_deref().expect("every document has a name");
    assert!(!name.is_empty() && name.chars().count() <= NAME_CHARS_MAX);
    assert!(!name.chars().any(char::is_control));
    let has_keys = match client.kind {
        ClientKind::Public => false,
        ClientKind::Keyed | ClientKind::PublicOrKeyed => true,
        ClientKind::Confidential => panic!("nobody can have a secret in public"),
    };
    assert_eq!(client.keys.is_some(), has_keys);
    assert!(client.may_use(GrantType::AuthorizationCode));
    assert!(!client.may_use(GrantType::ClientCredentials));
    assert!(!client.redirect_uris.is_empty());
    for uri in &client.redirect_uris {
        let scheme = uri.as_str().split(':').next().unwrap_or_default();
        assert!(!["javascript", "data", "file"].contains(&scheme), "{}", uri.as_str());
        assert!(client.match_redirect_uri(Some(uri.as_str())).is_some());
    }
}
