//! Three nodes that see a changed key ring at different times: whatever is valid opens everywhere, and nothing opens once
//! its key is gone everywhere. Source: security.md §2.4, §5.2 R3.

use proptest::prelude::*;
use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::time::UnixTime;
use sealbearer::keys::{KeyRing, KeyState, KeySummary, Ring, Rotation};
use sealbearer::seal::{Seal, SignedType};
use serde::{Deserialize, Serialize};

use super::{AccessToken, ClientRegistration, ISSUER, NOW, RefreshToken, Sample, cases};

/// How long everything that ends lives in this test.
const LIFETIME_SECONDS: u64 = 100;
/// How long somebody else may keep a key set.
const MAX_AGE_SECONDS: u64 = 30;
/// How many values are remembered, the newest.
const MADE_MAX: usize = 12;

#[derive(Clone, Debug)]
enum Event {
    /// Time passes.
    Wait(u64),
    /// A node notices the file.
    Look(usize),
    /// Something is made at a node.
    Make(usize, Kind),
    /// A resource server fetches the key set of a node.
    Fetch(usize),
    /// The operator takes the next step, if the advice of `keys rotate` allows it by now.
    Rotate(Ring),
    /// The operator destroys the oldest key that only opens, if the advice allows it by now.
    Retire(Ring),
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Access,
    Refresh,
    Client,
    Signed,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Claims {
    exp: u64,
}

struct Made {
    text: String,
    kind: Kind,
    sealed_at: u64,
    /// The key that its maker used, by the maker's ring at the time.
    key: String,
}

/// A node, and what it saw when it looked at the file last.
struct Node {
    seal: Seal,
    text: String,
    listed: Vec<KeySummary>,
    jwks: String,
}

struct Fleet {
    file: KeyRing,
    nodes: Vec<Node>,
    jwks: String,
    fetched_at: u64,
    /// Since when each ring is as it is on every node.
    settled_at: u64,
    changed: [u64; 3],
    now: u64,
    made: Vec<Made>,
}

fn json(ring: &KeyRing) -> String {
    ring.to_json().expect("a ring of its own can be written").to_string()
}

fn active(listed: &[KeySummary], kind: Ring) -> String {
    let mut found =
        listed.iter().filter(|key| key.ring == kind && key.key_state == KeyState::Active);
    found.next().expect("there is one").id.to_string()
}

impl Fleet {
    fn new() -> Self {
        let file = KeyRing::generate(NOW);
        let node = |_| Node {
            seal: Seal::new(ISSUER, &file),
            text: json(&file),
            listed: file.list(),
            jwks: file.jwks().to_owned(),
        };
        let nodes = (0..3).map(node).collect();
        let jwks = file.jwks().to_owned();
        let (now, made) = (NOW.0, Vec::new());
        Self { file, nodes, jwks, fetched_at: now, settled_at: now, changed: [now; 3], now, made }
    }

    fn all_have_it(&self) -> bool {
        let file = json(&self.file);
        self.nodes.iter().all(|node| node.text == file)
    }

    fn look(&mut self, node: usize) {
        let before = self.all_have_it();
        let file = json(&self.file);
        let ring = KeyRing::from_json(&file).expect("a ring");
        let node = &mut self.nodes[node];
        node.seal.replace(&ring);
        (node.text, node.listed, node.jwks) = (file, ring.list(), ring.jwks().to_owned());
        if !before && self.all_have_it() {
            self.settled_at = self.now;
        }
    }

    fn make(&mut self, node: usize, kind: Kind) {
        if self.made.len() == MADE_MAX {
            self.made.remove(0);
        }
        let (node, now) = (&self.nodes[node], UnixTime(self.now));
        let seal = &node.seal;
        let dates = |issued_at: &mut u64, expires_at: &mut u64| {
            (*issued_at, *expires_at) = (now.0, now.0 + LIFETIME_SECONDS);
        };
        let (text, of) = match kind {
            Kind::Access => {
                let mut value = AccessToken::sample("x");
                dates(&mut value.issued_at, &mut value.expires_at);
                (seal.seal(&value, now), Ring::Sealing)
            }
            Kind::Refresh => {
                let mut value = RefreshToken::sample("x");
                dates(&mut value.issued_at, &mut value.expires_at);
                (seal.seal(&value, now), Ring::Sealing)
            }
            Kind::Client => (seal.seal(&ClientRegistration::sample("x"), now), Ring::Registration),
            Kind::Signed => {
                let claims = Claims { exp: now.0 + LIFETIME_SECONDS };
                let made = seal.sign(SigningAlgorithm::Es256, SignedType::AccessToken, &claims);
                (made.expect("a ring has an active key"), Ring::Signing)
            }
        };
        self.made.push(Made { text, kind, sealed_at: self.now, key: active(&node.listed, of) });
    }

    /// The advice: no step before every node has the last one; a signature only after every key set is renewed.
    fn rotate(&mut self, kind: Ring) {
        let waited = match kind {
            Ring::Sealing | Ring::Registration => 0,
            Ring::Signing => MAX_AGE_SECONDS,
        };
        if !self.all_have_it() || self.now < self.settled_at + waited {
            return;
        }
        let step = self.file.rotate(kind, UnixTime(self.now)).expect("it can be rotated");
        if matches!(step, Rotation::Promoted { .. }) {
            self.changed[kind as usize] = self.now;
        }
    }

    /// The advice: only when nothing that the key made can be valid, counted from when the last node stopped using it.
    fn retire(&mut self, kind: Ring) {
        let over = self.settled_at.max(self.changed[kind as usize]) + LIFETIME_SECONDS;
        if kind == Ring::Registration || !self.all_have_it() || self.now <= over {
            return;
        }
        let listed = self.file.list();
        let old = listed.iter().find(|key| key.ring == kind && key.key_state == KeyState::Retiring);
        if let Some(old) = old {
            self.file.retire(old.id.as_str()).expect("it only opens");
        }
    }

