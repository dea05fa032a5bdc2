//! REF-07: a thief has copied a refresh token, and from then on both go on with what they get.

use super::*;

/// Two who hold the same token.
struct Theft<'a> {
    subject: &'a Subject,
    family: u8,
    held: [u32; 2],
    /// When each of them used which token, by its number.
    used_at: [Vec<UnixTime>; 2],
    now: UnixTime,
}

impl Theft<'_> {
    /// Whether the ledger must notice when `who` comes now: the other used the same token too long ago, or went further.
    fn must_be_noticed(&self, who: usize) -> bool {
        let others = &self.used_at[1 - who];
        let generation = usize::try_from(self.held[who]).expect("it counts to six");
        let first_use = others.get(generation);
        let is_late = first_use.is_some_and(|at| self.now.seconds_since(*at) >= 60);
        is_late || others.len() > generation + 1
    }

    /// One of them refreshes; false if that was refused.
    fn step(&mut self, who: usize) -> bool {
        let rotation = self.subject.rotate(used(self.family, self.held[who], 60), self.now);
        let goes_on = matches!(rotation, Rotation::Rotated | Rotation::Sibling);
        if goes_on {
            self.held[who] += 1;
            self.used_at[who].push(self.now);
        }
        goes_on
    }
}

/// All orders of six steps, with pauses within the grace, on its edge, and none.
#[test]
fn ref_07_theft_is_noticed_as_soon_as_the_second_of_two_comes_late() {
    let kinds = every_kind().into_iter().filter(|kind| kind.guarantee().reuse_detection.holds());
    for subject in kinds.map(Subject::new) {
        let histories = [0, 59, 60].into_iter().flat_map(|pause| (0..64).map(move |o| (pause, o)));
        for (family, (pause, order)) in (4..).zip(histories) {
            subject.found(family);
            let (held, used_at) = ([0, 0], [Vec::new(), Vec::new()]);
            let mut theft = Theft { subject: &subject, family, held, used_at, now: START };
            for step in 0..6 {
                let who = (order >> step) & 1;
                let expected = theft.must_be_noticed(who);
                let place = format!("pause {pause} s, order {order:06b}, step {step}");
                assert_eq!(theft.step(who), !expected, "{place}");
                if expected {
                    for generation in 0..8 {
                        let rotation = subject.rotate(used(family, generation, 60), theft.now);
                        assert_eq!(rotation, Rotation::Revoked, "{place}");
                    }
                    break;
                }
                theft.now = theft.now.plus_seconds(pause);
            }
        }
    }
}
