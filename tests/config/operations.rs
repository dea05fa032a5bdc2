//! What an operator may take away from one client, let it ask about, and revoke; and what is refused of it.

use protocol::oauth::resource::Resource;
use protocol::oauth::time::UnixTime;

use super::{LEAST, accepted, of_file, table};

/// A client with these lines besides.
fn app(rest: &str) -> String {
    format!("[[clients]]\nid = \"app\"\nredirect_uris = [\"http://127.0.0.1/cb\"]\n{rest}")
}

#[test]
fn every_refusal_of_a_weaker_pkce() {
    let changes = [
        "pkce = \"optional\"",
        "pkce = \"none\"",
        "code_challenge_methods = [\"plain\"]",
        "code_challenge_methods = [\"S256\", \"S512\"]",
    ]
    .map(app);
    insta::assert_snapshot!(table(&changes.each_ref().map(String::as_str)), @r#"
    [[clients]]
    id = "app"
    redirect_uris = ["http://127.0.0.1/cb"]
    pkce = "optional"
      -> sealbearer.toml:11: clients[0].pkce must not be "optional" for a client that cannot keep a secret: nothing else tells it from a thief (OAuth 2.1 §7.5.1). Leave it out, or give the client a secret.
    [[clients]]
    id = "app"
    redirect_uris = ["http://127.0.0.1/cb"]
    pkce = "none"
      -> sealbearer.toml:11: clients[0].pkce is "none", which is not one of its values. Write "required" or "optional".
    [[clients]]
    id = "app"
    redirect_uris = ["http://127.0.0.1/cb"]
    code_challenge_methods = ["plain"]
      -> sealbearer.toml:11: clients[0].code_challenge_methods must name S256, which every client may use. Write ["S256", "plain"], or leave it out for S256 alone.
    [[clients]]
    id = "app"
    redirect_uris = ["http://127.0.0.1/cb"]
    code_challenge_methods = ["S256", "S512"]
      -> sealbearer.toml:11: clients[0].code_challenge_methods[1] is "S512", which is not one of its values. Write "S256" or "plain".
    "#);
}

#[test]
fn every_refusal_of_what_a_client_asks_about() {
    let secret = format!("secret_hash = \"{}\"\n", "ab".repeat(32));
    let changes = [
        app("introspects = [\"/mcp\"]"),
        app(&format!("{secret}introspects = [\"/other\"]")),
        app(&format!("{secret}introspects = [\"api.example.com\"]")),
        app(&format!("{secret}introspects = \"/mcp\"")),
    ];
    insta::assert_snapshot!(table(&changes.each_ref().map(String::as_str)), @r#"
    [[clients]]
    id = "app"
    redirect_uris = ["http://127.0.0.1/cb"]
    introspects = ["/mcp"]
      -> sealbearer.toml:11: clients[0].introspects must be empty for a client without a secret: anybody could pass for it. Run `sealbearer client add` and write secret_hash = what it prints.
    [[clients]]
    id = "app"
    redirect_uris = ["http://127.0.0.1/cb"]
    secret_hash = "abababababababababababababababababababababababababababababababab"
    introspects = ["/other"]
      -> sealbearer.toml:12: clients[0].introspects[0] is "/other", which is no resource. Write the path of one of [[resources]], or the URL of another server.
    [[clients]]
    id = "app"
    redirect_uris = ["http://127.0.0.1/cb"]
    secret_hash = "abababababababababababababababababababababababababababababababab"
    introspects = ["api.example.com"]
      -> sealbearer.toml:12: clients[0].introspects[0] is "api.example.com", which is no resource. Write the path of one of [[resources]], or the URL of another server.
    [[clients]]
    id = "app"
    redirect_uris = ["http://127.0.0.1/cb"]
    secret_hash = "abababababababababababababababababababababababababababababababab"
    introspects = "/mcp"
      -> sealbearer.toml:12: clients[0].introspects must be a list of texts. Write ["one", "two"].
    "#);
}

#[test]
fn every_refusal_of_an_instant() {
    let client = "[[revoked_clients]]\n";
    let changes = [
        "[tokens]\nrevoked_before = \"yesterday\"".to_owned(),
        "[tokens]\nrevoked_before = 2026-11-21T10:00:00Z".to_owned(),
        app("revoked_before = \"2026-11-21\""),
        format!("{client}client_id = \"https://app.example/client.json\""),
        format!("{client}revoked_before = \"2026-11-21T10:00:00Z\""),
        format!("{client}thumbprint = \"short\"\nrevoked_before = \"2026-11-21T10:00:00Z\""),
        format!(
            "{client}client_id = \"x\"\nthumbprint = \"oXLO3K5HR0thXFTVEKXYSg\"\n\
             revoked_before = \"2026-11-21T10:00:00Z\""
        ),
    ];
    insta::assert_snapshot!(table(&changes.each_ref().map(String::as_str)), @r#"
    [tokens]
    revoked_before = "yesterday"
      -> sealbearer.toml:9: tokens.revoked_before must be an instant. Write it in UTC and in quotes: "2026-11-21T10:00:00Z".
    [tokens]
    revoked_before = 2026-11-21T10:00:00Z
      -> sealbearer.toml:9: tokens.revoked_before must be an instant. Write it in UTC and in quotes: "2026-11-21T10:00:00Z".
    [[clients]]
    id = "app"
    redirect_uris = ["http://127.0.0.1/cb"]
    revoked_before = "2026-11-21"
      -> sealbearer.toml:11: clients[0].revoked_before must be an instant. Write it in UTC and in quotes: "2026-11-21T10:00:00Z".
    [[revoked_clients]]
    client_id = "https://app.example/client.json"
      -> sealbearer.toml:8: revoked_clients[0].revoked_before is missing or wrong. Write revoked_before = "2026-11-21T10:00:00Z".
    [[revoked_clients]]
    revoked_before = "2026-11-21T10:00:00Z"
      -> sealbearer.toml:8: revoked_clients[0].client_id or thumbprint must be there, and not both. Write client_id = "...", or thumbprint = 22 characters of base64url.
    [[revoked_clients]]
    thumbprint = "short"
    revoked_before = "2026-11-21T10:00:00Z"
      -> sealbearer.toml:9: revoked_clients[0].thumbprint is not the thumbprint of a client. Write client_id = "...", or thumbprint = 22 characters of base64url.
         sealbearer.toml:8: revoked_clients[0].client_id or thumbprint must be there, and not both. Write client_id = "...", or thumbprint = 22 characters of base64url.
    [[revoked_clients]]
    client_id = "x"
    thumbprint = "oXLO3K5HR0thXFTVEKXYSg"
    revoked_before = "2026-11-21T10:00:00Z"
      -> sealbearer.toml:9: revoked_clients[0].client_id or thumbprint must be there, and not both. Write client_id = "...", or thumbprint = 22 characters of base64url.
    "#);
}

#[test]
fn what_operators_write_is_read() {
    let text = format!(
        "{LEAST}{}secret_hash = \"{}\"\ngrant_types = []\n\
         introspects = [\"/mcp\", \"https://api.example.com/\"]\n\
         revoked_before = \"2026-11-21T10:00:00Z\"\n",
        "[[clients]]\nid = \"server\"\n",
        "ab".repeat(32)
    );
    let config = accepted(&of_file(&text));
    let policy = config.policy();
    let resources = &policy.introspection["server"];
    let named: Vec<_> = resources.iter().map(Resource::as_str).collect();
    assert_eq!(named, ["https://api.example.com", "https://auth.example.com/mcp"]);
    assert_eq!(config.clients[0].revoked_before, Some(UnixTime(1_795_255_200)));
}
