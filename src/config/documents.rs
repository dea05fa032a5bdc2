//! `[registration.documents]`: clients whose `client_id` is the URL of their metadata document.

use protocol::registration::document::{ClientDocument, DOCUMENT_BYTES_MAX};
use protocol::registration::hosts::{HostPattern, HostRules};

use super::{
    grammar,
    reader::{Found, Table},
    sources::Sources,
};

const DAY: u64 = 86_400;
/// More copies than an operator keeps by hand.
const PINNED_MAX: usize = 256;

/// Whose documents are read, and how long they are kept.
/// Source: draft-ietf-oauth-client-id-metadata-document-00, MCP 2026-07-28 (client registration).
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the file, and they are independent"
)]
pub struct DocumentsConfig {
    /// Whether there are such clients at all. Default true: it is how MCP clients prefer to be known.
    pub enabled: bool,
    /// `allow`, `deny` and `warn`: hosts, `"example.com"`, `"*.example.com"` or `"*"`. Default: every host is allowed, none
    /// denied, none warned of; consent shows the host anyway.
    pub hosts: HostRules,
    /// Whether https redirect URIs must be at the same site as the document. Default false: known clients answer at other
    /// hosts of theirs. Loopback is not concerned.
    pub same_origin_redirects: bool,
    /// Whether documents of this computer are read, by http too. Default: only in `--demo`, and refused outside.
    pub allow_loopback: bool,
    /// Documents kept in memory. Default 1,000; 16 to 100,000. Each takes 8 kB at most.
    pub cache_entries: usize,
    /// Seconds a document is used after it was last read while its host fails. Default 7 days; 0 to 30 days.
    pub stale_seconds_max: u64,
    /// Whether copies that come with this release stand in for documents that cannot be had and never were. Default true:
    /// claude.ai turns data centres away, and its clients then have no other way in.
    pub known: bool,
    /// `[[registration.documents.pinned]]`: copies that are used instead of what the host says.
    pub pinned: Vec<ClientDocument>,
}

impl DocumentsConfig {
    /// Reads the table below `[registration]`.
    pub(super) fn read(registration: &Table, sources: &Sources) -> Self {
        let is_demo = sources.overrides.demo;
        let table = registration.table("documents");
        let flag = |key| table.flag(key).map(|found| found.value);
        let allow_loopback = table.flag("allow_loopback");
        if let Some(found) = &allow_loopback
            && found.value
            && !is_demo
        {
            found.refuse(
                "is for --demo only: a stranger could ask this computer's own servers",
                "Remove it",
            );
        }
        let documents = Self {
            enabled: flag("enabled").unwrap_or(true),
            hosts: HostRules {
                allow: hosts(&table, "allow"),
                deny: hosts(&table, "deny").unwrap_or_default(),
                warn: hosts(&table, "warn").unwrap_or_default(),
            },
            same_origin_redirects: flag("same_origin_redirects").unwrap_or(false),
            allow_loopback: is_demo && allow_loopback.is_none_or(|found| found.value),
            cache_entries: table.whole("cache_entries", 16..=100_000, 1_000),
            stale_seconds_max: table
                .seconds("serve_stale", 0..=30 * DAY)
                .map_or(7 * DAY, |found| found.value),
            known: flag("known").unwrap_or(true),
            pinned: pinned(&table, sources),
        };
        table.finish();
        documents
    }
}

fn hosts(table: &Table, key: &'static str) -> Option<Vec<HostPattern>> {
    let listed = table.list(key)?;
    let read = |found: &Found<String>| {
        let pattern = HostPattern::parse(&found.value);
        if pattern.is_none() {
            let problem = format!("is \"{}\", which is no host", grammar::shorten(&found.value));
            found.refuse(problem, "Write \"example.com\", \"*.example.com\" or \"*\", in lower case, without scheme or port");
        }
        pattern
    };
    Some(listed.value.iter().filter_map(read).collect())
}

fn pinned(table: &Table, sources: &Sources) -> Vec<ClientDocument> {
    let tables = table.tables("pinned");
    if tables.len() > PINNED_MAX {
        table.refuse("pinned", format!("are more than {PINNED_MAX}"), "Keep those you need");
    }
    let mut urls = Vec::new();
    let mut documents = Vec::new();
    for table in tables {
        let url = table.required_text("url", "Write url = \"https://...\", the client_id");
        let body = body(&table, sources);
        if let Some(url) = url {
            if urls.contains(&url.value) {
                url.refuse("names a document twice", "Remove one of the two");
            }
            if let Some(body) = body {
                documents.extend(read(&url, &body));
            }
            urls.push(url.value);
        }
        table.finish();
    }
    documents
}

fn read(url: &Found<String>, body: &Found<Vec<u8>>) -> Option<ClientDocument> {
    if !url.value.starts_with("https://") {
        url.refuse("must begin with https://", "Write the client_id as the client sends it");
        return None;
    }
    let read = ClientDocument::read(&url.value, &body.value);
    read.map_err(|error| {
        let remedy = "Write what the client publishes at its URL";
        let reason = error.description().trim_end_matches('.');
        body.refuse(format!("makes no client: {reason}"), remedy);
    })
    .ok()
}

/// The document itself, or what is in the file that is named.
fn body(table: &Table, sources: &Sources) -> Option<Found<Vec<u8>>> {
    match (table.text("document"), table.text("file")) {
        (Some(inline), None) => Some(inline.with(inline.value.clone().into_bytes())),
        (None, Some(file)) => {
            let read = std::fs::read(sources.path_of(&file)).map_err(|reason| {
                let problem = format!("cannot be read: {reason}");
                file.refuse(problem, "Name a file that this process may read");
            });
            let read = read.ok()?;
            if read.len() > DOCUMENT_BYTES_MAX {
                file.refuse(
                    format!("is longer than {DOCUMENT_BYTES_MAX} bytes"),
                    "Name a client's metadata document",
                );
                return None;
            }
            Some(file.with(read))
        }
        (Some(both), Some(_)) => {
            both.refuse("stands beside file", "Write one of the two");
            None
        }
        (None, None) => {
            let remedy = "Write file = \"client.json\", or the JSON itself in document";
            table.refuse("file", "is missing", remedy);
            None
        }
    }
}
