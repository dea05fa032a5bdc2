//! Random histories of one family and some codes, with an attacker who keeps a copy of every token, against a model.
//! The same for every back end; they differ in what a restart makes them forget.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use super::file::Removed;
use super::*;

const CODE_LIFETIME_SECONDS: u64 = 60;

/// What may happen. Nothing is ever taken away from the attacker, so a generation may be presented at any time.
#[derive(Clone, Debug)]
enum Event {
    Wait {
        seconds: u64,
    },
    /// `back`: how many generations behind the newest; it saturates at the first.
    Present {
        back: u32,
        grace_seconds: u64,
    },
    Revoke,
    /// The node forgets; the tokens in the clients' hands do not.
    Restart,
    ClaimCode {
        code: u8,
    },
}

/// The rule told differently: by what was used when, not by a window that moves along.
#[derive(Clone, Debug, Default)]
struct Model {
    now: u64,
    newest_issued: u32,
    /// Generation used, when first, and until when it may be used again.
    uses: BTreeMap<u32, u64>,
    revoked: bool,
    claimed: BTreeMap<u8, u64>,
    expected: Option<Rotation>,
    expected_claim: Option<Claim>,
    /// Whether nothing is forgotten by a restart.
    survives: bool,
}

impl Model {
    fn present(&mut self, generation: u32, grace_seconds: u64) -> Rotation {
        if self.revoked {
            return Rotation::Revoked;
        }
        let is_newer_than_all_used = self.uses.keys().all(|used| *used < generation);
        if is_newer_than_all_used {
            self.uses.insert(generation, self.now + grace_seconds);
            self.newest_issued = self.newest_issued.max(generation + 1);
            return Rotation::Rotated;
        }
        let no_successor_was_used = self.uses.keys().all(|used| *used <= generation);
        let until = self.uses.get(&generation);
        if no_successor_was_used && until.is_some_and(|until| self.now < *until) {
            return Rotation::Sibling;
        }
        self.revoked = true;
        Rotation::Reused
    }
}

/// Leaning on the edges: of a grace of 1 or 60 seconds, and of a code's lifetime.
fn seconds() -> impl Strategy<Value = u64> {
    prop_oneof![prop::sample::select(vec![1, 59, 60, 61]), 1..120_u64]
}

/// What [`Model`] is for a back end of kind `K`.
#[derive(Clone, Debug)]
struct Of<K>(std::marker::PhantomData<K>);

impl<K: Kind> ReferenceStateMachine for Of<K> {
    type State = Model;
    type Transition = Event;

    fn init_state() -> BoxedStrategy<Model> {
        Just(Model { survives: K::SURVIVES, ..Model::default() }).boxed()
    }

    fn transitions(_: &Model) -> BoxedStrategy<Event> {
        let grace = prop::sample::select(vec![0, 1, 60]);
        prop_oneof![
            2 => seconds().prop_map(|seconds| Event::Wait { seconds }),
            8 => (0..3_u32, grace)
                .prop_map(|(back, grace_seconds)| Event::Present { back, grace_seconds }),
            1 => Just(Event::Revoke),
            1 => Just(Event::Restart),
            4 => (0..3_u8).prop_map(|code| Event::ClaimCode { code }),
        ]
        .boxed()
    }

    fn apply(mut model: Model, event: &Event) -> Model {
        (model.expected, model.expected_claim) = (None, None);
        match *event {
            Event::Wait { seconds } => model.now += seconds,
            Event::Present { back, grace_seconds } => {
                let generation = model.newest_issued.saturating_sub(back);
                model.expected = Some(model.present(generation, grace_seconds));
            }
            Event::Revoke => model.revoked = true,
            Event::Restart if model.survives => {}
            Event::Restart => {
                model.uses.clear();
                model.claimed.clear();
                model.revoked = false;
            }
            Event::ClaimCode { code } => {
                let first_at = *model.claimed.entry(code).or_insert(model.now);
                let age = model.now - first_at;
                // The protocol refuses an expired code before it asks, so the ledger may say either then.
                model.expected_claim = match age {
                    _ if age >= CODE_LIFETIME_SECONDS => None,
                    0 => None,
                    _ => Some(Claim::Repeated { first_at: START.plus_seconds(first_at) }),
                };
            }
        }
        model
    }
}

