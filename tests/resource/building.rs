//! Mistakes are told when a validator is made, and nothing secret is shown by one.

use std::sync::Arc;

use sealbearer::resource::{Dpop, Introspected, Keys, Mistake, Signed, Validator};
use sealbearer::upstream::{RealNetwork, Settings, Upstream};
use serde_json::{Value, json};

use super::{Issuer, bearing, builder};
use crate::support::Clock;

const ISSUER: &str = "https://idp.example.com";

#[test]
fn every_mistake_and_how_it_is_told() {
    let to = |resource| Validator::new(resource).trusts(Signed::by(ISSUER)).build().err();
    for resource in [
        "mcp",
        "ftp://a.example/mcp",
        "http://a.example/mcp",
        "https://a.example/#a",
        "https://me@a.example/",
    ] {
        assert_eq!(to(resource), Some(Mistake::Resource(resource.to_owned())), "{resource}");
    }
    for resource in [
        "https://a.example",
        "https://a.example/mcp?a=b",
        "http://127.0.0.1:9/mcp",
        "http://[::1]/",
    ] {
        assert_eq!(to(resource), None, "{resource}");
    }
    let here = || Validator::new("https://a.example/mcp");
    let asked = |issuer| Introspected::by(issuer, "id", "secret");
    let rows = [
        here().build(),
        here().trusts(Signed::by("http://idp.example.com")).build(),
        here().trusts(Signed::by("idp")).build(),
        here()
            .trusts(Signed::by(ISSUER).keys(Keys::At("http://idp.example.com/keys".to_owned())))
            .build(),
        here().trusts(asked(ISSUER).at("http://idp.example.com/introspect")).build(),
        here().trusts(Signed::by(ISSUER)).trusts(asked(ISSUER)).build(),
        here().trusts(asked(ISSUER)).trusts(asked("https://other.example")).build(),
    ];
    let told = rows.map(|built| built.expect_err("it is a mistake").to_string());
    insta::assert_snapshot!(told.join("\n"), @r#"
    no authority is trusted; add one with `trusts`
    the issuer "http://idp.example.com" cannot be asked: it must be an https URL
    the issuer "idp" cannot be asked: it is no absolute URL in its canonical spelling
    the keys "http://idp.example.com/keys" cannot be asked: it must be an https URL
    the introspection endpoint "http://idp.example.com/introspect" cannot be asked: it must be an https URL
    "https://idp.example.com" is trusted twice; keep one of the two
    "https://other.example" and another authority are asked about tokens that name no issuer; keep one of the two
    "#);
    for issuer in [
        "https://idp.example.com",
        "https://idp.example.com/",
        "https://idp/realms/a",
        "http://localhost:4000",
    ] {
        assert!(here().trusts(Signed::by(issuer)).build().is_ok(), "{issuer}");
    }
}

#[test]
fn no_secret_is_shown() {
    let asked = Introspected::by(ISSUER, "the-client", "the-secret");
    let shown = format!("{asked:?}");
    assert!(shown.contains("the-client") && !shown.contains("the-secret"), "{shown}");
    let validator =
        Validator::new("https://a.example/mcp").trusts(asked).build().expect("complete");
    assert!(!format!("{validator:?}").contains("the-secret"));
}

/// RFC 9728 §2: clients learn beforehand whether they need a key.
#[test]
fn the_metadata_say_whether_tokens_are_bound_to_keys() {
    let here = || Validator::new("https://a.example/mcp").trusts(Signed::by(ISSUER));
    for (builder, is_required) in [
        (here(), Value::Null),
        (here().dpop(Dpop::allowed()), json!(false)),
        (here().dpop(Dpop::required()), json!(true)),
    ] {
        let validator = builder.build().expect("it is complete");
        let document: Value = serde_json::from_str(validator.metadata()).expect("it is JSON");
        assert_eq!(document["dpop_bound_access_tokens_required"], is_required);
        let names_algorithms = document["dpop_signing_alg_values_supported"].is_array();
        assert_eq!(names_algorithms, !is_required.is_null());
    }
}

#[tokio::test]
async fn an_issuer_hears_who_asks() {
    let clock = Clock::new();
    let settings = Settings { user_agent: "Ours/1".to_owned(), ..Settings::default() };
    let ours = Arc::new(Upstream::of_operator(settings, Arc::new(RealNetwork::default())));
    let usual = format!("Sealbearer/{} (resource server)", env!("CARGO_PKG_VERSION"));
    for (upstream, expected) in [(None, usual.as_str()), (Some(ours), "Ours/1")] {
        let issuer = Issuer::start().await;
        let builder = builder(&clock).trusts(Signed::by(&issuer.name()));
        let builder = match upstream {
            Some(upstream) => builder.upstream(upstream),
            None => builder,
        };
        let validator = builder.build().expect("it is complete");
        assert!(bearing(&validator, &issuer.token(&issuer.claims(&clock))).await.is_ok());
        let requests = issuer.site.received_requests().await.expect("they are recorded");
        assert!(!requests.is_empty());
        for request in requests {
            assert_eq!(request.headers["user-agent"], expected, "{}", request.url);
        }
    }
}
