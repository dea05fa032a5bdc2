//! Being told to stop: by a supervisor or from the keyboard.

use tokio::signal::unix::{SignalKind, signal};

/// Ends when the process is told to stop, politely (SIGTERM) or from the keyboard.
pub async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => tokio::select! {
            _ = interrupted => {}
            _ = terminated.recv() => {}
        },
        // Without a handler the signal ends the process by itself.
        Err(_) => {
            let _ = interrupted.await;
        }
    }
}
