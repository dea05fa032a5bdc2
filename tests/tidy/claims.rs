//! The table of guarantees in README.md: every cell is held by tests that exist.

use std::path::Path;

use super::files::read;
use super::tests::paths;

/// The columns, as `spec/claims.toml` calls them.
const COLUMNS: [&str; 5] = ["memory", "memory_elsewhere", "file", "valkey", "none"];

/// The cells of a line of a table.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inside = line.strip_prefix("| ")?.strip_suffix(" |")?;
    Some(inside.split(" | ").collect())
}

#[test]
fn every_cell_of_the_guarantees_names_tests_that_exist() {
    let readme = read(Path::new("README.md"));
    let (_, table) = readme.split_once("## What is guaranteed").expect("there is such a chapter");
    let (table, _) = table.split_once("\n## ").expect("a chapter follows");
    let rows: Vec<_> = table.lines().filter_map(cells).skip(1).collect();
    assert!(rows.iter().all(|row| row.len() == 1 + COLUMNS.len()), "{rows:?}");
    let claims: toml::Table =
        read(Path::new("spec/claims.toml")).parse().expect("spec/claims.toml is TOML");
    let claims = claims["claim"].as_array().expect("it lists claims");
    let says: Vec<_> = claims.iter().filter_map(|claim| claim["says"].as_str()).collect();
    let written: Vec<_> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(says, written, "the rows of README.md and of spec/claims.toml");
    let known = paths();
    for claim in claims {
        for column in COLUMNS {
            let tests = claim[column].as_array().expect("each column is a list");
            assert!(!tests.is_empty(), "{} {column}", claim["says"]);
            for test in tests {
                let test = test.as_str().expect("tests are named");
                assert!(known.contains(test), "there is no test `{test}`");
            }
        }
    }
}
