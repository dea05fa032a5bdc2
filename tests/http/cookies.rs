//! What browsers are asked to keep, and what every page tells them.

use super::table;
use crate::support::{ALICE, Ask, Browser, Client, Deployment, Node, Reply, Serve as _, plain};

const HTTPS: &str = "https://auth.example.com";

/// Every answer of a whole visit: login page, failed login, consent page, redirect, refusal, problem.
fn visit(node: &Node) -> Vec<Reply> {
    let client = Client::public(node);
    let mut browser = Browser::default();
    let uri = client.request().uri();
    let login = browser.open(node, &uri);
    let failed = browser.log_in(node, &login, (ALICE.0, "wrong"));
    let consent = browser.log_in(node, &login, ALICE);
    let denied = browser.decide(node, &consent, "deny");
    let allowed = browser.decide(node, &consent, "allow");
    let switched = browser.decide(node, &consent, "switch");
    let problem = browser.open(node, "/oauth/authorize");
    let refused = Browser::default().open(node, &client.request().without("response_type").uri());
    let malformed = browser.open(node, "/oauth/authorize?state=a&state=b");
    vec![login, failed, consent, denied, allowed, switched, problem, refused, malformed]
}

/// Each cookie of the visit with its attributes, its value left out.
fn cookies(node: &Node) -> String {
    let mut lines: Vec<_> = visit(node)
        .iter()
        .flat_map(|reply| {
            reply.headers_called("set-cookie").into_iter().map(str::to_owned).collect::<Vec<_>>()
        })
        .map(|cookie| {
            let (name, rest) = cookie.split_once('=').expect("cookies have names");
            let attributes = rest.split_once(';').map_or("", |(_, attributes)| attributes);
            format!("{name}:{attributes}")
        })
        .collect();
    lines.sort();
    lines.dedup();
    lines.join("\n")
}

