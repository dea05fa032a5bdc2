//! A token of the server's own authorization server, for each caller.
//! Source: RFC 8693 §2, RFC 8707 §2, RFC 6749 §2.3.1; catalogue RSG-11, RSG-13.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use url::form_urlencoded;

use super::identity::verified;
use super::support::{
    ALICE, BOB, Heard, House, LIST, Say, Upstream, deployment, json as saying, response, token,
};
use crate::support::{Clock, ISSUER};

/// The parameters of a token request, each of them once.
fn asked(heard: &Heard) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(heard.body.as_bytes()).into_owned() {
        assert_eq!(parameters.insert(name, value), None, "{}", heard.body);
    }
    parameters
}

/// What a token endpoint answers, with these members in the place of its own; `null` leaves one out.
fn issuing(token: &str, instead: &serde_json::Value) -> String {
    let mut answer = json!({
        "access_token": token, "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "token_type": "Bearer", "expires_in": 600,
    });
    for (name, value) in instead.as_object().expect("they are an object") {
        answer[name] = value.clone();
    }
    answer.as_object_mut().expect("it is one").retain(|_, value| !value.is_null());
    answer.to_string()
}

/// A token endpoint that counts the tokens it issues.
async fn authority() -> Upstream {
    let counted = std::sync::atomic::AtomicUsize::new(0);
    Upstream::start(move |_| {
        let number = counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        saying(&issuing(&format!("issued-{number}"), &json!({})))
    })
    .await
}

/// `[resources.gateway]` with tokens from `authority`.
fn settings(authority: &Upstream, more: &str) -> String {
    let endpoint = authority.url("/token");
    format!(
        "credential = {{ token_endpoint = \"{endpoint}\", client_id = \"gate way\", client_secret = \"s/cret\"{more} }}"
    )
}

async fn house(upstream: &Upstream, authority: &Upstream, more: &str) -> (House, Clock) {
    let clock = Clock::new();
    let deployment = deployment(&upstream.url("/mcp?key=1"), &settings(authority, more));
    (House::start(&deployment, &clock).await, clock)
}

#[tokio::test]
async fn what_is_exchanged_is_our_statement_and_what_comes_back_is_shown() {
    let (upstream, authority) = (Upstream::start(|_| saying("{}")).await, authority().await);
    let (house, _) = house(&upstream, &authority, "").await;
    assert_eq!(house.post(ALICE, "Authorization2: x", LIST).await.status, 200);
    assert_eq!(upstream.last().header("authorization"), Some("Bearer issued-0"));
    let heard = authority.last();
    assert_eq!(heard.line, "POST /token HTTP/1.1");
    assert_eq!(heard.header("authorization"), Some("Basic Z2F0ZSt3YXk6cyUyRmNyZXQ="));
    let mut said = asked(&heard);
    let statement = said.remove("subject_token").expect("it is there");
    let urn = |last: &str| format!("urn:ietf:params:oauth:{last}");
    let expected = [
        ("grant_type", urn("grant-type:token-exchange")),
        ("requested_token_type", urn("token-type:access_token")),
        ("resource", upstream.url("/mcp")),
        ("subject_token_type", urn("token-type:jwt")),
    ];
    assert_eq!(said, expected.map(|(name, value)| (name.to_owned(), value)).into());
    let (header, claims) = verified(&house, &statement).await;
    assert_eq!(header["typ"], "caller+jwt");
    assert_eq!(
        (&claims["iss"], &claims["sub"], &claims["aud"], &claims["scope"]),
        (&json!(ISSUER), &json!("u:alice"), &json!(authority.url("/token")), &json!("mcp:tools"))
    );
    let lasts = claims["exp"].as_u64().zip(claims["iat"].as_u64()).map(|(end, start)| end - start);
    assert_eq!(lasts, Some(60));
}

