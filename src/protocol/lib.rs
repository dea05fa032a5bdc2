//! The rules of OAuth as this server keeps them: values in, decisions out.
//!
//! What is absent is the point: no sockets, no clock, no entropy, no async, no framework. Time, random ids and the
//! answers of the ledger are arguments.
//!
//! - [`oauth`] the vocabulary, parsed rather than validated
//! - [`policy`], [`scopes`] what this deployment permits
//! - [`federation`] login through somebody else: what their answers must say, and who may come in
//! - [`flow`] the authorization state machine, from request to code
//! - [`grant`] the token endpoint, one file per grant type
//! - [`registration`] how a client becomes known
//! - [`identity`] what a client learns of the person
//! - [`metadata`] the discovery documents, derived from what is on
//! - [`static_token`] bearer tokens that the operator hands out
//! - [`operation`] what an MCP request does, and which scopes that needs
//! - [`json`] JSON that everybody reads alike
//! - [`introspection`], [`revocation`] what a client may ask about a token, and give back
//! - [`epochs`] instants before which nothing counts
//! - [`ids`], [`replay`] names of codes and families, and what a ledger says of them

pub mod epochs;
pub mod federation;
pub mod flow;
#[doc(hidden)]
pub mod fuzzing;
pub mod grant;
pub mod identity;
pub mod ids;
pub mod introspection;
pub mod json;
pub mod metadata;
pub mod oauth;
pub mod operation;
pub mod policy;
mod providers;
pub mod registration;
pub mod replay;
pub mod revocation;
pub mod scopes;
pub mod static_token;
