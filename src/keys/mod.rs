//! The key ring: the few secrets that all nodes share, and what each of them may still do.
//!
//! A ring holds three kinds of keys. *Sealing* keys are what every sealed value is derived from; *registration* keys do
//! the same for client ids, which never expire, and are therefore rotated on their own, slow schedule; *signing* keys
//! are asymmetric and published as a JSON Web Key Set. Of each kind exactly one key is active.
//!
//! A running fleet changes keys in three steps, each followed by handing the ring to every node before the next:
//! `rotate` adds a pending key (every node can open what it will seal), `rotate` again makes it active and lets the old
//! one retire (it still opens), `retire` destroys the old one when nothing sealed under it can be valid any more.

mod document;
mod error;
mod file;
mod pair;
mod rotation;
mod secret;
mod signing;
mod variables;

use std::fmt;

use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::time::UnixTime;
use zeroize::Zeroizing;

pub use error::{KeyRingError, Weakness};
pub use file::Watch;
pub(crate) use pair::{KeyPair, p256};
pub use rotation::Rotation;
pub use secret::{EXAMPLE_SECRET, Secret};
use signing::SigningKey;

/// The name of a key, as it appears in `kid`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct KeyId(String);

impl KeyId {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What a key may still do.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// Opens already, so that every node knows it before the first one seals with it.
    Pending,
    /// Seals and opens. Exactly one key of a ring.
    Active,
    /// Opens what it sealed before it was replaced.
    Retiring,
    /// Does nothing any more; its entry stays, so that its id is never given out again.
    Revoked,
}

impl KeyState {
    /// The word for it, as in the key ring file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Revoked => "revoked",
        }
    }

    fn opens(self) -> bool {
        match self {
            Self::Pending | Self::Active | Self::Retiring => true,
            Self::Revoked => false,
        }
    }
}

/// The kinds of keys in a ring.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ring {
    /// What every sealed value with an end is derived from; ids `k1`, `k2` ...
    Sealing,
    /// What client ids and client secrets are derived from; ids `r1`, `r2` ...
    Registration,
    /// Key pairs, one algorithm each; the id is the start of the key's thumbprint (RFC 7638).
    Signing,
}

impl Ring {
    /// All kinds, in the order of the key ring file.
    pub const ALL: [Self; 3] = [Self::Sealing, Self::Registration, Self::Signing];

    /// The word for it, as in the key ring file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sealing => "sealing",
            Self::Registration => "registration",
            Self::Signing => "signing",
        }
    }
}

/// A secret of the ring that may still open.
pub(crate) struct OpeningKey<'ring> {
    /// Its name in `kid`.
    pub(crate) id: &'ring KeyId,
    /// What the keys of each purpose are derived from.
    pub(crate) secret: &'ring Secret,
    /// Whether it also seals.
    pub(crate) active: bool,
}

/// A signing key whose signatures are good.
pub(crate) struct VerifyingKey<'ring> {
    /// Its name in `kid`.
    pub(crate) id: &'ring KeyId,
    /// The key, with its algorithm.
    pub(crate) pair: &'ring KeyPair,
    /// Whether it also signs.
    pub(crate) active: bool,
}

/// One key as an operator may see it: nothing in it is secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeySummary {
    /// The kind.
    pub ring: Ring,
    /// The name in `kid`.
    pub id: KeyId,
    /// What it signs with; `None` for what is no signing key.
    pub algorithm: Option<SigningAlgorithm>,
    /// What it may still do.
    pub key_state: KeyState,
    /// When it was made; unknown for keys from environment variables.
    pub created_at: Option<UnixTime>,
}

/// The keys all nodes share.
pub struct KeyRing {
    sealing: Vec<SecretKey>,
    registration: Vec<SecretKey>,
    signing: Vec<SigningKey>,
    jwks: String,
    source: Source,
}

struct SecretKey {
    id: KeyId,
    /// `None` once the key is revoked and destroyed.
    secret: Option<Secret>,
    key_state: KeyState,
    created_at: Option<UnixTime>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Source {
    Document,
    Variables,
}

impl KeyRing {
    /// A new ring with one active key of each kind; the signing key is for ES256.
    #[must_use]
    pub fn generate(now: UnixTime) -> Self {
        Self::generate_for(&[SigningAlgorithm::Es256], now)
    }

