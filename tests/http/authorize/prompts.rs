//! `prompt`, `max_age` and `login_hint`: which page comes first, in which browser, and what the client hears if none may.
//! Source: OpenID Connect Core 1.0 §3.1.2.1, §3.1.2.6.

use super::{vouched, vouched_by};
use crate::support::{
    ALICE, Ask, BOB, Browser, Client, Deployment, Fleet, Node, Reply, Serve, shown,
};

/// A client whose consent is remembered, and a browser that alice allowed it in.
fn remembered() -> (Node, Client, Browser) {
    let settings =
        "redirect_uris = [\"https://app.example.com/callback\"]\nconsent = \"remembered\"";
    let node = Node::start(&Deployment::usual().with_client("web", None, settings));
    let client = Client::known("web", None, super::CALLBACK);
    let mut browser = Browser::default();
    browser.allow(&node, &client.request().uri(), ALICE);
    (node, client, browser)
}

/// Opens a request that wants `prompt`, from a page of this site.
fn ask(browser: &mut Browser, at: &impl Serve, client: &Client, prompt: &str) -> Reply {
    let uri = client.request().with("prompt", prompt).uri();
    browser.send(at, Ask::get(uri).with("sec-fetch-site", "same-origin"))
}

fn choose(browser: &mut Browser, at: &impl Serve, page: &Reply, account: &str) -> Reply {
    let ticket = page.ticket();
    browser.submit(at, "/oauth/account", &[("ticket", ticket.as_str()), ("account", account)])
}

