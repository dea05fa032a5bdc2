//! The authorization request: what becomes a stage, what becomes a page, what is answered to the client.
//! Source: OAuth 2.1 §4.1.1, RFC 6749 §4.1.2.1, RFC 9207 §2.

use proptest::prelude::*;
use protocol::flow::code::CodeIssued;
use protocol::flow::refusal::{Delivery, Refusal, RefusalReason, Rejection};
use protocol::flow::request::{
    AuthorizationParameters, NONCE_BYTES_MAX, RequestError, Requested, STATE_BYTES_MAX,
};
use protocol::grant::GrantType;
use protocol::oauth::client::{Client, ClientOrigin};
use protocol::oauth::redirect_uri::OUT_OF_BAND;
use protocol::policy::TargetFault;
use url::Url;

use super::support::{
    CALLBACK, ISSUER, RESOURCE, VERIFIER, challenge_of, client, client_at, consent_of, parameters,
    policy, policy_with_two_resources, requested, scope,
};

fn parse(parameters: AuthorizationParameters) -> Result<Requested, RequestError> {
    Requested::parse(parameters, &client(), &policy())
}

fn reason(outcome: Result<Requested, RequestError>) -> Option<RefusalReason> {
    match outcome {
        Err(RequestError::Refused(refusal)) => Some(refusal.reason),
        Err(RequestError::Rejected(_)) | Ok(_) => None,
    }
}

/// One change to a request with nothing wrong, and what is said about it.
type Change = (fn(&mut AuthorizationParameters), RefusalReason);

const CHANGES: &[Change] = &[
    (|p| p.request = Some("eyJ".to_owned()), RefusalReason::RequestObject),
    (|p| p.request_uri = Some("urn:x".to_owned()), RefusalReason::RequestUri),
    (|p| p.response_type = None, RefusalReason::ResponseTypeMissing),
    (|p| p.response_type = Some("token".to_owned()), RefusalReason::ResponseTypeUnsupported),
    (|p| p.response_type = Some("id_token".to_owned()), RefusalReason::ResponseTypeUnsupported),
    (|p| p.response_type = Some("code token".to_owned()), RefusalReason::ResponseTypeUnsupported),
    (|p| p.response_type = Some("none".to_owned()), RefusalReason::ResponseTypeUnsupported),
    (|p| p.response_type = Some("Code".to_owned()), RefusalReason::ResponseTypeUnsupported),
    (|p| p.response_mode = Some("fragment".to_owned()), RefusalReason::ResponseModeUnsupported),
    (|p| p.response_mode = Some("form_post".to_owned()), RefusalReason::ResponseModeUnsupported),
    (|p| p.code_challenge = None, RefusalReason::ChallengeMissing),
    (|p| p.code_challenge = Some("x".repeat(42)), RefusalReason::ChallengeMalformed),
    (|p| p.code_challenge = Some("x".repeat(44)), RefusalReason::ChallengeMalformed),
    (|p| p.code_challenge = Some("+".repeat(43)), RefusalReason::ChallengeMalformed),
    (|p| p.code_challenge_method = None, RefusalReason::ChallengeMethodUnsupported),
    (
        |p| p.code_challenge_method = Some("plain".to_owned()),
        RefusalReason::ChallengeMethodUnsupported,
    ),
    (
        |p| p.code_challenge_method = Some("s256".to_owned()),
        RefusalReason::ChallengeMethodUnsupported,
    ),
    (
        |p| p.code_challenge_method = Some("S512".to_owned()),
        RefusalReason::ChallengeMethodUnsupported,
    ),
    (|p| p.scope = Some("mcp:tools \"quoted\"".to_owned()), RefusalReason::ScopeMalformed),
    (|p| p.scope = Some("mcp:tools\u{7}".to_owned()), RefusalReason::ScopeMalformed),
    (|p| p.scope = Some("s ".repeat(10_000)), RefusalReason::ScopeMalformed),
    (|p| p.resource = vec!["mcp".to_owned()], RefusalReason::Target(TargetFault::Malformed)),
    (|p| p.resource = vec![format!("{RESOURCE}#a")], RefusalReason::Target(TargetFault::Malformed)),
    (|p| p.resource = vec![format!("{RESOURCE}/")], RefusalReason::Target(TargetFault::Unknown)),
    (
        |p| p.resource = vec!["http://auth.example/mcp".to_owned()],
        RefusalReason::Target(TargetFault::Unknown),
    ),
    (|p| p.resource.push(ISSUER.to_owned()), RefusalReason::Target(TargetFault::Several)),
    (|p| p.prompt = Some("none login".to_owned()), RefusalReason::PromptContradictory),
    (|p| p.prompt = Some("another none".to_owned()), RefusalReason::PromptContradictory),
    (|p| p.max_age = Some("-1".to_owned()), RefusalReason::MaxAgeMalformed),
    (|p| p.max_age = Some("+1".to_owned()), RefusalReason::MaxAgeMalformed),
    (|p| p.max_age = Some("1.5".to_owned()), RefusalReason::MaxAgeMalformed),
    (|p| p.max_age = Some("1 ".to_owned()), RefusalReason::MaxAgeMalformed),
    (|p| p.nonce = Some("\u{7}".to_owned()), RefusalReason::NonceMalformed),
    (|p| p.nonce = Some("\u{fc}".to_owned()), RefusalReason::NonceMalformed),
    (|p| p.nonce = Some("n".repeat(NONCE_BYTES_MAX + 1)), RefusalReason::NonceMalformed),
];

