//! `[[clients]]`: clients that are known before they ask.

use protocol::oauth::client::{ClientKind, KeySource};
use protocol::oauth::pkce::PkceRule;
use protocol::oauth::post_logout::POST_LOGOUT_REDIRECT_URIS_MAX;
use protocol::oauth::redirect_uri::{OUT_OF_BAND, RedirectRules};
use protocol::oauth::time::UnixTime;

use super::{
    ClientSecretHash, RegistrationConfig, ScopeConfig, client_keys, grammar, management,
    people::{one_line, plain},
    reader::{Found, Table, choose},
    sources::Sources,
    tables::{ACCESS_LIFETIME, REFRESH_GRACE},
};

/// More redirect URIs than any client needs.
pub(super) const REDIRECT_URIS_MAX: usize = 16;

/// A pre-registered client. Source: RFC 6749 §2.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Its `client_id`: 1 to 64 of `A-Z a-z 0-9 . _ ~ -`, never in the form of a registration or a URL.
    pub id: String,
    /// What the consent page calls it. Default: the id.
    pub name: String,
    /// What its secret hashes to; `None` makes it a public client.
    pub secret: Option<ClientSecretHash>,
    /// Its public keys, if it signs assertions instead: `jwks` (the JSON itself), `jwks_file` or `jwks_uri`. Not beside a
    /// secret. Source: RFC 7523 §2.2.
    pub keys: Option<KeySource>,
    /// Where answers may go: https, http on loopback (any port), an allowed private-use scheme, or
    /// `urn:ietf:wg:oauth:2.0:oob`. Compared exactly. Needed for `authorization_code`.
    pub redirect_uris: Vec<String>,
    /// Where browsers may go after a logout that it asked for, ten at most; the same forms but for the URN. Default: nowhere.
    /// Source: OpenID Connect RP-Initiated Logout 1.0 §3.1.
    pub post_logout_redirect_uris: Vec<String>,
    /// Grants it may use. Default `authorization_code` and `refresh_token`.
    pub grant_types: Vec<GrantTypeName>,
    /// The most it can ask for. Default: every scope.
    pub scopes: Vec<String>,
    /// When the person is asked. Default `always`.
    pub consent: ConsentMode,
    /// Seconds its access tokens live, if not as `[tokens]` says; the same bounds.
    pub access_lifetime_seconds: Option<u64>,
    /// Seconds its previous refresh token stays usable, if not as `[tokens]` says; the same bounds.
    pub refresh_grace_seconds: Option<u64>,
    /// Whether its refresh tokens rotate. Default true; `false` only for a confidential client (OAuth 2.1 §4.3.1).
    pub refresh_rotation: bool,
    /// What its requests must bring of PKCE. Default: `S256`, always. `pkce = "optional"` (confidential clients only) and
    /// `code_challenge_methods = ["S256", "plain"]` are for clients that cannot be mended. Source: OAuth 2.1 §4.1.1.
    pub pkce: PkceRule,
    /// Resources whose access tokens it may ask about besides its own, for a server that is one of them: paths of this
    /// deployment, or URLs. Confidential clients only. Default: none. Source: RFC 7662 §2.1.
    pub introspects: Vec<String>,
    /// What was issued to it before this instant is void. Default: nothing is.
    pub revoked_before: Option<UnixTime>,
}

impl ClientConfig {
    /// What it proves itself with.
    #[must_use]
    pub fn kind(&self) -> ClientKind {
        kind_of(self.keys.as_ref(), self.secret.as_ref())
    }

    /// Whether it may use `grant_type`.
    #[must_use]
    pub fn allows(&self, grant_type: GrantTypeName) -> bool {
        self.grant_types.contains(&grant_type)
    }
}

/// Grant types of this release, as the file spells them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum GrantTypeName {
    /// `authorization_code`
    AuthorizationCode,
    /// `refresh_token`
    RefreshToken,
    /// `client_credentials`: confidential clients only.
    ClientCredentials,
}

impl GrantTypeName {
    /// Each, with its spelling.
    pub(super) const SPELLINGS: &[(&str, Self)] = &[
        ("authorization_code", Self::AuthorizationCode),
        ("refresh_token", Self::RefreshToken),
        ("client_credentials", Self::ClientCredentials),
    ];
}

