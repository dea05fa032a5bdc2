//! The seal: typed values in, opaque texts out, and back. The only user of josekit.
//!
//! Whatever a text is, opening it goes through the same walls in the same order ([`Wall`]): length, alphabet and shape
//! of every segment, the protected header byte for byte, and only then decryption and MAC, the purpose among the claims,
//! strict JSON, the claims themselves, and their dates. All failures are one answer. Whether something has expired is
//! the protocol's decision, not the seal's.
//!
//! The issuer is not among the claims: it is in the derivation of every key, so what another issuer sealed does not open.

pub mod claims;
mod derivation;
pub mod foreign;
mod jose;
mod json;
mod locks;
pub mod primitives;
mod purpose;
mod recipient;
mod shape;
mod signature;
mod signer;
mod unsealable;

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::time::UnixTime;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use crate::keys::{KeyRing, OpeningKey};
use derivation::Derivation;
use locks::Lock;
use primitives::MacKey;
use signer::Signer;

pub use locks::SKEW_SECONDS_MAX;
pub use purpose::{Purpose, Recipe, Recipes, SecretRing, Wire};
pub use recipient::Recipient;
pub use signer::{NoSigningKey, SignedType};
pub use unsealable::{Unsealable, Wall};

/// A `NumericDate` beyond this year 2242 is a mistake or an attack.
const NUMERIC_DATE_MAX: u64 = 1 << 33;

/// Bytes of a mark.
const MARK_BYTES: usize = 16;

/// A value that can be sealed: claims with short names, as a JSON object with at least one member.
///
/// Claims refuse unknown members (`deny_unknown_fields`), have none named `p` (the seal's own), and write instants as
/// integers; the seal refuses every number that is not an integer from 0 to 2^53 - 1.
pub trait Artefact: Serialize + DeserializeOwned {
    /// What it is for.
    const PURPOSE: Purpose;
    /// Since when it is valid; 0 for registrations that must be the same whenever they are made.
    fn issued_at(&self) -> UnixTime;
    /// Until when it is valid; `None` for registrations, which never expire.
    fn expires_at(&self) -> Option<UnixTime>;
}

/// Seals and opens for one issuer under one key ring.
///
/// The ring can be replaced while others use the seal: what has begun ends under the ring it began with.
pub struct Seal {
    issuer: String,
    recipes: Recipes,
    under: ArcSwap<Under>,
}

/// Everything that one key ring yields, parsed once.
struct Under {
    locks: [Lock; Purpose::ALL.len()],
    /// One per registration key that may open, that of the active key first.
    client_secrets: Vec<MacKey>,
    /// One per sealing key that may open, that of the active key first.
    marks: Vec<MacKey>,
    /// One per key that may open, in the order of their names, and whether it is active.
    fingerprints: Vec<(MacKey, bool)>,
    /// A digest of the public keys.
    published: [u8; 32],
    signer: Signer,
}

impl Seal {
    /// The seal of `issuer` under `ring`.
    #[must_use]
    pub fn new(issuer: &str, ring: &KeyRing) -> Self {
        Self::with_recipes(issuer, ring, Purpose::recipes())
    }

    /// A seal whose purposes are told apart by other means than those of this release. Tests take walls away with it,
    /// one at a time, to see that the others hold.
    #[must_use]
    pub fn with_recipes(issuer: &str, ring: &KeyRing, recipes: Recipes) -> Self {
        let under = ArcSwap::from_pointee(Under::new(issuer, ring, &recipes));
        Self { issuer: issuer.to_owned(), recipes, under }
    }

    /// Seals and opens under `ring` from now on. What is still valid opens as long as its key is not revoked there.
    pub fn replace(&self, ring: &KeyRing) {
        self.under.store(Arc::new(Under::new(&self.issuer, ring, &self.recipes)));
    }

