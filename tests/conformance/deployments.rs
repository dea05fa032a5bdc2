//! How the server under test is set up: as a newcomer starts it, and as a platform team runs it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::fleet::{Node, Proxy, binary};
use crate::process::{Trouble, free_port};
use crate::tools::Tools;

/// Who logs in, everywhere.
pub(crate) const USERNAME: &str = "demo";
/// Made up for these runs; nothing that leaves the machine knows it.
pub(crate) const PASSWORD: &str = "correct horse battery staple";
/// Shared by the nodes of one deployment, and by nothing else. 32 bytes.
const SHARED_SECRET: &str = "q3mZ0S4u9Xv7cQy1nF8kLr2bTt6wHj5dPe0aGiVxYzM=";

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

/// Two nodes that share one secret and nothing else, behind a proxy that takes them in turn.
pub(crate) fn pair(tools: &Tools, folder: &Path) -> Result<Deployment, Trouble> {
    let (public, ports) = (free_port()?, [free_port()?, free_port()?]);
    let base = format!("http://127.0.0.1:{public}");
    let hash = password_hash()?;
    let nodes = ["a", "b"].iter().zip(ports).map(|(name, port)| {
        let settings = fill(include_str!("pair.toml"), &base, port, &hash);
        configured_node(folder, name, port, &settings)
    });
    let nodes = nodes.collect::<Result<Vec<Node>, Trouble>>()?;
    let proxy = Proxy::start(&tools.nginx, folder, public, &ports, None)?;
    Ok(Deployment { base, nodes, ports: ports.to_vec(), proxy: Some(proxy) })
}

/// One node with clients, scopes and a person from its configuration file.
pub(crate) fn configured(folder: &Path) -> Result<Deployment, Trouble> {
    let port = free_port()?;
    let base = format!("http://127.0.0.1:{port}");
    let settings = fill(include_str!("rows.toml"), &base, port, &password_hash()?);
    let node = configured_node(folder, "configured", port, &settings)?;
    Ok(Deployment { base, nodes: vec![node], ports: vec![port], proxy: None })
}

/// One node with two resources.
pub(crate) fn two_resources(folder: &Path) -> Result<Deployment, Trouble> {
    let port = free_port()?;
    let base = format!("http://127.0.0.1:{port}");
    let settings = fill(include_str!("pair.toml"), &base, port, &password_hash()?);
    let second =
        "[[resources]]\npath = \"/notes\"\nupstream = \"builtin\"\nscopes = [\"mcp:tools\"]\n";
    let node = configured_node(folder, "two-resources", port, &format!("{settings}\n{second}"))?;
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
