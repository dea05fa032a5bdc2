//! Clients that are known by a document. Source: draft-ietf-oauth-client-id-metadata-document-00; CIMD-01 to CIMD-54.

// Length: one scene, and all that can happen in it.

use std::sync::Arc;

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::documents::Site;
use crate::support::internet::{Behind, Internet};
use crate::support::{
    ALICE, Ask, Browser, Client, Deployment, Node, Reply, Serve as _, Tokens, visible,
};

const HOST: &str = "client.example.com";
const URL: &str = "https://client.example.com/client.json";
const PATH: &str = "/client.json";
const OWN_SITE: &str = "https://client.example.com/callback";
const OTHER_SITE: &str = "https://app.example.net/callback";
const LOOPBACK: &str = "http://localhost/callback";
const DAY: u64 = 86_400;
const MINUTE: u64 = 60;

fn document() -> Value {
    json!({
        "client_id": URL,
        "client_name": "Editor",
        "redirect_uris": [OWN_SITE, OTHER_SITE, LOOPBACK],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut document = document();
    document[name] = value;
    document
}

fn client_at(redirect_uri: &str) -> Client {
    Client::known(URL, None, redirect_uri)
}

/// A deployment, the site of a client, and its document on it.
fn scene(settings: &str) -> (Node, Site) {
    let internet = Internet::new();
    let site = Site::with(&internet, &document());
    (Node::start_in(&internet, &Deployment::usual().with(settings)), site)
}

/// The page that a person gets who comes from the client.
fn page(node: &Node, redirect_uri: &str) -> Reply {
    Browser::default().open(node, &client_at(redirect_uri).request().uri())
}

/// The consent page for alice.
fn consent_page(node: &Node, browser: &mut Browser, redirect_uri: &str) -> Reply {
    let page = browser.open(node, &client_at(redirect_uri).request().uri());
    if page.heading() == "Log in" { browser.log_in(node, &page, ALICE) } else { page }
}

#[test]
fn a_client_comes_with_a_document_and_gets_its_tokens() {
    let (node, site) = scene("");
    let client = client_at(OWN_SITE);
    let tokens = client.tokens(&node);
    assert_eq!(node.test(&tokens.access).status, 200);
    let renewed = Tokens::of(&client.refresh(&node, tokens.refresh()));
    assert_eq!(node.test(&renewed.access).status, 200);
    assert_eq!(site.asked(), 1, "one look at the document is enough for all of it");
}

/// CIMD-02: what registers itself is never taken for a document, whatever it calls itself.
#[test]
fn no_registration_begins_like_the_url_of_a_document() {
    let (node, site) = scene("");
    let metadata = json!({ "client_name": URL, "redirect_uris": [OWN_SITE] });
    let client = Client::register(&node, &metadata);
    assert!(client.id.starts_with("eyJ"), "{}", client.id);
    assert_eq!(node.test(&client.tokens(&node).access).status, 200);
    assert_eq!(site.asked(), 0);
}

#[test]
fn metadata_says_whether_documents_are_read() {
    for (settings, expected) in
        [("", json!(true)), ("[registration.documents]\nenabled = false", Value::Null)]
    {
        let (node, _site) = scene(settings);
        for place in ["oauth-authorization-server", "openid-configuration"] {
            let reply = node.serve(&Ask::get(format!("/.well-known/{place}"))).json();
            assert_eq!(reply["client_id_metadata_document_supported"], expected, "{place}");
            assert_eq!(reply["token_endpoint_auth_methods_supported"][0], "none");
        }
    }
}

#[test]
fn where_documents_are_off_nobody_is_asked_for_one() {
    let (node, site) = scene("[registration.documents]\nenabled = false");
    let page = page(&node, OWN_SITE);
    assert_eq!(page.status, 400);
    assert!(visible(&page.body).contains("is not known to this server"), "{}", page.body);
    assert_eq!(site.asked(), 0);
}

#[test]
fn a_document_that_cannot_be_had_is_told_apart_from_an_unknown_client() {
    for response in [
        ResponseTemplate::new(404),
        ResponseTemplate::new(403).set_body_raw("<html>", "text/html"),
        ResponseTemplate::new(200).set_body_raw("<html>secret", "text/html"),
    ] {
        let (node, site) = scene("");
        site.answer(PATH, response);
        let reply = page(&node, OWN_SITE);
        let told = ["retry-after", "cache-control"].map(|name| reply.header(name));
        assert_eq!((reply.status, told), (503, [Some("30"), Some("no-store")]));
        let text = visible(&reply.body);
        assert!(text.contains("that document cannot be read at the moment"), "{text}");
        for told in ["secret", "404", "403", "198.35.26", "not known to this server"] {
            assert!(!text.contains(told), "{told}: {text}");
        }
        let reply = client_at(OWN_SITE).redeem(&node, "any");
        let told = (reply.status, reply.text("error"), reply.header("retry-after"));
        assert_eq!(told, (503, "temporarily_unavailable".to_owned(), Some("30")));
        assert_eq!(site.asked(), 1, "a failure is remembered for a moment");
        site.put(PATH, &document());
        node.clock().pass(MINUTE);
        assert_eq!(page(&node, OWN_SITE).heading(), "Log in");
    }
}

#[test]
fn nobody_at_all_at_the_host_looks_the_same() {
    let reply = page(&Node::start(&Deployment::usual()), OWN_SITE);
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("30")));
}

