//! What people see, page by page; beside this file, as HTML.

use sealbearer::ui::{
    CallbackPage, CodePage, ConsentPage, HomePage, Link, LoggedOutPage, LoginPage, LogoutPage,
    ProblemPage, ProviderLine, RECONNECT, ReturnPage, ScopeLine, Voucher, html,
};

const CODE: &str = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..gDqRq8T9nBJ7mD2a.Yx8Ql3mN0vT5kLwRz7cPq2hJfU9sKdXeBt4oGyWn6iAaMb";

/// Compares `page` with its snapshot, which is HTML as it is, so that a browser can show it.
fn check(name: &str, page: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let page = page.replace(&style_of(page), "…");
    settings.bind(|| insta::assert_snapshot!(name, page));
}

/// The stylesheet is the same on every page, and has its own tests.
fn style_of(page: &str) -> String {
    let (_, rest) = page.split_once("<style>").expect("every page has the stylesheet");
    rest.split_once("</style>").expect("the stylesheet ends").0.to_owned()
}

fn login() -> LoginPage {
    LoginPage {
        client_name: "Claude".to_owned(),
        client_host: None,
        redirect_target: "claude.ai".to_owned(),
        action: "https://auth.example.com/oauth/login".to_owned(),
        ticket: "eyJ.ticket".to_owned(),
        username: String::new(),
        error: None,
        own_host: "auth.example.com".to_owned(),
        has_password: true,
        providers: Vec::new(),
    }
}

fn line(description: &str, name: &str, ticked: bool, fixed: bool) -> ScopeLine {
    let (description, name) = (description.to_owned(), name.to_owned());
    ScopeLine { description, name, includes: Vec::new(), ticked, fixed }
}

fn consent() -> ConsentPage {
    ConsentPage {
        account_name: "Alice Liddell".to_owned(),
        account_email: Some("alice@example.com".to_owned()),
        client_name: "Claude".to_owned(),
        voucher: Voucher::Operator,
        redirect_target: "claude.ai".to_owned(),
        resource_name: "Example tools".to_owned(),
        resource: "https://auth.example.com/mcp".to_owned(),
        scopes: vec![
            line("Use the tools", "mcp:tools", true, true),
            line("Read the resources", "mcp:resources", true, false),
            ScopeLine {
                includes: vec!["Read what the server offers".to_owned()],
                ..line("Change things on the server", "mcp:write", false, false)
            },
        ],
        offers: true,
        error: None,
        duration: "It can renew its access for 90 days without asking again, unless it is not used for 30 days.".to_owned(),
        warnings: Vec::new(),
        action: "https://auth.example.com/oauth/consent".to_owned(),
        ticket: "eyJ.ticket".to_owned(),
        provider_name: None,
        can_switch: true,
    }
}

/// Two providers that somebody can choose from.
fn chooser() -> LoginPage {
    let line = |id: &str, name: &str| ProviderLine { id: id.to_owned(), name: name.to_owned() };
    LoginPage { providers: vec![line("github", "GitHub"), line("corp", "Example Corp")], ..login() }
}

#[test]
fn who_can_log_in_in_several_ways_chooses() {
    check("login_with_a_choice", &html(&chooser()));
}

#[test]
fn where_nobody_has_a_password_none_is_asked_for() {
    let page = html(&LoginPage { has_password: false, ..chooser() });
    assert!(!page.contains("assword"));
    check("login_elsewhere", &page);
}

#[test]
fn consent_before_the_person_is_known_says_who_will_know() {
    let name = Some("GitHub".to_owned());
    let page = ConsentPage { provider_name: name, account_email: None, ..consent() };
    assert!(!html(&page).contains("Alice"));
    check("consent_before_login", &html(&page));
}

#[test]
fn who_could_not_be_logged_in_can_start_again() {
    let page = ProblemPage {
        title: "You could not be logged in",
        cause: "The provider takes too long to answer.".to_owned(),
        remedy: "Try again in a moment.".to_owned(),
        hints: &[],
        continue_link: Some("https://app.example.net/cb?error=access_denied".to_owned()),
        continue_host: "app.example.net".to_owned(),
        restart_link: Some("https://auth.example.com/oauth/authorize?client_id=x".to_owned()),
        correlation_id: "0198c1e2a4b37f10".to_owned(),
    };
    check("problem_of_a_provider", &html(&page));
}

#[test]
fn the_login_page_asks_for_a_name_and_a_password() {
    check("login", &html(&login()));
}

#[test]
fn a_failed_login_says_so_and_keeps_the_name() {
    let error = "This user name and password do not belong together. Check both and try again.";
    let page = LoginPage { username: "alice".to_owned(), error: Some(error.to_owned()), ..login() };
    check("login_failed", &html(&page));
}

#[test]
fn con_09_the_consent_page_shows_who_gets_what_for_how_long() {
    check("consent", &html(&consent()));
}

