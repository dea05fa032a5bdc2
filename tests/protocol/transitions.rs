//! Exactly the transitions of `spec/flow/transitions.toml` are legal, and its diagram is fresh.
//!
//! Every pair of stage and event is tried on the real types. A pair without a transition in the protocol has no arm
//! below, since nothing could be called there.

mod steps;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use protocol::flow::account::AwaitingAccount;
use protocol::flow::approval::AwaitingApproval;
use protocol::flow::code::{CodeIssued, Redeemable, Redeemed, Redemption};
use protocol::flow::consent::AwaitingConsent;
use protocol::flow::login::AwaitingLogin;
use protocol::flow::provider::{Answered, AwaitingProvider};
use protocol::flow::request::{AuthorizationParameters, Requested};
use protocol::flow::ticket::{BrowserDigest, Ticket};
use protocol::grant::RefreshIssued;
use protocol::grant::refresh_token::{Refreshed, Rotatable};
use protocol::replay::{Claim, FirstUse, Rotation};
use serde::Deserialize;

use steps::{
    answer, answered, approve, arrive, authority, bound, choice, claim, found, hand_out, keep,
    present_refresh, receive, reduce, resume, rotate, silently, transaction, vouch, wanting,
};

use super::support::{
    HANDSHAKE, NOW, alice, approval, client, code, consent_of, parameters, policy, redemption,
    requested, session,
};

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
    AwaitingAccount(AwaitingAccount),
    AccountTicket(Ticket<AwaitingAccount>),
    AwaitingConsent(AwaitingConsent),
    ConsentTicket(Ticket<AwaitingConsent>),
    AwaitingApproval(AwaitingApproval),
    ApprovalTicket(Ticket<AwaitingApproval>),
    AwaitingProvider(AwaitingProvider),
    Transaction(Ticket<AwaitingProvider>),
    Answered(Answered),
    CodeIssued(CodeIssued),
    Redeemable(Redeemable),
    Redeemed(Redeemed),
    RefreshIssued(RefreshIssued),
    Rotatable(Rotatable),
    Refreshed(Refreshed),
    Refused,
    Rejected,
}

