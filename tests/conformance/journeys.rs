//! Whole journeys of real clients: discovery, registration, login, consent, tokens, tools, refresh, restart.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments::{self, Deployment, Ledger, PASSWORD, USERNAME};
use crate::process::{Trouble, run};
use crate::tools::Tools;

const DEADLINE: Duration = Duration::from_mins(3);
/// Python SDK: the handshake of revisions up to 2025-11-25, and discovery of 2026-07-28.
const PYTHON: &[&str] = &["legacy", "auto"];
/// TypeScript SDK: the package `sdk`, and its successor `client` in both eras.
const TYPESCRIPT: &[&str] = &["v1", "v2-legacy", "v2-modern"];

/// One node, killed and started anew between visits.
pub(crate) fn python(tools: &Tools) -> Outcome {
    alone(tools, "python", PYTHON, python_journey)
}

/// The same for the TypeScript SDKs.
pub(crate) fn typescript(tools: &Tools) -> Outcome {
    alone(tools, "typescript", TYPESCRIPT, typescript_journey)
}

/// A client that needs more than it was granted, and asks for it.
pub(crate) fn step_up(tools: &Tools) -> Outcome {
    let mut told = String::new();
    for kind in TYPESCRIPT {
        let folder = tools.folder(&format!("step-up-{kind}"))?;
        let mut deployment = deployments::demo(&folder)?;
        deployments::configure(&mut deployment, &folder, STEP_UP)?;
        let mcp = deployment.mcp();
        let control = Control::start(deployment.nodes, Between::Nothing)?;
        let mut command = tools.script("step-up.mjs");
        let output = run(with_person(command.args([*kind, &mcp]), &control), DEADLINE)?;
        told.push_str(&output);
    }
    Ok(told)
}

/// Two nodes, each request to the next of them.
pub(crate) fn pair_in_turn(tools: &Tools) -> Outcome {
    both(tools, "pair-in-turn", Between::Nothing)
}

/// Two nodes, one of them killed between every two steps: the next step finds the other one only.
pub(crate) fn pair_killing(tools: &Tools) -> Outcome {
    both(tools, "pair-killing", Between::KillOne)
}

/// A tool that needs a scope which nobody is granted by default.
const STEP_UP: &str = r#"
[[resources]]
path = "/mcp"
upstream = "builtin"
scopes = ["mcp:tools"]
tools = { "calc*" = ["mcp:admin"] }
"#;

pub(crate) type Journey = fn(&Tools, &str, &str) -> Command;

/// The Python SDK: `legacy` or `auto`.
pub(crate) fn python_journey(tools: &Tools, kind: &str, mcp: &str) -> Command {
    let mut command = tools.python_script("journey.py");
    command.args([kind, mcp]);
    command
}

/// The TypeScript SDKs: `v1`, `v2-legacy` or `v2-modern`.
pub(crate) fn typescript_journey(tools: &Tools, kind: &str, mcp: &str) -> Command {
    let mut command = tools.script("journey.mjs");
    command.args([kind, mcp]);
    command
}

/// What every client program needs to know.
pub(crate) fn with_person<'command>(
    command: &'command mut Command,
    control: &Control,
) -> &'command mut Command {
    command
        .env("CONFORMANCE_CONTROL", control.url())
        .env("CONFORMANCE_USERNAME", USERNAME)
        .env("CONFORMANCE_PASSWORD", PASSWORD)
}

fn alone(tools: &Tools, stage: &str, kinds: &[&str], journey: Journey) -> Outcome {
    let mut told = String::new();
    for kind in kinds {
        let folder = tools.folder(&format!("{stage}-{kind}"))?;
        let Deployment { base, nodes, .. } = deployments::demo(&folder)?;
        let control = Control::start(nodes, Between::Nothing)?;
        let mut command = journey(tools, kind, &format!("{base}/mcp"));
        let output = run(with_person(&mut command, &control), DEADLINE)?;
        told.push_str(&output);
    }
    Ok(told)
}

/// Every client of ours, with the program that is it.
pub(crate) fn both_kinds() -> impl Iterator<Item = (&'static str, Journey)> {
    let python = PYTHON.iter().map(|kind| (*kind, python_journey as Journey));
    let typescript = TYPESCRIPT.iter().map(|kind| (*kind, typescript_journey as Journey));
    python.chain(typescript)
}

fn both(tools: &Tools, stage: &str, between: Between) -> Outcome {
    let mut told = String::new();
    for (kind, journey) in both_kinds() {
        let folder = tools.folder(&format!("{stage}-{kind}"))?;
        let deployment = deployments::pair(tools, &folder, Ledger::Memory)?;
        let mcp = deployment.mcp();
        let control = Control::start(deployment.nodes, between)?;
        let output = run(with_person(&mut journey(tools, kind, &mcp), &control), DEADLINE)?;
        let proxy = deployment.proxy.as_ref().expect("a pair stands behind a proxy");
        let answered = deployment.ports.iter().map(|&port| proxy.answered_by(port));
        let answered = answered.collect::<Result<Vec<usize>, Trouble>>()?;
        if answered.contains(&0) {
            return Err(format!("{kind}: one node did all the work: {answered:?}"));
        }
        nothing_secret_in(&folder)?;
        let kills = control.kills();
        writeln!(told, "{} through two nodes: {answered:?}, {kills} kills", output.trim())
            .map_err(|error| error.to_string())?;
    }
    Ok(told)
}

/// What the nodes wrote: no password, and nothing sealed (all of it begins as a JSON object in base64url does).
pub(crate) fn nothing_secret_in(folder: &Path) -> Result<(), Trouble> {
    for node in ["a.log", "b.log"] {
        let path = folder.join(node);
        let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
        if let Some(line) =
            text.lines().find(|line| line.contains(PASSWORD) || line.contains("eyJ"))
        {
            return Err(format!("{}: something secret is logged: {line}", path.display()));
        }
    }
    Ok(())
}
