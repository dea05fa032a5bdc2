//! The terminal: the only place that writes to standard output and standard error.

use std::{
    io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _},
    process::{Command, Stdio},
};

use super::Failure;

/// Longer input is not a password.
const PASSWORD_INPUT_BYTES_MAX: u64 = 4_096;

/// Prints what the command was asked for.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    let written = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    written
        .map_err(|reason| Failure::Failed(format!("standard output cannot be written: {reason}")))
}

/// Tells the person something that is not the result.
pub(super) fn complain(text: &str) {
    // Nothing is left to be told when the terminal is gone.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Reads a password from standard input; on a terminal with a prompt and without showing it.
pub(super) fn read_password(prompt: &str) -> Result<String, Failure> {
    let input = io::stdin();
    let is_terminal = input.is_terminal();
    if is_terminal {
        complain(prompt);
        show_typing(false);
    }
    let mut line = String::new();
    let outcome = input.lock().take(PASSWORD_INPUT_BYTES_MAX).read_line(&mut line);
    if is_terminal {
        show_typing(true);
    }
    outcome
        .map_err(|reason| Failure::Failed(format!("standard input cannot be read: {reason}")))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Without `stty` the typing stays visible, which the person sees.
fn show_typing(visible: bool) {
    let mode = if visible { "echo" } else { "-echo" };
    let _ = Command::new("stty").arg(mode).stdin(Stdio::inherit()).status();
}

/// Text as a TOML string.
pub(super) fn toml_text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Texts as a TOML array.
pub(super) fn toml_list(texts: &[String]) -> String {
    let texts: Vec<_> = texts.iter().map(|text| toml_text(text)).collect();
    format!("[{}]", texts.join(", "))
}
