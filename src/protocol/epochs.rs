//! Instants before which everything of a subject, of a client or at all counts as revoked.
//!
//! The same in the configuration, where they hold whatever the ledger is, and in a ledger, where they hold at once.

use std::collections::HashMap;

use crate::oauth::client::ClientThumbprint;
use crate::oauth::subject::SubjectDigest;
use crate::oauth::time::UnixTime;
use crate::replay::{Holder, Revocation};

/// How many subjects and clients can have an instant of their own; operators set them, not requests.
pub const EPOCHS_MAX: usize = 100_000;

/// The instants, each the first that is spared.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Epochs {
    everything: UnixTime,
    subjects: HashMap<SubjectDigest, UnixTime>,
    clients: HashMap<ClientThumbprint, UnixTime>,
}

/// There is no room for another instant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Full;

impl Epochs {
    /// Whether `holder` was founded before an instant that concerns it. Instants after `now` count once they are reached.
    #[must_use]
    pub fn cover(&self, holder: &Holder, now: UnixTime) -> bool {
        let epochs = [
            Some(&self.everything),
            self.subjects.get(&holder.subject),
            self.clients.get(&holder.client),
        ];
        let mut reached = epochs.into_iter().flatten().filter(|epoch| **epoch <= now);
        reached.any(|epoch| holder.founded_at < *epoch)
    }

    /// Notes `what`, if it is about an instant. Of two instants for the same the later one stands.
    ///
    /// # Errors
    ///
    /// [`Full`] beyond [`EPOCHS_MAX`].
    pub fn note(&mut self, what: Revocation) -> Result<(), Full> {
        let is_full = self.subjects.len() + self.clients.len() >= EPOCHS_MAX;
        let (epoch, before) = match what {
            Revocation::Token { .. } | Revocation::Family { .. } => return Ok(()),
            Revocation::Everything { before } => (&mut self.everything, before),
            Revocation::Subject { subject, .. }
                if is_full && !self.subjects.contains_key(&subject) =>
            {
                return Err(Full);
            }
            Revocation::Client { client, .. } if is_full && !self.clients.contains_key(&client) => {
                return Err(Full);
            }
            Revocation::Subject { subject, before } => {
                (self.subjects.entry(subject).or_default(), before)
            }
            Revocation::Client { client, before } => {
                (self.clients.entry(client).or_default(), before)
            }
        };
        *epoch = before.max(*epoch);
        Ok(())
    }
}
