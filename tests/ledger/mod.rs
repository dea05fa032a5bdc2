//! What every ledger promises, checked for each back end as far as it claims to.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use protocol::ids::{CodeId, FamilyId, GrantName, TokenId};
use protocol::oauth::client::ClientThumbprint;
use protocol::oauth::subject::SubjectDigest;
use protocol::oauth::time::UnixTime;
use protocol::replay::{Claim, Holder, Revocation, Rotation, UseId};
use sealbearer::ledger::{
    Answer, Capacity, CodeClaim, File, FileError, Forgetful, Keep, Keeping, Kept, Ledger, Memory,
    RefreshUse, Unavailable, UseClaim, Valkey,
};
use tokio::runtime::Runtime;

use crate::support::{memory, store};

mod bounds;
mod crowd;
mod file;
mod keeping;
mod model;
mod promises;
mod thieves;
mod valkey;

const START: UnixTime = UnixTime(1_800_000_000);
/// When the ledgers under test began: long before.
const BEGAN: UnixTime = UnixTime(1_700_000_000);

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime starts")
});

/// Every back end, fresh. A new one is added here, and is then held to what its guarantee says.
fn every_kind() -> Vec<Arc<dyn Ledger>> {
    let mut kinds: Vec<Arc<dyn Ledger>> =
        vec![Arc::new(Memory::default()), Arc::new(Forgetful), Arc::new(temporary_file())];
    if let Some(store) = store::shared() {
        kinds.push(valkey::connected(&store.settings()));
    }
    kinds
}

/// A file that is gone from its folder as soon as it is open, and from the disk when the ledger ends.
fn temporary_file() -> File {
    let path = fresh_path();
    let ledger = File::open(&path, Capacity::default(), BEGAN).expect("the file can be made");
    std::fs::remove_file(&path).expect("it was made");
    ledger
}

/// A name that no file has yet.
fn fresh_path() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    memory().join(format!("sealbearer-ledger-{}-{count}.redb", std::process::id()))
}

fn answer<T>(asked: Answer<'_, T>) -> Result<T, Unavailable> {
    RUNTIME.block_on(asked)
}

/// A back end under test, with the questions it is asked again and again.
struct Subject {
    ledger: Arc<dyn Ledger>,
}

impl Subject {
    /// Families 1 to 3 are founded, as by the redemption of their codes.
    fn new(ledger: Arc<dyn Ledger>) -> Self {
        let subject = Self { ledger };
        for family in 1..=3 {
            subject.found(family);
        }
        subject
    }

    /// Whether a family that was not founded here is refused.
    fn knows_every_family(&self) -> bool {
        self.ledger.guarantee().knows_every_family
    }

    /// Redeems a code of its own for `family`.
    fn found(&self, family: u8) {
        let mut code = [family; 16];
        code[0] = 255;
        let claim = CodeClaim {
            code: CodeId(code),
            family: FamilyId([family; 16]),
            ..claim_of([family; 16], START.plus_seconds(60))
        };
        let claimed = answer(self.ledger.claim_code(claim, START)).expect("there is room");
        assert!(matches!(claimed, Claim::First | Claim::NotRemembered), "{claimed:?}");
    }

    fn claim(&self, code: u8, expires_at: UnixTime, now: UnixTime) -> Result<Claim, Unavailable> {
        answer(self.ledger.claim_code(claim_of([code; 16], expires_at), now))
    }

    fn rotate(&self, used: RefreshUse, now: UnixTime) -> Rotation {
        answer(self.ledger.rotate(used, now)).expect("there is room")
    }

    fn foresee(&self, used: RefreshUse, now: UnixTime) -> Rotation {
        answer(self.ledger.foresee(used, now)).expect("it answers")
    }

    fn revoke(&self, family: u8, until: UnixTime, now: UnixTime) {
        self.revoke_all(Revocation::Family { family: FamilyId([family; 16]), until }, now);
    }

    fn revoke_all(&self, what: Revocation, now: UnixTime) {
        answer(self.ledger.revoke(what, now)).expect("there is room");
    }

    fn is_revoked(&self, family: u8, now: UnixTime) -> bool {
        self.are_revoked(holder([family; 16]), now)
    }

    fn are_revoked(&self, holder: Holder, now: UnixTime) -> bool {
        answer(self.ledger.is_revoked(holder, now)).expect("it answers")
    }
}

/// The claim of a code that founds a family of the same name.
fn claim_of(code: [u8; 16], expires_at: UnixTime) -> CodeClaim {
    let family_expires_at = START.plus_seconds(100_000);
    CodeClaim { code: CodeId(code), expires_at, family: FamilyId(code), family_expires_at }
}

/// A family's tokens, all of the same subject and client.
fn holder(family: [u8; 16]) -> Holder {
    Holder {
        family: FamilyId(family),
        subject: SubjectDigest([7; 16]),
        client: ClientThumbprint([8; 16]),
        founded_at: START,
        token: None,
    }
}

fn numbered(number: u32) -> [u8; 16] {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    id
}

fn used(family: u8, generation: u32, grace_seconds: u64) -> RefreshUse {
    RefreshUse {
        holder: holder([family; 16]),
        generation,
        grace_seconds,
        family_expires_at: START.plus_seconds(100_000),
    }
}
