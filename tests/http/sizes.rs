//! What clients have to carry and store, for every client we know, with the scopes that are granted when none is asked for.

use serde_json::json;

use crate::support::documents::{self, Site};
use crate::support::internet::Internet;
use crate::support::profiles::{self, Profile};
use crate::support::{ALICE, Ask, Browser, Client, Deployment, Node, Serve as _, Tokens};

/// What is granted to who asks for nothing.
const SCOPE: &str = "mcp:prompts mcp:read mcp:resources mcp:tools";

/// An operator's deployment, with the scopes that a deployment has which declares none.
fn node() -> Node {
    Node::start(&Deployment::usual().at("https://auth.example.com"))
}

/// Asks for what nobody has to ask for, as most of the clients do.
fn code(node: &Node, client: &Client) -> String {
    let request =
        client.request().with("scope", SCOPE).with("resource", "https://auth.example.com/mcp");
    Browser::default().allow(node, &request.uri(), ALICE).code()
}

/// The lengths of client id, code, access token, refresh token, and of the record in which a client keeps them.
fn lengths(node: &Node, profile: &Profile) -> [usize; 5] {
    let registered = Client::register(node, &profile.metadata);
    lengths_of(node, &Client { redirect_uri: profile.redirect_uri.to_owned(), ..registered })
}

fn lengths_of(node: &Node, client: &Client) -> [usize; 5] {
    let code = code(node, client);
    let reply = node
        .serve(&client.redemption(&code).with("resource", "https://auth.example.com/mcp").post());
    assert_eq!(reply.text("scope"), SCOPE);
    let Tokens { access, refresh } = Tokens::of(&reply);
    let refresh = refresh.expect("the client may refresh");
    let mut record = reply.json();
    record["client_id"] = json!(client.id);
    [client.id.len(), code.len(), access.len(), refresh.len(), record.to_string().len()]
}

#[test]
fn no_client_we_know_is_handed_more_than_it_can_keep() {
    let node = node();
    for profile in profiles::all() {
        let lengths = lengths(&node, &profile);
        let within = lengths.into_iter().zip([300, 600, 520, 320, 1_279]);
        let all_within = within.into_iter().all(|(length, limit)| length <= limit);
        assert!(all_within, "{}: {lengths:?}", profile.name);
    }
}

#[test]
fn no_client_with_a_document_is_handed_more_than_it_can_keep() {
    for documented in documents::ALL {
        let internet = Internet::new();
        let _site = Site::with(&internet, &documented.document());
        let deployment = Deployment::usual().at("https://auth.example.com");
        let node = Node::start_in(&internet, &deployment);
        let lengths = lengths_of(&node, &documented.client());
        let within = lengths.into_iter().zip([300, 600, 520, 320, 1_279]);
        let all_within = within.into_iter().all(|(length, limit)| length <= limit);
        assert!(all_within, "{}: {lengths:?}", documented.name);
    }
}

#[test]
fn a_registration_is_taken_if_its_id_has_1200_characters_at_the_most() {
    let node = node();
    let register = |bytes: usize| {
        let uri = |bytes| format!("https://app.example.com/{}", "r".repeat(bytes));
        let metadata = json!({
            "redirect_uris": [uri(400), uri(bytes)],
            "token_endpoint_auth_method": "none",
        });
        node.serve(&Ask::json("/oauth/register", &metadata))
    };
    let bytes: Vec<_> = (1..480).collect();
    let fit = bytes.partition_point(|bytes| register(*bytes).status == 201);
    assert_eq!(register(bytes[fit - 1]).text("client_id").len(), 1_200);
    assert_eq!(register(bytes[fit]).error(), "400 invalid_client_metadata");
}

#[test]
fn the_metadata_document_fits_in_a_kibibyte() {
    let reply = node().serve(&Ask::get("/.well-known/oauth-authorization-server"));
    assert!(reply.body.len() < 1_024, "{} bytes", reply.body.len());
}

/// Only what is on has members there; so this is as long as it gets with seven scopes to name.
#[test]
fn the_metadata_document_fits_with_everything_on() {
    let names = ["mcp:tools", "mcp:resources", "mcp:prompts", "mcp:read", "mcp:write", "mcp:admin"];
    let scope =
        |name| format!("[[scopes]]\nname = \"{name}\"\ndescription = \"D\"\nadvertised = true");
    let deployment = Deployment::demo().signing().with("[tokens]\nadvertise_offline_access = true");
    let deployment = names.map(scope).iter().fold(deployment, |all, scope| all.with(scope));
    let reply =
        Node::start(&deployment).serve(&Ask::get("/.well-known/oauth-authorization-server"));
    assert!(reply.body.contains("offline_access"), "{}", reply.body);
    assert!(reply.body.len() < 1_024, "{} bytes", reply.body.len());
}
