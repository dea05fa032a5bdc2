//! The ledger of a fleet: a store that is slow, wrong, emptied, restarted, promoted or put back.

use std::time::{Duration, Instant};

use sealbearer::ledger::{Target, ValkeySettings};

use super::*;
use crate::support::store::Store;

mod changes;
mod line;
mod outages;
mod tls;

/// A node that begins with this store, long ago.
pub(super) fn connected(settings: &ValkeySettings) -> Arc<dyn Ledger> {
    let ledger = unconnected(settings);
    RUNTIME.block_on(ledger.begin(BEGAN)).expect("the store answers");
    ledger
}

/// A node that has not asked its store anything.
fn unconnected(settings: &ValkeySettings) -> Arc<dyn Ledger> {
    let _running = RUNTIME.enter();
    Arc::new(Valkey::new(settings).expect("it needs no TLS"))
}

/// A node whose store is nowhere; what it promises does not depend on that.
pub(super) fn unreachable() -> Arc<dyn Ledger> {
    unconnected(&ValkeySettings {
        target: Target::parse("redis://127.0.0.1:1/0").expect("the URL is good"),
        key_prefix: "nowhere:".to_owned(),
        timeout: Duration::from_secs(1),
    })
}

fn node(settings: &ValkeySettings) -> Subject {
    Subject { ledger: connected(settings) }
}

/// A store of this test's own.
fn alone(settings: &[&str]) -> Option<(Store, ValkeySettings)> {
    let store = Store::start(settings)?;
    let settings = store.settings();
    Some((store, settings))
}

/// Asks until there is an answer: a connection that was lost is found again in the background.
fn eventually<T>(mut ask: impl FnMut() -> Result<T, Unavailable>) -> T {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        match ask() {
            Ok(answer) => return answer,
            Err(unavailable) => assert!(Instant::now() < until, "{unavailable}"),
        }
    }
}

#[test]
fn two_nodes_are_of_one_mind() {
    let Some(store) = store::shared() else { return };
    let settings = store.settings();
    let (one, other) = (Subject::new(connected(&settings)), node(&settings));
    assert_eq!(one.claim(10, START.plus_seconds(60), START), Ok(Claim::First));
    let again = other.claim(10, START.plus_seconds(60), START.plus_seconds(1));
    assert_eq!(again, Ok(Claim::Repeated { first_at: START }));
    assert_eq!(one.rotate(used(1, 0, 60), START), Rotation::Rotated);
    assert_eq!(other.rotate(used(1, 0, 60), START), Rotation::Sibling);
    assert_eq!(other.rotate(used(1, 1, 60), START), Rotation::Rotated);
    assert_eq!(one.rotate(used(1, 0, 60), START), Rotation::Reused);
    assert!(other.is_revoked(1, START));
}

#[test]
fn deployments_with_other_prefixes_do_not_meet() {
    let Some(store) = store::shared() else { return };
    let (one, other) = (node(&store.settings()), node(&store.settings()));
    for subject in [one, other] {
        assert_eq!(subject.claim(10, START.plus_seconds(60), START), Ok(Claim::First));
    }
}

/// Nothing is kept for ever but what is known of the server; nothing ends before what it is about.
#[test]
fn every_record_ends_after_what_it_is_about_and_not_much_later() {
    let Some(store) = store::shared() else { return };
    let settings = store.settings();
    let subject = node(&settings);
    let year = 366 * 86_400;
    subject.found(1);
    let (id, issued_at, expires_at) = (UseId([1; 16]), START, START.plus_seconds(90));
    let claimed = UseClaim { id, issued_at, expires_at };
    assert_eq!(answer(subject.ledger.claim(claimed, START)), Ok(Claim::First));
    subject.revoke(1, START.plus_seconds(500), START);
    subject.revoke_all(Revocation::Everything { before: START }, START);
    let (before, client) = (START, holder([0; 16]).client);
    subject.revoke_all(Revocation::Client { client, before }, START);
    subject.revoke_all(Revocation::Subject { subject: SubjectDigest([3; 16]), before }, START);
    assert_eq!(answer(subject.ledger.check()), Ok(()));
    let lives = [
        ("code:", 60),
        ("use:", 90),
        ("family:", 100_000),
        ("revoked:", 500),
        ("before", year),
        ("before:client:", year),
        ("before:subject:", year),
    ];
    for (kind, life) in lives {
        let names = store.names(&format!("{}{kind}*", settings.key_prefix));
        assert!(!names.is_empty(), "{kind}");
        for name in names {
            let ends: i64 = store
                .tell(&["TTL", &name])
                .trim_matches(|c: char| !c.is_ascii_digit())
                .parse()
                .expect("it ends");
            assert!((life..=life + 300).contains(&ends), "{name} ends in {ends} s");
        }
    }
    let endless = store.names(&format!("{}*", settings.key_prefix)).into_iter();
    let endless = endless.filter(|name| store.tell(&["TTL", name]).contains("(-1)"));
    let server = format!("{}server", settings.key_prefix);
    assert_eq!(endless.collect::<Vec<_>>(), [server]);
}

