//! An `OpenID` provider. Source: OpenID Connect Core 1.0 §3.1, Discovery 1.0 §4, RFC 9207.

use protocol::federation::told::Groups;
use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::time::UnixTime;
use sealbearer::upstream::identity::{Arrival, LoginAsked, ProviderFault};
use serde_json::json;

use super::*;
use crate::support::signer::encoded;

#[tokio::test]
async fn a_login_goes_there_and_comes_back_as_somebody() {
    let (scene, _) = corp().await;
    let departure = scene.departs().await.expect("the provider is there");
    insta::assert_snapshot!(shown(&departure), @r"
    https://sso.example.com/authorize
    tenant=1
    response_type=code
    client_id=s6BhdRkqt3
    redirect_uri=https://auth.example.com/oauth/callback/corp
    scope=openid profile email
    state=af0ifjsldkj
    code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
    code_challenge_method=S256
    nonce=n-0S6_WzA2Mj
    ");
    let identity = scene.arrives().await.expect("everything is right");
    assert_eq!((identity.issuer.as_str(), identity.subject.as_str()), (ISSUER, "248289761001"));
    assert_eq!(identity.email.as_deref(), Some("jane@ok.com"));
    assert!(identity.email_verified);
    assert_eq!(identity.name.as_deref(), Some("Jane Doe"));
    assert_eq!(identity.authenticated_at, Some(UnixTime(NOW.0 - 5)));
    assert_eq!(identity.tokens.expires_at, Some(UnixTime(NOW.0 + 3_600)));
    let (authorization, form) = scene.last("POST /token").await;
    assert_eq!(
        authorization.as_deref(),
        Some("Basic czZCaGRSa3F0MzphK3NlY3JldCUyRm9mJTNBb3Vycw==")
    );
    let fields = [
        "grant_type=authorization_code",
        "code=SplxlOBeZQQYbYS6WxSbIA",
        "redirect_uri=https%3A%2F%2Fauth.example.com%2Foauth%2Fcallback%2Fcorp",
        "code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    ];
    assert_eq!(form, fields.join("&"));
    let everything = ["GET /.well-known/openid-configuration", "POST /token", "GET /jwks"];
    assert_eq!(scene.asked().await, everything, "nothing is asked twice, or in vain");
}

#[tokio::test]
async fn what_the_client_wants_is_passed_on() {
    let (scene, _) = corp().await;
    let asked = LoginAsked {
        login_hint: Some("jane@ok.com"),
        prompt: Some("login"),
        max_age_seconds: Some(60),
        ..asked()
    };
    let departure = scene.provider.departure(&asked).await.expect("the provider is there");
    let shown = shown(&departure);
    for line in ["login_hint=jane@ok.com", "prompt=login", "max_age=60"] {
        assert!(shown.lines().any(|shown| shown == line), "{line}");
    }
    let late = Arrival { max_age_seconds: Some(60), ..arrival() };
    assert!(scene.provider.arrive(&late).await.is_ok(), "five seconds ago");
}

#[tokio::test]
async fn a_provider_that_wants_the_secret_in_the_body_gets_it_there() {
    let (scene, _) = corp().await;
    let post =
        with(discovery(), "token_endpoint_auth_methods_supported", json!(["client_secret_post"]));
    scene.tells("GET /.well-known/openid-configuration", post);
    scene.arrives().await.expect("everything is right");
    let (authorization, form) = scene.last("POST /token").await;
    assert_eq!(authorization, None);
    assert!(form.ends_with("&client_id=s6BhdRkqt3&client_secret=a+secret%2Fof%3Aours"), "{form}");
}

#[tokio::test]
async fn what_an_id_token_does_not_tell_is_asked_for() {
    let (scene, signer) =
        corp_with(&format!("{CORP}[[providers.groups]]\nname = \"ops\"\nscopes = []\n")).await;
    let thin = with(with(claims(), "email", json!(null)), "email_verified", json!(null));
    scene.tells("POST /token", granted(&signer.sign(&thin)));
    let told = json!({
        "sub": "248289761001", "email": "jane@ok.com", "email_verified": true, "groups": ["ops"],
    });
    scene.tells("GET /userinfo", told.clone());
    let identity = scene.arrives().await.expect("everything is right");
    assert_eq!((identity.email.as_deref(), identity.email_verified), (Some("jane@ok.com"), true));
    assert_eq!(identity.groups, Groups::These(vec!["ops".to_owned()]));
    assert_eq!(scene.last("GET /userinfo").await.0.as_deref(), Some("Bearer SlAV32hkKG"));
    for other in [json!("248289761002"), json!(null), json!(248_289_761_001_u64)] {
        scene.tells("GET /userinfo", with(told.clone(), "sub", other));
        let problem = "it tells about another person than was asked";
        assert_eq!(scene.arrives().await.err(), Some(ProviderFault::BadAnswer(problem)));
    }
}

#[tokio::test]
async fn fed_08_no_id_token_is_believed_that_is_wrong_in_anything() {
    let (scene, signer) = corp().await;
    let wrong = [
        ("iss", json!("https://other.example.com")),
        ("iss", json!(null)),
        ("aud", json!("other")),
        ("aud", json!(["s6BhdRkqt3", "other"])),
        ("azp", json!("other")),
        ("nonce", json!("other")),
        ("nonce", json!(null)),
        ("exp", json!(NOW.0 - 61)),
        ("exp", json!("never")),
        ("iat", json!(NOW.0 + 61)),
        ("iat", json!(NOW.0 - 3_600)),
        ("nbf", json!(NOW.0 + 61)),
        ("sub", json!("")),
        ("sub", json!(1)),
        ("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
    ];
    for (name, member) in wrong {
        let claims = with(claims(), name, member.clone());
        scene.tells("POST /token", granted(&signer.sign(&claims)));
        let fault = scene.arrives().await.err();
        let is_told = matches!(fault, Some(ProviderFault::IdTokenInvalid(_)));
        assert!(is_told, "{name} = {member}: {fault:?}");
    }
    scene.tells("POST /token", with(granted(""), "id_token", json!(null)));
    assert_eq!(scene.arrives().await.err(), Some(ProviderFault::BadAnswer("it has no ID token")));
}

#[tokio::test]
async fn fed_08_no_id_token_is_believed_that_the_provider_did_not_sign() {
    let (scene, ours) = corp().await;
    let stranger = signer("k1");
    let claims = claims().to_string();
    let unsigned = format!("{}.{}.", encoded(br#"{"alg":"none"}"#), encoded(claims.as_bytes()));
    let good = ours.sign_texts(&ours.header().to_string(), &claims);
    let (signed, _) = good.rsplit_once('.').expect("there are three parts");
    let header = |alg: &str| json!({ "alg": alg, "typ": "JWT", "kid": "k1" }).to_string();
    let key = |header: &str| ours.sign_texts(header, &claims);
    let own_key = json!({ "alg": "ES256", "kid": "k1", "jwk": stranger.jwk() }).to_string();
    let elsewhere =
        json!({ "alg": "ES256", "kid": "k1", "jku": "https://evil.example.com/jwks" }).to_string();
    let rsa = Signer::new(SigningAlgorithm::Rs256, "k1");
    for forged in [
        unsigned,
        format!("{signed}."),
        stranger.sign_texts(&stranger.header().to_string(), &claims),
        rsa.sign_texts(&rsa.header().to_string(), &claims),
        key(&header("HS256")),
        key(&header("none")),
        key(&header("RS256")),
        key(&json!({ "alg": "ES256", "kid": "k9" }).to_string()),
        stranger.sign_texts(&own_key, &claims),
        stranger.sign_texts(&elsewhere, &claims),
        key(&json!({ "alg": "ES256", "kid": "k1", "crit": ["b64"], "b64": false }).to_string()),
        key(&json!({ "alg": "ES256", "kid": "k1", "typ": "at+jwt" }).to_string()),
    ] {
        scene.tells("POST /token", granted(&forged));
        let fault = scene.arrives().await.err();
        assert!(matches!(fault, Some(ProviderFault::IdTokenInvalid(_))), "{forged}: {fault:?}");
    }
    assert!(!scene.internet.resolved().iter().any(|host| host != "sso.example.com"));
    scene.tells("POST /token", granted(&good));
    assert!(scene.arrives().await.is_ok(), "the right one is");
}

#[tokio::test]
async fn fed_09_a_flood_of_unknown_keys_asks_for_them_once_a_minute() {
    let (scene, signer) = corp().await;
    scene.arrives().await.expect("everything is right");
    for number in 0..20 {
        let header = json!({ "alg": "ES256", "kid": format!("unknown-{number}") }).to_string();
        let forged = signer.sign_texts(&header, &claims().to_string());
        scene.tells("POST /token", granted(&forged));
        let fault = scene.arrives_at(NOW.plus_seconds(number)).await.err();
        assert!(matches!(fault, Some(ProviderFault::IdTokenInvalid(_))), "{fault:?}");
    }
    assert_eq!(scene.asked_at("GET /jwks").await, 1, "they were fetched a moment before");
    for seconds in [60, 61, 119] {
        assert!(scene.arrives_at(NOW.plus_seconds(seconds)).await.is_err());
    }
    assert_eq!(scene.asked_at("GET /jwks").await, 2);
}

#[tokio::test]
async fn fed_09_a_key_that_is_new_is_found_and_an_old_one_is_no_longer_believed() {
    let (scene, _) = corp().await;
    scene.arrives().await.expect("everything is right");
    let (later, next) = (NOW.plus_seconds(60), signer("k2"));
    scene.tells("GET /jwks", json!({ "keys": [next.jwk()] }));
    let old = scene.script.0.lock().expect("no test panics").get("POST /token").cloned();
    scene.tells("POST /token", granted(&next.sign(&claims())));
    assert!(scene.arrives_at(later).await.is_ok());
    scene.says("POST /token", old.expect("it was said"));
    let fault = scene.arrives_at(later).await.err();
    assert!(matches!(fault, Some(ProviderFault::IdTokenInvalid(_))), "{fault:?}");
}

#[tokio::test]
async fn fed_09_fed_16_nothing_is_asked_at_places_that_are_not_on_the_internet() {
    for url in [
        "http://sso.example.com/x",
        "http://127.0.0.1/x",
        "https://127.0.0.1/x",
        "https://10.0.0.1/x",
        "https://keycloak/x",
        "https://other.example.com:9443/x",
        "https://user@other.example.com/x",
        "ftp://sso.example.com/x",
        "/x",
    ] {
        for endpoint in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
            let (scene, _) = corp().await;
            let moved = with(discovery(), endpoint, json!(url));
            scene.tells("GET /.well-known/openid-configuration", moved);
            let fault = match endpoint {
                "authorization_endpoint" => scene.departs().await.err(),
                _ => scene.arrives().await.err(),
            };
            assert!(matches!(fault, Some(ProviderFault::BadAnswer(_))), "{url}: {fault:?}");
        }
    }
    let (scene, _) = corp().await;
    scene.internet.name("rebound.example.com", &[[10, 0, 0, 1].into()]);
    let rebound = with(discovery(), "token_endpoint", json!("https://rebound.example.com/token"));
    scene.tells("GET /.well-known/openid-configuration", rebound);
    assert_eq!(scene.arrives().await.err(), Some(ProviderFault::Unreachable));
    assert!(!scene.internet.connected().iter().any(|to| to.ip().to_string() == "10.0.0.1"));
}

/// What the operator wrote may be anywhere: most providers of companies are.
#[tokio::test]
async fn fed_16_the_provider_itself_may_be_private() {
    let (scene, _) = corp().await;
    let private = std::net::IpAddr::from([10, 0, 0, 7]);
    scene.internet.name("sso.example.com", &[private]);
    assert_eq!(scene.departs().await.err(), Some(ProviderFault::Unreachable), "nobody listens");
    assert!(scene.internet.connected().iter().any(|to| to.ip() == private));
}

#[tokio::test]
async fn fed_16_a_discovery_document_of_somebody_else_is_refused() {
    let wrong = [
        ("issuer", json!("https://other.example.com")),
        ("issuer", json!("https://sso.example.com/")),
        ("issuer", json!(null)),
        ("token_endpoint", json!(null)),
        ("jwks_uri", json!(7)),
        ("response_types_supported", json!(["id_token"])),
        ("code_challenge_methods_supported", json!(["plain"])),
        ("id_token_signing_alg_values_supported", json!(["HS256", "none"])),
    ];
    for (name, member) in wrong {
        let (scene, _) = corp().await;
        let document = with(discovery(), name, member.clone());
        scene.tells("GET /.well-known/openid-configuration", document);
        for fault in [scene.departs().await.err(), scene.arrives().await.err()] {
            assert!(matches!(fault, Some(ProviderFault::BadAnswer(_))), "{name}: {fault:?}");
        }
        assert_eq!(scene.asked_at("POST /token").await, 0);
    }
}

/// RFC 9207 §2.4: who answers is looked at before a code is sent anywhere.
#[tokio::test]
async fn an_answer_of_another_issuer_is_refused_before_its_code_is_used() {
    let (scene, _) = corp().await;
    let arrive = async |iss| scene.provider.arrive(&Arrival { iss, ..arrival() }).await.err();
    for iss in [
        "https://other.example.com",
        "https://sso.example.com/",
        "https%3A%2F%2Fsso.example.com",
        "",
    ] {
        assert_eq!(arrive(Some(iss)).await, Some(ProviderFault::OtherIssuer), "{iss}");
    }
    assert_eq!(scene.asked_at("POST /token").await, 0);
    assert_eq!(arrive(Some(ISSUER)).await, None);
    assert_eq!(arrive(None).await, None, "it does not say that it names itself");
    let (scene, _) = corp().await;
    let named = with(discovery(), "authorization_response_iss_parameter_supported", json!(true));
    scene.tells("GET /.well-known/openid-configuration", named);
    assert_eq!(scene.arrives().await.err(), Some(ProviderFault::OtherIssuer), "it says so");
    assert_eq!(scene.provider.confirm_issuer(None, NOW).await, Err(ProviderFault::OtherIssuer));
    assert_eq!(scene.provider.confirm_issuer(Some(ISSUER), NOW).await, Ok(()));
}

#[tokio::test]
async fn a_person_can_be_sent_there_to_log_out() {
    let (scene, _) = corp().await;
    let farewell = scene.provider.farewell("https://auth.example.com/bye", NOW).await;
    let expected = "https://sso.example.com/logout?client_id=s6BhdRkqt3&post_logout_redirect_uri=https%3A%2F%2Fauth.example.com%2Fbye";
    assert_eq!(farewell.as_deref(), Some(expected));
    let (scene, _) = corp().await;
    scene.tells(
        "GET /.well-known/openid-configuration",
        with(discovery(), "end_session_endpoint", json!(null)),
    );
    assert_eq!(scene.provider.farewell("https://auth.example.com/bye", NOW).await, None);
}
