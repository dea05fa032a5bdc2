//! Headers and claims that a client signed, and texts that nobody did, as its proof of who it is: whatever they say,
//! there is an answer, and tokens only for what RFC 7523 §3 asks of them, once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::pkey::{Id, PKey};
use openssl::sign::Signer;
use poem::Request;
use poem::http::Method;
use protocol::oauth::assertion::{ASSERTION_TYPE, LIFETIME_SECONDS_MAX, SKEW_SECONDS};
use serde_json::Value;
use url::form_urlencoded;

use super::deployment::{ISSUER, NOW, node, request_for};
use crate::seal::foreign::KeySet;

/// The private half of the key of the client `robot`, and of whoever proves to have it. It protects nothing: it exists in fuzz targets and tests only.
const KEY: [u8; 32] = [9; 32];

/// Signs the first line as a header and the rest as claims; without a line break the bytes are the assertion as they
/// are, and a key set besides.
///
/// # Panics
///
/// If tokens are granted for claims that do not prove the client, for something unsigned, or twice.
pub fn client_assertion(bytes: &[u8]) {
    let filled = node().values.fill_in(bytes);
    let end = filled.iter().position(|byte| *byte == b'\n');
    let assertion = match end {
        Some(end) => signed(&filled[..end], &filled[end + 1..]),
        None => String::from_utf8_lossy(&filled).into_owned(),
    };
    if end.is_none()
        && let Ok(keys) = KeySet::parse(&assertion)
    {
        let condensed = KeySet::condensed(&assertion).expect("what is a key set can be condensed");
        let again = KeySet::parse(&condensed).expect("what was condensed is a key set");
        assert_eq!(keys.usable(), again.usable());
    }
    node().forget();
    let [first, second] = [(); 2].map(|()| node().ask(request(&assertion)).status.as_u16());
    assert_ne!(second, 200, "an assertion is used once");
    match (first, end) {
        (200, Some(end)) => check(&filled[end + 1..]),
        (200, None) => panic!("nobody signed {assertion}"),
        (status, _) => assert!([400, 401, 413].contains(&status), "{status}"),
    }
}

/// A JWT of these parts.
pub(super) fn signed(header: &[u8], claims: &[u8]) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let key = PKey::private_key_from_raw_bytes(&KEY, Id::ED25519).expect("32 bytes are a key");
    let mut signer = Signer::new_without_digest(&key).expect("Ed25519 needs no digest");
    let signature = signer.sign_oneshot_to_vec(message.as_bytes()).expect("it signs anything");
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn request(assertion: &str) -> Request {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    form.append_pair("client_assertion_type", ASSERTION_TYPE);
    form.append_pair("client_assertion", assertion);
    let request = request_for(b"/oauth/token").expect("it is a path").method(Method::POST);
    request.content_type("application/x-www-form-urlencoded").body(form.finish())
}

/// What the claims of a proof say, read by nobody but `serde_json`.
fn check(claims: &[u8]) {
    let claims: Value = serde_json::from_slice(claims).expect("they are JSON");
    assert_eq!((&claims["iss"], &claims["sub"]), (&"robot".into(), &"robot".into()));
    let audience = claims["aud"].as_array().map_or(Some(&claims["aud"]), |several| several.first());
    let audience = audience.and_then(Value::as_str).expect("there is an audience");
    assert!(audience.starts_with(ISSUER), "{audience}");
    let end = claims["exp"].as_u64().expect("it ends at an integer");
    assert!(end + SKEW_SECONDS > NOW.0 && end <= NOW.0 + SKEW_SECONDS + LIFETIME_SECONDS_MAX);
    for start in
        ["iat", "nbf"].map(|name| &claims[name]).into_iter().filter(|start| !start.is_null())
    {
        assert!(start.as_u64().is_some_and(|start| start <= NOW.0 + SKEW_SECONDS), "{start}");
    }
    assert!(claims["jti"].as_str().is_some_and(|id| !id.is_empty()));
}
