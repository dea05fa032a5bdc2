//! `POST /oauth/account`: opens the account ticket and goes on as who the person says.
//!
//! Source: OpenID Connect Core 1.0 §3.1.2.1 (`prompt=select_account`).

use poem::Request;
use protocol::flow::account::{AwaitingAccount, Kept};
use protocol::flow::refusal::Rejection;
use protocol::oauth::time::UnixTime;

use super::Server;
use super::answer::{Answer, Prefill};
use super::authorize::{consent_or_code, login};
use super::cookies::{Visitor, session_end};
use super::origin::same_origin;
use crate::seal::claims::AccountTicketClaims;

/// What the account form sends.
pub(super) struct AccountForm {
    pub(super) ticket: String,
    /// Whether the person goes on as who is logged in.
    pub(super) keep: bool,
}

/// Answers the account form.
pub(super) async fn account(
    server: &Server,
    http: &Request,
    visitor: &Visitor,
    form: &AccountForm,
    now: UnixTime,
) -> Answer {
    if !same_origin(http, server) {
        return Answer::rejected(Rejection::ForeignOrigin);
    }
    let stage = match resume(server, visitor, form, now) {
        Ok(stage) => stage,
        Err(reason) => return Answer::rejected(reason),
    };
    let client = match server.client(&stage.request().client_id).await {
        Ok(client) => client,
        Err(unresolved) => return Answer::rejected(unresolved.into()),
    };
    if !form.keep {
        let stage = stage.account_switched();
        return login(server, http, visitor, stage, &client, Prefill::Hint(""), now)
            .await
            .with_cookies([session_end(server)]);
    }
    match stage.account_kept(visitor.session.as_ref(), now) {
        Kept::Consent(stage) => consent_or_code(server, visitor, stage, &client, now).await,
        Kept::Login(stage) => {
            login(server, http, visitor, stage, &client, Prefill::Hint(""), now).await
        }
    }
}

fn resume(
    server: &Server,
    visitor: &Visitor,
    form: &AccountForm,
    now: UnixTime,
) -> Result<AwaitingAccount, Rejection> {
    let ticket = server
        .seal
        .open::<AccountTicketClaims>(&form.ticket, now)
        .ok()
        .and_then(|claims| claims.ticket(&server.policy.issuer))
        .ok_or(Rejection::TicketUnreadable)?;
    ticket.resume(visitor.known_digest(), now)
}
