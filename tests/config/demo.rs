//! `--demo`: complete without a word of configuration, and only on this machine.

use protocol::oauth::time::UnixTime;
use sealbearer::config::{Config, KeySource, LedgerKind, RefreshTokens, SecretText, banner};

use super::{HASH, LEAST, Overrides, Sources, accepted, of_demo, of_file, outcome};

/// The parts of a configuration that do not change from start to start.
fn summary(config: &Config) -> String {
    let scopes = config.scopes.iter().map(|scope| {
        let default = if scope.default { ", default" } else { "" };
        format!("  {} \"{}\" implies {:?}{default}", scope.name, scope.description, scope.implies)
    });
    [
        format!(
            "{} on {}, data in {:?}, keys {:?}",
            config.public_url, config.listen, config.data_dir, config.keys
        ),
        format!(
            "{:?}\n{:?}\n{:?}\n{:?}",
            config.ledger, config.tokens, config.registration, config.limits
        ),
        scopes.collect::<Vec<_>>().join("\n"),
        format!("users {:?}", config.users.iter().map(|user| &user.name).collect::<Vec<_>>()),
        format!("{:?}\n{:?}", config.clients, config.resources),
        format!(
            "cors {:?}, docs {}, iss {}",
            config.cors_origins, config.docs_enabled, config.advertise_iss
        ),
    ]
    .join("\n")
}

