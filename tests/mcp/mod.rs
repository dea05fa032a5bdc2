//! The built-in MCP server and the gateway in front of it.

mod messages;
mod revisions;
mod support;
mod tools;
mod transport;
