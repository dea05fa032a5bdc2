//! `POST /oauth/login`: a password for the ticket of this browser, in time, from our own page.

use super::table;
use crate::support::{
    ALICE, Ask, BOB, Browser, Client, Deployment, Node, Reply, Serve as _, altered, shown, visible,
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

/// The login form with this ticket.
fn form(ticket: &str) -> Ask {
    let fields = [("ticket", ticket), ("username", ALICE.0), ("password", ALICE.1)];
    Ask::form("/oauth/login", fields)
}

#[test]
fn a_ticket_counts_in_its_own_browser_and_time_only() {
    let (node, client) = setting();
    let mut browser = Browser::default();
    let page = browser.open(&node, &client.request().uri());
    let (ticket, ours) = (page.ticket(), browser.header());
    let mut stranger = Browser::default();
    stranger.open(&node, &client.request().uri());
    let consent = browser.clone().log_in(&node, &page, ALICE).ticket();
    let nameless = [("username", "alice"), ("password", "correct horse")];
    let twice = [("ticket", ticket.as_str()), ("ticket", "x")];
    let in_url = format!("/oauth/login?ticket={ticket}");
    let rows = [
        ("without cookies", form(&ticket)),
        ("in another browser", form(&ticket).with("cookie", stranger.header())),
        ("with the cookie twice", form(&ticket).with("cookie", format!("{ours}; {ours}"))),
        ("no ticket", Ask::form("/oauth/login", nameless).with("cookie", &*ours)),
        ("an altered ticket", form(&altered(&ticket)).with("cookie", &*ours)),
        ("a consent ticket", form(&consent).with("cookie", &*ours)),
        ("the client id as the ticket", form(&client.id).with("cookie", &*ours)),
        ("with a parameter twice", Ask::form("/oauth/login", twice).with("cookie", &*ours)),
        ("with the ticket in the URL", Ask::form(in_url, nameless).with("cookie", &*ours)),
    ];
    let mut outcomes: Vec<_> =
        rows.map(|(sentence, ask)| (sentence, cause(&node.serve(&ask)))).into();
    node.clock().pass(599);
    assert_eq!(browser.clone().log_in(&node, &page, ALICE).status, 200, "within ten minutes");
    node.clock().pass(1);
    outcomes.push(("after ten minutes", cause(&browser.log_in(&node, &page, ALICE))));
    insta::assert_snapshot!(table(outcomes), @"
    without cookies: 403: The form was opened in another browser, or cookies are turned off.
    in another browser: 403: The form was opened in another browser, or cookies are turned off.
    with the cookie twice: 403: The form was opened in another browser, or cookies are turned off.
    no ticket: 400: The address contains a part twice, or a part that cannot be read. (ticket is missing)
    an altered ticket: 400: The form does not belong to this server, or was changed.
    a consent ticket: 400: The form does not belong to this server, or was changed.
    the client id as the ticket: 400: The form does not belong to this server, or was changed.
    with a parameter twice: 400: The address contains a part twice, or a part that cannot be read. (ticket is sent more than once)
    with the ticket in the URL: 400: The address contains a part twice, or a part that cannot be read. (ticket belongs in the body, not in the URL)
    after ten minutes: 400: The form was open for too long.
    ");
}

#[test]
fn a_form_of_another_site_is_refused_whatever_it_brings() {
    let (node, client) = setting();
    let mut browser = Browser::default();
    let ticket = browser.open(&node, &client.request().uri()).ticket();
    let ours = "http://127.0.0.1:9000";
    let ask = || form(&ticket).with("cookie", browser.header());
    let rows = [
        ("from another site", ask().with("origin", "https://evil.example")),
        ("from a sibling site", ask().with("sec-fetch-site", "same-site")),
        ("across sites", ask().with("sec-fetch-site", "cross-site")),
        ("from two sites", ask().with("sec-fetch-site", "none").with("sec-fetch-site", "none")),
        ("from nowhere", ask().with("origin", "null")),
        ("with two origins", ask().with("origin", ours).with("origin", ours)),
    ];
    let rows = rows.map(|(sentence, ask)| (sentence, cause(&node.serve(&ask))));
    insta::assert_snapshot!(table(rows), @"
    from another site: 403: The form was sent by another web site.
    from a sibling site: 403: The form was sent by another web site.
    across sites: 403: The form was sent by another web site.
    from two sites: 403: The form was sent by another web site.
    from nowhere: 403: The form was sent by another web site.
    with two origins: 403: The form was sent by another web site.
    ");
    for ask in [ask(), ask().with("origin", ours), ask().with("sec-fetch-site", "same-origin")] {
        assert_eq!(node.serve(&ask).status, 200);
    }
}

#[test]
fn auz_17_auz_18_what_else_the_form_says_is_not_believed() {
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
    assert_eq!(reply.outcome(), "303 https://app.example.com/callback with access_denied");
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
