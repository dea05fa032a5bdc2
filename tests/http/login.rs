//! `POST /oauth/login`: a password for the ticket of this browser, in time, from our own page.

use super::table;
use crate::support::{
    ALICE, Ask, BOB, Browser, Client, Deployment, Node, Reply, Serve as _, shown, visible,
};

fn setting() -> (Node, Client) {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    (node, client)
}

/// The second line of a page: what went wrong.
pub(super) fn cause(reply: &Reply) -> String {
    let text = visible(&reply.body);
    format!("{}: {}", reply.status, text.lines().nth(1).unwrap_or_default())
}

#[test]
fn a_right_password_leads_to_consent() {
    let (node, client) = setting();
    let mut browser = Browser::default();
    let page = browser.open(&node, &client.request().uri());
    let reply = browser.log_in(&node, &page, ALICE);
    insta::assert_snapshot!("consent_asked", shown(&reply));
}

#[test]
fn a_wrong_password_leads_to_the_same_page_again() {
    let (node, client) = setting();
    let mut browser = Browser::default();
    let page = browser.open(&node, &client.request().uri());
    let wrong = browser.log_in(&node, &page, (ALICE.0, "wrong"));
    insta::assert_snapshot!("login_failed", shown(&wrong));
    let right = browser.log_in(&node, &wrong, ALICE);
    assert!(right.heading().starts_with("Allow"));
}

#[test]
fn who_has_no_account_hears_the_same_as_who_mistypes() {
    let (node, client) = setting();
    let said = |name: &str, password: &str| {
        let mut browser = Browser::default();
        let page = browser.open(&node, &client.request().uri());
        let reply = browser.log_in(&node, &page, (name, password));
        assert_eq!(reply.status, 403);
        assert!(reply.headers_called("set-cookie").is_empty(), "nobody is logged in");
        visible(&reply.body)
    };
    let known = said("alice", "wrong");
    for (name, password) in [
        ("nobody", "wrong"),
        ("alice", ""),
        ("", "correct horse"),
        ("ALICE", "correct horse"),
        ("alice", "battery staple"),
    ] {
        assert_eq!(said(name, password), known, "{name:?} {password:?}");
    }
    assert_eq!(said("alice", &"x".repeat(2_000)), known, "a password too long to be one");
}

// Length: one table of everything that is not believed.
#[test]
fn a_ticket_counts_in_its_own_browser_and_time_only() {
    let (node, client) = setting();
    let mut browser = Browser::default();
    let page = browser.open(&node, &client.request().uri());
    let (ticket, mut stranger) = (page.ticket(), Browser::default());
    stranger.open(&node, &client.request().uri());
    let fields = |ticket: &str| {
        [
            ("ticket", ticket.to_owned()),
            ("username", "alice".to_owned()),
            ("password", "correct horse".to_owned()),
        ]
    };
    let form = |ticket: &str| Ask::form("/oauth/login", fields(ticket));
    let mut consenting = browser.clone();
    let consent = consenting.log_in(&node, &page, ALICE).ticket();
    let altered = format!("{}A", &ticket[..ticket.len() - 1]);
    let cookie = |browser: &Browser| {
        format!("sealbearer-browser={}", browser.cookie("sealbearer-browser").expect("it was set"))
    };
    let twice = format!("{0}; {0}", cookie(&browser));
    let ours = "http://127.0.0.1:9000";
    let rows = [
        ("without cookies", form(&ticket)),
        ("in another browser", form(&ticket).with("cookie", cookie(&stranger))),
        ("with the cookie twice", form(&ticket).with("cookie", twice)),
        (
            "no ticket",
            Ask::form("/oauth/login", [("username", "alice"), ("password", "correct horse")])
                .with("cookie", cookie(&browser)),
        ),
        ("an altered ticket", form(&altered).with("cookie", cookie(&browser))),
        ("a consent ticket", form(&consent).with("cookie", cookie(&browser))),
        ("the client id as the ticket", form(&client.id).with("cookie", cookie(&browser))),
        (
            "from another site",
            form(&ticket).with("cookie", cookie(&browser)).with("origin", "https://evil.example"),
        ),
        (
            "from a sibling site",
            form(&ticket).with("cookie", cookie(&browser)).with("sec-fetch-site", "same-site"),
        ),
        (
            "across sites",
            form(&ticket).with("cookie", cookie(&browser)).with("sec-fetch-site", "cross-site"),
        ),
        ("from nowhere", form(&ticket).with("cookie", cookie(&browser)).with("origin", "null")),
        (
            "with two origins",
            form(&ticket)
                .with("cookie", cookie(&browser))
                .with("origin", ours)
                .with("origin", ours),
        ),
        (
            "with a parameter twice",
            Ask::form("/oauth/login", [("ticket", ticket.as_str()), ("ticket", "x")])
                .with("cookie", cookie(&browser)),
        ),
        (
            "with the ticket in the URL",
            Ask::form(format!("/oauth/login?ticket={ticket}"), [("username", "alice")])
                .with("cookie", cookie(&browser)),
        ),
    ];
    let mut outcomes: Vec<_> =
        rows.map(|(sentence, ask)| (sentence, cause(&node.serve(&ask)))).into();
    node.clock().pass(599);
    assert_eq!(browser.clone().log_in(&node, &page, ALICE).status, 200, "within ten minutes");
    node.clock().pass(1);
    outcomes.push(("after ten minutes", cause(&browser.log_in(&node, &page, ALICE))));
    insta::assert_snapshot!(table(outcomes), @"");
}

