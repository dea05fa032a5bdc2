//! What a ledger keeps besides marks: texts under names, sealed by whoever gives them, until they end or are replaced.

use std::fmt;

use protocol::ids::GrantName;
use protocol::oauth::time::UnixTime;

/// The longest text that is kept.
pub const KEPT_CHARACTERS_MAX: usize = 24 * 1_024;
/// How much of the room for texts, in bytes, comes with the room for one family.
const BYTES_PER_FAMILY: usize = 512;

/// A text to keep.
#[derive(Clone, Eq, PartialEq)]
pub struct Keep {
    /// Its name.
    pub name: GrantName,
    /// What is kept, of at most [`KEPT_CHARACTERS_MAX`] characters. Who reads it there must learn nothing.
    pub text: String,
    /// The version that it replaces; `None` where there must be none.
    pub replaces: Option<u64>,
    /// From when on nobody needs it.
    pub expires_at: UnixTime,
}

/// A text that was kept.
#[derive(Clone, Eq, PartialEq)]
pub struct Kept {
    /// As it was given.
    pub text: String,
    /// Which one it is of those that had its name.
    pub version: u64,
}

/// Whether a text is kept now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Keeping {
    /// It is, as this version.
    Kept {
        /// Which.
        version: u64,
    },
    /// Another version is there than it was to replace, or none.
    Overtaken,
}

impl Keep {
    /// Whether it may take the place of `version`, and its own version then.
    pub(super) fn following(&self, version: Option<u64>) -> Option<u64> {
        (version == self.replaces).then(|| version.unwrap_or_default().saturating_add(1))
    }
}

/// How many bytes of texts may be kept beside `families_max` families.
pub(super) fn bytes_max(families_max: usize) -> usize {
    families_max.saturating_mul(BYTES_PER_FAMILY)
}

impl fmt::Debug for Keep {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Keep");
        shown.field("replaces", &self.replaces).finish_non_exhaustive()
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Kept").field("version", &self.version).finish_non_exhaustive()
    }
}