    /// The sealed form of `artefact`. Random where it is encrypted; a registration is the same text for the same claims
    /// as long as the same key is active.
    ///
    /// What is longer than its purpose allows ([`Recipe::characters_max`]), is issued in the future or lives longer
    /// than [`Recipe::lifetime_seconds_max`] will not open again.
    /// # Panics
    /// If the claims are not a JSON object.
    #[must_use]
    pub fn seal<A: Artefact>(&self, artefact: &A, now: UnixTime) -> String {
        let claims = serde_json::to_vec(artefact).expect("claims are plain data with string names");
        let under = self.under.load();
        let lock = under.lock(A::PURPOSE);
        lock.seal(&lock.tag.wrap(&claims), now)
    }

    /// The value sealed as `text`, if it is one of this purpose. Whether it has expired is for the protocol to decide.
    /// # Errors
    /// [`Unsealable`], whatever is wrong with it.
    pub fn open<A: Artefact>(&self, text: &str, now: UnixTime) -> Result<A, Unsealable> {
        let under = self.under.load();
        let lock = under.lock(A::PURPOSE);
        let payload = lock.open(text, now).map_err(Unsealable)?;
        read(lock, payload, now).map_err(Unsealable)
    }

    /// The secret of the client that this `client_id` names, under the registration key that is active: 43 characters.
    /// # Panics
    /// Never: a ring always has an active registration key.
    #[must_use]
    pub fn client_secret(&self, client_id: &str) -> String {
        let under = self.under.load();
        client_secret(under.client_secrets.first().expect("a ring has an active key"), client_id)
    }

    /// Whether `presented` is the secret of this client under any registration key that may open. The time this takes
    /// depends on the number of keys and on whether the length is right, on nothing else.
    #[must_use]
    pub fn client_secret_matches(&self, client_id: &str, presented: &str) -> bool {
        self.under.load().client_secrets.iter().fold(false, |matched, key| {
            let expected = client_secret(key, client_id);
            let same = expected.len() == presented.len()
                && openssl::memcmp::eq(expected.as_bytes(), presented.as_bytes());
            same || matched
        })
    }

    /// A mark on `text`, made with the sealing key that is active: 22 characters of base64url, 128 bits that only this
    /// deployment can make. The same text always has the same one; it ends with the key.
    /// # Panics
    /// Never: a ring always has an active sealing key.
    #[must_use]
    pub fn mark(&self, text: &str) -> String {
        let under = self.under.load();
        mark(under.marks.first().expect("a ring has an active key"), text)
    }

    /// Whether `presented` is the mark on `text` under any sealing key that may open, in a time that tells no more than how
    /// many there are.
    #[must_use]
    pub fn mark_matches(&self, text: &str, presented: &str) -> bool {
        self.under.load().marks.iter().fold(false, |matched, key| {
            let expected = mark(key, text);
            let same = expected.len() == presented.len()
                && openssl::memcmp::eq(expected.as_bytes(), presented.as_bytes());
            same || matched
        })
    }

    /// A short name for the keys of this seal together with `configuration`: 16 characters that are equal on nodes where
    /// both are, and tell nothing of either.
    #[must_use]
    pub fn fingerprint(&self, configuration: &str) -> String {
        let under = self.under.load();
        let mut hash = Sha256::new();
        for (key, active) in &under.fingerprints {
            hash.update(key.mac(&[configuration.as_bytes(), &[u8::from(*active)]]));
        }
        hash.update(under.published);
        URL_SAFE_NO_PAD.encode(&hash.finalize()[..12])
    }

    /// `claims`, which become a JSON object, as a JWS in compact form under the active key for `algorithm`. Instants are
    /// integers: whoever gives floating-point numbers cannot open the token again.
    /// # Errors
    /// [`NoSigningKey`].
    /// # Panics
    /// If the claims cannot be written as JSON.
    pub fn sign(
        &self,
        algorithm: SigningAlgorithm,
        kind: SignedType,
        claims: &impl Serialize,
    ) -> Result<String, NoSigningKey> {
        self.under.load().signer.sign(algorithm, kind, claims)
    }

