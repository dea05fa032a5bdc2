//! Every refusal of an entry of a list: scopes, users, clients, resources.

use super::{HASH, table};

#[test]
fn every_refusal_of_a_scope() {
    insta::assert_snapshot!(table(&[
        "[[scopes]]\nname = \"a b\"\ndescription = \"Use it\"",
        "[[scopes]]\nname = \"a\"",
        "[[scopes]]\ndescription = \"Use it\"",
        "[[scopes]]\nname = \"a\"\ndescription = \"two\\nlines\"",
        "[[scopes]]\nname = \"a\"\ndescription = \"A\"\n[[scopes]]\nname = \"a\"\ndescription = \"B\"",
        "[[scopes]]\nname = \"read\"\ndescription = \"A\"\n[[scopes]]\nname = \"write\"\ndescription = \"B\"\nimplies = [\"reed\"]",
        "[[scopes]]\nname = \"a\"\ndescription = \"A\"\nimplies = [\"a\"]",
        "[[scopes]]\nname = \"a\"\ndescription = \"A\"\nimplies = [\"b\"]\n[[scopes]]\nname = \"b\"\ndescription = \"B\"\nimplies = [\"c\"]\n\
         [[scopes]]\nname = \"c\"\ndescription = \"C\"\nimplies = [\"b\"]",
    ]), @r#"
[[scopes]]
name = "a b"
description = "Use it"
  -> sealbearer.toml:9: scopes[0].name is not a scope token (RFC 6749 §3.3). Use printable ASCII without space, quote and backslash, 64 characters at most.
[[scopes]]
name = "a"
  -> sealbearer.toml:8: scopes[0].description is missing. Write what the consent page shall say it allows.
[[scopes]]
description = "Use it"
  -> sealbearer.toml:8: scopes[0].name is missing. Write name = "mcp:tools".
[[scopes]]
name = "a"
description = "two\nlines"
  -> sealbearer.toml:10: scopes[0].description must be one line of at most 200 characters. Shorten it; no control characters, no space at its ends.
[[scopes]]
name = "a"
description = "A"
[[scopes]]
name = "a"
description = "B"
  -> sealbearer.toml:12: scopes[1].name declares "a" twice. Remove one of the two.
[[scopes]]
name = "read"
description = "A"
[[scopes]]
name = "write"
description = "B"
implies = ["reed"]
  -> sealbearer.toml:14: scopes[1].implies names the scope "reed", which is not declared. Did you mean "read"?
[[scopes]]
name = "a"
description = "A"
implies = ["a"]
  -> sealbearer.toml:11: scopes[0].implies leads back to "a". Remove one step of the circle.
[[scopes]]
name = "a"
description = "A"
implies = ["b"]
[[scopes]]
name = "b"
description = "B"
implies = ["c"]
[[scopes]]
name = "c"
description = "C"
implies = ["b"]
  -> sealbearer.toml:15: scopes[1].implies leads back to "b". Remove one step of the circle.
     sealbearer.toml:19: scopes[2].implies leads back to "c". Remove one step of the circle.
"#);
}

#[test]
fn every_refusal_of_a_user() {
    let user =
        |rest: &str| format!("[[users]]\nname = \"alice\"\npassword_hash = \"{HASH}\"\n{rest}");
    let changes = [
        "[[users]]\nname = \"alice\"".to_owned(),
        "[[users]]\nname = \"alice\"\npassword = \"hunter2\"".to_owned(),
        format!("[[users]]\nname = \" alice\"\npassword_hash = \"{HASH}\""),
        user("[[users]]\nname = \"alice\"\npassword_hash = \"plain\""),
        user("email = \"alice\""),
        user("display_name = \"\""),
        user("scopes = [\"mcp:everything\"]"),
        user("admin = true"),
    ];
    insta::assert_snapshot!(table(&changes.each_ref().map(String::as_str)).replace(HASH, "HASH"), @r#"
[[users]]
name = "alice"
  -> sealbearer.toml:8: users[0].password_hash is missing. Write password_hash = what `sealbearer user hash` prints.
[[users]]
name = "alice"
password = "hunter2"
  -> sealbearer.toml:10: users[0].password must not stand in a file. Write password_hash = what `sealbearer user hash` prints.
     sealbearer.toml:8: users[0].password_hash is missing. Write password_hash = what `sealbearer user hash` prints.
[[users]]
name = " alice"
password_hash = "HASH"
  -> sealbearer.toml:9: users[0].name must be one line of at most 64 characters. Shorten it; no control characters, no space at its ends.
[[users]]
name = "alice"
password_hash = "HASH"
[[users]]
name = "alice"
password_hash = "plain"
  -> sealbearer.toml:12: users[1].name names "alice" twice. Remove one of the two.
     sealbearer.toml:13: users[1].password_hash is not a PHC string. Write password_hash = what `sealbearer user hash` prints.
[[users]]
name = "alice"
password_hash = "HASH"
email = "alice"
  -> sealbearer.toml:11: users[0].email is not an email address. Write name@host, or leave it out.
[[users]]
name = "alice"
password_hash = "HASH"
display_name = ""
  -> sealbearer.toml:11: users[0].display_name must be a text that is not empty. Write it in double quotes.
[[users]]
name = "alice"
password_hash = "HASH"
scopes = ["mcp:everything"]
  -> sealbearer.toml:11: users[0].scopes[0] names the scope "mcp:everything", which is not declared. Declare it as [[scopes]].
[[users]]
name = "alice"
password_hash = "HASH"
admin = true
  -> sealbearer.toml:11: users[0].admin is not a setting. Remove it; known here: name, password_hash, email, display_name, scopes, revoked_before.
"#);
}

/// The lines of a client called `app` with one loopback redirect URI.
fn app(rest: &str) -> String {
    format!("[[clients]]\nid = \"app\"\nredirect_uris = [\"http://127.0.0.1/cb\"]\n{rest}")
}

#[test]
fn every_refusal_of_what_a_client_is() {
    let other = "[[clients]]\nid = \"app\"\nredirect_uris = [\"https://app.example.com/cb\"]";
    let changes = [
        "[[clients]]\nname = \"App\"\nredirect_uris = [\"https://app.example.com/cb\"]".to_owned(),
        app("").replace("\"app\"", "\"https://app.example.com\""),
        app("").replace("\"app\"", "\"eyJhbGciOiJIUzI1NiJ9.e30.c2ln\""),
        app(other),
        "[[clients]]\nid = \"app\"".to_owned(),
        app("secret = \"hunter2\""),
        app("secret_hash = \"abcd\""),
        app("redirect_uri = \"https://app.example.com/cb\""),
    ];
    insta::assert_snapshot!(table(&changes.each_ref().map(String::as_str)), @r#"
[[clients]]
name = "App"
redirect_uris = ["https://app.example.com/cb"]
  -> sealbearer.toml:8: clients[0].id is missing. Run `sealbearer client add`, or choose an id.
[[clients]]
id = "https://app.example.com"
redirect_uris = ["http://127.0.0.1/cb"]
  -> sealbearer.toml:9: clients[0].id cannot be the id of a configured client. Use 1 to 64 of A-Z a-z 0-9 . _ ~ - and do not begin with eyJ.
[[clients]]
id = "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"
redirect_uris = ["http://127.0.0.1/cb"]
  -> sealbearer.toml:9: clients[0].id cannot be the id of a configured client. Use 1 to 64 of A-Z a-z 0-9 . _ ~ - and do not begin with eyJ.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
[[clients]]
id = "app"
redirect_uris = ["https://app.example.com/cb"]
  -> sealbearer.toml:12: clients[1].id names "app" twice. Remove one of the two.
[[clients]]
id = "app"
  -> sealbearer.toml:8: clients[0].redirect_uris is empty, but authorization_code needs one. Write redirect_uris = ["https://..."], or grant_types = ["client_credentials"].
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
secret = "hunter2"
  -> sealbearer.toml:11: clients[0].secret must not stand in a file. Run `sealbearer client add` and write secret_hash = what it prints.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
secret_hash = "abcd"
  -> sealbearer.toml:11: clients[0].secret_hash is neither a SHA-256 (64 hex digits or 43 of base64url) nor an argon2id PHC string. Run `sealbearer client add` and write secret_hash = what it prints.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
redirect_uri = "https://app.example.com/cb"
  -> sealbearer.toml:11: clients[0].redirect_uri is not a setting. Did you mean "redirect_uris"?
"#);
}

#[test]
fn every_refusal_of_what_a_client_may() {
    let hash = format!("secret_hash = \"{}\"", "ab".repeat(32));
    let changes = [
        app("grant_types = [\"password\"]"),
        app("grant_types = []"),
        app("grant_types = [\"client_credentials\"]"),
        app(&format!("{hash}\ngrant_types = [\"refresh_token\"]")),
        app("refresh_rotation = false"),
        app("consent = \"implied\""),
        app("consent = \"never\""),
        app("scopes = [\"mcp:tols\"]"),
    ];
    insta::assert_snapshot!(table(&changes.each_ref().map(String::as_str)), @r#"
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
grant_types = ["password"]
  -> sealbearer.toml:11: clients[0].grant_types[0] is "password", which is not one of its values. Write "authorization_code" or "refresh_token" or "client_credentials".
     sealbearer.toml:11: clients[0].grant_types names no grant. Leave it out for authorization_code and refresh_token.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
grant_types = []
  -> sealbearer.toml:11: clients[0].grant_types names no grant. Leave it out for authorization_code and refresh_token.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
grant_types = ["client_credentials"]
  -> sealbearer.toml:11: clients[0].grant_types has client_credentials, which a client without a secret must not use (RFC 6749 §4.4). Run `sealbearer client add` and write secret_hash = what it prints.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
secret_hash = "abababababababababababababababababababababababababababababababab"
grant_types = ["refresh_token"]
  -> sealbearer.toml:12: clients[0].grant_types has refresh_token without authorization_code. Add it, or remove refresh_token.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
refresh_rotation = false
  -> sealbearer.toml:11: clients[0].refresh_rotation must not be false for a public client (OAuth 2.1 §4.3.1). Give the client a secret, or leave it out.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
consent = "implied"
  -> sealbearer.toml:11: clients[0].consent must not be "implied": any program on the person's machine could pose as this client. Write "remembered", give it a secret, or use https redirect URIs only.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
consent = "never"
  -> sealbearer.toml:11: clients[0].consent is "never", which is not one of its values. Write "always" or "remembered" or "implied".
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
scopes = ["mcp:tols"]
  -> sealbearer.toml:11: clients[0].scopes[0] names the scope "mcp:tols", which is not declared. Did you mean "mcp:tools"?
"#);
}

#[test]
fn every_refusal_of_a_redirect_uri() {
    let uris = [
        "http://app.example.com/cb",
        "https://app.example.com/cb#top",
        "https://alice@app.example.com/cb",
        "/cb",
        "https://app.example.com/a b",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "blob:https://app.example.com/1",
        "about:blank",
        "windsurf://cb",
        "urn:ietf:wg:oauth:2.0:oob:auto",
    ];
    let row = |uri| {
        let outcome =
            super::outcome_of(&format!("[[clients]]\nid = \"app\"\nredirect_uris = [\"{uri}\"]"));
        format!("{uri} -> {}", outcome.split(". Write").next().unwrap_or_default())
    };
    insta::assert_snapshot!(uris.map(row).join("\n"), @r#"
http://app.example.com/cb -> sealbearer.toml:10: clients[0].redirect_uris[0] must be https, because its host is not 127.0.0.1, [::1] or localhost
https://app.example.com/cb#top -> sealbearer.toml:10: clients[0].redirect_uris[0] must not have a fragment
https://alice@app.example.com/cb -> sealbearer.toml:10: clients[0].redirect_uris[0] must not contain a user or password
/cb -> sealbearer.toml:10: clients[0].redirect_uris[0] is not an absolute URI in printable ASCII
https://app.example.com/a b -> sealbearer.toml:10: clients[0].redirect_uris[0] is not an absolute URI in printable ASCII
javascript:alert(1) -> sealbearer.toml:10: clients[0].redirect_uris[0] has a scheme that is dangerous or not in registration.redirect_schemes
JavaScript:alert(1) -> sealbearer.toml:10: clients[0].redirect_uris[0] has a scheme that is dangerous or not in registration.redirect_schemes
data:text/html,x -> sealbearer.toml:10: clients[0].redirect_uris[0] has a scheme that is dangerous or not in registration.redirect_schemes
file:///etc/passwd -> sealbearer.toml:10: clients[0].redirect_uris[0] has a scheme that is dangerous or not in registration.redirect_schemes
vbscript:x -> sealbearer.toml:10: clients[0].redirect_uris[0] has a scheme that is dangerous or not in registration.redirect_schemes
blob:https://app.example.com/1 -> sealbearer.toml:10: clients[0].redirect_uris[0] has a scheme that is dangerous or not in registration.redirect_schemes
about:blank -> sealbearer.toml:10: clients[0].redirect_uris[0] has a scheme that is dangerous or not in registration.redirect_schemes
windsurf://cb -> sealbearer.toml:10: clients[0].redirect_uris[0] has a scheme that is dangerous or not in registration.redirect_schemes
urn:ietf:wg:oauth:2.0:oob:auto -> sealbearer.toml:10: clients[0].redirect_uris[0] has a scheme that is dangerous or not in registration.redirect_schemes
"#);
}

#[test]
fn every_refusal_of_a_resource() {
    insta::assert_snapshot!(table(&[
        "[[resources]]\nupstream = \"builtin\"",
        "[[resources]]\npath = \"/other\"",
        "[[resources]]\npath = \"/other\"\nupstream = \"http://127.0.0.1:3000/mcp\"",
        "[[resources]]\npath = \"/b\"\nupstream = \"builtin\"\nscopes = [\"mcp:admim\"]",
        "[[resources]]\npath = \"/b\"\nupstream = \"builtin\"\naccess_token = \"signed\"",
    ]), @r#"
    [[resources]]
    upstream = "builtin"
      -> sealbearer.toml:8: resources[1].path is missing. Write path = "/mcp", or identifier = "https://mcp.example.com/mcp" for another server.
    [[resources]]
    path = "/other"
      -> sealbearer.toml:8: resources[1].upstream is missing. Write upstream = "builtin", or the URL of an MCP server.
    [[resources]]
    path = "/other"
    upstream = "http://127.0.0.1:3000/mcp"
      -> accepted
    [[resources]]
    path = "/b"
    upstream = "builtin"
    scopes = ["mcp:admim"]
      -> sealbearer.toml:11: resources[1].scopes[0] names the scope "mcp:admim", which is not declared. Did you mean "mcp:admin"?
    [[resources]]
    path = "/b"
    upstream = "builtin"
    access_token = "signed"
      -> accepted
    "#);
}

#[test]
fn met_06_every_refusal_of_the_path_of_a_resource() {
    let paths = [
        "/mcp",
        "mcp",
        "/",
        "/a/",
        "//a",
        "/a/../b",
        "/a?b",
        "/a{b}",
        "/oauth/mcp",
        "/.well-known",
        "/docs",
        "/healthz",
        "/readyz",
        "/authorize",
        "/token",
        "/register",
        "/openapi.json",
        "/openapi.yaml",
    ];
    let row = |path| {
        let outcome =
            super::outcome_of(&format!("[[resources]]\npath = \"{path}\"\nupstream = \"builtin\""));
        format!("{path} -> {}", outcome.split(". ").next().unwrap_or_default().trim_end())
    };
    insta::assert_snapshot!(paths.map(row).join("\n"), @r#"
/mcp -> sealbearer.toml:9: resources[1].path names "/mcp" twice
mcp -> sealbearer.toml:9: resources[1].path must begin with a slash
/ -> sealbearer.toml:9: resources[1].path must be segments of A-Z a-z 0-9
/a/ -> sealbearer.toml:9: resources[1].path must be segments of A-Z a-z 0-9
//a -> sealbearer.toml:9: resources[1].path must be segments of A-Z a-z 0-9
/a/../b -> sealbearer.toml:9: resources[1].path must be segments of A-Z a-z 0-9
/a?b -> sealbearer.toml:9: resources[1].path must be segments of A-Z a-z 0-9
/a{b} -> sealbearer.toml:9: resources[1].path must be segments of A-Z a-z 0-9
/oauth/mcp -> sealbearer.toml:9: resources[1].path lies at /oauth, which is the server's own
/.well-known -> sealbearer.toml:9: resources[1].path lies at /.well-known, which is the server's own
/docs -> sealbearer.toml:9: resources[1].path lies at /docs, which is the server's own
/healthz -> sealbearer.toml:9: resources[1].path lies at /healthz, which is the server's own
/readyz -> sealbearer.toml:9: resources[1].path lies at /readyz, which is the server's own
/authorize -> sealbearer.toml:9: resources[1].path lies at /authorize, which is the server's own
/token -> sealbearer.toml:9: resources[1].path lies at /token, which is the server's own
/register -> sealbearer.toml:9: resources[1].path lies at /register, which is the server's own
/openapi.json -> sealbearer.toml:9: resources[1].path lies at /openapi.json, which is the server's own
/openapi.yaml -> sealbearer.toml:9: resources[1].path lies at /openapi.yaml, which is the server's own
"#);
}
