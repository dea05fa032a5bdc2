//! The seeds of the fuzz targets of the rules, replayed. Those that need a node are in `tests/corpus.rs`.

use std::path::Path;

use protocol::fuzzing;

/// Feeds every seed of `target` to its entry point, each by name.
fn replay(target: &str, entry_point: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let seeds = std::fs::read_dir(&folder).expect("every target has a folder of seeds");
    let mut replayed = 0;
    for seed in seeds {
        let seed = seed.expect("the folder can be read").path();
        eprintln!("{}", seed.display());
        entry_point(&std::fs::read(&seed).expect("a seed is a file"));
        replayed += 1;
    }
    assert!(replayed > 0, "{target} has no seeds");
}

#[test]
fn no_redirect_uri_matches_another() {
    replay("redirect_uri", fuzzing::redirect_uri);
}

#[test]
fn no_history_breaks_an_invariant() {
    replay("flow_events", fuzzing::flow_events);
}