#[test]
fn what_else_the_form_says_is_not_believed() {
    let (node, client) = setting();
    let mut browser = Browser::default();
    let ticket = browser.open(&node, &client.request().uri()).ticket();
    let fields = [
        ("ticket", ticket.as_str()),
        ("username", "alice"),
        ("password", "correct horse"),
        ("client_id", "web"),
        ("redirect_uri", "https://evil.example/"),
        ("scope", "mcp:admin"),
        ("state", "forged"),
        ("next", "//evil.example"),
        ("resource", "https://evil.example"),
    ];
    let page = browser.submit(&node, "/oauth/login", &fields);
    assert!(!page.body.contains("evil") && !page.body.contains("mcp:admin"));
    let consent = page.ticket();
    let mut fields = fields;
    fields[0] = ("ticket", consent.as_str());
    fields[1] = ("decision", "allow");
    let reply = browser.submit(&node, "/oauth/consent", &fields);
    assert!(reply.location().starts_with("https://app.example.com/callback?"));
    assert_eq!(reply.parameter("state").as_deref(), Some("xyz"));
    assert_eq!(client.redeem(&node, &reply.code()).text("scope"), "mcp:tools");
}

#[test]
fn a_person_who_may_allow_nothing_of_it_is_told_and_so_is_the_client() {
    let (node, client) = setting();
    let mut browser = Browser::default();
    let page = browser.open(&node, &client.request().with("scope", "mcp:admin").uri());
    let reply = browser.log_in(&node, &page, BOB);
    assert_eq!(reply.outcome(), "303 https://app.example.com/callback with invalid_scope");
}

#[test]
fn a_session_lasts_half_an_hour_unused_and_twelve_hours_at_most() {
    let (node, client) = setting();
    let mut browser = Browser::default();
    browser.allow(&node, &client.request().uri(), ALICE);
    let is_known =
        |browser: &mut Browser| browser.open(&node, &client.request().uri()).heading() != "Log in";
    for _ in 0..24 {
        node.clock().pass(1_799);
        assert!(is_known(&mut browser));
    }
    node.clock().pass(24);
    assert!(!is_known(&mut browser), "twelve hours are over");
    let mut other = Browser::default();
    other.allow(&node, &client.request().uri(), ALICE);
    node.clock().pass(1_800);
    assert!(!is_known(&mut other), "half an hour without a visit");
}
