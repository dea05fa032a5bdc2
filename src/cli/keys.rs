//! `keys`: making, looking at and changing the key ring file. Nothing here prints a key.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use protocol::oauth::algorithm::SigningAlgorithm;

use super::{
    Failure,
    arguments::{KeysCommand, RingName},
    console::{self, toml_text},
};
use crate::{
    http::documents::MAX_AGE_SECONDS,
    keys::{KeyRing, KeyRingError, Ring, Rotation},
    server::reload::LOOK_EVERY,
    world::{RealWorld, World as _},
};

/// Runs one of the commands.
pub(super) fn run(
    command: &KeysCommand,
    environment: &BTreeMap<String, String>,
) -> Result<(), Failure> {
    let path = keyring(command, environment);
    let failed =
        |reason: KeyRingError| Failure::Failed(format!("key ring {}: {reason}", path.display()));
    let now = RealWorld.now();
    let said = match command {
        KeysCommand::Generate { algorithms, .. } => {
            let ring = KeyRing::create(&path, algorithms, now).map_err(failed)?;
            let setting = toml_text(&path.display().to_string());
            format!(
                "{}Made for its owner only. In the configuration file:\nkeyring_file = {setting}\n",
                listing(&ring)
            )
        }
        KeysCommand::List { .. } => listing(&KeyRing::load(&path).map_err(failed)?),
        KeysCommand::Rotate { ring: name, algorithm, .. } => {
            let mut ring = KeyRing::load(&path).map_err(failed)?;
            let step = match name.ring() {
                Ring::Signing => ring.rotate_signing(*algorithm, now),
                other @ (Ring::Sealing | Ring::Registration) => ring.rotate(other, now),
            };
            let step = step.map_err(failed)?;
            ring.save(&path).map_err(failed)?;
            format!("{}{}\n", listing(&ring), explain(&step, name.ring(), &path))
        }
        KeysCommand::Retire { id, .. } => {
            let mut ring = KeyRing::load(&path).map_err(failed)?;
            ring.retire(id).map_err(failed)?;
            ring.save(&path).map_err(failed)?;
            format!("{}{id} is destroyed: nothing it sealed opens any more.\n", listing(&ring))
        }
    };
    console::print(&said)
}

/// `--keyring`, else the variable, else `keyring.json`.
fn keyring(command: &KeysCommand, environment: &BTreeMap<String, String>) -> PathBuf {
    let (KeysCommand::Generate { keyring, .. }
    | KeysCommand::List { keyring }
    | KeysCommand::Rotate { keyring, .. }
    | KeysCommand::Retire { keyring, .. }) = command;
    let named = environment.get("SEALBEARER_KEYRING_FILE").filter(|path| !path.is_empty());
    let named = keyring.clone().or_else(|| named.map(PathBuf::from));
    named.unwrap_or_else(|| PathBuf::from("keyring.json"))
}

impl RingName {
    fn ring(self) -> Ring {
        match self {
            Self::Sealing => Ring::Sealing,
            Self::Registration => Ring::Registration,
            Self::Signing => Ring::Signing,
        }
    }
}

fn listing(ring: &KeyRing) -> String {
    let mut text = format!("{:<13} {:<9} {:<10} {:<9} made\n", "ring", "key", "algorithm", "is");
    for key in ring.list() {
        let made = key.created_at.map_or_else(|| "unknown".to_owned(), console::instant);
        let (kind, id) = (key.ring.as_str(), key.id.as_str());
        let algorithm = key.algorithm.map_or("-", SigningAlgorithm::as_str);
        writeln!(text, "{kind:<13} {id:<9} {algorithm:<10} {:<9} {made}", key.key_state.as_str())
            .expect("writing to a String cannot fail");
    }
    text
}

/// What to do next, and when: each sentence follows from how nodes take over a changed file and what keys are for.
pub(crate) fn explain(step: &Rotation, kind: Ring, path: &Path) -> String {
    let keyring = path.display();
    let command = |rest: &str| format!("sealbearer keys {rest} --keyring {keyring}");
    match step {
        Rotation::Added(id) => {
            let published = match kind {
                Ring::Sealing | Ring::Registration => String::new(),
                Ring::Signing => {
                    format!(", and {MAX_AGE_SECONDS} s more until no verifier has the old key set")
                }
            };
            format!(
                "{id} opens and verifies from now on, and seals or signs nothing yet. Give the file to every node; each \
                 takes it over within {} s, or at once on SIGHUP. Wait until all have it (GET /readyz says the \
                 same configuration){published}. Then once more:\n{}",
                LOOK_EVERY.as_secs(),
                command(&format!("rotate --ring {}", kind.as_str()))
            )
        }
        Rotation::Promoted { active, retiring: None } => {
            format!("{active} signs from now on. Give the file to every node.")
        }
        Rotation::Promoted { active, retiring: Some(retiring) } => format!(
            "{active} seals and signs from now on, {retiring} only opens and verifies. Give the file to every node. {}:\n{}",
            until_retired(kind),
            command(&format!("retire {retiring}"))
        ),
    }
}

/// When nothing that the old key made can be valid any more.
fn until_retired(kind: Ring) -> &'static str {
    match kind {
        Ring::Sealing => {
            "Wait as long as the longest of tokens.refresh_idle (30d; tokens.refresh_absolute, 90d, with a client that does \
             not rotate) after the last node has it, then"
        }
        Ring::Registration => {
            "Registrations never expire: retire it only when every client of it shall register again"
        }
        Ring::Signing => {
            "Wait as long as the longest access_lifetime (1h, and a minute for codes) after the last node has it, then"
        }
    }
}
