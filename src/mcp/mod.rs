//! The MCP servers inside this program; first of all the built-in one: three tools, two resources and two prompts that need nothing but this process.
//! Source: MCP 2024-11-05 to 2026-07-28 (lifecycle, streamable HTTP transport, tools, resources, prompts).
//!
//! It keeps no session: whatever revision a client speaks, any node can answer any of its requests. Who may ask for
//! what is decided before a request gets here; [`catalogue`] is the one table that decision is made from.

pub mod caller;
pub mod catalogue;
pub mod endpoint;
pub mod management;
pub mod message;
pub mod notes;

#[doc(hidden)]
pub mod fuzzing;

mod calculator;
mod metrics;
mod offers;
mod toolbox;

pub use caller::Caller;
pub use endpoint::{BODY_BYTES_MAX, McpEndpoint, endpoint};
pub use toolbox::Toolbox;
