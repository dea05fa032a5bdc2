//! The `MCP_OAUTH_*` variables of the MCP Docker server, as aliases of our own settings. They rank below
//! `SEALBEARER_*` and above the file. One that would weaken a MUST is refused with the reason.
//!
//! | variable | meaning here |
//! |---|---|
//! | `ENABLE_MCP_OAUTH`, `MCP_OAUTH_REQUIRE_AUTH`, `MCP_OAUTH_ENABLE_PKCE` | always true; `false` is refused |
//! | `MCP_OAUTH_ISSUER`, `MCP_OAUTH_AUTHORIZATION_SERVER` | `public_url`; both must agree |
//! | `MCP_OAUTH_REQUIRE_HTTPS` | `true` refuses an http issuer even on loopback; `false` is refused with an https issuer |
//! | `MCP_OAUTH_TOKEN_EXPIRY` | `tokens.access_lifetime`, seconds or a duration |
//! | `MCP_OAUTH_DYNAMIC_REGISTRATION` | `registration.dynamic` |
//! | `MCP_OAUTH_SCOPE` | the scopes that a request without `scope` asks for |
//! | `MCP_OAUTH_RESOURCE_URI` | a `[[resources]]` below the issuer |
//! | `MCP_OAUTH_CLIENT_ID`, `_SECRET`, `_NAME` | a `[[clients]]` |

use figment::value::Value;
use protocol::oauth::pkce::PkceRule;
use protocol::oauth::redirect_uri::OUT_OF_BAND;

use super::{
    ClientConfig, ClientSecretHash, ConsentMode, GrantTypeName, Mistake, Place, PublicUrl,
    ResourceConfig, ScopeConfig,
    grammar::{self, nearest},
    layers::Layers,
    people::is_built_in,
    reader::Noted,
    sources::Sources,
};

const ENABLE: &str = "ENABLE_MCP_OAUTH";
const REQUIRE_AUTH: &str = "MCP_OAUTH_REQUIRE_AUTH";
const AUTHORIZATION_SERVER: &str = "MCP_OAUTH_AUTHORIZATION_SERVER";
const ISSUER: &str = "MCP_OAUTH_ISSUER";
const RESOURCE_URI: &str = "MCP_OAUTH_RESOURCE_URI";
const CLIENT_ID: &str = "MCP_OAUTH_CLIENT_ID";
const CLIENT_SECRET: &str = "MCP_OAUTH_CLIENT_SECRET";
const CLIENT_NAME: &str = "MCP_OAUTH_CLIENT_NAME";
const TOKEN_EXPIRY: &str = "MCP_OAUTH_TOKEN_EXPIRY";
const SCOPE: &str = "MCP_OAUTH_SCOPE";
const REQUIRE_HTTPS: &str = "MCP_OAUTH_REQUIRE_HTTPS";
const DYNAMIC_REGISTRATION: &str = "MCP_OAUTH_DYNAMIC_REGISTRATION";
const ENABLE_PKCE: &str = "MCP_OAUTH_ENABLE_PKCE";

const ALL: [&str; 13] = [
    ENABLE,
    REQUIRE_AUTH,
    AUTHORIZATION_SERVER,
    ISSUER,
    RESOURCE_URI,
    CLIENT_ID,
    CLIENT_SECRET,
    CLIENT_NAME,
    TOKEN_EXPIRY,
    SCOPE,
    REQUIRE_HTTPS,
    DYNAMIC_REGISTRATION,
    ENABLE_PKCE,
];

/// A client secret shorter than this can be guessed; `client add` makes 43 characters.
const CLIENT_SECRET_BYTES_MIN: usize = 16;

fn refuse(noted: &Noted, name: &str, problem: impl Into<String>, remedy: impl Into<String>) {
    let place = Place::Variable(name.to_owned());
    noted.borrow_mut().push(Mistake {
        place,
        key: String::new(),
        problem: problem.into(),
        remedy: remedy.into(),
    });
}

/// `true`/`false` and what compose files write for them.
fn flag(sources: &Sources, name: &str, noted: &Noted) -> Option<bool> {
    match sources.variable(name)?.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => {
            refuse(noted, name, "must be true or false", "Write true or false");
            None
        }
    }
}

