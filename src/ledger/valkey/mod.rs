//! The ledger of a fleet, in a Valkey or Redis server (7 or later): strict across nodes.
//!
//! Each operation is one script, which the server runs whole or not at all. The server may lose what it was told: when it
//! restarts, when a replica is promoted, when it is emptied or restored. Every script that writes looks whether the
//! process or its history is another one than before; if so it draws a *fence*, and no code or refresh token that was
//! issued before is believed any more. A record that is missing is a refusal. An answer that does not come, or is not
//! one of those expected, is [`Unavailable`].

mod connection;
mod script;
mod target;

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::flow::code::CODE_LIFETIME_SECONDS;
use protocol::ids::GrantName;
use protocol::oauth::time::UnixTime;
use protocol::replay::{Claim, Holder, Revocation, Rotation};

use super::family::alone;
use super::{
    Answer, BEYOND_MEMORY, CodeClaim, EPOCH_KEPT_SECONDS, Guarantee, Keep, Keeping, Kept, Ledger,
    Reach, RefreshUse, Unavailable, UseClaim,
};
use connection::{Connection, Told};
use script::{Question, Scripts};

pub use target::{Target, TargetRefused};

const GUARANTEE: Guarantee = Guarantee {
    kind: "valkey",
    single_use_codes: Reach::EveryNode,
    reuse_detection: Reach::EveryNode,
    revocation: Reach::EveryNode,
    keeps: Reach::EveryNode,
    knows_every_family: true,
    survives_restart: true,
    sentences: &[
        "On all nodes together a code is redeemed once, and a second valid redemption revokes what the first one yielded.",
        "On all nodes the use of a refresh token that was replaced revokes its family; a family that the store does not know is refused.",
        "When the store restarts, fails over, is emptied or restored, codes and refresh tokens issued before are refused, and everybody logs in again; for 11 seconds codes are answered 503.",
        "A revocation that the store loses in a fail-over is lost for access tokens until they expire.",
        "What an identity provider gave for a person, where it must be kept, is in the store, sealed, for every node; what the store loses makes that person log in again.",
        "When the store does not answer, the answer is 503 and nothing is issued.",
    ],
};

/// How far the clocks of two nodes may be apart, in seconds; each may differ from the store's by half of it.
const SKEW_SECONDS: u64 = 10;
/// How long everything is remembered beyond its end, in seconds: clocks may differ, or step back.
const MARGIN_SECONDS: u64 = 300;

/// What a text that is kept is told behind.
const TEXT: &str = "text ";

/// How to reach the server, and what to call things there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Settings {
    /// Which server.
    pub target: Target,
    /// What the name of every key begins with.
    pub key_prefix: String,
    /// How long an operation may take.
    pub timeout: Duration,
}

/// A ledger in a server that all nodes share.
pub struct Valkey {
    connection: Connection,
    scripts: Scripts,
    key_prefix: String,
}

impl fmt::Debug for Valkey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Valkey")
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}

/// What a key names.
enum Key {
    Server,
    Canary,
    Code([u8; 16]),
    Use([u8; 16]),
    Family([u8; 16]),
    Revoked([u8; 16]),
    Everything,
    Subject([u8; 16]),
    Client([u8; 16]),
    Kept([u8; 16]),
}

impl Valkey {
    /// A ledger that connects when it is asked first. Needs a running Tokio runtime.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] if TLS cannot be set up.
    pub fn new(settings: &Settings) -> Result<Self, Unavailable> {
        Ok(Self {
            connection: Connection::new(settings.target.clone(), settings.timeout)?,
            scripts: Scripts::default(),
            key_prefix: settings.key_prefix.clone(),
        })
    }

    fn key(&self, key: &Key) -> String {
        let (kind, id) = match key {
            Key::Server => ("server", None),
            Key::Canary => ("canary", None),
            Key::Code(id) => ("code:", Some(id)),
            Key::Use(id) => ("use:", Some(id)),
            Key::Family(id) => ("family:", Some(id)),
            Key::Revoked(id) => ("revoked:", Some(id)),
            Key::Everything => ("before", None),
            Key::Subject(id) => ("before:subject:", Some(id)),
            Key::Client(id) => ("before:client:", Some(id)),
            Key::Kept(id) => ("kept:", Some(id)),
        };
        let id = id.map(|id| URL_SAFE_NO_PAD.encode(id)).unwrap_or_default();
        format!("{}{kind}{id}", self.key_prefix)
    }

