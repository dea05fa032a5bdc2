//! Random histories of one authorization, checked against a model too small to be wrong.
//!
//! The model knows what was handed out and when, nothing of stages. The real stages are driven by `protocol::fuzzing`,
//! which the fuzz target `flow_events` shares and which checks the invariants.

mod events;

use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use protocol::flow::code::CODE_LIFETIME_SECONDS;
use protocol::flow::prompt::Prompt;
use protocol::flow::ticket::TICKET_LIFETIME_SECONDS;
use protocol::fuzzing::{
    ABSOLUTE_SECONDS, Browser, CanAllow, Decision, Event, Flow, IDLE_SECONDS, Named, Return,
    Settings, Verifier, Wish,
};

use events::{event, settings};

/// What the model remembers.
#[derive(Clone, Debug)]
struct Model {
    settings: Settings,
    now: u64,
    known: bool,
    /// The first instant that no revocation concerns.
    spared_from: u64,
    logins: Vec<u64>,
    accounts: Vec<(u64, Option<u64>)>,
    consents: Vec<Consent>,
    approvals: Vec<u64>,
    begun: Vec<(u64, Browser)>,
    codes: Vec<Code>,
    refreshes: Vec<Token>,
    access_tokens: usize,
}

/// A consent ticket.
#[derive(Clone, Copy, Debug)]
struct Consent {
    asked_at: u64,
    owner: Browser,
    /// Whether an identity provider named the person, whom the operator cannot remove.
    federated: bool,
}

/// A code, and the family it founded.
#[derive(Clone, Debug)]
struct Code {
    issued_at: u64,
    claimed_at: Option<u64>,
    revoked: bool,
    federated: bool,
    /// The newest generation, and since when; unknown until the first use of a refresh token.
    newest: Option<(u32, u64)>,
}

#[derive(Clone, Debug)]
struct Token {
    code: usize,
    generation: u32,
    issued_at: u64,
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Event;

    fn init_state() -> BoxedStrategy<Self> {
        let fresh = |settings| Self {
            settings,
            now: protocol::fuzzing::BEGIN.0,
            known: true,
            spared_from: 0,
            logins: Vec::new(),
            accounts: Vec::new(),
            consents: Vec::new(),
            approvals: Vec::new(),
            begun: Vec::new(),
            codes: Vec::new(),
            refreshes: Vec::new(),
            access_tokens: 0,
        };
        settings().prop_map(fresh).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Event> {
        event().boxed()
    }

    fn apply(mut model: Self, event: &Event) -> Self {
        match *event {
            Event::Wait { seconds } => model.now += seconds,
            Event::Person { known } => model.known = known,
            Event::RevokeBefore { ago } => {
                model.spared_from = model.spared_from.max(model.now.saturating_sub(ago));
            }
            Event::Ask { login_age, prompt, max_age } => model.ask(login_age, prompt, max_age),
            Event::Choose { ticket, browser, login_age, keep } => {
                model.choose(ticket, browser, login_age, keep);
            }
            Event::LogIn { ticket, browser, password_right } => {
                match (model.opens(&model.logins, ticket, browser), password_right) {
                    (true, true) => model.await_consent(),
                    (true, false) => model.logins.push(model.now),
                    (false, _) => {}
                }
            }
            Event::Answer { ticket, browser, decision } => {
                let tickets: Vec<_> = model
                    .consents
                    .iter()
                    .map(|consent| (consent.asked_at, consent.owner))
                    .collect();
                match (model.opens_owned(&tickets, ticket, browser), decision) {
                    (true, Decision::Allow) => {
                        let federated = model.consents[ticket % tickets.len()].federated;
                        model.allow(federated);
                    }
                    (true, Decision::Switch) => model.logins.push(model.now),
                    (true, Decision::Deny) | (false, _) => {}
                }
            }
            Event::ChooseProvider { ticket, browser } => {
                if model.opens(&model.logins, ticket, browser) {
                    model.approvals.push(model.now);
                }
            }
            Event::Approve { ticket, browser, decision } => {
                match (model.opens(&model.approvals, ticket, browser), decision) {
                    (true, Decision::Allow) => model.begun.push((model.now, Browser::Same)),
                    (true, Decision::Switch) => model.logins.push(model.now),
                    (true, Decision::Deny) | (false, _) => {}
                }
            }
            Event::Attack { .. } => {
                if !model.logins.is_empty() {
                    model.begun.push((model.now, Browser::Other));
                }
            }
            Event::Return(came) => model.come_back(came),
            Event::Present { code, by_owner, redirect_uri, verifier, resource } => {
                let right = by_owner
                    && redirect_uri != Named::Other
                    && verifier == Verifier::Right
                    && resource != Named::Other;
                if right && !model.codes.is_empty() {
                    model.redeem(code % model.codes.len());
                }
            }
            Event::Refresh { token, by_owner, scope, resource } => {
                let narrow = matches!(scope, Wish::Absent | Wish::Narrower);
                let right = by_owner && narrow && resource != Named::Other;
                if right && !model.refreshes.is_empty() {
                    model.refresh(token % model.refreshes.len());
                }
            }
        }
        model
    }
}

fn is_fresh(age: u64, max_age: Option<u64>) -> bool {
    max_age.is_none_or(|most| most > 0 && age <= most)
}

impl Model {
    fn choose(&mut self, ticket: usize, browser: Browser, login_age: Option<u64>, keep: bool) {
        let at: Vec<_> = self.accounts.iter().map(|(at, _)| *at).collect();
        if self.opens(&at, ticket, browser) {
            let (_, max_age) = self.accounts[ticket % at.len()];
            let counts = login_age.is_some_and(|age| is_fresh(age, max_age));
            if keep && counts {
                self.await_consent();
            } else {
                self.logins.push(self.now);
            }
        }
    }

