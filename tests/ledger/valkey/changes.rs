//! REF-09: a store that lost what it knew. Whatever it still says, nothing from before is believed.

use super::*;

/// That `subject` believes nothing from before `change`, and everything from a while after it.
fn assert_fenced(subject: &Subject, change: UnixTime) {
    let after = change.plus_seconds(11);
    let claim = |code, issued_at: UnixTime| {
        eventually(|| subject.claim(code, issued_at.plus_seconds(60), after))
    };
    eventually(|| answer(subject.ledger.begin(change)));
    let (until, before) = (change.plus_seconds(60), UnixTime(after.0 - 1));
    assert!(subject.claim(22, until, before).is_err(), "a moment ago");
    assert!(matches!(claim(10, START), Claim::Repeated { .. }), "claimed before");
    assert_eq!(claim(20, change), Claim::Repeated { first_at: UnixTime(0) }, "issued before");
    for generation in 0..3 {
        let rotation = subject.rotate(used(1, generation, 60), change);
        assert!(matches!(rotation, Rotation::Unknown | Rotation::Revoked), "token {generation}");
    }
    let rotation = subject.rotate(used(2, 0, 60), change);
    assert!(matches!(rotation, Rotation::Unknown | Rotation::Revoked), "it was revoked");
    let (id, expires_at) = (UseId([1; 16]), change.plus_seconds(60));
    let use_at = |issued_at| {
        let claimed = UseClaim { id, issued_at, expires_at };
        answer(subject.ledger.claim(claimed, change))
    };
    assert!(use_at(change).is_err(), "it may have been used before");
    assert_eq!(claim(21, after), Claim::First, "issued after");
    let used =
        RefreshUse { holder: Holder { founded_at: after, ..holder([21; 16]) }, ..used(21, 0, 60) };
    assert_eq!(subject.rotate(used, after), Rotation::Rotated, "founded after");
    assert_eq!(use_at(after), Ok(Claim::First), "made after");
}

/// Code 10 is claimed, token 0 of family 1 replaced, family 2 revoked.
fn use_some(subject: &Subject) {
    assert_eq!(subject.claim(10, START.plus_seconds(60), START), Ok(Claim::First));
    assert_eq!(subject.rotate(used(1, 0, 0), START), Rotation::Rotated);
    subject.revoke(2, START.plus_seconds(1_000), START);
}

#[test]
fn ref_09_an_emptied_store_knows_no_family_and_no_code() {
    for command in ["FLUSHALL", "FLUSHDB"] {
        let Some((store, settings)) = alone(&[]) else { return };
        let subject = Subject::new(connected(&settings));
        use_some(&subject);
        store.tell(&[command]);
        assert_fenced(&subject, START.plus_seconds(20));
    }
}

#[test]
fn ref_09_a_restarted_store_is_not_believed_whatever_it_kept() {
    for settings in [&["--appendonly", "yes", "--appendfsync", "always"][..], &[]] {
        let Some((mut store, connect)) = alone(settings) else { return };
        let subject = Subject::new(connected(&connect));
        use_some(&subject);
        store.kill();
        store.run();
        assert_fenced(&subject, START.plus_seconds(20));
    }
}

#[test]
fn ref_09_an_old_snapshot_put_back_is_not_believed() {
    let Some((mut store, settings)) = alone(&[]) else { return };
    let subject = Subject::new(connected(&settings));
    store.tell(&["SAVE"]);
    use_some(&subject);
    store.kill();
    store.run();
    let kept = store.names(&format!("{}family:*", settings.key_prefix));
    assert_eq!(kept.len(), 3, "the snapshot knows the families as they were");
    assert_fenced(&subject, START.plus_seconds(20));
}

/// A primary that was a replica meanwhile is the same process, with the history of another: it may have unlearned what it
/// was told last.
#[test]
fn ref_09_a_primary_that_was_a_replica_meanwhile_is_not_believed() {
    let (Some((store, settings)), Some((other, _))) = (alone(&[]), alone(&[])) else { return };
    let subject = Subject::new(connected(&settings));
    let follow = |one: &Store, other: &Store| {
        one.tell(&["REPLICAOF", "127.0.0.1", &other.port().to_string()]);
        one.wait_for("INFO", "master_link_status:up");
    };
    follow(&other, &store);
    use_some(&subject);
    store.wait_for_replica();
    other.tell(&["REPLICAOF", "NO", "ONE"]);
    follow(&store, &other);
    store.tell(&["REPLICAOF", "NO", "ONE"]);
    assert_fenced(&subject, START.plus_seconds(20));
}

/// The opposite direction: what changes nothing for the store changes nothing for people.
#[test]
fn a_node_that_restarts_and_a_connection_that_is_lost_draw_no_fence() {
    let Some((store, settings)) = alone(&[]) else { return };
    let subject = Subject::new(connected(&settings));
    use_some(&subject);
    store.tell(&["CLIENT", "KILL", "TYPE", "normal"]);
    let rotation = eventually(|| answer(subject.ledger.rotate(used(1, 1, 60), START)));
    assert_eq!(rotation, Rotation::Rotated);
    let again = node(&settings);
    RUNTIME.block_on(again.ledger.begin(START.plus_seconds(30))).expect("the store answers");
    assert_eq!(again.rotate(used(1, 2, 60), START.plus_seconds(30)), Rotation::Rotated);
}

#[test]
fn a_node_is_told_from_when_on_it_is_believed() {
    let Some((_store, settings)) = alone(&[]) else { return };
    let ledger = unconnected(&settings);
    for now in [START, START.plus_seconds(30)] {
        let believed_from = RUNTIME.block_on(ledger.begin(now));
        assert_eq!(believed_from, Ok(START.plus_seconds(11)), "the fence stands where it stood");
    }
}
