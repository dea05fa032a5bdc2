//! Query strings at `/oauth/authorize`: a redirect goes to a registered URI only.
//! Source: OAuth 2.1 (draft 13) §4.1.2.1, §7.13; RFC 9207 §2.

use poem::http::{Method, StatusCode};
use url::form_urlencoded;

use super::deployment::{Answered, ISSUER, node, redirect_uris_of, request_for};
use super::values::BROWSER;

/// Codes that an authorization response may carry. Source: RFC 6749 §4.1.2.1, RFC 8707 §2, RFC 9101 §7.
const ERRORS: [&str; 8] = [
    "access_denied",
    "invalid_request",
    "invalid_scope",
    "invalid_target",
    "request_not_supported",
    "request_uri_not_supported",
    "unauthorized_client",
    "unsupported_response_type",
];

/// Asks with `bytes` as the query, as a stranger and as somebody who is logged in, and with the same in a form.
///
/// # Panics
///
/// If a person is sent anywhere but to a registered URI, or what is sent there is not as the standards say.
pub fn authorization_request(bytes: &[u8]) {
    let parameters = node().values.fill_in(bytes);
    let cookies = format!(
        "__Host-sealbearer-browser={BROWSER}; __Host-sealbearer-session={}",
        node().values.session
    );
    let target = [b"/oauth/authorize?", parameters.as_slice()].concat();
    for cookies in ["", &cookies] {
        let form = request_for(b"/oauth/authorize").expect("it is a path");
        let form = form.method(Method::POST).content_type("application/x-www-form-urlencoded");
        let form = node().ask(form.header("cookie", cookies).body(parameters.clone()));
        check(&parameters, &form);
        let query = request_for(&target).filter(|_| !parameters.contains(&b'#'));
        if let Some(query) = query {
            let query = node().ask(query.header("cookie", cookies).finish());
            check(&parameters, &query);
            assert_eq!(query.status, form.status, "the query and the form mean the same");
        }
    }
}

fn check(parameters: &[u8], answered: &Answered) {
    let status = answered.status;
    assert!([200, 303, 400, 403, 413].contains(&status.as_u16()), "{status}");
    let targets = answered.targets();
    assert_eq!(status == StatusCode::SEE_OTHER, answered.headers.contains_key("location"));
    let sent = |wanted: &str| {
        let mut sent = form_urlencoded::parse(parameters);
        sent.find(|(name, value)| name == wanted && !value.is_empty()).map(|(_, value)| value)
    };
    for target in targets {
        let client_id = sent("client_id").expect("nobody is sent anywhere without a client");
        let added = redirect_uris_of(&client_id).iter().find_map(|uri| behind(uri, &target));
        let added = added.unwrap_or_else(|| panic!("{target} is not registered"));
        check_response(added, sent("state").as_deref());
    }
}

/// What an answer adds to a registered redirect URI; none if `target` is another one.
fn behind<'a>(registered: &str, target: &'a str) -> Option<&'a str> {
    let rest = match registered.strip_prefix("http://") {
        None => target.strip_prefix(registered)?,
        Some(loopback) => {
            let (host, path) = loopback.split_at(loopback.find('/')?);
            let rest = target.strip_prefix("http://")?.strip_prefix(host)?;
            let port_end = rest.find('/')?;
            let port = rest[..port_end].strip_prefix(':').unwrap_or("1");
            port.parse::<u16>().ok()?;
            rest[port_end..].strip_prefix(path)?
        }
    };
    rest.strip_prefix(if registered.contains('?') { '&' } else { '?' })
}

fn check_response(added: &str, client_state: Option<&str>) {
    let parameters: Vec<_> = form_urlencoded::parse(added.as_bytes()).collect();
    let value = |wanted: &str| {
        let mut found = parameters.iter().filter(|(name, _)| name == wanted);
        let first = found.next();
        assert!(found.next().is_none(), "{wanted} is repeated in {added}");
        first.map(|(_, value)| value.as_ref())
    };
    assert_eq!(value("state"), client_state, "it comes back as it was sent");
    assert_eq!(value("iss"), Some(ISSUER));
    match (value("code"), value("error")) {
        (Some(_), None) => {}
        (None, Some(error)) => assert!(ERRORS.contains(&error), "{error} is not registered"),
        _ => panic!("{added} is neither a code nor an error"),
    }
}
