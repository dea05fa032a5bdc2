//! The check that replies fit the contract refuses what does not.

use poem::http::{HeaderMap, HeaderName, HeaderValue};

use super::fits::{assert_fits, fits};

fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
    let pairs = lines.iter();
    pairs
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect()
}

const TOKEN: &str = r#"{"access_token":"a","token_type":"Bearer","expires_in":1,"scope":"s"}"#;
const JSON: [(&str, &str); 3] =
    [("cache-control", "no-store"), ("pragma", "no-cache"), ("content-type", "application/json")];

#[test]
fn what_does_not_fit_and_why() {
    let all = headers(&JSON);
    let mut cached = all.clone();
    cached.insert("cache-control", HeaderValue::from_static("public"));
    let mut twice = all.clone();
    twice.append("pragma", HeaderValue::from_static("no-cache"));
    let mut later = all.clone();
    later.insert("retry-after", HeaderValue::from_static("soon"));
    let mut html = all.clone();
    html.insert("content-type", HeaderValue::from_static("text/html; charset=utf-8"));
    let redirect = headers(&[("cache-control", "no-store"), ("location", "https://a.example/")]);
    let none = HeaderMap::new();
    let error = r#"{"error":"e"}"#;
    let cases = [
        (
            "POST",
            "/oauth/token",
            200,
            &all,
            r#"{"access_token":"a","token_type":"b","expires_in":1}"#,
        ),
        ("POST", "/oauth/token", 200, &all, &TOKEN.replace('1', "-1")),
        ("POST", "/oauth/token", 200, &all, &TOKEN.replace("\"s\"", "null")),
        ("POST", "/oauth/token", 200, &all, &TOKEN.replace("scope", "scopes")),
        ("POST", "/oauth/token", 200, &all, "[]"),
        ("POST", "/oauth/token", 200, &all, "text"),
        ("POST", "/oauth/token", 200, &cached, TOKEN),
        ("POST", "/oauth/token", 200, &none, TOKEN),
        ("POST", "/oauth/token", 200, &twice, TOKEN),
        ("POST", "/oauth/token", 200, &html, TOKEN),
        ("POST", "/oauth/token", 418, &all, TOKEN),
        ("POST", "/oauth/token", 503, &later, error),
        ("POST", "/oauth/token", 503, &all, error),
        ("GET", "/oauth/token", 404, &none, ""),
        ("GET", "/oauth/token", 405, &none, ""),
        ("GET", "/nowhere", 200, &none, ""),
        ("POST", "/oauth/login", 303, &redirect, "body"),
        ("POST", "/oauth/login", 303, &none, ""),
        ("GET", "/.well-known/jwks.json", 200, &all, r#"{"keys":[1]}"#),
        ("GET", "/.well-known/jwks.json", 200, &all, r#"{"keys":{}}"#),
        ("GET", "/.well-known/oauth-protected-resource/a/b", 200, &all, r#"{"resource":"r"}"#),
    ];
    let lines = cases.map(|(method, path, status, headers, body)| {
        let what = fits(method, path, status, headers, body.as_bytes());
        format!("{method} {path} {status} -> {}", what.expect_err("does not fit"))
    });
    insta::assert_snapshot!(lines.join("\n"), @"
    POST /oauth/token 200 -> body has no scope
    POST /oauth/token 200 -> body.expires_in is not a integer
    POST /oauth/token 200 -> body.scope is not a string
    POST /oauth/token 200 -> body has no scope
    POST /oauth/token 200 -> body is not an object
    POST /oauth/token 200 -> the body is not JSON: expected ident at line 1 column 2
    POST /oauth/token 200 -> Cache-Control has a value that is not listed
    POST /oauth/token 200 -> Cache-Control is missing
    POST /oauth/token 200 -> Pragma is sent several times
    POST /oauth/token 200 -> Content-Type is text/html; charset=utf-8
    POST /oauth/token 418 -> the operation has no such status
    POST /oauth/token 503 -> Retry-After is not a integer
    POST /oauth/token 503 -> Retry-After is missing
    GET /oauth/token 404 -> must be 405 with Allow: POST
    GET /oauth/token 405 -> must be 405 with Allow: POST
    GET /nowhere 200 -> the contract has no such path
    POST /oauth/login 303 -> there must be no body
    POST /oauth/login 303 -> Cache-Control is missing
    GET /.well-known/jwks.json 200 -> body.keys[] is not an object
    GET /.well-known/jwks.json 200 -> body.keys is not an array
    GET /.well-known/oauth-protected-resource/a/b 200 -> body has no authorization_servers
    ");
}

#[test]
fn what_fits() {
    let json = headers(&JSON);
    assert_fits("POST", "/oauth/token", 200, &json, TOKEN.as_bytes());
    assert_fits("POST", "/token", 400, &json, br#"{"error":"e","error_description":"d"}"#);
    assert_fits("GET", "/.well-known/jwks.json", 200, &json, br#"{"keys":[{"kty":"EC"}]}"#);
    assert_fits("HEAD", "/.well-known/jwks.json", 200, &json, b"");
    assert_fits("GET", "/a/.well-known/openid-configuration", 404, &json, br#"{"error":"e"}"#);
    let cookies = [
        ("cache-control", "no-store"),
        ("location", "x"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
    ];
    assert_fits("POST", "/oauth/consent", 303, &headers(&cookies), b"");
    assert_fits("GET", "/oauth/token", 405, &headers(&[("allow", "POST")]), b"");
    assert_fits("OPTIONS", "/oauth/token", 204, &HeaderMap::new(), b"");
    assert_fits("GET", "/nowhere", 404, &HeaderMap::new(), b"");
}
