//! The environment over the file, and the `MCP_OAUTH_*` aliases between them.

use protocol::oauth::time::UnixTime;
use sealbearer::{
    config::{CorsOrigins, GrantTypeName, KeySource, LedgerKind, RefreshTokens},
    keys::Ring,
};

use super::{
    LEAST, Overrides, SECRETS, Sources, accepted, of_file, of_variables, outcome, variables_of,
};

#[test]
fn the_command_line_wins_over_the_environment_over_aliases_over_the_file() {
    let file = format!("{LEAST}[tokens]\naccess_lifetime = \"10m\"");
    let mut sources = of_file(&file);
    assert_eq!(accepted(&sources).tokens.access_lifetime_seconds, 600);
    sources.environment = variables_of(&[
        ("MCP_OAUTH_TOKEN_EXPIRY", "1200"),
        ("MCP_OAUTH_ISSUER", "https://b.example"),
    ]);
    assert_eq!(accepted(&sources).tokens.access_lifetime_seconds, 1_200);
    assert_eq!(accepted(&sources).public_url.as_str(), "https://b.example");
    sources.environment.insert("SEALBEARER_TOKENS__ACCESS_LIFETIME".to_owned(), "30m".to_owned());
    sources.environment.insert("SEALBEARER_PUBLIC_URL".to_owned(), "https://c.example".to_owned());
    assert_eq!(accepted(&sources).tokens.access_lifetime_seconds, 1_800);
    assert_eq!(accepted(&sources).public_url.as_str(), "https://c.example");
    sources.overrides.public_url = Some("https://d.example".to_owned());
    assert_eq!(accepted(&sources).public_url.as_str(), "https://d.example");
}

#[test]
fn a_variable_changes_its_key_and_leaves_its_neighbours() {
    let file = format!(
        "{LEAST}[ledger]\nkind = \"none\"\ncapacity = 2000\n[tokens]\nrefresh_tokens = \"convergent\""
    );
    let environment = variables_of(&[("SEALBEARER_LEDGER__CAPACITY", "5000")]);
    let config = accepted(&Sources { environment, ..of_file(&file) });
    assert_eq!(config.ledger.capacity, 5_000);
    assert_eq!(config.ledger.kind, LedgerKind::None);
    assert_eq!(config.tokens.refresh_tokens, RefreshTokens::Convergent);
}

#[test]
fn lists_flags_and_tables_can_be_written_in_variables() {
    let config = accepted(&of_variables(&[
        ("SEALBEARER_CORS__ORIGINS", "https://a.example, https://b.example"),
        ("SEALBEARER_ADVERTISE_ISS", "false"),
        ("SEALBEARER_SCOPES", "[{ name = \"notes\", description = \"Read notes\" }]"),
        ("SEALBEARER_REGISTRATION__REDIRECT_SCHEMES", "[\"cursor\"]"),
    ]));
    let origins = ["https://a.example", "https://b.example"].map(str::to_owned).into();
    assert_eq!(config.cors_origins, CorsOrigins::Listed(origins));
    assert!(!config.advertise_iss);
    assert_eq!(config.scopes.len(), 1);
    assert_eq!(config.registration.redirect_schemes, ["cursor"]);
}

#[test]
fn an_empty_variable_is_no_variable() {
    let config =
        accepted(&of_variables(&[("SEALBEARER_PUBLIC_URL", ""), ("MCP_OAUTH_ISSUER", "")]));
    assert_eq!(config.public_url.as_str(), "https://auth.example.com");
}

#[test]
fn what_kubernetes_says_of_a_service_called_sealbearer_is_ignored() {
    let said = [
        ("SEALBEARER_SERVICE_HOST", "10.0.0.1"),
        ("SEALBEARER_SERVICE_PORT_HTTP", "9000"),
        ("SEALBEARER_PORT", "tcp://10.0.0.1:9000"),
        ("SEALBEARER_PORT_9000_TCP_ADDR", "10.0.0.1"),
    ];
    assert_eq!(outcome(&of_variables(&said)), "accepted");
}

