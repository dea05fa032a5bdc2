//! Which paths are for people, which for pages of other origins, and which are limited.

use crate::http::rates::Class;

/// Paths that browsers go to with a person in front of them, who cannot read JSON.
pub(super) const FOR_PEOPLE: [&str; 9] = [
    "/oauth/authorize",
    "/authorize",
    "/oauth/login",
    "/oauth/account",
    "/oauth/consent",
    "/oauth/logout",
    "/oauth/logout/confirm",
    "/oauth/callback",
    "/oauth/callback/:",
];

/// Paths that are limited, and with what they are counted. What costs nothing and everybody needs (metadata, keys, health,
/// this contract) is not.
pub(super) const COUNTED: [(&str, Class); 15] = [
    ("/oauth/authorize", Class::Authorize),
    ("/authorize", Class::Authorize),
    ("/oauth/consent", Class::Authorize),
    ("/oauth/account", Class::Authorize),
    ("/oauth/logout", Class::Authorize),
    ("/oauth/logout/confirm", Class::Authorize),
    ("/oauth/login", Class::Login),
    ("/oauth/callback/:", Class::Authorize),
    ("/oauth/token", Class::Token),
    ("/token", Class::Token),
    ("/oauth/register", Class::Register),
    ("/register", Class::Register),
    ("/oauth/introspect", Class::Introspect),
    ("/oauth/revoke", Class::Introspect),
    ("/oauth/order", Class::Introspect),
];

/// Paths whose answers web pages of other origins may read. Never the pages of the flow (OAuth 2.1 §3.1).
pub(super) const OPEN_TO_BROWSERS: [&str; 20] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-authorization-server/*",
    "/.well-known/openid-configuration",
    "/.well-known/openid-configuration/*",
    "/:/.well-known/openid-configuration",
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/*",
    "/.well-known/jwks.json",
    "/oauth/token",
    "/token",
    "/oauth/revoke",
    "/oauth/register",
    "/register",
    "/oauth/userinfo",
    "/oauth/test",
    "/mcp/protected/tools",
    "/mcp/protected/resources",
    "/mcp/protected/call/*",
    "/openapi.json",
    "/openapi.yaml",
];
