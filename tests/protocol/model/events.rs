//! Histories worth trying: mostly what people do, now and then what they should not.

use proptest::prelude::*;
use protocol::flow::code::CODE_LIFETIME_SECONDS;
use protocol::flow::prompt::Prompt;
use protocol::flow::ticket::TICKET_LIFETIME_SECONDS;
use protocol::fuzzing::{
    Browser, CanAllow, Decision, Event, IDLE_SECONDS, Named, Return, Settings, Verifier, Wish,
};

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

pub(super) fn event() -> impl Strategy<Value = Event> {
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
        3 => (which.clone(), browser()).prop_map(|(ticket, browser)| Event::ChooseProvider { ticket, browser }),
        3 => (which.clone(), browser(), mostly(Decision::Allow, &decisions))
            .prop_map(|(ticket, browser, decision)| Event::Approve { ticket, browser, decision }),
        1 => which.clone().prop_map(|ticket| Event::Attack { ticket }),
        4 => way_back(),
        5 => (which.clone(), mostly(true, &[false]), named(), mostly(Verifier::Right, &wrong_verifiers), named())
            .prop_map(|(code, by_owner, redirect_uri, verifier, resource)| {
                Event::Present { code, by_owner, redirect_uri, verifier, resource }
            }),
        6 => (which, mostly(true, &[false]), wish(), named())
            .prop_map(|(token, by_owner, scope, resource)| Event::Refresh { token, by_owner, scope, resource }),
        1 => mostly(true, &[false]).prop_map(|known| Event::Person { known }),
        3 => prop::sample::select(vec![0, 0, 0, 1, 10, 60])
            .prop_map(|ago| Event::RevokeBefore { ago }),
    ]
}

/// Mostly in the right browser, with what belongs to the login.
fn way_back() -> impl Strategy<Value = Event> {
    let which = 0..8_usize;
    let can_allow = mostly(CanAllow::All, &[CanAllow::Part, CanAllow::Nothing]);
    let parts = (
        which.clone(),
        prop::option::weighted(0.1, which),
        browser(),
        mostly(true, &[false]),
        can_allow,
    );
    parts.prop_map(|(transaction, other, browser, to_its_place, can_allow)| {
        let state_of = other.unwrap_or(transaction);
        Event::Return(Return { transaction, state_of, browser, to_its_place, can_allow })
    })
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

pub(super) fn settings() -> impl Strategy<Value = Settings> {
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