#[test]
fn every_refusal_of_a_variable_names_it() {
    let rows = [
        ("SEALBEARER_PUBLIC_ULR", "https://auth.example.com"),
        ("SEALBEARER_PUBLIC_URL", "https://auth.example.com/"),
        ("SEALBEARER_TOKENS__ACCESS_LIFETIME", "3600"),
        ("SEALBEARER_TOKENS", "3600"),
        ("SEALBEARER_LEDGER__CAPACITY", "many"),
        ("SEALBEARER_ADVERTISE_ISS", "maybe"),
        ("SEALBEARER_PORT", "9000"),
        ("SEALBEARER_SCOPES", "[{ name = \"notes\""),
        ("SEALBEARER_SCOPES", "[{ name = \"notes\" }]"),
    ];
    let row = |(name, value)| outcome(&of_variables(&[(name, value)]));
    insta::assert_snapshot!(rows.map(row).join("\n"), @r#"
environment variable SEALBEARER_PUBLIC_ULR: public_ulr is not a setting. Did you mean "public_url"?
environment variable SEALBEARER_PUBLIC_URL: public_url must not end with a slash. Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
environment variable SEALBEARER_TOKENS__ACCESS_LIFETIME: tokens.access_lifetime must be a duration from "1m" to "24h". Write a whole number and a unit in quotes: "30s", "5m", "1h" or "30d".
environment variable SEALBEARER_TOKENS: tokens must be a table. Write [tokens] and its keys below it.
environment variable SEALBEARER_LEDGER__CAPACITY: ledger.capacity must be a whole number from 1000 to 10000000. Leave it out for 100000.
environment variable SEALBEARER_ADVERTISE_ISS: advertise_iss must be true or false. Write true or false without quotes.
environment variable SEALBEARER_PORT: port is not a setting of its own. Write listen = "127.0.0.1:9000", or give --port.
environment variable SEALBEARER_SCOPES: is not a TOML array or inline table: unclosed inline table, expected `}`. Write it as in the file, ["one", "two"] or [{ name = "one" }].
environment variable SEALBEARER_SCOPES: scopes[0].description is missing. Write what the consent page shall say it allows.
"#);
}

#[test]
fn every_alias_that_is_refused() {
    let rows: [&[(&str, &str)]; 16] = [
        &[("ENABLE_MCP_OAUTH", "false")],
        &[("MCP_OAUTH_REQUIRE_AUTH", "0")],
        &[("MCP_OAUTH_ENABLE_PKCE", "no")],
        &[("MCP_OAUTH_ENABLE_PKCE", "S256")],
        &[("MCP_OAUTH_REQUIRE_HTTPS", "false")],
        &[("MCP_OAUTH_REQUIRE_HTTPS", "true"), ("MCP_OAUTH_ISSUER", "http://localhost:9000")],
        &[
            ("MCP_OAUTH_AUTHORIZATION_SERVER", "https://other.example"),
            ("MCP_OAUTH_ISSUER", "https://b.example"),
        ],
        &[("MCP_OAUTH_RESOURCE_URI", "https://elsewhere.example/mcp")],
        &[("MCP_OAUTH_RESOURCE_URI", "https://auth.example.com")],
        &[("MCP_OAUTH_CLIENT_SECRET", "a-secret-nobody-may-see"), ("MCP_OAUTH_CLIENT_NAME", "App")],
        &[("MCP_OAUTH_CLIENT_ID", "app"), ("MCP_OAUTH_CLIENT_SECRET", "fifteen-letters")],
        &[("MCP_OAUTH_CLIENT_ID", "https://app.example")],
        &[("MCP_OAUTH_TOKEN_EXPIRY", "86401")],
        &[("MCP_OAUTH_SCOPE", "mcp:read \"quoted\"")],
        &[("MCP_OAUTH_DYNAMIC_REGISTRATION", "maybe")],
        &[("MCP_OAUTH_REQUIRE_PKCE", "true")],
    ];
    insta::assert_snapshot!(rows.map(|row| outcome(&of_variables(row))).join("\n"), @r#"
environment variable ENABLE_MCP_OAUTH: must not be false: that would leave the MCP endpoint open to anybody. Set it to true or unset it.
environment variable MCP_OAUTH_REQUIRE_AUTH: must not be false: that would leave the MCP endpoint open to anybody. Set it to true or unset it.
environment variable MCP_OAUTH_ENABLE_PKCE: must not be false: that would let a stolen code be redeemed (OAuth 2.1 §4.1.1, MCP authorization). Set it to true or unset it.
environment variable MCP_OAUTH_ENABLE_PKCE: must be true or false. Write true or false.
environment variable MCP_OAUTH_REQUIRE_HTTPS: must not be false for an https issuer: OAuth 2.1 §1.5 wants TLS everywhere but on loopback. Set it to true or unset it.
environment variable MCP_OAUTH_REQUIRE_HTTPS: is true, but public_url is http. Give an https public_url, or unset it.
environment variable MCP_OAUTH_AUTHORIZATION_SERVER: differs from MCP_OAUTH_ISSUER; trusting another authorization server is not in this release. Give both the same URL, or unset one.
environment variable MCP_OAUTH_RESOURCE_URI: is not below public_url; guarding a server elsewhere is not in this release. Write https://auth.example.com/mcp.
environment variable MCP_OAUTH_RESOURCE_URI: has a path that must begin with a slash. Write https://auth.example.com/mcp.
environment variable MCP_OAUTH_CLIENT_SECRET: belongs to no client. Set MCP_OAUTH_CLIENT_ID too, or unset it.
environment variable MCP_OAUTH_CLIENT_NAME: belongs to no client. Set MCP_OAUTH_CLIENT_ID too, or unset it.
environment variable MCP_OAUTH_CLIENT_SECRET: is shorter than 16 bytes, so it can be guessed. Use what `sealbearer client add` prints.
environment variable MCP_OAUTH_CLIENT_ID: cannot be the id of a configured client. Use 1 to 64 of A-Z a-z 0-9 . _ ~ - and do not begin with eyJ.
environment variable MCP_OAUTH_TOKEN_EXPIRY: tokens.access_lifetime must be a duration from "1m" to "24h". Write a whole number and a unit in quotes: "30s", "5m", "1h" or "30d".
environment variable MCP_OAUTH_SCOPE: contains ""quoted"", which is not a scope. Write scopes with spaces between them, 64 characters each at most.
environment variable MCP_OAUTH_DYNAMIC_REGISTRATION: must be true or false. Write true or false.
environment variable MCP_OAUTH_REQUIRE_PKCE: is not a variable this server knows. Unset it.
"#);
}

#[test]
fn every_alias_that_has_a_meaning() {
    let config = accepted(&of_variables(&[
        ("ENABLE_MCP_OAUTH", "true"),
        ("MCP_OAUTH_REQUIRE_AUTH", "true"),
        ("MCP_OAUTH_ISSUER", "https://auth.example.com/"),
        ("MCP_OAUTH_AUTHORIZATION_SERVER", "https://auth.example.com"),
        ("MCP_OAUTH_RESOURCE_URI", "https://auth.example.com/notes"),
        ("MCP_OAUTH_CLIENT_ID", "app"),
        ("MCP_OAUTH_CLIENT_SECRET", "sixteen-letters!"),
        ("MCP_OAUTH_CLIENT_NAME", "The app"),
        ("MCP_OAUTH_TOKEN_EXPIRY", "7200"),
        ("MCP_OAUTH_SCOPE", "mcp:read mcp:write notes"),
        ("MCP_OAUTH_REQUIRE_HTTPS", "true"),
        ("MCP_OAUTH_DYNAMIC_REGISTRATION", "false"),
        ("MCP_OAUTH_ENABLE_PKCE", "true"),
    ]));
    assert_eq!(config.public_url.as_str(), "https://auth.example.com");
    assert_eq!(
        config.resources.iter().map(|one| one.path().expect("served here")).collect::<Vec<_>>(),
        ["/mcp", "/notes"]
    );
    assert_eq!(config.tokens.access_lifetime_seconds, 7_200);
    assert!(!config.registration.open);
    let asked: Vec<_> = config
        .scopes
        .iter()
        .filter(|scope| scope.default)
        .map(|scope| scope.name.as_str())
        .collect();
    assert_eq!(asked, ["mcp:read", "mcp:write", "notes"]);
    let client = config.client("app").expect("the alias makes it");
    assert_eq!(client.name, "The app");
    assert!(
        client.allows(GrantTypeName::ClientCredentials)
            && client.allows(GrantTypeName::AuthorizationCode)
    );
    let client_secret = client.secret.as_ref().expect("the alias gives it one");
    assert!(client_secret.verify("sixteen-letters!") && !client_secret.verify("sixteen-letters?"));
    assert_eq!(client.redirect_uris[0], "https://auth.example.com/oauth/callback");
}

/// D5: a public client has an id and no secret.
#[test]
fn an_alias_without_a_secret_makes_a_public_client() {
    let config = accepted(&of_variables(&[("MCP_OAUTH_CLIENT_ID", "app")]));
    let client = config.client("app").expect("the alias makes it");
    assert!(client.secret.is_none() && !client.allows(GrantTypeName::ClientCredentials));
}

#[test]
fn plain_http_on_loopback_may_say_that_https_is_not_required() {
    let variables =
        [("MCP_OAUTH_REQUIRE_HTTPS", "false"), ("MCP_OAUTH_ISSUER", "http://localhost:9000")];
    assert_eq!(outcome(&of_variables(&variables)), "accepted");
}

#[test]
fn several_secrets_are_a_rotation_with_the_newest_first() {
    let without = LEAST.replace("keyring_file = \"keyring.json\"", "");
    let [newest, older, slow] = SECRETS;
    let several = format!("{newest}, {older}");
    let variables =
        [("SEALBEARER_SECRETS", several.as_str()), ("SEALBEARER_REGISTRATION_SECRET", slow)];
    let config = accepted(&Sources { environment: variables_of(&variables), ..of_file(&without) });
    let ring = config.keys.open(UnixTime(0)).expect("the secrets are fit");
    let states = |ring_name| {
        let keys = ring.list().into_iter().filter(|key| key.ring == ring_name);
        keys.map(|key| key.key_state.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(states(Ring::Sealing), ["active", "retiring"]);
    assert_eq!(states(Ring::Registration), ["active"]);
}

/// Weak secrets stop the start, and the message names the variable and not the value.
#[test]
fn cfg_01_every_secret_that_is_refused() {
    let [good, other, _] = SECRETS;
    let without = LEAST.replace("keyring_file = \"keyring.json\"", "");
    let row = |variables: &[(&str, &str)]| {
        outcome(&Sources { environment: variables_of(variables), ..of_file(&without) })
    };
    let rows = [
        row(&[("SEALBEARER_SECRET", "c2hvcnQ=")]),
        row(&[("SEALBEARER_SECRET", "not base64, not at all!")]),
        row(&[("SEALBEARER_SECRET", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]),
        row(&[("SEALBEARER_SECRETS", &format!("{good},{good}"))]),
        row(&[("SEALBEARER_SECRET", good), ("SEALBEARER_REGISTRATION_SECRET", "c2hvcnQ=")]),
        row(&[("SEALBEARER_SECRET", good), ("SEALBEARER_SECRETS", other)]),
        row(&[("SEALBEARER_REGISTRATION_SECRET", good)]),
    ];
    insta::assert_snapshot!(rows.join("\n"), @r#"
environment variable SEALBEARER_SECRET: cannot be used: sealing secret 1 is 5 bytes long, and 32 are needed; make one with `openssl rand -base64 32`. Several stand with commas between them, the newest first.
environment variable SEALBEARER_SECRET: cannot be used: sealing secret 1 is not base64; make one with `openssl rand -base64 32`. Several stand with commas between them, the newest first.
environment variable SEALBEARER_SECRET: cannot be used: sealing secret 1 follows a pattern, so it is not random; make one with `openssl rand -base64 32`. Several stand with commas between them, the newest first.
environment variable SEALBEARER_SECRETS: cannot be used: sealing secret 1 and sealing secret 2 are the same secret; each key needs its own. Several stand with commas between them, the newest first.
environment variable SEALBEARER_SECRET: cannot be used: registration secret 1 is 5 bytes long, and 32 are needed; make one with `openssl rand -base64 32`. Several stand with commas between them, the newest first.
environment variable SEALBEARER_SECRETS: is set, and SEALBEARER_SECRET too. Put all secrets into one, the newest first.
environment variable SEALBEARER_REGISTRATION_SECRET: is of no use without SEALBEARER_SECRET. Set both.
/etc/sealbearer/sealbearer.toml:1: keyring_file is missing, and there is no default secret. Run `sealbearer keys generate --keyring keyring.json` and write keyring_file = "keyring.json", or set SEALBEARER_SECRET.
"#);
}

#[test]
fn paths_of_the_file_are_relative_to_it_and_paths_of_variables_to_the_process() {
    let path = |sources: &Sources| match accepted(sources).keys {
        KeySource::File { path, create } => (path.display().to_string(), create),
        KeySource::Environment { .. } => panic!("not a file"),
    };
    assert_eq!(path(&of_file(LEAST)), ("/etc/sealbearer/keyring.json".to_owned(), false));
    let variables = [("SEALBEARER_KEYRING_FILE", "ring.json")];
    assert_eq!(path(&of_variables(&variables)), ("ring.json".to_owned(), false));
}

#[test]
fn host_and_port_replace_their_half_of_listen() {
    let file = format!("listen = \"10.1.2.3:8000\"{LEAST}");
    let listen = |overrides| accepted(&Sources { overrides, ..of_file(&file) }).listen.to_string();
    assert_eq!(listen(Overrides::default()), "10.1.2.3:8000");
    assert_eq!(listen(Overrides { port: Some(1), ..Overrides::default() }), "10.1.2.3:1");
    assert_eq!(
        listen(Overrides { host: "::1".parse().ok(), ..Overrides::default() }),
        "[::1]:8000"
    );
}
