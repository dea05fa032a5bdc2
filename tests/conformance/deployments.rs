//! How the server under test is set up: as a newcomer starts it, and as a platform team runs it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::fleet::{Node, Proxy, binary};
use crate::process::{Trouble, free_port};
use crate::store::Store;
use crate::tools::Tools;

/// Who logs in, everywhere.
pub(crate) const USERNAME: &str = "demo";
/// Made up for these runs; nothing that leaves the machine knows it.
pub(crate) const PASSWORD: &str = "correct horse battery staple";
/// Shared by the nodes of one deployment, and by nothing else. 32 bytes.
const SHARED_SECRET: &str = "q3mZ0S4u9Xv7cQy1nF8kLr2bTt6wHj5dPe0aGiVxYzM=";

/// Where nodes remember what was used and revoked.
#[derive(Clone, Copy)]
pub(crate) enum Ledger<'store> {
    Memory,
    File,
    Valkey(&'store Store),
    None,
}

impl Ledger<'_> {
    /// The table of the configuration. `node` has a file of its own; nodes of one `deployment` share a store.
    fn settings(self, deployment: &str, node: &str) -> String {
        let lines = match self {
            Self::Memory => "kind = \"memory\"".to_owned(),
            Self::File => format!("kind = \"file\"\npath = \"{node}.redb\""),
            Self::Valkey(store) => {
                let url = store.url();
                format!("kind = \"valkey\"\nurl = \"{url}\"\nkey_prefix = \"{deployment}:\"")
            }
            Self::None => "kind = \"none\"".to_owned(),
        };
        format!("\n[ledger]\n{lines}\n")
    }
}

/// Processes and where clients find them.
pub(crate) struct Deployment {
    pub(crate) base: String,
    pub(crate) nodes: Vec<Node>,
    pub(crate) ports: Vec<u16>,
    pub(crate) proxy: Option<Proxy>,
}

impl Deployment {
    pub(crate) fn mcp(&self) -> String {
        format!("{}/mcp", self.base)
    }
}

/// `serve --demo`, with nothing else but a port and an account.
pub(crate) fn demo(folder: &Path) -> Result<Deployment, Trouble> {
    demo_for(folder, &format!("{USERNAME}:{PASSWORD}"))
}

/// The same with a ledger of its own.
pub(crate) fn demo_on(folder: &Path, ledger: Ledger) -> Result<Deployment, Trouble> {
    let mut deployment = demo(folder)?;
    configure(&mut deployment, folder, &ledger.settings("demo", "demo"))?;
    Ok(deployment)
}

/// Gives every node a file with these settings.
pub(crate) fn configure(
    deployment: &mut Deployment,
    folder: &Path,
    settings: &str,
) -> Result<(), Trouble> {
    let file = folder.join("demo.toml");
    fs::write(&file, settings).map_err(|error| error.to_string())?;
    let path = file.display().to_string();
    for node in &mut deployment.nodes {
        node.also(&["--config", &path]);
    }
    Ok(())
}

/// The same for another `account`, a name and a password.
pub(crate) fn demo_for(folder: &Path, account: &str) -> Result<Deployment, Trouble> {
    let port = free_port()?;
    let base = format!("http://127.0.0.1:{port}");
    let text = port.to_string();
    let arguments = ["serve", "--demo", "--host", "127.0.0.1", "--port", &text, "--user", account];
    let nodes = vec![Node::new("node", port, folder, &arguments)];
    Ok(Deployment { base, nodes, ports: vec![port], proxy: None })
}

/// The same behind a proxy on `public`; the proxy is for the caller to start.
pub(crate) fn demo_behind(folder: &Path, public: u16) -> Result<Deployment, Trouble> {
    let port = free_port()?;
    let base = format!("http://127.0.0.1:{public}");
    let text = port.to_string();
    let arguments = ["serve", "--demo", "--port", &text, "--public-url", &base];
    let nodes = vec![Node::new("node", port, folder, &arguments)];
    Ok(Deployment { base, nodes, ports: vec![port], proxy: None })
}

/// Two nodes behind a proxy that takes them in turn; they share one secret, and what the `ledger` shares.
pub(crate) fn pair(tools: &Tools, folder: &Path, ledger: Ledger) -> Result<Deployment, Trouble> {
    let (public, ports) = (free_port()?, [free_port()?, free_port()?]);
    let base = format!("http://127.0.0.1:{public}");
    let hash = password_hash()?;
    let nodes = ["a", "b"].iter().zip(ports).map(|(name, port)| {
        let settings = fill(include_str!("pair.toml"), &base, port, &hash);
        configured_node(folder, name, port, &(settings + &ledger.settings("pair", name)))
    });
    let nodes = nodes.collect::<Result<Vec<Node>, Trouble>>()?;
    let proxy = Proxy::start(&tools.nginx, folder, public, &ports, None)?;
    Ok(Deployment { base, nodes, ports: ports.to_vec(), proxy: Some(proxy) })
}

/// Two nodes behind a proxy whose people log in at the provider `issuer`.
pub(crate) fn pair_at_provider(
    tools: &Tools,
    folder: &Path,
    issuer: &str,
) -> Result<Deployment, Trouble> {
    let (public, ports) = (free_port()?, [free_port()?, free_port()?]);
    let base = format!("http://127.0.0.1:{public}");
    let template = include_str!("provider.toml").replace("{issuer}", issuer);
    let nodes = ["a", "b"].iter().zip(ports).map(|(name, port)| {
        let settings = fill(&template, &base, port, "");
        configured_node(folder, name, port, &(settings + &Ledger::Memory.settings("pair", name)))
    });
    let nodes = nodes.collect::<Result<Vec<Node>, Trouble>>()?;
    let proxy = Proxy::start(&tools.nginx, folder, public, &ports, None)?;
    Ok(Deployment { base, nodes, ports: ports.to_vec(), proxy: Some(proxy) })
}

