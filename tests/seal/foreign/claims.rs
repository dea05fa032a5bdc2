//! Claims of others, read one by one.
//! Source: RFC 7519 §2 and §4.1.

use protocol::oauth::time::UnixTime;
use sealbearer::seal::foreign::{CLIENT_ASSERTION, ClaimFault, ForeignClaims, ForeignJwt};

use super::{SIGNERS, key_set};

fn claims(text: &str) -> ForeignClaims {
    let [_, signer, _] = &*SIGNERS;
    let text = signer.sign_texts(&signer.header().to_string(), text);
    let jwt = ForeignJwt::parse(&text, &CLIENT_ASSERTION).expect("it has the shape");
    jwt.verify(&key_set(&signer.key_set())).expect("its key signed it").clone()
}

#[test]
fn jos_10_an_instant_is_an_integer_within_range() {
    let most = 1_u64 << 33;
    for (text, instant) in [("0", 0), ("1800000000", 1_800_000_000), (&most.to_string(), most)] {
        let read = claims(&format!("{{\"exp\":{text}}}")).instant("exp");
        assert_eq!(read, Ok(Some(UnixTime(instant))));
    }
    let texts = [
        "-1",
        "1.0",
        "1800000000.5",
        "1e9",
        "1e300",
        "8589934593",
        "253402300800",
        "18446744073709551615",
        "18446744073709551616",
        "\"1800000000\"",
        "null",
        "true",
        "[1]",
        "{}",
    ];
    for text in texts {
        let read = claims(&format!("{{\"exp\":{text}}}")).instant("exp");
        assert_eq!(read, Err(ClaimFault), "{text}");
    }
    assert_eq!(claims("{}").instant("exp"), Ok(None));
}

#[test]
fn jos_11_a_text_is_a_text_under_its_exact_name() {
    let read = claims(r#"{"sub":"ci","Sub":"x","SUB":"y","sub\u0000":"z"}"#);
    assert_eq!(read.text("sub"), Ok(Some("ci")));
    assert_eq!(claims(r#"{"Sub":"ci"}"#).text("sub"), Ok(None));
    for text in ["1", "null", "[\"ci\"]", "{}", "true"] {
        assert_eq!(claims(&format!("{{\"sub\":{text}}}")).text("sub"), Err(ClaimFault), "{text}");
    }
}

#[test]
fn words_are_a_list_or_one_text_and_so_many_at_the_most() {
    let words = |text: &str| {
        let claims = claims(&format!("{{\"scope\":{text}}}"));
        claims.words("scope", 3).map(|words| words.join(" "))
    };
    for text in ["\"a b c\"", "\"  a b  c \"", "[\"a\",\"b\",\"c\"]"] {
        assert_eq!(words(text), Ok("a b c".to_owned()), "{text}");
    }
    assert_eq!([words("\"\""), words("[]")], [Ok(String::new()), Ok(String::new())]);
    let more = ["\"a b c d\"", "[\"a\",\"b\",\"c\",\"d\"]", "\"a b c d e\""];
    for text in more.into_iter().chain(["1", "null", "[1]", "{}"]) {
        assert_eq!(words(text), Err(ClaimFault), "{text}");
    }
    assert_eq!(claims("{}").words("scope", 0), Ok(Vec::new()));
}

#[test]
fn an_audience_is_a_text_or_some_texts() {
    let texts = |text: &str| {
        let claims = claims(&format!("{{\"aud\":{text}}}"));
        claims.texts("aud").map(|texts| texts.join(" "))
    };
    assert_eq!(texts("\"a\""), Ok("a".to_owned()));
    assert_eq!(texts("[\"a\"]"), Ok("a".to_owned()));
    assert_eq!(texts("[\"a\",\"b\"]"), Ok("a b".to_owned()));
    let list = |length: usize| format!("[{}]", vec!["\"a\""; length].join(","));
    assert_eq!(texts(&list(16)), Ok(["a"; 16].join(" ")));
    for text in ["[]", "1", "null", "[1]", "[\"a\",null]", "[[\"a\"]]", &list(17)] {
        assert_eq!(texts(text), Err(ClaimFault), "{text}");
    }
    assert_eq!(claims("{}").texts("aud"), Ok(Vec::new()));
}
