//! Where a browser goes with an answer.
//!
//! Source: RFC 6749 §4.1.2, RFC 9207 §2.

use url::form_urlencoded;

use crate::oauth::redirect_uri::MatchedRedirectUri;
use crate::policy::Policy;

/// A redirect URI with the parameters of an authorization response added to its query.
///
/// # Source
///
/// RFC 6749 §4.1.2 (query kept, parameters added), RFC 9207 §2 (`iss` on every response).
pub(super) fn answer(
    redirect_uri: &MatchedRedirectUri,
    parameters: &[(&str, Option<&str>)],
    state: Option<&str>,
    policy: &Policy,
) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    if policy.advertise_iss {
        query.append_pair("iss", &policy.issuer);
    }
    with_query(redirect_uri.as_str(), &query.finish())
}

/// `uri` with the parameters of `query` after those it has.
pub(super) fn with_query(uri: &str, query: &str) -> String {
    let joint = match uri.split_once('?') {
        _ if query.is_empty() => "",
        None => "?",
        Some((_, "")) => "",
        Some((_, query)) if query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{joint}{query}")
}
