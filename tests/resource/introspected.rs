//! Tokens that an issuer is asked about. Source: RFC 7662; security.md RSG-14, INT-06.

use sealbearer::gateway::Refusal;
use sealbearer::resource::{Introspected, REFUSED_SECONDS_MAX, REMEMBERED_SECONDS, Validator};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wiremock::matchers::{body_string_contains, header, method, path};
use wiremock::{Mock, ResponseTemplate};

use super::{Issuer, RESOURCE, bearing, builder, enter};
use crate::support::{Clock, logged, wait};

const AT: &str = "/introspect";

async fn setting() -> (Issuer, Clock, Validator) {
    let (issuer, clock) = (Issuer::start().await, Clock::new());
    let asked = Introspected::by(&issuer.name(), "mcp", "s/cret");
    let validator = builder(&clock).trusts(asked).build().expect("it is complete");
    (issuer, clock, validator)
}

impl Issuer {
    /// Answers so from now on, to whoever proves to be us.
    async fn answers(&self, answer: &Value) {
        self.site.reset().await;
        let name = self.name();
        self.publish("/.well-known/oauth-authorization-server", self.metadata(&name)).await;
        Mock::given(method("POST"))
            .and(path(AT))
            .and(header("authorization", "Basic bWNwOnMlMkZjcmV0"))
            .and(body_string_contains("token_type_hint=access_token"))
            .respond_with(ResponseTemplate::new(200).set_body_json(answer))
            .mount(&self.site)
            .await;
    }

    fn active(&self, clock: &Clock) -> Value {
        let mut answer = self.claims(clock);
        answer["active"] = json!(true);
        answer["token_type"] = json!("Bearer");
        answer
    }
}

#[tokio::test]
async fn an_active_token_is_admitted_with_all_that_is_said_of_it_and_asked_about_once() {
    let (issuer, clock, validator) = setting().await;
    issuer.answers(&issuer.active(&clock)).await;
    for _ in 0..3 {
        let admitted = bearing(&validator, "opaque").await.expect("it is active");
        assert_eq!((admitted.subject(), admitted.client()), ("alice", "client-1"));
        assert_eq!(admitted.scopes(), ["notes:read", "notes:write"]);
    }
    assert_eq!(issuer.asked(AT).await, 1);
    assert!(bearing(&validator, "another").await.is_ok());
    assert_eq!(issuer.asked(AT).await, 2, "another token is another question");
}

/// 64 KiB of metadata and 32 KiB of an answer are read, whatever else is in them, and no more.
#[tokio::test]
async fn what_an_issuer_says_may_be_long_and_not_endless() {
    let padded = |mut object: Value, length: usize| {
        object["x"] = json!("");
        let text = object.to_string();
        text.replacen("\"x\":\"\"", &format!("\"x\":\"{}\"", "x".repeat(length - text.len())), 1)
    };
    for (metadata_bytes, answer_bytes, is_read) in
        [(65_536, 32_768, true), (65_537, 32_768, false), (65_536, 32_769, false)]
    {
        let (issuer, clock) = (Issuer::silent().await, Clock::new());
        let metadata = serde_json::from_str(&issuer.metadata(&issuer.name())).expect("it is JSON");
        let metadata = padded(metadata, metadata_bytes);
        issuer.publish("/.well-known/oauth-authorization-server", metadata).await;
        let answer = padded(issuer.active(&clock), answer_bytes);
        let answer = ResponseTemplate::new(200).set_body_raw(answer, "application/json");
        let asked = Mock::given(method("POST")).and(path(AT)).respond_with(answer);
        asked.mount(&issuer.site).await;
        let asking = Introspected::by(&issuer.name(), "mcp", "s/cret");
        let validator = builder(&clock).trusts(asking).build().expect("it is complete");
        let outcome = bearing(&validator, "opaque").await.err();
        let expected = (!is_read).then_some(Refusal::Unavailable);
        assert_eq!(outcome, expected, "{metadata_bytes} and {answer_bytes}");
    }
}

