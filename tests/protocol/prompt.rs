//! What a client asks of the login: no history yields a code without the pages that `prompt` and `max_age` demand.
//! Source: OpenID Connect Core 1.0 §3.1.2.1, §3.1.2.3, §3.1.2.6.

use proptest::prelude::*;
use protocol::flow::account::Kept;
use protocol::flow::consent::{AwaitingConsent, Circumstances};
use protocol::flow::prompt::{ContradictoryPrompt, Prompt};
use protocol::flow::refusal::{Refusal, RefusalReason};
use protocol::flow::request::{AuthorizationParameters, Found, NONCE_BYTES_MAX, Requested};
use protocol::flow::session::LoginSession;
use protocol::oauth::client::{Client, ClientOrigin, ConsentRule};
use protocol::oauth::time::UnixTime;

use super::support::{NOW, alice, client, leaning_on, parameters, policy, session};

/// Every set of known words, `none` among them.
fn words() -> impl Strategy<Value = Vec<&'static str>> {
    let known = ["none", "login", "consent", "select_account"];
    prop::sample::subsequence(known.to_vec(), 0..=4).prop_shuffle()
}

fn asked(prompt: &str, max_age: Option<u64>) -> Result<Requested, RefusalReason> {
    let sent = AuthorizationParameters {
        prompt: Some(prompt.to_owned()),
        max_age: max_age.map(|seconds| seconds.to_string()),
        ..parameters()
    };
    Requested::parse(sent, &client(), &policy()).map_err(|error| match error {
        protocol::flow::request::RequestError::Refused(refusal) => refusal.reason,
        protocol::flow::request::RequestError::Rejected(reason) => panic!("{reason}"),
    })
}

/// What a person went through on the way to a code.
#[derive(Debug, Default)]
struct Pages {
    login: bool,
    account: bool,
    consent: bool,
}

/// Somebody who does what every page asks, in a browser with `session`.
fn walk(
    requested: Requested,
    session: Option<&LoginSession>,
    client: &Client,
) -> Result<(Pages, AwaitingConsent), Refusal> {
    let mut pages = Pages::default();
    let login = |pages: &mut Pages, stage: protocol::flow::login::AwaitingLogin| {
        pages.login = true;
        stage.login_succeeded(alice(), NOW)
    };
    let stage = match session {
        None => login(&mut pages, requested.sign_in_needed()?),
        Some(session) => match requested.session_found(session, NOW)? {
            Found::Login(stage) => login(&mut pages, stage),
            Found::Consent(stage) => stage,
            Found::Account(stage) => {
                pages.account = true;
                match stage.account_kept(Some(session), NOW) {
                    Kept::Consent(stage) => stage,
                    Kept::Login(stage) => login(&mut pages, stage),
                }
            }
        },
    };
    let stage = stage.within_authority(&policy())?;
    let circumstances = Circumstances { remembered: true, cross_site: false };
    if !stage.must_ask(client, circumstances) {
        return Ok((pages, stage));
    }
    pages.consent = true;
    Ok((pages, stage.ask()?))
}

