//! What is limited, what is not, and what the limited hear.

use protocol::oauth::assertion::ASSERTION_TYPE;
use serde_json::json;

use super::reachable;
use crate::seal::foreign::SIGNERS;
use crate::support::{Ask, Client, Deployment, Fleet, Node, Serve};

const STRANGER: &str = "203.0.113.1";
const HOSTED: &str = "160.79.104.10";

/// Everything limited to two a minute.
fn tight() -> Deployment {
    reachable().with(
        "[limits.rate]\nauthorize = 2\nlogin = 2\ntoken = 2\nregister = 2\nintrospect = 2\ntoken_failures = 2",
    )
}

fn tight_at_https() -> Deployment {
    let deployment = Deployment::usual().at("https://auth.example.com");
    deployment.with("[limits.rate]\nregister = 2")
}

fn registration() -> Ask {
    Ask::json("/oauth/register", &json!({"redirect_uris": ["https://app.example.com/cb"]}))
}

#[test]
fn programs_hear_json_with_a_time_to_wait() {
    let node = Node::start(&tight());
    for (path, ask) in [
        ("/oauth/token", Ask::form("/oauth/token", [("grant_type", "authorization_code")])),
        ("/oauth/register", registration()),
    ] {
        let ask = ask.from(STRANGER).with("origin", "https://app.example.com");
        let statuses = [(); 3].map(|()| node.serve(&ask).status);
        assert_eq!(statuses[2], 429, "{path}: {statuses:?}");
        assert!(!statuses[..2].contains(&429), "{path}: {statuses:?}");
        let reply = node.serve(&ask);
        assert_eq!(reply.error(), "429 temporarily_unavailable");
        assert_eq!(reply.header("retry-after"), Some("30"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "pages may read it");
        assert!(
            reply
                .header("access-control-expose-headers")
                .is_some_and(|names| names.contains("Retry-After"))
        );
        assert!(reply.header("x-correlation-id").is_some());
    }
}

#[test]
fn people_read_a_page_that_says_how_long_to_wait() {
    let node = Node::start(&tight());
    for path in ["/oauth/authorize?client_id=x", "/authorize?client_id=x"] {
        let asked = || node.serve(&Ask::get(path).from(STRANGER));
        while asked().status != 429 {}
        let reply = asked();
        assert_eq!(reply.heading(), "Please wait");
        assert!(reply.body.contains("Wait 30 seconds, then load this page again."));
        assert_eq!(reply.header("retry-after"), Some("30"));
        let id = reply.header("x-correlation-id").expect("there is one");
        assert!(reply.body.contains(id));
        assert_eq!(reply.header("access-control-allow-origin"), None);
    }
}

#[test]
fn both_names_of_an_endpoint_are_counted_together() {
    let node = Node::start(&tight());
    let ask = |path| node.serve(&Ask::form(path, [("grant_type", "x")]).from(STRANGER)).status;
    assert_eq!([ask("/token"), ask("/oauth/token"), ask("/token")], [400, 400, 429]);
}

#[test]
fn what_everybody_needs_is_never_limited() {
    let node = Node::start(&tight());
    for path in [
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-protected-resource/mcp",
        "/.well-known/jwks.json",
        "/healthz",
        "/readyz",
        "/openapi.json",
    ] {
        for _ in 0..50 {
            assert_eq!(node.serve(&Ask::get(path).from(STRANGER)).status, 200, "{path}");
        }
    }
}

/// What is refused for its rate is not read: neither its size nor its form nor its secrets matter.
#[test]
fn a_refusal_costs_nothing() {
    let node = Node::start(&tight());
    let garbage = || Ask::post("/oauth/register", "text/plain", "x".repeat(70_000)).from(STRANGER);
    let statuses = [(); 4].map(|()| node.serve(&garbage()).status);
    assert_eq!(statuses, [415, 415, 429, 429]);
}

#[test]
fn preflights_are_answered_whatever_was_asked_before() {
    let node = Node::start(&tight());
    let preflight = Ask::new("OPTIONS", "/oauth/token")
        .from(STRANGER)
        .with("origin", "https://app.example.com")
        .with("access-control-request-method", "POST");
    for _ in 0..10 {
        assert_eq!(node.serve(&preflight).status, 204);
    }
}

#[test]
fn the_allowance_comes_back_with_time() {
    let node = Node::start(&tight());
    let ask = || node.serve(&registration().from(STRANGER)).status;
    assert_eq!([ask(), ask(), ask()], [201, 201, 429]);
    node.clock().pass(29);
    assert_eq!(ask(), 429);
    node.clock().pass(1);
    assert_eq!([ask(), ask()], [201, 429]);
    node.clock().pass(3_600);
    assert_eq!([ask(), ask(), ask()], [201, 201, 429]);
}

#[test]
fn each_node_counts_for_itself() {
    let fleet = Fleet::start(2, &tight());
    let ask = |number| fleet.node(number).serve(&registration().from(STRANGER)).status;
    assert_eq!([ask(0), ask(0), ask(0), ask(1), ask(1), ask(1)], [201, 201, 429, 201, 201, 429]);
}

/// Many people's clients ask from a few addresses: what one of them does must not shut the others out.
#[test]
fn hosted_clients_do_not_share_the_allowance_of_their_address() {
    let node = Node::start(&tight());
    for _ in 0..200 {
        assert_eq!(node.serve(&registration().from(HOSTED)).status, 201);
    }
    assert_eq!(node.serve(&registration().from(HOSTED)).status, 429, "a hundred times as much");
    let client = Client::public(&node);
    let other = Client::confidential(&node);
    let ask = |client: &Client| node.serve(&client.renewal("garbage").post().from(HOSTED)).status;
    for _ in 0..200 {
        assert_eq!(ask(&client), 400);
    }
    assert_eq!(ask(&client), 429);
    assert_eq!(ask(&other), 400, "the address is the same, the client is another");
}

/// Whoever asks too often is kept waiting, also where failures have an allowance of their own that is not used up.
#[test]
fn what_a_hosted_client_asks_is_counted_although_its_address_is_not() {
    let deployment = reachable().with("[limits.rate]\ntoken = 2\ntoken_failures = 1000");
    let node = Node::start(&deployment);
    let client = Client::public(&node);
    let ask = || node.serve(&client.renewal("garbage").post().from(HOSTED)).status;
    for _ in 0..200 {
        assert_eq!(ask(), 400);
    }
    assert_eq!(ask(), 429);
}

#[test]
fn networks_of_hosted_clients_can_be_named() {
    let deployment =
        reachable().with("[limits.rate]\nregister = 1\negress = [\"198.51.100.0/24\"]");
    let node = Node::start(&deployment);
    let ask = |from| node.serve(&registration().from(from)).status;
    assert_eq!([ask("198.51.100.1"), ask("198.51.100.1")], [201, 201]);
    assert_eq!([ask(HOSTED), ask(HOSTED)], [201, 429], "the list replaces the one built in");
}

/// TLS ends somewhere else, and nobody said where: then everybody has the address of whatever ends it.
#[test]
fn behind_a_proxy_that_nobody_named_clients_do_not_shut_each_other_out() {
    let node = Node::start(&tight_at_https());
    for _ in 0..200 {
        assert_eq!(node.serve(&registration().from("172.17.0.1")).status, 201);
    }
    assert_eq!(node.serve(&registration().from("172.17.0.1")).status, 429);
}

/// Failures of one client do not use up what another, or the same one elsewhere, may ask.
#[test]
fn failed_token_requests_are_counted_by_client_and_address() {
    let deployment = reachable().with("[limits.rate]\ntoken = 1000\ntoken_failures = 3");
    let node = Node::start(&deployment);
    let (client, other) = (Client::confidential(&node), Client::public(&node));
    let tokens = client.tokens(&node);
    let fail =
        |client: &Client, from| node.serve(&client.renewal("garbage").post().from(from)).status;
    let failed = [(); 4].map(|()| fail(&client, STRANGER));
    assert_eq!(failed, [400, 400, 400, 429]);
    let good = client.renewal(tokens.refresh()).post();
    assert_eq!(node.serve(&good.clone().from(STRANGER)).status, 429);
    assert_eq!(fail(&other, STRANGER), 400, "another client");
    assert_eq!(node.serve(&good.from("203.0.113.2")).status, 200, "the client itself, at home");
    let basic = |id: &str| Ask::form("/oauth/token", [("grant_type", "x")]).basic(id, "wrong");
    assert_eq!(node.serve(&basic(&client.id).from(STRANGER)).status, 429, "named in the header");
}

/// RFC 7521 §4.2: an assertion names its client, and `client_id` need not be there.
#[test]
fn failures_of_a_client_that_signs_are_its_own() {
    let deployment = reachable().with("[limits.rate]\ntoken = 1000\ntoken_failures = 2");
    let node = Node::start(&deployment);
    let fail = |subject: &str| {
        let assertion = SIGNERS[1].sign(&json!({ "sub": subject }));
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", &assertion),
        ];
        node.serve(&Ask::form("/oauth/token", fields).from(STRANGER)).status
    };
    assert_eq!([fail("robot"), fail("robot"), fail("robot")], [401, 401, 429]);
    assert_eq!(fail("other"), 401);
}

