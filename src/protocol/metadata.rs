//! The discovery documents, derived from what is on: nothing is promised that is not held.
//!
//! Source: RFC 8414 §2, OpenID Connect Discovery 1.0 §3, RFC 9728 §2, RFC 9207 §3. Some clients keep the whole document
//! beside their tokens in a small store, so it has no member that is empty, decorative or the default.

use serde_json::{Map, Value, json};

use crate::flow::prompt::Prompt;
use crate::grant::GrantType;
use crate::oauth::algorithm::SigningAlgorithm;
use crate::oauth::built_in::BuiltIn;
use crate::oauth::scope::{Scope, ScopeToken};
use crate::policy::{Policy, ProtectedResource, RefreshMode};

/// The most bytes an RFC 8414 document of the default configuration may have.
pub const METADATA_BYTES_MAX: usize = 1_024;

/// The authorization server metadata (RFC 8414).
#[must_use]
pub fn authorization_server(policy: &Policy) -> Value {
    let issuer = &policy.issuer;
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| {
        members.insert(name.to_owned(), value);
    };
    put("issuer", json!(issuer));
    put("authorization_endpoint", json!(format!("{issuer}/oauth/authorize")));
    put("token_endpoint", json!(format!("{issuer}/oauth/token")));
    if policy.registration.is_some() {
        put("registration_endpoint", json!(format!("{issuer}/oauth/register")));
    }
    put("introspection_endpoint", json!(format!("{issuer}/oauth/introspect")));
    if policy.revocation {
        put("revocation_endpoint", json!(format!("{issuer}/oauth/revoke")));
    }
    put("jwks_uri", json!(format!("{issuer}/.well-known/jwks.json")));
    put("response_types_supported", json!(["code"]));
    put("grant_types_supported", json!(grant_types(policy)));
    let methods = ["none", "private_key_jwt", "client_secret_basic", "client_secret_post"];
    put("token_endpoint_auth_methods_supported", json!(methods));
    let algorithms = SigningAlgorithm::ALL.map(SigningAlgorithm::as_str);
    put("token_endpoint_auth_signing_alg_values_supported", json!(algorithms));
    put("code_challenge_methods_supported", json!(["S256"]));
    let scopes = scopes(policy);
    if !scopes.is_empty() {
        put("scopes_supported", names(&scopes));
    }
    if policy.documents.is_some() {
        put("client_id_metadata_document_supported", json!(true));
    }
    if policy.advertise_iss {
        put("authorization_response_iss_parameter_supported", json!(true));
    }
    Value::Object(members)
}

/// What the server names of its scopes.
fn scopes(policy: &Policy) -> Scope {
    let offline = policy.offline_access.is_advertised && policy.refresh != RefreshMode::Off;
    let offline = offline.then(|| BuiltIn::OfflineAccess.token());
    policy.scopes.advertised().union(&offline.into_iter().collect())
}

/// The same facts for clients that look for an OpenID provider; with the members of one where this is one.
#[must_use]
pub fn openid_configuration(policy: &Policy) -> Value {
    let mut document = authorization_server(policy);
    let Some(algorithm) = policy.identity else { return document };
    let identity = [BuiltIn::OpenId, BuiltIn::Profile, BuiltIn::Email].map(BuiltIn::token);
    let scopes = scopes(policy).union(&identity.into_iter().collect());
    document["scopes_supported"] = names(&scopes);
    document["userinfo_endpoint"] = json!(format!("{}/oauth/userinfo", policy.issuer));
    document["end_session_endpoint"] = json!(format!("{}/oauth/logout", policy.issuer));
    document["subject_types_supported"] = json!(["public"]);
    document["id_token_signing_alg_values_supported"] = json!([algorithm.as_str()]);
    document["response_modes_supported"] = json!(["query"]);
    document["request_uri_parameter_supported"] = json!(false);
    document["prompt_values_supported"] = Prompt::VALUES.iter().map(|(name, _)| *name).collect();
    let claims = [
        "iss",
        "sub",
        "aud",
        "iat",
        "exp",
        "auth_time",
        "nonce",
        "at_hash",
        "amr",
        "name",
        "preferred_username",
        "email",
    ];
    document["claims_supported"] = json!(claims);
    document
}

/// The metadata of a protected resource of this deployment (RFC 9728).
#[must_use]
pub fn protected_resource(resource: &ProtectedResource, policy: &Policy) -> Value {
    let ours = [policy.issuer.as_str()];
    let others: Vec<_> = resource.authorization_servers.iter().map(String::as_str).collect();
    ResourceMetadata {
        resource: resource.resource.as_str(),
        authorization_servers: if others.is_empty() { &ours } else { &others },
        scopes: resource.scope.iter().map(ScopeToken::as_str).collect(),
        name: Some(&resource.name),
        possession: resource.possession,
    }
    .document()
}

/// Whether access tokens may be bound to keys that their senders prove to have (RFC 9449).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum PossessionRule {
    /// They may not: no proof is checked, so they are refused.
    #[default]
    Refused,
    /// They may.
    Allowed,
    /// They must.
    Required,
}

/// What a protected resource says of itself (RFC 9728 §2).
#[derive(Clone, Debug)]
pub struct ResourceMetadata<'a> {
    /// Its identifier.
    pub resource: &'a str,
    /// The issuers of its tokens.
    pub authorization_servers: &'a [&'a str],
    /// The scopes to ask for; none if it does not say.
    pub scopes: Vec<&'a str>,
    /// The name people read.
    pub name: Option<&'a str>,
    /// Whether tokens are bound to keys.
    pub possession: PossessionRule,
}

impl ResourceMetadata<'_> {
    /// As JSON.
    #[must_use]
    pub fn document(&self) -> Value {
        let mut members = Map::new();
        let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
        put("resource", json!(self.resource));
        put("authorization_servers", json!(self.authorization_servers));
        if !self.scopes.is_empty() {
            put("scopes_supported", json!(self.scopes));
        }
        put("bearer_methods_supported", json!(["header"]));
        if let Some(name) = self.name {
            put("resource_name", json!(name));
        }
        if self.possession != PossessionRule::Refused {
            let algorithms = SigningAlgorithm::ALL.map(SigningAlgorithm::as_str);
            put("dpop_signing_alg_values_supported", json!(algorithms));
            let required = self.possession == PossessionRule::Required;
            put("dpop_bound_access_tokens_required", json!(required));
        }
        Value::Object(members)
    }
}

fn names(scope: &Scope) -> Value {
    scope.iter().map(ScopeToken::as_str).collect()
}

/// What `grant_types_supported` says.
#[must_use]
pub fn grant_types(policy: &Policy) -> Vec<&'static str> {
    let on = |grant: &GrantType| match grant {
        GrantType::AuthorizationCode | GrantType::ClientCredentials => true,
        GrantType::RefreshToken => policy.refresh != RefreshMode::Off,
    };
    GrantType::ALL.iter().filter(|grant| on(grant)).map(|grant| grant.as_str()).collect()
}
