//! Who the person is: ID tokens, `GET|POST /oauth/userinfo`, and what discovery says of them.
//! Source: OpenID Connect Core 1.0 §2, §3.1.3, §5.3, §5.4; OpenID Connect Discovery 1.0 §3.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sealbearer::ledger::Ledger;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::table;
use super::token::replays::Distant;
use crate::support::{ALICE, Ask, Browser, Client, Deployment, Node, Reply, Serve as _, Tokens};

/// A node whose ring has a signing key, and a client.
fn setting() -> (Node, Client) {
    let node = Node::start(&Deployment::usual().signing());
    let client = Client::public(&node);
    (node, client)
}

/// The token answer to a code that alice allowed for `scope`.
fn redeemed(node: &Node, client: &Client, scope: &str, nonce: Option<&str>) -> Reply {
    let request = client.request().with("scope", scope);
    let request = nonce.map_or(request.clone(), |nonce| request.with("nonce", nonce));
    client.redeem(node, &request.code(node))
}

/// The claims of a signed token.
fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a JWT has three parts");
    let payload = URL_SAFE_NO_PAD.decode(payload).expect("it is base64url");
    serde_json::from_slice(&payload).expect("it is JSON")
}

fn userinfo(node: &Node, access: &str) -> Reply {
    node.serve(&Ask::get("/oauth/userinfo").bearer(access))
}

/// Who has to wait hears that, not that the token is no good.
#[test]
fn while_the_ledger_is_gone_nobody_is_told_who_the_person_is() {
    let ledger = Distant::new();
    let shared = Arc::clone(&ledger) as Arc<dyn Ledger>;
    let node = Node::start_with(&Deployment::usual().signing(), shared);
    let client = Client::public(&node);
    let access = redeemed(&node, &client, "openid mcp:tools", None).text("access_token");
    ledger.is_gone.store(true, Ordering::Relaxed);
    let reply = userinfo(&node, &access);
    assert_eq!(reply.error(), "503 temporarily_unavailable");
    assert_eq!((reply.header("retry-after"), reply.header("www-authenticate")), (Some("1"), None));
    ledger.is_gone.store(false, Ordering::Relaxed);
    assert_eq!(userinfo(&node, &access).status, 200);
}

#[test]
fn an_id_token_says_who_logged_in_when_and_for_whom() {
    let (node, client) = setting();
    let mut browser = Browser::default();
    let uri = client
        .request()
        .with("scope", "openid profile email mcp:tools")
        .with("nonce", "n-0S6")
        .uri();
    let page = browser.open(&node, &uri);
    let page = browser.log_in(&node, &page, ALICE);
    let logged_in_at = node.clock().now();
    node.clock().pass(7);
    let code = browser.decide(&node, &page, "allow").code();
    let allowed_at = node.clock().now();
    node.clock().pass(5);
    let reply = client.redeem(&node, &code);
    assert_eq!(reply.text("scope"), "email mcp:tools openid profile");
    let told = claims(&reply.text("id_token"));
    let half = &Sha256::digest(reply.text("access_token"))[..16];
    let expected = serde_json::json!({
        "iss": node.issuer(), "sub": "u:alice", "aud": client.id, "nonce": "n-0S6", "amr": ["pwd"],
        "iat": allowed_at.0, "exp": allowed_at.0 + 3_600, "auth_time": logged_in_at.0,
        "at_hash": URL_SAFE_NO_PAD.encode(half),
        "name": "Alice Example", "preferred_username": "alice", "email": "alice@example.com",
    });
    assert_eq!(told, expected);
    let refreshed = client.refresh(&node, Tokens::of(&reply).refresh());
    assert!(refreshed.json().get("id_token").is_none(), "a refresh tells nothing new");
}

