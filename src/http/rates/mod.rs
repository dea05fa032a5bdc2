//! How often somebody may ask, by class of request. Each node counts for itself: behind a balancer, N nodes admit up to N
//! times as much.
//!
//! Source: RFC 6585 §4 (429), RFC 6819 §5.1.4.2.3, §4.3.2 (guessing). An address is what a request costs its sender
//! something to change, so addresses are what is counted. The requests of hosted clients all come from few addresses;
//! those networks are known, and counted by `client_id`, or far more generously.

mod familiar;
pub mod layer;
mod table;

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::{Quota, RateLimiter};
use ipnet::IpNet;

use super::address::ClientAddress;
use crate::config::RatesConfig;
use crate::world::World;
use familiar::Familiar;
use table::{Ask, Table};

/// What one address of this machine may ask in a minute whatever is set: programs on it test, and all of a proxy's
/// requests seem to come from it where no proxy is named.
pub const LOCAL_PER_MINUTE_MIN: NonZeroU32 = NonZeroU32::MIN.saturating_add(5_999);
/// How many times as much a network of hosted clients may ask: that many people share it.
pub const HOSTED_FACTOR: NonZeroU32 = NonZeroU32::MIN.saturating_add(99);
/// One for each class, one each for failed token requests, wrong passwords and challenges.
const TABLES: usize = Class::ALL.len() + 3;
/// How often a challenge may come within an hour without being noticed: people go back, and links are probed.
const CHALLENGES_PER_HOUR: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);
/// The time over which wrong passwords are counted.
const WRONG_PASSWORDS_WINDOW: Duration = Duration::from_mins(15);

/// Requests that are counted together.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Class {
    /// Authorization requests, and decisions about consent.
    Authorize,
    /// Passwords sent, right or wrong.
    Login,
    /// Token requests.
    Token,
    /// Registrations.
    Register,
    /// Introspection and revocation.
    Introspect,
    /// Client metadata documents fetched, by the host that is asked for them.
    Documents,
}

impl Class {
    const ALL: [Self; 6] = [
        Self::Authorize,
        Self::Login,
        Self::Token,
        Self::Register,
        Self::Introspect,
        Self::Documents,
    ];
}

/// What `config` allows `class`.
fn allowance(config: &RatesConfig, class: Class) -> NonZeroU32 {
    match class {
        Class::Authorize => config.authorize,
        Class::Login => config.login,
        Class::Token => config.token,
        Class::Register => config.register,
        Class::Introspect => config.introspect,
        Class::Documents => config.documents,
    }
}

/// Somebody asked too often.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TooMany {
    /// When the next request will be admitted, in seconds; at least one.
    pub wait_seconds: u64,
}

/// A door for keys of one kind.
type Door = RateLimiter<Ask, Table, Elapsed, NoOpMiddleware<Duration>>;

/// Time as the limits count it.
#[derive(Clone)]
struct Elapsed(Arc<dyn World>);

impl Clock for Elapsed {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Where an address belongs.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Neighbourhood {
    Usual,
    /// This machine.
    Local,
    /// A network of hosted clients, or a proxy that everybody comes through.
    Hosted,
}

/// The doors of one class, over the same counters.
struct Doors {
    usual: Door,
    local: Door,
    hosted: Door,
}

impl Doors {
    fn new(per_minute: NonZeroU32, table: &Table, clock: &Elapsed) -> Self {
        let door = |per_minute| {
            RateLimiter::new(Quota::per_minute(per_minute), table.clone(), clock.clone())
        };
        Self {
            usual: door(per_minute),
            local: door(per_minute.max(LOCAL_PER_MINUTE_MIN)),
            hosted: door(per_minute.saturating_mul(HOSTED_FACTOR)),
        }
    }

