//! What configuration is made from, as values: the file's text, the environment and the command line.

use std::{collections::BTreeMap, net::IpAddr, path::PathBuf};

use figment::value::Value;

use super::{
    Mistake, Mistakes, Place, SecretText, aliases,
    layers::{Layers, inline_value},
    reader::{Found, Noted},
};

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
    /// `--protect`
    pub protect: Option<String>,
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

/// Variables that begin with our prefix and are no settings: secrets are read apart, the others belong to the process.
const NO_SETTINGS: [&str; 8] = [
    "SEALBEARER_SECRET",
    "SEALBEARER_SECRETS",
    "SEALBEARER_REGISTRATION_SECRET",
    "SEALBEARER_REGISTRATION_SECRETS",
    "SEALBEARER_SIGNING_KEY",
    "SEALBEARER_SIGNING_KEYS",
    "SEALBEARER_CONFIG",
    "SEALBEARER_LOG",
];

impl Sources {
    /// A variable that is set and not empty; compose files set empty ones for "not given".
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Lays the file, then the aliases, the variables and the command line over each other.
    /// # Errors
    /// One mistake, when the file is not TOML.
    pub(super) fn layers(&self, noted: &Noted) -> Result<Layers, Mistake> {
        let mut layers = Layers::new();
        if let Some((path, text)) = &self.file {
            layers.file(path, text)?;
        }
        aliases::lay(self, &mut layers, noted);
        for (name, value) in &self.environment {
            let Some(key) = name.strip_prefix("SEALBEARER_") else { continue };
            if value.is_empty()
                || NO_SETTINGS.contains(&name.as_str())
                || is_set_by_kubernetes(key, value)
            {
                continue;
            }
            let place = Place::Variable(name.clone());
            match environment_value(value) {
                Ok(value) => layers.set(&place, &key.to_lowercase().replace("__", "."), value),
                Err(reason) => noted.borrow_mut().push(Mistake {
                    place,
                    key: String::new(),
                    problem: format!("is not a TOML array or inline table: {reason}"),
                    remedy: "Write it as in the file, [\"one\", \"two\"] or [{ name = \"one\" }]"
                        .to_owned(),
                }),
            }
        }
        if let Some(url) = &self.overrides.public_url {
            layers.set(&Place::Argument("--public-url"), "public_url", Value::from(url.as_str()));
        }
        if let Some(path) = &self.overrides.data_dir {
            layers.set(
                &Place::Argument("--data-dir"),
                "data_dir",
                Value::from(path.display().to_string()),
            );
        }
        Ok(layers)
    }

    /// The file that `named` names: a relative name that the configuration file has is relative to its folder.
    pub(super) fn path_of(&self, named: &Found<String>) -> PathBuf {
        match named.place {
            Place::File { .. } => self.file_folder().join(&named.value),
            _ => PathBuf::from(&named.value),
        }
    }

    /// The folder that relative paths of the file are relative to.
    pub(super) fn file_folder(&self) -> PathBuf {
        let folder = self.file.as_ref().and_then(|(path, _)| path.parent());
        folder.map(PathBuf::from).unwrap_or_default()
    }
}

/// Kubernetes describes a service called `sealbearer` to every pod in variables of this form.
fn is_set_by_kubernetes(key: &str, value: &str) -> bool {
    key.starts_with("SERVICE_")
        || key.starts_with("PORT_")
        || (key == "PORT" && value.starts_with("tcp://"))
}

/// Text, unless it is written as an array or inline table.
fn environment_value(text: &str) -> Result<Value, String> {
    if text.starts_with(['[', '{']) && !text.starts_with("[::") {
        inline_value(text)
    } else {
        Ok(Value::from(text))
    }
}
