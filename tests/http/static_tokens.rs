//! Bearer tokens that the operator hands out.
//! Source: RFC 6750 §2.1; row T7 of the systems this server stands in for.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::static_token::{StaticTokenDigest, write};
use serde_json::json;

use super::table;
use crate::support::{Ask, Client, Deployment, Fleet, ISSUER, Node, Serve, Tokens};

/// The end of every token of these tests: a hundred days after they begin.
const END: &str = "2027-04-25T08:00:00Z";

fn token() -> String {
    write([7; 32])
}

/// An entry for [`token`] with these lines.
fn entry(lines: &str) -> String {
    let hash = URL_SAFE_NO_PAD.encode(StaticTokenDigest::of(&token()).0);
    format!(
        "[[static_tokens]]\nname = \"backup\"\nhash = \"sha256:{hash}\"\nexpires_at = \"{END}\"\n{lines}"
    )
}

fn deployment(lines: &str) -> Deployment {
    Deployment::usual().with(&entry(lines))
}

const TOOLS: &str = "scopes = [\"mcp:tools\"]";

fn outcome(at: &Node, token: &str) -> String {
    let reply = at.test(token);
    if reply.status == 200 {
        let granted = reply.json();
        format!("200 {} {}", granted["subject"], granted["scope"])
    } else {
        reply.status.to_string()
    }
}

#[test]
fn a_token_of_the_configuration_opens_the_door_on_every_node() {
    let fleet = Fleet::start(2, &deployment(TOOLS));
    for node in [0, 1] {
        assert_eq!(fleet.node(node).test(&token()).status, 200);
    }
    let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {} });
    let ask = Ask::json("/mcp", &list).with("accept", "application/json, text/event-stream");
    let reply = fleet.serve(&ask.bearer(&token()));
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(reply.body.contains("calculator"));
}

/// No change of any character is taken, and nothing of the hash either.
#[test]
fn nothing_but_the_token_is_the_token() {
    let node = Node::start(&deployment(TOOLS));
    let token = token();
    assert_eq!(node.test(&token).status, 200);
    for at in 0..token.len() {
        let other = if &token[at..=at] == "A" { "B" } else { "A" };
        let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
        assert_eq!(node.test(&changed).status, 401, "{changed}");
    }
    let hash = URL_SAFE_NO_PAD.encode(StaticTokenDigest::of(&token).0);
    for text in [hash.as_str(), "sealbearer_", &token[..token.len() - 6]] {
        assert_eq!(node.test(text).status, 401, "{text}");
    }
    assert_eq!(Node::start(&Deployment::usual()).test(&token).status, 401, "removed is revoked");
}

/// What was cut before its hash was written down is not what was made, so it opens nothing.
#[test]
fn a_hash_of_half_a_token_is_of_no_use() {
    let whole = token();
    let half = &whole[..whole.len() - 1];
    let hash = |token: &str| URL_SAFE_NO_PAD.encode(StaticTokenDigest::of(token).0);
    let entry = entry(TOOLS).replace(&hash(&whole), &hash(half));
    assert_eq!(Node::start(&Deployment::usual().with(&entry)).test(half).status, 401);
}

/// A token of another make is taken too, by its hash.
#[test]
fn a_token_of_another_make_is_known_by_its_hash() {
    let theirs = "mcp_demo_token_0123456789abcdef";
    // printf %s mcp_demo_token_0123456789abcdef | sha256sum
    let hash = "b75965830e7f960c6038a3a8f12f6137ea79f607a5a7e4335b9af9e112d061c8";
    let settings = format!(
        "[[static_tokens]]\nname = \"old\"\nhash = \"sha256:{hash}\"\nexpires_at = \"{END}\"\n{TOOLS}"
    );
    let node = Node::start(&Deployment::usual().with(&settings));
    assert_eq!(node.test(theirs).status, 200);
    assert_eq!(node.test(&token()).status, 401);
}

