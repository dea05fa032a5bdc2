//! Clients that sign instead of sharing a secret: `private_key_jwt`.
//! Source: RFC 7523 §2.2, RFC 7521 §4.2, OpenID Connect Core 1.0 §9.

use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::assertion::{ASSERTION_TYPE, SKEW_SECONDS};
use serde_json::{Value, json};

use super::super::table;
use crate::seal::foreign::SIGNERS;
use crate::support::{
    Ask, Client, Deployment, Fleet, ISSUER, Node, Reply, Request, Serve, Signer, Tokens,
};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

/// A deployment that knows `robot` by the key of `signer`, and a client with a secret.
fn deployment(signer: &Signer) -> Deployment {
    let keys = format!("jwks = '{}'\ngrant_types = [\"client_credentials\"]", signer.key_set());
    let machine = "grant_types = [\"client_credentials\"]";
    Deployment::usual().with_client("robot", None, &keys).with_client(
        "machine",
        Some("0123456789abcdef0123456789abcdef"),
        machine,
    )
}

fn es256() -> &'static Signer {
    &SIGNERS[1]
}

fn node() -> Node {
    Node::start(&deployment(es256()))
}

/// Claims that prove `id` for the next minute.
fn claims(at: &impl Serve, id: &str, jti: &str) -> Value {
    let now = at.clock().now().0;
    json!({ "iss": id, "sub": id, "aud": ISSUER, "exp": now + 60, "iat": now, "jti": jti })
}

fn ask(assertion: &str) -> Request {
    Request::of(&[
        GRANT,
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
    ])
}

fn outcome(reply: &Reply) -> String {
    if reply.status == 200 { "200".to_owned() } else { reply.error() }
}

#[test]
fn every_algorithm_proves_a_client() {
    for signer in &*SIGNERS {
        let node = Node::start(&deployment(signer));
        let reply = node.serve(&ask(&signer.sign(&claims(&node, "robot", "1"))).post());
        let tokens = Tokens::of(&reply);
        assert_eq!(tokens.refresh, None);
        assert_eq!(node.test(&tokens.access).text("subject"), "c:robot");
    }
}

/// The body names the client or does not; `sub` does in any case (RFC 7521 §4.2).
#[test]
fn a_client_id_may_stand_beside_if_it_is_the_same() {
    let node = node();
    let sent = |jti: &str, id: &str| {
        let assertion = es256().sign(&claims(&node, "robot", jti));
        outcome(&node.serve(&ask(&assertion).and("client_id", id).post()))
    };
    assert_eq!(sent("1", "robot"), "200");
    assert_eq!(sent("2", "machine"), "401 invalid_client");
    assert_eq!(sent("3", "nobody"), "401 invalid_client");
}