/// Names of the nodes of [`fleet`].
pub(crate) const FLEET: [&str; 3] = ["a", "b", "c"];

/// Three nodes behind a proxy that takes them in turn, each with a copy of `keyring.json`; they share a `store`.
pub(crate) fn fleet(tools: &Tools, folder: &Path, store: &Store) -> Result<Deployment, Trouble> {
    let (public, ports) = (free_port()?, [free_port()?, free_port()?, free_port()?]);
    let base = format!("http://127.0.0.1:{public}");
    let hash = password_hash()?;
    let mut nodes = Vec::new();
    for (name, port) in FLEET.into_iter().zip(ports) {
        let copy = folder.join(format!("{name}-keyring.json"));
        fs::copy(folder.join("keyring.json"), copy).map_err(|error| error.to_string())?;
        let template = include_str!("rotation.toml").replace("{node}", name);
        let settings = fill(&template, &base, port, &hash);
        let settings = settings + &Ledger::Valkey(store).settings("fleet", name);
        nodes.push(configured_node(folder, name, port, &settings)?);
    }
    let proxy = Proxy::start(&tools.nginx, folder, public, &ports, None)?;
    Ok(Deployment { base, nodes, ports: ports.to_vec(), proxy: Some(proxy) })
}

/// One node with clients, scopes, a person and two static tokens from its configuration file, and those tokens: one that
/// speaks for nobody and has a scope that opens `/mcp`, one that speaks for the person and has not.
pub(crate) fn configured(
    folder: &Path,
    ledger: Ledger,
) -> Result<(Deployment, [String; 2]), Trouble> {
    let settings = include_str!("rows.toml").to_owned();
    let (lines, scripts) = static_token(&["--scope", "mcp:tools"])?;
    let (more, persons) = static_token(&["--scope", "system:read", "--subject", USERNAME])?;
    let settings = format!("{settings}\n{lines}\n{more}");
    let settings = settings + &ledger.settings("configured", "configured");
    Ok((single(folder, "configured", &settings)?, [scripts, persons]))
}

/// What `sealbearer token create` makes: lines for the file, and the token.
fn static_token(arguments: &[&str]) -> Result<(String, String), Trouble> {
    let mut command = Command::new(binary());
    command.args(["token", "create", "--name", "row T7", "--days", "1"]).args(arguments);
    let output = command.output().map_err(|error| error.to_string())?;
    let told = String::from_utf8_lossy(&output.stderr);
    let token = told.split_whitespace().find(|word| word.starts_with("sealbearer_"));
    let token = token.ok_or_else(|| format!("`token create` said {told:?}"))?.to_owned();
    Ok((String::from_utf8_lossy(&output.stdout).into_owned(), token))
}

/// One node with two resources.
pub(crate) fn two_resources(folder: &Path, ledger: Ledger) -> Result<Deployment, Trouble> {
    let second =
        "[[resources]]\npath = \"/notes\"\nupstream = \"builtin\"\nscopes = [\"mcp:tools\"]\n";
    let settings = format!("{}\n{second}", include_str!("pair.toml"));
    single(folder, "two-resources", &(settings + &ledger.settings("two", "two-resources")))
}

/// One node with a key ring in `folder`, and resources of other servers.
pub(crate) fn signed(folder: &Path) -> Result<Deployment, Trouble> {
    single(folder, "signed", include_str!("signed.toml"))
}

/// One node with the resources of `template`, and a static token that speaks for the person there.
pub(crate) fn in_front_of(folder: &Path, template: &str) -> Result<(Deployment, String), Trouble> {
    let (lines, token) = static_token(&["--scope", "mcp:tools", "--subject", USERNAME])?;
    Ok((single(folder, "gateway", &format!("{template}\n{lines}"))?, token))
}

/// One node with the configuration `template`.
pub(crate) fn single(folder: &Path, name: &str, template: &str) -> Result<Deployment, Trouble> {
    let port = free_port()?;
    let base = format!("http://127.0.0.1:{port}");
    let settings = fill(template, &base, port, &password_hash()?);
    let node = configured_node(folder, name, port, &settings)?;
    Ok(Deployment { base, nodes: vec![node], ports: vec![port], proxy: None })
}

fn fill(template: &str, base: &str, port: u16, password_hash: &str) -> String {
    template
        .replace("{public_url}", base)
        .replace("{port}", &port.to_string())
        .replace("{username}", USERNAME)
        .replace("{password_hash}", password_hash)
}

fn configured_node(folder: &Path, name: &str, port: u16, settings: &str) -> Result<Node, Trouble> {
    let file = folder.join(format!("{name}.toml"));
    fs::write(&file, settings).map_err(|error| error.to_string())?;
    let path = file.display().to_string();
    let node = Node::new(name, port, folder, &["serve", "--config", &path]);
    if settings.contains("\nkeyring_file") {
        return Ok(node);
    }
    Ok(node.with_environment("SEALBEARER_SECRET", SHARED_SECRET))
}

/// What `sealbearer user hash` makes of the password.
fn password_hash() -> Result<String, Trouble> {
    let mut command = Command::new(binary());
    command.args(["user", "hash"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let mut input = child.stdin.take().expect("it was asked for two lines above");
    writeln!(input, "{PASSWORD}").map_err(|error| error.to_string())?;
    drop(input);
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let hash =
        text.split_whitespace().find(|word| word.trim_matches('"').starts_with("$argon2id$"));
    hash.map(|word| word.trim_matches('"').to_owned())
        .ok_or_else(|| format!("`user hash` printed {text:?}"))
}
