//! Single steps of the flow, on the real types.

use protocol::flow::account::{AwaitingAccount, Kept};
use protocol::flow::code::Redeemable;
use protocol::flow::consent::{AwaitingConsent, Reduced};
use protocol::flow::prompt::Prompt;
use protocol::flow::request::{
    AuthorizationParameters, AuthorizationRequest, Found, RequestError, Requested,
};
use protocol::flow::session::LoginSession;
use protocol::flow::ticket::{BrowserDigest, TICKET_LIFETIME_SECONDS, Ticket};
use protocol::grant::RefreshIssued;
use protocol::grant::refresh_token::{Refresh, Rotatable};
use protocol::oauth::subject::Subject;
use protocol::replay::{Claim, FirstUse, Rotation};

use super::Stage;
use crate::support::{NOW, alice, client, code, parameters, policy, scope, session};

/// A request that wants these pages.
pub(super) fn wanting(prompt: &str) -> Requested {
    let parameters = AuthorizationParameters { prompt: Some(prompt.to_owned()), ..parameters() };
    Requested::parse(parameters, &client(), &policy()).expect("nothing is wrong")
}

/// The same request, from a browser with a login of an hour ago.
pub(super) fn found(prompt: &str, max_age: Option<&str>) -> Stage {
    let parameters = AuthorizationParameters {
        prompt: Some(prompt.to_owned()),
        max_age: max_age.map(str::to_owned),
        ..parameters()
    };
    let requested = Requested::parse(parameters, &client(), &policy()).expect("nothing is wrong");
    match requested.session_found(&session(3_600), NOW) {
        Ok(Found::Consent(stage)) => Stage::AwaitingConsent(stage),
        Ok(Found::Login(stage)) => Stage::AwaitingLogin(stage),
        Ok(Found::Account(stage)) => Stage::AwaitingAccount(stage),
        Err(_) => Stage::Refused,
    }
}

pub(super) fn choice() -> AwaitingAccount {
    match wanting("select_account").session_found(&session(0), NOW) {
        Ok(Found::Account(stage)) => stage,
        other => panic!("a choice was asked for: {other:?}"),
    }
}

pub(super) fn keep(stage: AwaitingAccount, session: Option<&LoginSession>) -> Stage {
    match stage.account_kept(session, NOW) {
        Kept::Consent(stage) => Stage::AwaitingConsent(stage),
        Kept::Login(stage) => Stage::AwaitingLogin(stage),
    }
}

/// The stage that a silent request reaches before anybody is asked.
pub(super) fn silently(stage: &AwaitingConsent) -> AwaitingConsent {
    let request = AuthorizationRequest { prompt: Prompt::NONE, ..stage.request().clone() };
    AwaitingConsent::unsealed(request, alice(), NOW)
}

pub(super) fn present_refresh(token: RefreshIssued, scope: Option<&str>) -> Option<Rotatable> {
    let refresh = Refresh { client: &client(), scope, resource: &[] };
    token.present(&refresh, &policy(), NOW).ok()
}

pub(super) fn receive(parameters: AuthorizationParameters) -> Stage {
    match Requested::parse(parameters, &client(), &policy()) {
        Ok(requested) => Stage::Requested(requested),
        Err(RequestError::Refused(_)) => Stage::Refused,
        Err(RequestError::Rejected(_)) => Stage::Rejected,
    }
}

/// Resumes a ticket as `event` says; `None` if that is no way to resume one.
pub(super) fn resume<S>(ticket: Ticket<S>, event: &str, into: fn(S) -> Stage) -> Option<Stage> {
    let (cookie, age) = match event {
        "resumed" => ("ours", TICKET_LIFETIME_SECONDS - 1),
        "resumed_elsewhere" => ("theirs", 0),
        "resumed_late" => ("ours", TICKET_LIFETIME_SECONDS),
        _ => return None,
    };
    let resumed = ticket.resume(Some(BrowserDigest::of(cookie)), NOW.plus_seconds(age));
    Some(resumed.map_or(Stage::Rejected, into))
}

pub(super) fn claim(redeemable: Redeemable, claim: Claim) -> Stage {
    match FirstUse::judge(code().id, claim, 0, NOW) {
        Ok(first) => Stage::Redeemed(redeemable.redeem(&first, &client(), &policy())),
        Err(_) => Stage::Refused,
    }
}

pub(super) fn rotate(rotatable: Rotatable, rotation: Rotation) -> Stage {
    let outcome = rotatable.rotate(rotation, &client(), &policy(), NOW);
    outcome.map_or(Stage::Refused, Stage::Refreshed)
}

pub(super) fn authority(stage: AwaitingConsent, person: &str) -> Stage {
    let subject = Subject::Person(person.to_owned());
    let stage = stage.account_switched().login_succeeded(subject, NOW);
    stage.within_authority(&policy()).map_or(Stage::Refused, Stage::AwaitingConsent)
}

pub(super) fn hand_out<S>(stage: S, into: fn(Ticket<S>) -> Stage) -> Stage {
    into(Ticket::new(stage, BrowserDigest::of("ours"), NOW))
}

/// What is left of the request where this is ticked.
pub(super) fn reduce(stage: AwaitingConsent, ticked: &str) -> Stage {
    match stage.reduced_to(&scope(ticked), &policy()) {
        Reduced::To(stage) | Reduced::Nothing(stage) => Stage::AwaitingConsent(stage),
    }
}
