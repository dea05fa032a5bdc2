//! A Valkey or Redis server of the tests' own, if this machine has one. `make conformance` installs it.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Once, mpsc};
use std::time::{Duration, Instant};

use sealbearer::ledger::{Target, ValkeySettings};

const START_DEADLINE: Duration = Duration::from_secs(10);
/// With this variable set, a machine without a server fails the tests instead of leaving them out.
const REQUIRED: &str = "SEALBEARER_REQUIRE_STORE";

/// A server on loopback, which ends with the thread that started it.
pub(crate) struct Store {
    port: u16,
    program: PathBuf,
    settings: Vec<String>,
    child: Option<Child>,
}

/// Whether it was said that tests are left out.
static SAID: Once = Once::new();

/// The server that tests share; each has keys of its own.
static SHARED: LazyLock<Option<Store>> = LazyLock::new(|| {
    let (tell, told) = mpsc::channel();
    // A child may end with the thread that started it, and threads of tests end.
    std::thread::spawn(move || {
        let _told = tell.send(Store::start(&[]));
        loop {
            std::thread::park();
        }
    });
    told.recv().expect("the thread tells")
});

/// The server that tests share, unless there is none here; then a line says so.
pub(crate) fn shared() -> Option<&'static Store> {
    SHARED.as_ref()
}

impl Store {
    /// Starts a server with these settings, unless there is none here; then a line says so.
    pub(crate) fn start(settings: &[&str]) -> Option<Self> {
        let Some(program) = program() else {
            assert!(
                std::env::var_os(REQUIRED).is_none(),
                "{REQUIRED} is set, and there is no server"
            );
            SAID.call_once(|| {
                // Not through the macros, whose output the test harness keeps to itself.
                let line =
                    "SKIPPED: the ledger `valkey`, for want of valkey-server or redis-server";
                let _said = writeln!(std::io::stderr(), "{line}");
            });
            return None;
        };
        let settings = settings.iter().map(|&setting| setting.to_owned()).collect();
        let mut store = Self { port: free_port(), program, settings, child: None };
        store.run();
        Some(store)
    }

    /// Starts it again where it was, unless it runs.
    pub(crate) fn run(&mut self) {
        if self.child.is_some() {
            return;
        }
        let folder = self.folder();
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(&self.program);
        command.args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", ""]);
        command.arg("--dir").arg(&folder).args(&self.settings);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().expect("the server starts"));
        let until = Instant::now() + START_DEADLINE;
        while !self.is_up() {
            assert!(Instant::now() < until, "the store does not answer");
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// Whether it answers, if only that it wants a password.
    fn is_up(&self) -> bool {
        let client = redis::Client::open(self.url()).expect("the URL is good");
        let connection = client.get_connection_with_timeout(Duration::from_secs(1));
        let answer = connection.and_then(|mut open| redis::cmd("PING").query::<()>(&mut open));
        answer.err().is_none_or(|error| error.code() == Some("NOAUTH"))
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it is ours");
            child.wait().expect("it is ours");
        }
    }

    /// Stops it where it is (SIGSTOP), or lets it go on (SIGCONT).
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.as_ref().map(Child::id).expect("it runs").to_string();
        let status = Command::new("kill").args(["-s", name, &id]).status();
        assert!(status.expect("there is `kill`").success());
    }

    /// Where it keeps what it saves.
    pub(crate) fn folder(&self) -> PathBuf {
        let name = format!("sealbearer-store-{}-{}", std::process::id(), self.port);
        std::env::temp_dir().join(name)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// How a ledger of its own reaches it.
    pub(crate) fn settings(&self) -> ValkeySettings {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let key_prefix = format!("test-{}:", COUNT.fetch_add(1, Ordering::Relaxed));
        let target = Target::parse(&self.url()).expect("the URL is good");
        ValkeySettings { target, key_prefix, timeout: Duration::from_secs(5) }
    }

    /// The settings of `[ledger]` of a deployment of its own, which waits long: tests share the machine with builds.
    pub(crate) fn ledger(&self) -> String {
        self.ledger_within("10s")
    }

    /// The same for one that waits so long for the store.
    pub(crate) fn ledger_within(&self, timeout: &str) -> String {
        let (url, prefix) = (self.url(), self.settings().key_prefix);
        format!(
            "kind = \"valkey\"\nurl = \"{url}\"\nkey_prefix = \"{prefix}\"\ntimeout = \"{timeout}\""
        )
    }

    /// Tells it a command; what it answers, as text.
    pub(crate) fn tell(&self, words: &[&str]) -> String {
        self.try_tell(words).expect("the store answers")
    }

    /// The names of all keys that fit `pattern`.
    pub(crate) fn names(&self, pattern: &str) -> Vec<String> {
        let client = redis::Client::open(self.url()).expect("the URL is good");
        let mut connection = client.get_connection().expect("the store answers");
        redis::cmd("KEYS").arg(pattern).query(&mut connection).expect("the store answers")
    }

    /// Asks until the answer to `command` contains `words`.
    pub(crate) fn wait_for(&self, command: &str, words: &str) {
        let until = Instant::now() + START_DEADLINE;
        while !self.tell(&[command]).contains(words) {
            assert!(Instant::now() < until, "{command} never says {words}");
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// Waits until a replica has all that was written.
    pub(crate) fn wait_for_replica(&self) {
        assert!(self.tell(&["WAIT", "1", "10000"]).contains('1'), "a replica follows");
    }

    fn try_tell(&self, words: &[&str]) -> Option<String> {
        let client = redis::Client::open(self.url()).expect("the URL is good");
        let mut connection = client.get_connection_with_timeout(Duration::from_secs(1)).ok()?;
        let (name, arguments) = words.split_first().expect("a command has a name");
        let answer = redis::cmd(name).arg(arguments).query::<redis::Value>(&mut connection).ok()?;
        Some(match answer {
            redis::Value::BulkString(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            other => format!("{other:?}"),
        })
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.kill();
        let _gone = std::fs::remove_dir_all(self.folder());
    }
}

/// The server's program: Valkey's, or Redis's, whose release the ledger itself looks at.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    ["valkey-server", "redis-server"].into_iter().find_map(|name| {
        folders.iter().map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
    })
}

/// A port below those that the system gives out by itself: a server that is killed must find its own free again.
fn free_port() -> u16 {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    loop {
        let tried = TRIED.fetch_add(1, Ordering::Relaxed);
        let offset = std::process::id().wrapping_mul(97).wrapping_add(tried) % 10_000;
        let port = 20_000 + u16::try_from(offset).expect("it is below 10,000");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
