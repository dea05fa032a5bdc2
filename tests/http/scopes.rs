//! Scopes at the consent page: what is asked, what can be left out, and what the client gets.
//! Source: RFC 6749 §3.3, MCP 2026-07-28 (scope selection), OpenID Connect Core 1.0 §11.

use super::table;
use crate::support::{
    ALICE, BOB, Browser, Client, Deployment, Node, Reply, Serve as _, Tokens, shown,
};

/// A deployment with the usual scopes, of which the resource needs `mcp:tools`.
fn setting() -> (Node, Client) {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    (node, client)
}

/// The consent page that alice gets for `scope`.
fn asked(node: &Node, client: &Client, scope: &str) -> (Browser, Reply) {
    let mut browser = Browser::default();
    let page = browser.open(node, &client.request().with("scope", scope).uri());
    let page = browser.log_in(node, &page, ALICE);
    (browser, page)
}

/// Presses the button that allows, with these boxes ticked.
fn allow(node: &Node, browser: &mut Browser, page: &Reply, boxes: &[&str]) -> Reply {
    let ticket = page.ticket();
    let mut fields = vec![("ticket", ticket.as_str()), ("choice", "ticked"), ("decision", "allow")];
    fields.extend(boxes.iter().map(|name| ("scope", *name)));
    browser.submit(node, "/oauth/consent", &fields)
}

