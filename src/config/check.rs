//! The whole check, in the order in which one setting needs another.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use protocol::oauth::resource::Resource;

use super::{
    ClientConfig, Config, CorsOrigins, KeySource, LedgerConfig, LimitsConfig, Mistake, Mistakes,
    Place, ProviderConfig, ProxiesConfig, PublicUrl, RegistrationConfig, ResourceConfig,
    RevokedClient, ScopeConfig, StaticTokenConfig, TokensConfig, UserConfig, Users, aliases, demo,
    grammar, management,
    reader::{Noted, Table},
    sources::Sources,
};

/// Port 9000 of this machine: whatever ends TLS runs there too unless told otherwise.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9000);

/// Reads and checks everything.
/// # Errors
/// Everything that is wrong.
pub(super) fn check(sources: &Sources) -> Result<Config, Mistakes> {
    let noted = Noted::default();
    let layers = sources.layers(&noted).map_err(|mistake| Mistakes(vec![mistake]))?;
    let root = Table::root(layers.merged(), &noted);
    let config = read(&root, sources, &noted);
    root.finish();
    match (config, noted.take()) {
        (Some(config), mistakes) if mistakes.is_empty() => Ok(config),
        (_, mistakes) => Err(Mistakes(mistakes)),
    }
}

/// Reads every setting, so that every mistake is noted; `None` when one without a default is missing or wrong.
fn read(root: &Table, sources: &Sources, noted: &Noted) -> Option<Config> {
    let is_demo = sources.overrides.demo;
    let listen = listen(root, sources, noted);
    let public_url = public_url(root, sources, listen);
    let data_dir = data_dir(root, sources);
    let keys = KeySource::read(root, sources, data_dir.as_deref(), noted);
    let ledger = LedgerConfig::read(root, sources);
    let tokens = TokensConfig::read(root, &ledger.kind);
    let scopes = scopes(root, sources, noted);
    let registration = RegistrationConfig::read(root, &scopes, sources);
    let mut users = UserConfig::read_all(root, &scopes);
    let providers = ProviderConfig::read_all(root, &scopes, sources);
    let mut clients = ClientConfig::read_all(root, &registration, &scopes, sources);
    let mut resources = ResourceConfig::read_all(root, &scopes, sources);
    let cors_origins = CorsOrigins::read(root);
    let docs_enabled = docs_enabled(root, is_demo);
    let openid_enabled = openid_enabled(root);
    let advertise_iss = root.flag("advertise_iss").is_none_or(|found| found.value);
    let proxies = ProxiesConfig::read(root);
    let (limits, rates) = LimitsConfig::read(root);
    refuse_misplaced(root);
    let public_url = public_url?;
    aliases::require_https(sources, &public_url, noted);
    aliases::resource(sources, &public_url, &mut resources, &scopes, noted);
    if is_demo && !resources.iter().any(|resource| resource.path() == Some("/mcp")) {
        resources.insert(0, demo::resource(&scopes));
    }
    demo::protect(sources, &mut resources, noted);
    ResourceConfig::check(&resources, &public_url, root);
    ProviderConfig::check(&providers, &resources, &ledger.kind, root);
    clients.extend(aliases::client(sources, &public_url, &clients, &scopes, noted));
    if docs_enabled && !clients.iter().any(|client| client.id == "swagger-ui") {
        clients.push(demo::swagger_ui(&public_url, &scopes));
    }
    check_introspection(root, &clients, &resources);
    let revoked_clients = RevokedClient::read_all(root);
    let rates = rates.at(&public_url, &proxies);
    let demo = demo_account(sources, &mut users, noted);
    let static_tokens = StaticTokenConfig::read_all(root, &scopes, &users, &resources);
    let users = Users::new(users);
    Some(Config {
        public_url,
        listen: listen?,
        keys: keys?,
        data_dir,
        ledger,
        tokens,
        registration,
        scopes,
        users,
        providers,
        clients,
        revoked_clients,
        resources,
        static_tokens,
        cors_origins,
        docs_enabled,
        openid_enabled,
        advertise_iss,
        limits,
        proxies,
        rates,
        demo,
    })
}

/// What clients may ask about must be a resource: one of this deployment's, by its path, or any other, by its URL.
fn check_introspection(root: &Table, clients: &[ClientConfig], resources: &[ResourceConfig]) {
    for (number, client) in clients.iter().enumerate() {
        for (index, named) in client.introspects.iter().enumerate() {
            let is_ours = resources.iter().any(|resource| resource.path() == Some(named));
            if !is_ours && Resource::parse(named).is_err() {
                let problem = format!("is \"{}\", which is no resource", grammar::shorten(named));
                let remedy = "Write the path of one of [[resources]], or the URL of another server";
                root.refuse_at(&format!("clients[{number}].introspects[{index}]"), problem, remedy);
            }
        }
    }
}

/// Keys that mean something elsewhere.
fn refuse_misplaced(root: &Table) {
    root.refused(
        "host",
        "is not a setting of its own",
        "Write listen = \"127.0.0.1:9000\", or give --host",
    );
    root.refused(
        "port",
        "is not a setting of its own",
        "Write listen = \"127.0.0.1:9000\", or give --port",
    );
}

fn openid_enabled(root: &Table) -> bool {
    let openid = root.table("openid");
    let enabled = openid.flag("enabled");
    openid.finish();
    enabled.is_none_or(|found| found.value)
}

