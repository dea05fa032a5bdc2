//! The session that the README shows, typed as it stands there.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments;
use crate::process::run;
use crate::tools::Tools;

/// Where the README's server is; here it is elsewhere.
const WRITTEN: &str = "127.0.0.1:9000";
/// Stands on the line before a block that belongs to the session.
const MARK: &str = "<!-- session -->";

/// Runs the blocks as one script, against a server that was just started as the README says.
pub(crate) fn session(tools: &Tools) -> Outcome {
    let folder = tools.folder("readme")?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let script = marked_blocks(&text);
    if script.is_empty() {
        return Err(format!("{} has no block below a line {MARK}", path.display()));
    }
    let account = text.split("--user ").nth(1).and_then(|rest| rest.split(['`', ' ', '\n']).next());
    let account =
        account.ok_or("the README does not say which `--user` to start the server with")?;
    let deployment = deployments::demo_for(&folder, account)?;
    let _control = Control::start(deployment.nodes, Between::Nothing)?;
    let host = deployment.base.trim_start_matches("http://");
    let file = folder.join("session.sh");
    fs::write(&file, script.replace(WRITTEN, host)).map_err(|error| error.to_string())?;
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail"]).arg(&file).current_dir(&folder);
    let output = run(&mut command, Duration::from_mins(1))?;
    if output.contains("42") {
        Ok(output)
    } else {
        Err(format!("the session ends without six times seven:\n{output}"))
    }
}

/// The shell that stands below the marks.
fn marked_blocks(text: &str) -> String {
    let mut script = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == MARK && lines.next() == Some("```sh") {
            for command in lines.by_ref().take_while(|line| *line != "```") {
                script.extend([command, "\n"]);
            }
        }
    }
    script
}
