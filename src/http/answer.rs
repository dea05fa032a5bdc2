//! What the endpoints for people answer: a page or a redirect, and the cookies with it.

use poem::http::StatusCode;
use protocol::flow::account::AwaitingAccount;
use protocol::flow::consent::AwaitingConsent;
use protocol::flow::refusal::{Refusal, Rejection};
use protocol::flow::request::AuthorizationRequest;
use protocol::oauth::client::{Client, ClientOrigin};
use protocol::oauth::redirect_uri::{RedirectKind, same_origin};
use protocol::oauth::subject::Subject;
use protocol::policy::Policy;
use protocol::registration::document;
use url::Url;

use super::Server;
use super::rates::TooMany;
use super::request_in_words::{how_long, scope_lines};
use crate::ui::{
    AccountPage, CodePage, ConsentPage, Hint, LoginPage, ProblemPage, RECONNECT, ReturnPage,
    Voucher, content_security_policy, display_text, duration, html,
};

/// How many characters of a client's name are shown.
const NAME_CHARS_MAX: usize = 64;

/// When to come back while passwords wait to be checked, in seconds.
const BUSY_WAIT_SECONDS: u64 = 2;

/// The user name that a login page begins with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Prefill<'a> {
    /// What somebody thinks it is; it may be nobody's.
    Hint(&'a str),
    /// What was typed before, with a password that does not belong to it.
    Failed(&'a str),
}

/// A page or a redirect.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Body,
    pub(super) cookies: Vec<String>,
}

/// What the browser gets.
#[derive(Debug)]
pub(super) enum Body {
    /// A page, and the content security policy it needs.
    Page { html: String, policy: String },
    /// A page that says what went wrong; it is written once the request's correlation id is known.
    Problem(Problem),
    /// The same, and when to come back, in seconds.
    Later { problem: Problem, wait_seconds: u64 },
    /// Somewhere else to go.
    Redirect { location: String },
}

/// What went wrong, before it is a page.
#[derive(Debug)]
pub(super) struct Problem {
    title: &'static str,
    cause: String,
    remedy: String,
    hints: &'static [Hint],
    continue_link: Option<String>,
}

impl Answer {
    pub(super) fn page(status: StatusCode, html: String, redirect_uri: Option<&str>) -> Self {
        let policy = content_security_policy(redirect_uri);
        Self { status, body: Body::Page { html, policy }, cookies: Vec::new() }
    }

    /// The browser goes to `location`: 303, so that it never sends a form along (OAuth 2.1 §7.5.4).
    pub(super) fn redirect(location: String) -> Self {
        Self {
            status: StatusCode::SEE_OTHER,
            body: Body::Redirect { location },
            cookies: Vec::new(),
        }
    }

    /// The same answer with more cookies.
    pub(super) fn with_cookies(mut self, cookies: impl IntoIterator<Item = String>) -> Self {
        self.cookies.extend(cookies);
        self
    }

    /// The login page.
    pub(super) fn login(
        server: &Server,
        client: &Client,
        request: &AuthorizationRequest,
        ticket: String,
        first: Prefill<'_>,
    ) -> Self {
        let (name, failed) = match first {
            Prefill::Hint(name) => (name, false),
            Prefill::Failed(name) => (name, true),
        };
        let page = LoginPage {
            client_name: client_name(client),
            client_host: match voucher(client) {
                Voucher::Host(host) => Some(host),
                Voucher::Operator | Voucher::Nobody => None,
            },
            redirect_target: redirect_target(request),
            action: format!("{}/oauth/login", server.policy.issuer),
            ticket,
            username: display_text(name, 128),
            error: failed.then(|| {
                "This user name and password do not belong together. Check both and try again."
                    .to_owned()
            }),
            own_host: host_of(&server.policy.issuer),
        };
        let status = if failed { StatusCode::FORBIDDEN } else { StatusCode::OK };
        Self::page(status, html(&page), Some(request.redirect_uri.as_str()))
    }

