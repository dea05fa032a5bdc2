//! Changing keys under a running fleet, in steps that can be taken one at a time.

use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::time::UnixTime;

use super::error::KeyRingError;
use super::secret::Secret;
use super::signing::{self, SigningKey};
use super::{KeyId, KeyRing, KeyState, Ring, SecretKey, Source};

/// What one step of a rotation did.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Rotation {
    /// A pending key was added. Give the ring to every node, then rotate again.
    Added(KeyId),
    /// The pending key is active now. Retire the old one once nothing it sealed can be valid any more.
    Promoted {
        /// The key that seals from now on.
        active: KeyId,
        /// The key that only opens from now on; `None` for the first key of an algorithm.
        retiring: Option<KeyId>,
    },
}

impl KeyRing {
    /// Takes the next step of replacing the active key of `ring`: adds a pending key or, if there is one, promotes it.
    /// Of the signing keys, the one for ES256.
    /// # Errors
    /// [`KeyRingError::FromVariables`]: such a ring is rotated by changing the variables.
    pub fn rotate(&mut self, ring: Ring, now: UnixTime) -> Result<Rotation, KeyRingError> {
        self.changeable()?;
        let rotation = match ring {
            Ring::Sealing => rotate_secret(&mut self.sealing, "k", now),
            Ring::Registration => rotate_secret(&mut self.registration, "r", now),
            Ring::Signing => return self.rotate_signing(SigningAlgorithm::Es256, now),
        };
        Ok(rotation)
    }

    /// Takes the next step of replacing the signing key for `algorithm`, or of getting the first one.
    /// # Errors
    /// As [`Self::rotate`].
    pub fn rotate_signing(
        &mut self,
        algorithm: SigningAlgorithm,
        now: UnixTime,
    ) -> Result<Rotation, KeyRingError> {
        self.changeable()?;
        let rotation = rotate_signing(&mut self.signing, algorithm, now);
        self.jwks = signing::published(&self.signing);
        Ok(rotation)
    }

    /// Destroys a pending or retiring key: nothing it sealed opens any more. Its id is never given out again.
    /// # Errors
    /// If there is no such key, if it is the active one, or if the ring comes from environment variables.
    pub fn retire(&mut self, id: &str) -> Result<(), KeyRingError> {
        self.changeable()?;
        let listed = self.list();
        let key = listed.iter().find(|key| key.id.as_str() == id);
        let key = key.ok_or_else(|| KeyRingError::Unknown(id.to_owned()))?;
        if key.key_state == KeyState::Active {
            return Err(KeyRingError::StillActive(id.to_owned()));
        }
        for key in self.sealing.iter_mut().chain(&mut self.registration) {
            if key.id.as_str() == id {
                (key.key_state, key.secret) = (KeyState::Revoked, None);
            }
        }
        self.signing.iter_mut().filter(|key| key.id.as_str() == id).for_each(SigningKey::destroy);
        self.jwks = signing::published(&self.signing);
        Ok(())
    }

    fn changeable(&self) -> Result<(), KeyRingError> {
        match self.source {
            Source::Document => Ok(()),
            Source::Variables => Err(KeyRingError::FromVariables),
        }
    }
}

fn rotate_secret(keys: &mut Vec<SecretKey>, prefix: &str, now: UnixTime) -> Rotation {
    let states: Vec<_> = keys.iter_mut().map(|key| (&key.id, &mut key.key_state)).collect();
    promote(states).unwrap_or_else(|| {
        let id = KeyId(format!("{prefix}{}", next_number(keys, prefix)));
        let secret = Some(Secret::generate());
        let (key_state, created_at) = (KeyState::Pending, Some(now));
        keys.push(SecretKey { id: id.clone(), secret, key_state, created_at });
        Rotation::Added(id)
    })
}

fn rotate_signing(
    keys: &mut Vec<SigningKey>,
    algorithm: SigningAlgorithm,
    now: UnixTime,
) -> Rotation {
    let alike = keys.iter_mut().filter(|key| key.algorithm == algorithm);
    promote(alike.map(|key| (&key.id, &mut key.key_state)).collect()).unwrap_or_else(|| {
        let key = SigningKey::generate(algorithm, KeyState::Pending, now);
        let id = key.id.clone();
        keys.push(key);
        Rotation::Added(id)
    })
}

/// Makes the oldest pending key active and lets the active one retire; `None` if no key is pending.
fn promote(keys: Vec<(&KeyId, &mut KeyState)>) -> Option<Rotation> {
    let (mut old, mut new) = (None, None);
    for (id, key_state) in keys {
        match *key_state {
            KeyState::Active => old = Some((id, key_state)),
            KeyState::Pending => new = new.or(Some((id, key_state))),
            KeyState::Retiring | KeyState::Revoked => {}
        }
    }
    let (new_id, new_state) = new?;
    *new_state = KeyState::Active;
    let retiring = old.map(|(id, key_state): (&KeyId, &mut KeyState)| {
        *key_state = KeyState::Retiring;
        id.clone()
    });
    Some(Rotation::Promoted { active: new_id.clone(), retiring })
}

/// One above every number ever given out: revoked keys keep their entries for this.
fn next_number(keys: &[SecretKey], prefix: &str) -> u64 {
    let number = |key: &SecretKey| key.id.as_str().strip_prefix(prefix)?.parse::<u64>().ok();
    keys.iter().filter_map(number).max().unwrap_or(0) + 1
}