    fn of(&self, neighbourhood: Neighbourhood) -> &Door {
        match neighbourhood {
            Neighbourhood::Usual => &self.usual,
            Neighbourhood::Local => &self.local,
            Neighbourhood::Hosted => &self.hosted,
        }
    }
}

/// The counters of a node: at most [`Rates::BYTES_MAX`] bytes, whoever asks how often.
pub struct Rates {
    classes: [Doors; Class::ALL.len()],
    token_failures: Doors,
    wrong_passwords: Door,
    challenges: Door,
    familiar: Familiar,
    /// The counters behind all doors.
    tables: Vec<Table>,
    clock: Elapsed,
    egress: Vec<IpNet>,
    is_local: bool,
    is_behind_unnamed_proxy: bool,
    hashing: RandomState,
}

impl Rates {
    /// Bytes of all counters when everything was needed.
    pub const BYTES_MAX: usize = TABLES * Table::BYTES_MAX + Familiar::BYTES;

    /// Bytes of the counters that were needed so far.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.tables.iter().map(Table::bytes).sum::<usize>() + Familiar::BYTES
    }

    /// Counters that start from zero. `world`: whose time it is.
    ///
    /// # Panics
    ///
    /// Never: a quarter of an hour divides into more parts than a setting may name.
    #[must_use]
    pub fn new(config: &RatesConfig, world: Arc<dyn World>) -> Self {
        let clock = Elapsed(world);
        let tables: Vec<_> = (0..TABLES).map(|_| Table::new()).collect();
        let period = WRONG_PASSWORDS_WINDOW / config.wrong_passwords.get();
        let wrong_passwords = Quota::with_period(period)
            .expect("a quarter of an hour divides into a million parts")
            .allow_burst(config.wrong_passwords);
        let [failures, passwords, challenges] = [0, 1, 2].map(|at| &tables[Class::ALL.len() + at]);
        Self {
            classes: Class::ALL
                .map(|class| Doors::new(allowance(config, class), &tables[class as usize], &clock)),
            token_failures: Doors::new(config.token_failures, failures, &clock),
            wrong_passwords: RateLimiter::new(wrong_passwords, passwords.clone(), clock.clone()),
            challenges: RateLimiter::new(
                Quota::per_hour(CHALLENGES_PER_HOUR),
                challenges.clone(),
                clock.clone(),
            ),
            familiar: Familiar::new(),
            tables,
            clock,
            egress: config.egress.clone(),
            is_local: config.is_local,
            is_behind_unnamed_proxy: config.is_behind_unnamed_proxy,
            hashing: RandomState::new(),
        }
    }

    /// Counts a request of `class` from `address`. Token requests of hosted clients are left to [`Self::ask_as_client`].
    /// # Errors
    /// [`TooMany`], and then it did not count.
    pub fn ask(&self, class: Class, address: ClientAddress) -> Result<(), TooMany> {
        let place = self.neighbourhood(address.ip());
        if place == Neighbourhood::Hosted && class == Class::Token {
            return Ok(());
        }
        self.count(self.doors(class).of(place), self.hashing.hash_one((class, place, address)))
    }

    /// Counts a request of `class` by the client that it names, if it comes from where many clients share an address.
    /// # Errors
    /// [`TooMany`], and then it did not count.
    pub fn ask_as_client(
        &self,
        class: Class,
        address: ClientAddress,
        client_id: &str,
    ) -> Result<(), TooMany> {
        match self.neighbourhood(address.ip()) {
            Neighbourhood::Usual | Neighbourhood::Local => Ok(()),
            Neighbourhood::Hosted => {
                let hash = self.hashing.hash_one((class, "client", client_id));
                self.count(&self.doors(class).hosted, hash)
            }
        }
    }

    /// Whether `client_id`, which proved who it is, may ask about one more token that tells it nothing.
    /// # Errors
    /// [`TooMany`].
    pub fn may_scan(&self, client_id: &str) -> Result<(), TooMany> {
        self.look(&self.doors(Class::Introspect).usual, self.scan(client_id))
    }

    /// Counts a question about a token that told `client_id` nothing, wherever it was asked from.
    pub fn scanned(&self, client_id: &str) {
        // A refusal here is one for the next question: this one is answered already.
        self.count(&self.doors(Class::Introspect).usual, self.scan(client_id)).ok();
    }

    fn scan(&self, client_id: &str) -> u64 {
        self.hashing.hash_one((Class::Introspect, "caller", client_id))
    }

