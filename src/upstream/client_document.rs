//! The documents by which clients say who they are: pinned by the operator, or fetched and remembered, or known to this
//! release while their host does not serve them.
//!
//! Source: draft-ietf-oauth-client-id-metadata-document-00, SEP-991 (limits of caching).

use std::collections::HashMap;
use std::sync::Arc;

use protocol::oauth::time::UnixTime;
use protocol::registration::document::{ClientDocument, DOCUMENT_BYTES_MAX, DocumentError};

use super::{Bounds, Cached, Document, Unobtainable, Upstream};

/// What one remembered document takes at the most: body, URL, and what it takes to remember them.
pub const ENTRY_BYTES_MAX: usize = 8 * 1_024;

/// Documents of hosts that turn data centres away, URL and copy. A copy leads nowhere but to the host's own redirect URIs,
/// so an old one can fail to work but cannot mislead.
const KNOWN: [(&str, &[u8]); 2] = [
    ("https://claude.ai/oauth/mcp-oauth-client-metadata", include_bytes!("known/claude.json")),
    (
        "https://claude.ai/oauth/claude-code-client-metadata",
        include_bytes!("known/claude-code.json"),
    ),
];

/// What is known of clients that are documents.
pub struct ClientDocuments {
    pinned: HashMap<String, Arc<ClientDocument>>,
    known: HashMap<String, Arc<ClientDocument>>,
    cached: Cached<ClientDocument>,
}

impl Document for ClientDocument {
    const BODY_BYTES_MAX: usize = DOCUMENT_BYTES_MAX;
    type Fault = DocumentError;

    fn read(url: &str, body: &[u8]) -> Result<Self, DocumentError> {
        Self::read(url, body)
    }
}

impl ClientDocuments {
    /// Documents that are `pinned`, and all others through `upstream`. `use_known`: whether the copies that come with
    /// this release stand in for documents that cannot be had.
    #[must_use]
    pub fn new(
        pinned: impl IntoIterator<Item = ClientDocument>,
        use_known: bool,
        upstream: Arc<Upstream>,
        bounds: Bounds,
    ) -> Self {
        let by_url = |document: ClientDocument| (document.url().to_owned(), Arc::new(document));
        let known = KNOWN.iter().filter(|_| use_known);
        let known = known.filter_map(|(url, body)| ClientDocument::read(url, body).ok());
        Self {
            pinned: pinned.into_iter().map(by_url).collect(),
            known: known.map(by_url).collect(),
            cached: Cached::new(upstream, bounds),
        }
    }

    /// The document at `url`.
    ///
    /// # Errors
    ///
    /// As [`Cached::get`]; a pinned or known document never fails.
    pub async fn get(
        &self,
        url: &str,
        now: UnixTime,
    ) -> Result<Arc<ClientDocument>, Unobtainable<DocumentError>> {
        if let Some(document) = self.pinned.get(url) {
            return Ok(Arc::clone(document));
        }
        let outcome = self.cached.get(url, now).await;
        outcome.or_else(|reason| self.known.get(url).map(Arc::clone).ok_or(reason))
    }
}
