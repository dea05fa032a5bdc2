//! The command line's door to the process: arguments, environment and exit code; everything else is in `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    sealbearer::cli::run(std::env::args_os(), std::env::vars_os())
}
