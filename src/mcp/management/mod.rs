//! An MCP server for whoever runs this deployment: what it publishes, what a token says, why somebody was refused, and the
//! few things that can be changed while it runs.
//!
//! Reading and changing take a scope each ([`READ`], [`WRITE`]), and nobody has them who was not given them by name. No
//! answer contains a key, a password, a hash or a token.

pub mod refusals;
pub mod task;

mod office;

use std::sync::Arc;

use serde_json::Value;

use super::{Caller, McpEndpoint};
use office::Office;
use task::Task;

/// What every request at the management resource needs.
pub const READ: &str = "mcp:manage:read";
/// What changing something needs besides.
pub const WRITE: &str = "mcp:manage:write";

/// Whoever can do what the tools are for.
pub trait Operator: Send + Sync + 'static {
    /// Does `task` for `caller`, who may do it.
    ///
    /// # Errors
    ///
    /// A sentence for the person who asked: why it was not done, and what would help.
    fn perform(
        &self,
        task: Task,
        caller: Option<Caller>,
    ) -> impl Future<Output = Result<Value, String>> + Send;
}

/// The management server over `operator`.
#[must_use]
pub fn endpoint<O: Operator>(operator: Arc<O>) -> McpEndpoint<Office<O>> {
    McpEndpoint::of(Office::new(operator))
}
