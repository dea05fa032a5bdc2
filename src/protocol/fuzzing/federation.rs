//! Logins with identity providers in a history: two providers, the person's browser, and an attacker's, whose links and
//! answers the person may be made to follow, and the other way round.

use super::event::{Browser, Decision};
use super::{Flow, digest, pick, world};
use crate::flow::approval::AwaitingApproval;
use crate::flow::provider::{Arrival, AwaitingProvider, Handshake};
use crate::flow::ticket::{BrowserDigest, Ticket};
use crate::identity::{Identified, Profile};
use crate::ids::CodeId;
use crate::oauth::scope::Scope;

/// The provider that everybody is sent to.
pub(super) const PROVIDER: &str = "idp";

/// What somebody comes back with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Return {
    /// Which login it is an answer to.
    pub transaction: usize,
    /// Which login's `state` comes with it.
    pub state_of: usize,
    /// Whose browser brings it.
    pub browser: Browser,
    /// Whether it comes back to the place of the provider that was asked.
    pub to_its_place: bool,
    /// What the person can allow of what was asked.
    pub can_allow: CanAllow,
}

/// What a person can allow.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CanAllow {
    /// All of it.
    All,
    /// Part of it.
    Part,
    /// None of it.
    Nothing,
}

/// A login that was begun, and in whose browser.
#[derive(Clone, Debug)]
pub(super) struct Begun {
    ticket: Ticket<AwaitingProvider>,
    owner: Browser,
}

impl Flow {
    /// Somebody presses the button of the provider.
    pub(super) fn choose_provider(&mut self, ticket: usize, browser: Browser) -> Option<()> {
        let stage = pick(&self.login_tickets, ticket)?.resume(digest(browser), self.now).ok()?;
        self.await_approval(stage.provider_chosen(PROVIDER));
        Some(())
    }

    fn await_approval(&mut self, stage: AwaitingApproval) {
        self.show(stage.request());
        self.approval_tickets.push(Ticket::new(stage, BrowserDigest::of("same"), self.now));
    }

    /// Somebody answers what is asked before anybody is known.
    pub(super) fn approve(
        &mut self,
        ticket: usize,
        browser: Browser,
        decision: Decision,
    ) -> Option<()> {
        let stage = pick(&self.approval_tickets, ticket)?.resume(digest(browser), self.now).ok()?;
        match decision {
            Decision::Allow => self.begin(stage, Browser::Same),
            Decision::Deny => {
                assert_eq!(stage.approval_denied().redirect_uri.as_str(), world::CALLBACK);
            }
            Decision::Switch => {
                let stage = stage.provider_switched();
                self.show(stage.request());
                self.login_tickets.push(Ticket::new(stage, BrowserDigest::of("same"), self.now));
            }
        }
        Some(())
    }

    /// The attacker allows what the person was asked, in a browser of their own.
    pub(super) fn attack(&mut self, ticket: usize) -> Option<()> {
        let stage = pick(&self.login_tickets, ticket)?.stage().clone();
        self.begin(stage.provider_chosen(PROVIDER), Browser::Other);
        Some(())
    }

    fn begin(&mut self, stage: AwaitingApproval, owner: Browser) {
        let number = u8::try_from(self.begun.len() % 256).expect("it is a remainder");
        let mut bytes = [owner as u8; 16];
        bytes[1] = number;
        let departed = stage.approved(Handshake::new(bytes, [number; 32]), self.now);
        let browser = digest(owner).expect("both browsers have a name");
        self.begun.push(Begun { ticket: Ticket::new(departed, browser, self.now), owner });
    }

    /// A browser comes back, and the provider names the person.
    pub(super) fn come_back(&mut self, came: Return) -> Option<()> {
        let Begun { ticket, owner } = pick(&self.begun, came.transaction)?;
        let state = pick(&self.begun, came.state_of)?.ticket.stage().handshake().state();
        let state_is_right = ticket.stage().handshake().state() == state;
        let provider = if came.to_its_place { PROVIDER } else { "other" };
        let answered = ticket.answered(provider, &state, digest(came.browser), self.now).ok()?;
        assert_eq!(came.browser, owner, "an answer counts in the browser that left");
        assert!(came.to_its_place && state_is_right, "an answer is for its login and provider");
        let person = Identified {
            subject: world::federated(),
            authenticated_at: Some(self.now),
            profile: Profile::default(),
            most: match came.can_allow {
                CanAllow::All => None,
                CanAllow::Part => Some(Scope::parse("read").expect("it is a scope")),
                CanAllow::Nothing => Some(Scope::default()),
            },
            bond: None,
        };
        self.request_of(answered.asked().request()).logged_in = true;
        let id = CodeId(self.next_id());
        match answered.arrived(person, &self.policy, id, self.now).ok()? {
            Arrival::Code(code) => {
                assert_eq!(came.can_allow, CanAllow::All, "nobody allows more than they can");
                self.allowed += 1;
                self.codes.push(code);
            }
            Arrival::Consent(asked) => {
                assert_eq!(came.can_allow, CanAllow::Part);
                let asked = asked.ask().ok()?;
                let browser = digest(owner).expect("both browsers have a name");
                self.consent_tickets.push(Ticket::new(asked, browser, self.now));
            }
        }
        Some(())
    }
}
