//! Consent that is asked before anybody is known: it counts for this client, in this browser, and for who comes back with it.

use super::*;

/// CON-01, CVE-2026-27124: an attacker allows, and lets a victim follow the link to the provider. The victim's browser left with
/// nothing, or with something else.
#[test]
fn con_01_who_follows_somebody_elses_link_finishes_nothing() {
    let scene = Scene::new();
    let mut attacker = Browser::default();
    let away = scene.depart(&mut attacker);
    let mut idle = Browser::default();
    let mut busy = Browser::default();
    scene.depart(&mut busy);
    let mut known = Browser::default();
    scene.log_in(&mut known, "ada");
    let rows = [
        ("who was never here", scene.arrive(&mut idle, &away, "ada")),
        ("who is about to log in", scene.arrive(&mut busy, &away, "ada")),
        ("who is logged in", scene.arrive(&mut known, &away, "ada")),
    ];
    let asked = scene.corp.exchanges();
    assert_eq!(asked, 1, "the provider was asked for the one who is logged in, and never again");
    for (row, reply) in rows {
        assert_eq!((row, reply.status), (row, 403));
        assert!(reply.headers_called("set-cookie").iter().all(|set| !set.starts_with(SESSION)));
    }
    // Nor does the attacker's browser finish what the victim began.
    let theirs = scene.depart(&mut busy);
    assert_eq!(scene.arrive(&mut attacker, &theirs, "mallory").status, 403);
}