/// Lays the aliases that are a setting under another name.
pub(super) fn lay(sources: &Sources, layers: &mut Layers, noted: &Noted) {
    let unknown = |name: &&String| name.starts_with("MCP_OAUTH_") && !ALL.contains(&name.as_str());
    for name in sources.environment.keys().filter(unknown) {
        let remedy = nearest(name, ALL.into_iter()).map(|near| format!("Did you mean {near}?"));
        refuse(
            noted,
            name,
            "is not a variable this server knows",
            remedy.unwrap_or_else(|| "Unset it".to_owned()),
        );
    }
    let always = [
        (ENABLE, "would leave the MCP endpoint open to anybody"),
        (REQUIRE_AUTH, "would leave the MCP endpoint open to anybody"),
        (ENABLE_PKCE, "would let a stolen code be redeemed (OAuth 2.1 §4.1.1, MCP authorization)"),
    ];
    for (name, consequence) in always {
        if flag(sources, name, noted) == Some(false) {
            refuse(
                noted,
                name,
                format!("must not be false: that {consequence}"),
                "Set it to true or unset it",
            );
        }
    }
    let issuers =
        [ISSUER, AUTHORIZATION_SERVER].map(|name| sources.variable(name).map(|url| (name, url)));
    if let [Some((_, ours)), Some((name, other))] = issuers
        && ours.trim_end_matches('/') != other.trim_end_matches('/')
    {
        let problem = format!(
            "differs from {ISSUER}; trusting another authorization server is not in this release"
        );
        refuse(noted, name, problem, "Give both the same URL, or unset one");
    }
    if let Some((name, url)) = issuers.into_iter().flatten().next() {
        layers.set(&variable(name), "public_url", Value::from(url.trim_end_matches('/')));
    }
    if let Some(text) = sources.variable(TOKEN_EXPIRY) {
        let seconds = if text.bytes().all(|byte| byte.is_ascii_digit()) { "s" } else { "" };
        layers.set(
            &variable(TOKEN_EXPIRY),
            "tokens.access_lifetime",
            Value::from(format!("{text}{seconds}")),
        );
    }
    if let Some(open) = flag(sources, DYNAMIC_REGISTRATION, noted) {
        let word = if open { "open" } else { "closed" };
        layers.set(&variable(DYNAMIC_REGISTRATION), "registration.dynamic", Value::from(word));
    }
}

fn variable(name: &str) -> Place {
    Place::Variable(name.to_owned())
}

/// Checks `MCP_OAUTH_REQUIRE_HTTPS` against the issuer.
pub(super) fn require_https(sources: &Sources, public_url: &PublicUrl, noted: &Noted) {
    match (flag(sources, REQUIRE_HTTPS, noted), public_url.is_https()) {
        (Some(true), false) => {
            refuse(
                noted,
                REQUIRE_HTTPS,
                "is true, but public_url is http",
                "Give an https public_url, or unset it",
            );
        }
        (Some(false), true) => refuse(
            noted,
            REQUIRE_HTTPS,
            "must not be false for an https issuer: OAuth 2.1 §1.5 wants TLS everywhere but on loopback",
            "Set it to true or unset it",
        ),
        (Some(true), true) | (Some(false), false) | (None, _) => {}
    }
}

/// Makes `MCP_OAUTH_SCOPE` the scopes that are asked for by default, declaring what is not declared.
pub(super) fn default_scopes(sources: &Sources, scopes: &mut Vec<ScopeConfig>, noted: &Noted) {
    let Some(text) = sources.variable(SCOPE) else { return };
    let wanted: Vec<&str> = text.split([' ', ',']).filter(|name| !name.is_empty()).collect();
    for name in &wanted {
        if !grammar::is_scope_token(name) {
            let problem = format!("contains \"{}\", which is not a scope", grammar::shorten(name));
            refuse(
                noted,
                SCOPE,
                problem,
                "Write scopes with spaces between them, 64 characters each at most",
            );
        } else if !is_built_in(name) && !scopes.iter().any(|scope| scope.name == *name) {
            let description = format!("Use {name}");
            scopes.push(ScopeConfig {
                name: (*name).to_owned(),
                description,
                implies: Vec::new(),
                default: true,
                advertised: true,
                preselected: true,
            });
        }
    }
    for scope in scopes {
        scope.default = wanted.contains(&scope.name.as_str());
        scope.advertised = scope.default;
    }
}

