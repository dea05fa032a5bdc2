//! `GET|POST /oauth/authorize`: judges the request, then asks the person whatever is not known yet.

use poem::Request;
use protocol::flow::account::AwaitingAccount;
use protocol::flow::code::CodeIssued;
use protocol::flow::consent::{AwaitingConsent, Circumstances};
use protocol::flow::login::AwaitingLogin;
use protocol::flow::refusal::{Delivery, Refusal, Rejection};
use protocol::flow::request::{AuthorizationParameters, Found, RequestError, Requested};
use protocol::flow::session::ConsentDigest;
use protocol::flow::ticket::Ticket;
use protocol::ids::CodeId;
use protocol::oauth::client::{Client, ConsentRule};
use protocol::oauth::redirect_uri::RedirectKind;
use protocol::oauth::subject::Subject;
use protocol::oauth::time::UnixTime;

use super::Server;
use super::answer::{Answer, Prefill};
use super::audit;
use super::cookies::{Visitor, consents_cookie};
use super::identity;
use super::provider::approve;
use crate::contract::AuthorizationRequest;
use crate::seal::claims::{
    AccountTicketClaims, CodeClaims, ConsentTicketClaims, LoginTicketClaims,
};

/// Answers an authorization request.
pub(super) async fn authorize(
    server: &Server,
    http: &Request,
    visitor: &Visitor,
    sent: AuthorizationRequest,
    now: UnixTime,
) -> Answer {
    let Some(client_id) = sent.client_id.as_deref() else {
        return Answer::rejected(Rejection::ClientMissing);
    };
    let client = match server.client(client_id).await {
        Ok(client) => client,
        Err(unresolved) => return Answer::rejected(unresolved.into()),
    };
    let challenge = sent.code_challenge.as_deref().unwrap_or_default();
    if !challenge.is_empty() && server.rates.is_worn_out(client_id, challenge) {
        tracing::warn!(client = super::subject_tag(&client), "a client repeats its code_challenge");
    }
    let hint = sent.login_hint.clone();
    let requested = match Requested::parse(parameters(server, sent), &client, &server.policy) {
        Ok(requested) => requested,
        Err(RequestError::Rejected(reason)) => return Answer::rejected(reason),
        Err(RequestError::Refused(refusal)) => {
            return refused(server, &refusal, &client, visitor.session.is_some());
        }
    };
    // What people are called elsewhere is no name that anybody types here.
    let hint = hint.or_else(|| match &requested.request().hinted {
        Some(Subject::Person(name)) => Some(name.clone()),
        Some(Subject::Client(_) | Subject::Federated { .. }) | None => None,
    });
    // Where refreshes or the resource need a grant of the provider, every family of tokens needs one of its own.
    let resource = &requested.request().resource;
    let needs_grant = |subject| server.policy.needs_grant(subject, resource);
    let session = visitor.session.as_ref().filter(|session| !needs_grant(&session.subject));
    match session {
        Some(session) => match requested.session_found(session, now) {
            Ok(Found::Consent(stage)) => {
                consent_or_code(server, visitor, stage, &client, now).await
            }
            Ok(Found::Account(stage)) => account(server, visitor, stage, &client, now),
            Ok(Found::Login(stage)) => {
                let known = match &session.subject {
                    Subject::Person(name) => name,
                    Subject::Client(_) | Subject::Federated { .. } => "",
                };
                let first = Prefill::Hint(hint.as_deref().unwrap_or(known));
                login(server, http, visitor, stage, &client, first, now).await
            }
            Err(refusal) => refused(server, &refusal, &client, true),
        },
        None => match requested.sign_in_needed() {
            Ok(stage) => {
                let first = Prefill::Hint(hint.as_deref().unwrap_or_default());
                login(server, http, visitor, stage, &client, first, now).await
            }
            Err(refusal) => refused(server, &refusal, &client, false),
        },
    }
}

/// Asks who is there, or whether the only identity provider may.
pub(super) async fn login(
    server: &Server,
    http: &Request,
    visitor: &Visitor,
    stage: AwaitingLogin,
    client: &Client,
    first: Prefill<'_>,
    now: UnixTime,
) -> Answer {
    if let Some(only) = server.policy.only_provider() {
        let stage = stage.provider_chosen(&only.id);
        return approve(server, http, visitor, stage, client, now).await;
    }
    let ticket = Ticket::new(stage, visitor.digest(), now);
    let claims = LoginTicketClaims::new(&ticket, &server.policy.issuer);
    let sealed = server.seal.seal(&claims, now);
    Answer::login(server, client, ticket.stage().request(), sealed, first)
}

/// Asks as whom the person goes on.
fn account(
    server: &Server,
    visitor: &Visitor,
    stage: AwaitingAccount,
    client: &Client,
    now: UnixTime,
) -> Answer {
    let ticket = Ticket::new(stage, visitor.digest(), now);
    let claims = AccountTicketClaims::new(&ticket, &server.policy.issuer);
    let sealed = server.seal.seal(&claims, now);
    Answer::account(server, client, ticket.stage(), visitor.session.as_ref(), sealed)
}

