//! Login through somebody else: what a provider's answers must say, who may come in, and what they may allow.
//!
//! Source: OpenID Connect Core 1.0 §3.1.3.7 and §5, RFC 9207. A person is who their provider says, by issuer and subject
//! together. An e-mail address identifies nobody here: addresses change hands, and not every provider verifies them.
//!
//! - [`id_token`] whether an ID token is one for us, now, and for this login
//! - [`told`] what a provider tells of a person, under whichever names
//! - [`email`] addresses that are read in one way only
//! - [`admission`] who may come in, and what they may allow

pub mod admission;
pub mod email;
pub mod id_token;
pub mod told;