#[test]
fn requests_that_succeed_are_no_failures() {
    let deployment = reachable().with("[limits.rate]\ntoken_failures = 1").with_client(
        "ci",
        Some("a secret"),
        "grant_types = [\"client_credentials\"]",
    );
    let node = Node::start(&deployment);
    let ask = Ask::form("/oauth/token", [("grant_type", "client_credentials")]);
    for _ in 0..20 {
        let ask = ask.clone().basic("ci", "a secret").from(STRANGER);
        assert_eq!(node.serve(&ask).status, 200);
    }
}

/// `dcr_08`: ten thousand registrations in a minute; and nothing is kept of those that were let in.
#[test]
fn dcr_08_ten_thousand_registrations_in_a_minute_are_refused_and_leave_nothing() {
    let node = Node::start(&reachable());
    let statuses: Vec<_> =
        (0..10_000).map(|_| node.serve(&registration().from(STRANGER)).status).collect();
    let registered = statuses.iter().filter(|status| **status == 201).count();
    assert_eq!(registered, 60);
    assert!(statuses[60..].iter().all(|status| *status == 429));
}

/// What people who test on their own machine rely on.
#[test]
fn a_demo_answers_two_thousand_requests_a_minute_from_its_own_machine() {
    let node = Node::start(&Deployment::demo());
    for number in 0..2_000 {
        let wrong =
            Ask::form("/oauth/token", [("grant_type", "refresh_token"), ("client_id", "x")]);
        assert_eq!(node.serve(&registration().from("127.0.0.1")).status, 201, "{number}");
        assert_eq!(node.serve(&wrong.from("::1")).status, 401, "{number}");
    }
}
