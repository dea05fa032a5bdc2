//! The sealed form of each stage: explicit short names, no defaults written, unknown members refused.
//!
//! This is the only place where a stage becomes JSON, so renaming a field in the protocol cannot void what is in
//! flight. A member's meaning never changes; what is no longer needed is left unused. `tests/compatibility` holds values
//! sealed by earlier releases.

mod code;
mod cookies;
mod federation;
mod grant;
mod logout;
mod order;
mod registration;
mod signed;
mod tickets;
mod tokens;
mod wire;

pub use code::CodeClaims;
pub use cookies::{ConsentClaims, SessionClaims};
pub use federation::{ApprovalTicketClaims, TRANSACTION_KEPT_SECONDS, TransactionClaims};
pub use grant::{ProviderGrant, ProviderGrantClaims};
pub use logout::LogoutTicketClaims;
pub use order::OrderClaims;
pub use registration::RegistrationClaims;
pub use signed::SignedAccessClaims;
pub use tickets::{AccountTicketClaims, ConsentTicketClaims, LoginTicketClaims};
pub use tokens::{AccessClaims, RefreshClaims};
