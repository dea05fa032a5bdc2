//! Secrets as configuration names them: where the key ring is, and what a client's secret hashes to. None can be printed.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::{
    Mistake, PasswordHash, Place,
    reader::{Noted, Table},
    sources::Sources,
};
use crate::world::{RealWorld, World as _};

const NO_KEY_RING: &str = "Run `sealbearer keys generate --keyring keyring.json` and write keyring_file = \"keyring.json\", or set SEALBEARER_SECRET";

/// Text that must not reach a log.
#[derive(Clone, Eq, PartialEq)]
pub struct SecretText(String);

impl SecretText {
    /// Wraps `text`.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// 128 bits that nobody can guess, as 22 characters that can be typed and copied.
    #[must_use]
    pub(super) fn random() -> Self {
        Self(URL_SAFE_NO_PAD.encode(RealWorld.random()))
    }

    /// The text, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretText(..)")
    }
}

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
    /// `SEALBEARER_SECRET` (or `SEALBEARER_SECRETS`): 32 or more random bytes each, base64.
    Environment {
        /// The newest first; the others still open what they sealed.
        secrets: Vec<SecretText>,
        /// `SEALBEARER_REGISTRATION_SECRET`: the slow ring that registrations are signed with, newest first.
        /// Empty: derived from `secrets`.
        registration_secrets: Vec<SecretText>,
    },
}

impl KeySource {
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
        let secrets =
            environment_secrets(sources, "SEALBEARER_SECRET", "SEALBEARER_SECRETS", noted);
        let registration_secrets = environment_secrets(
            sources,
            "SEALBEARER_REGISTRATION_SECRET",
            "SEALBEARER_REGISTRATION_SECRETS",
            noted,
        );
        if secrets.is_empty() && !registration_secrets.is_empty() {
            refuse(
                noted,
                "SEALBEARER_REGISTRATION_SECRET",
                "is of no use without SEALBEARER_SECRET",
                "Set both",
            );
        }
        match (keyring_file, secrets.is_empty()) {
            (Some(file), false) => {
                file.refuse("and SEALBEARER_SECRET are both given", "Keep one of the two");
                None
            }
            (Some(file), true) => {
                let folder = match file.place {
                    Place::File { .. } => sources.file_folder(),
                    _ => PathBuf::new(),
                };
                Some(Self::File { path: folder.join(&file.value), create: false })
            }
            (None, false) => Some(Self::Environment { secrets, registration_secrets }),
            (None, true) if sources.overrides.demo => {
                let path = data_dir.map(|folder| folder.join("keyring.json"));
                if path.is_none() {
                    let problem = "is not known: neither XDG_DATA_HOME nor HOME is set";
                    root.refuse("data_dir", problem, "Give --data-dir");
                }
                path.map(|path| Self::File { path, create: true })
            }
            (None, true) => {
                root.refuse(
                    "keyring_file",
                    "is missing, and there is no default secret",
                    NO_KEY_RING,
                );
                None
            }
        }
    }
}

/// The secrets of one variable, or of its plural; several stand with commas or spaces between them.
fn environment_secrets(
    sources: &Sources,
    singular: &str,
    plural: &str,
    noted: &Noted,
) -> Vec<SecretText> {
    let (one, several) = (sources.variable(singular), sources.variable(plural));
    if one.is_some() && several.is_some() {
        refuse(
            noted,
            plural,
            format!("and {singular} are both set"),
            "Put all of them into one, the newest first",
        );
    }
    let text = one.or(several).unwrap_or_default();
    text.split([',', ' ', '\n']).filter(|part| !part.is_empty()).map(SecretText::new).collect()
}

fn refuse(noted: &Noted, name: &str, problem: impl Into<String>, remedy: &str) {
    let place = Place::Variable(name.to_owned());
    let (problem, remedy) = (problem.into(), remedy.to_owned());
    noted.borrow_mut().push(Mistake { place, key: String::new(), problem, remedy });
}

/// What the secret of a pre-registered client hashes to.
#[derive(Clone)]
pub enum ClientSecretHash {
    /// SHA-256 of a secret that a machine made; a fast hash is enough, since nobody can guess 256 bits.
    Sha256([u8; 32]),
    /// argon2id, for a secret that a person chose.
    Argon2(PasswordHash),
}

impl ClientSecretHash {
    /// The hash of a secret that a machine made.
    #[must_use]
    pub fn of_machine_made(secret: &str) -> Self {
        Self::Sha256(Sha256::digest(secret.as_bytes()).into())
    }

    /// Reads 64 hexadecimal digits, 43 characters of base64url, or a PHC string.
    /// # Errors
    /// What is wrong, as half a sentence that does not contain the hash.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with('$') {
            return PasswordHash::parse(text).map(Self::Argon2);
        }
        let digest = match text.len() {
            64 => decode_hex(text),
            43 => URL_SAFE_NO_PAD.decode(text).ok(),
            _ => None,
        };
        let digest = digest.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        digest.map(Self::Sha256).ok_or_else(|| {
            "is neither a SHA-256 (64 hex digits or 43 of base64url) nor an argon2id PHC string"
                .to_owned()
        })
    }

    /// Whether `presented` is the secret; compared in constant time.
    #[must_use]
    pub fn verify(&self, presented: &str) -> bool {
        match self {
            Self::Sha256(expected) => {
                openssl::memcmp::eq(&Sha256::digest(presented.as_bytes()), expected)
            }
            Self::Argon2(hash) => hash.verify(presented),
        }
    }

    /// The form that the file holds: base64url of the SHA-256, or the PHC string.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Sha256(digest) => URL_SAFE_NO_PAD.encode(digest),
            Self::Argon2(hash) => hash.to_phc(),
        }
    }
}

fn decode_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    text.as_bytes()
        .chunks(2)
        .map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?))
        .collect()
}

impl fmt::Debug for ClientSecretHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientSecretHash(..)")
    }
}
