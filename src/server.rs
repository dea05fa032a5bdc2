//! The composition root: configuration to running routes.

use crate::config::Config;

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {}

/// Serves until told to stop.
/// # Errors
/// [`StartError`].
#[expect(clippy::unused_async, reason = "the stub of what will serve")]
pub async fn run(_config: Config) -> Result<(), StartError> {
    Ok(())
}
