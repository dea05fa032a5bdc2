//! What the generated response enums write.

use poem::http::StatusCode;
use poem::{IntoResponse, Response};
use sealbearer::contract::{OAuthError, RegisterResponse, TestResponse, TokenResponse};

use super::stub::client;

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.header(name)
}

#[tokio::test]
async fn cookies_are_sent_one_by_one() {
    let (client, _) = client();
    let reply = client.get("/oauth/authorize").send().await;
    let cookies: Vec<_> = reply.0.headers().get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
}

#[tokio::test]
async fn a_value_that_no_header_can_hold_spoils_the_answer() {
    let (client, _) = client();
    let form = client.post("/oauth/consent").content_type("application/x-www-form-urlencoded");
    let reply = form.body("ticket=t&decision=allow").send().await;
    reply.assert_status(StatusCode::INTERNAL_SERVER_ERROR);
    assert!(reply.0.headers().get("location").is_none());
    reply.assert_text("").await;
}

#[test]
fn what_the_contract_fixes_is_sent_without_being_asked_for() {
    let body = OAuthError { error: "invalid_client".to_owned(), error_description: None };
    let response = TokenResponse::Unauthorized { www_authenticate: None, body }.into_response();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(header(&response, "cache-control"), Some("no-store"));
    assert_eq!(header(&response, "pragma"), Some("no-cache"));
    assert_eq!(header(&response, "content-type"), Some("application/json"));
    assert_eq!(header(&response, "www-authenticate"), None);
}

#[tokio::test]
async fn absent_members_are_not_sent() {
    let body = OAuthError { error: "slow".to_owned(), error_description: None };
    let mut response = RegisterResponse::TooManyRequests { retry_after: 7, body }.into_response();
    assert_eq!(header(&response, "retry-after"), Some("7"));
    assert_eq!(response.take_body().into_string().await.expect("text"), r#"{"error":"slow"}"#);
}

#[test]
fn a_challenge_is_sent_as_given() {
    let www_authenticate = "Bearer resource_metadata=\"https://a.example/\"".to_owned();
    let body = OAuthError::default();
    let response = TestResponse::Unauthorized { www_authenticate: www_authenticate.clone(), body }
        .into_response();
    assert_eq!(header(&response, "www-authenticate"), Some(www_authenticate.as_str()));
}