#[tokio::test]
async fn of_many_who_ask_at_once_one_does() {
    let (issuer, clock, validator) = setting().await;
    issuer.answers(&issuer.active(&clock)).await;
    let mut crowd = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let validator = validator.clone();
        crowd.spawn(async move { bearing(&validator, "opaque").await.is_ok() });
    }
    assert!(crowd.join_all().await.into_iter().all(|admitted| admitted));
    assert_eq!(issuer.asked(AT).await, 1);
}

/// A JWT of the issuer is asked about as well: only the issuer knows whether it was revoked.
#[tokio::test]
async fn a_jwt_of_the_issuer_is_asked_about_and_that_of_another_is_not() {
    let (issuer, clock, validator) = setting().await;
    issuer.answers(&issuer.active(&clock)).await;
    let claims = issuer.claims(&clock);
    assert!(bearing(&validator, &issuer.token(&claims)).await.is_ok());
    let mut other = claims;
    other["iss"] = json!("https://other.example");
    let refused = bearing(&validator, &issuer.token(&other)).await;
    assert_eq!(refused.err(), Some(Refusal::TokenUnknown));
    assert_eq!(issuer.asked(AT).await, 1, "nobody's token is shown to somebody else");
}

/// INT-06: what was revoked goes on to work for so long and no second longer.
#[tokio::test]
async fn int_06_an_answer_is_believed_for_its_time() {
    let (issuer, clock, validator) = setting().await;
    issuer.answers(&issuer.active(&clock)).await;
    assert!(bearing(&validator, "opaque").await.is_ok());
    issuer.answers(&json!({ "active": false })).await;
    clock.pass(REMEMBERED_SECONDS - 1);
    assert!(bearing(&validator, "opaque").await.is_ok());
    clock.pass(1);
    assert_eq!(bearing(&validator, "opaque").await.err(), Some(Refusal::TokenUnknown));
    issuer.answers(&issuer.active(&clock)).await;
    clock.pass(REFUSED_SECONDS_MAX - 1);
    assert_eq!(bearing(&validator, "opaque").await.err(), Some(Refusal::TokenUnknown));
    clock.pass(1);
    assert!(bearing(&validator, "opaque").await.is_ok());
}

#[tokio::test]
async fn an_answer_is_believed_for_as_long_as_was_said() {
    for seconds in [0, 5, 10 * REMEMBERED_SECONDS] {
        let (issuer, clock) = (Issuer::start().await, Clock::new());
        issuer.answers(&issuer.active(&clock)).await;
        let asked = Introspected::by(&issuer.name(), "mcp", "s/cret").remembered(seconds);
        let validator = builder(&clock).trusts(asked).build().expect("it is complete");
        assert!(bearing(&validator, "opaque").await.is_ok());
        if seconds > 0 {
            clock.pass(seconds - 1);
            assert!(bearing(&validator, "opaque").await.is_ok());
            assert_eq!(issuer.asked(AT).await, 1, "{seconds}");
            clock.pass(1);
        }
        assert!(bearing(&validator, "opaque").await.is_ok());
        assert_eq!(issuer.asked(AT).await, 2, "{seconds}");
    }
}

#[tokio::test]
async fn int_06_no_answer_outlives_its_token() {
    let (issuer, clock, validator) = setting().await;
    let mut answer = issuer.active(&clock);
    answer["exp"] = json!(clock.now().0 + 10);
    issuer.answers(&answer).await;
    assert!(bearing(&validator, "opaque").await.is_ok());
    clock.pass(9);
    assert!(bearing(&validator, "opaque").await.is_ok());
    clock.pass(1);
    assert_eq!(bearing(&validator, "opaque").await.err(), Some(Refusal::TokenExpired));
    assert_eq!(issuer.asked(AT).await, 2, "and it is asked about anew");
}

