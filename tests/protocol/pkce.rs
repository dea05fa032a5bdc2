//! Proof Key for Code Exchange. Source: RFC 7636.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use protocol::oauth::client::ClientKind;
use protocol::oauth::pkce::{Challenge, CodeChallenge, PkceRule, VerifierFault};

use super::support::{challenge_of, challenge_text, verifier};

/// Text that breaks the grammar in exactly one way: too short, too long, or one bad character.
fn malformed_verifier() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9._~-]{42}",
        "[A-Za-z0-9._~-]{0,41}",
        "[A-Za-z0-9._~-]{129}",
        "[A-Za-z0-9._~-]{130,300}",
        "[A-Za-z0-9._~-]{21,63}[ +/=é%\u{0}\n][A-Za-z0-9._~-]{21,63}",
    ]
}

/// The rule of a client that can keep a secret.
fn weakened(optional: bool, plain: bool) -> PkceRule {
    PkceRule::weakened(ClientKind::Confidential, optional, plain).expect("it can keep a secret")
}

proptest! {
    #![proptest_config(super::config())]

    /// RFC 7636 §4.6: the verifier the challenge was made from redeems the code.
    #[test]
    fn the_verifier_redeems(ours in verifier()) {
        prop_assert!(challenge_of(&ours).verify(&ours).is_ok());
    }

    /// RFC 7636 §4.6: only the verifier the challenge was made from redeems the code.
    #[test]
    fn no_other_verifier_redeems(ours in verifier(), other in verifier()) {
        prop_assume!(ours != other);
        let outcome = challenge_of(&ours).verify(&other);
        prop_assert_eq!(outcome.err(), Some(VerifierFault::Mismatch));
    }

    /// RFC 7636 §4.1: text outside the grammar is malformed, even if the challenge was made from it.
    #[test]
    fn a_verifier_outside_the_grammar_is_malformed(text in malformed_verifier()) {
        let outcome = challenge_of(&text).verify(&text);
        prop_assert_eq!(outcome.err(), Some(VerifierFault::Malformed));
    }

    /// The challenge itself is no verifier: an authorization request reveals nothing that redeems.
    #[test]
    fn the_challenge_does_not_redeem(ours in verifier()) {
        let outcome = challenge_of(&ours).verify(&challenge_text(&ours));
        prop_assert_eq!(outcome.err(), Some(VerifierFault::Mismatch));
    }

    /// RFC 7636 §4.6: what `plain` sends is the verifier itself, and nothing else redeems.
    #[test]
    fn a_plain_challenge_is_redeemed_by_itself_alone(ours in verifier(), other in verifier()) {
        prop_assume!(ours != other);
        let rule = weakened(false, true);
        let challenge = rule.challenge(Some(&ours), Some("plain")).expect("it may be plain");
        prop_assert!(challenge.verify(Some(&ours), PkceRule::STRICT).is_ok());
        let outcome = challenge.verify(Some(&other), rule);
        prop_assert_eq!(outcome.err(), Some(VerifierFault::Mismatch));
        let outcome = challenge.verify(None, weakened(true, true));
        prop_assert_eq!(outcome.err(), Some(VerifierFault::Missing));
    }

    /// RFC 9700 §4.8.2: where PKCE was left out, every verifier is a sign that somebody took the challenge away.
    #[test]
    fn a_verifier_without_a_challenge_is_refused(guess in ".*") {
        let nothing = Challenge::unsealed(None);
        for rule in [PkceRule::STRICT, weakened(true, false), weakened(true, true)] {
            let outcome = nothing.verify(Some(&guess), rule);
            prop_assert_eq!(outcome.err(), Some(VerifierFault::Unexpected));
        }
    }

    /// A challenge has exactly one spelling.
    #[test]
    fn a_challenge_is_read_in_its_only_spelling(bytes in any::<[u8; 32]>()) {
        let text = URL_SAFE_NO_PAD.encode(bytes);
        let challenge = CodeChallenge::parse(&text).expect("43 characters");
        prop_assert_eq!(challenge.as_bytes(), &bytes);
        prop_assert_eq!(challenge, CodeChallenge::from_bytes(bytes));
        let last = char::from(text.as_bytes()[42]);
        for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars() {
            let respelled = format!("{}{other}", &text[..42]);
            let read = CodeChallenge::parse(&respelled);
            prop_assert_eq!(read == Some(challenge), other == last);
        }
    }

    /// Any other length, padding or alphabet is refused.
    #[test]
    fn a_malformed_challenge_is_refused(text in prop_oneof![
        "[A-Za-z0-9_-]{0,42}", "[A-Za-z0-9_-]{44,60}", "[A-Za-z0-9_-]{43}=",
        "[A-Za-z0-9_-]{20}[+/ .~%][A-Za-z0-9_-]{22}",
    ]) {
        prop_assert_eq!(CodeChallenge::parse(&text), None);
    }
}

