//! A browser: it keeps cookies, says where its forms come from, and follows nothing by itself.

use std::collections::BTreeMap;

use cookie::Cookie;
use cookie::time::Duration;

use super::{Ask, Reply, Serve};

/// A browser with a person in front of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Sends `ask` with the cookies, and keeps those that come back.
    pub(crate) fn send(&mut self, at: &impl Serve, ask: Ask) -> Reply {
        let ask = if self.cookies.is_empty() { ask } else { ask.with("cookie", self.header()) };
        let reply = at.serve(&ask);
        for header in reply.headers_called("set-cookie") {
            let cookie = Cookie::parse(header.to_owned()).expect("cookies can be parsed");
            let (name, value) = (cookie.name().to_owned(), cookie.value().to_owned());
            if cookie.max_age() == Some(Duration::ZERO) {
                self.cookies.remove(&name);
            } else {
                self.cookies.insert(name, value);
            }
        }
        reply
    }

    /// The cookies as they are sent.
    pub(crate) fn header(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// Follows a link from another site.
    pub(crate) fn open(&mut self, at: &impl Serve, uri: &str) -> Reply {
        self.send(at, Ask::get(uri).with("sec-fetch-site", "cross-site"))
    }

    /// Sends a form of one of our pages.
    pub(crate) fn submit(&mut self, at: &impl Serve, path: &str, fields: &[(&str, &str)]) -> Reply {
        let (scheme, rest) = at.issuer().split_once("://").expect("issuers have a scheme");
        let host = rest.split('/').next().unwrap_or_default();
        let ask = Ask::form(path, fields.iter().copied())
            .with("origin", format!("{scheme}://{host}"))
            .with("sec-fetch-site", "same-origin");
        self.send(at, ask)
    }

    /// Fills in the login page.
    pub(crate) fn log_in(
        &mut self,
        at: &impl Serve,
        page: &Reply,
        (name, password): (&str, &str),
    ) -> Reply {
        let ticket = page.ticket();
        let fields = [("ticket", ticket.as_str()), ("username", name), ("password", password)];
        self.submit(at, "/oauth/login", &fields)
    }

    /// Presses a button of the consent page.
    pub(crate) fn decide(&mut self, at: &impl Serve, page: &Reply, decision: &str) -> Reply {
        let ticket = page.ticket();
        self.submit(at, "/oauth/consent", &[("ticket", ticket.as_str()), ("decision", decision)])
    }

    /// Opens an authorization URL, logs in where that is asked, and allows.
    pub(crate) fn allow(&mut self, at: &impl Serve, uri: &str, person: (&str, &str)) -> Reply {
        let mut page = self.open(at, uri);
        if page.heading() == "Log in" {
            page = self.log_in(at, &page, person);
        }
        self.decide(at, &page, "allow")
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    pub(crate) fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn forget_cookie(&mut self, name: &str) {
        self.cookies.remove(name);
    }

    /// All cookies, by name.
    pub(crate) fn cookies(&self) -> &BTreeMap<String, String> {
        &self.cookies
    }
}
