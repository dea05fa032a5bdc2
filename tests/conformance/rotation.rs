//! Keys are replaced under a fleet that is at work: no valid request fails. Source: security.md §5.2 R3.

use std::process::Command;
use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments::{self, FLEET};
use crate::fleet::binary;
use crate::journeys::with_person;
use crate::process::run;
use crate::store::Store;
use crate::tools::Tools;

const DEADLINE: Duration = Duration::from_mins(4);

/// Three nodes behind a proxy; each gets the changed key ring at another time.
pub(crate) fn at_work(tools: &Tools) -> Outcome {
    let folder = tools.folder("rotation")?;
    let mut generate = Command::new(binary());
    generate.args(["keys", "generate", "--keyring", "keyring.json"]).current_dir(&folder);
    run(&mut generate, DEADLINE)?;
    let store = Store::start(&tools.store, &folder)?;
    let deployment = deployments::fleet(tools, &folder, &store)?;
    let control = Control::start_with(deployment.nodes, Between::Nothing, Some(store))?;
    let mut script = tools.script("rotation.mjs");
    script.arg(&deployment.base).arg(binary()).args(FLEET).current_dir(&folder);
    run(with_person(&mut script, &control), DEADLINE)
}
