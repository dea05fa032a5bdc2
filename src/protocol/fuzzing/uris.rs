//! Redirect URIs against an oracle that knows nothing of the rules: shared by the fuzz target `redirect_uri` and the
//! replay of its seeds.
//! Source: OAuth 2.1 (draft 13) §2.3.1, RFC 8252 §7.3.

use url::form_urlencoded;

use super::event::Settings;
use super::world;
use crate::flow::refusal::{Refusal, RefusalReason};
use crate::oauth::redirect_uri::{
    MatchedRedirectUri, REDIRECT_URI_BYTES_MAX, RedirectKind, RedirectRules, RegisteredRedirectUri,
};

/// Registers the first line as a redirect URI, and matches the first and the second line with it.
///
/// # Panics
///
/// If a URI does not match itself, or matches another one that differs in more than the port of a loopback URI.
pub fn redirect_uri(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let (ours, other) = text.split_once('\n').unwrap_or((text, ""));
    let Ok(registered) = RegisteredRedirectUri::parse(ours, &rules()) else { return };
    let matched = registered.matches(ours).expect("a URI matches itself");
    assert_eq!(matched, MatchedRedirectUri::unsealed(ours.to_owned()), "sealing changes nothing");
    assert_eq!(registered.kind() == RedirectKind::Loopback, loopback(ours).is_some(), "{ours}");
    let portless = RegisteredRedirectUri::parse(&registered.without_port(), &rules());
    let portless = portless.expect("what is kept of a registration can be registered");
    assert!(portless.matches(ours).is_some(), "{ours} and what is kept of it");
    let port_may_differ = loopback(ours).is_some() && loopback(ours) == loopback(other);
    let expected = ours == other || (port_may_differ && other.len() <= REDIRECT_URI_BYTES_MAX);
    assert_eq!(registered.matches(other).is_some(), expected, "{ours} and {other}");
    answer(&matched, other);
}

/// An answer goes to the redirect URI and says each thing once, whatever the client's `state` is.
fn answer(redirect_uri: &MatchedRedirectUri, client_state: &str) {
    let settings = Settings {
        retry_window_seconds: 0,
        grace_seconds: None,
        convergent: false,
        remembers: false,
    };
    let policy = world::policy(settings);
    let (reason, state) = (RefusalReason::Denied, Some(client_state.to_owned()));
    let refusal = Refusal { reason, redirect_uri: redirect_uri.clone(), state };
    let location = refusal.location(&policy);
    let added = location.strip_prefix(redirect_uri.as_str()).expect("it goes where it should");
    let added = added.strip_prefix(['?', '&']).unwrap_or(added);
    let sent: Vec<_> = form_urlencoded::parse(added.as_bytes()).collect();
    let value = |name: &str| {
        let mut values = sent.iter().filter(|(sent, _)| sent == name);
        let first = values.next().expect("it is there");
        assert!(values.next().is_none(), "{name} is repeated in {location}");
        first.1.to_string()
    };
    assert_eq!(value("error"), "access_denied");
    assert_eq!(value("state"), client_state);
    assert_eq!(value("iss"), policy.issuer);
    assert!(location.bytes().all(|byte| byte.is_ascii_graphic()), "{location}");
}

fn rules() -> RedirectRules {
    RedirectRules {
        private_use_schemes: vec!["cursor".to_owned(), "vscode".to_owned()],
        reverse_domain_schemes: true,
        out_of_band: true,
    }
}

/// What of an `http` loopback URI may not differ: host and everything behind the port. None for any other URI.
fn loopback(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let (authority, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, port),
        _ => (authority, "80"),
    };
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    let is_port = is_number && port.parse::<u64>().is_ok_and(|number| number < 65_536);
    (["127.0.0.1", "[::1]", "localhost"].contains(&host) && is_port).then_some((host, rest))
}
