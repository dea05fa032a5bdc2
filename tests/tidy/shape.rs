//! What every file looks like.

use super::files::{code, files, is_generated, read, rust};

/// How many lines a file or a function may have, unless a line that begins with [`WHY_LONGER`] says why.
const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;
const WHY_LONGER: &str = "// Length: ";

#[test]
fn every_file_opens_with_a_sentence_about_itself() {
    for path in rust().into_iter().chain(files("src/contract", "rs")) {
        assert!(read(&path).starts_with("//! "), "{} has no module comment", path.display());
    }
}

#[test]
fn files_and_functions_fit_a_page_or_say_why_not() {
    let mut long = Vec::new();
    for path in rust() {
        let text = read(&path);
        let lines: Vec<_> = text.lines().collect();
        let explained = lines.iter().take(20).any(|line| line.trim().starts_with(WHY_LONGER));
        if lines.len() > FILE_LINES_MAX && !explained {
            long.push(format!("{}: {} lines", path.display(), lines.len()));
        }
        for (at, name, length) in functions(&lines) {
            let explained = lines[at.saturating_sub(6)..at]
                .iter()
                .any(|line| line.trim().starts_with(WHY_LONGER));
            if length > FUNCTION_LINES_MAX && !explained {
                long.push(format!("{}: {name} has {length} lines", path.display()));
            }
        }
    }
    assert_eq!(long, Vec::<String>::new());
}

/// Where each function begins, its name, and how many lines it has, as rustfmt lays it out.
fn functions<'a>(lines: &[&'a str]) -> Vec<(usize, &'a str, usize)> {
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let declaration = line.trim_start();
        let indent = line.len() - declaration.len();
        let words = ["pub", "pub(crate)", "pub(super)", "async", "const", "unsafe", "extern"];
        let mut rest = declaration.split_whitespace().skip_while(|word| words.contains(word));
        if rest.next() != Some("fn") || declaration.starts_with("//") {
            continue;
        }
        let name = rest.next().and_then(|name| name.split(['(', '<']).next()).unwrap_or_default();
        let Some(body) = lines[at..].iter().position(|line| line.ends_with(['{', '}', ';'])) else {
            continue;
        };
        if !lines[at + body].ends_with('{') {
            continue;
        }
        let end = format!("{}}}", " ".repeat(indent));
        let length = lines[at..].iter().position(|line| *line == end).map_or(0, |end| end + 1);
        found.push((at, name, length));
    }
    found
}

#[test]
fn functions_are_measured() {
    let text = "fn one() {}\nfn declared();\nimpl X {\n    pub fn two(\n        self,\n    ) -> u8 {\n        2\n    }\n}";
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(functions(&lines), [(3, "two", 5)]);
}

/// Words that promise work instead of doing it, give up without a reason, or silence a check.
#[test]
fn nothing_is_postponed_silenced_or_given_up() {
    let everywhere = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("#[", "ignore"),
        concat!("#[", "allow("),
    ];
    for path in rust() {
        let text = read(&path);
        for word in everywhere {
            assert!(!text.contains(word), "{} has {word}", path.display());
        }
    }
    let in_source = [
        concat!(".unwrap", "()"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("dbg", "!("),
    ];
    for path in files("src", "rs") {
        let code = code(&path);
        for word in in_source {
            assert!(!code.contains(word), "{} has {word}", path.display());
        }
    }
}

/// Names that say nothing, or stand for something else here.
#[test]
fn types_are_named_for_what_they_are() {
    let banned =
        ["Manager", "Service", "Helper", "Util", "Utils", "Common", "Processor", "Handler"];
    for path in files("src", "rs").into_iter().filter(|path| !is_generated(path)) {
        for line in read(&path).lines() {
            let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub"));
            let is_type =
                words.next().is_some_and(|word| ["struct", "enum", "trait"].contains(&word));
            let name = words.next().unwrap_or_default();
            let name = name
                .split(|character: char| !character.is_alphanumeric())
                .next()
                .unwrap_or_default();
            let says_nothing = banned.iter().any(|word| name.ends_with(word));
            assert!(!(is_type && says_nothing), "{}: {name}", path.display());
        }
    }
}