/// When the person is asked whether the client may.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ConsentMode {
    /// `always`: at every authorization.
    Always,
    /// `remembered`: once per browser, client, redirect URI and scope.
    Remembered,
    /// `implied`: never, because the client is ours. Only for a confidential client or one whose redirect URIs are all
    /// https: anything else on the person's machine could pose as it. Source: RFC 8252 §8.6.
    Implied,
}

impl ConsentMode {
    const SPELLINGS: &[(&str, Self)] =
        &[("always", Self::Always), ("remembered", Self::Remembered), ("implied", Self::Implied)];
}

impl ClientConfig {
    /// Reads `[[clients]]`.
    pub(super) fn read_all(
        root: &Table,
        registration: &RegistrationConfig,
        scopes: &[ScopeConfig],
        sources: &Sources,
    ) -> Vec<Self> {
        let mut clients: Vec<Self> = Vec::new();
        for table in root.tables("clients") {
            let id = table.required_text("id", "Run `sealbearer client add`, or choose an id");
            if let Some(found) = &id {
                if !grammar::is_client_id(&found.value) {
                    let remedy = "Use 1 to 64 of A-Z a-z 0-9 . _ ~ - and do not begin with eyJ";
                    found.refuse("cannot be the id of a configured client", remedy);
                }
                if clients.iter().any(|client| client.id == found.value) {
                    let problem = format!("names \"{}\" twice", grammar::shorten(&found.value));
                    found.refuse(problem, "Remove one of the two");
                }
            }
            let client = Self::read(
                &table,
                id.map_or_else(String::new, |found| found.value),
                registration,
                scopes,
                sources,
            );
            client.check(&table);
            table.finish();
            clients.push(client);
        }
        clients
    }

    fn read(
        table: &Table,
        id: String,
        registration: &RegistrationConfig,
        scopes: &[ScopeConfig],
        sources: &Sources,
    ) -> Self {
        table.refused("secret", "must not stand in a file", HASH_IT);
        let secret = table.text("secret_hash").and_then(|found| {
            ClientSecretHash::parse(&found.value)
                .map_err(|problem| found.refuse(problem, HASH_IT))
                .ok()
        });
        let redirect_uris = table.list("redirect_uris").map_or_else(Vec::new, |found| {
            if found.value.len() > REDIRECT_URIS_MAX {
                found.refuse(format!("are more than {REDIRECT_URIS_MAX}"), "Make it two clients");
            }
            let rules = registration.redirect_rules(true);
            found.value.iter().for_each(|uri| check_redirect_uri(uri, &rules));
            plain(found.value)
        });
        let after_logout = read_post_logout(table, registration);
        let grant_types = table.list("grant_types").map(|found| {
            found
                .value
                .iter()
                .filter_map(|word| choose(word, GrantTypeName::SPELLINGS))
                .map(|found| found.value)
                .collect()
        });
        let every = || {
            let names = ScopeConfig::every_name(scopes).into_iter();
            names.filter(|name| !management::is_reserved(name, scopes)).collect()
        };
        let keys = client_keys::read(table, sources);
        if keys.is_some() && secret.is_some() {
            table.refuse("secret_hash", "stands beside the client's keys", "Write one of the two");
        }
        let kind = kind_of(keys.as_ref(), secret.as_ref());
        let pkce = read_pkce(table, kind);
        Self {
            name: table.text("name").map_or_else(|| id.clone(), |found| one_line(found, 128)),
            id,
            secret,
            keys,
            redirect_uris,
            post_logout_redirect_uris: after_logout,
            grant_types: grant_types.unwrap_or_else(|| {
                vec![GrantTypeName::AuthorizationCode, GrantTypeName::RefreshToken]
            }),
            scopes: ScopeConfig::read_names(table, "scopes", scopes).unwrap_or_else(every),
            consent: table
                .choice("consent", ConsentMode::SPELLINGS)
                .map_or(ConsentMode::Always, |found| found.value),
            access_lifetime_seconds: table
                .seconds("access_lifetime", ACCESS_LIFETIME)
                .map(|found| found.value),
            refresh_grace_seconds: table
                .seconds("refresh_grace", REFRESH_GRACE)
                .map(|found| found.value),
            refresh_rotation: table.flag("refresh_rotation").is_none_or(|found| found.value),
            pkce,
            introspects: table
                .list("introspects")
                .map_or_else(Vec::new, |found| plain(found.value)),
            revoked_before: table.instant("revoked_before"),
        }
    }

