//! Each sentence of a guarantee, for the back ends that make it.

use super::*;

fn that_promise_single_use() -> impl Iterator<Item = Subject> {
    let kinds = every_kind().into_iter().filter(|kind| kind.guarantee().single_use_codes.holds());
    kinds.map(Subject::new)
}

fn that_detect_reuse() -> impl Iterator<Item = Subject> {
    let kinds = every_kind().into_iter().filter(|kind| kind.guarantee().reuse_detection.holds());
    kinds.map(Subject::new)
}

/// Where the record of a family is the condition of its tokens.
fn that_know_every_family() -> impl Iterator<Item = Subject> {
    that_detect_reuse().filter(Subject::knows_every_family)
}

fn that_revoke() -> impl Iterator<Item = Subject> {
    every_kind().into_iter().filter(|kind| kind.guarantee().revocation.holds()).map(Subject::new)
}

#[test]
fn a_code_is_claimed_once_until_it_expires_and_the_first_claim_is_dated() {
    let expires_at = START.plus_seconds(60);
    for subject in that_promise_single_use() {
        assert_eq!(subject.claim(1, expires_at, START), Ok(Claim::First));
        for age in [0, 1, 59, 60] {
            let again = subject.claim(1, expires_at, START.plus_seconds(age));
            assert_eq!(again, Ok(Claim::Repeated { first_at: START }), "{age} s later");
        }
        assert_eq!(subject.claim(2, expires_at, START), Ok(Claim::First), "another code");
    }
}

#[test]
fn a_code_stays_claimed_whatever_lifetime_the_second_claim_names() {
    for subject in that_promise_single_use() {
        assert_eq!(subject.claim(1, START.plus_seconds(60), START), Ok(Claim::First));
        for lifetime in [0, 59, 61, 600] {
            let again = subject.claim(1, START.plus_seconds(lifetime), START);
            assert_eq!(again, Ok(Claim::Repeated { first_at: START }), "{lifetime} s");
        }
    }
}

#[test]
fn a_clock_that_steps_back_does_not_make_a_spent_code_fresh() {
    let expires_at = START.plus_seconds(60);
    for subject in that_promise_single_use() {
        assert_eq!(subject.claim(1, expires_at, START), Ok(Claim::First));
        assert_eq!(subject.claim(2, expires_at, START.plus_seconds(100)), Ok(Claim::First));
        let again = subject.claim(1, expires_at, START.plus_seconds(50));
        assert_eq!(again, Ok(Claim::Repeated { first_at: START }));
    }
}

#[test]
fn the_previous_token_is_a_sibling_on_one_side_of_its_grace_and_reused_on_the_other() {
    for (age, expected) in [(0, Rotation::Sibling), (59, Rotation::Sibling), (60, Rotation::Reused)]
    {
        for subject in that_detect_reuse() {
            assert_eq!(subject.rotate(used(1, 0, 60), START), Rotation::Rotated);
            let again = subject.rotate(used(1, 0, 60), START.plus_seconds(age));
            assert_eq!(again, expected, "{age} s later");
        }
    }
}

#[test]
fn the_previous_token_is_reused_as_soon_as_its_successor_was_used() {
    for subject in that_detect_reuse() {
        assert_eq!(subject.rotate(used(1, 0, 60), START), Rotation::Rotated);
        assert_eq!(subject.rotate(used(1, 1, 60), START), Rotation::Rotated);
        assert_eq!(subject.rotate(used(1, 0, 60), START), Rotation::Reused);
        assert_eq!(subject.rotate(used(1, 2, 60), START), Rotation::Revoked, "nor may the newest");
    }
}

#[test]
fn no_sibling_prolongs_the_grace() {
    for subject in that_detect_reuse() {
        assert_eq!(subject.rotate(used(1, 0, 60), START), Rotation::Rotated);
        let late = START.plus_seconds(59);
        assert_eq!(subject.rotate(used(1, 0, 60), late), Rotation::Sibling);
        assert_eq!(subject.rotate(used(1, 0, 60), START.plus_seconds(60)), Rotation::Reused);
    }
}

