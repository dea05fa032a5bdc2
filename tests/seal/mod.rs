//! The seal and the key ring: what opens, what never does, and that each wall holds without the others.

mod claims;
mod confusion;
mod days;
mod derivation;
mod federated;
mod fleet;
pub(crate) mod foreign;
mod forge;
mod forgeries;
mod ring;
mod ring_file;
mod round_trip;
mod signed;
mod signing_ring;
mod stages;
mod states;
mod tampering;
mod vectors;

use std::sync::LazyLock;

use proptest::test_runner::{Config, FileFailurePersistence};
use protocol::oauth::time::UnixTime;
use sealbearer::keys::KeyRing;
use sealbearer::seal::{Artefact, Purpose, Seal};
use serde::{Deserialize, Serialize};

pub(crate) const ISSUER: &str = "https://auth.example.com";
pub(crate) const DAY: u64 = 20_778;
/// Noon, so that no test is near midnight unless it wants to be.
pub(crate) const NOW: UnixTime = UnixTime(DAY * 86_400 + 43_200);

/// A ring whose keys are the same in every run.
pub(crate) const RING: &str = include_str!("ring.json");

/// proptest's default persistence looks for a `lib.rs` and finds none here.
pub(crate) fn cases() -> Config {
    let seeds = FileFailurePersistence::WithSource("regressions");
    let usual = Config::default();
    Config {
        failure_persistence: Some(Box::new(seeds)),
        // What a property assumes rules out a share of the cases, however many there are.
        max_global_rejects: usual.cases.saturating_mul(4).max(usual.max_global_rejects),
        ..usual
    }
}

pub(crate) fn ring() -> KeyRing {
    KeyRing::from_json(RING).expect("the ring of the tests is a ring")
}

/// A node of its own, with nothing in memory.
pub(crate) fn seal() -> Seal {
    Seal::new(ISSUER, &ring())
}

/// A node that all tests share, for those that do not care what it has in memory.
pub(crate) fn node() -> &'static Seal {
    static NODE: LazyLock<Seal> = LazyLock::new(seal);
    &NODE
}

/// Claims of one purpose with a member that no other purpose has.
macro_rules! artefact {
    ($name:ident, $member:literal) => {
        #[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name {
            #[serde(rename = "iat")]
            pub(crate) issued_at: u64,
            #[serde(rename = "exp")]
            pub(crate) expires_at: u64,
            #[serde(rename = $member)]
            pub(crate) content: String,
        }

        impl Artefact for $name {
            const PURPOSE: Purpose = Purpose::$name;

            fn issued_at(&self) -> UnixTime {
                UnixTime(self.issued_at)
            }

            fn expires_at(&self) -> Option<UnixTime> {
                Some(UnixTime(self.expires_at))
            }
        }

        impl Sample for $name {
            fn sample(content: &str) -> Self {
                let (issued_at, expires_at) = (NOW.0, NOW.0 + 60);
                Self { issued_at, expires_at, content: content.to_owned() }
            }
        }
    };
}

artefact!(AuthorizationCode, "code");
artefact!(AccessToken, "access");
artefact!(RefreshToken, "refresh");
artefact!(LoginTicket, "login");
artefact!(ConsentTicket, "consent");
artefact!(LoginSession, "session");
artefact!(ConsentMemory, "memory");
artefact!(AccountTicket, "account");
artefact!(RevocationOrder, "order");
artefact!(ApprovalTicket, "approval");
artefact!(ProviderTransaction, "transaction");
artefact!(LogoutTicket, "logout");

/// A registration has no dates: it never expires and is the same whenever it is made.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientRegistration {
    #[serde(rename = "client")]
    pub(crate) content: String,
}

impl Artefact for ClientRegistration {
    const PURPOSE: Purpose = Purpose::ClientRegistration;

    fn issued_at(&self) -> UnixTime {
        UnixTime(0)
    }

    fn expires_at(&self) -> Option<UnixTime> {
        None
    }
}

impl Sample for ClientRegistration {
    fn sample(content: &str) -> Self {
        Self { content: content.to_owned() }
    }
}

/// An artefact that tests can make.
pub(crate) trait Sample: Artefact + Clone + Eq + std::fmt::Debug {
    fn sample(content: &str) -> Self;
}

/// Calls a generic function once for every purpose.
macro_rules! for_every_purpose {
    ($check:ident($($argument:expr),*)) => {{
        use crate::seal as artefacts;
        $check::<artefacts::AuthorizationCode>($($argument),*);
        $check::<artefacts::AccessToken>($($argument),*);
        $check::<artefacts::RefreshToken>($($argument),*);
        $check::<artefacts::ClientRegistration>($($argument),*);
        $check::<artefacts::LoginTicket>($($argument),*);
        $check::<artefacts::ConsentTicket>($($argument),*);
        $check::<artefacts::LoginSession>($($argument),*);
        $check::<artefacts::ConsentMemory>($($argument),*);
        $check::<artefacts::AccountTicket>($($argument),*);
        $check::<artefacts::RevocationOrder>($($argument),*);
        $check::<artefacts::ApprovalTicket>($($argument),*);
        $check::<artefacts::ProviderTransaction>($($argument),*);
        $check::<artefacts::LogoutTicket>($($argument),*);
    }};
}
pub(crate) use for_every_purpose;
