//! The generator: reads `openapi.yaml`, writes the contract as Rust. Anything it cannot carry out is an error that names
//! its place; nothing is ignored silently.

pub mod cursor;
pub mod emit;
pub mod model;
pub mod names;
pub mod read;

use std::path::Path;

use cursor::Problem;

/// The support code, copied as it is.
const COPIED: [(&str, &str); 4] = [
    ("extract.rs", include_str!("template/extract.rs")),
    ("reply.rs", include_str!("template/reply.rs")),
    ("served.rs", include_str!("template/served.rs")),
    ("wire.rs", include_str!("template/wire.rs")),
];

const MODULE: &str = include_str!("template/mod.rs");

/// Every file of the contract, by name, with its content.
/// # Errors
/// The first thing in the document that is wrong or not supported.
pub fn generate(yaml: &str) -> Result<Vec<(String, String)>, Problem> {
    let contract = read::read(yaml)?;
    let mut files: Vec<_> =
        COPIED.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    files.push(("mod.rs".to_owned(), MODULE.to_owned()));
    files.push(("openapi.json".to_owned(), json(yaml)?));
    for (name, text) in emit::modules(&contract)? {
        files.push((format!("{name}.rs"), text));
    }
    Ok(files)
}

fn json(yaml: &str) -> Result<String, Problem> {
    let value: serde_yaml_ng::Value =
        serde_yaml_ng::from_str(yaml).map_err(|error| Problem(error.to_string()))?;
    let text = serde_json::to_string_pretty(&value).map_err(|error| Problem(error.to_string()))?;
    Ok(text + "\n")
}

/// The whole contract as one file, without what is copied: the form of the generator's own cases.
/// # Errors
/// As [`generate`].
pub fn generate_case(yaml: &str) -> Result<String, Problem> {
    emit::one_file(&read::read(yaml)?)
}

/// The names of the files in `folder` that are not as generated, or should not be there.
/// # Errors
/// If the folder cannot be read.
pub fn stale(files: &[(String, String)], folder: &Path) -> std::io::Result<Vec<String>> {
    let mut stale = Vec::new();
    for (name, text) in files {
        if std::fs::read_to_string(folder.join(name)).ok().as_ref() != Some(text) {
            stale.push(name.clone());
        }
    }
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if files.iter().all(|(known, _)| *known != name) {
            stale.push(name);
        }
    }
    Ok(stale)
}