#[test]
fn without_grace_a_second_use_is_reuse_at_once() {
    for subject in that_detect_reuse() {
        assert_eq!(subject.rotate(used(1, 0, 0), START), Rotation::Rotated);
        assert_eq!(subject.rotate(used(1, 0, 0), START), Rotation::Reused);
        assert!(subject.is_revoked(1, START));
    }
}

#[test]
fn reuse_in_one_family_leaves_the_others_alone() {
    for subject in that_detect_reuse() {
        for family in [1, 2] {
            assert_eq!(subject.rotate(used(family, 0, 0), START), Rotation::Rotated);
        }
        assert_eq!(subject.rotate(used(1, 0, 0), START), Rotation::Reused);
        assert_eq!(subject.rotate(used(2, 1, 0), START), Rotation::Rotated);
        assert!(!subject.is_revoked(2, START));
    }
}

#[test]
fn the_last_number_a_family_can_count_to_ends_it() {
    for subject in that_detect_reuse().filter(|subject| !subject.knows_every_family()) {
        assert_eq!(subject.rotate(used(1, u32::MAX - 1, 60), START), Rotation::Rotated);
        assert_eq!(subject.rotate(used(1, u32::MAX, 60), START), Rotation::Revoked);
        assert_eq!(subject.rotate(used(2, u32::MAX, 60), START), Rotation::Revoked);
    }
}

#[test]
fn a_revoked_family_stays_revoked_until_its_end_seen_before_or_not() {
    let until = START.plus_seconds(1_000);
    for subject in that_revoke() {
        assert_eq!(subject.rotate(used(1, 0, 60), START), Rotation::Rotated);
        assert!(!subject.is_revoked(1, START));
        for family in [1, 2] {
            subject.revoke(family, until, START);
            subject.revoke(family, START, START);
            for now in [START, UnixTime(until.0 - 1)] {
                assert!(subject.is_revoked(family, now));
                assert_eq!(subject.rotate(used(family, 1, 60), now), Rotation::Revoked);
            }
        }
    }
}

#[test]
fn whatever_may_be_used_once_is_claimed_once_and_is_no_code() {
    for subject in that_promise_single_use() {
        let claim = |id, now| {
            let (issued_at, expires_at) = (START, START.plus_seconds(60));
            let claimed = UseClaim { id: UseId(id), issued_at, expires_at };
            answer(subject.ledger.claim(claimed, now))
        };
        assert_eq!(claim([1; 16], START), Ok(Claim::First));
        let again = claim([1; 16], START.plus_seconds(59));
        assert_eq!(again, Ok(Claim::Repeated { first_at: START }));
        assert_eq!(claim([2; 16], START), Ok(Claim::First), "another");
    }
}

/// RFC 7009 §2.1: an access token can go alone, and its family goes on.
#[test]
fn one_token_is_revoked_without_its_family() {
    let until = START.plus_seconds(60);
    for subject in that_revoke() {
        let named = |token| Holder { token: Some(TokenId(token)), ..holder([1; 16]) };
        assert!(!subject.are_revoked(named([3; 16]), START));
        subject.revoke_all(Revocation::Token { token: TokenId([3; 16]), until }, START);
        assert!(subject.are_revoked(named([3; 16]), START.plus_seconds(59)));
        assert!(!subject.are_revoked(named([4; 16]), START), "another token of the family");
        assert!(!subject.are_revoked(holder([1; 16]), START), "the family");
        assert_eq!(subject.rotate(used(1, 0, 60), START), Rotation::Rotated);
        subject.revoke(1, until, START);
        assert!(subject.are_revoked(named([4; 16]), START), "the family takes its tokens along");
    }
}

