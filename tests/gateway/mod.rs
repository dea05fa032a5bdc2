//! MCP servers that run elsewhere, behind the gate: what crosses, and what does not. Real sockets on both sides.

mod faults;
mod filter;
mod hostile;
mod identity;
mod passing;
mod sessions;
mod streams;
mod support;
