//! Black box: the real binary on loopback, driven by programs that this project did not write.
//!
//! `cargo test --test conformance` runs every stage, `cargo test --test conformance -- rows swagger` only these. One
//! exit status; a tool that cannot be had fails the run. `CONFORMANCE_BINARY` names another build of the server;
//! with `CONFORMANCE_VERBOSE` set, what client programs print is shown while they run.

mod contract;
mod control;
mod deployments;
mod doctor;
mod documents;
mod exchange;
mod fleet;
mod gateway;
mod issuers;
mod journeys;
mod ledgers;
mod libraries;
mod notes;
mod process;
mod providers;
mod readme;
mod rotation;
mod rows;
mod runner;
mod signed;
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

/// What is tried one after another; the stages of one line at once, since they mostly wait.
const STAGES: &[&[(&str, Stage)]] = &[
    &[("runner-authorization", runner::authorization)],
    &[("runner-server", runner::server)],
    &[("python", journeys::python)],
    &[("typescript", journeys::typescript)],
    &[("step-up", journeys::step_up)],
    &[("pair-in-turn", journeys::pair_in_turn)],
    &[("pair-killing", journeys::pair_killing)],
    &[("provider", providers::pair_killing)],
    &[("swagger", swagger::in_the_page)],
    &[("contract", contract::held)],
    &[("oauth4webapi", libraries::oauth4webapi)],
    &[("openid-client", libraries::openid_client)],
    &[("documents", documents::all), ("fleet-shared", ledgers::shared), ("rows", rows::all)],
    &[("doctor", doctor::all)],
    &[("rotation", rotation::at_work)],
    &[("signed", signed::all), ("issuers", issuers::all)],
    &[("gateway", gateway::all), ("exchange", exchange::all)],
    &[("gateway-runner", gateway::runner)],
    &[("notes", notes::all)],
    &[("file-killed", ledgers::restarted)],
    &[("readme", readme::session)],
];

fn main() -> ExitCode {
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let names: Vec<&str> =
        STAGES.iter().flat_map(|line| line.iter().map(|(name, _)| *name)).collect();
    if let Some(unknown) = wanted.iter().find(|name| !names.contains(&name.as_str())) {
        eprintln!("there is no stage `{unknown}`; there are {names:?}");
        return ExitCode::FAILURE;
    }
    let tools = match Tools::install() {
        Ok(tools) => tools,
        Err(trouble) => {
            eprintln!("the tools are not complete: {trouble}");
            return ExitCode::FAILURE;
        }
    };
    let mut table = Vec::new();
    for line in STAGES {
        let chosen = |name: &str| wanted.is_empty() || wanted.iter().any(|one| one == name);
        let chosen = line.iter().filter(|(name, _)| chosen(name));
        table.extend(at_once(&tools, chosen.copied()));
    }
    let failed = table.iter().any(|row| row.contains("FAILED"));
    println!("\n{}", table.join("\n"));
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Runs stages at the same time and prints what each has to tell when it is done; a row of the table for each.
fn at_once(tools: &Tools, stages: impl Iterator<Item = (&'static str, Stage)>) -> Vec<String> {
    std::thread::scope(|scope| {
        let running: Vec<_> = stages
            .map(|(name, stage)| {
                scope.spawn(move || (name, Instant::now(), stage(tools), Instant::now()))
            })
            .collect();
        let ended = running.into_iter().map(|one| one.join().expect("stages do not panic"));
        let row = |(name, started, outcome, ended): (&str, Instant, Outcome, Instant)| {
            let (verdict, text) = match outcome {
                Ok(told) => ("ok", told),
                Err(trouble) => ("FAILED", trouble),
            };
            println!("== {name}\n{text}");
            format!("{name:<22} {verdict:<7} {:>4} s", (ended - started).as_secs())
        };
        ended.map(row).collect()
    })
}
