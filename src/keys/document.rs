//! The text of a key ring file and back, strictly: whatever is not understood is refused, and no message shows a value.

use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::time::UnixTime;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::error::KeyRingError;
use super::secret::Secret;
use super::signing::SigningKey;
use super::{KeyId, KeyRing, KeyState, KeySummary, Ring, SecretKey, Source};

const VERSION: u64 = 1;
const ID_CHARACTERS_MAX: usize = 8;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u64,
    sealing: Vec<SecretEntry>,
    registration: Vec<SecretEntry>,
    signing: Vec<SigningEntry>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SecretEntry {
    id: String,
    state: KeyState,
    created_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<Zeroizing<String>>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SigningEntry {
    id: String,
    /// ES256 where nothing is said, as in the files of the first release.
    #[serde(skip_serializing_if = "Option::is_none")]
    algorithm: Option<String>,
    state: KeyState,
    created_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    private_key: Option<Zeroizing<String>>,
}

pub(super) fn read(json: &str) -> Result<KeyRing, KeyRingError> {
    let document: Document = serde_json::from_str(json).map_err(|cause| malformed(&cause))?;
    if document.version != VERSION {
        return Err(KeyRingError::Version(document.version));
    }
    let sealing = read_secrets(document.sealing, Ring::Sealing)?;
    let registration = read_secrets(document.registration, Ring::Registration)?;
    let signing: Result<Vec<_>, _> = document.signing.into_iter().map(read_signing).collect();
    let ring = KeyRing::new(sealing, registration, signing?, Source::Document);
    for kind in Ring::ALL {
        exactly_one_active(&ring, kind)?;
    }
    all_different(&ring)?;
    Ok(ring)
}

pub(super) fn write(ring: &KeyRing) -> Result<Zeroizing<String>, KeyRingError> {
    if ring.source == Source::Variables {
        return Err(KeyRingError::FromVariables);
    }
    let document = Document {
        version: VERSION,
        sealing: ring.sealing.iter().map(write_secret).collect(),
        registration: ring.registration.iter().map(write_secret).collect(),
        signing: ring.signing.iter().map(write_signing).collect(),
    };
    let mut json =
        serde_json::to_string_pretty(&document).expect("strings and numbers become JSON");
    json.push('\n');
    Ok(Zeroizing::new(json))
}

fn read_secrets(entries: Vec<SecretEntry>, ring: Ring) -> Result<Vec<SecretKey>, KeyRingError> {
    let read = |(index, entry): (usize, SecretEntry)| {
        let id = parse_id(entry.id)
            .ok_or(KeyRingError::Id { ring: ring.as_str(), position: index + 1 })?;
        let parse = |text: Zeroizing<String>| match Secret::parse(&text) {
            Ok(secret) => Ok(secret),
            Err(weakness) => Err(KeyRingError::Weak { which: format!("key {id}"), weakness }),
        };
        let secret = entry.secret.map(parse).transpose()?;
        if secret.is_none() && entry.state.opens() {
            return Err(missing(id.0, entry.state));
        }
        let created_at = Some(UnixTime(entry.created_at));
        Ok(SecretKey { id, secret, key_state: entry.state, created_at })
    };
    entries.into_iter().enumerate().map(read).collect()
}

fn read_signing(entry: SigningEntry) -> Result<SigningKey, KeyRingError> {
    let created_at = UnixTime(entry.created_at);
    let algorithm = match entry.algorithm.as_deref().map(SigningAlgorithm::parse) {
        None => SigningAlgorithm::Es256,
        Some(Some(algorithm)) => algorithm,
        Some(None) => return Err(KeyRingError::Algorithm(entry.id)),
    };
    match entry.private_key {
        Some(pkcs8) => SigningKey::parse(&entry.id, algorithm, &pkcs8, entry.state, created_at)
            .ok_or(KeyRingError::SigningKey { id: entry.id, algorithm: algorithm.as_str() }),
        None if entry.state.opens() => Err(missing(entry.id, entry.state)),
        None => Ok(SigningKey::destroyed(entry.id, algorithm, created_at)),
    }
}

fn write_secret(key: &SecretKey) -> SecretEntry {
    SecretEntry {
        id: key.id.0.clone(),
        state: key.key_state,
        created_at: key.created_at.map_or(0, |at| at.0),
        secret: key.secret.as_ref().map(Secret::to_base64url),
    }
}

fn write_signing(key: &SigningKey) -> SigningEntry {
    SigningEntry {
        id: key.id.0.clone(),
        algorithm: (key.algorithm != SigningAlgorithm::Es256)
            .then(|| key.algorithm.as_str().to_owned()),
        state: key.key_state,
        created_at: key.created_at.map_or(0, |at| at.0),
        private_key: key.to_base64url(),
    }
}

/// The grammar of `kid` without its day: what is looked up in a table and nowhere else.
fn parse_id(id: String) -> Option<KeyId> {
    let fits = (1..=ID_CHARACTERS_MAX).contains(&id.len());
    let plain = id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    (fits && plain).then_some(KeyId(id))
}

fn missing(id: String, key_state: KeyState) -> KeyRingError {
    KeyRingError::SecretMissing { id, key_state: key_state.as_str() }
}

/// Of signing keys one for each algorithm there is, and one at least.
fn exactly_one_active(ring: &KeyRing, kind: Ring) -> Result<(), KeyRingError> {
    let listed = ring.list();
    let active = listed.iter().filter(|key| key.ring == kind && key.key_state == KeyState::Active);
    let active: Vec<&KeySummary> = active.collect();
    let alike =
        |one: &&KeySummary| active.iter().filter(|key| key.algorithm == one.algorithm).count();
    match active.iter().copied().map(|key| alike(&key)).max() {
        Some(1) => Ok(()),
        most => Err(KeyRingError::Active { ring: kind.as_str(), count: most.unwrap_or(0) }),
    }
}

/// No secret and no id twice, across all rings.
pub(super) fn all_different(ring: &KeyRing) -> Result<(), KeyRingError> {
    let keys: Vec<&SecretKey> = ring.sealing.iter().chain(&ring.registration).collect();
    for (at, first) in keys.iter().enumerate() {
        let same = |second: &&&SecretKey| first.secret.is_some() && first.secret == second.secret;
        if let Some(second) = keys[at + 1..].iter().find(same) {
            let (first, second) = (format!("key {}", first.id), format!("key {}", second.id));
            return Err(KeyRingError::Duplicate { first, second });
        }
    }
    let listed = ring.list();
    let twice = |(at, key): (usize, &KeySummary)| listed[..at].iter().any(|one| one.id == key.id);
    match listed.iter().enumerate().find(|&entry| twice(entry)) {
        Some((_, key)) => Err(KeyRingError::IdTwice(key.id.0.clone())),
        None => Ok(()),
    }
}

/// serde's words quote what they found, which may be a secret; only those that name a member are passed on.
fn malformed(cause: &serde_json::Error) -> KeyRingError {
    let said = cause.to_string();
    let names_a_member = ["unknown field", "missing field", "duplicate field"];
    let problem = if names_a_member.iter().any(|start| said.starts_with(start)) {
        said.split(" at line ").next().unwrap_or_default().to_owned()
    } else if cause.is_data() {
        "a value of the wrong type".to_owned()
    } else {
        "not JSON".to_owned()
    };
    KeyRingError::Malformed { line: cause.line(), column: cause.column(), problem }
}
