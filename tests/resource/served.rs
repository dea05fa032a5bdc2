//! A resource that we serve for other issuers: rows M1 and M2. Source: RFC 9728 §2, RFC 9068 §4; MCP authorization.

use serde_json::{Value, json};

use super::Issuer;
use crate::support::{Ask, Client, Deployment, ISSUER, Node, Reply, Serve as _, wait};

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
