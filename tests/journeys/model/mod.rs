//! Random histories of three nodes that share nothing but the key ring, against a model of what may come of each step.
//!
//! Nobody loses anything: every ticket, session, code and token that was ever sent may come back at any time, to any node,
//! from any browser, by any client. The nodes do not know of each other; the model does, and says what each must answer.

mod seen;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::FileFailurePersistence;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use seen::{DAY, MINUTE, NODES, PEOPLE, RESOURCES, Seen};

/// What may happen. An [`Index`] picks among everything of its kind that was ever seen; no browser or client is its own.
#[derive(Clone, Debug)]
enum Event {
    Wait {
        seconds: u64,
    },
    /// A link is followed.
    Open {
        node: usize,
        browser: usize,
        client: usize,
        resource: usize,
        wide: bool,
    },
    /// A login form is sent, perhaps one of another browser.
    LogIn {
        node: usize,
        browser: Option<usize>,
        ticket: Index,
    },
    /// A consent form is sent, perhaps one of another browser.
    Decide {
        node: usize,
        browser: Option<usize>,
        ticket: Index,
        allow: bool,
    },
    /// A session that was seen anywhere is put into a browser.
    Plant {
        browser: usize,
        session: Index,
    },
    /// A browser loses its session.
    Leave {
        browser: usize,
    },
    Redeem {
        node: usize,
        client: Option<usize>,
        code: Index,
        proven: bool,
    },
    Refresh {
        node: usize,
        client: Option<usize>,
        token: Index,
    },
    Use {
        node: usize,
        resource: usize,
        token: Index,
    },
    /// A client asks about an access token, or a refresh token.
    Introspect {
        node: usize,
        client: Option<usize>,
        token: Index,
        is_refresh: bool,
    },
    /// A client gives a token back.
    Revoke {
        node: usize,
        client: Option<usize>,
        token: Index,
        is_refresh: bool,
    },
    /// Something sealed is presented as what it is not.
    Confuse {
        node: usize,
        value: Index,
        sink: usize,
    },
}

/// The only thing the histories themselves depend on: that time passes.
#[derive(Clone, Debug, Default)]
struct History;

/// Leaning on the edges of codes and graces, tickets, sessions, tokens and families.
fn seconds() -> impl Strategy<Value = u64> {
    let edges = [1, 59, MINUTE, 599, 600, 1_799, 1_800, 3_599, 3_660, 43_200, 30 * DAY, 61 * DAY];
    prop_oneof![4 => 1..90_u64, 3 => prop::sample::select(edges.to_vec())]
}

impl ReferenceStateMachine for History {
    type State = Self;
    type Transition = Event;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Event> {
        let index = any::<Index>;
        let at = || (0..NODES, prop::option::weighted(0.2, 0..PEOPLE.len()));
        let by = || (0..NODES, prop::option::weighted(0.2, 0..2_usize));
        let open = (0..NODES, 0..PEOPLE.len(), 0..2_usize, 0..RESOURCES.len(), any::<bool>());
        prop_oneof![
            3 => seconds().prop_map(|seconds| Event::Wait { seconds }),
            4 => open.prop_map(|(node, browser, client, resource, wide)| {
                Event::Open { node, browser, client, resource, wide }
            }),
            5 => (at(), index())
                .prop_map(|((node, browser), ticket)| Event::LogIn { node, browser, ticket }),
            7 => (at(), index(), prop::bool::weighted(0.9)).prop_map(
                |((node, browser), ticket, allow)| Event::Decide { node, browser, ticket, allow }
            ),
            2 => (0..PEOPLE.len(), index())
                .prop_map(|(browser, session)| Event::Plant { browser, session }),
            1 => (0..PEOPLE.len()).prop_map(|browser| Event::Leave { browser }),
            8 => (by(), index(), prop::bool::weighted(0.9)).prop_map(
                |((node, client), code, proven)| Event::Redeem { node, client, code, proven }
            ),
            6 => (by(), index())
                .prop_map(|((node, client), token)| Event::Refresh { node, client, token }),
            4 => (0..NODES, 0..RESOURCES.len(), index())
                .prop_map(|(node, resource, token)| Event::Use { node, resource, token }),
            4 => (by(), index(), any::<bool>()).prop_map(
                |((node, client), token, is_refresh)| Event::Introspect { node, client, token, is_refresh }
            ),
            1 => (by(), index(), any::<bool>()).prop_map(
                |((node, client), token, is_refresh)| Event::Revoke { node, client, token, is_refresh }
            ),
            2 => (0..NODES, index(), 0..5_usize)
                .prop_map(|(node, value, sink)| Event::Confuse { node, value, sink }),
        ]
        .boxed()
    }

    fn apply(history: Self, _: &Event) -> Self {
        history
    }
}

impl StateMachineTest for Seen {
    type SystemUnderTest = Self;
    type Reference = History;

    fn init_test(_: &History) -> Self {
        Self::start()
    }

    fn apply(mut seen: Self, _: &History, event: Event) -> Self {
        match event {
            Event::Wait { seconds } => seen.clock().pass(seconds),
            Event::Open { node, browser, client, resource, wide } => {
                seen.open(node, browser, client, resource, wide);
            }
            Event::LogIn { node, browser, ticket } => seen.log_in(node, browser, ticket),
            Event::Decide { node, browser, ticket, allow } => {
                seen.decide(node, browser, ticket, allow);
            }
            Event::Plant { browser, session } => seen.plant(browser, session),
            Event::Leave { browser } => seen.leave(browser),
            Event::Redeem { node, client, code, proven } => {
                seen.redeem(node, client, code, proven);
            }
            Event::Refresh { node, client, token } => seen.refresh(node, client, token),
            Event::Use { node, resource, token } => seen.use_token(node, resource, token),
            Event::Introspect { node, client, token, is_refresh } => {
                seen.introspect(node, client, token, is_refresh);
            }
            Event::Revoke { node, client, token, is_refresh } => {
                seen.revoke(node, client, token, is_refresh);
            }
            Event::Confuse { node, value, sink } => seen.confuse(node, value, sink),
        }
        seen
    }
}

/// Few cases, since each starts three nodes and people log in; the environment asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(24)
}

prop_state_machine! {
    #![proptest_config(ProptestConfig {
        cases: cases(),
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn nothing_comes_of_any_history_but_what_people_allowed(sequential 1..60 => Seen);
}
