//! What can be wrong with a key ring, said so that an operator can act on it and a log gives nothing away.

use std::io;
use std::path::PathBuf;

/// Why a secret is not fit to protect anything.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Weakness {
    /// Nothing between two commas, or nothing at all.
    #[error("is empty")]
    Empty,
    /// Neither base64 nor base64url.
    #[error("is not base64")]
    NotBase64,
    /// Fewer bytes than a key of its own would have.
    #[error("is {bytes} bytes long, and 32 are needed")]
    TooShort {
        /// How many there are.
        bytes: usize,
    },
    /// More bytes than anyone needs, so probably not what was meant.
    #[error(
        "is longer than {} bytes, so it is probably not a secret",
        crate::keys::secret::BYTES_MAX
    )]
    TooLong,
    /// The secret printed in the documentation.
    #[error("is the example from the documentation, which everybody knows")]
    Example,
    /// Letters and words where random bytes belong.
    #[error("reads like text, not like random bytes")]
    Text,
    /// Equal, counted or recurring bytes.
    #[error("follows a pattern, so it is not random")]
    Pattern,
}

/// Why a key ring was refused or could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    /// A secret that is too weak to be used.
    #[error("{which} {weakness}; make one with `openssl rand -base64 32`")]
    Weak {
        /// Which key, by position or id.
        which: String,
        /// What is wrong with it.
        weakness: Weakness,
    },
    /// Two keys that are the same.
    #[error("{first} and {second} are the same secret; each key needs its own")]
    Duplicate {
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
    /// Two different secrets whose derived names are equal, so `kid` could not tell them apart.
    #[error(
        "{first} and {second} happen to have the same key id; replace the newer one with another random secret"
    )]
    SameId {
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
    /// A document that is not a key ring.
    #[error("the key ring is malformed at line {line}, column {column}: {problem}")]
    Malformed {
        /// Line of the document, from 1.
        line: usize,
        /// Column in that line, from 1.
        column: usize,
        /// What was found, without any value.
        problem: String,
    },
    /// A document of an unknown generation.
    #[error("the key ring has version {0}, and this release reads version 1")]
    Version(u64),
    /// A key id that could not be a `kid`.
    #[error("key {position} of the {ring} ring has an id that is not 1 to 8 of a-z and 0-9")]
    Id {
        /// The ring.
        ring: &'static str,
        /// The position in it, from 1.
        position: usize,
    },
    /// A key id that names two keys.
    #[error("two keys are named {0}")]
    IdTwice(String),
    /// A ring without an active key, or with several.
    #[error("the {ring} ring has {count} active keys, and needs exactly one")]
    Active {
        /// The ring.
        ring: &'static str,
        /// How many there are.
        count: usize,
    },
    /// A key that may open but has no secret.
    #[error("key {id} is {key_state} but has no secret")]
    SecretMissing {
        /// The key.
        id: String,
        /// Its state.
        key_state: &'static str,
    },
    /// A signing key that is not for its algorithm, or not the one its id names.
    #[error("signing key {id} is not the private key for {algorithm} that its id names")]
    SigningKey {
        /// The key.
        id: String,
        /// The algorithm it is said to be for.
        algorithm: &'static str,
    },
    /// A signing key for an algorithm this release does not know.
    #[error("signing key {0} is for an algorithm that is none of ES256, EdDSA and RS256")]
    Algorithm(String),
    /// A signing key in a variable that is none.
    #[error(
        "signing key {position} is no private key on P-256, for Ed25519, or for RSA with 2048 to 4096 bits and the exponent 65537; make one with `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`"
    )]
    SigningVariable {
        /// The position among the keys, from 1.
        position: usize,
    },
    /// A resource needs signatures that the ring has no key for.
    #[error(
        "{resource} has access_token = \"signed\" or \"sealed_to\", and there is no {algorithm} key that signs; signing keys are never derived from SEALBEARER_SECRET. With a key ring file: sealbearer keys rotate --ring signing --algorithm {algorithm}, twice. Without: set SEALBEARER_SIGNING_KEY"
    )]
    SigningKeyMissing {
        /// The resource.
        resource: String,
        /// The algorithm it wants.
        algorithm: &'static str,
    },
    /// No key of that name.
    #[error("there is no key {0}")]
    Unknown(String),
    /// The active key cannot be retired.
    #[error("key {0} is active; rotate until another key is active, then retire it")]
    StillActive(String),
    /// Rings from environment variables are changed there.
    #[error("this key ring comes from environment variables; change them instead")]
    FromVariables,
    /// The file exists and is never overwritten.
    #[error("{} exists already and is never overwritten", .0.display())]
    Exists(PathBuf),
    /// The file can be read by others than its owner.
    #[error("{} can be read by others than its owner (mode {mode:03o}); run `chmod 600` on it, and replace the keys if others may have read them", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is too large to be a key ring.
    #[error("{} is too large to be a key ring", .0.display())]
    TooLarge(PathBuf),
    /// The file could not be read or written.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
}
