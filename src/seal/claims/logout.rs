//! The logout ticket, as its form carries it.

use protocol::flow::logout::{AwaitingLogout, Destination};
use protocol::flow::ticket::{BrowserDigest, TICKET_LIFETIME_SECONDS, Ticket};
use protocol::oauth::time::UnixTime;
use serde::{Deserialize, Serialize};

use super::wire::Bytes;
use crate::seal::{Artefact, Purpose};

/// `r` where the browser goes, `v` whether by itself, `b` browser, `t` asked at.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LogoutTicketClaims {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    r: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    v: bool,
    b: Bytes<16>,
    t: u64,
}

impl LogoutTicketClaims {
    /// The sealed form of `ticket`.
    #[must_use]
    pub fn new(ticket: &Ticket<AwaitingLogout>) -> Self {
        let destination = ticket.stage().destination();
        Self {
            r: destination.map(|destination| destination.location.clone()),
            v: destination.is_some_and(|destination| destination.vouched),
            b: Bytes(ticket.browser().0),
            t: ticket.asked_at().0,
        }
    }

    /// The ticket.
    #[must_use]
    pub fn ticket(self) -> Ticket<AwaitingLogout> {
        let destination = self.r.map(|location| Destination { location, vouched: self.v });
        let stage = AwaitingLogout::unsealed(destination);
        Ticket::new(stage, BrowserDigest(self.b.0), UnixTime(self.t))
    }
}

impl Artefact for LogoutTicketClaims {
    const PURPOSE: Purpose = Purpose::LogoutTicket;

    fn issued_at(&self) -> UnixTime {
        UnixTime(self.t)
    }

    fn expires_at(&self) -> Option<UnixTime> {
        Some(UnixTime(self.t).plus_seconds(TICKET_LIFETIME_SECONDS))
    }
}