    /// Notes what does not fit together.
    fn check(&self, table: &Table) {
        let confidential = self.kind().can_keep_a_secret();
        let code = self.allows(GrantTypeName::AuthorizationCode);
        if self.grant_types.is_empty() && self.introspects.is_empty() {
            table.refuse(
                "grant_types",
                "names no grant",
                "Leave it out for authorization_code and refresh_token",
            );
        }
        if code && self.redirect_uris.is_empty() {
            let remedy = "Write redirect_uris = [\"https://...\"], or grant_types = [\"client_credentials\"]";
            table.refuse("redirect_uris", "is empty, but authorization_code needs one", remedy);
        }
        if self.allows(GrantTypeName::RefreshToken) && !code {
            table.refuse(
                "grant_types",
                "has refresh_token without authorization_code",
                "Add it, or remove refresh_token",
            );
        }
        if !confidential && self.allows(GrantTypeName::ClientCredentials) {
            let problem = "has client_credentials, which a client without a secret must not use (RFC 6749 §4.4)";
            table.refuse("grant_types", problem, HASH_IT);
        }
        if !confidential && !self.refresh_rotation {
            let problem = "must not be false for a public client (OAuth 2.1 §4.3.1)";
            table.refuse("refresh_rotation", problem, "Give the client a secret, or leave it out");
        }
        if self.secret.is_none() && !self.introspects.is_empty() {
            let problem = "must be empty for a client without a secret: anybody could pass for it";
            table.refuse("introspects", problem, HASH_IT);
        }
        let https = self.redirect_uris.iter().all(|uri| uri.starts_with("https://"));
        if self.consent == ConsentMode::Implied && !confidential && !https {
            let problem = "must not be \"implied\": any program on the person's machine could pose as this client";
            table.refuse(
                "consent",
                problem,
                "Write \"remembered\", give it a secret, or use https redirect URIs only",
            );
        }
    }
}

/// `post_logout_redirect_uris`.
fn read_post_logout(table: &Table, registration: &RegistrationConfig) -> Vec<String> {
    let Some(found) = table.list("post_logout_redirect_uris") else { return Vec::new() };
    if found.value.len() > POST_LOGOUT_REDIRECT_URIS_MAX {
        let problem = format!("are more than {POST_LOGOUT_REDIRECT_URIS_MAX}");
        found.refuse(problem, "Make it two clients");
    }
    let rules = registration.redirect_rules(true);
    for uri in &found.value {
        check_redirect_uri(uri, &rules);
        if uri.value == OUT_OF_BAND {
            uri.refuse("is no place that a browser can go to", "Remove it");
        }
    }
    plain(found.value)
}

fn kind_of(keys: Option<&KeySource>, secret: Option<&ClientSecretHash>) -> ClientKind {
    match (keys, secret) {
        (Some(_), _) => ClientKind::Keyed,
        (None, Some(_)) => ClientKind::Confidential,
        (None, None) => ClientKind::Public,
    }
}

/// `pkce` and `code_challenge_methods`.
fn read_pkce(table: &Table, kind: ClientKind) -> PkceRule {
    let words = [("required", false), ("optional", true)];
    let optional = table.choice("pkce", &words).is_some_and(|found| found.value);
    let methods = table.list("code_challenge_methods").map_or_else(Vec::new, |found| {
        let words = [("S256", false), ("plain", true)];
        let methods: Vec<_> = found
            .value
            .iter()
            .filter_map(|word| choose(word, &words))
            .map(|one| one.value)
            .collect();
        if !methods.contains(&false) {
            let remedy = "Write [\"S256\", \"plain\"], or leave it out for S256 alone";
            found.refuse("must name S256, which every client may use", remedy);
        }
        methods
    });
    PkceRule::weakened(kind, optional, methods.contains(&true)).unwrap_or_else(|| {
        let problem = "must not be \"optional\" for a client that cannot keep a secret: nothing else tells it from a thief (OAuth 2.1 §7.5.1)";
        table.refuse("pkce", problem, "Leave it out, or give the client a secret");
        PkceRule::STRICT
    })
}

const HASH_IT: &str = "Run `sealbearer client add` and write secret_hash = what it prints";

fn check_redirect_uri(uri: &Found<String>, rules: &RedirectRules) {
    if let Err(problem) = grammar::redirect_uri(&uri.value, rules) {
        let remedy = format!(
            "Write an https URI, http://127.0.0.1/..., a private-use scheme, or {OUT_OF_BAND}"
        );
        uri.refuse(problem, remedy);
    }
}
