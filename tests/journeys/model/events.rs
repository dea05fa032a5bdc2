//! Histories worth trying: mostly what people and clients do, now and then what a thief or a careless operator does.

use proptest::prelude::*;
use proptest::sample::Index;
use sealbearer::keys::Ring;

use super::seen::{ABSOLUTE, IDLE, MINUTE, NODES, OPTIONAL, PEOPLE, PLACES};

/// What may happen. An [`Index`] picks among everything of its kind that was ever seen; no browser or client is its own.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    Wait {
        seconds: u64,
    },
    /// A link is followed. Each bit of `wide` asks for one scope more.
    Open {
        node: usize,
        browser: usize,
        client: usize,
        resource: usize,
        wide: usize,
    },
    /// A person follows a link and allows what is asked, and the client gets its tokens; each step at the next node.
    Allow {
        node: usize,
        browser: usize,
        client: usize,
        resource: usize,
        wide: usize,
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
        decision: Decision,
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
    /// `back`: how many generations before the token that was picked.
    Refresh {
        node: usize,
        client: Option<usize>,
        token: Index,
        back: u32,
        wish: Wish,
    },
    /// `resource`: one of [`PLACES`].
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
    /// The operator orders a node to revoke something, or everything before an instant so many seconds ago.
    Order {
        node: usize,
        what: Ordered,
        which: Index,
        back: u64,
    },
    /// The operator takes the next step of replacing a key in the file, whether or not all nodes have seen the last one.
    Rotate {
        ring: Ring,
    },
    /// The operator destroys the oldest key in the file that is not active, whether or not something still needs it.
    Retire {
        ring: Ring,
    },
    /// A node takes over the key ring of the file.
    Look {
        node: usize,
    },
    /// A node is killed, and another process takes its place.
    Restart {
        node: usize,
    },
    /// Something sealed is presented as what it is not.
    Confuse {
        node: usize,
        value: Index,
        sink: usize,
    },
}

/// What a person does with the consent form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decision {
    pub(super) allow: bool,
    /// Which boxes are ticked, one bit each; `None` for a program that knows of none.
    pub(super) ticked: Option<usize>,
    /// The session ended in another tab just before.
    pub(super) without_session: bool,
}

/// Which scope a refresh asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Wish {
    /// None: all that was consented to.
    All,
    Less,
    More,
}

/// What an operator revokes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ordered {
    Token,
    Family,
    Person,
    Client,
    Everything,
}

/// Leaning on the edges of codes and graces, tickets, sessions, tokens and families.
fn seconds() -> impl Strategy<Value = u64> {
    let edges = [1, 59, MINUTE, 599, 600, 1_799, 1_800, IDLE - 1, IDLE, 3_660, ABSOLUTE];
    let ends = [43_200, 86_400];
    prop_oneof![
        12 => 1..90_u64,
        5 => prop::sample::select(edges.to_vec()),
        1 => prop::sample::select(ends.to_vec()),
    ]
}

fn browsing() -> impl Strategy<Value = Event> {
    let index = any::<Index>;
    let at = || (0..NODES, prop::option::weighted(0.2, 0..PEOPLE.len()));
    let open = || (0..NODES, 0..PEOPLE.len(), 0..2_usize, 0..2_usize, 0..1_usize << OPTIONAL.len());
    prop_oneof![
        3 => open().prop_map(|(node, browser, client, resource, wide)| {
            Event::Open { node, browser, client, resource, wide }
        }),
        3 => open().prop_map(|(node, browser, client, resource, wide)| {
            Event::Allow { node, browser, client, resource, wide }
        }),
        5 => (at(), index())
            .prop_map(|((node, browser), ticket)| Event::LogIn { node, browser, ticket }),
        7 => (at(), index(), decision()).prop_map(|((node, browser), ticket, decision)| {
            Event::Decide { node, browser, ticket, decision }
        }),
        2 => (0..PEOPLE.len(), index())
            .prop_map(|(browser, session)| Event::Plant { browser, session }),
        1 => (0..PEOPLE.len()).prop_map(|browser| Event::Leave { browser }),
    ]
}

fn decision() -> impl Strategy<Value = Decision> {
    let boxes = prop::option::weighted(0.4, 0..1_usize << OPTIONAL.len());
    let parts = (prop::bool::weighted(0.9), boxes, prop::bool::weighted(0.1));
    parts.prop_map(|(allow, ticked, without_session)| Decision { allow, ticked, without_session })
}

fn of_clients() -> impl Strategy<Value = Event> {
    let index = any::<Index>;
    let by = || (0..NODES, prop::option::weighted(0.3, 0..2_usize));
    let wish = prop_oneof![3 => Just(Wish::All), 1 => Just(Wish::Less), 1 => Just(Wish::More)];
    let back = prop_oneof![4 => Just(0_u32), 2 => Just(1), 1 => Just(2)];
    prop_oneof![
        6 => (by(), index(), prop::bool::weighted(0.9)).prop_map(
            |((node, client), code, proven)| Event::Redeem { node, client, code, proven }
        ),
        9 => (by(), index(), back, wish).prop_map(|((node, client), token, back, wish)| {
            Event::Refresh { node, client, token, back, wish }
        }),
        4 => (0..NODES, 0..PLACES.len(), index())
            .prop_map(|(node, resource, token)| Event::Use { node, resource, token }),
        4 => (by(), index(), any::<bool>()).prop_map(
            |((node, client), token, is_refresh)| Event::Introspect { node, client, token, is_refresh }
        ),
        2 => (by(), index(), any::<bool>()).prop_map(
            |((node, client), token, is_refresh)| Event::Revoke { node, client, token, is_refresh }
        ),
        2 => (0..NODES, index(), 0..5_usize)
            .prop_map(|(node, value, sink)| Event::Confuse { node, value, sink }),
    ]
}

fn of_operators() -> impl Strategy<Value = Event> {
    use Ordered::{Client, Everything, Family, Person, Token};
    let ring = || prop::sample::select(Ring::ALL.to_vec());
    let what = prop::sample::select(vec![Token, Token, Family, Family, Person, Client, Everything]);
    let back = prop::sample::select(vec![0, 0, 1, 59, 600, IDLE]);
    prop_oneof![
        2 => (0..NODES, what, any::<Index>(), back)
            .prop_map(|(node, what, which, back)| Event::Order { node, what, which, back }),
        2 => ring().prop_map(|ring| Event::Rotate { ring }),
        1 => ring().prop_map(|ring| Event::Retire { ring }),
        3 => (0..NODES).prop_map(|node| Event::Look { node }),
        1 => (0..NODES).prop_map(|node| Event::Restart { node }),
    ]
}

pub(super) fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => seconds().prop_map(|seconds| Event::Wait { seconds }),
        19 => browsing(),
        27 => of_clients(),
        6 => of_operators(),
    ]
}
