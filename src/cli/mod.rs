//! The command line: what can be typed, and what each word does. Exit codes: 0 done, 1 it failed, 2 it was asked wrongly
//! (usage or configuration).

mod arguments;
mod client;
mod console;
mod doctor;
mod keys;
mod mcp;
mod post;
mod revoke;
mod serve;
mod static_token;
mod token;
mod user;

use std::{collections::BTreeMap, ffi::OsString, process::ExitCode};

use clap::Parser as _;

use crate::config::Mistakes;
use arguments::{Arguments, ClientCommand, Command, TokenCommand, UserCommand};

pub(crate) use keys::explain as explain_rotation;
pub(crate) use token::explain_value;

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// The configuration is wrong.
    #[error("{0}")]
    Configuration(#[from] Mistakes),
    /// The arguments do not fit together.
    #[error("{0}")]
    Usage(String),
    /// It was tried and did not work.
    #[error("{0}")]
    Failed(String),
}

impl Failure {
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Configuration(_) | Self::Usage(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::from(1),
        }
    }
}

/// Runs the command that `arguments` name. Variables that are not UTF-8 are none of ours and are left out.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(usage) => {
            // Nothing is left to be told when the terminal is gone.
            let _ = usage.print();
            return ExitCode::from(if usage.use_stderr() { 2 } else { 0 });
        }
    };
    let text = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    let environment: BTreeMap<String, String> = environment.into_iter().filter_map(text).collect();
    let outcome = match arguments.command {
        Command::Serve(arguments) => serve::serve(*arguments, environment),
        Command::Keys(command) => keys::run(&command, &environment),
        Command::Token(TokenCommand::Create(arguments)) => static_token::create(&arguments),
        Command::Token(TokenCommand::Explain(arguments)) => token::explain(*arguments, environment),
        Command::Revoke(arguments) => revoke::revoke(*arguments, environment),
        Command::Doctor(arguments) => doctor::doctor(arguments, environment),
        Command::Mcp(arguments) => mcp::mcp(&arguments, &environment),
        Command::User(UserCommand::Hash { name }) => user::hash(name.as_deref()),
        Command::Client(ClientCommand::Add(arguments)) => client::add(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            console::complain(&failure.to_string());
            failure.exit_code()
        }
    }
}
