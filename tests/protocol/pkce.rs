//! Proof Key for Code Exchange. Source: RFC 7636.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use protocol::oauth::pkce::{CodeChallenge, VerifierFault};

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
fn the_length_of_a_verifier_is_judged_on_both_sides() {
    let accepted = |length: usize| {
        let verifier = "v".repeat(length);
        challenge_of(&verifier).verify(&verifier).is_ok()
    };
    assert_eq!([42, 43, 128, 129].map(accepted), [false, true, true, false]);
}
