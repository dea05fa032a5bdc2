//! For people who write an MCP server in Rust: verifies the access tokens of its requests, and answers those that have none.
//! Source: OAuth 2.1 §5, RFC 6750, RFC 7662, RFC 8414, RFC 9068, RFC 9449, RFC 9728; MCP 2026-07-28 authorization.
//!
//! A [`Validator`] is for one protected resource, named by the URL that people give to their MCP client, and trusts one or
//! more authorities, ours or anybody's:
//!
//! - [`Signed`]: tokens are JWTs, verified with the keys that the issuer publishes (RFC 9068, or plain JWTs)
//! - [`Introspected`]: the issuer is asked about every token it has not been asked about lately (RFC 7662)
//! - [`Sealed`]: the tokens of a Sealbearer whose key ring this process has
//!
//! It can be used three ways, and all of them make the same decisions as the gateway of this server:
//!
//! - [`Validator::admit`] and [`Validator::permit`], plain functions on the head of a request
//! - [`Validator::layer`], a layer for axum and everything else that is made of `tower` services
//! - [`Protect`], a middleware for poem
//!
//! Layer and middleware also answer the metadata of the resource (RFC 9728), take the credentials off the request, leave
//! [`Admitted`] and [`Caller`] in its extensions, and end a stream of events when its token ends. `examples/protect_axum.rs` is a complete MCP server.
//!
//! ```no_run
//! use sealbearer::resource::{Signed, Validator};
//!
//! # fn main() -> Result<(), sealbearer::resource::Mistake> {
//! let validator = Validator::new("https://mcp.example.com/mcp")
//!     .trusts(Signed::by("https://auth.example.com"))
//!     .requires(["notes:read"])
//!     .build()?;
//! let layer = validator.layer();
//! # Ok(()) }
//! ```

mod access_token;
mod authority;
mod discovery;
mod head;
mod introspection;
mod middleware;
mod possession;
mod shape;
mod tower;
mod validator;

pub use crate::gateway::{Admitted, Refusal, Shortfall, Until};
pub use crate::mcp::Caller;
pub use authority::{Authorities, Authority, Introspected, Keys, Sealed, Signed};
pub use introspection::{REFUSED_SECONDS_MAX, REMEMBERED_MAX, REMEMBERED_SECONDS};
pub use middleware::{Protect, ProtectedEndpoint};
pub use possession::Proofs;
pub use tower::{Admitting, ProtectLayer};
pub use validator::{Builder, Dpop, Mistake, Refused, Validator};
