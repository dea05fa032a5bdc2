//! The terminal: the only place that writes to standard output and standard error.

use std::{
    io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _},
    process::{Command, Stdio},
};

use protocol::oauth::time::UnixTime;

use super::Failure;

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

/// An instant as people write it, in UTC: `2026-11-21 07:04:05 UTC`.
pub(super) fn instant(at: UnixTime) -> String {
    let (days, seconds) = (at.0 / 86_400, at.0 % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

/// Year, month and day of a day counted from 1970-01-01, by eras of 400 years that begin in March.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_the_calendar_has_them() {
        let rows = [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_399, "2000-02-28 23:59:59 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (1_767_225_599, "2025-12-31 23:59:59 UTC"),
            (4_107_542_400, "2100-03-01 00:00:00 UTC"),
        ];
        for (seconds, text) in rows {
            assert_eq!(instant(UnixTime(seconds)), text);
        }
    }
}
