//! `GET|POST /oauth/logout` and the form of its page: ends the login of a browser.
//!
//! Source: OpenID Connect RP-Initiated Logout 1.0. A login is a sealed cookie. The browser is told to forget it, and a
//! ledger that can revoke is told too, so that copies of the cookie end with it. What clients hold stays theirs.

use poem::Request;
use poem::http::{Method, StatusCode};
use protocol::flow::logout::{
    AwaitingLogout, Judged, LogoutParameters, LogoutRequested, Onward, Presence,
};
use protocol::flow::refusal::Rejection;
use protocol::flow::ticket::Ticket;
use protocol::identity::Hint;
use protocol::oauth::client::Client;
use protocol::oauth::time::UnixTime;

use super::Server;
use super::answer::{Answer, account};
use super::cookies::{Visitor, session_end};
use super::identity;
use super::origin::same_origin;
use super::request_in_words::{client_name, host_of};
use crate::contract::LogoutRequest;
use crate::seal::claims::LogoutTicketClaims;
use crate::ui::{LoggedOutPage, LogoutPage, content_security_policy, form_policy, html};

/// What the logout form sends.
pub(super) struct LogoutForm {
    pub(super) ticket: String,
    /// Whether the person wants to log out.
    pub(super) end: bool,
}

/// Answers a logout request.
pub(super) async fn logout(
    server: &Server,
    http: &Request,
    visitor: &Visitor,
    sent: LogoutRequest,
    now: UnixTime,
) -> Answer {
    let hint = match identity::hint(server, sent.id_token_hint.as_deref()) {
        Hint::IdToken(hint) => Some(hint),
        Hint::Absent => None,
        Hint::Unreadable => {
            tracing::info!("an id_token_hint is none of ours");
            None
        }
    };
    let requested = LogoutRequested::new(LogoutParameters {
        hint,
        client_id: sent.client_id,
        post_logout_redirect_uri: sent.post_logout_redirect_uri,
        state: sent.state,
    });
    let client = match requested.client_id() {
        Some(client_id) => server.client(client_id).await.ok(),
        None => None,
    };
    let presence = match &visitor.session {
        Some(session) => Presence::Person(session),
        None if http.method() == Method::POST && visitor.cross_site => Presence::Unseen,
        None => Presence::Nobody,
    };
    match requested.judge(client.as_ref(), presence) {
        Judged::End(onward) => end(server, visitor, onward, now).await,
        Judged::Ask(stage) => ask(server, visitor, stage, client.as_ref(), now),
    }
}

/// Answers the form of the logout page.
pub(super) async fn confirm(
    server: &Server,
    http: &Request,
    visitor: &Visitor,
    form: &LogoutForm,
    now: UnixTime,
) -> Answer {
    if !same_origin(http, server) {
        return Answer::rejected(Rejection::ForeignOrigin);
    }
    let Ok(claims) = server.seal.open::<LogoutTicketClaims>(&form.ticket, now) else {
        return Answer::rejected(Rejection::TicketUnreadable);
    };
    match claims.ticket().resume(visitor.known_digest(), now) {
        Ok(stage) if form.end => end(server, visitor, stage.logout_confirmed(), now).await,
        Ok(_) => Answer::page(StatusCode::OK, html(&LoggedOutPage::stayed()), None),
        Err(reason) => Answer::rejected(reason),
    }
}

/// Asks whether the person wants to log out.
fn ask(
    server: &Server,
    visitor: &Visitor,
    stage: AwaitingLogout,
    client: Option<&Client>,
    now: UnixTime,
) -> Answer {
    let ticket = Ticket::new(stage, visitor.digest(), now);
    let destination = ticket.stage().destination().map(|destination| destination.location.clone());
    let session = visitor.session.as_ref();
    let page = LogoutPage {
        account_name: session
            .map(|session| account(server, &session.subject, session.federated.as_ref()).0),
        client_name: client.map(client_name),
        target: destination.as_deref().map(host_of),
        action: format!("{}/oauth/logout/confirm", server.policy.issuer),
        ticket: server.seal.seal(&LogoutTicketClaims::new(&ticket), now),
    };
    let target = destination.as_deref();
    let policy = if server.policy.providers.is_empty() {
        content_security_policy(target)
    } else {
        form_policy(target.unwrap_or_default(), server.policy.issuer.starts_with("http:"))
    };
    Answer::page_with(StatusCode::OK, html(&page), policy).with_cookies(visitor.renewal(server))
}

/// Ends the login of this browser, and every copy of it where the ledger can revoke.
async fn end(server: &Server, visitor: &Visitor, onward: Onward, now: UnixTime) -> Answer {
    if let Some(session) = &visitor.session {
        tracing::info!("somebody logged out");
        if server.policy.revocation
            && let Err(unavailable) = server.ledger.revoke(session.logged_out(), now).await
        {
            tracing::error!(reason = %unavailable.reason, "the ledger does not remember a logout");
        }
    }
    let answer = match onward {
        Onward::Nowhere => match farewell(server, visitor, now).await {
            Some(location) => Answer::redirect(location),
            None => Answer::page(StatusCode::OK, html(&LoggedOutPage::ended(None)), None),
        },
        Onward::Link(location) => {
            let page = LoggedOutPage::ended(Some((host_of(&location), location)));
            Answer::page(StatusCode::OK, html(&page), None)
        }
        Onward::Redirect(location)
            if location.starts_with("https://") || location.starts_with("http://") =>
        {
            Answer::redirect(location)
        }
        Onward::Redirect(location) => Answer::return_to_application(&location),
    };
    answer.with_cookies([session_end(server)])
}

/// Where the person logs out at their identity provider too, if it has such a place; the browser comes back to where nobody
/// is logged in.
async fn farewell(server: &Server, visitor: &Visitor, now: UnixTime) -> Option<String> {
    let subject = &visitor.session.as_ref()?.subject;
    let known = server.policy.provider_of(subject)?;
    let back = format!("{}/oauth/logout", server.policy.issuer);
    server.providers.get(&known.id)?.provider.farewell(&back, now).await
}