/// RFC 7662 §2.2: whether a refresh token is active is found out without using it.
#[test]
fn asking_ahead_uses_nothing() {
    for subject in that_detect_reuse() {
        for _ in 0..3 {
            assert_eq!(subject.foresee(used(1, 0, 0), START), Rotation::Rotated);
        }
        assert_eq!(subject.rotate(used(1, 0, 0), START), Rotation::Rotated);
        assert_eq!(subject.foresee(used(1, 0, 0), START), Rotation::Reused);
        assert_eq!(subject.foresee(used(1, 1, 0), START), Rotation::Rotated, "nothing was revoked");
        subject.revoke_all(Revocation::Everything { before: UnixTime(START.0 + 1) }, START);
        assert_eq!(subject.foresee(used(1, 1, 0), START), Rotation::Revoked);
    }
}

/// The first instant that is spared is the one named; a later instant stands against an earlier one.
#[test]
fn what_was_founded_before_an_instant_is_revoked_by_subject_by_client_or_all_of_it() {
    let (before, until) = (START.plus_seconds(10), START.plus_seconds(1_000));
    let (subject_digest, client) = (holder([0; 16]).subject, holder([0; 16]).client);
    let revocations = [
        Revocation::Subject { subject: subject_digest, before },
        Revocation::Client { client, before },
        Revocation::Everything { before },
    ];
    for what in revocations {
        for subject in that_revoke() {
            let at = |founded_at| Holder { founded_at, ..holder([1; 16]) };
            let used = |founded_at| RefreshUse {
                holder: at(founded_at),
                generation: 0,
                grace_seconds: 60,
                family_expires_at: until,
            };
            assert!(!subject.are_revoked(at(START), START));
            subject.revoke_all(what, START);
            let earlier = match what {
                Revocation::Subject { subject, .. } => {
                    Revocation::Subject { subject, before: START }
                }
                Revocation::Client { client, .. } => Revocation::Client { client, before: START },
                Revocation::Everything { .. } => Revocation::Everything { before: START },
                Revocation::Token { .. } | Revocation::Family { .. } => {
                    unreachable!("none of these is about one token or family")
                }
            };
            subject.revoke_all(earlier, START);
            assert!(subject.are_revoked(at(UnixTime(before.0 - 1)), START), "{what:?}");
            assert!(!subject.are_revoked(at(before), START), "{what:?}");
            assert_eq!(subject.rotate(used(START), START), Rotation::Revoked, "{what:?}");
            let stranger = Holder {
                subject: SubjectDigest([1; 16]),
                client: ClientThumbprint([1; 16]),
                ..at(START)
            };
            let is_all = what == Revocation::Everything { before };
            assert_eq!(subject.are_revoked(stranger, START), is_all, "{what:?}");
        }
    }
}

#[test]
fn a_ledger_that_promises_nothing_says_so() {
    for subject in every_kind().into_iter().map(Subject::new) {
        let promises = *subject.ledger.guarantee();
        let forgets = subject.claim(1, START.plus_seconds(60), START) == Ok(Claim::NotRemembered);
        assert_eq!(forgets, !promises.single_use_codes.holds(), "{}", promises.kind);
        let forgets = subject.rotate(used(1, 0, 60), START) == Rotation::NotRemembered;
        assert_eq!(forgets, !promises.reuse_detection.holds(), "{}", promises.kind);
        subject.revoke(1, START.plus_seconds(60), START);
        assert_eq!(subject.is_revoked(1, START), promises.revocation.holds(), "{}", promises.kind);
    }
}

