//! How clients prove who they are, and how a wrong proof is answered.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::super::table;
use crate::support::{Ask, Client, Deployment, Node, Reply, Serve as _, Tokens, altered, shown};

/// A secret with characters that form encoding changes, as operators choose them.
const SECRET: &str = "p+q/r=s t%41:u-0123456789abcdef";

/// A node that knows the confidential client `ci`.
fn node() -> Node {
    let settings = r#"grant_types = ["client_credentials"]
scopes = ["mcp:tools", "system:read"]"#;
    Node::start(&Deployment::usual().with_client("ci", Some(SECRET), settings))
}

/// A request that needs nothing but a client.
fn grant() -> Ask {
    fields(&[])
}

/// The same with more fields.
fn fields(more: &[(&str, &str)]) -> Ask {
    let first = [("grant_type", "client_credentials")];
    Ask::form("/oauth/token", first.iter().chain(more).copied())
}

/// Basic authentication as RFC 6749 §2.3.1 wants it: both halves form-encoded first.
fn encoded(ask: Ask, id: &str, secret: &str) -> Ask {
    let form =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    ask.basic(&form(id), &form(secret))
}

fn basic(ask: Ask, pair: &[u8]) -> Ask {
    ask.with("authorization", format!("Basic {}", STANDARD.encode(pair)))
}

#[test]
fn a_confidential_client_acts_for_itself() {
    let node = node();
    insta::assert_snapshot!("client_credentials", shown(&node.serve(&grant().basic("ci", SECRET))));
}

#[test]
fn tok_18_every_way_of_sending_the_secret_is_taken() {
    let node = node();
    let post = [("client_id", "ci"), ("client_secret", SECRET)];
    let named = [("client_id", "ci")];
    let lower = format!("basic {}", STANDARD.encode(format!("ci:{SECRET}")));
    let rows = [
        ("Basic, not encoded", grant().basic("ci", SECRET)),
        ("Basic, form-encoded", encoded(grant(), "ci", SECRET)),
        ("Basic in lower case", grant().with("authorization", lower)),
        ("Basic, and the same id in the body", fields(&named).basic("ci", SECRET)),
        ("in the body", fields(&post)),
        (
            "in the body, at the root",
            Ask::form(
                "/token",
                [("grant_type", "client_credentials")].iter().chain(&post).copied(),
            ),
        ),
    ];
    for (sentence, ask) in rows {
        let reply = node.serve(&ask);
        assert_eq!(reply.status, 200, "{sentence}: {}", reply.body);
    }
}

/// RFC 6749 §2.3.1: of a pair that is form-encoded the name is decoded too, though the secret needs no decoding.
#[test]
fn a_name_is_decoded_and_may_stand_in_the_body_as_it_is() {
    let (id, secret) = ("ci~robot", "0123456789abcdef0123456789abcdef");
    let settings = "grant_types = [\"client_credentials\"]";
    let node = Node::start(&Deployment::usual().with_client(id, Some(secret), settings));
    for named in [&[][..], &[("client_id", id)]] {
        let reply = node.serve(&encoded(fields(named), id, secret));
        assert_eq!(reply.status, 200, "{named:?}: {}", reply.body);
    }
    let another = [("client_id", "ci.robot")];
    assert_eq!(node.serve(&encoded(fields(&another), id, secret)).error(), "400 invalid_request");
}

