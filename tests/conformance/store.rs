//! Valkey, or Redis where Debian has no Valkey yet: a server of the run's own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::process::{Group, Trouble, free_port, mortal};

const READY_DEADLINE: Duration = Duration::from_secs(10);

/// One server on loopback that keeps nothing on disk.
pub(crate) struct Store {
    program: PathBuf,
    folder: PathBuf,
    port: u16,
    process: Option<Group>,
}

impl Store {
    /// Starts it.
    pub(crate) fn start(program: &Path, folder: &Path) -> Result<Self, Trouble> {
        let (program, folder) = (program.to_owned(), folder.to_owned());
        let mut store = Self { program, folder, port: free_port()?, process: None };
        store.run()?;
        Ok(store)
    }

    /// Starts it again where it was, empty, unless it runs.
    pub(crate) fn run(&mut self) -> Result<(), Trouble> {
        if self.process.is_some() {
            return Ok(());
        }
        let log = self.folder.join("store.log");
        let mut command = mortal(&self.program);
        command.args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", ""]);
        command.arg("--dir").arg(&self.folder);
        self.process = Some(Group::listening(&mut command, self.port, &log, READY_DEADLINE)?);
        Ok(())
    }

    /// SIGKILL: what it held is gone.
    pub(crate) fn kill(&mut self) {
        self.process = None;
    }

    /// What nodes are told.
    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}
