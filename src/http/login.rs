//! `POST /oauth/login`: opens the login ticket, checks the password, goes on to consent.
//!
//! The only thing that says what was asked is the ticket; nothing else in the form is believed.

use poem::Request;
use protocol::flow::refusal::Rejection;
use protocol::flow::session::LoginSession;
use protocol::oauth::subject::Subject;
use protocol::oauth::time::UnixTime;

use super::Server;
use super::address::ClientAddress;
use super::answer::{Answer, Prefill};
use super::audit;
use super::authorize::consent_or_code;
use super::cookies::{Visitor, begun, session_cookie};
use super::origin::same_origin;
use super::provider::approve;
use crate::seal::claims::LoginTicketClaims;

/// What the login form sends.
pub(super) struct LoginForm {
    pub(super) ticket: String,
    pub(super) username: String,
    pub(super) password: String,
    /// The identity provider whose button was pressed, if one was.
    pub(super) provider: Option<String>,
}

/// Answers the login form.
pub(super) async fn login(
    server: &Server,
    http: &Request,
    visitor: &Visitor,
    form: LoginForm,
    now: UnixTime,
) -> Answer {
    if !same_origin(http, server) {
        return Answer::rejected(Rejection::ForeignOrigin);
    }
    let LoginForm { ticket, username, password, provider } = form;
    let opened = server
        .seal
        .open::<LoginTicketClaims>(&ticket, now)
        .ok()
        .and_then(|claims| claims.ticket(&server.policy.issuer));
    let Some(opened) = opened else {
        return Answer::rejected(Rejection::TicketUnreadable);
    };
    let stage = match opened.resume(visitor.known_digest(), now) {
        Ok(stage) => stage,
        Err(reason) => return Answer::rejected(reason),
    };
    let client = match server.client(&stage.request().client_id).await {
        Ok(client) => client,
        Err(unresolved) => return Answer::rejected(unresolved.into()),
    };
    if let Some(provider) = provider {
        let Some(known) = server.policy.provider(&provider) else {
            return Answer::rejected(Rejection::ProviderUnknown);
        };
        let stage = stage.provider_chosen(&known.id);
        return approve(server, http, visitor, stage, &client, now).await;
    }
    let Ok(turn) = server.hashing.turn().await else {
        return Answer::busy();
    };
    // Asked when the turn has come, so that guesses which waited together do not all count as the first.
    let address = ClientAddress::of(http);
    if let Err(too_many) = server.rates.may_try(address, &username) {
        return Answer::too_many_passwords(too_many);
    }
    let (users, name) = (server.users.clone(), username.clone());
    if !turn.run(move || users.authenticate(&name, &password).is_some()).await {
        server.rates.tried_in_vain(address, &username);
        tracing::info!("login failed");
        let stage = stage.login_failed();
        let first = Prefill::Failed(&username);
        return Answer::login(server, &client, stage.request(), ticket, first);
    }
    server.rates.logged_in(address, &username);
    let session = begun(server, LoginSession::begin(Subject::Person(username), now));
    audit::logged_in(&session.subject, None);
    let cookie = session_cookie(&session, server);
    let stage = stage.login_succeeded(session.subject.clone(), now);
    consent_or_code(server, visitor, stage, &client, now).await.with_cookies([cookie])
}
