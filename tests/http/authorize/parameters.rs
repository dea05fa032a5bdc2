//! What a client hears of a request that cannot be answered, once its redirect URI is trusted.

use super::super::table;
use super::{vouched, vouched_by};
use crate::support::{ALICE, Browser, Client, Deployment, ISSUER, Node, Reply, Request};

/// What the client hears.
fn heard(reply: &Reply) -> String {
    let error = reply.parameter("error");
    let description = reply.parameter("error_description").unwrap_or_default();
    format!("{} {}: {description}", reply.status, error.unwrap_or_else(|| "no error".to_owned()))
}

/// Requests that are wrong in one way, and what each is called.
fn wrong(client: &Client) -> Vec<(&'static str, Request)> {
    let right = client.request();
    let many = (0..300).map(|number| format!("s{number}")).collect::<Vec<_>>().join(" ");
    vec![
        ("no response type", right.clone().without("response_type")),
        ("the implicit grant", right.clone().with("response_type", "token")),
        ("an ID token", right.clone().with("response_type", "id_token")),
        ("a code and a token", right.clone().with("response_type", "code token")),
        ("response type none", right.clone().with("response_type", "none")),
        ("the answer as a fragment", right.clone().with("response_mode", "fragment")),
        ("the answer as a form", right.clone().with("response_mode", "form_post")),
        ("no challenge", right.clone().without("code_challenge")),
        ("an empty challenge", right.clone().with("code_challenge", "")),
        ("a challenge of 42 characters", right.clone().with("code_challenge", &"a".repeat(42))),
        ("a challenge of 44 characters", right.clone().with("code_challenge", &"a".repeat(44))),
        (
            "a padded challenge",
            right.clone().with("code_challenge", &format!("{}=", "a".repeat(43))),
        ),
        (
            "a challenge that is not base64url",
            right.clone().with("code_challenge", &"+".repeat(43)),
        ),
        ("no challenge method", right.clone().without("code_challenge_method")),
        ("an empty challenge method", right.clone().with("code_challenge_method", "")),
        ("the method plain", right.clone().with("code_challenge_method", "plain")),
        ("the method S512", right.clone().with("code_challenge_method", "S512")),
        ("the method s256", right.clone().with("code_challenge_method", "s256")),
        ("a resource unknown here", right.clone().and("resource", "https://other.example/mcp")),
        (
            "a resource with a fragment",
            right.clone().and("resource", "http://127.0.0.1:9000/mcp#x"),
        ),
        ("a relative resource", right.clone().and("resource", "/mcp")),
        (
            "two resources in one parameter",
            right.clone().and("resource", "http://127.0.0.1:9000/mcp,http://127.0.0.1:9000/mcp"),
        ),
        (
            "two resources",
            right
                .clone()
                .and("resource", "http://127.0.0.1:9000/mcp")
                .and("resource", "https://other.example"),
        ),
        (
            "a resource with a final slash",
            right.clone().and("resource", "http://127.0.0.1:9000/mcp/"),
        ),
        ("a resource of another scheme", right.clone().and("resource", "ftp://127.0.0.1:9000/mcp")),
        ("a scope with a quote", right.clone().with("scope", "mcp:tools \"")),
        ("a scope with a control character", right.clone().with("scope", "mcp:tools \u{7}")),
        ("a scope longer than 1,000 bytes", right.clone().with("scope", &many)),
        ("a request object", right.clone().and("request", "eyJhbGciOiJub25lIn0.e30.")),
        ("a request URI", right.clone().and("request_uri", "https://client.example/request")),
        (
            "a request object and a request URI",
            right.and("request", "x").and("request_uri", "urn:x"),
        ),
    ]
}

