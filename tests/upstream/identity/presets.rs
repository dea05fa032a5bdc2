//! Google, Microsoft, Okta and plain OAuth 2.0: what is peculiar to each, in the shapes that they document.

use protocol::federation::admission::NotAdmitted;
use protocol::federation::told::Groups;
use sealbearer::upstream::identity::{LoginAsked, ProviderFault};
use serde_json::json;

use super::*;

const TENANT: &str = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";

/// Google's discovery document, and an ID token as "An ID token's payload" shows it.
async fn google(lines: &str) -> (Scene, Signer) {
    let lines = format!("kind = \"google\"\nclient_secret = \"x\"\n{lines}");
    let hosts = ["accounts.google.com", "oauth2.googleapis.com", "www.googleapis.com"];
    let (scene, signer) = (Scene::new(&lines, &hosts).await, signer("f60d"));
    scene.tells(
        "GET /.well-known/openid-configuration",
        json!({
            "issuer": "https://accounts.google.com",
            "authorization_endpoint": "https://accounts.google.com/o/oauth2/v2/auth",
            "token_endpoint": "https://oauth2.googleapis.com/token",
            "jwks_uri": "https://www.googleapis.com/oauth2/v3/certs",
            "userinfo_endpoint": "https://openidconnect.googleapis.com/v1/userinfo",
            "response_types_supported": ["code", "token", "id_token", "code token", "none"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "code_challenge_methods_supported": ["plain", "S256"],
        }),
    );
    scene.tells("GET /oauth2/v3/certs", json!({ "keys": [signer.jwk()] }));
    (scene, signer)
}

fn of_google() -> Value {
    json!({
        "iss": "https://accounts.google.com", "azp": "s6BhdRkqt3", "aud": "s6BhdRkqt3",
        "sub": "10769150350006150715113082367", "hd": "ok.com", "email": "jsmith@ok.com",
        "email_verified": true, "name": "J Smith", "iat": NOW.0, "exp": NOW.0 + 3_600, "nonce": NONCE,
    })
}

#[tokio::test]
async fn google_gives_refresh_tokens_only_where_it_is_asked_for_them() {
    let (scene, _) = google("allow = \"everyone\"\n").await;
    let plain = shown(&scene.departs().await.expect("it is there"));
    assert!(!plain.contains("access_type") && !plain.contains("prompt"), "{plain}");
    let (scene, _) = google("hd = \"ok.com\"\nbind = \"refresh\"\n").await;
    let asked = LoginAsked { prompt: Some("login"), ..asked() };
    let departure = scene.provider.departure(&asked).await.expect("it is there");
    insta::assert_snapshot!(shown(&departure), @r"
    https://accounts.google.com/o/oauth2/v2/auth
    response_type=code
    client_id=s6BhdRkqt3
    redirect_uri=https://auth.example.com/oauth/callback/corp
    scope=openid profile email
    state=af0ifjsldkj
    code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
    code_challenge_method=S256
    nonce=n-0S6_WzA2Mj
    prompt=consent select_account
    hd=ok.com
    access_type=offline
    ");
    let silent = LoginAsked { prompt: Some("none"), ..asked };
    let departure = scene.provider.departure(&silent).await.expect("it is there");
    assert!(shown(&departure).contains("\nprompt=none\n"));
}

#[tokio::test]
async fn fed_10_google_vouches_for_addresses_that_it_runs_and_for_no_others() {
    let (scene, signer) = google("allow_domains = [\"ok.com\", \"gmail.com\"]\n").await;
    let outcome = async |claims: Value| {
        scene.tells("POST /token", granted(&signer.sign(&claims)));
        let identity = scene.arrives().await.expect("it is somebody");
        assert_eq!(identity.issuer, "https://accounts.google.com");
        scene.config.admission.admit(&identity.facts()).err()
    };
    assert_eq!(outcome(of_google()).await, None);
    let older = with(of_google(), "iss", json!("accounts.google.com"));
    assert_eq!(outcome(older).await, None);
    let consumer = with(of_google(), "hd", json!(null));
    assert_eq!(outcome(consumer.clone()).await, Some(NotAdmitted::EmailUnverified));
    assert_eq!(outcome(with(consumer, "email", json!("j@gmail.com"))).await, None);
    let unverified = with(of_google(), "email_verified", json!(false));
    assert_eq!(outcome(unverified).await, Some(NotAdmitted::EmailUnverified));
}

/// The parameter is a wish, the claim is an answer.
#[tokio::test]
async fn a_hosted_domain_is_looked_at_in_the_id_token() {
    let (scene, signer) = google("hd = \"ok.com\"\n").await;
    for (claim, expected) in [
        (json!("ok.com"), None),
        (json!("other.com"), Some(NotAdmitted::HostedDomain)),
        (json!(null), Some(NotAdmitted::HostedDomain)),
        (json!("OK.com"), Some(NotAdmitted::HostedDomain)),
    ] {
        scene.tells("POST /token", granted(&signer.sign(&with(of_google(), "hd", claim.clone()))));
        let identity = scene.arrives().await.expect("it is somebody");
        assert_eq!(scene.config.admission.admit(&identity.facts()).err(), expected, "{claim}");
    }
}

async fn entra(lines: &str, tenant: &str) -> (Scene, Signer) {
    let lines = format!("kind = \"entra\"\nclient_secret = \"x\"\n{lines}");
    let (scene, signer) = (Scene::new(&lines, &["login.microsoftonline.com"]).await, signer("k"));
    let of = |id: &str, rest: &str| format!("https://login.microsoftonline.com/{id}/{rest}");
    let announced = match tenant {
        "organizations" => "{tenantid}",
        id => id,
    };
    scene.tells(
        &format!("GET /{tenant}/v2.0/.well-known/openid-configuration"),
        json!({
            "issuer": of(announced, "v2.0"),
            "authorization_endpoint": of(tenant, "oauth2/v2.0/authorize"),
            "token_endpoint": of(tenant, "oauth2/v2.0/token"),
            "jwks_uri": of(tenant, "discovery/v2.0/keys"),
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        }),
    );
    scene.tells(&format!("GET /{tenant}/discovery/v2.0/keys"), json!({ "keys": [signer.jwk()] }));
    (scene, signer)
}

fn of_entra(tenant: &str) -> Value {
    json!({
        "ver": "2.0", "iss": format!("https://login.microsoftonline.com/{tenant}/v2.0"),
        "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ", "aud": "s6BhdRkqt3",
        "exp": NOW.0 + 3_600, "iat": NOW.0 - 300, "nbf": NOW.0 - 300, "name": "Abe Lincoln",
        "preferred_username": "AbeLi@ok.com", "email": "abe@ok.com", "nonce": NONCE,
        "oid": "00000000-0000-0000-66f3-3332eca7ea81", "tid": tenant, "groups": ["ops"],
    })
}

#[tokio::test]
async fn microsoft_announces_a_placeholder_and_the_id_token_names_the_tenant() {
    let lines = format!("tenant = \"organizations\"\nallow_tenants = [\"{TENANT}\"]\n");
    let (scene, signer) = entra(&lines, "organizations").await;
    let says = |claims: Value| {
        scene.tells("POST /organizations/oauth2/v2.0/token", granted(&signer.sign(&claims)));
    };
    says(of_entra(TENANT));
    let identity = scene.arrives().await.expect("everything is right");
    assert_eq!(identity.issuer, format!("https://login.microsoftonline.com/{TENANT}/v2.0"));
    assert!(scene.config.admission.admit(&identity.facts()).is_ok());
    let other = TENANT.replace('8', "9");
    says(of_entra(&other));
    let identity = scene.arrives().await.expect("it is somebody of another tenant");
    let refused = scene.config.admission.admit(&identity.facts()).err();
    assert_eq!(refused, Some(NotAdmitted::Issuer));
    says(with(of_entra(TENANT), "tid", json!(other)));
    assert!(matches!(scene.arrives().await, Err(ProviderFault::IdTokenInvalid(_))));
}

/// RFC 9207 §2.4, where the issuer of the answer is that of a tenant: it is the one of the ID token, and Microsoft's.
#[tokio::test]
async fn an_answer_is_of_the_tenant_that_the_id_token_names() {
    let (scene, signer) =
        entra("tenant = \"organizations\"\nallow = \"everyone\"\n", "organizations").await;
    let token = granted(&signer.sign(&of_entra(TENANT)));
    scene.tells("POST /organizations/oauth2/v2.0/token", token);
    let of = |tenant: &str| format!("https://login.microsoftonline.com/{tenant}/v2.0");
    for (iss, is_ours) in [
        (of(TENANT), true),
        (of(&TENANT.replace('8', "9")), false),
        (of(TENANT).replace("microsoftonline", "evil"), false),
        (format!("{}/x", of(TENANT)), false),
    ] {
        let arrived = scene.provider.arrive(&Arrival { iss: Some(&iss), ..arrival() }).await;
        let expected = (!is_ours).then_some(ProviderFault::OtherIssuer);
        assert_eq!(arrived.err(), expected, "{iss}");
    }
}

/// Anybody can give the accounts of their own tenant any address.
#[tokio::test]
async fn fed_10_microsofts_addresses_count_only_where_the_domain_was_proved() {
    let lines = format!("tenant = \"{TENANT}\"\nallow_domains = [\"ok.com\"]\n");
    let (scene, signer) = entra(&lines, TENANT).await;
    for (member, expected) in [
        (json!(null), Some(NotAdmitted::EmailUnverified)),
        (json!(false), Some(NotAdmitted::EmailUnverified)),
        (json!(true), None),
    ] {
        let claims = with(of_entra(TENANT), "email_verified", json!(true));
        let claims = with(claims, "xms_edov", member);
        let place = format!("POST /{TENANT}/oauth2/v2.0/token");
        scene.tells(&place, granted(&signer.sign(&claims)));
        let identity = scene.arrives().await.expect("it is somebody");
        assert_eq!(scene.config.admission.admit(&identity.facts()).err(), expected);
    }
}

#[tokio::test]
async fn fed_14_more_groups_than_microsoft_tells_admit_nobody() {
    let lines = format!("tenant = \"{TENANT}\"\nallow_groups = [\"ops\"]\n");
    let (scene, signer) = entra(&lines, TENANT).await;
    let place = format!("POST /{TENANT}/oauth2/v2.0/token");
    let elsewhere = with(of_entra(TENANT), "_claim_names", json!({ "groups": "src1" }));
    for (claims, groups, expected) in [
        (of_entra(TENANT), Groups::These(vec!["ops".to_owned()]), None),
        (elsewhere, Groups::TooMany, Some(NotAdmitted::GroupsTooMany)),
        (
            with(of_entra(TENANT), "groups", json!(null)),
            Groups::Untold,
            Some(NotAdmitted::GroupsUntold),
        ),
    ] {
        scene.tells(&place, granted(&signer.sign(&claims)));
        let identity = scene.arrives().await.expect("it is somebody");
        assert_eq!(identity.groups, groups);
        assert_eq!(scene.config.admission.admit(&identity.facts()).err(), expected);
    }
}

#[tokio::test]
async fn okta_is_asked_for_groups_where_there_is_a_scope_for_them() {
    for (issuer, is_asked) in
        [("https://acme.okta.com", true), ("https://acme.okta.com/oauth2/default", false)]
    {
        let lines = format!(
            "kind = \"okta\"\nissuer = \"{issuer}\"\nclient_secret = \"x\"\nallow_groups = [\"ops\"]\n"
        );
        let config = configured(&lines);
        let scopes = config.settings.scopes.join(" ");
        assert_eq!(scopes.contains("groups"), is_asked, "{scopes}");
        assert_eq!(config.name, "Okta");
    }
}

#[tokio::test]
async fn plain_oauth_knows_people_by_what_a_url_tells() {
    let lines = "kind = \"oauth2\"\nclient_secret = \"x\"\nallow = \"everyone\"\nscopes = [\"identify\"]\n\
         authorization_endpoint = \"https://chat.example.com/authorize\"\n\
         token_endpoint = \"https://chat.example.com/token\"\n\
         userinfo_endpoint = \"https://chat.example.com/me\"\n\
         [providers.claims]\nsubject = \"user.id\"\nname = \"user.global_name\"\n";
    let scene = Scene::new(lines, &["chat.example.com"]).await;
    let departure = shown(&scene.departs().await.expect("it is always there"));
    assert!(departure.contains("scope=identify\n") && !departure.contains("nonce"), "{departure}");
    scene.tells("POST /token", with(granted(""), "id_token", json!(null)));
    scene
        .tells("GET /me", json!({ "user": { "id": "80351110224678912", "global_name": "Nelly" } }));
    let identity = scene.arrives().await.expect("everything is right");
    let known = (identity.issuer.as_str(), identity.subject.as_str());
    assert_eq!(known, ("https://chat.example.com", "80351110224678912"));
    assert_eq!(identity.name.as_deref(), Some("Nelly"));
    let renewed = scene.provider.renew("r.8xLOxBtZp8", "80351110224678912", NOW).await;
    assert!(renewed.is_ok());
    scene.tells("GET /me", json!({ "user": {} }));
    assert!(matches!(scene.arrives().await, Err(ProviderFault::BadAnswer(_))));
}
