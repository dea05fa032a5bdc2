//! The token endpoint: codes and refresh tokens in the wrong hands, or in pieces.

use super::{clients, deployment, everywhere};
use crate::support::{Ask, Client, Deployment, Node, Reply, Serve, Tokens, altered};

/// All of what was said, but for what differs by chance.
fn said(reply: &Reply) -> (u16, String, Vec<String>) {
    let names = reply.headers.iter().filter(|(name, _)| name.as_str() != "x-correlation-id");
    let headers = names.map(|(name, value)| format!("{name}: {value:?}")).collect();
    (reply.status, reply.body.clone(), headers)
}

/// One sealed value with some segments of another.
fn spliced(one: &str, other: &str, from: usize) -> String {
    let (one, other): (Vec<_>, Vec<_>) = (one.split('.').collect(), other.split('.').collect());
    [&one[..from], &other[from..]].concat().join(".")
}

#[test]
fn tok_01_whatever_is_no_code_is_refused_in_the_same_words() {
    for at in everywhere(&deployment()) {
        for client in clients(&at) {
            let code = client.code(&at);
            let tokens = client.tokens(&at);
            let forged = said(&client.redeem(&at, &altered(&code)));
            assert_eq!(forged.0, 400);
            let garbage = ["x", ".", "....", "a.b.c.d.e", "eyJ", "\u{fffd}", "%00", " "];
            let others = [tokens.access.as_str(), tokens.refresh(), client.id.as_str()];
            for sent in garbage.iter().copied().chain(others).chain([&*"e".repeat(8_000)]) {
                assert_eq!(said(&client.redeem(&at, sent)), forged, "{sent:.40}");
            }
            assert_eq!(client.redeem(&at, "").error(), "400 invalid_request", "empty is absent");
            assert_eq!(client.redeem(&at, &code).status, 200);
        }
    }
}

#[test]
fn tok_02_a_code_is_good_for_the_client_it_was_made_for() {
    for at in everywhere(&deployment()) {
        let clients = clients(&at);
        for owner in &clients {
            let code = owner.code(&at);
            for thief in clients.iter().filter(|thief| thief.id != owner.id) {
                assert_eq!(thief.redeem(&at, &code).error(), "400 invalid_grant");
            }
            assert_eq!(owner.redeem(&at, &code).status, 200, "the guesses spent nothing");
        }
    }
}

/// Wrong in one way, refused with this error, and still good afterwards.
fn assert_unspent(expected: &str, changes: &[(&str, &str)]) {
    for at in everywhere(&deployment()) {
        for client in clients(&at) {
            let code = client.code(&at);
            for (name, value) in changes {
                let wrong = client.redemption(&code).without(name);
                let wrong = if value.is_empty() { wrong } else { wrong.with(name, value) };
                assert_eq!(at.serve(&wrong.post()).error(), expected, "{name}={value}");
            }
            assert_eq!(client.redeem(&at, &code).status, 200);
        }
    }
}

#[test]
fn tok_03_another_redirect_uri_spends_no_code() {
    assert_unspent(
        "400 invalid_grant",
        &[
            ("redirect_uri", "https://app.example.com/other"),
            ("redirect_uri", "https://app.example.com/callback/"),
            ("redirect_uri", "https://APP.example.com/callback"),
            ("redirect_uri", "https://evil.example/"),
        ],
    );
}

#[test]
fn tok_04_tok_05_a_wrong_verifier_or_none_spends_no_code() {
    let guess = "g".repeat(43);
    assert_unspent("400 invalid_grant", &[("code_verifier", &guess), ("code_verifier", "")]);
}

#[test]
fn tok_07_a_verifier_outside_its_grammar_is_refused_as_such() {
    let (short, long, spaced, wide) =
        ("a".repeat(42), "a".repeat(129), "a b".repeat(20), "é".repeat(43));
    assert_unspent(
        "400 invalid_request",
        &[
            ("code_verifier", &short),
            ("code_verifier", &long),
            ("code_verifier", &spaced),
            ("code_verifier", &wide),
        ],
    );
}

#[test]
fn tok_14_spliced_codes_touch_neither_of_those_they_were_cut_from() {
    for at in everywhere(&deployment()) {
        for client in clients(&at) {
            let (one, other) = (client.code(&at), client.code(&at));
            for from in 1..5 {
                let sent = spliced(&one, &other, from);
                // What both begin with is the same, so the other may come out whole.
                if sent != other && sent != one {
                    assert_eq!(
                        client.redeem(&at, &sent).error(),
                        "400 invalid_grant",
                        "from {from}"
                    );
                }
            }
            assert_eq!(client.redeem(&at, &one).status, 200);
            assert_eq!(client.redeem(&at, &other).status, 200);
        }
    }
}

#[test]
fn tok_15_a_wrong_resource_spends_no_code() {
    assert_unspent(
        "400 invalid_target",
        &[
            ("resource", "https://other.example/mcp"),
            ("resource", "http://127.0.0.1:9000/mcp/x"),
            ("resource", "http://127.0.0.1:9000/mcp#x"),
            ("resource", "mcp"),
        ],
    );
}

