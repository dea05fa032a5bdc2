//! E-mail addresses, read in one way only: whoever reads `a@ok.com@evil.example` another way opens a door.
//!
//! Source: RFC 5321 §4.1.2 without what nobody has: no quotes, comments, address literals, nor anything beyond ASCII.

/// The longest address that is read, in bytes (RFC 5321 §4.5.3.1.3).
pub const EMAIL_BYTES_MAX: usize = 254;
const LOCAL_PART_BYTES_MAX: usize = 64;
const LABEL_BYTES_MAX: usize = 63;

/// The domain of `address`: at least two labels of lower-case ASCII. `None` for every address that leaves a doubt: an upper-case
/// domain is refused, not folded, since a provider that verified it would have folded it itself.
#[must_use]
pub fn domain_of(address: &str) -> Option<&str> {
    if address.len() > EMAIL_BYTES_MAX {
        return None;
    }
    let (local, domain) = address.split_once('@')?;
    (is_local_part(local) && is_domain(domain)).then_some(domain)
}

/// Whether `text` is a domain in the spelling that addresses are compared in.
#[must_use]
pub fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LABEL_BYTES_MAX).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    text.contains('.') && text.split('.').all(is_label)
}

/// Words of letters, digits and the signs of RFC 5321 with single dots between.
fn is_local_part(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte);
    (1..=LOCAL_PART_BYTES_MAX).contains(&text.len())
        && text.split('.').all(|word| !word.is_empty() && word.bytes().all(allowed))
}