    /// The page that asks as whom the person goes on.
    pub(super) fn account(
        server: &Server,
        client: &Client,
        stage: &AwaitingAccount,
        ticket: String,
    ) -> Self {
        let request = stage.request();
        let (account_name, account_email) = account(server, stage.subject());
        let page = AccountPage {
            account_name,
            account_email,
            client_name: client_name(client),
            redirect_target: redirect_target(request),
            action: format!("{}/oauth/account", server.policy.issuer),
            ticket,
        };
        Self::page(StatusCode::OK, html(&page), Some(request.redirect_uri.as_str()))
    }

    /// The consent page.
    pub(super) fn consent(
        server: &Server,
        client: &Client,
        stage: &AwaitingConsent,
        ticket: String,
        error: Option<&'static str>,
    ) -> Self {
        let request = stage.request();
        let (account_name, account_email) = account(server, stage.subject());
        let scopes = scope_lines(stage, &server.policy);
        let resource_name =
            server.policy.resource(&request.resource).map(|known| known.name.clone());
        let page = ConsentPage {
            account_name,
            account_email,
            client_name: client_name(client),
            voucher: voucher(client),
            redirect_target: redirect_target(request),
            resource_name: resource_name.unwrap_or_default(),
            resource: request.resource.as_str().to_owned(),
            offers: scopes.iter().any(|line| !line.fixed),
            scopes,
            error,
            duration: how_long(client, &request.scope, &server.policy),
            warnings: warnings(client, request, &server.policy),
            action: format!("{}/oauth/consent", server.policy.issuer),
            ticket,
        };
        let status = if error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        Self::page(status, html(&page), Some(request.redirect_uri.as_str()))
    }

    /// A page that hands over to an application by its own URI scheme.
    pub(super) fn return_to_application(location: &str) -> Self {
        let page = ReturnPage { location: location.to_owned() };
        Self::page(StatusCode::OK, html(&page), None)
    }

    /// A page that shows the code to copy.
    pub(super) fn show_code(code: &str) -> Self {
        Self::page(StatusCode::OK, html(&CodePage { code: code.to_owned() }), None)
    }

    /// A page, because nobody else can be told.
    pub(super) fn rejected(reason: Rejection) -> Self {
        tracing::info!(?reason, "rejected");
        let status = match reason {
            Rejection::BrowserMismatch | Rejection::ForeignOrigin | Rejection::HostDenied => {
                StatusCode::FORBIDDEN
            }
            Rejection::DocumentUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        let hints = match reason {
            Rejection::ClientUnknown | Rejection::RedirectUriUnknown => RECONNECT,
            _ => &[],
        };
        Self::problem(
            status,
            Problem {
                title: "This cannot go on",
                cause: reason.cause().to_owned(),
                remedy: reason.remedy().to_owned(),
                hints,
                continue_link: None,
            },
        )
    }

    /// A page, because nobody vouches for where the client would be told; the person may follow the link.
    pub(super) fn refused_page(refusal: &Refusal, continue_link: Option<String>) -> Self {
        let remedy = "Go back to the application and start again. If it happens again, tell its makers what it says above.";
        Self::problem(
            StatusCode::BAD_REQUEST,
            Problem {
                title: "The application's request cannot be answered",
                cause: refusal.reason.description().to_owned(),
                remedy: remedy.to_owned(),
                hints: &[],
                continue_link,
            },
        )
    }

    /// A page that says what could not be read of a request.
    pub(super) fn malformed(problem: &str) -> Self {
        let reason = Rejection::ParametersMalformed;
        Self::problem(
            StatusCode::BAD_REQUEST,
            Problem {
                title: "This cannot go on",
                cause: format!("{} ({problem})", reason.cause()),
                remedy: reason.remedy().to_owned(),
                hints: &[],
                continue_link: None,
            },
        )
    }

    /// A page, because too many passwords wait to be checked.
    pub(super) fn busy() -> Self {
        tracing::warn!("too many passwords wait to be checked");
        Self::later(
            StatusCode::SERVICE_UNAVAILABLE,
            "This server is busy",
            "More people are logging in than it can check at once.",
            BUSY_WAIT_SECONDS,
        )
    }

    /// A page, because too many passwords were wrong.
    pub(super) fn too_many_passwords(too_many: TooMany) -> Self {
        tracing::warn!("too many wrong passwords for one name");
        Self::later(
            StatusCode::TOO_MANY_REQUESTS,
            "Please wait",
            "Too many wrong passwords were tried for this name.",
            too_many.wait_seconds,
        )
    }

    fn later(
        status: StatusCode,
        title: &'static str,
        cause: &'static str,
        wait_seconds: u64,
    ) -> Self {
        let problem = Problem {
            title,
            cause: cause.to_owned(),
            remedy: format!("Wait {}, then go back and try again.", duration(wait_seconds)),
            hints: &[],
            continue_link: None,
        };
        Self { status, body: Body::Later { problem, wait_seconds }, cookies: Vec::new() }
    }

    fn problem(status: StatusCode, problem: Problem) -> Self {
        Self { status, body: Body::Problem(problem), cookies: Vec::new() }
    }
}

impl Problem {
    /// The page, for the request that the log calls `correlation_id`.
    pub(super) fn page(&self, correlation_id: &str) -> String {
        html(&ProblemPage {
            title: self.title,
            cause: self.cause.clone(),
            remedy: self.remedy.clone(),
            hints: self.hints,
            continue_host: self.continue_link.as_deref().map(host_of).unwrap_or_default(),
            continue_link: self.continue_link.clone(),
            correlation_id: correlation_id.to_owned(),
        })
    }
}

pub(super) fn client_name(client: &Client) -> String {
    let name = client.name.as_deref().map(|name| display_text(name, NAME_CHARS_MAX));
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| "An application without a name".to_owned())
}

