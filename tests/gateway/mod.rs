//! MCP servers that run elsewhere, behind the gate: what crosses, and what does not. Real sockets on both sides.

mod encrypted;
mod exchange;
mod faults;
mod filter;
mod hostile;
mod identity;
mod passing;
mod refused;
mod sessions;
mod streams;
pub(crate) mod support;
