//! What waits in a browser: tickets, sessions, remembered consents; and when a person must be asked.
//! Source: MCP security best practices (consent cookies), OAuth 2.1 §7.13, OWASP ASVS 5.0 §7.3.

use proptest::prelude::*;
use protocol::flow::consent::{AwaitingConsent, Circumstances};
use protocol::flow::login::AwaitingLogin;
use protocol::flow::prompt::Prompt;
use protocol::flow::refusal::{RefusalReason, Rejection};
use protocol::flow::request::AuthorizationRequest;
use protocol::flow::session::{
    Allowed, CONSENTS_MAX, ConsentDigest, ConsentMemory, LoginSession, SESSION_IDLE_SECONDS,
    SESSION_LIFETIME_SECONDS,
};
use protocol::flow::ticket::{BrowserDigest, TICKET_LIFETIME_SECONDS, Ticket};
use protocol::oauth::client::{Client, ClientOrigin, ConsentRule};
use protocol::oauth::subject::Subject;

use super::support::{
    CALLBACK, NOW, OTHER_RESOURCE, alice, client, client_at, consent_of, leaning_on, parameters,
    policy, request, requested, resource, scope,
};

fn login() -> AwaitingLogin {
    requested().sign_in_needed().expect("pages are allowed")
}

fn bob() -> Subject {
    Subject::Person("bob".to_owned())
}

proptest! {
    #![proptest_config(super::config())]

    /// CON-01, FED-01: a ticket opens in the browser it was made for and in no other, and only in time.
    #[test]
    fn a_ticket_opens_in_its_own_browser_in_time(
        age in leaning_on(vec![1, TICKET_LIFETIME_SECONDS], 0..=2 * TICKET_LIFETIME_SECONDS),
        cookie in prop::option::of("ours|ours|theirs|.{0,8}"),
    ) {
        let ours = BrowserDigest::of("ours");
        let ticket = Ticket::new(login(), ours, NOW);
        prop_assert_eq!(ticket.browser(), ours);
        prop_assert_eq!(ticket.asked_at(), NOW);
        prop_assert_eq!(ticket.expires_at(), NOW.plus_seconds(TICKET_LIFETIME_SECONDS));
        prop_assert_eq!(ticket.stage(), &login());
        let browser = cookie.as_deref().map(BrowserDigest::of);
        let expected = match cookie.as_deref() {
            Some("ours") if age < TICKET_LIFETIME_SECONDS => Ok(login()),
            Some("ours") => Err(Rejection::TicketExpired),
            _ => Err(Rejection::BrowserMismatch),
        };
        prop_assert_eq!(ticket.resume(browser, NOW.plus_seconds(age)), expected);
    }

    /// A session ends when the browser stays away, at its absolute end, or when its person is removed.
    #[test]
    fn a_session_ends(
        age in leaning_on(vec![SESSION_LIFETIME_SECONDS, SESSION_LIFETIME_SECONDS - SESSION_IDLE_SECONDS], 0..=50_000),
        idle in leaning_on(vec![1, SESSION_IDLE_SECONDS], 0..=4_000),
        known in any::<bool>(),
    ) {
        let mut policy = policy();
        if !known {
            policy.people.remove("alice");
        }
        let seen_at = NOW.plus_seconds(age);
        let now = seen_at.plus_seconds(idle);
        let session = LoginSession { seen_at, ..LoginSession::begin(alice(), NOW) };
        let resumed = session.clone().resume(&policy, now);
        let alive = known && idle < SESSION_IDLE_SECONDS && age + idle < SESSION_LIFETIME_SECONDS;
        prop_assert_eq!(resumed, alive.then_some(LoginSession { seen_at: now, ..session }));
    }

    /// A browser remembers the latest consents, each once.
    #[test]
    fn the_latest_consents_are_remembered(digests in prop::collection::vec(0..30_u8, 0..60)) {
        let digest = |number: u8| ConsentDigest([number; 12]);
        let memory = digests.iter().fold(ConsentMemory::default(), |memory, n| memory.with(digest(*n), NOW));
        let mut latest = Vec::new();
        for number in digests.iter().rev() {
            if !latest.contains(number) && latest.len() < CONSENTS_MAX {
                latest.push(*number);
            }
        }
        latest.reverse();
        let kept: Vec<_> = latest.iter().map(|n| Allowed { digest: digest(*n), at: NOW }).collect();
        prop_assert_eq!(&memory.allowed, &kept);
        for number in 0..30 {
            prop_assert_eq!(memory.find(digest(number)).is_some(), latest.contains(&number));
        }
    }
}

