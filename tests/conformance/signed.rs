//! Tokens that other servers read themselves: verified by libraries that are not ours, through the published keys.

use std::process::Command;
use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments;
use crate::fleet::binary;
use crate::journeys::with_person;
use crate::process::run;
use crate::tools::Tools;

const DEADLINE: Duration = Duration::from_mins(2);

/// One node with a key for every algorithm; its keys are replaced on the way.
pub(crate) fn all(tools: &Tools) -> Outcome {
    let folder = tools.folder("signed")?;
    let mut generate = Command::new(binary());
    generate.args(["keys", "generate", "--keyring", "keyring.json"]).current_dir(&folder);
    for algorithm in ["ES256", "EdDSA", "RS256"] {
        generate.args(["--algorithm", algorithm]);
    }
    run(&mut generate, DEADLINE)?;
    run(tools.python_script("reader.py").current_dir(&folder), DEADLINE)?;
    let deployment = deployments::signed(&folder)?;
    let control = Control::start(deployment.nodes, Between::Nothing)?;
    let mut script = tools.script("signed.mjs");
    script.arg(&deployment.base).arg(binary()).current_dir(&folder);
    let mut told = run(with_person(&mut script, &control), DEADLINE)?;
    let mut protect = tools.script("middleware.mjs");
    protect.arg(&deployment.base).current_dir(&folder);
    told.push_str(&run(&mut protect, DEADLINE)?);
    let mut verify = tools.python_script("signed.py");
    told.push_str(&run(verify.arg(&deployment.base).current_dir(&folder), DEADLINE)?);
    Ok(told)
}
