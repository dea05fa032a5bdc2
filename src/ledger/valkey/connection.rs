//! The connection: found again when it is lost, bounded in time, and mute about the password.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwap;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ErrorKind, RedisError, ServerErrorKind};
use tokio::time::{sleep, timeout};

use super::super::Unavailable;
use super::script::Question;
use super::target::Target;

/// How often a question is asked whose answer was lost on the way.
const ATTEMPTS_MAX: u32 = 3;
/// How long to wait before the connection is tried again.
const REST: Duration = Duration::from_millis(40);
/// The clock of the server is not known yet.
const UNKNOWN: i64 = i64::MIN;

/// What a script said.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) outcome: String,
    pub(super) number: u64,
}

/// The clock of the server in milliseconds (0: not told), the outcome, and a number if the outcome has one.
type Reply = (i64, String, u64);

impl Told {
    /// Nothing but that it was done.
    pub(super) fn done(self) -> Result<(), Unavailable> {
        if self.outcome == "done" { Ok(()) } else { Err(self.unexpected()) }
    }

    /// What an outcome means that is no answer.
    pub(super) fn unexpected(&self) -> Unavailable {
        Unavailable::because(match self.outcome.as_str() {
            "late" => "the store answers too late",
            "replica" => "the store is a replica",
            "silent" => "the store does not tell which process it is",
            "old" => "the store is older than release 7",
            "evicting" => {
                "the store may evict what it must remember; set maxmemory-policy noeviction"
            }
            _ => "the store answers something unexpected",
        })
    }
}

/// A connection to the server that finds itself again.
pub(super) struct Connection {
    target: Target,
    patience: Duration,
    client: Client,
    manager: ArcSwap<ConnectionManager>,
    /// The server's clock less ours, in milliseconds.
    ahead: AtomicI64,
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Connection").field(&self.target).finish()
    }
}

impl Connection {
    pub(super) fn new(target: Target, patience: Duration) -> Result<Self, Unavailable> {
        let client = Client::open(target.expose()).map_err(|error| unavailable(&error))?;
        let manager = manager(&client, patience)?;
        let ahead = AtomicI64::new(UNKNOWN);
        Ok(Self { target, patience, client, manager: ArcSwap::from_pointee(manager), ahead })
    }

    /// Asks a script, again if the answer was lost on the way. In all it takes no longer than the time-out.
    pub(super) async fn ask(&self, question: &mut Question<'_>) -> Result<Told, Unavailable> {
        let until = Instant::now() + self.patience;
        let mut attempt = 1;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(outcome) = timeout(left, self.ask_once(question, left)).await else {
                return Err(Unavailable::because("the store does not answer in time"));
            };
            match outcome {
                Ok(told) => return Ok(told),
                Err(lost) if lost.is_io_error() && attempt < ATTEMPTS_MAX => {
                    attempt += 1;
                    sleep(REST).await;
                }
                Err(error) => return Err(self.give_up(&error)),
            }
        }
    }

    async fn ask_once(&self, question: &Question<'_>, left: Duration) -> Result<Told, RedisError> {
        let deadline = self.deadline(left);
        let mut manager = ConnectionManager::clone(&self.manager.load());
        let reply = question.invocation(deadline).invoke_async::<Reply>(&mut manager).await;
        let (clock, outcome, number) = reply?;
        if clock > 0 {
            self.ahead.store(clock - milliseconds(), Ordering::Relaxed);
        }
        if outcome == "replica" {
            self.look_again();
        }
        Ok(Told { outcome, number })
    }

    /// When nobody waits any more, on the server's clock; 0 while that is unknown.
    fn deadline(&self, left: Duration) -> u64 {
        let ahead = self.ahead.load(Ordering::Relaxed);
        if ahead == UNKNOWN {
            return 0;
        }
        let left = i64::try_from(left.as_millis()).unwrap_or(i64::MAX);
        u64::try_from(milliseconds().saturating_add(ahead).saturating_add(left)).unwrap_or(0)
    }

    /// How far the server's clock is from ours, in whole seconds.
    pub(super) fn seconds_apart(&self) -> u64 {
        match self.ahead.load(Ordering::Relaxed) {
            UNKNOWN => 0,
            ahead => ahead.unsigned_abs() / 1_000,
        }
    }

    fn give_up(&self, error: &RedisError) -> Unavailable {
        if error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly) {
            self.look_again();
        }
        unavailable(error)
    }

    /// The name of the target may lead to another server by now, which only a new connection finds out.
    fn look_again(&self) {
        if let Ok(manager) = manager(&self.client, self.patience) {
            self.manager.store(manager.into());
        }
    }
}

fn manager(client: &Client, patience: Duration) -> Result<ConnectionManager, Unavailable> {
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(0)
        .set_connection_timeout(Some(patience))
        .set_response_timeout(Some(patience));
    ConnectionManager::new_lazy_with_config(client.clone(), config)
        .map_err(|error| unavailable(&error))
}

fn milliseconds() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}

/// What went wrong, in words of our own: what a server says may be anything.
fn unavailable(error: &RedisError) -> Unavailable {
    Unavailable::because(match error.kind() {
        ErrorKind::AuthenticationFailed => "the store refuses our credentials",
        ErrorKind::InvalidClientConfig => "the store's URL cannot be used",
        ErrorKind::Io if error.is_timeout() => "the store does not answer in time",
        ErrorKind::Io => "the store cannot be reached",
        ErrorKind::Server(ServerErrorKind::BusyLoading) => "the store is loading its data",
        ErrorKind::Server(ServerErrorKind::ReadOnly) => "the store is a replica",
        ErrorKind::Server(ServerErrorKind::MasterDown) => "the store has lost its primary",
        ErrorKind::Server(ServerErrorKind::NoPerm) => "the store forbids what the ledger needs",
        _ if error.code() == Some("OOM") => "the store is full",
        _ if error.code() == Some("NOREPLICAS") => "the store has too few replicas to write",
        _ => "the store answers something unexpected",
    })
}
