//! The memory ledger's bounds, with a test on each side.

use sealbearer::ledger::{Capacity, Remembered};

use super::*;

const SMALL: Capacity = Capacity { codes_max: 10, families_max: 10 };

/// A small ledger, and the number of the code or family asked about.
struct Bounded {
    memory: Memory,
    runtime: tokio::runtime::Runtime,
}

impl Bounded {
    fn new(capacity: Capacity) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        Self { memory: Memory::new(capacity), runtime: runtime.expect("a runtime starts") }
    }

    fn claim(
        &self,
        number: u32,
        expires_at: UnixTime,
        now: UnixTime,
    ) -> Result<Claim, Unavailable> {
        self.runtime.block_on(self.memory.claim_code(claim_of(numbered(number), expires_at), now))
    }

    fn rotate(&self, number: u32, generation: u32, now: UnixTime) -> Result<Rotation, Unavailable> {
        let (holder, family_expires_at) = (holder(numbered(number)), START.plus_seconds(1_000));
        let used = RefreshUse { holder, generation, grace_seconds: 0, family_expires_at };
        self.runtime.block_on(self.memory.rotate(used, now))
    }

    fn revoke(&self, number: u32) -> Result<(), Unavailable> {
        let (family, until) = (FamilyId(numbered(number)), START.plus_seconds(1_000));
        self.runtime.block_on(self.memory.revoke(Revocation::Family { family, until }, START))
    }

    fn remembered(&self) -> Remembered {
        self.memory.remembered().expect("no thread panicked")
    }
}

#[test]
fn a_code_beyond_the_capacity_is_refused_and_the_claimed_ones_stay_claimed() {
    let ledger = Bounded::new(SMALL);
    let expires_at = START.plus_seconds(60);
    for number in 0..10 {
        assert_eq!(ledger.claim(number, expires_at, START), Ok(Claim::First));
    }
    assert!(ledger.claim(10, expires_at, START).is_err(), "fails closed");
    assert_eq!(ledger.claim(0, expires_at, START), Ok(Claim::Repeated { first_at: START }));
    assert_eq!(ledger.remembered(), Remembered { codes: 10, families: 0 });
}

/// A claim is remembered for a minute beyond its code, in case the clock steps back.
#[test]
fn expired_codes_make_room_a_minute_after_they_expired() {
    let ledger = Bounded::new(SMALL);
    for number in 0..10 {
        let expires_at = START.plus_seconds(60);
        assert_eq!(ledger.claim(number, expires_at, START), Ok(Claim::First));
    }
    for (age, has_room) in [(119, false), (120, true)] {
        let now = START.plus_seconds(age);
        assert_eq!(ledger.claim(10, now.plus_seconds(60), now).is_ok(), has_room, "{age} s");
    }
    assert_eq!(ledger.remembered(), Remembered { codes: 1, families: 0 });
}

#[test]
fn a_family_beyond_the_capacity_displaces_one_that_was_not_used_for_longest() {
    let ledger = Bounded::new(SMALL);
    for number in 0..10 {
        assert_eq!(ledger.rotate(number, 0, START), Ok(Rotation::Rotated));
    }
    assert_eq!(ledger.rotate(0, 1, START), Ok(Rotation::Rotated), "0 is used, 1 is not");
    assert_eq!(ledger.rotate(10, 0, START), Ok(Rotation::Rotated), "displaces 1");
    assert_eq!(ledger.remembered(), Remembered { codes: 0, families: 10 });
    assert_eq!(ledger.rotate(0, 1, START), Ok(Rotation::Reused), "0 is still known");
    assert_eq!(ledger.rotate(1, 0, START), Ok(Rotation::Rotated), "1 is believed anew");
}

#[test]
fn a_revoked_family_is_never_displaced() {
    let ledger = Bounded::new(SMALL);
    ledger.revoke(0).expect("there is room");
    for number in 1..100 {
        assert_eq!(ledger.rotate(number, 0, START), Ok(Rotation::Rotated));
    }
    assert_eq!(ledger.rotate(0, 5, START), Ok(Rotation::Revoked));
    assert_eq!(ledger.remembered(), Remembered { codes: 0, families: 10 });
}

#[test]
fn when_all_families_are_revoked_a_new_one_is_refused_until_they_end() {
    let ledger = Bounded::new(SMALL);
    for number in 0..10 {
        ledger.revoke(number).expect("there is room");
    }
    assert!(ledger.rotate(10, 0, START).is_err());
    assert!(ledger.revoke(10).is_err());
    for (age, has_room) in [(1_059, false), (1_060, true)] {
        let outcome = ledger.rotate(10, 0, START.plus_seconds(age));
        assert_eq!(outcome.is_ok(), has_room, "{age} s");
    }
}

#[test]
fn families_that_ended_leave_while_others_come() {
    let ledger = Bounded::new(Capacity { codes_max: 0, families_max: 10_000 });
    for number in 0..1_000 {
        assert_eq!(ledger.rotate(number, 0, START), Ok(Rotation::Rotated));
    }
    let later = START.plus_seconds(1_060);
    for number in 1_000..1_200 {
        ledger.revoke(number).expect("there is room");
        assert!(ledger.rotate(number, 0, later).is_ok());
    }
    assert!(ledger.remembered().families <= 200, "{:?}", ledger.remembered());
}

#[test]
fn a_hundred_thousand_codes_of_which_each_minute_sees_a_thousand_never_fill_two_thousand_places() {
    let ledger = Bounded::new(Capacity { codes_max: 2_100, families_max: 0 });
    for number in 0..100_000 {
        let now = START.plus_seconds(u64::from(number) * 60 / 1_000);
        let claim = ledger.claim(number, now.plus_seconds(60), now);
        assert_eq!(claim, Ok(Claim::First), "code {number}");
    }
    assert!(ledger.remembered().codes <= 2_100);
}
