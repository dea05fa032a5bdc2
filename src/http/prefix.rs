//! A public URL with a path: proxies that pass the path on and proxies that take it away are served alike.
//!
//! Source: RFC 8414 §3.1 (the well-known part stands before the path, so those requests come without it).

use poem::http::Uri;
use poem::http::uri::PathAndQuery;
use poem::{Endpoint, Request, Response};

use super::layer::Layer;

/// Takes the path of the public URL away from requests that bring it.
#[derive(Clone, Debug)]
pub struct Prefix {
    path: String,
}

impl Prefix {
    /// `path`: empty, or begins with a slash and does not end with one.
    #[must_use]
    pub fn new(path: &str) -> Self {
        Self { path: path.to_owned() }
    }

    /// `uri` as the routes know it.
    fn stripped(&self, uri: &Uri) -> Option<Uri> {
        let rest = uri.path().strip_prefix(&self.path).filter(|_| !self.path.is_empty())?;
        if !rest.is_empty() && !rest.starts_with('/') {
            return None;
        }
        let path = if rest.is_empty() { "/" } else { rest };
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::try_from(format!("{path}{query}")).ok()?);
        Uri::from_parts(parts).ok()
    }
}

impl Layer for Prefix {
    async fn answer<E: Endpoint>(&self, inner: &E, mut request: Request) -> Response {
        if let Some(uri) = self.stripped(request.uri()) {
            *request.uri_mut() = uri;
        }
        inner.get_response(request).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_first_part_of_a_path_is_taken_away() {
        for (path, asked, expected) in [
            ("/auth", "/auth/oauth/token?a=b", Some("/oauth/token?a=b")),
            ("/auth", "/auth", Some("/")),
            ("/auth", "/authorize", None),
            ("/auth", "/.well-known/oauth-authorization-server/auth", None),
            ("", "/oauth/token", None),
        ] {
            let uri = Prefix::new(path).stripped(&asked.parse().expect("a URI"));
            assert_eq!(uri.map(|uri| uri.to_string()).as_deref(), expected, "{path} {asked}");
        }
    }
}
