//! `grant_type=client_credentials`: a client acts on its own behalf.
//!
//! Source: OAuth 2.1 (draft 13) §4.2. No refresh token: the client can ask again whenever it likes.

use super::{AccessGrant, GrantError, GrantType};
use crate::ids::FamilyId;
use crate::oauth::built_in::BuiltIn;
use crate::oauth::client::{AuthenticatedClient, ClientOrigin};
use crate::oauth::scope::Scope;
use crate::oauth::subject::Subject;
use crate::oauth::time::UnixTime;
use crate::policy::Policy;

/// What a token request asks for.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// `scope`, as sent.
    pub scope: Option<&'a str>,
    /// `resource`, as often as sent.
    pub resource: &'a [String],
}

/// Issues an access token to the client itself, as a `family` of its own. `tag` names the client in `sub`.
///
/// # Errors
///
/// [`GrantError::GrantTypeNotAllowed`] for public clients and those not registered for it, else what is wrong with the
/// scope or the resource; [`GrantError::ScopeNotGranted`] if the token would allow nothing.
pub fn issue(
    client: &AuthenticatedClient,
    request: &Request<'_>,
    family: FamilyId,
    tag: &str,
    policy: &Policy,
    now: UnixTime,
) -> Result<AccessGrant, GrantError> {
    let client = client.client();
    if !client.kind.can_keep_a_secret() || !client.may_use(GrantType::ClientCredentials) {
        return Err(GrantError::GrantTypeNotAllowed);
    }
    let requested = request.scope.map(Scope::parse).transpose();
    let requested = requested.map_err(|_| GrantError::ScopeMalformed)?;
    // There is no person to tell of, and no refresh token.
    let requested = requested.map(|scope| scope.without(&BuiltIn::scope()));
    let target = policy.target(request.resource).map_err(GrantError::Target)?;
    // Nobody decides here but whoever configured the client, and nobody configured one that registered itself.
    let most = match client.origin {
        ClientOrigin::Preregistered => client.scope.clone(),
        ClientOrigin::Document | ClientOrigin::Registered => {
            policy.scopes.unreserved(&client.scope)
        }
    };
    let scope = policy.scopes.grantable(requested.as_ref(), &most);
    if scope.is_empty() {
        return Err(GrantError::ScopeNotGranted);
    }
    let lifetime_seconds = client.lifetimes.access_seconds;
    Ok(AccessGrant {
        family,
        generation: 0,
        client: client.thumbprint(),
        subject: Subject::Client(tag.to_owned()),
        scope,
        resource: target.resource.clone(),
        issued_at: now,
        expires_at: now.plus_seconds(lifetime_seconds),
        lifetime_seconds,
    })
}
