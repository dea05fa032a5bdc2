//! What `--demo` supplies: enough to try everything on one's own machine, and nothing that leaves it.
//! A file given too is merged: its entries win over demo entries of the same name, and the others are added.

use protocol::oauth::pkce::PkceRule;

use super::{
    ClientConfig, ConsentMode, GatewayConfig, GrantTypeName, Mistake, PasswordHash, Place,
    PublicUrl, ResourceConfig, ResourceUpstream, ScopeConfig, SecretText, UserConfig, gateway,
    reader::Noted, sources::Sources,
};

/// The login name unless `--user` says another.
const USER_NAME: &str = "demo";
/// The scope that `/mcp` demands of everybody.
const MCP_SCOPE: &str = "mcp:tools";

/// The account that `--demo` made at this start.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    /// The login name: `demo`, or what `--user` said.
    pub name: String,
    /// The password, random at each start unless `--user` said it. Shown once, in the banner.
    pub password: SecretText,
}

/// The scopes of a deployment that declares none: name, description, what it implies, whether it is asked for by default.
pub(super) fn scopes() -> Vec<ScopeConfig> {
    let rows: [(&str, &str, Option<&str>, bool); 8] = [
        (MCP_SCOPE, "Use the tools", None, true),
        ("mcp:resources", "Read the resources", None, true),
        ("mcp:prompts", "Use the prompts", None, true),
        ("mcp:read", "Read what the server offers", None, true),
        ("mcp:write", "Change things on the server", Some("mcp:read"), false),
        ("mcp:admin", "Administer the server", Some("mcp:write"), false),
        ("system:read", "Read information about the system", None, false),
        ("system:monitor", "Watch the health of the system", None, false),
    ];
    let scope =
        |(name, description, implied, default): (&str, &str, Option<&str>, bool)| ScopeConfig {
            name: name.to_owned(),
            description: description.to_owned(),
            implies: implied.map(str::to_owned).into_iter().collect(),
            default,
            advertised: default,
            preselected: true,
        };
    rows.map(scope).into()
}

/// The built-in MCP server at `/mcp`.
pub(super) fn resource(scopes: &[ScopeConfig]) -> ResourceConfig {
    let required = scopes.iter().filter(|scope| scope.name == MCP_SCOPE);
    ResourceConfig {
        name: "Built-in MCP server".to_owned(),
        scopes_required: required.map(|scope| scope.name.clone()).collect(),
        ..ResourceConfig::here("/mcp", scopes)
    }
}

/// Puts the server of `--protect` at `/mcp`, in the place of whoever answers there.
pub(super) fn protect(sources: &Sources, resources: &mut [ResourceConfig], noted: &Noted) {
    let Some(text) = &sources.overrides.protect else { return };
    match gateway::url(text) {
        Ok(url) => {
            for resource in resources.iter_mut().filter(|one| one.path() == Some("/mcp")) {
                resource.name = format!("MCP server at {}", url.authority());
                resource.upstream =
                    ResourceUpstream::Gateway(Box::new(GatewayConfig::new(url.clone())));
            }
        }
        Err(problem) => noted.borrow_mut().push(Mistake {
            place: Place::Argument("--protect"),
            key: String::new(),
            problem: problem.to_owned(),
            remedy: "Give the URL of an MCP server that runs: http://127.0.0.1:3000/mcp".to_owned(),
        }),
    }
}

/// The client of the page `/docs`.
pub(super) fn swagger_ui(public_url: &PublicUrl, scopes: &[ScopeConfig]) -> ClientConfig {
    ClientConfig {
        id: "swagger-ui".to_owned(),
        name: "Swagger UI".to_owned(),
        secret: None,
        keys: None,
        redirect_uris: vec![public_url.join("/docs/oauth-receiver.html")],
        post_logout_redirect_uris: Vec::new(),
        grant_types: vec![GrantTypeName::AuthorizationCode, GrantTypeName::RefreshToken],
        scopes: ScopeConfig::every_name(scopes),
        consent: ConsentMode::Always,
        access_lifetime_seconds: None,
        refresh_grace_seconds: None,
        refresh_rotation: true,
        pkce: PkceRule::STRICT,
        introspects: Vec::new(),
        revoked_before: None,
    }
}

/// The account, and the person it logs in. The password is random and hashed in memory unless `--user` gives one.
pub(super) fn account(sources: &Sources, noted: &Noted) -> Option<(DemoAccount, UserConfig)> {
    let given = sources.overrides.user.clone();
    let (name, password) = given.unwrap_or_else(|| (USER_NAME.to_owned(), SecretText::random()));
    match PasswordHash::hash(password.expose()) {
        Ok(hash) => {
            let user = UserConfig {
                name: name.clone(),
                password: hash,
                email: None,
                display_name: name.clone(),
                scopes: None,
                revoked_before: None,
            };
            Some((DemoAccount { name, password }, user))
        }
        Err(reason) => {
            noted.borrow_mut().push(Mistake {
                place: Place::Argument("--user"),
                key: String::new(),
                problem: format!("cannot be used: {reason}"),
                remedy: "Write NAME:PASSWORD with a password of 1 to 1,024 bytes".to_owned(),
            });
            None
        }
    }
}
