//! Exactly the transitions of `spec/flow/transitions.toml` are legal, and its diagram is fresh.
//!
//! Every pair of stage and event is tried on the real types. A pair without a transition in the protocol has no arm
//! below, since nothing could be called there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use protocol::flow::code::{CodeIssued, Redeemable, Redeemed, Redemption};
use protocol::flow::consent::AwaitingConsent;
use protocol::flow::login::AwaitingLogin;
use protocol::flow::request::{AuthorizationParameters, RequestError, Requested};
use protocol::flow::ticket::{BrowserDigest, TICKET_LIFETIME_SECONDS, Ticket};
use protocol::grant::RefreshIssued;
use protocol::grant::refresh_token::{Refresh, Refreshed, Rotatable};
use protocol::oauth::subject::Subject;
use protocol::replay::{Claim, FirstUse, Rotation};
use serde::Deserialize;

use super::support::{NOW, alice, client, code, parameters, policy, redemption, requested};

#[derive(Deserialize)]
struct File {
    transition: Vec<Transition>,
}

#[derive(Clone, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
struct Transition {
    from: String,
    event: String,
    to: String,
}

#[derive(Debug)]
enum Stage {
    Received,
    Requested(Requested),
    AwaitingLogin(AwaitingLogin),
    LoginTicket(Ticket<AwaitingLogin>),
    AwaitingConsent(AwaitingConsent),
    ConsentTicket(Ticket<AwaitingConsent>),
    CodeIssued(CodeIssued),
    Redeemable(Redeemable),
    Redeemed(Redeemed),
    RefreshIssued(RefreshIssued),
    Rotatable(Rotatable),
    Refreshed(Refreshed),
    Refused,
    Rejected,
}

const EVENTS: [&str; 26] = [
    "request_accepted",
    "redirect_uri_unknown",
    "parameter_refused",
    "sign_in_needed",
    "session_found",
    "handed_out",
    "login_succeeded",
    "login_failed",
    "resumed",
    "resumed_elsewhere",
    "resumed_late",
    "authority_sufficient",
    "authority_lacking",
    "consent_given",
    "consent_denied",
    "account_switched",
    "presented",
    "presented_wrongly",
    "claimed_first",
    "claimed_again",
    "not_remembered",
    "rotated",
    "used_by_sibling",
    "reused",
    "family_revoked",
    "family_unknown",
];

/// One of each stage, made the way the protocol makes it.
fn stages() -> Vec<Stage> {
    let ticket = BrowserDigest::of("ours");
    let consent = || requested().session_found(alice(), NOW);
    let redeemable = || {
        let present = code().present(&redemption(&client()), &policy(), NOW);
        present.expect("nothing is wrong")
    };
    let redeemed = || {
        let first = FirstUse::judge(code().id, Claim::First, 0, NOW).expect("nobody claimed it");
        redeemable().redeem(&first, &client(), &policy())
    };
    let refresh = || redeemed().refresh.expect("the client may refresh");
    let rotatable = || present_refresh(refresh(), None).expect("nothing is wrong");
    let refreshed =
        rotatable().rotate(Rotation::Rotated, &client(), &policy(), NOW).expect("no objection");
    vec![
        Stage::Received,
        Stage::Requested(requested()),
        Stage::AwaitingLogin(requested().sign_in_needed()),
        Stage::LoginTicket(Ticket::new(requested().sign_in_needed(), ticket, NOW)),
        Stage::AwaitingConsent(consent()),
        Stage::ConsentTicket(Ticket::new(consent(), ticket, NOW)),
        Stage::CodeIssued(code()),
        Stage::Redeemable(redeemable()),
        Stage::Redeemed(redeemed()),
        Stage::RefreshIssued(refresh()),
        Stage::Rotatable(rotatable()),
        Stage::Refreshed(refreshed),
        Stage::Refused,
        Stage::Rejected,
    ]
}

fn present_refresh(token: RefreshIssued, scope: Option<&str>) -> Option<Rotatable> {
    let refresh = Refresh { client: &client(), scope, resource: &[] };
    token.present(&refresh, &policy(), NOW).ok()
}

fn receive(parameters: AuthorizationParameters) -> Stage {
    match Requested::parse(parameters, &client(), &policy()) {
        Ok(requested) => Stage::Requested(requested),
        Err(RequestError::Refused(_)) => Stage::Refused,
        Err(RequestError::Rejected(_)) => Stage::Rejected,
    }
}

