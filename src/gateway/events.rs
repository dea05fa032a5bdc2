//! Event streams: where an event ends, and what its data are.
//! Source: HTML §9.2.6 (parsing an event stream).

/// Where the first event of `bytes` ends, behind its empty line; `from`: what comes before cannot begin that line.
#[must_use]
pub fn end_of_event(bytes: &[u8], from: usize) -> Option<usize> {
    let line_end = |at: usize| match bytes.get(at..)? {
        [b'\r', b'\n', ..] => Some(at + 2),
        [b'\r' | b'\n', ..] => Some(at + 1),
        _ => None,
    };
    (from..bytes.len()).find_map(|at| line_end(line_end(at)?))
}

/// The data of an event.
#[must_use]
pub fn payload(event: &str) -> String {
    let data: Vec<_> = lines(event).filter_map(payload_of).collect();
    data.join("\n")
}

/// The lines of an event that say something.
pub(super) fn lines(event: &str) -> impl Iterator<Item = &str> {
    let lines = event.trim_start_matches('\u{feff}').split(['\n', '\r']);
    lines.filter(|line| !line.is_empty())
}

/// What a line adds to the data of its event.
pub(super) fn payload_of(line: &str) -> Option<&str> {
    value_of(line, "data")
}

/// The value of a line, if it is of the field `name`.
pub(super) fn value_of<'line>(line: &'line str, name: &str) -> Option<&'line str> {
    match line.strip_prefix(name)? {
        "" => Some(""),
        rest => rest.strip_prefix(':').map(|value| value.strip_prefix(' ').unwrap_or(value)),
    }
}
