//! The names of all tests, so that documents can name them.

use std::collections::BTreeSet;
use std::path::Path;

use super::files::{files, read};

/// Paths of test functions: `protocol::…`, `suite::…`, `conformance::…`, and `unit::…` for those beside the code.
pub(super) fn paths() -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for (folder, prefix) in
        [("tests/protocol", "protocol"), ("tests/conformance", "conformance"), ("src", "unit")]
    {
        for path in files(folder, "rs") {
            add(&mut paths, prefix, Path::new(folder), &path);
        }
    }
    for path in files("tests", "rs") {
        if !path.starts_with("tests/protocol") && !path.starts_with("tests/conformance") {
            add(&mut paths, "suite", Path::new("tests"), &path);
        }
    }
    paths
}

fn add(paths: &mut BTreeSet<String>, prefix: &str, folder: &Path, path: &Path) {
    let inside = path.strip_prefix(folder).expect("it was found there").with_extension("");
    let segments = inside.iter().map(|segment| segment.to_string_lossy().into_owned());
    let segments: Vec<_> =
        segments.filter(|name| !["mod", "main", "lib"].contains(&name.as_str())).collect();
    let module = [vec![prefix.to_owned()], segments].concat().join("::");
    let text = read(path);
    paths.extend(functions(&text).into_iter().map(|name| format!("{module}::{name}")));
}

/// The functions of `text` that are tests, however they are declared.
fn functions(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line == "#[test]" || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some((_, rest)) =
            line.split_once("fn ").filter(|_| is_test && !line.starts_with("//"))
        {
            found.extend(rest.split('(').next());
            is_test = false;
        }
    }
    found
}

#[test]
fn tests_are_found_however_they_are_declared() {
    let text = "#[test]\nfn one() {}\n#[tokio::test(flavor = \"x\")]\nasync fn two() {}\nfn three() {}\n    #[test]\n    \
                /// fn no\n    #[should_panic]\n    fn four(x in y()) {}";
    assert_eq!(functions(text), ["one", "two", "four"]);
    assert!(paths().contains("suite::tidy::tests::tests_are_found_however_they_are_declared"));
    assert!(paths().contains("protocol::pkce::no_other_verifier_redeems"));
}

#[test]
fn every_test_is_named_as_a_sentence() {
    let short: Vec<_> = paths()
        .into_iter()
        .filter(|path| path.rsplit("::").next().is_none_or(|name| name.split('_').count() < 2))
        .collect();
    assert_eq!(short, Vec::<String>::new(), "names of tests that say too little");
}
