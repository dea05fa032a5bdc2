//! One endpoint at a time, as clients and browsers see it: status, headers, body. Every reply fits the contract.

mod authorize;
mod consent;
mod cookies;
mod documents;
mod epochs;
mod federation;
mod forms;
mod identity;
mod introspect;
mod login;
mod logout;
mod logs;
mod management;
mod metadata;
mod order;
mod others;
mod register;
mod registered_keys;
mod reload;
mod resource;
mod revoke;
mod scopes;
mod sizes;
mod static_tokens;
mod step_up;
mod token;
mod views;

use crate::support::{ALICE, Browser, Client, Node, Reply, Tokens};

/// A token with these scopes, which alice allowed.
fn granted(node: &Node, client: &Client, scope: &str) -> String {
    let mut browser = Browser::default();
    let page = browser.open(node, &client.request().with("scope", scope).uri());
    let page = browser.log_in(node, &page, ALICE);
    Tokens::of(&client.redeem(node, &browser.decide(node, &page, "allow").code())).access
}

/// Each sentence with what came of it, a line each.
fn table<S: AsRef<str>>(rows: impl IntoIterator<Item = (S, String)>) -> String {
    let lines =
        rows.into_iter().map(|(sentence, outcome)| format!("{}: {outcome}", sentence.as_ref()));
    lines.collect::<Vec<_>>().join("\n")
}

/// That no cache keeps `reply`.
fn assert_not_stored(reply: &Reply) {
    assert_eq!(reply.header("cache-control"), Some("no-store"), "{} {}", reply.status, reply.body);
}
