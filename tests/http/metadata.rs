//! The documents of discovery: found at every place where a client looks, and promising nothing that is not held.

use super::table;
use crate::support::{Ask, Deployment, Node, Serve as _, shown};

const ROOT: &str = "/.well-known/oauth-authorization-server";

#[test]
fn the_authorization_server_describes_itself() {
    let node = Node::start(&Deployment::demo());
    insta::assert_snapshot!("authorization_server", shown(&node.serve(&Ask::get(ROOT))));
}

#[test]
fn the_openid_form_says_the_same() {
    let node = Node::start(&Deployment::demo());
    let reply = node.serve(&Ask::get("/.well-known/openid-configuration"));
    insta::assert_snapshot!("openid_configuration", shown(&reply));
    let (mut with, without) = (reply.json(), node.serve(&Ask::get(ROOT)).json());
    let members = with.as_object_mut().expect("it is an object");
    members.retain(|name, _| without.get(name).is_some());
    assert_eq!(with, without);
}

#[test]
fn the_protected_resource_describes_itself() {
    let node = Node::start(&Deployment::usual());
    let reply = node.serve(&Ask::get("/.well-known/oauth-protected-resource/mcp"));
    insta::assert_snapshot!("protected_resource", shown(&reply));
}

#[test]
fn met_01_every_place_where_a_client_looks_has_a_document_and_every_other_has_json() {
    let node = Node::start(&Deployment::usual());
    let paths = [
        ROOT,
        "/.well-known/oauth-authorization-server/mcp",
        "/.well-known/openid-configuration",
        "/.well-known/openid-configuration/mcp",
        "/mcp/.well-known/openid-configuration",
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/mcp",
        "/.well-known/oauth-authorization-server/other",
        "/.well-known/openid-configuration/other",
        "/other/.well-known/openid-configuration",
        "/.well-known/oauth-protected-resource/other",
        "/.well-known/oauth-protected-resource/mcp/x",
        "/.well-known/oauth-protected-resource/..%2fmcp",
    ];
    let rows = paths.map(|path| {
        let reply = node.serve(&Ask::get(path));
        assert_eq!(reply.header("content-type"), Some("application/json"), "{path}");
        let document = reply.json();
        let subject = document["issuer"].as_str().or(document["resource"].as_str());
        (path, format!("{} {}", reply.status, subject.unwrap_or("nothing")))
    });
    insta::assert_snapshot!(table(rows), @"
    /.well-known/oauth-authorization-server: 200 http://127.0.0.1:9000
    /.well-known/oauth-authorization-server/mcp: 200 http://127.0.0.1:9000
    /.well-known/openid-configuration: 200 http://127.0.0.1:9000
    /.well-known/openid-configuration/mcp: 200 http://127.0.0.1:9000
    /mcp/.well-known/openid-configuration: 200 http://127.0.0.1:9000
    /.well-known/oauth-protected-resource: 200 http://127.0.0.1:9000/mcp
    /.well-known/oauth-protected-resource/mcp: 200 http://127.0.0.1:9000/mcp
    /.well-known/oauth-authorization-server/other: 404 nothing
    /.well-known/openid-configuration/other: 404 nothing
    /other/.well-known/openid-configuration: 404 nothing
    /.well-known/oauth-protected-resource/other: 404 nothing
    /.well-known/oauth-protected-resource/mcp/x: 404 nothing
    /.well-known/oauth-protected-resource/..%2fmcp: 404 nothing
    ");
    assert_eq!(node.serve(&Ask::get("/nowhere")).status, 404);
}

#[test]
fn met_02_met_05_the_issuer_is_spelled_alike_everywhere_and_never_taken_from_the_request() {
    let node = Node::start(&Deployment::usual().at("https://auth.example.com"));
    let ask = |path: &str| {
        let ask =
            Ask::get(path).with("host", "evil.example").with("x-forwarded-host", "evil.example");
        let reply = node.serve(&ask.with("forwarded", "host=evil.example;proto=http"));
        assert!(!reply.body.contains("evil"), "{path}");
        reply.json()
    };
    assert_eq!(ask(ROOT)["issuer"], "https://auth.example.com");
    let resource = ask("/.well-known/oauth-protected-resource");
    assert_eq!(resource["authorization_servers"], serde_json::json!(["https://auth.example.com"]));
    assert_eq!(resource["resource"], "https://auth.example.com/mcp");
}

#[test]
fn met_07_a_document_that_is_known_is_not_sent_again_and_pages_may_read_it() {
    let node = Node::start(&Deployment::usual());
    let reply = node.serve(&Ask::get(ROOT).with("origin", "http://localhost:6274"));
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert_eq!(reply.header("cache-control"), Some("public, max-age=300"));
    let tag = reply.header("etag").expect("documents have one").to_owned();
    let weak = format!("W/{tag}");
    let several = format!("\"a\", {tag}");
    for (known, status) in
        [(&*tag, 304), (&several, 304), (&weak, 304), ("*", 304), ("\"a\"", 200), ("W/\"a\"", 200)]
    {
        let again = node.serve(&Ask::get(ROOT).with("if-none-match", known));
        assert_eq!((again.status, again.header("etag")), (status, Some(&*tag)), "{known}");
        assert_eq!(again.body.is_empty(), status == 304, "{known}");
    }
    let head = node.serve(&Ask::new("HEAD", ROOT));
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let refused = node.serve(&Ask::new("POST", ROOT));
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD, OPTIONS")));
}

#[test]
fn met_03_ref_14_what_is_off_is_not_advertised() {
    let node = Node::start(&Deployment::usual().with("[ledger]\nkind = \"none\""));
    let document = node.serve(&Ask::get(ROOT)).json();
    let grants = serde_json::json!(["authorization_code", "client_credentials"]);
    assert_eq!(document["grant_types_supported"], grants);
}
