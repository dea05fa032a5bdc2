//! Cases of `spec/attacks.md` that no other test is about: each on one node, and with its requests spread over two.

mod authorize;
mod configuration;
mod metadata;
mod register;
mod token;

use crate::support::{ALICE, Browser, Client, Deployment, Fleet, Request, Serve};

/// One node, and two behind a balancer.
fn everywhere(deployment: &Deployment) -> [Fleet; 2] {
    [1, 2].map(|nodes| Fleet::start(nodes, deployment))
}

/// Each kind of client: registered without and with a secret, and one of the configuration.
fn clients(at: &impl Serve) -> [Client; 3] {
    let known = Client::known("web", None, "https://app.example.com/callback");
    [Client::public(at), Client::confidential(at), known]
}

/// A deployment that knows the client `web`.
fn deployment() -> Deployment {
    let settings = "redirect_uris = [\"https://app.example.com/callback\"]";
    Deployment::usual().with_client("web", None, settings)
}

/// What a client hears of this request once its person is logged in: an error by redirect, or what the browser shows.
fn told(at: &impl Serve, client: &Client, request: &Request) -> String {
    let mut browser = Browser::default();
    browser.allow(at, &client.request().uri(), ALICE);
    let reply = browser.open(at, &request.uri());
    match reply.header("location") {
        Some(location) => {
            assert!(location.starts_with("https://app.example.com/callback?"), "{location}");
            reply.parameter("error").unwrap_or_else(|| "no error".to_owned())
        }
        None => format!("{} page", reply.status),
    }
}