#[test]
fn on_https_cookies_are_bound_to_the_host() {
    let node = Node::start(&Deployment::usual().at(HTTPS));
    insta::assert_snapshot!(cookies(&node), @"
    __Host-sealbearer-browser: HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=43200
    __Host-sealbearer-session: HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0
    __Host-sealbearer-session: HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=43200
    ");
}

#[test]
fn on_loopback_http_cookies_go_without_what_browsers_would_refuse() {
    let node = Node::start(&Deployment::usual());
    insta::assert_snapshot!(cookies(&node), @"
    sealbearer-browser: HttpOnly; SameSite=Lax; Path=/; Max-Age=43200
    sealbearer-session: HttpOnly; SameSite=Lax; Path=/; Max-Age=0
    sealbearer-session: HttpOnly; SameSite=Lax; Path=/; Max-Age=43200
    ");
}

#[test]
fn consents_are_kept_where_the_clients_rule_says_so() {
    let lines = "redirect_uris = [\"https://app.example.com/callback\"]\nconsent = \"remembered\"";
    let node = Node::start(&Deployment::usual().at(HTTPS).with_client("web", None, lines));
    let client = Client::known("web", None, "https://app.example.com/callback");
    let reply = Browser::default().allow(&node, &client.request().uri(), ALICE);
    insta::assert_snapshot!(plain(&reply.headers_called("set-cookie").join("\n")), @"__Host-sealbearer-consents=<consents>; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=43200");
}

#[test]
fn a_cookie_under_the_other_name_does_not_count() {
    let node = Node::start(&Deployment::usual().at(HTTPS));
    let client = Client::public(&node);
    let mut browser = Browser::default();
    browser.allow(&node, &client.request().uri(), ALICE);
    let session = browser.cookie("__Host-sealbearer-session").expect("she is logged in").to_owned();
    let mut tossed = Browser::default();
    tossed.set_cookie("sealbearer-session", &session);
    assert_eq!(tossed.open(&node, &client.request().uri()).heading(), "Log in");
}

#[test]
fn two_sessions_in_one_browser_are_none() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let mut browser = Browser::default();
    browser.allow(&node, &client.request().uri(), ALICE);
    let session = browser.cookie("sealbearer-session").expect("she is logged in");
    let cookie = format!("sealbearer-session={session}; sealbearer-session=planted");
    let reply = node.serve(&Ask::get(client.request().uri()).with("cookie", cookie));
    assert_eq!(reply.heading(), "Log in");
}

/// A name proves nothing, but only one that was made here is kept.
#[test]
fn a_browser_keeps_no_name_that_was_not_made_here() {
    let node = Node::start(&Deployment::usual());
    let uri = Client::public(&node).request().uri();
    let rows = [
        ("ours", "0123456789abcdef0123456789ABCDEF".to_owned(), true),
        ("a short one", "0".repeat(31), false),
        ("a long one", "0".repeat(33), false),
        ("another letter", format!("{}g", "0".repeat(31)), false),
    ];
    for (what, name, is_kept) in rows {
        let cookie = format!("sealbearer-browser={name}");
        let reply = node.serve(&Ask::get(&uri).with("cookie", cookie));
        assert_eq!(reply.header("set-cookie").is_none(), is_kept, "{what}");
    }
}

#[test]
fn every_answer_of_the_flow_is_neither_stored_nor_framed_nor_leaked() {
    for deployment in [Deployment::usual(), Deployment::usual().at(HTTPS)] {
        let node = Node::start(&deployment);
        for reply in visit(&node) {
            let what = format!("{} {}", reply.status, reply.heading());
            assert_eq!(reply.header("cache-control"), Some("no-store"), "{what}");
            assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{what}");
            assert!(!matches!(reply.status, 301 | 302 | 307 | 308), "{what}");
            let referrer = reply.header("referrer-policy");
            if reply.is_page() {
                let policy = reply.header("content-security-policy").expect("pages have one");
                for directive in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"]
                {
                    assert!(policy.contains(directive), "{what}: {policy}");
                }
                assert!(
                    !policy.contains("unsafe") && !policy.contains("script"),
                    "{what}: {policy}"
                );
                assert_eq!(reply.header("x-frame-options"), Some("DENY"), "{what}");
                assert_eq!(referrer, Some("same-origin"), "{what}");
                assert!(!reply.body.contains("<script"), "{what}");
            } else {
                assert_eq!(referrer, Some("no-referrer"), "{what}");
            }
            let hsts = reply.header("strict-transport-security").is_some();
            assert_eq!(hsts, node.issuer() == HTTPS, "{what}");
        }
    }
}

#[test]
fn forms_may_end_at_the_redirect_uri_and_nowhere_else() {
    let node = Node::start(&Deployment::usual());
    let rows = [
        "https://app.example.com/callback",
        "https://app.example.com:8443/callback?x=;'y",
        "http://127.0.0.1:5000/cb",
        "http://[::1]:5000/cb",
        "com.example.app:/cb",
    ];
    let rows = rows.map(|redirect_uri| {
        let metadata = serde_json::json!({ "redirect_uris": [redirect_uri], "token_endpoint_auth_method": "none" });
        let client = Client::register(&node, &metadata);
        let page = Browser::default().open(&node, &client.request().uri());
        let policy = page.header("content-security-policy").unwrap_or_default().to_owned();
        let form = policy.split(';').find(|part| part.contains("form-action")).unwrap_or_default();
        (redirect_uri, form.trim().to_owned())
    });
    insta::assert_snapshot!(table(rows), @"
    https://app.example.com/callback: form-action 'self' https://app.example.com
    https://app.example.com:8443/callback?x=;'y: form-action 'self' https://app.example.com:8443
    http://127.0.0.1:5000/cb: form-action 'self' http://127.0.0.1:5000
    http://[::1]:5000/cb: form-action 'self' http:
    com.example.app:/cb: form-action 'self' com.example.app:
    ");
}