#[test]
fn the_defaults_of_the_least_file() {
    insta::assert_snapshot!(summary(&accepted(&of_file(LEAST))), @r#"
    https://auth.example.com on 127.0.0.1:9000, data in None, keys File { path: "/etc/sealbearer/keyring.json", create: false }
    LedgerConfig { kind: Memory, retry_window_seconds: 0, capacity: 100000 }
    TokensConfig { access_lifetime_seconds: 3600, refresh_idle_seconds: 2592000, refresh_absolute_seconds: 7776000, refresh_grace_seconds: 60, refresh_tokens: Rotating, assertion_audience: IssuerOrTokenEndpoint, revoked_before: None, refresh_tokens_need_offline_access: false, advertise_offline_access: false }
    RegistrationConfig { open: true, scopes: None, redirect_schemes: ["cursor", "vscode", "vscode-insiders"], reverse_domain_schemes: true, out_of_band: false, client_credentials: false, default_redirect_uris: ["https://claude.ai/api/mcp/auth_callback", "https://claude.com/api/mcp/auth_callback"], documents: DocumentsConfig { enabled: true, hosts: HostRules { allow: None, deny: [], warn: [] }, same_origin_redirects: false, allow_loopback: false, cache_entries: 1000, stale_seconds_max: 604800, known: true, pinned: [] } }
    LimitsConfig { connections_max: 10000, header_timeout_seconds: 10, drain_timeout_seconds: 30, password_checks_max: 4 }
      mcp:tools "Use the tools" implies [], default
      mcp:resources "Read the resources" implies [], default
      mcp:prompts "Use the prompts" implies [], default
      mcp:read "Read what the server offers" implies [], default
      mcp:write "Change things on the server" implies ["mcp:read"]
      mcp:admin "Administer the server" implies ["mcp:write"]
      system:read "Read information about the system" implies []
      system:monitor "Watch the health of the system" implies []
    users []
    []
    [ResourceConfig { place: Here("/mcp"), upstream: BuiltIn, name: "/mcp", scopes_required: [], rules: OperationRules([]), filter_lists: false, scopes_supported: ["mcp:tools", "mcp:resources", "mcp:prompts", "mcp:read", "mcp:write", "mcp:admin", "system:read", "system:monitor"], static_tokens: true, form: Sealed, encryption_key: None, issuers: None }]
    cors Any, docs false, iss true
    "#);
}

#[test]
fn the_demo_needs_nothing() {
    insta::assert_snapshot!(summary(&accepted(&of_demo())), @r#"
    http://127.0.0.1:9000 on 127.0.0.1:9000, data in Some("/home/alice/.local/share/sealbearer"), keys File { path: "/home/alice/.local/share/sealbearer/keyring.json", create: true }
    LedgerConfig { kind: Memory, retry_window_seconds: 0, capacity: 100000 }
    TokensConfig { access_lifetime_seconds: 3600, refresh_idle_seconds: 2592000, refresh_absolute_seconds: 7776000, refresh_grace_seconds: 60, refresh_tokens: Rotating, assertion_audience: IssuerOrTokenEndpoint, revoked_before: None, refresh_tokens_need_offline_access: false, advertise_offline_access: false }
    RegistrationConfig { open: true, scopes: None, redirect_schemes: ["cursor", "vscode", "vscode-insiders"], reverse_domain_schemes: true, out_of_band: true, client_credentials: true, default_redirect_uris: ["https://claude.ai/api/mcp/auth_callback", "https://claude.com/api/mcp/auth_callback"], documents: DocumentsConfig { enabled: true, hosts: HostRules { allow: None, deny: [], warn: [] }, same_origin_redirects: false, allow_loopback: true, cache_entries: 1000, stale_seconds_max: 604800, known: true, pinned: [] } }
    LimitsConfig { connections_max: 10000, header_timeout_seconds: 10, drain_timeout_seconds: 30, password_checks_max: 4 }
      mcp:tools "Use the tools" implies [], default
      mcp:resources "Read the resources" implies [], default
      mcp:prompts "Use the prompts" implies [], default
      mcp:read "Read what the server offers" implies [], default
      mcp:write "Change things on the server" implies ["mcp:read"]
      mcp:admin "Administer the server" implies ["mcp:write"]
      system:read "Read information about the system" implies []
      system:monitor "Watch the health of the system" implies []
    users ["demo"]
    [ClientConfig { id: "swagger-ui", name: "Swagger UI", secret: None, keys: None, redirect_uris: ["http://127.0.0.1:9000/docs/oauth-receiver.html"], post_logout_redirect_uris: [], grant_types: [AuthorizationCode, RefreshToken], scopes: ["mcp:tools", "mcp:resources", "mcp:prompts", "mcp:read", "mcp:write", "mcp:admin", "system:read", "system:monitor", "openid", "profile", "email", "offline_access"], consent: Always, access_lifetime_seconds: None, refresh_grace_seconds: None, refresh_rotation: true, pkce: PkceRule { optional: false, plain: false }, introspects: [], revoked_before: None }]
    [ResourceConfig { place: Here("/mcp"), upstream: BuiltIn, name: "Built-in MCP server", scopes_required: ["mcp:tools"], rules: OperationRules([]), filter_lists: false, scopes_supported: ["mcp:tools", "mcp:resources", "mcp:prompts", "mcp:read", "mcp:write", "mcp:admin", "system:read", "system:monitor"], static_tokens: true, form: Sealed, encryption_key: None, issuers: None }]
    cors Any, docs true, iss true
    "#);
}

#[test]
fn the_demo_password_is_new_at_each_start_and_logs_in() {
    let [first, second] = [of_demo(), of_demo()].map(|sources| accepted(&sources));
    let [account, other] =
        [&first, &second].map(|config| config.demo.as_ref().expect("it is a demo"));
    assert_ne!(account.password, other.password);
    assert!(account.password.expose().len() >= 20);
    assert!(first.users.authenticate("demo", account.password.expose()).is_some());
    assert!(first.users.authenticate("demo", other.password.expose()).is_none());
}

#[test]
fn the_user_argument_names_the_demo_user() {
    let mut sources = of_demo();
    sources.overrides.user = Some(("alice".to_owned(), SecretText::new("correct horse")));
    let config = accepted(&sources);
    assert!(config.users.authenticate("alice", "correct horse").is_some());
    assert!(config.users.find("demo").is_none());
}

#[test]
fn there_is_no_user_without_demo() {
    let config = accepted(&of_file(LEAST));
    assert_eq!(config.users.iter().count(), 0);
    assert!(config.demo.is_none() && config.clients.is_empty() && !config.docs_enabled);
}

#[test]
fn a_file_is_merged_into_the_demo_and_wins() {
    let file = format!(
        "listen = \"127.0.0.1:8000\"\nkeyring_file = \"ring.json\"\n\
         [[scopes]]\nname = \"mcp:tools\"\ndescription = \"Use my tools\"\n\
         [[scopes]]\nname = \"notes\"\ndescription = \"Read notes\"\n\
         [[users]]\nname = \"demo\"\npassword_hash = \"{HASH}\"\n\
         [[users]]\nname = \"alice\"\npassword_hash = \"{HASH}\"\n\
         [[resources]]\npath = \"/mcp\"\nname = \"Mine\"\nupstream = \"builtin\"\n\
         [ledger]\nkind = \"none\"\n"
    );
    let config = accepted(&Sources { file: of_file(&file).file, ..of_demo() });
    assert_eq!(config.public_url.as_str(), "http://127.0.0.1:8000");
    assert!(matches!(config.keys, KeySource::File { create: false, .. }));
    assert_eq!((config.scopes.len(), config.scopes[0].description.as_str()), (9, "Use my tools"));
    assert!(config.demo.is_none(), "the file's own demo user needs no password in the banner");
    assert_eq!(config.users.iter().count(), 2);
    assert_eq!((config.resources.len(), config.resources[0].name.as_str()), (1, "Mine"));
    assert_eq!(
        (&config.ledger.kind, config.tokens.refresh_tokens),
        (&LedgerKind::None, RefreshTokens::Off)
    );
    assert!(config.client("swagger-ui").is_some());
}

#[test]
fn the_issuer_of_the_demo_follows_host_and_port() {
    let url = |host: Option<&str>, port| {
        let mut sources = of_demo();
        sources.overrides.host = host.map(|host| host.parse().expect("an address"));
        sources.overrides.port = port;
        accepted(&sources).public_url.to_string()
    };
    assert_eq!(url(None, None), "http://127.0.0.1:9000");
    assert_eq!(url(None, Some(8_123)), "http://127.0.0.1:8123");
    assert_eq!(url(Some("::1"), Some(8_123)), "http://[::1]:8123");
}

#[test]
fn cfg_09_every_refusal_of_a_demo() {
    let demo = |overrides: Overrides| Sources {
        overrides: Overrides { demo: true, ..overrides },
        ..of_demo()
    };
    let file = |text: &str| Sources { file: of_file(text).file, ..of_demo() };
    let password = |text: &str| Some(("alice".to_owned(), SecretText::new(text)));
    let rows = [
        demo(Overrides { host: "0.0.0.0".parse().ok(), ..Overrides::default() }),
        demo(Overrides { port: Some(0), ..Overrides::default() }),
        demo(Overrides { user: password(""), ..Overrides::default() }),
        demo(Overrides { user: password(&"x".repeat(1_025)), ..Overrides::default() }),
        demo(Overrides {
            public_url: Some("https://auth.example.com".to_owned()),
            ..Overrides::default()
        }),
        file("listen = \"0.0.0.0:9000\""),
        Sources {
            overrides: Overrides { user: password("x"), ..Overrides::default() },
            ..of_file(LEAST)
        },
        Sources { environment: super::variables_of(&[]), ..of_demo() },
    ];
    insta::assert_snapshot!(rows.map(|sources| outcome(&sources)).join("\n").replace("/etc/sealbearer/", ""), @r#"
argument --host: is not a loopback address; --demo has an open registration and a generated password. Leave --demo out and configure users and keys, or listen on 127.0.0.1.
argument --port: must not be 0. Give a port from 1 to 65535.
argument --user: cannot be used: the password is empty. Write NAME:PASSWORD with a password of 1 to 1,024 bytes.
argument --user: cannot be used: the password is longer than 1,024 bytes. Write NAME:PASSWORD with a password of 1 to 1,024 bytes.
argument --public-url: public_url is not a loopback URL, but --demo is for one's own machine. Leave --demo out, or leave it out.
sealbearer.toml:1: listen is not a loopback address; --demo has an open registration and a generated password. Leave --demo out and configure users and keys, or listen on 127.0.0.1.
argument --user: is for --demo only. Write [[users]] with a password_hash into the file.
configuration: data_dir is not known: neither XDG_DATA_HOME nor HOME is set. Give --data-dir.
"#);
}

#[test]
fn the_data_directory_follows_xdg() {
    let folder = |variables: &[(&str, &str)]| {
        let sources = Sources { environment: super::variables_of(variables), ..of_demo() };
        accepted(&sources).data_dir.map(|path| path.display().to_string())
    };
    let home = ("HOME", "/home/alice");
    assert_eq!(folder(&[home]).as_deref(), Some("/home/alice/.local/share/sealbearer"));
    assert_eq!(folder(&[home, ("XDG_DATA_HOME", "/data")]).as_deref(), Some("/data/sealbearer"));
    assert_eq!(
        folder(&[home, ("XDG_DATA_HOME", "relative")]).as_deref(),
        Some("/home/alice/.local/share/sealbearer")
    );
    assert_eq!(folder(&[("SEALBEARER_DATA_DIR", "/srv")]).as_deref(), Some("/srv"));
}

#[test]
fn the_demo_makes_its_key_ring_once_in_a_folder_of_its_own() {
    let folder = std::env::temp_dir().join(format!("sealbearer-demo-{}", std::process::id()));
    let mut sources = of_demo();
    sources.overrides.data_dir = Some(folder.join("data"));
    let [first, second] =
        [1, 2].map(|now| accepted(&sources).keys.open(UnixTime(now)).expect("it can be made"));
    assert_eq!(first.list(), second.list());
    assert_eq!(second.list()[0].created_at, Some(UnixTime(1)));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| {
            std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
        };
        assert_eq!(mode(&folder.join("data")), 0o700);
        assert_eq!(mode(&folder.join("data/keyring.json")), 0o600);
    }
    std::fs::remove_dir_all(&folder).expect("it is ours");
}

#[test]
fn a_key_ring_file_is_not_made_outside_the_demo() {
    let absent = LEAST.replace("keyring.json", "/nonexistent/sealbearer/keyring.json");
    assert!(accepted(&of_file(&absent)).keys.open(UnixTime(0)).is_err());
}

#[test]
fn the_banner_says_where_to_go() {
    let mut sources = of_demo();
    sources.overrides.user = Some(("alice".to_owned(), SecretText::new("correct horse")));
    let text = banner(
        &accepted(&sources),
        "memory: each code works once, on this node, until it restarts",
    );
    insta::assert_snapshot!(text.replace(env!("CARGO_PKG_VERSION"), "VERSION"), @r#"
Sealbearer VERSION serves http://127.0.0.1:9000

  listening on 127.0.0.1:9000
  Swagger UI   http://127.0.0.1:9000/docs
  metadata     http://127.0.0.1:9000/.well-known/oauth-authorization-server
  MCP server   http://127.0.0.1:9000/mcp
  demo user    alice, password correct horse
  weakened     clients that registered themselves: the code may be shown for copying
  weakened     clients that registered themselves: client_credentials, which asks nobody for consent
  weakened     documents of clients may be on this computer, where anybody's program may answer
  ledger       memory: each code works once, on this node, until it restarts
"#);
    let weakened = format!(
        "[[clients]]\nid = \"old\"\nsecret_hash = \"{}\"\npkce = \"optional\"\n\
         code_challenge_methods = [\"S256\", \"plain\"]\nredirect_uris = [\"https://old.example/cb\"]\n",
        "ab".repeat(32)
    );
    let production = LEAST.replace("example.com", "example.com/tenant") + &weakened;
    insta::assert_snapshot!(banner(&accepted(&of_file(&production)), "memory").replace(env!("CARGO_PKG_VERSION"), "VERSION"), @r#"
Sealbearer VERSION serves https://auth.example.com/tenant

  listening on 127.0.0.1:9000
  metadata     https://auth.example.com/.well-known/oauth-authorization-server/tenant
  MCP server   https://auth.example.com/tenant/mcp
  proxies      none is named in [proxies] trusted, so limits count all clients as one
  weakened     client old: PKCE is optional, and the challenge method plain is taken
  ledger       memory
"#);
}
