//! Revocations by subject, client or instant, apart from where they are kept.

use std::collections::HashMap;

use protocol::oauth::client::ClientThumbprint;
use protocol::oauth::subject::SubjectDigest;
use protocol::oauth::time::UnixTime;
use protocol::replay::{Holder, Revocation};

/// How many subjects and clients can have an instant of their own; operators set them, not requests.
const EPOCHS_MAX: usize = 100_000;
/// How long an instant is remembered where it can be forgotten: longer than a configuration can let a family live.
pub(super) const EPOCH_KEPT_SECONDS: u64 = 366 * 86_400;

/// The instants before which everything of a subject, of a client or at all is revoked.
#[derive(Debug, Default)]
pub(super) struct Epochs {
    everything: UnixTime,
    subjects: HashMap<SubjectDigest, UnixTime>,
    clients: HashMap<ClientThumbprint, UnixTime>,
}

/// There is no room for another instant.
#[derive(Debug)]
pub(super) struct Full;

impl Epochs {
    /// Whether tokens of `holder` are revoked by an instant.
    pub(super) fn cover(&self, holder: &Holder) -> bool {
        let is_before = |epoch: Option<&UnixTime>| epoch.is_some_and(|at| holder.founded_at < *at);
        holder.founded_at < self.everything
            || is_before(self.subjects.get(&holder.subject))
            || is_before(self.clients.get(&holder.client))
    }

    /// Notes `what`, if it is about an instant.
    pub(super) fn note(&mut self, what: Revocation) -> Result<(), Full> {
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
