//! Keys that clients publish: fetched through the guarded way out, kept, and fetched again for a key that is new.
//! Source: RFC 7591 §2 (`jwks_uri`), OpenID Connect Core 1.0 §10.1.1; CIMD-24, CIMD-25.

use std::sync::Arc;

use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::assertion::ASSERTION_TYPE;
use serde_json::{Value, json};

use super::super::table;
use crate::support::documents::Site;
use crate::support::internet::Internet;
use crate::support::{
    Client, Deployment, ISSUER, Node, Reply, Request, Serve as _, Signer, Tokens,
};

const KEYS: &str = "https://keys.example.com/jwks";
const CLIENT: &str = "https://client.example.com/client.json";
const CALLBACK: &str = "https://client.example.com/callback";
const DAY: u64 = 86_400;

fn signer(name: &str) -> Signer {
    Signer::new(SigningAlgorithm::Es256, name)
}

fn set(signers: &[&Signer]) -> Value {
    json!({ "keys": signers.iter().map(|signer| signer.jwk()).collect::<Vec<_>>() })
}

/// A node that knows `robot` by the keys at [`KEYS`], and the site they are on.
fn scene(keys: &Value) -> (Node, Site) {
    let internet = Internet::new();
    let site = Site::open(&internet, "keys.example.com");
    site.put("/jwks", keys);
    let settings = format!("jwks_uri = \"{KEYS}\"\ngrant_types = [\"client_credentials\"]");
    let deployment = Deployment::usual().with_client("robot", None, &settings);
    (Node::start_in(&internet, &deployment), site)
}

fn assertion(node: &Node, signer: &Signer, id: &str) -> String {
    let now = node.clock().now().0;
    let number = u64::from_le_bytes(*node.server().world.random().first_chunk().expect("16 bytes"));
    let jti = number.to_string();
    signer.sign(
        &json!({ "iss": id, "sub": id, "aud": ISSUER, "exp": now + 60, "iat": now, "jti": jti }),
    )
}

fn signed(fields: Request, node: &Node, signer: &Signer, id: &str) -> Reply {
    let fields = fields.and("client_assertion_type", ASSERTION_TYPE);
    node.serve(&fields.and("client_assertion", &assertion(node, signer, id)).post())
}

fn ask(node: &Node, signer: &Signer) -> String {
    outcome(&signed(Request::of(&[("grant_type", "client_credentials")]), node, signer, "robot"))
}

fn outcome(reply: &Reply) -> String {
    if reply.status == 200 { "200".to_owned() } else { reply.error() }
}

#[test]
fn a_new_key_is_found_at_once_and_an_unknown_one_is_not_asked_for_again_and_again() {
    let (old, new, rogue) = (signer("a"), signer("b"), signer("c"));
    let (node, site) = scene(&set(&[&old]));
    assert_eq!(ask(&node, &old), "200");
    assert_eq!(ask(&node, &old), "200");
    assert_eq!(site.asked(), 1, "keys are kept");
    node.clock().pass(61);
    site.put("/jwks", &set(&[&old, &new]));
    assert_eq!(ask(&node, &new), "200");
    for _ in 0..5 {
        assert_eq!(ask(&node, &rogue), "401 invalid_client");
    }
    assert_eq!(site.asked(), 1, "whoever signs with unknown keys makes nobody fetch");
    node.clock().pass(61);
    assert_eq!(ask(&node, &rogue), "401 invalid_client");
    assert_eq!(site.asked(), 2);
}

/// A key that its owner took away is no longer believed once the copy is old.
#[test]
fn a_key_that_was_taken_away_ends_with_the_copy() {
    let (old, new) = (signer("a"), signer("b"));
    let (node, site) = scene(&set(&[&old]));
    assert_eq!(ask(&node, &old), "200");
    site.put("/jwks", &set(&[&new]));
    node.clock().pass(DAY);
    assert_eq!(ask(&node, &old), "401 invalid_client");
    assert_eq!(ask(&node, &new), "200");
}

