//! Black box: the real binary on loopback, driven by programs that this project did not write.
//!
//! `cargo test --test conformance` runs every stage, `cargo test --test conformance -- rows swagger` only these. One
//! exit status; a tool that cannot be had fails the run. `CONFORMANCE_BINARY` names another build of the server;
//! with `CONFORMANCE_VERBOSE` set, what client programs print is shown while they run.

mod contract;
mod control;
mod deployments;
mod documents;
mod fleet;
mod journeys;
mod ledgers;
mod libraries;
mod process;
mod readme;
mod rows;
mod runner;
mod store;
mod swagger;
mod tools;

use std::process::ExitCode;
use std::time::Instant;

use process::Trouble;
use tools::Tools;

/// What a stage has to tell when all went well.
type Outcome = Result<String, Trouble>;

/// One part of the run.
type Stage = fn(&Tools) -> Outcome;

const STAGES: &[(&str, Stage)] = &[
    ("runner-authorization", runner::authorization),
    ("runner-server", runner::server),
    ("python", journeys::python),
    ("typescript", journeys::typescript),
    ("pair-in-turn", journeys::pair_in_turn),
    ("pair-killing", journeys::pair_killing),
    ("swagger", swagger::in_the_page),
    ("contract", contract::held),
    ("oauth4webapi", libraries::oauth4webapi),
    ("openid-client", libraries::openid_client),
    ("documents", documents::all),
    ("fleet-shared", ledgers::shared),
    ("file-killed", ledgers::restarted),
    ("rows", rows::all),
    ("readme", readme::session),
];

fn main() -> ExitCode {
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    if let Some(unknown) = wanted.iter().find(|name| !STAGES.iter().any(|(stage, _)| stage == name))
    {
        eprintln!(
            "there is no stage `{unknown}`; there are {:?}",
            STAGES.iter().map(|(stage, _)| *stage).collect::<Vec<_>>()
        );
        return ExitCode::FAILURE;
    }
    let tools = match Tools::install() {
        Ok(tools) => tools,
        Err(trouble) => {
            eprintln!("the tools are not complete: {trouble}");
            return ExitCode::FAILURE;
        }
    };
    let mut failed = 0;
    let mut table = Vec::new();
    let chosen = |name: &str| wanted.is_empty() || wanted.iter().any(|one| one == name);
    for (name, stage) in STAGES.iter().filter(|(name, _)| chosen(name)) {
        println!("== {name}");
        let started = Instant::now();
        let (verdict, text) = match stage(&tools) {
            Ok(told) => ("ok", told),
            Err(trouble) => {
                failed += 1;
                ("FAILED", trouble)
            }
        };
        println!("{text}");
        table.push(format!("{name:<22} {verdict:<7} {:>4} s", started.elapsed().as_secs()));
    }
    println!("\n{}", table.join("\n"));
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