#[test]
fn tok_18_tok_24_a_client_that_cannot_prove_itself_is_refused() {
    let node = node();
    let public = Client::public(&node);
    let confidential = Client::confidential(&node);
    let outcome = |reply: Reply| {
        let challenge = reply.header("www-authenticate").map(|text| format!(", {text}"));
        format!("{}{}", reply.error(), challenge.unwrap_or_default())
    };
    let twice = [("client_id", "ci"), ("client_secret", SECRET)];
    let without_secret = Client { secret: None, ..confidential.clone() };
    let with_secret = Client { secret: Some("anything".to_owned()), ..public.clone() };
    let code = confidential.code(&node);
    let rows = [
        ("no client at all", grant()),
        ("an unknown id", fields(&[("client_id", "nobody")])),
        ("an unknown id, by Basic", grant().basic("nobody", SECRET)),
        ("the id alone", fields(&[("client_id", "ci")])),
        ("a wrong secret in the body", fields(&[("client_id", "ci"), ("client_secret", "wrong")])),
        ("a wrong secret by Basic", grant().basic("ci", "wrong")),
        ("an empty secret by Basic", grant().basic("ci", "")),
        ("Basic without a colon", basic(grant(), b"ci")),
        ("Basic that is not base64", grant().with("authorization", "Basic !!!")),
        ("Basic that is not UTF-8", basic(grant(), b"ci:\xff\xfe")),
        ("Basic without anything", grant().with("authorization", "Basic")),
        ("another scheme", grant().with("authorization", "Bearer abc")),
        ("Basic twice", grant().basic("ci", SECRET).basic("ci", SECRET)),
        ("Basic and the secret in the body", fields(&twice).basic("ci", SECRET)),
        ("Basic and another id in the body", fields(&[("client_id", "no")]).basic("ci", SECRET)),
        ("a public client that sends a secret", with_secret.redemption(&code).post()),
        ("a registered client without its secret", without_secret.redemption(&code).post()),
        ("a public client that acts for itself", fields(&[("client_id", &public.id)])),
        ("a registration that was altered", fields(&[("client_id", &altered(&public.id))])),
    ];
    let rows = rows.map(|(sentence, ask)| (sentence, outcome(node.serve(&ask))));
    insta::assert_snapshot!(table(rows), @r#"
    no client at all: 400 invalid_request
    an unknown id: 401 invalid_client
    an unknown id, by Basic: 401 invalid_client, Basic realm="sealbearer"
    the id alone: 401 invalid_client
    a wrong secret in the body: 401 invalid_client
    a wrong secret by Basic: 401 invalid_client, Basic realm="sealbearer"
    an empty secret by Basic: 401 invalid_client, Basic realm="sealbearer"
    Basic without a colon: 401 invalid_client, Basic realm="sealbearer"
    Basic that is not base64: 401 invalid_client, Basic realm="sealbearer"
    Basic that is not UTF-8: 401 invalid_client, Basic realm="sealbearer"
    Basic without anything: 401 invalid_client, Basic realm="sealbearer"
    another scheme: 401 invalid_client, Basic realm="sealbearer"
    Basic twice: 400 invalid_request
    Basic and the secret in the body: 400 invalid_request
    Basic and another id in the body: 400 invalid_request
    a public client that sends a secret: 401 invalid_client
    a registered client without its secret: 401 invalid_client
    a public client that acts for itself: 400 unauthorized_client
    a registration that was altered: 401 invalid_client
    "#);
}

#[test]
fn tok_24_a_token_of_a_client_never_speaks_for_a_person() {
    let settings = r#"grant_types = ["client_credentials"]"#;
    let node = Node::start(&Deployment::usual().with_client("alice", Some(SECRET), settings));
    let reply = node.serve(&grant().basic("alice", SECRET));
    let subject = node.test(&Tokens::of(&reply).access).text("subject");
    assert_ne!(subject, "alice");
    assert_eq!(subject, "c:alice");
}

#[test]
fn a_client_gets_no_more_than_it_may_have() {
    let node = node();
    let granted = |scope: &str| {
        let reply = node.serve(&fields(&[("scope", scope)]).basic("ci", SECRET));
        reply.json()["scope"].as_str().map_or_else(|| reply.error(), str::to_owned)
    };
    let rows = [
        "",
        "system:read",
        "mcp:tools system:read",
        "mcp:admin",
        "mcp:tools mcp:admin",
        "x y",
        "\"quoted\"",
    ];
    insta::assert_snapshot!(table(rows.map(|scope| (scope, granted(scope)))), @r#"
    : mcp:tools
    system:read: system:read
    mcp:tools system:read: mcp:tools system:read
    mcp:admin: mcp:tools
    mcp:tools mcp:admin: mcp:tools
    x y: mcp:tools
    "quoted": 400 invalid_scope
    "#);
}

#[test]
fn registered_clients_act_for_themselves_only_where_the_deployment_says_so() {
    let metadata = json!({ "client_name": "Robot", "grant_types": ["client_credentials"] });
    let open = Node::start(&Deployment::usual().with("[registration]\nclient_credentials = true"));
    let robot = Client::register(&open, &metadata);
    let secret = robot.secret.expect("it is confidential");
    assert_eq!(open.serve(&grant().basic(&robot.id, &secret)).status, 200);
    let closed = Node::start(&Deployment::usual());
    let refused = closed.serve(&Ask::json("/oauth/register", &metadata));
    assert_eq!(refused.error(), "400 invalid_client_metadata");
    let reply = closed.serve(&grant().basic(&robot.id, &secret));
    assert_eq!(reply.error(), "400 unauthorized_client");
}