#[test]
fn auz_06_what_cannot_be_answered_is_told_to_a_vouched_client() {
    let (node, client) = vouched();
    let rows = wrong(&client).into_iter().map(|(sentence, request)| {
        let reply = Browser::default().open(&node, &request.uri());
        assert_eq!(reply.parameter("state").as_deref(), Some("xyz"), "{sentence}");
        assert_eq!(reply.parameter("iss").as_deref(), Some(ISSUER), "{sentence}");
        assert_eq!(reply.parameter("code"), None, "{sentence}");
        assert!(reply.location().starts_with("https://app.example.com/callback?"), "{sentence}");
        (sentence, heard(&reply))
    });
    insta::assert_snapshot!(table(rows), @"
    no response type: 303 invalid_request: response_type is missing; send response_type=code
    the implicit grant: 303 unsupported_response_type: only response_type=code is supported
    an ID token: 303 unsupported_response_type: only response_type=code is supported
    a code and a token: 303 unsupported_response_type: only response_type=code is supported
    response type none: 303 unsupported_response_type: only response_type=code is supported
    the answer as a fragment: 303 invalid_request: only response_mode=query is supported
    the answer as a form: 303 invalid_request: only response_mode=query is supported
    no challenge: 303 invalid_request: code_challenge is missing; PKCE is required (was the address cut off?)
    an empty challenge: 303 invalid_request: code_challenge is missing; PKCE is required (was the address cut off?)
    a challenge of 42 characters: 303 invalid_request: code_challenge must be 43 base64url characters without padding
    a challenge of 44 characters: 303 invalid_request: code_challenge must be 43 base64url characters without padding
    a padded challenge: 303 invalid_request: code_challenge must be 43 base64url characters without padding
    a challenge that is not base64url: 303 invalid_request: code_challenge must be 43 base64url characters without padding
    no challenge method: 303 invalid_request: code_challenge_method must be S256; without it, plain would be meant (was the address cut off?)
    an empty challenge method: 303 invalid_request: code_challenge_method must be S256; without it, plain would be meant (was the address cut off?)
    the method plain: 303 invalid_request: code_challenge_method must be S256; without it, plain would be meant (was the address cut off?)
    the method S512: 303 invalid_request: code_challenge_method must be S256; without it, plain would be meant (was the address cut off?)
    the method s256: 303 invalid_request: code_challenge_method must be S256; without it, plain would be meant (was the address cut off?)
    a resource unknown here: 303 invalid_target: resource is not protected by this server; see the protected resource metadata
    a resource with a fragment: 303 invalid_target: resource must be an absolute URI without a fragment
    a relative resource: 303 invalid_target: resource must be an absolute URI without a fragment
    two resources in one parameter: 303 invalid_target: resource is not protected by this server; see the protected resource metadata
    two resources: 303 invalid_target: ask for one resource at a time
    a resource with a final slash: 303 invalid_target: resource is not protected by this server; see the protected resource metadata
    a resource of another scheme: 303 invalid_target: resource must be an absolute URI without a fragment
    a scope with a quote: 303 invalid_scope: scope has a character that scopes cannot have, or is too long
    a scope with a control character: 303 invalid_scope: scope has a character that scopes cannot have, or is too long
    a scope longer than 1,000 bytes: 303 invalid_scope: scope has a character that scopes cannot have, or is too long
    a request object: 303 request_not_supported: request objects are not supported
    a request URI: 303 request_uri_not_supported: request_uri is not supported
    a request object and a request URI: 303 request_not_supported: request objects are not supported
    ");
}

#[test]
fn auz_06_a_client_that_nobody_vouches_for_is_told_by_a_page_until_somebody_is_logged_in() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    for (sentence, request) in wrong(&client) {
        let reply = Browser::default().open(&node, &request.uri());
        let expected = "400 page: The application's request cannot be answered";
        assert_eq!(reply.outcome(), expected, "{sentence}");
        assert_eq!(reply.header("location"), None, "{sentence}");
    }
    let mut browser = Browser::default();
    browser.allow(&node, &client.request().uri(), ALICE);
    let reply = browser.open(&node, &client.request().without("code_challenge").uri());
    assert_eq!(reply.outcome(), "303 https://app.example.com/callback with invalid_request");
}

#[test]
fn a_loopback_client_is_told_at_once() {
    let node = Node::start(&Deployment::usual());
    let metadata = serde_json::json!({
        "redirect_uris": ["http://127.0.0.1/cb"],
        "token_endpoint_auth_method": "none",
    });
    let client = Client::register(&node, &metadata);
    let request = client.request().with("redirect_uri", "http://127.0.0.1:5000/cb");
    let reply = Browser::default().open(&node, &request.without("code_challenge").uri());
    assert_eq!(reply.outcome(), "303 http://127.0.0.1:5000/cb with invalid_request");
}