/// Adds the resource of `MCP_OAUTH_RESOURCE_URI`, if nothing has its path yet.
pub(super) fn resource(
    sources: &Sources,
    public_url: &PublicUrl,
    resources: &mut Vec<ResourceConfig>,
    scopes: &[ScopeConfig],
    noted: &Noted,
) {
    let Some(uri) = sources.variable(RESOURCE_URI) else { return };
    let Some(path) = uri.strip_prefix(public_url.as_str()).map(|path| path.trim_end_matches('/'))
    else {
        let problem = "is not below public_url; guarding a server elsewhere is not in this release";
        refuse(noted, RESOURCE_URI, problem, format!("Write {}", public_url.join("/mcp")));
        return;
    };
    if let Err(problem) = grammar::resource_path(path) {
        refuse(
            noted,
            RESOURCE_URI,
            format!("has a path that {problem}"),
            format!("Write {}", public_url.join("/mcp")),
        );
    } else if !resources.iter().any(|resource| resource.path() == Some(path)) {
        resources.push(ResourceConfig::here(path, scopes));
    }
}

/// The client of `MCP_OAUTH_CLIENT_ID`: the code flow to our own test page, to a loopback `/callback`, or shown for
/// copying; with a secret, client credentials too.
pub(super) fn client(
    sources: &Sources,
    public_url: &PublicUrl,
    clients: &[ClientConfig],
    scopes: &[ScopeConfig],
    noted: &Noted,
) -> Option<ClientConfig> {
    let Some(id) = sources.variable(CLIENT_ID) else {
        for name in
            [CLIENT_SECRET, CLIENT_NAME].into_iter().filter(|name| sources.variable(name).is_some())
        {
            refuse(
                noted,
                name,
                "belongs to no client",
                format!("Set {CLIENT_ID} too, or unset it"),
            );
        }
        return None;
    };
    if !grammar::is_client_id(id) {
        let remedy = "Use 1 to 64 of A-Z a-z 0-9 . _ ~ - and do not begin with eyJ";
        refuse(noted, CLIENT_ID, "cannot be the id of a configured client", remedy);
    }
    if clients.iter().any(|client| client.id == id) {
        refuse(noted, CLIENT_ID, "is also a [[clients]] of the file", "Keep one of the two");
    }
    let presented = sources.variable(CLIENT_SECRET);
    if presented.is_some_and(|text| text.len() < CLIENT_SECRET_BYTES_MIN) {
        let problem =
            format!("is shorter than {CLIENT_SECRET_BYTES_MIN} bytes, so it can be guessed");
        refuse(noted, CLIENT_SECRET, problem, "Use what `sealbearer client add` prints");
    }
    let mut grant_types = vec![GrantTypeName::AuthorizationCode, GrantTypeName::RefreshToken];
    grant_types.extend(presented.map(|_| GrantTypeName::ClientCredentials));
    let name = sources.variable(CLIENT_NAME).unwrap_or(id);
    if !grammar::is_line(name, 128) {
        refuse(noted, CLIENT_NAME, "is not one line of 1 to 128 characters", "Shorten it");
    }
    Some(ClientConfig {
        id: id.to_owned(),
        name: name.to_owned(),
        secret: presented.map(ClientSecretHash::of_machine_made),
        keys: None,
        redirect_uris: vec![
            public_url.join("/oauth/callback"),
            "http://127.0.0.1/callback".to_owned(),
            "http://localhost/callback".to_owned(),
            OUT_OF_BAND.to_owned(),
        ],
        post_logout_redirect_uris: Vec::new(),
        grant_types,
        scopes: ScopeConfig::every_name(scopes),
        consent: ConsentMode::Always,
        access_lifetime_seconds: None,
        refresh_grace_seconds: None,
        refresh_rotation: true,
        pkce: PkceRule::STRICT,
        introspects: Vec::new(),
        revoked_before: None,
    })
}