/// A back end, and how its node is started again.
trait Kind: Clone + std::fmt::Debug + Send + Sync + 'static {
    const SURVIVES: bool;

    /// Where what survives is kept.
    type Place;

    /// `None`: this machine has no such place.
    fn place() -> Option<Self::Place>;

    fn open(place: &Self::Place) -> Arc<dyn Ledger>;
}

#[derive(Clone, Debug)]
struct InMemory;

impl Kind for InMemory {
    const SURVIVES: bool = false;
    type Place = ();

    fn place() -> Option<()> {
        Some(())
    }

    fn open((): &()) -> Arc<dyn Ledger> {
        Arc::new(Memory::default())
    }
}

#[derive(Clone, Debug)]
struct InFile;

impl Kind for InFile {
    const SURVIVES: bool = true;
    type Place = Removed;

    fn place() -> Option<Removed> {
        Some(Removed(fresh_path()))
    }

    fn open(place: &Removed) -> Arc<dyn Ledger> {
        file::reopened(&place.0)
    }
}

#[derive(Clone, Debug)]
struct InStore;

impl Kind for InStore {
    const SURVIVES: bool = true;
    type Place = sealbearer::ledger::ValkeySettings;

    fn place() -> Option<Self::Place> {
        store::shared().map(store::Store::settings)
    }

    fn open(place: &Self::Place) -> Arc<dyn Ledger> {
        valkey::connected(place)
    }
}

struct Node<K: Kind> {
    place: K::Place,
    /// `None` only while it restarts.
    subject: Option<Subject>,
    now: UnixTime,
    newest_issued: u32,
    claims: BTreeMap<u8, UnixTime>,
}

impl<K: Kind> Node<K> {
    fn subject(&self) -> &Subject {
        self.subject.as_ref().expect("it runs")
    }

    fn present(&mut self, generation: u32, grace_seconds: u64) -> Rotation {
        let used = used(1, generation, grace_seconds);
        let foreseen = self.subject().foresee(used, self.now);
        let outcome = self.subject().rotate(used, self.now);
        assert_eq!(foreseen, outcome, "asking ahead tells what happens, and changes nothing");
        if outcome == Rotation::Rotated {
            self.newest_issued = self.newest_issued.max(generation + 1);
        }
        outcome
    }

    fn claim(&mut self, code: u8) -> Claim {
        let first_at = *self.claims.entry(code).or_insert(self.now);
        let expires_at = first_at.plus_seconds(CODE_LIFETIME_SECONDS);
        self.subject().claim(code + 10, expires_at, self.now).expect("there is room")
    }
}

impl<K: Kind> StateMachineTest for Node<K> {
    type SystemUnderTest = Option<Self>;
    type Reference = Of<K>;

    fn init_test(_: &Model) -> Option<Self> {
        let place = K::place()?;
        let subject = Some(Subject::new(K::open(&place)));
        Some(Self { place, subject, now: START, newest_issued: 0, claims: BTreeMap::new() })
    }

    fn apply(node: Option<Self>, model: &Model, event: Event) -> Option<Self> {
        let mut node = node?;
        match event {
            Event::Wait { seconds } => node.now = node.now.plus_seconds(seconds),
            Event::Present { back, grace_seconds } => {
                let generation = node.newest_issued.saturating_sub(back);
                assert_eq!(Some(node.present(generation, grace_seconds)), model.expected);
            }
            Event::Revoke => node.subject().revoke(1, START.plus_seconds(100_000), node.now),
            Event::Restart => {
                node.subject = None;
                node.subject = Some(Subject { ledger: K::open(&node.place) });
                if !K::SURVIVES {
                    node.claims.clear();
                }
            }
            Event::ClaimCode { code } => {
                let is_new = !node.claims.contains_key(&code);
                let outcome = node.claim(code);
                if is_new {
                    assert_eq!(outcome, Claim::First);
                } else if let Some(expected) = model.expected_claim {
                    assert_eq!(outcome, expected);
                }
            }
        }
        Some(node)
    }

    fn check_invariants(node: &Option<Self>, model: &Model) {
        let Some(node) = node else { return };
        assert_eq!(node.newest_issued, model.newest_issued, "tokens issued");
        assert_eq!(node.subject().is_revoked(1, node.now), model.revoked, "revoked");
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn memory_agrees_with_the_model(sequential 1..30 => Node<InMemory>);

    #[test]
    fn a_file_agrees_with_the_model(sequential 1..30 => Node<InFile>);

    #[test]
    fn a_store_agrees_with_the_model(sequential 1..30 => Node<InStore>);
}
