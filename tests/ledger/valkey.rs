//! The ledger of a fleet: a store that is slow, wrong, emptied, restarted, promoted or put back.

use sealbearer::ledger::ValkeySettings;

use super::*;

/// A node that begins with this store.
pub(super) fn connected(settings: &ValkeySettings) -> Arc<dyn Ledger> {
    let _running = RUNTIME.enter();
    let ledger = Valkey::new(settings).expect("it needs no TLS");
    RUNTIME.block_on(ledger.begin(BEGAN)).expect("the store answers");
    Arc::new(ledger)
}
