//! What may happen to one authorization. Every guard of the flow has a field here: a test without it could not notice
//! its absence. Nothing is ever taken away, since an attacker may keep a copy; an index says which copy is used.

use super::federation::{CanAllow, Return};
use crate::flow::prompt::Prompt;

/// What a deployment chose.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// `retry_window`, in seconds.
    pub retry_window_seconds: u64,
    /// How long a replaced refresh token stays usable, in seconds; `None` where tokens are never replaced.
    pub grace_seconds: Option<u64>,
    /// Whether refreshes converge.
    pub convergent: bool,
    /// Whether there is a ledger that remembers.
    pub remembers: bool,
}

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// Time passes.
    Wait {
        /// How much.
        seconds: u64,
    },
    /// The client sends the person here.
    Ask {
        /// How many seconds ago somebody logged in in the browser; `None` if nobody is.
        login_age: Option<u64>,
        /// `prompt`
        prompt: Prompt,
        /// `max_age`
        max_age: Option<u64>,
    },
    /// Somebody sends the account form.
    Choose {
        /// Which account ticket.
        ticket: usize,
        /// From which browser.
        browser: Browser,
        /// How many seconds ago somebody logged in in the browser; `None` if nobody is.
        login_age: Option<u64>,
        /// Whether they go on as who they are.
        keep: bool,
    },
    /// Somebody sends the login form.
    LogIn {
        /// Which login ticket.
        ticket: usize,
        /// From which browser.
        browser: Browser,
        /// Whether the password is right.
        password_right: bool,
    },
    /// Somebody sends the consent form.
    Answer {
        /// Which consent ticket.
        ticket: usize,
        /// From which browser.
        browser: Browser,
        /// What they chose.
        decision: Decision,
    },
    /// Somebody presses the button of an identity provider on the login page.
    ChooseProvider {
        /// Which login ticket.
        ticket: usize,
        /// From which browser.
        browser: Browser,
    },
    /// Somebody answers what is asked before the person is known.
    Approve {
        /// Which approval ticket.
        ticket: usize,
        /// From which browser.
        browser: Browser,
        /// What they chose.
        decision: Decision,
    },
    /// The attacker begins a login for the same request, in the other browser.
    Attack {
        /// Whose request, by its login ticket.
        ticket: usize,
    },
    /// A browser comes back from the identity provider.
    Return(Return),
    /// Somebody presents a code.
    Present {
        /// Which code.
        code: usize,
        /// Whether as the client it was made for.
        by_owner: bool,
        /// `redirect_uri`
        redirect_uri: Named,
        /// `code_verifier`
        verifier: Verifier,
        /// `resource`
        resource: Named,
    },
    /// Somebody presents a refresh token.
    Refresh {
        /// Which refresh token.
        token: usize,
        /// Whether as the client it was made for.
        by_owner: bool,
        /// `scope`
        scope: Wish,
        /// `resource`
        resource: Named,
    },
    /// The operator removes the person, or takes them back.
    Person {
        /// Whether they are known from now on.
        known: bool,
    },
    /// The operator revokes everything that began before an instant so many seconds ago.
    RevokeBefore {
        /// How many.
        ago: u64,
    },
}

/// Where a form comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Browser {
    /// The browser the ticket was made for.
    Same,
    /// Another one.
    Other,
    /// One without cookies.
    Unknown,
}

/// What a person can answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Decision {
    /// Allow.
    Allow,
    /// Deny.
    Deny,
    /// Use another account.
    Switch,
}

/// How a parameter that must repeat an earlier one is sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Named {
    /// Not at all.
    Absent,
    /// As before.
    Same,
    /// Another one.
    Other,
}

/// The `code_verifier` that is sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verifier {
    /// The right one.
    Right,
    /// Another one.
    Wrong,
    /// None.
    Absent,
    /// One outside the grammar.
    Malformed,
}

