//! The running binary against `openapi.yaml`: schemathesis makes requests, well-formed and not, and judges every answer.

use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments;
use crate::journeys::with_person;
use crate::process::run;
use crate::tools::Tools;

/// Which checks are off, and why, is in `schemathesis.toml`; the same requests are made in every run.
pub(crate) fn held(tools: &Tools) -> Outcome {
    let folder = tools.folder("contract")?;
    let deployment = deployments::demo(&folder)?;
    let control = Control::start(deployment.nodes, Between::Nothing)?;
    let mut command = tools.python_script("contract.py");
    command.arg(&deployment.base).arg(tools.sources.join("schemathesis.toml")).current_dir(&folder);
    run(with_person(&mut command, &control), Duration::from_mins(3))
}
