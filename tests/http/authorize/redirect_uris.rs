//! Where answers may go: to a registered redirect URI, character by character, and nowhere else.

use serde_json::json;

use super::vouched;
use crate::support::{ALICE, Browser, Client, Deployment, Node, Serve as _, shown};

/// A public client with these redirect URIs.
fn client(node: &Node, redirect_uris: &[&str]) -> Client {
    let metadata = json!({
        "client_name": "Example",
        "redirect_uris": redirect_uris,
        "token_endpoint_auth_method": "none",
    });
    Client::register(node, &metadata)
}

/// That a request for `sent` ends on a page, for a stranger and for somebody who is logged in.
fn assert_rejected(node: &Node, client: &Client, sent: &str) {
    let uri = client.request().with("redirect_uri", sent).uri();
    let mut known = Browser::default();
    known.allow(node, &client.request().uri(), ALICE);
    for browser in [&mut Browser::default(), &mut known] {
        let reply = browser.open(node, &uri);
        assert_eq!(reply.outcome(), "400 page: This cannot go on", "{sent:?}");
        assert_eq!(reply.header("location"), None, "{sent:?}");
        assert!(!reply.body.contains("evil"), "{sent:?} is not repeated");
    }
}

#[test]
fn auz_01_auz_02_auz_03_auz_05_only_the_registered_spelling_is_a_redirect_uri() {
    let node = Node::start(&Deployment::usual());
    let client = client(&node, &["https://app.example.com/cb"]);
    let others = [
        "https://evil.example/cb",
        "https://app.example.com.evil/cb",
        "https://evil/app.example.com/cb",
        "https://appXexample.com/cb",
        "https://app.example.com@evil/cb",
        "https://app.example.com:evil@evil/cb",
        "https://app.example.com\\@evil/cb",
        "https:\\\\app.example.com\\cb",
        "https://app.example.com/cb/",
        "https://app.example.com/cb/evil",
        "https://app.example.com/CB",
        "https://APP.example.com/cb",
        "HTTPS://app.example.com/cb",
        "https://app.example.com:443/cb",
        "https://app.example.com./cb",
        "https://app.example.com/./cb",
        "https://app.example.com/x/../cb",
        "https://app.example.com/%63b",
        "https://app.example.com%2fcb",
        "https://app.example.com/cb%00",
        "https://app.example.com/cb?evil=1",
        "https://app.example.com/cb?",
        "https://app.example.com/cb#evil",
        "https://app.example.com/cb ",
        " https://app.example.com/cb",
        "\thttps://app.example.com/cb",
        "\nhttps://app.example.com/cb",
        "\0https://app.example.com/cb",
        "http://app.example.com/cb",
        "//app.example.com/cb",
        "/cb",
        "app.example.com/cb",
        "javascript:alert(1)//https://app.example.com/cb",
        "JaVaScRiPt:alert(1)",
        "data:text/html,evil",
        "vbscript:evil",
        "file:///etc/passwd",
        "blob:https://app.example.com/cb",
        "urn:ietf:wg:oauth:2.0:oob",
        "http://127.0.0.1/cb",
    ];
    for sent in others {
        assert_rejected(&node, &client, sent);
    }
}

#[test]
fn auz_04_of_a_loopback_redirect_uri_the_port_may_differ_and_nothing_else() {
    let node = Node::start(&Deployment::usual());
    let client = client(&node, &["http://127.0.0.1:1234/cb"]);
    for sent in ["http://127.0.0.1:33418/cb", "http://127.0.0.1/cb", "http://127.0.0.1:1234/cb"] {
        let request = client.request().with("redirect_uri", sent);
        let reply = Browser::default().allow(&node, &request.uri(), ALICE);
        assert!(reply.location().starts_with(&format!("{sent}?code=")), "{sent}");
    }
    let others = [
        "http://127.0.0.1:1234/other",
        "http://127.0.0.1:1234/cb?x=1",
        "http://127.0.0.1:1234/cb/",
        "https://127.0.0.1:1234/cb",
        "http://localhost:1234/cb",
        "http://[::1]:1234/cb",
        "http://127.0.0.1@evil/cb",
        "http://127.0.0.1:80@evil/cb",
        "http://127.0.0.1:evil/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:-1/cb",
        "http://127.0.0.1:/cb",
        "http://127.1/cb",
        "http://127.0.0.2/cb",
        "http://2130706433/cb",
        "http://0x7f.1/cb",
        "http://[::ffff:127.0.0.1]/cb",
        "http://localhost.evil/cb",
        "http://127.0.0.1.evil/cb",
    ];
    for sent in others {
        assert_rejected(&node, &client, sent);
    }
}

