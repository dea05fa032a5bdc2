//! `jwks`, `jwks_file` and `jwks_uri` of `[[clients]]`: the public keys of clients that sign instead of sharing a secret.
//! Source: RFC 7591 §2, RFC 7517 §5.

use protocol::oauth::client::KeySource;

use super::{
    reader::{Found, Table},
    sources::Sources,
};
use crate::seal::foreign::KeySet;
use crate::upstream::target::{Reach, Target};

const ONE_OF: &str = "Write one of jwks, jwks_file and jwks_uri";

/// Reads where the keys of a client are; `None` if it has none, or once a mistake is noted.
pub(super) fn read(table: &Table, sources: &Sources) -> Option<KeySource> {
    let inline = table.text("jwks");
    let file = table.text("jwks_file").and_then(|file| contents(&file, sources));
    let remote = table.text("jwks_uri");
    let given = [inline.is_some(), file.is_some(), remote.is_some()];
    if given.into_iter().filter(|given| *given).count() > 1 {
        table.refuse("jwks", "stands beside jwks_file or jwks_uri", ONE_OF);
        return None;
    }
    if let Some(found) = inline.or(file) {
        return match KeySet::parse(&found.value) {
            Ok(_) => Some(KeySource::Inline(found.value)),
            Err(fault) => {
                let remedy = "Write {\"keys\": [...]} with public RSA, P-256 or Ed25519 keys";
                found.refuse(format!("cannot be used: {}", fault.description()), remedy);
                None
            }
        };
    }
    let found = remote?;
    let allow_loopback = sources.overrides.demo;
    if Target::parse(&found.value, Reach::of_strangers(allow_loopback)).is_err() {
        let remedy = "Write an https URL with a DNS name and without user information or fragment";
        found.refuse("is no URL that keys are fetched from", remedy);
        return None;
    }
    Some(KeySource::Remote(found.value))
}

/// What is in the file.
fn contents(file: &Found<String>, sources: &Sources) -> Option<Found<String>> {
    match std::fs::read_to_string(sources.path_of(file)) {
        Ok(text) => Some(file.with(text)),
        Err(reason) => {
            let problem = format!("cannot be read: {reason}");
            file.refuse(problem, "Name a JSON file that this process may read");
            None
        }
    }
}