#[test]
fn tok_25_an_answer_is_json_that_nobody_keeps_and_sets_no_cookie() {
    for at in everywhere(&deployment()) {
        let client = Client::confidential(&at);
        let good = client.redeem(&at, &client.code(&at));
        let replies = [
            client.refresh(&at, Tokens::of(&good).refresh()),
            good,
            client.redeem(&at, "garbage"),
            at.serve(&Ask::form("/oauth/token", [("grant_type", "x")])),
            at.serve(
                &Ask::form("/oauth/token", [("grant_type", "client_credentials")]).basic("x", "y"),
            ),
        ];
        for reply in replies {
            assert_eq!(reply.header("cache-control"), Some("no-store"));
            assert_eq!(reply.header("pragma"), Some("no-cache"));
            assert_eq!(reply.header("content-type"), Some("application/json"));
            assert!(reply.headers_called("set-cookie").is_empty());
            assert_eq!(reply.header("access-control-allow-credentials"), None);
            assert!(reply.json().is_object());
        }
    }
}

#[test]
fn ref_01_whatever_is_no_refresh_token_is_refused_in_the_same_words() {
    for at in everywhere(&deployment()) {
        for client in clients(&at) {
            let tokens = client.tokens(&at);
            let (code, good) = (client.code(&at), tokens.refresh());
            let forged = said(&client.refresh(&at, &altered(good)));
            let cut = &good[..good.len() - 1];
            for sent in ["x", cut, &code, &tokens.access, &client.id, &*"e".repeat(8_000)] {
                assert_eq!(said(&client.refresh(&at, sent)), forged, "{sent:.40}");
            }
            assert_eq!(client.refresh(&at, good).status, 200);
        }
    }
}

#[test]
fn ref_02_a_refresh_token_is_good_for_the_client_it_was_made_for() {
    for at in everywhere(&deployment()) {
        let clients = clients(&at);
        for owner in &clients {
            let tokens = owner.tokens(&at);
            for thief in clients.iter().filter(|thief| thief.id != owner.id) {
                assert_eq!(thief.refresh(&at, tokens.refresh()).error(), "400 invalid_grant");
            }
            let nobody =
                owner.renewal(tokens.refresh()).without("client_id").without("client_secret");
            assert_eq!(at.serve(&nobody.post()).error(), "400 invalid_request");
            assert_eq!(owner.refresh(&at, tokens.refresh()).status, 200);
        }
    }
}

#[test]
fn ref_03_asking_for_more_rotates_nothing() {
    // It takes tokens of this server too, but not of this family.
    let other =
        "[[resources]]\npath = \"/other\"\nupstream = \"builtin\"\nscopes = [\"mcp:tools\"]";
    for at in everywhere(&deployment().with(other)) {
        for client in clients(&at) {
            let request = client.request().and("resource", "http://127.0.0.1:9000/mcp");
            let tokens = Tokens::of(&client.redeem(&at, &request.code(&at)));
            let wrong = [
                ("scope", "mcp:tools mcp:admin", "400 invalid_scope"),
                ("scope", "system:read", "400 invalid_scope"),
                ("resource", "https://other.example/mcp", "400 invalid_target"),
                ("resource", "http://127.0.0.1:9000/other", "400 invalid_target"),
                ("resource", "http://127.0.0.1:9000/nowhere", "400 invalid_target"),
            ];
            for (name, value, expected) in wrong {
                let ask = client.renewal(tokens.refresh()).and(name, value).post();
                assert_eq!(at.serve(&ask).error(), expected);
            }
            at.clock().pass(120);
            let renewed = Tokens::of(&client.refresh(&at, tokens.refresh()));
            assert_eq!(at.node(0).grant(&renewed.access).generation, 1, "the first that was made");
        }
    }
}

/// Where nothing is remembered there are no refresh tokens, and nobody is told that there were.
#[test]
fn ref_14_where_nothing_is_remembered_refresh_is_neither_advertised_nor_served() {
    let forgetful = deployment().with("[ledger]\nkind = \"none\"");
    let with_tokens = Node::start(&deployment());
    for at in everywhere(&forgetful) {
        let metadata = at.serve(&Ask::get("/.well-known/oauth-authorization-server")).json();
        let grants = metadata["grant_types_supported"].as_array().cloned().unwrap_or_default();
        assert!(!grants.contains(&"refresh_token".into()));
        for client in clients(&at) {
            let issued = Tokens::of(&client.redeem(&at, &client.code(&at)));
            assert_eq!(issued.refresh, None);
            let elsewhere = Client::known("web", None, "https://app.example.com/callback");
            let foreign = elsewhere.tokens(&with_tokens);
            let reply = client.refresh(&at, foreign.refresh());
            assert_eq!(reply.error(), "400 unsupported_grant_type");
        }
    }
}

/// DOS-13: a secret that nobody could have is refused before it is hashed, and hashing has a queue that ends.
#[test]
fn many_slow_hashes_at_once_are_refused_rather_than_queued_without_end() {
    let slow = sealbearer::http::hashing::Hashing::new(1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime starts").block_on(async {
        let first = slow.turn().await.expect("nobody is before it");
        let waiting: Vec<_> = (0..16).map(|_| Box::pin(slow.turn())).collect();
        let mut waiting: Vec<_> = waiting;
        for turn in &mut waiting {
            let polled = std::future::poll_fn(|context| {
                std::task::Poll::Ready(turn.as_mut().poll(context).is_pending())
            });
            assert!(polled.await, "it waits");
        }
        assert!(slow.turn().await.is_err(), "the seventeenth would wait too long");
        drop(waiting);
        assert!(first.run(|| true).await);
        assert!(slow.turn().await.is_ok(), "there is room again");
    });
    let at = Node::start(&Deployment::usual());
    let client = Client::confidential(&at);
    let ask = client.redemption("x").with("client_secret", &"s".repeat(8_000)).post();
    assert_eq!(at.serve(&ask).error(), "401 invalid_client");
}
