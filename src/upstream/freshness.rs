//! How long a document may be used without asking for it again.
//!
//! Source: RFC 9111 §4.2 and §5.2, draft-ietf-oauth-client-id-metadata-document-00 §4.2.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName};

/// No document is asked for more often than this, in seconds.
pub const FRESH_SECONDS_MIN: u64 = 5 * 60;
/// No document is used longer than this without asking, in seconds.
pub const FRESH_SECONDS_MAX: u64 = 24 * 60 * 60;
/// For documents that do not say.
pub const FRESH_SECONDS_DEFAULT: u64 = 60 * 60;

/// Whether, and how long, a document may be kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Freshness {
    /// It is not to be kept at all (`no-store`).
    NotKept,
    /// It is fresh for so long, between [`FRESH_SECONDS_MIN`] and [`FRESH_SECONDS_MAX`].
    Seconds(u64),
}

impl Freshness {
    /// What `headers` say of the document that came with them.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let directives: Vec<_> = lines(headers, &CACHE_CONTROL)
            .flat_map(|line| line.split(','))
            .map(|directive| directive.trim().to_ascii_lowercase())
            .collect();
        if directives.iter().any(|directive| directive == "no-store") {
            return Self::NotKept;
        }
        let never = directives.iter().any(|directive| directive.starts_with("no-cache"));
        let ages = directives.iter().filter_map(|directive| directive.strip_prefix("max-age="));
        // Where it says several things, the shortest.
        let max_age = ages.map(|age| seconds(age).unwrap_or(0)).min();
        let lifetime = match (never, max_age) {
            (true, _) => Some(0),
            (false, Some(max_age)) => Some(max_age),
            (false, None) => until_expiry(headers),
        };
        let age = lines(headers, &AGE).next().and_then(seconds).unwrap_or(0);
        let lifetime = lifetime.unwrap_or(FRESH_SECONDS_DEFAULT).saturating_sub(age);
        Self::Seconds(lifetime.clamp(FRESH_SECONDS_MIN, FRESH_SECONDS_MAX))
    }
}

/// `Expires` less `Date`. An unreadable `Expires` is in the past (RFC 9111 §5.3).
fn until_expiry(headers: &HeaderMap) -> Option<u64> {
    let expires = lines(headers, &EXPIRES).next()?;
    let instant = |text: &str| httpdate::parse_http_date(text).ok();
    let since_epoch = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let expires = instant(expires).map_or(Duration::ZERO, since_epoch);
    let date = lines(headers, &DATE).next().and_then(instant).map(since_epoch)?;
    Some(expires.saturating_sub(date).as_secs())
}

/// Decimal digits; more than fit mean for ever (RFC 9111 §1.2.2).
fn seconds(text: &str) -> Option<u64> {
    let text = text.trim_matches('"');
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

fn lines<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
}