    /// Counts one fetch from `host`.
    /// # Errors
    /// [`TooMany`], and then it did not count.
    pub fn ask_host(&self, host: &str) -> Result<(), TooMany> {
        let class = Class::Documents;
        self.count(&self.doors(class).usual, self.hashing.hash_one((class, "host", host)))
    }

    /// Whether `client_id`, whoever claims to be it at `address`, may fail once more at the token endpoint.
    /// # Errors
    /// [`TooMany`].
    pub fn may_fail(&self, address: ClientAddress, client_id: &str) -> Result<(), TooMany> {
        let (door, hash) = self.failure(address, client_id);
        self.look(door, hash)
    }

    /// Counts a token request that failed.
    pub fn failed(&self, address: ClientAddress, client_id: &str) {
        let (door, hash) = self.failure(address, client_id);
        // A refusal here is one for the next request: this one is answered already.
        self.count(door, hash).ok();
    }

    /// Strangers elsewhere cannot spend what a client may fail: the address is part of the key, unless many share it.
    fn failure(&self, address: ClientAddress, client_id: &str) -> (&Door, u64) {
        let place = self.neighbourhood(address.ip());
        let shared = place == Neighbourhood::Hosted;
        let address = (!shared).then_some(address);
        (self.token_failures.of(place), self.hashing.hash_one((client_id, address)))
    }

    /// Whether somebody at `address` may try a password for `name`.
    /// # Errors
    /// [`TooMany`].
    pub fn may_try(&self, address: ClientAddress, name: &str) -> Result<(), TooMany> {
        self.account(address, name).map_or(Ok(()), |hash| self.look(&self.wrong_passwords, hash))
    }

    /// Counts a wrong password for `name`.
    pub fn tried_in_vain(&self, address: ClientAddress, name: &str) {
        if let Some(hash) = self.account(address, name) {
            self.count(&self.wrong_passwords, hash).ok();
        }
    }

    /// Remembers that `name` logged in at `address`: what others guess elsewhere does not count there any more.
    pub fn logged_in(&self, address: ClientAddress, name: &str) {
        self.familiar.add(self.hashing.hash_one((canonical(name), address)));
    }

    /// Whether `client_id` sends this challenge again and again, which makes PKCE worth nothing (RFC 9700 §2.1.1).
    #[must_use]
    pub fn is_worn_out(&self, client_id: &str, challenge: &str) -> bool {
        let hash = self.hashing.hash_one((client_id, challenge));
        self.count(&self.challenges, hash).is_err()
    }

    /// What wrong passwords for `name` are counted under: the name wherever they come from, but for an address where the
    /// name has logged in. `None`: not counted.
    fn account(&self, address: ClientAddress, name: &str) -> Option<u64> {
        if self.is_local && address.is_local() {
            return None;
        }
        let name = canonical(name);
        let here = self.hashing.hash_one((&name, address));
        Some(if self.familiar.knows(here) { here } else { self.hashing.hash_one(&name) })
    }

    fn doors(&self, class: Class) -> &Doors {
        &self.classes[class as usize]
    }

    fn neighbourhood(&self, address: IpAddr) -> Neighbourhood {
        let is_named = || self.egress.iter().any(|network| network.contains(&address));
        if self.is_behind_unnamed_proxy || is_named() {
            Neighbourhood::Hosted
        } else if address.is_loopback() {
            Neighbourhood::Local
        } else {
            Neighbourhood::Usual
        }
    }

    fn count(&self, door: &Door, hash: u64) -> Result<(), TooMany> {
        self.judge(door, Ask { hash, counts: true })
    }

    fn look(&self, door: &Door, hash: u64) -> Result<(), TooMany> {
        self.judge(door, Ask { hash, counts: false })
    }

    fn judge(&self, door: &Door, ask: Ask) -> Result<(), TooMany> {
        door.check_key(&ask).map_err(|refused| {
            let wait = refused.wait_time_from(self.clock.now());
            TooMany {
                wait_seconds: wait
                    .as_millis()
                    .div_ceil(1_000)
                    .max(1)
                    .try_into()
                    .unwrap_or(u64::MAX),
            }
        })
    }
}

/// One spelling for all under which a name might be tried.
fn canonical(name: &str) -> String {
    name.trim().to_lowercase()
}