#[test]
fn a_client_with_a_document_is_shown_with_its_host() {
    let page = ConsentPage { voucher: Voucher::Host("app.example.net".to_owned()), ..consent() };
    check("consent_of_a_host", &html(&page));
}

#[test]
fn a_client_that_registered_itself_is_marked_and_a_local_one_warned_of() {
    let page = ConsentPage {
        client_name: "MCP Inspector".to_owned(),
        voucher: Voucher::Nobody,
        redirect_target: "127.0.0.1 (this computer)".to_owned(),
        warnings: vec![
            "An application on this computer will receive access. Continue only if you just started it.",
        ],
        ..consent()
    };
    check("consent_of_nobody", &html(&page));
}

#[test]
fn a_problem_has_a_cause_a_remedy_and_a_number() {
    let page = ProblemPage {
        title: "This cannot go on",
        cause: "The application that sent you here is not known to this server.".to_owned(),
        remedy: "In the application, remove this connection and add it again; it will then register anew.".to_owned(),
        hints: RECONNECT,
        continue_link: None,
        restart_link: None,
        continue_host: String::new(),
        correlation_id: "0198c1e2a4b37f10".to_owned(),
    };
    check("problem", &html(&page));
}

#[test]
fn a_problem_the_client_can_hear_of_has_a_way_back_that_names_its_host() {
    let page = ProblemPage {
        title: "The application's request cannot be answered",
        cause: "code_challenge is missing".to_owned(),
        remedy: "Go back to the application and start again.".to_owned(),
        hints: &[],
        continue_link: Some("https://app.example.net/cb?error=invalid_request".to_owned()),
        restart_link: None,
        continue_host: "app.example.net".to_owned(),
        correlation_id: "0198c1e2a4b37f10".to_owned(),
    };
    check("problem_with_a_way_back", &html(&page));
}

#[test]
fn a_code_is_shown_to_be_copied() {
    check("code", &html(&CodePage { code: CODE.to_owned() }));
}

#[test]
fn an_application_with_a_scheme_of_its_own_is_opened_by_a_link() {
    let location =
        format!("cursor://anysphere.cursor-mcp/oauth/callback?code={CODE}&state=af0ifjsldkj");
    check("return", &html(&ReturnPage { location }));
}

#[test]
fn who_asks_and_where_it_leads_is_said_before_a_logout() {
    let page = LogoutPage {
        account_name: Some("Alice Liddell".to_owned()),
        client_name: Some("Example".to_owned()),
        target: Some("app.example.net".to_owned()),
        action: "https://auth.example.com/oauth/logout/confirm".to_owned(),
        ticket: "eyJ.ticket".to_owned(),
    };
    check("logout", &html(&page));
    let nobody = LogoutPage { account_name: None, client_name: None, target: None, ..page };
    check("logout_of_nobody", &html(&nobody));
}

#[test]
fn a_logout_says_what_it_did_and_what_it_did_not() {
    let link = "https://app.example.net/done?state=af0ifjsldkj".to_owned();
    let way_on = Some(("app.example.net".to_owned(), link));
    check("logged_out_with_a_way_on", &html(&LoggedOutPage::ended(way_on)));
    check("logged_out", &html(&LoggedOutPage::ended(None)));
    check("stayed", &html(&LoggedOutPage::stayed()));
}

fn callback() -> CallbackPage {
    CallbackPage {
        code: None,
        state: Some("af0ifjsldkj".to_owned()),
        iss: Some("http://127.0.0.1:9000".to_owned()),
        error: None,
        error_description: None,
        redirect_uri: "http://127.0.0.1:9000/oauth/callback".to_owned(),
        token_endpoint: "http://127.0.0.1:9000/oauth/token".to_owned(),
    }
}

#[test]
fn the_test_callback_shows_a_code_and_its_exchange() {
    check("callback", &html(&CallbackPage { code: Some(CODE.to_owned()), ..callback() }));
}

#[test]
fn the_test_callback_shows_an_error() {
    let page = CallbackPage {
        error: Some("access_denied".to_owned()),
        error_description: Some("the person denied access".to_owned()),
        ..callback()
    };
    check("callback_of_an_error", &html(&page));
}

#[test]
fn the_test_callback_says_what_it_is_for() {
    check("callback_of_nothing", &html(&CallbackPage { state: None, iss: None, ..callback() }));
}

#[test]
fn the_home_page_says_what_this_is_and_where_to_go() {
    let link = |name, path: &str| Link { name, url: format!("http://127.0.0.1:9000{path}") };
    let page = HomePage {
        links: vec![
            link("Documentation", "/docs"),
            link("MCP endpoint", "/mcp"),
            link("Metadata", "/.well-known/oauth-authorization-server"),
            link("Health", "/readyz"),
        ],
        guarantee: "memory: a code is redeemed once on this node; what was revoked is forgotten at a restart.".to_owned(),
    };
    check("home", &html(&page));
}
