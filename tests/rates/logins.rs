//! Guessing passwords: limited per name across addresses, without keeping the real person out.

use std::sync::Mutex;

use sealbearer::http::rates::Class;

use super::{address, rates, reachable};
use crate::support::{ALICE, Ask, BOB, Browser, Client, Deployment, Fleet, Node, Reply, Serve};

/// A login page that waits for a password, in a browser.
fn login_page(at: &impl Serve) -> (Browser, String) {
    let client = Client::public(at);
    let mut browser = Browser::default();
    let ticket = browser.open(at, &client.request().uri()).ticket();
    (browser, ticket)
}

/// Somebody at `from` types this into that page.
fn type_in(
    at: &impl Serve,
    (browser, ticket): &(Browser, String),
    from: &str,
    person: (&str, &str),
) -> Reply {
    let fields = [("ticket", ticket.as_str()), ("username", person.0), ("password", person.1)];
    let ask = Ask::form("/oauth/login", fields)
        .with("origin", at.issuer())
        .with("sec-fetch-site", "same-origin")
        .with("cookie", browser.header())
        .from(from);
    at.serve(&ask)
}

fn guessed_at(limit: u32) -> Deployment {
    reachable().with(&format!("[limits.rate]\nlogin = 1000\nwrong_passwords = {limit}"))
}

#[test]
fn wrong_passwords_for_a_name_are_counted_from_all_addresses_together() {
    let node = Node::start(&guessed_at(3));
    let page = login_page(&node);
    let guess = |from: &str, name| type_in(&node, &page, from, (name, "wrong")).status;
    let guesses: Vec<_> = (1..=5).map(|n| guess(&format!("203.0.113.{n}"), ALICE.0)).collect();
    assert_eq!(guesses, [403, 403, 403, 429, 429]);
    assert_eq!(guess("203.0.113.9", BOB.0), 403, "another name");
    let reply = type_in(&node, &page, "203.0.113.9", ALICE);
    assert_eq!(
        (reply.status, reply.header("retry-after")),
        (429, Some("300")),
        "not even the right one"
    );
    assert!(reply.body.contains("Too many wrong passwords were tried for this name."));
    node.clock().pass(299);
    assert_eq!(guess("203.0.113.9", ALICE.0), 429);
    node.clock().pass(1);
    assert_eq!(
        type_in(&node, &login_page(&node), "203.0.113.9", ALICE).status,
        200,
        "never for ever"
    );
}

#[test]
fn spelling_a_name_differently_brings_no_more_guesses() {
    let node = Node::start(&guessed_at(4));
    let page = login_page(&node);
    let guess = |name| type_in(&node, &page, "203.0.113.1", (name, "wrong")).status;
    assert_eq!(
        ["alice", "ALICE", " Alice", "alice\t", "aLiCe "].map(guess),
        [403, 403, 403, 403, 429]
    );
}

/// A name that nobody has is limited in the same way, so that limits do not tell who is here.
#[test]
fn names_that_nobody_has_are_limited_alike() {
    let node = Node::start(&guessed_at(2));
    let page = login_page(&node);
    let guess = |_| type_in(&node, &page, "203.0.113.1", ("nobody", "wrong")).status;
    assert_eq!([0; 4].map(guess), [403, 403, 429, 429]);
}

#[test]
fn who_logged_in_at_an_address_is_not_kept_out_there_by_guesses_elsewhere() {
    let node = Node::start(&guessed_at(3));
    let (home, abroad) = ("203.0.113.1", "198.51.100.1");
    assert_eq!(type_in(&node, &login_page(&node), home, ALICE).status, 200);
    let page = login_page(&node);
    while type_in(&node, &page, abroad, (ALICE.0, "wrong")).status != 429 {}
    assert_eq!(type_in(&node, &login_page(&node), home, ALICE).status, 200);
    let guesses = [(); 4].map(|()| type_in(&node, &page, home, (ALICE.0, "wrong")).status);
    assert_eq!(guesses, [403, 403, 403, 429], "at home there is a limit too");
    assert_eq!(type_in(&node, &page, home, (BOB.0, "wrong")).status, 403, "only the name that did");
}

#[test]
fn right_passwords_are_not_counted() {
    let node = Node::start(&guessed_at(2));
    for _ in 0..6 {
        assert_eq!(type_in(&node, &login_page(&node), "203.0.113.1", ALICE).status, 200);
    }
}