/// Resumes a ticket as `event` says; `None` if that is no way to resume one.
fn resume<S>(ticket: Ticket<S>, event: &str, into: fn(S) -> Stage) -> Option<Stage> {
    let (cookie, age) = match event {
        "resumed" => ("ours", TICKET_LIFETIME_SECONDS - 1),
        "resumed_elsewhere" => ("theirs", 0),
        "resumed_late" => ("ours", TICKET_LIFETIME_SECONDS),
        _ => return None,
    };
    let resumed = ticket.resume(Some(BrowserDigest::of(cookie)), NOW.plus_seconds(age));
    Some(resumed.map_or(Stage::Rejected, into))
}

fn claim(redeemable: Redeemable, claim: Claim) -> Stage {
    match FirstUse::judge(code().id, claim, 0, NOW) {
        Ok(first) => Stage::Redeemed(redeemable.redeem(&first, &client(), &policy())),
        Err(_) => Stage::Refused,
    }
}

fn rotate(rotatable: Rotatable, rotation: Rotation) -> Stage {
    let outcome = rotatable.rotate(rotation, &client(), &policy(), NOW);
    outcome.map_or(Stage::Refused, Stage::Refreshed)
}

fn authority(stage: AwaitingConsent, person: &str) -> Stage {
    let subject = Subject::Person(person.to_owned());
    let stage = stage.account_switched().login_succeeded(subject, NOW);
    stage.within_authority(&policy()).map_or(Stage::Refused, Stage::AwaitingConsent)
}

fn hand_out<S>(stage: S, into: fn(Ticket<S>) -> Stage) -> Stage {
    into(Ticket::new(stage, BrowserDigest::of("ours"), NOW))
}

impl Stage {
    fn name(&self) -> String {
        let debug = format!("{self:?}");
        debug.split(['(', ' ']).next().unwrap_or_default().to_owned()
    }

    /// What `event` leads to; `None` if the types have no such transition.
    fn after(self, event: &str) -> Option<Stage> {
        let owner = client();
        let elsewhere = || AuthorizationParameters {
            redirect_uri: Some("https://evil.example".to_owned()),
            ..parameters()
        };
        Some(match (self, event) {
            (Self::Received, "request_accepted") => receive(parameters()),
            (Self::Received, "redirect_uri_unknown") => receive(elsewhere()),
            (Self::Received, "parameter_refused") => {
                receive(AuthorizationParameters { response_type: None, ..parameters() })
            }
            (Self::Requested(stage), "sign_in_needed") => {
                Self::AwaitingLogin(stage.sign_in_needed())
            }
            (Self::Requested(stage), "session_found") => {
                Self::AwaitingConsent(stage.session_found(alice(), NOW))
            }
            (Self::AwaitingLogin(stage), "handed_out") => hand_out(stage, Self::LoginTicket),
            (Self::AwaitingLogin(stage), "login_succeeded") => {
                Self::AwaitingConsent(stage.login_succeeded(alice(), NOW))
            }
            (Self::AwaitingLogin(stage), "login_failed") => {
                Self::AwaitingLogin(stage.login_failed())
            }
            (Self::LoginTicket(ticket), event) => resume(ticket, event, Self::AwaitingLogin)?,
            (Self::AwaitingConsent(stage), "authority_sufficient") => authority(stage, "alice"),
            (Self::AwaitingConsent(stage), "authority_lacking") => authority(stage, "bob"),
            (Self::AwaitingConsent(stage), "handed_out") => hand_out(stage, Self::ConsentTicket),
            (Self::AwaitingConsent(stage), "consent_given") => {
                Self::CodeIssued(stage.consent_given(code().id, NOW))
            }
            (Self::AwaitingConsent(stage), "consent_denied") => {
                assert_eq!(stage.consent_denied().state, parameters().state);
                Self::Refused
            }
            (Self::AwaitingConsent(stage), "account_switched") => {
                Self::AwaitingLogin(stage.account_switched())
            }
            (Self::ConsentTicket(ticket), event) => resume(ticket, event, Self::AwaitingConsent)?,
            (Self::CodeIssued(code), "presented") => {
                let present = code.present(&redemption(&owner), &policy(), NOW);
                present.map_or(Self::Refused, Self::Redeemable)
            }
            (Self::CodeIssued(code), "presented_wrongly") => {
                let guess = Redemption { code_verifier: None, ..redemption(&owner) };
                code.present(&guess, &policy(), NOW).map_or(Self::Refused, Self::Redeemable)
            }
            (Self::Redeemable(stage), "claimed_first") => claim(stage, Claim::First),
            (Self::Redeemable(stage), "claimed_again") => {
                claim(stage, Claim::Repeated { first_at: NOW })
            }
            (Self::Redeemable(stage), "not_remembered") => claim(stage, Claim::NotRemembered),
            (Self::Redeemed(stage), "handed_out") => Self::RefreshIssued(stage.refresh?),
            (Self::RefreshIssued(token), "presented") => {
                present_refresh(token, None).map_or(Self::Refused, Self::Rotatable)
            }
            (Self::RefreshIssued(token), "presented_wrongly") => {
                present_refresh(token, Some("mcp:admin")).map_or(Self::Refused, Self::Rotatable)
            }
            (Self::Rotatable(stage), "rotated") => rotate(stage, Rotation::Rotated),
            (Self::Rotatable(stage), "used_by_sibling") => rotate(stage, Rotation::Sibling),
            (Self::Rotatable(stage), "not_remembered") => rotate(stage, Rotation::NotRemembered),
            (Self::Rotatable(stage), "reused") => rotate(stage, Rotation::Reused),
            (Self::Rotatable(stage), "family_revoked") => rotate(stage, Rotation::Revoked),
            (Self::Rotatable(stage), "family_unknown") => rotate(stage, Rotation::Unknown),
            (Self::Refreshed(stage), "handed_out") => Self::RefreshIssued(stage.refresh?),
            _ => return None,
        })
    }
}

