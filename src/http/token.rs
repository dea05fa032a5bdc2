//! `POST /oauth/token`: opens what the client sent, asks the protocol and the ledger, seals what was granted.
//!
//! Everything is validated first and claimed last, so that a wrong guess spends nothing (OAuth 2.1 §7.5.2).

use poem::Request;
use protocol::flow::code::{CodeIssued, Redeemed, Redemption};
use protocol::grant::refresh_token::{Refresh, Refreshed};
use protocol::grant::{AccessGrant, GrantError, GrantType, RefreshIssued, client_credentials};
use protocol::ids::FamilyId;
use protocol::oauth::client::{AuthenticatedClient, Client, RotationRule};
use protocol::oauth::error::ErrorCode;
use protocol::oauth::scope::Scope;
use protocol::oauth::time::UnixTime;
use protocol::policy::RefreshMode;
use protocol::replay::{FirstUse, Revocation, Rotation};

use super::Server;
use super::access::write;
use super::address::ClientAddress;
use super::audit;
use super::client::{BASIC_CHALLENGE, RETRY_AFTER_SECONDS, Sent, Unauthenticated, claimed_id};
use super::identity::id_token;
use super::rates::{Class, TooMany};
use super::renewal;
use crate::contract::{OAuthError, TokenRequest, TokenResponse, TokenResult};
use crate::ledger::{CodeClaim, RefreshUse, Unavailable};
use crate::seal::claims::{CodeClaims, RefreshClaims};
use crate::upstream::FAILURE_SECONDS;

/// A token response before it becomes wire types.
pub(super) struct Issued {
    pub(super) access_token: String,
    pub(super) lifetime_seconds: u64,
    pub(super) scope: String,
    pub(super) refresh_token: Option<String>,
    pub(super) id_token: Option<String>,
}

/// Answers a token request.
pub(super) async fn token(
    server: &Server,
    http: &Request,
    mut parameters: TokenRequest,
) -> TokenResponse {
    let address = ClientAddress::of(http);
    let sent = Sent {
        id: parameters.client_id.take(),
        secret: parameters.client_secret.take(),
        assertion: parameters.client_assertion.take(),
        assertion_type: parameters.client_assertion_type.take(),
    };
    let claimed = claimed_id(http, &sent);
    let asked = server.rates.ask_as_client(Class::Token, address, &claimed);
    if let Err(too_many) = asked.and_then(|()| server.rates.may_fail(address, &claimed)) {
        let (retry_after, body) = (too_many.wait_seconds, TooMany::body());
        return TokenResponse::TooManyRequests { retry_after, body };
    }
    match grant(server, http, sent, parameters, server.world.now()).await {
        Ok(issued) => TokenResponse::Ok {
            body: TokenResult {
                access_token: issued.access_token,
                token_type: "Bearer".to_owned(),
                expires_in: issued.lifetime_seconds,
                refresh_token: issued.refresh_token,
                scope: issued.scope,
                id_token: issued.id_token,
            },
        },
        Err(refused) => {
            if refused.reason.code() != ErrorCode::TemporarilyUnavailable {
                server.rates.failed(address, &claimed);
            }
            refusal(&refused)
        }
    }
}

/// What the client hears; the log says more.
fn refusal(refused: &Unauthenticated) -> TokenResponse {
    let Unauthenticated { reason, by_header } = *refused;
    tracing::info!(?reason, "token request refused");
    let body = OAuthError {
        error: reason.code().as_str().to_owned(),
        error_description: Some(reason.description().to_owned()),
    };
    match reason.code() {
        ErrorCode::InvalidClient => TokenResponse::Unauthorized {
            www_authenticate: by_header.then(|| BASIC_CHALLENGE.to_owned()),
            body,
        },
        ErrorCode::TemporarilyUnavailable => {
            let retry_after = match reason {
                // Until then nobody is asked for the document again.
                GrantError::ClientUnavailable => FAILURE_SECONDS,
                _ => RETRY_AFTER_SECONDS,
            };
            TokenResponse::ServiceUnavailable { retry_after, body }
        }
        _ => TokenResponse::BadRequest { body },
    }
}

