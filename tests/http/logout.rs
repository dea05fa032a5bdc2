//! `GET|POST /oauth/logout`: who is logged out, who is asked, and where browsers go afterwards.
//! Source: OpenID Connect RP-Initiated Logout 1.0.

use serde_json::json;

use super::table;
use crate::support::documents::Site;
use crate::support::internet::Internet;
use crate::support::{ALICE, Ask, BOB, Browser, Client, Deployment, Node, Reply, Serve as _};

const DONE: &str = "https://app.example.com/done?at=home";
const CALLBACK: &str = "https://app.example.com/callback";
const SESSION: &str = "sealbearer-session";

fn deployment() -> Deployment {
    let settings = format!(
        "redirect_uris = [\"{CALLBACK}\"]\npost_logout_redirect_uris = [\"{DONE}\", \"com.example.app:/done\"]"
    );
    Deployment::usual()
        .signing()
        .with("registration.redirect_schemes = [\"com.example.app\"]")
        .with_client("web", None, &settings)
}

/// A node, a client that its operator vouches for, and one that registered itself.
fn setting() -> (Node, Client, Client) {
    let node = Node::start(&deployment());
    let web = Client::known("web", None, CALLBACK);
    let registered = registered(&node);
    (node, web, registered)
}

fn registered(node: &Node) -> Client {
    let metadata = json!({
        "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": [DONE, "http://elsewhere.example/"],
        "token_endpoint_auth_method": "none",
    });
    let reply = node.serve(&Ask::json("/oauth/register", &metadata));
    assert_eq!(reply.json()["post_logout_redirect_uris"], json!([DONE]));
    Client::of(&reply)
}

/// A browser in which `person` is logged in, and the ID token that `client` got there.
fn logged_in(node: &Node, client: &Client, person: (&str, &str)) -> (Browser, String) {
    let mut browser = Browser::default();
    let uri = client.request().with("scope", "openid mcp:tools").uri();
    let code = browser.allow(node, &uri, person).code();
    (browser, client.redeem(node, &code).text("id_token"))
}

fn uri(fields: &[(&str, &str)]) -> String {
    let query = Ask::form("/", fields.iter().copied());
    format!("/oauth/logout?{}", query.body_text())
}

/// What the browser gets, and whether somebody is still logged in.
fn outcome(browser: &Browser, reply: &Reply) -> String {
    let gone = if browser.cookie(SESSION).is_some() { "logged in" } else { "logged out" };
    let answer = match reply.status {
        303 => format!("303 {}", reply.location()),
        _ => reply.outcome(),
    };
    let link = if reply.body.contains("class=\"button\"") { ", a link" } else { "" };
    format!("{answer}{link}; {gone}")
}

fn press(browser: &mut Browser, node: &Node, page: &Reply, button: &str) -> Reply {
    let ticket = page.ticket();
    let fields = [("ticket", ticket.as_str()), ("logout", button)];
    browser.submit(node, "/oauth/logout/confirm", &fields)
}

// Length: every way to ask, in one table.
#[test]
fn who_is_logged_out_who_is_asked_and_where_they_go() {
    let (node, web, registered) = setting();
    let (_, of_web) = logged_in(&node, &web, ALICE);
    let (_, of_bob) = logged_in(&node, &web, BOB);
    let (_, of_registered) = logged_in(&node, &registered, ALICE);
    let forged = format!("{}A", &of_web[..of_web.len() - 2]);
    let id = registered.id.as_str();
    let done = ("post_logout_redirect_uri", DONE);
    let state = ("state", "a b");
    let cases: Vec<(&str, Vec<(&str, &str)>)> = vec![
        ("nothing", vec![]),
        ("her ID token", vec![("id_token_hint", &of_web)]),
        ("her ID token, and back", vec![("id_token_hint", &of_web), done, state]),
        ("her ID token of a registered client", vec![("id_token_hint", &of_registered), done]),
        ("with the client_id too", vec![("id_token_hint", &of_web), ("client_id", "web"), done]),
        ("with another client_id", vec![("id_token_hint", &of_web), ("client_id", id), done]),
        ("somebody else's", vec![("id_token_hint", &of_bob), done]),
        ("a forged one", vec![("id_token_hint", &forged), done]),
        ("the client_id alone", vec![("client_id", "web"), done, state]),
        ("of a registered client", vec![("client_id", id), done]),
        ("of nobody", vec![("client_id", "nobody"), done]),
        (
            "back to elsewhere",
            vec![("id_token_hint", &of_web), ("post_logout_redirect_uri", CALLBACK)],
        ),
        (
            "back to an application",
            vec![("id_token_hint", &of_web), ("post_logout_redirect_uri", "com.example.app:/done")],
        ),
    ];
    let rows = cases.iter().flat_map(|(sentence, fields)| {
        let (mut browser, _) = logged_in(&node, &web, ALICE);
        let page = browser.open(&node, &uri(fields));
        let first = outcome(&browser, &page);
        let asked = page.body.contains("name=\"ticket\"").then(|| {
            let confirmed = press(&mut browser, &node, &page, "end");
            (format!("{sentence}, confirmed"), outcome(&browser, &confirmed))
        });
        let mut nobody = Browser::default();
        let page = nobody.open(&node, &uri(fields));
        let alone = (format!("{sentence}, nobody logged in"), outcome(&nobody, &page));
        [((*sentence).to_owned(), first)].into_iter().chain(asked).chain([alone])
    });
    insta::assert_snapshot!(table(rows));
}

