//! Paths with one spelling: whoever stands in front of us or behind us must not read another one.
//! Source: RFC 3986 §3.3 (characters), §6.2.2 (what normalisation would change).

use percent_encoding::percent_decode;

/// Whether `path` is already what normalisation makes of it, and hides no separator: no empty or dotted segment, nothing
/// encoded that need not be, no encoded slash, backslash or ASCII control character, no encoded percent sign that would encode
/// something for whoever decodes twice, and no encoded bytes that are not UTF-8.
pub(super) fn is_plain(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return path == "*" || path.is_empty() };
    let last = rest.split('/').count() - 1;
    rest.split('/').enumerate().all(|(at, segment)| match segment {
        "" => at == last,
        "." | ".." => false,
        _ => is_plain_segment(segment.as_bytes()),
    })
}

fn is_plain_segment(segment: &[u8]) -> bool {
    if percent_decode(segment).decode_utf8().is_err() {
        return false;
    }
    let mut rest = segment;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match byte {
            b'%' => {
                let Some((&[high, low], after)) = after.split_first_chunk() else { return false };
                let is_encoded_twice = [high, low] == *b"25" && begins_with_octet(after);
                if is_encoded_twice || !stands_for_what_must_be_encoded(high, low) {
                    return false;
                }
                after
            }
            _ if is_unreserved(byte) || b"!$&'()*+,;=:@".contains(&byte) => after,
            _ => return false,
        };
    }
    true
}

/// Whether a percent sign in front of these would encode something.
fn begins_with_octet(bytes: &[u8]) -> bool {
    bytes.first_chunk::<2>().is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
}

fn stands_for_what_must_be_encoded(high: u8, low: u8) -> bool {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let (Some(high), Some(low)) = (digit(high), digit(low)) else { return false };
    let byte = (high << 4) + low;
    matches!(byte, b' '..=b'~' | 0x80..) && !is_unreserved(byte) && !b"/\\".contains(&byte)
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_ours_are_plain() {
        for path in [
            "/",
            "*",
            "/mcp",
            "/mcp/",
            "/.well-known/oauth-protected-resource/a/mcp",
            "/a:b@c;d=e",
            "/a%20b",
            "/caf%C3%A9",
            "/%25",
            "/100%25",
            "/%25/41",
            "/%25%C3%A9",
            "/%25zz",
            "/%252",
        ] {
            assert!(is_plain(path), "{path}");
        }
    }

    #[test]
    fn what_somebody_might_read_as_another_path_is_not() {
        for path in [
            "//",
            "//a",
            "/a//b",
            "/a//",
            "/.",
            "/a/..",
            "/./a",
            "/%2e",
            "/%2E%2e/a",
            "/a%2fb",
            "/a%5cb",
            "/a\\b",
            "/%2541",
            "/%252e%252e",
            "/%252F",
            "/%25252e",
            "/%25%32%65",
            "/%25%2525",
            "/%41",
            "/%00",
            "/%0d%0a",
            "/%c0%ae",
            "/\u{e9}",
            "/%e9",
            "/%",
            "/%a",
            "/%zz",
            "/a\"b",
            "/a|b",
            "/a^b",
            "a",
        ] {
            assert!(!is_plain(path), "{path}");
        }
    }
}
