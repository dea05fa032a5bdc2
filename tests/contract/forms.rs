//! Requests are read strictly: repeated parameters are refused, empty ones are absent, unknown ones ignored.

use std::pin::Pin;
use std::task::{Context, Poll};

use poem::http::StatusCode;
use poem::test::TestResponse;
use proptest::prelude::*;
use sealbearer::contract::wire::{
    BODY_BYTES_MAX, FromMembers, FromPairs, Members, PARAMETERS_MAX, Pairs, QUERY_BYTES_MAX,
};
use sealbearer::contract::{
    AuthorizationRequest, ClientMetadata, Malformed, MalformedReason, TokenRequest,
};

use tokio::io::{AsyncRead, ReadBuf};

use super::fits::assert_fits;
use super::stub::client;

const FORM: &str = "application/x-www-form-urlencoded";

fn token(form: &str) -> Result<TokenRequest, Malformed> {
    TokenRequest::from_pairs(&mut Pairs::parse(form.as_bytes())?)
}

fn metadata(json: &str) -> Result<ClientMetadata, Malformed> {
    ClientMetadata::from_members(&mut Members::parse(json.as_bytes())?)
}

/// Form encoding with every byte escaped, so that no decoder can get away with less.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |all, byte| format!("{all}%{byte:02x}"))
}

