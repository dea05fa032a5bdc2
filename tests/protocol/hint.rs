//! `id_token_hint`: nobody but the person that a client means gets a positive answer.
//! Source: OpenID Connect Core 1.0 §3.1.2.1, §3.1.2.2.

use proptest::prelude::*;
use protocol::flow::account::Kept;
use protocol::flow::refusal::RefusalReason;
use protocol::flow::request::{AuthorizationParameters, Found, RequestError, Requested};
use protocol::flow::session::LoginSession;
use protocol::identity::{Hint, IdTokenHint};
use protocol::oauth::subject::Subject;

use super::support::{NOW, client, parameters, policy};

fn person(name: &str) -> Subject {
    Subject::Person(name.to_owned())
}

fn asked(hint: Hint, prompt: &str) -> Result<Requested, RefusalReason> {
    let sent = AuthorizationParameters { hint, prompt: Some(prompt.to_owned()), ..parameters() };
    Requested::parse(sent, &client(), &policy()).map_err(|error| match error {
        RequestError::Refused(refusal) => refusal.reason,
        RequestError::Rejected(reason) => panic!("{reason}"),
    })
}

fn about(name: &str) -> Hint {
    Hint::IdToken(IdTokenHint { audience: "owner".to_owned(), subject: person(name) })
}

proptest! {
    #![proptest_config(super::config())]

    /// Whoever is logged in, whoever logs in and whatever pages are asked for: what comes is about the person meant, or
    /// the client hears `login_required`.
    #[test]
    fn only_the_person_meant_gets_an_answer(
        prompt in prop::sample::select(vec!["", "none", "login", "select_account"]),
        logged_in in prop::option::of(prop::sample::select(vec!["alice", "bob"])),
        logs_in in prop::sample::select(vec!["alice", "bob"]),
        keeps in any::<bool>(),
    ) {
        let requested = asked(about("alice"), prompt).expect("nothing is wrong");
        let session = logged_in.map(|name| LoginSession::begin(person(name), NOW));
        let login = |stage: protocol::flow::login::AwaitingLogin| stage.login_succeeded(person(logs_in), NOW);
        let found = match &session {
            Some(session) => requested.session_found(session, NOW),
            None => requested.sign_in_needed().map(Found::Login),
        };
        let stage = match found {
            Err(refusal) => {
                prop_assert_eq!(refusal.reason, RefusalReason::LoginRequired);
                prop_assert!(prompt == "none" && logged_in != Some("alice"));
                return Ok(());
            }
            Ok(Found::Consent(stage)) => stage,
            Ok(Found::Login(stage)) => login(stage),
            Ok(Found::Account(stage)) if keeps => match stage.account_kept(session.as_ref(), NOW) {
                Kept::Consent(stage) => stage,
                Kept::Login(stage) => login(stage),
            },
            Ok(Found::Account(stage)) => login(stage.account_switched()),
        };
        let is_alice = *stage.subject() == person("alice");
        match stage.within_authority(&policy()) {
            Ok(stage) => {
                prop_assert!(is_alice);
                let again = stage.account_switched().login_succeeded(person("bob"), NOW);
                let refusal = again.within_authority(&policy()).expect_err("bob is not meant");
                prop_assert_eq!(refusal.reason, RefusalReason::AnotherPerson);
                prop_assert_eq!(refusal.reason.code().as_str(), "login_required");
            }
            Err(refusal) => {
                prop_assert!(!is_alice);
                prop_assert_eq!(refusal.reason, RefusalReason::AnotherPerson);
            }
        }
    }
}

#[test]
fn a_hint_that_is_no_id_token_of_this_client_is_refused() {
    let of_another = IdTokenHint { audience: "thief".to_owned(), subject: person("alice") };
    for hint in [Hint::Unreadable, Hint::IdToken(of_another)] {
        assert_eq!(asked(hint, "").err(), Some(RefusalReason::HintUnusable));
    }
    let requested = asked(Hint::Absent, "").expect("nothing is wrong");
    assert_eq!(requested.request().hinted, None);
}