fn docs_enabled(root: &Table, is_demo: bool) -> bool {
    let docs = root.table("docs");
    let enabled = docs.flag("enabled");
    docs.finish();
    enabled.map_or(is_demo, |found| found.value)
}

/// The demo account, unless the file has a user of that name; `--user` is the command line, so it wins over the file.
fn demo_account(
    sources: &Sources,
    users: &mut Vec<UserConfig>,
    noted: &Noted,
) -> Option<demo::DemoAccount> {
    if !sources.overrides.demo {
        if sources.overrides.user.is_some() {
            refuse(
                noted,
                "--user",
                "is for --demo only",
                "Write [[users]] with a password_hash into the file",
            );
        }
        return None;
    }
    let (account, user) = demo::account(sources, noted)?;
    if sources.overrides.user.is_none() && users.iter().any(|other| other.name == account.name) {
        return None;
    }
    users.retain(|other| other.name != account.name);
    users.push(user);
    Some(account)
}

fn refuse(noted: &Noted, argument: &'static str, problem: &str, remedy: &str) {
    let place = Place::Argument(argument);
    let (problem, remedy) = (problem.to_owned(), remedy.to_owned());
    noted.borrow_mut().push(Mistake { place, key: String::new(), problem, remedy });
}

/// `listen`, with `--host` and `--port` over it; `None` once a mistake is noted.
fn listen(root: &Table, sources: &Sources, noted: &Noted) -> Option<SocketAddr> {
    let remedy = "Write an address and a port: \"127.0.0.1:9000\"";
    let mut listen = LISTEN;
    if let Some(found) = root.text("listen") {
        let Ok(address) = found.value.parse() else {
            let problem =
                format!("is \"{}\", which is no socket address", grammar::shorten(&found.value));
            found.refuse(problem, remedy);
            return None;
        };
        listen = address;
    }
    if let Some(host) = sources.overrides.host {
        listen.set_ip(host);
    }
    if let Some(port) = sources.overrides.port {
        listen.set_port(port);
    }
    if listen.port() == 0 {
        match sources.overrides.port {
            Some(_) => refuse(noted, "--port", "must not be 0", "Give a port from 1 to 65535"),
            None => root.refuse("listen", "must not have port 0", remedy),
        }
        return None;
    }
    if sources.overrides.demo && !listen.ip().is_loopback() {
        let problem =
            "is not a loopback address; --demo has an open registration and a generated password";
        let remedy = "Leave --demo out and configure users and keys, or listen on 127.0.0.1";
        match sources.overrides.host {
            Some(_) => refuse(noted, "--host", problem, remedy),
            None => root.refuse("listen", problem, remedy),
        }
        return None;
    }
    Some(listen)
}

/// The issuer; in `--demo` where we listen, unless told otherwise. `None` once a mistake is noted.
fn public_url(root: &Table, sources: &Sources, listen: Option<SocketAddr>) -> Option<PublicUrl> {
    let Some(found) = root.text("public_url") else {
        if sources.overrides.demo {
            return PublicUrl::parse(&format!("http://{}", listen?)).ok();
        }
        let remedy = match sources.file {
            Some(_) => {
                "Write public_url = \"https://auth.example.com\", the URL by which clients reach this server"
            }
            None => "Give --config FILE or --public-url URL; --demo needs neither",
        };
        root.refuse("public_url", "is missing", remedy);
        return None;
    };
    let remedy = "Write it as clients shall see it: \"https://auth.example.com\", without a slash at the end";
    let url =
        PublicUrl::parse(&found.value).map_err(|problem| found.refuse(problem, remedy)).ok()?;
    if sources.overrides.demo && !url.is_loopback() {
        found.refuse(
            "is not a loopback URL, but --demo is for one's own machine",
            "Leave --demo out, or leave it out",
        );
        return None;
    }
    Some(url)
}

/// The data directory, as XDG says where none is given.
fn data_dir(root: &Table, sources: &Sources) -> Option<PathBuf> {
    if let Some(found) = root.text("data_dir") {
        return Some(sources.path_of(&found));
    }
    if let Some(base) = sources.variable("XDG_DATA_HOME").filter(|base| base.starts_with('/')) {
        return Some(PathBuf::from(base).join("sealbearer"));
    }
    sources.variable("HOME").map(|home| PathBuf::from(home).join(".local/share/sealbearer"))
}

/// The declared scopes; where none are, and added to them in `--demo`, the eight of [`demo::scopes`]. A management resource
/// brings its two along.
fn scopes(root: &Table, sources: &Sources, noted: &Noted) -> Vec<ScopeConfig> {
    let mut scopes = ScopeConfig::read_all(root);
    ScopeConfig::check_implications(&scopes, root);
    if scopes.is_empty() || sources.overrides.demo {
        for standard in demo::scopes() {
            if !scopes.iter().any(|scope| scope.name == standard.name) {
                scopes.push(standard);
            }
        }
    }
    if root.says("resources", "upstream", "management") {
        for own in management::scopes() {
            if !scopes.iter().any(|scope| scope.name == own.name) {
                scopes.push(own);
            }
        }
    }
    aliases::default_scopes(sources, &mut scopes, noted);
    ScopeConfig::check_size(&scopes, root);
    scopes
}
