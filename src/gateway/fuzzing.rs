//! Entry points that fuzz targets and the replay of their seeds share.

use super::{
    Refusal,
    bearer::{Carriers, Scheme, TOKEN_BYTES_MAX, present},
    challenge::challenge_of,
};

/// Reads `value` as an `Authorization` header, and writes challenges from it.
/// # Panics
/// If a token outside the grammar is accepted, or a challenge is not well-formed.
pub fn bearer(value: &[u8]) {
    let carriers = Carriers { authorization: vec![value], ..Carriers::default() };
    let schemes = [Scheme::Bearer, Scheme::Dpop];
    if let Ok(Some(accepted)) = present(&carriers, &schemes) {
        let accepted = accepted.access_token;
        assert!(!accepted.is_empty() && accepted.len() <= TOKEN_BYTES_MAX);
        assert!(accepted.bytes().all(|byte| byte.is_ascii_graphic() && byte != b','));
    }
    let text = String::from_utf8_lossy(value);
    let scopes: Vec<String> = text.split(' ').map(str::to_owned).collect();
    for refusal in Refusal::ALL {
        for scheme in schemes {
            if let Some(written) = challenge_of(scheme, refusal, &text, &scopes) {
                assert!(parse_challenge_of(scheme, &written).is_some(), "{written}");
            }
        }
    }
}

/// Reads one challenge to send a bearer token back, as [`parse_challenge_of`].
#[must_use]
pub fn parse_challenge(text: &str) -> Option<Vec<(&str, &str)>> {
    parse_challenge_of(Scheme::Bearer, text)
}

/// Reads one challenge back, strictly: the scheme, `name="value", …` in visible ASCII, each name once, nothing escaped.
#[must_use]
pub fn parse_challenge_of(scheme: Scheme, text: &str) -> Option<Vec<(&str, &str)>> {
    let mut rest = text.strip_prefix(scheme.as_str())?.strip_prefix(' ')?;
    let mut parameters: Vec<(&str, &str)> = Vec::new();
    loop {
        let (name, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        let is_name =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let is_value =
            value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\' || byte == b' ');
        if !is_name || !is_value || parameters.iter().any(|(known, _)| *known == name) {
            return None;
        }
        parameters.push((name, value));
        if after.is_empty() {
            return Some(parameters);
        }
        rest = after.strip_prefix(", ")?;
    }
}
