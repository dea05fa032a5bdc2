//! Entry points that fuzz targets and the replay of their seeds share.

use poem::http::{HeaderMap, HeaderName, HeaderValue};

use super::{
    Refusal,
    bearer::{Carriers, Scheme, TOKEN_BYTES_MAX, present},
    challenge::challenge_of,
    proxy::headers::{HeaderRules, may_be_configured},
};
use crate::config::GatewayConfig;

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

/// What a server must never hear from a client, nor a client from a server.
const NEVER: [&str; 12] = [
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "dpop",
    "forwarded",
    "host",
    "origin",
    "proxy-authorization",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// Lets headers cross the gateway in both directions: `bytes` are lines `name: value`, the first of which names the
/// header that we speak by and one that the configuration lets pass.
/// # Panics
/// If something crosses that must not, or is not what was sent.
pub fn header_filter(bytes: &[u8]) {
    let mut lines = bytes.split(|byte| *byte == b'\n').filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = (HeaderName::from_bytes(&line[..colon]).ok()?, &line[colon + 1..]);
        Some((name, HeaderValue::from_bytes(value.trim_ascii()).ok()?))
    });
    let Some((ours, passed)) = lines.next() else { return };
    let passed = HeaderName::from_bytes(passed.as_bytes()).ok();
    let config = GatewayConfig {
        subject_header: Some(ours.clone()).filter(may_be_configured),
        headers_passed: passed.filter(may_be_configured).into_iter().collect(),
        ..GatewayConfig::new("http://127.0.0.1:3000/mcp".parse().expect("it is a URL"))
    };
    let mut sent = HeaderMap::new();
    for (name, value) in lines.take(100) {
        sent.append(name, value);
    }
    let of_connection: Vec<String> = sent
        .get_all("connection")
        .iter()
        .flat_map(|value| {
            String::from_utf8_lossy(value.as_bytes())
                .to_ascii_lowercase()
                .split(',')
                .map(|name| name.trim_ascii().to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    let rules = HeaderRules::new(&config);
    let is_ours = |name: &str| may_be_configured(&ours) && name.replace('_', "-") == ours.as_str();
    for crossed in [rules.to_upstream(&sent), rules.to_client(&sent)] {
        for (name, value) in &crossed {
            assert!(!NEVER.contains(&name.as_str()), "{name} crossed");
            assert!(!of_connection.iter().any(|named| named == name.as_str()), "{name} crossed");
            assert!(sent.get_all(name).iter().any(|one| one == value), "{name} was changed");
        }
    }
    assert!(
        !rules.to_upstream(&sent).keys().any(|name| is_ours(name.as_str())),
        "a client spoke for us"
    );
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
