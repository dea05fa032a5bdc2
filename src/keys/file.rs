//! The key ring file: made once, readable by its owner only, replaced as a whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::time::UnixTime;
use rand::TryRng as _;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::KeyRing;
use super::error::KeyRingError;

/// A ring with a hundred keys is a quarter of this.
const FILE_BYTES_MAX: u64 = 64 * 1024;
/// What nobody but the owner may do.
#[cfg(unix)]
const OTHERS_MASK: u32 = 0o077;
/// The same of a file that somebody else gave this process through its group, as a container platform does with secrets:
/// the group may read it.
#[cfg(unix)]
const OTHERS_MASK_OF_A_FOREIGN_FILE: u32 = 0o037;

impl KeyRing {
    /// Reads the ring from the file at `path`.
    /// # Errors
    /// If it cannot be read, can be read by others than its owner, or is not a ring.
    pub fn load(path: &Path) -> Result<Self, KeyRingError> {
        Self::from_json(&read(path)?)
    }

    /// Makes a new ring, with a signing key for each of `algorithms`, and its file, at once or not at all.
    /// # Errors
    /// [`KeyRingError::Exists`] if there is a file: it is never overwritten. Otherwise what the file system said.
    pub fn create(
        path: &Path,
        algorithms: &[SigningAlgorithm],
        now: UnixTime,
    ) -> Result<Self, KeyRingError> {
        let ring = Self::generate_for(algorithms, now);
        let draft = write_draft(path, ring.to_json()?.as_bytes())?;
        // A hard link refuses to replace, and makes the complete file appear in one step.
        let linked = fs::hard_link(&draft, path);
        let removed = fs::remove_file(&draft);
        match linked.and(removed) {
            Ok(()) => Ok(ring),
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
                Err(KeyRingError::Exists(path.to_owned()))
            }
            Err(cause) => Err(KeyRingError::File { path: path.to_owned(), cause }),
        }
    }

    /// Reads the ring at `path`, or makes it if there is none. Nodes that start at the same time end up with one ring.
    /// # Errors
    /// As [`Self::load`] and [`Self::create`].
    pub fn load_or_create(path: &Path, now: UnixTime) -> Result<Self, KeyRingError> {
        if path.exists() {
            return Self::load(path);
        }
        match Self::create(path, &[SigningAlgorithm::Es256], now) {
            Err(KeyRingError::Exists(_)) => Self::load(path),
            made_or_failed => made_or_failed,
        }
    }

    /// Replaces the file at `path` with this ring, as a whole.
    /// # Errors
    /// What the file system said, or [`KeyRingError::FromVariables`].
    pub fn save(&self, path: &Path) -> Result<(), KeyRingError> {
        let draft = write_draft(path, self.to_json()?.as_bytes())?;
        fs::rename(&draft, path).map_err(|cause| {
            // What counts is why it could not be replaced; a draft that stays is 0600 like the ring.
            let _ = fs::remove_file(&draft);
            KeyRingError::File { path: path.to_owned(), cause }
        })
    }
}

/// The text of the file at `path`, which is for its owner only.
fn read(path: &Path) -> Result<Zeroizing<String>, KeyRingError> {
    let failed = |cause| KeyRingError::File { path: path.to_owned(), cause };
    let file = File::open(path).map_err(failed)?;
    owner_only(path, &file)?;
    let mut json = Zeroizing::new(String::new());
    file.take(FILE_BYTES_MAX + 1).read_to_string(&mut json).map_err(failed)?;
    if json.len() as u64 > FILE_BYTES_MAX {
        return Err(KeyRingError::TooLarge(path.to_owned()));
    }
    Ok(json)
}

/// Looks at a key ring file again and again, and tells when there is something new in it.
pub struct Watch {
    path: PathBuf,
    /// Of what was seen last, a ring or the reason why there is none.
    seen: Option<[u8; 32]>,
}

impl Watch {
    /// Watches the file at `path`; whatever is in it now is new, since it may have changed since it was loaded.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), seen: None }
    }

    /// The ring, or what is wrong with it, if the file changed since it was looked at last.
    pub fn look(&mut self) -> Option<Result<KeyRing, KeyRingError>> {
        let text = read(&self.path);
        let seen = Some(digest(&text));
        if seen == self.seen {
            return None;
        }
        self.seen = seen;
        Some(text.and_then(|json| KeyRing::from_json(&json)))
    }
}

fn digest(text: &Result<Zeroizing<String>, KeyRingError>) -> [u8; 32] {
    match text {
        Ok(json) => Sha256::digest(json.as_bytes()).into(),
        Err(reason) => Sha256::digest(reason.to_string()).into(),
    }
}

/// Writes a complete file beside `path`, for its owner only.
fn write_draft(path: &Path, bytes: &[u8]) -> Result<PathBuf, KeyRingError> {
    // Nodes in containers share process ids and sometimes a volume, so only a random name is a name of its own.
    let suffix = rand::rngs::SysRng.try_next_u64().expect("the operating system has entropy");
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{suffix:016x}.draft"));
    let draft = path.with_file_name(name);
    let write = || {
        let mut file = private(OpenOptions::new().write(true).create_new(true)).open(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    match write() {
        Ok(()) => Ok(draft),
        Err(cause) => Err(KeyRingError::File { path: draft, cause }),
    }
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn owner_only(path: &Path, file: &File) -> Result<(), KeyRingError> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let metadata = file.metadata();
    let metadata = metadata.map_err(|cause| KeyRingError::File { path: path.to_owned(), cause })?;
    let mode = metadata.permissions().mode() & 0o777;
    // Where the system does not say who we are, the file counts as ours.
    let us = fs::metadata("/proc/self").map(|us| us.uid()).ok();
    if mode & mask(metadata.uid(), us) == 0 {
        Ok(())
    } else {
        Err(KeyRingError::Exposed { path: path.to_owned(), mode })
    }
}

/// What others may not do with a file of `owner` that `us` read.
#[cfg(unix)]
fn mask(owner: u32, us: Option<u32>) -> u32 {
    match us {
        Some(us) if us != owner => OTHERS_MASK_OF_A_FOREIGN_FILE,
        Some(_) | None => OTHERS_MASK,
    }
}

#[cfg(not(unix))]
fn owner_only(_: &Path, _: &File) -> Result<(), KeyRingError> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_group_may_read_what_somebody_else_gave_us_and_nothing_more() {
        let allowed = |owner, us| {
            let modes = [0o600, 0o400, 0o440, 0o640, 0o460, 0o450, 0o444, 0o442, 0o441];
            modes.into_iter().filter(|mode| mode & mask(owner, us) == 0).collect::<Vec<_>>()
        };
        assert_eq!(allowed(65_532, Some(65_532)), [0o600, 0o400]);
        assert_eq!(allowed(0, Some(65_532)), [0o600, 0o400, 0o440, 0o640]);
        assert_eq!(allowed(0, None), [0o600, 0o400]);
    }
}