    fn opens(&self, tickets: &[u64], index: usize, browser: Browser) -> bool {
        let fresh = |asked_at: u64| self.now < asked_at + TICKET_LIFETIME_SECONDS;
        !tickets.is_empty() && browser == Browser::Same && fresh(tickets[index % tickets.len()])
    }

    /// The same for what either browser may have.
    fn opens_owned(&self, tickets: &[(u64, Browser)], index: usize, browser: Browser) -> bool {
        let Some((asked_at, owner)) = index.checked_rem(tickets.len()).map(|at| tickets[at]) else {
            return false;
        };
        browser == owner && self.now < asked_at + TICKET_LIFETIME_SECONDS
    }

    fn allow(&mut self, federated: bool) {
        let issued_at = self.now;
        let newest = None;
        self.codes.push(Code { issued_at, claimed_at: None, revoked: false, federated, newest });
    }

    /// In the browser that left, with what it left with, from where it was sent, in time. The provider proves a login of
    /// this moment, so nothing that a client demands stands in the way.
    fn come_back(&mut self, came: Return) {
        if self.begun.is_empty() {
            return;
        }
        let count = self.begun.len();
        let same = came.transaction % count == came.state_of % count;
        if !same
            || !came.to_its_place
            || !self.opens_owned(&self.begun, came.transaction, came.browser)
        {
            return;
        }
        match came.can_allow {
            CanAllow::All => self.allow(true),
            CanAllow::Part => {
                let (asked_at, owner) = (self.now, came.browser);
                self.consents.push(Consent { asked_at, owner, federated: true });
            }
            CanAllow::Nothing => {}
        }
    }

    /// Who is not known may not allow anything, so is not asked.
    fn await_consent(&mut self) {
        if self.known {
            let (asked_at, owner) = (self.now, Browser::Same);
            self.consents.push(Consent { asked_at, owner, federated: false });
        }
    }

