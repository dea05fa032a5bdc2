//! Who is believed.

use std::process::Command;

use openssl::ssl::SslVersion;
use sealbearer::upstream::{FetchError, Settings, Upstream};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer};

use super::{HOST, LIMITS, URL, fetch, json, upstream};
use crate::support::authority::{AUTHORITY, Identity};
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

/// `SSL_CERT_FILE` is read by every process for itself, so this one is another.
#[test]
fn an_authority_of_the_environment_is_believed() {
    let file = std::env::temp_dir().join(format!("authority-{}.pem", std::process::id()));
    for (named, expected) in [(true, "1 passed"), (false, "0 passed; 1 failed")] {
        let mut ourselves = Command::new(std::env::current_exe().expect("it runs"));
        ourselves.args(["--exact", "upstream::tls::whom_the_environment_names", "--nocapture"]);
        ourselves.env("AUTHORITY_FILE", &file);
        if named {
            ourselves.env("SSL_CERT_FILE", &file);
        }
        let output = ourselves.output().expect("it starts");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains(expected), "{said}");
    }
    std::fs::remove_file(&file).expect("it was written");
}

/// With nothing in the environment there is nothing to see here.
#[tokio::test]
async fn whom_the_environment_names() {
    let Some(file) = std::env::var_os("AUTHORITY_FILE") else { return };
    std::fs::write(file, AUTHORITY.pem()).expect("it can be written");
    let (internet, _site) = super::answering(json("{}")).await;
    let settings = Settings { limits: LIMITS, ..Settings::default() };
    let upstream = Upstream::new(settings, internet);
    fetch(&upstream, URL).await.expect("the authority is believed");
}

#[tokio::test]
async fn an_authority_that_nobody_named_is_not_believed() {
    let (internet, site) = super::answering(json("{}")).await;
    let settings = Settings { limits: LIMITS, ..Settings::default() };
    let upstream = Upstream::new(settings, internet);
    assert_eq!(fetch(&upstream, URL).await.err(), Some(FetchError::Unavailable));
    assert_eq!(site.received_requests().await.expect("requests are kept").len(), 0);
}
