//! The end of a login: nobody is logged out unasked by a stranger, and no browser goes where nobody registered.
//! Source: OpenID Connect RP-Initiated Logout 1.0 §2 to §4.

use proptest::prelude::*;
use protocol::flow::logout::{Judged, LogoutParameters, LogoutRequested, Onward, Presence};
use protocol::flow::request::STATE_BYTES_MAX;
use protocol::flow::session::LoginSession;
use protocol::identity::{IdTokenHint, sub, subject_of};
use protocol::oauth::client::{Client, ClientOrigin};
use protocol::oauth::post_logout::{POST_LOGOUT_REDIRECT_URIS_MAX, PostLogoutRedirectUri};
use protocol::oauth::redirect_uri::{OUT_OF_BAND, REDIRECT_URI_BYTES_MAX};
use protocol::oauth::subject::Subject;
use url::Url;

use super::support::{NOW, client, leaning_on, rules, session};

const DONE: &str = "https://app.example/done?at=home";

fn person(name: &str) -> Subject {
    Subject::Person(name.to_owned())
}

fn leaving(origin: ClientOrigin) -> Client {
    let done = PostLogoutRedirectUri::parse(DONE, &rules()).expect("it is acceptable");
    Client { origin, post_logout_redirect_uris: vec![done], ..client() }
}

fn hint(audience: &str, name: &str) -> IdTokenHint {
    IdTokenHint { audience: audience.to_owned(), subject: person(name) }
}

fn judged(sent: LogoutParameters, client: Option<&Client>, presence: Presence<'_>) -> Judged {
    LogoutRequested::new(sent).judge(client, presence)
}

/// Where the browser would go, and whether by itself.
fn end_of(judged: &Judged) -> Option<(&str, bool)> {
    match judged {
        Judged::End(Onward::Nowhere) => None,
        Judged::End(Onward::Link(location)) => Some((location, false)),
        Judged::End(Onward::Redirect(location)) => Some((location, true)),
        Judged::Ask(stage) => {
            stage.destination().map(|known| (known.location.as_str(), known.vouched))
        }
    }
}

proptest! {
    #![proptest_config(super::config())]

    /// Whatever is sent from whichever browser: a login ends unasked only for a hint about who is logged in there, and
    /// the browser leaves only for what the client registered, by itself only where somebody answers for the client.
    #[test]
    fn nobody_is_logged_out_or_sent_away_by_a_stranger(
        hinted in prop::option::of((prop::sample::select(vec!["owner", "thief"]), prop::sample::select(vec!["alice", "bob"]))),
        named in prop::option::of(prop::sample::select(vec!["owner", "thief"])),
        target in prop::option::of(prop::sample::select(vec![DONE, "https://app.example/done", "https://app.example/done?at=home&x", "https://evil.example/"])),
        state_bytes in prop::option::of(leaning_on(vec![STATE_BYTES_MAX as u64], 0..=STATE_BYTES_MAX as u64 + 9)),
        logged_in in prop::sample::select(vec![Some("alice"), Some("bob"), None]),
        is_unseen in any::<bool>(),
        origin in prop::sample::select(vec![ClientOrigin::Preregistered, ClientOrigin::Document, ClientOrigin::Registered]),
    ) {
        let own = leaving(origin);
        let sent = LogoutParameters {
            hint: hinted.map(|(audience, name)| hint(audience, name)),
            client_id: named.map(str::to_owned),
            post_logout_redirect_uri: target.map(str::to_owned),
            state: state_bytes.map(|bytes| "s".repeat(usize::try_from(bytes).expect("it is small"))),
        };
        let session = logged_in.map(|name| LoginSession::begin(person(name), NOW));
        let presence = match &session {
            Some(session) => Presence::Person(session),
            None if is_unseen => Presence::Unseen,
            None => Presence::Nobody,
        };
        let agree = hinted.is_none_or(|(audience, _)| named.is_none_or(|named| named == audience));
        let hinted = hinted.filter(|_| agree);
        let asks = named.or(hinted.map(|(audience, _)| audience)).filter(|_| agree);
        let is_about = hinted.is_some_and(|(_, name)| logged_in == Some(name));
        let outcome = judged(sent.clone(), Some(&own), presence);
        let must_ask = match (logged_in, is_unseen) {
            (Some(_), _) => !is_about,
            (None, is_unseen) => is_unseen,
        };
        prop_assert_eq!(matches!(outcome, Judged::Ask(_)), must_ask);
        let too_long = state_bytes.is_some_and(|bytes| bytes > STATE_BYTES_MAX as u64);
        let goes = asks == Some("owner") && target == Some(DONE) && !too_long;
        match end_of(&outcome) {
            None => prop_assert!(!goes),
            Some((location, by_itself)) => {
                prop_assert!(goes, "{}", location);
                prop_assert_eq!(by_itself, is_about || origin == ClientOrigin::Preregistered);
                let url = Url::parse(location).expect("it is a URL");
                prop_assert_eq!(url.host_str(), Some("app.example"));
                let returned: Vec<_> = url.query_pairs().filter(|(name, _)| name == "state").map(|(_, value)| value.into_owned()).collect();
                prop_assert_eq!(returned, sent.state.iter().cloned().collect::<Vec<_>>());
                prop_assert!(location.starts_with(DONE));
            }
        }
        if let Judged::Ask(stage) = outcome.clone() {
            let confirmed = Judged::End(stage.logout_confirmed());
            prop_assert_eq!(end_of(&confirmed), end_of(&outcome));
        }
    }

    /// What may be registered leads somewhere, and is compared as it was written.
    #[test]
    fn a_place_after_the_logout_is_kept_as_written(text in "(https://[a-z]{1,9}\\.example(:[0-9]{2,4})?|http://127\\.0\\.0\\.1(:[0-9]{2,4})?|cursor:|javascript:|http://a\\.example)(/[a-z]{0,9})?(\\?[a-z]{1,5}=[a-z]{1,5})?(#x)?") {
        match PostLogoutRedirectUri::parse(&text, &rules()) {
            Ok(uri) => {
                prop_assert_eq!(uri.as_str(), &text);
                prop_assert!(!text.contains('#') && !text.starts_with("javascript") && !text.starts_with("http://a"));
            }
            Err(_) => prop_assert!(text.contains('#') || text.starts_with("javascript") || text.starts_with("http://a") || text.starts_with("cursor")),
        }
    }

    /// Every subject is read back from its ID token, and no other text is read as one.
    #[test]
    fn a_subject_is_read_back_from_its_id_token(name in "\\PC{1,20}", is_client in any::<bool>(), noise in "[u:%0-9A-Fa-f+ é]{0,12}") {
        let subject = if is_client { Subject::Client(name) } else { Subject::Person(name) };
        let text = sub(&subject);
        prop_assert_eq!(subject_of(&text), Some(subject));
        if let Some(read) = subject_of(&noise) {
            prop_assert_eq!(sub(&read), noise);
        }
    }
}