    /// A new ring with one active key of each kind, and a signing key for each of `algorithms`.
    #[must_use]
    pub fn generate_for(algorithms: &[SigningAlgorithm], now: UnixTime) -> Self {
        let first = |prefix: &str| SecretKey {
            id: KeyId(format!("{prefix}1")),
            secret: Some(Secret::generate()),
            key_state: KeyState::Active,
            created_at: Some(now),
        };
        let wanted = SigningAlgorithm::ALL.into_iter().filter(|known| algorithms.contains(known));
        let signing =
            wanted.map(|algorithm| SigningKey::generate(algorithm, KeyState::Active, now));
        Self::new(vec![first("k")], vec![first("r")], signing.collect(), Source::Document)
    }

    fn new(
        sealing: Vec<SecretKey>,
        registration: Vec<SecretKey>,
        signing: Vec<SigningKey>,
        source: Source,
    ) -> Self {
        let jwks = signing::published(&signing);
        Self { sealing, registration, signing, jwks, source }
    }

    /// Reads a ring as [`Self::to_json`] wrote it.
    /// # Errors
    /// What is wrong with it and where; never a value from it.
    pub fn from_json(json: &str) -> Result<Self, KeyRingError> {
        document::read(json)
    }

    /// The ring as the text of a key ring file. It contains every secret.
    /// # Errors
    /// [`KeyRingError::FromVariables`]: such a ring has no file.
    pub fn to_json(&self) -> Result<Zeroizing<String>, KeyRingError> {
        document::write(self)
    }

    /// A ring from the values of environment variables, each base64 or base64url of 32 or more random bytes, several
    /// separated by commas: the first is active, the others open. Ids are derived from the secrets, so nodes that list
    /// them in different order understand each other. Without `registration`, those keys are derived from `sealing`.
    /// Such a ring has no signing keys: what everybody can verify is never derived from what must stay secret.
    /// # Errors
    /// Which of the secrets is unfit and why; never the value.
    pub fn from_secrets(sealing: &str, registration: Option<&str>) -> Result<Self, KeyRingError> {
        variables::read(sealing, registration)
    }

    /// This ring with the signing keys of a variable instead of its own: PEM, or PKCS#8 as base64 with commas between
    /// them. Of each algorithm the first signs; the others are published for what they sign elsewhere or signed before.
    /// # Errors
    /// Which of them is none, or that one is there twice; never the value.
    pub fn with_signing_keys(self, keys: &str) -> Result<Self, KeyRingError> {
        let signing = signing::read_variable(keys)?;
        let ring = Self::new(self.sealing, self.registration, signing, self.source);
        document::all_different(&ring)?;
        Ok(ring)
    }

    /// Every key with its state and age, without secrets.
    #[must_use]
    pub fn list(&self) -> Vec<KeySummary> {
        let secrets =
            |ring, keys: &[SecretKey]| keys.iter().map(|key| key.summary(ring)).collect::<Vec<_>>();
        let mut listed = secrets(Ring::Sealing, &self.sealing);
        listed.extend(secrets(Ring::Registration, &self.registration));
        listed.extend(self.signing.iter().map(SigningKey::summary));
        listed
    }

    /// The public keys of the ring as a JSON Web Key Set (RFC 7517 §5), serialised once.
    #[must_use]
    pub fn jwks(&self) -> &str {
        &self.jwks
    }

    /// Whether something can be signed with `algorithm`.
    #[must_use]
    pub fn signs_with(&self, algorithm: SigningAlgorithm) -> bool {
        self.signing().any(|key| key.active && key.pair.algorithm() == algorithm)
    }

    /// The signing keys whose signatures are good, each with its name.
    pub(crate) fn signing(&self) -> impl Iterator<Item = VerifyingKey<'_>> {
        self.signing.iter().filter_map(|key| {
            let pair = key.pair.as_ref().filter(|_| key.key_state.opens())?;
            Some(VerifyingKey { id: &key.id, pair, active: key.key_state == KeyState::Active })
        })
    }

    /// The sealing keys that may open, each with its name.
    pub(crate) fn sealing(&self) -> impl Iterator<Item = OpeningKey<'_>> {
        self.sealing.iter().filter_map(SecretKey::opening)
    }

    /// The registration keys that may open, each with its name.
    pub(crate) fn registration(&self) -> impl Iterator<Item = OpeningKey<'_>> {
        self.registration.iter().filter_map(SecretKey::opening)
    }
}

impl SecretKey {
    fn opening(&self) -> Option<OpeningKey<'_>> {
        let secret = self.secret.as_ref().filter(|_| self.key_state.opens())?;
        Some(OpeningKey { id: &self.id, secret, active: self.key_state == KeyState::Active })
    }

    fn summary(&self, ring: Ring) -> KeySummary {
        KeySummary {
            ring,
            id: self.id.clone(),
            algorithm: None,
            key_state: self.key_state,
            created_at: self.created_at,
        }
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.list()).finish()
    }
}