#[test]
fn tok_19_the_audience_is_this_server_alone() {
    let outcomes = |node: &Node| {
        let endpoint = format!("{ISSUER}/oauth/token");
        let rows = [
            ("the issuer", json!(ISSUER)),
            ("the issuer in a list", json!([ISSUER])),
            ("the token endpoint", json!(endpoint)),
            ("the token endpoint at the root", json!(format!("{ISSUER}/token"))),
            ("both", json!([ISSUER, endpoint])),
            ("somebody else besides", json!([ISSUER, "https://other.example"])),
            ("somebody else", json!("https://other.example")),
            ("with a slash", json!(format!("{ISSUER}/"))),
            ("another endpoint", json!(format!("{ISSUER}/oauth/authorize"))),
            ("an empty list", json!([])),
            ("a number", json!(1)),
            ("nothing", Value::Null),
        ];
        let rows = rows.map(|(title, audience)| {
            let mut claims = claims(node, "robot", title);
            claims["aud"] = audience;
            (title, outcome(&node.serve(&ask(&es256().sign(&claims)).post())))
        });
        table(rows)
    };
    insta::assert_snapshot!(outcomes(&node()), @r"
    the issuer: 200
    the issuer in a list: 200
    the token endpoint: 200
    the token endpoint at the root: 200
    both: 401 invalid_client
    somebody else besides: 401 invalid_client
    somebody else: 401 invalid_client
    with a slash: 401 invalid_client
    another endpoint: 401 invalid_client
    an empty list: 401 invalid_client
    a number: 401 invalid_client
    nothing: 401 invalid_client
    ");
    let strict = deployment(es256()).with("[tokens]\nassertion_audience = \"issuer\"");
    insta::assert_snapshot!(outcomes(&Node::start(&strict)), @r"
    the issuer: 200
    the issuer in a list: 200
    the token endpoint: 401 invalid_client
    the token endpoint at the root: 401 invalid_client
    both: 401 invalid_client
    somebody else besides: 401 invalid_client
    somebody else: 401 invalid_client
    with a slash: 401 invalid_client
    another endpoint: 401 invalid_client
    an empty list: 401 invalid_client
    a number: 401 invalid_client
    nothing: 401 invalid_client
    ");
}

/// Each row differs from an assertion that is taken in one thing.
#[test]
fn tok_22_jos_10_what_is_wrong_with_an_assertion_is_not_told() {
    let node = node();
    let now = node.clock().now().0;
    let with = |name: &str, value: Value| {
        let mut claims = claims(&node, "robot", name);
        claims[name] = value;
        (format!("{name} {}", claims[name]), es256().sign(&claims))
    };
    let rogue = Signer::new(SigningAlgorithm::Es256, "k1");
    let good = claims(&node, "robot", "good");
    let [rsa, _, _] = &*SIGNERS;
    let rows = [
        with("iss", json!("machine")),
        with("iss", Value::Null),
        with("sub", json!("nobody")),
        with("sub", json!("machine")),
        with("sub", json!(1)),
        with("exp", Value::Null),
        with("exp", json!(now - SKEW_SECONDS)),
        with("exp", json!(now + 601)),
        with("exp", json!(253_402_300_800_u64)),
        with("exp", json!(1e300)),
        with("exp", json!(1.5)),
        with("exp", json!("1800000060")),
        with("iat", json!(now + SKEW_SECONDS + 1)),
        with("iat", json!(-1)),
        with("nbf", json!(now + SKEW_SECONDS + 1)),
        with("jti", Value::Null),
        with("jti", json!("")),
        with("jti", json!("x".repeat(257))),
        ("a key that is not the client's".to_owned(), rogue.sign(&good)),
        ("a key of another algorithm".to_owned(), rsa.sign(&good)),
        ("no JWT".to_owned(), "nonsense".to_owned()),
        ("no algorithm".to_owned(), es256().sign_texts(r#"{"alg":"none"}"#, &good.to_string())),
        ("a MAC".to_owned(), es256().sign_texts(r#"{"alg":"HS256"}"#, &good.to_string())),
    ];
    let mut answers = Vec::new();
    for (title, assertion) in rows {
        let reply = node.serve(&ask(&assertion).post());
        assert_eq!(outcome(&reply), "401 invalid_client", "{title}");
        assert_eq!(reply.header("www-authenticate"), None);
        answers.push(reply.text("error_description"));
    }
    answers.sort();
    answers.dedup();
    insta::assert_snapshot!(answers.join("\n"), @r"
    the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    unknown client or failed client authentication; register again if the registration is lost
    ");
    // None of them spent anything.
    assert_eq!(outcome(&node.serve(&ask(&es256().sign(&good)).post())), "200");
}

#[test]
fn tok_17_one_mechanism_at_a_time_and_the_registered_one() {
    let secret = "0123456789abcdef0123456789abcdef";
    let node = node();
    let public = Client::public(&node);
    let fresh = |id: &str, jti: &str| ask(&es256().sign(&claims(&node, id, jti)));
    let rows = [
        ("an assertion and a secret", fresh("robot", "1").and("client_secret", secret).post()),
        ("an assertion and Basic", fresh("robot", "2").post().basic("robot", secret)),
        (
            "a client with keys that sends a secret",
            Request::of(&[GRANT, ("client_id", "robot"), ("client_secret", secret)]).post(),
        ),
        (
            "a client with keys that sends Basic",
            Request::of(&[GRANT]).post().basic("robot", secret),
        ),
        (
            "a client with keys that sends its name",
            Request::of(&[GRANT, ("client_id", "robot")]).post(),
        ),
        ("a client with a secret that signs", fresh("machine", "3").post()),
        ("a public client that signs", fresh(&public.id, "4").post()),
        ("a type without an assertion", fresh("robot", "5").without("client_assertion").post()),
        (
            "an assertion without its type",
            fresh("robot", "6").without("client_assertion_type").post(),
        ),
        (
            "SAML",
            fresh("robot", "7")
                .with(
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
                )
                .post(),
        ),
        ("an assertion twice", fresh("robot", "8").and("client_assertion", "x").post()),
        ("nothing wrong", fresh("robot", "9").post()),
    ];
    let rows = rows.map(|(title, ask)| (title, outcome(&node.serve(&ask))));
    insta::assert_snapshot!(table(rows), @r"
    an assertion and a secret: 400 invalid_request
    an assertion and Basic: 400 invalid_request
    a client with keys that sends a secret: 401 invalid_client
    a client with keys that sends Basic: 401 invalid_client
    a client with keys that sends its name: 401 invalid_client
    a client with a secret that signs: 401 invalid_client
    a public client that signs: 401 invalid_client
    a type without an assertion: 400 invalid_request
    an assertion without its type: 400 invalid_request
    SAML: 400 invalid_request
    an assertion twice: 400 invalid_request
    nothing wrong: 200
    ");
}

#[test]
fn tok_20_an_assertion_is_used_once() {
    let node = node();
    let assertion = es256().sign(&claims(&node, "robot", "1"));
    assert_eq!(outcome(&node.serve(&ask(&assertion).post())), "200");
    assert_eq!(outcome(&node.serve(&ask(&assertion).post())), "401 invalid_client");
    // A name is free again some time after nobody could use it any more.
    node.clock().pass(60 + SKEW_SECONDS + 60);
    assert_eq!(outcome(&node.serve(&ask(&assertion).post())), "401 invalid_client");
    let again = es256().sign(&claims(&node, "robot", "1"));
    assert_eq!(outcome(&node.serve(&ask(&again).post())), "200");
}

/// TOK-21: whatever is past its end but still taken is also still remembered.
#[test]
fn tok_21_the_memory_covers_the_skew() {
    let node = node();
    let assertion = es256().sign(&claims(&node, "robot", "1"));
    assert_eq!(outcome(&node.serve(&ask(&assertion).post())), "200");
    for _ in 0..(60 + SKEW_SECONDS + 2) {
        node.clock().pass(1);
        let reply = node.serve(&ask(&assertion).post());
        assert_eq!(outcome(&reply), "401 invalid_client");
    }
}

/// Each node remembers for itself what it saw.
#[test]
fn tok_20_another_node_takes_an_assertion_again() {
    let fleet = Fleet::start(2, &deployment(es256()));
    let assertion = es256().sign(&claims(&fleet, "robot", "1"));
    for (node, expected) in [(0, "200"), (0, "401 invalid_client"), (1, "200")] {
        assert_eq!(outcome(&fleet.node(node).serve(&ask(&assertion).post())), expected);
    }
}

/// Where nobody remembers, a copy is good for a minute at most, on every node.
#[test]
fn tok_20_without_a_memory_assertions_are_short() {
    let deployment = deployment(es256()).with("[ledger]\nkind = \"none\"");
    let fleet = Fleet::start(2, &deployment);
    let living = |seconds: u64| {
        let mut claims = claims(&fleet, "robot", "1");
        claims["exp"] = json!(fleet.clock().now().0 + seconds);
        es256().sign(&claims)
    };
    let assertion = living(60);
    for node in [0, 1] {
        assert_eq!(outcome(&fleet.node(node).serve(&ask(&assertion).post())), "200");
        let reply = fleet.node(node).serve(&ask(&living(61)).post());
        assert_eq!(outcome(&reply), "401 invalid_client");
    }
}

/// A wrong assertion spends nothing, and neither does a right one beside a wrong code.
#[test]
fn a_code_survives_what_is_wrong_with_an_assertion() {
    let keys =
        format!("jwks = '{}'\nredirect_uris = [\"https://robot.example/cb\"]", es256().key_set());
    let node = Node::start(&Deployment::usual().with_client("robot", None, &keys));
    let robot = Client::known("robot", None, "https://robot.example/cb");
    let code = robot.code(&node);
    let redemption = |jti: &str| {
        let assertion = es256().sign(&claims(&node, "robot", jti));
        robot
            .redemption(&code)
            .and("client_assertion_type", ASSERTION_TYPE)
            .and("client_assertion", &assertion)
    };
    assert_eq!(outcome(&robot.redeem(&node, &code)), "401 invalid_client");
    let reply = node.serve(&redemption("1").with("code_verifier", &"x".repeat(43)).post());
    assert_eq!(outcome(&reply), "400 invalid_grant");
    assert_eq!(outcome(&node.serve(&redemption("1").post())), "401 invalid_client");
    let tokens = Tokens::of(&node.serve(&redemption("2").post()));
    let assertion = es256().sign(&claims(&node, "robot", "3"));
    let refresh = robot.renewal(tokens.refresh()).and("client_assertion_type", ASSERTION_TYPE);
    let refresh = refresh.and("client_assertion", &assertion);
    assert_eq!(outcome(&robot.refresh(&node, tokens.refresh())), "401 invalid_client");
    assert_eq!(outcome(&node.serve(&refresh.post())), "200");
}

/// A client that registered its key is known by it on every node.
#[test]
fn a_registered_key_proves_its_client() {
    let deployment = Deployment::usual().with("[registration]\nclient_credentials = true");
    let fleet = Fleet::start(2, &deployment);
    for signer in &*SIGNERS {
        let metadata = json!({
            "client_name": "Robot",
            "grant_types": ["client_credentials"],
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": { "keys": [signer.jwk()] },
        });
        let registered = fleet.serve(&Ask::json("/oauth/register", &metadata));
        assert_eq!(registered.text("token_endpoint_auth_method"), "private_key_jwt");
        assert_eq!(registered.json().get("client_secret"), None);
        let id = registered.text("client_id");
        assert_eq!(
            Client::register(&fleet, &metadata).id,
            id,
            "it keeps no secret to be told apart by"
        );
        for node in [0, 1] {
            let node = fleet.node(node);
            let sign = |signer: &Signer| ask(&signer.sign(&claims(node, &id, "1"))).post();
            let rogue = Signer::new(signer.algorithm, "k1");
            assert_eq!(outcome(&node.serve(&sign(&rogue))), "401 invalid_client");
            assert_eq!(outcome(&node.serve(&sign(signer))), "200");
        }
    }
}