/// Of two hundred guesses at once no more are tried than allowed and what is being checked already (4 at a time); on each
/// node for itself.
#[test]
fn guesses_at_once_are_no_more_than_guesses_in_a_row() {
    let fleet = Fleet::start(2, &guessed_at(10));
    let page = login_page(&fleet);
    let statuses = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for number in 0..200 {
            let (fleet, page, statuses) = (&fleet, &page, &statuses);
            scope.spawn(move || {
                let from = format!("203.0.113.{}", number % 100);
                let reply = type_in(fleet.node(number), page, &from, (ALICE.0, "wrong"));
                statuses.lock().expect("no thread panicked").push(reply.status);
            });
        }
    });
    let statuses = statuses.into_inner().expect("no thread panicked");
    let tried = statuses.iter().filter(|status| **status == 403).count();
    assert!((20..=2 * (10 + 4)).contains(&tried), "{tried} of {statuses:?}");
    assert!(statuses.iter().all(|status| [403, 429, 503].contains(status)), "{statuses:?}");
}

#[test]
fn each_address_sends_only_so_many_passwords() {
    let node = Node::start(&reachable().with("[limits.rate]\nlogin = 3"));
    let page = login_page(&node);
    let guess = |name| type_in(&node, &page, "203.0.113.1", (name, "wrong")).status;
    assert_eq!(["a", "b", "c", "d"].map(guess), [403, 403, 403, 429]);
    assert_eq!(type_in(&node, &page, "203.0.113.2", ("d", "wrong")).status, 403);
}

/// On one's own machine only oneself can be kept out.
#[test]
fn wrong_passwords_on_ones_own_machine_are_not_counted() {
    let (local, _) = {
        let config = Deployment::usual().with("[limits.rate]\nwrong_passwords = 1").config();
        let clock = crate::support::Clock::new();
        let world = std::sync::Arc::new(crate::support::FixedWorld::new(clock.clone(), 0));
        (sealbearer::http::rates::Rates::new(&config.rates, world), clock)
    };
    let (reachable, _) = rates("wrong_passwords = 1");
    for (rates, from, is_counted) in [
        (&local, "127.0.0.1", false),
        (&local, "::1", false),
        (&local, "192.0.2.1", true),
        (&reachable, "127.0.0.1", true),
    ] {
        let from = address(from);
        rates.tried_in_vain(from, "somebody");
        rates.tried_in_vain(from, "somebody");
        assert_eq!(rates.may_try(from, "somebody").is_err(), is_counted, "{from:?}");
    }
}

/// Thousands of places are remembered: nobody is forgotten because a few others came home as well.
#[test]
fn who_logged_in_is_known_there_although_others_logged_in_since() {
    let (rates, _) = rates("wrong_passwords = 1");
    let (home, elsewhere) = (address("192.0.2.1"), address("203.0.113.9"));
    let people: Vec<_> = (0..64).map(|number| format!("person {number}")).collect();
    for name in &people {
        rates.logged_in(home, name);
    }
    for name in &people {
        rates.tried_in_vain(elsewhere, name);
        assert!(rates.may_try(elsewhere, name).is_err());
    }
    // By chance some may have the same place, and the later one has it.
    let kept_out = people.iter().filter(|name| rates.may_try(home, name).is_err()).count();
    assert!(kept_out < 24, "{kept_out}");
}

#[test]
fn looking_does_not_count() {
    let (rates, _) = rates("wrong_passwords = 1\ntoken_failures = 1");
    let from = address("192.0.2.1");
    for _ in 0..10 {
        assert_eq!(rates.may_try(from, "alice"), Ok(()));
        assert_eq!(rates.may_fail(from, "client"), Ok(()));
    }
    rates.tried_in_vain(from, "alice");
    rates.failed(from, "client");
    assert!(rates.may_try(from, "alice").is_err() && rates.may_fail(from, "client").is_err());
}

#[test]
fn documents_are_counted_by_the_host_that_serves_them() {
    let (rates, _) = rates("documents = 2");
    let ask = |host| rates.ask_host(host).is_ok();
    assert_eq!(
        ["a.example", "a.example", "a.example", "b.example"].map(ask),
        [true, true, false, true]
    );
    assert_eq!(rates.ask(Class::Documents, address("192.0.2.1")), Ok(()));
}
