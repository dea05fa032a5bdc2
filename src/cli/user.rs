//! `user hash`.

use super::{
    Failure,
    console::{self, toml_text},
};
use crate::config::PasswordHash;

/// Reads a password and prints its hash, and the lines for the file.
pub(super) fn hash(name: Option<&str>) -> Result<(), Failure> {
    let password = console::read_password("Password (not shown):")?;
    let hash = PasswordHash::hash(&password)
        .map_err(|reason| Failure::Usage(reason.to_string()))?
        .to_phc();
    let (name, quoted) = (toml_text(name.unwrap_or("NAME")), toml_text(&hash));
    console::print(&format!("{hash}\n\n[[users]]\nname = {name}\npassword_hash = {quoted}\n"))
}
