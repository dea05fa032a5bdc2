//! The authorization flow: one struct per stage, holding exactly what is known by then.
//!
//! ```text
//! Requested --sign_in_needed--> AwaitingLogin --login_succeeded--> AwaitingConsent --consent_given--> CodeIssued
//!     |                          ^                                 ^    |      |
//!     +------ session_found -----|---------------------------------+    |      +--consent_denied--> Refused
//!     |                          +------------------ account_switched --+
//!     +------ account_asked --> AwaitingAccount --account_kept--> AwaitingConsent
//! AwaitingLogin --provider_chosen--> AwaitingApproval --approved--> AwaitingProvider --answered--> Answered
//! Answered --arrived--> CodeIssued, or --arrived_with_less--> AwaitingConsent
//! CodeIssued --present--> Redeemable --redeem--> Redeemed                  refresh: see `grant::refresh_token`
//! ```
//!
//! A transition consumes its stage. The serialised form of a stage *is* what the browser or the client carries:
//! `AwaitingLogin` the login ticket, `AwaitingAccount` the account ticket, `AwaitingConsent` the consent ticket,
//! `CodeIssued` the authorization code. `AwaitingApproval` is the approval ticket, a consent that is asked before the person
//! is known; `AwaitingProvider` is the transaction, which waits in a cookie while they are at their identity provider.
//! `spec/flow/transitions.toml` lists every legal transition. The end of a login is no stage of it: see [`logout`].

pub mod account;
pub mod approval;
pub mod code;
pub mod consent;
mod location;
pub mod login;
pub mod logout;
pub mod prompt;
pub mod provider;
pub mod refusal;
mod rejection;
pub mod request;
pub mod session;
pub mod ticket;
