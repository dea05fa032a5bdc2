//! Many at once: of those who race, one is first.

use std::sync::Barrier;

use super::*;

/// Asks from `threads` threads at the same moment.
fn at_once<T: Send>(threads: usize, ask: impl Fn() -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(threads);
    std::thread::scope(|scope| {
        let asked = (0..threads).map(|_| {
            scope.spawn(|| {
                barrier.wait();
                ask()
            })
        });
        let asked: Vec<_> = asked.collect();
        asked.into_iter().map(|thread| thread.join().expect("no thread panics")).collect()
    })
}

#[test]
fn of_a_hundred_claims_of_one_code_one_is_first() {
    for ledger in every_kind() {
        if !ledger.guarantee().single_use_codes.holds() {
            continue;
        }
        let claims = at_once(100, || {
            let claim = ledger.claim_code(claim_of([1; 16], START.plus_seconds(60)), START);
            RUNTIME.block_on(claim).expect("there is room")
        });
        let first = claims.iter().filter(|claim| **claim == Claim::First).count();
        let repeated = Claim::Repeated { first_at: START };
        let later = claims.iter().filter(|claim| **claim == repeated).count();
        assert_eq!((first, later), (1, 99), "{}", ledger.guarantee().kind);
    }
}

fn outcomes(ledger: Arc<dyn Ledger>, grace_seconds: u64) -> [usize; 4] {
    let ledger = Subject::new(ledger).ledger;
    let answers = at_once(200, || {
        let asked = ledger.rotate(used(1, 0, grace_seconds), START);
        RUNTIME.block_on(asked).expect("there is room")
    });
    [Rotation::Rotated, Rotation::Sibling, Rotation::Reused, Rotation::Revoked]
        .map(|outcome| answers.iter().filter(|answer| **answer == outcome).count())
}

#[test]
fn of_two_hundred_uses_of_one_refresh_token_one_rotates_and_the_grace_decides_the_rest() {
    for (grace_seconds, expected) in [(60, [1, 199, 0, 0]), (0, [1, 0, 1, 198])] {
        for ledger in every_kind() {
            if ledger.guarantee().reuse_detection.holds() {
                assert_eq!(outcomes(ledger, grace_seconds), expected, "{grace_seconds} s");
            }
        }
    }
}