    /// A question to a script with the opening before it.
    fn writing<'a>(&self, script: &'a redis::Script, now: UnixTime) -> Question<'a> {
        Question::writing(script, now).key(self.key(&Key::Server))
    }

    /// The instants that may cover a holder.
    fn epochs_of(&self, holder: &Holder) -> [String; 3] {
        [Key::Everything, Key::Subject(holder.subject.0), Key::Client(holder.client.0)]
            .map(|key| self.key(&key))
    }

    /// Presents a refresh token; `spends`: 1 if it is used, 0 if that is only asked ahead.
    fn present(&self, used: &RefreshUse, spends: u64, now: UnixTime) -> Answer<'_, Rotation> {
        let holder = used.holder;
        let [everything, subject, client] = self.epochs_of(&holder);
        let mut question = self
            .writing(&self.scripts.rotate, now)
            .key(self.key(&Key::Family(holder.family.0)))
            .key(self.key(&Key::Revoked(holder.family.0)))
            .key(everything)
            .key(subject)
            .key(client)
            .key(self.key(&Key::Kept(holder.family.0)))
            .attempt()
            .number(u64::from(used.generation))
            .number(used.grace_seconds)
            .number(holder.founded_at.0)
            .number(holder.founded_at.minus_seconds(SKEW_SECONDS).0)
            .number(seconds_to(used.family_expires_at, now))
            .number(spends);
        Box::pin(async move {
            let told = self.connection.ask(&mut question).await?;
            match told.outcome.as_str() {
                "rotated" => Ok(Rotation::Rotated),
                "sibling" => Ok(Rotation::Sibling),
                "reused" => Ok(Rotation::Reused),
                "revoked" => Ok(Rotation::Revoked),
                "unknown" => Ok(Rotation::Unknown),
                _ => Err(told.unexpected()),
            }
        })
    }

    /// The claim, or where the fence stands if it is beyond.
    async fn claim_once(
        &self,
        mut question: Question<'_>,
    ) -> Result<Result<Claim, UnixTime>, Unavailable> {
        let told = self.connection.ask(&mut question).await?;
        match told.outcome.as_str() {
            "first" => Ok(Ok(Claim::First)),
            "repeated" => Ok(Ok(Claim::Repeated { first_at: UnixTime(told.number) })),
            "beyond" => Ok(Err(UnixTime(told.number))),
            _ => Err(told.unexpected()),
        }
    }
}

/// The first instant at which what is issued is believed again.
fn believed_from(fence: UnixTime) -> UnixTime {
    fence.plus_seconds(SKEW_SECONDS + 1)
}

/// Seconds from `now` to `end`, and the margin.
fn seconds_to(end: UnixTime, now: UnixTime) -> u64 {
    end.seconds_since(now) + MARGIN_SECONDS
}

