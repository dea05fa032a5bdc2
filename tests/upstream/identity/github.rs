//! GitHub, as its documentation shows its answers: "Authorizing OAuth apps", "Troubleshooting OAuth app access token request
//! errors", REST API "Check a token", "Get the authenticated user", "List email addresses", memberships.

use protocol::federation::admission::NotAdmitted;
use protocol::federation::told::Groups;
use sealbearer::upstream::identity::{Arrival, LoginAsked, ProviderFault};
use serde_json::json;
use wiremock::ResponseTemplate;

use super::*;

const GITHUB: &str = "kind = \"github\"\nclient_secret = \"a secret/of:ours\"\n\
     allow_organizations = [\"acme\", \"acme/core\"]\n";
const TOKEN: &str = "POST /login/oauth/access_token";
const CHECK: &str = "POST /applications/s6BhdRkqt3/token";

fn owner() -> Value {
    json!({
        "id": 1, "url": "https://api.github.com/authorizations/1", "scopes": ["read:org"],
        "token": "gho_16C7e42F292c6912E7710c838347Ae178B4a", "token_last_eight": "Ae178B4a",
        "app": { "url": "http://my-github-app.com", "name": "my github app", "client_id": "s6BhdRkqt3" },
        "note": null, "fingerprint": null, "expires_at": null,
        "user": { "login": "octocat", "id": 583_231, "type": "User", "site_admin": false },
    })
}

fn user() -> Value {
    json!({
        "login": "octocat", "id": 583_231, "node_id": "MDQ6VXNlcjU4MzIzMQ==", "type": "User",
        "name": "monalisa octocat", "company": "GitHub", "email": "public@other.example",
        "two_factor_authentication": true,
    })
}

fn tokens() -> Value {
    json!({
        "access_token": "gho_16C7e42F292c6912E7710c838347Ae178B4a", "token_type": "bearer",
        "scope": "read:org,read:user,user:email",
    })
}

fn membership(state: &str) -> Value {
    json!({ "url": "https://api.github.com/orgs/acme", "state": state, "role": "member" })
}

async fn github() -> Scene {
    let scene = Scene::new(GITHUB, &["github.com", "api.github.com"]).await;
    scene.tells(TOKEN, tokens());
    scene.tells(CHECK, owner());
    scene.tells("GET /user", user());
    scene.tells("GET /user/emails", json!([
        { "email": "old@ok.com", "verified": true, "primary": false, "visibility": null },
        { "email": "octocat@ok.com", "verified": true, "primary": true, "visibility": "private" },
    ]));
    scene.tells("GET /user/memberships/orgs/acme", membership("active"));
    scene.tells("GET /orgs/acme/teams/core/memberships/octocat", membership("active"));
    scene
}

fn these(groups: &[&str]) -> Groups {
    Groups::These(groups.iter().map(|group| (*group).to_owned()).collect())
}

