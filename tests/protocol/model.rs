//! Random histories of one authorization, checked against a model too small to be wrong.
//!
//! The model knows what was handed out and when, nothing of stages. The real stages are driven by `protocol::fuzzing`,
//! which the fuzz target `flow_events` shares and which checks the invariants.

use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use protocol::flow::code::CODE_LIFETIME_SECONDS;
use protocol::flow::prompt::Prompt;
use protocol::flow::ticket::TICKET_LIFETIME_SECONDS;
use protocol::fuzzing::{
    ABSOLUTE_SECONDS, Browser, Decision, Event, Flow, IDLE_SECONDS, Named, Settings, Verifier, Wish,
};

/// What the model remembers.
#[derive(Clone, Debug)]
struct Model {
    settings: Settings,
    now: u64,
    known: bool,
    logins: Vec<u64>,
    accounts: Vec<(u64, Option<u64>)>,
    consents: Vec<u64>,
    codes: Vec<Code>,
    refreshes: Vec<Token>,
    access_tokens: usize,
}

/// A code, and the family it founded.
#[derive(Clone, Debug)]
struct Code {
    issued_at: u64,
    claimed_at: Option<u64>,
    revoked: bool,
    /// The newest generation, and since when; unknown until the first use of a refresh token.
    newest: Option<(u32, u64)>,
}

#[derive(Clone, Debug)]
struct Token {
    code: usize,
    generation: u32,
    issued_at: u64,
}

/// The right choice more often than not: a history of mistakes leads nowhere.
fn mostly<T: Clone + std::fmt::Debug + 'static>(
    right: T,
    wrong: &[T],
) -> impl Strategy<Value = T> + use<T> {
    prop_oneof![6 => Just(right), 1 => prop::sample::select(wrong.to_vec())]
}

fn named() -> impl Strategy<Value = Named> {
    prop_oneof![3 => Just(Named::Absent), 3 => Just(Named::Same), 1 => Just(Named::Other)]
}

fn browser() -> impl Strategy<Value = Browser> {
    mostly(Browser::Same, &[Browser::Other, Browser::Unknown])
}

fn seconds() -> impl Strategy<Value = u64> {
    let edges = [1, 10, CODE_LIFETIME_SECONDS, TICKET_LIFETIME_SECONDS, 3_600, IDLE_SECONDS];
    prop_oneof![
        6 => 0..12_u64,
        3 => (prop::sample::select(edges.to_vec()), 0..3_u64).prop_map(|(edge, step)| edge + step - 1),
        1 => 0..=IDLE_SECONDS,
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let which = 0..64_usize;
    let wrong_verifiers = [Verifier::Wrong, Verifier::Absent, Verifier::Malformed];
    let decisions = [Decision::Deny, Decision::Switch];
    prop_oneof![
        3 => seconds().prop_map(|seconds| Event::Wait { seconds }),
        2 => (login_age(), prompt(), max_age())
            .prop_map(|(login_age, prompt, max_age)| Event::Ask { login_age, prompt, max_age }),
        1 => (which.clone(), browser(), login_age(), mostly(true, &[false]))
            .prop_map(|(ticket, browser, login_age, keep)| Event::Choose { ticket, browser, login_age, keep }),
        2 => (which.clone(), browser(), mostly(true, &[false]))
            .prop_map(|(ticket, browser, password_right)| Event::LogIn { ticket, browser, password_right }),
        4 => (which.clone(), browser(), mostly(Decision::Allow, &decisions))
            .prop_map(|(ticket, browser, decision)| Event::Answer { ticket, browser, decision }),
        5 => (which.clone(), mostly(true, &[false]), named(), mostly(Verifier::Right, &wrong_verifiers), named())
            .prop_map(|(code, by_owner, redirect_uri, verifier, resource)| {
                Event::Present { code, by_owner, redirect_uri, verifier, resource }
            }),
        6 => (which, mostly(true, &[false]), wish(), named())
            .prop_map(|(token, by_owner, scope, resource)| Event::Refresh { token, by_owner, scope, resource }),
        1 => mostly(true, &[false]).prop_map(|known| Event::Person { known }),
    ]
}

/// Mostly nothing in particular, else any set of pages, even one that contradicts itself.
fn prompt() -> impl Strategy<Value = Prompt> {
    let any = (0..16_u8).prop_map(|bits| Prompt::from_bits(bits).expect("four bits are a prompt"));
    prop_oneof![2 => Just(Prompt::default()), 2 => any]
}

fn login_age() -> impl Strategy<Value = Option<u64>> {
    prop::option::weighted(0.7, prop::sample::select(vec![0, 1, 2, 59, 60, 61]))
}

fn max_age() -> impl Strategy<Value = Option<u64>> {
    prop::option::weighted(0.4, prop::sample::select(vec![0, 1, 60]))
}

fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        4 => Just(Wish::Absent), 2 => Just(Wish::Narrower), 1 => Just(Wish::Wider), 1 => Just(Wish::Malformed),
    ]
}