#[tokio::test]
async fn everything_that_can_be_said_of_an_exchange_is_sent() {
    let (upstream, authority) = (Upstream::start(|_| saying("{}")).await, authority().await);
    let more = ", client_authentication = \"post\", audience = \"crm\", resource = \"https://crm.example/mcp\", \
                scopes = [\"crm:read\", \"crm:write\"], assertion_audience = \"https://idp.example\"";
    let (house, _) = house(&upstream, &authority, more).await;
    assert_eq!(house.post(ALICE, "", LIST).await.status, 200);
    let heard = authority.last();
    assert_eq!(heard.header("authorization"), None);
    let said = asked(&heard);
    for (name, value) in [
        ("client_id", "gate way"),
        ("client_secret", "s/cret"),
        ("audience", "crm"),
        ("resource", "https://crm.example/mcp"),
        ("scope", "crm:read crm:write"),
    ] {
        assert_eq!(said.get(name).map(String::as_str), Some(value), "{name}");
    }
    let (_, claims) = verified(&house, &said["subject_token"]).await;
    assert_eq!(claims["aud"], "https://idp.example");
}

/// The token is looked for in every byte that the two got.
#[tokio::test]
async fn rsg_11_the_token_of_the_client_is_not_exchanged() {
    let (upstream, authority) = (Upstream::start(|_| saying("{}")).await, authority().await);
    let (house, _) = house(&upstream, &authority, "").await;
    assert_eq!(house.post(ALICE, "", LIST).await.status, 200);
    for who in [&upstream, &authority] {
        assert!(!who.raw().is_empty() && !who.raw().contains(&token(ALICE)));
    }
}

#[tokio::test]
async fn rsg_13_a_token_is_used_until_shortly_before_its_end_and_for_nobody_else() {
    let (upstream, authority) = (Upstream::start(|_| saying("{}")).await, authority().await);
    let (house, clock) = house(&upstream, &authority, "").await;
    let shown = async |number: u16| {
        assert_eq!(house.post(number, "", LIST).await.status, 200);
        upstream.last().header("authorization").map(str::to_owned).expect("something was shown")
    };
    assert_eq!(shown(ALICE).await, "Bearer issued-0");
    assert_eq!(shown(BOB).await, "Bearer issued-1");
    clock.pass(569);
    assert_eq!(shown(ALICE).await, "Bearer issued-0");
    clock.pass(1);
    assert_eq!(shown(ALICE).await, "Bearer issued-2", "30 seconds before its end");
    assert_eq!(shown(ALICE).await, "Bearer issued-2");
    assert_eq!(shown(BOB).await, "Bearer issued-3");
}

#[tokio::test]
async fn how_long_a_token_is_used() {
    for (told, seconds) in [
        (json!(600), 570),
        (json!(20), 10),
        (json!(1), 1),
        (json!(null), 30),
        (json!("600"), 30),
        (json!(90_000), 3_570),
    ] {
        let answer = issuing("issued", &json!({ "expires_in": told }));
        let authority = Upstream::start(move |_| saying(&answer)).await;
        let upstream = Upstream::start(|_| saying("{}")).await;
        let (house, clock) = house(&upstream, &authority, "").await;
        house.post(ALICE, "", LIST).await;
        clock.pass(seconds - 1);
        house.post(ALICE, "", LIST).await;
        assert_eq!(authority.heard().len(), 1, "{told}");
        clock.pass(1);
        house.post(ALICE, "", LIST).await;
        assert_eq!(authority.heard().len(), 2, "{told}");
    }
}

#[tokio::test]
async fn of_many_requests_at_once_one_asks() {
    let (upstream, authority) = (Upstream::start(|_| saying("{}")).await, authority().await);
    let (house, _) = house(&upstream, &authority, "").await;
    let house = Arc::new(house);
    let mut crowd = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let house = Arc::clone(&house);
        crowd.spawn(async move { house.post(ALICE, "", LIST).await.status });
    }
    assert!(crowd.join_all().await.into_iter().all(|status| status == 200));
    assert_eq!(authority.heard().len(), 1);
    let shown = |heard: &Heard| heard.header("authorization") == Some("Bearer issued-0");
    assert!(upstream.heard().iter().all(shown));
}

