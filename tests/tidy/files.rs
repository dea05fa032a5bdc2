//! The files of the project, as text.

use std::fs;
use std::path::{Path, PathBuf};

/// Every file below `folder` with this extension, in order; none if there is no such folder.
pub(super) fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(Path::new(folder), extension, &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir()
            && path.file_name().is_none_or(|name| name != "node_modules" && name != "target")
        {
            collect(&path, extension, found);
        } else if path.extension().is_some_and(|known| known == extension) {
            found.push(path);
        }
    }
}

/// Every Rust file of ours: written by hand, and not a golden file of the generator.
pub(super) fn rust() -> Vec<PathBuf> {
    let folders = ["src", "tests", "spec", "fuzz", "examples"];
    let all = folders.iter().flat_map(|folder| files(folder, "rs"));
    all.filter(|path| !is_generated(path)).collect()
}

/// What the generator wrote, or wrote once and is compared with.
pub(super) fn is_generated(path: &Path) -> bool {
    path.starts_with("src/contract") || path.starts_with("spec/codegen/tests/cases")
}

pub(super) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text without comment lines.
pub(super) fn code(path: &Path) -> String {
    let text = read(path);
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    text.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

/// The names in `folder`, folders and files alike.
pub(super) fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut names: Vec<_> = entries.map(|entry| name(entry.expect("it can be read"))).collect();
    names.sort();
    names
}
