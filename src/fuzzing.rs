//! Entry points that fuzz targets and the replay of their seeds share. No part of the server.
//!
//! Each feeds one untrusted boundary of a whole node, in process and without sockets, and panics if what comes back
//! breaks a promise. Inputs are bytes that a person can write: `{code}`, `{login-ticket}` and their like stand for
//! values that this node sealed (`values` lists them), which no fuzzer could guess.

mod address;
mod authorization_request;
mod client_assertion;
mod client_document;
mod client_metadata;
mod deployment;
mod dpop_proof;
mod login_callback;
mod provider_answer;
mod sealed_value;
mod token_request;
mod values;

pub use address::address;
pub use authorization_request::authorization_request;
pub use client_assertion::client_assertion;
pub use client_document::client_document;
pub use client_metadata::client_metadata;
pub use dpop_proof::dpop_proof;
pub use login_callback::login_callback;
pub use provider_answer::provider_answer;
pub use sealed_value::sealed_value;
pub use token_request::token_request;
