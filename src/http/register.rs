//! `POST /oauth/register`: accepts client metadata and answers with a registration that nobody stores.
//!
//! Source: RFC 7591 §3. The `client_id` *is* the registration; the secret is derived from it.

use protocol::oauth::client::ClientKind;
use protocol::oauth::time::UnixTime;
use protocol::registration::dynamic::{
    Accepted, ClientMetadata, Registration, RegistrationError, RegistrationKind,
};

use super::Server;
use crate::seal::claims::RegistrationClaims;

/// The longest `client_id` that is handed out, in bytes: it travels in every authorization URL.
pub const REGISTRATION_BYTES_MAX: usize = 1_200;

/// A registration answer before it becomes wire types.
pub(super) struct Registered {
    pub(super) client_id: String,
    pub(super) client_secret: Option<String>,
    pub(super) issued_at: UnixTime,
    pub(super) accepted: Accepted,
    pub(super) scope: String,
}

/// Registers a client.
pub(super) fn register(
    server: &Server,
    metadata: &ClientMetadata,
    now: UnixTime,
) -> Result<Registered, RegistrationError> {
    let mut salt = [0; 8];
    salt.copy_from_slice(&server.world.random()[..8]);
    let accepted = Registration::accept(metadata, salt, &server.policy)?;
    let client_id = server.seal.seal(&RegistrationClaims::new(&accepted.registration), now);
    if client_id.len() > REGISTRATION_BYTES_MAX {
        return Err(RegistrationError::TooLarge);
    }
    let client = accepted
        .registration
        .clone()
        .client(client_id.clone(), &server.policy)
        .ok_or(RegistrationError::Closed)?;
    let confidential = matches!(accepted.registration.kind, RegistrationKind::Confidential { .. });
    debug_assert_eq!(confidential, client.kind == ClientKind::Confidential);
    Ok(Registered {
        client_secret: confidential.then(|| server.seal.client_secret(&client_id)),
        client_id,
        issued_at: now,
        accepted,
        scope: client.scope.to_string(),
    })
}
