//! What may be shown of a configuration: names and numbers, and nothing that opens anything.

use serde_json::{Value, json};

use super::present;
use crate::config::{
    ClientConfig, Config, KeySource, ResourceConfig, ResourceUpstream, StaticTokenConfig,
    weaknesses,
};
use crate::http::Server;
use crate::ledger::Ledger;

/// The configuration in effect.
pub(super) fn configuration(config: &Config, server: &Server) -> Value {
    let tokens = &config.tokens;
    let scopes: Vec<_> = config
        .scopes
        .iter()
        .map(|scope| json!({ "name": scope.name, "description": scope.description, "implies": scope.implies, "default": scope.default }))
        .collect();
    let users = config.users.iter();
    let users: Vec<_> =
        users.map(|user| json!({ "name": user.name, "scopes": user.scopes })).collect();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "fingerprint": server.fingerprint(),
        "issuer": config.public_url.as_str(),
        "listen": config.listen.to_string(),
        "resources": config.resources.iter().map(|one| resource(one, config)).collect::<Vec<_>>(),
        "scopes": scopes,
        "users": users,
        "clients": config.clients.iter().map(client).collect::<Vec<_>>(),
        "registration": {
            "dynamic": config.registration.open,
            "scopes": config.registration.scopes,
            "documents": config.registration.documents.enabled,
        },
        "tokens": {
            "access_lifetime_seconds": tokens.access_lifetime_seconds,
            "refresh_tokens": format!("{:?}", tokens.refresh_tokens).to_lowercase(),
            "refresh_idle_seconds": tokens.refresh_idle_seconds,
            "refresh_absolute_seconds": tokens.refresh_absolute_seconds,
        },
        "ledger": ledger(&*server.ledger),
        "keys": keys(config),
        "weakened": weaknesses(config),
    })
}

/// What is granted, as far as anybody remembers it.
pub(super) fn grants(config: &Config, of: &dyn Ledger) -> Value {
    let handed_out: Vec<_> = config.static_tokens.iter().map(handed_out).collect();
    json!({
        "static_tokens": handed_out,
        "others": null,
        "note": "Consents, codes and tokens are sealed values that clients and browsers carry; this server keeps no list of them, and neither does any ledger. What was issued to a person, to a client, with one token or at all can be revoked all the same.",
        "ledger": ledger(of),
    })
}

fn resource(resource: &ResourceConfig, config: &Config) -> Value {
    let upstream = resource.path().map(|_| match &resource.upstream {
        ResourceUpstream::BuiltIn => "builtin".to_owned(),
        ResourceUpstream::Management => "management".to_owned(),
        ResourceUpstream::Gateway(gateway) => gateway.url.origin().ascii_serialization(),
    });
    json!({
        "identifier": resource.resource(&config.public_url).as_str(),
        "name": resource.name,
        "upstream": upstream,
        "scopes": resource.scopes_required,
        "rules": resource.rules.iter().map(|rule| json!({
            "kind": rule.primitive.noun(),
            "pattern": rule.pattern.as_str(),
            "scope": rule.scope.to_string(),
        })).collect::<Vec<_>>(),
        "filter_lists": resource.filter_lists,
        "static_tokens": resource.static_tokens,
    })
}

fn client(client: &ClientConfig) -> Value {
    let grants: Vec<_> = client.grant_types.iter().map(|grant| format!("{grant:?}")).collect();
    json!({
        "client_id": client.id,
        "name": client.name,
        "has_secret": client.secret.is_some(),
        "has_keys": client.keys.is_some(),
        "redirect_uris": client.redirect_uris,
        "grant_types": grants,
        "scopes": client.scopes,
        "introspects": client.introspects,
    })
}

fn handed_out(token: &StaticTokenConfig) -> Value {
    present([
        ("name", Some(json!(token.name))),
        ("user", token.subject.as_ref().map(|subject| json!(subject))),
        ("scopes", Some(json!(token.scopes))),
        ("resources", Some(json!(token.resources))),
        ("expires_at", Some(json!(token.expires_at.0))),
    ])
}

fn ledger(ledger: &dyn Ledger) -> Value {
    let guarantee = ledger.guarantee();
    json!({ "kind": guarantee.kind, "promises": guarantee.sentences })
}

/// The keys by name, of a file as it is now.
fn keys(config: &Config) -> Value {
    let KeySource::File { path, .. } = &config.keys else {
        return json!({ "source": "environment variables" });
    };
    let Ok(ring) = crate::keys::KeyRing::load(path) else {
        return json!({ "source": "file", "note": "The file cannot be used; the keys in use stay." });
    };
    let listed: Vec<_> = ring
        .list()
        .iter()
        .map(|key| {
            present([
                ("ring", Some(json!(key.ring.as_str()))),
                ("id", Some(json!(key.id.as_str()))),
                ("algorithm", key.algorithm.map(|algorithm| json!(algorithm.as_str()))),
                ("state", Some(json!(key.key_state.as_str()))),
                ("made_at", key.created_at.map(|at| json!(at.0))),
            ])
        })
        .collect();
    json!({ "source": "file", "keys": listed })
}
