//! Writes `src/contract/` from `openapi.yaml`, or, with `--check`, says whether it is fresh.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let check = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(_) => {
            eprintln!("usage: codegen [--check]");
            return ExitCode::from(2);
        }
    };
    match run(&root, check) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(root: &Path, check: bool) -> Result<(), String> {
    let source = root.join("openapi.yaml");
    let yaml = std::fs::read_to_string(source).map_err(|error| format!("openapi.yaml: {error}"))?;
    let files = codegen::generate(&yaml).map_err(|problem| format!("openapi.yaml: {problem}"))?;
    let folder = root.join("src/contract");
    let stale =
        codegen::stale(&files, &folder).map_err(|error| format!("src/contract: {error}"))?;
    if check && !stale.is_empty() {
        return Err(format!(
            "not fresh in src/contract: {}; run `make generate`",
            stale.join(", ")
        ));
    }
    for name in stale {
        let path = folder.join(&name);
        let written = match files.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => std::fs::write(&path, text),
            None => std::fs::remove_file(&path),
        };
        written.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}
