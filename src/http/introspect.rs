//! `POST /oauth/introspect`: tells a client that proved who it is what a token is good for.
//!
//! Source: RFC 7662. Everything that a token says of itself is judged before the ledger is asked.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poem::Request;
use protocol::grant::{AccessGrant, RefreshIssued};
use protocol::introspection::{Caller, IntrospectionError, is_usable};
use protocol::oauth::client::ClientThumbprint;
use protocol::oauth::error::ErrorCode;
use protocol::oauth::subject::Subject;
use protocol::oauth::time::UnixTime;
use protocol::replay::Holder;
use protocol::revocation::IssuedToken;

use super::Server;
use super::client::{BASIC_CHALLENGE, RETRY_AFTER_SECONDS, Sent};
use super::rates::TooMany;
use crate::contract::{IntrospectResponse, Introspection, OAuthError, PresentedToken};
use crate::ledger::{RefreshUse, Unavailable};

/// Answers an introspection request.
pub(super) async fn introspect(
    server: &Server,
    http: &Request,
    sent: PresentedToken,
) -> IntrospectResponse {
    match judge(server, http, sent, server.world.now()).await {
        Ok(known) => IntrospectResponse::Ok { body: known.unwrap_or_default() },
        Err(Refused::Reason(reason)) => refusal(reason),
        Err(Refused::TooMany(too_many)) => {
            tracing::warn!("a client asks about many tokens that tell it nothing");
            let (retry_after, body) = (too_many.wait_seconds, TooMany::body());
            IntrospectResponse::TooManyRequests { retry_after, body }
        }
    }
}

/// Why nothing is said.
enum Refused {
    Reason(IntrospectionError),
    TooMany(TooMany),
}

impl From<IntrospectionError> for Refused {
    fn from(reason: IntrospectionError) -> Self {
        Self::Reason(reason)
    }
}

impl From<TooMany> for Refused {
    fn from(too_many: TooMany) -> Self {
        Self::TooMany(too_many)
    }
}

fn refusal(reason: IntrospectionError) -> IntrospectResponse {
    tracing::info!(?reason, "introspection refused");
    let body = OAuthError {
        error: reason.code().as_str().to_owned(),
        error_description: Some(reason.description().to_owned()),
    };
    match reason.code() {
        ErrorCode::InvalidClient => {
            let www_authenticate = Some(BASIC_CHALLENGE.to_owned());
            IntrospectResponse::Unauthorized { www_authenticate, body }
        }
        ErrorCode::TemporarilyUnavailable => {
            IntrospectResponse::ServiceUnavailable { retry_after: RETRY_AFTER_SECONDS, body }
        }
        _ => IntrospectResponse::BadRequest { body },
    }
}

/// What may be said of the token; `None` where it is not active, or none of the caller's business. Such questions are
/// counted: whoever tries out tokens gets little else.
async fn judge(
    server: &Server,
    http: &Request,
    sent: PresentedToken,
    now: UnixTime,
) -> Result<Option<Introspection>, Refused> {
    let by = Sent {
        id: sent.client_id,
        secret: sent.client_secret,
        assertion: sent.client_assertion,
        assertion_type: sent.client_assertion_type,
    };
    let client = server.authenticate(http, by).await;
    let client = client.map_err(|refused| IntrospectionError::Caller(refused.reason))?;
    let caller = Caller::admit(&client)?;
    let token = sent.token.ok_or(IntrospectionError::TokenMissing)?;
    server.rates.may_scan(&caller.client().id)?;
    let known = known(server, caller, &token, now).await.map_err(|unavailable| {
        tracing::error!(reason = %unavailable.reason, "the ledger does not answer");
        IntrospectionError::LedgerUnavailable
    })?;
    if known.is_none() {
        server.rates.scanned(&caller.client().id);
    }
    Ok(known)
}

/// What is known of the token that concerns the caller.
async fn known(
    server: &Server,
    caller: Caller<'_>,
    token: &str,
    now: UnixTime,
) -> Result<Option<Introspection>, Unavailable> {
    // What the operator handed out may be for several resources; the caller asks about its own.
    let of_caller =
        |grant: &AccessGrant| server.policy.may_introspect(caller.client(), &grant.resource);
    let handed_out = server.static_tokens.grants(token, &server.policy).into_iter().find(of_caller);
    match handed_out.map(IssuedToken::Access).or_else(|| server.issued_token(token, now)) {
        None => Ok(None),
        Some(IssuedToken::Access(grant)) => access(server, caller, grant, now).await,
        Some(IssuedToken::Refresh(token)) => refresh(server, caller, token, now).await,
    }
}

async fn access(
    server: &Server,
    caller: Caller<'_>,
    grant: AccessGrant,
    now: UnixTime,
) -> Result<Option<Introspection>, Unavailable> {
    let Some(grant) = caller.sees_access(grant, &server.policy, now) else { return Ok(None) };
    if server.ledger.is_revoked(grant.holder(), now).await? {
        return Ok(None);
    }
    Ok(Some(Introspection {
        token_type: Some("Bearer".to_owned()),
        exp: Some(grant.expires_at.0),
        iat: Some(grant.issued_at.0),
        jti: Some(URL_SAFE_NO_PAD.encode(grant.jti())),
        scope: Some(grant.scope.to_string()),
        aud: Some(grant.resource.as_str().to_owned()),
        ..of(server, caller, &grant.holder(), &grant.subject)
    }))
}

async fn refresh(
    server: &Server,
    caller: Caller<'_>,
    token: RefreshIssued,
    now: UnixTime,
) -> Result<Option<Introspection>, Unavailable> {
    let client = caller.client();
    let Some(rotatable) = caller.sees_refresh(token, &server.policy, now) else { return Ok(None) };
    let token = rotatable.token();
    let used = RefreshUse::of(token, client, now);
    let is_active = is_usable(server.ledger.foresee(used, now).await?);
    Ok(is_active.then(|| Introspection {
        exp: Some(token.expires_at(client).0),
        iat: Some(token.issued_at.0),
        scope: Some(token.scope.to_string()),
        aud: Some(token.resource.as_str().to_owned()),
        ..of(server, caller, &token.holder(), &token.subject)
    }))
}

/// What is said of tokens of either kind.
fn of(server: &Server, caller: Caller<'_>, holder: &Holder, subject: &Subject) -> Introspection {
    Introspection {
        active: true,
        client_id: client_id(server, caller, holder.client),
        client_thumbprint: Some(URL_SAFE_NO_PAD.encode(holder.client.0)),
        username: match subject {
            Subject::Person(name) => Some(name.clone()),
            Subject::Client(_) | Subject::Federated { .. } => None,
        },
        sub: Some(subject.to_text()),
        iss: Some(server.policy.issuer.clone()),
        ..Introspection::default()
    }
}

/// The id behind a thumbprint: the caller's own, or one of the configuration. No other is known from the token.
fn client_id(server: &Server, caller: Caller<'_>, thumbprint: ClientThumbprint) -> Option<String> {
    let mut known = std::iter::once(caller.client()).chain(server.policy.clients.values());
    known.find(|client| client.thumbprint() == thumbprint).map(|client| client.id.clone())
}
