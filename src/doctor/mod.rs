//! Examines a deployment, ours or anybody's, the way each known client discovers, registers and connects.
//!
//! Source: MCP authorization 2025-03-26 to 2026-07-28 (discovery), RFC 9728, RFC 8414, and how clients really behave.
//! Everything is asked once ([`survey`](examine)), then each client of a table goes through what came back with its own
//! rules: what it reads first, what it insists on, how it becomes known. What is wrong has a name that does not change
//! ([`Code`]), what was seen, whom it stops, and a remedy. Nothing is registered unless the operator says so.

mod ask;
mod checks;
mod clients;
mod cors;
mod document;
mod finding;
mod journey;
mod registration;
mod report;
mod survey;

use protocol::oauth::time::UnixTime;
use url::Url;

use crate::upstream::{Addresses, Prober};
use ask::Asker;
use checks::Facts;
use report::Parts;

pub use ask::Asked;
pub use finding::{Code, FAULTS, Fault, Weight};
pub use journey::{Outcome, Step};
pub use report::{ClientReport, Finding, Report, Verdict};

/// What an examination may do.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Settings {
    /// Register each client as it does itself, and begin an authorization with it.
    pub register: bool,
    /// Which addresses may be asked; without it, anywhere if the URL itself is in a private network.
    /// Whoever examines for a stranger says [`Addresses::Public`].
    pub addresses: Option<Addresses>,
}

/// Examines what is at `url`, an MCP endpoint or an issuer. `now` is compared with the clock of the server.
///
/// Takes two minutes at most; a server that does not answer at all makes the verdict [`Verdict::Unreachable`].
pub async fn examine(url: &Url, prober: &Prober, settings: Settings, now: UnixTime) -> Report {
    let addresses = match settings.addresses {
        Some(addresses) => addresses,
        None => prober.addresses_near(url).await,
    };
    let mut asker = Asker::new(prober, addresses, now);
    let survey = survey::survey(&mut asker, url, settings.register).await;
    let facts = Facts::new(&survey, &asker);
    let (journeys, notes) = (journey::all(&survey), checks::all(&facts));
    let was_answered = asker.was_answered();
    Report::new(Parts {
        url: url.to_string(),
        endpoint: survey.server.as_ref().map(|server| server.url.to_string()),
        issuers: survey.issuers(),
        was_answered,
        registered: settings.register,
        journeys,
        notes,
        asked: asker.asked,
    })
}
