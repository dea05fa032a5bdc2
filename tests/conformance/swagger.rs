//! Swagger UI as a person uses it: authorize in the page, then call a protected operation in the page.

use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments;
use crate::journeys::with_person;
use crate::process::run;
use crate::tools::Tools;

/// Authorization code with PKCE, and client credentials.
pub(crate) fn in_the_page(tools: &Tools) -> Outcome {
    let deployment = deployments::demo(&tools.folder("swagger")?)?;
    let control = Control::start(deployment.nodes, Between::Nothing)?;
    let mut command = tools.script("swagger.mjs");
    run(with_person(command.arg(&deployment.base), &control), Duration::from_mins(2))
}