    /// The same, encrypted to `recipient` (RFC 7519 §5.2, nested): only the owner of that key can read it.
    /// # Errors
    /// [`NoSigningKey`].
    /// # Panics
    /// As [`Self::sign`].
    pub fn sign_to(
        &self,
        recipient: &Recipient,
        algorithm: SigningAlgorithm,
        kind: SignedType,
        claims: &impl Serialize,
    ) -> Result<String, NoSigningKey> {
        Ok(recipient.seal(&self.sign(algorithm, kind, claims)?))
    }

    /// The claims of a token of this type that we signed, under any key that is not revoked. Issuer, audience and dates
    /// are among the claims, and are for the caller to judge.
    /// # Errors
    /// [`Unsealable`], whatever is wrong with it.
    pub fn open_signed<C: DeserializeOwned>(
        &self,
        kind: SignedType,
        text: &str,
    ) -> Result<C, Unsealable> {
        self.under.load().signer.open(kind, text)
    }
}

impl Under {
    fn new(issuer: &str, ring: &KeyRing, recipes: &Recipes) -> Self {
        let derivations = |keys: Vec<OpeningKey<'_>>| -> Arc<Vec<Derivation>> {
            Arc::new(keys.iter().map(|key| Derivation::new(issuer, key)).collect())
        };
        let sealing = derivations(ring.sealing().collect());
        let registrations = derivations(ring.registration().collect());
        let (active, others): (Vec<_>, Vec<_>) = registrations.iter().partition(|key| key.active);
        let client_secrets = active.into_iter().chain(others);
        let client_secrets = client_secrets.map(|key| key.mac_key("client-secret", "")).collect();
        let (active, others): (Vec<_>, Vec<_>) = sealing.iter().partition(|key| key.active);
        let marks = active.into_iter().chain(others).map(|key| key.mac_key("mark", "")).collect();
        let mut named: Vec<_> = sealing.iter().chain(registrations.iter()).collect();
        named.sort_by(|one, other| one.id.cmp(&other.id));
        let fingerprints =
            named.into_iter().map(|key| (key.mac_key("fingerprint", ""), key.active));
        let fingerprints = fingerprints.collect();
        let locks = (*recipes).map(|recipe| match recipe.ring {
            SecretRing::Sealing => Lock::new(recipe, Arc::clone(&sealing)),
            SecretRing::Registration => Lock::new(recipe, Arc::clone(&registrations)),
        });
        let published = Sha256::digest(ring.jwks()).into();
        Self { locks, client_secrets, marks, fingerprints, published, signer: Signer::new(ring) }
    }

    fn lock(&self, purpose: Purpose) -> &Lock {
        &self.locks[purpose as usize]
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Seal").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

fn client_secret(key: &MacKey, client_id: &str) -> String {
    URL_SAFE_NO_PAD.encode(key.mac(&[client_id.as_bytes()]))
}

fn mark(key: &MacKey, text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&key.mac(&[text.as_bytes()])[..MARK_BYTES])
}

fn read<A: Artefact>(lock: &Lock, payload: Vec<u8>, now: UnixTime) -> Result<A, Wall> {
    if !json::is_strict(&payload) {
        return Err(Wall::Json);
    }
    let claims = lock.tag.unwrap(payload)?;
    let value: A = serde_json::from_slice(&claims).map_err(|_| Wall::Claims)?;
    let (issued_at, expires_at) = (value.issued_at(), value.expires_at());
    let lifetime_fits = match (lock.recipe.lifetime_seconds_max, expires_at) {
        (Some(most), Some(expires_at)) => {
            issued_at <= expires_at
                && expires_at.0 <= NUMERIC_DATE_MAX
                && expires_at.seconds_since(issued_at) <= most
        }
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    let issued = issued_at <= now.plus_seconds(SKEW_SECONDS_MAX);
    if issued && lifetime_fits { Ok(value) } else { Err(Wall::Dates) }
}
