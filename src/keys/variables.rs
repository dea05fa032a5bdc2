//! A key ring from environment variables: for fleets that have one place for secrets and no shared disk.

use super::error::KeyRingError;
use super::secret::Secret;
use super::{KeyId, KeyRing, KeyState, SecretKey, Source};
use crate::seal::primitives::hkdf_sha256;

/// Told apart by HKDF from everything that is sealed: ids are public.
const ID_SALT: &[u8] = b"sb/v1/key-id";
const REGISTRATION_SALT: &[u8] = b"sb/v1/registration-ring";
/// Base 32 without digits that look like letters. 32 divides 256, so every character is equally likely.
const ID_ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Three characters keep client ids within their budget; the rare clash is refused at the start.
const ID_CHARACTERS: usize = 3;

pub(super) fn read(sealing: &str, registration: Option<&str>) -> Result<KeyRing, KeyRingError> {
    let sealing = parse_list(sealing, "sealing secret")?;
    let registration = match registration {
        Some(list) => parse_list(list, "registration secret")?,
        None => sealing.iter().map(Named::for_registration).collect(),
    };
    let both: Vec<&Named> = sealing.iter().chain(&registration).collect();
    if let Some((first, second)) = clash(&both, |a, b| a.secret == b.secret) {
        return Err(KeyRingError::Duplicate { first, second });
    }
    for ring in [&sealing, &registration] {
        let ring: Vec<&Named> = ring.iter().collect();
        if let Some((first, second)) = clash(&ring, |a, b| a.id == b.id) {
            return Err(KeyRingError::SameId { first, second });
        }
    }
    Ok(KeyRing::new(to_keys(sealing), to_keys(registration), Vec::new(), Source::Variables))
}

struct Named {
    which: String,
    id: KeyId,
    secret: Secret,
}

impl Named {
    fn new(which: String, secret: Secret) -> Self {
        let id = derived_id(&secret);
        Self { which, id, secret }
    }

    fn for_registration(&self) -> Self {
        let mut derived = [0; 32];
        hkdf_sha256(self.secret.as_bytes(), REGISTRATION_SALT, &[], &mut derived);
        Self::new(format!("the registration key of {}", self.which), Secret::from_derived(derived))
    }
}

fn parse_list(list: &str, kind: &str) -> Result<Vec<Named>, KeyRingError> {
    let parse = |(index, text)| {
        let which = format!("{kind} {}", index + 1);
        match Secret::parse(text) {
            Ok(secret) => Ok(Named::new(which, secret)),
            Err(weakness) => Err(KeyRingError::Weak { which, weakness }),
        }
    };
    list.split(',').enumerate().map(parse).collect()
}

fn derived_id(secret: &Secret) -> KeyId {
    let mut bytes = [0; ID_CHARACTERS];
    hkdf_sha256(secret.as_bytes(), ID_SALT, &[], &mut bytes);
    KeyId(bytes.iter().map(|byte| char::from(ID_ALPHABET[usize::from(byte % 32)])).collect())
}

fn clash(all: &[&Named], same: impl Fn(&Named, &Named) -> bool) -> Option<(String, String)> {
    let pairs =
        all.iter().enumerate().flat_map(|(at, a)| all[at + 1..].iter().map(move |b| (a, b)));
    let found = pairs.into_iter().find(|(a, b)| same(a, b));
    found.map(|(a, b)| (a.which.clone(), b.which.clone()))
}

fn to_keys(ring: Vec<Named>) -> Vec<SecretKey> {
    let to_key = |(index, named): (usize, Named)| SecretKey {
        id: named.id,
        secret: Some(named.secret),
        key_state: if index == 0 { KeyState::Active } else { KeyState::Retiring },
        created_at: None,
    };
    ring.into_iter().enumerate().map(to_key).collect()
}
