//! The counters agree with a table of all keys that forgets nothing, and nobody gets more than is allowed.

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;
use sealbearer::http::rates::{Class, TooMany};

use super::{address, rates};

/// Requests a minute, and so at once.
const PER_MINUTE: u64 = 6;
/// Seconds until one more is allowed.
const EACH_SECONDS: u64 = 60 / PER_MINUTE;

/// A class and somebody who asks.
type Key = (Class, u8);

/// For each key the moment until which its allowance is spent, in seconds.
#[derive(Default)]
struct Naive(HashMap<Key, u64>);

impl Naive {
    fn ask(&mut self, key: Key, now: u64) -> Result<(), TooMany> {
        let spent_until = self.0.entry(key).or_default();
        let latest = now + EACH_SECONDS * (PER_MINUTE - 1);
        if *spent_until > latest {
            return Err(TooMany { wait_seconds: *spent_until - latest });
        }
        *spent_until = (*spent_until).max(now) + EACH_SECONDS;
        Ok(())
    }
}

/// Times around the moments at which one more is allowed.
fn pause() -> impl Strategy<Value = u64> {
    prop_oneof![8 => Just(0), 2 => Just(1), 2 => Just(9), 2 => Just(10), 1 => Just(11), 1 => 0_u64..90]
}

fn class() -> impl Strategy<Value = Class> {
    prop_oneof![Just(Class::Token), Just(Class::Register)]
}

proptest! {
    #[test]
    fn the_counters_agree_with_a_table_that_forgets_nothing(
        events in vec((class(), 0_u8..3, pause()), 1..120)
    ) {
        let (rates, clock) = rates(&format!("token = {PER_MINUTE}\nregister = {PER_MINUTE}"));
        let mut naive = Naive::default();
        for (class, who, seconds) in events {
            clock.pass(seconds);
            let asked = rates.ask(class, address(&format!("192.0.2.{who}")));
            prop_assert_eq!(asked, naive.ask((class, who), clock.now().0));
        }
    }

    /// However requests are spread over time: no more than what may come at once, and what the time since then allows.
    #[test]
    fn nobody_gets_more_than_is_allowed(pauses in vec(pause(), 1..200)) {
        let (rates, clock) = rates(&format!("authorize = {PER_MINUTE}"));
        let began_at = clock.now().0;
        let mut admitted = 0;
        for seconds in pauses {
            clock.pass(seconds);
            admitted += u64::from(rates.ask(Class::Authorize, address("192.0.2.1")).is_ok());
            let allowed = PER_MINUTE + (clock.now().0 - began_at) / EACH_SECONDS;
            prop_assert!(admitted <= allowed, "{admitted} of {allowed}");
        }
    }

    /// Whoever waits as long as was said is admitted, and not a second earlier.
    #[test]
    fn the_wait_is_as_long_as_it_says(spent in 0_u64..10, pause in pause()) {
        let (rates, clock) = rates(&format!("authorize = {PER_MINUTE}"));
        let ask = || rates.ask(Class::Authorize, address("192.0.2.1"));
        for _ in 0..spent {
            ask().ok();
        }
        clock.pass(pause);
        while ask().is_ok() {}
        let TooMany { wait_seconds } = ask().expect_err("the allowance is spent");
        clock.pass(wait_seconds - 1);
        prop_assert!(ask().is_err());
        clock.pass(1);
        prop_assert_eq!(ask(), Ok(()));
    }
}
