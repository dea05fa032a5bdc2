//! Coming back: in the browser that left, with what it left with, from where it was sent, in time, and once.

use sealbearer::ledger::{Capacity, File};

use super::*;
use crate::support::Scratch;

/// Nothing of these ever reaches the provider's token endpoint.
#[test]
fn fed_01_fed_02_fed_03_fed_04_an_answer_that_nobody_waits_for_is_refused() {
    let scene = Scene::new();
    let (mut ours, mut other) = (Browser::default(), Browser::default());
    let (away, elsewhere) = (scene.depart(&mut ours), scene.depart(&mut other));
    let back = scene.corp.log_in(&away, "ada");
    let foreign = scene.corp.log_in(&elsewhere, "mallory");
    let state = |way_back: &str| {
        let url = url::Url::parse(ISSUER).and_then(|base| base.join(way_back)).expect("a URL");
        let state = url.query_pairs().find(|(name, _)| name == "state").expect("it is there");
        state.1.into_owned()
    };
    let first = if state(&back).starts_with('A') { "B" } else { "A" };
    let altered = format!("{first}{}", &state(&back)[1..]);
    let ask = |browser: &Browser, uri: &str| browser.clone().open(&scene.node, uri);
    let mut copied = other.clone();
    for name in transactions(&ours) {
        let value = ours.cookie(&name).expect("it is there").to_owned();
        copied.set_cookie(&name, &value);
    }
    let mut nameless = ours.clone();
    nameless.forget_cookie(BROWSER);
    let twice = format!("{back}&state={}", state(&back));
    let unsolicited = "/oauth/callback/corp?code=a&state=AAAAAAAAAAAAAAAAAAAAAA";
    let rows = [
        ("FED-01 without cookies", ask(&Browser::default(), &back)),
        ("FED-01 with another browser's cookies", ask(&other, &back)),
        ("FED-01 with a transaction copied into another browser", ask(&copied, &back)),
        ("FED-01 without the browser's name", ask(&nameless, &back)),
        ("FED-02 the answer of an attacker's login", ask(&ours, &foreign)),
        ("FED-03 without state", ask(&ours, &with(&back, "state", ""))),
        ("FED-03 with an altered state", ask(&ours, &with(&back, "state", &altered))),
        (
            "FED-03 with the state of another login",
            ask(&ours, &with(&back, "state", &state(&foreign))),
        ),
        ("FED-03 with its state twice", ask(&ours, &twice)),
        ("FED-04 that was never asked for", ask(&Browser::default(), unsolicited)),
        ("FED-04 in a browser that waits for another", ask(&ours, unsolicited)),
        ("of a provider that is none", ask(&ours, &back.replace("/corp?", "/nobody?"))),
    ];
    for (row, reply) in &rows {
        assert!(matches!(reply.status, 400 | 403), "{row}: {}", reply.outcome());
    }
    assert_eq!(scene.corp.exchanges(), 0, "the provider was not asked");
    insta::assert_snapshot!(table(rows.map(|(row, reply)| (row, cause(&reply)))), @"
    FED-01 without cookies: 403: This browser is not waiting for this answer. The login was begun in another browser, or is already over.
    FED-01 with another browser's cookies: 403: This browser is not waiting for this answer. The login was begun in another browser, or is already over.
    FED-01 with a transaction copied into another browser: 403: This browser is not waiting for this answer. The login was begun in another browser, or is already over.
    FED-01 without the browser's name: 403: This browser is not waiting for this answer. The login was begun in another browser, or is already over.
    FED-02 the answer of an attacker's login: 403: This browser is not waiting for this answer. The login was begun in another browser, or is already over.
    FED-03 without state: 403: This browser is not waiting for this answer. The login was begun in another browser, or is already over.
    FED-03 with an altered state: 403: This browser is not waiting for this answer. The login was begun in another browser, or is already over.
    FED-03 with the state of another login: 403: This browser is not waiting for this answer. The login was begun in another browser, or is already over.
    FED-03 with its state twice: 400: The address contains a part twice, or a part that cannot be read. (state is sent more than once)
    FED-04 that was never asked for: 403: This browser is not waiting for this answer. The login was begun in another browser, or is already over.
    FED-04 in a browser that waits for another: 403: This browser is not waiting for this answer. The login was begun in another browser, or is already over.
    of a provider that is none: 400: This server has no identity provider of that name.
    ");
    assert!(ask(&ours, &back).location().contains("?code="), "the right one still counts");
}

/// FED-05: each provider has a place of its own, and names itself there.
#[test]
fn fed_05_an_answer_of_another_provider_is_refused() {
    let scene = Scene::with_a_choice();
    let depart = || {
        let mut browser = Browser::default();
        let away = scene.depart_by_choice(&mut browser);
        let back = scene.corp.log_in(&away, "ada");
        (browser, back)
    };
    let outcome = |change: &dyn Fn(&str) -> String| {
        let (mut browser, back) = depart();
        cause(&browser.open(&scene.node, &change(&back)))
    };
    let iss = |value: &'static str| move |back: &str| with(back, "iss", value);
    let rows = [
        ("at another provider's place", outcome(&|back| back.replace("/corp?", "/partner?"))),
        ("with another issuer", outcome(&iss("https://sso.partner.example"))),
        ("with the issuer and a slash", outcome(&iss("https://sso.corp.example/"))),
        ("with the issuer in capitals", outcome(&iss("https://SSO.corp.example"))),
        ("with the issuer encoded twice", outcome(&iss("https%3A%2F%2Fsso.corp.example"))),
        ("without an issuer, which it announces", outcome(&iss(""))),
    ];
    insta::assert_snapshot!(table(rows), @"
    at another provider's place: 403: The answer came from another identity provider than the one you were sent to.
    with another issuer: 403: The answer came from another provider than was asked.
    with the issuer and a slash: 403: The answer came from another provider than was asked.
    with the issuer in capitals: 403: The answer came from another provider than was asked.
    with the issuer encoded twice: 403: The answer came from another provider than was asked.
    without an issuer, which it announces: 403: The answer came from another provider than was asked.
    ");
    assert_eq!((scene.corp.exchanges(), scene.partner.exchanges()), (0, 0));
    let silent = Scene::new();
    silent.corp.names_itself(false);
    assert_eq!(
        silent.log_in(&mut Browser::default(), "ada").status,
        303,
        "it never says who it is"
    );
}

/// FED-06: coming back a second time leads nowhere, whoever kept a copy of what.
#[test]
fn fed_06_an_answer_counts_once() {
    let scene = Scene::new();
    let mut browser = Browser::default();
    let away = scene.depart(&mut browser);
    let kept = browser.clone();
    let back = scene.corp.log_in(&away, "ada");
    assert_eq!(browser.open(&scene.node, &back).status, 303);
    let reloaded = browser.open(&scene.node, &back);
    let copied = kept.clone().open(&scene.node, &back);
    insta::assert_snapshot!(
        table([("reloaded", cause(&reloaded)), ("with a copy of the cookie", cause(&copied))]),
        @"
    reloaded: 403: This browser is not waiting for this answer. The login was begun in another browser, or is already over.
    with a copy of the cookie: 403: This login was already finished.
    "
    );
    assert_eq!(scene.corp.exchanges(), 1);
    assert!(copied.headers_called("set-cookie").iter().all(|set| !set.starts_with(SESSION)));
}

/// FED-07: ten minutes, and then a way to start again.
/// A ledger that lost what it knew cannot tell whether a login of before was finished. All others go on at once.
#[test]
fn fed_06_only_logins_of_before_are_in_doubt_when_the_ledger_is_new() {
    let internet = Internet::new();
    let deployment = deployment().with_provider("corp", CORP, "allow = \"everyone\"");
    let scene = Scene::within(&internet, &deployment);
    let (before, after) = (&mut Browser::default(), &mut Browser::default());
    let away = scene.depart(before);
    let (folder, clock) = (Scratch::new(), scene.node.clock());
    let path = folder.path("ledger.redb");
    let ledger = File::open(&path, Capacity::default(), clock.now()).expect("it can be made");
    let renewed = Node::start_on(&internet, &deployment, clock, Arc::new(ledger));
    let back = before.open(&renewed, &scene.corp.log_in(&away, "ada"));
    assert_eq!(back.status, 503, "{}", visible(&back.body));
    clock.pass(1);
    let away = scene.depart(after);
    let back = after.open(&renewed, &scene.corp.log_in(&away, "ada"));
    assert_eq!(back.outcome(), "303 https://app.example.com/callback with a code");
}

#[test]
fn fed_07_who_comes_late_can_start_again() {
    let scene = Scene::new();
    let (mut browser, mut early) = (Browser::default(), Browser::default());
    let (away, in_time) = (scene.depart(&mut browser), scene.depart(&mut early));
    scene.node.clock().pass(599);
    assert_eq!(scene.arrive(&mut early, &in_time, "ada").status, 303);
    scene.node.clock().pass(1);
    let late = scene.arrive(&mut browser, &away, "ada");
    assert_eq!(cause(&late), "400: The login took longer than ten minutes.");
    assert_eq!(scene.corp.exchanges(), 1);
    let link = late.body.split("href=\"").nth(1).and_then(|rest| rest.split('"').next());
    let link = link.expect("there is a way to start again").replace("&#38;", "&");
    let page = browser.open(&scene.node, link.strip_prefix(ISSUER).expect("it is ours"));
    let away = browser.decide(&scene.node, &page, "allow").location().to_owned();
    let back = scene.arrive(&mut browser, &away, "ada");
    assert_eq!(back.parameter("state").as_deref(), Some("xyz"), "as the client asked");
}

/// FED-11: what a login begins with is made then, whatever was there before, and is in no URL.
#[test]
fn fed_11_a_session_is_never_one_that_somebody_else_brought() {
    let scene = Scene::new();
    let mut mallory = Browser::default();
    scene.log_in(&mut mallory, "mallory");
    let planted = mallory.cookie(SESSION).expect("she is logged in").to_owned();
    let mut victim = Browser::default();
    victim.set_cookie(SESSION, &planted);
    let request = scene.client.request().with("prompt", "login");
    scene.corp.say(json!({ "auth_time": scene.node.clock().now().0 }));
    let back = scene.log_in_for(&mut victim, &request, "ada");
    assert!(scene.subject(&back).ends_with(":ada"));
    assert_ne!(victim.cookie(SESSION), Some(planted.as_str()));
    let mut stranger = Browser::default();
    let uri = format!("{}&session={planted}&sid={planted}", scene.client.request().uri());
    let page = stranger.open(&scene.node, &uri);
    assert!(visible(&page.body).contains("You log in with CORP next"));
}

/// FED-12: who wants another account is nobody from then on, and the provider is asked to let them choose.
#[test]
fn fed_12_switching_ends_the_session() {
    let scene = Scene::new();
    let mut browser = Browser::default();
    scene.log_in(&mut browser, "ada");
    let page = browser.open(&scene.node, &scene.client.request().uri());
    let page = browser.decide(&scene.node, &page, "switch");
    assert_eq!(browser.cookie(SESSION), None);
    let away = browser.decide(&scene.node, &page, "allow").location().to_owned();
    assert!(away.contains("prompt=select_account"), "{away}");
    let back = scene.arrive(&mut browser, &away, "eve");
    assert!(scene.subject(&back).ends_with(":eve"));
}

/// FED-13: whatever else a form says, what was sealed wins, and a page of before leads where it led.
#[test]
fn fed_13_what_was_sealed_wins() {
    let scene = Scene::new();
    let mut browser = Browser::default();
    let page = browser.open(&scene.node, &scene.client.request().uri());
    let ticket = page.ticket();
    let fields = [
        ("ticket", ticket.as_str()),
        ("decision", "allow"),
        ("client_id", "evil"),
        ("redirect_uri", "https://evil.example"),
        ("state", "evil"),
        ("provider", "partner"),
    ];
    let away = browser.submit(&scene.node, "/oauth/consent", &fields).location().to_owned();
    let back = scene.arrive(&mut browser, &away, "ada");
    assert!(back.location().starts_with("https://app.example.com/callback?code="));
    // The back button, and the same page once more.
    let away = browser.decide(&scene.node, &page, "allow").location().to_owned();
    let again = scene.arrive(&mut browser, &away, "ada");
    assert_ne!(back.code(), again.code());
    let changed = crate::support::altered(&ticket);
    let reply = browser.submit(
        &scene.node,
        "/oauth/consent",
        &[("ticket", changed.as_str()), ("decision", "allow")],
    );
    assert_eq!(reply.status, 400);
}

/// FED-18: an answer by a form of another site is not taken at all: no provider is set up to send one.
#[test]
fn fed_18_a_form_is_no_way_to_come_back() {
    let scene = Scene::new();
    let mut browser = Browser::default();
    let back = scene.corp.log_in(&scene.depart(&mut browser), "ada");
    let (path, query) = back.split_once('?').expect("it has parameters");
    let form = Ask::post(path, "application/x-www-form-urlencoded", query.to_owned());
    let form = form.with("sec-fetch-site", "cross-site").with("origin", "https://sso.corp.example");
    let reply = browser.send(&scene.node, form);
    assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, HEAD, OPTIONS")));
    assert_eq!(scene.corp.exchanges(), 0);
}

/// FED-19: five logins at once in one browser; the sixth makes the oldest go, and all cookies stay within 6 KiB.
#[test]
fn fed_19_five_logins_at_once_and_no_sixth() {
    let scene = Scene::new();
    let mut browser = Browser::default();
    let mut away = Vec::new();
    for number in 0..6 {
        let request = scene.client.request().with("state", &format!("login number {number}"));
        away.push(scene.depart_for(&mut browser, &request));
        scene.node.clock().pass(1);
        let size = browser.header().len();
        assert!(size <= 6 * 1_024, "{size} bytes of cookies");
    }
    assert_eq!(transactions(&browser).len(), 5);
    let outcomes = away.iter().enumerate().map(|(number, away)| {
        let reply = scene.arrive(&mut browser, away, "ada");
        let size = browser.header().len();
        assert!(size <= 6 * 1_024, "{size} bytes of cookies");
        let state = (reply.status == 303).then(|| reply.parameter("state")).flatten();
        (format!("login {number}"), state.unwrap_or_else(|| cause(&reply)))
    });
    let outcomes: Vec<_> = outcomes.collect();
    insta::assert_snapshot!(table(outcomes), @"
    login 0: 403: This browser is not waiting for this answer. The login was begun in another browser, or is already over.
    login 1: login number 1
    login 2: login number 2
    login 3: login number 3
    login 4: login number 4
    login 5: login number 5
    ");
}

/// However long what clients send is, what waits in a browser fits into it, or is refused with a reason.
#[test]
fn fed_19_long_requests_fit_or_are_refused() {
    let scene = Scene::new();
    let mut browser = Browser::default();
    let long = scene.client.request().with("state", &"s".repeat(1_024));
    for _ in 0..5 {
        scene.depart_for(&mut browser, &long);
        let size = browser.header().len();
        assert!(size <= 6 * 1_024, "{size} bytes of cookies");
    }
    let longest = long.with("nonce", &"n".repeat(256)).with("login_hint", &"h".repeat(128));
    let deployment = Deployment::usual().at(ISSUER).without_people();
    let uri = format!("https://app.example.com/{}", "r".repeat(450));
    let deployment = deployment.with_provider("corp", CORP, "allow = \"everyone\"").with_client(
        "long",
        None,
        &format!("redirect_uris = [\"{uri}\"]"),
    );
    let scene = Scene::of(&deployment);
    let request = longest.with("client_id", "long").with("redirect_uri", &uri);
    let page = browser.open(&scene.node, &request.uri());
    let reply = Browser::decide(&mut browser, &scene.node, &page, "allow");
    assert!(reply.status == 303 || reply.status == 400, "{}", cause(&reply));
}