#[tokio::test]
async fn a_login_goes_there_and_comes_back_as_a_number() {
    let scene = github().await;
    let asked = LoginAsked { login_hint: Some("octocat"), prompt: Some("login"), ..asked() };
    let departure = scene.provider.departure(&asked).await.expect("it is always there");
    insta::assert_snapshot!(shown(&departure), @r"
    https://github.com/login/oauth/authorize
    response_type=code
    client_id=s6BhdRkqt3
    redirect_uri=https://auth.example.com/oauth/callback/corp
    scope=read:user user:email read:org
    state=af0ifjsldkj
    code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
    code_challenge_method=S256
    login=octocat
    prompt=select_account
    ");
    let identity = scene.arrives().await.expect("everything is right");
    assert_eq!(identity.issuer, "https://github.com/login/oauth");
    assert_eq!(identity.subject, "583231", "names are given anew");
    assert_eq!(
        (identity.email.as_deref(), identity.email_verified),
        (Some("octocat@ok.com"), true)
    );
    assert_eq!(identity.name.as_deref(), Some("monalisa octocat"));
    assert_eq!(identity.preferred_username.as_deref(), Some("octocat"));
    assert_eq!(identity.groups, these(&["acme", "acme/core"]));
    let (authorization, form) = scene.last(TOKEN).await;
    assert_eq!(authorization, None);
    assert!(form.ends_with("&client_id=s6BhdRkqt3&client_secret=a+secret%2Fof%3Aours"), "{form}");
    assert!(form.contains("&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&"), "{form}");
    let (authorization, body) = scene.last(CHECK).await;
    assert!(authorization.is_some_and(|value| value.starts_with("Basic ")));
    assert_eq!(body, r#"{"access_token":"gho_16C7e42F292c6912E7710c838347Ae178B4a"}"#);
}

/// What GitHub documents for codes that are wrong, used or late, and for applications that are wrong.
#[tokio::test]
async fn fed_17_an_error_that_comes_with_200_is_an_error() {
    let scene = github().await;
    for code in [
        "bad_verification_code",
        "incorrect_client_credentials",
        "redirect_uri_mismatch",
        "unverified_user_email",
    ] {
        scene.tells(
            TOKEN,
            json!({
                "error": code,
                "error_description": "The code passed is incorrect or expired.",
                "error_uri": "/apps/managing-oauth-apps/troubleshooting/#bad-verification-code",
            }),
        );
        let refused = ProviderFault::Refused { error: code.to_owned() };
        assert_eq!(scene.arrives().await.err(), Some(refused));
    }
    scene.tells(TOKEN, with(tokens(), "error", json!("bad_verification_code")));
    assert!(scene.arrives().await.is_err(), "whatever stands beside it");
    assert_eq!(scene.asked_at(CHECK).await, 0);
}

#[tokio::test]
async fn fed_17_a_scope_that_was_not_granted_is_missed() {
    let scene = github().await;
    for (scope, is_enough) in [
        ("read:user,user:email", false),
        ("user:email", false),
        ("read:org", true),
        ("admin:org,user", true),
        ("", true),
    ] {
        scene.tells(TOKEN, with(tokens(), "scope", json!(scope)));
        let fault = scene.arrives().await.err();
        let missed = Some(ProviderFault::ScopeMissing("read:org"));
        assert_eq!(fault, if is_enough { None } else { missed }, "{scope:?}");
    }
}

#[tokio::test]
async fn fed_17_a_token_of_another_application_or_person_is_refused() {
    let scene = github().await;
    let other = json!({ "client_id": "other", "name": "another application" });
    scene.tells(CHECK, with(owner(), "app", other));
    let problem = "its token belongs to another application";
    assert_eq!(scene.arrives().await.err(), Some(ProviderFault::BadAnswer(problem)));
    scene.says(CHECK, ResponseTemplate::new(404).set_body_json(json!({ "message": "Not Found" })));
    assert_eq!(scene.arrives().await.err(), Some(ProviderFault::AccessEnded));
    scene.tells(CHECK, with(owner(), "user", json!({ "login": "octocat", "id": 2 })));
    assert!(matches!(scene.arrives().await, Err(ProviderFault::BadAnswer(_))));
    scene.tells(CHECK, with(owner(), "user", json!(null)));
    assert!(matches!(scene.arrives().await, Err(ProviderFault::BadAnswer(_))));
    scene.tells(CHECK, owner());
    assert!(scene.arrives().await.is_ok());
}

#[tokio::test]
async fn fed_14_who_left_the_organisation_or_is_suspended_does_not_come_in() {
    let scene = github().await;
    let admit = async || {
        let identity = scene.arrives().await.expect("it is somebody");
        scene.config.admission.admit(&identity.facts()).err()
    };
    assert_eq!(admit().await, None);
    scene.tells("GET /orgs/acme/teams/core/memberships/octocat", membership("pending"));
    assert_eq!(admit().await, None, "the organisation is enough");
    scene.tells("GET /user/memberships/orgs/acme", membership("pending"));
    assert_eq!(admit().await, Some(NotAdmitted::Group), "invited is not in");
    for status in [403, 404] {
        let gone = ResponseTemplate::new(status).set_body_json(json!({ "message": "no" }));
        scene.says("GET /user/memberships/orgs/acme", gone);
        assert_eq!(admit().await, Some(NotAdmitted::Group), "{status}");
    }
    scene.tells("GET /user", with(user(), "suspended_at", json!("2026-11-20T10:00:00Z")));
    assert_eq!(scene.arrives().await.err(), Some(ProviderFault::AccessEnded));
}

#[tokio::test]
async fn fed_10_only_the_primary_address_counts_and_only_verified() {
    let scene = github().await;
    let entry = |verified: bool, primary: bool| json!([{ "email": "octocat@ok.com", "verified": verified, "primary": primary }]);
    for (verified, primary) in [(false, true), (true, false), (false, false)] {
        scene.tells("GET /user/emails", entry(verified, primary));
        let identity = scene.arrives().await.expect("it is somebody");
        assert_eq!((identity.email, identity.email_verified), (None, false));
    }
    let hidden = ResponseTemplate::new(404).set_body_json(json!({ "message": "Not Found" }));
    scene.says("GET /user/emails", hidden);
    assert_eq!(scene.arrives().await.expect("it is somebody").email, None);
}

/// Since 2026 GitHub names itself in its answers.
#[tokio::test]
async fn an_answer_that_names_another_issuer_is_refused_before_its_code_is_used() {
    let scene = github().await;
    let arrive = async |iss| scene.provider.arrive(&Arrival { iss, ..arrival() }).await.err();
    for iss in ["https://github.com", "https://evil.example.com", ""] {
        assert_eq!(arrive(Some(iss)).await, Some(ProviderFault::OtherIssuer), "{iss}");
    }
    assert_eq!(scene.asked().await, Vec::<String>::new());
    assert_eq!(arrive(Some("https://github.com/login/oauth")).await, None);
    assert_eq!(scene.provider.confirm_issuer(None, NOW).await, Ok(()));
}

/// OAuth apps have tokens that never end: they are looked at again. GitHub apps have refresh tokens.
#[tokio::test]
async fn fed_14_a_renewal_looks_again_or_renews() {
    let scene = github().await;
    let kept = scene.arrives().await.expect("everything is right").tokens.renewal();
    let kept = kept.expect("it can be looked at again");
    let renew = async |kept: &str| scene.provider.renew(kept, "583231", NOW).await;
    let again = renew(kept.expose()).await.expect("nothing changed");
    assert_eq!(again.tokens.renewal().as_ref(), Some(&kept));
    assert_eq!(scene.asked_at(TOKEN).await, 1);
    let revoked = ResponseTemplate::new(404).set_body_json(json!({ "message": "Not Found" }));
    scene.says(CHECK, revoked);
    assert_eq!(renew(kept.expose()).await.err(), Some(ProviderFault::AccessEnded));
    scene.tells(CHECK, owner());
    assert!(scene.provider.renew(kept.expose(), "1", NOW).await.is_err(), "somebody else");
    scene.tells(TOKEN, json!({
        "access_token": "ghu_16C7e42F292c6912E7710c838347Ae178B4a", "expires_in": 28_800,
        "refresh_token": "ghr_1B4a2e77838347a7E420ce178F2E7c6912E169246c3", "token_type": "bearer",
        "refresh_token_expires_in": 15_811_200, "scope": "",
    }));
    let kept = scene.arrives().await.expect("everything is right").tokens.renewal();
    let kept = kept.expect("it has a refresh token");
    assert!(renew(kept.expose()).await.is_ok());
    assert!(
        scene.last(TOKEN).await.1.starts_with("grant_type=refresh_token&refresh_token=ghr_1B4a")
    );
    scene.tells(TOKEN, json!({ "error": "bad_refresh_token" }));
    assert_eq!(renew(kept.expose()).await.err(), Some(ProviderFault::AccessEnded));
}

#[tokio::test]
async fn a_server_of_ones_own_has_its_api_beside_it() {
    let lines = "kind = \"github\"\nurl = \"https://github.corp.example\"\n\
         client_secret = \"x\"\nallow = \"everyone\"\n";
    let scene = Scene::new(lines, &["github.corp.example"]).await;
    scene.tells(TOKEN, tokens());
    scene.tells("POST /api/v3/applications/s6BhdRkqt3/token", owner());
    scene.tells("GET /api/v3/user", user());
    scene.tells("GET /api/v3/user/emails", json!([]));
    let identity = scene.arrives().await.expect("everything is right");
    assert_eq!(identity.issuer, "https://github.corp.example/login/oauth");
    assert_eq!(identity.groups, Groups::Untold);
}
