//! Mistakes are told when a validator is made, and nothing secret is shown by one.

use sealbearer::resource::{Introspected, Keys, Mistake, Signed, Validator};

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
