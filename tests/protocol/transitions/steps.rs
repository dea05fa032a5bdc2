//! Single steps of the flow, on the real types.

use protocol::flow::account::{AwaitingAccount, Kept};
use protocol::flow::approval::AwaitingApproval;
use protocol::flow::code::Redeemable;
use protocol::flow::consent::{AwaitingConsent, Reduced};
use protocol::flow::prompt::Prompt;
use protocol::flow::provider::{Answered, Arrival, AwaitingProvider};
use protocol::flow::request::{
    AuthorizationParameters, AuthorizationRequest, Found, RequestError, Requested,
};
use protocol::flow::session::LoginSession;
use protocol::flow::ticket::{BrowserDigest, TICKET_LIFETIME_SECONDS, Ticket};
use protocol::grant::RefreshIssued;
use protocol::grant::refresh_token::{Refresh, Rotatable};
use protocol::identity::Identified;
use protocol::ids::CodeId;
use protocol::oauth::subject::Subject;
use protocol::replay::{Claim, FirstUse, Rotation};

use super::Stage;
use crate::support::{
    GITHUB, HANDSHAKE, IDP, NOW, alice, approval, bond, client, code, identified, parameters,
    policy, scope, session,
};

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

/// What is left of the request where this is ticked before the person is known.
pub(super) fn approve(stage: AwaitingApproval, ticked: &str) -> Stage {
    match stage.reduced_to(&scope(ticked), &policy()) {
        Reduced::To(stage) | Reduced::Nothing(stage) => Stage::AwaitingApproval(stage),
    }
}

pub(super) fn transaction() -> Ticket<AwaitingProvider> {
    Ticket::new(approval().approved(HANDSHAKE, NOW), BrowserDigest::of("ours"), NOW)
}

/// An answer to a request that wants these pages.
pub(super) fn answered(prompt: &str) -> Answered {
    let parameters = AuthorizationParameters {
        prompt: Some(prompt.to_owned()),
        scope: Some("mcp:read mcp:tools".to_owned()),
        ..parameters()
    };
    let requested = Requested::parse(parameters, &client(), &policy()).expect("nothing is wrong");
    let stage = requested.sign_in_needed().expect("pages are allowed");
    let stage = stage.provider_chosen("github").approved(HANDSHAKE, NOW);
    let ticket = Ticket::new(stage, BrowserDigest::of("ours"), NOW);
    let browser = Some(BrowserDigest::of("ours"));
    ticket.answered("github", &HANDSHAKE.state(), browser, NOW).expect("nothing is wrong")
}

/// Comes back as `event` says; `None` if that is no way to come back.
pub(super) fn answer(ticket: Ticket<AwaitingProvider>, event: &str) -> Option<Stage> {
    let state = HANDSHAKE.state();
    let (provider, state, cookie, age) = match event {
        "answered" => ("github", state.as_str(), "ours", TICKET_LIFETIME_SECONDS - 1),
        "answered_elsewhere" => ("github", state.as_str(), "theirs", 0),
        "answered_late" => ("github", state.as_str(), "ours", TICKET_LIFETIME_SECONDS),
        "answered_by_another_provider" => ("idp", state.as_str(), "ours", 0),
        "answered_for_another_login" => ("github", "another", "ours", 0),
        _ => return None,
    };
    let (browser, now) = (Some(BrowserDigest::of(cookie)), NOW.plus_seconds(age));
    let answered = ticket.answered(provider, state, browser, now);
    Some(answered.map_or(Stage::Rejected, Stage::Answered))
}

/// Arrives as `event` says; `None` if that is no way to arrive.
pub(super) fn arrive(stage: Answered, event: &str) -> Option<Stage> {
    let known = identified(GITHUB, "583231");
    let (stage, person) = match event {
        "arrived" => (stage, known),
        "arrived_with_less" => (stage, Identified { most: Some(scope("mcp:read")), ..known }),
        "arrived_with_nothing" => (stage, Identified { most: Some(scope("")), ..known }),
        "arrived_with_an_old_login" => {
            (answered("login"), Identified { authenticated_at: None, ..known })
        }
        "not_identified" => {
            assert_eq!(stage.not_identified().state, parameters().state);
            return Some(Stage::Refused);
        }
        _ => return None,
    };
    let arrival = stage.arrived(person, &policy(), CodeId([7; 16]), NOW);
    Some(match arrival {
        Ok(Arrival::Code(code)) => Stage::CodeIssued(code),
        Ok(Arrival::Consent(stage)) => Stage::AwaitingConsent(stage),
        Err(_) => Stage::Refused,
    })
}

/// A refresh token whose provider has not been asked yet.
pub(super) fn bound() -> Rotatable {
    let person = identified(IDP, "248289761001").subject;
    let token = code().present(&crate::support::redemption(&client()), &policy(), NOW);
    let first = FirstUse::judge(code().id, Claim::First, 0, NOW).expect("nobody claimed it");
    let redeemed = token.expect("nothing is wrong").redeem(&first, &client(), &policy());
    let refresh = redeemed.refresh.expect("the client may refresh");
    let token = RefreshIssued { subject: person, bond: Some(bond()), ..refresh };
    present_refresh(token, None).expect("nothing is wrong")
}

/// The provider is asked, and the person can allow this by now.
pub(super) fn vouch(rotatable: Rotatable, most: &str) -> Stage {
    let vouched = rotatable.vouched_for(None, Some(&scope(most)), &policy());
    vouched.map_or(Stage::Refused, Stage::Rotatable)
}
