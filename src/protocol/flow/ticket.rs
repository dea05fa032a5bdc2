//! Tickets: stages that wait in a browser for a person, bound to that browser and to a time.
//!
//! Source: MCP security best practices 2026-07-28 (consent cookies), OAuth 2.1 (draft 13) §7.

use super::refusal::Rejection;
use crate::ids::short_digest;
use crate::oauth::time::UnixTime;

/// How long a person may look at a login or consent page, in seconds.
pub const TICKET_LIFETIME_SECONDS: u64 = 600;

/// What a ticket remembers of the browser it was made for: a digest of the random value in its cookie.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BrowserDigest(pub [u8; 16]);

/// A stage that came back from a browser and has yet to prove that it is the right one, in time.
#[derive(Clone, Debug)]
pub struct Ticket<S> {
    stage: S,
    browser: BrowserDigest,
    asked_at: UnixTime,
}

impl BrowserDigest {
    /// The digest of a cookie's value.
    #[must_use]
    pub fn of(cookie: &str) -> Self {
        Self(short_digest(cookie))
    }
}

impl<S> Ticket<S> {
    /// Hands `stage` to the browser at `asked_at`.
    #[must_use]
    pub fn new(stage: S, browser: BrowserDigest, asked_at: UnixTime) -> Self {
        Self { stage, browser, asked_at }
    }

    /// The stage, if `browser` is the one it was made for and its time is not over.
    ///
    /// # Errors
    ///
    /// [`Rejection::BrowserMismatch`] without the cookie or with another one's, [`Rejection::TicketExpired`] after
    /// [`TICKET_LIFETIME_SECONDS`].
    pub fn resume(self, browser: Option<BrowserDigest>, now: UnixTime) -> Result<S, Rejection> {
        if browser != Some(self.browser) {
            return Err(Rejection::BrowserMismatch);
        }
        if self.expires_at() <= now {
            return Err(Rejection::TicketExpired);
        }
        Ok(self.stage)
    }

    /// What is inside, for the module that seals it.
    #[must_use]
    pub fn stage(&self) -> &S {
        &self.stage
    }

    /// The browser it is bound to.
    #[must_use]
    pub fn browser(&self) -> BrowserDigest {
        self.browser
    }

    /// When it was handed out.
    #[must_use]
    pub fn asked_at(&self) -> UnixTime {
        self.asked_at
    }

    /// The first instant at which it is void.
    #[must_use]
    pub fn expires_at(&self) -> UnixTime {
        self.asked_at.plus_seconds(TICKET_LIFETIME_SECONDS)
    }
}