#[test]
fn auz_04_every_loopback_spelling_stands_for_itself() {
    let node = Node::start(&Deployment::usual());
    for host in ["127.0.0.1", "[::1]", "localhost"] {
        let client = client(&node, &[&format!("http://{host}/")]);
        let sent = format!("http://{host}:49152/");
        let request = client.request().with("redirect_uri", &sent);
        let reply = Browser::default().allow(&node, &request.uri(), ALICE);
        assert!(reply.location().starts_with(&format!("{sent}?code=")), "{sent}");
    }
}

#[test]
fn auz_07_the_only_redirect_uri_need_not_be_sent_but_one_of_two_must() {
    let node = Node::start(&Deployment::usual());
    let one = client(&node, &["https://app.example.com/cb"]);
    let uri = one.request().without("redirect_uri").uri();
    let reply = Browser::default().allow(&node, &uri, ALICE);
    assert!(reply.location().starts_with("https://app.example.com/cb?code="));
    let two = client(&node, &["https://app.example.com/cb", "https://app.example.com/other"]);
    let uri = two.request().without("redirect_uri").uri();
    assert_eq!(Browser::default().open(&node, &uri).outcome(), "400 page: This cannot go on");
    let loopback = client(&node, &["http://127.0.0.1/cb"]);
    let uri = loopback.request().without("redirect_uri").uri();
    assert_eq!(Browser::default().open(&node, &uri).outcome(), "400 page: This cannot go on");
}

#[test]
fn the_query_of_a_redirect_uri_is_kept() {
    let node = Node::start(&Deployment::usual());
    let client = client(&node, &["https://app.example.com/cb?tenant=a&x=%20"]);
    let reply = Browser::default().allow(&node, &client.request().uri(), ALICE);
    assert!(reply.location().starts_with("https://app.example.com/cb?tenant=a&x=%20&code="));
}

#[test]
fn auz_08_an_application_with_its_own_scheme_is_reached_by_a_page_with_a_link() {
    let node = Node::start(&Deployment::usual());
    let registered = [
        "com.example.app:/cb",
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "vscode://vscode.example/cb",
    ];
    for redirect_uri in registered {
        let client = client(&node, &[redirect_uri]);
        let reply = Browser::default().allow(&node, &client.request().uri(), ALICE);
        assert_eq!(reply.outcome(), "200 page: Return to the application");
        assert_eq!(reply.header("location"), None);
        assert!(reply.body.contains(&format!("href=\"{redirect_uri}?code=")), "{}", reply.body);
    }
    let client = client(&node, &registered[..1]);
    let reply = Browser::default().allow(&node, &client.request().uri(), ALICE);
    insta::assert_snapshot!("private_use_scheme", shown(&reply));
}

#[test]
fn the_code_is_shown_for_copying_where_nothing_can_receive_it() {
    let node = Node::start(&Deployment::usual().with("[registration]\nout_of_band = true"));
    let client = client(&node, &["urn:ietf:wg:oauth:2.0:oob"]);
    let reply = Browser::default().allow(&node, &client.request().uri(), ALICE);
    insta::assert_snapshot!("out_of_band", shown(&reply));
    let mut browser = Browser::default();
    let page = browser.open(&node, &client.request().uri());
    let page = browser.log_in(&node, &page, ALICE);
    let denied = browser.decide(&node, &page, "deny");
    assert_eq!(denied.status, 400);
    assert!(!denied.body.contains("<a "), "there is nowhere to go back to");
}

#[test]
fn a_redirect_uri_longer_than_any_client_needs_is_none() {
    let (node, client) = vouched();
    let long = format!("https://app.example.com/callback?{}", "x".repeat(512));
    assert_eq!(
        node.serve(&crate::support::Ask::get(client.request().with("redirect_uri", &long).uri()))
            .status,
        400
    );
}
