//! What a provider gives that tokens of ours do not carry: the ledger keeps it, sealed.

use super::*;
use crate::support::Scratch;

const BOUND: &str = "allow = \"everyone\"\nbind = \"refresh\"";
/// As long as those of Entra.
const LONG: usize = 2_000;
/// A name that no ciphertext has by chance.
const SOMEBODY: &str = "somebody-of-corp";

fn long_scene() -> Scene {
    let scene = Scene::with(BOUND);
    scene.corp.lengthen(LONG);
    scene
}

fn refresh_token(scene: &Scene) -> String {
    let code = scene.log_in(&mut Browser::default(), SOMEBODY).code();
    scene.client.redeem(&scene.node, &code).text("refresh_token")
}

#[test]
fn a_long_token_of_a_provider_is_kept_and_ours_stay_short() {
    let scene = long_scene();
    let code = scene.log_in(&mut Browser::default(), SOMEBODY).code();
    assert!(code.len() <= 800, "{} characters", code.len());
    let mut refresh = scene.client.redeem(&scene.node, &code).text("refresh_token");
    for exchanges in 2..5 {
        assert!(refresh.len() <= 480, "{} characters", refresh.len());
        refresh = scene.client.refresh(&scene.node, &refresh).text("refresh_token");
        assert_eq!(scene.corp.exchanges(), exchanges);
    }
}

/// OAuth 2.1 §4.3.1: an answer that was lost is given again, and the grant there is renewed with what is newest by then.
#[test]
fn a_retry_within_the_grace_renews_with_what_is_newest() {
    let scene = long_scene();
    let first = refresh_token(&scene);
    for _ in 0..3 {
        assert_eq!(scene.client.refresh(&scene.node, &first).status, 200);
    }
    assert_eq!(scene.corp.exchanges(), 4);
}

/// Providers whose tokens grow are no exception.
#[test]
fn a_token_that_grows_is_kept_from_then_on() {
    let scene = Scene::with(BOUND);
    let first = refresh_token(&scene);
    scene.corp.lengthen(LONG);
    let second = scene.client.refresh(&scene.node, &first).text("refresh_token");
    assert!(second.len() <= 480, "{} characters", second.len());
    let third = scene.client.refresh(&scene.node, &second).text("refresh_token");
    assert_eq!(scene.client.refresh(&scene.node, &third).status, 200);
}

#[test]
fn fed_14_who_is_disabled_loses_access_where_it_is_kept() {
    let scene = long_scene();
    let refresh = refresh_token(&scene);
    scene.corp.trouble(Some(wiremock::ResponseTemplate::new(503)));
    let reply = scene.client.refresh(&scene.node, &refresh);
    assert_eq!(reply.error(), "503 temporarily_unavailable", "trouble takes nothing away");
    scene.corp.trouble(None);
    let refresh = scene.client.refresh(&scene.node, &refresh).text("refresh_token");
    scene.corp.disable();
    for _ in 0..2 {
        assert_eq!(scene.client.refresh(&scene.node, &refresh).error(), "400 invalid_grant");
    }
}

/// The ledger `memory` of another node, or of this one before it was started again, keeps nothing of it.
#[test]
fn what_is_lost_makes_the_person_log_in_again_and_spends_nothing() {
    let deployment = deployment().with_provider("corp", CORP, BOUND);
    let internet = Internet::new();
    let scene = Scene::within(&internet, &deployment);
    scene.corp.lengthen(LONG);
    let code = scene.log_in(&mut Browser::default(), "ada").code();
    let forgetful = Node::start_in(&internet, &deployment);
    assert_eq!(scene.client.redeem(&forgetful, &code).error(), "400 invalid_grant");
    let refresh = scene.client.redeem(&scene.node, &code).text("refresh_token");
    assert_eq!(scene.client.refresh(&forgetful, &refresh).error(), "400 invalid_grant");
    assert_eq!(scene.corp.exchanges(), 1, "nobody was asked in vain");
}

/// What is written down is read back byte by byte: nothing of the provider's is in it, long or short.
#[test]
fn the_ledger_sees_nothing_of_what_it_keeps() {
    let folder = Scratch::new();
    let path = folder.path("ledger.redb");
    let ledger = format!("kind = \"file\"\npath = \"{}\"", path.display());
    let deployment = deployment().with_ledger(&ledger).with_provider("corp", CORP, BOUND);
    let scene = Scene::of(&deployment);
    for bytes in [0, LONG] {
        scene.corp.lengthen(bytes);
        let first = refresh_token(&scene);
        assert!(first.len() <= 480, "{} characters", first.len());
        for _ in 0..2 {
            assert_eq!(scene.client.refresh(&scene.node, &first).status, 200, "a retry");
        }
    }
    let written = String::from_utf8_lossy(&std::fs::read(&path).expect("it is there")).into_owned();
    for text in ["upstream-", SOMEBODY] {
        assert!(!written.contains(text), "{text}");
    }
}

/// The ledger `none` keeps nothing, and what the operator said of the provider is not true.
#[test]
fn where_nothing_is_kept_a_long_token_is_a_page() {
    let ledger = "kind = \"none\"\n[tokens]\nrefresh_tokens = \"convergent\"";
    let lines = format!("{BOUND}\nrefresh_token_bytes_max = 512");
    let deployment = deployment().with_ledger(ledger).with_provider("corp", CORP, &lines);
    let scene = Scene::of(&deployment);
    // Of 769 bytes that are carried two are the mark of its kind, and three `ada`.
    for (bytes, status) in [(512, 303), (764, 303), (765, 400)] {
        scene.corp.lengthen(bytes);
        let reply = scene.log_in(&mut Browser::default(), "ada");
        assert_eq!(reply.status, status, "{bytes}: {}", visible(&reply.body));
        assert_eq!(visible(&reply.body).contains("too long to be kept here"), status == 400);
    }
    scene.corp.lengthen(512);
    let refresh = refresh_token(&scene);
    assert_eq!(scene.client.refresh(&scene.node, &refresh).status, 200);
}

/// What one name keeps is nothing under another, whoever moves it there.
#[test]
fn what_was_kept_for_one_is_nothing_for_another() {
    use protocol::ids::{FamilyId, GrantName};
    use sealbearer::ledger::Keep;

    let scene = long_scene();
    let [ada, eve] = ["ada", "eve"].map(|person| {
        let code = scene.log_in(&mut Browser::default(), person).code();
        let reply = scene.client.redeem(&scene.node, &code);
        (scene.node.grant(&reply.text("access_token")).family, reply.text("refresh_token"))
    });
    let (ledger, now) = (&scene.node.server().ledger, scene.node.clock().now());
    let kept = |family: FamilyId| {
        let kept = crate::support::wait(ledger.kept(GrantName::of(family), now));
        kept.expect("it answers").expect("it is kept")
    };
    let (theirs, own) = (kept(ada.0), kept(eve.0));
    let moved = Keep {
        name: GrantName::of(eve.0),
        text: theirs.text,
        replaces: Some(own.version),
        expires_at: now.plus_seconds(600),
    };
    crate::support::wait(ledger.keep(moved, now)).expect("it is taken");
    assert_eq!(scene.client.refresh(&scene.node, &eve.1).error(), "400 invalid_grant");
    assert_eq!(scene.client.refresh(&scene.node, &ada.1).status, 200);
}