fn voucher(client: &Client) -> Voucher {
    match client.origin {
        ClientOrigin::Preregistered => Voucher::Operator,
        ClientOrigin::Document => Voucher::Host(host_of(&client.id)),
        ClientOrigin::Registered => Voucher::Nobody,
    }
}

pub(super) fn account(server: &Server, subject: &Subject) -> (String, Option<String>) {
    match subject {
        Subject::Person(name) => match server.users.find(name) {
            Some(user) => (user.display_name.clone(), user.email.clone()),
            None => (name.clone(), None),
        },
        Subject::Client(name) | Subject::Federated { id: name, .. } => (name.clone(), None),
    }
}

fn redirect_target(request: &AuthorizationRequest) -> String {
    match request.redirect_uri.kind() {
        RedirectKind::Web => request.redirect_uri.host(),
        RedirectKind::Loopback => format!("{} (this computer)", request.redirect_uri.host()),
        RedirectKind::PrivateUse => {
            format!("{} (an application on this device)", request.redirect_uri.host())
        }
        RedirectKind::OutOfBand => "nowhere: the code is shown for you to copy".to_owned(),
    }
}

/// Why to be careful.
fn warnings(client: &Client, request: &AuthorizationRequest, policy: &Policy) -> Vec<&'static str> {
    let is_document = client.origin == ClientOrigin::Document;
    let elsewhere = is_document && !same_origin(request.redirect_uri.as_str(), &client.id);
    let about_the_answer = match request.redirect_uri.kind() {
        RedirectKind::Web if elsewhere => Some(
            "The answer goes to another site than the one that vouches for this application. Continue only if you know both.",
        ),
        RedirectKind::Web => None,
        RedirectKind::Loopback => Some(
            "An application on this computer will receive access. Continue only if you just started it.",
        ),
        RedirectKind::PrivateUse => Some(
            "An application on this device will receive access. Continue only if you just started it.",
        ),
        RedirectKind::OutOfBand => Some(
            "The code you will see gives access to whoever has it. Paste it only into an application you started yourself.",
        ),
    };
    let doubtful = document::host_of(&client.id).is_some_and(|host| {
        is_document && policy.documents.as_ref().is_some_and(|rules| rules.hosts.warn_of(&host))
    });
    let about_the_host = doubtful.then_some(
        "Whoever runs this server does not know the site that vouches for this application. Continue only if you do.",
    );
    about_the_host.into_iter().chain(about_the_answer).collect()
}

/// The host, with its port, of one of our own addresses or of a link we made.
pub(super) fn host_of(url: &str) -> String {
    let Ok(url) = Url::parse(url) else { return String::new() };
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => format!("{}:", url.scheme()),
    }
}
