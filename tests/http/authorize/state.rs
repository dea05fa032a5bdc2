//! `state` comes back byte for byte, whatever it is made of, up to a limit.

use proptest::prelude::*;
use url::form_urlencoded;

use super::vouched;
use crate::support::{ALICE, Browser, Client, Node, Reply};

/// The raw `state` of a redirect, decoded.
fn returned(reply: &Reply) -> Option<String> {
    let (_, query) = reply.location().split_once('?')?;
    let pairs = form_urlencoded::parse(query.as_bytes());
    pairs.filter(|(name, _)| name == "state").map(|(_, value)| value.into_owned()).next()
}

/// Both answers that carry it: an error, and a code.
fn answers(node: &Node, client: &Client, browser: &mut Browser, state: &str) -> [Reply; 2] {
    let request = client.request().with("state", state);
    let refused = browser.open(node, &request.clone().without("code_challenge").uri());
    [refused, browser.allow(node, &request.uri(), ALICE)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn auz_23_any_state_comes_back_as_sent(state in "\\PC{1,40}|[\\x00-\\x7f]{1,60}|.{1,200}") {
        prop_assume!(state.len() <= 1_024);
        let (node, client) = vouched();
        let mut browser = Browser::default();
        for reply in answers(&node, &client, &mut browser, &state) {
            prop_assert_eq!(reply.status, 303);
            prop_assert_eq!(returned(&reply), Some(state.clone()));
            prop_assert!(reply.location().bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }
}

/// Few, since each case is a whole log-in; the environment asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(8)
}

#[test]
fn auz_23_a_state_of_a_kibibyte_comes_back_and_a_longer_one_ends_on_a_page() {
    let (node, client) = vouched();
    let state = "é".repeat(512);
    for reply in answers(&node, &client, &mut Browser::default(), &state) {
        assert_eq!(returned(&reply).as_deref(), Some(state.as_str()));
    }
    let request = client.request().with("state", &format!("{state}x"));
    let reply = Browser::default().open(&node, &request.uri());
    assert_eq!(reply.outcome(), "400 page: This cannot go on");
}

#[test]
fn without_state_none_comes_back() {
    let (node, client) = vouched();
    for request in [client.request().without("state"), client.request().with("state", "")] {
        let reply = Browser::default().allow(&node, &request.uri(), ALICE);
        assert_eq!(returned(&reply), None);
    }
}