/// RSG-14: what is remembered is what was said of a token, never that something was allowed.
#[tokio::test]
async fn rsg_14_what_was_allowed_once_allows_nothing_else() {
    let (issuer, clock, validator) = setting().await;
    let mut answer = issuer.active(&clock);
    answer["scope"] = json!("notes:read");
    issuer.answers(&answer).await;
    let admitted = bearing(&validator, "opaque").await.expect("it is active");
    let needs = |scope: &str| validator.permit(&admitted, &[scope.to_owned()]);
    assert!(needs("notes:read").is_ok());
    let refused = needs("notes:write").expect_err("it was not granted");
    assert_eq!(
        (refused.refusal, refused.shortfall.map(|lacking| lacking.needed)),
        (Refusal::InsufficientScope, Some(vec!["notes:write".to_owned()]))
    );
    assert_eq!(issuer.asked(AT).await, 1, "the answer was remembered");
    // Another resource of the same issuer shares no memory with this one.
    let asked = Introspected::by(&issuer.name(), "mcp", "s/cret");
    let other = sealbearer::resource::Validator::new("https://mcp.example.com/other")
        .world(std::sync::Arc::new(crate::support::FixedWorld::new(clock.clone(), 0)))
        .trusts(asked)
        .build()
        .expect("it is complete");
    assert_eq!(bearing(&other, "opaque").await.err(), Some(Refusal::AudienceMismatch));
}

#[tokio::test]
async fn what_is_said_of_a_token_has_to_fit() {
    let (issuer, clock, _) = setting().await;
    let now = clock.now().0;
    let (unknown, elsewhere) = (Some(Refusal::TokenUnknown), Some(Refusal::AudienceMismatch));
    let (unavailable, constrained) = (Some(Refusal::Unavailable), Some(Refusal::SenderConstrained));
    let rows = [
        (json!({}), None),
        (json!({ "token_type": null }), None),
        (json!({ "token_type": "bearer" }), None),
        (json!({ "exp": null }), None),
        (json!({ "iss": null }), None),
        (json!({ "sub": null }), None),
        (json!({ "aud": [RESOURCE] }), None),
        (json!({ "aud": null }), elsewhere),
        (json!({ "aud": "https://mcp.example.com/other" }), elsewhere),
        (json!({ "iss": "https://other.example" }), unknown),
        (json!({ "token_type": "refresh_token" }), unknown),
        (json!({ "token_use": "refresh_token" }), unknown),
        (json!({ "token_type": null, "client_id": "mcp" }), unknown),
        (json!({ "nbf": now + 6 }), unknown),
        (json!({ "exp": now }), Some(Refusal::TokenExpired)),
        (json!({ "exp": 1.5 }), unknown),
        (json!({ "cnf": { "jkt": "A" } }), constrained),
        (json!({ "active": "true" }), unavailable),
        (json!({ "active": null }), unavailable),
    ];
    for (members, expected) in rows {
        let mut answer = issuer.active(&clock);
        for (name, value) in members.as_object().expect("they are an object") {
            if value.is_null() {
                answer.as_object_mut().expect("it is an object").remove(name);
            } else {
                answer[name] = value.clone();
            }
        }
        issuer.answers(&answer).await;
        let asked = Introspected::by(&issuer.name(), "mcp", "s/cret");
        let validator = builder(&clock).trusts(asked).build().expect("it is complete");
        assert_eq!(bearing(&validator, "opaque").await.err(), expected, "{members}");
    }
}

#[test]
fn that_an_active_token_is_refused_is_in_the_log_and_the_token_is_not() {
    let log = logged(|| {
        wait(async {
            let (issuer, clock, validator) = setting().await;
            let mut answer = issuer.active(&clock);
            answer["exp"] = json!(1.5);
            issuer.answers(&answer).await;
            let refused = bearing(&validator, "opaque-token").await;
            assert_eq!(refused.err(), Some(Refusal::TokenUnknown));
        });
    });
    let told = log.lines().find(|line| line.contains("access token refused"));
    assert!(told.is_some_and(|line| line.contains("issuer=") && line.contains("fault=")), "{log}");
    assert!(!log.contains("opaque-token"), "{log}");
}

