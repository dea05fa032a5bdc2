//! What layer and middleware do with the head of a request: answer it, or pass it on without its credentials.

use poem::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, COOKIE,
    PROXY_AUTHORIZATION,
};
use poem::http::{Extensions, HeaderMap, HeaderValue, Method, Response, StatusCode, Uri};

use std::time::Duration;

use super::Validator;

/// How long the metadata may be kept, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// Lets a request in and says for how long, or answers without asking whoever stands behind the validator.
pub(super) async fn entered(
    validator: &Validator,
    method: &Method,
    uri: &Uri,
    headers: &mut HeaderMap,
    extensions: &mut Extensions,
) -> Result<Duration, Response<String>> {
    if uri.path() == validator.metadata_path() {
        return Err(metadata(validator, method));
    }
    match validator.admit(method, uri, headers).await {
        Err(refused) => Err(validator.answer(&refused)),
        Ok(admitted) => {
            for name in [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE] {
                headers.remove(name);
            }
            headers.remove("dpop");
            extensions.insert(admitted.caller());
            let lifetime = validator.lifetime(&admitted);
            extensions.insert(admitted);
            Ok(lifetime)
        }
    }
}

/// Any page may read it (RFC 9728 §3.1; MCP clients in browsers do).
fn metadata(validator: &Validator, method: &Method) -> Response<String> {
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    let mut response = Response::new(String::new());
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if is_read {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, MAX_AGE);
        validator.metadata().clone_into(response.body_mut());
    } else {
        headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    }
    response
}
