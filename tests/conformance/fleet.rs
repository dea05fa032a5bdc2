//! The server under test as real processes: one node, or two behind a proxy.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::process::{Group, Trouble, log_file, mortal, wait_until};

const READY_DEADLINE: Duration = Duration::from_secs(20);

/// One process of the server, and how to start it again.
pub(crate) struct Node {
    name: String,
    port: u16,
    folder: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    process: Option<Group>,
}

impl Node {
    /// A node that is not started yet. `arguments` follow the name of the binary.
    pub(crate) fn new(name: &str, port: u16, folder: &Path, arguments: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            port,
            folder: folder.to_owned(),
            arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
            environment: Vec::new(),
            process: None,
        }
    }

    /// Further arguments, at the end.
    pub(crate) fn also(&mut self, arguments: &[&str]) {
        self.arguments.extend(arguments.iter().map(|&argument| argument.to_owned()));
    }

    pub(crate) fn with_environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts it, unless it runs, and waits until it says that it is ready.
    pub(crate) fn start(&mut self) -> Result<(), Trouble> {
        if self.process.is_some() {
            return Ok(());
        }
        let log = self.folder.join(format!("{}.log", self.name));
        let mut command = mortal(binary());
        command
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            // What a node keeps, it keeps in the folder of the stage.
            .env("HOME", &self.folder)
            .env("XDG_DATA_HOME", self.folder.join("data"))
            .env("XDG_STATE_HOME", self.folder.join("state"))
            .current_dir(&self.folder)
            .stdout(log_file(&log)?)
            .stderr(log_file(&log)?);
        let mut process = Group::start(&mut command)?;
        wait_until(&format!("node {} is ready", self.name), READY_DEADLINE, || {
            match process.has_ended()? {
                Some(status) => {
                    Err(format!("node {} ended with {status}; see {}", self.name, log.display()))
                }
                None => Ok(is_ready(self.port)),
            }
        })?;
        self.process = Some(process);
        Ok(())
    }

    /// SIGKILL: no drain, no farewell.
    pub(crate) fn kill(&mut self) {
        self.process = None;
    }
}

/// The binary under test: ours, or another build of it.
pub(crate) fn binary() -> PathBuf {
    std::env::var_os("CONFORMANCE_BINARY")
        .map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_sealbearer")), PathBuf::from)
}

fn is_ready(port: u16) -> bool {
    let asked = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(
            stream,
            "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    asked().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// nginx before the nodes, in turn; a node that does not answer is passed over.
pub(crate) struct Proxy {
    log: PathBuf,
    _process: Group,
}

impl Proxy {
    /// Listens on `port`. With a `bearer`, that token is added to what goes to `/mcp`.
    pub(crate) fn start(
        nginx: &Path,
        folder: &Path,
        port: u16,
        nodes: &[u16],
        bearer: Option<&str>,
    ) -> Result<Self, Trouble> {
        let log = folder.join("proxy.log");
        let configuration = folder.join("nginx.conf");
        fs::write(&configuration, proxy_configuration(folder, port, nodes, bearer))
            .map_err(|error| error.to_string())?;
        let mut command = mortal(nginx);
        command.arg("-p").arg(folder).arg("-e").arg("stderr").arg("-c").arg(&configuration);
        let errors = folder.join("proxy-errors.log");
        let process = Group::listening(&mut command, port, &errors, READY_DEADLINE)?;
        Ok(Self { log, _process: process })
    }

    /// How many requests were answered by the node on `port`.
    pub(crate) fn answered_by(&self, port: u16) -> Result<usize, Trouble> {
        let log = fs::read_to_string(&self.log).map_err(|error| error.to_string())?;
        let upstream = format!("127.0.0.1:{port}");
        // The last of several upstreams is the one that answered; the others were passed over.
        Ok(log.lines().filter(|line| line.rsplit([' ', ',']).next() == Some(&upstream)).count())
    }
}

fn proxy_configuration(folder: &Path, port: u16, nodes: &[u16], bearer: Option<&str>) -> String {
    let folder = folder.display();
    let servers: Vec<String> =
        nodes.iter().map(|node| format!("server 127.0.0.1:{node} max_fails=0;")).collect();
    let servers = servers.join(" ");
    let forward = "proxy_pass http://nodes; proxy_set_header Host $http_host; proxy_set_header Connection \"\";";
    let authorized = bearer.map_or_else(String::new, |token| {
        format!(
            "location = /mcp {{ {forward} proxy_set_header Authorization \"Bearer {token}\"; }}"
        )
    });
    format!(
        "daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr warn;
events {{ worker_connections 512; }}
http {{
  log_format upstream '$status \"$request\" $upstream_addr';
  access_log {folder}/proxy.log upstream;
  client_body_temp_path {folder}/tmp-body; proxy_temp_path {folder}/tmp-proxy;
  fastcgi_temp_path {folder}/tmp-fastcgi; uwsgi_temp_path {folder}/tmp-uwsgi; scgi_temp_path {folder}/tmp-scgi;
  upstream nodes {{ {servers} }}
  proxy_http_version 1.1; proxy_buffering off; proxy_connect_timeout 2s; proxy_next_upstream error timeout;
  server {{
    listen 127.0.0.1:{port};
    location / {{ {forward} }}
    {authorized}
  }}
}}
"
    )
}
