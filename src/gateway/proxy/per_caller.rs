//! What was made or issued for one caller, kept for a while. Of many requests that need it at once, one makes it.

use std::hash::RandomState;

use protocol::oauth::time::UnixTime;
use quick_cache::UnitWeighter;
use quick_cache::sync::{Cache, DefaultLifecycle};
use sha2::{Digest as _, Sha256};

use crate::mcp::Caller;

/// For how many callers something is kept.
const CALLERS_MAX: usize = 10_000;

/// Names a caller, as a digest.
type Whose = [u8; 32];

/// Something for each caller.
pub(super) struct PerCaller<T>(Cache<Whose, Kept<T>, UnitWeighter, RandomState>);

#[derive(Clone)]
struct Kept<T> {
    what: T,
    until: UnixTime,
}

impl<T: Clone> PerCaller<T> {
    pub(super) fn new() -> Self {
        Self(Cache::with(
            CALLERS_MAX,
            CALLERS_MAX as u64,
            UnitWeighter,
            RandomState::new(),
            DefaultLifecycle::default(),
        ))
    }

    /// What is kept for `caller`, or what `make` makes, which is kept for so many seconds.
    pub(super) async fn get_or(
        &self,
        caller: &Caller,
        now: UnixTime,
        make: impl AsyncFnOnce() -> (T, u64),
    ) -> T {
        let whose = whose(caller);
        self.0.remove_if(&whose, |kept| kept.until <= now);
        match self.0.get_value_or_guard_async(&whose).await {
            Ok(kept) => kept.what,
            Err(place) => {
                let (what, seconds) = make().await;
                // A place that was taken away meanwhile is one that nobody waits for.
                let _ = place.insert(Kept { what: what.clone(), until: now.plus_seconds(seconds) });
                what
            }
        }
    }

    /// Keeps nothing for `caller` any more.
    pub(super) fn forget(&self, caller: &Caller) {
        self.0.remove(&whose(caller));
    }
}

/// All that is said of a caller: whoever differs in any of it is another.
fn whose(caller: &Caller) -> Whose {
    let Caller { issuer, subject, client, scopes } = caller;
    let mut digest = Sha256::new();
    for part in [issuer, subject, client].into_iter().chain(scopes) {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller([issuer, subject, client]: [&str; 3], scopes: &[&str]) -> Caller {
        Caller {
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            client: client.to_owned(),
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
        }
    }

    #[test]
    fn whoever_differs_in_anything_is_another() {
        let callers = [
            caller(["i", "s", "c"], &["a", "b"]),
            caller(["j", "s", "c"], &["a", "b"]),
            caller(["i", "t", "c"], &["a", "b"]),
            caller(["i", "s", "d"], &["a", "b"]),
            caller(["i", "s", "c"], &["a"]),
            caller(["i", "s", "c"], &["a", "c"]),
            caller(["i", "s", "c"], &["ab"]),
            caller(["is", "", "c"], &["a", "b"]),
            caller(["i", "s", "ca"], &["b"]),
        ];
        for (at, one) in callers.iter().enumerate() {
            for (other_at, other) in callers.iter().enumerate() {
                assert_eq!(whose(one) == whose(other), at == other_at, "{one:?} {other:?}");
            }
        }
    }
}
