//! `bind = "refresh"`: who their provider vouches for no longer loses access at the next refresh.

use wiremock::ResponseTemplate;

use super::*;

const BOUND: &str = "allow = \"everyone\"\nbind = \"refresh\"";

fn tokens(scene: &Scene) -> (String, String) {
    let code = scene.log_in(&mut Browser::default(), "ada").code();
    let reply = scene.client.redeem(&scene.node, &code);
    (reply.text("access_token"), reply.text("refresh_token"))
}

/// Each refresh renews the provider's grant first, and what it is renewed with is in no token that anybody can read.
#[test]
fn a_refresh_renews_the_grant_of_the_provider() {
    let scene = Scene::with(BOUND);
    let (_, mut refresh) = tokens(&scene);
    for exchanges in 2..5 {
        assert!(refresh.len() <= 520, "{} characters", refresh.len());
        assert!(!refresh.contains("upstream"));
        let reply = scene.client.refresh(&scene.node, &refresh);
        refresh = reply.text("refresh_token");
        assert_eq!(scene.corp.exchanges(), exchanges);
    }
}

#[test]
fn fed_14_who_is_disabled_there_loses_access_here() {
    let scene = Scene::with(BOUND);
    let (access, refresh) = tokens(&scene);
    assert_eq!(scene.node.test(&access).status, 200);
    scene.corp.disable();
    assert_eq!(scene.client.refresh(&scene.node, &refresh).error(), "400 invalid_grant");
    assert_eq!(scene.node.test(&access).status, 401, "all of the family is revoked");
    assert_eq!(scene.client.refresh(&scene.node, &refresh).error(), "400 invalid_grant");
}

#[test]
fn fed_14_who_left_their_group_loses_access() {
    let scene = Scene::with("allow_groups = [\"staff\"]\nbind = \"refresh\"");
    scene.corp.say(json!({ "groups": ["staff", "other"] }));
    let (access, refresh) = tokens(&scene);
    let refresh = scene.client.refresh(&scene.node, &refresh).text("refresh_token");
    scene.corp.say(json!({ "groups": ["other"] }));
    assert_eq!(scene.client.refresh(&scene.node, &refresh).error(), "400 invalid_grant");
    assert_eq!(scene.node.test(&access).status, 401);
}

/// A provider in trouble takes nobody's access away: the client is asked to come again, and nothing is spent.
#[test]
fn a_provider_in_trouble_takes_nothing_away() {
    let scene = Scene::with(BOUND);
    let (access, refresh) = tokens(&scene);
    scene.corp.trouble(Some(ResponseTemplate::new(503)));
    let reply = scene.client.refresh(&scene.node, &refresh);
    assert_eq!(reply.error(), "503 temporarily_unavailable");
    assert!(reply.header("retry-after").is_some());
    assert_eq!(scene.node.test(&access).status, 200);
    scene.corp.trouble(None);
    assert_eq!(scene.client.refresh(&scene.node, &refresh).status, 200);
}

/// A copy that is used again ends the family without a question to the provider.
#[test]
fn a_copy_is_not_renewed() {
    let scene = Scene::with(BOUND);
    let (_, first) = tokens(&scene);
    let second = scene.client.refresh(&scene.node, &first).text("refresh_token");
    let third = scene.client.refresh(&scene.node, &second).text("refresh_token");
    let asked = scene.corp.exchanges();
    assert_eq!(scene.client.refresh(&scene.node, &first).error(), "400 invalid_grant");
    assert_eq!(scene.client.refresh(&scene.node, &third).error(), "400 invalid_grant");
    assert_eq!(scene.corp.exchanges(), asked);
}

/// Each family has a grant of its own there, so a login of before is not enough.
#[test]
fn a_session_does_not_stand_for_a_grant() {
    let scene = Scene::with(BOUND);
    let mut browser = Browser::default();
    scene.log_in(&mut browser, "ada");
    let page = browser.open(&scene.node, &scene.client.request().uri());
    assert!(visible(&page.body).contains("You log in with CORP next"));
    let free = Scene::new();
    let (_, refresh) = tokens(&free);
    assert_eq!(free.client.refresh(&free.node, &refresh).status, 200);
    assert_eq!(free.corp.exchanges(), 1, "nobody is asked where nothing binds");
}
