//! Millions of keys, and many threads: the memory stays, and so do the counters.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};

use sealbearer::http::address::ClientAddress;
use sealbearer::http::rates::{Class, Rates};

use super::{address, rates};

/// Keys of the flood, and how many of them come in a second.
const KEYS: u32 = 2_000_000;
const KEYS_PER_SECOND: u32 = 10_000;

#[test]
fn millions_of_keys_take_no_more_memory_and_reset_no_counter() {
    let (rates, clock) = rates("register = 60\ntoken = 60");
    let attacker = address("198.51.100.1");
    let busy = |class| (0..1_000).filter(|_| rates.ask(class, attacker).is_ok()).count();
    assert_eq!(busy(Class::Register), 60);
    let began_at = clock.now().0;
    let mut admitted_to_attacker = 60;
    for key in 0..KEYS {
        let flooding = ClientAddress::new(Ipv4Addr::from(0x0b00_0000 + key).into());
        assert_eq!(rates.ask(Class::Register, flooding), Ok(()), "key {key} asks once");
        if key % KEYS_PER_SECOND == 0 {
            clock.pass(1);
            admitted_to_attacker += u64::try_from(busy(Class::Register)).expect("it is small");
        }
    }
    let allowed = 60 + (clock.now().0 - began_at);
    assert_eq!(
        admitted_to_attacker, allowed,
        "what time allows, and nothing by pushing others out"
    );
    assert!(rates.bytes() <= Rates::BYTES_MAX, "{}", rates.bytes());
    assert_eq!(busy(Class::Token), 60, "other classes are counted elsewhere");
}

#[test]
fn counters_take_memory_only_when_somebody_asks() {
    let (rates, _) = rates("");
    let idle = rates.bytes();
    assert!((1..64 * 1024).contains(&idle), "{idle}");
    rates.ask(Class::Token, address("192.0.2.1")).expect("the first is admitted");
    assert_eq!(rates.bytes() - idle, 8 * 1024, "four rows of 256 counters");
}

#[test]
fn of_many_at_once_as_many_are_admitted_as_of_many_in_a_row() {
    let (rates, _) = rates("token = 100");
    let admitted = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let asked = rates.ask(Class::Token, address("192.0.2.1"));
                    admitted.fetch_add(usize::from(asked.is_ok()), Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(admitted.into_inner(), 100);
}
