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
        other.to_owned(),
        format!("{other}\npath = \"/other\"\nupstream = \"builtin\""),
        format!("{other}\nupstream = \"builtin\""),
        format!("{other}\nscopes = [\"mcp:tools\"]"),
        format!("{other}\n{other}"),
        format!("{other}\n[[resources]]\nidentifier = \"https://RS.example.com:443/mcp\""),
        "[[resources]]\nidentifier = \"https://auth.example.com/mcp\"".to_owned(),
        "[[resources]]\nidentifier = \"http://rs.example.com/mcp\"".to_owned(),
        "[[resources]]\nidentifier = \"http://localhost:8000/mcp\"".to_owned(),
        "[[resources]]\nidentifier = \"https://alice@rs.example.com/\"".to_owned(),
        "[[resources]]\nidentifier = \"https://rs.example.com/#mcp\"".to_owned(),
        "[[resources]]\nidentifier = \"/mcp\"".to_owned(),
        "[[resources]]\nidentifier = \"urn:mcp\"".to_owned(),
    ];
    insta::assert_snapshot!(table(&rows.each_ref().map(String::as_str)), @r#"
    [[resources]]
    identifier = "https://rs.example.com/mcp"
      -> accepted
    [[resources]]
    identifier = "https://rs.example.com/mcp"
    path = "/other"
    upstream = "builtin"
      -> sealbearer.toml:10: resources[1].path is given, and identifier too. Keep one of the two.
    [[resources]]
    identifier = "https://rs.example.com/mcp"
    upstream = "builtin"
      -> sealbearer.toml:10: resources[1].upstream is for a resource that is served here. Remove it.
    [[resources]]
    identifier = "https://rs.example.com/mcp"
    scopes = ["mcp:tools"]
      -> sealbearer.toml:10: resources[1].scopes is for a resource that is served here; the other server demands its own. Remove it, or write scopes_supported.
    [[resources]]
    identifier = "https://rs.example.com/mcp"
    [[resources]]
    identifier = "https://rs.example.com/mcp"
      -> sealbearer.toml:11: resources[2].identifier names "https://rs.example.com/mcp" twice. Remove one of the two.
    [[resources]]
    identifier = "https://rs.example.com/mcp"
    [[resources]]
    identifier = "https://RS.example.com:443/mcp"
      -> sealbearer.toml:11: resources[2].identifier names "https://rs.example.com/mcp" twice. Remove one of the two.
    [[resources]]
    identifier = "https://auth.example.com/mcp"
      -> sealbearer.toml:9: resources[1].identifier is served here, as another entry says. Remove one of the two.
    [[resources]]
    identifier = "http://rs.example.com/mcp"
      -> sealbearer.toml:9: resources[1].identifier must be an https URL (http on a loopback host) without user or fragment. Write identifier = "https://mcp.example.com/mcp".
    [[resources]]
    identifier = "http://localhost:8000/mcp"
      -> accepted
    [[resources]]
    identifier = "https://alice@rs.example.com/"
      -> sealbearer.toml:9: resources[1].identifier must be an https URL (http on a loopback host) without user or fragment. Write identifier = "https://mcp.example.com/mcp".
    [[resources]]
    identifier = "https://rs.example.com/#mcp"
      -> sealbearer.toml:9: resources[1].identifier must be an https URL (http on a loopback host) without user or fragment. Write identifier = "https://mcp.example.com/mcp".
    [[resources]]
    identifier = "/mcp"
      -> sealbearer.toml:9: resources[1].identifier must be an https URL (http on a loopback host) without user or fragment. Write identifier = "https://mcp.example.com/mcp".
    [[resources]]
    identifier = "urn:mcp"
      -> sealbearer.toml:9: resources[1].identifier must be an https URL (http on a loopback host) without user or fragment. Write identifier = "https://mcp.example.com/mcp".
    "#);
}

