//! The server of notes that comes with the binary, beside the server that it asks, driven by a client that others made.

use std::process::Command;
use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments;
use crate::fleet::binary;
use crate::journeys::with_person;
use crate::process::{Group, free_port, mortal, run};
use crate::tools::Tools;

const DEADLINE: Duration = Duration::from_mins(2);
const READY_DEADLINE: Duration = Duration::from_secs(20);
/// What the configuration has the hash of.
const SECRET: &str = "guard-secret-for-this-run-only";

/// Rows C2 to C4: two people, over streamable HTTP and over standard input and output.
pub(crate) fn all(tools: &Tools) -> Outcome {
    let folder = tools.folder("notes")?;
    let port = free_port()?;
    let url = format!("http://127.0.0.1:{port}/mcp");
    let template = include_str!("notes.toml").replace("{notes}", &url);
    let deployment = deployments::single(&folder, "notes", &template)?;
    let base = deployment.base.clone();
    let control = Control::start(deployment.nodes, Between::Nothing)?;
    let served = |command: &mut Command| {
        command.args(["mcp", "--auth-server", &base, "--client-id", "notes", "--resource", &url]);
    };
    let log = folder.join("mcp.log");
    let mut server = mortal(binary());
    served(&mut server);
    server.args(["--port", &port.to_string(), "--notes", "http.redb"]).current_dir(&folder);
    server.env("MCP_CLIENT_SECRET", SECRET);
    let _server = Group::listening(&mut server, port, &log, READY_DEADLINE)?;
    let mut script = tools.python_script("notes.py");
    script.arg(&url).arg(binary());
    served(&mut script);
    script.args(["--transport", "stdio", "--notes", "stdio.redb"]).current_dir(&folder);
    run(with_person(script.env("MCP_CLIENT_SECRET", SECRET), &control), DEADLINE)
}
