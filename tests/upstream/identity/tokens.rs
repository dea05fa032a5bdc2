//! What a provider gave, and what it is renewed with. Source: RFC 6749 §5, §6; OpenID Connect Core 1.0 §12.

use sealbearer::upstream::identity::{ProviderFault, TOKEN_BYTES_MAX, registered};
use serde_json::json;
use wiremock::ResponseTemplate;

use super::*;

const BOUND: &str = "bind = \"refresh\"\n";

async fn bound() -> (Scene, Signer) {
    corp_with(&format!("{CORP}{BOUND}")).await
}

#[tokio::test]
async fn only_tokens_that_can_be_used_are_taken() {
    let (scene, signer) = corp().await;
    let good = granted(&signer.sign(&claims()));
    let longest = "t".repeat(TOKEN_BYTES_MAX);
    let rows = [
        ("access_token", json!(null), false),
        ("access_token", json!(""), false),
        ("access_token", json!("a b"), false),
        ("access_token", json!("a\r\nx: y"), false),
        ("access_token", json!(format!("{longest}t")), false),
        ("access_token", json!(longest), true),
        ("refresh_token", json!(7), false),
        ("refresh_token", json!(null), true),
        ("token_type", json!("mac"), false),
        ("token_type", json!(null), false),
        ("token_type", json!("bearer"), true),
        ("expires_in", json!("3600"), true),
        ("expires_in", json!(-1), true),
    ];
    for (name, member, is_taken) in rows {
        scene.tells("POST /token", with(good.clone(), name, member.clone()));
        let arrived = scene.arrives().await;
        let problem = matches!(arrived, Err(ProviderFault::BadAnswer(_)));
        assert_eq!((arrived.is_ok(), problem), (is_taken, !is_taken), "{name} = {member}");
    }
}

#[tokio::test]
async fn a_refresh_token_renews_and_the_old_one_stays_if_there_is_no_other() {
    let (scene, signer) = bound().await;
    let departure = shown(&scene.departs().await.expect("the provider is there"));
    assert!(departure.contains("scope=openid profile email offline_access\n"), "{departure}");
    assert!(departure.ends_with("prompt=consent"), "{departure}");
    let renewal = scene.arrives().await.expect("all is right").tokens.renewal().expect("it renews");
    let later = NOW.plus_seconds(7_200);
    let claims = with(with(claims(), "iat", json!(later.0)), "exp", json!(later.0 + 300));
    let claims = with(claims, "nonce", json!(null));
    let answer = with(granted(&signer.sign(&claims)), "refresh_token", json!(null));
    scene.tells("POST /token", answer.clone());
    let renewed = scene.provider.renew(renewal.expose(), "248289761001", later).await;
    let renewed = renewed.expect("it is the same person");
    assert_eq!(renewed.tokens.renewal().as_ref(), Some(&renewal));
    assert_eq!(
        scene.last("POST /token").await.1,
        "grant_type=refresh_token&refresh_token=8xLOxBtZp8"
    );
    scene.tells("POST /token", with(answer, "refresh_token", json!("rotated")));
    let rotated = scene.provider.renew(renewal.expose(), "248289761001", later).await;
    let rotated = rotated.expect("it is the same person").tokens.renewal().expect("it renews");
    assert_ne!(rotated, renewal);
    let other = scene.provider.renew(renewal.expose(), "somebody else", later).await.err();
    assert!(matches!(other, Some(ProviderFault::IdTokenInvalid(_))), "{other:?}");
}

