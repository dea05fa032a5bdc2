//! Waiting for a person to come back from their identity provider, and what their coming back is worth.
//!
//! Source: RFC 9700 §4.4 (mix-up), §4.7 (forged answers), RFC 7636, OpenID Connect Core 1.0 §3.1.2.1 (`nonce`, `max_age`), MCP
//! security best practices 2026-07-28 (`state`: made after approval, compared exactly, used once, ten minutes).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::code::CodeIssued;
use super::consent::AwaitingConsent;
use super::prompt::Prompt;
use super::refusal::{Refusal, RefusalReason, Rejection};
use super::request::AuthorizationRequest;
use super::ticket::{BrowserDigest, Ticket};
use crate::identity::Identified;
use crate::ids::{CodeId, short_digest};
use crate::oauth::time::UnixTime;
use crate::policy::Policy;
use crate::replay::UseId;

/// How far the clock of an identity provider may be from ours, in seconds.
pub const CLOCK_SKEW_SECONDS: u64 = 60;

/// What only the browser that left can bring back: the upstream `state`, and what `code_verifier` and `nonce` are made of.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Handshake {
    state: [u8; 16],
    secret: [u8; 32],
}

/// A request that was allowed, whose person is at their identity provider. Sealed, it is the transaction cookie.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AwaitingProvider {
    pub(super) request: AuthorizationRequest,
    pub(super) provider: String,
    pub(super) offline_declined: bool,
    pub(super) handshake: Handshake,
    pub(super) departed_at: UnixTime,
}

/// A browser came back with an answer to what it was sent away with. Who the person is must still be asked of the provider.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answered {
    asked: AwaitingProvider,
}

/// Where the flow goes once the person is known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Arrival {
    /// They can allow all that was allowed.
    Code(CodeIssued),
    /// They can allow less, and are shown what is left.
    Consent(AwaitingConsent),
}

impl Handshake {
    /// `state` and `secret`: bytes nobody can predict, made for one departure.
    #[must_use]
    pub const fn new(state: [u8; 16], secret: [u8; 32]) -> Self {
        Self { state, secret }
    }

    /// What it was made of, for the module that seals it.
    #[must_use]
    pub fn bytes(&self) -> ([u8; 16], [u8; 32]) {
        (self.state, self.secret)
    }

    /// `state`, as the provider returns it: 22 characters.
    #[must_use]
    pub fn state(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.state)
    }

    /// `code_verifier`: 43 characters, known to nobody until the code is exchanged.
    #[must_use]
    pub fn code_verifier(&self) -> String {
        self.made("code_verifier")
    }

    /// `code_challenge` for the method `S256`.
    #[must_use]
    pub fn code_challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.code_verifier()))
    }

    /// `nonce`: 43 characters.
    #[must_use]
    pub fn nonce(&self) -> String {
        self.made("nonce")
    }

    fn made(&self, label: &str) -> String {
        let mac = Hmac::<Sha256>::new_from_slice(&self.secret);
        let mut mac = mac.expect("HMAC takes keys of any length");
        mac.update(label.as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}

impl fmt::Debug for Handshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handshake(..)")
    }
}

impl AwaitingProvider {
    /// A stage that was sealed as a transaction. Only for the module that opens them.
    #[must_use]
    pub fn unsealed(
        request: AuthorizationRequest,
        provider: &str,
        offline_declined: bool,
        handshake: Handshake,
        departed_at: UnixTime,
    ) -> Self {
        let provider = provider.to_owned();
        Self { request, provider, offline_declined, handshake, departed_at }
    }

    /// What was allowed.
    #[must_use]
    pub fn request(&self) -> &AuthorizationRequest {
        &self.request
    }

    /// Who was asked, as the configuration calls it.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// Whether `offline_access` was declined.
    #[must_use]
    pub fn offline_declined(&self) -> bool {
        self.offline_declined
    }

    /// When the browser was sent away.
    #[must_use]
    pub fn departed_at(&self) -> UnixTime {
        self.departed_at
    }

    /// What the browser was sent away with.
    #[must_use]
    pub fn handshake(&self) -> &Handshake {
        &self.handshake
    }
}

impl Ticket<AwaitingProvider> {
    /// The browser came back to the place of `provider` with `state`, at `now`.
    ///
    /// # Errors
    ///
    /// [`Rejection::TransactionUnknown`] for another browser or another `state`, [`Rejection::ProviderMismatch`] for
    /// another provider, [`Rejection::TransactionExpired`] after ten minutes.
    pub fn answered(
        self,
        provider: &str,
        state: &str,
        browser: Option<BrowserDigest>,
        now: UnixTime,
    ) -> Result<Answered, Rejection> {
        let asked = self.resume(browser, now).map_err(|reason| match reason {
            Rejection::TicketExpired => Rejection::TransactionExpired,
            _ => Rejection::TransactionUnknown,
        })?;
        if asked.handshake.state() != state {
            return Err(Rejection::TransactionUnknown);
        }
        if asked.provider != provider {
            return Err(Rejection::ProviderMismatch);
        }
        Ok(Answered { asked })
    }
}

impl Answered {
    /// What the answer is to.
    #[must_use]
    pub fn asked(&self) -> &AwaitingProvider {
        &self.asked
    }

    /// By what it is known that the answer was used.
    #[must_use]
    pub fn use_id(&self) -> UseId {
        UseId(short_digest(&format!("provider transaction {}", self.asked.handshake.state())))
    }

    /// The provider named `person` at `now`; a code would be known as `id`.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] with [`RefusalReason::LoginNotProven`] if the client demands a newer login than the provider speaks
    /// of, with [`RefusalReason::NothingToAllow`] if the person can allow none of it.
    pub fn arrived(
        self,
        person: Identified,
        policy: &Policy,
        id: CodeId,
        now: UnixTime,
    ) -> Result<Arrival, Refusal> {
        let AwaitingProvider { request, offline_declined, departed_at, .. } = self.asked;
        let anew = request.prompt.demands(Prompt::LOGIN) || request.max_age_seconds == Some(0);
        let oldest = match request.max_age_seconds {
            _ if anew => Some(departed_at),
            Some(most) => Some(now.minus_seconds(most)),
            None => None,
        };
        let proven = |oldest: UnixTime| {
            let told = person.authenticated_at;
            told.is_some_and(|at| oldest <= at.plus_seconds(CLOCK_SKEW_SECONDS))
        };
        if !oldest.is_none_or(proven) {
            return Err(request.refuse(RefusalReason::LoginNotProven));
        }
        let allowed = request.scope.clone();
        let consent = AwaitingConsent::identified(request, person, offline_declined, now);
        let consent = consent.within_authority(policy)?;
        if consent.request.scope == allowed {
            Ok(Arrival::Code(consent.consent_given(id, now)))
        } else {
            Ok(Arrival::Consent(consent))
        }
    }

    /// The provider did not say who the person is.
    #[must_use]
    pub fn not_identified(self) -> Refusal {
        self.asked.request.refuse(RefusalReason::NotIdentified)
    }
}
