//! `POST /oauth/order`: does what an operator's command orders, who proves to be one by sealing the order.
//!
//! Whoever holds the key ring may mint any token; that they may revoke gives them nothing. An order that is sent again
//! revokes what is revoked already.

use protocol::oauth::time::UnixTime;
use protocol::revocation::OrderError;

use super::Server;
use super::client::RETRY_AFTER_SECONDS;
use crate::contract::{OAuthError, OrderRequest, OrderResponse, OrderResult};
use crate::ledger::Reach;
use crate::seal::claims::OrderClaims;

/// Answers an order.
pub(super) async fn order(server: &Server, sent: OrderRequest) -> OrderResponse {
    if !server.policy.revocation {
        let body = OAuthError { error: "not_found".to_owned(), error_description: None };
        return OrderResponse::NotFound { body };
    }
    match obey(server, sent.order.as_deref().unwrap_or_default(), server.world.now()).await {
        Ok(()) => {
            let guarantee = server.ledger.guarantee();
            OrderResponse::Ok {
                body: OrderResult {
                    ledger: guarantee.kind.to_owned(),
                    every_node: guarantee.revocation == Reach::EveryNode,
                    survives_restart: guarantee.survives_restart,
                },
            }
        }
        Err(reason) => refusal(reason),
    }
}

fn refusal(reason: OrderError) -> OrderResponse {
    tracing::warn!(?reason, "order refused");
    let body = OAuthError {
        error: reason.code().as_str().to_owned(),
        error_description: Some(reason.description().to_owned()),
    };
    match reason {
        OrderError::LedgerUnavailable => {
            OrderResponse::ServiceUnavailable { retry_after: RETRY_AFTER_SECONDS, body }
        }
        OrderError::Unreadable | OrderError::Expired => OrderResponse::BadRequest { body },
    }
}

async fn obey(server: &Server, sealed: &str, now: UnixTime) -> Result<(), OrderError> {
    let order = server.seal.open::<OrderClaims>(sealed, now).ok();
    let order = order.and_then(|claims| claims.stage()).ok_or(OrderError::Unreadable)?;
    let what = order.obeyed(now)?;
    server.ledger.revoke(what, now).await.map_err(|unavailable| {
        tracing::error!(reason = %unavailable.reason, "the ledger does not answer");
        OrderError::LedgerUnavailable
    })?;
    tracing::warn!(kind = %what.kind(), "revoked by order of the operator");
    Ok(())
}
