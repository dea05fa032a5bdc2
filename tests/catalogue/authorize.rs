//! The authorization endpoint: what is left out, misspelled, too much, or meant for somebody else.

use super::{clients, deployment, everywhere, told};
use crate::support::{ALICE, Ask, Browser, Client, Request, Serve};

/// Each change of an ordinary request, for every client, on one node and on two.
fn assert_told(expected: &str, changes: &[fn(Request) -> Request]) {
    for at in everywhere(&deployment()) {
        for client in clients(&at) {
            for (number, change) in changes.iter().enumerate() {
                let request = change(client.request());
                let heard = told(&at, &client, &request);
                assert_eq!(heard, expected, "change {number} by {:.12}", client.id);
            }
        }
    }
}

#[test]
fn auz_11_an_empty_parameter_counts_as_absent() {
    for at in everywhere(&deployment()) {
        let client = &clients(&at)[0];
        for (name, _) in client.request().fields() {
            let empty = told(&at, client, &client.request().with(name, ""));
            let absent = told(&at, client, &client.request().without(name));
            assert_eq!(empty, absent, "{name}");
        }
    }
}

#[test]
fn auz_12_no_client_does_without_a_challenge() {
    assert_told(
        "invalid_request",
        &[
            |request| request.without("code_challenge"),
            |request| request.without("code_challenge").without("code_challenge_method"),
            |request| request.with("code_challenge", ""),
        ],
    );
}

#[test]
fn auz_13_a_challenge_has_43_characters_of_its_alphabet() {
    assert_told(
        "invalid_request",
        &[
            |request| request.with("code_challenge", &"a".repeat(42)),
            |request| request.with("code_challenge", &"a".repeat(44)),
            |request| request.with("code_challenge", &format!("{}=", "a".repeat(43))),
            |request| request.with("code_challenge", &"+".repeat(43)),
            |request| request.with("code_challenge", &"é".repeat(43)),
        ],
    );
}

#[test]
fn auz_14_the_only_method_is_s256_and_it_must_be_named() {
    assert_told(
        "invalid_request",
        &[
            |request| request.without("code_challenge_method"),
            |request| request.with("code_challenge_method", "plain"),
            |request| request.with("code_challenge_method", "S512"),
            |request| request.with("code_challenge_method", "s256"),
            |request| request.with("code_challenge_method", "S256 "),
        ],
    );
}

#[test]
fn auz_16_the_only_response_type_is_code() {
    assert_told(
        "unsupported_response_type",
        &[
            |request| request.with("response_type", "token"),
            |request| request.with("response_type", "code token"),
            |request| request.with("response_type", "none"),
            |request| request.with("response_type", "CODE"),
        ],
    );
    assert_told("invalid_request", &[|request| request.without("response_type")]);
}

#[test]
fn auz_21_a_resource_is_one_of_ours_as_it_is_spelled() {
    assert_told(
        "invalid_target",
        &[
            |request| request.and("resource", "https://other.example/mcp"),
            |request| request.and("resource", "http://127.0.0.1:9000/mcp#x"),
            |request| request.and("resource", "/mcp"),
            |request| request.and("resource", "http://127.0.0.1:9000/mcp-other"),
            |request| request.and("resource", "http://127.0.0.1:9001/mcp"),
            |request| request.and("resource", "https://127.0.0.1:9000/mcp"),
            |request| request.and("resource", "http://user@127.0.0.1:9000/mcp"),
            |request| request.and("resource", "http://127.0.0.1:9000/x/../mcp-other"),
        ],
    );
}

/// What nobody may have is left out (and what is left is granted); what cannot be a scope is refused.
#[test]
fn auz_22_scopes_that_are_none_are_refused_and_too_many_cost_no_more_than_few() {
    assert_told(
        "invalid_scope",
        &[
            |request| request.with("scope", "mcp:tools \"quoted\""),
            |request| request.with("scope", "mcp:tools\u{7}"),
            |request| request.with("scope", "mcp:tools \\"),
            |request| request.with("scope", &"s ".repeat(501)),
        ],
    );
    for at in everywhere(&deployment()) {
        let client = &clients(&at)[0];
        let greedy = client.request().with("scope", "mcp:tools superuser root");
        let tokens = client.redeem(&at, &greedy.code(&at));
        assert_eq!(tokens.text("scope"), "mcp:tools");
        // Ten thousand do not even fit into what is read of a request.
        let many = (0..10_000).map(|number| format!("s{number}")).collect::<Vec<_>>().join(" ");
        let fields = client.request().with("scope", &many);
        let form =
            Ask::post("/oauth/authorize", "application/x-www-form-urlencoded", fields.query());
        assert!(matches!(at.serve(&form).status, 400 | 413));
    }
}

