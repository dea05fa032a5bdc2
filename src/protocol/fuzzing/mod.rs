//! One authorization driven through its real stages by a list of events, with an attacker who keeps a copy of
//! everything: shared by `tests/protocol/model.rs` and the fuzz target `flow_events`. No part of the server.

mod event;
mod federation;
mod memory;
mod uris;
mod world;

pub use event::{Browser, Decision, Event, Named, Settings, Verifier, Wish, read};
pub use federation::{CanAllow, Return};
pub use uris::redirect_uri;
pub use world::{ABSOLUTE_SECONDS, IDLE_SECONDS};

use crate::flow::account::{AwaitingAccount, Kept};
use crate::flow::approval::AwaitingApproval;
use crate::flow::code::{CodeIssued, Redemption};
use crate::flow::consent::AwaitingConsent;
use crate::flow::login::AwaitingLogin;
use crate::flow::prompt::Prompt;
use crate::flow::request::{AuthorizationRequest, Found};
use crate::flow::ticket::{BrowserDigest, Ticket};
use crate::grant::refresh_token::Refresh;
use crate::grant::{AccessGrant, RefreshIssued};
use crate::ids::CodeId;
use crate::oauth::client::{Client, RotationRule};
use crate::oauth::time::UnixTime;
use crate::policy::Policy;
use crate::replay::{Claim, FirstUse, Revocation, Rotation};
use memory::Memory;

/// When every history begins.
pub const BEGIN: UnixTime = UnixTime(1_700_000_000);

/// Everything that was ever handed out, and the deployment that handed it out.
#[derive(Debug)]
pub struct Flow {
    settings: Settings,
    policy: Policy,
    owner: Client,
    thief: Client,
    now: UnixTime,
    ledger: Memory,
    asked: Vec<Asked>,
    login_tickets: Vec<Ticket<AwaitingLogin>>,
    account_tickets: Vec<Ticket<AwaitingAccount>>,
    consent_tickets: Vec<Ticket<AwaitingConsent>>,
    approval_tickets: Vec<Ticket<AwaitingApproval>>,
    begun: Vec<federation::Begun>,
    codes: Vec<CodeIssued>,
    access_tokens: Vec<AccessGrant>,
    refresh_tokens: Vec<RefreshIssued>,
    redemptions: Vec<CodeId>,
    allowed: usize,
}

/// A request, and what its person has done for it.
#[derive(Clone, Copy, Debug)]
struct Asked {
    at: UnixTime,
    prompt: Prompt,
    max_age: Option<u64>,
    logged_in: bool,
    chosen: bool,
}

/// Runs the history that `bytes` stand for and checks the invariants after each event.
///
/// # Panics
///
/// If an invariant does not hold.
pub fn flow_events(bytes: &[u8]) {
    let (settings, events) = read(bytes);
    let mut flow = Flow::new(settings);
    for event in events {
        flow.apply(event);
        flow.check_invariants();
    }
}

/// The element an index stands for; none only if there are none.
fn pick<T: Clone>(items: &[T], index: usize) -> Option<T> {
    items.get(index.checked_rem(items.len())?).cloned()
}

