//! Every page without a script, with any text in every place that takes one.

use sealbearer::ui::{
    CallbackPage, CodePage, ConsentPage, HomePage, Link, LoggedOutPage, LoginPage, LogoutPage,
    ProblemPage, ProviderLine, RECONNECT, ReturnPage, ScopeLine, Voucher, html,
};

/// A page by name, with `text` wherever somebody else's text can go.
pub(super) fn all(text: &str) -> Vec<(&'static str, String)> {
    vec![
        ("login", html(&login(text))),
        ("login_failed", html(&LoginPage { error: Some(text.to_owned()), ..login(text) })),
        ("login_with_a_choice", html(&with_a_choice(text))),
        ("login_elsewhere", html(&LoginPage { has_password: false, ..with_a_choice(text) })),
        ("consent", html(&consent(text))),
        ("consent_before_login", html(&before_login(text))),
        (
            "consent_of_a_host",
            html(&ConsentPage { voucher: Voucher::Host(text.to_owned()), ..consent(text) }),
        ),
        ("consent_of_nobody", html(&of_nobody(text))),
        ("logout", html(&logout(text))),
        ("logged_out", html(&LoggedOutPage::ended(Some((text.to_owned(), text.to_owned()))))),
        ("problem", html(&problem(text))),
        ("problem_with_a_way_back", html(&with_a_way_back(text))),
        ("code", html(&CodePage { code: text.to_owned() })),
        ("return", html(&ReturnPage { location: text.to_owned() })),
        ("callback", html(&callback(text))),
        ("callback_of_an_error", html(&callback_of_an_error(text))),
        ("home", html(&home(text))),
    ]
}

/// The pages with a form.
pub(super) fn forms(text: &str) -> Vec<(&'static str, String)> {
    all(text)
        .into_iter()
        .filter(|(name, _)| {
            ["login", "consent", "logout"].iter().any(|form| name.starts_with(form))
        })
        .collect()
}

pub(super) fn login(text: &str) -> LoginPage {
    LoginPage {
        client_name: text.to_owned(),
        client_host: None,
        redirect_target: text.to_owned(),
        action: text.to_owned(),
        ticket: text.to_owned(),
        username: text.to_owned(),
        error: None,
        own_host: text.to_owned(),
        has_password: true,
        providers: Vec::new(),
    }
}

/// Two providers beside the passwords.
fn with_a_choice(text: &str) -> LoginPage {
    let line = |id: &str| ProviderLine { id: id.to_owned(), name: text.to_owned() };
    LoginPage { providers: vec![line("corp"), line("github")], ..login(text) }
}

/// Nobody is known yet.
fn before_login(text: &str) -> ConsentPage {
    ConsentPage { provider_name: Some(text.to_owned()), can_switch: false, ..consent(text) }
}

fn logout(text: &str) -> LogoutPage {
    LogoutPage {
        account_name: Some(text.to_owned()),
        client_name: Some(text.to_owned()),
        target: Some(text.to_owned()),
        action: text.to_owned(),
        ticket: text.to_owned(),
    }
}

pub(super) fn consent(text: &str) -> ConsentPage {
    ConsentPage {
        account_name: text.to_owned(),
        account_email: Some(text.to_owned()),
        client_name: text.to_owned(),
        voucher: Voucher::Operator,
        redirect_target: text.to_owned(),
        resource_name: text.to_owned(),
        resource: text.to_owned(),
        scopes: vec![ScopeLine {
            description: text.to_owned(),
            name: text.to_owned(),
            includes: vec![text.to_owned()],
            ticked: true,
            fixed: false,
        }],
        offers: true,
        error: None,
        duration: text.to_owned(),
        warnings: Vec::new(),
        action: text.to_owned(),
        ticket: text.to_owned(),
        provider_name: None,
        can_switch: true,
    }
}

fn of_nobody(text: &str) -> ConsentPage {
    ConsentPage {
        voucher: Voucher::Nobody,
        scopes: Vec::new(),
        warnings: vec!["An application on this computer will receive access."],
        ..consent(text)
    }
}

pub(super) fn problem(text: &str) -> ProblemPage {
    ProblemPage {
        title: "This cannot go on",
        cause: text.to_owned(),
        remedy: text.to_owned(),
        hints: RECONNECT,
        continue_link: None,
        restart_link: None,
        continue_host: String::new(),
        correlation_id: text.to_owned(),
    }
}

fn with_a_way_back(text: &str) -> ProblemPage {
    ProblemPage {
        continue_link: Some(text.to_owned()),
        restart_link: None,
        continue_host: text.to_owned(),
        hints: &[],
        ..problem(text)
    }
}

pub(super) fn callback(text: &str) -> CallbackPage {
    CallbackPage {
        code: Some(text.to_owned()),
        state: Some(text.to_owned()),
        iss: Some(text.to_owned()),
        error: None,
        error_description: None,
        redirect_uri: "http://127.0.0.1:9000/oauth/callback".to_owned(),
        token_endpoint: "http://127.0.0.1:9000/oauth/token".to_owned(),
    }
}

fn callback_of_an_error(text: &str) -> CallbackPage {
    CallbackPage {
        error: Some(text.to_owned()),
        error_description: Some(text.to_owned()),
        ..callback(text)
    }
}

pub(super) fn home(text: &str) -> HomePage {
    HomePage {
        links: vec![Link { name: "Somewhere", url: text.to_owned() }],
        guarantee: text.to_owned(),
    }
}
