//! What client libraries for OAuth and OpenID Connect make of the server; a person fills in its forms.

use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments;
use crate::journeys::with_person;
use crate::process::run;
use crate::tools::Tools;

const DEADLINE: Duration = Duration::from_mins(2);

/// `oauth4webapi`: each message by itself, each answer judged.
pub(crate) fn oauth4webapi(tools: &Tools) -> Outcome {
    against_demo(tools, "oauth4webapi")
}

/// `openid-client`: what applications for Node use.
pub(crate) fn openid_client(tools: &Tools) -> Outcome {
    against_demo(tools, "openid-client")
}

fn against_demo(tools: &Tools, name: &str) -> Outcome {
    let deployment = deployments::demo(&tools.folder(name)?)?;
    let control = Control::start(deployment.nodes, Between::Nothing)?;
    let mut command = tools.script(&format!("{name}.mjs"));
    run(with_person(command.arg(&deployment.base), &control), DEADLINE)
}
