//! Client metadata at `/oauth/register`: what was accepted is accepted again as it was written out, and can be used.
//! Source: RFC 7591 §3.2.1, §3.2.2.

use poem::http::{Method, StatusCode};
use serde_json::Value;
use url::form_urlencoded;

use super::deployment::{Answered, node, request_for};

const ERRORS: [&str; 2] = ["invalid_client_metadata", "invalid_redirect_uri"];
/// What a registration has of its own, and two registrations do not share.
const OWN: [&str; 2] = ["client_id", "client_secret"];

/// Registers `bytes`, and whatever comes back.
///
/// # Panics
///
/// If a refusal is not a registered one, or a registration changes when it is registered again, or cannot be used.
pub fn client_metadata(bytes: &[u8]) {
    let Some(registered) = register(bytes) else { return };
    let written = serde_json::to_vec(&registered).expect("it was JSON a moment ago");
    let again = register(&written).expect("what was accepted is accepted again");
    assert_eq!(shared(&registered), shared(&again));
    let confidential = registered["token_endpoint_auth_method"] != "none";
    assert_eq!(registered.get("client_secret").is_some(), confidential);
    use_it(&registered);
}

fn register(body: &[u8]) -> Option<Value> {
    let request = request_for(b"/oauth/register").expect("it is a path").method(Method::POST);
    let Answered { status, body, .. } =
        node().ask(request.content_type("application/json").body(body.to_owned()));
    let body: Value = serde_json::from_str(&body).expect("every answer is JSON");
    if status == StatusCode::CREATED {
        return Some(body);
    }
    let error = body["error"].as_str().expect("every refusal has a code");
    assert!(ERRORS.contains(&error) || status == StatusCode::PAYLOAD_TOO_LARGE, "{error}");
    assert!(status.is_client_error(), "{status}");
    None
}

fn shared(registered: &Value) -> Value {
    let mut shared = registered.clone();
    let members = shared.as_object_mut().expect("a registration is an object");
    for own in OWN {
        drop(members.remove(own));
    }
    shared
}

/// Each of its redirect URIs leads to the login page, if it may use codes at all.
fn use_it(registered: &Value) {
    let texts = |name: &str| -> Vec<String> {
        serde_json::from_value(registered[name].clone()).expect("it is a list of texts")
    };
    if !texts("grant_types").iter().any(|grant| grant == "authorization_code") {
        return;
    }
    let client_id = registered["client_id"].as_str().expect("every client has an id");
    for redirect_uri in texts("redirect_uris") {
        let mut query = form_urlencoded::Serializer::new("/oauth/authorize?".to_owned());
        query.append_pair("response_type", "code");
        query.append_pair("client_id", client_id);
        query.append_pair("redirect_uri", &redirect_uri);
        query.append_pair("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        query.append_pair("code_challenge_method", "S256");
        let target = query.finish().replacen("?&", "?", 1);
        let request = request_for(target.as_bytes()).expect("it is percent-encoded");
        let answered = node().ask(request.finish());
        assert_eq!(answered.status, StatusCode::OK, "{redirect_uri}: {}", answered.body);
    }
}
