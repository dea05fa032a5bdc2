//! Texts that a ledger keeps: under a name, until they end, are replaced, or their family is revoked.

use super::*;

const END: UnixTime = UnixTime(START.0 + 1_000);

fn name(number: u8) -> GrantName {
    GrantName([number; 16])
}

impl Subject {
    pub(super) fn keep(
        &self,
        number: u8,
        text: &str,
        replaces: Option<u64>,
        now: UnixTime,
    ) -> Result<Keeping, Unavailable> {
        keep_in(self.ledger.as_ref(), number, text, replaces, now)
    }

    /// What is kept, and its version.
    fn kept(&self, number: u8, now: UnixTime) -> Option<(String, u64)> {
        let kept = answer(self.ledger.kept(name(number), now)).expect("it answers");
        kept.map(|Kept { text, version }| (text, version))
    }
}

fn keep_in(
    ledger: &dyn Ledger,
    number: u8,
    text: &str,
    replaces: Option<u64>,
    now: UnixTime,
) -> Result<Keeping, Unavailable> {
    let keep = Keep { name: name(number), text: text.to_owned(), replaces, expires_at: END };
    answer(ledger.keep(keep, now))
}

fn that_keep() -> impl Iterator<Item = Subject> {
    every_kind().into_iter().filter(|kind| kind.guarantee().keeps.holds()).map(Subject::new)
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with answers")]
fn version(version: u64) -> Result<Keeping, Unavailable> {
    Ok(Keeping::Kept { version })
}

#[test]
fn a_text_is_found_under_its_name_and_no_other() {
    for subject in that_keep() {
        assert_eq!(subject.kept(1, START), None);
        assert_eq!(subject.keep(1, "one", None, START), version(1));
        assert_eq!(subject.keep(2, "two", None, START), version(1));
        assert_eq!(subject.kept(1, START), Some(("one".to_owned(), 1)));
        assert_eq!(subject.kept(2, START), Some(("two".to_owned(), 1)));
        assert_eq!(subject.kept(3, START), None);
    }
}

#[test]
fn a_text_takes_the_place_of_the_version_that_it_names_and_of_no_other() {
    for subject in that_keep() {
        assert_eq!(subject.keep(1, "first", Some(1), START), Ok(Keeping::Overtaken), "no first");
        assert_eq!(subject.keep(1, "first", None, START), version(1));
        assert_eq!(subject.keep(1, "again", None, START), Ok(Keeping::Overtaken));
        assert_eq!(subject.keep(1, "second", Some(1), START), version(2));
        for stale in [None, Some(1), Some(3)] {
            assert_eq!(subject.keep(1, "late", stale, START), Ok(Keeping::Overtaken), "{stale:?}");
        }
        assert_eq!(subject.kept(1, START), Some(("second".to_owned(), 2)));
    }
}

/// A store tells time itself, and keeps what ended for a while; who reads a text looks at its end again.
#[test]
fn a_text_that_ended_is_gone() {
    for subject in that_keep().filter(|subject| subject.ledger.guarantee().kind != "valkey") {
        assert_eq!(subject.keep(1, "one", None, START), version(1));
        assert!(subject.kept(1, UnixTime(END.0 - 1)).is_some());
        assert_eq!(subject.kept(1, END), None);
        assert_eq!(subject.keep(1, "new", None, END), version(1), "its name is free");
    }
}

#[test]
fn what_is_kept_for_a_family_goes_with_it() {
    for subject in that_keep() {
        for family in [1, 2, 3] {
            assert_eq!(subject.keep(family, "kept", None, START), version(1));
        }
        subject.revoke(1, END, START);
        assert_eq!(subject.kept(1, START), None, "revoked");
        assert_eq!(subject.rotate(used(2, 0, 0), START), Rotation::Rotated);
        assert!(subject.kept(2, START).is_some(), "a refresh takes nothing away");
        assert_eq!(subject.rotate(used(2, 0, 0), START), Rotation::Reused);
        assert_eq!(subject.kept(2, START), None, "used again");
        assert!(subject.kept(3, START).is_some(), "another family");
    }
}

#[test]
fn of_a_hundred_who_replace_the_same_version_one_does() {
    for subject in that_keep() {
        assert_eq!(subject.keep(1, "first", None, START), version(1));
        let replaced = std::thread::scope(|scope| {
            let asked = (0..100).map(|number| {
                let subject = &subject;
                scope.spawn(move || {
                    let text = format!("text {number}");
                    (subject.keep(1, &text, Some(1), START) == version(2)).then_some(text)
                })
            });
            let asked: Vec<_> = asked.collect();
            let told = asked.into_iter().map(|thread| thread.join().expect("no thread panics"));
            told.flatten().collect::<Vec<_>>()
        });
        assert_eq!(replaced.len(), 1, "{}", subject.ledger.guarantee().kind);
        assert_eq!(subject.kept(1, START), Some((replaced[0].clone(), 2)));
    }
}

#[test]
fn a_ledger_that_keeps_nothing_says_so_and_refuses() {
    for ledger in every_kind() {
        let promised = ledger.guarantee().keeps.holds();
        assert_eq!(keep_in(ledger.as_ref(), 1, "one", None, START).is_ok(), promised);
        let kept = answer(ledger.kept(name(1), START)).expect("it answers");
        assert_eq!(kept.is_some(), promised, "{}", ledger.guarantee().kind);
    }
}

/// Ten families bring room for 5,120 bytes.
#[test]
fn room_is_bounded_and_a_text_that_does_not_fit_takes_nothing_away() {
    let small = Capacity { codes_max: 10, families_max: 10 };
    let path = fresh_path();
    let file = File::open(&path, small, BEGAN).expect("the file can be made");
    std::fs::remove_file(&path).expect("it was made");
    let kinds: [Arc<dyn Ledger>; 2] = [Arc::new(Memory::new(small)), Arc::new(file)];
    for subject in kinds.map(|ledger| Subject { ledger }) {
        let (half, more) = ("x".repeat(2_560), "x".repeat(2_561));
        assert_eq!(subject.keep(1, &half, None, START), version(1));
        assert!(subject.keep(2, &more, None, START).is_err(), "a byte too many");
        assert_eq!(subject.keep(2, &half, None, START), version(1));
        assert!(subject.keep(1, &more, Some(1), START).is_err());
        assert_eq!(subject.kept(1, START), Some((half.clone(), 1)), "what was there stays");
        assert_eq!(subject.keep(1, "short", Some(1), START), version(2));
        assert_eq!(subject.keep(3, "short", None, START), version(1), "there is room again");
        let later = END.plus_seconds(60);
        assert_eq!(subject.keep(4, &"x".repeat(5_120), None, later), version(1), "all ended");
    }
}

#[test]
fn a_file_keeps_texts_across_a_restart() {
    let path = fresh_path();
    assert_eq!(keep_in(file::reopened(&path).as_ref(), 1, "one", None, START), version(1));
    let subject = Subject { ledger: file::reopened(&path) };
    assert_eq!(subject.kept(1, START), Some(("one".to_owned(), 1)));
    assert_eq!(subject.keep(1, "two", Some(1), START), version(2));
    std::fs::remove_file(&path).expect("it is there");
}

#[test]
fn all_nodes_of_a_store_find_what_one_keeps() {
    let Some(store) = store::shared() else { return };
    let settings = store.settings();
    let [one, other] = [0, 1].map(|_| Subject { ledger: valkey::connected(&settings) });
    assert_eq!(one.keep(1, "one", None, START), version(1));
    assert_eq!(other.kept(1, START), Some(("one".to_owned(), 1)));
    assert_eq!(other.keep(1, "two", Some(1), START), version(2));
    assert_eq!(one.keep(1, "late", Some(1), START), Ok(Keeping::Overtaken));
}

/// What is kept is sealed, and yet it is nobody's business.
#[test]
fn no_text_is_shown() {
    let keep = Keep { name: name(1), text: "secret".to_owned(), replaces: None, expires_at: END };
    let kept = Kept { text: "secret".to_owned(), version: 1 };
    let shown = format!("{keep:?} {kept:?}");
    assert!(!shown.contains("secret"), "{shown}");
}
