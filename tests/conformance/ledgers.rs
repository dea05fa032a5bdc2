//! Ledgers that outlive a node or are shared by several: what comes a second time is refused.

use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments::{self, Ledger};
use crate::journeys::with_person;
use crate::process::run;
use crate::store::Store;
use crate::tools::Tools;

const DEADLINE: Duration = Duration::from_mins(3);

/// Two nodes behind a proxy that share a store; in the end the store is killed.
pub(crate) fn shared(tools: &Tools) -> Outcome {
    let folder = tools.folder("fleet-shared")?;
    let store = Store::start(&tools.store, &folder)?;
    let deployment = deployments::pair(tools, &folder, Ledger::Valkey(&store))?;
    let control = Control::start_with(deployment.nodes, Between::Nothing, Some(store))?;
    let mut command = tools.script("fleet.mjs");
    run(with_person(command.args([&deployment.base, "shared"]), &control), DEADLINE)
}

/// One node with a file, killed between uses.
pub(crate) fn restarted(tools: &Tools) -> Outcome {
    let deployment = deployments::demo_on(&tools.folder("file-killed")?, Ledger::File)?;
    let control = Control::start(deployment.nodes, Between::Nothing)?;
    let mut command = tools.script("fleet.mjs");
    run(with_person(command.args([&deployment.base, "restarted"]), &control), DEADLINE)
}
