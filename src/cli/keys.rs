//! `keys`: making, looking at and changing the key ring file. Nothing here prints a key.

use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};

use protocol::oauth::algorithm::SigningAlgorithm;

use super::{
    Failure,
    arguments::{KeysCommand, RingName},
    console::{self, toml_text},
};
use crate::{
    keys::{KeyRing, KeyRingError, Ring, Rotation},
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
            format!("{}{}\n", listing(&ring), explain(&step))
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

fn explain(step: &Rotation) -> String {
    match step {
        Rotation::Added(id) => {
            format!(
                "{id} opens from now on. Give the file to every node, restart them, then rotate again to make it seal."
            )
        }
        Rotation::Promoted { active, retiring: None } => {
            format!("{active} signs from now on. Give the file to every node.")
        }
        Rotation::Promoted { active, retiring: Some(retiring) } => format!(
            "{active} seals from now on, {retiring} only opens. Give the file to every node and restart them. Once nothing \
             that {retiring} sealed can be valid any more: sealbearer keys retire {retiring}"
        ),
    }
}