/// One issuer is asked for everybody who comes: whoever is slow to be answered about keeps nobody else waiting.
#[tokio::test]
async fn several_tokens_are_asked_about_at_the_same_time() {
    const AT_ONCE: usize = 8;
    let clock = Clock::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has ports");
    let site = format!("http://{}", listener.local_addr().expect("it is bound"));
    let answer = json!({
        "active": true, "sub": "alice", "client_id": "client-1", "aud": RESOURCE, "iss": site,
        "exp": clock.now().0 + 60, "token_type": "Bearer",
    });
    let answer = answer.to_string();
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
        answer.len()
    );
    // Nobody is answered before all have come.
    tokio::spawn(async move {
        let mut sockets = Vec::new();
        while sockets.len() < AT_ONCE {
            sockets.push(listener.accept().await.expect("they come").0);
        }
        for mut socket in sockets {
            let mut heard = Vec::new();
            while !heard.ends_with(b"token_type_hint=access_token") {
                assert!(socket.read_buf(&mut heard).await.expect("it is readable") > 0);
            }
            socket.write_all(answer.as_bytes()).await.expect("it is writable");
        }
    });
    let asked = Introspected::by(&site, "mcp", "s/cret").at(&format!("{site}/introspect"));
    let validator = builder(&clock).trusts(asked).build().expect("it is complete");
    let mut crowd = tokio::task::JoinSet::new();
    for one in 0..AT_ONCE {
        let validator = validator.clone();
        crowd.spawn(async move { bearing(&validator, &format!("opaque{one}")).await.is_ok() });
    }
    assert!(crowd.join_all().await.into_iter().all(|admitted| admitted));
}

/// 503, and for a moment nobody is asked again.
#[tokio::test]
async fn without_an_answer_nothing_is_decided() {
    let (issuer, clock, validator) = setting().await;
    for answer in [
        ResponseTemplate::new(500),
        ResponseTemplate::new(401).set_body_json(json!({ "error": "invalid_client" })),
        ResponseTemplate::new(200)
            .set_body_raw("{\"active\":true,\"active\":false}", "application/json"),
        ResponseTemplate::new(200).set_body_raw("[]", "application/json"),
        ResponseTemplate::new(200).set_body_raw("active", "text/plain"),
    ] {
        issuer.site.reset().await;
        let name = issuer.name();
        issuer.publish("/.well-known/oauth-authorization-server", issuer.metadata(&name)).await;
        Mock::given(method("POST")).respond_with(answer).mount(&issuer.site).await;
        clock.pass(1);
        for _ in 0..3 {
            assert_eq!(bearing(&validator, "opaque").await.err(), Some(Refusal::Unavailable));
        }
        assert_eq!(issuer.asked(AT).await, 1);
    }
}

/// Some issuers answer nothing about the JWTs that everybody can verify: such a token is of no use where they are asked.
#[tokio::test]
async fn a_token_of_a_kind_that_the_issuer_is_not_asked_about_is_refused() {
    let (issuer, _, validator) = setting().await;
    let says = |status: u16, code: &str| {
        let answer = ResponseTemplate::new(status).set_body_json(json!({ "error": code }));
        Mock::given(method("POST")).respond_with(answer).mount(&issuer.site)
    };
    for (token, status, code, expected) in [
        ("a", 400, "unsupported_token_type", Refusal::TokenUnknown),
        ("b", 400, "invalid_request", Refusal::Unavailable),
        ("c", 401, "unsupported_token_type", Refusal::Unavailable),
    ] {
        issuer.site.reset().await;
        let name = issuer.name();
        issuer.publish("/.well-known/oauth-authorization-server", issuer.metadata(&name)).await;
        says(status, code).await;
        for _ in 0..2 {
            assert_eq!(bearing(&validator, token).await.err(), Some(expected), "{status} {code}");
        }
        assert_eq!(issuer.asked(AT).await, 1, "{status} {code}: the answer was remembered");
    }
}

/// Nothing that cannot be a token is sent to anybody.
#[tokio::test]
async fn nobody_is_asked_about_what_is_no_token() {
    let (issuer, clock, validator) = setting().await;
    issuer.answers(&issuer.active(&clock)).await;
    for value in ["Bearer ", "Bearer a b", "Basic YTpi", "Bearer a, Bearer b"] {
        assert!(enter(&validator, &[("authorization", value)]).await.is_err(), "{value}");
    }
    assert_eq!(issuer.asked(AT).await, 0);
}
