//! The management resource: who gets in, what its tools say and do, and what they never show.
//! Source: row D8; MCP 2026-07-28 authorization (audience, scope minimisation).

use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt as _;

use sealbearer::keys::KeyRing;
use sealbearer::mcp::management::refusals::Refusals;
use sealbearer::mcp::management::task::OFFERS;
use sealbearer::server::reload::take_over;

use super::table;
use crate::support::log::logged_by;
use crate::support::{
    ALICE, Ask, BOB, Browser, Client, Deployment, Node, Reply, Scratch, Serve as _, Tokens,
};

const MANAGE: &str = "[[resources]]\npath = \"/manage\"\nupstream = \"management\"";
const BOTH: &str = "mcp:manage:read mcp:manage:write";

/// Alice may manage; bob may do everything but that.
fn setting() -> (Node, Client) {
    let named = "scopes = [\"mcp:tools\", \"mcp:read\", \"mcp:manage:write\"]";
    let node = Node::start(&Deployment::usual().with_alice(named).with(MANAGE));
    let client = Client::public(&node);
    (node, client)
}

/// What `who` is granted for the management resource who asks for `scope`.
fn granted(node: &Node, client: &Client, who: (&str, &str), scope: &str) -> Reply {
    let resource = format!("{}/manage", node.issuer());
    let request = client.request().with("scope", scope).and("resource", &resource);
    let mut browser = Browser::default();
    let page = browser.open(node, &request.uri());
    let page = browser.log_in(node, &page, who);
    let fields = [("ticket", page.ticket()), ("decision", "allow".to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    client.redeem(node, &browser.submit(node, "/oauth/consent", &fields).code())
}

fn manager(node: &Node, client: &Client, scope: &str) -> String {
    Tokens::of(&granted(node, client, ALICE, scope)).access
}

fn call(node: &Node, token: &str, tool: &str, arguments: &Value) -> Reply {
    let params = json!({ "name": tool, "arguments": arguments });
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    node.serve(&Ask::json("/manage", &message).bearer(token))
}

/// What a tool says; its sentence if it refuses.
fn said(node: &Node, token: &str, tool: &str, arguments: &Value) -> Value {
    let reply = call(node, token, tool, arguments);
    assert_eq!(reply.status, 200, "{}", reply.body);
    let result = &reply.json()["result"];
    match &result["structuredContent"] {
        Value::Null => result["content"][0]["text"].clone(),
        value => value.clone(),
    }
}

#[test]
fn a_token_for_another_resource_is_refused() {
    let (node, client) = setting();
    let elsewhere = client.tokens(&node).access;
    let refused = call(&node, &elsewhere, "mcp_oauth_get_configuration", &json!({}));
    assert_eq!(refused.error(), "401 invalid_token");
    let ours = manager(&node, &client, BOTH);
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    assert_eq!(node.serve(&Ask::json("/mcp", &message).bearer(&ours)).error(), "401 invalid_token");
    assert_eq!(node.serve(&Ask::json("/manage", &message)).status, 401);
}

#[test]
fn reading_and_changing_take_a_scope_each() {
    let (node, client) = setting();
    let reader = manager(&node, &client, "mcp:manage:read");
    let writer = manager(&node, &client, BOTH);
    for offer in &OFFERS {
        let outcome = |token: &str| {
            call(
                &node,
                token,
                offer.name,
                &json!({ "token": 5, "url": 5, "client_name": 5, "ring": 5 }),
            )
            .status
        };
        assert_eq!(outcome(&reader), if offer.writes { 403 } else { 200 }, "{}", offer.name);
        assert_eq!(outcome(&writer), 200, "{}", offer.name);
    }
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let listed = node.serve(&Ask::json("/manage", &message).bearer(&reader)).json();
    assert_eq!(listed["result"]["tools"].as_array().map(Vec::len), Some(OFFERS.len()));
    let elsewhere = "[[resources]]\npath = \"/other\"\nupstream = \"builtin\"";
    let node = Node::start(&Deployment::usual().with(elsewhere));
    assert_eq!(node.serve(&Ask::post("/manage", "application/json", "{}")).status, 404);
}

/// Whoever may do everything may not do this: it takes being named.
#[test]
fn nobody_manages_who_was_not_named() {
    let secret = "s3cr3t-of-a-machine-0123456789abcdef";
    let machine = "grant_types = [\"client_credentials\"]";
    let named = "grant_types = [\"client_credentials\"]\nscopes = [\"mcp:manage:read\"]";
    let deployment = Deployment::usual()
        .with(MANAGE)
        .with("[registration]\nclient_credentials = true")
        .with_client("machine", Some(secret), machine)
        .with_client("named", Some(secret), named);
    let node = Node::start(&deployment);
    let public = Client::public(&node);
    let own = Client::register(
        &node,
        &json!({ "client_name": "Own", "grant_types": ["client_credentials"], "redirect_uris": [] }),
    );
    let resource = format!("{}/manage", node.issuer());
    let by_itself = |client: &Client| {
        let fields = [
            ("grant_type", "client_credentials"),
            ("scope", BOTH),
            ("resource", resource.as_str()),
        ];
        let reply = node.serve(&client.credentials(&fields).post());
        reply.json()["scope"].as_str().unwrap_or_default().to_owned()
    };
    let of_person = |who| granted(&node, &public, who, &format!("mcp:tools {BOTH}")).text("scope");
    let known = |id| Client::known(id, Some(secret), "");
    let rows = [
        ("a person who may allow everything", of_person(ALICE)),
        ("a person of few rights", of_person(BOB)),
        ("a client that registered itself", by_itself(&own)),
        ("a client of the configuration", by_itself(&known("machine"))),
        ("one whose scopes are named", by_itself(&known("named"))),
    ];
    insta::assert_snapshot!(table(rows), @r"
    a person who may allow everything: mcp:tools
    a person of few rights: mcp:tools
    a client that registered itself: mcp:prompts mcp:read mcp:resources mcp:tools
    a client of the configuration: mcp:prompts mcp:read mcp:resources mcp:tools
    one whose scopes are named: mcp:manage:read
    ");
}

/// A request that names no resource goes on to mean the only one that is for everybody.
#[test]
fn the_management_resource_is_never_meant_without_its_name() {
    let (node, client) = setting();
    let token = client.tokens(&node).access;
    assert_eq!(node.test(&token).text("audience"), format!("{}/mcp", node.issuer()));
}

#[test]
fn what_the_deployment_publishes_is_shown() {
    let (node, client) = setting();
    let token = manager(&node, &client, BOTH);
    let document = |path: &str| node.serve(&Ask::get(path)).json();
    let shown = |tool: &str, arguments: Value| said(&node, &token, tool, &arguments);
    assert_eq!(
        shown("mcp_oauth_authorization_server_metadata", json!({})),
        document("/.well-known/oauth-authorization-server")
    );
    let tool = "mcp_oauth_protected_resource_metadata";
    let of_mcp = document("/.well-known/oauth-protected-resource/mcp");
    assert_eq!(shown(tool, json!({})), of_mcp);
    assert_eq!(shown(tool, json!({ "resource": "/mcp" })), of_mcp);
    let identifier = format!("{}/manage", node.issuer());
    let of_manage = shown(tool, json!({ "resource": identifier }));
    assert_eq!(of_manage["resource"], identifier);
    assert_eq!(of_manage["scopes_supported"], json!(["mcp:manage:read"]));
    assert!(shown(tool, json!({ "resource": "/nowhere" })).is_string());
}

#[test]
fn a_token_is_judged_and_explained() {
    let (node, client) = setting();
    let token = manager(&node, &client, BOTH);
    let Tokens { access, refresh } = client.tokens(&node);
    let judged = |token_shown: &str, scopes: Value| {
        let arguments = json!({ "token": token_shown, "required_scopes": scopes });
        said(&node, &token, "mcp_oauth_validate_token", &arguments)
    };
    let good = judged(&access, json!(["mcp:tools"]));
    assert_eq!((&good["active"], &good["sufficient"]), (&json!(true), &json!(true)));
    assert_eq!((&good["subject"], &good["scopes"]), (&json!("u:alice"), &json!(["mcp:tools"])));
    let short = judged(&access, json!("mcp:tools mcp:admin"));
    assert_eq!(
        (&short["sufficient"], &short["missing_scopes"]),
        (&json!(false), &json!(["mcp:admin"]))
    );
    assert_eq!(judged("nonsense", json!([]))["active"], false);
    let refresh = refresh.expect("the client may refresh");
    assert_eq!(judged(&refresh, json!([]))["active"], false);
    let explained =
        |value: &str| said(&node, &token, "explain_token", &json!({ "token": value })).to_string();
    assert!(explained(&refresh).contains("refresh token") && explained(&refresh).contains("alice"));
    assert!(explained(&access).contains("access token"));
    assert!(explained("nonsense").contains("This"));
}

#[test]
fn what_is_revoked_is_void() {
    let (node, client) = setting();
    let revoke = |arguments: Value| {
        let token = manager(&node, &client, BOTH);
        let answer = said(&node, &token, "revoke_grants", &arguments);
        node.clock().pass(2);
        answer
    };
    for arguments in [
        json!({ "user": "alice" }),
        json!({ "client_id": client.id }),
        json!({ "token": "an access token" }),
        json!({ "everything": true }),
    ] {
        let tokens = client.tokens(&node);
        let arguments = if arguments["token"].is_string() {
            json!({ "token": tokens.access })
        } else {
            arguments
        };
        assert_eq!(node.test(&tokens.access).status, 200);
        let answer = revoke(arguments.clone());
        assert_eq!(answer["every_node"], false, "{answer}");
        assert_eq!(node.test(&tokens.access).status, 401, "{arguments}");
    }
    for arguments in [
        json!({}),
        json!({ "user": "a", "everything": true }),
        json!({ "everything": 1 }),
        json!({ "token": "x" }),
    ] {
        assert!(revoke(arguments).is_string());
    }
}

#[test]
fn a_client_that_is_registered_there_is_one_like_any_other() {
    let (node, client) = setting();
    let token = manager(&node, &client, BOTH);
    let metadata = json!({
        "client_name": "By hand",
        "redirect_uris": ["https://app.example.com/callback"],
        "token_endpoint_auth_method": "none",
    });
    let answer = said(&node, &token, "mcp_oauth_register_client", &metadata);
    let id = answer["client_id"].as_str().expect("an id");
    let made = Client::known(id, None, "https://app.example.com/callback");
    assert_eq!(node.test(&made.tokens(&node).access).status, 200);
    let wrong = json!({ "client_name": "x", "redirect_uris": ["javascript:alert(1)"] });
    assert!(said(&node, &token, "mcp_oauth_register_client", &wrong).is_string());
}

/// Of everything that opens something, nothing is in any answer.
#[test]
fn no_answer_shows_a_secret() {
    let secret = "s3cr3t-of-a-machine-0123456789abcdef";
    let named = "scopes = [\"mcp:manage:write\"]";
    let deployment = Deployment::usual().with_alice(named).with(MANAGE).with_client(
        "machine",
        Some(secret),
        "grant_types = [\"client_credentials\"]",
    );
    let node = Node::start(&deployment);
    let client = Client::public(&node);
    let token = manager(&node, &client, BOTH);
    let config = format!("{:?}", deployment.config());
    let hashes: Vec<_> =
        config.split(['"', ' ']).filter(|word| word.starts_with("$argon2")).collect();
    for tool in ["mcp_oauth_get_configuration", "list_grants", "explain_refusal"] {
        let answer = said(&node, &token, tool, &json!({})).to_string();
        for hidden in hashes.iter().copied().chain([secret, "argon2", "V5i/Z4B9", "hash"]) {
            assert!(!answer.contains(hidden), "{tool} shows {hidden}");
        }
    }
    let shown = said(&node, &token, "mcp_oauth_get_configuration", &json!({}));
    assert_eq!(shown["issuer"], node.issuer());
    assert_eq!(shown["resources"][1]["upstream"], "management");
    assert_eq!(shown["clients"][0]["has_secret"], true);
    let granted = said(&node, &token, "list_grants", &json!({}));
    assert_eq!(granted["others"], Value::Null);
    assert!(granted["ledger"]["promises"].is_array());
}

#[test]
fn keys_of_variables_are_not_rotated() {
    let (node, client) = setting();
    let token = manager(&node, &client, BOTH);
    let answer = said(&node, &token, "rotate_keys", &json!({ "ring": "signing" }));
    assert!(answer.as_str().is_some_and(|text| text.contains("environment variables")), "{answer}");
}

/// Two steps, as on the command line: the new key is published first, and signs after that. The node takes the file over.
#[test]
fn keys_of_a_file_are_rotated_step_by_step() {
    let scratch = Scratch::new();
    let path = scratch.path("keyring.json");
    let named = "scopes = [\"mcp:tools\", \"mcp:manage:write\"]";
    let deployment =
        Deployment::usual().with_alice(named).with(MANAGE).with_ring_file(path.clone());
    let (node, config) = (Node::start(&deployment), deployment.config());
    KeyRing::generate(node.clock().now()).save(&path).expect("the folder can be written");
    let take = || take_over(node.server(), &config, KeyRing::load(&path));
    take();
    let client = Client::public(&node);
    let (reader, writer) =
        (manager(&node, &client, "mcp:manage:read"), manager(&node, &client, BOTH));
    let published = || {
        let reply = node.serve(&Ask::get("/.well-known/jwks.json"));
        reply.json()["keys"].as_array().map_or(0, Vec::len)
    };
    let before = std::fs::read(&path).expect("it is there");
    let signing = json!({ "ring": "signing" });
    assert_eq!(call(&node, &reader, "rotate_keys", &signing).status, 403);
    for wrong in [json!({ "ring": "wedding" }), json!({ "ring": "signing", "algorithm": "none" })] {
        let answer = said(&node, &writer, "rotate_keys", &wrong);
        assert!(answer.as_str().is_some_and(|text| text.contains("must be one of")), "{answer}");
        assert_eq!(std::fs::read(&path).expect("it is there"), before, "{wrong}");
    }
    for (step, keys) in [("published", 2), ("signs", 2)] {
        let answer = said(&node, &writer, "rotate_keys", &signing);
        assert!(answer["done"].is_string(), "{step}: {answer}");
        take();
        assert_eq!(published(), keys, "{step}");
    }
    assert_eq!(node.test(&Client::public(&node).tokens(&node).access).status, 200);
}

#[test]
fn who_was_refused_can_ask_why() {
    let subscriber = tracing_subscriber::registry().with(Refusals::of_process());
    logged_by(subscriber, || {
        let (node, client) = setting();
        let token = manager(&node, &client, BOTH);
        let refused = client.redeem(&node, "no-code-of-ours");
        let id = refused.header("x-correlation-id").expect("every answer has one").to_owned();
        let answer = said(&node, &token, "explain_refusal", &json!({ "correlation_id": id }));
        let told = answer["refused"][0]["log"].to_string();
        assert!(told.contains("reason=CodeUnknown") || told.contains("reason="), "{answer}");
        assert!(
            told.contains("path=\\\"/oauth/token\\\"") || told.contains("/oauth/token"),
            "{told}"
        );
        assert!(told.contains("status=400") && !told.contains("no-code-of-ours"), "{told}");
        let denied = call(&node, &token, "nobody", &json!({})).status;
        assert_eq!(denied, 200);
        let gate = node.serve(&Ask::get("/oauth/test").bearer("nonsense"));
        let id = gate.header("x-correlation-id").expect("every answer has one").to_owned();
        let answer = said(&node, &token, "explain_refusal", &json!({ "correlation_id": id }));
        assert!(
            answer["refused"][0]["log"].to_string().contains("reason=TokenUnknown"),
            "{answer}"
        );
        let unknown = json!({ "correlation_id": "000000000000" });
        assert_eq!(said(&node, &token, "explain_refusal", &unknown)["refused"], json!([]));
    });
}
