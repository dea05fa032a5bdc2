//! The order of the checks.
use super::{Config, Mistakes, Sources};
pub(super) fn check(_sources: &Sources) -> Result<Config, Mistakes> {
    todo!()
}
