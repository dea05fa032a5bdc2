//! `Order`, as an operator's command sends it to a node.

use protocol::ids::{FamilyId, TokenId};
use protocol::oauth::client::ClientThumbprint;
use protocol::oauth::subject::SubjectDigest;
use protocol::oauth::time::UnixTime;
use protocol::replay::Revocation;
use protocol::revocation::{ORDER_LIFETIME_SECONDS, Order};
use serde::{Deserialize, Serialize};

use super::wire::Bytes;
use crate::seal::{Artefact, Purpose};

/// `k` what is revoked, `i` its name if it has one, `b` until when or before when, `t` ordered at.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OrderClaims {
    k: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    i: Option<Bytes<16>>,
    b: u64,
    t: u64,
}

/// The numbers of what can be revoked. Never reused.
const TOKEN: u8 = 1;
const FAMILY: u8 = 2;
const SUBJECT: u8 = 3;
const CLIENT: u8 = 4;
const EVERYTHING: u8 = 5;

impl OrderClaims {
    /// The sealed form of `order`.
    #[must_use]
    pub fn new(order: &Order) -> Self {
        let (k, i, b) = match order.what {
            Revocation::Token { token, until } => (TOKEN, Some(token.0), until),
            Revocation::Family { family, until } => (FAMILY, Some(family.0), until),
            Revocation::Subject { subject, before } => (SUBJECT, Some(subject.0), before),
            Revocation::Client { client, before } => (CLIENT, Some(client.0), before),
            Revocation::Everything { before } => (EVERYTHING, None, before),
        };
        Self { k, i: i.map(Bytes), b: b.0, t: order.ordered_at.0 }
    }

    /// The order; `None` if it is one of another release.
    #[must_use]
    pub fn stage(&self) -> Option<Order> {
        let at = UnixTime(self.b);
        let what = match (self.k, self.i) {
            (TOKEN, Some(id)) => Revocation::Token { token: TokenId(id.0), until: at },
            (FAMILY, Some(id)) => Revocation::Family { family: FamilyId(id.0), until: at },
            (SUBJECT, Some(id)) => Revocation::Subject { subject: SubjectDigest(id.0), before: at },
            (CLIENT, Some(id)) => Revocation::Client { client: ClientThumbprint(id.0), before: at },
            (EVERYTHING, None) => Revocation::Everything { before: at },
            _ => return None,
        };
        Some(Order { what, ordered_at: UnixTime(self.t) })
    }
}

impl Artefact for OrderClaims {
    const PURPOSE: Purpose = Purpose::RevocationOrder;

    fn issued_at(&self) -> UnixTime {
        UnixTime(self.t)
    }

    fn expires_at(&self) -> Option<UnixTime> {
        Some(UnixTime(self.t).plus_seconds(ORDER_LIFETIME_SECONDS))
    }
}
