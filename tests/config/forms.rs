//! `[[resources]]` of other servers, and in which form tokens for a resource are written.

use sealbearer::keys::KeyRing;
use sealbearer::seal::Recipient;

use super::{LEAST, accepted, of_file, table};

/// RFC 7517 appendix A.1: the key for encryption, with the use and algorithm we take.
const KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}"#;

#[test]
fn every_refusal_of_a_resource_of_another_server() {
    let other = "[[resources]]\nidentifier = \"https://rs.example.com/mcp\"";
    let rows = [
        format!("{other}"),
        format!("{other}\npath = \"/other\"\nupstream = \"builtin\""),
        format!("{other}\nupstream = \"builtin\""),
        format!("{other}\nscopes = [\"mcp:tools\"]"),
        format!("{other}\n{other}"),
        format!("{other}\n[[resources]]\nidentifier = \"https://RS.example.com:443/mcp\""),
        "[[resources]]\nidentifier = \"http://rs.example.com/mcp\"".to_owned(),
        "[[resources]]\nidentifier = \"http://localhost:8000/mcp\"".to_owned(),
        "[[resources]]\nidentifier = \"https://alice@rs.example.com/\"".to_owned(),
        "[[resources]]\nidentifier = \"https://rs.example.com/#mcp\"".to_owned(),
        "[[resources]]\nidentifier = \"/mcp\"".to_owned(),
        "[[resources]]\nidentifier = \"urn:mcp\"".to_owned(),
    ];
    insta::assert_snapshot!(table(&rows.each_ref().map(String::as_str)), @"");
}

#[test]
fn every_refusal_of_a_form() {
    let here = "[[resources]]\npath = \"/b\"\nupstream = \"builtin\"\naccess_token =";
    let there = "[[resources]]\nidentifier = \"https://rs.example.com\"\naccess_token =";
    let rows = [
        format!("{here} \"signed\"\nalgorithm = \"EdDSA\""),
        format!("{here} \"opaque\""),
        format!("{here} \"sealed\"\nalgorithm = \"ES256\""),
        format!("{here} \"signed\"\nalgorithm = \"HS256\""),
        format!("{here} \"sealed_to\"\nencryption_key = '{KEY}'"),
        format!("{here} \"signed\"\nencryption_key = '{KEY}'"),
        format!("{there} \"sealed_to\""),
        format!("{there} \"sealed_to\"\nencryption_key = '{KEY}'"),
        format!("{there} \"sealed_to\"\nencryption_key = \"nowhere.jwk\""),
        format!("{there} \"sealed_to\"\nencryption_key = '{{}}'"),
    ];
    insta::assert_snapshot!(table(&rows.each_ref().map(String::as_str)), @"");
}

/// RFC 7518 §6.2: a point on the curve, and nothing that only its owner may have.
#[test]
fn what_is_said_of_keys_that_nothing_can_be_sealed_to() {
    let said = |json: &str| match Recipient::parse(json) {
        Ok(_) => "accepted",
        Err(problem) => problem,
    };
    let with = |part: &str, becomes: &str| {
        assert!(KEY.contains(part), "{part}");
        said(&KEY.replacen(part, becomes, 1))
    };
    let long = "k".repeat(129);
    let rows = [
        ("as it is", with("enc", "enc")),
        ("without a name and a use", with(",\"use\":\"enc\",\"kid\":\"1\"", "")),
        ("for key agreement", with("\"use\":\"enc\"", "\"alg\":\"ECDH-ES\"")),
        ("with key wrapping", with("\"use\":\"enc\"", "\"alg\":\"ECDH-ES+A256KW\"")),
        ("for signatures", with("enc", "sig")),
        ("with its private half", with("\"use\"", "\"d\":\"AA\",\"use\"")),
        ("on another curve", with("P-256", "P-384")),
        ("RSA", with("EC", "RSA")),
        ("off the curve", with("4Etl6SRW", "4Etl6SRX")),
        ("a short coordinate", with("4Etl6SRW", "4Etl")),
        ("without a coordinate", with("\"y\"", "\"z\"")),
        ("a name that is too long", with("\"kid\":\"1\"", &format!("\"kid\":\"{long}\""))),
        ("a list of keys", said("[]")),
        ("nothing", said("")),
    ];
    let lines = rows.map(|(name, said)| format!("{name}: {said}"));
    insta::assert_snapshot!(lines.join("\n"), @"");
}

/// Signing keys are never derived from what must stay secret (security.md §2.2), so the start says what is missing.
#[test]
fn a_ring_without_the_key_that_a_resource_needs_is_refused_with_the_remedy() {
    let secret = "TB0DgbJJN1GLtSYyPtXJpbSnuULdImvKTuf5JV4qUqQ=";
    let ring = KeyRing::from_secrets(secret, None).expect("a strong secret");
    let said = |table: &str| {
        let config = accepted(&of_file(&format!("{LEAST}{table}")));
        config.check_ring(&ring).err().map(|refused| refused.to_string()).unwrap_or_default()
    };
    assert_eq!(said(""), "");
    let other = "[[resources]]\nidentifier = \"https://rs.example.com/mcp\"\n";
    insta::assert_snapshot!(said(other), @"");
    insta::assert_snapshot!(said(&format!("{other}algorithm = \"RS256\"")), @"");
}