#[test]
fn a_document_has_five_kilobytes_at_the_most() {
    for (length, status) in [(5_120, 200), (5_121, 503)] {
        let (node, site) = scene("");
        let bare = with("padding", json!("")).to_string().len();
        site.put(PATH, &with("padding", json!("x".repeat(length - bare))));
        assert_eq!(page(&node, OWN_SITE).status, status, "{length}");
    }
}

#[test]
fn a_document_that_makes_no_client_is_told_with_its_reason() {
    for (document, told) in [
        (
            with("client_id", json!("https://client.example.com/other.json")),
            "character by character",
        ),
        (with("client_secret", json!("hunter2")), "must not have a client secret"),
        (with("redirect_uris", json!(["http://evil.example/cb"])), "None of the redirect_uris"),
    ] {
        let (node, site) = scene("");
        site.put(PATH, &document);
        let reply = page(&node, OWN_SITE);
        let text = visible(&reply.body);
        assert_eq!(reply.status, 400, "{text}");
        assert!(text.contains(told), "{text}");
        assert!(!reply.body.contains("hunter2") && !reply.body.contains("evil.example"));
        let reply = client_at(OWN_SITE).redeem(&node, "any");
        assert_eq!((reply.status, reply.text("error").as_str()), (401, "invalid_client"));
    }
}

#[test]
fn a_url_that_is_never_fetched_is_told_at_once() {
    let internet = Internet::new();
    let node = Node::start_in(&internet, &Deployment::usual());
    for url in ["https://127.0.0.1/c", "https://client.example.com:22/c", "https://", "https://x"] {
        let client = Client::known(url, None, OWN_SITE);
        let reply = Browser::default().open(&node, &client.request().uri());
        assert_eq!(reply.status, 400, "{url}");
        assert!(visible(&reply.body).contains("must be an https URL"), "{url}");
    }
    let client = Client::known("http://127.0.0.1/c", None, OWN_SITE);
    let reply = Browser::default().open(&node, &client.request().uri());
    assert!(visible(&reply.body).contains("is not known to this server"));
    assert_eq!(internet.resolved(), Vec::<String>::new());
}

#[test]
fn hosts_are_let_in_as_the_operator_says() {
    for (settings, is_let_in) in [
        ("allow = [\"client.example.com\"]", true),
        ("allow = [\"*.example.com\"]", true),
        ("allow = [\"example.com\"]", false),
        ("deny = [\"client.example.com\"]", false),
        ("deny = [\"*.example.com\"]\nallow = [\"*\"]", false),
        ("deny = [\"other.example.com\"]", true),
    ] {
        let (node, site) = scene(&format!("[registration.documents]\n{settings}"));
        let reply = page(&node, OWN_SITE);
        assert_eq!(reply.status, if is_let_in { 200 } else { 403 }, "{settings}");
        assert_eq!(site.asked(), usize::from(is_let_in), "{settings}");
        if !is_let_in {
            assert!(visible(&reply.body).contains("does not accept applications from that site"));
            let reply = client_at(OWN_SITE).redeem(&node, "any");
            assert_eq!((reply.status, reply.text("error").as_str()), (401, "invalid_client"));
        }
    }
}

