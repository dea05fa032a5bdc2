//! The HTTP contract: wire types, response enums, one trait, routes. It depends on nothing of ours.
//! Generated from `openapi.yaml` by `make generate`; do not edit.

#[expect(clippy::needless_pass_by_value, reason = "an answer gives away what it holds")]
pub mod answers;
pub mod api;
pub mod extract;
pub mod paths;
pub mod reply;
#[expect(clippy::large_enum_variant, reason = "an answer is written as soon as it is made")]
pub mod responses;
#[expect(clippy::too_many_arguments, reason = "each query parameter is one, so that it is documented")]
pub mod routes;
pub mod served;
pub mod types;
pub mod wire;

pub use api::Api;
pub use paths::{PATHS, methods_of};
pub use responses::*;
pub use routes::Routes;
pub use types::*;
pub use wire::{Malformed, MalformedReason};

/// The contract as it is written.
pub const DOCUMENT_YAML: &str = include_str!("../../openapi.yaml");
/// The contract as JSON.
pub const DOCUMENT_JSON: &str = include_str!("openapi.json");
