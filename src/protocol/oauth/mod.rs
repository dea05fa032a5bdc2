//! The vocabulary of OAuth, parsed rather than validated.

pub mod algorithm;
pub mod assertion;
pub mod built_in;
pub mod client;
pub mod dpop;
pub mod error;
pub mod pkce;
pub mod post_logout;
pub mod redirect_uri;
pub mod resource;
pub mod scope;
pub mod subject;
pub mod time;
