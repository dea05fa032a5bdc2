//! The official conformance runner, at the last two revisions, with lists of what it may fail, or says nothing of, and why.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments::{self, Deployment};
use crate::fleet::Proxy;
use crate::journeys::with_person;
use crate::process::{Trouble, free_port, run, run_any, tail};
use crate::tools::Tools;

const DEADLINE: Duration = Duration::from_mins(6);
const REVISIONS: &[&str] = &["2025-11-25", "2026-07-28"];
pub(crate) const RUNNER: &str = "node_modules/@modelcontextprotocol/conformance/dist/index.js";

/// Its `authorization` command: metadata, and an authorization code grant that a person completes in Chromium.
pub(crate) fn authorization(tools: &Tools) -> Outcome {
    let folder = tools.folder("runner-authorization")?;
    let Deployment { base, nodes, .. } = deployments::demo(&folder)?;
    let control = Control::start(nodes, Between::Nothing)?;
    let mut told = format!("{} client scenarios start servers of their own\n", clients(tools)?);
    for revision in REVISIONS {
        let port = free_port()?;
        let redirect = format!("http://127.0.0.1:{port}/callback");
        let client = run(tools.python_script("register.py").args([&base, &redirect]), DEADLINE)?;
        authorized(tools, &control, &base, revision, &Visiting { port, id: client.trim() })?;
        writeln!(told, "authorization at {revision}: passed").map_err(|error| error.to_string())?;
    }
    Ok(told)
}

/// As which public client the runner visits, and where it listens. Where metadata has `none` it uses no secret even if it is given one.
pub(crate) struct Visiting<'client> {
    pub(crate) port: u16,
    pub(crate) id: &'client str,
}

/// One run of that command.
pub(crate) fn authorized(
    tools: &Tools,
    control: &Control,
    base: &str,
    revision: &str,
    client: &Visiting,
) -> Result<(), Trouble> {
    let redirect = format!("http://127.0.0.1:{}/callback", client.port);
    let mut command = tools.script(RUNNER);
    command.args(["authorization", "--url", base, "--client-id", client.id]);
    command.args(["--port", &client.port.to_string(), "--spec-version", revision]);
    command.args(["--resource", &format!("{base}/mcp")]);
    let mut browser = tools.script("visit.mjs");
    with_person(&mut browser, control).arg(&redirect);
    let (visited, visit) = mpsc::channel();
    let (status, output) = run_any(&mut command, DEADLINE, |line| {
        // The runner prints the authorization URL on a line of its own and waits for a person.
        if line.starts_with(base) && line.contains("response_type=code") {
            browser.arg(line);
            let mut browser = std::mem::replace(&mut browser, tools.script("visit.mjs"));
            let visited = visited.clone();
            thread::spawn(move || visited.send(run(&mut browser, Duration::from_mins(1))));
        }
    })?;
    drop(visited);
    let seen = visit.recv().map_err(|_| "the runner never asked for a person".to_owned()).flatten();
    match (status.success(), seen) {
        (true, Ok(_)) => Ok(()),
        (_, seen) => Err(format!(
            "authorization at {revision} as {}: {status}; the person: {seen:?}\n{}",
            client.id,
            tail(&output, 60)
        )),
    }
}

/// Its client scenarios: none can be pointed at a server, and each is listed with that reason. Answers how many there are.
fn clients(tools: &Tools) -> Result<usize, Trouble> {
    let exclusions = tools.sources.join("exclusions/client.yml");
    let count = reasons_given(&exclusions)?;
    let listed = run(tools.script(RUNNER).args(["list", "--client"]), DEADLINE)?;
    let text = fs::read_to_string(&exclusions).map_err(|error| error.to_string())?;
    let (theirs, ours) = (scenarios(&listed), scenarios(&text));
    if theirs == ours {
        return Ok(count);
    }
    let stale: Vec<_> = ours.difference(&theirs).collect();
    let missing: Vec<_> = theirs.difference(&ours).collect();
    Err(format!("{}: stale {stale:?}, missing {missing:?}", exclusions.display()))
}

/// The first words of the items of a list.
fn scenarios(text: &str) -> BTreeSet<&str> {
    let items = text.lines().filter_map(|line| line.strip_prefix("  - "));
    items.filter_map(|item| item.split_whitespace().next()).collect()
}

/// Its `server` command against `/mcp`. The runner knows no bearer tokens, so a proxy adds one.
pub(crate) fn server(tools: &Tools) -> Outcome {
    let folder = tools.folder("runner-server")?;
    let public = free_port()?;
    let deployment = deployments::demo_behind(&folder, public)?;
    let (base, mcp) = (deployment.base.clone(), deployment.mcp());
    let _control = Control::start(deployment.nodes, Between::Nothing)?;
    let anonymous = Proxy::start(&tools.nginx, &folder, public, &deployment.ports, None)?;
    let token = run(tools.python_script("machine_token.py").arg(&base), DEADLINE)?;
    drop(anonymous);
    let _proxy =
        Proxy::start(&tools.nginx, &folder, public, &deployment.ports, Some(token.trim()))?;
    let outcomes: Vec<Outcome> =
        REVISIONS.iter().map(|revision| server_at(tools, &folder, &mcp, revision)).collect();
    let failed = outcomes.iter().any(Result::is_err);
    let told: String =
        outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(|trouble| trouble)).collect();
    if failed { Err(told) } else { Ok(told) }
}

fn server_at(tools: &Tools, folder: &Path, mcp: &str, revision: &str) -> Outcome {
    let exclusions = tools.sources.join("exclusions").join(format!("{revision}.yml"));
    let count = reasons_given(&exclusions)?;
    let mut command = tools.script(RUNNER);
    command.args(["server", "--url", mcp, "--suite", "all", "--spec-version", revision]);
    command
        .arg("--expected-failures")
        .arg(&exclusions)
        .arg("--output-dir")
        .arg(folder.join(revision));
    let (status, output) = run_any(&mut command, DEADLINE, |_line| {})?;
    fs::write(folder.join(format!("{revision}.txt")), &output)
        .map_err(|error| error.to_string())?;
    let summary =
        output.split_once("=== SUMMARY ===").map_or(output.as_str(), |(_, summary)| summary);
    if status.success() {
        return Ok(format!(
            "server at {revision}: passed, {count} exclusions
"
        ));
    }
    Err(format!(
        "server at {revision}: {status}
{}
",
        tail(summary, 120)
    ))
}

/// Every exclusion says why, behind a `#`; the runner itself refuses one that is not needed.
fn reasons_given(exclusions: &Path) -> Result<usize, Trouble> {
    let text = fs::read_to_string(exclusions)
        .map_err(|error| format!("{}: {error}", exclusions.display()))?;
    let entries: Vec<&str> =
        text.lines().filter(|line| line.trim_start().starts_with("- ")).collect();
    match entries
        .iter()
        .find(|line| line.split_once(" # ").is_none_or(|(_, reason)| reason.len() < 10))
    {
        Some(line) => Err(format!("{}: no reason for `{}`", exclusions.display(), line.trim())),
        None => Ok(entries.len()),
    }
}