#[test]
fn a_session_ends_on_the_second() {
    let alive = |seen_after: u64, idle: u64| {
        let seen_at = NOW.plus_seconds(seen_after);
        let session = LoginSession { seen_at, ..LoginSession::begin(alice(), NOW) };
        session.resume(&policy(), seen_at.plus_seconds(idle)).is_some()
    };
    assert!(alive(0, SESSION_IDLE_SECONDS - 1));
    assert!(!alive(0, SESSION_IDLE_SECONDS));
    assert!(alive(SESSION_LIFETIME_SECONDS - 10, 9));
    assert!(!alive(SESSION_LIFETIME_SECONDS - 10, 10));
}

/// A node whose clock is ahead does not push a session back.
#[test]
fn a_session_is_never_seen_earlier_than_before() {
    let session =
        LoginSession { seen_at: NOW.plus_seconds(5), ..LoginSession::begin(alice(), NOW) };
    assert_eq!(session.clone().resume(&policy(), NOW), Some(session));
    let begun = LoginSession::begin(bob(), NOW);
    assert_eq!((begun.subject, begun.authenticated_at, begun.seen_at), (bob(), NOW, NOW));
}

/// CON-06: a consent is remembered for exactly one person, client, redirect URI, resource and scope.
#[test]
fn a_consent_is_remembered_for_exactly_what_was_allowed() {
    let of =
        |subject: &Subject, request: &AuthorizationRequest| ConsentDigest::of(subject, request);
    let allowed = of(&alice(), &request());
    let moved = client_at(&["https://client.example/moved"])
        .match_redirect_uri(None)
        .expect("the only one");
    let changed = [
        AuthorizationRequest { client_id: "thief".to_owned(), ..request() },
        AuthorizationRequest { redirect_uri: moved, ..request() },
        AuthorizationRequest { resource: resource(OTHER_RESOURCE), ..request() },
        AuthorizationRequest { scope: scope("mcp:read"), ..request() },
        AuthorizationRequest { scope: scope("mcp:read mcp:tools"), ..request() },
    ];
    for request in changed {
        assert_ne!(of(&alice(), &request), allowed, "{request:?}");
    }
    assert_ne!(of(&bob(), &request()), allowed);
    let another = AuthorizationRequest { state: Some("another".to_owned()), ..request() };
    assert_eq!(of(&alice(), &another), allowed);
    // Parts are told apart by their lengths, not by a separator that a part could contain.
    let shifted = AuthorizationRequest { client_id: format!("owner{CALLBACK}"), ..request() };
    assert_ne!(of(&alice(), &shifted), allowed);
}

