//! The notes server: what one person writes nobody else reads, whoever the person is and however they come.
//! Source: MCP tools, resources and transports; authorization over stdio.

use std::collections::BTreeMap;

use proptest::prelude::*;
use protocol::oauth::time::UnixTime;
use sealbearer::mcp::notes::{
    Book, BookError, CONTENT_BYTES_MAX, NOTES_MAX, Note, Owner, TITLE_CHARS_MAX,
};

use crate::support::Scratch;

fn owner(issuer: &str, subject: &str) -> Owner {
    Owner { issuer: issuer.to_owned(), subject: subject.to_owned() }
}

/// Names that lie close to one another, in both parts.
fn owners() -> impl Strategy<Value = Owner> {
    let part = || prop_oneof![Just(""), Just("a"), Just("aa"), Just("a\0"), Just("b"), Just("ab")];
    (part(), part()).prop_map(|(issuer, subject)| owner(issuer, subject))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each owner's notes are those that this owner wrote, in order, after any history; also when ids collide.
    #[test]
    fn nobody_sees_what_somebody_else_wrote(
        history in proptest::collection::vec((owners(), 0_u8..6, "[a-z]{1,8}"), 0..24),
    ) {
        let folder = Scratch::new();
        let book = Book::open(&folder.path("notes")).expect("it is made");
        let mut expected: BTreeMap<Owner, BTreeMap<String, (u64, String)>> = BTreeMap::new();
        for (at, (owner, id, content)) in history.iter().enumerate() {
            let (id, at) = (id.to_string(), at as u64);
            book.write(owner, id.clone(), "title", content, UnixTime(at)).expect("there is room");
            expected.entry(owner.clone()).or_default().insert(id, (at, content.clone()));
        }
        for (owner, _, _) in &history {
            let mine = &expected[owner];
            let mut wanted: Vec<_> = mine.iter().map(|(id, (at, text))| (*at, id.clone(), text.clone())).collect();
            wanted.sort();
            let listed = book.list(owner).expect("it can be read");
            let listed: Vec<_> = listed.into_iter().map(|note| (note.created_at, note.id, note.content)).collect();
            prop_assert_eq!(listed, wanted);
            for id in (0_u8..6).map(|id| id.to_string()) {
                let read = book.read(owner, &id).expect("it can be read").map(|note| note.content);
                prop_assert_eq!(read, mine.get(&id).map(|(_, text)| text.clone()));
            }
        }
    }
}

#[test]
fn notes_have_bounds_on_both_sides() {
    let folder = Scratch::new();
    let book = Book::open(&folder.path("notes")).expect("it is made");
    let alice = owner("i", "alice");
    let write = |id: &str, title: &str, content: &str| {
        book.write(&alice, id.to_owned(), title, content, UnixTime(0)).map(drop)
    };
    assert_eq!(write("1", &"ü".repeat(TITLE_CHARS_MAX), "a"), Ok(()));
    assert_eq!(write("2", &"ü".repeat(TITLE_CHARS_MAX + 1), "a"), Err(BookError::Title));
    assert_eq!(write("2", "", "a"), Err(BookError::Title));
    assert_eq!(write("2", "a", &"a".repeat(CONTENT_BYTES_MAX)), Ok(()));
    assert_eq!(write("3", "a", &"a".repeat(CONTENT_BYTES_MAX + 1)), Err(BookError::Content));
    assert_eq!(write("3", "a", ""), Err(BookError::Content));
}

#[test]
fn one_person_has_so_many_notes_and_another_is_not_kept_from_writing() {
    let folder = Scratch::new();
    let path = folder.path("notes");
    let book = Book::open(&path).expect("it is made");
    let alice = owner("i", "alice");
    let many = (0..NOTES_MAX).map(|id| Note {
        id: id.to_string(),
        title: "a".to_owned(),
        content: "a".to_owned(),
        created_at: 0,
    });
    book.take_over(&alice, many).expect("they are written");
    let full = book.write(&alice, "more".to_owned(), "a", "a", UnixTime(0));
    assert_eq!(full, Err(BookError::Full));
    assert!(book.write(&owner("i", "bob"), "more".to_owned(), "a", "a", UnixTime(0)).is_ok());
    drop(book);
    let again = Book::open(&path).expect("it is there");
    assert_eq!(again.list(&alice).map(|notes| notes.len()), Ok(NOTES_MAX), "it is kept");
}