/// No script can count so far in a test; the record can be told.
#[test]
fn the_last_number_a_family_can_count_to_ends_it_in_the_store_too() {
    let Some(store) = store::shared() else { return };
    let settings = store.settings();
    let subject = node(&settings);
    subject.found(1);
    let family = store.names(&format!("{}family:*", settings.key_prefix));
    store.tell(&["HSET", &family[0], "newest", &u32::MAX.to_string()]);
    assert_eq!(subject.foresee(used(1, u32::MAX, 60), START), Rotation::Revoked);
    assert_eq!(subject.rotate(used(1, u32::MAX, 60), START), Rotation::Revoked);
    assert!(subject.is_revoked(1, START));
}

#[test]
fn neither_errors_nor_debug_output_show_the_password() {
    let Some((store, mut settings)) = alone(&["--requirepass", "hush-hush"]) else { return };
    let url = |password: &str| format!("redis://default:{password}@127.0.0.1:{}/0", store.port());
    settings.target = Target::parse(&url("hush-hush")).expect("the URL is good");
    let subject = node(&settings);
    assert_eq!(subject.claim(10, START.plus_seconds(60), START), Ok(Claim::First));
    settings.target = Target::parse(&url("hush-wrong")).expect("the URL is good");
    let stranger = unconnected(&settings);
    let refused = RUNTIME.block_on(stranger.check()).expect_err("the password is wrong");
    assert_eq!(refused.reason, "the store refuses our credentials");
    let shown = format!("{refused} {refused:?} {settings:?} {}", settings.target);
    assert!(!shown.contains("hush"), "{shown}");
    assert!(shown.contains(&format!("redis://127.0.0.1:{}", store.port())), "{shown}");
}

/// CFG-13: who can reach or read the line can change what is remembered.
#[test]
fn cfg_13_a_store_that_is_not_on_this_machine_is_reached_by_tls_and_with_a_password() {
    let rows = [
        "rediss://user:password@store.example.com:6380/0",
        "valkeys://:password@store.example.com",
        "redis://127.0.0.1:6379/0",
        "valkey://[::1]:6379",
        "redis://localhost/3",
        "redis://:password@store.example.com/0",
        "redis://user:password@127.0.0.1.example.com/0",
        "rediss://store.example.com/0",
        "rediss://user@store.example.com/0",
        "rediss://user:@store.example.com/0",
        "rediss://user:password@store.example.com/0#insecure",
        "rediss://user:password@store.example.com/0?protocol=resp3",
        "rediss://user:password@store.example.com/zero",
        "redis+unix:///run/valkey.sock",
        "https://store.example.com",
        "store.example.com:6379",
        "",
    ];
    let rows = rows.map(|url| match Target::parse(url) {
        Ok(target) => format!("{url} -> {target}"),
        Err(refused) => format!("{url} -> {refused}"),
    });
    insta::assert_snapshot!(rows.join("\n"), @"
    rediss://user:password@store.example.com:6380/0 -> rediss://store.example.com:6380
    valkeys://:password@store.example.com -> rediss://store.example.com:6379
    redis://127.0.0.1:6379/0 -> redis://127.0.0.1:6379
    valkey://[::1]:6379 -> redis://[::1]:6379
    redis://localhost/3 -> redis://localhost:6379
    redis://:password@store.example.com/0 -> is not encrypted, and its host is not loopback
    redis://user:password@127.0.0.1.example.com/0 -> is not encrypted, and its host is not loopback
    rediss://store.example.com/0 -> has no password, and its host is not loopback
    rediss://user@store.example.com/0 -> has no password, and its host is not loopback
    rediss://user:@store.example.com/0 -> has no password, and its host is not loopback
    rediss://user:password@store.example.com/0#insecure -> has a query or a fragment
    rediss://user:password@store.example.com/0?protocol=resp3 -> has a query or a fragment
    rediss://user:password@store.example.com/zero -> has a path that is not the number of a database
    redis+unix:///run/valkey.sock -> is not a URL of the form rediss://user:password@host:port/database
    https://store.example.com -> is not a URL of the form rediss://user:password@host:port/database
    store.example.com:6379 -> is not a URL of the form rediss://user:password@host:port/database
     -> is not a URL of the form rediss://user:password@host:port/database
    ");
}
