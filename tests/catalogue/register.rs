//! Registration: what a stranger says of itself, and client ids that are not of here.

use serde_json::json;

use super::{deployment, everywhere};
use crate::support::{
    ALICE, Ask, Browser, Client, Deployment, ISSUER, Node, Reply, Serve, altered,
};

fn register(at: &impl Serve, metadata: &serde_json::Value) -> Reply {
    at.serve(&Ask::json("/oauth/register", metadata))
}

/// A name in a redirect URI stands for itself: nothing in it means "any".
#[test]
fn dcr_01_there_are_no_wildcards_and_no_more_or_longer_uris_than_any_client_needs() {
    for at in everywhere(&deployment()) {
        for uri in [
            "https://*.example.com/cb",
            "https://*/cb",
            "https://app.example.com:*/cb",
            "https://[*]/cb",
            "*",
            "https://app.example.com*.evil/",
        ] {
            let reply = register(&at, &json!({ "redirect_uris": [uri] }));
            assert_eq!(reply.error(), "400 invalid_redirect_uri", "{uri}");
        }
        let many: Vec<_> = (0..11).map(|number| format!("https://a.example/{number}")).collect();
        assert_eq!(
            register(&at, &json!({ "redirect_uris": many })).error(),
            "400 invalid_redirect_uri"
        );
        let long = format!("https://a.example/{}", "x".repeat(512));
        assert_eq!(
            register(&at, &json!({ "redirect_uris": [long] })).error(),
            "400 invalid_redirect_uri"
        );
        let everywhere = json!({ "redirect_uris": ["https://app.example.com/*"], "token_endpoint_auth_method": "none" });
        let literal = register(&at, &everywhere);
        if literal.status == 201 {
            let client = Client::of(&literal);
            let other = client.request().with("redirect_uri", "https://app.example.com/anything");
            assert_eq!(Browser::default().open(&at, &other.uri()).status, 400, "a star is a star");
        }
    }
}

#[test]
fn dcr_03_links_to_elsewhere_are_neither_kept_nor_shown() {
    let links = [
        "http://169.254.169.254/logo",
        "data:image/svg+xml,<svg/>",
        "javascript:alert(1)",
        "https://evil.example/logo.svg",
    ];
    for at in everywhere(&deployment()) {
        for link in links {
            let metadata = json!({
                "redirect_uris": ["https://app.example.com/cb"],
                "token_endpoint_auth_method": "none",
                "logo_uri": link,
                "client_uri": link,
                "policy_uri": link,
                "tos_uri": link,
            });
            let reply = register(&at, &metadata);
            assert!(
                !reply.body.contains("logo") && !reply.body.contains("_uri\":"),
                "{}",
                reply.body
            );
            let client = Client::of(&reply);
            let mut browser = Browser::default();
            let page = browser.open(&at, &client.request().uri());
            let page = browser.log_in(&at, &page, ALICE);
            for trace in ["<img", "logo", "evil", "169.254"] {
                assert!(!page.body.contains(trace), "{trace}");
            }
        }
    }
}

#[test]
fn dcr_12_a_software_statement_changes_nothing() {
    let plain = json!({ "client_name": "x", "redirect_uris": ["https://app.example.com/cb"], "token_endpoint_auth_method": "none" });
    for at in everywhere(&deployment()) {
        let expected = register(&at, &plain);
        for statement in [
            "eyJhbGciOiJub25lIn0.eyJzY29wZSI6Im1jcDphZG1pbiJ9.",
            "garbage",
            "eyJhbGciOiJIUzI1NiJ9.eyJjbGllbnRfbmFtZSI6ImV2aWwifQ.AAAA",
        ] {
            let mut metadata = plain.clone();
            metadata["software_statement"] = statement.into();
            assert_eq!(register(&at, &metadata).body, expected.body, "{statement}");
        }
    }
}

/// At the authorization endpoint a page, at the token endpoint `invalid_client`, on which clients register again.
fn assert_unknown(at: &impl Serve, id: &str, why: &str) {
    let nobody = Client::known(id, Some("x"), "https://app.example.com/callback");
    let page = Browser::default().open(at, &nobody.request().uri());
    assert_eq!((page.status, page.header("location")), (400, None), "{why}");
    assert_eq!(nobody.redeem(at, "x").error(), "401 invalid_client", "{why}");
}

#[test]
fn dcr_10_a_client_id_that_is_not_ours_is_nobody_and_a_lost_key_takes_its_clients_along() {
    let other_ring = deployment().with_secret("/Pn2xnP4TC5Nk31PB20ABOPVs6NaaBzsKzUBGMZWsRc=");
    for (at, elsewhere) in everywhere(&deployment()).into_iter().zip(everywhere(&other_ring)) {
        for client in [Client::public(&at), Client::confidential(&at)] {
            assert_unknown(&at, &altered(&client.id), "altered");
            assert_unknown(&at, &client.id[..client.id.len() - 1], "cut");
            assert_unknown(&at, &format!("{}A", client.id), "extended");
            assert_unknown(&at, &client.code(&at), "a code");
            assert_unknown(&elsewhere, &client.id, "of a ring without its key");
        }
    }
}

#[test]
fn dcr_11_a_registration_of_another_issuer_is_nobodys_even_with_the_same_secret() {
    let staging = Node::start(&deployment().at("https://staging.example.com"));
    for at in everywhere(&deployment()) {
        assert_ne!(staging.issuer(), ISSUER);
        for client in [Client::public(&staging), Client::confidential(&staging)] {
            assert_unknown(&at, &client.id, "of another issuer");
        }
    }
}

#[test]
fn dcr_02_who_calls_itself_like_a_configured_client_is_told_from_it() {
    let settings = "name = \"Web application\"\nredirect_uris = [\"https://app.example.com/callback\"]\nconsent = \"always\"";
    let deployment = Deployment::usual().with_client("web", None, settings);
    for at in everywhere(&deployment) {
        let impostor = register(
            &at,
            &json!({
                "client_name": "Web application",
                "redirect_uris": ["https://app.example.com/callback"],
                "token_endpoint_auth_method": "none",
            }),
        );
        let real = Client::known("web", None, "https://app.example.com/callback");
        let page_of = |client: &Client| {
            let mut browser = Browser::default();
            let page = browser.open(&at, &client.request().uri());
            crate::support::visible(&browser.log_in(&at, &page, ALICE).body)
        };
        let (impostor, real) = (page_of(&Client::of(&impostor)), page_of(&real));
        assert!(
            impostor.contains("registered by itself") || impostor.contains("registered itself"),
            "{impostor}"
        );
        assert!(
            !real.contains("registered by itself") && !real.contains("registered itself"),
            "{real}"
        );
    }
}
