//! Writes `src/contract/` from `openapi.yaml`; with `--check` says whether it is fresh, with `--cases` writes the golden
//! files of the generator's own tests instead.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let done = match std::env::args().nth(1).as_deref() {
        None => contract(&root, false),
        Some("--check") => contract(&root, true),
        Some("--cases") => cases(&root),
        Some(_) => Err("usage: codegen [--check | --cases]".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn contract(root: &Path, check: bool) -> Result<(), String> {
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

fn cases(root: &Path) -> Result<(), String> {
    let folder = root.join("spec/codegen/tests/cases");
    let listing = std::fs::read_dir(&folder).map_err(|error| error.to_string())?;
    for path in listing.flatten().map(|entry| entry.path()) {
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let yaml = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
            let text = codegen::generate_case(&yaml)
                .map_err(|problem| format!("{}: {problem}", path.display()))?;
            std::fs::write(path.with_extension("rs"), text).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}
