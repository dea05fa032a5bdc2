//! The spelling of names, durations and URIs in configuration. Pure.

use protocol::oauth::redirect_uri::{
    REDIRECT_URI_BYTES_MAX, RedirectFault, RedirectRules, RegisteredRedirectUri,
};
use url::Url;

/// Longer scope tokens are refused; every token carries them.
pub(super) const SCOPE_BYTES_MAX: usize = 64;

/// Seconds of `30s`, `5m`, `1h`, `30d`.
pub(super) fn duration(text: &str) -> Option<u64> {
    let unit = text.chars().last()?;
    let seconds_each = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u64>().ok()?.checked_mul(seconds_each)
}

/// `seconds` in the largest unit that says it exactly, a single day as hours.
pub(super) fn spell_duration(seconds: u64) -> String {
    let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm')];
    let exact = |(each, _): &(u64, char)| {
        seconds > 0 && seconds.is_multiple_of(*each) && (*each, seconds) != (86_400, 86_400)
    };
    let (each, letter) = units.into_iter().find(exact).unwrap_or((1, 's'));
    format!("{}{letter}", seconds / each)
}

/// What of a value may stand in a message: at most 60 characters of it, none of them a control character.
pub(super) fn shorten(value: &str) -> String {
    value.chars().filter(|letter| !letter.is_control()).take(60).collect()
}

/// The known word that `word` was most likely meant to be.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let close = |near: &&str| distance(word, near) <= (near.len() / 3).clamp(1, 3);
    known.filter(close).min_by_key(|near| distance(word, near))
}

/// Edits between two words, after Levenshtein.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, other) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = substituted.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

/// Whether `text` is a scope token of bearable length. Source: RFC 6749 §3.3.
pub(super) fn is_scope_token(text: &str) -> bool {
    let allowed = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
    (1..=SCOPE_BYTES_MAX).contains(&text.len()) && text.bytes().all(allowed)
}

/// Whether `text` can be the id of a pre-registered client: never a URL, a registration, or anything that HTTP Basic
/// would split.
pub(super) fn is_client_id(text: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'-');
    (1..=64).contains(&text.len()) && text.bytes().all(allowed) && !text.starts_with("eyJ")
}

/// Whether `text` can be shown on one line: 1 to `most` characters, no control characters, no space around it.
pub(super) fn is_line(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.chars().count())
        && !text.chars().any(char::is_control)
        && text.trim() == text
}

/// Whether `text` is a private-use scheme in its normal form that a redirect URI could have. Source: RFC 3986 §3.1.
pub(super) fn is_private_use_scheme(text: &str) -> bool {
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.');
    let plain = text.len() <= 64 && text.bytes().all(allowed);
    let rules =
        RedirectRules { private_use_schemes: vec![text.to_owned()], ..RedirectRules::default() };
    plain
        && !matches!(text, "http" | "https")
        && redirect_uri(&format!("{text}:/callback"), &rules).is_ok()
}

/// Whether `text` may be a redirect URI of a pre-registered client.
/// # Errors
/// What is wrong, as half a sentence.
pub(super) fn redirect_uri(text: &str, rules: &RedirectRules) -> Result<(), String> {
    let Err(fault) = RegisteredRedirectUri::parse(text, rules) else { return Ok(()) };
    Err(match fault {
        RedirectFault::TooLong => format!("is longer than {REDIRECT_URI_BYTES_MAX} bytes"),
        RedirectFault::Malformed => "is not an absolute URI in printable ASCII".to_owned(),
        RedirectFault::Fragment => "must not have a fragment".to_owned(),
        RedirectFault::UserInformation => "must not contain a user or password".to_owned(),
        RedirectFault::Scheme => {
            "has a scheme that is dangerous or not in registration.redirect_schemes".to_owned()
        }
        RedirectFault::InsecureHost => {
            "must be https, because its host is not 127.0.0.1, [::1] or localhost".to_owned()
        }
    })
}

/// Whether `text` may be the path of a resource: normal, and not one of our own.
/// # Errors
/// What is wrong, as half a sentence.
pub(super) fn resource_path(text: &str) -> Result<(), String> {
    const OURS: [&str; 10] = [
        "/oauth",
        "/.well-known",
        "/docs",
        "/openapi.json",
        "/openapi.yaml",
        "/healthz",
        "/readyz",
        "/authorize",
        "/token",
        "/mcp/protected",
    ];
    let segment = |part: &str| {
        let allowed =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'-');
        !part.is_empty() && part.bytes().all(allowed) && part != "." && part != ".."
    };
    let Some(rest) = text.strip_prefix('/') else {
        return Err("must begin with a slash".to_owned());
    };
    if !rest.split('/').all(segment) || text.len() > 64 {
        return Err(
            "must be segments of A-Z a-z 0-9 . _ ~ - with one slash between, 64 characters at most"
                .to_owned(),
        );
    }
    let taken = OURS.iter().chain(&["/register"]).find(|ours| {
        text.strip_prefix(**ours).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    taken.map_or(Ok(()), |ours| Err(format!("lies at {ours}, which is the server's own")))
}

/// The origin in its one spelling, if `text` is one. Source: RFC 6454 §6.2.
pub(super) fn is_origin(text: &str) -> bool {
    Url::parse(text)
        .is_ok_and(|url| url.origin().is_tuple() && url.origin().ascii_serialization() == text)
}
