//! The documents by which clients say who they are: pinned by the operator, or fetched and remembered.
//!
//! Source: draft-ietf-oauth-client-id-metadata-document-00, SEP-991 (limits of caching).

use std::collections::HashMap;
use std::sync::Arc;

use protocol::oauth::time::UnixTime;
use protocol::registration::document::{ClientDocument, DOCUMENT_BYTES_MAX, DocumentError};

use super::{Bounds, Cached, Document, Unobtainable, Upstream};

/// What one remembered document takes at the most: body, URL, and what it takes to remember them.
pub const ENTRY_BYTES_MAX: usize = 8 * 1_024;

/// What is known of clients that are documents.
pub struct ClientDocuments {
    pinned: HashMap<String, Arc<ClientDocument>>,
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
    /// Documents that are `pinned`, and all others through `upstream`.
    #[must_use]
    pub fn new(
        pinned: impl IntoIterator<Item = ClientDocument>,
        upstream: Arc<Upstream>,
        bounds: Bounds,
    ) -> Self {
        let pinned =
            pinned.into_iter().map(|document| (document.url().to_owned(), Arc::new(document)));
        Self { pinned: pinned.collect(), cached: Cached::new(upstream, bounds) }
    }

    /// The document at `url`.
    ///
    /// # Errors
    ///
    /// As [`Cached::get`]; a pinned document never fails.
    pub async fn get(
        &self,
        url: &str,
        now: UnixTime,
    ) -> Result<Arc<ClientDocument>, Unobtainable<DocumentError>> {
        match self.pinned.get(url) {
            Some(document) => Ok(Arc::clone(document)),
            None => self.cached.get(url, now).await,
        }
    }
}
