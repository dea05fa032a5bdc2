//! `POST /oauth/consent`: what a person decides, for this browser, this session and this request.

use super::login::cause;
use super::table;
use crate::support::{
    ALICE, Ask, BOB, Browser, Client, Deployment, Node, Reply, Serve as _, altered, shown,
};

/// A node, a client, a browser, and the consent page it shows.
fn setting() -> (Node, Client, Browser, Reply) {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let mut browser = Browser::default();
    let page = browser.open(&node, &client.request().uri());
    let page = browser.log_in(&node, &page, ALICE);
    (node, client, browser, page)
}

#[test]
fn allowing_brings_the_client_its_code() {
    let (node, _, mut browser, page) = setting();
    insta::assert_snapshot!("allowed", shown(&browser.decide(&node, &page, "allow")));
}

#[test]
fn denying_is_told_to_the_client() {
    let (node, _, mut browser, page) = setting();
    insta::assert_snapshot!("denied", shown(&browser.decide(&node, &page, "deny")));
}

#[test]
fn another_account_starts_with_the_login_page() {
    let (node, client, mut browser, page) = setting();
    let reply = browser.decide(&node, &page, "switch");
    insta::assert_snapshot!("switched", shown(&reply));
    assert!(browser.cookie("sealbearer-session").is_none(), "the session has ended");
    let page = browser.log_in(&node, &reply, BOB);
    let code = browser.decide(&node, &page, "allow").code();
    let access = client.redeem(&node, &code).text("access_token");
    assert_eq!(node.test(&access).text("subject"), "u:bob");
}

