//! Where a protected resource says what it is; what it says is in [`protocol::metadata`].
//! Source: RFC 9728 §3.1.

use url::Url;

/// Where the document of `resource` is found: the well-known segment goes between host and path.
/// # Source
/// RFC 9728 §3.1; a path of `/` alone is dropped, a query is kept.
#[must_use]
pub fn location(resource: &Url) -> String {
    let path = if resource.path() == "/" { "" } else { resource.path() };
    let query = resource.query().map(|query| format!("?{query}")).unwrap_or_default();
    let origin = resource.origin().ascii_serialization();
    format!("{origin}/.well-known/oauth-protected-resource{path}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard_are_located() {
        for (resource, expected) in [
            (
                "https://resource.example.com",
                "https://resource.example.com/.well-known/oauth-protected-resource",
            ),
            (
                "https://resource.example.com/resource1",
                "https://resource.example.com/.well-known/oauth-protected-resource/resource1",
            ),
            (
                "http://127.0.0.1:9000/a?b=c",
                "http://127.0.0.1:9000/.well-known/oauth-protected-resource/a?b=c",
            ),
        ] {
            assert_eq!(location(&Url::parse(resource).expect("a URL")), expected);
        }
    }
}
