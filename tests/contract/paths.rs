//! The table of paths and methods, from which `Allow` is answered.

use sealbearer::contract::{PATHS, methods_of};

#[test]
fn paths_and_their_methods() {
    let lines: Vec<_> =
        PATHS.iter().map(|path| format!("{} {}", path.pattern, path.methods.join(" "))).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    / GET HEAD
    /.well-known/oauth-authorization-server GET HEAD
    /.well-known/oauth-authorization-server/* GET HEAD
    /.well-known/openid-configuration GET HEAD
    /.well-known/openid-configuration/* GET HEAD
    /:/.well-known/openid-configuration GET HEAD
    /.well-known/oauth-protected-resource GET HEAD
    /.well-known/oauth-protected-resource/* GET HEAD
    /.well-known/jwks.json GET HEAD
    /oauth/authorize GET HEAD POST
    /authorize GET HEAD POST
    /oauth/login POST
    /oauth/account POST
    /oauth/consent POST
    /oauth/logout GET HEAD POST
    /oauth/logout/confirm POST
    /oauth/callback GET HEAD
    /oauth/callback/: GET HEAD
    /oauth/token POST
    /token POST
    /oauth/introspect POST
    /oauth/revoke POST
    /oauth/order POST
    /oauth/register POST
    /register POST
    /oauth/userinfo GET HEAD POST
    /oauth/test GET HEAD
    /mcp GET HEAD POST DELETE
    /mcp/ GET HEAD POST DELETE
    /mcp/protected/tools GET HEAD
    /mcp/protected/resources GET HEAD
    /mcp/protected/call/: POST
    /healthz GET HEAD
    /readyz GET HEAD
    /openapi.json GET HEAD
    /openapi.yaml GET HEAD
    /docs GET HEAD
    /docs/oauth-receiver.html GET HEAD
    ");
}

#[test]
fn a_pattern_matches_whole_paths_only() {
    let table = [
        ("/oauth/token", Some("POST")),
        ("/oauth/token/", None),
        ("/oauth", None),
        ("", None),
        ("/", Some("GET HEAD")),
        ("//", None),
        ("/mcp/", Some("GET HEAD POST DELETE")),
        ("/mcp/x", None),
        ("/.well-known/openid-configuration", Some("GET HEAD")),
        ("/.well-known/openid-configuration/", None),
        ("/.well-known/openid-configuration/a/b/", Some("GET HEAD")),
        ("/a/.well-known/openid-configuration", Some("GET HEAD")),
        ("//.well-known/openid-configuration", None),
        ("/a/b/.well-known/openid-configuration", None),
    ];
    for (path, methods) in table {
        assert_eq!(methods_of(path).map(|methods| methods.join(" ")).as_deref(), methods, "{path}");
    }
}
