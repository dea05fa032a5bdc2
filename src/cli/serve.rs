//! `serve`: configuration, logging, and then the server.

use std::{collections::BTreeMap, io::IsTerminal as _, path::PathBuf};

use tracing_subscriber::{
    EnvFilter, Layer as _, filter::LevelFilter, layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use super::{Failure, arguments::ServeArguments};
use crate::{
    config::{self, Config, Overrides, Sources},
    mcp::management::refusals::Refusals,
    server,
};

/// Starts the server and returns when it has stopped.
pub(super) fn serve(
    arguments: ServeArguments,
    environment: BTreeMap<String, String>,
) -> Result<(), Failure> {
    start_logging(environment.get("SEALBEARER_LOG").map_or("info", String::as_str))?;
    let config = load(arguments, environment)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime
        .map_err(|reason| Failure::Failed(format!("no threads can be started: {reason}")))?;
    runtime.block_on(server::run(config)).map_err(|reason| Failure::Failed(reason.to_string()))
}

/// The configuration that these arguments and this environment make.
pub(super) fn load(
    arguments: ServeArguments,
    environment: BTreeMap<String, String>,
) -> Result<Config, Failure> {
    let named =
        environment.get("SEALBEARER_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from);
    let file = arguments.config.or(named).map(config::read_file).transpose()?;
    let overrides = Overrides {
        host: arguments.host,
        port: arguments.port,
        public_url: arguments.public_url,
        demo: arguments.demo,
        protect: arguments.protect,
        user: arguments.user,
        data_dir: arguments.data_dir,
    };
    Ok(Config::load(&Sources { file, environment, overrides })?)
}

/// Logs to standard error: text for a person, one JSON object per line for a machine.
pub(super) fn start_logging(directives: &str) -> Result<(), Failure> {
    let filter = EnvFilter::builder().parse(directives).map_err(|reason| {
        Failure::Usage(format!(
            "environment variable SEALBEARER_LOG: {reason}. Write \"info\" or \"sealbearer=debug\"."
        ))
    })?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = if std::io::stderr().is_terminal() { lines.boxed() } else { lines.json().boxed() };
    // What was refused is remembered whatever the log shows.
    let refusals = Refusals::of_process().with_filter(LevelFilter::INFO);
    tracing_subscriber::registry().with(lines.with_filter(filter)).with(refusals).init();
    Ok(())
}
