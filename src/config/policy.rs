//! The configuration as the rules see it.

use std::collections::{BTreeMap, BTreeSet};

use protocol::grant::GrantType;
use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::assertion::{
    AssertionRules, LIFETIME_SECONDS_MAX, LIFETIME_SECONDS_MAX_UNREMEMBERED,
};
use protocol::oauth::built_in::BuiltIn;
use protocol::oauth::client::{Client, ClientOrigin, ConsentRule, Lifetimes, RotationRule};
use protocol::oauth::post_logout::PostLogoutRedirectUri;
use protocol::oauth::redirect_uri::RegisteredRedirectUri;
use protocol::oauth::resource::Resource;
use protocol::oauth::scope::{Scope, ScopeToken};
use protocol::oauth::subject::{IssuerTag, Subject};
use protocol::policy::{
    DocumentPolicy, KnownProvider, OfflineAccess, Policy, ProtectedResource, RefreshMode,
    RegistrationPolicy, ScopeCatalogue,
};
use protocol::static_token::{StaticToken, StaticTokenDigest};

use crate::keys::KeyRing;
use crate::mcp::management;

use super::{
    AssertionAudience, ClientConfig, Config, ConsentMode, GrantTypeName, LedgerKind,
    ProviderBinding, ProviderConfig, RefreshTokens, ResourceUpstream, StaticTokenConfig,
};

/// Why the parsing below cannot fail.
const CHECKED: &str = "the configuration was checked when it was read";

