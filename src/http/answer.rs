//! What the endpoints for people answer: a page or a redirect, and the cookies with it.

use poem::http::StatusCode;
use protocol::flow::account::AwaitingAccount;
use protocol::flow::consent::AwaitingConsent;
use protocol::flow::refusal::{Refusal, Rejection};
use protocol::flow::request::AuthorizationRequest;
use protocol::flow::session::LoginSession;
use protocol::identity::FederatedLogin;
use protocol::oauth::client::Client;
use protocol::oauth::scope::Scope;
use protocol::oauth::subject::Subject;

use super::Server;
use super::rates::TooMany;
use super::request_in_words::{
    client_name, host_of, how_long, redirect_target, scope_lines, voucher, warnings,
};
use crate::ui::{
    AccountPage, CodePage, ConsentPage, Hint, LoginPage, ProblemPage, ProviderLine, RECONNECT,
    ReturnPage, Voucher, content_security_policy, display_text, duration, form_policy, html,
};

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
    pub(super) title: &'static str,
    pub(super) cause: String,
    pub(super) remedy: String,
    pub(super) hints: &'static [Hint],
    pub(super) continue_link: Option<String>,
    pub(super) restart_link: Option<String>,
}

impl Answer {
    pub(super) fn page(status: StatusCode, html: String, redirect_uri: Option<&str>) -> Self {
        Self::page_with(status, html, content_security_policy(redirect_uri))
    }

    pub(super) fn page_with(status: StatusCode, html: String, policy: String) -> Self {
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
            has_password: !server.policy.people.is_empty() || server.policy.providers.is_empty(),
            providers: provider_lines(server),
        };
        let status = if failed { StatusCode::FORBIDDEN } else { StatusCode::OK };
        Self::page_with(status, html(&page), form_policy_of(server, request))
    }

    /// The page that asks as whom the person goes on.
    pub(super) fn account(
        server: &Server,
        client: &Client,
        stage: &AwaitingAccount,
        session: Option<&LoginSession>,
        ticket: String,
    ) -> Self {
        let request = stage.request();
        let login = session.and_then(|session| session.federated.as_ref());
        let (account_name, account_email) = account(server, stage.subject(), login);
        let page = AccountPage {
            account_name,
            account_email,
            client_name: client_name(client),
            redirect_target: redirect_target(request),
            action: format!("{}/oauth/account", server.policy.issuer),
            ticket,
        };
        Self::page_with(StatusCode::OK, html(&page), form_policy_of(server, request))
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
        let (account_name, account_email) = account(server, stage.subject(), stage.federated());
        let fixed = stage.fixed(&server.policy);
        let page = consent_page(server, client, request, &fixed, ticket, error);
        let page = ConsentPage { account_name, account_email, ..page };
        Self::asking(server, request, &page)
    }

    /// The consent page as it is filled in; one that says what is wrong answers a request that was.
    pub(super) fn asking(
        server: &Server,
        request: &AuthorizationRequest,
        page: &ConsentPage,
    ) -> Self {
        let status = if page.error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        Self::page_with(status, html(page), form_policy_of(server, request))
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
            Rejection::BrowserMismatch
            | Rejection::ForeignOrigin
            | Rejection::HostDenied
            | Rejection::TransactionUnknown
            | Rejection::TransactionUsed
            | Rejection::ProviderMismatch => StatusCode::FORBIDDEN,
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
                restart_link: None,
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
                restart_link: None,
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
                restart_link: None,
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

    pub(super) fn later(
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
            restart_link: None,
        };
        Self { status, body: Body::Later { problem, wait_seconds }, cookies: Vec::new() }
    }

    pub(super) fn problem(status: StatusCode, problem: Problem) -> Self {
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
            restart_link: self.restart_link.clone(),
            correlation_id: correlation_id.to_owned(),
        })
    }
}

/// The identity providers that a page offers.
fn provider_lines(server: &Server) -> Vec<ProviderLine> {
    let known = server.policy.providers.iter();
    known.map(|known| ProviderLine { id: known.id.clone(), name: known.name.clone() }).collect()
}

/// The policy of a page whose form may end at the client, or first at an identity provider.
fn form_policy_of(server: &Server, request: &AuthorizationRequest) -> String {
    let redirect_uri = request.redirect_uri.as_str();
    if server.policy.providers.is_empty() {
        return content_security_policy(Some(redirect_uri));
    }
    form_policy(redirect_uri, server.policy.issuer.starts_with("http:"))
}

/// What everybody is asked, whoever they are; `fixed` cannot be left out.
pub(super) fn consent_page(
    server: &Server,
    client: &Client,
    request: &AuthorizationRequest,
    fixed: &Scope,
    ticket: String,
    error: Option<&'static str>,
) -> ConsentPage {
    let policy = &server.policy;
    let scopes = scope_lines(&request.scope, fixed, policy);
    let resource_name = policy.resource(&request.resource).map(|known| known.name.clone());
    ConsentPage {
        account_name: String::new(),
        account_email: None,
        client_name: client_name(client),
        voucher: voucher(client),
        redirect_target: redirect_target(request),
        resource_name: resource_name.unwrap_or_default(),
        resource: request.resource.as_str().to_owned(),
        offers: scopes.iter().any(|line| !line.fixed),
        scopes,
        error,
        duration: how_long(client, &request.scope, policy),
        warnings: warnings(client, request, policy),
        action: format!("{}/oauth/consent", policy.issuer),
        ticket,
        provider_name: None,
        can_switch: true,
    }
}

/// What somebody is called, and their address.
pub(super) fn account(
    server: &Server,
    subject: &Subject,
    login: Option<&FederatedLogin>,
) -> (String, Option<String>) {
    match subject {
        Subject::Person(name) => match server.users.find(name) {
            Some(user) => (user.display_name.clone(), user.email.clone()),
            None => (name.clone(), None),
        },
        Subject::Federated { id, .. } => {
            let profile = login.map(|login| login.profile.clone()).unwrap_or_default();
            let at = server.policy.provider_of(subject).map(|known| known.name.clone());
            let name = profile.name.or(profile.preferred_username);
            (name.unwrap_or_else(|| id.clone()), profile.email.or(at))
        }
        Subject::Client(tag) => (tag.clone(), None),
    }
}
