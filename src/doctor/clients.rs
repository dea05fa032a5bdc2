//! The clients that are known, as data: how each looks for documents, what it insists on, how it becomes known.
//!
//! What is said of a client comes from its source where that is public, else from its documentation and issue tracker; read
//! in August and September 2026. A new client is one more entry.

/// A place where the document of a protected resource may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ResourcePlace {
    /// Where the challenge says.
    Challenge,
    /// The well-known segment before the path of the endpoint.
    Path,
    /// The well-known path alone.
    Root,
}

/// A place where the document of an authorization server may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ServerPlace {
    /// RFC 8414: the well-known segment before the path of the issuer.
    OAuth,
    /// The same with the OpenID segment.
    OpenIdInserted,
    /// OpenID Connect Discovery: after the path of the issuer.
    OpenIdAppended,
}

impl ServerPlace {
    pub(super) const ALL: [Self; 3] = [Self::OAuth, Self::OpenIdInserted, Self::OpenIdAppended];
}

/// How a client asks first, before it has a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum First {
    Post,
    Get,
    Head,
}

/// What `resource` must be, beside the URL that the client was given.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ResourceRule {
    /// The same text.
    Exact,
    /// The same URL.
    Equal,
    /// The same URL, else the document is as good as none.
    EqualOrIgnored,
    /// At the same origin, and the path begins with its path.
    Prefix,
}

/// What `issuer` must be, beside the identifier that the document was asked of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum IssuerRule {
    Exact,
    Unchecked,
}

/// How a client becomes known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Way {
    /// By a document at this URL.
    Document(&'static str),
    /// By registering itself.
    Registration,
}

/// A client.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a habit by itself, and clients have them in every combination"
)]
pub(super) struct Client {
    pub(super) name: &'static str,
    /// Whether it runs at its maker's and reaches the server over the internet.
    pub(super) is_hosted: bool,
    pub(super) first: First,
    pub(super) resource_places: &'static [ResourcePlace],
    /// Whether it looks nowhere else when the challenge names a place.
    pub(super) trusts_challenge_alone: bool,
    pub(super) resource_rule: ResourceRule,
    /// Whether it gives up when a well-known place answers with a server error or with no JSON.
    pub(super) gives_up_on_broken: bool,
    pub(super) issuer_rule: IssuerRule,
    /// Whether it goes on with `/authorize`, `/token` and `/register` where there are no metadata.
    pub(super) guesses_endpoints: bool,
    /// Whether the metadata must name S256; otherwise only not leave it out of a list.
    pub(super) insists_on_pkce: bool,
    pub(super) ways: &'static [Way],
    /// What it registers as.
    pub(super) registered_name: &'static str,
    pub(super) redirect_uris: &'static [&'static str],
    pub(super) auth_method: &'static str,
    /// The origin of the web page that it is.
    pub(super) page: Option<&'static str>,
    /// How much of the server's metadata it can keep.
    pub(super) metadata_bytes_max: Option<usize>,
}

use ResourcePlace::{Challenge, Path, Root};
use Way::{Document, Registration};

/// The TypeScript SDK.
const TYPESCRIPT: Client = Client {
    name: "TypeScript SDK",
    is_hosted: false,
    first: First::Post,
    resource_places: &[Challenge, Path, Root],
    trusts_challenge_alone: true,
    resource_rule: ResourceRule::Prefix,
    gives_up_on_broken: true,
    issuer_rule: IssuerRule::Exact,
    guesses_endpoints: true,
    insists_on_pkce: false,
    ways: &[Registration],
    registered_name: "MCP client",
    redirect_uris: &["http://localhost:8090/callback"],
    auth_method: "none",
    page: None,
    metadata_bytes_max: None,
};

/// The Python SDK.
const PYTHON: Client = Client {
    name: "Python SDK",
    trusts_challenge_alone: false,
    gives_up_on_broken: false,
    redirect_uris: &["http://localhost:3030/callback"],
    ..TYPESCRIPT
};

/// The Rust SDK.
const RUST: Client = Client {
    name: "Rust SDK",
    first: First::Get,
    trusts_challenge_alone: false,
    gives_up_on_broken: false,
    redirect_uris: &["http://127.0.0.1:43117/callback"],
    ..TYPESCRIPT
};

