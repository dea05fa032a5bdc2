//! The MCP server of `sealbearer mcp`: notes of the person who is signed in, kept apart from everybody else's.
//!
//! It is a resource server and nothing else: another process issues its tokens, and is asked about them. Over HTTP it stands
//! behind the gate; over standard input and output it admits the token of its environment itself, for every request anew.

mod book;
mod desk;
mod offers;
mod usage;

use protocol::operation::Operation;

pub use book::{Book, BookError, CONTENT_BYTES_MAX, NOTES_MAX, Note, Owner, TITLE_CHARS_MAX};
pub use desk::{Desk, Door};

use super::McpEndpoint;
use super::catalogue;
use crate::gateway::guard::Permissions;

/// The server as an HTTP endpoint, to stand behind a gate.
#[must_use]
pub fn endpoint(desk: Desk) -> McpEndpoint<Desk> {
    McpEndpoint::of(desk)
}

/// What its operations need: the scope of their kind, as those of the built-in server.
#[derive(Clone, Copy, Debug)]
pub struct Needs;

impl Permissions for Needs {
    fn needed(&self, operation: &Operation) -> Vec<String> {
        catalogue::scopes_of(operation).iter().map(|scope| (*scope).to_owned()).collect()
    }

    fn implies(&self, _granted: &str, _needed: &str) -> bool {
        false
    }
}
