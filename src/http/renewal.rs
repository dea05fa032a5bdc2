//! Before a refresh of ours the person's identity provider is asked whether it vouches for them still.
//!
//! Source: OAuth 2.1 (draft 13) §4.3, RFC 9700 §2.2.2; what a disabled account may no longer do.

use protocol::grant::GrantError;
use protocol::grant::refresh_token::Rotatable;
use protocol::identity::{Bond, Credential};
use protocol::oauth::client::Client;
use protocol::oauth::scope::Scope;
use protocol::oauth::time::UnixTime;
use protocol::replay::{Revocation, Rotation};

use super::Server;
use super::callback::CREDENTIAL_BYTES_MAX;
use super::token::rotation;
use crate::ledger::RefreshUse;

/// What the provider says of somebody it vouches for.
struct Vouched {
    next: Option<Credential>,
    most: Option<Scope>,
}

/// The refresh token, once the provider it is bound to was asked; at once if it is bound to none.
///
/// # Errors
///
/// [`GrantError::NotVouchedFor`], and everything of the family is revoked; [`GrantError::ProviderUnavailable`], and nothing
/// is spent; what the ledger says of a token that is void already, which no provider hears of.
pub(super) async fn vouched_for(
    server: &Server,
    rotatable: Rotatable,
    client: &Client,
    now: UnixTime,
) -> Result<Rotatable, GrantError> {
    let token = rotatable.token();
    let Some(bond) = token.bond.clone() else { return Ok(rotatable) };
    let (family, until) = (token.family, token.family_expires_at(client));
    let used = RefreshUse::of(token, client, now);
    let dead = match server.ledger.foresee(used, now).await? {
        Rotation::Rotated | Rotation::Sibling | Rotation::NotRemembered => None,
        Rotation::Reused => Some(GrantError::RefreshReused),
        Rotation::Revoked => Some(GrantError::FamilyRevoked),
        Rotation::Unknown => Some(GrantError::FamilyUnknown),
    };
    if let Some(reason) = dead {
        // A copy that is used ends its family, as it would without a provider.
        rotation(server, token, client.lifetimes.rotation, client, now).await?;
        return Err(reason);
    }
    let asked = ask(server, &bond, now).await;
    let outcome = asked.and_then(|Vouched { next, most }| {
        rotatable.vouched_for(next, most.as_ref(), &server.policy)
    });
    if outcome.as_ref().err() == Some(&GrantError::NotVouchedFor) {
        tracing::info!(provider = bond.provider, "a provider vouches for somebody no longer");
        server.ledger.revoke(Revocation::Family { family, until }, now).await?;
    }
    outcome
}

/// Renews what the provider gave, and looks again whether the person may come in.
async fn ask(server: &Server, bond: &Bond, now: UnixTime) -> Result<Vouched, GrantError> {
    let federated = server.providers.get(&bond.provider).ok_or(GrantError::NotVouchedFor)?;
    let renewed = federated.provider.renew(&bond.credential.0, &bond.subject, now).await;
    let identity = renewed.map_err(|fault| {
        tracing::warn!(provider = bond.provider, ?fault, "a grant of a provider was not renewed");
        if fault.is_passing() { GrantError::ProviderUnavailable } else { GrantError::NotVouchedFor }
    })?;
    let admitted = federated.admission.admit(&identity.facts()).map_err(|reason| {
        tracing::info!(provider = bond.provider, cause = reason.cause(), "somebody may not stay");
        GrantError::NotVouchedFor
    })?;
    let next = identity.tokens.renewal().map(|renewal| renewal.expose().to_owned());
    if next.as_ref().is_some_and(|next| next.len() + bond.subject.len() > CREDENTIAL_BYTES_MAX) {
        return Err(GrantError::NotVouchedFor);
    }
    Ok(Vouched { next: next.map(Credential), most: admitted.grantable().cloned() })
}
