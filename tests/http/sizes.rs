//! How long the things are that clients must carry: some of them keep them in very small places.

use serde_json::json;

use super::table;
use crate::support::{ALICE, Ask, Browser, Client, Deployment, Node, Serve as _, Tokens};

/// Clients as they register, by name.
fn profiles() -> Vec<(&'static str, serde_json::Value)> {
    let public = |name: &str, redirect_uris: &[&str]| {
        json!({
            "client_name": name,
            "redirect_uris": redirect_uris,
            "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "scope": "mcp:tools",
        })
    };
    vec![
        (
            "Claude",
            json!({ "client_name": "Claude", "redirect_uris": ["https://claude.ai/api/mcp/auth_callback"], "token_endpoint_auth_method": "client_secret_post" }),
        ),
        ("Claude Code", public("Claude Code (server)", &["http://localhost:49152/callback"])),
        ("ChatGPT", public("ChatGPT", &["https://chatgpt.com/connector_platform_oauth_redirect"])),
        ("Codex", public("Codex", &["http://127.0.0.1:49152/callback/0123456789ab"])),
        (
            "VS Code",
            public(
                "Visual Studio Code",
                &["http://127.0.0.1:33418/", "https://vscode.dev/redirect"],
            ),
        ),
        (
            "Cursor",
            public(
                "Cursor",
                &["cursor://anysphere.cursor-mcp/oauth/callback", "http://localhost:8787/callback"],
            ),
        ),
        ("Inspector", public("MCP Inspector", &["http://localhost:6274/oauth/callback"])),
        ("mcp-remote", public("MCP CLI Client", &["http://localhost:3334/oauth/callback"])),
        ("Gemini CLI", public("Gemini CLI MCP Client", &["http://localhost:7777/oauth/callback"])),
    ]
}

/// What one client carries after its person allowed `scope`, in characters.
struct Carried {
    client_id: usize,
    client_secret: Option<usize>,
    code: usize,
    access: usize,
    refresh: usize,
    /// Client id and both tokens as one JSON record.
    record: usize,
}

fn carried(node: &Node, metadata: &serde_json::Value, scope: &str) -> Carried {
    let client = Client::register(node, metadata);
    let request = client.request().with("scope", scope);
    let code = Browser::default().allow(node, &request.uri(), ALICE);
    let code = if code.status == 303 { code.code() } else { code_on(&code.body) };
    let Tokens { access, refresh } = Tokens::of(&client.redeem(node, &code));
    let refresh = refresh.expect("every profile refreshes");
    let record = json!({
        "client_id": &client.id,
        "access_token": &access,
        "refresh_token": &refresh,
        "expires_in": 3600,
        "scope": scope,
    });
    Carried {
        client_id: client.id.len(),
        client_secret: client.secret.map(|secret| secret.len()),
        code: code.len(),
        access: access.len(),
        refresh: refresh.len(),
        record: record.to_string().len(),
    }
}

/// The code in the link of a page.
fn code_on(page: &str) -> String {
    let (_, rest) = page.split_once("?code=").expect("the page has a link");
    rest.split(['&', '"']).next().unwrap_or_default().to_owned()
}

#[test]
fn what_clients_carry_fits_where_they_keep_it() {
    let node = Node::start(&Deployment::demo());
    let mut lines = Vec::new();
    for (name, metadata) in profiles() {
        let sizes = carried(&node, &metadata, "mcp:tools");
        assert!(sizes.client_id <= 300, "{name}: client id {}", sizes.client_id);
        assert!(sizes.client_secret.is_none_or(|length| length == 43), "{name}");
        assert!(sizes.code <= 600, "{name}: code {}", sizes.code);
        assert!(sizes.access <= 520, "{name}: access token {}", sizes.access);
        assert!(sizes.refresh <= 320, "{name}: refresh token {}", sizes.refresh);
        assert!(sizes.record < 1_280, "{name}: record {}", sizes.record);
        let Carried { client_id, code, access, refresh, record, .. } = sizes;
        lines.push((
            name,
            format!(
                "id {client_id}, code {code}, access {access}, refresh {refresh}, record {record}"
            ),
        ));
    }
    insta::assert_snapshot!(table(lines), @"
    Claude: id 201, code 568, access 455, refresh 264, record 1011
    Claude Code: id 199, code 568, access 455, refresh 264, record 1009
    ChatGPT: id 219, code 568, access 455, refresh 264, record 1029
    Codex: id 196, code 568, access 455, refresh 264, record 1006
    VS Code: id 225, code 568, access 455, refresh 264, record 1035
    Cursor: id 243, code 568, access 455, refresh 264, record 1053
    Inspector: id 197, code 568, access 455, refresh 264, record 1007
    mcp-remote: id 199, code 568, access 455, refresh 264, record 1009
    Gemini CLI: id 208, code 568, access 455, refresh 264, record 1018
    ");
}

#[test]
fn the_metadata_of_the_default_configuration_fits_into_a_kibibyte() {
    for deployment in [Deployment::demo(), Deployment::usual().at("https://auth.example.com")] {
        let node = Node::start(&deployment);
        let reply = node.serve(&Ask::get("/.well-known/oauth-authorization-server"));
        assert!(reply.body.len() < 1_024, "{} bytes", reply.body.len());
    }
}

#[test]
fn the_default_scope_fits_too() {
    let node = Node::start(&Deployment::demo());
    let (_, metadata) = &profiles()[0];
    let Carried { client_id, code, access, refresh, record, .. } = carried(&node, metadata, "");
    insta::assert_snapshot!(format!("id {client_id}, code {code}, access {access}, refresh {refresh}, record {record}"), @"id 201, code 631, access 516, refresh 311, record 1110");
}