/// OpenID Connect Core §3.1.2.1, §5.4: each scope tells what it stands for, and without `openid` there is no ID token.
#[test]
fn what_each_scope_tells() {
    let (node, client) = setting();
    let rows = ["mcp:tools", "profile email mcp:tools", "openid", "openid profile", "openid email"]
        .map(|scope| {
            let reply = redeemed(&node, &client, scope, None);
            let members = |value: &Value| {
                let names = value.as_object().into_iter().flat_map(|members| members.keys());
                let personal = ["sub", "name", "preferred_username", "email", "error"];
                let told = names.filter(|name| personal.contains(&name.as_str()));
                told.cloned().collect::<Vec<_>>().join(" ")
            };
            let token = reply.json()["id_token"].as_str().map(|token| members(&claims(token)));
            let info = userinfo(&node, &reply.text("access_token"));
            (scope, format!("token {token:?}, userinfo {} {}", info.status, members(&info.json())))
        });
    insta::assert_snapshot!(table(rows), @r#"
    mcp:tools: token None, userinfo 403 error
    profile email mcp:tools: token None, userinfo 403 error
    openid: token Some("sub"), userinfo 200 sub
    openid profile: token Some("sub name preferred_username"), userinfo 200 sub name preferred_username
    openid email: token Some("sub email"), userinfo 200 sub email
    "#);
}

/// OpenID Connect Core §5.3.3, RFC 6750 §3.1: how the endpoint refuses.
#[test]
fn every_refusal_of_userinfo() {
    let (node, client) = setting();
    let reply = redeemed(&node, &client, "openid", None);
    let (access, id_token) = (reply.text("access_token"), reply.text("id_token"));
    let refresh = Tokens::of(&reply).refresh().to_owned();
    let narrow = redeemed(&node, &client, "mcp:tools", None).text("access_token");
    let ask = |ask: Ask| {
        let reply = node.serve(&ask);
        let challenge = reply.header("www-authenticate").unwrap_or_default().to_owned();
        format!("{} {challenge}", reply.status)
    };
    let get = || Ask::get("/oauth/userinfo");
    let mut rows = vec![
        ("good", ask(get().bearer(&access))),
        ("good, by POST", ask(Ask::new("POST", "/oauth/userinfo").bearer(&access))),
        ("no token", ask(get())),
        ("no openid", ask(get().bearer(&narrow))),
        ("an ID token", ask(get().bearer(&id_token))),
        ("a refresh token", ask(get().bearer(&refresh))),
        ("nonsense", ask(get().bearer("nonsense"))),
        ("in the query", ask(Ask::get(format!("/oauth/userinfo?access_token={access}")))),
        ("twice", ask(get().bearer(&access).with("authorization", format!("Bearer {access}")))),
    ];
    node.clock().pass(3_660);
    rows.push(("after its end", ask(get().bearer(&access))));
    insta::assert_snapshot!(table(rows), @r#"
    good: 200 
    good, by POST: 200 
    no token: 401 Bearer scope="openid"
    no openid: 403 Bearer error="insufficient_scope", error_description="This needs scopes that were not granted; reconnect and grant them", scope="openid"
    an ID token: 401 Bearer error="invalid_token", error_description="The access token is not valid here, or was revoked", scope="openid"
    a refresh token: 401 Bearer error="invalid_token", error_description="The access token is not valid here, or was revoked", scope="openid"
    nonsense: 401 Bearer error="invalid_token", error_description="The access token is not valid here, or was revoked", scope="openid"
    in the query: 401 Bearer scope="openid"
    twice: 400 Bearer error="invalid_request", error_description="Send one access token, in one Authorization header", scope="openid"
    after its end: 401 Bearer error="invalid_token", error_description="The access token has expired", scope="openid"
    "#);
}

#[test]
fn scripts_of_other_origins_may_ask_who_the_person_is() {
    let (node, _) = setting();
    let reply = node.serve(&Ask::get("/oauth/userinfo").with("origin", "https://app.example"));
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
}

// Length: one document, as it is sent.
/// OpenID Connect Discovery §3: complete where there is a provider, and no word of it where there is none.
#[test]
fn discovery_says_what_is_there() {
    let (node, _) = setting();
    let document = |node: &Node| node.serve(&Ask::get("/.well-known/openid-configuration")).json();
    let oauth = |node: &Node| node.serve(&Ask::get("/.well-known/oauth-authorization-server"));
    let (openid, plain) = (document(&node), oauth(&node).json());
    let members = openid.as_object().expect("it is an object");
    let added = members.iter().filter(|(name, value)| plain.get(name) != Some(*value));
    let added = added.map(|(name, value)| (name, value.to_string()));
    insta::assert_snapshot!(table(added), @r#"
    scopes_supported: ["email","mcp:prompts","mcp:read","mcp:resources","mcp:tools","openid","profile"]
    userinfo_endpoint: "http://127.0.0.1:9000/oauth/userinfo"
    end_session_endpoint: "http://127.0.0.1:9000/oauth/logout"
    subject_types_supported: ["public"]
    id_token_signing_alg_values_supported: ["ES256"]
    response_modes_supported: ["query"]
    request_uri_parameter_supported: false
    prompt_values_supported: ["none","login","consent","select_account"]
    claims_supported: ["iss","sub","aud","iat","exp","auth_time","nonce","at_hash","amr","name","preferred_username","email"]
    "#);
    assert!(oauth(&node).body.len() < 1_024, "{}", oauth(&node).body.len());
    let without_key = Node::start(&Deployment::usual());
    let turned_off = Node::start(&Deployment::usual().signing().with("[openid]\nenabled = false"));
    for node in [without_key, turned_off] {
        assert_eq!(document(&node), oauth(&node).json());
        let client = Client::public(&node);
        let reply = redeemed(&node, &client, "openid mcp:tools", Some("n"));
        assert_eq!(
            (reply.text("scope"), reply.json().get("id_token")),
            ("mcp:tools".to_owned(), None)
        );
        assert_eq!(userinfo(&node, &reply.text("access_token")).status, 403);
    }
}

/// What a client keeps does not grow for those who do not ask who the person is.
#[test]
fn only_who_asks_carries_an_id_token() {
    let (node, client) = setting();
    let plain = redeemed(&node, &client, "mcp:tools", Some("n-0S6_WzA2Mj"));
    assert!(plain.json().get("id_token").is_none());
    let code = |scope: &str, nonce: &str| {
        client.request().with("scope", scope).with("nonce", nonce).code(&node).len()
    };
    assert_eq!(code("mcp:tools", &"n".repeat(256)), code("mcp:tools", "n"));
    assert!(code("openid", &"n".repeat(256)) < 1_200);
}