fn settings() -> impl Strategy<Value = Settings> {
    let windows = prop::sample::select(vec![0, 0, 1, 10, 60]);
    let graces = prop::sample::select(vec![Some(60), Some(0), Some(3_600), None]);
    (windows, graces, any::<bool>(), mostly(true, &[false])).prop_map(
        |(retry_window_seconds, grace_seconds, convergent, remembers)| Settings {
            retry_window_seconds,
            grace_seconds,
            convergent,
            remembers,
        },
    )
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Event;

    fn init_state() -> BoxedStrategy<Self> {
        let fresh = |settings| Self {
            settings,
            now: protocol::fuzzing::BEGIN.0,
            known: true,
            logins: Vec::new(),
            accounts: Vec::new(),
            consents: Vec::new(),
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
            Event::Ask { login_age, prompt, max_age } => model.ask(login_age, prompt, max_age),
            Event::Choose { ticket, browser, login_age, keep } => {
                let at: Vec<_> = model.accounts.iter().map(|(at, _)| *at).collect();
                if model.opens(&at, ticket, browser) {
                    let (_, max_age) = model.accounts[ticket % at.len()];
                    let counts = login_age.is_some_and(|age| is_fresh(age, max_age));
                    if keep && counts {
                        model.await_consent();
                    } else {
                        model.logins.push(model.now);
                    }
                }
            }
            Event::LogIn { ticket, browser, password_right } => {
                match (model.opens(&model.logins, ticket, browser), password_right) {
                    (true, true) => model.await_consent(),
                    (true, false) => model.logins.push(model.now),
                    (false, _) => {}
                }
            }
            Event::Answer { ticket, browser, decision } => {
                match (model.opens(&model.consents, ticket, browser), decision) {
                    (true, Decision::Allow) => model.codes.push(Code {
                        issued_at: model.now,
                        claimed_at: None,
                        revoked: false,
                        newest: None,
                    }),
                    (true, Decision::Switch) => model.logins.push(model.now),
                    (true, Decision::Deny) | (false, _) => {}
                }
            }
            Event::Present { code, by_owner, redirect_uri, verifier, resource } => {
                let right = by_owner
                    && redirect_uri != Named::Other
                    && verifier == Verifier::Right
                    && resource != Named::Other;
                if right && model.known && !model.codes.is_empty() {
                    model.redeem(code % model.codes.len());
                }
            }
            Event::Refresh { token, by_owner, scope, resource } => {
                let narrow = matches!(scope, Wish::Absent | Wish::Narrower);
                let right = by_owner && narrow && resource != Named::Other;
                if right && model.known && !model.refreshes.is_empty() {
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
    fn opens(&self, tickets: &[u64], index: usize, browser: Browser) -> bool {
        let fresh = |asked_at: u64| self.now < asked_at + TICKET_LIFETIME_SECONDS;
        !tickets.is_empty() && browser == Browser::Same && fresh(tickets[index % tickets.len()])
    }

    /// Who is not known may not allow anything, so is not asked.
    fn await_consent(&mut self) {
        if self.known {
            self.consents.push(self.now);
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
        let code = &mut self.codes[index];
        if now >= code.issued_at + CODE_LIFETIME_SECONDS {
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
        let code = &mut self.codes[family];
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
        let [logins, accounts, consents, codes, access_tokens, refreshes] = flow.handed_out();
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