proptest! {
    #![proptest_config(super::config())]

    /// Whatever is asked of whom: a code comes only of the pages that were demanded, and no page where none is wanted.
    #[test]
    fn no_code_comes_without_the_pages_that_were_demanded(
        words in words(),
        max_age in prop::option::of(leaning_on(vec![0, 1, 60], 0..=120)),
        login_age in prop::option::of(leaning_on(vec![0, 1, 60], 0..=120)),
        consent in prop::sample::select(vec![ConsentRule::Always, ConsentRule::Remembered, ConsentRule::Implied]),
    ) {
        let client = Client { consent, ..client() };
        let demanded = |word: &str| words.contains(&word);
        let silent = demanded("none");
        let requested = match asked(&words.join(" "), max_age) {
            Ok(requested) => requested,
            Err(reason) => {
                prop_assert_eq!(reason, RefusalReason::PromptContradictory);
                prop_assert!(silent && words.len() > 1);
                return Ok(());
            }
        };
        prop_assert!(!silent || words.len() == 1);
        let session = login_age.map(session);
        let too_old = max_age.is_some_and(|most| most == 0 || login_age.is_some_and(|age| age > most));
        let must_log_in = session.is_none() || too_old || demanded("login");
        match walk(requested, session.as_ref(), &client) {
            Ok((pages, stage)) => {
                prop_assert_eq!(pages.login, must_log_in);
                prop_assert_eq!(pages.account, demanded("select_account") && !must_log_in);
                prop_assert_eq!(pages.consent, demanded("consent") || consent == ConsentRule::Always);
                prop_assert!(!silent || !(pages.login || pages.account || pages.consent));
                let authenticated_at = if must_log_in { NOW } else { session.expect("there is one").authenticated_at };
                prop_assert_eq!(stage.authenticated_at(), authenticated_at);
            }
            Err(refusal) => {
                prop_assert!(silent);
                let expected = if must_log_in { RefusalReason::LoginRequired } else { RefusalReason::ConsentRequired };
                prop_assert_eq!(refusal.reason, expected);
                prop_assert!(must_log_in || consent == ConsentRule::Always);
                prop_assert_eq!((refusal.state, refusal.redirect_uri.as_str()), (parameters().state, super::support::CALLBACK));
            }
        }
    }

    /// Reading is a set: order, repetition and spaces do not matter, case does, and unknown words say nothing.
    #[test]
    fn a_prompt_is_a_set_of_known_words(words in words(), spaces in " {1,3}", unknown in "[a-z]{0,3}|create|LOGIN") {
        let value_of = |word: &str| Prompt::VALUES.into_iter().find(|(name, _)| *name == word).map(|(_, value)| value);
        let expected = words.iter().filter_map(|word| value_of(word)).fold(Prompt::default(), Prompt::and);
        let alone = !words.contains(&"none") || words.len() == 1;
        let expected = if alone { Ok(expected) } else { Err(ContradictoryPrompt) };
        prop_assert_eq!(Prompt::parse(&words.join(&spaces)), expected);
        let twice = [words.clone(), words.clone()].concat().join(" ");
        prop_assert_eq!(Prompt::parse(&twice), expected);
        let beside = Prompt::parse(&format!("{unknown} {}", words.join(" ")));
        if unknown.is_empty() || !words.contains(&"none") {
            prop_assert_eq!(beside, expected);
        } else {
            prop_assert_eq!(beside, Err(ContradictoryPrompt));
        }
    }
}

