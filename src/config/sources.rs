//! What configuration is made from, as values: the file's text, the environment and the command line.

use std::{collections::BTreeMap, net::IpAddr, path::PathBuf};

use super::{Mistake, Mistakes, Place, SecretText};

/// Everything [`super::Config::load`] looks at.
#[derive(Clone, Default)]
pub struct Sources {
    /// The path as given (for messages and relative paths) and the text of the file.
    pub file: Option<(PathBuf, String)>,
    /// The environment.
    pub environment: BTreeMap<String, String>,
    /// The command line.
    pub overrides: Overrides,
}

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--host`
    pub host: Option<IpAddr>,
    /// `--port`
    pub port: Option<u16>,
    /// `--public-url`
    pub public_url: Option<String>,
    /// `--demo`
    pub demo: bool,
    /// `--user NAME:PASSWORD`, taken apart.
    pub user: Option<(String, SecretText)>,
    /// `--data-dir`
    pub data_dir: Option<PathBuf>,
}

/// Reads the file.
/// # Errors
/// One mistake that names the file and says why it cannot be read.
pub fn read_file(path: PathBuf) -> Result<(PathBuf, String), Mistakes> {
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok((path, text)),
        Err(reason) => Err(Mistakes(vec![Mistake {
            place: Place::Argument("--config"),
            key: String::new(),
            problem: format!("{} cannot be read: {reason}", path.display()),
            remedy: "Give the path of a TOML file that this process may read".to_owned(),
        }])),
    }
}