/// OpenID Connect Core 1.0 §12.2: a renewal need not come with an ID token.
#[tokio::test]
async fn without_an_id_token_a_renewal_asks_who_it_is() {
    let (scene, _) = bound().await;
    scene.tells("POST /token", with(granted(""), "id_token", json!(null)));
    let told = json!({ "sub": "248289761001", "email": "jane@ok.com", "email_verified": true });
    scene.tells("GET /userinfo", told.clone());
    let renew = async || scene.provider.renew("r.8xLOxBtZp8", "248289761001", NOW).await;
    let renewed = renew().await.expect("it is the same person");
    assert_eq!((renewed.issuer.as_str(), renewed.email_verified), (ISSUER, true));
    scene.tells("GET /userinfo", with(told, "sub", json!("other")));
    assert!(matches!(renew().await, Err(ProviderFault::BadAnswer(_))));
    scene.says("GET /userinfo", ResponseTemplate::new(401).set_body_json(json!({})));
    assert_eq!(renew().await.err(), Some(ProviderFault::AccessEnded));
}

#[tokio::test]
async fn fed_14_who_is_disabled_there_is_not_renewed_here() {
    let (scene, _) = bound().await;
    for code in ["invalid_grant", "interaction_required", "login_required"] {
        let refusal = ResponseTemplate::new(400).set_body_json(json!({ "error": code }));
        scene.says("POST /token", refusal);
        let fault = scene.provider.renew("r.8xLOxBtZp8", "248289761001", NOW).await.err();
        assert_eq!(fault, Some(ProviderFault::AccessEnded), "{code}");
        assert!(!ProviderFault::AccessEnded.is_passing());
    }
    scene.says("POST /token", ResponseTemplate::new(503));
    let fault = scene.provider.renew("r.8xLOxBtZp8", "248289761001", NOW).await.err();
    assert!(fault.is_some_and(|fault| fault.is_passing()), "an outage takes nothing from anybody");
    for nonsense in ["", "r", "x.8xLOxBtZp8", "8xLOxBtZp8"] {
        let fault = scene.provider.renew(nonsense, "248289761001", NOW).await.err();
        assert_eq!(fault, Some(ProviderFault::AccessEnded), "{nonsense}");
    }
}

#[tokio::test]
async fn a_binding_without_anything_to_renew_is_refused_at_once() {
    let (scene, signer) = bound().await;
    let answer = with(granted(&signer.sign(&claims())), "refresh_token", json!(null));
    scene.tells("POST /token", answer.clone());
    assert_eq!(scene.arrives().await.err(), Some(ProviderFault::NotRenewable));
    scene.tells("POST /token", with(answer, "expires_in", json!(null)));
    let endless = scene.arrives().await.expect("its access token does not end");
    let endless = endless.tokens.renewal().expect("it can be looked at again");
    scene.tells("GET /userinfo", json!({ "sub": "248289761001" }));
    assert!(scene.provider.renew(endless.expose(), "248289761001", NOW).await.is_ok());
}

/// Only codes that are registered are repeated, whoever says them.
#[test]
fn fed_15_what_a_provider_calls_an_error_is_never_repeated() {
    assert_eq!(registered("access_denied"), "access_denied");
    for code in ["<script>alert(1)</script>", "", "Access_Denied", "access_denied\n"] {
        assert_eq!(registered(code), "other");
    }
}

#[tokio::test]
async fn fed_15_nothing_of_an_error_reaches_a_page() {
    let (scene, _) = corp().await;
    let page = "<img src=x onerror=alert(1)>";
    for error in ["invalid_grant", page] {
        let refusal = json!({ "error": error, "error_description": page, "error_uri": page });
        scene.says("POST /token", ResponseTemplate::new(400).set_body_json(refusal));
        let fault = scene.arrives().await.expect_err("it is refused");
        let shown = format!("{} {} {fault:?}", fault.cause(), fault.remedy());
        assert!(!shown.contains('<'), "{shown}");
    }
}

#[tokio::test]
async fn nothing_secret_is_shown() {
    let (scene, _) = corp().await;
    let identity = scene.arrives().await.expect("everything is right");
    let shown = format!("{identity:?} {:?} {:?}", identity.tokens, scene.config);
    for secret in [ACCESS_TOKEN, REFRESH_TOKEN, SECRET, "jane@ok.com", "eyJ"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
