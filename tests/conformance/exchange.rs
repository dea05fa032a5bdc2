//! A server behind the gateway that takes tokens of its own authorization server only: RFC 8693, with one that others wrote.

use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments;
use crate::fleet::binary;
use crate::gateway::Upstream;
use crate::journeys::with_person;
use crate::process::{Group, free_port, run};
use crate::tools::Tools;

const DEADLINE: Duration = Duration::from_mins(2);
const READY_DEADLINE: Duration = Duration::from_mins(1);

/// A person calls five times with one exchange; a program, for whom nothing is issued, is told so.
pub(crate) fn all(tools: &Tools) -> Outcome {
    let folder = tools.folder("exchange")?;
    let mut generate = Command::new(binary());
    generate.args(["keys", "generate", "--keyring", "keyring.json", "--algorithm", "ES256"]);
    run(generate.current_dir(&folder), DEADLINE)?;
    let port = free_port()?;
    let issuer = format!("http://127.0.0.1:{port}");
    let server = Upstream::whoami(tools, &folder, &issuer)?;
    let template = include_str!("exchange.toml").replace("{issuer}", &issuer);
    let template = template.replace("{server}", &server.url);
    let deployment = deployments::single(&folder, "exchange", &template)?;
    let log = folder.join("exchanger.log");
    let mut exchanger = tools.script("exchanger.mjs");
    exchanger.args([&port.to_string(), &deployment.base]);
    let _exchanger = Group::listening(&mut exchanger, port, &log, READY_DEADLINE)?;
    let control = Control::start(deployment.nodes, Between::Nothing)?;
    let mut script = tools.python_script("exchange.py");
    script.args([&deployment.base, &server.url, &issuer]);
    let told = run(with_person(&mut script, &control), DEADLINE)?;
    let noted = fs::read_to_string(&log).map_err(|error| error.to_string())?;
    match noted.matches("exchanged for u:demo").count() {
        1 => Ok(told),
        times => Err(format!("{times} exchanges instead of one: {noted}")),
    }
}