#[test]
fn con_10_what_is_not_ticked_is_in_no_token() {
    let (node, client) = setting();
    let all = "mcp:tools mcp:read mcp:write";
    let outcome = |ticked: &[&str]| {
        let (mut browser, page) = asked(&node, &client, all);
        let reply = client.redeem(&node, &allow(&node, &mut browser, &page, ticked).code());
        let Tokens { access, refresh } = Tokens::of(&reply);
        let again = client.refresh(&node, &refresh.expect("the client may refresh"));
        let granted = reply.text("scope");
        assert_eq!(node.test(&access).text("scope"), granted);
        assert_eq!(again.text("scope"), granted);
        assert_eq!(node.test(&again.text("access_token")).text("scope"), granted);
        granted
    };
    let rows: [&[&str]; 6] = [
        &["mcp:tools", "mcp:read", "mcp:write"],
        &["mcp:read"],
        &["mcp:write"],
        &["mcp:tools"],
        &[],
        &["mcp:read", "mcp:admin", "\"", "system:read"],
    ];
    let rows = rows.map(|ticked| (format!("{ticked:?}"), outcome(ticked)));
    insta::assert_snapshot!(table(rows), @r#"
    ["mcp:tools", "mcp:read", "mcp:write"]: mcp:read mcp:tools mcp:write
    ["mcp:read"]: mcp:read mcp:tools
    ["mcp:write"]: mcp:read mcp:tools mcp:write
    ["mcp:tools"]: mcp:tools
    []: mcp:tools
    ["mcp:read", "mcp:admin", "\"", "system:read"]: mcp:read mcp:tools
    "#);
}

#[test]
fn the_page_offers_what_can_be_left_out() {
    let (node, client) = setting();
    let (_, page) = asked(&node, &client, "mcp:tools mcp:read mcp:write offline_access");
    insta::assert_snapshot!("offered", shown(&page));
    let boxes: Vec<_> =
        page.body.lines().filter(|line| line.contains("type=\"checkbox\"")).collect();
    insta::assert_snapshot!(boxes.join("\n"), @r#"
    <input id="scope-1" type="checkbox" name="scope" value="mcp:read" checked>
    <input id="scope-3" type="checkbox" name="scope" value="mcp:write" checked>
    <input id="scope-4" type="checkbox" name="scope" value="offline_access" checked>
    "#);
    let (_, page) = asked(&node, &client, "mcp:tools");
    assert!(!page.body.contains("type=\"checkbox\"") && !page.body.contains("name=\"choice\""));
}

/// Programs that fill in plain forms know nothing of boxes; a person who ticks none is asked again.
#[test]
fn a_form_without_boxes_allows_what_the_page_says() {
    let (node, client) = setting();
    let (mut browser, page) = asked(&node, &client, "mcp:tools mcp:read");
    let code = browser.decide(&node, &page, "allow").code();
    assert_eq!(client.redeem(&node, &code).text("scope"), "mcp:read mcp:tools");
    let other = "[[resources]]\npath = \"/other\"\nupstream = \"builtin\"";
    let node = Node::start(&Deployment::usual().with(other));
    let client = Client::public(&node);
    let resource = format!("{}/other", node.issuer());
    let request =
        client.request().with("scope", "mcp:read offline_access").and("resource", &resource);
    let mut browser = Browser::default();
    let page = browser.open(&node, &request.uri());
    let page = browser.log_in(&node, &page, ALICE);
    for ticked in [&[][..], &["offline_access"]] {
        let reply = allow(&node, &mut browser, &page, ticked);
        assert_eq!((reply.status, reply.heading()), (400, page.heading()));
        assert!(reply.body.contains("Nothing is selected"));
        let code = allow(&node, &mut browser, &reply, &["mcp:read"]).code();
        assert_eq!(client.redeem(&node, &code).text("scope"), "mcp:read");
    }
}

#[test]
fn a_scope_may_begin_unticked() {
    let scopes = "[[scopes]]\nname = \"a\"\ndescription = \"A\"\n[[scopes]]\nname = \"b\"\ndescription = \"B\"\npreselected = false\n[[scopes]]\nname = \"mcp:tools\"\ndescription = \"T\"";
    let node = Node::start(&Deployment::usual().with(scopes));
    let client = Client::public(&node);
    let (_, page) = asked(&node, &client, "a b mcp:tools");
    assert!(page.body.contains("value=\"a\" checked>") && page.body.contains("value=\"b\">"));
}

/// What was left out is not what was asked for: the next request for all of it is asked about again.
#[test]
fn a_reduced_consent_is_remembered_for_what_was_allowed_only() {
    let settings =
        "redirect_uris = [\"https://app.example.com/callback\"]\nconsent = \"remembered\"";
    let node = Node::start(&Deployment::usual().with_client("web", None, settings));
    let client = Client::known("web", None, "https://app.example.com/callback");
    let (mut browser, page) = asked(&node, &client, "mcp:tools mcp:read");
    allow(&node, &mut browser, &page, &[]).code();
    let mut outcome = |scope: &str| {
        let ask = crate::support::Ask::get(client.request().with("scope", scope).uri());
        browser.send(&node, ask.with("sec-fetch-site", "same-origin")).outcome()
    };
    assert_eq!(outcome("mcp:tools"), "303 https://app.example.com/callback with a code");
    assert_eq!(outcome("mcp:tools mcp:read"), "200 page: Allow web to act for you?");
}

/// CB-29, MCP26-RS-05, MCP26-AS-17: where each kind of scope is named.
#[test]
fn what_is_named_where() {
    let scopes = |deployment: Deployment| {
        let node = Node::start(&deployment);
        let listed = |path: &str| {
            let reply = node.serve(&crate::support::Ask::get(path));
            reply.json()["scopes_supported"].to_string()
        };
        let challenge =
            node.serve(&crate::support::Ask::post("/mcp", "application/json", "{}".to_owned()));
        assert!(
            !challenge.header("www-authenticate").unwrap_or_default().contains("offline_access")
        );
        format!(
            "server {}, resource {}",
            listed("/.well-known/oauth-authorization-server"),
            listed("/.well-known/oauth-protected-resource"),
        )
    };
    let marked = "[[scopes]]\nname = \"mcp:tools\"\ndescription = \"T\"\n[[scopes]]\nname = \"a\"\ndescription = \"A\"\ndefault = false\n[[scopes]]\nname = \"b\"\ndescription = \"B\"\ndefault = false\nadvertised = true\n[[scopes]]\nname = \"c\"\ndescription = \"C\"\nadvertised = false";
    let rows = [
        ("as it is", scopes(Deployment::usual())),
        ("marked", scopes(Deployment::usual().with(marked))),
        ("offline_access named", scopes(Deployment::usual().with("[tokens]\nadvertise_offline_access = true"))),
        ("offline_access needed", scopes(Deployment::usual().with("[tokens]\nrefresh_tokens_need_offline_access = true"))),
        ("needed, not named", scopes(Deployment::usual().with("[tokens]\nrefresh_tokens_need_offline_access = true\nadvertise_offline_access = false"))),
        ("no refresh tokens", scopes(Deployment::usual().with("[tokens]\nrefresh_tokens = \"off\"\nadvertise_offline_access = true"))),
    ];
    insta::assert_snapshot!(table(rows), @r#"
    as it is: server ["mcp:prompts","mcp:read","mcp:resources","mcp:tools"], resource ["mcp:prompts","mcp:read","mcp:resources","mcp:tools"]
    marked: server ["b","mcp:tools"], resource ["c","mcp:tools"]
    offline_access named: server ["mcp:prompts","mcp:read","mcp:resources","mcp:tools","offline_access"], resource ["mcp:prompts","mcp:read","mcp:resources","mcp:tools"]
    offline_access needed: server ["mcp:prompts","mcp:read","mcp:resources","mcp:tools","offline_access"], resource ["mcp:prompts","mcp:read","mcp:resources","mcp:tools"]
    needed, not named: server ["mcp:prompts","mcp:read","mcp:resources","mcp:tools"], resource ["mcp:prompts","mcp:read","mcp:resources","mcp:tools"]
    no refresh tokens: server ["mcp:prompts","mcp:read","mcp:resources","mcp:tools"], resource ["mcp:prompts","mcp:read","mcp:resources","mcp:tools"]
    "#);
}

/// CB-41: a client that may refresh does so whether or not it asks for `offline_access`, unless the deployment or the
/// person says otherwise.
#[test]
fn who_may_refresh() {
    let outcome = |settings: &str, scope: &str, ticked: &[&str]| {
        let node = Node::start(&Deployment::usual().with(settings));
        let client = Client::public(&node);
        let (mut browser, page) = asked(&node, &client, scope);
        let reply = client.redeem(&node, &allow(&node, &mut browser, &page, ticked).code());
        let Tokens { access, refresh } = Tokens::of(&reply);
        assert!(!node.test(&access).text("scope").contains("offline_access"));
        let again = refresh.as_ref().map(|token| client.refresh(&node, token).text("scope"));
        format!("{}, refreshed: {again:?}", reply.text("scope"))
    };
    let needed = "[tokens]\nrefresh_tokens_need_offline_access = true";
    let asked = "mcp:tools offline_access";
    let rows = [
        ("not asked for", outcome("", "mcp:tools", &[])),
        ("asked for", outcome("", asked, &["offline_access"])),
        ("declined", outcome("", asked, &[])),
        ("needed, not asked for", outcome(needed, "mcp:tools", &[])),
        ("needed, asked for", outcome(needed, asked, &["offline_access"])),
        ("needed, declined", outcome(needed, asked, &[])),
    ];
    insta::assert_snapshot!(table(rows), @r#"
    not asked for: mcp:tools, refreshed: Some("mcp:tools")
    asked for: mcp:tools offline_access, refreshed: Some("mcp:tools offline_access")
    declined: mcp:tools, refreshed: None
    needed, not asked for: mcp:tools, refreshed: None
    needed, asked for: mcp:tools offline_access, refreshed: Some("mcp:tools offline_access")
    needed, declined: mcp:tools, refreshed: None
    "#);
}

/// Who may allow the tools only can still say who they are or that access lasts.
#[test]
fn a_person_of_few_rights_decides_about_themselves() {
    let (node, client) = setting();
    let mut browser = Browser::default();
    let page = browser
        .open(&node, &client.request().with("scope", "mcp:tools mcp:read offline_access").uri());
    let page = browser.log_in(&node, &page, BOB);
    let code = browser.decide(&node, &page, "allow").code();
    assert_eq!(client.redeem(&node, &code).text("scope"), "mcp:tools offline_access");
}
