//! How to make an MCP client forget what it knows of a server, in words of that client.

/// What to do in one application.
#[derive(Clone, Copy, Debug)]
pub struct Hint {
    /// The application.
    pub application: &'static str,
    /// Where to find it there.
    pub steps: &'static str,
    /// What to type, if anything.
    pub command: Option<&'static str>,
}

/// Removing a connection and adding it again, which makes every client register anew.
pub const RECONNECT: &[Hint] = &[
    Hint {
        application: "Claude (web, desktop, phone)",
        steps: "In Settings, Connectors: remove the connector, then add it again.",
        command: None,
    },
    Hint {
        application: "Claude Code",
        steps: "Type /mcp, choose the server, then “Clear authentication”. Or remove the server and add it again:",
        command: Some("claude mcp remove NAME"),
    },
    Hint {
        application: "VS Code",
        steps: "Run this from the command palette, then connect again:",
        command: Some("Authentication: Remove Dynamic Authentication Providers"),
    },
    Hint {
        application: "mcp-remote",
        steps: "Delete what it keeps, then start it again:",
        command: Some("rm -r ~/.mcp-auth"),
    },
    Hint {
        application: "Any other application",
        steps: "Delete the server from its settings, then add it again.",
        command: None,
    },
];
