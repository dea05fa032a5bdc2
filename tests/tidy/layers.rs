//! Who may name what. What Cargo can forbid is not repeated here.

use std::path::Path;

use super::files::{code, files, names, read};

/// Folder, and the words no code in it may contain.
const MAY_NOT_NAME: &[(&str, &[&str])] = &[
    ("src/protocol", &["SystemTime", "std::env", "std::fs", "std::net", "std::thread", "async "]),
    ("src/contract", &["crate::http", "crate::seal", "crate::config", "protocol::", "josekit"]),
    ("src/http", &["SystemTime", "std::env", "std::fs"]),
    (
        "src/ui",
        &["crate::http", "crate::seal", "crate::ledger", "crate::keys", "SystemTime", "std::env"],
    ),
    ("src/ledger", &["crate::http", "crate::seal", "crate::keys", "poem", "std::env"]),
    ("src/seal", &["crate::http", "crate::ledger", "crate::ui", "poem", "std::env", "std::fs"]),
    ("src/keys", &["crate::http", "crate::ledger", "crate::ui", "poem"]),
    (
        "src/upstream",
        &["crate::http", "crate::ledger", "crate::keys", "crate::config", "poem", "std::env"],
    ),
    (
        "src/gateway",
        &["crate::http", "crate::seal", "crate::ledger", "SystemTime", "std::env", "std::fs"],
    ),
];

/// Folder, and the only part of another that its code may name.
const MAY_NAME_ONLY: &[(&str, &str, &str)] = &[
    // Whoever asks others reads what they signed, and neither makes nor opens anything of ours.
    ("src/upstream", "crate::seal", "crate::seal::foreign"),
];

/// Word, and the only folders whose code may contain it; and fuzzing, which is no part of the server.
const ONLY_IN: &[(&str, &[&str])] = &[
    // One user, behind one door.
    ("josekit", &["src/seal"]),
    // What binds a value to its use is known where values are sealed.
    ("Purpose", &["src/seal"]),
    // A proof that was sealed is made again where it is opened, and nowhere else.
    ("::unsealed(", &["src/seal"]),
];

#[test]
fn dependencies_point_one_way() {
    for (folder, forbidden) in MAY_NOT_NAME {
        for path in files(folder, "rs") {
            let code = code(&path);
            for word in *forbidden {
                assert!(!code.contains(word), "{} names `{word}`", path.display());
            }
        }
    }
}

#[test]
fn of_some_parts_only_a_part_is_named() {
    for (folder, whole, part) in MAY_NAME_ONLY {
        for path in files(folder, "rs") {
            let code = code(&path);
            let (named, allowed) = (code.matches(whole).count(), code.matches(part).count());
            assert_eq!(named, allowed, "{} names more of `{whole}` than `{part}`", path.display());
        }
    }
}

#[test]
fn some_names_have_one_home() {
    for (word, homes) in ONLY_IN {
        for path in files("src", "rs") {
            let at_home = homes
                .iter()
                .chain(&["src/fuzzing", "src/protocol/fuzzing"])
                .any(|home| path.starts_with(home));
            assert!(
                at_home || !names_word(&code(&path), word),
                "{} names `{word}`",
                path.display()
            );
        }
    }
}

/// Whether `word` stands in `code` on its own, not as a part of a longer name.
fn names_word(code: &str, word: &str) -> bool {
    let is_name = |character: char| character.is_alphanumeric() || character == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        let open = !word.starts_with(is_name) || !before.is_some_and(is_name);
        let shut = !word.ends_with(is_name) || !after.is_some_and(is_name);
        open && shut
    })
}

#[test]
fn a_word_is_found_on_its_own_only() {
    assert!(names_word("use crate::seal::Purpose;", "Purpose"));
    assert!(!names_word("GeneralPurpose::new()", "Purpose"));
    assert!(names_word("MatchedRedirectUri::unsealed(text)", "::unsealed("));
    assert!(!names_word("fn unsealed(text: String)", "::unsealed("));
}

#[test]
fn every_part_of_the_source_is_on_the_map() {
    let map = read(Path::new("src/lib.rs"));
    for name in names("src") {
        let part = name.trim_end_matches(".rs");
        let told = map.contains(&format!("[`{part}`]")) || map.contains(&format!("[`mod@{part}`]"));
        assert!(
            told || ["lib", "main", "fuzzing"].contains(&part),
            "src/lib.rs does not tell what {name} is for"
        );
    }
}

/// What a newcomer sees first stays small.
#[test]
fn the_top_level_holds_what_it_is_meant_to() {
    let known = [
        "Cargo.lock",
        "Cargo.toml",
        "Makefile",
        "README.md",
        "deploy",
        "examples",
        "fuzz",
        "openapi.yaml",
        "spec",
        "src",
        "tests",
    ];
    let ignored = read(Path::new(".gitignore"));
    let is_ignored = |name: &str| {
        let rules = ignored.lines().map(|rule| rule.trim_matches('/').trim_end_matches('*'));
        rules.filter(|rule| !rule.is_empty()).any(|rule| name.starts_with(rule))
    };
    for name in names(".") {
        let fine = name.starts_with('.') || known.contains(&name.as_str()) || is_ignored(&name);
        assert!(fine, "{name} is not a name of the top level");
    }
}
