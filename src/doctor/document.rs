//! What answers say: documents, challenges, and how two URLs differ.

use hyper::header::{CONTENT_TYPE, HeaderMap, LOCATION, WWW_AUTHENTICATE};
use serde_json::{Map, Value};
use url::Url;

use crate::upstream::{Probed, Silence};

/// What came of a question.
pub(super) type Answer = Result<Probed, Silence>;

/// What is at a place where a document may be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Document {
    /// A JSON object.
    Read(Map<String, Value>),
    /// Nothing, says the server with this status.
    Absent(u16),
    /// Something else; the words say what.
    Broken(String),
}

impl Document {
    pub(super) fn of(answer: &Answer) -> Self {
        let reply = match answer {
            Ok(reply) => reply,
            Err(reason) => return Self::Broken(format!("no answer: {reason}")),
        };
        let status = reply.status.as_u16();
        match status {
            200 => {}
            400..=499 => return Self::Absent(status),
            _ => return Self::Broken(format!("status {status}")),
        }
        if reply.is_cut {
            return Self::Broken("it is longer than 64 KB, or does not end".to_owned());
        }
        match serde_json::from_slice(&reply.body) {
            Ok(Value::Object(members)) => Self::Read(members),
            Ok(_) => Self::Broken("JSON, but not an object".to_owned()),
            Err(_) => {
                let kind = field(&reply.headers, CONTENT_TYPE.as_str()).unwrap_or("unnamed type");
                Self::Broken(format!("{kind} instead of JSON"))
            }
        }
    }

    pub(super) fn read(&self) -> Option<&Map<String, Value>> {
        match self {
            Self::Read(members) => Some(members),
            Self::Absent(_) | Self::Broken(_) => None,
        }
    }
}

/// The field of this name, if it is text and there only once.
pub(super) fn field<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Where a redirect leads.
pub(super) fn redirect(answer: &Answer, from: &Url) -> Option<Url> {
    let reply = answer.as_ref().ok()?;
    let to = reply.status.is_redirection().then(|| field(&reply.headers, LOCATION.as_str()))??;
    from.join(to).ok()
}

/// Whether the type of an answer is JSON, by its own word.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let kind = field(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

/// A Bearer challenge: its parameters that clients read.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Challenge {
    pub(super) resource_metadata: Option<String>,
    pub(super) scope: Option<String>,
}

impl Challenge {
    /// The Bearer challenge among those of `headers`.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let fields =
            headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        fields.flat_map(challenges).find(|(scheme, _)| scheme == "bearer").map(|(_, found)| found)
    }
}

/// Schemes, in lower case, with their parameters (RFC 9110 §11.6.1).
fn challenges(text: &str) -> Vec<(String, Challenge)> {
    let mut found: Vec<(String, Challenge)> = Vec::new();
    for part in parts(text) {
        let (head, value) = match part.split_once('=') {
            Some((head, value)) => (head.trim(), Some(value.trim())),
            None => (part.trim(), None),
        };
        let (scheme, name) = match (head.split_once(' '), value) {
            (Some((scheme, name)), _) => (Some(scheme), name.trim()),
            (None, Some(_)) => (None, head),
            (None, None) => (Some(head), ""),
        };
        if let Some(scheme) = scheme {
            found.push((scheme.to_ascii_lowercase(), Challenge::default()));
        }
        let (Some((_, challenge)), Some(value)) = (found.last_mut(), value) else { continue };
        let value = value.trim_matches('"').replace("\\\"", "\"");
        match name.to_ascii_lowercase().as_str() {
            "resource_metadata" => challenge.resource_metadata = Some(value),
            "scope" => challenge.scope = Some(value),
            _ => {}
        }
    }
    found
}

/// Parts between commas that stand outside of quotes.
fn parts(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                found.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(text[start..].trim());
    found.retain(|part| !part.is_empty());
    found
}

/// How the first URL differs from the second, in words; `None` where they are the same letter by letter.
pub(super) fn difference(one: &str, other: &str) -> Option<String> {
    if one == other {
        return None;
    }
    let (Ok(left), Ok(right)) = (Url::parse(one), Url::parse(other)) else {
        return Some("one of them is no URL".to_owned());
    };
    let mut parts = Vec::new();
    if left.scheme() != right.scheme() {
        parts.push("scheme");
    }
    if left.host() != right.host() {
        parts.push("host");
    }
    let another_port = left.port_or_known_default() != right.port_or_known_default();
    if another_port && left.scheme() == right.scheme() {
        parts.push("port");
    }
    if left.path() != right.path() {
        let slash = left.path().trim_end_matches('/') == right.path().trim_end_matches('/');
        parts.push(if slash { "slash at the end" } else { "path" });
    }
    if left.query() != right.query() {
        parts.push("query");
    }
    if parts.is_empty() {
        let slash = one.trim_end_matches('/') == other.trim_end_matches('/');
        parts.push(if slash { "slash at the end" } else { "spelling" });
    }
    Some(format!("another {}", parts.join(", ")))
}

/// The text at `name`.
pub(super) fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str)
}

/// The texts at `name`; `None` where there is no list.
pub(super) fn list<'a>(members: &'a Map<String, Value>, name: &str) -> Option<Vec<&'a str>> {
    Some(members.get(name)?.as_array()?.iter().filter_map(Value::as_str).collect())
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn challenge(text: &'static str) -> Option<Challenge> {
        let mut headers = HeaderMap::new();
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(text));
        Challenge::of(&headers)
    }

    #[test]
    fn the_bearer_challenge_is_found_among_others() {
        let expected = |url: &str, scope: Option<&str>| {
            Some(Challenge {
                resource_metadata: (!url.is_empty()).then(|| url.to_owned()),
                scope: scope.map(str::to_owned),
            })
        };
        for (text, found) in [
            ("Bearer resource_metadata=\"https://a/b\"", expected("https://a/b", None)),
            ("bearer error=\"x\", Resource_Metadata=https://a/b", expected("https://a/b", None)),
            ("Basic realm=\"a, b\", Bearer scope=\"c d\"", expected("", Some("c d"))),
            ("Negotiate, Bearer realm=\"a\\\", resource_metadata=x\"", expected("", None)),
            ("Bearer", expected("", None)),
            ("DPoP algs=\"ES256\"", None),
            ("", None),
        ] {
            assert_eq!(challenge(text), found, "{text}");
        }
    }

    #[test]
    fn what_differs_between_two_urls_is_said() {
        for (one, other, said) in [
            ("https://a/b", "https://a/b", None),
            ("http://a/b", "https://a/b", Some("another scheme")),
            ("https://a/b", "https://c/b", Some("another host")),
            ("https://a/b/", "https://a/b", Some("another slash at the end")),
            ("https://a/", "https://a", Some("another slash at the end")),
            ("https://A/b", "https://a/b", Some("another spelling")),
            ("https://a:8443/", "https://a/mcp", Some("another port, path")),
            ("a", "https://a", Some("one of them is no URL")),
        ] {
            assert_eq!(difference(one, other).as_deref(), said, "{one} {other}");
        }
    }
}
