//! The session that the README shows, typed as it stands there.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments::{self, PASSWORD};
use crate::process::run;
use crate::tools::Tools;

/// Where the README's server is; here it is elsewhere.
const WRITTEN: &str = "127.0.0.1:9000";
/// Marks the blocks that belong to the session, in the order in which they are typed.
const OPENING: &str = "```sh conformance";

/// Runs the blocks as one script, against a server that was just started.
pub(crate) fn session(tools: &Tools) -> Outcome {
    let folder = tools.folder("readme")?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let script = marked_blocks(&text);
    if script.is_empty() {
        return Err(format!("{} has no block that opens with {OPENING}", path.display()));
    }
    let deployment = deployments::demo(&folder)?;
    let _control = Control::start(deployment.nodes, Between::Nothing)?;
    let host = deployment.base.trim_start_matches("http://");
    let file = folder.join("session.sh");
    fs::write(&file, script.replace(WRITTEN, host)).map_err(|error| error.to_string())?;
    let mut command = Command::new("bash");
    command
        .args(["-euo", "pipefail"])
        .arg(&file)
        .current_dir(&folder)
        .env("SEALBEARER_PASSWORD", PASSWORD);
    let output = run(&mut command, Duration::from_mins(1))?;
    if output.contains("42") {
        Ok(output)
    } else {
        Err(format!("the session ends without six times seven:\n{output}"))
    }
}

fn marked_blocks(text: &str) -> String {
    let mut script = String::new();
    let mut inside = false;
    for line in text.lines() {
        match (inside, line) {
            (false, OPENING) => inside = true,
            (true, "```") => inside = false,
            (true, command) => script.extend([command, "\n"]),
            (false, _) => {}
        }
    }
    script
}
