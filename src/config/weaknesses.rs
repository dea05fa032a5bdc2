//! The settings that take a protection away for the sake of somebody's client. The start, `doctor` and the management
//! resource name each that is on, so that nobody runs one without knowing.

use protocol::oauth::pkce::PkceRule;
use protocol::oauth::redirect_uri::OUT_OF_BAND;

use super::{ClientConfig, Config, RefreshTokens, StaticTokenConfig, Verification, spell_instant};

/// A static token that lives longer than this many seconds, a year, is named on its own.
const LONG_LIFETIME_SECONDS: u64 = 366 * 86_400;

/// One sentence each, in the order of the file: what everybody meets first, single clients and tokens last.
#[must_use]
pub fn weaknesses(config: &Config) -> Vec<String> {
    let of_all = [of_tokens(config), of_registration(config), of_resources(config)].concat();
    let of_clients = config.clients.iter().flat_map(|client| {
        of_client(client).into_iter().map(|weakness| format!("client {}: {weakness}", client.id))
    });
    let of_handed_out = of_static_tokens(&config.static_tokens);
    of_all.into_iter().chain(of_clients).chain(of_handed_out).collect()
}

fn of_tokens(config: &Config) -> Vec<String> {
    let mut named = Vec::new();
    if !config.advertise_iss {
        named.push(
            "answers carry no iss, so that clients cannot notice a mix-up of servers (RFC 9207)"
                .to_owned(),
        );
    }
    let seconds = config.ledger.retry_window_seconds;
    if seconds > 0 {
        named.push(format!(
            "a code that is redeemed again within {seconds} s yields the same tokens again instead of revoking them"
        ));
    }
    if config.tokens.refresh_tokens == RefreshTokens::Convergent {
        named.push(
            "refresh tokens can be used again until they end: no ledger notices a stolen one"
                .to_owned(),
        );
    }
    named
}

/// What strangers may do; nothing where they cannot register.
fn of_registration(config: &Config) -> Vec<String> {
    let registration = &config.registration;
    let registered = |weakness: &str| format!("clients that registered themselves: {weakness}");
    let mut named = Vec::new();
    if registration.open && registration.out_of_band {
        named.push(registered("the code may be shown for copying"));
    }
    if registration.open && registration.client_credentials {
        named.push(registered("client_credentials, which asks nobody for consent"));
    }
    if registration.documents.enabled && registration.documents.allow_loopback {
        named.push(
            "documents of clients may be on this computer, where anybody's program may answer"
                .to_owned(),
        );
    }
    named
}

fn of_resources(config: &Config) -> Vec<String> {
    let plain = config.resources.iter().filter(|resource| {
        resource.issuers.as_ref().is_some_and(|issuers| match issuers.verification {
            Verification::Signature { plain } => plain,
            Verification::Introspection { .. } => false,
        })
    });
    let weakness = "tokens of its issuers need not say that they are access tokens";
    plain.map(|resource| format!("resource {}: {weakness}", resource.name)).collect()
}

fn of_client(client: &ClientConfig) -> Vec<&'static str> {
    let out_of_band = client.redirect_uris.iter().any(|uri| uri == OUT_OF_BAND);
    let shown = out_of_band.then_some("the code may be shown for copying");
    of_pkce(client.pkce).into_iter().chain(shown).collect()
}

/// What an operator took away from PKCE for one client.
fn of_pkce(rule: PkceRule) -> Option<&'static str> {
    match (rule.is_optional(), rule.allows_plain()) {
        (false, false) => None,
        (true, false) => Some("PKCE is optional"),
        (false, true) => Some("the challenge method plain is taken"),
        (true, true) => Some("PKCE is optional, and the challenge method plain is taken"),
    }
}

/// Bearer tokens that nobody logs in for, and nobody renews.
fn of_static_tokens(tokens: &[StaticTokenConfig]) -> Vec<String> {
    let count = match tokens.len() {
        0 => return Vec::new(),
        1 => "1 static token is taken".to_owned(),
        many => format!("{many} static tokens are taken"),
    };
    let all = format!("{count} without a login: whoever holds one may use it until it ends");
    let long = tokens
        .iter()
        .filter(|token| token.expires_at.seconds_since(token.issued_at) > LONG_LIFETIME_SECONDS);
    let long = long.map(|token| {
        format!("static token {}: good until {}", token.name, spell_instant(token.expires_at))
    });
    std::iter::once(all).chain(long).collect()
}
