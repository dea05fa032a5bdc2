//! Hosts that the operator configured: what is private may be meant, a failure is told at once, and a refusal is an answer.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use sealbearer::upstream::{FetchError, Form, Limits, Reach, Settings, Target, Upstream, UrlFault};
use tokio::time::{Duration, Instant};
use wiremock::matchers::{body_string, header, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{BYTES_MAX, json};
use crate::support::internet::{Behind, Internet};

fn of_operator(internet: &Arc<Internet>) -> Upstream {
    let limits = Limits { deadline: Duration::from_mins(1), ..Limits::of_operator() };
    let settings = Settings { limits, ..Settings::default() };
    Upstream::of_operator(settings, Arc::<Internet>::clone(internet) as Arc<_>)
}

/// What each door says of a URL: the public one, that of a demonstration, the operator's.
#[test]
fn what_only_the_operator_may_name() {
    let table: &[(&str, [Option<UrlFault>; 3])] = &[
        ("https://idp.example.com/jwks", [None, None, None]),
        ("https://idp.example.com:9443/jwks", [Some(UrlFault::Port), Some(UrlFault::Port), None]),
        ("https://keycloak/jwks", [Some(UrlFault::Host), Some(UrlFault::Host), None]),
        ("https://10.0.0.7/jwks", [Some(UrlFault::Host), Some(UrlFault::Host), None]),
        ("http://127.0.0.1:4000/jwks", [Some(UrlFault::Host), None, None]),
        ("http://idp.example.com/jwks", [Some(UrlFault::Scheme); 3]),
        (
            "http://keycloak/jwks",
            [Some(UrlFault::Host), Some(UrlFault::Host), Some(UrlFault::Scheme)],
        ),
        ("https://me@keycloak/jwks", [Some(UrlFault::UserInformation); 3]),
        ("https://idp.example.com/jwks#a", [Some(UrlFault::Fragment); 3]),
        ("https://IDP.example.com/jwks", [Some(UrlFault::Malformed); 3]),
        (
            "https://keycloak:0/jwks",
            [Some(UrlFault::Host), Some(UrlFault::Host), Some(UrlFault::Port)],
        ),
    ];
    for (url, expected) in table {
        let found = [Reach::Public, Reach::Demonstration, Reach::Configured]
            .map(|reach| Target::parse(url, reach).err());
        assert_eq!(found, *expected, "{url}");
    }
}

#[tokio::test]
async fn a_form_is_sent_with_its_credentials_and_a_refusal_is_an_answer() {
    let site = MockServer::start().await;
    Mock::given(method("POST"))
        .and(header("authorization", "Basic YXBpOnMlMkZjcmV0"))
        .and(header("content-type", "application/x-www-form-urlencoded"))
        .and(body_string("token=a%2Bb&token_type_hint=access_token"))
        .respond_with(json("{\"active\":true}"))
        .mount(&site)
        .await;
    let refused = ResponseTemplate::new(401).set_body_raw("{\"error\":\"no\"}", "application/json");
    Mock::given(method("POST")).respond_with(refused).with_priority(9).mount(&site).await;
    let internet = Internet::new();
    internet.put(Ipv4Addr::LOCALHOST, site.address().port(), Behind::Listener(*site.address()));
    let upstream = of_operator(&internet);
    let target = upstream.target(&format!("{}/introspect", site.uri())).expect("it is loopback");
    let form = Form::new().field("token", "a+b").field("token_type_hint", "access_token");
    let answered =
        upstream.post_form(&target, &form.clone().basic("api", "s/cret"), BYTES_MAX).await;
    let answered = answered.expect("there is an answer");
    assert_eq!((answered.status, answered.bytes.as_slice()), (200, &b"{\"active\":true}"[..]));
    let answered = upstream.post_form(&target, &form, BYTES_MAX).await.expect("a refusal is one");
    assert_eq!(answered.status, 401);
}

#[tokio::test]
async fn what_fails_fails_at_once_and_other_statuses_are_no_answers() {
    let site = MockServer::start().await;
    for status in [500, 302, 201] {
        site.reset().await;
        let answer = ResponseTemplate::new(status).set_body_raw("{}", "application/json");
        Mock::given(method("POST")).respond_with(answer).mount(&site).await;
        let internet = Internet::new();
        internet.put(Ipv4Addr::LOCALHOST, site.address().port(), Behind::Listener(*site.address()));
        let upstream = of_operator(&internet);
        let target = upstream.target(&format!("{}/a", site.uri())).expect("it is loopback");
        let begun = Instant::now();
        let answered = upstream.post_form(&target, &Form::new(), BYTES_MAX).await;
        assert_eq!(answered.err(), Some(FetchError::Unavailable), "{status}");
        assert!(begun.elapsed() < Duration::from_secs(30), "it did not wait for the deadline");
    }
}

/// An address that belongs to nobody is nobody's host.
#[tokio::test]
async fn a_private_address_may_be_meant_and_an_unspecified_one_may_not() {
    let site = MockServer::start().await;
    let internet = Internet::new();
    let upstream = of_operator(&internet);
    let target = upstream.target("https://keycloak/a").expect("it may be configured");
    let private = IpAddr::from([10, 0, 0, 7]);
    for (address, is_asked) in [(private, true), (IpAddr::from([0, 0, 0, 0]), false)] {
        internet.name("keycloak", &[address]);
        internet.put(address, 443, Behind::Listener(*site.address()));
        assert!(upstream.fetch_json(&target, BYTES_MAX).await.is_err(), "it does not speak TLS");
        assert_eq!(internet.connected().iter().any(|to| to.ip() == address), is_asked);
    }
}
