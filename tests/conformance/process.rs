//! Child processes that end: when they are done, when their time is up, or with us.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// What went wrong, in a sentence for whoever reads the log of the run.
pub(crate) type Trouble = String;

/// A command whose process dies with this one, however that ends.
pub(crate) fn mortal(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

/// A child and everything it started, killed together when dropped.
pub(crate) struct Group(Child);

impl Group {
    /// Starts `command` as the leader of a process group of its own.
    pub(crate) fn start(command: &mut Command) -> Result<Self, Trouble> {
        let started = command.process_group(0).stdin(Stdio::null()).spawn();
        started.map(Self).map_err(|error| format!("cannot start {command:?}: {error}"))
    }

    /// The same for a server: what it prints goes to `log`, and it listens at `port` of loopback when this returns.
    pub(crate) fn listening(
        command: &mut Command,
        port: u16,
        log: &Path,
        deadline: Duration,
    ) -> Result<Self, Trouble> {
        let group = Self::start(command.stdout(log_file(log)?).stderr(log_file(log)?))?;
        wait_until(&format!("the server of {} listens", log.display()), deadline, || {
            Ok(TcpStream::connect(("127.0.0.1", port)).is_ok())
        })?;
        Ok(group)
    }

    /// SIGKILL to all of it, as when a machine loses power; waits until it is gone.
    pub(crate) fn kill(&mut self) {
        let group = format!("-{}", self.0.id());
        // A group that is gone already is what was wanted.
        let _gone =
            Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _status = self.0.wait();
    }

    /// Whether it ended by itself.
    pub(crate) fn has_ended(&mut self) -> Result<Option<ExitStatus>, Trouble> {
        self.0.try_wait().map_err(|error| error.to_string())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs `command` to its end and answers what it printed on standard output; anything but success is trouble.
pub(crate) fn run(command: &mut Command, deadline: Duration) -> Result<String, Trouble> {
    let (status, output) = run_any(command, deadline, |_line| {})?;
    if status.success() {
        return Ok(output);
    }
    Err(format!("{command:?} ended with {status}\n{}", tail(&output, 60)))
}

/// Runs `command` to its end, whatever that is; both its outputs, each line shown to `on_line` when it comes.
pub(crate) fn run_any(
    command: &mut Command,
    deadline: Duration,
    mut on_line: impl FnMut(&str),
) -> Result<(ExitStatus, String), Trouble> {
    let mut group = Group::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let stdout = group.0.stdout.take().expect("it was asked for one line above");
    let stderr = group.0.stderr.take().expect("it was asked for one line above");
    let lines = read_lines(stdout, stderr);
    let until = Instant::now() + deadline;
    let mut output = String::new();
    loop {
        match lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                if std::env::var_os("CONFORMANCE_VERBOSE").is_some() {
                    println!("{line}");
                }
                on_line(&line);
                output.push_str(&line);
                output.push('\n');
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                return Err(format!(
                    "{command:?} was not done after {deadline:?}\n{}",
                    tail(&output, 60)
                ));
            }
        }
    }
    let status = group.0.wait().map_err(|error| error.to_string())?;
    Ok((status, output))
}

fn read_lines(
    stdout: impl Read + Send + 'static,
    stderr: impl Read + Send + 'static,
) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    let same = sender.clone();
    thread::spawn(move || forward_lines(stdout, &sender));
    thread::spawn(move || forward_lines(stderr, &same));
    receiver
}

fn forward_lines(stream: impl Read, sender: &mpsc::Sender<String>) {
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        // Nobody listens any more once the deadline has passed.
        if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
            return;
        }
    }
}

/// The last `count` lines.
pub(crate) fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// Asks `question` again and again until it says yes.
pub(crate) fn wait_until(
    what: &str,
    deadline: Duration,
    mut question: impl FnMut() -> Result<bool, Trouble>,
) -> Result<(), Trouble> {
    let until = Instant::now() + deadline;
    while !question()? {
        if Instant::now() > until {
            return Err(format!("{what}: not within {deadline:?}"));
        }
        thread::park_timeout(Duration::from_millis(10));
    }
    Ok(())
}

/// A port on loopback that nobody listens on.
pub(crate) fn free_port() -> Result<u16, Trouble> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string())
}

/// A log file for one of the streams of a child, appended to when the child is started again.
pub(crate) fn log_file(path: &Path) -> Result<File, Trouble> {
    let opened = File::options().create(true).append(true).open(path);
    opened.map_err(|error| format!("{}: {error}", path.display()))
}
