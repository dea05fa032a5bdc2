//! Providers in trouble: everybody hears of it soon, and nobody else is concerned.

use proptest::prelude::*;
use sealbearer::upstream::identity::ProviderFault;
use sealbearer::upstream::identity::circuit::{Circuit, FAILURES_MAX, OPEN_SECONDS};
use serde_json::json;
use tokio::time::Instant;
use wiremock::ResponseTemplate;

use super::*;

#[tokio::test]
async fn whatever_a_provider_answers_there_is_a_cause_and_a_remedy() {
    let (scene, _) = corp().await;
    let html = ResponseTemplate::new(200).set_body_raw("<html>Sign in</html>", "text/html");
    let broken = ResponseTemplate::new(200).set_body_raw("{\"access_token\":", "application/json");
    let twice = r#"{"access_token":"a","access_token":"b","token_type":"Bearer"}"#;
    let huge = format!("{{\"x\":\"{}\"}}", "x".repeat(70_000));
    let json =
        |text: &str| ResponseTemplate::new(200).set_body_raw(text.to_owned(), "application/json");
    for (answer, expected) in [
        (html, "BadAnswer"),
        (broken, "BadAnswer"),
        (json(twice), "BadAnswer"),
        (json(&huge), "BadAnswer"),
        (json("[]"), "BadAnswer"),
        (json("{}"), "BadAnswer"),
        (ResponseTemplate::new(201).set_body_json(json!({})), "BadAnswer"),
        (
            ResponseTemplate::new(302).append_header("location", "https://evil.example.com"),
            "Failed",
        ),
        (ResponseTemplate::new(502).set_body_string("<html>Bad gateway</html>"), "Failed"),
        (ResponseTemplate::new(500).set_body_json(json!({ "error": "server_error" })), "Failed"),
        (ResponseTemplate::new(400).set_body_json(json!({ "error": "invalid_grant" })), "Refused"),
        (ResponseTemplate::new(401).set_body_json(json!({ "error": "what else" })), "Refused"),
    ] {
        scene.says("POST /token", answer);
        let fault = scene.arrives().await.expect_err("it is no answer");
        assert!(format!("{fault:?}").starts_with(expected), "{fault:?} is not {expected}");
        assert!(fault.cause().ends_with('.') && fault.remedy().ends_with('.'), "{fault:?}");
    }
}

#[tokio::test]
async fn a_slow_provider_is_waited_for_so_long_and_keeps_nobody_else_waiting() {
    let (slow, _) = corp().await;
    let (quick, _) = corp().await;
    let late =
        ResponseTemplate::new(200).set_body_json(json!({})).set_delay(Duration::from_mins(1));
    slow.says("POST /token", late);
    let begun = Instant::now();
    let (late, soon) = tokio::join!(slow.arrives(), async {
        let arrived = quick.arrives().await;
        (arrived, begun.elapsed())
    });
    assert_eq!(late.err(), Some(ProviderFault::TimedOut));
    assert!(begun.elapsed() < LIMITS.deadline * 2);
    assert!(soon.0.is_ok() && soon.1 < LIMITS.deadline, "{:?}", soon.1);
}

