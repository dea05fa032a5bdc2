//! One client's way from registration to tokens through a node, with everything it was handed on the way.

use poem::http::Method;
use poem::{Endpoint, Request, Response};
use serde_json::Value;
use url::form_urlencoded::Serializer;

use crate::deployment::{Deployment, PASSWORD, RESOURCE, USER};
use crate::profiles::{self, Profile};

const FORM: &str = "application/x-www-form-urlencoded";
/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const STATE: &str = "Gx7nTq0s3mKQ1v9dYw2h5g";

/// The client that the timings are taken with.
pub(crate) fn usual() -> Profile {
    profiles::all().swap_remove(0)
}

/// What one client was handed.
pub(crate) struct Journey {
    pub(crate) client_id: String,
    redirect_uri: &'static str,
    browser_cookie: String,
    pub(crate) login_ticket: String,
    pub(crate) session: String,
    session_cookie: String,
    pub(crate) consent_ticket: String,
    pub(crate) code: String,
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

impl Journey {
    /// Goes the whole way.
    pub(crate) fn new<E: Endpoint<Output = Response>>(
        node: &Deployment<E>,
        profile: &Profile,
    ) -> Self {
        let (status, registered) = node.read(registration(profile));
        assert_eq!(status, 201, "{registered}");
        let client_id = text_of(&registered, "client_id");
        let mut journey = Self {
            client_id,
            redirect_uri: profile.redirect_uri,
            browser_cookie: String::new(),
            login_ticket: String::new(),
            session: String::new(),
            session_cookie: String::new(),
            consent_ticket: String::new(),
            code: String::new(),
            access_token: String::new(),
            refresh_token: String::new(),
        };
        journey.browser_cookie = cookie(&node.ask(journey.authorization()), "browser");
        journey.login_ticket = ticket_of(&node.read(journey.authorization()).1);
        journey.session_cookie = cookie(&node.ask(journey.login()), "session");
        let (_, session) = journey.session_cookie.split_once('=').expect("name=value");
        journey.session = session.into();
        journey.consent_ticket = ticket_of(&node.read(journey.authorization()).1);
        journey.code = journey.next_code(node);
        let (status, tokens) = node.read(journey.redemption(&journey.code));
        assert_eq!(status, 200, "{tokens}");
        journey.access_token = text_of(&tokens, "access_token");
        journey.refresh_token = text_of(&tokens, "refresh_token");
        journey
    }

    /// The authorization request, from a browser that is logged in if this client's was.
    pub(crate) fn authorization(&self) -> Request {
        let query = form(&[
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", self.redirect_uri),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("state", STATE),
            ("resource", RESOURCE),
        ]);
        let request = Request::builder().uri_str(format!("/oauth/authorize?{query}"));
        request.header("cookie", self.cookies()).finish()
    }

    pub(crate) fn login(&self) -> Request {
        let fields =
            [("ticket", self.login_ticket.as_str()), ("username", USER), ("password", PASSWORD)];
        self.in_browser("/oauth/login", &fields)
    }

    pub(crate) fn consent(&self) -> Request {
        let fields = [("ticket", self.consent_ticket.as_str()), ("decision", "allow")];
        self.in_browser("/oauth/consent", &fields)
    }

    pub(crate) fn redemption(&self, code: &str) -> Request {
        post(
            "/oauth/token",
            &[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", self.redirect_uri),
                ("client_id", &self.client_id),
                ("code_verifier", VERIFIER),
                ("resource", RESOURCE),
            ],
        )
    }

    pub(crate) fn refresh(&self, refresh_token: &str) -> Request {
        post(
            "/oauth/token",
            &[
                ("grant_type", "refresh_token"),
                ("refresh_token", refresh_token),
                ("client_id", &self.client_id),
                ("resource", RESOURCE),
            ],
        )
    }

    /// A code that nobody has redeemed.
    pub(crate) fn next_code<E: Endpoint<Output = Response>>(&self, node: &Deployment<E>) -> String {
        let response = node.ask(self.consent());
        let location = response.header("location").expect("a redirect");
        let url = url::Url::parse(location).expect("a URL");
        let code = url.query_pairs().find(|(name, _)| name == "code");
        code.expect("it carries a code").1.into_owned()
    }

    /// A refresh token that nobody has used.
    pub(crate) fn next_refresh_token<E: Endpoint<Output = Response>>(
        &self,
        node: &Deployment<E>,
    ) -> String {
        let (_, tokens) = node.read(self.redemption(&self.next_code(node)));
        text_of(&tokens, "refresh_token")
    }

    fn in_browser(&self, path: &str, fields: &[(&str, &str)]) -> Request {
        let mut request = post(path, fields);
        let cookies = self.cookies().parse().expect("cookies are ASCII");
        request.headers_mut().insert("cookie", cookies);
        request
    }

    fn cookies(&self) -> String {
        format!("{}; {}", self.browser_cookie, self.session_cookie)
    }
}

pub(crate) fn registration(profile: &Profile) -> Request {
    let request = Request::builder().method(Method::POST).uri_str("/oauth/register");
    request.content_type("application/json").body(profile.metadata.to_string())
}

pub(crate) fn post(path: &str, fields: &[(&str, &str)]) -> Request {
    let request = Request::builder().method(Method::POST).uri_str(path);
    request.content_type(FORM).body(form(fields))
}

fn form(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn text_of(json: &str, member: &str) -> String {
    let value: Value = serde_json::from_str(json).expect("JSON");
    value[member].as_str().unwrap_or_else(|| panic!("no {member} in {json}")).to_owned()
}

/// The hidden field of a page.
fn ticket_of(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"ticket\" value=\"").expect("the page has a ticket");
    rest.split('"').next().expect("split yields one part at least").to_owned()
}

/// `name=value` of the cookie whose name ends in `kind`.
fn cookie(response: &Response, kind: &str) -> String {
    let set = response.headers().get_all("set-cookie").iter();
    let mut set = set.filter_map(|value| value.to_str().ok()?.split(';').next());
    let found =
        set.find(|cookie| cookie.split('=').next().is_some_and(|name| name.ends_with(kind)));
    found.unwrap_or_else(|| panic!("no {kind} cookie, status {}", response.status())).to_owned()
}
