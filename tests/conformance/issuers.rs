//! Resources of ours for the tokens of an issuer that this project did not write: row M4.

use std::fmt::Write as _;
use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments;
use crate::gateway::inspected;
use crate::journeys::with_person;
use crate::process::{Group, free_port, run};
use crate::tools::Tools;

const DEADLINE: Duration = Duration::from_mins(2);
const READY_DEADLINE: Duration = Duration::from_mins(1);

/// Signed tokens and such that are asked about, bearer tokens and such that are bound to a key; by a library, and by MCP
/// Inspector.
pub(crate) fn all(tools: &Tools) -> Outcome {
    let folder = tools.folder("issuers")?;
    let port = free_port()?;
    let issuer = format!("http://127.0.0.1:{port}");
    let template = include_str!("issuers.toml").replace("{issuer}", &issuer);
    let deployment = deployments::single(&folder, "issuers", &template)?;
    let mut command = tools.script("issuer.mjs");
    command.arg(port.to_string());
    let _issuer = Group::listening(&mut command, port, &folder.join("issuer.log"), READY_DEADLINE)?;
    let control = Control::start(deployment.nodes, Between::Nothing)?;
    let mut script = tools.script("issuers.mjs");
    let mut told = run(with_person(script.arg(&deployment.base), &control), DEADLINE)?;
    for path in ["signed", "opaque"] {
        let url = format!("{}/{path}", deployment.base);
        let mut script = tools.script("issued.mjs");
        let token = run(script.arg(&url), DEADLINE)?;
        let call = ["echo", "message=hello there", "hello there"];
        inspected(tools, &url, "http", token.trim(), call)?;
        writeln!(told, "MCP Inspector at /{path}: a tool called with a token of that issuer")
            .map_err(|error| error.to_string())?;
    }
    Ok(told)
}
