//! `GET|POST /oauth/authorize`: which requests reach a person, which are answered by a redirect, and which by a page.

mod answers;
mod hints;
mod parameters;
mod prompts;
mod redirect_uris;
mod state;
mod weakened;
mod wording;

use crate::support::{Client, Deployment, Node};

/// Where the client of these tests gets its answers.
const CALLBACK: &str = "https://app.example.com/callback";

/// A node, and a client that its operator vouches for: its errors are redirected at once.
fn vouched() -> (Node, Client) {
    vouched_by(Deployment::usual())
}

fn vouched_by(deployment: Deployment) -> (Node, Client) {
    let settings = format!("name = \"Web application\"\nredirect_uris = [\"{CALLBACK}\"]");
    let node = Node::start(&deployment.with_client("web", None, &settings));
    (node, Client::known("web", None, CALLBACK))
}
