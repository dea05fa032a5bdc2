//! An answer, and what tests read of it.

use poem::http::HeaderMap;
use serde_json::Value;
use url::Url;

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    /// The value of a header that is there once at most.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let values = self.headers_called(name);
        assert!(values.len() < 2, "{name} is sent several times: {values:?}");
        values.first().copied()
    }

    pub(crate) fn headers_called(&self, name: &str) -> Vec<&str> {
        let values = self.headers.get_all(name).iter();
        values.map(|value| value.to_str().expect("headers are text")).collect()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.body))
    }

    /// A member of the JSON that is a string.
    pub(crate) fn text(&self, member: &str) -> String {
        let value = self.json()[member].as_str().map(str::to_owned);
        value.unwrap_or_else(|| panic!("no {member}: {} {}", self.status, self.body))
    }

    /// Status and `error` of an OAuth error.
    pub(crate) fn error(&self) -> String {
        format!("{} {}", self.status, self.text("error"))
    }

    pub(crate) fn is_page(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.starts_with("text/html"))
    }

    /// The heading of a page.
    pub(crate) fn heading(&self) -> String {
        let heading = between(&self.body, "<h1>", "</h1>").unwrap_or_default();
        heading.replace("&#39;", "'").replace("<em>", "").replace("</em>", "")
    }

    /// Status and heading of a page, or where a redirect goes, without its query, and its `error`.
    pub(crate) fn outcome(&self) -> String {
        if self.status == 303 {
            let error = self.parameter("error").unwrap_or_else(|| "a code".to_owned());
            let target = self.location();
            let end = target.find('?').unwrap_or(target.len());
            return format!("303 {} with {error}", &target[..end]);
        }
        if self.is_page() {
            format!("{} page: {}", self.status, self.heading())
        } else {
            self.error()
        }
    }

    /// The ticket in a page's form.
    pub(crate) fn ticket(&self) -> String {
        let ticket = between(&self.body, "name=\"ticket\" value=\"", "\"");
        ticket.unwrap_or_else(|| panic!("no ticket: {} {}", self.status, self.body)).to_owned()
    }

    pub(crate) fn location(&self) -> &str {
        self.header("location").unwrap_or_else(|| panic!("no redirect: {}", self.body))
    }

    /// A parameter of the redirect that is there once at most.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let url = Url::parse(self.location()).expect("redirects go to absolute URLs");
        let mut values = url.query_pairs().filter(|(other, _)| other == name);
        let value = values.next().map(|(_, value)| value.into_owned());
        assert!(values.next().is_none(), "{name} is there twice");
        value
    }

    /// The code of a redirect.
    pub(crate) fn code(&self) -> String {
        self.parameter("code").unwrap_or_else(|| panic!("no code in {}", self.location()))
    }
}

/// What stands between `start` and the next `end`.
pub(crate) fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(inside, _)| inside)
}