#[test]
fn a_ticket_counts_in_its_own_browser_and_time_only() {
    let (node, client, mut browser, page) = setting();
    let (ticket, mut stranger) = (page.ticket(), Browser::default());
    stranger.allow(&node, &client.request().uri(), ALICE);
    let form = |ticket: &str, decision: &str| {
        Ask::form("/oauth/consent", [("ticket", ticket), ("decision", decision)])
    };
    let ours = browser.header();
    let login = Browser::default().open(&node, &client.request().uri()).ticket();
    let rows = [
        ("without cookies", form(&ticket, "allow")),
        (
            "in another browser of the same person",
            form(&ticket, "allow").with("cookie", stranger.header()),
        ),
        ("a login ticket", form(&login, "allow").with("cookie", &*ours)),
        ("an altered ticket", form(&altered(&ticket), "allow").with("cookie", &*ours)),
        (
            "no decision",
            Ask::form("/oauth/consent", [("ticket", ticket.as_str())]).with("cookie", &*ours),
        ),
        ("an unknown decision", form(&ticket, "maybe").with("cookie", &*ours)),
        (
            "two decisions",
            Ask::form(
                "/oauth/consent",
                [("ticket", ticket.as_str()), ("decision", "allow"), ("decision", "deny")],
            )
            .with("cookie", &*ours),
        ),
        (
            "from another site",
            form(&ticket, "allow").with("cookie", &*ours).with("origin", "https://evil.example"),
        ),
        (
            "across sites",
            form(&ticket, "allow").with("cookie", &*ours).with("sec-fetch-site", "cross-site"),
        ),
        ("from nowhere", form(&ticket, "allow").with("cookie", &*ours).with("origin", "null")),
        (
            "by GET",
            Ask::get(format!("/oauth/consent?ticket={ticket}&decision=allow"))
                .with("cookie", &*ours),
        ),
    ];
    let mut outcomes: Vec<_> = rows
        .map(|(sentence, ask)| {
            let reply = node.serve(&ask);
            (sentence, if reply.is_page() { cause(&reply) } else { reply.error() })
        })
        .into();
    node.clock().pass(600);
    outcomes.push(("after ten minutes", cause(&browser.decide(&node, &page, "allow"))));
    insta::assert_snapshot!(table(outcomes), @"
    without cookies: 403: The form was opened in another browser, or cookies are turned off.
    in another browser of the same person: 403: The form was opened in another browser, or cookies are turned off.
    a login ticket: 400: The form does not belong to this server, or was changed.
    an altered ticket: 400: The form does not belong to this server, or was changed.
    no decision: 400: The address contains a part twice, or a part that cannot be read. (decision is missing)
    an unknown decision: 400: The address contains a part twice, or a part that cannot be read. (decision has a value that is not allowed)
    two decisions: 400: The address contains a part twice, or a part that cannot be read. (decision is sent more than once)
    from another site: 403: The form was sent by another web site.
    across sites: 403: The form was sent by another web site.
    from nowhere: 403: The form was sent by another web site.
    by GET: 405: This path does not have this method.
    after ten minutes: 400: The form was open for too long.
    ");
}

#[test]
fn consent_is_void_once_its_person_left_the_browser() {
    let (node, _, mut browser, page) = setting();
    browser.forget_cookie("sealbearer-session");
    let reply = browser.decide(&node, &page, "allow");
    assert_eq!(reply.outcome(), "200 page: Log in");
}

#[test]
fn consent_of_one_person_is_not_taken_for_anothers() {
    let (node, client, mut browser, page) = setting();
    let mut of_bob = Browser::default();
    of_bob.allow(&node, &client.request().uri(), BOB);
    let session = of_bob.cookie("sealbearer-session").expect("bob is logged in").to_owned();
    browser.set_cookie("sealbearer-session", &session);
    assert_eq!(browser.decide(&node, &page, "allow").outcome(), "200 page: Log in");
}

#[test]
fn two_tickets_bring_two_codes_of_two_families() {
    let (node, client, mut browser, first) = setting();
    let second = browser.open(&node, &client.request().uri());
    let codes = [first, second].map(|page| browser.decide(&node, &page, "allow").code());
    let families =
        codes.map(|code| node.grant(&client.redeem(&node, &code).text("access_token")).family);
    assert_ne!(families[0], families[1]);
}

#[test]
fn a_client_that_registered_itself_is_never_let_through_in_silence() {
    let (node, client, mut browser, page) = setting();
    browser.decide(&node, &page, "allow");
    for site in [None, Some("none"), Some("same-origin"), Some("same-site"), Some("cross-site")] {
        let ask = Ask::get(client.request().uri());
        let ask = site.map_or(ask.clone(), |site| ask.with("sec-fetch-site", site));
        assert!(browser.send(&node, ask).heading().starts_with("Allow"), "{site:?}");
    }
}

const WEB: &str = "https://app.example.com/callback";

#[test]
fn a_remembered_consent_counts_for_exactly_what_was_allowed() {
    let lines = "redirect_uris = [\"https://app.example.com/callback\", \"https://app.example.com/other\"]\nconsent = \"remembered\"";
    let deployment =
        Deployment::usual().with_client("web", None, lines).with_client("twin", None, lines);
    let node = Node::start(&deployment);
    let client = Client::known("web", None, WEB);
    let twin = Client::known("twin", None, WEB);
    let mut browser = Browser::default();
    browser.allow(&node, &client.request().uri(), ALICE);
    let outcome = |browser: &Browser, ask: Ask| {
        let reply = browser.clone().send(&node, ask);
        if reply.status == 303 { "silent".to_owned() } else { "asked".to_owned() }
    };
    let from_here = |uri: String| Ask::get(uri).with("sec-fetch-site", "same-origin");
    let same = client.request();
    let mut of_bob = browser.clone();
    of_bob.forget_cookie("sealbearer-session");
    let page = of_bob.open(&node, &same.uri());
    of_bob.log_in(&node, &page, BOB);
    let rows = [
        ("the same, from here", outcome(&browser, from_here(same.uri()))),
        (
            "the same, typed in",
            outcome(&browser, Ask::get(same.uri()).with("sec-fetch-site", "none")),
        ),
        (
            "the same, from another site",
            outcome(&browser, Ask::get(same.uri()).with("sec-fetch-site", "cross-site")),
        ),
        ("the same, from nobody knows where", outcome(&browser, Ask::get(same.uri()))),
        (
            "more scope",
            outcome(&browser, from_here(same.clone().with("scope", "mcp:tools mcp:write").uri())),
        ),
        (
            "another redirect URI",
            outcome(
                &browser,
                from_here(same.clone().with("redirect_uri", "https://app.example.com/other").uri()),
            ),
        ),
        ("another client", outcome(&browser, from_here(twin.request().uri()))),
        ("another person", outcome(&of_bob, from_here(same.uri()))),
    ];
    insta::assert_snapshot!(table(rows), @"
    the same, from here: silent
    the same, typed in: silent
    the same, from another site: asked
    the same, from nobody knows where: asked
    more scope: asked
    another redirect URI: asked
    another client: asked
    another person: asked
    ");
    node.clock().pass(1_799);
    let reply = browser.send(&node, from_here(same.uri()));
    assert_eq!(
        reply.parameter("iss").as_deref(),
        Some(node.issuer()),
        "silent answers carry it too"
    );
    browser.forget_cookie("sealbearer-consents");
    assert_eq!(outcome(&browser, from_here(same.uri())), "asked");
}

#[test]
fn the_operators_own_client_is_let_through_where_its_answer_goes_to_a_web_server() {
    let lines = format!("redirect_uris = [\"{WEB}\"]\nconsent = \"implied\"");
    let node = Node::start(&Deployment::usual().with_client("own", None, &lines));
    let client = Client::known("own", None, WEB);
    let mut browser = Browser::default();
    let page = browser.open(&node, &client.request().uri());
    let code = browser.log_in(&node, &page, ALICE).code();
    assert_eq!(client.redeem(&node, &code).status, 200);
    browser.open(&node, &client.request().uri()).code();
}

#[test]
fn what_the_configuration_took_away_meanwhile_stays_away() {
    let (node, client, mut browser, page) = setting();
    let closed = Deployment::usual().with("[registration]\ndynamic = \"closed\"");
    let closed = Node::beside(node.clock(), 1, &closed);
    let reply = browser.decide(&closed, &page, "allow");
    assert_eq!(reply.outcome(), "400 page: This cannot go on");
    let code = browser.decide(&node, &page, "allow").code();
    assert_eq!(client.redeem(&closed, &code).error(), "401 invalid_client");
}
