//! What becomes of a login where a provider answers a question about the person with a status that is not 200, and what
//! people and operators are told. Source: RFC 6750 §3.1, OpenID Connect Core 1.0 §5.3.3, REST API of GitHub.

use serde_json::json;
use wiremock::ResponseTemplate;

use super::*;

const GITHUB: &str = "kind = \"github\"\nclient_secret = \"x\"\nallow_organizations = [\"acme\"]\n";
const PLAIN: &str = "kind = \"oauth2\"\nclient_secret = \"x\"\nallow = \"everyone\"\n\
     authorization_endpoint = \"https://chat.example.com/authorize\"\n\
     token_endpoint = \"https://chat.example.com/token\"\n\
     userinfo_endpoint = \"https://chat.example.com/me\"\n\
     [providers.claims]\nsubject = \"id\"\n";

/// GitHub as it answers in the `everyday` case.
async fn github() -> Scene {
    let scene = Scene::new(GITHUB, &["github.com", "api.github.com"]).await;
    let token = json!({ "access_token": "gho_1", "token_type": "bearer", "scope": "read:org" });
    scene.tells("POST /login/oauth/access_token", token);
    let owner = json!({ "app": { "client_id": "s6BhdRkqt3" }, "user": { "id": 1 } });
    scene.tells("POST /applications/s6BhdRkqt3/token", owner);
    scene.tells("GET /user", json!({ "id": 1, "login": "octocat" }));
    let address = json!({ "email": "a@ok.com", "verified": true, "primary": true });
    scene.tells("GET /user/emails", json!([address]));
    scene.tells("GET /user/memberships/orgs/acme", json!({ "state": "active" }));
    scene
}

async fn plain() -> Scene {
    let scene = Scene::new(PLAIN, &["chat.example.com"]).await;
    scene.tells("POST /token", with(granted(""), "id_token", json!(null)));
    scene.tells("GET /me", json!({ "id": "1" }));
    scene
}

/// Somebody of whom the ID token tells nothing, so that `UserInfo` is asked.
async fn untold() -> Scene {
    let (scene, signer) = corp().await;
    let thin = with(claims(), "email", json!(null));
    scene.tells("POST /token", granted(&signer.sign(&thin)));
    scene.tells("GET /userinfo", json!({ "sub": "248289761001" }));
    scene
}

async fn outcome(scene: &Scene) -> String {
    match scene.arrives().await {
        Ok(identity) => format!("somebody, {:?}, {:?}", identity.email, identity.groups),
        Err(fault) => format!("{fault:?}"),
    }
}

/// What comes of each status at `place`.
async fn lines(scene: &Scene, place: &str) -> String {
    let mut lines = Vec::new();
    for status in [401, 403, 404, 500, 503] {
        scene.says(place, ResponseTemplate::new(status).set_body_json(json!({ "message": "no" })));
        lines.push(format!("{place} {status}: {}", outcome(scene).await));
    }
    lines.join("\n")
}

#[tokio::test]
async fn what_each_status_means() {
    let mut all = Vec::new();
    for place in [
        "POST /applications/s6BhdRkqt3/token",
        "GET /user",
        "GET /user/emails",
        "GET /user/memberships/orgs/acme",
    ] {
        all.push(lines(&github().await, place).await);
    }
    all.push(lines(&plain().await, "GET /me").await);
    all.push(lines(&untold().await, "GET /userinfo").await);
    insta::assert_snapshot!(all.join("\n"));
}

/// Who asks too often is not somebody who left: a login ends with a page that says so, and a renewal is tried again later.
#[tokio::test]
async fn a_provider_that_was_asked_too_often_ends_nobodys_access() {
    let answer = |status: u16, name: &'static str, value: &'static str| {
        let body = json!({ "message": "API rate limit exceeded" });
        ResponseTemplate::new(status).set_body_json(body).append_header(name, value)
    };
    for (answer, expected) in [
        (answer(429, "x-request-id", "1"), ProviderFault::Busy),
        (answer(403, "x-ratelimit-remaining", "0"), ProviderFault::Busy),
        (answer(403, "retry-after", "60"), ProviderFault::Busy),
        (answer(403, "x-ratelimit-remaining", "1"), ProviderFault::AccessEnded),
    ] {
        for place in ["POST /applications/s6BhdRkqt3/token", "GET /user"] {
            let scene = github().await;
            scene.says(place, answer.clone());
            let fault = scene.provider.renew("a.gho_1", "1", NOW).await.err();
            assert_eq!(fault.as_ref(), Some(&expected), "{place}");
            assert!(fault.is_some_and(
                |fault| fault.is_passing() == (expected != ProviderFault::AccessEnded)
            ));
        }
    }
    let (scene, _) = corp().await;
    scene.says("POST /token", answer(429, "retry-after", "60"));
    let renewed = scene.provider.renew("r.8xLOxBtZp8", "248289761001", NOW).await;
    assert_eq!(renewed.err(), Some(ProviderFault::Busy));
}