#[test]
fn tok_07_the_length_of_a_verifier_is_judged_on_both_sides() {
    let accepted = |length: usize| {
        let verifier = "v".repeat(length);
        challenge_of(&verifier).verify(&verifier).is_ok()
    };
    assert_eq!([42, 43, 128, 129].map(accepted), [false, true, true, false]);
}

/// OAuth 2.1 §7.5.1: nothing but PKCE or a secret tells a client from who stole its code.
#[test]
fn only_a_client_that_keeps_a_secret_may_leave_pkce_out() {
    let kinds = [
        ClientKind::Public,
        ClientKind::Confidential,
        ClientKind::Keyed,
        ClientKind::PublicOrKeyed,
    ];
    for kind in kinds {
        for plain in [false, true] {
            let optional = PkceRule::weakened(kind, true, plain);
            assert_eq!(optional.is_some(), kind.can_keep_a_secret(), "{kind:?}");
            assert!(PkceRule::weakened(kind, false, plain).is_some(), "{kind:?}");
        }
    }
    assert_eq!(PkceRule::weakened(ClientKind::Public, false, false), Some(PkceRule::STRICT));
}

/// What each rule makes of each request. A method without a challenge is a request that was cut off, whatever the rule.
#[test]
fn what_each_rule_takes() {
    let rules = [
        ("strict", PkceRule::STRICT),
        ("optional", weakened(true, false)),
        ("plain", weakened(false, true)),
        ("both", weakened(true, true)),
    ];
    let (hash, verifier, short) = (challenge_text("v"), "v".repeat(44), "v".repeat(42));
    let challenges = [
        ("none", None),
        ("hash", Some(&hash)),
        ("verifier", Some(&verifier)),
        ("short", Some(&short)),
    ];
    let methods = [None, Some("S256"), Some("plain"), Some("s256")];
    let mut lines = Vec::new();
    for (challenge, sent) in challenges {
        for method in methods {
            let outcomes = rules.map(|(name, rule)| {
                let read = rule.challenge(sent.map(String::as_str), method);
                let read =
                    read.map(|read| if read.hash().is_some() { "taken" } else { "left out" });
                format!("{name} {}", read.map_or_else(|fault| format!("{fault:?}"), str::to_owned))
            });
            let method = method.unwrap_or("no method");
            lines.push(format!("{challenge}, {method}: {}", outcomes.join(", ")));
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    none, no method: strict Missing, optional left out, plain Missing, both left out
    none, S256: strict Missing, optional Missing, plain Missing, both Missing
    none, plain: strict Missing, optional Missing, plain Missing, both Missing
    none, s256: strict Missing, optional Missing, plain Missing, both Missing
    hash, no method: strict MethodUnsupported, optional MethodUnsupported, plain taken, both taken
    hash, S256: strict taken, optional taken, plain taken, both taken
    hash, plain: strict MethodUnsupported, optional MethodUnsupported, plain taken, both taken
    hash, s256: strict MethodUnsupported, optional MethodUnsupported, plain MethodUnsupported, both MethodUnsupported
    verifier, no method: strict MethodUnsupported, optional MethodUnsupported, plain taken, both taken
    verifier, S256: strict Malformed, optional Malformed, plain Malformed, both Malformed
    verifier, plain: strict MethodUnsupported, optional MethodUnsupported, plain taken, both taken
    verifier, s256: strict MethodUnsupported, optional MethodUnsupported, plain MethodUnsupported, both MethodUnsupported
    short, no method: strict MethodUnsupported, optional MethodUnsupported, plain PlainMalformed, both PlainMalformed
    short, S256: strict Malformed, optional Malformed, plain Malformed, both Malformed
    short, plain: strict MethodUnsupported, optional MethodUnsupported, plain PlainMalformed, both PlainMalformed
    short, s256: strict MethodUnsupported, optional MethodUnsupported, plain MethodUnsupported, both MethodUnsupported
    ");
}

/// A rule that was tightened reaches codes that are out.
#[test]
fn what_was_left_out_must_still_be_optional_when_the_code_is_redeemed() {
    let nothing = weakened(true, false).challenge(None, None).expect("it may be left out");
    assert!(nothing.verify(None, weakened(true, false)).is_ok());
    let outcome = nothing.verify(None, PkceRule::STRICT);
    assert_eq!(outcome.err(), Some(VerifierFault::Missing));
}
