//! The number by which a page, a response header and the log speak of one request.

use std::fmt;

use poem::Request;

/// The number of one request, random enough not to meet again in a log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CorrelationId(String);

impl CorrelationId {
    /// A number from random bytes.
    #[must_use]
    pub fn new(random: [u8; 16]) -> Self {
        use fmt::Write as _;
        let mut text = String::new();
        for byte in &random[..6] {
            write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        }
        Self(text)
    }

    /// The number that `http` was given when it came in.
    #[must_use]
    pub fn of(http: &Request) -> Self {
        http.extensions().get().cloned().unwrap_or_else(|| Self("none".to_owned()))
    }
}

impl fmt::Display for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
