//! A resource that we serve for other issuers: rows M1 and M2. Source: RFC 9728 §2, RFC 9068 §4; MCP authorization.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::Issuer;
use crate::gateway::support::{ALICE, House, LIST, Upstream, deployment, response, token};
use crate::support::{Ask, Client, Clock, Deployment, ISSUER, Node, Reply, Serve as _, wait};

/// A node with `/mcp` for its own tokens and `/ext` for those of this issuer.
fn node(issuer: &Issuer, lines: &str) -> Node {
    let table = format!(
        "[[resources]]\npath = \"/ext\"\nupstream = \"builtin\"\nscopes = [\"mcp:tools\"]\nauthorization_servers = [\"{}\"]\n{lines}",
        issuer.name()
    );
    Node::start(&Deployment::usual().with(&table))
}

fn call(path: &str, access_token: &str) -> Ask {
    let call = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": "echo", "arguments": { "message": "hello" } },
    });
    Ask::json(path, &call)
        .with("accept", "application/json, text/event-stream")
        .bearer(access_token)
}

fn claims(issuer: &Issuer, node: &Node, path: &str) -> Value {
    let mut claims = issuer.claims(node.clock());
    (claims["aud"], claims["scope"]) = (json!(format!("{ISSUER}{path}")), json!("mcp:tools"));
    claims
}

fn challenged(reply: &Reply) -> bool {
    reply.status == 401
        && reply.header("www-authenticate").is_some_and(|it| it.contains("invalid_token"))
}

#[test]
fn each_resource_takes_the_tokens_of_its_own_issuer_only() {
    let issuer = wait(Issuer::start());
    let node = node(&issuer, "");
    let theirs = issuer.token(&claims(&issuer, &node, "/ext"));
    let ours = Client::public(&node).tokens(&node).access;
    let reply = node.serve(&call("/ext", &theirs));
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(reply.body.contains("hello"), "{}", reply.body);
    assert_eq!(node.serve(&call("/mcp", &ours)).status, 200);
    assert!(challenged(&node.serve(&call("/ext", &ours))));
    assert!(challenged(&node.serve(&call("/mcp", &theirs))));
    let for_ours = issuer.token(&claims(&issuer, &node, "/mcp"));
    assert!(challenged(&node.serve(&call("/mcp", &for_ours))), "nor for our other resource");
    assert!(challenged(&node.serve(&call("/ext", &for_ours))));
    let mut poor = claims(&issuer, &node, "/ext");
    poor["scope"] = json!("mcp:prompts");
    let refused = node.serve(&call("/ext", &issuer.token(&poor)));
    assert_eq!(refused.status, 403, "{}", refused.body);
}

#[test]
fn the_metadata_name_the_issuer_that_is_trusted() {
    let issuer = wait(Issuer::start());
    let node = node(&issuer, "dpop = \"required\"");
    let document = |path: &str| -> Value {
        let reply = node.serve(&Ask::get(format!("/.well-known/oauth-protected-resource{path}")));
        serde_json::from_str(&reply.body).expect("it is JSON")
    };
    let (ext, own) = (document("/ext"), document("/mcp"));
    assert_eq!(ext["authorization_servers"], json!([issuer.name()]));
    assert_eq!(ext["dpop_bound_access_tokens_required"], json!(true));
    assert_eq!(own["authorization_servers"], json!([ISSUER]));
    assert_eq!(own.get("dpop_bound_access_tokens_required"), None);
    let unbound = issuer.token(&claims(&issuer, &node, "/ext"));
    let reply = node.serve(&call("/ext", &unbound));
    let challenge = reply.header("www-authenticate").expect("there is a challenge").to_owned();
    assert!(
        reply.status == 401 && challenge.starts_with("DPoP error=\"invalid_token\""),
        "{challenge}"
    );
}

#[test]
fn no_token_for_it_is_issued_here() {
    let issuer = wait(Issuer::start());
    let node = node(&issuer, "");
    let client = Client::public(&node);
    let asked = client.request().with("resource", &format!("{ISSUER}/ext"));
    let reply = node.serve(&Ask::get(asked.uri()));
    assert!(!reply.body.contains("ticket"), "nobody is asked to log in: {}", reply.body);
    let usual = client.tokens(&node);
    assert_eq!(
        node.serve(&call("/mcp", &usual.access)).status,
        200,
        "ours is meant where none is named"
    );
}

/// Names are an issuer's own: what one calls alice, another may call so too, and we as well.
#[tokio::test]
async fn rsg_13_people_of_two_issuers_with_one_name_are_two() {
    let (one, other, clock) = (Issuer::start().await, Issuer::start().await, Clock::new());
    let upstream = Upstream::start(|_| {
        response("200 OK\r\nContent-Type: application/json\r\nMcp-Session-Id: s", "{}")
    });
    let upstream = upstream.await;
    let table = format!(
        "[[resources]]\npath = \"/ext\"\nupstream = \"{}\"\nauthorization_servers = [\"{}\", \"{}\"]\n[resources.gateway]\n\
         subject_header = \"X-Forwarded-User\"\nassertion_header = \"Sealbearer-Assertion\"",
        upstream.url("/mcp"),
        one.name(),
        other.name()
    );
    let deployment = deployment(&upstream.url("/mcp"), "").with(&table);
    let house = House::start(&deployment, &clock).await;
    let bearer = |issuer: &Issuer, subject: &str| {
        let mut claims = issuer.claims(&clock);
        (claims["aud"], claims["sub"]) = (json!(format!("{ISSUER}/ext")), json!(subject));
        claims["scope"] = json!("mcp:tools");
        issuer.token(&claims)
    };
    let post = async |token: &str, more: &str| {
        let text = format!(
            "POST /ext\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream{more}"
        );
        house.ask(&text, LIST).await
    };
    let opened = post(&bearer(&one, "alice"), "").await;
    assert_eq!(opened.status, 200, "{opened:?}");
    assert_eq!(upstream.last().header("x-forwarded-user"), Some("alice"));
    let session = opened.header("mcp-session-id").expect("a session");
    let session = format!("\r\nMcp-Session-Id: {session}");
    assert_eq!(post(&bearer(&one, "alice"), &session).await.status, 200);
    assert_eq!(post(&bearer(&other, "alice"), &session).await.status, 404);
    // Nobody is one of our people because another issuer spells them so.
    assert_eq!(post(&token(ALICE), "").await.status, 200);
    assert_eq!(upstream.last().header("x-forwarded-user"), Some("alice"));
    assert_eq!(post(&bearer(&other, "u:alice"), "").await.status, 200);
    let heard = upstream.last();
    assert_eq!(heard.header("x-forwarded-user"), Some("u:alice"));
    let statement = heard.header("sealbearer-assertion").expect("sent").to_owned();
    let claims = statement.split('.').nth(1).expect("a JWT");
    let claims: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).expect("base64url")).expect("JSON");
    assert_eq!((&claims["sub"], &claims["sub_issuer"]), (&json!("u:alice"), &json!(other.name())));
}
