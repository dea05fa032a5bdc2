//! Three nodes that share the key ring, and either nothing else or one ledger.

use std::fmt::Debug;
use std::sync::Arc;

use sealbearer::ledger::Ledger;

use crate::support::{Deployment, Fleet, Scratch, ledger_of, store};

/// How the nodes of a history remember.
pub(super) trait Sharing: Clone + Debug + 'static {
    /// Whether what one node learns all of them know, and none of them forgets.
    const IS_ONE: bool;

    /// `None`: this machine has no such ledger.
    fn start(deployment: Deployment) -> Option<Setting>;
}

/// The nodes of one history.
pub(super) struct Setting {
    pub(super) fleet: Fleet,
    pub(super) deployment: Deployment,
    /// What all nodes have in common, where a node that starts again opens nothing of its own.
    shared: Option<Arc<dyn Ledger>>,
    _scratch: Option<Scratch>,
}

impl Setting {
    /// Another process takes the place of a node.
    pub(super) fn restart(&mut self, node: usize) {
        self.fleet.restart(node, &self.deployment, self.shared.as_ref());
    }
}

/// Each node has a memory of its own.
#[derive(Clone, Debug)]
pub(super) struct Apart;

impl Sharing for Apart {
    const IS_ONE: bool = false;

    fn start(deployment: Deployment) -> Option<Setting> {
        let fleet = Fleet::start(3, &deployment);
        Some(Setting { fleet, deployment, shared: None, _scratch: None })
    }
}

/// All nodes ask one file, which knows every family: what a store is, in one process.
#[derive(Clone, Debug)]
pub(super) struct OneFile;

impl Sharing for OneFile {
    const IS_ONE: bool = true;

    fn start(deployment: Deployment) -> Option<Setting> {
        let scratch = Scratch::new();
        let path = scratch.path("ledger.redb");
        let file = format!("kind = \"file\"\npath = \"{}\"", path.display());
        let deployment = deployment.with_ledger(&file);
        let ledger = ledger_of(&deployment);
        let fleet = Fleet::sharing(3, &deployment, &ledger);
        Some(Setting { fleet, deployment, shared: Some(ledger), _scratch: Some(scratch) })
    }
}

/// All nodes ask a store, if this machine has one.
#[derive(Clone, Debug)]
pub(super) struct OneStore;

impl Sharing for OneStore {
    const IS_ONE: bool = true;

    fn start(deployment: Deployment) -> Option<Setting> {
        let deployment = deployment.with_ledger(&store::shared()?.ledger());
        let fleet = Fleet::start(3, &deployment);
        Some(Setting { fleet, deployment, shared: None, _scratch: None })
    }
}
