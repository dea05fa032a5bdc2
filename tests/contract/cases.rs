//! The generator's golden cases: the output is as committed, and it compiles as part of this very test.

use std::path::Path;

use sealbearer::contract::wire::{FromMembers, FromPairs, Members, Pairs};

#[expect(dead_code, unreachable_pub, reason = "a case shows what is generated; nobody calls it")]
#[expect(clippy::too_many_arguments, reason = "as in the contract itself")]
#[rustfmt::skip]
#[path = "../../spec/codegen/tests/cases/form.rs"]
mod form;

#[expect(dead_code, unreachable_pub, reason = "a case shows what is generated; nobody calls it")]
#[expect(clippy::needless_pass_by_value, reason = "as in the contract")]
#[rustfmt::skip]
#[path = "../../spec/codegen/tests/cases/json.rs"]
mod json;

#[expect(dead_code, unreachable_pub, reason = "a case shows what is generated; nobody calls it")]
#[rustfmt::skip]
#[path = "../../spec/codegen/tests/cases/query.rs"]
mod query;

#[expect(dead_code, unreachable_pub, reason = "a case shows what is generated; nobody calls it")]
#[rustfmt::skip]
#[path = "../../spec/codegen/tests/cases/raw.rs"]
mod raw;

const COMPILED: [&str; 4] = ["form", "json", "query", "raw"];

#[test]
fn every_case_gives_its_golden_file_and_is_compiled_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/codegen/tests/cases");
    let listing = std::fs::read_dir(&folder).expect("the cases are there");
    let paths = listing.map(|entry| entry.expect("a case").path());
    let mut names = Vec::new();
    for path in paths.filter(|path| path.extension().is_some_and(|extension| extension == "yaml")) {
        let yaml = std::fs::read_to_string(&path).expect("readable");
        let golden =
            std::fs::read_to_string(path.with_extension("rs")).expect("a golden file beside it");
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let written = codegen::generate_case(&yaml).expect("the case can be generated");
        assert!(
            written == golden,
            "{name}: run `cargo run -p codegen -- --cases` and review the difference"
        );
        names.push(name);
    }
    names.sort();
    assert_eq!(names, COMPILED);
}

#[test]
fn secrets_are_not_printed() {
    let thing = json::types::Thing { client_secret: Some("hunter2".into()), ..Default::default() };
    let question = form::types::Question { code: Some("c0de".into()), ..Default::default() };
    let printed = format!("{thing:?} {question:?}");
    assert!(!printed.contains("hunter2") && !printed.contains("c0de"), "{printed}");
    assert!(printed.contains("client_secret: Some([hidden])"), "{printed}");
}

#[test]
fn members_of_every_type_are_read_and_judged() {
    let thing =
        |json: &str| json::types::Thing::from_members(&mut Members::parse(json.as_bytes())?);
    let all = r#"{"name": "n", "size": 18446744073709551615, "ready": false, "tags": ["t"], "extra": {"a": [1]}}"#;
    let read = thing(all).expect("readable");
    assert_eq!((read.size, read.ready, read.tags), (u64::MAX, Some(false), vec!["t".to_owned()]));
    assert_eq!(read.extra.expect("sent")["a"], serde_json::json!([1]));
    let lines = [
        all.replace("\"n\"", "null"),
        all.replace("18446744073709551615", "-1"),
        all.replace("18446744073709551615", "1.5"),
        all.replace("18446744073709551615", "\"1\""),
        all.replace("false", "0"),
        all.replace("\"tags\"", "\"tag\""),
        all.replace("{\"a\": [1]}", "[]"),
    ]
    .map(|json| thing(&json).expect_err("is refused").to_string());
    insta::assert_snapshot!(lines.join("\n"), @"
    name is missing
    size has the wrong JSON type
    size has the wrong JSON type
    size has the wrong JSON type
    ready has the wrong JSON type
    tags is missing
    extra has the wrong JSON type
    ");
}

#[test]
fn a_listed_parameter_is_one_of_those_listed() {
    let question =
        |form: &str| form::types::Question::from_pairs(&mut Pairs::parse(form.as_bytes())?);
    let tone = |form: &str| {
        question(form).map(|question| question.tone).map_err(|malformed| malformed.to_string())
    };
    assert_eq!(tone("text=t&tone=very-kind"), Ok(Some(form::types::Tone::VeryKind)));
    assert_eq!(tone("text=t&tone="), Ok(None));
    assert_eq!(tone("text=t&tone=Kind"), Err("tone has a value that is not allowed".to_owned()));
    assert_eq!(tone("text=t&tone=kind&tone=kind"), Err("tone is sent more than once".to_owned()));
    assert_eq!(tone("text="), Err("text is missing".to_owned()));
}
