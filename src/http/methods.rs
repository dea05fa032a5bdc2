//! Which methods a path has, answered the same way for all paths.
//!
//! Source: RFC 9110 §9.3.2 (HEAD), §9.3.7 (OPTIONS), §15.5.6 (405 and `Allow`).

use std::sync::Arc;

use http_body_util::combinators::BoxBody;
use hyper::body::Body as _;
use poem::http::header::{ALLOW, CONTENT_LENGTH};
use poem::http::{HeaderValue, Method, StatusCode};
use poem::{Endpoint, Request, Response};

use super::layer::{Layer, refused};
use crate::contract::served;

/// A path as the contract's table writes it: `:` stands for one segment that is not empty, a final `*` for one or more.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PathTemplate(String);

impl PathTemplate {
    /// Reads a path of the contract, or of the configuration, which has no such marks.
    #[must_use]
    pub fn new(template: &str) -> Self {
        Self(template.to_owned())
    }

    /// Whether `path` is one of those this stands for.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        served::matches(&self.0, path)
    }

    fn literals(&self) -> usize {
        self.0.split('/').filter(|segment| !matches!(*segment, ":" | "*")).count()
    }
}

/// The methods of every path. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Methods {
    table: Arc<[(PathTemplate, Vec<Method>)]>,
}

impl Methods {
    /// `table`: the contract's paths and the methods each has. HEAD and OPTIONS need not be listed.
    #[must_use]
    pub fn new<'a>(table: impl IntoIterator<Item = (&'a str, Vec<Method>)>) -> Self {
        let rows =
            table.into_iter().map(|(template, methods)| (PathTemplate::new(template), methods));
        Self { table: rows.collect() }
    }

    /// The methods of `path` as listed; none if the contract does not know the path.
    ///
    /// Where several templates match, the most literal one counts, as it does for the router.
    #[must_use]
    pub fn of(&self, path: &str) -> Option<&[Method]> {
        let matching = self.table.iter().filter(|(template, _)| template.matches(path));
        let best = matching.max_by_key(|(template, _)| template.literals())?;
        Some(&best.1)
    }

    /// The methods of `path` as `Allow` names them.
    pub(super) fn allow(&self, path: &str) -> Option<HeaderValue> {
        let listed = self.of(path)?;
        let mut names: Vec<_> = listed.iter().map(Method::as_str).collect();
        if listed.contains(&Method::GET) && !listed.contains(&Method::HEAD) {
            names.push("HEAD");
        }
        if !listed.contains(&Method::OPTIONS) {
            names.push("OPTIONS");
        }
        names.sort_unstable();
        Some(HeaderValue::try_from(names.join(", ")).expect("methods are tokens"))
    }
}

impl Layer for Methods {
    async fn answer<E: Endpoint>(&self, inner: &E, mut request: Request) -> Response {
        let Some(listed) = self.of(request.uri().path()) else {
            return inner.get_response(request).await;
        };
        let method = request.method();
        if *method == Method::HEAD && listed.contains(&Method::GET) {
            request.set_method(Method::GET);
            return without_body(inner.get_response(request).await);
        }
        if listed.contains(method) {
            return inner.get_response(request).await;
        }
        let allow = self.allow(request.uri().path()).expect("the path was found above");
        let mut response = if *method == Method::OPTIONS {
            Response::from(StatusCode::NO_CONTENT)
        } else {
            refused(StatusCode::METHOD_NOT_ALLOWED, "This path does not have this method.")
        };
        response.headers_mut().insert(ALLOW, allow);
        response
    }
}

/// The same response with its length but not its body.
fn without_body(mut response: Response) -> Response {
    let body = BoxBody::from(response.take_body());
    if let Some(length) = body.size_hint().exact() {
        response.headers_mut().entry(CONTENT_LENGTH).or_insert(HeaderValue::from(length));
    }
    response
}
