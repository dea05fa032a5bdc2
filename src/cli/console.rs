//! The terminal: the only place that writes to standard output and standard error.

use std::{
    io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _},
    process::{Command, Stdio},
};

use protocol::oauth::time::UnixTime;

use super::Failure;
use crate::config::spell_instant;

/// Longer lines are neither a password nor a sealed value.
const LINE_BYTES_MAX: u64 = 16_384;

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
    let is_terminal = io::stdin().is_terminal();
    if is_terminal {
        show_typing(false);
    }
    let line = read_line(prompt);
    if is_terminal {
        show_typing(true);
    }
    line
}

/// Reads one line from standard input; on a terminal with a prompt.
pub(super) fn read_line(prompt: &str) -> Result<String, Failure> {
    let input = io::stdin();
    if input.is_terminal() {
        complain(prompt);
    }
    let mut line = String::new();
    let outcome = input.lock().take(LINE_BYTES_MAX).read_line(&mut line);
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

/// An instant as people read it, in UTC: `2026-11-21 07:04:05 UTC`.
pub(super) fn instant(at: UnixTime) -> String {
    spell_instant(at).replace('T', " ").replace('Z', " UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_for_people() {
        assert_eq!(instant(UnixTime(951_782_399)), "2000-02-28 23:59:59 UTC");
    }
}
