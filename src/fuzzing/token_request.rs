//! Headers and forms at `/oauth/token`: errors are registered ones, and nothing is granted for what we did not seal.
//! Source: RFC 6749 §5.1, §5.2; OAuth 2.1 (draft 13) §4.1.3.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poem::Request;
use poem::http::{HeaderValue, Method};
use serde_json::Value;
use url::form_urlencoded;

use super::deployment::{Answered, MACHINE_SECRET, node, request_for};
use super::values::VERIFIER;

/// Codes that a token response may carry. Source: RFC 6749 §5.2, RFC 8707 §2, RFC 6749 §4.1.2.1 for our own trouble.
const ERRORS: [&str; 8] = [
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_target",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
];

/// Sends what follows the first line as a form, and the first line as `Authorization` unless it is empty; twice, as a
/// client does that lost the answer, or a thief who has a copy.
///
/// # Panics
///
/// If tokens are granted for something that was not sealed or proven, or twice for one code.
pub fn token_request(bytes: &[u8]) {
    let filled = node().values.fill_in(bytes);
    let end = filled.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (header, form) = filled.split_at(end);
    let form = form.strip_prefix(b"\n").unwrap_or(form);
    let header = (!header.is_empty()).then(|| HeaderValue::from_bytes(header));
    let Ok(header) = header.transpose() else { return };
    node().forget();
    let first = node().ask(request(header.as_ref(), form));
    check(header.as_ref(), form, &first);
    let again = node().ask(request(header.as_ref(), form));
    check(header.as_ref(), form, &again);
    if first.status == 200 && parameter(form, "grant_type").as_deref() == Some("authorization_code")
    {
        assert!(again.body.contains("invalid_grant"), "a code yields tokens once: {}", again.body);
    } else {
        assert_eq!(first.status, again.status);
    }
}

fn request(header: Option<&HeaderValue>, form: &[u8]) -> Request {
    let request = request_for(b"/oauth/token").expect("it is a path").method(Method::POST);
    let mut request =
        request.content_type("application/x-www-form-urlencoded").body(form.to_owned());
    if let Some(header) = header {
        request.headers_mut().insert("authorization", header.clone());
    }
    request
}

fn parameter<'a>(form: &'a [u8], wanted: &str) -> Option<Cow<'a, str>> {
    let mut sent = form_urlencoded::parse(form);
    sent.find(|(name, value)| name == wanted && !value.is_empty()).map(|(_, value)| value)
}

fn check(header: Option<&HeaderValue>, form: &[u8], answered: &Answered) {
    let body: Value = serde_json::from_str(&answered.body).expect("every answer is JSON");
    let status = answered.status.as_u16();
    if status == 413 || answered.status == 415 {
        return;
    }
    assert!(answered.header("cache-control").any(|value| value == "no-store"));
    if status == 200 {
        check_grant(header, form, &body);
    } else {
        let error = body["error"].as_str().expect("every refusal has a code");
        assert!(ERRORS.contains(&error), "{error} is not registered");
        assert_eq!(status == 401, error == "invalid_client");
        assert!([400, 401].contains(&status), "{status}");
    }
}

fn check_grant(header: Option<&HeaderValue>, form: &[u8], body: &Value) {
    let values = &node().values;
    let sent = |name| parameter(form, name).unwrap_or_default();
    let basic = header.and_then(|header| header.to_str().ok()?.split_once(' '));
    let basic = basic.and_then(|(_, pair)| STANDARD.decode(pair.trim()).ok());
    let basic = String::from_utf8_lossy(&basic.unwrap_or_default()).into_owned();
    let presents = |id: &str, secret: &str| {
        let by_form = sent("client_id") == id && sent("client_secret") == secret;
        let decoded =
            basic.split_once(':').map(|(id, secret)| (form_decoded(id), form_decoded(secret)));
        by_form
            || basic.split_once(':') == Some((id, secret))
            || decoded.is_some_and(|(sent, other)| sent == id && other == secret)
    };
    match sent("grant_type").as_ref() {
        "authorization_code" => {
            assert!(presents("web", ""), "only its client redeems a code");
            assert_eq!(sent("code"), values.code);
            assert_eq!(sent("code_verifier"), VERIFIER);
        }
        "refresh_token" => {
            assert!(presents("web", ""), "only its client uses a refresh token");
            assert_eq!(sent("refresh_token"), values.refresh);
        }
        "client_credentials" => {
            let machine = presents("machine", MACHINE_SECRET);
            assert!(machine || presents(&values.confidential, &values.secret));
            assert_eq!(body.get("refresh_token"), None);
        }
        other => panic!("{other} is no grant type"),
    }
    assert_eq!(body["token_type"], "Bearer");
    assert!(body["access_token"].is_string() && body["expires_in"].is_u64());
}

fn form_decoded(text: &str) -> String {
    let pair = format!("={text}");
    let decoded =
        form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned());
    decoded.unwrap_or_default()
}