fn parameters(server: &Server, sent: AuthorizationRequest) -> AuthorizationParameters {
    // Where there are no ID tokens the parameter is one that is not known.
    let hint = server.policy.identity.and(sent.id_token_hint);
    AuthorizationParameters {
        hint: identity::hint(server, hint.as_deref()),
        response_type: sent.response_type,
        response_mode: sent.response_mode,
        redirect_uri: sent.redirect_uri,
        scope: sent.scope,
        state: sent.state,
        code_challenge: sent.code_challenge,
        code_challenge_method: sent.code_challenge_method,
        resource: sent.resource,
        request: sent.request,
        request_uri: sent.request_uri,
        prompt: sent.prompt,
        max_age: sent.max_age,
        nonce: sent.nonce,
        login_hint: sent.login_hint,
    }
}

/// Asks the person, unless they need not be asked.
pub(super) async fn consent_or_code(
    server: &Server,
    visitor: &Visitor,
    stage: AwaitingConsent,
    client: &Client,
    now: UnixTime,
) -> Answer {
    let stage = match stage.within_authority(&server.policy) {
        Ok(stage) => stage,
        Err(refusal) => return refused(server, &refusal, client, true),
    };
    let digest = ConsentDigest::of(stage.subject(), stage.request());
    let remembered = match visitor.consents.find(digest) {
        Some(allowed) => !server.is_revoked(&allowed.holder(stage.subject(), client), now).await,
        None => false,
    };
    let circumstances = Circumstances { remembered, cross_site: visitor.cross_site };
    if !stage.must_ask(client, circumstances) {
        return code(server, stage, client, now);
    }
    ask(server, visitor, stage, client, now)
}

/// Asks the person.
pub(super) fn ask(
    server: &Server,
    visitor: &Visitor,
    stage: AwaitingConsent,
    client: &Client,
    now: UnixTime,
) -> Answer {
    let stage = match stage.ask() {
        Ok(stage) => stage,
        Err(refusal) => return refused(server, &refusal, client, true),
    };
    let ticket = Ticket::new(stage, visitor.digest(), now);
    let claims = ConsentTicketClaims::new(&ticket, &server.policy.issuer);
    Answer::consent(server, client, ticket.stage(), server.seal.seal(&claims, now), None)
}

/// Issues the code and sends it where it belongs.
fn code(server: &Server, stage: AwaitingConsent, client: &Client, now: UnixTime) -> Answer {
    let request = stage.request().clone();
    let issued = stage.consent_given(CodeId(server.world.random()), now);
    send(server, client, &request, &issued, now)
}

/// Sends a code where it belongs.
pub(super) fn send(
    server: &Server,
    client: &Client,
    request: &protocol::flow::request::AuthorizationRequest,
    issued: &CodeIssued,
    now: UnixTime,
) -> Answer {
    audit::allowed(client, issued);
    let sealed = server.seal.seal(&CodeClaims::new(issued, &server.policy.issuer), now);
    let location = CodeIssued::location(request, &sealed, &server.policy);
    match request.redirect_uri.kind() {
        RedirectKind::Web | RedirectKind::Loopback => Answer::redirect(location),
        RedirectKind::PrivateUse => Answer::return_to_application(&location),
        RedirectKind::OutOfBand => Answer::show_code(&sealed),
    }
}

/// The code, and a cookie that remembers the consent where the client's rule says so.
pub(super) fn allowed(
    server: &Server,
    visitor: &Visitor,
    stage: AwaitingConsent,
    client: &Client,
    now: UnixTime,
) -> Answer {
    let digest = ConsentDigest::of(stage.subject(), stage.request());
    let remembered = remembered(server, visitor, client, digest, now);
    code(server, stage, client, now).with_cookies(remembered)
}

/// The cookie that remembers a consent, where the client's rule says so.
pub(super) fn remembered(
    server: &Server,
    visitor: &Visitor,
    client: &Client,
    consent: ConsentDigest,
    now: UnixTime,
) -> Option<String> {
    (client.consent == ConsentRule::Remembered)
        .then(|| consents_cookie(&visitor.consents.clone().with(consent, now), server, now))
}

/// Tells the client that its request is refused, or the person where nobody vouches for the client.
pub(super) fn refused(
    server: &Server,
    refusal: &Refusal,
    client: &Client,
    signed_in: bool,
) -> Answer {
    tracing::info!(reason = ?refusal.reason, "authorization request refused");
    let location = refusal.location(&server.policy);
    match (refusal.delivery(client, signed_in), refusal.redirect_uri.kind()) {
        (Delivery::Page, _) => Answer::refused_page(refusal, refusal.way_back(&server.policy)),
        (Delivery::Redirect, RedirectKind::PrivateUse) => Answer::return_to_application(&location),
        (Delivery::Redirect, _) => Answer::redirect(location),
    }
}