/// Each answer comes in time, and all of them together do not.
#[tokio::test]
async fn a_provider_that_is_slow_at_everything_is_waited_for_as_a_whole() {
    let (scene, signer) =
        corp_with(&format!("{CORP}[[providers.groups]]\nname = \"ops\"\nscopes = []\n")).await;
    scene.tells("POST /token", granted(&signer.sign(&claims())));
    scene.tells("GET /userinfo", json!({ "sub": "248289761001", "groups": ["ops"] }));
    for answer in scene.script.0.lock().expect("no test panics in here").values_mut() {
        *answer = answer.clone().set_delay(Duration::from_millis(400));
    }
    let settings = Settings { authorities: AUTHORITY.pem(), ..Settings::default() };
    let way_out = Upstream::new(settings, Arc::<Internet>::clone(&scene.internet) as Arc<_>);
    let limits = Limits { deadline: Duration::from_millis(500), ..LIMITS };
    let provider = Provider::within(scene.config.settings.clone(), &way_out, limits);
    let begun = Instant::now();
    assert_eq!(provider.arrive(&arrival()).await.err(), Some(ProviderFault::TimedOut));
    assert!(begun.elapsed() < Duration::from_millis(1_600), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_provider_that_fails_again_and_again_is_left_alone_and_tried_again() {
    let (scene, _) = corp().await;
    let right = scene.script.0.lock().expect("no test panics").get("POST /token").cloned();
    scene.says("POST /token", ResponseTemplate::new(503));
    for _ in 0..FAILURES_MAX {
        assert_eq!(scene.arrives().await.err(), Some(ProviderFault::Failed));
    }
    let asked = scene.asked_at("POST /token").await;
    assert_eq!(scene.arrives().await.err(), Some(ProviderFault::CircuitOpen));
    assert_eq!(scene.departs().await.err(), Some(ProviderFault::CircuitOpen), "in vain");
    assert_eq!(scene.asked_at("POST /token").await, asked);
    scene.says("POST /token", right.expect("it was said"));
    assert!(scene.arrives_at(NOW.plus_seconds(OPEN_SECONDS)).await.is_ok());
    assert!(scene.arrives().await.is_ok());
}

/// Wrong codes are the business of who sends them: nobody can close a provider for others by sending many.
#[tokio::test]
async fn refusals_do_not_open_the_circuit() {
    let (scene, _) = corp().await;
    let refusal = ResponseTemplate::new(400).set_body_json(json!({ "error": "invalid_grant" }));
    scene.says("POST /token", refusal);
    for _ in 0..3 * FAILURES_MAX {
        assert!(matches!(scene.arrives().await, Err(ProviderFault::Refused { .. })));
    }
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_is_said_to_be() {
    let (scene, _) = corp().await;
    scene.internet.name("sso.example.com", &[[198, 35, 26, 1].into()]);
    for fault in [scene.departs().await.err(), scene.arrives().await.err()] {
        assert_eq!(fault, Some(ProviderFault::Unreachable));
    }
    let impostor = Scene::new(CORP, &[]).await;
    let host = Host::of("other.example.com");
    impostor.internet.host("sso.example.com", &host, &impostor.site).await;
    assert_eq!(impostor.departs().await.err(), Some(ProviderFault::Unreachable), "another name");
    assert_eq!(impostor.asked().await, Vec::<String>::new());
}

proptest! {
    #![proptest_config(super::super::config())]

    /// After so many failures in a row it is asked once in so many seconds, and after one answer as ever.
    #[test]
    fn a_circuit_follows_what_happened(steps in proptest::collection::vec((0_u64..20, 0_u8..3), 0..60)) {
        let (circuit, mut now) = (Circuit::default(), NOW);
        let (mut failures, mut asks_again_at) = (0, NOW);
        for (seconds, outcome) in steps {
            now = now.plus_seconds(seconds);
            let is_open = failures >= FAILURES_MAX && now < asks_again_at;
            prop_assert_eq!(circuit.is_closed(now).is_err(), is_open);
            prop_assert_eq!(circuit.enter(now).is_err(), is_open);
            if is_open {
                continue;
            }
            if failures >= FAILURES_MAX {
                asks_again_at = now.plus_seconds(OPEN_SECONDS);
            }
            let outcome = match outcome {
                0 => Ok(()),
                1 => Err(ProviderFault::TimedOut),
                _ => Err(ProviderFault::Busy),
            };
            circuit.note(&outcome, now);
            match outcome {
                Ok(()) => failures = 0,
                Err(ProviderFault::TimedOut) => {
                    failures += 1;
                    asks_again_at = now.plus_seconds(OPEN_SECONDS);
                }
                Err(_) => {}
            }
        }
    }
}
