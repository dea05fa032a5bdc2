//! The access token is read from one header and from nowhere else.
//! Source: RFC 6750 §2, OAuth 2.1 §5.1.

use proptest::prelude::*;
use sealbearer::gateway::{
    Refusal,
    bearer::{Carriers, Presented, Scheme, TOKEN_BYTES_MAX, present, read},
};

fn header(value: &[u8]) -> Result<Option<&str>, Refusal> {
    read(&Carriers { authorization: vec![value], ..Carriers::default() })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// RFC 6750 §2.1: exactly the tokens of the grammar are read, under the scheme in any case.
    #[test]
    fn every_token_of_the_grammar_is_read_whatever_the_case_of_the_scheme(
        scheme in "[Bb][Ee][Aa][Rr][Ee][Rr]",
        spaces in " {1,3}",
        presented in "[A-Za-z0-9._~+/-]{1,60}={0,2}",
    ) {
        let value = format!("{scheme}{spaces}{presented}");
        prop_assert_eq!(header(value.as_bytes()), Ok(Some(presented.as_str())));
    }

    #[test]
    fn one_byte_outside_the_grammar_spoils_the_token(
        before in "[a-z]{0,5}",
        byte in any::<u8>().prop_filter("outside", |byte| !byte.is_ascii_alphanumeric() && !b"-._~+/=,".contains(byte)),
        after in "[a-z]{1,5}",
    ) {
        let mut value = format!("Bearer x{before}").into_bytes();
        value.push(byte);
        value.extend_from_slice(after.as_bytes());
        prop_assert_eq!(header(&value), Err(Refusal::TokenMalformed));
    }

    #[test]
    fn no_header_makes_reading_panic_and_no_challenge_is_malformed(value in proptest::collection::vec(any::<u8>(), 0..80)) {
        sealbearer::gateway::fuzzing::bearer(&value);
        sealbearer::gateway::fuzzing::bearer(&[b"Bearer ", value.as_slice()].concat());
    }

    /// A token that could be read from two places could be read differently by two readers.
    #[test]
    fn a_token_in_the_query_or_a_form_is_never_read(presented in "[a-z]{1,20}", header in any::<bool>(), form in any::<bool>()) {
        let parameters = format!("a=b&access%5Ftoken={presented}");
        let carriers = Carriers {
            authorization: if header { vec![b"Bearer good"] } else { vec![] },
            query: (!form).then_some(parameters.as_str()),
            form: form.then_some(parameters.as_bytes()),
        };
        let expected = if header { Refusal::TokenRepeated } else { Refusal::TokenElsewhere };
        prop_assert_eq!(read(&carriers), Err(expected));
    }
}

#[test]
fn two_tokens_are_one_too_many() {
    let twice = Carriers { authorization: vec![b"Bearer a", b"Bearer a"], ..Carriers::default() };
    assert_eq!(read(&twice), Err(Refusal::TokenRepeated));
    let mixed = Carriers { authorization: vec![b"Basic a", b"Bearer a"], ..Carriers::default() };
    assert_eq!(read(&mixed), Err(Refusal::TokenRepeated));
    assert_eq!(header(b"Bearer a, Bearer b"), Err(Refusal::TokenRepeated));
}

#[test]
fn nothing_and_other_schemes_count_as_no_credentials() {
    assert_eq!(read(&Carriers::default()), Ok(None));
    for value in ["", "Basic YTpi", "DPoP abc", "Bearerx abc", "bear er"] {
        assert_eq!(header(value.as_bytes()), Ok(None), "{value}");
    }
}

/// RFC 9449 §7.1: where proofs are understood there is one scheme more, and still one header.
#[test]
fn a_scheme_is_read_where_it_is_understood() {
    let both = [Scheme::Bearer, Scheme::Dpop];
    let at = |value: &'static str, schemes: &[Scheme]| {
        present(&Carriers { authorization: vec![value.as_bytes()], ..Carriers::default() }, schemes)
    };
    let read = |scheme| Ok(Some(Presented { scheme, access_token: "abc" }));
    assert_eq!(at("dpop abc", &both), read(Scheme::Dpop));
    assert_eq!(at("bearer abc", &both), read(Scheme::Bearer));
    assert_eq!(at("DPoP abc", &[Scheme::Bearer]), Ok(None));
    assert_eq!(at("Bearer abc", &[Scheme::Dpop]), Ok(None));
    assert_eq!(at("DPoP ", &both), Err(Refusal::TokenMalformed));
    assert_eq!(at("DPoP a, Bearer b", &both), Err(Refusal::TokenRepeated));
}

#[test]
fn a_scheme_without_a_token_is_malformed() {
    for value in ["Bearer", "Bearer ", "Bearer =", "Bearer\tabc", "Bearer a=b"] {
        let expected = if value.contains('\t') { Ok(None) } else { Err(Refusal::TokenMalformed) };
        assert_eq!(header(value.as_bytes()), expected, "{value}");
    }
}

#[test]
fn a_token_has_a_longest_length() {
    let longest = format!("Bearer {}", "a".repeat(TOKEN_BYTES_MAX));
    assert!(matches!(header(longest.as_bytes()), Ok(Some(_))));
    assert_eq!(header(format!("{longest}a").as_bytes()), Err(Refusal::TokenTooLong));
}