#[test]
fn consent_shows_who_vouches_and_where_the_answer_goes() {
    let (node, _site) = scene("");
    let login = page(&node, OWN_SITE);
    assert!(visible(&login.body).contains("to continue to Editor of client.example.com"));
    for (redirect_uri, target, warning) in [
        (OWN_SITE, "client.example.com", None),
        (OTHER_SITE, "app.example.net", Some("goes to another site than the one that vouches")),
        (
            "http://localhost:53117/callback",
            "localhost (this computer)",
            Some("An application on this computer will receive access."),
        ),
    ] {
        let page = consent_page(&node, &mut Browser::default(), redirect_uri);
        let text = visible(&page.body).replace('\n', " ");
        assert!(text.contains("says client.example.com"), "{text}");
        assert!(text.contains(&format!("The answer goes to {target}")), "{text}");
        assert_eq!(page.body.matches("class=\"alert\"").count(), usize::from(warning.is_some()));
        assert!(warning.is_none_or(|warning| text.contains(warning)), "{text}");
    }
}

#[test]
fn ssrf_20_a_document_with_loopback_or_foreign_redirects_is_taken_with_a_warning_unless_told_otherwise()
 {
    let (node, site) = scene("");
    site.put(PATH, &with("redirect_uris", json!([LOOPBACK])));
    let asked = consent_page(&node, &mut Browser::default(), LOOPBACK);
    assert!(visible(&asked.body).contains("Continue only if you just started it."));
    assert!(visible(&asked.body).contains("localhost (this computer)"));
    let (node, site) = scene("[registration.documents]\nsame_origin_redirects = true");
    assert_eq!(page_heading(&node, OWN_SITE), "Log in");
    assert_eq!(page_heading(&node, LOOPBACK), "Log in");
    assert_eq!(page_heading(&node, OTHER_SITE), "This cannot go on");
    site.put(PATH, &with("redirect_uris", json!([OTHER_SITE])));
    node.clock().pass(DAY);
    let text = visible(&page(&node, OTHER_SITE).body);
    assert!(text.contains("must be at the same site as the document"), "{text}");
}

fn page_heading(node: &Node, redirect_uri: &str) -> String {
    page(node, redirect_uri).heading()
}

#[test]
fn people_are_warned_of_a_host_where_the_operator_says_so() {
    let (node, _site) = scene("[registration.documents]\nwarn = [\"*\"]");
    let mut browser = Browser::default();
    for _ in 0..2 {
        let page = consent_page(&node, &mut browser, OWN_SITE);
        let text = visible(&page.body);
        assert!(text.contains("does not know the site that vouches"), "{text}");
        assert_eq!(browser.decide(&node, &page, "allow").status, 303);
    }
}

#[test]
fn a_consent_is_remembered_for_the_site_of_the_document_and_never_for_loopback() {
    let (node, _site) = scene("");
    for (redirect_uri, is_remembered) in [(OWN_SITE, true), (OTHER_SITE, false), (LOOPBACK, false)]
    {
        let mut browser = Browser::default();
        let page = consent_page(&node, &mut browser, redirect_uri);
        assert_eq!(browser.decide(&node, &page, "allow").status, 303);
        let ask = Ask::get(client_at(redirect_uri).request().uri());
        let again = browser.send(&node, ask.with("sec-fetch-site", "none"));
        assert_eq!(again.status == 303, is_remembered, "{redirect_uri}");
    }
}

#[test]
fn a_pinned_copy_comes_before_what_the_host_says() {
    let pinned = with("client_name", json!("Pinned")).to_string();
    let (node, site) = scene(&format!(
        "[[registration.documents.pinned]]\nurl = \"{URL}\"\ndocument = '''{pinned}'''"
    ));
    site.clear();
    let page = consent_page(&node, &mut Browser::default(), OWN_SITE);
    let text = visible(&page.body);
    assert!(text.contains("Pinned") && text.contains("says client.example.com"), "{text}");
    assert_eq!(site.asked(), 0);
}

#[test]
fn a_known_document_stands_in_while_its_host_turns_us_away() {
    const CLAUDE: &str = "https://claude.ai/oauth/mcp-oauth-client-metadata";
    let client = Client::known(CLAUDE, None, "https://claude.ai/api/mcp/auth_callback");
    let internet = Internet::new();
    let site = Site::open(&internet, "claude.ai");
    let turned_away = ResponseTemplate::new(403).set_body_raw("<html>", "text/html");
    site.answer("/oauth/mcp-oauth-client-metadata", turned_away);
    let node = Node::start_in(&internet, &Deployment::usual());
    assert_eq!(node.test(&client.tokens(&node).access).status, 200);
    let settings = "[registration.documents]\nknown = false";
    let node = Node::start_in(&internet, &Deployment::usual().with(settings));
    assert_eq!(Browser::default().open(&node, &client.request().uri()).status, 503);
}

