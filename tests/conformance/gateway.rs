//! MCP servers that others made, behind the gateway, driven by clients that others made.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments;
use crate::fleet::Proxy;
use crate::journeys::with_person;
use crate::process::{Group, Trouble, free_port, run, run_any};
use crate::runner::RUNNER;
use crate::tools::Tools;

const DEADLINE: Duration = Duration::from_mins(4);
const READY_DEADLINE: Duration = Duration::from_mins(1);
const EVERYTHING: &str = "node_modules/@modelcontextprotocol/server-everything/dist/index.js";

const INSPECTOR: &str = "node_modules/.bin/mcp-inspector";

/// A server that runs, and the URL of its MCP endpoint.
pub(crate) struct Upstream {
    pub(crate) url: String,
    _process: Group,
}

impl Upstream {
    /// The server with which the MCP project shows everything, over streamable HTTP.
    pub(crate) fn everything(tools: &Tools, folder: &Path) -> Result<Self, Trouble> {
        let port = free_port()?;
        let mut command = tools.script(EVERYTHING);
        command.arg("streamableHttp").env("PORT", port.to_string());
        Self::start(command, folder, "everything", port, "/mcp")
    }

    /// Thirty tools over streamable HTTP (`http`) or HTTP+SSE of 2024-11-05 (`sse`).
    fn thirty(tools: &Tools, folder: &Path, transport: &str) -> Result<Self, Trouble> {
        let port = free_port()?;
        let mut command = tools.python_script("thirty.py");
        command.args([transport, &port.to_string()]);
        let path = if transport == "sse" { "/sse" } else { "/mcp" };
        Self::start(command, folder, transport, port, path)
    }

    /// Who is calling, by tokens of `issuer`.
    pub(crate) fn whoami(tools: &Tools, folder: &Path, issuer: &str) -> Result<Self, Trouble> {
        let port = free_port()?;
        let mut command = tools.python_script("whoami.py");
        command.args([&port.to_string(), issuer]);
        Self::start(command, folder, "whoami", port, "/mcp")
    }

    fn start(
        mut command: Command,
        folder: &Path,
        name: &str,
        port: u16,
        path: &str,
    ) -> Result<Self, Trouble> {
        let log = folder.join(format!("upstream-{name}.log"));
        let process = Group::listening(&mut command, port, &log, READY_DEADLINE)?;
        Ok(Self { url: format!("http://127.0.0.1:{port}{path}"), _process: process })
    }
}

/// Rows T8 and R6: thirty tools with a token of every kind, over both transports; progress as it is made.
pub(crate) fn all(tools: &Tools) -> Outcome {
    let folder = tools.folder("gateway")?;
    let thirty = Upstream::thirty(tools, &folder, "http")?;
    let events = Upstream::thirty(tools, &folder, "sse")?;
    let everything = Upstream::everything(tools, &folder)?;
    let upstreams = [("{thirty}", &thirty), ("{events}", &events), ("{everything}", &everything)];
    let template = upstreams
        .into_iter()
        .fold(include_str!("gateway.toml").to_owned(), |text, (name, upstream)| {
            text.replace(name, &upstream.url)
        });
    let (deployment, token) = deployments::in_front_of(&folder, &template)?;
    let base = deployment.base.clone();
    let control = Control::start(deployment.nodes, Between::Nothing)?;
    let mut told = String::new();
    let mut python = tools.python_script("gateway.py");
    python.args([&base, &token]);
    told.push_str(&run(with_person(&mut python, &control), DEADLINE)?);
    let mut node = tools.script("gateway.mjs");
    node.arg(&base);
    told.push_str(&run(with_person(&mut node, &control), DEADLINE)?);
    let mut remote = tools.script("remote.mjs");
    remote.arg(format!("{base}/thirty")).arg(&folder);
    told.push_str(&run(with_person(&mut remote, &control), DEADLINE)?);
    for (path, transport) in [("/thirty", "http"), ("/events", "sse")] {
        let call = ["tool_30", "text=hello", "tool 30 says hello"];
        let output = inspected(tools, &format!("{base}{path}"), transport, &token, call)?;
        writeln!(told, "inspector over {transport}: {output}")
            .map_err(|error| error.to_string())?;
    }
    writeln!(told, "one command: {}", in_one_command(tools, &folder, &everything)?.trim())
        .map_err(|error| error.to_string())?;
    Ok(told)
}