/// The `scope` that is sent to refresh.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wish {
    /// None: what was granted.
    Absent,
    /// Part of what was granted.
    Narrower,
    /// More than was granted.
    Wider,
    /// Text that is no scope.
    Malformed,
}

/// How many bytes of fuzz input make one event.
const EVENT_BYTES: usize = 4;

/// Reads settings and events from bytes: any bytes are some history.
#[must_use]
pub fn read(bytes: &[u8]) -> (Settings, Vec<Event>) {
    let (first, rest) = bytes.split_first().map_or((0, bytes), |(first, rest)| (*first, rest));
    let settings = Settings {
        retry_window_seconds: [0, 1, 10, 60][usize::from(first & 3)],
        grace_seconds: [None, Some(0), Some(60), Some(3_600)][usize::from(first >> 2 & 3)],
        convergent: first >> 4 & 1 == 1,
        remembers: first >> 5 & 1 == 1,
    };
    (settings, rest.chunks_exact(EVENT_BYTES).map(event).collect())
}

fn login_age(signed_in: bool, number: u8) -> Option<u64> {
    signed_in.then_some(u64::from(number) * 2)
}

fn event(bytes: &[u8]) -> Event {
    let (kind, which, left, right) = (bytes[0], usize::from(bytes[1]), bytes[2], bytes[3]);
    let browser = [Browser::Same, Browser::Same, Browser::Other, Browser::Unknown];
    let browser = browser[usize::from(left & 3)];
    let named = [Named::Absent, Named::Same, Named::Same, Named::Other];
    let resource = named[usize::from(right >> 4 & 3)];
    let by_owner = right & 3 != 3;
    let decision = [Decision::Allow, Decision::Allow, Decision::Deny, Decision::Switch];
    let decision = decision[usize::from(right & 3)];
    match kind % 8 {
        0 => Event::Wait { seconds: u64::from(left) },
        1 => Event::Wait { seconds: u64::from(left) * u64::from(right) * 8 },
        2 if left & 0x20 == 0 => Event::Ask {
            login_age: login_age(left & 1 == 1, right >> 2),
            prompt: Prompt::from_bits(left >> 1 & 15).unwrap_or_default(),
            max_age: [None, Some(0), Some(1), Some(60)][usize::from(right & 3)],
        },
        2 => Event::Choose {
            ticket: which,
            browser,
            login_age: login_age(right & 1 == 1, right >> 2),
            keep: right & 2 == 0,
        },
        3 if left & 0xC0 == 0x40 => Event::ChooseProvider { ticket: which, browser },
        3 if left & 0xC0 == 0x80 => Event::Approve { ticket: which, browser, decision },
        3 if left & 0xC0 == 0xC0 => Event::Attack { ticket: which },
        4 if left & 0x80 != 0 => Event::Return(Return {
            transaction: which,
            state_of: if right & 0x0C == 0x0C { which + 1 } else { which },
            browser,
            to_its_place: right & 0x30 != 0x30,
            can_allow: [CanAllow::All, CanAllow::All, CanAllow::Part, CanAllow::Nothing]
                [usize::from(right & 3)],
        }),
        3 => Event::LogIn { ticket: which, browser, password_right: right & 3 != 3 },
        4 => Event::Answer { ticket: which, browser, decision },
        5 => Event::Present {
            code: which,
            by_owner,
            redirect_uri: named[usize::from(left & 3)],
            verifier: match left >> 2 & 7 {
                0 => Verifier::Wrong,
                1 => Verifier::Absent,
                2 => Verifier::Malformed,
                _ => Verifier::Right,
            },
            resource,
        },
        6 => Event::Refresh {
            token: which,
            by_owner,
            scope: [Wish::Absent, Wish::Narrower, Wish::Wider, Wish::Malformed]
                [usize::from(left & 3)],
            resource,
        },
        _ if left & 0x80 != 0 => Event::RevokeBefore { ago: u64::from(right) },
        _ => Event::Person { known: left & 1 == 1 },
    }
}
