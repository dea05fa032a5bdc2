//! The MCP server's side of OAuth: read the bearer token, admit or challenge, pass on without the token.
//! Source: RFC 6750, RFC 9728, OAuth 2.1 §5; MCP 2026-07-28 authorization.
//!
//! [`bearer`], [`admit`], [`refusal`], [`challenge`], [`shortfall`], [`lists`], [`origin`] and [`metadata`] decide, from values to values;
//! [`gate`] and [`mod@guard`] carry the decisions out for a request; [`proxy`] passes it on to a server that runs elsewhere.

pub mod admit;
pub mod bearer;
pub mod challenge;
pub mod events;
pub mod gate;
pub mod guard;
pub mod lists;
pub mod metadata;
pub mod origin;
pub mod proxy;
pub mod refusal;
pub mod shortfall;
pub mod until;

#[doc(hidden)]
pub mod fuzzing;

mod sift;

pub use admit::{Admitted, Verified};
pub use gate::{Door, Gate, Possession, Prove, Proving, Unverified, Verify};
pub use guard::{Guarded, guard, mount};
pub use refusal::Refusal;
pub use shortfall::Shortfall;
pub use sift::LIST_BYTES_MAX;
pub use until::Until;