impl Config {
    /// What this deployment permits.
    ///
    /// # Panics
    ///
    /// Never: every value was checked by the stricter rules of this module when it was read.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.policy_with(None)
    }

    /// What ID tokens are signed with: the first algorithm that `ring` has a key for; `None` where there are none.
    #[must_use]
    pub fn identity_algorithm(&self, ring: &KeyRing) -> Option<SigningAlgorithm> {
        let signs = |algorithm: &SigningAlgorithm| ring.signs_with(*algorithm);
        SigningAlgorithm::ALL.into_iter().find(signs).filter(|_| self.openid_enabled)
    }

    /// The same where ID tokens are signed with `identity`.
    ///
    /// # Panics
    ///
    /// Never, for the same reason.
    #[must_use]
    pub fn policy_with(&self, identity: Option<SigningAlgorithm>) -> Policy {
        let scopes = self.scope_catalogue(identity.is_some());
        let all = scopes.all();
        let named = |names: &Option<Vec<String>>| names.as_deref().map_or(all.clone(), scope);
        let people =
            self.users.iter().map(|user| (user.name.clone(), user.scopes.as_deref().map(scope)));
        let registration = self.registration.open.then(|| RegistrationPolicy {
            redirect_rules: self.registration.redirect_rules(self.registration.out_of_band),
            default_redirect_uris: self.redirect_uris(&self.registration.default_redirect_uris),
            client_credentials: self.registration.client_credentials,
            scope: named(&self.registration.scopes),
            lifetimes: self.lifetimes(None),
        });
        let documents = self.registration.documents.enabled.then(|| DocumentPolicy {
            redirect_rules: self.registration.redirect_rules(false),
            same_origin_redirects: self.registration.documents.same_origin_redirects,
            allow_loopback: self.registration.documents.allow_loopback,
            hosts: self.registration.documents.hosts.clone(),
            scope: named(&self.registration.scopes),
            lifetimes: self.lifetimes(None),
        });
        Policy {
            issuer: self.public_url.as_str().to_owned(),
            advertise_iss: self.advertise_iss,
            identity,
            resources: self.protected_resources(scopes.default_scope()),
            people: people.collect(),
            providers: self.known_providers(),
            registration,
            documents,
            clients: self
                .clients
                .iter()
                .map(|client| (client.id.clone(), self.client_policy(client)))
                .collect(),
            offline_access: OfflineAccess {
                is_needed: self.tokens.refresh_tokens_need_offline_access,
                is_advertised: self.tokens.advertise_offline_access,
            },
            refresh: match self.tokens.refresh_tokens {
                RefreshTokens::Rotating => RefreshMode::Rotating,
                RefreshTokens::Convergent => RefreshMode::Convergent,
                RefreshTokens::Off => RefreshMode::Off,
            },
            retry_window_seconds: self.ledger.retry_window_seconds,
            epochs: self.epochs(),
            introspection: self.introspection(),
            revocation: self.ledger.kind != LedgerKind::None,
            scopes,
        }
    }

    /// The bearer tokens that the operator hands out.
    ///
    /// # Panics
    ///
    /// Never: every value was checked when it was read.
    #[must_use]
    pub fn static_tokens(&self) -> Vec<(StaticTokenDigest, StaticToken)> {
        let resource = |path: &String| Resource::parse(&self.public_url.join(path)).expect(CHECKED);
        let token = |token: &StaticTokenConfig| StaticToken {
            name: token.name.clone(),
            subject: match &token.subject {
                Some(person) => Subject::Person(person.clone()),
                None => Subject::Client(token.name.clone()),
            },
            scope: scope(&token.scopes),
            resources: token.resources.iter().map(resource).collect(),
            issued_at: token.issued_at,
            expires_at: token.expires_at,
        };
        self.static_tokens.iter().map(|entry| (entry.digest, token(entry))).collect()
    }

    /// What clients' assertions must say here.
    #[must_use]
    pub fn assertion_rules(&self) -> AssertionRules {
        let issuer = self.public_url.as_str();
        let token_endpoints = ["/oauth/token", "/token"].map(|path| format!("{issuer}{path}"));
        AssertionRules {
            audiences: match self.tokens.assertion_audience {
                AssertionAudience::Issuer => vec![issuer.to_owned()],
                AssertionAudience::IssuerOrTokenEndpoint => {
                    [issuer.to_owned()].into_iter().chain(token_endpoints).collect()
                }
            },
            lifetime_seconds_max: if self.ledger.kind == LedgerKind::None {
                LIFETIME_SECONDS_MAX_UNREMEMBERED
            } else {
                LIFETIME_SECONDS_MAX
            },
        }
    }

    /// The identity providers, as the rules see them.
    fn known_providers(&self) -> Vec<KnownProvider> {
        let lent_to = |provider: &ProviderConfig| {
            let lends =
                |resource: &&super::ResourceConfig| resource.lent() == Some(provider.id.as_str());
            let resources = self.resources.iter().filter(lends);
            resources.map(|resource| resource.resource(&self.public_url)).collect()
        };
        let known = |provider: &ProviderConfig| KnownProvider {
            id: provider.id.clone(),
            name: provider.name.clone(),
            tag: IssuerTag::of(&provider.settings.issuer()),
            binds: provider.bind == ProviderBinding::Refresh,
            lends_to: lent_to(provider),
        };
        self.providers.iter().map(known).collect()
    }

    /// Whose access tokens each client may ask about besides its own.
    fn introspection(&self) -> BTreeMap<String, BTreeSet<Resource>> {
        let resource = |named: &String| {
            let url =
                if named.starts_with('/') { self.public_url.join(named) } else { named.clone() };
            Resource::parse(&url).expect(CHECKED)
        };
        let asking = self.clients.iter().filter(|client| !client.introspects.is_empty());
        asking
            .map(|client| (client.id.clone(), client.introspects.iter().map(resource).collect()))
            .collect()
    }

    fn scope_catalogue(&self, has_identity: bool) -> ScopeCatalogue {
        let mut catalogue = ScopeCatalogue::default();
        if has_identity {
            for scope in [BuiltIn::OpenId, BuiltIn::Profile, BuiltIn::Email] {
                catalogue.add_built_in(scope);
            }
        }
        if self.tokens.refresh_tokens != RefreshTokens::Off {
            catalogue.add_built_in(BuiltIn::OfflineAccess);
        }
        if self.resources.iter().any(|one| matches!(one.upstream, ResourceUpstream::Management)) {
            for name in [management::READ, management::WRITE] {
                catalogue.reserve(ScopeToken::parse(name).expect(CHECKED));
            }
        }
        for entry in &self.scopes {
            let token = ScopeToken::parse(&entry.name).expect(CHECKED);
            let implies = scope(&entry.implies);
            catalogue.add(token.clone(), entry.description.clone(), implies, entry.default);
            catalogue.advertise(token.clone(), entry.advertised);
            if !entry.preselected {
                catalogue.leave_unticked(token);
            }
        }
        catalogue
    }

    /// Metadata and challenges name what basic use needs: the scopes everybody gets by default, and those demanded at
    /// the door. More is asked for when it is needed (MCP 2026-07-28, scope selection).
    fn protected_resources(&self, default: &Scope) -> Vec<ProtectedResource> {
        let resource = |resource: &super::ResourceConfig| {
            let demanded = scope(&resource.scopes_required);
            let basic = default.intersection(&scope(&resource.scopes_supported));
            let issuers = resource.issuers.as_ref();
            ProtectedResource {
                resource: resource.resource(&self.public_url),
                name: resource.name.clone(),
                scope: basic.union(&demanded),
                required: demanded,
                is_served: resource.path().is_some(),
                form: resource.form,
                authorization_servers: issuers
                    .map(|other| other.issuers.clone())
                    .unwrap_or_default(),
                possession: issuers.map(|other| other.possession).unwrap_or_default(),
            }
        };
        self.resources.iter().map(resource).collect()
    }

    fn client_policy(&self, client: &ClientConfig) -> Client {
        let grant = |name: &GrantTypeName| match name {
            GrantTypeName::AuthorizationCode => GrantType::AuthorizationCode,
            GrantTypeName::RefreshToken => GrantType::RefreshToken,
            GrantTypeName::ClientCredentials => GrantType::ClientCredentials,
        };
        Client {
            id: client.id.clone(),
            name: Some(client.name.clone()),
            origin: ClientOrigin::Preregistered,
            redirect_uris: self.redirect_uris(&client.redirect_uris),
            post_logout_redirect_uris: PostLogoutRedirectUri::acceptable(
                &client.post_logout_redirect_uris,
                &self.registration.redirect_rules(true),
            ),
            kind: client.kind(),
            keys: client.keys.clone(),
            grant_types: client.grant_types.iter().map(grant).collect(),
            scope: scope(&client.scopes),
            consent: match client.consent {
                ConsentMode::Always => ConsentRule::Always,
                ConsentMode::Remembered => ConsentRule::Remembered,
                ConsentMode::Implied => ConsentRule::Implied,
            },
            lifetimes: self.lifetimes(Some(client)),
            pkce: client.pkce,
        }
    }

    fn lifetimes(&self, client: Option<&ClientConfig>) -> Lifetimes {
        let tokens = &self.tokens;
        let access = client.and_then(|client| client.access_lifetime_seconds);
        let grace = client.and_then(|client| client.refresh_grace_seconds);
        let rotates = client.is_none_or(|client| client.refresh_rotation);
        Lifetimes {
            access_seconds: access.unwrap_or(tokens.access_lifetime_seconds),
            refresh_idle_seconds: tokens.refresh_idle_seconds,
            refresh_absolute_seconds: tokens.refresh_absolute_seconds,
            rotation: if rotates {
                let grace_seconds = grace.unwrap_or(tokens.refresh_grace_seconds);
                RotationRule::Rotate { grace_seconds }
            } else {
                RotationRule::Keep
            },
        }
    }

    fn redirect_uris(&self, texts: &[String]) -> Vec<RegisteredRedirectUri> {
        let rules = self.registration.redirect_rules(true);
        texts.iter().filter_map(|text| RegisteredRedirectUri::parse(text, &rules).ok()).collect()
    }
}

fn scope(names: &[String]) -> Scope {
    names.iter().map(|name| ScopeToken::parse(name).expect(CHECKED)).collect()
}
