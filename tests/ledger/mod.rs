//! What every ledger promises, checked for each back end as far as it claims to.

use std::sync::Arc;

use protocol::ids::{CodeId, FamilyId, TokenId};
use protocol::oauth::client::ClientThumbprint;
use protocol::oauth::subject::SubjectDigest;
use protocol::oauth::time::UnixTime;
use protocol::replay::{Claim, Holder, Revocation, Rotation, UseId};
use sealbearer::ledger::{Answer, CodeClaim, Forgetful, Ledger, Memory, RefreshUse, Unavailable};

mod bounds;
mod crowd;
mod model;
mod promises;

const START: UnixTime = UnixTime(1_800_000_000);

/// Every back end, fresh. A new one is added here, and is then held to what its guarantee says.
fn every_kind() -> Vec<Arc<dyn Ledger>> {
    vec![Arc::new(Memory::default()), Arc::new(Forgetful)]
}

/// A back end under test, with the questions it is asked again and again.
struct Subject {
    ledger: Arc<dyn Ledger>,
    runtime: tokio::runtime::Runtime,
}

impl Subject {
    fn new(ledger: Arc<dyn Ledger>) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Self { ledger, runtime: runtime.expect("a runtime starts") }
    }

    fn answer<T>(&self, asked: Answer<'_, T>) -> Result<T, Unavailable> {
        self.runtime.block_on(asked)
    }

    fn claim(&self, code: u8, expires_at: UnixTime, now: UnixTime) -> Result<Claim, Unavailable> {
        self.answer(self.ledger.claim_code(claim_of([code; 16], expires_at), now))
    }

    fn rotate(&self, used: RefreshUse, now: UnixTime) -> Rotation {
        self.answer(self.ledger.rotate(used, now)).expect("there is room")
    }

    fn foresee(&self, used: RefreshUse, now: UnixTime) -> Rotation {
        self.answer(self.ledger.foresee(used, now)).expect("it answers")
    }

    fn revoke(&self, family: u8, until: UnixTime, now: UnixTime) {
        self.revoke_all(Revocation::Family { family: FamilyId([family; 16]), until }, now);
    }

    fn revoke_all(&self, what: Revocation, now: UnixTime) {
        self.answer(self.ledger.revoke(what, now)).expect("there is room");
    }

    fn is_revoked(&self, family: u8, now: UnixTime) -> bool {
        self.are_revoked(holder([family; 16]), now)
    }

    fn are_revoked(&self, holder: Holder, now: UnixTime) -> bool {
        self.answer(self.ledger.is_revoked(holder, now)).expect("it answers")
    }
}

/// The claim of a code that founds a family of the same name.
fn claim_of(code: [u8; 16], expires_at: UnixTime) -> CodeClaim {
    let family_expires_at = START.plus_seconds(1_000);
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
        family_expires_at: START.plus_seconds(1_000),
    }
}
