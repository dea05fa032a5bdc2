//! How much room logins that are under way take in a browser, to the byte: FED-19 at its limits. Source: RFC 6265 §6.1.

use super::*;

/// All our cookies together, in bytes.
const ROOM: usize = 6 * 1_024;
/// What is left free of it for the session that may follow.
const SESSION_ROOM: usize = 1_000;
const CONSENTS: &str = "__Host-sealbearer-consents";
const WAITING: &str = "__Host-sealbearer-login-waiting1";

/// What a cookie takes in the header that brings it.
fn size(name: &str, value: &str) -> usize {
    name.len() + value.len() + "=; ".len()
}

/// A browser that allows a login, with these cookies of so many bytes besides those that it was given.
fn departed_with(scene: &Scene, cookies: &[(&str, usize)]) -> Browser {
    let mut browser = Browser::default();
    let page = browser.open(&scene.node, &scene.client.request().uri());
    for (name, bytes) in cookies {
        browser.set_cookie(name, &"x".repeat(bytes - size(name, "")));
    }
    assert_eq!(browser.decide(&scene.node, &page, "allow").status, 303);
    browser
}

/// What is in a browser that leaves for the first time: its name and the transaction.
fn least(scene: &Scene) -> usize {
    let browser = departed_with(scene, &[]);
    browser.cookies().iter().map(|(name, value)| size(name, value)).sum()
}

#[test]
fn a_login_that_waits_makes_room_when_a_byte_is_missing() {
    let scene = Scene::new();
    let left = ROOM - least(&scene) - SESSION_ROOM;
    let rows = [
        ("nothing else", None, left),
        ("a short session", Some((SESSION, 900)), left),
        ("a long session", Some((SESSION, SESSION_ROOM + 500)), left - 500),
        ("consents", Some((CONSENTS, 700)), left - 700),
        ("what somebody else keeps there", Some(("theme", 5_000)), left),
    ];
    for (what, cookie, left) in rows {
        for (bytes, stays) in [(left, true), (left + 1, false)] {
            let cookies: Vec<_> = cookie.into_iter().chain([(WAITING, bytes)]).collect();
            let browser = departed_with(&scene, &cookies);
            assert_eq!(browser.cookie(WAITING).is_some(), stays, "{what}: {bytes}");
            let begun = transactions(&browser).len() - usize::from(stays);
            assert_eq!(begun, 1, "{what}: the new one is there in any case");
        }
    }
}

#[test]
fn as_many_logins_make_room_as_it_takes() {
    let scene = Scene::new();
    let waiting = ["1", "2", "3"].map(|number| format!("__Host-sealbearer-login-waiting{number}"));
    let others = ROOM - least(&scene) - SESSION_ROOM - 3_000;
    for (excess, stay) in [(0, 3), (1_000, 2), (1_001, 1), (2_001, 0)] {
        let waiting = waiting.iter().map(|name| (name.as_str(), 1_000));
        let cookies: Vec<_> = waiting.chain([(CONSENTS, others + excess)]).collect();
        let browser = departed_with(&scene, &cookies);
        assert_eq!(transactions(&browser).len(), stay + 1, "{excess} bytes too many");
    }
}

/// Of 4096 bytes that browsers keep of a cookie 3900 are its name and value. On https no value has the length that makes
/// it 3900, since none that is base64url without padding is one character longer than a multiple of four.
#[test]
fn a_login_is_begun_if_browsers_keep_what_it_needs() {
    let deployment = Deployment::usual().without_people();
    let scene = Scene::of(&deployment.with_provider("corp", CORP, "allow = \"everyone\""));
    let waiting = |browser: &Browser| {
        let mut cookies = browser.cookies().iter();
        cookies.find(|(name, _)| name.contains("-login-")).map(|(name, value)| size(name, value))
    };
    let uri = |bytes: usize| format!("https://app.example.com/{}", "r".repeat(bytes));
    let client = Client::register(
        &scene.node,
        &json!({ "redirect_uris": [uri(470), uri(250)], "token_endpoint_auth_method": "none" }),
    );
    let depart = |state: usize| {
        let request = client.request().with("nonce", &"n".repeat(256));
        let request = request.with("state", &"s".repeat(state));
        let mut browser = Browser::default();
        let page = browser.open(&scene.node, &request.uri());
        let reply = browser.decide(&scene.node, &page, "allow");
        (reply, browser)
    };
    let states: Vec<_> = (1..=1_024).collect();
    let fit = states.partition_point(|state| depart(*state).0.status == 303);
    let (_, browser) = depart(states[fit - 1]);
    assert_eq!(waiting(&browser), Some(3_900));
    for state in [states[fit], 1_024] {
        let (refused, browser) = depart(state);
        assert_eq!((refused.status, waiting(&browser)), (400, None));
    }
}