    fn opens(&self, node: usize, made: &Made) -> bool {
        let (seal, now) = (&self.nodes[node].seal, UnixTime(self.now));
        match made.kind {
            Kind::Access => seal.open::<AccessToken>(&made.text, now).is_ok(),
            Kind::Refresh => seal.open::<RefreshToken>(&made.text, now).is_ok(),
            Kind::Client => seal.open::<ClientRegistration>(&made.text, now).is_ok(),
            Kind::Signed => seal.open_signed::<Claims>(SignedType::AccessToken, &made.text).is_ok(),
        }
    }

    fn happens(&mut self, event: &Event) {
        match *event {
            Event::Wait(seconds) => self.now += seconds,
            Event::Look(node) => self.look(node),
            Event::Make(node, kind) => self.make(node, kind),
            Event::Fetch(node) => {
                (self.jwks, self.fetched_at) = (self.nodes[node].jwks.clone(), self.now);
            }
            Event::Rotate(kind) => self.rotate(kind),
            Event::Retire(kind) => self.retire(kind),
        }
        // A verifier renews its key set when it is too old, wherever its request happens to go.
        if self.now >= self.fetched_at + MAX_AGE_SECONDS {
            let anywhere = usize::try_from(self.now % 3).expect("it is small");
            (self.jwks, self.fetched_at) = (self.nodes[anywhere].jwks.clone(), self.now);
        }
    }

    fn check(&self) -> Result<(), TestCaseError> {
        for made in &self.made {
            let ends = !matches!(made.kind, Kind::Client);
            let is_valid = !ends || self.now < made.sealed_at + LIFETIME_SECONDS;
            for node in 0..self.nodes.len() {
                let revoked = |key: &KeySummary| {
                    key.id.as_str() == made.key && key.key_state == KeyState::Revoked
                };
                let is_revoked = self.nodes[node].listed.iter().any(revoked);
                let opens = self.opens(node, made);
                prop_assert!(opens || !is_valid, "{:?} is refused at node {node}", made.kind);
                prop_assert!(!(opens && is_revoked), "{:?} opens after its key is gone", made.kind);
            }
            if is_valid && matches!(made.kind, Kind::Signed) {
                prop_assert!(self.jwks.contains(&made.key), "a verifier does not know the key");
            }
        }
        Ok(())
    }
}

fn event() -> impl Strategy<Value = Event> {
    let kind =
        || prop::sample::select(vec![Kind::Access, Kind::Refresh, Kind::Client, Kind::Signed]);
    let ring = || prop::sample::select(Ring::ALL.to_vec());
    prop_oneof![
        2 => prop::sample::select(vec![1, MAX_AGE_SECONDS, LIFETIME_SECONDS / 2, LIFETIME_SECONDS, LIFETIME_SECONDS + 1])
            .prop_map(Event::Wait),
        5 => (0..3_usize).prop_map(Event::Look),
        4 => (0..3_usize, kind()).prop_map(|(node, kind)| Event::Make(node, kind)),
        1 => (0..3_usize).prop_map(Event::Fetch),
        3 => ring().prop_map(Event::Rotate),
        2 => ring().prop_map(Event::Retire),
    ]
}

proptest! {
    #![proptest_config(cases())]

    /// No valid value is refused by any node or verifier during any rotation, and none opens once its key is gone.
    #[test]
    fn keys_change_under_a_running_fleet_without_one_refusal(
        events in prop::collection::vec(event(), 1..40),
    ) {
        let mut fleet = Fleet::new();
        for event in &events {
            fleet.happens(event);
            fleet.check()?;
        }
    }
}

/// The history that everything is for, step by step, through to the end of the old keys.
#[test]
fn a_whole_rotation_of_every_ring_with_nodes_that_lag() {
    let mut fleet = Fleet::new();
    let kinds = [Kind::Access, Kind::Refresh, Kind::Client, Kind::Signed];
    let mut happen = |events: Vec<Event>| {
        for event in events {
            fleet.happens(&event);
            for node in 0..3 {
                for kind in kinds {
                    fleet.happens(&Event::Make(node, kind));
                }
                fleet.check().expect("nothing valid is refused");
            }
        }
    };
    let all = || [2, 0, 1].map(Event::Look).to_vec();
    for kind in Ring::ALL {
        for _ in 0..2 {
            happen(vec![Event::Rotate(kind)]);
            happen(all());
            happen(vec![Event::Wait(MAX_AGE_SECONDS)]);
        }
    }
    happen(vec![Event::Wait(LIFETIME_SECONDS + 1)]);
    happen(vec![Event::Retire(Ring::Sealing)]);
    happen(all());
    happen(vec![Event::Wait(LIFETIME_SECONDS + 1)]);
    happen(vec![Event::Retire(Ring::Signing)]);
    happen(all());
    let states: Vec<_> = fleet.file.list().iter().map(|key| key.key_state.as_str()).collect();
    assert_eq!(states, ["revoked", "active", "retiring", "active", "revoked", "active"]);
}

/// What the advice is for: without the step between, a node that lags refuses what another one made.
#[test]
fn a_key_that_seals_before_every_node_knows_it_is_refused_somewhere() {
    let mut fleet = Fleet::new();
    for _ in 0..2 {
        fleet.file.rotate(Ring::Sealing, NOW).expect("it can be rotated");
    }
    fleet.look(0);
    fleet.make(0, Kind::Access);
    assert!(fleet.check().is_err());
}