/// CON-02, CON-03: after a login with a provider silence is for the same clients as ever.
#[test]
fn con_02_con_03_when_somebody_who_is_logged_in_is_not_asked() {
    let deployment = deployment().with_provider("corp", CORP, "allow = \"everyone\"").with_client(
        "web",
        None,
        "redirect_uris = [\"https://web.example/cb\"]\nconsent = \"remembered\"",
    );
    let scene = Scene::of(&deployment);
    let web = Client::known("web", None, "https://web.example/cb");
    let mut rows = Vec::new();
    for (name, client) in [("pre-registered", &web), ("registered by itself", &scene.client)] {
        let mut browser = Browser::default();
        scene.log_in_for(&mut browser, &client.request(), "ada");
        for site in [Some("cross-site"), Some("same-site"), Some("none"), Some("same-origin"), None]
        {
            let ask = Ask::get(client.request().uri());
            let ask = match site {
                Some(site) => ask.with("sec-fetch-site", site),
                None => ask,
            };
            let reply = browser.clone().send(&scene.node, ask);
            rows.push((format!("{name}, {}", site.unwrap_or("untold")), reply.outcome()));
        }
    }
    insta::assert_snapshot!(table(rows), @"
    pre-registered, cross-site: 200 page: Allow web to act for you?
    pre-registered, same-site: 303 https://web.example/cb with a code
    pre-registered, none: 303 https://web.example/cb with a code
    pre-registered, same-origin: 303 https://web.example/cb with a code
    pre-registered, untold: 200 page: Allow web to act for you?
    registered by itself, cross-site: 200 page: Allow Example to act for you?
    registered by itself, same-site: 200 page: Allow Example to act for you?
    registered by itself, none: 200 page: Allow Example to act for you?
    registered by itself, same-origin: 200 page: Allow Example to act for you?
    registered by itself, untold: 200 page: Allow Example to act for you?
    ");
}

/// CON-04: a consent form counts for its ticket, its browser and its person; after they left nobody gets a code by it.
#[test]
fn con_04_a_consent_counts_for_who_gave_it() {
    let scene = Scene::new();
    let (mut ours, mut other) = (Browser::default(), Browser::default());
    let approval = ours.open(&scene.node, &scene.client.request().uri());
    other.open(&scene.node, &scene.client.request().uri());
    let elsewhere = other.decide(&scene.node, &approval, "allow");
    scene.log_in(&mut ours, "ada");
    let consent = ours.open(&scene.node, &scene.client.request().uri());
    let of_other = other.decide(&scene.node, &consent, "allow");
    let mut switched = ours.clone();
    switched.forget_cookie(SESSION);
    let left = switched.decide(&scene.node, &consent, "allow");
    scene.node.clock().pass(600);
    let late = ours.decide(&scene.node, &consent, "allow");
    insta::assert_snapshot!(
        table([
            ("an approval in another browser", elsewhere.outcome()),
            ("a consent in another browser", of_other.outcome()),
            ("after the session ended", left.outcome()),
            ("after ten minutes", late.outcome()),
        ]),
        @"
    an approval in another browser: 403 page: This cannot go on
    a consent in another browser: 403 page: This cannot go on
    after the session ended: 200 page: Allow Example to act for you?
    after ten minutes: 400 page: This cannot go on
    "
    );
}

/// CON-05: a form of another site leads nowhere, whatever it carries.
#[test]
fn con_05_a_form_comes_from_our_own_page() {
    let scene = Scene::new();
    let mut browser = Browser::default();
    let page = browser.open(&scene.node, &scene.client.request().uri());
    let ticket = page.ticket();
    let fields = [("ticket", ticket.as_str()), ("decision", "allow")];
    let mut rows = Vec::new();
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "https://auth.example.com.evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let ask = Ask::form("/oauth/consent", fields).with(name, value);
        rows.push((format!("{name}: {value}"), browser.send(&scene.node, ask).outcome()));
    }
    let without = Ask::form("/oauth/consent", [("decision", "allow")]);
    rows.push(("without a ticket".to_owned(), browser.send(&scene.node, without).outcome()));
    insta::assert_snapshot!(table(rows), @"
    origin: https://evil.example: 403 page: This cannot go on
    origin: null: 403 page: This cannot go on
    origin: https://auth.example.com.evil.example: 403 page: This cannot go on
    sec-fetch-site: cross-site: 403 page: This cannot go on
    sec-fetch-site: same-site: 403 page: This cannot go on
    without a ticket: 400 page: This cannot go on
    ");
    assert!(transactions(&browser).is_empty());
}

/// CON-06: what was allowed to one client is not allowed to another, nor to the same at another address.
#[test]
fn con_06_a_consent_is_for_one_client_and_address() {
    let client = |id: &str| {
        format!(
            "[[clients]]\nid = \"{id}\"\nconsent = \"remembered\"\nredirect_uris = [\"https://web.example/cb\", \"https://web.example/new\"]"
        )
    };
    let deployment = deployment().with_provider("corp", CORP, "allow = \"everyone\"");
    let scene = Scene::of(&deployment.with(&client("a")).with(&client("b")));
    let a = Client::known("a", None, "https://web.example/cb");
    let mut browser = Browser::default();
    scene.log_in_for(&mut browser, &a.request(), "ada");
    let ask = |request: Request| {
        let ask = Ask::get(request.uri()).with("sec-fetch-site", "none");
        browser.clone().send(&scene.node, ask).outcome()
    };
    let rows = [
        ("the same again", ask(a.request())),
        ("another client", ask(a.request().with("client_id", "b"))),
        ("another address", ask(a.request().with("redirect_uri", "https://web.example/new"))),
    ];
    insta::assert_snapshot!(table(rows), @"
    the same again: 303 https://web.example/cb with a code
    another client: 200 page: Allow b to act for you?
    another address: 200 page: Allow a to act for you?
    ");
}

/// CON-07: pressing twice, or in two tabs, makes two logins, each with a code of its own.
#[test]
fn con_07_pressing_twice_makes_one_code_each() {
    let scene = Scene::new();
    let mut browser = Browser::default();
    let page = browser.open(&scene.node, &scene.client.request().uri());
    let [first, second] =
        [(); 2].map(|()| browser.decide(&scene.node, &page, "allow").location().to_owned());
    let codes = [&first, &second].map(|away| scene.arrive(&mut browser, away, "ada").code());
    assert_ne!(codes[0], codes[1]);
    for away in [&first, &second] {
        assert_eq!(scene.arrive(&mut browser, away, "ada").status, 403);
    }
}

/// CON-08: a no goes where somebody vouches for, and else to a page with a link.
#[test]
fn con_08_denying() {
    let deployment = deployment().with_provider("corp", CORP, "allow = \"everyone\"").with_client(
        "web",
        None,
        "redirect_uris = [\"https://web.example/cb\"]",
    );
    let scene = Scene::of(&deployment);
    let web = Client::known("web", None, "https://web.example/cb");
    let outcome = |client: &Client| {
        let mut browser = Browser::default();
        let page = browser.open(&scene.node, &client.request().uri());
        browser.decide(&scene.node, &page, "deny").outcome()
    };
    assert_eq!(outcome(&web), "303 https://web.example/cb with access_denied");
    assert_eq!(outcome(&scene.client), "400 page: The application's request cannot be answered");
}

/// CON-10: what was left out before the person was known is in no token.
#[test]
fn con_10_what_was_left_out_is_in_no_token() {
    let scopes = "[[scopes]]\nname = \"mcp:tools\"\ndescription = \"Use the tools\"\n\
        [[scopes]]\nname = \"mcp:read\"\ndescription = \"Read\"";
    let deployment = deployment().with_provider("corp", CORP, "allow = \"everyone\"");
    let scene = Scene::of(
        &deployment.with(scopes).with_form("scopes_supported = [\"mcp:tools\", \"mcp:read\"]"),
    );
    let request = scene.client.request().with("scope", "mcp:tools mcp:read");
    let mut browser = Browser::default();
    let page = browser.open(&scene.node, &request.uri());
    let ticket = page.ticket();
    let fields = [
        ("ticket", ticket.as_str()),
        ("decision", "allow"),
        ("choice", "ticked"),
        ("scope", "mcp:tools"),
    ];
    let away = browser.submit(&scene.node, "/oauth/consent", &fields).location().to_owned();
    let back = scene.arrive(&mut browser, &away, "ada");
    let tokens = scene.client.redeem(&scene.node, &back.code());
    assert_eq!(tokens.text("scope"), "mcp:tools");
    let next = scene.client.refresh(&scene.node, &tokens.text("refresh_token"));
    assert_eq!(next.text("scope"), "mcp:tools");
}

/// Who can allow less than was allowed is shown what is left, and who can allow none of it is told no.
#[test]
fn con_10_who_can_allow_less_is_asked_again() {
    let scopes = "[[scopes]]\nname = \"mcp:tools\"\ndescription = \"Use the tools\"\n\
        [[scopes]]\nname = \"mcp:read\"\ndescription = \"Read\"";
    let rules = "allow = \"everyone\"\ngrantable = [\"mcp:read\"]\n\
        [[providers.groups]]\nname = \"staff\"\nscopes = [\"mcp:tools\"]";
    let deployment = deployment().with_provider("corp", CORP, rules).with(scopes);
    let scene =
        Scene::of(&deployment.with_form("scopes_supported = [\"mcp:tools\", \"mcp:read\"]"));
    let both = scene.client.request().with("scope", "mcp:tools mcp:read");
    let tools = scene.client.request().with("scope", "mcp:tools");
    let mut browser = Browser::default();
    let page = scene.log_in_for(&mut browser, &both, "ada");
    assert_eq!(page.heading(), "Allow Example to act for you?");
    assert!(!visible(&page.body).contains("Use the tools"));
    let code = browser.decide(&scene.node, &page, "allow").code();
    assert_eq!(scene.client.redeem(&scene.node, &code).text("scope"), "mcp:read");
    let refused = scene.log_in_for(&mut Browser::default(), &tools, "ada");
    assert_eq!(refused.outcome(), "303 https://app.example.com/callback with access_denied");
    scene.corp.say(json!({ "groups": ["staff"] }));
    let code = scene.log_in_for(&mut Browser::default(), &both, "grace").code();
    let granted = scene.client.redeem(&scene.node, &code).text("scope");
    assert_eq!(granted, "mcp:read mcp:tools");
}

/// CON-11: who is let through in silence is a client of the operator's own at an https address; a program on this computer is
/// always asked about, with a warning.
#[test]
fn con_11_a_program_on_this_computer_is_warned_of() {
    let deployment = deployment()
        .with_provider("corp", CORP, "allow = \"everyone\"")
        .with_client(
            "own",
            None,
            "redirect_uris = [\"https://own.example/cb\"]\nconsent = \"implied\"",
        )
        .with_client("local", None, "redirect_uris = [\"http://127.0.0.1/cb\"]");
    let scene = Scene::of(&deployment);
    let own = Client::known("own", None, "https://own.example/cb");
    let reply = Browser::default().open(&scene.node, &own.request().uri());
    assert!(reply.location().starts_with("https://sso.corp.example/authorize?"));
    let local = Client::known("local", None, "http://127.0.0.1:5000/cb");
    let page = Browser::default().open(&scene.node, &local.request().uri());
    assert!(visible(&page.body).contains("An application on this computer will receive access."));
    let demanding = own.request().with("prompt", "consent");
    let page = Browser::default().open(&scene.node, &demanding.uri());
    assert!(page.heading().starts_with("Allow"), "the provider's consent is not ours");
}
