//! How the clients we know register, as far as it decides the size of what they get.

use serde_json::{Value, json};

/// A client: its name here, and what it registers.
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    pub(crate) metadata: Value,
    pub(crate) redirect_uri: &'static str,
}

fn public(name: &'static str, client_name: &str, redirect_uris: &[&'static str]) -> Profile {
    let metadata = json!({
        "client_name": client_name,
        "redirect_uris": redirect_uris,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    });
    Profile { name, metadata, redirect_uri: redirect_uris[0] }
}

/// The clients we know, with the redirect URIs each of them sends.
pub(crate) fn all() -> Vec<Profile> {
    vec![
        public("Claude", "Claude", &["https://claude.ai/api/mcp/auth_callback"]),
        public("Claude Code", "Claude Code", &["http://localhost:3118/callback"]),
        public("ChatGPT", "ChatGPT", &["https://chatgpt.com/connector_platform_oauth_redirect"]),
        public("Codex", "Codex", &["http://127.0.0.1:43117/callback/1a2b3c4d5e6f"]),
        public(
            "VS Code",
            "Visual Studio Code",
            &[
                "http://127.0.0.1:33418/",
                "http://127.0.0.1/",
                "https://vscode.dev/redirect",
                "https://insiders.vscode.dev/redirect",
            ],
        ),
        public(
            "Cursor",
            "Cursor",
            &[
                "http://localhost:8787/callback",
                "cursor://anysphere.cursor-mcp/oauth/callback",
                "https://www.cursor.com/agents/mcp/oauth/callback",
            ],
        ),
        public("Inspector", "MCP Inspector", &["http://localhost:6274/oauth/callback"]),
        public("mcp-remote", "MCP CLI Client", &["http://localhost:3334/oauth/callback"]),
        public("Gemini CLI", "Gemini CLI MCP Client", &["http://localhost:7777/oauth/callback"]),
    ]
}
