//! The catalogue's cases about what was used or revoked, for every ledger that says it knows.

use std::sync::{Arc, Mutex};

use sealbearer::ledger::{Capacity, Ledger, Memory};

use crate::support::{Ask, Client, Deployment, Fleet, Reply, Scratch, Serve as _, Tokens, store};

mod codes;
mod refresh;
mod revocation;

/// A ledger that says it knows, and the nodes that it speaks for.
struct Strict {
    name: &'static str,
    deployment: Deployment,
    fleet: Fleet,
    /// Keeps the folder of a file.
    _scratch: Option<Scratch>,
}

/// Every ledger that says it knows, set up like `base`: on one node if it speaks for one, else on three. That of
/// several nodes in one process stands for a store where there is none.
fn strict(base: &Deployment) -> Vec<Strict> {
    let scratch = Scratch::new();
    let path = scratch.path("ledger.redb");
    let file = format!("kind = \"file\"\npath = \"{}\"", path.display());
    let file = base.clone().with_ledger(&file);
    let shared: Arc<dyn Ledger> = Arc::new(Memory::new(Capacity::default()));
    let mut all = vec![
        ("memory", Fleet::start(1, base), base.clone(), None),
        ("file", Fleet::start(1, &file), file, Some(scratch)),
        ("shared memory", Fleet::sharing(3, base, &shared), base.clone(), None),
    ];
    if let Some(store) = store::shared() {
        let deployment = base.clone().with_ledger(&store.ledger());
        all.push(("valkey", Fleet::start(3, &deployment), deployment, None));
    }
    let strict =
        |(name, fleet, deployment, scratch)| Strict { name, deployment, fleet, _scratch: scratch };
    all.into_iter().map(strict).collect()
}

/// Asks all nodes, `count` times in all, at once.
fn at_once(fleet: &Fleet, count: usize, ask: &Ask) -> Vec<Reply> {
    let replies = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for number in 0..count {
            let replies = &replies;
            scope.spawn(move || {
                let reply = fleet.node(number).serve(ask);
                replies.lock().expect("no thread panicked").push(reply);
            });
        }
    });
    replies.into_inner().expect("no thread panicked")
}

/// That neither the access token nor the refresh token is good anywhere any more.
fn assert_dead(strict: &Strict, client: &Client, tokens: &Tokens) {
    for number in 0..3 {
        let node = strict.fleet.node(number);
        assert_eq!(node.test(&tokens.access).error(), "401 invalid_token", "{}", strict.name);
        let reply = client.refresh(node, tokens.refresh());
        assert_eq!(reply.error(), "400 invalid_grant", "{}", strict.name);
    }
}