/// Judges a token request.
async fn grant(
    server: &Server,
    http: &Request,
    sent: Sent,
    parameters: TokenRequest,
    now: UnixTime,
) -> Result<Issued, Unauthenticated> {
    let plain = |reason| Unauthenticated { reason, by_header: false };
    let grant_type = parameters.grant_type.as_deref();
    let grant_type = grant_type.ok_or(plain(GrantError::GrantTypeMissing))?;
    let grant_type = GrantType::parse(grant_type)
        .filter(|known| {
            *known != GrantType::RefreshToken || server.policy.refresh != RefreshMode::Off
        })
        .ok_or(plain(GrantError::GrantTypeUnsupported))?;
    let client = server.authenticate(http, sent).await?;
    if !client.client().may_use(grant_type) {
        return Err(plain(GrantError::GrantTypeNotAllowed));
    }
    let issued = match grant_type {
        GrantType::AuthorizationCode => redeem(server, &client, &parameters, now).await,
        GrantType::RefreshToken => refresh(server, &client, &parameters, now).await,
        GrantType::ClientCredentials => credentials(server, &client, &parameters, now),
    };
    issued.map_err(plain)
}

impl From<Unavailable> for GrantError {
    fn from(unavailable: Unavailable) -> Self {
        tracing::error!(reason = %unavailable.reason, "the ledger does not answer");
        Self::LedgerUnavailable
    }
}

async fn redeem(
    server: &Server,
    client: &AuthenticatedClient,
    parameters: &TokenRequest,
    now: UnixTime,
) -> Result<Issued, GrantError> {
    let (policy, client) = (&server.policy, client.client());
    let sealed = parameters.code.as_deref().ok_or(GrantError::CodeMissing)?;
    let code = server
        .seal
        .open::<CodeClaims>(sealed, now)
        .ok()
        .and_then(|claims| claims.stage(&policy.issuer))
        .ok_or(GrantError::CodeUnreadable)?;
    let redemption = Redemption {
        client,
        redirect_uri: parameters.redirect_uri.as_deref(),
        code_verifier: parameters.code_verifier.as_deref(),
        resource: &parameters.resource,
    };
    let redeemable = code.present(&redemption, policy, now)?;
    let (code, holder) = (redeemable.code(), redeemable.holder());
    let claimed = CodeClaim {
        code: code.id,
        expires_at: code.expires_at(),
        family: holder.family,
        family_expires_at: redeemable.family_expires_at(client),
    };
    let ledger = &server.ledger;
    // Everything that was agreed to when the code was issued may be revoked by now. Asked before the claim: afterwards a
    // replay that comes at the same time could make the first redemption look revoked.
    if ledger.is_revoked(holder, now).await? {
        return Err(GrantError::FamilyRevoked);
    }
    give_grant(server, client, code, claimed.family_expires_at, now).await?;
    let claim = ledger.claim_code(claimed, now).await?;
    let Ok(first_use) = FirstUse::judge(code.id, claim, policy.retry_window_seconds, now) else {
        tracing::warn!("authorization code replayed; everything issued from it is revoked");
        let (family, until) = (claimed.family, claimed.family_expires_at);
        ledger.revoke(Revocation::Family { family, until }, now).await?;
        return Err(GrantError::CodeReplayed);
    };
    let redeemed = redeemable.redeem(&first_use, client, policy);
    let Redeemed { access, refresh, identity, scope } = redeemed;
    let issued = answer(server, client, &access, refresh.as_ref(), &scope, now);
    let id_token = identity.and_then(|grant| id_token(server, &grant, &issued.access_token));
    Ok(Issued { id_token, ..issued })
}