/// A client that is not the one the request names opens no way out.
#[test]
fn another_client_than_the_one_named_has_no_say() {
    let sent = LogoutParameters {
        client_id: Some("thief".to_owned()),
        post_logout_redirect_uri: Some(DONE.to_owned()),
        ..LogoutParameters::default()
    };
    let own = leaving(ClientOrigin::Preregistered);
    let outcome = judged(sent.clone(), Some(&own), Presence::Nobody);
    assert_eq!(outcome, Judged::End(Onward::Nowhere));
    assert_eq!(judged(sent, None, Presence::Nobody), Judged::End(Onward::Nowhere));
}

/// What no answer could carry back is not answered with half of it.
#[test]
fn a_browser_with_a_state_that_is_too_long_goes_nowhere() {
    let own = leaving(ClientOrigin::Preregistered);
    let goes = |bytes: usize| {
        let sent = LogoutParameters {
            client_id: Some("owner".to_owned()),
            post_logout_redirect_uri: Some(DONE.to_owned()),
            state: Some("s".repeat(bytes)),
            ..LogoutParameters::default()
        };
        end_of(&judged(sent, Some(&own), Presence::Nobody)).is_some()
    };
    let without = LogoutParameters {
        client_id: Some("owner".to_owned()),
        post_logout_redirect_uri: Some(DONE.to_owned()),
        ..LogoutParameters::default()
    };
    let plain = judged(without, Some(&own), Presence::Nobody);
    assert_eq!(end_of(&plain), Some((DONE, true)), "nothing is added where nothing was sent");
    let outcomes = [STATE_BYTES_MAX, STATE_BYTES_MAX + 1, STATE_BYTES_MAX + 2].map(goes);
    assert_eq!(outcomes, [true, false, false]);
}

#[test]
fn which_places_a_client_may_register() {
    let places = |texts: &[String]| PostLogoutRedirectUri::acceptable(texts, &rules()).len();
    let many = |count: usize| -> Vec<_> {
        (0..count).map(|number| format!("https://app.example/{number}")).collect()
    };
    assert_eq!(places(&many(POST_LOGOUT_REDIRECT_URIS_MAX)), POST_LOGOUT_REDIRECT_URIS_MAX);
    assert_eq!(places(&many(POST_LOGOUT_REDIRECT_URIS_MAX + 1)), POST_LOGOUT_REDIRECT_URIS_MAX);
    assert_eq!(places(&[DONE.to_owned(), DONE.to_owned(), OUT_OF_BAND.to_owned()]), 1);
    let long = |bytes: usize| format!("https://app.example/{}", "x".repeat(bytes - 20));
    assert_eq!(places(&[long(REDIRECT_URI_BYTES_MAX), long(REDIRECT_URI_BYTES_MAX + 1)]), 1);
}

/// Copies of a login share a name by which it is revoked; other logins have other names, and it is forgotten in time.
#[test]
fn a_login_is_revoked_with_all_its_copies() {
    let login = session(0);
    let copy = LoginSession { seen_at: NOW.plus_seconds(60), ..login.clone() };
    assert_eq!(login.logged_out(), copy.logged_out());
    assert_eq!(login.holder(), copy.holder());
    let revoked = |session: &LoginSession| match session.logged_out() {
        protocol::replay::Revocation::Token { token, until } => (token, until),
        other => panic!("one login is meant: {other:?}"),
    };
    let (token, until) = revoked(&login);
    assert_eq!((login.holder().token, until), (Some(token), NOW.plus_seconds(43_200)));
    let others = [session(1), LoginSession::begin(person("bob"), NOW), session(0).salted([1; 8])];
    assert!(others.iter().all(|other| revoked(other).0 != token));
}
