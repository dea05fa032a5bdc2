//! What this server keeps in a browser: a random name for it, a login session, and a memory of consents.
//!
//! Source: RFC 6265, MCP security best practices 2026-07-28 (`__Host-` prefix, `HttpOnly`, `SameSite=Lax`).

use cookie::{Cookie, SameSite};
use poem::Request;
use poem::http::header::COOKIE;
use protocol::flow::session::{ConsentMemory, LoginSession};
use protocol::flow::ticket::BrowserDigest;
use protocol::oauth::time::UnixTime;

use super::Server;
use crate::seal::claims::{ConsentClaims, SessionClaims};

/// How long a browser keeps its random name, in seconds. It proves nothing but "the same browser as a moment ago".
const BROWSER_LIFETIME_SECONDS: i64 = 43_200;
/// A session is sealed anew when the browser was last here at least this long ago, in seconds.
const SESSION_REFRESH_SECONDS: u64 = 60;

/// The names of the cookies: with `__Host-` on https, plain on http, where browsers would refuse the prefix.
#[derive(Clone, Debug)]
pub struct CookieNames {
    secure: bool,
    browser: &'static str,
    session: &'static str,
    consents: &'static str,
    transaction: &'static str,
}

/// A browser as its cookies and its `Sec-Fetch-Site` header describe it.
#[derive(Debug)]
pub struct Visitor {
    /// The name it was given, or is given now.
    browser: String,
    /// Whether the name is new, and must be set.
    browser_is_new: bool,
    /// Who is logged in.
    pub session: Option<LoginSession>,
    /// The cookie was sealed a while ago.
    session_is_stale: bool,
    /// What was allowed before.
    pub consents: ConsentMemory,
    /// Another site sent it here, or it does not say.
    pub cross_site: bool,
}

impl CookieNames {
    /// The names for a deployment whose public URL is https, or not.
    #[must_use]
    pub fn new(https: bool) -> Self {
        if https {
            Self {
                secure: true,
                browser: "__Host-sealbearer-browser",
                session: "__Host-sealbearer-session",
                consents: "__Host-sealbearer-consents",
                transaction: "__Host-sealbearer-login-",
            }
        } else {
            Self {
                secure: false,
                browser: "sealbearer-browser",
                session: "sealbearer-session",
                consents: "sealbearer-consents",
                transaction: "sealbearer-login-",
            }
        }
    }

    /// What the name of a transaction begins with.
    pub(super) fn transaction(&self) -> &'static str {
        self.transaction
    }

    /// The name of the session.
    pub(super) fn session(&self) -> &'static str {
        self.session
    }

    /// What the names of all our cookies begin with.
    pub(super) fn common_prefix(&self) -> &'static str {
        if self.secure { "__Host-sealbearer-" } else { "sealbearer-" }
    }

    /// A `Set-Cookie` value.
    pub(super) fn set(&self, name: &str, value: String, lifetime_seconds: i64) -> String {
        Cookie::build((name.to_owned(), value))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .max_age(cookie::time::Duration::seconds(lifetime_seconds))
            .to_string()
    }
}

impl Visitor {
    /// Reads what `http` says of the browser. Cookies that do not open count as absent.
    pub(super) async fn read(http: &Request, server: &Server, now: UnixTime) -> Self {
        let names = &server.cookies;
        let browser = cookie_value(http, names.browser).filter(|name| is_browser_name(name));
        let browser_is_new = browser.is_none();
        let kept = cookie_value(http, names.session)
            .and_then(|sealed| server.seal.open::<SessionClaims>(&sealed, now).ok())
            .and_then(|claims| claims.stage());
        let kept_at = kept.as_ref().map_or(now, |session| session.seen_at);
        let session = match kept.and_then(|session| session.resume(&server.policy, now)) {
            Some(session) if server.is_revoked(&session.holder(), now).await => None,
            resumed => resumed,
        };
        let consents = cookie_value(http, names.consents)
            .and_then(|sealed| server.seal.open::<ConsentClaims>(&sealed, now).ok())
            .map(|claims| claims.stage())
            .unwrap_or_default();
        let site = http.header("sec-fetch-site");
        Self {
            browser: browser.unwrap_or_else(|| hex(&server.world.random())),
            browser_is_new,
            session_is_stale: now.seconds_since(kept_at) >= SESSION_REFRESH_SECONDS,
            session,
            consents,
            cross_site: !matches!(site, Some("same-origin" | "same-site" | "none")),
        }
    }

    /// What a ticket for this browser remembers of it.
    pub(super) fn digest(&self) -> BrowserDigest {
        BrowserDigest::of(&self.browser)
    }

    /// What a ticket must have been made for; `None` if the browser brought no name.
    pub(super) fn known_digest(&self) -> Option<BrowserDigest> {
        (!self.browser_is_new).then(|| self.digest())
    }

    /// The `Set-Cookie` values that every page of the flow sends: the browser's name if it is new, and the session if
    /// it has not been renewed for a while.
    pub(super) fn renewal(&self, server: &Server) -> Vec<String> {
        let names = &server.cookies;
        let mut set = Vec::new();
        if self.browser_is_new {
            set.push(names.set(names.browser, self.browser.clone(), BROWSER_LIFETIME_SECONDS));
        }
        if let Some(session) = self.session.as_ref().filter(|_| self.session_is_stale) {
            set.push(session_cookie(session, server));
        }
        set
    }
}

/// A login that has just begun, told apart from every other.
pub(super) fn begun(server: &Server, session: LoginSession) -> LoginSession {
    let mut salt = [0; 8];
    salt.copy_from_slice(&server.world.random()[..8]);
    session.salted(salt)
}

/// The `Set-Cookie` value that keeps `session`.
pub(super) fn session_cookie(session: &LoginSession, server: &Server) -> String {
    let names = &server.cookies;
    let sealed = server.seal.seal(&SessionClaims::new(session), session.seen_at);
    let lifetime = session.expires_at().seconds_since(session.seen_at);
    names.set(names.session, sealed, i64::try_from(lifetime).unwrap_or(i64::MAX))
}

/// The `Set-Cookie` value that ends the session.
pub(super) fn session_end(server: &Server) -> String {
    let names = &server.cookies;
    names.set(names.session, String::new(), 0)
}

/// The `Set-Cookie` value that keeps `memory`.
pub(super) fn consents_cookie(memory: &ConsentMemory, server: &Server, now: UnixTime) -> String {
    let names = &server.cookies;
    let sealed = server.seal.seal(&ConsentClaims::new(memory, now), now);
    let lifetime = protocol::flow::session::SESSION_LIFETIME_SECONDS;
    names.set(names.consents, sealed, i64::try_from(lifetime).unwrap_or(i64::MAX))
}

/// The value of the only cookie called `name`. Two of the same name mean that somebody meddles; then there is none.
fn cookie_value(http: &Request, name: &str) -> Option<String> {
    let headers = http.headers().get_all(COOKIE);
    let mut values = headers
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .filter(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned());
    let first = values.next();
    if values.next().is_some() { None } else { first }
}

fn is_browser_name(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
