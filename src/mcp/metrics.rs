//! What this process can say of itself from `/proc`: how long it runs, what it occupies, how busy the machine is.
//! Where there is no `/proc` the numbers are absent, never guessed.

use std::time::Instant;

use rmcp::model::ProtocolVersion;
use serde_json::{Value, json};

/// Uptime, memory and load now; `started` is when this process began to serve.
pub(super) fn metrics(started: Instant) -> Value {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    json!({
        "uptime_seconds": started.elapsed().as_secs(),
        "memory_resident_bytes": resident_bytes(&status),
        "load_average": load_average(&load),
    })
}

/// What the server runs on and which revisions of MCP it speaks.
pub(super) fn platform() -> Value {
    json!({
        "name": "sealbearer",
        "version": env!("CARGO_PKG_VERSION"),
        "os": std::env::consts::OS,
        "arch": std::env::consts::ARCH,
        "revisions": ProtocolVersion::KNOWN_VERSIONS.iter().map(ProtocolVersion::as_str).collect::<Vec<_>>(),
    })
}

fn resident_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// The averages over 1, 5 and 15 minutes.
fn load_average(text: &str) -> Option<[f64; 3]> {
    let mut numbers = text.split(' ').map_while(|word| word.parse().ok());
    Some([numbers.next()?, numbers.next()?, numbers.next()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_s_spelling_is_understood() {
        assert_eq!(resident_bytes("Name:\tx\nVmRSS:\t    2048 kB\nThreads:\t1\n"), Some(2_097_152));
        assert_eq!(load_average("0.10 1.00 2.55 3/400 1234\n"), Some([0.10, 1.00, 2.55]));
    }

    #[test]
    fn what_cannot_be_read_is_absent() {
        assert_eq!(resident_bytes(""), None);
        assert_eq!(resident_bytes("VmRSS: 99999999999999999999 kB"), None);
        assert_eq!(load_average("0.10 1.00"), None);
    }
}