impl Ledger for Valkey {
    fn claim(&self, claimed: UseClaim, now: UnixTime) -> Answer<'_, Claim> {
        let question = self
            .writing(&self.scripts.claim, now)
            .key(self.key(&Key::Use(claimed.id.0)))
            .attempt()
            .number(seconds_to(claimed.expires_at, now))
            .number(claimed.issued_at.minus_seconds(SKEW_SECONDS).0);
        Box::pin(async move {
            let claim = self.claim_once(question).await?;
            claim.map_err(|_| Unavailable::because("the store changed after this was issued"))
        })
    }

    fn claim_code(&self, claimed: CodeClaim, now: UnixTime) -> Answer<'_, Claim> {
        let issued_at = claimed.expires_at.minus_seconds(CODE_LIFETIME_SECONDS);
        let question = self
            .writing(&self.scripts.claim, now)
            .key(self.key(&Key::Code(claimed.code.0)))
            .key(self.key(&Key::Family(claimed.family.0)))
            .attempt()
            .number(seconds_to(claimed.expires_at, now))
            .number(issued_at.minus_seconds(SKEW_SECONDS).0)
            .number(seconds_to(claimed.family_expires_at, now));
        Box::pin(async move {
            match self.claim_once(question).await? {
                Ok(claim) => Ok(claim),
                // No code that is issued by now is believed, so a client that logs in again at once fares no better.
                Err(fence) if now < believed_from(fence) => {
                    Err(Unavailable::because("the store changed a moment ago"))
                }
                Err(_) => Ok(BEYOND_MEMORY),
            }
        })
    }

    fn rotate(&self, used: RefreshUse, now: UnixTime) -> Answer<'_, Rotation> {
        self.present(&used, 1, now)
    }

    fn foresee(&self, used: RefreshUse, now: UnixTime) -> Answer<'_, Rotation> {
        self.present(&used, 0, now)
    }

    fn revoke(&self, what: Revocation, now: UnixTime) -> Answer<'_, ()> {
        let (name, before) = match what {
            Revocation::Token { token, until } => (Key::Revoked(alone(token).0), Err(until)),
            Revocation::Family { family, until } => (Key::Revoked(family.0), Err(until)),
            Revocation::Subject { subject, before } => (Key::Subject(subject.0), Ok(before)),
            Revocation::Client { client, before } => (Key::Client(client.0), Ok(before)),
            Revocation::Everything { before } => (Key::Everything, Ok(before)),
        };
        let kept = match name {
            Key::Revoked(family) => self.key(&Key::Kept(family)),
            _ => String::new(),
        };
        let name = self.key(&name);
        let mut question = match before {
            Err(until) => self
                .writing(&self.scripts.revoke_family, now)
                .key(name)
                .key(kept)
                .number(seconds_to(until, now)),
            Ok(before) => self
                .writing(&self.scripts.revoke_before, now)
                .key(name)
                .number(before.0)
                .number(seconds_to(before.plus_seconds(EPOCH_KEPT_SECONDS), now)),
        };
        Box::pin(async move { self.connection.ask(&mut question).await?.done() })
    }

    fn is_revoked(&self, holder: Holder, _: UnixTime) -> Answer<'_, bool> {
        let token = holder.token.map_or(holder.family, alone);
        let mut question = Question::reading(&self.scripts.is_revoked)
            .key(self.key(&Key::Revoked(holder.family.0)))
            .key(self.key(&Key::Revoked(token.0)));
        for name in self.epochs_of(&holder) {
            question = question.key(name);
        }
        let mut question = question.number(holder.founded_at.0);
        Box::pin(async move {
            let told = self.connection.ask(&mut question).await?;
            match told.outcome.as_str() {
                "yes" => Ok(true),
                "no" => Ok(false),
                _ => Err(told.unexpected()),
            }
        })
    }

    fn keep(&self, kept: Keep, now: UnixTime) -> Answer<'_, Keeping> {
        let mut question = self
            .writing(&self.scripts.keep, now)
            .key(self.key(&Key::Kept(kept.name.0)))
            .attempt()
            .number(kept.replaces.unwrap_or_default())
            .text(kept.text)
            .number(seconds_to(kept.expires_at, now));
        Box::pin(async move {
            let told = self.connection.ask(&mut question).await?;
            match told.outcome.as_str() {
                "kept" => Ok(Keeping::Kept { version: told.number }),
                "overtaken" => Ok(Keeping::Overtaken),
                _ => Err(told.unexpected()),
            }
        })
    }

    fn kept(&self, name: GrantName, _: UnixTime) -> Answer<'_, Option<Kept>> {
        let mut question = Question::reading(&self.scripts.kept).key(self.key(&Key::Kept(name.0)));
        Box::pin(async move {
            let told = self.connection.ask(&mut question).await?;
            match (told.outcome.as_str(), told.outcome.strip_prefix(TEXT)) {
                ("nothing", _) => Ok(None),
                (_, Some(text)) => Ok(Some(Kept { text: text.to_owned(), version: told.number })),
                _ => Err(told.unexpected()),
            }
        })
    }

    fn begin(&self, now: UnixTime) -> Answer<'_, UnixTime> {
        let mut question = self.writing(&self.scripts.begin, now);
        Box::pin(async move {
            let told = self.connection.ask(&mut question).await?;
            match told.outcome.as_str() {
                "done" => Ok(believed_from(UnixTime(told.number))),
                _ => Err(told.unexpected()),
            }
        })
    }

    fn check(&self) -> Answer<'_, ()> {
        let mut question = Question::reading(&self.scripts.check).key(self.key(&Key::Canary));
        Box::pin(async move {
            let told: Told = self.connection.ask(&mut question).await?;
            let apart = self.connection.seconds_apart();
            told.done()?;
            if apart > SKEW_SECONDS / 2 {
                return Err(Unavailable::because("its clock and ours are too far apart"));
            }
            Ok(())
        })
    }

    fn guarantee(&self) -> &Guarantee {
        &GUARANTEE
    }
}
