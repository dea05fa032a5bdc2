//! What every ledger promises, checked for each back end as far as it claims to.

use std::sync::Arc;

use protocol::ids::{CodeId, FamilyId};
use protocol::oauth::time::UnixTime;
use protocol::replay::{Claim, Rotation};
use sealbearer::ledger::{Answer, Forgetful, Ledger, Memory, RefreshUse, Unavailable};

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
        self.answer(self.ledger.claim_code(CodeId([code; 16]), expires_at, now))
    }

    fn rotate(&self, used: RefreshUse, now: UnixTime) -> Rotation {
        self.answer(self.ledger.rotate(used, now)).expect("there is room")
    }

    fn revoke(&self, family: u8, until: UnixTime, now: UnixTime) {
        let revoked = self.ledger.revoke_family(FamilyId([family; 16]), until, now);
        self.answer(revoked).expect("there is room");
    }

    fn is_revoked(&self, family: u8, now: UnixTime) -> bool {
        self.answer(self.ledger.is_revoked(FamilyId([family; 16]), now)).expect("it answers")
    }
}

fn numbered(number: u32) -> [u8; 16] {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    id
}

fn used(family: u8, generation: u32, grace_seconds: u64) -> RefreshUse {
    RefreshUse {
        family: FamilyId([family; 16]),
        generation,
        grace_seconds,
        family_expires_at: START.plus_seconds(1_000),
    }
}
