//! Who is believed.

use openssl::ssl::SslVersion;
use sealbearer::upstream::{FetchError, Settings, Upstream};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer};

use super::{HOST, LIMITS, URL, fetch, json, upstream};
use crate::support::authority::Identity;
use crate::support::internet::Internet;

/// What comes of a host that proves `identity` with at most this version.
async fn with(identity: Identity, newest: Option<SslVersion>) -> Result<(), FetchError> {
    let site = MockServer::start().await;
    Mock::given(any()).respond_with(json("{}")).mount(&site).await;
    let internet = Internet::new();
    internet.host_with(HOST, &identity, *site.address(), newest).await;
    let fetched = fetch(&upstream(&internet), URL).await;
    assert_eq!(internet.connected().len(), 1);
    let asked = site.received_requests().await.expect("requests are kept").len();
    assert_eq!(asked, usize::from(fetched.is_ok()), "an unproven host is not even asked");
    fetched.map(drop)
}

#[tokio::test]
async fn ssrf_21_a_host_that_does_not_prove_its_name_is_not_asked() {
    assert_eq!(with(Identity::of(HOST), None).await, Ok(()));
    assert_eq!(with(Identity::of(HOST), Some(SslVersion::TLS1_2)).await, Ok(()));
    let refused = Err(FetchError::Unavailable);
    assert_eq!(with(Identity::self_signed(HOST), None).await, refused, "self-signed");
    assert_eq!(with(Identity::expired(HOST), None).await, refused, "expired");
    assert_eq!(with(Identity::of("other.example.com"), None).await, refused, "another name");
    assert_eq!(with(Identity::of(HOST), Some(SslVersion::TLS1_1)).await, refused, "TLS 1.1");
}

#[tokio::test]
async fn an_authority_that_nobody_named_is_not_believed() {
    let (internet, site) = super::answering(json("{}")).await;
    let settings = Settings { limits: LIMITS, ..Settings::default() };
    let upstream = Upstream::new(settings, internet);
    assert_eq!(fetch(&upstream, URL).await.err(), Some(FetchError::Unavailable));
    assert_eq!(site.received_requests().await.expect("requests are kept").len(), 0);
}