/// The command line of MCP Inspector calls a tool: its name, an argument, and what it has to say.
pub(crate) fn inspected(
    tools: &Tools,
    url: &str,
    transport: &str,
    token: &str,
    [tool, argument, said]: [&str; 3],
) -> Outcome {
    let mut command = tools.script(INSPECTOR);
    command.args(["--cli", url, "--transport", transport, "--method", "tools/call"]);
    command.args(["--tool-name", tool, "--tool-arg", argument]);
    command.args(["--header", &format!("Authorization: Bearer {token}")]);
    let output = run(&mut command, DEADLINE)?;
    if output.contains(said) { Ok(said.to_owned()) } else { Err(output) }
}

/// The official runner's server scenarios: whatever passes at a server passes at the gateway in front of it.
pub(crate) fn runner(tools: &Tools) -> Outcome {
    let folder = tools.folder("gateway-runner")?;
    let upstream = Upstream::everything(tools, &folder)?;
    let public = free_port()?;
    let mut deployment = deployments::demo_behind(&folder, public)?;
    for node in &mut deployment.nodes {
        node.also(&["--protect", &upstream.url]);
    }
    let (base, mcp) = (deployment.base.clone(), deployment.mcp());
    let _control = Control::start(deployment.nodes, Between::Nothing)?;
    let anonymous = Proxy::start(&tools.nginx, &folder, public, &deployment.ports, None)?;
    let token = run(tools.python_script("machine_token.py").arg(&base), DEADLINE)?;
    drop(anonymous);
    let bearer = Some(token.trim());
    let _proxy = Proxy::start(&tools.nginx, &folder, public, &deployment.ports, bearer)?;
    let mut told = String::new();
    for revision in ["2025-11-25", "2026-07-28"] {
        let direct = scenarios(tools, &upstream.url, revision)?;
        let through = scenarios(tools, &mcp, revision)?;
        let worse: Vec<_> = direct
            .iter()
            .filter(|(name, before)| {
                through.get(*name).is_none_or(|after| after.0 < before.0 || after.1 > before.1)
            })
            .map(|(name, before)| format!("{name}: {before:?}, then {:?}", through.get(name)))
            .collect();
        if !worse.is_empty() || direct.is_empty() {
            return Err(format!("{revision}: worse through the gateway: {worse:?}"));
        }
        let passed: usize = direct.values().map(|(passed, _)| passed).sum();
        writeln!(told, "{revision}: {} scenarios, {passed} checks, none worse", direct.len())
            .map_err(|error| error.to_string())?;
    }
    Ok(told)
}

/// How many checks of each scenario passed and failed at `url`.
fn scenarios(
    tools: &Tools,
    url: &str,
    revision: &str,
) -> Result<BTreeMap<String, (usize, usize)>, Trouble> {
    let mut command = tools.script(RUNNER);
    command.args(["server", "--url", url, "--suite", "all", "--spec-version", revision]);
    let (_status, output) = run_any(&mut command, DEADLINE, |_line| {})?;
    let (_, summary) =
        output.split_once("=== SUMMARY ===").ok_or("the runner ends with a summary")?;
    let line = |line: &str| {
        let (name, counts) = line.split_once(": ")?;
        let name = name.strip_prefix(['\u{2713}', '\u{2717}'])?.trim().to_owned();
        let (passed, failed) = counts.strip_suffix(" failed")?.split_once(" passed, ")?;
        Some((name, (passed.parse().ok()?, failed.parse().ok()?)))
    };
    Ok(summary.lines().filter_map(line).collect())
}

/// `serve --demo --protect URL`, and a client that lists the tools.
fn in_one_command(tools: &Tools, folder: &Path, upstream: &Upstream) -> Outcome {
    let mut deployment = deployments::demo(folder)?;
    for node in &mut deployment.nodes {
        node.also(&["--protect", &upstream.url]);
    }
    let (base, mcp) = (deployment.base.clone(), deployment.mcp());
    let _control = Control::start(deployment.nodes, Between::Nothing)?;
    let token = run(tools.python_script("machine_token.py").arg(&base), DEADLINE)?;
    let mut listing = tools.script("list.mjs");
    run(listing.args([&mcp, token.trim()]), DEADLINE)
}
