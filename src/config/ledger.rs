//! Reading `[ledger]`. The URL of a store may carry a password, so no message repeats it.

use std::{ops::RangeInclusive, path::PathBuf, time::Duration};

use super::{LedgerConfig, LedgerKind, Sources, grammar, reader::Table};
use crate::ledger::{Target, TargetRefused, ValkeySettings};

const RETRY_WINDOW: RangeInclusive<u64> = 0..=10;
const TIMEOUT: RangeInclusive<u64> = 1..=10;
/// How long an operation of a store may take unless told otherwise, in seconds: longer than a fail-over needs to be
/// noticed, shorter than clients wait.
const TIMEOUT_SECONDS: u64 = 2;
const KEY_PREFIX: &str = "sealbearer:";
const KEY_PREFIX_BYTES_MAX: usize = 64;

/// What `kind` can say.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    None,
    Memory,
    File,
    Valkey,
}

impl LedgerConfig {
    /// Reads `[ledger]`.
    pub(super) fn read(root: &Table, sources: &Sources) -> Self {
        let table = root.table("ledger");
        let words = [
            ("none", Kind::None),
            ("memory", Kind::Memory),
            ("file", Kind::File),
            ("valkey", Kind::Valkey),
        ];
        let chosen = table.choice("kind", &words).map_or(Kind::Memory, |found| found.value);
        if chosen != Kind::File {
            let problem = "belongs to the ledger \"file\"";
            table.refused("path", problem, "Remove it, or write kind = \"file\"");
        }
        if chosen != Kind::Valkey {
            for key in ["url", "key_prefix", "timeout"] {
                let problem = "belongs to the ledger \"valkey\"";
                table.refused(key, problem, "Remove it, or write kind = \"valkey\"");
            }
        }
        // After a mistake there is no start, so any kind will do.
        let kind = match chosen {
            Kind::None => LedgerKind::None,
            Kind::Memory => LedgerKind::Memory,
            Kind::File => path(&table, sources).map_or(LedgerKind::Memory, LedgerKind::File),
            Kind::Valkey => settings(&table)
                .map_or(LedgerKind::Memory, |settings| LedgerKind::Valkey(Box::new(settings))),
        };
        if chosen == Kind::Valkey {
            let problem = "bounds what this process keeps; the store has maxmemory";
            table.refused("capacity", problem, "Remove it");
        }
        let capacity = match chosen {
            Kind::Valkey => 0,
            Kind::None | Kind::Memory | Kind::File => {
                table.whole("capacity", 1_000..=10_000_000, 100_000)
            }
        };
        let window = table.seconds("retry_window", RETRY_WINDOW);
        let retry_window_seconds = window.map_or(0, |found| found.value);
        table.finish();
        Self { kind, retry_window_seconds, capacity }
    }
}

fn path(table: &Table, sources: &Sources) -> Option<PathBuf> {
    let remedy = "Write path = \"/var/lib/sealbearer/ledger.redb\"; only this node may use it";
    let found = table.required_text("path", remedy)?;
    Some(sources.path_of(&found))
}

fn settings(table: &Table) -> Option<ValkeySettings> {
    let seconds = table.seconds("timeout", TIMEOUT).map_or(TIMEOUT_SECONDS, |found| found.value);
    let key_prefix = match table.text("key_prefix") {
        Some(found) => {
            if !is_key_prefix(&found.value) {
                let problem =
                    format!("is \"{}\", which cannot begin a key", grammar::shorten(&found.value));
                let remedy = format!(
                    "Use 1 to {KEY_PREFIX_BYTES_MAX} of A-Z a-z 0-9 : . _ - {{ }}; nodes of one deployment share it"
                );
                found.refuse(problem, remedy);
            }
            found.value
        }
        None => KEY_PREFIX.to_owned(),
    };
    let remedy =
        "Write url = \"rediss://user:password@host:6379/0\", or set SEALBEARER_LEDGER__URL";
    let url = table.required_text("url", remedy)?;
    match Target::parse(&url.value) {
        Ok(target) => {
            Some(ValkeySettings { target, key_prefix, timeout: Duration::from_secs(seconds) })
        }
        Err(refused) => {
            url.refuse(refused.to_string(), remedy_for(refused));
            None
        }
    }
}

fn remedy_for(refused: TargetRefused) -> &'static str {
    match refused {
        TargetRefused::Malformed => "Write \"rediss://user:password@host:6379/0\"",
        TargetRefused::Decorated => {
            "Remove what follows ? or #; encode those characters in a password as %3F and %23"
        }
        TargetRefused::Database => "End the URL with the number of a database, as in \"/0\"",
        TargetRefused::Plaintext => "Let the server speak TLS and write \"rediss://\"",
        TargetRefused::NoPassword => {
            "Give the server an ACL user and write \"rediss://user:password@host\""
        }
    }
}

fn is_key_prefix(text: &str) -> bool {
    let is_allowed = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'.' | b'_' | b'-' | b'{' | b'}')
    };
    (1..=KEY_PREFIX_BYTES_MAX).contains(&text.len()) && text.bytes().all(is_allowed)
}
