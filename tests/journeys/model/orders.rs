//! REF-07 over nodes: a thief has copied a refresh token, and from then on both go on with what they get, at any nodes and
//! at any pace. The ledger alone is tried in all orders by `ledger::thieves`.

use proptest::prelude::*;
use protocol::oauth::time::UnixTime;

use super::config;
use super::events::Wish;
use super::seen::{MINUTE, NODES, Seen};
use super::sharing::{Apart, OneFile, OneStore, Sharing};

/// One of the two comes to a node after a pause.
#[derive(Clone, Copy, Debug)]
struct Step {
    who: usize,
    node: usize,
    pause: u64,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let pause = prop::sample::select(vec![0, 0, 1, 30, MINUTE - 1, MINUTE, MINUTE + 1]);
    let step = (0..2_usize, 0..NODES, pause);
    prop::collection::vec(step.prop_map(|(who, node, pause)| Step { who, node, pause }), 2..9)
}

/// Two who hold the same token, and when each used which one, by its number.
#[derive(Default)]
struct Theft {
    used_at: [Vec<UnixTime>; 2],
}

impl Theft {
    /// Whether whoever comes now must be noticed: the other used the same token too long ago, or went further.
    fn must_be_noticed(&self, who: usize, now: UnixTime) -> bool {
        let (own, others) = (&self.used_at[who], &self.used_at[1 - who]);
        let first_use = others.get(own.len());
        let is_late = first_use.is_some_and(|at| now.seconds_since(*at) >= MINUTE);
        is_late || others.len() > own.len() + 1
    }
}

/// Plays one theft to its end. What each node must answer is the model's to say; what is said here holds where all nodes have
/// one ledger, and does not ask the model.
fn play<S: Sharing>(steps: &[Step]) -> Result<(), TestCaseError> {
    let Some(mut seen) = Seen::<S>::start() else { return Ok(()) };
    seen.allow(0, 0, 0, 0, 0);
    let mut theft = Theft::default();
    let mut held = [seen.newest(); 2];
    for step in steps {
        seen.clock().pass(step.pause);
        let now = seen.clock().now();
        let expected = theft.must_be_noticed(step.who, now);
        let goes_on = seen.refresh_with(step.node, None, held[step.who], Wish::All);
        if S::IS_ONE {
            prop_assert_eq!(goes_on, !expected);
        }
        if !goes_on {
            break;
        }
        held[step.who] = seen.newest();
        theft.used_at[step.who].push(now);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(16))]

    #[test]
    fn ref_07_one_ledger_notices_a_theft_wherever_the_two_go(steps in steps()) {
        play::<OneFile>(&steps)?;
    }

    #[test]
    fn ref_07_a_store_notices_a_theft_wherever_the_two_go(steps in steps()) {
        play::<OneStore>(&steps)?;
    }

    #[test]
    fn ref_07_with_memory_each_node_notices_what_it_sees(steps in steps()) {
        play::<Apart>(&steps)?;
    }
}