/// Every client that is known.
pub(super) const CLIENTS: [Client; 15] = [
    Client {
        name: "Claude (web, desktop, phone)",
        is_hosted: true,
        resource_rule: ResourceRule::Equal,
        ways: &[Document("https://claude.ai/oauth/mcp-oauth-client-metadata"), Registration],
        registered_name: "Claude",
        redirect_uris: &["https://claude.ai/api/mcp/auth_callback"],
        auth_method: "client_secret_post",
        ..PYTHON
    },
    Client {
        name: "Claude Code",
        ways: &[Document("https://claude.ai/oauth/claude-code-client-metadata"), Registration],
        registered_name: "Claude Code",
        redirect_uris: &["http://localhost:3118/callback"],
        metadata_bytes_max: Some(2_013),
        ..TYPESCRIPT
    },
    Client {
        name: "ChatGPT",
        is_hosted: true,
        ways: &[Document("https://chatgpt.com/oauth/client.json"), Registration],
        registered_name: "ChatGPT",
        redirect_uris: &["https://chatgpt.com/connector_platform_oauth_redirect"],
        insists_on_pkce: true,
        ..PYTHON
    },
    Client {
        name: "Codex",
        ways: &[Document("https://chatgpt.com/oauth/codex/client.json"), Registration],
        registered_name: "Codex",
        redirect_uris: &["http://127.0.0.1:43117/callback/EDrLtgxAifwZ"],
        ..RUST
    },
    Client {
        name: "VS Code",
        resource_rule: ResourceRule::EqualOrIgnored,
        gives_up_on_broken: false,
        issuer_rule: IssuerRule::Unchecked,
        ways: &[Document("https://vscode.dev/oauth/client-metadata.json"), Registration],
        registered_name: "Visual Studio Code",
        redirect_uris: &[
            "http://127.0.0.1:33418/",
            "http://127.0.0.1/",
            "https://vscode.dev/redirect",
            "https://insiders.vscode.dev/redirect",
        ],
        ..TYPESCRIPT
    },
    Client {
        name: "Cursor",
        registered_name: "Cursor",
        redirect_uris: &[
            "http://localhost:8787/callback",
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "https://www.cursor.com/agents/mcp/oauth/callback",
        ],
        ..TYPESCRIPT
    },
    Client {
        name: "MCP Inspector",
        registered_name: "MCP Inspector",
        redirect_uris: &["http://localhost:6274/oauth/callback"],
        page: Some("http://localhost:6274"),
        ..TYPESCRIPT
    },
    Client {
        name: "mcp-remote",
        registered_name: "MCP CLI Client",
        redirect_uris: &["http://localhost:3334/oauth/callback"],
        ..TYPESCRIPT
    },
    Client {
        name: "Gemini CLI",
        first: First::Head,
        trusts_challenge_alone: false,
        resource_rule: ResourceRule::Exact,
        gives_up_on_broken: false,
        issuer_rule: IssuerRule::Unchecked,
        guesses_endpoints: false,
        registered_name: "Gemini CLI MCP Client",
        redirect_uris: &["http://localhost:7777/oauth/callback"],
        ..TYPESCRIPT
    },
    Client {
        name: "Zed",
        trusts_challenge_alone: false,
        gives_up_on_broken: false,
        guesses_endpoints: false,
        insists_on_pkce: true,
        ways: &[Document("https://zed.dev/oauth/client-metadata.json"), Registration],
        registered_name: "Zed",
        redirect_uris: &["http://127.0.0.1:45839/callback"],
        ..TYPESCRIPT
    },
    Client {
        name: "opencode",
        ways: &[Document("https://opencode.ai/oauth/opencode/client.json"), Registration],
        registered_name: "OpenCode",
        redirect_uris: &["http://127.0.0.1:19876/callback"],
        ..TYPESCRIPT
    },
    Client {
        name: "Goose",
        ways: &[Document("https://goose-docs.ai/oauth/client-metadata.json"), Registration],
        registered_name: "goose",
        redirect_uris: &["http://127.0.0.1:38413/oauth_callback"],
        ..RUST
    },
    Client {
        name: "n8n",
        is_hosted: true,
        registered_name: "n8n",
        redirect_uris: &["https://oauth.n8n.cloud/oauth2/callback"],
        ..TYPESCRIPT
    },
    Client { registered_name: "Python client", ..PYTHON },
    Client { registered_name: "Rust client", ..RUST },
];
