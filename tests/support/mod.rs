//! What the tests of whole nodes share: a world that stands still, one key ring, nodes in process, a browser, a client.
//!
//! Everything is synchronous: a test says what is asked, in which order, and reads the answers.

mod ask;
pub(crate) mod authority;
mod browser;
mod client;
mod deployment;
pub(crate) mod documents;
pub(crate) mod internet;
pub(crate) mod log;
mod node;
pub(crate) mod profiles;
pub(crate) mod provider;
mod reply;
mod scratch;
mod shown;
pub(crate) mod signer;
pub(crate) mod store;
mod world;

pub(crate) use ask::Ask;
pub(crate) use browser::Browser;
pub(crate) use client::{Client, Request, Tokens, VERIFIER};
pub(crate) use deployment::{ALICE, BOB, Deployment, ISSUER};
pub(crate) use log::logged;
pub(crate) use node::{Fleet, Node, Serve, ledger_of, wait};
pub(crate) use reply::Reply;
pub(crate) use scratch::{Scratch, memory};
pub(crate) use shown::{altered, altered_at, plain, shown, visible};
pub(crate) use signer::Signer;
pub(crate) use world::{Clock, FixedWorld};
