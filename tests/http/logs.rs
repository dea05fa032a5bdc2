//! The log at its most talkative holds nothing that opens anything.

use tracing::Level;

use crate::support::log::{Written, logged_by};
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
    for said in ["answered", "login failed", "token request refused", "authorization code replayed"]
    {
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
