//! What the configuration takes back: everything that was issued before an instant, to anybody, to a person or a client.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::epochs::Epochs;
use protocol::oauth::client::ClientThumbprint;
use protocol::oauth::subject::Subject;
use protocol::oauth::time::UnixTime;
use protocol::replay::Revocation;

use super::{Config, reader::Table};

/// More clients than anybody takes back by hand.
pub(super) const REVOKED_CLIENTS_MAX: usize = 10_000;

/// `[[revoked_clients]]`: a client that is not in the configuration, or is no longer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RevokedClient {
    /// What stands for it in tokens: from `client_id`, or `thumbprint` as `sealbearer token explain` shows it.
    pub client: ClientThumbprint,
    /// What was issued to it before this instant is void (`revoked_before`).
    pub before: UnixTime,
}

impl RevokedClient {
    /// Reads `[[revoked_clients]]`.
    pub(super) fn read_all(root: &Table) -> Vec<Self> {
        let tables = root.tables("revoked_clients");
        if tables.len() > REVOKED_CLIENTS_MAX {
            let problem = format!("are more than {REVOKED_CLIENTS_MAX}");
            root.refuse("revoked_clients", problem, "Write tokens.revoked_before instead");
        }
        tables.into_iter().filter_map(Self::read).collect()
    }

    fn read(table: Table) -> Option<Self> {
        const NAME_IT: &str =
            "Write client_id = \"...\", or thumbprint = 22 characters of base64url";
        let id = table.text("client_id").map(|found| ClientThumbprint::of(&found.value));
        let thumbprint = table.text("thumbprint").and_then(|found| {
            let bytes = URL_SAFE_NO_PAD.decode(&found.value).ok();
            let read = bytes.and_then(|bytes| bytes.try_into().ok()).map(ClientThumbprint);
            if read.is_none() {
                found.refuse("is not the thumbprint of a client", NAME_IT);
            }
            read
        });
        if id.is_some() == thumbprint.is_some() {
            table.refuse("client_id", "or thumbprint must be there, and not both", NAME_IT);
        }
        let before = table.instant("revoked_before");
        if before.is_none() {
            let remedy = "Write revoked_before = \"2026-11-21T10:00:00Z\"";
            table.refuse("revoked_before", "is missing or wrong", remedy);
        }
        table.finish();
        Some(Self { client: id.or(thumbprint)?, before: before? })
    }
}

impl Config {
    /// The instants of the configuration, as the rules see them.
    pub(super) fn epochs(&self) -> Epochs {
        let everything = self.tokens.revoked_before.map(|before| Revocation::Everything { before });
        let people = self.users.iter().filter_map(|user| {
            let subject = Subject::Person(user.name.clone()).digest();
            user.revoked_before.map(|before| Revocation::Subject { subject, before })
        });
        let known = self.clients.iter().filter_map(|client| {
            let thumbprint = ClientThumbprint::of(&client.id);
            client.revoked_before.map(|before| RevokedClient { client: thumbprint, before })
        });
        let clients = known.chain(self.revoked_clients.iter().copied());
        let clients =
            clients.map(|RevokedClient { client, before }| Revocation::Client { client, before });
        let mut epochs = Epochs::default();
        for what in everything.into_iter().chain(people).chain(clients) {
            epochs.note(what).expect("there are fewer people and clients than instants have room");
        }
        epochs
    }
}
