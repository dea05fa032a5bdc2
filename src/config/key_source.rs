//! Where the key ring comes from: one place, never a default.

use std::path::{Path, PathBuf};

use protocol::oauth::time::UnixTime;

use super::{
    Mistake, Place, SecretText,
    reader::{Noted, Table},
    sources::Sources,
};
use crate::keys::{KeyRing, KeyRingError};

const SEALING: [&str; 2] = ["SEALBEARER_SECRET", "SEALBEARER_SECRETS"];
const REGISTRATION: [&str; 2] =
    ["SEALBEARER_REGISTRATION_SECRET", "SEALBEARER_REGISTRATION_SECRETS"];
const SIGNING: [&str; 2] = ["SEALBEARER_SIGNING_KEY", "SEALBEARER_SIGNING_KEYS"];
const NEW_SECRET: &str = "Several stand with commas between them, the newest first";
const NEW_KEY_RING: &str = "Run `sealbearer keys generate --keyring keyring.json` and write keyring_file = \"keyring.json\", or set SEALBEARER_SECRET";

/// Where the key ring comes from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// A key ring file.
    File {
        /// Where; a relative `keyring_file` is relative to the configuration file that names it.
        path: PathBuf,
        /// Whether to make it (mode 0600) if it is not there; only in `--demo`.
        create: bool,
    },
    /// `SEALBEARER_SECRET` (or `SEALBEARER_SECRETS`): 32 or more random bytes each, base64, several with commas
    /// between them, the newest first.
    Environment {
        /// What everything that ends is sealed under.
        sealing: SecretText,
        /// `SEALBEARER_REGISTRATION_SECRET`: what registrations are signed with, rotated more slowly. `None`: derived.
        registration: Option<SecretText>,
        /// `SEALBEARER_SIGNING_KEY`: private keys as PEM, or as PKCS#8 in base64 with commas between them, of each
        /// algorithm the newest first. `None`: nothing can be signed, since what everybody can verify is never derived
        /// from a secret.
        signing: Option<SecretText>,
    },
}

impl KeySource {
    /// The key ring itself; in `--demo` made once, in a folder that only its owner can enter.
    /// # Errors
    /// Why there is none; never a value from it.
    pub fn open(&self, now: UnixTime) -> Result<KeyRing, KeyRingError> {
        match self {
            Self::File { path, create: false } => KeyRing::load(path),
            Self::File { path, create: true } => {
                make_folder(path)?;
                KeyRing::load_or_create(path, now)
            }
            Self::Environment { sealing, registration, signing } => {
                let registration = registration.as_ref().map(SecretText::expose);
                let ring = KeyRing::from_secrets(sealing.expose(), registration)?;
                match signing {
                    Some(keys) => ring.with_signing_keys(keys.expose()),
                    None => Ok(ring),
                }
            }
        }
    }

    fn signing_with(self, keys: SecretText) -> Self {
        match self {
            Self::Environment { sealing, registration, .. } => {
                Self::Environment { sealing, registration, signing: Some(keys) }
            }
            file @ Self::File { .. } => file,
        }
    }

    /// Decides where the key ring comes from; `None` once a mistake is noted.
    pub(super) fn read(
        root: &Table,
        sources: &Sources,
        data_dir: Option<&Path>,
        noted: &Noted,
    ) -> Option<Self> {
        let keyring_file = root.text("keyring_file");
        root.refused(
            "secret",
            "must not stand in a file that is copied around",
            "Set SEALBEARER_SECRET instead",
        );
        match (keyring_file, environment(sources, noted)) {
            (Some(file), Some(_)) => {
                file.refuse("is given, and SEALBEARER_SECRET too", "Keep one of the two");
                None
            }
            (Some(file), None) => Some(Self::File { path: sources.path_of(&file), create: false }),
            (None, Some(source)) => Some(source),
            (None, None) if sources.overrides.demo => {
                let path = data_dir.map(|folder| folder.join("keyring.json"));
                if path.is_none() {
                    let problem = "is not known: neither XDG_DATA_HOME nor HOME is set";
                    root.refuse("data_dir", problem, "Give --data-dir");
                }
                path.map(|path| Self::File { path, create: true })
            }
            (None, None) => {
                root.refuse(
                    "keyring_file",
                    "is missing, and there is no default secret",
                    NEW_KEY_RING,
                );
                None
            }
        }
    }
}

/// The ring of the environment, if there is one; its secrets are judged here, since nothing else decides about them.
fn environment(sources: &Sources, noted: &Noted) -> Option<KeySource> {
    let registration = secrets_of(sources, REGISTRATION, noted);
    let signing = value_of(sources, SIGNING, noted);
    let Some((name, sealing)) = secrets_of(sources, SEALING, noted) else {
        let useless = registration.map(|(name, _)| name).into_iter();
        for name in useless.chain(signing.map(|(name, _)| name)) {
            refuse(noted, name, "is of no use without SEALBEARER_SECRET", "Set both");
        }
        return None;
    };
    let registration = registration.map(|(_, secrets)| secrets);
    let source = KeySource::Environment { sealing, registration, signing: None };
    if let Err(reason) = source.open(UnixTime(0)) {
        refuse(noted, name, format!("cannot be used: {reason}"), NEW_SECRET);
        return Some(source);
    }
    let Some((name, keys)) = signing else { return Some(source) };
    let source = source.signing_with(SecretText::new(keys));
    if let Err(reason) = source.open(UnixTime(0)) {
        let remedy = "Several stand with commas between them, of each algorithm the newest first";
        refuse(noted, name, format!("cannot be used: {reason}"), remedy);
    }
    Some(source)
}

/// The secrets of a variable or of its plural, with the name of the one that is set.
fn secrets_of<'a>(
    sources: &'a Sources,
    [singular, plural]: [&'a str; 2],
    noted: &Noted,
) -> Option<(&'a str, SecretText)> {
    let (name, value) = value_of(sources, [singular, plural], noted)?;
    let parts: Vec<_> = value.split([',', ' ', '\n']).filter(|part| !part.is_empty()).collect();
    Some((name, SecretText::new(parts.join(","))))
}

/// The value of a variable or of its plural, with the name of the one that is set.
fn value_of<'a>(
    sources: &'a Sources,
    [singular, plural]: [&'a str; 2],
    noted: &Noted,
) -> Option<(&'a str, &'a str)> {
    let values = [singular, plural].map(|name| sources.variable(name).map(|value| (name, value)));
    if let [Some(_), Some(_)] = values {
        let problem = format!("is set, and {singular} too");
        refuse(noted, plural, problem, "Put all secrets into one, the newest first");
    }
    values.into_iter().flatten().next()
}

fn refuse(noted: &Noted, name: &str, problem: impl Into<String>, remedy: &str) {
    let place = Place::Variable(name.to_owned());
    let (problem, remedy) = (problem.into(), remedy.to_owned());
    noted.borrow_mut().push(Mistake { place, key: String::new(), problem, remedy });
}

fn make_folder(file: &Path) -> Result<(), KeyRingError> {
    let folder = file.parent().unwrap_or(file);
    let mut builder = std::fs::DirBuilder::new();
    private(builder.recursive(true))
        .create(folder)
        .map_err(|cause| KeyRingError::File { path: folder.to_owned(), cause })
}

#[cfg(unix)]
fn private(builder: &mut std::fs::DirBuilder) -> &mut std::fs::DirBuilder {
    use std::os::unix::fs::DirBuilderExt as _;
    builder.mode(0o700)
}

#[cfg(not(unix))]
fn private(builder: &mut std::fs::DirBuilder) -> &mut std::fs::DirBuilder {
    builder
}