#[tokio::test]
async fn a_token_that_the_server_refuses_is_not_shown_again() {
    let upstream = Upstream::start(|heard| match heard.header("authorization") {
        Some("Bearer issued-0") => response("401 Unauthorized", ""),
        _ => saying("{}"),
    });
    let (upstream, authority) = (upstream.await, authority().await);
    let (house, _) = house(&upstream, &authority, "").await;
    assert_eq!(house.post(ALICE, "", LIST).await.status, 502);
    assert_eq!(house.post(ALICE, "", LIST).await.status, 200);
    assert_eq!(upstream.last().header("authorization"), Some("Bearer issued-1"));
}

/// RFC 8693 §2.2 and RFC 6749 §5.2: whatever is no token for us, the server is not asked, and nobody asks again at once.
#[tokio::test]
async fn what_a_client_hears_when_no_token_is_issued() {
    let refused = "502 -32603 The MCP server behind this gateway wants a token of its own authorization server, which issues none for you. The log of the gateway says why; to log in again does not help.";
    let unavailable = "503 -32603 The MCP server behind this gateway wants a token of its own authorization server, which does not answer. Try again in a moment.";
    let instead = |members| ("200 OK", issuing("issued", &members));
    for ((status, body), expected) in [
        (("400 Bad Request", json!({ "error": "invalid_target" }).to_string()), refused),
        (("401 Unauthorized", json!({ "error": "invalid_client" }).to_string()), refused),
        (("429 Too Many Requests", "{}".to_owned()), unavailable),
        (("500 Internal Server Error", "{}".to_owned()), unavailable),
        (("307 Temporary Redirect", "{}".to_owned()), unavailable),
        (("200 OK", "<html>".to_owned()), refused),
        (instead(json!({ "access_token": null })), refused),
        (instead(json!({ "access_token": "" })), refused),
        (instead(json!({ "access_token": "a b" })), refused),
        (instead(json!({ "access_token": "x".repeat(16 * 1_024 + 1) })), refused),
        (instead(json!({ "issued_token_type": null })), refused),
        (
            instead(json!({ "issued_token_type": "urn:ietf:params:oauth:token-type:id_token" })),
            refused,
        ),
        (instead(json!({ "token_type": "N_A" })), refused),
        (instead(json!({ "token_type": "DPoP" })), refused),
        (instead(json!({ "token_type": null })), refused),
    ] {
        let head = format!("{status}\r\nContent-Type: application/json\r\nLocation: /token");
        let (name, answer) = (body.clone(), body);
        let authority = Upstream::start(move |_| response(&head, &answer)).await;
        let upstream = Upstream::start(|_| saying("{}")).await;
        let (house, _) = house(&upstream, &authority, "").await;
        for _ in 0..2 {
            let reply = house.post(ALICE, "", LIST).await;
            let error = &reply.json()["error"];
            let message = error["message"].as_str().expect("a sentence");
            assert_eq!(format!("{} {} {message}", reply.status, error["code"]), expected, "{name}");
            assert_eq!(reply.header("www-authenticate"), None);
            assert_eq!(reply.header("retry-after"), (reply.status == 503).then_some("1"));
        }
        assert_eq!((authority.heard().len(), upstream.heard().len()), (1, 0), "{name}");
    }
}

#[tokio::test]
async fn a_token_of_16_kib_is_taken() {
    let long = "x".repeat(16 * 1_024);
    let answer = issuing(&long, &json!({ "token_type": "bearer" }));
    let authority = Upstream::start(move |_| saying(&answer)).await;
    let upstream = Upstream::start(|_| saying("{}")).await;
    let (house, _) = house(&upstream, &authority, "").await;
    assert_eq!(house.post(ALICE, "", LIST).await.status, 200);
    assert_eq!(upstream.last().header("authorization"), Some(&*format!("Bearer {long}")));
}

#[tokio::test]
async fn an_authority_that_does_not_answer_is_asked_again_after_a_second() {
    let authority = Upstream::start(|_| Say::HangUp).await;
    let upstream = Upstream::start(|_| saying("{}")).await;
    let (house, clock) = house(&upstream, &authority, "").await;
    for asked in [1, 1, 2] {
        if asked == 2 {
            clock.pass(1);
        }
        assert_eq!(house.post(ALICE, "", LIST).await.status, 503);
        assert_eq!(authority.heard().len(), asked);
    }
}