/// AUZ-09 to AUZ-22: each mistake is told to the client in its own words, with its `state`.
#[test]
fn each_mistake_is_told_to_the_client() {
    assert!(parse(parameters()).is_ok());
    for (number, (change, reason)) in CHANGES.iter().enumerate() {
        let mut changed = parameters();
        change(&mut changed);
        match parse(changed) {
            Err(RequestError::Refused(refusal)) => {
                assert_eq!(refusal.reason, *reason, "change {number}");
                assert_eq!(refusal.state.as_deref(), Some("af0ifjsldkj"));
                assert_eq!(refusal.redirect_uri.as_str(), CALLBACK);
            }
            other => panic!("change {number} led to {other:?}"),
        }
    }
}

/// OAuth 2.1 §4.1.2.1: until the redirect URI is trusted nothing is sent to it, whatever else is wrong.
#[test]
fn no_mistake_is_told_to_an_unknown_redirect_uri() {
    for (change, _) in CHANGES {
        for sent in
            ["https://evil.example/cb", "https://client.example/cb/", "https://client.example/cb#"]
        {
            let mut changed = parameters();
            change(&mut changed);
            changed.redirect_uri = Some(sent.to_owned());
            let outcome = parse(changed).map(|_| ());
            assert_eq!(
                outcome,
                Err(RequestError::Rejected(Rejection::RedirectUriUnknown)),
                "{sent}"
            );
        }
    }
}

#[test]
fn a_client_without_the_code_grant_is_refused() {
    let only = |grant| Client { grant_types: vec![grant], ..client() };
    let judge = |client: &Client| reason(Requested::parse(parameters(), client, &policy()));
    assert_eq!(
        judge(&only(GrantType::ClientCredentials)),
        Some(RefusalReason::GrantTypeNotAllowed)
    );
    assert_eq!(judge(&only(GrantType::AuthorizationCode)), None);
}

#[test]
fn what_is_asked_is_what_the_stage_holds() {
    let asked = requested();
    let request = asked.request();
    assert_eq!(request.client_id, "owner");
    assert_eq!(request.redirect_uri.as_str(), CALLBACK);
    assert_eq!(request.state.as_deref(), Some("af0ifjsldkj"));
    assert_eq!(request.code_challenge.hash(), Some(&challenge_of(VERIFIER)));
    assert_eq!(request.scope, scope("mcp:tools"));
    assert_eq!(request.resource.as_str(), RESOURCE);
    assert!(
        parse(AuthorizationParameters { response_mode: Some("query".to_owned()), ..parameters() })
            .is_ok()
    );
}

/// CB-24, CB-29: what is not asked for is filled in; what cannot be had is left out.
#[test]
fn defaults_are_filled_in() {
    let sparse = AuthorizationParameters {
        scope: None,
        resource: vec![],
        redirect_uri: None,
        state: None,
        ..parameters()
    };
    let asked = parse(sparse.clone()).expect("everything absent has a default");
    assert_eq!(asked.request().scope, scope("mcp:tools"));
    assert_eq!(asked.request().resource.as_str(), RESOURCE);
    assert_eq!(asked.request().redirect_uri.as_str(), CALLBACK);
    assert_eq!(asked.request().state, None);
    let greedy = AuthorizationParameters {
        scope: Some("mcp:admin mcp:read unknown".to_owned()),
        ..parameters()
    };
    assert_eq!(parse(greedy).expect("excess is dropped").request().scope, scope("mcp:read"));
    let outcome = Requested::parse(sparse, &client(), &policy_with_two_resources());
    assert_eq!(reason(outcome), Some(RefusalReason::Target(TargetFault::Missing)));
}

#[test]
fn the_length_of_state_is_judged_on_both_sides() {
    let with = |length| AuthorizationParameters { state: Some("s".repeat(length)), ..parameters() };
    assert!(parse(with(STATE_BYTES_MAX)).is_ok());
    let outcome = parse(with(STATE_BYTES_MAX + 1)).map(|_| ());
    assert_eq!(outcome, Err(RequestError::Rejected(Rejection::StateTooLong)));
}

/// The parameters a client reads from where it was sent to.
fn received(location: &str) -> Vec<(String, String)> {
    let url = Url::parse(location).expect("a location is a URL");
    url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

fn values<'a>(parameters: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    parameters.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
}