proptest! {
    /// Whatever a value is, it arrives as it was sent, escaped or not.
    #[test]
    fn every_value_survives(value in "\\PC{1,40}", plain in "[a-zA-Z0-9._~*-]{1,40}") {
        let read = token(&format!("client_id={plain}&code={}", escaped(&value))).expect("readable");
        prop_assert_eq!((read.client_id, read.code), (Some(plain), Some(value)));
    }

    /// RFC 6749 §3.2: whatever the parameter and the values, sending it twice is refused, and the name is said.
    #[test]
    fn a_repeated_parameter_is_refused(at in 0..TokenRequest::NAMES.len(), one in "[a-z]{1,5}", other in "[a-z]{1,5}") {
        let name = TokenRequest::NAMES[at];
        let outcome = token(&format!("{name}={one}&x=y&{name}={other}"));
        if name == "resource" {
            prop_assert_eq!(outcome.expect("may repeat").resource, [one, other]);
        } else {
            let expected = Malformed { parameter: Some(name), reason: MalformedReason::Repeated };
            prop_assert_eq!(outcome.err(), Some(expected));
        }
    }

    /// RFC 6749 §3.1, §3.2: an empty parameter is as if absent, an unknown one is ignored, wherever they stand.
    #[test]
    fn empty_is_absent_and_unknown_is_ignored(at in 0..TokenRequest::NAMES.len(), unknown in "x[a-z_]{1,9}", value in "[a-z]{0,5}") {
        let name = TokenRequest::NAMES[at];
        let noise = format!("{name}=&{name}&&{unknown}={value}&{unknown}={value}&{name}=");
        prop_assert_eq!(token(&noise), Ok(TokenRequest::default()));
        let read = token(&format!("{noise}&{name}=v&{noise}"));
        prop_assert_eq!(read, token(&format!("{name}=v")));
    }

    /// No bytes make the reader panic, and what it reads of them is never more than was sent.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Pairs::parse(&bytes).and_then(|mut pairs| AuthorizationRequest::from_pairs(&mut pairs));
        let _ = Members::parse(&bytes).and_then(|mut members| ClientMetadata::from_members(&mut members));
    }

    /// A member sent twice is refused, whatever its values: no parser in front of us can have read the other one.
    #[test]
    fn a_repeated_member_is_refused(one in "[a-z]{0,5}", other in "[a-z]{0,5}") {
        let outcome = metadata(&format!(r#"{{"client_name": "{one}", "x": 1, "client_name": "{other}"}}"#));
        let expected = Malformed { parameter: Some("client_name"), reason: MalformedReason::Repeated };
        prop_assert_eq!(outcome.err(), Some(expected));
    }
}

#[test]
fn what_cannot_be_read_and_what_is_said_of_it() {
    let forms = [
        "code=%",
        "code=%4",
        "code=%zz",
        "code=%+1",
        "code=%ff",
        "%ff=1",
        "code=%c3%28",
        "code=1&code=2",
    ];
    let jsons = [
        "",
        "[]",
        "null",
        "{",
        r#"{"a":1} x"#,
        r#"{"client_name": 5}"#,
        r#"{"redirect_uris": "a"}"#,
        r#"{"redirect_uris": [1]}"#,
        r#"{"jwks": []}"#,
        r#"{"redirect_uris": [null]}"#,
    ];
    let lines = forms
        .iter()
        .map(|form| (form, token(form).err()))
        .chain(jsons.iter().map(|json| (json, metadata(json).err())));
    let lines =
        lines.map(|(sent, malformed)| format!("{sent} -> {}", malformed.expect("is refused")));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
    code=% -> the request is not percent-encoded UTF-8
    code=%4 -> the request is not percent-encoded UTF-8
    code=%zz -> the request is not percent-encoded UTF-8
    code=%+1 -> the request is not percent-encoded UTF-8
    code=%ff -> the request is not percent-encoded UTF-8
    %ff=1 -> the request is not percent-encoded UTF-8
    code=%c3%28 -> the request is not percent-encoded UTF-8
    code=1&code=2 -> code is sent more than once
     -> the request is not a JSON object
    [] -> the request is not a JSON object
    null -> the request is not a JSON object
    { -> the request is not a JSON object
    {"a":1} x -> the request is not a JSON object
    {"client_name": 5} -> client_name has the wrong JSON type
    {"redirect_uris": "a"} -> redirect_uris has the wrong JSON type
    {"redirect_uris": [1]} -> redirect_uris has the wrong JSON type
    {"jwks": []} -> jwks has the wrong JSON type
    {"redirect_uris": [null]} -> redirect_uris has the wrong JSON type
    "#);
}

#[test]
fn null_and_unknown_members_are_as_if_absent() {
    let read = metadata(
        r#"{"client_name": null, "redirect_uris": null, "jwks": null, "strange": {"a": [1]}, "strange": 2}"#,
    );
    assert_eq!(read, Ok(ClientMetadata::default()));
    let read = metadata(r#"{"redirect_uris": [], "grant_types": ["a", "b"]}"#).expect("readable");
    assert_eq!(
        (read.redirect_uris, read.grant_types),
        (Some(vec![]), Some(vec!["a".into(), "b".into()]))
    );
}

#[test]
fn the_number_of_parameters_has_a_limit_on_each_side() {
    let form = |count: usize| vec!["x=1"; count].join("&");
    assert!(token(&form(PARAMETERS_MAX)).is_ok());
    let malformed = Malformed { parameter: None, reason: MalformedReason::TooMany };
    assert_eq!(token(&form(PARAMETERS_MAX + 1)), Err(malformed));
}

async fn send(path: &str, media_type: Option<&str>, body: String) -> (TestResponse, Vec<String>) {
    let (client, stub) = client();
    let request = client.post(path).body(body);
    let request = media_type
        .into_iter()
        .fold(request, |request, media_type| request.header("content-type", media_type));
    (request.send().await, stub.calls())
}

async fn refused(path: &str, media_type: Option<&str>, body: &str) -> (StatusCode, String) {
    let (reply, calls) = send(path, media_type, body.to_owned()).await;
    let (status, headers) = (reply.0.status(), reply.0.headers().clone());
    let text = reply.0.into_body().into_string().await.expect("text");
    let without_query = path.split('?').next().expect("a path");
    assert_fits("POST", without_query, status.as_u16(), &headers, text.as_bytes());
    assert!(calls.iter().all(|call| call.starts_with("malformed_page")), "{calls:?}");
    (status, if calls.is_empty() { text } else { calls[0].clone() })
}

#[tokio::test]
async fn the_size_of_a_body_has_a_limit_on_each_side() {
    let padded =
        |bytes: usize| format!("grant_type=x&y={}", "z".repeat(bytes - "grant_type=x&y=".len()));
    for path in ["/oauth/token", "/token"] {
        let (reply, calls) = send(path, Some(FORM), padded(BODY_BYTES_MAX)).await;
        reply.assert_status_is_ok();
        assert_eq!(calls.len(), 1);
        let (status, _) = refused(path, Some(FORM), &padded(BODY_BYTES_MAX + 1)).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    }
    let json = |bytes: usize| format!(r#"{{"y":"{}"}}"#, "z".repeat(bytes - r#"{"y":""}"#.len()));
    let (reply, _) = send("/oauth/register", Some("application/json"), json(BODY_BYTES_MAX)).await;
    reply.assert_status(StatusCode::CREATED);
    let (status, _) =
        refused("/oauth/register", Some("application/json"), &json(BODY_BYTES_MAX + 1)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let (status, _) = refused("/oauth/login", Some(FORM), &padded(BODY_BYTES_MAX + 1)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn the_size_of_a_query_has_a_limit_on_each_side() {
    let (client, stub) = client();
    let query = |bytes: usize| format!("state=x&y={}", "z".repeat(bytes - "state=x&y=".len()));
    for path in ["/oauth/authorize", "/oauth/callback"] {
        client.get(format!("{path}?{}", query(QUERY_BYTES_MAX))).send().await.assert_status_is_ok();
        assert_eq!(stub.calls().len(), 1);
        let reply = client.get(format!("{path}?{}", query(QUERY_BYTES_MAX + 1))).send().await;
        reply.assert_status(StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(stub.calls(), ["malformed_page: the request is too large"]);
    }
}

#[tokio::test]
async fn media_types_and_how_they_are_answered() {
    let mut lines = Vec::new();
    for media_type in [
        Some("application/x-www-form-urlencoded; charset=UTF-8"),
        Some("APPLICATION/X-WWW-FORM-URLENCODED;charset=\"utf-8\""),
        Some("application/x-www-form-urlencoded; charset=utf-7"),
        Some("application/x-www-form-urlencoded; boundary=x"),
        Some("application/x-www-form-urlencoded, text/plain"),
        Some("application/json"),
        Some("multipart/form-data; boundary=x"),
        Some(""),
        None,
    ] {
        for path in ["/oauth/token", "/oauth/register", "/oauth/login"] {
            let (reply, _) = send(path, media_type, "ticket=t".to_owned()).await;
            lines.push(format!("{path} {media_type:?} -> {}", reply.0.status().as_u16()));
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    /oauth/token Some("application/x-www-form-urlencoded; charset=UTF-8") -> 200
    /oauth/register Some("application/x-www-form-urlencoded; charset=UTF-8") -> 415
    /oauth/login Some("application/x-www-form-urlencoded; charset=UTF-8") -> 303
    /oauth/token Some("APPLICATION/X-WWW-FORM-URLENCODED;charset=\"utf-8\"") -> 200
    /oauth/register Some("APPLICATION/X-WWW-FORM-URLENCODED;charset=\"utf-8\"") -> 415
    /oauth/login Some("APPLICATION/X-WWW-FORM-URLENCODED;charset=\"utf-8\"") -> 303
    /oauth/token Some("application/x-www-form-urlencoded; charset=utf-7") -> 400
    /oauth/register Some("application/x-www-form-urlencoded; charset=utf-7") -> 415
    /oauth/login Some("application/x-www-form-urlencoded; charset=utf-7") -> 400
    /oauth/token Some("application/x-www-form-urlencoded; boundary=x") -> 400
    /oauth/register Some("application/x-www-form-urlencoded; boundary=x") -> 415
    /oauth/login Some("application/x-www-form-urlencoded; boundary=x") -> 400
    /oauth/token Some("application/x-www-form-urlencoded, text/plain") -> 400
    /oauth/register Some("application/x-www-form-urlencoded, text/plain") -> 415
    /oauth/login Some("application/x-www-form-urlencoded, text/plain") -> 400
    /oauth/token Some("application/json") -> 400
    /oauth/register Some("application/json") -> 400
    /oauth/login Some("application/json") -> 400
    /oauth/token Some("multipart/form-data; boundary=x") -> 400
    /oauth/register Some("multipart/form-data; boundary=x") -> 415
    /oauth/login Some("multipart/form-data; boundary=x") -> 400
    /oauth/token Some("") -> 400
    /oauth/register Some("") -> 415
    /oauth/login Some("") -> 400
    /oauth/token None -> 400
    /oauth/register None -> 415
    /oauth/login None -> 400
    "#);
}

#[tokio::test]
async fn two_media_types_are_as_none() {
    let (client, stub) = client();
    let request =
        client.post("/oauth/token").header("content-type", FORM).header("content-type", FORM);
    request.body("grant_type=x").send().await.assert_status(StatusCode::BAD_REQUEST);
    assert!(stub.calls().is_empty());
}

/// A connection that ends before the body does.
struct Cut;

impl AsyncRead for Cut {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Poll::Ready(Err(std::io::ErrorKind::ConnectionReset.into()))
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_refused() {
    let (client, stub) = client();
    let request = client.post("/oauth/token").header("content-type", FORM);
    let reply = request.body(poem::Body::from_async_read(Cut)).send().await;
    reply.assert_status(StatusCode::BAD_REQUEST);
    reply
        .assert_text(
            r#"{"error":"invalid_request","error_description":"the request ended too early"}"#,
        )
        .await;
    assert!(stub.calls().is_empty());
}

#[tokio::test]
async fn malformed_requests_and_their_answers() {
    let mut lines = Vec::new();
    for (path, media_type, body) in [
        ("/oauth/token", FORM, "grant_type=a&grant_type=b"),
        ("/token?grant_type=a", FORM, "grant_type=a"),
        ("/oauth/token?grant_type=%zz", FORM, "grant_type=a"),
        ("/oauth/register", "application/json", "[1]"),
        ("/register", "application/json", r#"{"scope": 1}"#),
        ("/oauth/authorize", FORM, "state=a&state=b"),
        ("/oauth/login", FORM, "username=a"),
        ("/oauth/consent", FORM, "ticket=t&decision=maybe"),
    ] {
        let (status, said) = refused(path, Some(media_type), body).await;
        lines.push(format!("{path} {body} -> {} {said}", status.as_u16()));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    /oauth/token grant_type=a&grant_type=b -> 400 {"error":"invalid_request","error_description":"grant_type is sent more than once"}
    /token?grant_type=a grant_type=a -> 400 {"error":"invalid_request","error_description":"grant_type belongs in the body, not in the URL"}
    /oauth/token?grant_type=%zz grant_type=a -> 400 {"error":"invalid_request","error_description":"the request is not percent-encoded UTF-8"}
    /oauth/register [1] -> 400 {"error":"invalid_client_metadata","error_description":"the request is not a JSON object"}
    /register {"scope": 1} -> 400 {"error":"invalid_client_metadata","error_description":"scope has the wrong JSON type"}
    /oauth/authorize state=a&state=b -> 400 malformed_page: state is sent more than once
    /oauth/login username=a -> 400 malformed_page: ticket is missing
    /oauth/consent ticket=t&decision=maybe -> 400 malformed_page: decision has a value that is not allowed
    "#);
}

#[tokio::test]
async fn an_unknown_grant_type_reaches_the_method_and_unknown_url_parameters_are_ignored() {
    let (reply, calls) =
        send("/oauth/token?utm=1", Some(FORM), "grant_type=urn:strange".to_owned()).await;
    reply.assert_status_is_ok();
    assert!(calls[0].starts_with("token:") && calls[0].contains("urn:strange"), "{calls:?}");
}

#[tokio::test]
async fn a_query_is_read_as_strictly_as_a_form() {
    let (client, stub) = client();
    client.get("/authorize?resource=a&resource=b&state=").send().await.assert_status_is_ok();
    let call = stub.calls().remove(0);
    assert!(call.contains(r#"resource: ["a", "b"]"#) && call.contains("state: None"), "{call}");
    for path in [
        "/authorize?state=a&state=b",
        "/oauth/authorize?state=a&state=b",
        "/oauth/callback?state=a&state=b",
    ] {
        client.get(path).send().await.assert_status(StatusCode::BAD_REQUEST);
        assert_eq!(stub.calls(), ["malformed_page: state is sent more than once"], "{path}");
    }
}
