//! Sealbearer: an OAuth 2.1 authorization server for the Model Context Protocol that stores nothing.
//!
//! Every state the protocol passes through between two HTTP requests is a sealed JWT that the browser or the client
//! carries. A node is a function of (request, sealed state, clock, key ring, configuration).
//!
//! The house, in reading order; every arrow points down the list, except that [`server`] knows everything:
//!
//! - [`contract`] what `openapi.yaml` promises: wire types, one trait, routes (generated)
//! - [`http`] implements the contract: opens what came in, asks the protocol, seals what goes out
//! - [`mod@protocol`] decides, without I/O, clock or randomness of its own (its own package)
//! - [`upstream`] what this server asks others for, through one guarded way out, and whom it lets people log in at
//! - [`seal`] typed value to opaque string and back; the only user of josekit
//! - [`keys`] the key ring: generations, rotation, JWKS
//! - [`ledger`] what no token can know: that something was already used, or revoked
//! - [`gateway`] the MCP server's side of OAuth: read the bearer token, challenge
//! - [`mcp`] the built-in MCP server behind the gateway
//! - [`resource`] the same for MCP servers of other people: the validator as a library
//! - [`ui`] pages as functions from data to HTML
//! - [`config`] raw file and environment to [`config::Config`], refused early
//! - [`world`] what comes from outside: clock and entropy
//! - [`server`] the composition root: configuration to running routes
//! - [`doctor`] examines a deployment, ours or anybody's, as each known client would meet it
//! - [`cli`] the command line: serve, and the tools around keys, users and clients
//! - [`listen`] sockets, and the limits of what a connection may do

// Layers around layers make types deeper than the compiler's usual limit.
#![recursion_limit = "256"]

pub use protocol;

pub mod cli;
pub mod config;
#[rustfmt::skip] // the generator formats what it writes
pub mod contract;
pub mod doctor;
#[doc(hidden)]
pub mod fuzzing;
pub mod gateway;
pub mod http;
pub mod keys;
pub mod ledger;
pub mod listen;
pub mod mcp;
pub mod resource;
pub mod seal;
pub mod server;
pub mod ui;
pub mod upstream;
pub mod world;
