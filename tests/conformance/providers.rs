//! People who log in somewhere else: an OpenID provider that this project did not write, with pages of its own.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments::{self, Deployment};
use crate::journeys::{both_kinds, nothing_secret_in, with_person};
use crate::process::{Group, Trouble, free_port, run};
use crate::tools::Tools;

const DEADLINE: Duration = Duration::from_mins(5);
const READY_DEADLINE: Duration = Duration::from_secs(30);
const SECRET: &str = "a secret that two processes of one run share";
/// What a person sees: first what the client may, then who they are, there.
const PAGES: &str = "consent,provider,provider-consent";
/// Later on they are known there; a refresh token of the provider for this client needs their word once more.
const PAGES_AGAIN: &str = "consent,provider-consent";

/// The journeys of real clients through two nodes, one of them killed between every two steps, with a login at a provider.
pub(crate) fn pair_killing(tools: &Tools) -> Outcome {
    let mut told = String::new();
    for (kind, journey) in both_kinds() {
        let folder = tools.folder(&format!("provider-{kind}"))?;
        let port = free_port()?;
        let issuer = format!("http://127.0.0.1:{port}");
        let deployment = deployments::pair_at_provider(tools, &folder, &issuer)?;
        let Deployment { base, nodes, .. } = deployment;
        let _provider = provider(tools, &folder, port, &format!("{base}/oauth/callback/corp"))?;
        let control = Control::start(nodes, Between::KillOne)?;
        let mut command = journey(tools, kind, &format!("{base}/mcp"));
        command.env("CONFORMANCE_PAGES", PAGES).env("CONFORMANCE_PAGES_AGAIN", PAGES_AGAIN);
        let output = run(with_person(&mut command, &control), DEADLINE)?;
        nothing_secret_in(&folder)?;
        no_secret_of_ours_in(&folder)?;
        writeln!(told, "{} with a login elsewhere, {} kills", output.trim(), control.kills())
            .map_err(|error| error.to_string())?;
        drop(deployment.proxy);
    }
    Ok(told)
}

/// Starts the provider and waits until it listens.
fn provider(tools: &Tools, folder: &Path, port: u16, redirect_uri: &str) -> Result<Group, Trouble> {
    let log = folder.join("provider.log");
    let mut command = tools.script("provider.mjs");
    command.args([&port.to_string(), "sealbearer", SECRET, redirect_uri]);
    Group::listening(&mut command, port, &log, READY_DEADLINE)
}

/// What the provider would take for us is in no log of ours.
fn no_secret_of_ours_in(folder: &Path) -> Result<(), Trouble> {
    for node in ["a.log", "b.log"] {
        let text = fs::read_to_string(folder.join(node)).map_err(|error| error.to_string())?;
        if text.contains(SECRET) {
            return Err(format!("{node} has the secret that we share with the provider"));
        }
    }
    Ok(())
}
