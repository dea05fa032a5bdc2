//! `POST /oauth/revoke`: takes a token back from the client it was issued to.
//!
//! Source: RFC 7009. Answered only once the ledger remembers it: a client that hears 200 believes the token is dead.

use poem::Request;
use protocol::oauth::error::ErrorCode;
use protocol::oauth::time::UnixTime;
use protocol::revocation::RevocationError;

use super::Server;
use super::client::{BASIC_CHALLENGE, RETRY_AFTER_SECONDS, Sent};
use crate::contract::{OAuthError, PresentedToken, RevokeResponse};

/// A refusal, and whether the client authenticated by the `Authorization` header.
struct Refused {
    reason: RevocationError,
    by_header: bool,
}

/// Answers a revocation request.
pub(super) async fn revoke(
    server: &Server,
    http: &Request,
    sent: PresentedToken,
) -> RevokeResponse {
    if !server.policy.revocation {
        let body = OAuthError { error: "not_found".to_owned(), error_description: None };
        return RevokeResponse::NotFound { body };
    }
    match give_back(server, http, sent, server.world.now()).await {
        Ok(()) => RevokeResponse::Ok,
        Err(refused) => refusal(&refused),
    }
}

fn refusal(refused: &Refused) -> RevokeResponse {
    let Refused { reason, by_header } = *refused;
    tracing::info!(?reason, "revocation refused");
    let body = OAuthError {
        error: reason.code().as_str().to_owned(),
        error_description: Some(reason.description().to_owned()),
    };
    match reason.code() {
        ErrorCode::InvalidClient => {
            let www_authenticate = by_header.then(|| BASIC_CHALLENGE.to_owned());
            RevokeResponse::Unauthorized { www_authenticate, body }
        }
        ErrorCode::TemporarilyUnavailable => {
            RevokeResponse::ServiceUnavailable { retry_after: RETRY_AFTER_SECONDS, body }
        }
        _ => RevokeResponse::BadRequest { body },
    }
}

async fn give_back(
    server: &Server,
    http: &Request,
    sent: PresentedToken,
    now: UnixTime,
) -> Result<(), Refused> {
    let by = Sent {
        id: sent.client_id,
        secret: sent.client_secret,
        assertion: sent.client_assertion,
        assertion_type: sent.client_assertion_type,
    };
    let client = server.authenticate(http, by).await;
    let client = client.map_err(|refused| Refused {
        reason: RevocationError::Client(refused.reason),
        by_header: refused.by_header,
    })?;
    let refuse = |reason| Refused { reason, by_header: false };
    let token = sent.token.ok_or(refuse(RevocationError::TokenMissing))?;
    let Some(token) = server.issued_token(&token, now) else { return Ok(()) };
    let Some(what) = token.given_back(client.client(), now).map_err(refuse)? else {
        return Ok(());
    };
    server.ledger.revoke(what, now).await.map_err(|unavailable| {
        tracing::error!(reason = %unavailable.reason, "the ledger does not answer");
        refuse(RevocationError::LedgerUnavailable)
    })?;
    tracing::info!("a client gave a token back");
    Ok(())
}
