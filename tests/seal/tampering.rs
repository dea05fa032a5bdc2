//! Whatever is done to a sealed value short of leaving it alone, it does not open.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use sealbearer::keys::KeyRing;
use sealbearer::seal::{Purpose, Seal, Wall};

use super::forge::{forge, wall};
use super::{AuthorizationCode, ISSUER, NOW, Sample, cases, for_every_purpose, node, ring, seal};

/// Base64url in its order, then what belongs between, beside and outside.
const CHARACTERS: &str =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\0%\u{e9}";

fn refuses<A: Sample>(seal: &Seal, text: &str, what: &str) {
    assert!(seal.open::<A>(text, NOW).is_err(), "{:?}: {what}: {text}", A::PURPOSE);
}

fn changed_anywhere<A: Sample>(seal: &Seal) {
    let text = seal.seal(&A::sample("x"), NOW);
    for (at, was) in text.char_indices() {
        for becomes in CHARACTERS.chars().filter(|becomes| *becomes != was) {
            let mut changed = text.clone();
            changed.replace_range(at..=at, becomes.encode_utf8(&mut [0; 4]));
            refuses::<A>(seal, &changed, "changed");
        }
    }
}

#[test]
fn no_character_can_be_changed_into_any_other() {
    for_every_purpose!(changed_anywhere(node()));
}

fn cut_or_grown_anywhere<A: Sample>(seal: &Seal) {
    let text = seal.seal(&A::sample("x"), NOW);
    for at in 0..text.len() {
        refuses::<A>(seal, &text[..at], "cut at the end");
        refuses::<A>(seal, &text[at + 1..], "cut at the start");
        refuses::<A>(seal, &[&text[..at], &text[at + 1..]].concat(), "a character missing");
    }
    for at in 0..=text.len() {
        for more in ["A", ".", "=", "==", " ", "\n", "\r\n", "\0", "\t", "~", "AAAA"] {
            refuses::<A>(seal, &[&text[..at], more, &text[at..]].concat(), "grown");
        }
    }
    refuses::<A>(seal, &text.repeat(2), "twice");
}

#[test]
fn no_character_can_be_missing_or_too_many() {
    for_every_purpose!(cut_or_grown_anywhere(node()));
}

fn segments_cut_or_grown<A: Sample>(seal: &Seal) {
    let text = seal.seal(&A::sample("x"), NOW);
    let segments: Vec<&str> = text.split('.').collect();
    for (at, segment) in segments.iter().enumerate() {
        let with = |segment: &str| {
            let mut changed = segments.clone();
            changed[at] = segment;
            changed.join(".")
        };
        for length in 0..segment.len() {
            refuses::<A>(seal, &with(&segment[..length]), "segment cut at the end");
            refuses::<A>(seal, &with(&segment[length + 1..]), "segment cut at the start");
        }
        for more in ["A", "AA", "AAA", "AAAA", "=", segment].into_iter().filter(|m| !m.is_empty()) {
            refuses::<A>(seal, &with(&format!("{segment}{more}")), "segment grown");
            refuses::<A>(seal, &with(&format!("{more}{segment}")), "segment grown");
        }
    }
}

#[test]
fn no_segment_can_be_shorter_or_longer() {
    for_every_purpose!(segments_cut_or_grown(node()));
}

fn spliced<A: Sample>(seal: &Seal) {
    let texts = ["one", "two"].map(|content| seal.seal(&A::sample(content), NOW));
    let [first, second] = texts.each_ref().map(|text| text.split('.').collect::<Vec<_>>());
    let spliced: HashSet<String> = (0_u32..1 << first.len())
        .map(|mask| {
            let choice = |at: usize| if mask >> at & 1 == 0 { first[at] } else { second[at] };
            (0..first.len()).map(choice).collect::<Vec<_>>().join(".")
        })
        .collect();
    assert!(spliced.len() >= 4, "segments differ, so there is something to splice");
    for text in spliced {
        let opens = seal.open::<A>(&text, NOW).is_ok();
        assert_eq!(opens, texts.contains(&text), "{:?}: {text}", A::PURPOSE);
    }
}

#[test]
fn segments_of_two_values_do_not_mix() {
    for_every_purpose!(spliced(node()));
}

/// Inside a nested value the same holds, even for someone who could encrypt.
#[test]
fn inner_segments_of_two_values_do_not_mix() {
    let code = forge(Purpose::AuthorizationCode);
    let inner = |content: &str| {
        let payload = format!(r#"{{"p":1,"iat":{0},"exp":{0},"code":"{content}"}}"#, NOW.0);
        code.jws(r#"{"alg":"HS256"}"#, payload.as_bytes())
    };
    let (one, two) = (inner("one"), inner("two"));
    let mixed = [&one[..one.rfind('.').unwrap_or(0)], &two[two.rfind('.').unwrap_or(0)..]].concat();
    assert_eq!(wall::<AuthorizationCode>(&code.with_content(one.as_bytes())), None);
    let mixed = code.with_content(mixed.as_bytes());
    assert_eq!(wall::<AuthorizationCode>(&mixed), Some(Wall::Mac));
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn nothing_that_was_not_sealed_opens(text in "[A-Za-z0-9_-]{0,90}(\\.[A-Za-z0-9_-]{0,60}){0,5}") {
        for_every_purpose!(refuses(node(), &text, "made up"));
    }

    /// Right header and right lengths, so that it is decryption and MAC that refuse.
    #[test]
    fn random_bytes_behind_a_right_header_do_not_open(
        iv: [u8; 12],
        content in prop::collection::vec(any::<u8>(), 1..200),
        tag: [u8; 16],
        mac: [u8; 32],
    ) {
        let [iv, content, tag, mac] =
            [&iv[..], &content, &tag, &mac].map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
        for purpose in Purpose::ALL {
            let header = URL_SAFE_NO_PAD.encode(forge(purpose).header);
            let (jwe, jws) = (format!("{header}..{iv}.{content}.{tag}"), format!("{header}.{content}.{mac}"));
            for_every_purpose!(refuses(node(), &jwe, "random"));
            for_every_purpose!(refuses(node(), &jws, "random"));
        }
    }
}

fn only_under_this_issuer<A: Sample>() {
    let text = seal().seal(&A::sample("x"), NOW);
    for issuer in
        ["https://auth.example.org", "https://auth.example.com/", "", "https://auth.example.co"]
    {
        refuses::<A>(&Seal::new(issuer, &ring()), &text, issuer);
    }
}

#[test]
fn dcr_11_what_another_issuer_sealed_does_not_open() {
    for_every_purpose!(only_under_this_issuer());
}

fn only_under_this_ring<A: Sample>(other: &Seal) {
    refuses::<A>(other, &seal().seal(&A::sample("x"), NOW), "another ring");
    refuses::<A>(&seal(), &other.seal(&A::sample("x"), NOW), "another ring");
}

/// Also with the same key ids.
#[test]
fn what_was_sealed_under_another_ring_does_not_open() {
    for_every_purpose!(only_under_this_ring(&Seal::new(ISSUER, &KeyRing::generate(NOW))));
}