/// Gives the family of `code` what the ledger keeps of its person's grant, if it is the ledger that keeps it. Done before the
/// code is claimed: what cannot be kept spends nothing, and a repetition changes nothing.
async fn give_grant(
    server: &Server,
    client: &Client,
    code: &CodeIssued,
    family_expires_at: UnixTime,
    now: UnixTime,
) -> Result<(), GrantError> {
    let name = code.bond.as_ref().and_then(|bond| bond.credential.name());
    let Some(name) = name else { return Ok(()) };
    let found = server.grants.find(name, now).await?.ok_or(GrantError::BondMissing)?;
    let lasts = server.policy.issues_refresh_tokens(client, &code.scope) && !code.offline_declined;
    let ends_at = if lasts {
        family_expires_at
    } else {
        code.expires_at().plus_seconds(client.lifetimes.access_seconds)
    };
    server.grants.give(found, code.id.family(), ends_at, now).await?;
    Ok(())
}

async fn refresh(
    server: &Server,
    client: &AuthenticatedClient,
    parameters: &TokenRequest,
    now: UnixTime,
) -> Result<Issued, GrantError> {
    let (policy, client) = (&server.policy, client.client());
    let sealed = parameters.refresh_token.as_deref().ok_or(GrantError::RefreshMissing)?;
    let token = server
        .seal
        .open::<RefreshClaims>(sealed, now)
        .ok()
        .and_then(|claims| claims.stage(&policy.issuer))
        .ok_or(GrantError::RefreshUnreadable)?;
    let request =
        Refresh { client, scope: parameters.scope.as_deref(), resource: &parameters.resource };
    let rotatable = token.present(&request, policy, now)?;
    let rotatable = renewal::vouched_for(server, rotatable, client, now).await?;
    let rotation =
        rotation(server, rotatable.token(), client.lifetimes.rotation, client, now).await?;
    if rotation == Rotation::Reused {
        tracing::warn!("refresh token reused; its family is revoked");
    }
    let Refreshed { access, refresh, scope } = rotatable.rotate(rotation, client, policy, now)?;
    Ok(answer(server, client, &access, refresh.as_ref(), &scope, now))
}

/// What the ledger says of the token's use.
pub(super) async fn rotation(
    server: &Server,
    token: &RefreshIssued,
    rule: RotationRule,
    client: &Client,
    now: UnixTime,
) -> Result<Rotation, GrantError> {
    let used = RefreshUse::of(token, client, now);
    let rotation = server.ledger.rotate(used, now).await?;
    Ok(match (rule, rotation) {
        (RotationRule::Keep, Rotation::Rotated | Rotation::Sibling) => Rotation::NotRemembered,
        (RotationRule::Keep | RotationRule::Rotate { .. }, rotation) => rotation,
    })
}

fn credentials(
    server: &Server,
    client: &AuthenticatedClient,
    parameters: &TokenRequest,
    now: UnixTime,
) -> Result<Issued, GrantError> {
    let request = client_credentials::Request {
        scope: parameters.scope.as_deref(),
        resource: &parameters.resource,
    };
    let family = FamilyId(server.world.random());
    let tag = super::subject_tag(client.client());
    let access = client_credentials::issue(client, &request, family, &tag, &server.policy, now)?;
    Ok(answer(server, client.client(), &access, None, &access.scope, now))
}

fn answer(
    server: &Server,
    client: &Client,
    access: &AccessGrant,
    refresh: Option<&RefreshIssued>,
    granted: &Scope,
    now: UnixTime,
) -> Issued {
    audit::issued(client, access, refresh.is_some());
    let issuer = &server.policy.issuer;
    Issued {
        access_token: write(server, access, &client.id, now),
        lifetime_seconds: access.lifetime_seconds,
        scope: granted.to_string(),
        refresh_token: refresh
            .map(|token| server.seal.seal(&RefreshClaims::new(token, issuer), now)),
        id_token: None,
    }
}