#[test]
fn an_id_token_is_a_hint_long_after_its_end() {
    let (node, web, _) = setting();
    let (_, id_token) = logged_in(&node, &web, ALICE);
    node.clock().pass(40 * 86_400);
    let (mut browser, _) = logged_in(&node, &web, ALICE);
    let reply = browser.open(&node, &uri(&[("id_token_hint", &id_token)]));
    assert_eq!(outcome(&browser, &reply), "200 page: You are logged out; logged out");
}

/// A login is a cookie, and cookies can be copied: where the ledger can revoke, the copies end too.
#[test]
fn copies_of_the_cookie_end_where_the_ledger_can_revoke() {
    for (ledger, ends) in [("memory", true), ("none", false)] {
        let node = Node::start(&deployment().with_ledger(&format!("kind = \"{ledger}\"")));
        let web = Client::known("web", None, CALLBACK);
        let (mut browser, id_token) = logged_in(&node, &web, ALICE);
        let (mut copy, (mut other, _)) = (browser.clone(), logged_in(&node, &web, ALICE));
        browser.open(&node, &uri(&[("id_token_hint", &id_token)]));
        let request = web.request().uri();
        let heading = |browser: &mut Browser| browser.open(&node, &request).heading();
        assert_eq!(heading(&mut browser), "Log in", "{ledger}");
        assert_eq!(heading(&mut copy) == "Log in", ends, "{ledger}: a copy");
        assert_ne!(heading(&mut other), "Log in", "{ledger}: another login of hers");
    }
}

#[test]
fn a_person_may_stay() {
    let (node, web, _) = setting();
    let (mut browser, _) = logged_in(&node, &web, ALICE);
    let page = browser.open(&node, "/oauth/logout");
    let reply = press(&mut browser, &node, &page, "stay");
    assert_eq!(outcome(&browser, &reply), "200 page: Nothing has changed; logged in");
}

/// Browsers send no login with a form of another site, so that nobody can be seen to be logged in.
#[test]
fn a_form_of_another_site_makes_the_person_be_asked() {
    let (node, web, _) = setting();
    let (mut browser, id_token) = logged_in(&node, &web, ALICE);
    let fields = [("id_token_hint", id_token.as_str()), ("post_logout_redirect_uri", DONE)];
    let form = Ask::form("/oauth/logout", fields).with("sec-fetch-site", "cross-site");
    let page = node.serve(&form);
    assert_eq!(page.outcome(), "200 page: Log out?");
    let set = page.headers_called("set-cookie");
    assert!(set.iter().all(|cookie| !cookie.starts_with(SESSION)), "{set:?}");
    let page = browser.send(&node, form.with("origin", "https://app.example.com"));
    assert_eq!(outcome(&browser, &page), format!("303 {DONE}; logged out"), "a lax browser");
}

#[test]
fn a_logout_ticket_counts_in_its_own_browser_and_time_only() {
    let (node, web, _) = setting();
    let (mut browser, _) = logged_in(&node, &web, ALICE);
    let page = browser.open(&node, "/oauth/logout");
    let (ticket, mut stranger) = (page.ticket(), Browser::default());
    stranger.open(&node, "/oauth/logout");
    let elsewhere = press(&mut stranger, &node, &page, "end");
    let form = || {
        Ask::form("/oauth/logout/confirm", [("ticket", ticket.as_str()), ("logout", "end")])
            .with("cookie", browser.header())
    };
    let foreign = node.serve(&form().with("origin", "https://evil.example"));
    node.clock().pass(600);
    let late = node.serve(&form());
    let other = browser.open(&node, &web.request().uri());
    let wrong = press(&mut browser, &node, &other, "end");
    let rows = [("elsewhere", elsewhere), ("foreign", foreign), ("late", late), ("wrong", wrong)];
    let rows = rows.map(|(case, reply)| (case, outcome(&browser, &reply)));
    insta::assert_snapshot!(table(rows), @"
    elsewhere: 403 page: This cannot go on; logged in
    foreign: 403 page: This cannot go on; logged in
    late: 400 page: This cannot go on; logged in
    wrong: 400 page: This cannot go on; logged in
    ");
}

/// A document has places to go to as well; what is not acceptable here is left out, and spoils nothing.
#[test]
fn a_document_names_where_browsers_go() {
    let url = "https://client.example.com/client.json";
    let done = "https://client.example.com/done";
    let document = json!({
        "client_id": url, "client_name": "Editor", "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": [done, DONE, "http://elsewhere.example/"],
    });
    let outcome = |settings: &str, target: &str| {
        let internet = Internet::new();
        let _site = Site::with(&internet, &document);
        let node = Node::start_in(&internet, &deployment().with(settings));
        let client = Client::known(url, None, CALLBACK);
        let (mut browser, id_token) = logged_in(&node, &client, ALICE);
        let fields = [("id_token_hint", id_token.as_str()), ("post_logout_redirect_uri", target)];
        let reply = browser.open(&node, &uri(&fields));
        outcome(&browser, &reply)
    };
    assert_eq!(outcome("", done), format!("303 {done}; logged out"));
    assert_eq!(outcome("", DONE), format!("303 {DONE}; logged out"));
    let nowhere = "200 page: You are logged out; logged out";
    assert_eq!(outcome("", "http://elsewhere.example/"), nowhere);
}