const EVENTS: [&str; 54] = [
    "request_accepted",
    "redirect_uri_unknown",
    "parameter_refused",
    "sign_in_needed",
    "sign_in_needed_silently",
    "session_found",
    "login_demanded",
    "session_too_old",
    "session_too_old_silently",
    "choice_demanded",
    "account_kept",
    "account_gone",
    "scope_reduced",
    "nothing_ticked",
    "asked",
    "asked_silently",
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
    "provider_chosen",
    "approved",
    "approval_denied",
    "provider_switched",
    "answered",
    "answered_elsewhere",
    "answered_late",
    "answered_by_another_provider",
    "answered_for_another_login",
    "arrived",
    "arrived_with_less",
    "arrived_with_nothing",
    "arrived_with_an_old_login",
    "not_identified",
    "vouched_for",
    "not_vouched_for",
    "vouched_for_nothing",
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
    let consent = || consent_of(requested());
    let login = || requested().sign_in_needed().expect("pages are allowed");
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
        Stage::AwaitingLogin(login()),
        Stage::LoginTicket(Ticket::new(login(), ticket, NOW)),
        Stage::AwaitingAccount(choice()),
        Stage::AccountTicket(Ticket::new(choice(), ticket, NOW)),
        Stage::AwaitingConsent(consent()),
        Stage::ConsentTicket(Ticket::new(consent(), ticket, NOW)),
        Stage::AwaitingApproval(approval()),
        Stage::ApprovalTicket(Ticket::new(approval(), ticket, NOW)),
        Stage::AwaitingProvider(approval().approved(HANDSHAKE, NOW)),
        Stage::Transaction(transaction()),
        Stage::Answered(answered("")),
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

impl Stage {
    fn name(&self) -> String {
        let debug = format!("{self:?}");
        debug.split(['(', ' ']).next().unwrap_or_default().to_owned()
    }

    /// What `event` leads to; `None` if the types have no such transition.
    fn after(self, event: &str) -> Option<Stage> {
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
                stage.sign_in_needed().map_or(Self::Refused, Self::AwaitingLogin)
            }
            (Self::Requested(_), "sign_in_needed_silently") => {
                wanting("none").sign_in_needed().map_or(Self::Refused, Self::AwaitingLogin)
            }
            (Self::Requested(_), "session_found") => found("", None),
            (Self::Requested(_), "login_demanded") => found("login select_account", None),
            (Self::Requested(_), "session_too_old") => found("", Some("3599")),
            (Self::Requested(_), "session_too_old_silently") => found("none", Some("3599")),
            (Self::Requested(_), "choice_demanded") => found("select_account", None),
            (Self::AwaitingAccount(stage), "handed_out") => hand_out(stage, Self::AccountTicket),
            (Self::AwaitingAccount(stage), "account_kept") => keep(stage, Some(&session(0))),
            (Self::AwaitingAccount(stage), "account_gone") => keep(stage, None),
            (Self::AwaitingAccount(stage), "account_switched") => {
                Self::AwaitingLogin(stage.account_switched())
            }
            (Self::AccountTicket(ticket), event) => resume(ticket, event, Self::AwaitingAccount)?,
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
            (Self::AwaitingConsent(stage), "scope_reduced") => reduce(stage, "mcp:tools"),
            (Self::AwaitingConsent(stage), "nothing_ticked") => reduce(stage, ""),
            (Self::AwaitingConsent(stage), "asked") => {
                stage.ask().map_or(Self::Refused, Self::AwaitingConsent)
            }
            (Self::AwaitingConsent(stage), "asked_silently") => {
                silently(&stage).ask().map_or(Self::Refused, Self::AwaitingConsent)
            }
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
            (stage, event) => stage.after_the_choice_of_a_provider(event)?,
        })
    }

    /// The same once somebody wants to be named by an identity provider.
    fn after_the_choice_of_a_provider(self, event: &str) -> Option<Stage> {
        Some(match (self, event) {
            (Self::AwaitingLogin(stage), "provider_chosen") => {
                Self::AwaitingApproval(stage.provider_chosen("github"))
            }
            (Self::AwaitingApproval(stage), "handed_out") => hand_out(stage, Self::ApprovalTicket),
            (Self::AwaitingApproval(stage), "scope_reduced") => approve(stage, "mcp:tools"),
            (Self::AwaitingApproval(stage), "nothing_ticked") => approve(stage, ""),
            (Self::AwaitingApproval(stage), "approved") => {
                Self::AwaitingProvider(stage.approved(HANDSHAKE, NOW))
            }
            (Self::AwaitingApproval(stage), "approval_denied") => {
                assert_eq!(stage.approval_denied().state, parameters().state);
                Self::Refused
            }
            (Self::AwaitingApproval(stage), "provider_switched") => {
                Self::AwaitingLogin(stage.provider_switched())
            }
            (Self::ApprovalTicket(ticket), event) => resume(ticket, event, Self::AwaitingApproval)?,
            (Self::AwaitingProvider(stage), "handed_out") => hand_out(stage, Self::Transaction),
            (Self::Transaction(ticket), event) => answer(ticket, event)?,
            (Self::Answered(stage), event) => arrive(stage, event)?,
            (stage, event) => stage.after_the_code(event)?,
        })
    }

    /// The same once a code is out.
    fn after_the_code(self, event: &str) -> Option<Stage> {
        let owner = client();
        Some(match (self, event) {
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
            (Self::Rotatable(stage), "vouched_for") => vouch(stage, "mcp:tools"),
            (Self::Rotatable(stage), "vouched_for_nothing") => vouch(stage, ""),
            (Self::Rotatable(_), "not_vouched_for") => rotate(bound(), Rotation::Rotated),
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
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let drivers = ["transitions.rs", "transitions/steps.rs"];
    let drivers = drivers.map(|name| source.join("../../tests/protocol").join(name));
    let driver = drivers.map(|path| fs::read_to_string(path).expect("the file is there")).concat();
    let files =
        ["request", "login", "account", "consent", "approval", "provider", "code", "ticket"]
            .map(|name| format!("flow/{name}.rs"));
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