#[test]
fn keys_that_cannot_be_had_are_our_trouble_and_keys_that_are_none_are_not() {
    let signer = signer("a");
    let (node, site) = scene(&set(&[&signer]));
    site.clear();
    let reply =
        signed(Request::of(&[("grant_type", "client_credentials")]), &node, &signer, "robot");
    assert_eq!(outcome(&reply), "503 temporarily_unavailable");
    assert!(reply.header("retry-after").is_some());
    let mut private = signer.jwk();
    private["d"] = json!("AAAA");
    for keys in [json!({ "keys": [private] }), json!({ "keys": [] }), json!([])] {
        let (node, _site) = scene(&keys);
        assert_eq!(ask(&node, &signer), "401 invalid_client");
    }
}

/// A stale copy serves while the host fails, for a day and no longer.
#[test]
fn a_copy_outlives_its_host_for_a_day() {
    let signer = signer("a");
    let (node, site) = scene(&set(&[&signer]));
    assert_eq!(ask(&node, &signer), "200");
    site.clear();
    node.clock().pass(DAY - 60);
    assert_eq!(ask(&node, &signer), "200");
    node.clock().pass(2 * DAY);
    assert_eq!(ask(&node, &signer), "503 temporarily_unavailable");
}

/// Some hosted clients name `private_key_jwt`, alone or beside `none` (CIMD-24, CIMD-25).
#[test]
fn a_client_that_is_a_document_proves_itself_as_its_document_says() {
    let (own, rogue) = (signer("a"), signer("a"));
    let document = |methods: &[&str]| {
        json!({
            "client_id": CLIENT,
            "client_name": "Editor",
            "redirect_uris": [CALLBACK],
            "token_endpoint_auth_methods_supported": methods,
            "jwks": set(&[&own]),
        })
    };
    let outcomes = |methods: &[&str]| {
        let internet: Arc<Internet> = Internet::new();
        let _site = Site::with(&internet, &document(methods));
        let node = Node::start_in(&internet, &Deployment::usual());
        let client = Client::known(CLIENT, None, CALLBACK);
        let redemption = || client.redemption(&client.code(&node));
        let by_key = |signer| outcome(&signed(redemption(), &node, signer, CLIENT));
        let rows = [
            ("its own key", by_key(&own)),
            ("another key", by_key(&rogue)),
            ("its name alone", outcome(&node.serve(&redemption().post()))),
            ("a secret", outcome(&node.serve(&redemption().and("client_secret", "x").post()))),
        ];
        table(rows)
    };
    insta::assert_snapshot!(outcomes(&["private_key_jwt"]), @r"
    its own key: 200
    another key: 401 invalid_client
    its name alone: 401 invalid_client
    a secret: 401 invalid_client
    ");
    insta::assert_snapshot!(outcomes(&["none", "private_key_jwt"]), @r"
    its own key: 200
    another key: 401 invalid_client
    its name alone: 200
    a secret: 401 invalid_client
    ");
}

/// A person's tokens are renewed with a new assertion each time.
#[test]
fn a_refresh_is_signed_too() {
    let (own, internet) = (signer("a"), Internet::new());
    let document = json!({
        "client_id": CLIENT,
        "client_name": "Editor",
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": set(&[&own]),
    });
    let _site = Site::with(&internet, &document);
    let node = Node::start_in(&internet, &Deployment::usual());
    let client = Client::known(CLIENT, None, CALLBACK);
    let first = Tokens::of(&signed(client.redemption(&client.code(&node)), &node, &own, CLIENT));
    assert_eq!(outcome(&client.refresh(&node, first.refresh())), "401 invalid_client");
    let second = Tokens::of(&signed(client.renewal(first.refresh()), &node, &own, CLIENT));
    assert_ne!(second.access, first.access);
}