proptest! {
    #![proptest_config(super::config())]

    /// OAuth 2.1 §4.1.2, RFC 9207 §2: `state` comes back exactly, `iss` always, each parameter once, the rest untouched.
    #[test]
    fn answers_carry_state_and_issuer(
        state in prop::option::of(prop_oneof![".{0,64}", "[\r\n&=%+# ?]{0,12}"]),
        query in prop::sample::select(vec!["", "?", "?a=b", "?a=b&", "?a=b&c=%20d"]),
        code in "[A-Za-z0-9_.-]{1,80}",
        advertise_iss in any::<bool>(),
    ) {
        let uri = format!("{CALLBACK}{query}");
        let policy = protocol::policy::Policy { advertise_iss, ..policy() };
        let sent = AuthorizationParameters {
            state: state.clone(), redirect_uri: Some(uri.clone()), ..parameters()
        };
        let asked = Requested::parse(sent, &client_at(&[&uri]), &policy).expect("nothing is wrong");
        let answered = CodeIssued::location(asked.request(), &code, &policy);
        let refused = consent_of(asked).consent_denied().location(&policy);
        for location in [&answered, &refused] {
            prop_assert!(location.starts_with(&uri) && location.is_ascii());
            prop_assert!(!location.contains(['\r', '\n', ' ', '#']) && !location.contains("&&"));
            let parameters = received(location);
            prop_assert_eq!(values(&parameters, "state"), state.as_deref().into_iter().collect::<Vec<_>>());
            let issuers = if advertise_iss { vec![ISSUER] } else { vec![] };
            prop_assert_eq!(values(&parameters, "iss"), issuers);
            let expected = if query.contains("a=b") { vec!["b"] } else { vec![] };
            prop_assert_eq!(values(&parameters, "a"), expected);
            prop_assert!(parameters.iter().all(|(name, _)| !name.is_empty()));
        }
        let (answered, refused) = (received(&answered), received(&refused));
        prop_assert_eq!(values(&answered, "code"), vec![code.as_str()]);
        prop_assert_eq!(values(&answered, "error"), Vec::<&str>::new());
        prop_assert_eq!(values(&refused, "error"), vec!["access_denied"]);
        prop_assert_eq!(values(&refused, "code"), Vec::<&str>::new());
    }

    /// Whatever is sent, an answer goes to a registered URI or nowhere.
    #[test]
    fn an_answer_goes_to_a_registered_uri_or_nowhere(
        redirect_uri in prop::option::of(prop_oneof![
            Just(CALLBACK.to_owned()), "https://client\\.example/[a-z]{0,3}", ".{0,30}",
        ]),
        response_type in prop::option::of("code|token|.{0,5}"),
        method in prop::option::of("S256|plain"),
        scope in prop::option::of(".{0,20}"),
        resource in prop::collection::vec(prop_oneof![Just(RESOURCE.to_owned()), ".{0,20}"], 0..3),
    ) {
        let sent = AuthorizationParameters {
            redirect_uri, response_type, code_challenge_method: method, scope, resource, ..parameters()
        };
        let to = match parse(sent) {
            Ok(asked) => Some(asked.request().redirect_uri.clone()),
            Err(RequestError::Refused(refusal)) => Some(refusal.redirect_uri),
            Err(RequestError::Rejected(_)) => None,
        };
        prop_assert!(to.is_none_or(|uri| uri.as_str() == CALLBACK));
    }
}

/// RFC 6749 §4.1.2.1: the whole redirect of a refusal, for a reader.
#[test]
fn a_refusal_in_full() {
    let outcome = parse(AuthorizationParameters { code_challenge: None, ..parameters() });
    let Err(RequestError::Refused(refusal)) = outcome else { panic!("PKCE is required") };
    insta::assert_snapshot!(refusal.location(&policy()), @"https://client.example/cb?error=invalid_request&error_description=code_challenge+is+missing%3B+PKCE+is+required+%28was+the+address+cut+off%3F%29&state=af0ifjsldkj&iss=https%3A%2F%2Fauth.example");
}

/// OAuth 2.1 §7.13.2: errors of clients nobody vouches for are shown, not redirected.
#[test]
fn who_is_redirected_at_once() {
    let uris = [CALLBACK, "http://127.0.0.1:1/cb", "com.example.app:/cb", OUT_OF_BAND];
    let mut lines = Vec::new();
    for uri in uris {
        for origin in [ClientOrigin::Preregistered, ClientOrigin::Registered] {
            for signed_in in [false, true] {
                let client = Client { origin, ..client_at(&[uri]) };
                let redirect_uri = client.match_redirect_uri(Some(uri)).expect("registered");
                let refusal = Refusal { reason: RefusalReason::Denied, redirect_uri, state: None };
                let delivery = refusal.delivery(&client, signed_in);
                if delivery == Delivery::Page {
                    lines.push(format!("{uri} of a {origin:?} client, signed in: {signed_in}"));
                }
            }
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    https://client.example/cb of a Registered client, signed in: false
    com.example.app:/cb of a Registered client, signed in: false
    urn:ietf:wg:oauth:2.0:oob of a Preregistered client, signed in: false
    urn:ietf:wg:oauth:2.0:oob of a Preregistered client, signed in: true
    urn:ietf:wg:oauth:2.0:oob of a Registered client, signed in: false
    urn:ietf:wg:oauth:2.0:oob of a Registered client, signed in: true
    ");
}
