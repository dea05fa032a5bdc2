//! The catalogue at the end of `spec/attacks.md`: no case is missing, and each has its tests or the reason for none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::files::read;
use super::tests::paths;

/// The classes, in the order of the document, and how many cases each has.
const CLASSES: [(&str, usize); 13] = [
    ("AUZ", 25),
    ("TOK", 27),
    ("REF", 15),
    ("DCR", 13),
    ("SSRF", 21),
    ("DPP", 16),
    ("INT", 11),
    ("MET", 8),
    ("RSG", 18),
    ("JOS", 16),
    ("CFG", 14),
    ("FED", 19),
    ("CON", 12),
];
/// What a case that needs no test begins with; the reason follows.
const CANNOT_APPLY: &str = "cannot apply: ";
/// A reason says at least this much.
const REASON_BYTES_MIN: usize = 40;

/// What holds a case.
#[derive(Debug, Eq, PartialEq)]
enum Holds {
    Tests(Vec<String>),
    Nothing { reason: String },
    Open,
}

/// A row of the catalogue.
#[derive(Debug)]
struct Case {
    id: String,
    holds: Holds,
}

impl Case {
    /// Reads `| AUZ-01 | what is tried | what holds it |`; `None` for every other line.
    fn read(line: &str) -> Option<Self> {
        let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.splitn(3, " | ");
        let id = cells.next().filter(|id| CLASSES.iter().any(|class| is_of(id, class.0)))?;
        assert!(cells.next().is_some_and(|tried| tried.len() > 15), "{id} says too little");
        let held_by = cells.next().unwrap_or_default();
        let holds = match held_by.strip_prefix(CANNOT_APPLY) {
            Some(reason) => Holds::Nothing { reason: reason.to_owned() },
            None if held_by == "open" => Holds::Open,
            None => Holds::Tests(tests_of(held_by)),
        };
        Some(Self { id: id.to_owned(), holds })
    }

    /// The id as names of functions write it: `auz_01`.
    fn in_names(&self) -> String {
        self.id.to_lowercase().replace('-', "_")
    }
}

fn is_of(id: &str, class: &str) -> bool {
    id.strip_prefix(class).is_some_and(|rest| rest.starts_with('-'))
}

/// `` `a::b`, `c::d` `` as its names; anything else between them is noticed because no test is called so.
fn tests_of(cell: &str) -> Vec<String> {
    cell.split(", ").map(|name| name.trim_matches('`').to_owned()).collect()
}

fn catalogue() -> Vec<Case> {
    read(Path::new("spec/attacks.md")).lines().filter_map(Case::read).collect()
}

/// The names of functions, by the ids that they carry.
fn carried() -> BTreeMap<String, BTreeSet<String>> {
    let mut carried = BTreeMap::<_, BTreeSet<_>>::new();
    for path in paths() {
        let name = path.rsplit("::").next().unwrap_or_default();
        let words: Vec<_> = name.split('_').collect();
        for pair in words.windows(2) {
            let is_class = CLASSES.iter().any(|(class, _)| class.to_lowercase() == pair[0]);
            let is_number = pair[1].len() == 2 && pair[1].bytes().all(|byte| byte.is_ascii_digit());
            if is_class && is_number {
                let id = format!("{}-{}", pair[0].to_uppercase(), pair[1]);
                carried.entry(id).or_default().insert(path.clone());
            }
        }
    }
    carried
}

#[test]
fn no_case_is_missing_and_none_is_there_twice() {
    let listed: Vec<_> = catalogue().into_iter().map(|case| case.id).collect();
    let numbered = |(class, count): (&str, usize)| {
        (1..=count).map(|number| format!("{class}-{number:02}")).collect::<Vec<_>>()
    };
    let expected: Vec<_> = CLASSES.into_iter().flat_map(numbered).collect();
    assert_eq!(listed, expected);
}

#[test]
fn every_case_names_the_tests_that_carry_its_id_or_a_reason() {
    let mut carried = carried();
    let mut mistakes = Vec::new();
    for case in catalogue() {
        let tests = carried.remove(&case.id).unwrap_or_default();
        let Case { id, holds } = &case;
        match holds {
            Holds::Open if tests.is_empty() => {}
            Holds::Open => mistakes.push(format!("{id} is open, but there is {tests:?}")),
            Holds::Nothing { reason } => {
                if reason.len() < REASON_BYTES_MIN || !tests.is_empty() {
                    mistakes.push(format!("{id} cannot apply: {reason:?}, {tests:?}"));
                }
            }
            Holds::Tests(named) => {
                let named: BTreeSet<_> = named.iter().cloned().collect();
                let is_carried = named.iter().all(|name| name.contains(&case.in_names()));
                if named != tests || !is_carried {
                    mistakes.push(format!("{id} names {named:?}, but there is {tests:?}"));
                }
            }
        }
    }
    mistakes.extend(carried.into_iter().map(|(id, tests)| format!("{id} is no case: {tests:?}")));
    assert_eq!(mistakes, Vec::<String>::new());
}

/// What is left to do, by class; a class that is held altogether has no line.
#[test]
fn how_many_cases_are_open() {
    let mut open = BTreeMap::new();
    for case in catalogue().iter().filter(|case| case.holds == Holds::Open) {
        let class = case.id.split('-').next().unwrap_or_default().to_owned();
        *open.entry(class).or_insert(0) += 1;
    }
    let lines: Vec<_> = open.iter().map(|(class, count)| format!("{class}: {count}")).collect();
    insta::assert_snapshot!(lines.join("\n"), @"");
}

#[test]
fn a_row_is_read_as_what_it_says() {
    let read = |held_by| {
        let line = format!("| SSRF-07 | Something that is tried | {held_by} |");
        Case::read(&line).map(|case| (case.in_names(), case.holds))
    };
    let named = |holds| Some(("ssrf_07".to_owned(), holds));
    assert_eq!(read("open"), named(Holds::Open));
    let tests = vec!["suite::a::b".to_owned(), "unit::c::d".to_owned()];
    assert_eq!(read("`suite::a::b`, `unit::c::d`"), named(Holds::Tests(tests)));
    let reason = "there is nothing to fetch".to_owned();
    assert_eq!(read("cannot apply: there is nothing to fetch"), named(Holds::Nothing { reason }));
    assert!(Case::read("| Attack | Stopped by | Held by |").is_none());
}