// Length: a table, and what is said of each of its lines.
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
    insta::assert_snapshot!(table(&rows.each_ref().map(String::as_str)), @r#"
    [[resources]]
    path = "/b"
    upstream = "builtin"
    access_token = "signed"
    algorithm = "EdDSA"
      -> accepted
    [[resources]]
    path = "/b"
    upstream = "builtin"
    access_token = "opaque"
      -> sealbearer.toml:11: resources[1].access_token is "opaque", which is not one of its values. Write "sealed" or "signed" or "sealed_to".
    [[resources]]
    path = "/b"
    upstream = "builtin"
    access_token = "sealed"
    algorithm = "ES256"
      -> sealbearer.toml:12: resources[1].algorithm is for tokens that others verify. Remove it, or write access_token = "signed".
    [[resources]]
    path = "/b"
    upstream = "builtin"
    access_token = "signed"
    algorithm = "HS256"
      -> sealbearer.toml:12: resources[1].algorithm is "HS256", which is not one of its values. Write "ES256" or "EdDSA" or "RS256".
    [[resources]]
    path = "/b"
    upstream = "builtin"
    access_token = "sealed_to"
    encryption_key = '{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}'
      -> sealbearer.toml:11: resources[1].access_token must not be "sealed_to": what is served here reads what is sealed here. Write "sealed" or "signed".
    [[resources]]
    path = "/b"
    upstream = "builtin"
    access_token = "signed"
    encryption_key = '{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}'
      -> sealbearer.toml:12: resources[1].encryption_key is for access_token = "sealed_to". Remove it.
    [[resources]]
    identifier = "https://rs.example.com"
    access_token = "sealed_to"
      -> sealbearer.toml:8: resources[1].encryption_key is missing. Write the public key of the resource server as a JWK (EC, P-256) in quotes, or the path of a file with it.
    [[resources]]
    identifier = "https://rs.example.com"
    access_token = "sealed_to"
    encryption_key = '{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}'
      -> accepted
    [[resources]]
    identifier = "https://rs.example.com"
    access_token = "sealed_to"
    encryption_key = "nowhere.jwk"
      -> sealbearer.toml:11: resources[1].encryption_key names nowhere.jwk, which cannot be read: No such file or directory (os error 2). Write the public key of the resource server as a JWK (EC, P-256) in quotes, or the path of a file with it.
    [[resources]]
    identifier = "https://rs.example.com"
    access_token = "sealed_to"
    encryption_key = '{}'
      -> sealbearer.toml:11: resources[1].encryption_key is no JSON Web Key. Write the public key of the resource server as a JWK (EC, P-256) in quotes, or the path of a file with it.
    "#);
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
    let longest = "k".repeat(128);
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
        ("the longest name", with("\"kid\":\"1\"", &format!("\"kid\":\"{longest}\""))),
        ("a name that is too long", with("\"kid\":\"1\"", &format!("\"kid\":\"{longest}k\""))),
        ("a list of keys", said("[]")),
        ("nothing", said("")),
    ];
    let lines = rows.map(|(name, said)| format!("{name}: {said}"));
    insta::assert_snapshot!(lines.join("\n"), @r"
    as it is: accepted
    without a name and a use: accepted
    for key agreement: accepted
    with key wrapping: is for another algorithm than ECDH-ES
    for signatures: is not for encryption (use is not enc)
    with its private half: is a private key, which belongs to the resource server alone
    on another curve: is no key on P-256 (kty EC, crv P-256)
    RSA: is no key on P-256 (kty EC, crv P-256)
    off the curve: has no point on P-256
    a short coordinate: has no point on P-256
    without a coordinate: has no point on P-256
    the longest name: accepted
    a name that is too long: has a kid of more than 128 characters
    a list of keys: is no JSON Web Key
    nothing: is no JSON Web Key
    ");
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
    insta::assert_snapshot!(said(other), @"identifier: https://rs.example.com/mcp wants signed tokens, and there is no ES256 key that signs; signing keys are never derived from SEALBEARER_SECRET. With a key ring file: `sealbearer keys rotate --ring signing --algorithm ES256`, twice. Without: set SEALBEARER_SIGNING_KEY");
    insta::assert_snapshot!(said(&format!("{other}algorithm = \"RS256\"")), @"identifier: https://rs.example.com/mcp wants signed tokens, and there is no RS256 key that signs; signing keys are never derived from SEALBEARER_SECRET. With a key ring file: `sealbearer keys rotate --ring signing --algorithm RS256`, twice. Without: set SEALBEARER_SIGNING_KEY");
}
