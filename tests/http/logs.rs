//! The log at its most talkative holds nothing that opens anything.

use tracing::Level;

use crate::support::log::{Written, logged, logged_by};
use crate::support::{ALICE, Ask, Browser, Client, Deployment, Node, Serve as _, Tokens, VERIFIER};

/// A state and a wrong password that can be told from everything else.
const STATE: &str = "canary-state-5f1c7a";
const WRONG_PASSWORD: &str = "canary-password-90ab3e";

/// Uses every endpoint well and badly, and returns every secret that was seen.
fn visit() -> Vec<String> {
    let node = Node::start(&Deployment::usual());
    let client = Client::confidential(&node);
    let request = client.request().with("state", STATE);
    let mut browser = Browser::default();
    let login = browser.open(&node, &request.uri());
    browser.log_in(&node, &login, (ALICE.0, WRONG_PASSWORD));
    Browser::default().log_in(&node, &login, ALICE);
    let consent = browser.log_in(&node, &login, ALICE);
    Browser::default().decide(&node, &consent, "allow");
    let code = browser.decide(&node, &consent, "allow").code();
    browser.open(&node, &request.clone().without("code_challenge").uri());
    browser.open(&node, &format!("/oauth/authorize?state={STATE}&state={STATE}"));
    browser.open(&node, &format!("/oauth/callback?code={code}&state={STATE}"));
    node.serve(&client.redemption(&code).with("code_verifier", &"v".repeat(43)).post());
    node.serve(&client.redemption(&code).with("client_secret", "wrong").post());
    node.serve(&client.redemption(&code).and("code", &code).post());
    let Tokens { access, refresh } = Tokens::of(&client.redeem(&node, &code));
    let refresh = refresh.expect("a refresh token was issued");
    node.test(&access);
    node.serve(&Ask::get(format!("/oauth/test?access_token={access}")));
    let list = serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let ask = Ask::json("/mcp", &list).with("accept", "application/json, text/event-stream");
    node.serve(&ask.clone().bearer(&access));
    node.serve(&ask.bearer(&refresh));
    let renewed = Tokens::of(&client.refresh(&node, &refresh));
    client.redeem(&node, &code);
    client.refresh(&node, renewed.refresh());
    let secret = client.secret.expect("it is confidential");
    let basic = Ask::form("/oauth/token", [("grant_type", "client_credentials")]);
    node.serve(&basic.basic(&client.id, &secret));
    let mut secrets = vec![
        code,
        access,
        refresh,
        secret,
        renewed.access.clone(),
        renewed.refresh().to_owned(),
        login.ticket(),
        consent.ticket(),
        VERIFIER.to_owned(),
        STATE.to_owned(),
        WRONG_PASSWORD.to_owned(),
        ALICE.1.to_owned(),
        "v".repeat(43),
    ];
    secrets.extend(browser.cookies().values().cloned());
    secrets
}

#[test]
fn no_secret_is_logged_at_any_level() {
    let written = Written::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_ansi(false)
        .with_writer(written.clone())
        .finish();
    let secrets = logged_by(subscriber, visit);
    let log = written.text();
    let failed = ["login failed", "token request refused", "authorization code replayed"];
    let audited = ["somebody logged in", "a code was issued", "an access token was issued"];
    for said in ["answered"].into_iter().chain(failed).chain(audited) {
        assert!(log.contains(said), "the log says {said}:\n{log}");
    }
    for secret in secrets {
        let start = &secret[..secret.len().min(40)];
        // Sealed values begin alike; what comes after the header is their own.
        let body =
            secret.split('.').find(|part| part.len() > 100).map_or(start, |part| &part[..24]);
        assert!(!log.contains(body), "the log holds {body}");
        assert!(!log.contains(&secret), "the log holds a secret");
    }
}

/// Who did what for whom, in the order in which it happened.
#[test]
fn the_audit_log_tells_who_let_which_client_do_what() {
    let log = logged(|| {
        let node = Node::start(&Deployment::usual());
        let client = Client::confidential(&node);
        let code = client.code(&node);
        let refresh = Tokens::of(&client.redeem(&node, &code)).refresh;
        client.refresh(&node, &refresh.expect("a refresh token was issued"));
    });
    let told = log.lines().filter(|line| line.contains("http::audit")).map(|line| {
        assert!(line.contains("correlation_id="), "{line}");
        let (_, event) = line.split_once("http::audit: ").expect("the target is named");
        event.split(" client=").next().unwrap_or(event).trim().to_owned()
    });
    let told: Vec<_> = told.collect();
    let subject = format!("subject=\"u:{}\"", ALICE.0);
    assert_eq!(
        told,
        [
            "a client was registered",
            &format!("somebody logged in {subject}"),
            "a code was issued",
            "an access token was issued",
            "an access token was issued",
        ]
    );
    let about = |event: &str| log.lines().find(|line| line.contains(event)).unwrap_or_default();
    for event in ["a code was issued", "an access token was issued"] {
        let line = about(event);
        for said in [&*subject, "client=\"", "scope=\"mcp:", "resource=\"http"] {
            assert!(line.contains(said), "{said}: {line}");
        }
    }
}

/// Somebody has a copy: that is for the operator to know, and no ordinary refresh looks like it.
#[test]
fn a_refresh_token_that_is_used_again_is_logged_and_no_other() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let first = client.tokens(&node);
    let told = |refresh: &str| {
        logged(|| drop(client.refresh(&node, refresh))).matches("refresh token reused").count()
    };
    let second = Tokens::of(&client.refresh(&node, first.refresh()));
    let third = Tokens::of(&client.refresh(&node, second.refresh()));
    assert_eq!([told(third.refresh()), told(first.refresh())], [0, 1]);
}

#[test]
fn what_clients_call_themselves_cannot_forge_a_line() {
    let written = Written::default();
    let subscriber =
        tracing_subscriber::fmt().with_ansi(false).with_writer(written.clone()).finish();
    logged_by(subscriber, || {
        let node = Node::start(&Deployment::usual());
        let metadata =
            serde_json::json!({ "client_name": "a\r\nINFO forged\u{1b}[31m", "scope": "\"" });
        node.serve(&Ask::json("/oauth/register", &metadata));
        node.serve(&Ask::get("/oauth/x%0d%0aINFO%20forged").with("user-agent", "x\tINFO forged"));
    });
    let log = written.text();
    assert!(log.lines().all(|line| !line.trim_start().starts_with("INFO forged")), "{log}");
    assert!(!log.contains('\u{1b}'));
}
