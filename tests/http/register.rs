//! `POST /oauth/register`: what can be registered is registered, what cannot is said, and nothing is kept.

use serde_json::{Value, json};

use super::{assert_not_stored, table};
use crate::support::{
    ALICE, Ask, Browser, Client, Deployment, Node, Reply, Serve as _, shown, visible,
};

fn node() -> Node {
    Node::start(&Deployment::usual())
}

fn register(node: &Node, metadata: &Value) -> Reply {
    let reply = node.serve(&Ask::json("/oauth/register", metadata));
    assert_not_stored(&reply);
    reply
}

#[test]
fn a_name_is_enough() {
    let reply = register(&node(), &json!({ "client_name": "Example" }));
    insta::assert_snapshot!("only_a_name", shown(&reply));
}

#[test]
fn a_public_client_gets_no_secret() {
    let metadata = json!({
        "client_name": "Example",
        "redirect_uris": ["http://localhost:49152/callback", "http://127.0.0.1:49152/callback"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
        "scope": "mcp:tools",
        "application_type": "native",
    });
    insta::assert_snapshot!("public_client", shown(&register(&node(), &metadata)));
}

#[test]
fn the_same_public_client_is_the_same_on_every_port_and_node_and_day() {
    let register = |node: &Node, port: u16| {
        let metadata = json!({
            "client_name": "Example",
            "redirect_uris": [format!("http://localhost:{port}/callback")],
            "token_endpoint_auth_method": "none",
        });
        Client::register(node, &metadata).id
    };
    let node = node();
    let first = register(&node, 3_118);
    node.clock().pass(86_400 * 400);
    assert_eq!(register(&node, 49_152), first);
    assert_eq!(register(&Node::beside(node.clock(), 1, &Deployment::usual()), 6_274), first);
}

#[test]
fn two_confidential_clients_with_the_same_metadata_share_no_secret() {
    let node = node();
    let [first, second] = [Client::confidential(&node), Client::confidential(&node)];
    assert_ne!(first.id, second.id);
    assert_ne!(first.secret, second.secret);
    assert_eq!(first.secret.map(|secret| secret.len()), Some(43));
}

#[test]
fn a_registration_outlives_everything() {
    let deployment = Deployment::usual();
    let node = Node::start(&deployment);
    let client = Client::confidential(&node);
    node.clock().pass(86_400 * 365 * 20);
    let later = Node::beside(node.clock(), 1, &deployment);
    assert_eq!(later.test(&client.tokens(&later).access).status, 200);
}

#[test]
fn every_method_of_authentication_is_answered_never_refused() {
    let node = node();
    let rows = [
        "none",
        "client_secret_basic",
        "client_secret_post",
        "client_secret_jwt",
        "private_key_jwt",
        "tls_client_auth",
        "unheard_of",
        "",
    ];
    let rows = rows.map(|method| {
        let answer =
            register(&node, &json!({ "client_name": "x", "token_endpoint_auth_method": method }));
        let secret =
            if answer.json()["client_secret"].is_string() { "a secret" } else { "no secret" };
        (
            method,
            format!("{} {}, {secret}", answer.status, answer.text("token_endpoint_auth_method")),
        )
    });
    insta::assert_snapshot!(table(rows), @"
    none: 201 none, no secret
    client_secret_basic: 201 client_secret_basic, a secret
    client_secret_post: 201 client_secret_post, a secret
    client_secret_jwt: 201 client_secret_basic, a secret
    private_key_jwt: 201 none, no secret
    tls_client_auth: 201 none, no secret
    unheard_of: 201 none, no secret
    : 201 none, no secret
    ");
}

/// Redirect URIs that would run something, deceive somebody, or reach nobody.
const REFUSED: &[&str] = &[
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///x",
    "blob:https://x/",
    "about:blank",
    "ftp://app.example.com/cb",
    "mailto:x@example.com",
    "view-source:https://x/",
    "\tjavascript:alert(1)",
    "\0https://app.example.com/cb",
    "http://app.example.com/cb",
    "http://127.0.0.1.example/cb",
    "http://127.1/cb",
    "http://2130706433/cb",
    "http://[::ffff:127.0.0.1]/cb",
    "http://localhost.evil/cb",
    "http://127.0.0.1@evil/cb",
    "https://user@app.example.com/cb",
    "https://user:x@app.example.com/cb",
    "https://app.example.com/cb#x",
    "https://app.example.com/cb#",
    "https://app.example.com\\@evil/cb",
    "https:/app.example.com/cb",
    "https://",
    "//app.example.com/cb",
    "/cb",
    "",
    " ",
    "myapp:/cb",
    "myapp://cb",
    "urn:ietf:wg:oauth:2.0:oob",
    "https://app.example.com/ cb",
    "https://app.example.com/\u{e9}",
    "https://app.example.com/<x>",
];

#[test]
fn auz_02_auz_08_dcr_01_each_redirect_uri_that_nobody_may_have_is_refused() {
    let node = node();
    let long = format!("https://app.example.com/{}", "x".repeat(489));
    let rows = REFUSED.iter().copied().chain([long.as_str()]);
    let rows = rows.map(|redirect_uri| {
        let reply = register(&node, &json!({ "redirect_uris": [redirect_uri] }));
        let shown: String = redirect_uri.escape_debug().take(48).collect();
        (shown, if reply.status == 201 { "201".to_owned() } else { reply.error() })
    });
    insta::assert_snapshot!(table(rows), @r#"
    javascript:alert(1): 400 invalid_redirect_uri
    JAVASCRIPT:alert(1): 400 invalid_redirect_uri
    data:text/html,x: 400 invalid_redirect_uri
    vbscript:x: 400 invalid_redirect_uri
    file:///x: 400 invalid_redirect_uri
    blob:https://x/: 400 invalid_redirect_uri
    about:blank: 400 invalid_redirect_uri
    ftp://app.example.com/cb: 400 invalid_redirect_uri
    mailto:x@example.com: 400 invalid_redirect_uri
    view-source:https://x/: 400 invalid_redirect_uri
    \tjavascript:alert(1): 400 invalid_redirect_uri
    \0https://app.example.com/cb: 400 invalid_redirect_uri
    http://app.example.com/cb: 400 invalid_redirect_uri
    http://127.0.0.1.example/cb: 400 invalid_redirect_uri
    http://127.1/cb: 400 invalid_redirect_uri
    http://2130706433/cb: 400 invalid_redirect_uri
    http://[::ffff:127.0.0.1]/cb: 400 invalid_redirect_uri
    http://localhost.evil/cb: 400 invalid_redirect_uri
    http://127.0.0.1@evil/cb: 400 invalid_redirect_uri
    https://user@app.example.com/cb: 400 invalid_redirect_uri
    https://user:x@app.example.com/cb: 400 invalid_redirect_uri
    https://app.example.com/cb#x: 400 invalid_redirect_uri
    https://app.example.com/cb#: 400 invalid_redirect_uri
    https://app.example.com\\@evil/cb: 400 invalid_redirect_uri
    https:/app.example.com/cb: 400 invalid_redirect_uri
    https://: 400 invalid_redirect_uri
    //app.example.com/cb: 400 invalid_redirect_uri
    /cb: 400 invalid_redirect_uri
    : 400 invalid_redirect_uri
     : 400 invalid_redirect_uri
    myapp:/cb: 400 invalid_redirect_uri
    myapp://cb: 400 invalid_redirect_uri
    urn:ietf:wg:oauth:2.0:oob: 400 invalid_redirect_uri
    https://app.example.com/ cb: 400 invalid_redirect_uri
    https://app.example.com/é: 400 invalid_redirect_uri
    https://app.example.com/<x>: 400 invalid_redirect_uri
    https://app.example.com/xxxxxxxxxxxxxxxxxxxxxxxx: 400 invalid_redirect_uri
    "#);
}

#[test]
fn dcr_01_of_several_redirect_uris_the_acceptable_ones_are_kept() {
    let node = node();
    let metadata = json!({
        "redirect_uris": [
            "myapp:/cb",
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "https://www.cursor.com/agents/mcp/oauth/callback",
            "http://localhost:8787/callback",
        ],
        "application_type": "web",
        "token_endpoint_auth_method": "none",
    });
    let reply = register(&node, &metadata);
    insta::assert_snapshot!(format!("{:#}", reply.json()["redirect_uris"]), @r#"
    [
      "cursor://anysphere.cursor-mcp/oauth/callback",
      "https://www.cursor.com/agents/mcp/oauth/callback",
      "http://localhost:8787/callback"
    ]
    "#);
    let uris = |count: usize| {
        let uris =
            (0..count).map(|number| format!("https://a.example/{number}")).collect::<Vec<_>>();
        register(&node, &json!({ "redirect_uris": uris }))
    };
    assert_eq!(uris(10).status, 201);
    assert_eq!(uris(11).error(), "400 invalid_redirect_uri");
}

#[test]
fn dcr_05_dcr_06_a_registration_that_leaves_nothing_useful_is_refused() {
    let node = node();
    let long = "https://a.example/".to_owned() + &"x".repeat(480);
    let many = [long.clone() + "1", long.clone() + "2", long + "3"];
    let rows = [
        ("grants nobody knows", json!({ "grant_types": ["implicit", "password"] })),
        (
            "client credentials of a public client",
            json!({ "grant_types": ["client_credentials"], "token_endpoint_auth_method": "none" }),
        ),
        (
            "client credentials where they are not given",
            json!({ "grant_types": ["client_credentials"] }),
        ),
        ("refresh tokens alone", json!({ "grant_types": ["refresh_token"] })),
        ("response types without code", json!({ "response_types": ["token"] })),
        ("a scope outside the grammar", json!({ "scope": "a\"b" })),
        ("more than an id can carry", json!({ "redirect_uris": many })),
        (
            "redirect URIs that are no list",
            json!({ "redirect_uris": "https://app.example.com/cb" }),
        ),
        ("a name that is no text", json!({ "client_name": 7 })),
        ("a list of other things", json!({ "redirect_uris": [7] })),
        ("no object", json!(["x"])),
        ("a number", json!(7)),
    ];
    let rows = rows.map(|(sentence, metadata)| (sentence, register(&node, &metadata).error()));
    insta::assert_snapshot!(table(rows), @"
    grants nobody knows: 400 invalid_client_metadata
    client credentials of a public client: 400 invalid_client_metadata
    client credentials where they are not given: 400 invalid_client_metadata
    refresh tokens alone: 400 invalid_client_metadata
    response types without code: 400 invalid_client_metadata
    a scope outside the grammar: 400 invalid_client_metadata
    more than an id can carry: 400 invalid_client_metadata
    redirect URIs that are no list: 400 invalid_client_metadata
    a name that is no text: 400 invalid_client_metadata
    a list of other things: 400 invalid_client_metadata
    no object: 400 invalid_client_metadata
    a number: 400 invalid_client_metadata
    ");
}

#[test]
fn dcr_07_dcr_09_dcr_12_what_is_unknown_or_null_is_ignored_and_what_is_chosen_for_us_too() {
    let node = node();
    let metadata = json!({
        "client_name": "Example",
        "client_id": "chosen",
        "client_secret": "chosen",
        "client_id_issued_at": 1,
        "client_secret_expires_at": 1,
        "registration_access_token": "chosen",
        "scope": "mcp:tools superuser",
        "grant_types": ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"],
        "response_types": ["code", "id_token"],
        "redirect_uris": null,
        "logo_uri": "http://127.0.0.1/logo.svg",
        "client_uri": "data:text/html,x",
        "software_statement": "eyJhbGciOiJub25lIn0.e30.",
        "unheard_of": { "deep": [[[[1]]]] },
    });
    insta::assert_snapshot!("what_is_chosen_for_us", shown(&register(&node, &metadata)));
}

#[test]
fn dcr_07_a_body_that_is_no_json_object_of_bearable_size_is_refused() {
    let node = node();
    let kind = "application/json";
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(1_000), "]".repeat(1_000));
    let big = format!("{{\"x\":\"{}\"}}", "y".repeat(64 * 1024));
    let rows = [
        ("nothing", Ask::post("/oauth/register", kind, "")),
        ("half an object", Ask::post("/oauth/register", kind, "{\"client_name\":")),
        (
            "a member twice",
            Ask::post("/oauth/register", kind, "{\"client_name\":\"a\",\"client_name\":\"b\"}"),
        ),
        ("a thousand lists in one another", Ask::post("/oauth/register", kind, deep)),
        ("more than 64 KiB", Ask::post("/oauth/register", kind, big)),
        ("a form", Ask::form("/oauth/register", [("client_name", "x")])),
        ("no content type", Ask::new("POST", "/oauth/register")),
    ];
    let rows = rows.map(|(sentence, ask)| {
        let reply = node.serve(&ask);
        assert_not_stored(&reply);
        (sentence, reply.error())
    });
    insta::assert_snapshot!(table(rows), @"
    nothing: 400 invalid_client_metadata
    half an object: 400 invalid_client_metadata
    a member twice: 400 invalid_client_metadata
    a thousand lists in one another: 400 invalid_client_metadata
    more than 64 KiB: 413 invalid_request
    a form: 415 invalid_client_metadata
    no content type: 415 invalid_client_metadata
    ");
}

#[test]
fn dcr_02_a_hostile_name_is_shown_as_text_and_cut() {
    let node = node();
    let shown = |name: &str| {
        let metadata = json!({ "client_name": name, "redirect_uris": ["https://app.example.com/cb"], "token_endpoint_auth_method": "none" });
        let client = Client::register(&node, &metadata);
        let mut browser = Browser::default();
        let page = browser.open(&node, &client.request().uri());
        let page = browser.log_in(&node, &page, ALICE);
        assert!(!page.body.contains("<img") && !page.body.contains("<script"), "{name}");
        visible(&page.body).lines().next().unwrap_or_default().to_owned()
    };
    let rows = [
        ("markup", shown("<img src=x onerror=alert(1)>")),
        ("an attribute that ends", shown("\"><script>alert(1)</script>")),
        ("text that turns around", shown("evil\u{202e}gpj.exe")),
        ("nothing that can be seen", shown("\u{200b}\u{feff}\u{2060}")),
        ("line ends", shown("a\r\nb\u{1b}[31m")),
        ("ten thousand letters", shown(&"x".repeat(10_000))),
    ];
    insta::assert_snapshot!(table(rows), @"
    markup: Allow &#60;img src=x onerror=alert(1)&#62; to act for you?
    an attribute that ends: Allow &#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62; to act for you?
    text that turns around: Allow evilgpj.exe to act for you?
    nothing that can be seen: Allow An application without a name to act for you?
    line ends: Allow ab[31m to act for you?
    ten thousand letters: Allow xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx to act for you?
    ");
}

#[test]
fn met_03_a_closed_deployment_says_so_and_does_not_advertise() {
    let node = Node::start(&Deployment::usual().with("[registration]\ndynamic = \"closed\""));
    assert_eq!(register(&node, &json!({})).error(), "403 invalid_client_metadata");
    let metadata = node.serve(&Ask::get("/.well-known/oauth-authorization-server")).json();
    assert!(metadata.get("registration_endpoint").is_none());
}

#[test]
fn dcr_09_a_registered_client_gets_no_more_than_registration_gives() {
    let narrow = Deployment::usual().with("[registration]\nscopes = [\"mcp:tools\"]");
    let wide = node();
    let metadata = json!({ "redirect_uris": ["https://app.example.com/cb"], "scope": "mcp:tools mcp:admin", "token_endpoint_auth_method": "none" });
    let granted = |node: &Node, client: &Client| {
        let request = client.request().with("scope", "mcp:tools mcp:admin");
        client.redeem(node, &request.code(node)).text("scope")
    };
    let before = Client::register(&wide, &metadata);
    assert_eq!(granted(&wide, &before), "mcp:admin mcp:tools");
    let node = Node::beside(wide.clock(), 1, &narrow);
    assert_eq!(granted(&node, &Client::register(&node, &metadata)), "mcp:tools");
    assert_eq!(granted(&node, &before), "mcp:tools", "an older registration gets no more");
}

#[test]
fn pages_of_other_origins_may_register() {
    let ask = Ask::json("/register", &json!({ "client_name": "x" }))
        .with("origin", "http://localhost:6274");
    let reply = node().serve(&ask);
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (201, Some("*")));
}