#[test]
fn auz_06_dcr_10_dcr_11_without_a_client_or_with_an_unknown_one_there_is_a_page() {
    let (node, client) = vouched();
    let registered = Client::public(&node);
    let elsewhere = Node::start(&Deployment::usual().at("https://staging.example.com"));
    let staging = Client::public(&elsewhere);
    let cut = &registered.id[..registered.id.len() - 1];
    let altered = registered.id.replacen("eyJ", "eyI", 1);
    let rows = [
        ("no client", client.request().without("client_id")),
        ("an empty client", client.request().with("client_id", "")),
        ("an unknown client", client.request().with("client_id", "nobody")),
        ("a registration cut short", registered.request().with("client_id", cut)),
        ("a registration altered", registered.request().with("client_id", &altered)),
        ("a registration of another issuer with the same secret", staging.request()),
        ("a client id too long to be one", client.request().with("client_id", &"x".repeat(4_000))),
    ];
    let rows = rows.map(|(sentence, request)| {
        let reply = Browser::default().open(&node, &request.uri());
        assert!(reply.header("location").is_none(), "{sentence}");
        let cause =
            crate::support::visible(&reply.body).lines().nth(1).unwrap_or_default().to_owned();
        (sentence, format!("{}: {cause}", reply.status))
    });
    insta::assert_snapshot!(table(rows), @"
    no client: 400: The address does not say which application is asking. It may have been cut off.
    an empty client: 400: The address does not say which application is asking. It may have been cut off.
    an unknown client: 400: The application that sent you here is not known to this server.
    a registration cut short: 400: The application that sent you here is not known to this server.
    a registration altered: 400: The application that sent you here is not known to this server.
    a registration of another issuer with the same secret: 400: The application that sent you here is not known to this server.
    a client id too long to be one: 400: The application that sent you here is not known to this server.
    ");
}

#[test]
fn scopes_that_cannot_be_granted_are_left_out() {
    let settings = "redirect_uris = [\"https://app.example.com/callback\"]\nscopes = [\"mcp:tools\", \"mcp:write\"]";
    let node = Node::start(&Deployment::usual().with_client("web", None, settings));
    let client = Client::known("web", None, "https://app.example.com/callback");
    let granted = |scope: &str, person: (&str, &str)| {
        let request = client.request().with("scope", scope);
        let reply = Browser::default().allow(&node, &request.uri(), person);
        client.redeem(&node, &reply.code()).text("scope")
    };
    let rows = [
        ("nothing", granted("", ALICE)),
        ("tools", granted("mcp:tools", ALICE)),
        ("what follows from another", granted("mcp:read", ALICE)),
        ("more than the client may have", granted("mcp:tools mcp:admin", ALICE)),
        ("only more than the client may have", granted("mcp:admin", ALICE)),
        ("what does not exist", granted("mcp:tools openid offline_access", ALICE)),
        ("twice the same", granted("mcp:tools mcp:tools", ALICE)),
        ("more than the person may allow", granted("mcp:tools mcp:write", crate::support::BOB)),
    ];
    insta::assert_snapshot!(table(rows), @"
    nothing: mcp:read mcp:tools
    tools: mcp:tools
    what follows from another: mcp:read
    more than the client may have: mcp:tools
    only more than the client may have: mcp:read mcp:tools
    what does not exist: mcp:tools
    twice the same: mcp:tools
    more than the person may allow: mcp:tools
    ");
}

#[test]
fn the_resource_may_be_left_out_or_named_by_its_origin_where_there_is_only_one() {
    let (node, client) = vouched();
    for resource in [
        "http://127.0.0.1:9000/mcp",
        "http://127.0.0.1:9000",
        "http://127.0.0.1:9000/",
        "HTTP://127.0.0.1:9000/mcp",
        "",
    ] {
        let request = client.request().and("resource", resource);
        let code = request.code(&node);
        let access = client.redeem(&node, &code).text("access_token");
        assert_eq!(node.test(&access).text("audience"), "http://127.0.0.1:9000/mcp", "{resource}");
    }
}

#[test]
fn of_two_resources_one_must_be_named() {
    let (node, client) = vouched_by(
        Deployment::usual().with("[[resources]]\npath = \"/other\"\nupstream = \"builtin\""),
    );
    let refused = |request: Request| heard(&Browser::default().open(&node, &request.uri()));
    let rows = [
        ("none", refused(client.request())),
        ("the origin", refused(client.request().and("resource", "http://127.0.0.1:9000/"))),
    ];
    insta::assert_snapshot!(table(rows), @"
    none: 303 invalid_target: resource is missing, and this server protects more than one
    the origin: 303 invalid_target: resource is not protected by this server; see the protected resource metadata
    ");
    let request = client.request().and("resource", "http://127.0.0.1:9000/other");
    let access = client.redeem(&node, &request.code(&node)).text("access_token");
    assert_eq!(node.test(&access).error(), "401 invalid_token", "it is not for the first resource");
}
