//! What people read when a login through a provider comes to nothing: a cause, a remedy, a number, and a way on.

use wiremock::ResponseTemplate;

use super::*;

/// FED-15: what a provider says in its own words is shown to nobody.
#[test]
fn fed_15_an_error_of_the_provider_is_a_page_in_our_words() {
    let scene = Scene::new();
    let outcome = |error: &str| {
        let mut browser = Browser::default();
        let away = scene.depart(&mut browser);
        let reply = browser.open(&scene.node, &scene.corp.refuse(&away, error));
        assert!(!reply.body.contains("<b>evil"), "{}", reply.body);
        assert!(reply.body.contains("Return to the application"));
        assert!(reply.body.contains("Start again"));
        cause(&reply)
    };
    let errors = ["access_denied", "login_required", "temporarily_unavailable", "\"><b>evil"];
    let rows = errors.map(|error| (error, outcome(error)));
    insta::assert_snapshot!(table(rows), @r#"
    access_denied: 400: The provider refused this sign-in (access_denied).
    login_required: 400: The provider refused this sign-in (login_required).
    temporarily_unavailable: 400: The provider refused this sign-in (temporarily_unavailable).
    "><b>evil: 400: The provider refused this sign-in (other).
    "#);
    assert_eq!(scene.corp.exchanges(), 0);
    let mut browser = Browser::default();
    let away = scene.depart(&mut browser);
    let page = browser.open(&scene.node, &scene.corp.refuse(&away, "access_denied"));
    insta::assert_snapshot!("access_denied_upstream", shown(&page));
}

#[test]
fn a_provider_in_trouble_is_a_page_and_disturbs_nobody_else() {
    let scene = Scene::with_a_choice();
    let html = || ResponseTemplate::new(200).set_body_raw("<html>Sign in</html>", "text/html");
    let error = || ResponseTemplate::new(200).set_body_json(json!({ "error": "invalid_client" }));
    let outcome = |answer: ResponseTemplate| {
        scene.corp.trouble(Some(answer));
        let mut browser = Browser::default();
        let away = scene.depart_by_choice(&mut browser);
        let reply = scene.arrive(&mut browser, &away, "ada");
        assert!(browser.cookie(SESSION).is_none(), "nobody is logged in");
        cause(&reply)
    };
    let rows = [
        ("HTML", outcome(html())),
        ("an error with 200", outcome(error())),
        ("503", outcome(ResponseTemplate::new(503))),
    ];
    insta::assert_snapshot!(table(rows), @"
    HTML: 400: The provider&#39;s answer cannot be used: it is not JSON of bearable length.
    an error with 200: 400: The provider refused this sign-in (invalid_client).
    503: 503: The provider reports a failure of its own.
    ");
    let mut browser = Browser::default();
    let page = browser.open(&scene.node, &scene.client.request().uri());
    assert!(browser.log_in(&scene.node, &page, ALICE).heading().starts_with("Allow"));
}

#[test]
fn who_may_not_come_in_is_told_so() {
    let scene = Scene::with("allow_domains = [\"corp.example\"]");
    let mut browser = Browser::default();
    let reply = scene.log_in(&mut browser, "ada");
    insta::assert_snapshot!("not_admitted", shown(&reply));
    assert!(browser.cookie(SESSION).is_none(), "nobody is logged in");
    scene.corp.say(json!({ "email": "ada@corp.example" }));
    assert_eq!(scene.log_in(&mut browser, "ada").status, 303);
    scene.corp.say(json!({ "email": "ada@corp.example", "email_verified": false }));
    assert_eq!(scene.log_in(&mut Browser::default(), "ada").status, 403);
}

#[test]
fn a_provider_that_cannot_be_reached_is_a_page() {
    let deployment = deployment().with_provider("gone", "sso.gone.example", "allow = \"everyone\"");
    let scene = Scene::of(&deployment);
    let mut browser = Browser::default();
    let page = browser.open(&scene.node, &scene.client.request().uri());
    let reply = browser.decide(&scene.node, &page, "allow");
    assert_eq!(cause(&reply), "503: The provider cannot be reached.");
    assert!(transactions(&browser).is_empty(), "nobody left");
}