impl Flow {
    /// A deployment where nothing has happened yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let owner = world::client("owner", settings);
        Self {
            settings,
            policy: world::policy(settings),
            thief: Client { id: "thief".to_owned(), ..owner.clone() },
            owner,
            now: BEGIN,
            ledger: Memory::default(),
            asked: Vec::new(),
            login_tickets: Vec::new(),
            account_tickets: Vec::new(),
            consent_tickets: Vec::new(),
            approval_tickets: Vec::new(),
            begun: Vec::new(),
            codes: Vec::new(),
            access_tokens: Vec::new(),
            refresh_tokens: Vec::new(),
            redemptions: Vec::new(),
            allowed: 0,
        }
    }

    /// How many login, account and consent tickets, codes, access tokens, refresh tokens, approval tickets and transactions
    /// were handed out.
    #[must_use]
    pub fn handed_out(&self) -> [usize; 8] {
        [
            self.login_tickets.len(),
            self.account_tickets.len(),
            self.consent_tickets.len(),
            self.codes.len(),
            self.access_tokens.len(),
            self.refresh_tokens.len(),
            self.approval_tickets.len(),
            self.begun.len(),
        ]
    }

    /// Lets `event` happen. Errors are part of a history, so they are not reported: what counts is what is handed out.
    pub fn apply(&mut self, event: Event) {
        let _ = match event {
            Event::Wait { seconds } => {
                self.now = self.now.plus_seconds(seconds);
                Some(())
            }
            Event::Person { known } => {
                let epochs = std::mem::take(&mut self.policy.epochs);
                self.policy = Policy { epochs, ..world::policy(self.settings) };
                if !known {
                    self.policy.people.clear();
                }
                Some(())
            }
            Event::RevokeBefore { ago } => {
                let before = self.now.minus_seconds(ago);
                self.policy.epochs.note(Revocation::Everything { before }).ok()
            }
            Event::Ask { login_age, prompt, max_age } => self.ask(login_age, prompt, max_age),
            Event::Choose { ticket, browser, login_age, keep } => {
                self.choose(ticket, browser, login_age, keep)
            }
            Event::LogIn { ticket, browser, password_right } => {
                self.log_in(ticket, browser, password_right)
            }
            Event::Answer { ticket, browser, decision } => self.answer(ticket, browser, decision),
            Event::ChooseProvider { ticket, browser } => self.choose_provider(ticket, browser),
            Event::Approve { ticket, browser, decision } => self.approve(ticket, browser, decision),
            Event::Attack { ticket } => self.attack(ticket),
            Event::Return(came) => self.come_back(came),
            Event::Present { .. } => self.present(event),
            Event::Refresh { .. } => self.refresh(event),
        };
    }

    fn ask(&mut self, login_age: Option<u64>, prompt: Prompt, max_age: Option<u64>) -> Option<()> {
        let number = self.asked.len();
        self.asked.push(Asked { at: self.now, prompt, max_age, logged_in: false, chosen: false });
        let requested = world::request(&self.owner, &self.policy, number, prompt, max_age)?;
        let Some(session) = world::session(login_age, self.now) else {
            self.await_login(requested.sign_in_needed().ok()?);
            return Some(());
        };
        match requested.session_found(&session, self.now).ok()? {
            Found::Consent(stage) => return self.await_consent(stage),
            Found::Login(stage) => self.await_login(stage),
            Found::Account(stage) => {
                self.show(stage.request());
                let ticket = Ticket::new(stage, BrowserDigest::of("same"), self.now);
                self.account_tickets.push(ticket);
            }
        }
        Some(())
    }

    fn choose(
        &mut self,
        ticket: usize,
        browser: Browser,
        login_age: Option<u64>,
        keep: bool,
    ) -> Option<()> {
        let stage = pick(&self.account_tickets, ticket)?.resume(digest(browser), self.now).ok()?;
        if !keep {
            self.await_login(stage.account_switched());
            return Some(());
        }
        self.request_of(stage.request()).chosen = true;
        let session = world::session(login_age, self.now);
        match stage.account_kept(session.as_ref(), self.now) {
            Kept::Consent(stage) => return self.await_consent(stage),
            Kept::Login(stage) => self.await_login(stage),
        }
        Some(())
    }

    fn await_login(&mut self, stage: AwaitingLogin) {
        self.show(stage.request());
        self.login_tickets.push(Ticket::new(stage, BrowserDigest::of("same"), self.now));
    }

    /// What is known of a request, by the number in its `state`.
    fn request_of(&mut self, request: &AuthorizationRequest) -> &mut Asked {
        let number = request.state.as_ref().and_then(|state| state.parse::<usize>().ok());
        &mut self.asked[number.expect("every request has a number")]
    }

    /// A page is shown.
    fn show(&mut self, request: &AuthorizationRequest) {
        let asked = self.request_of(request);
        assert!(!asked.prompt.demands(Prompt::NONE), "no page where the client wants none");
    }

    fn await_consent(&mut self, stage: AwaitingConsent) -> Option<()> {
        let stage = stage.within_authority(&self.policy).ok()?.ask().ok()?;
        self.show(stage.request());
        self.consent_tickets.push(Ticket::new(stage, BrowserDigest::of("same"), self.now));
        Some(())
    }

    fn log_in(&mut self, ticket: usize, browser: Browser, password_right: bool) -> Option<()> {
        let stage = pick(&self.login_tickets, ticket)?.resume(digest(browser), self.now).ok()?;
        if password_right {
            self.request_of(stage.request()).logged_in = true;
            self.await_consent(stage.login_succeeded(world::person(), self.now))
        } else {
            self.await_login(stage.login_failed());
            Some(())
        }
    }

    fn answer(&mut self, ticket: usize, browser: Browser, decision: Decision) -> Option<()> {
        let stage = pick(&self.consent_tickets, ticket)?.resume(digest(browser), self.now).ok()?;
        match decision {
            Decision::Allow => {
                self.allowed += 1;
                self.check_demands(&stage);
                let id = CodeId(self.next_id());
                self.codes.push(stage.consent_given(id, self.now));
            }
            Decision::Deny => {
                assert_eq!(stage.consent_denied().redirect_uri.as_str(), world::CALLBACK);
            }
            Decision::Switch => {
                self.await_login(stage.account_switched());
            }
        }
        Some(())
    }

    /// Names one code.
    fn next_id(&self) -> [u8; 16] {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(self.codes.len() as u64).to_be_bytes());
        id
    }

    /// That the person saw every page the client demanded before this request yields a code.
    fn check_demands(&mut self, stage: &AwaitingConsent) {
        let authenticated_at = stage.authenticated_at();
        let asked = self.request_of(stage.request());
        let fresh = asked.logged_in && asked.at <= authenticated_at;
        let must_log_in = asked.prompt.demands(Prompt::LOGIN) || asked.max_age == Some(0);
        assert!(fresh || !must_log_in, "a login was demanded");
        let oldest = asked.max_age.map_or(UnixTime(0), |most| asked.at.minus_seconds(most));
        assert!(oldest <= authenticated_at, "the login is too old");
        let chose = asked.chosen || asked.logged_in;
        assert!(chose || !asked.prompt.demands(Prompt::SELECT_ACCOUNT), "a choice was demanded");
    }

    fn present(&mut self, event: Event) -> Option<()> {
        let Event::Present { code, by_owner, redirect_uri, verifier, resource } = event else {
            return None;
        };
        let client = if by_owner { &self.owner } else { &self.thief };
        let redemption = Redemption {
            client,
            redirect_uri: world::redirect_uri(redirect_uri),
            code_verifier: world::verifier(verifier),
            resource: &world::resource(resource),
        };
        let redeemable =
            pick(&self.codes, code)?.present(&redemption, &self.policy, self.now).ok()?;
        let (id, family) = (redeemable.code().id, redeemable.holder().family);
        let claim = if self.settings.remembers {
            self.ledger.claim(id, self.now)
        } else {
            Claim::NotRemembered
        };
        let window = self.policy.retry_window_seconds;
        let Ok(first_use) = FirstUse::judge(id, claim, window, self.now) else {
            self.ledger.revoke(family, self.now);
            return None;
        };
        let redeemed = redeemable.redeem(&first_use, client, &self.policy);
        self.redemptions.push(id);
        self.access_tokens.push(redeemed.access);
        self.refresh_tokens.extend(redeemed.refresh);
        Some(())
    }

    fn refresh(&mut self, event: Event) -> Option<()> {
        let Event::Refresh { token, by_owner, scope, resource } = event else { return None };
        let client = if by_owner { &self.owner } else { &self.thief };
        let refresh =
            Refresh { client, scope: world::wish(scope), resource: &world::resource(resource) };
        let rotatable =
            pick(&self.refresh_tokens, token)?.present(&refresh, &self.policy, self.now).ok()?;
        let presented = rotatable.token();
        let rotation = match client.lifetimes.rotation {
            _ if !self.settings.remembers => Rotation::NotRemembered,
            RotationRule::Keep if self.ledger.is_revoked(presented.family) => Rotation::Revoked,
            RotationRule::Keep => Rotation::NotRemembered,
            RotationRule::Rotate { grace_seconds } => {
                self.ledger.rotate(presented.family, presented.generation, grace_seconds, self.now)
            }
        };
        let refreshed = rotatable.rotate(rotation, client, &self.policy, self.now).ok()?;
        assert!(!self.ledger.is_revoked(refreshed.access.family), "a revoked family stays revoked");
        self.access_tokens.push(refreshed.access);
        self.refresh_tokens.extend(refreshed.refresh);
        Some(())
    }

    /// What must hold after every event.
    ///
    /// # Panics
    ///
    /// If it does not.
    pub fn check_invariants(&self) {
        assert_eq!(self.codes.len(), self.allowed, "a code for each time the person allowed it");
        let longest = self.owner.lifetimes.refresh_absolute_seconds;
        for token in &self.access_tokens {
            let code = self.founder(token.family);
            assert_eq!(token.client, self.owner.thumbprint(), "tokens are for who asked");
            assert_eq!(token.subject, code.subject, "tokens speak for who allowed");
            assert_eq!(token.resource, code.resource, "tokens are for what was allowed");
            assert!(code.scope.contains_all(&token.scope), "a scope never grows");
            let end = code.issued_at.plus_seconds(longest);
            assert!(token.expires_at <= end, "no token outlives its family");
            // What is left of a lifetime is told, not sealed.
            let sealed = |token: &AccessGrant| AccessGrant { lifetime_seconds: 0, ..token.clone() };
            let first = self.access_tokens.iter().find(|other| other.id() == token.id());
            assert_eq!(first.map(sealed), Some(sealed(token)), "one name, one token");
        }
        for token in &self.refresh_tokens {
            let code = self.founder(token.family);
            assert_eq!(
                (&token.scope, &token.resource),
                (&code.scope, &code.resource),
                "the grant is kept"
            );
            assert_eq!(token.founded_at, code.issued_at, "a family ages from its code");
            assert!(token.expires_at(&self.owner) <= code.issued_at.plus_seconds(longest));
        }
        for code in &self.codes {
            let redemptions = self.redemptions.iter().filter(|id| **id == code.id).count();
            let once = self.settings.remembers && self.settings.retry_window_seconds == 0;
            assert!(redemptions <= 1 || !once, "a code yields tokens once");
            let mut firsts = self.access_tokens.iter().filter(|token| token.generation == 0);
            let ours = |token: &&AccessGrant| token.family == code.id.family();
            let first = firsts.clone().find(ours);
            assert!(
                firsts.all(|token| !ours(&token) || Some(token) == first),
                "a retry mints nothing new"
            );
        }
    }

    fn founder(&self, family: crate::ids::FamilyId) -> &CodeIssued {
        let founder = self.codes.iter().find(|code| code.id.family() == family);
        founder.expect("every family descends from a code")
    }
}

fn digest(browser: Browser) -> Option<BrowserDigest> {
    match browser {
        Browser::Same => Some(BrowserDigest::of("same")),
        Browser::Other => Some(BrowserDigest::of("other")),
        Browser::Unknown => None,
    }
}