#[test]
fn what_each_back_end_promises() {
    let mut kinds = every_kind();
    if store::shared().is_none() {
        kinds.push(valkey::unreachable());
    }
    let lines = kinds.into_iter().map(|kind| {
        let promise = *kind.guarantee();
        format!(
            "{}: codes once {:?}, reuse {:?}, revocation {:?}, survives restart {}\n- {}",
            promise.kind,
            promise.single_use_codes,
            promise.reuse_detection,
            promise.revocation,
            promise.survives_restart,
            promise.sentences.join("\n- "),
        )
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n\n"), @r#"
    memory: codes once OneNode, reuse OneNode, revocation OneNode, survives restart false
    - On one node a code is redeemed once, and a second valid redemption revokes what the first one yielded.
    - On one node the use of a refresh token that was replaced revokes its family.
    - Nodes do not tell each other, and a restarted node believes the first token it sees of a family it does not know.
    - Memory is bounded: when it is full of codes that are still valid, further codes are refused; when it is full of families, those unused for longest are forgotten, revoked ones never.
    - What an identity provider gave for a person, where it must be kept, is known to one node until it restarts; then that person logs in again.

    none: codes once Nowhere, reuse Nowhere, revocation Nowhere, survives restart false
    - Until it expires, a code can be presented again by who holds it and its verifier; that yields the same token ids and never a longer life.
    - A copied refresh token is not noticed, so none is issued unless refresh_tokens = "convergent" asks for it.
    - Nothing can be revoked before it expires, and no revocation is advertised.
    - What an identity provider gives for a person cannot be kept; settings that need it are refused at the start.

    file: codes once OneNode, reuse OneNode, revocation OneNode, survives restart true
    - On one node a code is redeemed once, and a second valid redemption revokes what the first one yielded; also across restarts.
    - The use of a refresh token that was replaced revokes its family; a family that the file does not know is refused.
    - Each use is on the disk before it is answered; if it cannot be written, the answer is 503 and nothing is issued.
    - A file that is lost or put back from a copy makes everybody log in again; only a whole disk that is put back is not noticed.
    - What an identity provider gave for a person, where it must be kept, is in the file, sealed, until it ends.

    valkey: codes once EveryNode, reuse EveryNode, revocation EveryNode, survives restart true
    - On all nodes together a code is redeemed once, and a second valid redemption revokes what the first one yielded.
    - On all nodes the use of a refresh token that was replaced revokes its family; a family that the store does not know is refused.
    - When the store restarts, fails over, is emptied or restored, codes and refresh tokens issued before are refused, and everybody logs in again; for 11 seconds codes are answered 503.
    - A revocation that the store loses in a fail-over is lost for access tokens until they expire.
    - What an identity provider gave for a person, where it must be kept, is in the store, sealed, for every node; what the store loses makes that person log in again.
    - When the store does not answer, the answer is 503 and nothing is issued.
    "#);
}

/// Family 1 was used ten times on one node before another, or the same after a restart, sees it first.
#[test]
fn memory_believes_the_first_token_it_sees_of_a_family_it_does_not_know() {
    let subject = Subject::new(Arc::new(Memory::default()));
    assert_eq!(subject.rotate(used(1, 10, 60), START), Rotation::Rotated);
    assert_eq!(subject.rotate(used(1, 10, 60), START), Rotation::Sibling);
    assert_eq!(subject.rotate(used(1, 11, 60), START), Rotation::Rotated);
    assert_eq!(
        subject.rotate(used(1, 20, 60), START),
        Rotation::Rotated,
        "used elsewhere meanwhile"
    );
    assert_eq!(subject.rotate(used(1, 12, 60), START), Rotation::Reused);
}

#[test]
fn where_every_family_is_known_an_unknown_one_is_refused_and_becomes_none() {
    for subject in that_know_every_family() {
        for _ in 0..2 {
            assert_eq!(subject.rotate(used(9, 0, 60), START), Rotation::Unknown);
        }
        assert!(!subject.is_revoked(9, START));
    }
}

/// The record is older than the token: whatever else was used or revoked meanwhile is not known.
#[test]
fn where_every_family_is_known_a_token_newer_than_its_record_ends_the_family() {
    for subject in that_know_every_family() {
        assert_eq!(subject.rotate(used(1, 1, 60), START), Rotation::Unknown);
        assert_eq!(subject.rotate(used(1, 0, 60), START), Rotation::Revoked);
        assert!(subject.is_revoked(1, START));
    }
}
