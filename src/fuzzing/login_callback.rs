//! The login, account, consent and logout forms: nothing goes on without the ticket and the browser it was made for.
//! Source: OAuth 2.1 (draft 13) §7.13, MCP security best practices 2026-07-28 (consent cookies).

use poem::Request;
use poem::http::{HeaderName, HeaderValue, Method, StatusCode};
use url::form_urlencoded;

use super::deployment::{Answered, ISSUER, PASSWORD, node, request_for};
use super::values::BROWSER;

/// A form as a browser sends it.
struct Sent {
    path: &'static str,
    headers: Vec<(HeaderName, HeaderValue)>,
    form: Vec<u8>,
}

/// Sends a form: `login`, `account`, `consent` or `logout` in the first line, then `cookie`, `origin` and `sec-fetch-site` in lines like
/// those of HTTP, then an empty line and the form.
///
/// # Panics
///
/// If the flow goes on without its ticket, its browser, or a person who is logged in, or leads to another client.
pub fn login_callback(bytes: &[u8]) {
    let filled = node().values.fill_in(bytes);
    let Some(sent) = read(&filled) else { return };
    if sent.makes_us_hash() {
        return;
    }
    let answered = node().ask(sent.request());
    let status = answered.status;
    assert!([200, 303, 400, 403, 413].contains(&status.as_u16()), "{status}");
    if sent.path == "/oauth/login" {
        check_login(&sent, &answered);
    } else if sent.path == "/oauth/account" {
        check_account(&sent, &answered);
    } else if sent.path == "/oauth/logout/confirm" {
        check_logout(&sent, &answered);
    } else {
        check_consent(&sent, &answered);
    }
    for target in answered.targets() {
        assert!(target.starts_with("https://web.example/cb?"), "{target}");
        assert!(target.contains("&state=a+b&iss=https%3A%2F%2Fauth.example"), "{target}");
    }
}

fn read(text: &[u8]) -> Option<Sent> {
    let end = text.windows(2).position(|pair| pair == b"\n\n")?;
    let (head, form) = (&text[..end], text[end + 2..].to_vec());
    let mut lines = head.split(|byte| *byte == b'\n');
    let path = match lines.next()? {
        b"login" => "/oauth/login",
        b"account" => "/oauth/account",
        b"consent" => "/oauth/consent",
        b"logout" => "/oauth/logout/confirm",
        _ => return None,
    };
    let known = ["cookie", "origin", "sec-fetch-site"];
    let header = |line: &[u8]| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = known.into_iter().find(|known| known.as_bytes() == &line[..colon])?;
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
        Some((HeaderName::from_static(name), value))
    };
    Some(Sent { path, headers: lines.filter_map(header).collect(), form })
}

impl Sent {
    fn request(&self) -> Request {
        let request = request_for(self.path.as_bytes()).expect("it is a path");
        let request = request.method(Method::POST);
        let request = request.content_type("application/x-www-form-urlencoded");
        let mut request = request.body(self.form.clone());
        for (name, value) in &self.headers {
            request.headers_mut().append(name, value.clone());
        }
        request
    }

    fn parameter(&self, wanted: &str) -> String {
        let mut sent = form_urlencoded::parse(&self.form);
        let found = sent.find(|(name, value)| name == wanted && !value.is_empty());
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    }

    /// Whether a wrong password would be hashed: slow on purpose, and its outcome is not in question here.
    fn makes_us_hash(&self) -> bool {
        let (name, password) = (self.parameter("username"), self.parameter("password"));
        let right = name == "alice" && password == PASSWORD;
        let ours = self.parameter("ticket") == node().values.login_ticket;
        ours && !right && !password.is_empty()
    }

    fn values_of<'a>(&'a self, wanted: &'a str) -> impl Iterator<Item = &'a [u8]> {
        let ours = self.headers.iter().filter(move |(name, _)| name.as_str() == wanted);
        ours.map(|(_, value)| value.as_bytes())
    }

    fn has_cookie(&self, name: &str, value: &str) -> bool {
        let cookie = format!("{name}={value}");
        self.values_of("cookie")
            .any(|line| line.windows(cookie.len()).any(|window| window == cookie.as_bytes()))
    }

    /// That the form was made for this browser, and sent by one of our pages as far as the browser says.
    fn check_browser(&self) {
        assert!(self.has_cookie("__Host-sealbearer-browser", BROWSER), "another browser");
        assert!(self.values_of("origin").all(|origin| origin == ISSUER.as_bytes()));
        let sites: [&[u8]; 2] = [b"same-origin", b"none"];
        assert!(self.values_of("sec-fetch-site").next().is_none_or(|site| sites.contains(&site)));
    }
}

fn check_login(sent: &Sent, answered: &Answered) {
    let shows_login = answered.body.contains("name=\"password\"");
    let logged_in = answered.header("set-cookie").any(|set| set.contains("sealbearer-session="));
    let goes_on = answered.status == StatusCode::OK || answered.status == StatusCode::SEE_OTHER;
    assert_eq!(goes_on, logged_in, "only a password makes a session");
    if shows_login || goes_on {
        sent.check_browser();
        assert_eq!(sent.parameter("ticket"), node().values.login_ticket);
    }
    if goes_on {
        assert_eq!((sent.parameter("username"), sent.parameter("password")), right());
    }
}

fn right() -> (String, String) {
    ("alice".to_owned(), PASSWORD.to_owned())
}

fn check_account(sent: &Sent, answered: &Answered) {
    if answered.status == StatusCode::OK || !answered.targets().is_empty() {
        sent.check_browser();
        assert_eq!(sent.parameter("ticket"), node().values.account_ticket);
    }
    if answered.body.contains("value=\"allow\"") || !answered.targets().is_empty() {
        assert_eq!(sent.parameter("account"), "keep");
        let session = &node().values.session;
        assert!(sent.has_cookie("__Host-sealbearer-session", session), "nobody is logged in");
    }
}

fn check_logout(sent: &Sent, answered: &Answered) {
    let ended = answered.header("set-cookie").any(|set| set.contains("sealbearer-session=;"));
    if ended || answered.status == StatusCode::OK {
        sent.check_browser();
        assert_eq!(sent.parameter("ticket"), node().values.logout_ticket);
    }
    assert_eq!(ended, answered.status == StatusCode::OK && sent.parameter("logout") == "end");
}

fn check_consent(sent: &Sent, answered: &Answered) {
    let targets = answered.targets();
    let has_code = targets.iter().any(|target| target.contains("?code="));
    if answered.status == StatusCode::OK || !targets.is_empty() {
        sent.check_browser();
        assert_eq!(sent.parameter("ticket"), node().values.consent_ticket);
    }
    if has_code {
        assert_eq!(sent.parameter("decision"), "allow");
        let session = &node().values.session;
        assert!(sent.has_cookie("__Host-sealbearer-session", session), "nobody is logged in");
    }
}