/// `UserInfo` costs a question: it is asked for what was asked for and not told, and for nothing else.
#[tokio::test]
async fn a_question_is_asked_where_something_is_missing() {
    let groups = format!("{CORP}[[providers.groups]]\nname = \"ops\"\nscopes = []\n");
    let bare = format!("{CORP}scopes = [\"openid\"]\n");
    let whole = with(claims(), "groups", json!(["ops"]));
    for (lines, claims, asks) in [
        (CORP, whole.clone(), 0),
        (CORP, with(whole.clone(), "email", json!(null)), 1),
        (CORP, with(whole.clone(), "name", json!(null)), 1),
        (CORP, with(whole.clone(), "groups", json!(null)), 0),
        (&groups, whole.clone(), 0),
        (&groups, with(whole.clone(), "groups", json!(null)), 1),
        (&bare, with(with(whole.clone(), "email", json!(null)), "name", json!(null)), 0),
    ] {
        let (scene, signer) = corp_with(lines).await;
        scene.tells("POST /token", granted(&signer.sign(&claims)));
        scene.tells("GET /userinfo", json!({ "sub": "248289761001" }));
        scene.arrives().await.expect("it is somebody");
        assert_eq!(scene.asked_at("GET /userinfo").await, asks, "{lines} {claims}");
    }
}

/// FED-10: an address does not become a verified one because the login is renewed without an ID token.
#[tokio::test]
async fn an_address_is_verified_after_a_renewal_only_where_the_provider_says_so() {
    for said in [false, true] {
        let (scene, _) = corp().await;
        scene.tells("POST /token", with(granted(""), "id_token", json!(null)));
        let told = json!({ "sub": "248289761001", "email": "a@ok.com", "email_verified": said });
        scene.tells("GET /userinfo", told);
        let renewed = scene.provider.renew("r.8xLOxBtZp8", "248289761001", NOW).await;
        assert_eq!(renewed.expect("it is the same").email_verified, said);
    }
}

/// Access is over where the provider says that it is; where it does not know us, the operator has something to do.
#[tokio::test]
async fn a_renewal_tells_a_person_who_left_from_a_client_that_is_wrong() {
    let (scene, _) = corp().await;
    for (error, is_over) in [
        ("invalid_grant", true),
        ("interaction_required", true),
        ("login_required", true),
        ("invalid_client", false),
        ("invalid_scope", false),
    ] {
        let refusal = ResponseTemplate::new(400).set_body_json(json!({ "error": error }));
        scene.says("POST /token", refusal);
        let fault = scene.provider.renew("r.8xLOxBtZp8", "248289761001", NOW).await.err();
        assert_eq!(fault == Some(ProviderFault::AccessEnded), is_over, "{error}: {fault:?}");
    }
}

/// A token that does not end is looked at again instead of renewed, with every kind of provider.
#[tokio::test]
async fn a_token_without_an_end_is_looked_at_again() {
    let scene = plain().await;
    let again = scene.provider.renew("a.SlAV32hkKG", "1", NOW).await.expect("it is the same");
    assert_eq!((again.subject.as_str(), again.issuer.as_str()), ("1", "https://chat.example.com"));
    assert_eq!(scene.asked().await, ["GET /me"]);
    let other = scene.provider.renew("a.SlAV32hkKG", "2", NOW).await;
    assert_eq!(other.err(), Some(ProviderFault::AccessEnded), "it is somebody else's");
}

/// Each with something to do, and somebody who can.
#[test]
fn what_can_be_done_about_a_refusal() {
    let remedies = [
        "access_denied",
        "invalid_grant",
        "bad_verification_code",
        "invalid_client",
        "incorrect_client_credentials",
        "redirect_uri_mismatch",
        "unverified_user_email",
        "other",
    ]
    .map(|error| {
        let fault = ProviderFault::Refused { error: error.to_owned() };
        format!("{error}: {}", fault.remedy())
    });
    insta::assert_snapshot!(remedies.join("\n"));
}

#[tokio::test]
async fn what_is_wrong_with_a_discovery_document_is_said() {
    let mut lines = Vec::new();
    for (name, member) in [
        ("token_endpoint", json!(null)),
        ("response_types_supported", json!(["id_token"])),
        ("code_challenge_methods_supported", json!(["plain"])),
        ("id_token_signing_alg_values_supported", json!(["HS256"])),
    ] {
        let (scene, _) = corp().await;
        scene.tells("GET /.well-known/openid-configuration", with(discovery(), name, member));
        lines.push(format!("{name}: {}", scene.departs().await.expect_err("it is wrong").cause()));
    }
    let (scene, _) = corp().await;
    scene.tells("GET /.well-known/openid-configuration", json!([]));
    lines.push(format!("no object: {}", scene.departs().await.expect_err("it is wrong").cause()));
    insta::assert_snapshot!(lines.join("\n"));
}