/// AUZ-20: an error without a page goes only to who may be redirected to; anybody else's is shown.
#[test]
fn auz_20_a_silent_request_without_a_session_is_told_to_whom_it_may_be() {
    let uris =
        ["https://app.example.com/callback", "http://127.0.0.1:8765/cb", "com.example.app:/cb"];
    let fleet = Fleet::start(
        2,
        &Deployment::usual().with_client(
            "web",
            None,
            &format!("redirect_uris = [\"{}\"]", uris[0]),
        ),
    );
    let outcome = |client: &Client| {
        let uri = client.request().with("prompt", "none").uri();
        let outcomes = [0, 1].map(|node| Browser::default().open(fleet.node(node), &uri).outcome());
        assert_eq!(outcomes[0], outcomes[1]);
        outcomes[0].clone()
    };
    let registered = uris.map(|uri| {
        let metadata =
            serde_json::json!({ "redirect_uris": [uri], "token_endpoint_auth_method": "none" });
        let client = Client::register(&fleet, &metadata);
        (format!("registered {uri}"), outcome(&Client { redirect_uri: uri.to_owned(), ..client }))
    });
    let configured = ("configured".to_owned(), outcome(&Client::known("web", None, uris[0])));
    insta::assert_snapshot!(super::super::table([configured].into_iter().chain(registered)), @"
    configured: 303 https://app.example.com/callback with login_required
    registered https://app.example.com/callback: 400 page: The application's request cannot be answered
    registered http://127.0.0.1:8765/cb: 303 http://127.0.0.1:8765/cb with login_required
    registered com.example.app:/cb: 400 page: The application's request cannot be answered
    ");
}

#[test]
fn every_prompt_and_what_the_browser_gets() {
    let (node, client, browser) = remembered();
    let prompts = [
        "",
        "none",
        "login",
        "consent",
        "select_account",
        "login consent",
        "login select_account",
        "consent select_account",
        "create",
        "none login",
        "none create",
        "NONE",
    ];
    let rows = prompts.map(|prompt| {
        let known = ask(&mut browser.clone(), &node, &client, prompt).outcome();
        let stranger = ask(&mut Browser::default(), &node, &client, prompt).outcome();
        (format!("{prompt:?}"), format!("logged in: {known}; nobody: {stranger}"))
    });
    insta::assert_snapshot!(super::super::table(rows), @r#"
    "": logged in: 303 https://app.example.com/callback with a code; nobody: 200 page: Log in
    "none": logged in: 303 https://app.example.com/callback with a code; nobody: 303 https://app.example.com/callback with login_required
    "login": logged in: 200 page: Log in; nobody: 200 page: Log in
    "consent": logged in: 200 page: Allow web to act for you?; nobody: 200 page: Log in
    "select_account": logged in: 200 page: Choose an account; nobody: 200 page: Log in
    "login consent": logged in: 200 page: Log in; nobody: 200 page: Log in
    "login select_account": logged in: 200 page: Log in; nobody: 200 page: Log in
    "consent select_account": logged in: 200 page: Choose an account; nobody: 200 page: Log in
    "create": logged in: 303 https://app.example.com/callback with a code; nobody: 200 page: Log in
    "none login": logged in: 303 https://app.example.com/callback with invalid_request; nobody: 303 https://app.example.com/callback with invalid_request
    "none create": logged in: 303 https://app.example.com/callback with invalid_request; nobody: 303 https://app.example.com/callback with invalid_request
    "NONE": logged in: 303 https://app.example.com/callback with a code; nobody: 200 page: Log in
    "#);
}

#[test]
fn a_login_that_is_too_old_is_made_anew() {
    let (node, client, mut browser) = remembered();
    node.clock().pass(61);
    let outcome = |max_age: &str| {
        let uri = client.request().with("max_age", max_age).uri();
        browser.clone().send(&node, Ask::get(uri).with("sec-fetch-site", "same-origin")).outcome()
    };
    let rows = ["0", "60", "61", "62", "99999999999999999999", "-1", "1s"]
        .map(|max_age| (max_age, outcome(max_age)));
    insta::assert_snapshot!(super::super::table(rows), @"
    0: 200 page: Log in
    60: 200 page: Log in
    61: 303 https://app.example.com/callback with a code
    62: 303 https://app.example.com/callback with a code
    99999999999999999999: 303 https://app.example.com/callback with a code
    -1: 303 https://app.example.com/callback with invalid_request
    1s: 303 https://app.example.com/callback with invalid_request
    ");
    let uri = client.request().with("max_age", "60").uri();
    let page = browser.open(&node, &uri);
    let code = browser.log_in(&node, &page, ALICE).code();
    assert_eq!(client.redeem(&node, &code).status, 200);
}

/// The page that asks for a password does not end the login that there is: a link that is only looked at does nothing.
#[test]
fn a_url_that_demands_a_login_may_be_opened_twice_and_gone_back_to() {
    let (node, client, mut browser) = remembered();
    let first = ask(&mut browser, &node, &client, "login");
    let second = ask(&mut browser, &node, &client, "login");
    assert_eq!(
        ask(&mut browser, &node, &client, "").outcome(),
        "303 https://app.example.com/callback with a code"
    );
    node.clock().pass(5);
    for page in [&second, &first, &second] {
        let reply = browser.log_in(&node, page, ALICE);
        assert_eq!(client.redeem(&node, &reply.code()).status, 200);
    }
    let failed = browser.log_in(&node, &first, (ALICE.0, "wrong"));
    assert_eq!(failed.outcome(), "403 page: Log in");
    assert_eq!(
        ask(&mut browser, &node, &client, "").outcome(),
        "303 https://app.example.com/callback with a code"
    );
}

#[test]
fn the_account_page() {
    let (node, client, mut browser) = remembered();
    let reply = ask(&mut browser, &node, &client, "select_account");
    insta::assert_snapshot!("account_page", shown(&reply));
    assert_eq!(
        choose(&mut browser, &node, &reply, "keep").outcome(),
        "303 https://app.example.com/callback with a code"
    );
}

#[test]
fn who_is_meant_is_said_on_the_account_page() {
    let (node, client, mut browser) = remembered();
    let page = ask(&mut browser, &node, &client, "select_account consent");
    let asked = choose(&mut browser.clone(), &node, &page, "keep");
    assert_eq!(asked.heading(), "Allow web to act for you?");
    let login = choose(&mut browser, &node, &page, "switch");
    assert_eq!(login.outcome(), "200 page: Log in");
    assert!(browser.cookie("sealbearer-session").is_none(), "the session has ended");
    let page = browser.log_in(&node, &login, BOB);
    let code = browser.decide(&node, &page, "allow").code();
    let access = client.redeem(&node, &code).text("access_token");
    assert_eq!(node.test(&access).text("subject"), "u:bob");
}

/// The ticket of the account page counts in its browser, for its person, while they are logged in, and in time.
#[test]
fn an_account_ticket_counts_in_its_own_browser_and_time_only() {
    let (node, client, browser) = remembered();
    let page = ask(&mut browser.clone(), &node, &client, "select_account");
    let mut stranger = Browser::default();
    stranger.allow(&node, &client.request().uri(), ALICE);
    let mut logged_out = browser.clone();
    logged_out.forget_cookie("sealbearer-session");
    let mut of_bob = browser.clone();
    let mut other = Browser::default();
    other.allow(&node, &client.request().uri(), BOB);
    of_bob.set_cookie(
        "sealbearer-session",
        other.cookie("sealbearer-session").expect("bob is logged in"),
    );
    let login = Browser::default().open(&node, &client.request().uri());
    let ours = browser.header();
    let form = |account: &str| {
        let ticket = page.ticket();
        Ask::form("/oauth/account", [("ticket", ticket.as_str()), ("account", account)])
    };
    let mut rows = vec![
        (
            "in another browser of the same person",
            choose(&mut stranger, &node, &page, "keep").outcome(),
        ),
        ("logged out meanwhile", choose(&mut logged_out, &node, &page, "keep").outcome()),
        ("somebody else by now", choose(&mut of_bob, &node, &page, "keep").outcome()),
        ("a login ticket", choose(&mut browser.clone(), &node, &login, "keep").outcome()),
        ("an unknown answer", choose(&mut browser.clone(), &node, &page, "maybe").outcome()),
        (
            "from another site",
            node.serve(&form("keep").with("cookie", &*ours).with("origin", "https://evil.example"))
                .outcome(),
        ),
    ];
    node.clock().pass(600);
    rows.push(("after ten minutes", choose(&mut browser.clone(), &node, &page, "keep").outcome()));
    insta::assert_snapshot!(super::super::table(rows), @"
    in another browser of the same person: 403 page: This cannot go on
    logged out meanwhile: 200 page: Log in
    somebody else by now: 200 page: Log in
    a login ticket: 400 page: This cannot go on
    an unknown answer: 400 page: This cannot go on
    from another site: 403 page: This cannot go on
    after ten minutes: 400 page: This cannot go on
    ");
}

/// A hint fills in the name, whoever has it or nobody, and says nothing else.
#[test]
fn a_login_hint_fills_in_the_name_whether_or_not_somebody_has_it() {
    let (node, client) = vouched();
    let page = |hint: &str| {
        let reply =
            Browser::default().open(&node, &client.request().with("login_hint", hint).uri());
        reply.body.replace(&reply.ticket(), "").replace(hint, "HINT")
    };
    assert!(page("alice").contains("value=\"HINT\""));
    assert_eq!(page("alice"), page("nobody-at-all"));
    let hostile =
        Browser::default().open(&node, &client.request().with("login_hint", "\"><script>").uri());
    assert!(
        !hostile.body.contains("<script>") && hostile.body.contains("&#34;&#62;&#60;script&#62;")
    );
    let (node, client, mut browser) = remembered();
    let known = ask(&mut browser, &node, &client, "login");
    assert!(
        known.body.contains("name=\"username\" type=\"text\" value=\"alice\""),
        "who is logged in"
    );
}

/// OpenID Connect Core 1.0 §15.1: what is only a wish may be ignored, never refused.
#[test]
fn what_is_only_a_wish_is_ignored() {
    let (node, client) = vouched_by(Deployment::usual());
    let wishes = [
        ("display", "popup"),
        ("ui_locales", "de-CH de"),
        ("claims_locales", "de"),
        ("acr_values", "urn:mace:incommon:iap:silver"),
        ("claims", "{\"id_token\":{\"auth_time\":{\"essential\":true}}}"),
    ];
    for (name, value) in wishes {
        let reply = Browser::default().open(&node, &client.request().with(name, value).uri());
        assert_eq!(reply.outcome(), "200 page: Log in", "{name}");
    }
}
