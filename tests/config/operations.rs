//! What an operator may take away from one client, and what is refused of it.

use super::table;

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
