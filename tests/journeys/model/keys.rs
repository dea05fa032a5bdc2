//! The key ring file, and what each node saw when it looked at it last.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::oauth::time::UnixTime;
use sealbearer::keys::{KeyRing, KeyState, KeySummary, Ring};
use serde_json::Value;

use super::seen::NODES;

/// Keys beyond which an operator of a history makes no more.
const KEYS_MAX: usize = 12;

/// The file, and what each node has of it.
pub(super) struct Keys {
    file: KeyRing,
    known: [Vec<KeySummary>; NODES],
}

impl Keys {
    /// A ring that every node has.
    pub(super) fn new(now: UnixTime) -> Self {
        let file = KeyRing::generate(now);
        let known = [(); NODES].map(|()| file.list());
        Self { file, known }
    }

    /// The file as it is now.
    pub(super) fn read(&self) -> KeyRing {
        let json = self.file.to_json().expect("a ring of its own can be written");
        KeyRing::from_json(&json).expect("what was written can be read")
    }

    /// A node has taken over the file.
    pub(super) fn looked(&mut self, node: usize) {
        self.known[node] = self.file.list();
    }

    /// The next step of replacing a key: one more that is pending, or the pending one becomes active.
    pub(super) fn rotate(&mut self, ring: Ring, now: UnixTime) {
        if self.file.list().len() < KEYS_MAX {
            self.file.rotate(ring, now).expect("a ring of its own can be rotated");
        }
    }

    /// Destroys the oldest key of a kind that is not active. Registration keys stay: what they made never ends.
    pub(super) fn retire(&mut self, ring: Ring) {
        let listed = self.file.list();
        let passive = |key: &&KeySummary| {
            key.ring == ring && matches!(key.key_state, KeyState::Pending | KeyState::Retiring)
        };
        if let Some(key) = listed.iter().find(passive).filter(|_| ring != Ring::Registration) {
            self.file.retire(key.id.as_str()).expect("it is not active");
        }
    }

    /// Whether a node has the key that `text` was made with.
    pub(super) fn open(&self, node: usize, text: &str) -> bool {
        let id = key_of(text);
        let opens = |key: &&KeySummary| key.key_state != KeyState::Revoked;
        self.known[node].iter().filter(opens).any(|key| key.id.as_str() == id)
    }

    /// Whether `text` was made with a key that is active at a node.
    pub(super) fn make(&self, node: usize, text: &str) -> bool {
        let id = key_of(text);
        let active = |key: &&KeySummary| key.key_state == KeyState::Active;
        self.known[node].iter().filter(active).any(|key| key.id.as_str() == id)
    }
}

/// The key that a sealed or signed text names, without the day.
fn key_of(text: &str) -> String {
    let header = URL_SAFE_NO_PAD.decode(text.split('.').next().expect("a segment"));
    let header: Value = serde_json::from_slice(&header.expect("base64url")).expect("JSON");
    let kid = header["kid"].as_str().expect("every header names a key");
    kid.split('.').next().expect("a part").to_owned()
}
