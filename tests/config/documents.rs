//! `[registration.documents]`: what is refused, and what is read.

use super::{LEAST, accepted, of_file, table};

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
