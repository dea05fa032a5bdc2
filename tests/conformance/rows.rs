//! What the users of earlier systems rely on, one row each.

use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments;
use crate::fleet::binary;
use crate::journeys::with_person;
use crate::process::run;
use crate::tools::Tools;

/// More than the lifetime of a code, since one row waits for its end.
const DEADLINE: Duration = Duration::from_mins(4);

/// The table is in `rows.py`.
pub(crate) fn all(tools: &Tools) -> Outcome {
    let folder = tools.folder("rows")?;
    let deployments = [
        deployments::demo(&folder)?,
        deployments::configured(&folder)?,
        deployments::two_resources(&folder)?,
    ];
    let bases: Vec<String> = deployments.iter().map(|deployment| deployment.base.clone()).collect();
    let nodes = deployments.into_iter().flat_map(|deployment| deployment.nodes).collect();
    let control = Control::start(nodes, Between::Nothing)?;
    let mut command = tools.python_script("rows.py");
    command.args(bases).arg(binary());
    run(with_person(&mut command, &control), DEADLINE)
}
