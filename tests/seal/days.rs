//! Each day has keys of its own, named in the header, and a value outlives the day it was sealed on.

use protocol::oauth::time::UnixTime;
use sealbearer::seal::{Artefact, Wall};

use super::{AccessToken, AuthorizationCode, ClientRegistration, ConsentMemory, RefreshToken};
use super::{DAY, NOW, Sample, seal};

const DAY_SECONDS: u64 = 86_400;
const MIDNIGHT: UnixTime = UnixTime((DAY + 1) * DAY_SECONDS);

/// Where a value that was sealed at one time fails at another. Seal and open are different nodes.
fn between<A: Sample>(value: &A, sealed_at: UnixTime, opened_at: UnixTime) -> Option<Wall> {
    let text = seal().seal(value, sealed_at);
    seal().open::<A>(&text, opened_at).err().map(|unsealable| unsealable.wall())
}

fn code(issued_at: UnixTime) -> AuthorizationCode {
    let (issued_at, expires_at) = (issued_at.0, issued_at.0 + 60);
    AuthorizationCode { issued_at, expires_at, content: "x".to_owned() }
}

/// Random nonces of 96 bits are good for 2^32 values under one key; each key lasts a day, so nobody gets near. What can be
/// tried is that they are drawn anew each time, on each node.
#[test]
fn jos_16_no_two_values_share_a_nonce() {
    let nodes = [seal(), seal()];
    let mut seen = std::collections::HashSet::new();
    for number in 0..20_000 {
        let text = nodes[number % 2].seal(&code(NOW), NOW);
        let nonce = text.split('.').nth(2).map(str::to_owned).expect("a third segment");
        assert!(nonce.len() == 16 && seen.insert(nonce), "number {number}");
    }
}

#[test]
fn a_value_sealed_before_midnight_opens_after_it() {
    let before = MIDNIGHT.minus_seconds(1);
    assert_eq!(between(&code(before), before, before), None);
    assert_eq!(between(&code(before), before, MIDNIGHT), None);
    assert_eq!(between(&code(MIDNIGHT), MIDNIGHT, MIDNIGHT), None);
}

#[test]
fn the_day_is_that_of_sealing_not_of_issue() {
    let issued = code(MIDNIGHT.minus_seconds(30));
    let header = |text: String| text.split('.').next().map(str::to_owned);
    let sealed_late = header(seal().seal(&issued, MIDNIGHT));
    assert_eq!(sealed_late, header(seal().seal(&code(MIDNIGHT), MIDNIGHT)));
    assert_ne!(sealed_late, header(seal().seal(&issued, MIDNIGHT.minus_seconds(1))));
    assert_eq!(between(&issued, MIDNIGHT, MIDNIGHT.plus_seconds(29)), None);
}

/// A seal that lives through midnight changes its key then, and back if the clock does.
#[test]
fn jos_16_a_node_that_runs_through_midnight_changes_its_key() {
    let (node, before) = (seal(), MIDNIGHT.minus_seconds(1));
    let headers = [before, MIDNIGHT, before].map(|now| {
        let text = node.seal(&code(now), now);
        assert_eq!(seal().open(&text, now), Ok(code(now)));
        text.split('.').next().map(str::to_owned)
    });
    assert_ne!(headers[0], headers[1]);
    assert_eq!(headers[0], headers[2]);
}

#[test]
fn a_node_whose_clock_is_five_seconds_ahead_is_understood() {
    let behind = |seconds| MIDNIGHT.minus_seconds(seconds);
    assert_eq!(between(&code(behind(10)), MIDNIGHT, behind(5)), None);
    assert_eq!(between(&code(behind(10)), MIDNIGHT, behind(6)), Some(Wall::Header));
}

/// The last instant at which something sealed on a day can still be valid is the last at which its keys are used.
#[test]
fn keys_of_a_day_are_used_as_long_as_something_sealed_on_it_can_be_valid() {
    fn last_use<A: Sample>() {
        let lifetime = A::PURPOSE.recipe().lifetime_seconds_max.unwrap_or_default();
        let last = MIDNIGHT.plus_seconds(lifetime - 1);
        let value = A::sample("x");
        assert_eq!(between(&value, NOW, last), None, "{:?}", A::PURPOSE);
        assert_eq!(between(&value, NOW, last.plus_seconds(1)), Some(Wall::Header));
    }
    last_use::<AuthorizationCode>();
    last_use::<AccessToken>();
    last_use::<RefreshToken>();
    last_use::<ConsentMemory>();
}

/// One node, so that the keys are already cut when they fall out of use.
#[test]
fn keys_already_in_memory_fall_out_of_use_at_the_same_time() {
    let node = seal();
    let text = node.seal(&code(NOW), NOW);
    let late = MIDNIGHT.plus_seconds(600);
    assert!(node.open::<AuthorizationCode>(&text, late.minus_seconds(1)).is_ok());
    let refused = node.open::<AuthorizationCode>(&text, late);
    assert_eq!(refused.map_err(|unsealable| unsealable.wall()), Err(Wall::Header));
    assert!(node.open::<AuthorizationCode>(&text, NOW).is_ok());
}

#[test]
fn a_registration_has_no_day_and_opens_for_ever() {
    let registration = ClientRegistration::sample("x");
    assert!(ClientRegistration::PURPOSE.recipe().lifetime_seconds_max.is_none());
    assert_eq!(seal().seal(&registration, NOW), seal().seal(&registration, UnixTime(0)));
    for opened_at in [0, NOW.0, 1 << 33, u64::MAX] {
        assert_eq!(between(&registration, NOW, UnixTime(opened_at)), None);
    }
}

#[test]
fn no_instant_makes_opening_or_sealing_fail() {
    let value = RefreshToken::sample("x");
    for now in [0, 1, DAY_SECONDS - 1, DAY_SECONDS, 1 << 33, u64::MAX - 1, u64::MAX] {
        let text = seal().seal(&value, UnixTime(now));
        let _ = seal().open::<RefreshToken>(&text, UnixTime(now));
    }
}
