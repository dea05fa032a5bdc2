//! The paths and their methods, and who may ask.
//! Generated from `openapi.yaml` by `make generate`; do not edit.

/// Groups of operations.
#[derive(poem_openapi::Tags)]
pub enum Tag {
    /// Where a person logs in and consents, in a browser.
    #[oai(rename = "authorization")]
    Authorization,
    /// What this server says of itself.
    #[oai(rename = "discovery")]
    Discovery,
    /// This contract, and a page to try it.
    #[oai(rename = "documentation")]
    Documentation,
    /// Whether this node lives and is ready.
    #[oai(rename = "operation")]
    Operation,
    /// Resources that want an access token.
    #[oai(rename = "protected")]
    Protected,
    /// How a client becomes known.
    #[oai(rename = "registration")]
    Registration,
    /// Where a client gets its tokens.
    #[oai(rename = "token")]
    Token,
}
/// `client_id` and `client_secret` (RFC 6749 §2.3.1).
pub enum ClientBasic {}
impl super::extract::Scheme for ClientBasic {
    const NAME: &'static str = "clientBasic";
    fn meta() -> poem_openapi::registry::MetaSecurityScheme {
        poem_openapi::registry::MetaSecurityScheme {
            ty: "http",
            description: Some("`client_id` and `client_secret` (RFC 6749 §2.3.1)."),
            name: None,
            key_in: None,
            scheme: Some("basic"),
            bearer_format: None,
            flows: None,
            openid_connect_url: None,
        }
    }
}
/// An access token of this server (RFC 6750 §2.1).
pub enum Oauth2 {}
impl super::extract::Scheme for Oauth2 {
    const NAME: &'static str = "oauth2";
    fn meta() -> poem_openapi::registry::MetaSecurityScheme {
        use poem_openapi::registry::{MetaOAuthFlow, MetaOAuthFlows};
        poem_openapi::registry::MetaSecurityScheme {
            ty: "oauth2",
            description: Some("An access token of this server (RFC 6750 §2.1)."),
            name: None,
            key_in: None,
            scheme: None,
            bearer_format: None,
            flows: Some(MetaOAuthFlows {
                implicit: None,
                password: None,
                client_credentials: Some(MetaOAuthFlow {
                    authorization_url: None,
                    token_url: Some("/oauth/token"),
                    refresh_url: None,
                    scopes: Vec::new(),
                }),
                authorization_code: Some(MetaOAuthFlow {
                    authorization_url: Some("/oauth/authorize"),
                    token_url: Some("/oauth/token"),
                    refresh_url: None,
                    scopes: Vec::new(),
                }),
            }),
            openid_connect_url: None,
        }
    }
}
/// Every path of the contract, in its order.
pub const PATHS: &[super::served::ServedPath] = &[
    super::served::ServedPath {
        pattern: "/",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/.well-known/oauth-authorization-server",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/.well-known/oauth-authorization-server/*",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/.well-known/openid-configuration",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/.well-known/openid-configuration/*",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/:/.well-known/openid-configuration",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/.well-known/oauth-protected-resource",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/.well-known/oauth-protected-resource/*",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/.well-known/jwks.json",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/oauth/authorize",
        methods: &["GET", "HEAD", "POST"],
    },
    super::served::ServedPath {
        pattern: "/authorize",
        methods: &["GET", "HEAD", "POST"],
    },
    super::served::ServedPath {
        pattern: "/oauth/login",
        methods: &["POST"],
    },
    super::served::ServedPath {
        pattern: "/oauth/account",
        methods: &["POST"],
    },
    super::served::ServedPath {
        pattern: "/oauth/consent",
        methods: &["POST"],
    },
    super::served::ServedPath {
        pattern: "/oauth/logout",
        methods: &["GET", "HEAD", "POST"],
    },
    super::served::ServedPath {
        pattern: "/oauth/logout/confirm",
        methods: &["POST"],
    },
    super::served::ServedPath {
        pattern: "/oauth/callback",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/oauth/callback/:",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/oauth/token",
        methods: &["POST"],
    },
    super::served::ServedPath {
        pattern: "/token",
        methods: &["POST"],
    },
    super::served::ServedPath {
        pattern: "/oauth/introspect",
        methods: &["POST"],
    },
    super::served::ServedPath {
        pattern: "/oauth/revoke",
        methods: &["POST"],
    },
    super::served::ServedPath {
        pattern: "/oauth/order",
        methods: &["POST"],
    },
    super::served::ServedPath {
        pattern: "/oauth/register",
        methods: &["POST"],
    },
    super::served::ServedPath {
        pattern: "/register",
        methods: &["POST"],
    },
    super::served::ServedPath {
        pattern: "/oauth/userinfo",
        methods: &["GET", "HEAD", "POST"],
    },
    super::served::ServedPath {
        pattern: "/oauth/test",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/mcp",
        methods: &["GET", "HEAD", "POST", "DELETE"],
    },
    super::served::ServedPath {
        pattern: "/mcp/",
        methods: &["GET", "HEAD", "POST", "DELETE"],
    },
    super::served::ServedPath {
        pattern: "/mcp/protected/tools",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/mcp/protected/resources",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/mcp/protected/call/:",
        methods: &["POST"],
    },
    super::served::ServedPath {
        pattern: "/healthz",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/readyz",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/openapi.json",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/openapi.yaml",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/docs",
        methods: &["GET", "HEAD"],
    },
    super::served::ServedPath {
        pattern: "/docs/oauth-receiver.html",
        methods: &["GET", "HEAD"],
    },
];
/// The methods of the path that a request for `path` meant; `None` if the contract has no such path.
#[must_use]
pub fn methods_of(path: &str) -> Option<&'static [&'static str]> {
    PATHS.iter().find(|served| served.matches(path)).map(|served| served.methods)
}
