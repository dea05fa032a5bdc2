//! `[registration.documents]`: what is refused, and what is read.

use super::{LEAST, accepted, of_file, outcome_of, table};

#[test]
fn every_refusal_of_documents() {
    let pinned = "[[registration.documents.pinned]]\nurl = \"https://a.example/c\"";
    let other = format!("{pinned}\ndocument = '{{\"client_id\": \"https://b.example/c\"}}'");
    let both = format!("{pinned}\ndocument = '{{}}'\nfile = \"a.json\"");
    let missing = format!("{pinned}\nfile = \"/nowhere/a.json\"");
    let neither =
        "[[registration.documents.pinned]]\nurl = \"http://a.example/c\"\ndocument = '{}'";
    insta::assert_snapshot!(table(&[
        "[registration.documents]\nenable = true",
        "[registration.documents]\nallow_loopback = true",
        "[registration.documents]\nallow = \"a.example\"",
        "[registration.documents]\nallow = [\"https://a.example\"]",
        "[registration.documents]\ndeny = [\"A.example\"]",
        "[registration.documents]\nwarn = [\"a.*\"]",
        "[registration.documents]\ncache_entries = 15",
        "[registration.documents]\nserve_stale = \"31d\"",
        "[[registration.documents.pinned]]\ndocument = '{}'",
        pinned,
        &both,
        &missing,
        neither,
        &other,
    ]));
}

#[test]
fn cfg_04_as_many_documents_may_be_pinned_as_are_allowed() {
    let pinned = |count: usize| -> String {
        let one = |number: usize| {
            let url = format!("https://a.example/{number}");
            let document = serde_json::json!({
                "client_id": url, "client_name": "A", "redirect_uris": ["https://a.example/cb"],
            });
            format!("[[registration.documents.pinned]]\nurl = \"{url}\"\ndocument = '{document}'\n")
        };
        (0..count).map(one).collect()
    };
    assert_eq!(outcome_of(&pinned(256)), "accepted");
    let refusal = outcome_of(&pinned(257));
    assert!(refusal.contains("registration.documents.pinned are more than 256"), "{refusal}");
}

#[test]
fn a_pinned_document_is_read_from_the_file_it_is_in() {
    let folder = std::env::temp_dir().join(format!("pinned-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("it can be made");
    let path = folder.join("client.json");
    let url = "https://vscode.dev/oauth/client-metadata.json";
    std::fs::write(&path, include_str!("../support/documents/vscode.json")).expect("it is written");
    let table = format!(
        "{LEAST}\n[[registration.documents.pinned]]\nurl = \"{url}\"\nfile = \"{}\"",
        path.display()
    );
    let config = accepted(&of_file(&table));
    assert_eq!(config.registration.documents.pinned[0].url(), url);
    std::fs::remove_dir_all(&folder).expect("it can be removed");
}