#[test]
fn auz_25_request_objects_are_refused_whatever_else_is_sent() {
    let object = "eyJhbGciOiJub25lIn0.eyJzY29wZSI6Im1jcDphZG1pbiJ9.";
    for at in everywhere(&deployment()) {
        for client in clients(&at) {
            let request = || client.request();
            let both = request().and("request", object).and("request_uri", "urn:x");
            assert_eq!(
                told(&at, &client, &request().and("request", object)),
                "request_not_supported"
            );
            assert_eq!(told(&at, &client, &both), "request_not_supported");
            for uri in [
                "https://client.example/r",
                "http://169.254.169.254/",
                "urn:ietf:params:oauth:request_uri:x",
            ] {
                let request = request().without("scope").and("request_uri", uri);
                assert_eq!(told(&at, &client, &request), "request_uri_not_supported");
            }
        }
    }
}

/// RFC 9700 §2.1.1: served, for it may be a coincidence; but the log says so.
#[test]
fn auz_15_a_challenge_that_a_client_uses_again_and_again_is_served_and_noticed() {
    let said = "a client repeats its code_challenge";
    for at in everywhere(&deployment()) {
        let [client, other, _] = clients(&at);
        let log = crate::support::logged(|| {
            for _ in 0..20 {
                let reply = at.serve(&Ask::get(client.request().uri()));
                assert_eq!(reply.heading(), "Log in");
            }
            at.serve(&Ask::get(other.request().uri()));
        });
        assert!(!log.contains(said), "twenty times may be a person who goes back");
        let log = crate::support::logged(|| {
            for _ in 0..21 {
                assert_eq!(at.serve(&Ask::get(client.request().uri())).heading(), "Log in");
            }
        });
        assert!(log.contains(said), "{log}");
        assert!(
            !log.contains("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            "the challenge itself is not logged"
        );
    }
}

/// Nothing says where to go next but the redirect URI; and a path that looks like an address is none.
#[test]
fn auz_18_no_parameter_and_no_path_leads_elsewhere() {
    let names = [
        "next",
        "return",
        "return_to",
        "returnTo",
        "continue",
        "url",
        "redirect",
        "target",
        "rd",
        "goto",
    ];
    for at in everywhere(&deployment()) {
        let client = Client::public(&at);
        for value in
            ["//evil.example", "/\\evil.example", "https://evil.example", "%2f%2fevil.example"]
        {
            let request =
                names.iter().fold(client.request(), |request, name| request.and(name, value));
            let reply = Browser::default().allow(&at, &request.uri(), ALICE);
            assert!(reply.location().starts_with("https://app.example.com/callback?code="));
            assert!(!reply.location().contains("evil"));
            for path in ["/", "/oauth/callback", "/healthz"] {
                let pairs: Vec<_> = names.iter().map(|name| (name, value)).collect();
                let query = crate::support::Ask::form(path, pairs.iter().map(|(n, v)| (*n, *v)));
                assert_eq!(at.serve(&query).header("location"), None, "{path}");
            }
        }
        for path in [
            "//evil.example",
            "/%2f%2fevil.example",
            "/%5cevil.example",
            "/oauth/authorize//evil.example",
        ] {
            let reply = at.serve(&Ask::get(path));
            assert_eq!((reply.status, reply.header("location")), (404, None), "{path}");
        }
    }
}

/// OAuth 2.1 §7.5.4: a browser must not send the form, with its password, to where it is redirected.
#[test]
fn auz_24_a_form_is_answered_by_303_never_by_307_or_308() {
    for at in everywhere(&deployment()) {
        let client = Client::public(&at);
        let mut browser = Browser::default();
        let login = browser.open(&at, &client.request().uri());
        let consent = browser.log_in(&at, &login, ALICE);
        assert_eq!(browser.clone().decide(&at, &consent, "allow").status, 303);
        assert_eq!(browser.clone().decide(&at, &consent, "deny").status, 303);
        let wrong = client.request().without("code_challenge");
        let fields: Vec<_> = wrong.fields().iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(browser.submit(&at, "/oauth/authorize", &fields).status, 303);
        let nothing = client.request().with("scope", "mcp:admin").uri();
        let mut bob = Browser::default();
        let page = bob.open(&at, &nothing);
        assert_eq!(
            bob.log_in(&at, &page, crate::support::BOB).status,
            303,
            "a login that ends in a refusal"
        );
    }
}
