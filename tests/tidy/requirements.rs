//! `spec/requirements`: every row is well formed, and every test that a row or `attacks.md` names is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::files::{files, read};
use super::tests::paths;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    requirement: Vec<Requirement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Requirement {
    id: String,
    level: String,
    says: String,
    status: String,
    #[serde(default)]
    tests: Vec<String>,
    reason: Option<String>,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sources {
    source: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    id: String,
    title: String,
    url: String,
    version: String,
    file: String,
}

fn requirements() -> Vec<(String, Requirement)> {
    let mut rows = Vec::new();
    for path in files("spec/requirements", "toml") {
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let file: File =
            toml::from_str(&read(&path)).unwrap_or_else(|error| panic!("{name}: {error}"));
        rows.extend(file.requirement.into_iter().map(|row| (name.clone(), row)));
    }
    rows
}

fn sources() -> Vec<Source> {
    let sources: Sources =
        toml::from_str(&read(Path::new("spec/sources.toml"))).expect("it is a list of sources");
    sources.source
}

#[test]
fn every_row_is_well_formed() {
    let mut seen = BTreeSet::new();
    for (file, row) in requirements() {
        let Requirement { id, level, says, status, tests, reason, note } = row;
        assert!(seen.insert(id.clone()), "{id} is there twice");
        let levels = ["MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "NEEDED"];
        assert!(levels.contains(&level.as_str()), "{file}: {id} has the level {level}");
        assert!(says.ends_with('.') && says.len() > 15, "{file}: {id} says too little");
        let told = |text: &Option<String>| text.as_ref().is_some_and(|text| text.len() > 15);
        let fine = match status.as_str() {
            "held" => !tests.is_empty() && reason.is_none() && note.is_none(),
            "exception" | "not-ours" => told(&reason) && note.is_none(),
            "open" => told(&note) && reason.is_none(),
            _ => false,
        };
        assert!(fine, "{file}: {id} is `{status}` without what that needs");
    }
}

#[test]
fn every_row_belongs_to_a_source() {
    let sources = sources();
    for Source { id, title, url, version, file } in &sources {
        assert!(Path::new("spec").join(file).exists(), "{id} has no file {file}");
        assert!(url.starts_with("https://") && !title.is_empty() && !version.is_empty(), "{id}");
    }
    for (file, row) in requirements() {
        let file = format!("requirements/{file}");
        let known =
            |source: &Source| source.file == file && row.id.starts_with(&format!("{}-", source.id));
        assert!(sources.iter().any(known), "{file}: {} belongs to no source", row.id);
    }
}

#[test]
fn every_test_that_a_row_names_is_there() {
    let known = paths();
    let mut missing = Vec::new();
    for (file, row) in requirements() {
        let unknown = row.tests.iter().filter(|test| !known.contains(*test));
        missing.extend(unknown.map(|test| format!("{file}: {} names {test}", row.id)));
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_test_that_stops_an_attack_is_there() {
    let known = paths();
    let text = read(Path::new("spec/attacks.md"));
    let quoted = text.split('`').skip(1).step_by(2);
    let prefixes = ["protocol::", "suite::", "unit::", "conformance::"];
    let named = quoted.filter(|name| prefixes.iter().any(|prefix| name.starts_with(prefix)));
    let missing: Vec<_> = named.filter(|name| !known.contains(*name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// Grows by decision only: whoever adds an open row changes the number here.
#[test]
fn how_much_is_held() {
    let mut counts = BTreeMap::new();
    for (_, row) in requirements() {
        *counts.entry(row.status).or_insert(0) += 1;
    }
    let lines = counts.iter().map(|(status, count)| format!("{status}: {count}"));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
    exception: 39
    held: 505
    not-ours: 14
    open: 1
    ");
}
