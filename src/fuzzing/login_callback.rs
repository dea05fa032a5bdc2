//! The login, account, consent and logout forms, and coming back from an identity provider: nothing goes on without the ticket
//! or the transaction, and the browser it was made for.
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

/// Sends a form: `login`, `account`, `consent` or `logout` in the first line (or comes back: `callback` or `callback-elsewhere`, with
/// a query in place of the form), then `cookie`, `origin` and `sec-fetch-site` in lines like
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
    let Some(request) = sent.request() else { return };
    let answered = node().ask(request);
    let status = answered.status;
    assert!([200, 303, 400, 403, 413, 503].contains(&status.as_u16()), "{status}");
    if sent.path.starts_with("/oauth/callback") {
        check_callback(&sent, &answered);
        return;
    }
    if sent.path == "/oauth/login" {
        check_login(&sent, &answered);
    } else if sent.path == "/oauth/account" {
        check_account(&sent, &answered);
    } else if sent.path == "/oauth/logout/confirm" {
        check_logout(&sent, &answered);
    } else {
        check_consent(&sent, &answered);
    }
    let approved = sent.parameter("ticket") == node().values.approval_ticket
        && sent.parameter("decision") == "allow";
    for target in answered.targets() {
        if approved && target.starts_with("https://idp.example/authorize?") {
            continue;
        }
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
        b"callback" => "/oauth/callback/idp",
        b"callback-elsewhere" => "/oauth/callback/other",
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
    /// None if no server would get it.
    fn request(&self) -> Option<Request> {
        let mut request = if self.path.starts_with("/oauth/callback") {
            request_for(&[self.path.as_bytes(), b"?", &self.form].concat())?.finish()
        } else {
            let request = request_for(self.path.as_bytes())?.method(Method::POST);
            let request = request.content_type("application/x-www-form-urlencoded");
            request.body(self.form.clone())
        };
        for (name, value) in &self.headers {
            request.headers_mut().append(name, value.clone());
        }
        Some(request)
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
    let provider = sent.parameter("provider");
    if !provider.is_empty() {
        assert!(!logged_in, "a provider was chosen, and has said nothing yet");
        assert!(!goes_on || provider == "idp");
    }
    if goes_on && !provider.is_empty() {
        sent.check_browser();
        assert_eq!(sent.parameter("ticket"), node().values.login_ticket);
        return;
    }
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
        let (ticket, values) = (sent.parameter("ticket"), &node().values);
        assert!(ticket == values.consent_ticket || ticket == values.approval_ticket);
    }
    let left = answered.header("set-cookie").any(|set| set.contains("sealbearer-login-"));
    if left {
        assert_eq!(sent.parameter("ticket"), node().values.approval_ticket, "nobody allowed it");
        assert_eq!(sent.parameter("decision"), "allow");
    }
    if has_code {
        assert_eq!(sent.parameter("ticket"), node().values.consent_ticket);
        assert_eq!(sent.parameter("decision"), "allow");
        let session = &node().values.session;
        assert!(sent.has_cookie("__Host-sealbearer-session", session), "nobody is logged in");
    }
}

/// The provider is in a network where nobody has an address: whoever waits for its answer hears that, and nobody else. A
/// session or a code comes of nothing that only a browser brings.
fn check_callback(sent: &Sent, answered: &Answered) {
    assert!(!answered.header("set-cookie").any(|set| set.contains("sealbearer-session=ey")));
    let targets = answered.targets();
    assert!(targets.iter().all(|target| !target.contains("?code=") && !target.contains("&code=")));
    let (values, state) = (&node().values, sent.parameter("state"));
    let name = format!("__Host-sealbearer-login-{}", &values.upstream_state[..8]);
    if answered.status == StatusCode::SERVICE_UNAVAILABLE {
        assert_eq!(sent.path, "/oauth/callback/idp");
        assert_eq!(state, values.upstream_state);
        assert!(sent.has_cookie(&name, &values.transaction), "nobody left with it");
        assert!(sent.has_cookie("__Host-sealbearer-browser", BROWSER), "another browser");
        assert!(!sent.parameter("code").is_empty());
    }
    for target in targets {
        let ours = target.starts_with("https://auth.example/oauth/authorize?");
        assert!(ours || target.starts_with("https://web.example/cb?error="), "{target}");
        let known = [&values.transaction, &values.expired_transaction, &values.other_transaction];
        assert!(known.iter().any(|transaction| sent.has_cookie(&name, transaction)));
    }
}
