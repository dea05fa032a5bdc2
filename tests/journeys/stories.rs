//! The main job: a client that knows nothing but a URL logs a person in and calls a tool.

use serde_json::json;

use super::Story;
use crate::support::{
    ALICE, Ask, Browser, Client, Clock, Deployment, Fleet, Node, Reply, Serve, Tokens,
};

/// A message to the MCP server.
fn message(method: &str, params: &serde_json::Value) -> Ask {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    Ask::json("/mcp", &body).with("accept", "application/json, text/event-stream")
}

/// A call of the calculator.
fn calculate() -> Ask {
    let arguments = json!({ "operation": "multiply", "a": 6, "b": 7 });
    message("tools/call", &json!({ "name": "calculator", "arguments": arguments }))
}

/// The path of one of our URLs.
fn path(url: &str) -> String {
    let (_, rest) = url.split_once("://").expect("it is a URL");
    rest[rest.find('/').unwrap_or(rest.len())..].to_owned()
}

/// Everything from the first refused call to a call with a renewed token.
fn whole_story(at: &impl Serve) -> String {
    let mut story = Story::default();
    let refused = story.tell("The client calls a tool without a token.", at.serve(&calculate()));
    let challenge = refused.header("www-authenticate").expect("it is challenged");
    let (_, rest) = challenge.split_once("resource_metadata=\"").expect("the way is shown");
    let metadata = path(rest.split('"').next().unwrap_or_default());
    let resource =
        story.tell("It reads the metadata it was pointed to.", at.serve(&Ask::get(metadata)));
    let issuer = resource.json()["authorization_servers"][0].as_str().map(path);
    let well_known = "/.well-known/oauth-authorization-server";
    let well_known = format!("{well_known}{}", issuer.unwrap_or_default());
    let server =
        story.tell("It reads the authorization server's.", at.serve(&Ask::get(well_known)));
    let metadata = json!({
        "client_name": "Example",
        "redirect_uris": ["http://127.0.0.1:49152/callback"],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
    });
    let register = Ask::json(path(&server.text("registration_endpoint")), &metadata);
    let client = Client::of(&story.tell("It registers.", at.serve(&register)));
    let mut browser = Browser::default();
    let target = resource.text("resource");
    let request = client.request().and("resource", &target);
    let uri = format!("{}?{}", path(&server.text("authorization_endpoint")), request.query());
    let page = story.tell("It opens a browser.", browser.open(at, &uri));
    let page = story.tell("Alice mistypes.", browser.log_in(at, &page, (ALICE.0, "wrong")));
    let page = story.tell("Alice logs in.", browser.log_in(at, &page, ALICE));
    let answer = story.tell("Alice allows it.", browser.decide(at, &page, "allow"));
    let redemption = client.redemption(&answer.code()).and("resource", &target).post();
    let tokens = Tokens::of(&story.tell("The client redeems the code.", at.serve(&redemption)));
    let ask = calculate().bearer(&tokens.access);
    story.tell("It calls the tool again.", at.serve(&ask));
    let page = story.tell("A second window is known already.", browser.open(at, &uri));
    story.tell("Alice denies this one.", browser.decide(at, &page, "deny"));
    at.clock().pass(3_600);
    let renewal = client.renewal(tokens.refresh()).and("resource", &target).post();
    let renewed = Tokens::of(&story.tell("After an hour it refreshes.", at.serve(&renewal)));
    let ask = calculate().bearer(&renewed.access);
    story.tell("It calls the tool once more.", at.serve(&ask));
    story.text()
}

/// A deployment whose only process dies after each answer.
struct Dying {
    deployment: Deployment,
    clock: Clock,
    issuer: String,
}

impl Dying {
    fn start(deployment: Deployment) -> Self {
        let first = Node::start(&deployment);
        let issuer = first.issuer().to_owned();
        Self { clock: first.clock().clone(), issuer, deployment }
    }
}

impl Serve for Dying {
    fn serve(&self, ask: &Ask) -> Reply {
        Node::beside(&self.clock, 0, &self.deployment).serve(ask)
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }

    fn issuer(&self) -> &str {
        &self.issuer
    }
}

#[test]
fn from_a_url_to_a_tool_call() {
    let node = Node::start(&Deployment::usual());
    insta::assert_snapshot!("whole_story", whole_story(&node));
}

#[test]
fn three_nodes_that_share_a_secret_tell_the_same_story() {
    let alone = whole_story(&Node::start(&Deployment::usual()));
    assert_eq!(whole_story(&Fleet::start(3, &Deployment::usual())), alone);
}

#[test]
fn a_process_that_dies_after_every_answer_tells_the_same_story() {
    let alone = whole_story(&Node::start(&Deployment::usual()));
    assert_eq!(whole_story(&Dying::start(Deployment::usual())), alone);
}

#[test]
fn without_a_ledger_convergent_refresh_tells_the_same_story() {
    let deployment = Deployment::usual()
        .with("[ledger]\nkind = \"none\"")
        .with("[tokens]\nrefresh_tokens = \"convergent\"");
    let alone = whole_story(&Node::start(&Deployment::usual()));
    // What cannot be revoked has no endpoint to revoke it.
    let endpoint = "\"revocation_endpoint\":\"http://127.0.0.1:9000/oauth/revoke\",";
    assert!(alone.contains(endpoint));
    assert_eq!(whole_story(&Fleet::start(3, &deployment)), alone.replace(endpoint, ""));
}

#[test]
fn after_a_restart_registration_session_and_tokens_are_as_before() {
    let deployment = Deployment::usual();
    let node = Node::start(&deployment);
    let client = Client::confidential(&node);
    let mut browser = Browser::default();
    let code = browser.allow(&node, &client.request().uri(), ALICE).code();
    let tokens = Tokens::of(&client.redeem(&node, &code));
    let restarted = Node::beside(node.clock(), 9, &deployment);
    drop(node);
    assert_eq!(restarted.test(&tokens.access).status, 200);
    assert_eq!(client.refresh(&restarted, tokens.refresh()).status, 200);
    let page = browser.open(&restarted, &client.request().uri());
    assert_eq!(page.heading(), "Allow Example to act for you?", "she is still logged in");
    let code = browser.decide(&restarted, &page, "allow").code();
    assert_eq!(client.redeem(&restarted, &code).status, 200);
}

#[test]
fn after_a_rotation_of_the_secret_everything_sealed_before_still_counts() {
    const OLD: &str = "V5i/Z4B9AmlZ4eBe98mxpK6f+xzXENteAh/Gcb9WlUw=";
    const BOTH: &str =
        "/Pn2xnP4TC5Nk31PB20ABOPVs6NaaBzsKzUBGMZWsRc=,V5i/Z4B9AmlZ4eBe98mxpK6f+xzXENteAh/Gcb9WlUw=";
    let node = Node::start(&Deployment::usual().with_secret(OLD));
    let client = Client::confidential(&node);
    let mut browser = Browser::default();
    let page = browser.open(&node, &client.request().uri());
    let tokens = client.tokens(&node);
    let rotated = Node::beside(node.clock(), 1, &Deployment::usual().with_secret(BOTH));
    assert_eq!(rotated.test(&tokens.access).status, 200);
    assert_eq!(client.refresh(&rotated, tokens.refresh()).status, 200);
    let page = browser.log_in(&rotated, &page, ALICE);
    let code = browser.decide(&rotated, &page, "allow").code();
    assert_eq!(client.redeem(&rotated, &code).status, 200);
}