    /// One page at most; where none is wanted a client that is always asked about gets no answer but an error.
    fn ask(&mut self, login_age: Option<u64>, prompt: Prompt, max_age: Option<u64>) {
        if prompt.demands(Prompt::NONE) {
            return;
        }
        match login_age {
            Some(age) if is_fresh(age, max_age) && !prompt.demands(Prompt::LOGIN) => {
                if prompt.demands(Prompt::SELECT_ACCOUNT) {
                    self.accounts.push((self.now, max_age));
                } else {
                    self.await_consent();
                }
            }
            Some(_) | None => self.logins.push(self.now),
        }
    }

    fn redeem(&mut self, index: usize) {
        let (now, settings) = (self.now, self.settings);
        let (known, spared_from) = (self.known, self.spared_from);
        let code = &mut self.codes[index];
        let is_over = now >= code.issued_at + CODE_LIFETIME_SECONDS || code.issued_at < spared_from;
        if !(known || code.federated) || is_over {
            return;
        }
        let window = settings.retry_window_seconds.min(10);
        match code.claimed_at {
            Some(first_at) if settings.remembers && now - first_at >= window => {
                code.revoked = true;
                return;
            }
            Some(_) => {}
            None => code.claimed_at = Some(now),
        }
        self.access_tokens += 1;
        self.refreshes.push(Token {
            code: index,
            generation: 0,
            issued_at: self.codes[index].issued_at,
        });
    }

    fn refresh(&mut self, index: usize) {
        let (now, settings) = (self.now, self.settings);
        let Token { code: family, generation, issued_at } = self.refreshes[index];
        let (known, spared_from) = (self.known, self.spared_from);
        let code = &mut self.codes[family];
        if !(known || code.federated) || code.issued_at < spared_from {
            return;
        }
        let idle = settings.grace_seconds.is_some() && now >= issued_at + IDLE_SECONDS;
        if idle || now >= code.issued_at + ABSOLUTE_SECONDS {
            return;
        }
        if settings.remembers {
            if code.revoked {
                return;
            }
            if let Some(grace) = settings.grace_seconds {
                let (newest, since) = code.newest.unwrap_or((generation, now));
                if generation >= newest {
                    code.newest = Some((generation + 1, now));
                } else if generation + 1 != newest || now - since >= grace {
                    code.revoked = true;
                    return;
                }
            }
        }
        self.access_tokens += 1;
        if settings.grace_seconds.is_some() {
            let minute = if settings.convergent { now - now % 60 } else { now };
            let issued_at = if settings.convergent { minute.max(issued_at) } else { now };
            self.refreshes.push(Token { code: family, generation: generation + 1, issued_at });
        }
    }
}

impl StateMachineTest for Model {
    type SystemUnderTest = Flow;
    type Reference = Model;

    fn init_test(model: &Model) -> Flow {
        Flow::new(model.settings)
    }

    fn apply(mut flow: Flow, _: &Model, event: Event) -> Flow {
        flow.apply(event);
        flow
    }

    fn check_invariants(flow: &Flow, model: &Model) {
        flow.check_invariants();
        let [logins, accounts, consents, codes, access_tokens, refreshes, approvals, begun] =
            flow.handed_out();
        assert_eq!((approvals, begun), (model.approvals.len(), model.begun.len()), "logins begun");
        assert_eq!((logins, consents), (model.logins.len(), model.consents.len()), "tickets");
        assert_eq!(accounts, model.accounts.len(), "account tickets");
        assert_eq!(codes, model.codes.len(), "codes");
        assert_eq!(access_tokens, model.access_tokens, "access tokens");
        assert_eq!(refreshes, model.refreshes.len(), "refresh tokens");
    }
}

prop_state_machine! {
    #![proptest_config(super::config())]

    #[test]
    fn flow_agrees_with_the_model(sequential 1..40 => Model);
}

proptest! {
    #![proptest_config(super::config())]

    /// The entry of the fuzz target takes any bytes.
    #[test]
    fn any_bytes_are_a_history(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        protocol::fuzzing::flow_events(&bytes);
    }
}