/// CON-02, CON-03: silence is for clients the operator vouches for, over https, and never for a stranger's page.
#[test]
fn when_a_person_is_not_asked() {
    let uris =
        [CALLBACK, "http://127.0.0.1/cb", "com.example.app:/cb", "urn:ietf:wg:oauth:2.0:oob"];
    let mut lines = Vec::new();
    for rule in [ConsentRule::Always, ConsentRule::Remembered, ConsentRule::Implied] {
        for origin in [ClientOrigin::Preregistered, ClientOrigin::Registered] {
            for uri in uris {
                for (remembered, cross_site) in
                    [(false, false), (false, true), (true, false), (true, true)]
                {
                    let client = Client { consent: rule, origin, ..client_at(&[uri]) };
                    let redirect_uri = client.match_redirect_uri(Some(uri)).expect("registered");
                    let request = AuthorizationRequest { redirect_uri, ..request() };
                    let stage = AwaitingConsent::unsealed(request, alice(), NOW);
                    if !stage.must_ask(&client, Circumstances { remembered, cross_site }) {
                        lines.push(format!(
                            "{rule:?} {origin:?} {uri} remembered: {remembered} cross-site: {cross_site}"
                        ));
                    }
                }
            }
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    Remembered Preregistered https://client.example/cb remembered: true cross-site: false
    Implied Preregistered https://client.example/cb remembered: false cross-site: false
    Implied Preregistered https://client.example/cb remembered: false cross-site: true
    Implied Preregistered https://client.example/cb remembered: true cross-site: false
    Implied Preregistered https://client.example/cb remembered: true cross-site: true
    ");
}

/// CIMD-54: whoever answers for the document must get the code, or the person is asked again.
#[test]
fn a_documented_client_is_let_through_to_the_site_of_its_document_only() {
    let ids = [
        "https://client.example/client.json",
        "https://www.client.example/client.json",
        "https://client.example:8443/client.json",
        "http://client.example/client.json",
        "http://127.0.0.1/client.json",
    ];
    let uris = [CALLBACK, "http://127.0.0.1/cb", "com.example.app:/cb"];
    let remembered = Circumstances { remembered: true, cross_site: false };
    let mut lines = Vec::new();
    for id in ids {
        for uri in uris {
            let client = Client {
                id: id.to_owned(),
                origin: ClientOrigin::Document,
                consent: ConsentRule::Remembered,
                ..client_at(&[uri])
            };
            let redirect_uri = client.match_redirect_uri(Some(uri)).expect("registered");
            let request = AuthorizationRequest { redirect_uri, ..request() };
            let stage = AwaitingConsent::unsealed(request, alice(), NOW);
            for (rule, circumstances) in [
                (ConsentRule::Remembered, remembered),
                (ConsentRule::Remembered, Circumstances { remembered: false, ..remembered }),
                (ConsentRule::Remembered, Circumstances { cross_site: true, ..remembered }),
                (ConsentRule::Always, remembered),
            ] {
                let client = Client { consent: rule, ..client.clone() };
                if !stage.must_ask(&client, circumstances) {
                    lines.push(format!("{id} {uri} {rule:?} {circumstances:?}"));
                }
            }
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @"https://client.example/client.json https://client.example/cb Remembered Circumstances { remembered: true, cross_site: false }");
}

/// A person can pass on no more than they have.
#[test]
fn nobody_allows_more_than_they_may() {
    let stage = |subject: Subject, text: &str| {
        let request = AuthorizationRequest { scope: scope(text), ..request() };
        AwaitingConsent::unsealed(request, subject, NOW).within_authority(&policy())
    };
    let left = |subject, text| stage(subject, text).map(|stage| stage.request().scope.to_string());
    assert_eq!(left(alice(), "mcp:admin mcp:read"), Ok("mcp:admin mcp:read".to_owned()));
    assert_eq!(left(bob(), "mcp:admin mcp:read"), Ok("mcp:read".to_owned()));
    let refusal = stage(bob(), "mcp:tools").expect_err("bob may only read");
    assert_eq!(refusal.reason, RefusalReason::NothingToAllow);
    assert_eq!((refusal.redirect_uri, refusal.state), (request().redirect_uri, request().state));
    let mallory = Subject::Person("mallory".to_owned());
    assert!(left(mallory.clone(), "mcp:read").is_err());
    let policy = policy();
    assert!(
        !policy.knows(&mallory)
            && policy.knows(&bob())
            && policy.knows(&Subject::Client("x".to_owned()))
    );
    let machine = policy.allowable(&Subject::Client("x".to_owned()), &scope("mcp:read"));
    assert_eq!(machine, scope("mcp:read"));
}

#[test]
fn stages_hold_what_their_tickets_held() {
    let login = AwaitingLogin::unsealed(request());
    assert_eq!(login, self::login());
    assert_eq!(login.request(), &request());
    assert_eq!(login.clone().login_failed(), login);
    let consent = AwaitingConsent::unsealed(request(), alice(), NOW);
    assert_eq!(consent, login.clone().login_succeeded(alice(), NOW));
    assert_eq!(consent, consent_of(requested()));
    assert_eq!(
        (consent.request(), consent.subject(), consent.authenticated_at()),
        (&request(), &alice(), NOW)
    );
    // Where somebody else knows who is there, they must ask.
    let prompt = Prompt::SELECT_ACCOUNT;
    let choosing = AwaitingLogin::unsealed(AuthorizationRequest { prompt, ..request() });
    assert_eq!(consent.clone().account_switched(), choosing);
    let refusal = consent.consent_denied();
    assert_eq!((refusal.reason, refusal.state), (RefusalReason::Denied, request().state));
    assert_eq!(
        refusal.redirect_uri,
        client().match_redirect_uri(parameters().redirect_uri.as_deref()).expect("it")
    );
}