#[test]
fn a_stale_document_serves_while_its_host_fails() {
    let (node, site) = scene("[registration.documents]\nserve_stale = \"2d\"");
    let client = client_at(OWN_SITE);
    let tokens = client.tokens(&node);
    site.clear();
    node.clock().pass(2 * DAY);
    let tokens = Tokens::of(&client.refresh(&node, tokens.refresh()));
    node.clock().pass(MINUTE);
    let reply = client.refresh(&node, tokens.refresh());
    assert_eq!((reply.status, reply.text("error").as_str()), (503, "temporarily_unavailable"));
    site.put(PATH, &document());
    node.clock().pass(MINUTE);
    Tokens::of(&client.refresh(&node, tokens.refresh()));
}

#[test]
fn ref_13_a_changed_document_takes_effect_when_it_is_no_longer_fresh() {
    let (node, site) = scene("");
    let client = client_at(OWN_SITE);
    let (code, tokens) = (client.code(&node), client.tokens(&node));

    // A redirect URI is gone: nobody gets a code there any more, not even who was just asked.
    let mut browser = Browser::default();
    let page = consent_page(&node, &mut browser, OWN_SITE);
    site.put(PATH, &with("redirect_uris", json!([OTHER_SITE])));
    node.clock().pass(3_600);
    let late = browser.decide(&node, &page, "allow");
    assert_ne!(late.status, 303, "{}", late.body);
    assert_eq!(page_heading(&node, OWN_SITE), "This cannot go on");
    assert_eq!(client.redeem(&node, &code).status, 400, "codes live for a minute");

    // A refresh token sends nobody anywhere; it goes on with the client that holds it.
    let tokens = Tokens::of(&client.refresh(&node, tokens.refresh()));

    // The client has keys now: its name alone is no longer enough.
    let mut keyed = with("token_endpoint_auth_method", json!("private_key_jwt"));
    keyed["jwks_uri"] = json!("https://client.example.com/jwks.json");
    site.put(PATH, &keyed);
    node.clock().pass(3_600);
    let reply = client.refresh(&node, tokens.refresh());
    assert_eq!((reply.status, reply.text("error").as_str()), (401, "invalid_client"));
}

#[test]
fn a_demonstration_reads_documents_of_this_computer_and_nobody_else_does() {
    let internet = Internet::new();
    let site = Site::open(&internet, HOST);
    let port = site.address().port();
    internet.put([127, 0, 0, 1], port, Behind::Listener(site.address()));
    let url = format!("http://127.0.0.1:{port}{PATH}");
    site.put(PATH, &with("client_id", json!(url)));
    let client = Client::known(&url, None, LOOPBACK);
    let node = Node::start_in(&internet, &Deployment::demo());
    assert_eq!(node.test(&client.tokens(&node).access).status, 200);
    let usual = Node::start_in(&internet, &Deployment::usual());
    assert_eq!(Browser::default().open(&usual, &client.request().uri()).status, 400);
}

#[test]
fn one_host_is_asked_so_often_in_a_minute() {
    let (node, site) = scene("[limits.rate]\ndocuments = 2");
    let unkept = ResponseTemplate::new(200).set_body_json(document());
    site.answer(PATH, unkept.append_header("cache-control", "no-store"));
    let statuses = [(); 3].map(|()| page(&node, OWN_SITE).status);
    assert_eq!((statuses, site.asked()), ([200, 200, 503], 2));
    node.clock().pass(MINUTE);
    assert_eq!(page(&node, OWN_SITE).status, 200);
}

#[test]
fn a_crowd_at_the_door_asks_for_the_document_once() {
    let (node, site) = scene("");
    let slow = ResponseTemplate::new(200)
        .set_body_json(document())
        .set_delay(tokio::time::Duration::from_millis(50));
    site.answer(PATH, slow);
    let node = Arc::new(node);
    let crowd: Vec<_> = (0..20)
        .map(|_| {
            let node = Arc::clone(&node);
            std::thread::spawn(move || page_heading(&node, OWN_SITE))
        })
        .collect();
    for one in crowd {
        assert_eq!(one.join().expect("it ends"), "Log in");
    }
    assert_eq!(site.asked(), 1);
}
