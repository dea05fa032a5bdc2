//! `POST /oauth/register`: accepts client metadata and answers with a registration that nobody stores.
//!
//! Source: RFC 7591 §3. The `client_id` *is* the registration; the secret is derived from it.

use protocol::grant::GrantType;
use protocol::oauth::built_in::BuiltIn;
use protocol::oauth::client::{ClientKind, KeySource};
use protocol::oauth::time::UnixTime;
use protocol::registration::dynamic::{
    Accepted, ClientMetadata, Registration, RegistrationError, RegistrationKind,
};

use poem_openapi::types::{ParseError, ParseFromJSON as _, ToJSON as _};
use serde_json::json;

use super::Server;
use super::audit;
use crate::contract::{self, ClientInformation, OAuthError, RegisterResponse};
use crate::seal::claims::RegistrationClaims;
use crate::seal::foreign::{KeySet, KeySetFault};

/// The longest `client_id` that is handed out, in bytes: it travels in every authorization URL.
pub(super) const REGISTRATION_BYTES_MAX: usize = 1_200;

/// A registration answer before it becomes wire types.
pub(super) struct Registered {
    pub(super) client_id: String,
    pub(super) client_secret: Option<String>,
    pub(super) issued_at: UnixTime,
    pub(super) accepted: Accepted,
    pub(super) scope: String,
}

/// Answers a registration request.
pub(super) fn register(
    server: &Server,
    sent: contract::ClientMetadata,
    now: UnixTime,
) -> RegisterResponse {
    let metadata = read(server, sent);
    let outcome = metadata.and_then(|metadata| accept(server, &metadata, now));
    match outcome {
        Ok(registered) => RegisterResponse::Created { body: information(registered) },
        Err(reason) => {
            tracing::info!(?reason, "registration refused");
            let body = OAuthError {
                error: reason.code().as_str().to_owned(),
                error_description: Some(reason.description().to_owned()),
            };
            if reason == RegistrationError::Closed {
                RegisterResponse::Forbidden { body }
            } else {
                RegisterResponse::BadRequest { body }
            }
        }
    }
}

impl Server {
    /// Registers a client as `POST /oauth/register` does; `metadata` as RFC 7591 §2 has them.
    ///
    /// # Errors
    ///
    /// What is wrong with them, in words.
    pub fn register_client(
        &self,
        metadata: serde_json::Value,
    ) -> Result<serde_json::Value, String> {
        let sent = contract::ClientMetadata::parse_from_json(Some(metadata))
            .map_err(ParseError::into_message)?;
        let now = self.world.now();
        let registered = read(self, sent).and_then(|metadata| accept(self, &metadata, now));
        match registered {
            Ok(registered) => Ok(information(registered).to_json().unwrap_or_default()),
            Err(reason) => Err(reason.description().to_owned()),
        }
    }
}

/// What the client hears of its registration (RFC 7591 §3.2.1): what was accepted, nothing that is absent.
fn information(registered: Registered) -> ClientInformation {
    let Registered { accepted, client_secret, .. } = registered;
    let grant_types: Vec<_> =
        accepted.registration.grant_types.iter().map(|grant| grant.as_str().to_owned()).collect();
    let has_code = accepted.registration.grant_types.contains(&GrantType::AuthorizationCode);
    let after_logout = &accepted.registration.post_logout_redirect_uris;
    let after_logout: Vec<_> = after_logout.iter().map(|uri| uri.as_str().to_owned()).collect();
    let (jwks, jwks_uri) = match accepted.registration.kind {
        RegistrationKind::Keyed(KeySource::Inline(keys)) => {
            (serde_json::from_str(&keys).ok(), None)
        }
        RegistrationKind::Keyed(KeySource::Remote(url)) => (None, Some(url)),
        RegistrationKind::Public | RegistrationKind::Confidential { .. } => (None, None),
    };
    ClientInformation {
        jwks,
        jwks_uri,
        client_id: registered.client_id,
        client_secret_expires_at: client_secret.is_some().then_some(0),
        client_secret,
        client_id_issued_at: Some(registered.issued_at.0),
        redirect_uris: Some(accepted.redirect_uris),
        post_logout_redirect_uris: Some(after_logout).filter(|uris| !uris.is_empty()),
        token_endpoint_auth_method: Some(accepted.auth_method.to_owned()),
        grant_types: Some(grant_types),
        response_types: Some(if has_code { vec!["code".to_owned()] } else { Vec::new() }),
        client_name: accepted.registration.name,
        scope: Some(registered.scope),
        ..ClientInformation::default()
    }
}

/// What the client says, with keys that are public and can be used, in their shortest form, or at a URL that is fetched
/// from here.
fn read(
    server: &Server,
    sent: contract::ClientMetadata,
) -> Result<ClientMetadata, RegistrationError> {
    let signs = sent.token_endpoint_auth_method.as_deref() == Some("private_key_jwt");
    let jwks = match sent.jwks.map(|set| KeySet::condensed(&json!(set).to_string())) {
        None => None,
        Some(Ok(keys)) => Some(keys),
        // Keys for another use than ours are nobody's mistake.
        Some(Err(KeySetFault::Useless)) if !signs => None,
        Some(Err(fault)) => return Err(RegistrationError::Keys(fault.description())),
    };
    if let Some(url) = &sent.jwks_uri {
        server.upstream.target(url).map_err(|_| RegistrationError::KeysUri)?;
    }
    Ok(ClientMetadata {
        client_name: sent.client_name,
        redirect_uris: sent.redirect_uris.unwrap_or_default(),
        post_logout_redirect_uris: sent.post_logout_redirect_uris.unwrap_or_default(),
        token_endpoint_auth_method: sent.token_endpoint_auth_method,
        grant_types: sent.grant_types,
        response_types: sent.response_types,
        scope: sent.scope,
        jwks,
        jwks_uri: sent.jwks_uri,
    })
}

/// Registers a client.
fn accept(
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
    audit::registered(&client);
    Ok(Registered {
        client_secret: confidential.then(|| server.seal.client_secret(&client_id)),
        client_id,
        issued_at: now,
        accepted,
        // What is told of the person is asked for when it is needed, not because it is listed.
        scope: client.scope.without(&BuiltIn::scope()).to_string(),
    })
}
