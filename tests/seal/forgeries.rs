//! Values that are authentic under the right key and still must not open, because one thing about them is wrong.
//! Source: RFC 7515, RFC 7516 and what both leave to the reader; RFC 8725 (best current practice for JWTs).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sealbearer::seal::{Purpose, Wall};

use super::forge::{forge, members, wall};
use super::{AccessToken, AuthorizationCode, ClientRegistration, RefreshToken, Sample};
use super::{DAY, NOW, node};

const BASE64URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn names(table: &[(&str, Option<Wall>)]) -> String {
    let outcome = |wall: &Option<Wall>| wall.map_or("opens".into(), |wall| format!("{wall:?}"));
    let lines = table.iter().map(|(name, wall)| format!("{name}: {}", outcome(wall)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Headers that mean the same, or something else, or too much. None of them is the one.
#[test]
fn jos_04_jos_05_jos_06_a_header_is_this_one_or_it_is_refused() {
    let forge = forge(Purpose::AuthorizationCode);
    let right = forge.header.clone();
    let with = |member: &str| right.replace(r#","kid""#, &format!(r#",{member},"kid""#));
    let kid = |kid: &str| right.replace(&format!("k1.{DAY}"), kid);
    let headers = [
        with(r#""zip":"DEF""#),
        with(r#""crit":[]"#),
        with(r#""crit":["b64"],"b64":false"#),
        with(r#""jwk":{"kty":"oct","k":"AAAA"}"#),
        with(r#""jku":"https://attacker.example/jwks""#),
        with(r#""x5u":"https://attacker.example/chain""#),
        with(r#""p2c":2147483647,"p2s":"AAAA""#),
        with(r#""alg":"dir""#),
        with(r#""typ":"ac""#),
        right.replace("A256GCM", "A128GCM"),
        right.replace("A256GCM", "A128CBC-HS256"),
        right.replace("\"dir\"", "\"A256KW\""),
        right.replace("\"dir\"", "\"none\""),
        right.replace("\"ac\"", "\"at\""),
        right.replace(r#","cty":"JWT""#, ""),
        right.replace(',', ", "),
        format!("{right} "),
        format!(" {right}"),
        right.replace("alg", "\\u0061lg"),
        right.replace("\"alg\":\"dir\",\"enc\":\"A256GCM\"", "\"enc\":\"A256GCM\",\"alg\":\"dir\""),
        kid("k1"),
        kid("r1"),
        kid(&format!("k2.{DAY}")),
        kid(&format!("K1.{DAY}")),
        kid(&format!("k1.0{DAY}")),
        kid(&format!("k1.+{DAY}")),
        kid("k1.18446744073709551616"),
        kid("k1.-1"),
        kid("k1."),
        kid("."),
        kid(""),
        kid("../../../dev/null"),
        kid("k1' OR '1'='1"),
        kid(&format!("k1.{DAY}\\u0000")),
        kid("\u{1f511}"),
        kid(&"k".repeat(500)),
        "{}".to_owned(),
        String::new(),
        "[]".to_owned(),
        "\u{feff}{}".to_owned(),
    ];
    let content = forge.jws(r#"{"alg":"HS256"}"#, br#"{"p":1,"iat":1,"exp":2,"code":"x"}"#);
    for header in headers {
        let text = forge.jwe(&header, content.as_bytes());
        assert_eq!(wall::<AuthorizationCode>(&text), Some(Wall::Header), "{header}");
    }
    let bare = forge.jws(&forge.header, b"{}");
    assert_eq!(wall::<AuthorizationCode>(&bare), Some(Wall::Shape), "a JWS in place of a JWE");
}

#[test]
fn a_registration_header_is_this_one_or_it_is_refused() {
    let forge = forge(Purpose::ClientRegistration);
    let payload = format!("[4,{{{}}}]", members::<ClientRegistration>());
    let headers = [
        r#"{"alg":"none","kid":"r1"}"#,
        r#"{"alg":"nonE","kid":"r1"}"#,
        r#"{"alg":"HS512","kid":"r1"}"#,
        r#"{"alg":"ES256","kid":"r1"}"#,
        r#"{"alg":"HS256"}"#,
        r#"{"alg":"HS256","kid":"k1"}"#,
        r#"{"alg":"HS256","kid":"r2"}"#,
        r#"{"alg":"HS256","kid":"r1.20778"}"#,
        r#"{"alg":"HS256","typ":"JWT","kid":"r1"}"#,
        r#"{"alg":"HS256","crit":["b64"],"b64":false,"kid":"r1"}"#,
        r#"{"alg":"none","alg":"HS256","kid":"r1"}"#,
        r#"{"kid":"r1","alg":"HS256"}"#,
    ];
    for header in headers {
        let text = forge.jws(header, payload.as_bytes());
        assert_eq!(wall::<ClientRegistration>(&text), Some(Wall::Header), "{header}");
    }
}

/// A token whose segments are replaced one at a time, each still in canonical base64url.
#[test]
fn jos_03_a_segment_has_its_length_or_the_value_is_refused() {
    let whole = forge(Purpose::AccessToken).with_members(&members::<AccessToken>());
    let segments: Vec<&str> = whole.split('.').collect();
    let with = |at: usize, segment: &str| {
        let mut changed = segments.clone();
        changed[at] = segment;
        wall::<AccessToken>(&changed.join("."))
    };
    for bytes in (0..=40).filter(|bytes| *bytes != 16) {
        let tag = URL_SAFE_NO_PAD.decode(segments[4]).expect("the tag is base64url");
        let tag: Vec<u8> = tag.iter().copied().cycle().take(bytes).collect();
        assert_eq!(with(4, &URL_SAFE_NO_PAD.encode(&tag)), Some(Wall::Shape), "tag of {bytes}");
    }
    for bytes in (0..=40).filter(|bytes| *bytes != 12) {
        let iv = URL_SAFE_NO_PAD.encode(vec![7; bytes]);
        assert_eq!(with(2, &iv), Some(Wall::Shape), "nonce of {bytes}");
    }
    for bytes in [1, 16, 32, 40] {
        let encrypted_key = URL_SAFE_NO_PAD.encode(vec![7; bytes]);
        assert_eq!(with(1, &encrypted_key), Some(Wall::Shape), "encrypted key of {bytes}");
    }
    assert_eq!(with(3, ""), Some(Wall::Shape), "no ciphertext");
    assert_eq!(with(0, ""), Some(Wall::Header), "no header");
    assert_eq!(with(3, "AAAA"), Some(Wall::Cipher), "another ciphertext");
}

/// The last character of a segment carries bits that no byte has; other values of them would be other spellings.
#[test]
fn jos_02_a_segment_has_one_spelling() {
    fn spelled_otherwise<A: Sample>() {
        // Samples of growing size, so that every segment comes to have bits to spare.
        for content in ["", "x", "xx"] {
            let text = node().seal(&A::sample(content), NOW);
            let mut ends: Vec<usize> = text.match_indices('.').map(|(at, _)| at).collect();
            ends.push(text.len());
            let starts: Vec<usize> = ends.iter().map(|end| end + 1).collect();
            for (start, end) in [0].iter().chain(&starts).zip(&ends) {
                let spare_bits = (end - start) % 4 > 1;
                if spare_bits {
                    let last = BASE64URL.find(&text[end - 1..*end]).expect("base64url");
                    let mut changed = text.clone();
                    changed.replace_range(end - 1..*end, &BASE64URL[last + 1..=last + 1]);
                    assert_eq!(
                        wall::<A>(&changed),
                        Some(Wall::Shape),
                        "{:?}: {changed}",
                        A::PURPOSE
                    );
                }
            }
        }
    }
    super::for_every_purpose!(spelled_otherwise());
}

#[test]
fn a_mac_has_its_length_or_the_registration_is_refused() {
    let whole = forge(Purpose::ClientRegistration).with_members(&members::<ClientRegistration>());
    let (signing_input, mac) = whole.rsplit_once('.').expect("a JWS has dots");
    let mac = URL_SAFE_NO_PAD.decode(mac).expect("the MAC is base64url");
    for bytes in (0..=64).filter(|bytes| *bytes != 32) {
        let mac: Vec<u8> = mac.iter().copied().cycle().take(bytes).collect();
        let text = format!("{signing_input}.{}", URL_SAFE_NO_PAD.encode(mac));
        assert_eq!(wall::<ClientRegistration>(&text), Some(Wall::Shape), "MAC of {bytes}");
    }
    let header = signing_input.split('.').next().unwrap_or_default();
    let empty = format!("{header}..{}", URL_SAFE_NO_PAD.encode(mac));
    assert_eq!(wall::<ClientRegistration>(&empty), Some(Wall::Shape), "no payload");
}

/// Authentic encryption is not enough for a nested value: its content must be our JWS.
#[test]
fn a_nested_value_contains_our_jws_or_it_is_refused() {
    let forge = forge(Purpose::AuthorizationCode);
    let payload = format!("{{\"p\":1,{}}}", members::<AuthorizationCode>());
    let right = forge.jws(r#"{"alg":"HS256"}"#, payload.as_bytes());
    let (signing_input, mac) = right.rsplit_once('.').expect("a JWS has dots");
    let unsigned = |header: &str| {
        format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(&payload))
    };
    let other_mac = super::forge::forge(Purpose::AccessToken);
    let table = [
        ("as it should be", forge.with_content(right.as_bytes())),
        ("the claims alone", forge.with_content(payload.as_bytes())),
        ("not encoded at all", forge.with_content(b"\xff\xfe")),
        ("alg none, no MAC", forge.with_content(unsigned(r#"{"alg":"none"}"#).as_bytes())),
        ("no MAC", forge.with_content(unsigned(r#"{"alg":"HS256"}"#).as_bytes())),
        ("short MAC", forge.with_content(format!("{signing_input}.{}", &mac[..40]).as_bytes())),
        ("one segment more", forge.with_content(format!("{right}.AAAA").as_bytes())),
        ("a line break", forge.with_content(format!("{right}\n").as_bytes())),
        ("padding", forge.with_content(format!("{right}=").as_bytes())),
        ("a JWE again", forge.with_content(forge.with_content(right.as_bytes()).as_bytes())),
        ("another header", {
            let inner = forge.jws(r#"{"alg":"HS256","typ":"JWT"}"#, payload.as_bytes());
            forge.with_content(inner.as_bytes())
        }),
        ("the MAC of another purpose", {
            let inner = other_mac.jws(r#"{"alg":"HS256"}"#, payload.as_bytes());
            forge.with_content(inner.as_bytes())
        }),
    ];
    let table = table.map(|(name, text)| (name, wall::<AuthorizationCode>(&text)));
    insta::assert_snapshot!(names(&table), @r"
    as it should be: opens
    the claims alone: Mac
    not encoded at all: Mac
    alg none, no MAC: Mac
    no MAC: Mac
    short MAC: Mac
    one segment more: Mac
    a line break: Mac
    padding: Mac
    a JWE again: Mac
    another header: Mac
    the MAC of another purpose: Mac
    ");
}

fn long<A: Sample>(text: &str) {
    let max = A::PURPOSE.recipe().characters_max;
    let repeated = text.repeat(max / text.len() + 1);
    assert_eq!(wall::<A>(&repeated[..=max]), Some(Wall::Length), "{:?}", A::PURPOSE);
    assert_ne!(wall::<A>(&repeated[..max]), Some(Wall::Length), "{:?}", A::PURPOSE);
}

#[test]
fn nothing_longer_than_its_purpose_allows_is_looked_at() {
    for text in [".", "A", "A.", "\0", "[", "{\"a\":", "eyJhbGciOiJkaXIi"] {
        super::for_every_purpose!(long(text));
    }
}

#[test]
fn a_megabyte_is_refused_for_its_length() {
    for text in [".", "A", "[", "eyJ6aXAiOiJERUYifQ..A.A.A"] {
        let megabyte = text.repeat(1_048_576 / text.len());
        assert_eq!(wall::<RefreshToken>(&megabyte), Some(Wall::Length), "{text}");
    }
}

#[test]
fn other_serialisations_and_texts_are_refused() {
    let forge = forge(Purpose::RefreshToken);
    let right = forge.with_members(&members::<RefreshToken>());
    let [header, _, iv, ciphertext, tag]: [&str; 5] =
        right.split('.').collect::<Vec<_>>().try_into().expect("a JWE has five segments");
    let json = format!(
        r#"{{"protected":"{header}","iv":"{iv}","ciphertext":"{ciphertext}","tag":"{tag}"}}"#
    );
    let without_key = format!("{header}.{iv}.{ciphertext}.{tag}");
    let table = [
        ("as it should be", right.clone()),
        ("flattened JSON", json),
        ("four segments", without_key),
        ("six segments", format!("{right}.AAAA")),
        ("nothing", String::new()),
        ("dots", "....".to_owned()),
        ("standard base64", right.replacen('.', "+.", 1)),
        ("padded", format!("{right}==")),
        ("a byte order mark", format!("\u{feff}{right}")),
        ("a zero byte", format!("{right}\0")),
        ("percent encoding", right.replacen('.', "%2E", 1)),
    ];
    let table = table.map(|(name, text)| (name, wall::<RefreshToken>(&text)));
    insta::assert_snapshot!(names(&table), @r"
    as it should be: opens
    flattened JSON: Alphabet
    four segments: Shape
    six segments: Shape
    nothing: Shape
    dots: Shape
    standard base64: Alphabet
    padded: Alphabet
    a byte order mark: Alphabet
    a zero byte: Alphabet
    percent encoding: Alphabet
    ");
}
