//! Handles of a server, bound to the subject it gave them to.
//! Source: MCP security best practices 2026-07-28 (a session is no authentication; handles are bound to the user).
//!
//! The handle that a client holds is the server's own, a dot, and a mark over kind, resource, issuer, subject and handle. Any node
//! can check it; nobody else's request can carry it; and nothing is remembered for it. It ends when the server ends it.

use std::sync::Arc;

use super::Vouch;
use crate::mcp::Caller;

/// The longest handle of a server that is passed on, in bytes.
pub const HANDLE_BYTES_MAX: usize = 2_048;
/// A session of streamable HTTP.
pub(super) const SESSION: &str = "session";
/// Where messages of HTTP+SSE go.
pub(super) const DESTINATION: &str = "destination";

/// Binds the handles of one resource.
#[derive(Clone)]
pub struct Bonds {
    resource: Arc<str>,
    vouch: Arc<dyn Vouch>,
}

impl Bonds {
    /// `resource`: the canonical resource, a URL.
    #[must_use]
    pub fn new(resource: &str, vouch: Arc<dyn Vouch>) -> Self {
        Self { resource: resource.into(), vouch }
    }

    /// `handle` as `caller` gets to hold it.
    #[must_use]
    pub fn bound(&self, kind: &str, caller: &Caller, handle: &str) -> String {
        let mark = self.vouch.mark(&self.text(kind, caller, handle));
        format!("{handle}.{mark}")
    }

    /// The server's own handle, if `bound` is one that `caller` was given.
    #[must_use]
    pub fn released(&self, kind: &str, caller: &Caller, bound: &str) -> Option<String> {
        let (handle, mark) = bound.rsplit_once('.')?;
        let confirmed = self.vouch.confirms(&self.text(kind, caller, handle), mark);
        confirmed.then(|| handle.to_owned())
    }

    /// What is marked. Kind, resource and issuer have no line breaks, and the length says where the subject ends.
    fn text(&self, kind: &str, caller: &Caller, handle: &str) -> String {
        let (resource, Caller { issuer, subject, .. }) = (&self.resource, caller);
        format!("{kind}\n{resource}\n{issuer}\n{}\n{subject}{handle}", subject.len())
    }
}