/// Each set of words in each browser, for a client whose consent is remembered: which page comes first, or which error.
#[test]
fn every_prompt_in_every_browser() {
    let sets = [
        "",
        "none",
        "login",
        "consent",
        "select_account",
        "login consent",
        "login select_account",
        "consent select_account",
        "login consent select_account",
        "create",
    ];
    let client = Client { consent: ConsentRule::Remembered, ..client() };
    let browsers = [("nobody", None), ("new login", Some(0)), ("old login", Some(61))];
    let mut lines = Vec::new();
    for set in sets {
        let outcomes = browsers.map(|(browser, age)| {
            let requested = asked(set, Some(60)).expect("nothing is contradictory");
            let outcome = match walk(requested, age.map(session).as_ref(), &client) {
                Ok((pages, _)) => {
                    let shown = [
                        ("login", pages.login),
                        ("account", pages.account),
                        ("consent", pages.consent),
                    ];
                    let shown = shown.into_iter().filter(|(_, shown)| *shown).map(|(name, _)| name);
                    let shown = shown.collect::<Vec<_>>().join(", ");
                    if shown.is_empty() { "code".to_owned() } else { shown }
                }
                Err(refusal) => refusal.reason.code().as_str().to_owned(),
            };
            format!("{browser}: {outcome}")
        });
        lines.push(format!("{set:?} {}", outcomes.join("; ")));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "" nobody: login; new login: code; old login: login
    "none" nobody: login_required; new login: code; old login: login_required
    "login" nobody: login; new login: login; old login: login
    "consent" nobody: login, consent; new login: consent; old login: login, consent
    "select_account" nobody: login; new login: account; old login: login
    "login consent" nobody: login, consent; new login: login, consent; old login: login, consent
    "login select_account" nobody: login; new login: login; old login: login
    "consent select_account" nobody: login, consent; new login: account, consent; old login: login, consent
    "login consent select_account" nobody: login, consent; new login: login, consent; old login: login, consent
    "create" nobody: login; new login: code; old login: login
    "#);
}

/// `max_age=0` asks for a login that is made now: one of this very second was made before.
#[test]
fn no_login_is_new_enough_for_a_client_that_wants_one_now() {
    let pages = |max_age| {
        let requested = asked("", Some(max_age)).expect("nothing is wrong");
        matches!(requested.session_found(&session(0), NOW), Ok(Found::Login(_)))
    };
    assert_eq!([0, 1].map(pages), [true, false]);
}

/// A client that anybody can be gets no silent code, whatever it asks for.
#[test]
fn silence_is_not_for_clients_that_registered_themselves() {
    for consent in [ConsentRule::Always, ConsentRule::Remembered, ConsentRule::Implied] {
        let client = Client { origin: ClientOrigin::Registered, consent, ..client() };
        let requested = asked("none", None).expect("nothing is wrong");
        let refusal = walk(requested, Some(&session(0)), &client).expect_err("a page is needed");
        assert_eq!(refusal.reason, RefusalReason::ConsentRequired);
    }
}

/// The answer to the account page counts for the person and the login that the browser has then.
#[test]
fn who_goes_on_after_the_account_page() {
    let choice = |max_age| {
        let requested = asked("select_account", max_age).expect("nothing is wrong");
        match requested.session_found(&session(0), NOW) {
            Ok(Found::Account(stage)) => stage,
            other => panic!("a choice was asked for: {other:?}"),
        }
    };
    let goes_on = |max_age, session: Option<&LoginSession>, now: UnixTime| {
        matches!(choice(max_age).account_kept(session, now), Kept::Consent(_))
    };
    assert_eq!(choice(None).subject(), &alice());
    assert!(goes_on(None, Some(&session(0)), NOW.plus_seconds(500)));
    assert!(goes_on(Some(60), Some(&session(0)), NOW.plus_seconds(60)));
    assert!(!goes_on(Some(60), Some(&session(0)), NOW.plus_seconds(61)), "too old by now");
    assert!(!goes_on(None, None, NOW), "logged out meanwhile");
    let bob = protocol::oauth::subject::Subject::Person("bob".to_owned());
    assert!(!goes_on(None, Some(&LoginSession::begin(bob, NOW)), NOW), "somebody else by now");
}

#[test]
fn bounds_of_what_is_carried() {
    let with = |nonce: &str, max_age: &str| {
        let sent = AuthorizationParameters {
            nonce: Some(nonce.to_owned()),
            max_age: Some(max_age.to_owned()),
            ..parameters()
        };
        let requested = Requested::parse(sent, &client(), &policy()).expect("nothing is wrong");
        let request = requested.request().clone();
        (request.nonce, request.max_age_seconds)
    };
    let longest = "~".repeat(NONCE_BYTES_MAX);
    assert_eq!(with(&longest, "0"), (Some(longest.clone()), Some(0)));
    assert_eq!(with(" a", "00060"), (Some(" a".to_owned()), Some(60)));
    let huge = "9".repeat(40);
    assert_eq!(with("n", &huge).1, Some(31_536_000), "no login is as old");
    assert_eq!(Prompt::from_bits(15).map(Prompt::bits), Some(15));
    assert_eq!(Prompt::from_bits(16), None);
}
