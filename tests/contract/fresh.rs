//! The committed contract is what the generator writes today.

use std::path::Path;

use sealbearer::contract::{DOCUMENT_JSON, DOCUMENT_YAML};

#[test]
fn the_committed_contract_is_fresh() {
    let files = codegen::generate(DOCUMENT_YAML).expect("the contract can be generated");
    let stale = codegen::stale(&files, &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/contract"));
    assert_eq!(
        stale.expect("src/contract can be read"),
        Vec::<String>::new(),
        "run `make generate`"
    );
}

#[test]
fn generating_twice_gives_the_same() {
    assert_eq!(codegen::generate(DOCUMENT_YAML), codegen::generate(DOCUMENT_YAML));
}

#[test]
fn a_changed_a_missing_and_a_strange_file_are_stale() {
    let folder = std::env::temp_dir().join(format!("sealbearer-stale-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for this test");
    std::fs::write(folder.join("same.rs"), "same").expect("written");
    std::fs::write(folder.join("changed.rs"), "before").expect("written");
    std::fs::write(folder.join("strange.rs"), "").expect("written");
    let files = [("same.rs", "same"), ("changed.rs", "after"), ("missing.rs", "")];
    let files = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let stale = codegen::stale(&files, &folder).expect("the folder can be read");
    std::fs::remove_dir_all(&folder).expect("removed");
    assert_eq!(stale, ["changed.rs", "missing.rs", "strange.rs"]);
}

#[test]
fn the_json_document_says_what_the_yaml_document_says() {
    let yaml: serde_json::Value =
        serde_yaml_ng::from_str(DOCUMENT_YAML).expect("openapi.yaml is YAML");
    let json: serde_json::Value =
        serde_json::from_str(DOCUMENT_JSON).expect("openapi.json is JSON");
    assert_eq!(yaml, json);
}
