//! Taking over a changed key ring while the server runs: when the file changes, or at once on SIGHUP.
//!
//! Nodes see the file change at different times. None of them needs to wait for another, since a key is known to all
//! before the first one uses it (`keys rotate` says when the next step may be taken). Source: security.md §2.4, CFG-12.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::task::spawn_blocking;

use crate::config::Config;
use crate::http::Server;
use crate::keys::{KeyRing, KeyRingError, Watch};

/// How often the file is looked at. Reading it takes less than a request.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Looks at the key ring file for as long as the server runs.
pub async fn watch(path: PathBuf, server: Arc<Server>, config: Config) {
    let mut file = Watch::new(&path);
    let mut hangups = signal(SignalKind::hangup()).ok();
    loop {
        let told = async {
            match &mut hangups {
                Some(hangups) => hangups.recv().await,
                // Without a handler the file is looked at all the same.
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = told => tracing::info!("told to look at the key ring file"),
        }
        let looked = spawn_blocking(move || {
            let found = file.look();
            (file, found)
        });
        // The only way to fail is that the runtime ends.
        let Ok((looked_at, found)) = looked.await else { return };
        file = looked_at;
        if let Some(found) = found {
            take_over(&server, &config, found);
        }
    }
}

/// Uses the ring that was found from now on. One that cannot be used changes nothing but the log and `/readyz`.
pub fn take_over(server: &Server, config: &Config, found: Result<KeyRing, KeyRingError>) {
    let usable = found.and_then(|ring| config.check_ring(&ring).map(|()| ring));
    server.ring_is_stale.store(usable.is_err(), Ordering::Relaxed);
    match usable {
        Ok(ring) => {
            // Published first: nobody can meet a signature whose key this node does not show.
            server.documents.replace_jwks(ring.jwks());
            server.seal.replace(&ring);
            tracing::info!(keys = ?ring, "the key ring of the file is in use");
        }
        Err(reason) => {
            tracing::error!(%reason, "the key ring file cannot be used; the keys in use stay");
        }
    }
}
