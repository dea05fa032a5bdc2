//! Before a refresh of ours the person's identity provider is asked whether it vouches for them still.
//!
//! Source: OAuth 2.1 (draft 13) §4.3, RFC 9700 §2.2.2; what a disabled account may no longer do.

use protocol::grant::GrantError;
use protocol::grant::refresh_token::Rotatable;
use protocol::identity::{Bond, Credential};
use protocol::ids::{FamilyId, GrantName};
use protocol::oauth::client::Client;
use protocol::oauth::scope::Scope;
use protocol::oauth::time::UnixTime;
use protocol::replay::{Revocation, Rotation};

use super::Server;
use super::grants::{Holding, NotHeld};
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
    let asked = ask(server, &bond, family, until, now).await;
    let outcome = asked.and_then(|Vouched { next, most }| {
        rotatable.vouched_for(next, most.as_ref(), &server.policy)
    });
    if outcome.as_ref().err() == Some(&GrantError::NotVouchedFor) {
        tracing::info!(provider = bond.provider, "a provider vouches for somebody no longer");
        server.ledger.revoke(Revocation::Family { family, until }, now).await?;
    }
    outcome
}

/// Renews what the provider gave, and looks again whether the person may come in. `until`: when the family ends.
async fn ask(
    server: &Server,
    bond: &Bond,
    family: FamilyId,
    until: UnixTime,
    now: UnixTime,
) -> Result<Vouched, GrantError> {
    let renewal = match &bond.credential {
        Credential::Kept(name) => {
            let most = server.grants.renew(*name).await?;
            return Ok(Vouched { next: None, most });
        }
        Credential::Carried(renewal) => renewal,
    };
    let federated = server.providers.get(&bond.provider).ok_or(GrantError::NotVouchedFor)?;
    let (identity, most) = federated.vouches_for(renewal, &bond.subject, now).await?;
    if identity.tokens.renewal().is_none() {
        return Ok(Vouched { next: None, most });
    }
    let (provider, identity) = (&bond.provider, &identity);
    let holding = Holding { provider, identity, lends: false };
    let held = server.grants.hold(holding, GrantName::of(family), until, now).await;
    let next = held.map_err(|reason| match reason {
        NotHeld::TooLong => GrantError::NotVouchedFor,
        NotHeld::Unavailable(unavailable) => unavailable.into(),
    })?;
    Ok(Vouched { next: Some(next), most })
}
