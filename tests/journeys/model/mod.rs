//! Random histories of three nodes, against a model of what may come of each step.
//!
//! Nobody loses anything: every ticket, session, code and token that was ever sent may come back at any time, to any node,
//! from any browser, by any client. Operators revoke, rotate keys in any order and restart nodes, and no node sees the key
//! ring change when another does. Nodes that share nothing but the ring do not know of each other; the model does, and says
//! what each must answer. With one ledger for all of them the same model has one memory, and so demands more.

mod events;
mod keys;
mod orders;
mod seen;
mod sharing;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use events::{Event, event};
use seen::Seen;
use sharing::{Apart, OneFile, OneStore, Sharing};

/// The only thing the histories themselves depend on: that time passes.
#[derive(Clone, Debug, Default)]
struct History;

impl ReferenceStateMachine for History {
    type State = Self;
    type Transition = Event;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Event> {
        event().boxed()
    }

    fn apply(history: Self, _: &Event) -> Self {
        history
    }
}

impl<S: Sharing> StateMachineTest for Seen<S> {
    type SystemUnderTest = Option<Self>;
    type Reference = History;

    fn init_test(_: &History) -> Option<Self> {
        Self::start()
    }

    fn apply(seen: Option<Self>, _: &History, event: Event) -> Option<Self> {
        let mut seen = seen?;
        seen.happens(event);
        Some(seen)
    }
}

impl<S: Sharing> Seen<S> {
    fn happens(&mut self, event: Event) {
        match event {
            Event::Wait { seconds } => self.clock().pass(seconds),
            Event::Open { node, browser, client, resource, wide } => {
                self.open(node, browser, client, resource, wide);
            }
            Event::Allow { node, browser, client, resource, wide } => {
                self.allow(node, browser, client, resource, wide);
            }
            Event::LogIn { node, browser, ticket } => self.log_in(node, browser, ticket),
            Event::Decide { node, browser, ticket, decision } => {
                self.decide(node, browser, ticket, decision);
            }
            Event::Plant { browser, session } => self.plant(browser, session),
            Event::Leave { browser } => self.leave(browser),
            Event::Redeem { node, client, code, proven } => {
                self.redeem(node, client, code, proven);
            }
            Event::Refresh { node, client, token, back, wish } => {
                self.refresh(node, client, token, back, wish);
            }
            Event::Use { node, resource, token } => self.use_token(node, resource, token),
            Event::Introspect { node, client, token, is_refresh } => {
                self.introspect(node, client, token, is_refresh);
            }
            Event::Revoke { node, client, token, is_refresh } => {
                self.revoke(node, client, token, is_refresh);
            }
            Event::Order { node, what, which, back } => self.order(node, what, which, back),
            Event::Rotate { ring } => self.rotate(ring),
            Event::Retire { ring } => self.retire(ring),
            Event::Look { node } => self.look(node),
            Event::Restart { node } => self.restart(node),
            Event::Confuse { node, value, sink } => self.confuse(node, value, sink),
        }
    }
}

/// Few cases, since each starts three nodes and people log in; the environment asks for more.
fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(cases),
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    }
}

prop_state_machine! {
    #![proptest_config(config(48))]

    #[test]
    fn nothing_comes_of_any_history_but_what_people_allowed(sequential 1..60 => Seen<Apart>);
}

prop_state_machine! {
    #![proptest_config(config(40))]

    #[test]
    fn what_one_node_learns_from_one_ledger_all_nodes_know(sequential 1..60 => Seen<OneFile>);
}

prop_state_machine! {
    #![proptest_config(config(16))]

    #[test]
    fn what_one_node_learns_from_a_store_all_nodes_know(sequential 1..60 => Seen<OneStore>);
}