#[test]
fn a_token_speaks_for_itself_or_for_a_person_and_allows_no_more_than_the_person_may() {
    let all = "scopes = [\"mcp:tools\", \"system:read\"]";
    let rows = [
        ("itself", Deployment::usual().with(&entry(all))),
        ("alice", Deployment::usual().with(&entry(&format!("{all}\nsubject = \"alice\"")))),
        (
            "bob, who may use tools",
            Deployment::usual().with(&entry(&format!("{all}\nsubject = \"bob\""))),
        ),
    ];
    let rows =
        rows.map(|(title, deployment)| (title, outcome(&Node::start(&deployment), &token())));
    insta::assert_snapshot!(table(rows), @r#"
    itself: 200 "c:backup" "mcp:tools system:read"
    alice: 200 "u:alice" "mcp:tools system:read"
    bob, who may use tools: 200 "u:bob" "mcp:tools"
    "#);
}

#[test]
fn a_token_ends_with_its_time_its_person_or_an_instant_of_revocation() {
    let node = Node::start(&deployment(TOOLS));
    node.clock().pass(99 * 86_400);
    assert_eq!(node.test(&token()).status, 200);
    node.clock().pass(86_400);
    assert_eq!(node.test(&token()).status, 401);
    let issued = |before: &str| {
        let lines = format!("{TOOLS}\nsubject = \"alice\"\nissued_at = \"2027-01-01T00:00:00Z\"");
        let settings = format!("[tokens]\nrevoked_before = \"{before}\"");
        Node::start(&deployment(&lines).with(&settings)).test(&token()).status
    };
    assert_eq!(issued("2027-01-01T00:00:00Z"), 200);
    assert_eq!(issued("2027-01-01T00:00:01Z"), 401);
}

/// A resource that wants nothing but tokens of the flow says so.
#[test]
fn a_token_is_for_its_resources() {
    let other = "[[resources]]\npath = \"/other\"\nupstream = \"builtin\"\nstatic_tokens = false";
    let at = |deployment: &Deployment, path: &str| {
        let node = Node::start(deployment);
        let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
        let ask = Ask::json(path, &ping).with("accept", "application/json, text/event-stream");
        node.serve(&ask.bearer(&token())).status
    };
    let closed = deployment(TOOLS).with(other);
    assert_eq!((at(&closed, "/mcp"), at(&closed, "/other")), (200, 401));
    let open = other.replace("static_tokens = false", "");
    let both = deployment(TOOLS).with(&open);
    assert_eq!((at(&both, "/mcp"), at(&both, "/other")), (200, 200));
    let one = deployment(&format!("{TOOLS}\nresources = [\"/other\"]")).with(&open);
    assert_eq!((at(&one, "/mcp"), at(&one, "/other")), (401, 200));
}

/// A token is good for resources and for nothing else, and is the operator's to revoke.
#[test]
fn a_token_is_no_token_of_the_flow() {
    let secret = "0123456789abcdef0123456789abcdef";
    let settings = "grant_types = [\"client_credentials\"]\nintrospects = [\"/mcp\"]";
    let node = Node::start(&deployment(TOOLS).with_client("rs", Some(secret), settings));
    let ask = |path: &str, token: &str| {
        let form = [("token", token), ("client_id", "rs"), ("client_secret", secret)];
        node.serve(&Ask::form(path, form))
    };
    let told = ask("/oauth/introspect", &token()).json();
    assert_eq!(told["active"], true);
    assert_eq!(told["aud"], format!("{ISSUER}/mcp"));
    assert_eq!((&told["sub"], &told["scope"]), (&json!("c:backup"), &json!("mcp:tools")));
    assert_eq!(ask("/oauth/revoke", &token()).error(), "401 invalid_client");
    assert_eq!(node.test(&token()).status, 200);
    let client = Client::public(&node);
    assert_eq!(client.refresh(&node, &token()).error(), "400 invalid_grant");
    assert_eq!(client.redeem(&node, &token()).error(), "400 invalid_grant");
    let tokens: Tokens = client.tokens(&node);
    assert_eq!(node.test(&tokens.access).status, 200, "and the flow goes on beside it");
}
