//! What guides of other servers tell people to do, done here: registration with a name only, codes to copy, no discovery.

use serde_json::json;

use crate::support::{
    ALICE, Ask, Browser, Client, Deployment, Node, Reply, Serve as _, Tokens, VERIFIER,
};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const CLAUDE: &str = "https://claude.ai/api/mcp/auth_callback";
const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// A token request by Basic authentication.
fn by_basic(node: &Node, client: &Client, fields: &[(&str, &str)]) -> Reply {
    let secret = client.secret.as_deref().expect("the client has a secret");
    node.serve(&Ask::form("/oauth/token", fields.iter().copied()).basic(&client.id, secret))
}

/// The code that a page shows.
fn copied(page: &Reply) -> String {
    let (_, rest) = page.body.split_once("<code id=\"code\"").expect("the page shows a code");
    let (_, rest) = rest.split_once('>').expect("elements end");
    rest.split('<').next().unwrap_or_default().trim().to_owned()
}

#[test]
fn a_client_that_sends_only_its_name_gets_all_it_needs() {
    let node = Node::start(&Deployment::demo());
    let reply = node.serve(&Ask::json("/oauth/register", &json!({ "client_name": "Toolarr" })));
    assert_eq!(reply.status, 201);
    for member in ["client_id", "client_secret", "token_endpoint_auth_method", "scope"] {
        assert!(!reply.text(member).is_empty(), "{member}");
    }
    let client = Client::of(&reply);
    assert_eq!(client.redirect_uri, CLAUDE);
    let answer = Browser::default().allow(&node, &client.request().uri(), ALICE);
    assert!(answer.location().starts_with(CLAUDE));
    assert_eq!(answer.parameter("state").as_deref(), Some("xyz"));
    let code = answer.code();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CLAUDE),
        ("code_verifier", VERIFIER),
    ];
    let reply = by_basic(&node, &client, &fields);
    assert_eq!(reply.json()["expires_in"], json!(3_600));
    assert_eq!(reply.text("token_type"), "Bearer");
    assert_eq!(node.test(&Tokens::of(&reply).access).status, 200);
    let own = by_basic(&node, &client, &[("grant_type", "client_credentials")]);
    assert_eq!(node.test(&Tokens::of(&own).access).status, 200);
}

#[test]
fn a_static_client_of_the_configuration_needs_no_registration() {
    let lines = format!(
        "redirect_uris = [\"{CLAUDE}\"]\ngrant_types = [\"authorization_code\", \"refresh_token\", \"client_credentials\"]"
    );
    let node = Node::start(&Deployment::usual().with_client("static", Some(SECRET), &lines));
    let client = Client::known("static", Some(SECRET), CLAUDE);
    assert_eq!(node.test(&client.tokens(&node).access).status, 200);
    let own = by_basic(&node, &client, &[("grant_type", "client_credentials")]);
    assert_eq!(node.test(&Tokens::of(&own).access).text("subject"), "c:static");
}

#[test]
fn two_clients_with_several_redirect_uris_keep_to_their_own_scopes() {
    let lines = |scopes: &str| {
        format!(
            "redirect_uris = [\"{OUT_OF_BAND}\", \"http://127.0.0.1/callback\", \"https://app.example.com/callback\"]\nscopes = {scopes}"
        )
    };
    let deployment = Deployment::usual()
        .with_client("first", Some(SECRET), &lines("[\"mcp:tools\", \"system:read\"]"))
        .with_client("second", Some(SECRET), &lines("[\"mcp:tools\"]"));
    let node = Node::start(&deployment);
    let granted = |id: &str, redirect_uri: &str| {
        let client = Client::known(id, Some(SECRET), redirect_uri);
        let request = client.request().with("scope", "mcp:tools system:read");
        let answer = Browser::default().allow(&node, &request.uri(), ALICE);
        let code = if redirect_uri == OUT_OF_BAND { copied(&answer) } else { answer.code() };
        client.redeem(&node, &code).text("scope")
    };
    for uri in [OUT_OF_BAND, "http://127.0.0.1:8080/callback", "https://app.example.com/callback"] {
        assert_eq!(granted("first", uri), "mcp:tools system:read", "{uri}");
        assert_eq!(granted("second", uri), "mcp:tools", "{uri}");
    }
}

#[test]
fn a_code_is_copied_where_no_redirect_can_arrive() {
    let lines = format!("redirect_uris = [\"{OUT_OF_BAND}\"]");
    let node = Node::start(&Deployment::usual().with_client("cli", Some(SECRET), &lines));
    let client = Client::known("cli", Some(SECRET), OUT_OF_BAND);
    let page = Browser::default().allow(&node, &client.request().uri(), ALICE);
    assert_eq!(page.heading(), "Copy this code");
    assert_eq!(client.redeem(&node, &copied(&page)).status, 200);
}

#[test]
fn a_client_without_discovery_finds_the_endpoints_at_the_root() {
    let node = Node::start(&Deployment::usual());
    let metadata = json!({
        "client_name": "Old",
        "redirect_uris": ["http://localhost:3334/oauth/callback"],
        "token_endpoint_auth_method": "none",
    });
    let client = Client::of(&node.serve(&Ask::json("/register", &metadata)));
    let mut browser = Browser::default();
    let page = browser.open(&node, &format!("/authorize?{}", client.request().query()));
    let page = browser.log_in(&node, &page, ALICE);
    let code = browser.decide(&node, &page, "allow").code();
    let form = client.redemption(&code).query();
    let reply = node.serve(&Ask::post("/token", "application/x-www-form-urlencoded", form));
    assert_eq!(node.test(&Tokens::of(&reply).access).status, 200);
}

#[test]
fn a_token_is_for_the_resource_that_was_named_and_refused_elsewhere() {
    let other = "[[resources]]\npath = \"/other\"\nupstream = \"builtin\"";
    let node = Node::start(&Deployment::usual().with(other));
    let client = Client::public(&node);
    let request = client.request().and("resource", "http://127.0.0.1:9000/mcp");
    let tokens = Tokens::of(&client.redeem(&node, &request.code(&node)));
    let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let call = |path: &str, access: &str| {
        let ask = Ask::json(path, &list).with("accept", "application/json, text/event-stream");
        node.serve(&ask.bearer(access)).status
    };
    assert_eq!((call("/mcp", &tokens.access), call("/other", &tokens.access)), (200, 401));
    let elsewhere = client.renewal(tokens.refresh()).and("resource", "http://127.0.0.1:9000/other");
    assert_eq!(node.serve(&elsewhere.post()).error(), "400 invalid_target");
    let renewed = Tokens::of(&client.refresh(&node, tokens.refresh()));
    assert_eq!((call("/mcp", &renewed.access), call("/other", &renewed.access)), (200, 401));
}

#[test]
fn a_public_client_of_the_configuration_exchanges_with_its_id_and_verifier_only() {
    let lines = "redirect_uris = [\"http://localhost/callback\"]";
    let node = Node::start(&Deployment::usual().with_client("desktop", None, lines));
    let client = Client::known("desktop", None, "http://localhost:5000/callback");
    let redemption = client.redemption(&client.code(&node)).without("redirect_uri");
    assert_eq!(redemption.fields().len(), 4);
    assert_eq!(node.test(&Tokens::of(&node.serve(&redemption.post())).access).status, 200);
}
