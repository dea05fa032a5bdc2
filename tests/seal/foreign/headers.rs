//! What a header and a compact form may be. Everything here is signed by the right key and refused all the same.
//! Source: RFC 7515 §4.1 and §7.1, RFC 8725 §3.1 and §3.11.

use proptest::prelude::*;
use sealbearer::seal::foreign::{CLIENT_ASSERTION, ForeignFault, ForeignJwt, HEADER_BYTES_MAX};
use serde_json::json;

use super::super::cases;
use super::{SIGNERS, outcome, table};
use crate::support::signer::encoded;

const CLAIMS: &str = r#"{"iss":"ci","sub":"ci"}"#;

// Length: one row for each header.
#[test]
#[expect(clippy::too_many_lines, reason = "one row for each header")]
fn jos_08_jos_14_a_header_has_the_members_of_its_kind_and_no_other() {
    let [_, signer, _] = &*SIGNERS;
    let usual = signer.header();
    let with = |name: &str, value: serde_json::Value| {
        let mut header = usual.clone();
        header[name] = value;
        (format!("{name} {}", header[name]), header.to_string())
    };
    let rows = [
        ("as most libraries write it".to_owned(), usual.to_string()),
        ("no key id and no type".to_owned(), r#"{"alg":"ES256"}"#.to_owned()),
        with("typ", json!("client-authentication+jwt")),
        with("typ", json!("application/Client-Authentication+JWT")),
        with("x5t", json!("AAAA")),
        with("typ", json!("at+jwt")),
        with("typ", json!("dpop+jwt")),
        with("typ", json!("")),
        with("typ", json!(1)),
        with("alg", json!("none")),
        with("alg", json!("None")),
        with("alg", json!("HS256")),
        with("alg", json!("RS512")),
        with("alg", json!("PS256")),
        with("alg", json!("es256")),
        with("alg", json!(["ES256"])),
        with("alg", json!("RS256")),
        with("alg", json!("EdDSA")),
        with("jwk", signer.jwk()),
        with("jku", json!("https://attacker.example/jwks")),
        with("x5u", json!("https://attacker.example/chain")),
        with("x5c", json!(["AAAA"])),
        with("crit", json!([])),
        with("crit", json!(["b64"])),
        with("b64", json!(false)),
        with("b64", json!(true)),
        with("zip", json!("DEF")),
        with("cty", json!("JWT")),
        with("Alg", json!("ES256")),
        with("kid", json!(null)),
        with("kid", json!("")),
        with("kid", json!("../../dev/null")),
        with("kid", json!("k1' OR '1'='1")),
        with("kid", json!("k\u{ff11}")),
        with("kid", json!("k".repeat(256))),
        with("kid", json!("k".repeat(257))),
        ("a repeated member".to_owned(), r#"{"alg":"none","alg":"ES256"}"#.to_owned()),
        (
            "spelled with an escape, repeated".to_owned(),
            r#"{"alg":"ES256","\u0061lg":"ES256"}"#.to_owned(),
        ),
        ("no algorithm".to_owned(), r#"{"typ":"JWT"}"#.to_owned()),
        ("a byte order mark".to_owned(), format!("\u{feff}{usual}")),
        ("something after it".to_owned(), format!("{usual}x")),
        ("a list".to_owned(), "[]".to_owned()),
        ("half a surrogate pair".to_owned(), r#"{"alg":"ES256","kid":"\ud800"}"#.to_owned()),
    ];
    let rows = rows.map(|(name, header)| {
        let name = if name.len() > 36 { name[..36].to_owned() } else { name };
        (name, outcome(signer, &signer.sign_texts(&header, CLAIMS)))
    });
    let rows = rows.map(|(name, outcome)| {
        (name, outcome.map_or_else(|fault| format!("{fault:?}"), |()| "taken".to_owned()))
    });
    insta::assert_snapshot!(table(rows), @r#"
    as most libraries write it: "taken"
    no key id and no type: "taken"
    typ "client-authentication+jwt": "taken"
    typ "application/Client-Authenticati: "taken"
    x5t "AAAA": "taken"
    typ "at+jwt": "Type"
    typ "dpop+jwt": "Type"
    typ "": "Type"
    typ 1: "HeaderMember"
    alg "none": "Algorithm"
    alg "None": "Algorithm"
    alg "HS256": "Algorithm"
    alg "RS512": "Algorithm"
    alg "PS256": "Algorithm"
    alg "es256": "Algorithm"
    alg ["ES256"]: "HeaderMember"
    alg "RS256": "KeyUnknown"
    alg "EdDSA": "KeyUnknown"
    jwk {"kty":"EC","crv":"P-256","kid":: "HeaderMember"
    jku "https://attacker.example/jwks": "HeaderMember"
    x5u "https://attacker.example/chain": "HeaderMember"
    x5c ["AAAA"]: "HeaderMember"
    crit []: "HeaderMember"
    crit ["b64"]: "HeaderMember"
    b64 false: "HeaderMember"
    b64 true: "HeaderMember"
    zip "DEF": "HeaderMember"
    cty "JWT": "HeaderMember"
    Alg "ES256": "HeaderMember"
    kid null: "HeaderMember"
    kid "": "KeyUnknown"
    kid "../../dev/null": "KeyUnknown"
    kid "k1' OR '1'='1": "KeyUnknown"
    kid "k１": "KeyUnknown"
    kid "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk: "KeyUnknown"
    kid "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk: "HeaderMember"
    a repeated member: "Header"
    spelled with an escape, repeated: "Header"
    no algorithm: "Algorithm"
    a byte order mark: "Header"
    something after it: "Header"
    a list: "Header"
    half a surrogate pair: "Header"
    "#);
}

#[test]
fn jos_07_jos_15_a_compact_form_has_three_full_segments() {
    let [_, signer, _] = &*SIGNERS;
    let good = signer.sign(&json!({ "sub": "ci" }));
    assert_eq!(outcome(signer, &good), Ok(()));
    let (message, signature) = good.rsplit_once('.').expect("it has dots");
    let rows = [
        ("nothing", String::new()),
        ("no signature", message.to_owned()),
        ("an empty signature", format!("{message}.")),
        ("no claims", format!("{}..{signature}", message.split('.').next().unwrap_or_default())),
        ("no header", format!(".{}", good.split_once('.').expect("it has dots").1)),
        ("four segments", format!("{good}.")),
        ("five segments", format!("{message}.{message}.{signature}")),
        ("padding", format!("{good}=")),
        ("a space", format!(" {good}")),
        ("a line break", format!("{good}\n")),
        ("the other alphabet", good.replacen(|c: char| c.is_ascii_lowercase(), "+", 1)),
        ("JSON serialisation", format!("{{\"payload\":\"{message}\"}}")),
        ("dots", ".".repeat(1_000_000)),
        ("letters", "A".repeat(1_000_000)),
        ("as long as may be", "A".repeat(CLIENT_ASSERTION.bytes_max)),
        ("too long by one", "A".repeat(CLIENT_ASSERTION.bytes_max + 1)),
    ];
    let rows = rows.map(|(name, text)| (name, outcome(signer, &text).expect_err("it is refused")));
    insta::assert_snapshot!(table(rows), @"
    nothing: Shape
    no signature: Shape
    an empty signature: Shape
    no claims: Shape
    no header: Shape
    four segments: Shape
    five segments: Shape
    padding: Shape
    a space: Shape
    a line break: Shape
    the other alphabet: Shape
    JSON serialisation: Shape
    dots: Length
    letters: Length
    as long as may be: Shape
    too long by one: Length
    ");
}

#[test]
fn a_header_is_read_up_to_its_limit() {
    let [_, signer, _] = &*SIGNERS;
    let header = |bytes: usize| {
        let start = r#"{"alg":"ES256","x5t":""#;
        format!("{start}{}\"}}", "x".repeat(bytes - start.len() - 2))
    };
    let at = |bytes| outcome(signer, &signer.sign_texts(&header(bytes), CLAIMS));
    assert_eq!(at(HEADER_BYTES_MAX), Ok(()));
    assert_eq!(at(HEADER_BYTES_MAX + 1), Err(ForeignFault::Length));
}

#[test]
fn a_token_is_read_up_to_its_limit() {
    let [_, signer, _] = &*SIGNERS;
    let token = |padding: usize| signer.sign(&json!({ "sub": "ci", "x": "x".repeat(padding) }));
    let most = CLIENT_ASSERTION.bytes_max;
    let fits = (5_000..most).rev().find(|padding| token(*padding).len() <= most);
    let fits = fits.expect("some length fits");
    assert_eq!(outcome(signer, &token(fits)), Ok(()));
    assert_eq!(outcome(signer, &token(fits + 1)), Err(ForeignFault::Length));
}

#[test]
fn jos_10_jos_11_claims_are_one_object_without_repetition() {
    let [_, signer, _] = &*SIGNERS;
    let header = signer.header().to_string();
    let texts = [
        r#"{"sub":"ci","sub":"ci"}"#,
        r#"{"sub":"ci","a":{"b":1,"b":1}}"#,
        r#"{"sub":"ci","s\u0075b":"ci"}"#,
        "[]",
        "null",
        "\"sub\"",
        "{\"sub\":\"ci\"}x",
        "\u{feff}{\"sub\":\"ci\"}",
        r#"{"sub":"\ud800"}"#,
        r#"{"exp":1e999}"#,
        "{\"sub\":\"c\u{0}i\"}",
    ];
    for text in texts {
        let outcome = outcome(signer, &signer.sign_texts(&header, text));
        assert_eq!(outcome, Err(ForeignFault::Claims), "{text}");
    }
    let deep = format!("{}{}", "[".repeat(3_000), "]".repeat(3_000));
    let deep = signer.sign_texts(&header, &format!("{{\"a\":{deep}}}"));
    assert_eq!(outcome(signer, &deep), Err(ForeignFault::Claims));
    let utf16: Vec<u8> = r#"{"sub":"ci"}"#.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let message = format!("{}.{}", encoded(header.as_bytes()), encoded(&utf16));
    let sent = format!("{message}.{}", encoded(&signer.signature(message.as_bytes())));
    assert_eq!(outcome(signer, &sent), Err(ForeignFault::Claims));
}

proptest! {
    #![proptest_config(cases())]

    /// Whatever the bytes, there is an answer.
    #[test]
    fn any_text_is_answered(text in "[ -~]{0,200}", dotted in "[A-Za-z0-9_-]{0,40}(\\.[A-Za-z0-9_-]{0,80}){0,5}") {
        prop_assert!(ForeignJwt::parse(&text, &CLIENT_ASSERTION).is_err());
        prop_assert!(ForeignJwt::parse(&dotted, &CLIENT_ASSERTION).is_err());
    }

    /// RFC 7515 §5.2: a change of any one character refuses.
    #[test]
    fn jos_02_no_character_can_be_changed(which in 0_usize..3, at: prop::sample::Index, to in "[A-Za-z0-9_.=-]") {
        let signer = &SIGNERS[which];
        let good = signer.sign(&json!({ "iss": "ci", "sub": "ci", "exp": 1_800_000_000 }));
        let at = at.index(good.len());
        prop_assume!(good[at..=at] != to);
        let changed = format!("{}{to}{}", &good[..at], &good[at + 1..]);
        prop_assert!(outcome(signer, &changed).is_err());
        prop_assert!(outcome(signer, &good[..at]).is_err());
        let longer = format!("{good}{to}");
        prop_assert!(outcome(signer, &longer).is_err());
    }
}
