//! Management scopes for people of a provider: those whom a group names them for, as long as they are in it.

use super::*;

const MANAGE: &str = "[[resources]]\npath = \"/manage\"\nupstream = \"management\"";
const OPS: &str = "allow = \"everyone\"\nbind = \"refresh\"\n[[providers.groups]]\nname = \"ops\"\nscopes = [\"mcp:manage:read\"]";

fn scene(lines: &str) -> Scene {
    Scene::of(&deployment().with(MANAGE).with_provider("corp", CORP, lines))
}

/// What somebody of these groups gets who asks for all of it.
fn outcome(scene: &Scene, groups: &[&str]) -> Reply {
    scene.corp.say(json!({ "groups": groups }));
    let resource = format!("{ISSUER}/manage");
    let scope = "mcp:manage:read mcp:manage:write";
    let request = scene.client.request().with("scope", scope).and("resource", &resource);
    let mut browser = Browser::default();
    let back = scene.log_in_for(&mut browser, &request, "ada");
    if back.status == 200 { browser.decide(&scene.node, &back, "allow") } else { back }
}

#[test]
fn a_group_names_who_manages() {
    let scene = scene(OPS);
    for groups in [&[][..], &["staff"], &["Ops"]] {
        let back = outcome(&scene, groups);
        assert!(back.outcome().ends_with("with access_denied"), "{groups:?}: {}", back.outcome());
    }
    let tokens = scene.client.redeem(&scene.node, &outcome(&scene, &["staff", "ops"]).code());
    assert_eq!(tokens.text("scope"), "mcp:manage:read", "and no more than it names");
}

#[test]
fn who_leaves_the_group_manages_no_longer() {
    let scene = scene(OPS);
    let tokens = scene.client.redeem(&scene.node, &outcome(&scene, &["ops"]).code());
    let refreshed = scene.client.refresh(&scene.node, &tokens.text("refresh_token"));
    assert_eq!(refreshed.text("scope"), "mcp:manage:read");
    scene.corp.say(json!({ "groups": ["staff"] }));
    let reply = scene.client.refresh(&scene.node, &refreshed.text("refresh_token"));
    assert_eq!(reply.error(), "400 invalid_grant");
}

#[test]
fn who_may_allow_everything_may_not_allow_that() {
    let scene = scene("allow = \"everyone\"");
    let back = outcome(&scene, &["ops"]);
    assert!(back.outcome().ends_with("with access_denied"), "{}", back.outcome());
}