fn in_spec(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/flow").join(name)
}

fn listed() -> Vec<Transition> {
    let text = fs::read_to_string(in_spec("transitions.toml")).expect("the file is there");
    toml::from_str::<File>(&text).expect("it is a list of transitions").transition
}

#[test]
fn exactly_the_listed_transitions_are_legal() {
    let mut legal = BTreeSet::new();
    for event in EVENTS {
        for stage in stages() {
            let from = stage.name();
            if let Some(to) = stage.after(event) {
                legal.insert(Transition { from, event: event.to_owned(), to: to.name() });
            }
        }
    }
    let line = |t: &Transition| format!("{} --{}--> {}", t.from, t.event, t.to);
    let legal: BTreeSet<_> = legal.iter().map(line).collect();
    let expected: BTreeSet<_> = listed().iter().map(line).collect();
    assert_eq!(expected.len(), listed().len(), "each transition is listed once");
    let differing: Vec<_> = legal.symmetric_difference(&expected).collect();
    assert_eq!(differing, Vec::<&String>::new(), "listed but illegal, or legal but not listed");
    assert!(
        EVENTS.iter().all(|event| legal.iter().any(|line| line.contains(&format!("--{event}-->"))))
    );
}

/// A stage consumes itself; whatever else does so would be a transition that the list does not know.
#[test]
fn every_function_that_consumes_a_stage_is_driven() {
    let driver = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/protocol/transitions.rs"),
    );
    let driver = driver.expect("this file is there");
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files =
        ["request", "login", "consent", "code", "ticket"].map(|name| format!("flow/{name}.rs"));
    for file in files.iter().map(String::as_str).chain(["grant/refresh_token.rs"]) {
        let text = fs::read_to_string(source.join(file)).expect("the file is there");
        for part in text.split("pub fn ").skip(1) {
            let (name, rest) = part.split_once('(').expect("a function has parameters");
            let consumes = rest.trim_start().trim_start_matches("mut ").starts_with("self");
            assert!(
                !consumes || driver.contains(&format!(".{name}(")),
                "{file}: {name} is not driven"
            );
        }
    }
}

/// What a reader of `spec/flow` sees first.
fn diagram() -> String {
    let mut lines = vec![
        "%% Made from transitions.toml by `make generate`; do not edit.".to_owned(),
        "stateDiagram-v2".to_owned(),
        "    [*] --> Received".to_owned(),
    ];
    let line = |t: Transition| format!("    {} --> {}: {}", t.from, t.to, t.event);
    lines.extend(listed().into_iter().map(line));
    lines.extend(["Refused", "Rejected"].map(|end| format!("    {end} --> [*]")));
    lines.join("\n") + "\n"
}

/// `UPDATE_DIAGRAM=1 cargo test -p protocol transitions` writes it; so does `make generate`.
#[test]
fn the_diagram_is_fresh() {
    let path = in_spec("diagram.mmd");
    if env::var_os("UPDATE_DIAGRAM").is_some() {
        fs::write(&path, diagram()).expect("the folder is there");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, diagram(), "run `make generate`");
}
