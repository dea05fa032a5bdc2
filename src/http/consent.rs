//! `POST /oauth/consent`: opens the consent ticket and does what the person decided.

use poem::Request;
use protocol::flow::approval::AwaitingApproval;
use protocol::flow::consent::{AwaitingConsent, Reduced};
use protocol::flow::refusal::Rejection;
use protocol::flow::ticket::Ticket;
use protocol::oauth::client::Client;
use protocol::oauth::scope::Scope;
use protocol::oauth::time::UnixTime;

use super::Server;
use super::answer::{Answer, Prefill};
use super::authorize::{allowed, login, refused};
use super::cookies::{Visitor, session_end};
use super::origin::same_origin;
use super::provider::approved;
use crate::seal::claims::{ApprovalTicketClaims, ConsentTicketClaims};

/// What a person reads who allows nothing.
pub(super) const NOTHING_TICKED: &str = "Nothing is selected. Select what to allow, or deny.";

/// What the consent form sends.
pub(super) struct ConsentForm {
    pub(super) ticket: String,
    pub(super) decision: Decision,
    /// The scopes whose boxes are ticked; `None` where no box was offered.
    pub(super) ticked: Option<Scope>,
}

/// What the person decided.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Decision {
    /// The client gets its code.
    Allow,
    /// The client hears `access_denied`.
    Deny,
    /// Somebody else wants to log in.
    Switch,
}

/// Answers the consent form.
pub(super) async fn consent(
    server: &Server,
    http: &Request,
    visitor: &Visitor,
    form: &ConsentForm,
    now: UnixTime,
) -> Answer {
    if !same_origin(http, server) {
        return Answer::rejected(Rejection::ForeignOrigin);
    }
    if let Some(ticket) = before_login(server, form, now) {
        return approved(server, http, visitor, form, ticket, now).await;
    }
    let (stage, client) = match resume(server, visitor, form, now).await {
        Ok(resumed) => resumed,
        Err(reason) => return Answer::rejected(reason),
    };
    let still_there =
        visitor.session.as_ref().is_some_and(|session| session.subject == *stage.subject());
    match form.decision {
        Decision::Allow if still_there => match reduced(server, stage, form) {
            Reduced::To(stage) => allowed(server, visitor, stage, &client, now),
            Reduced::Nothing(stage) => {
                Answer::consent(server, &client, &stage, form.ticket.clone(), Some(NOTHING_TICKED))
            }
        },
        Decision::Deny => refused(server, &stage.consent_denied(), &client, true),
        Decision::Allow | Decision::Switch => {
            let stage = stage.account_switched();
            login(server, http, visitor, stage, &client, Prefill::Hint(""), now)
                .await
                .with_cookies([session_end(server)])
        }
    }
}

/// What is left of the request.
fn reduced(server: &Server, stage: AwaitingConsent, form: &ConsentForm) -> Reduced {
    match &form.ticked {
        Some(ticked) => stage.reduced_to(ticked, &server.policy),
        None => Reduced::To(stage),
    }
}

/// The stage in the ticket, and its client as it is known now: what the configuration took away since stays away.
async fn resume(
    server: &Server,
    visitor: &Visitor,
    form: &ConsentForm,
    now: UnixTime,
) -> Result<(AwaitingConsent, Client), Rejection> {
    let ticket = server
        .seal
        .open::<ConsentTicketClaims>(&form.ticket, now)
        .ok()
        .and_then(|claims| claims.ticket(&server.policy.issuer))
        .ok_or(Rejection::TicketUnreadable)?;
    let stage = ticket.resume(visitor.known_digest(), now)?;
    let client = server.client_of(stage.request()).await?;
    Ok((stage, client))
}

/// The ticket, if the form asked before the person was known: what was sealed for one page opens for no other.
fn before_login(
    server: &Server,
    form: &ConsentForm,
    now: UnixTime,
) -> Option<Ticket<AwaitingApproval>> {
    let claims = server.seal.open::<ApprovalTicketClaims>(&form.ticket, now).ok()?;
    claims.ticket(&server.policy.issuer)
}
