//! Every fuzz target has seeds, and every seed is replayed by an ordinary test.

use std::path::Path;

use super::files::{files, names, read};

#[test]
fn targets_seeds_and_replays_pair_up() {
    if !Path::new("fuzz").exists() {
        return;
    }
    let targets: Vec<_> = files("fuzz/fuzz_targets", "rs")
        .iter()
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    assert_eq!(names("fuzz/corpus"), targets, "a folder of seeds for each target, and no other");
    let manifest = read(Path::new("fuzz/Cargo.toml"));
    let is_replay =
        |path: &&std::path::PathBuf| path.file_stem().is_some_and(|stem| stem == "corpus");
    let replays: String =
        files("tests", "rs").iter().filter(is_replay).map(|path| read(path)).collect();
    for target in targets {
        assert!(!names(&format!("fuzz/corpus/{target}")).is_empty(), "{target} has no seed");
        assert!(
            manifest.contains(&format!("name = \"{target}\"")),
            "{target} is not in fuzz/Cargo.toml"
        );
        assert!(
            replays.contains(&format!("\"{target}\"")),
            "no test replays the seeds of {target}"
        );
    }
}
