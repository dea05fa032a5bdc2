//! What a host learns of whoever asks, and what the environment cannot change.

use std::process::Command;
use std::sync::Arc;

use sealbearer::upstream::{Network as _, RealNetwork, Settings, Upstream};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer};

use super::{URL, answering, fetch, json, upstream};

#[tokio::test]
async fn a_request_says_who_asks_and_nothing_else() {
    let (internet, site) = answering(json("{}").append_header("set-cookie", "a=b")).await;
    let upstream = upstream(&internet);
    for _ in 0..2 {
        fetch(&upstream, URL).await.expect("it answers");
    }
    for request in site.received_requests().await.expect("requests are kept") {
        let mut headers: Vec<_> = request
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().expect("it is text")))
            .collect();
        headers.sort();
        let expected = [
            "accept-encoding: identity",
            "accept: application/json",
            "connection: close",
            "host: client.example.com",
            "user-agent: Sealbearer/test (+https://auth.example.com)",
        ];
        assert_eq!(headers, expected, "no cookie, no credential, no referrer");
        assert_eq!((request.method.as_str(), request.url.path()), ("GET", "/client.json"));
        assert!(request.body.is_empty());
    }
    assert_eq!(internet.connected().len(), 2, "no connection is used twice");
}

/// Asked through a network that is the system's, in a process whose environment is hostile.
#[test]
fn ssrf_19_proxy_variables_are_not_read() {
    let ourselves = std::env::current_exe().expect("it runs");
    let output = Command::new(ourselves)
        .args(["--exact", "upstream::names::loopback_is_asked_directly", "--nocapture"])
        .envs(
            ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"]
                .map(|name| (name, "http://127.0.0.1:9")),
        )
        .env("NO_PROXY", "")
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
async fn loopback_is_asked_directly() {
    let site = MockServer::start().await;
    Mock::given(any()).respond_with(json("{}")).mount(&site).await;
    let settings = Settings { allow_loopback: true, ..Settings::default() };
    let upstream = Upstream::new(settings, Arc::new(RealNetwork::default()));
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("http://{host}:{}/client.json", site.address().port());
        fetch(&upstream, &url).await.unwrap_or_else(|error| panic!("{url}: {error:?}"));
    }
}

#[tokio::test]
async fn the_system_resolves_loopback_to_itself() {
    let found = RealNetwork::default().resolve("localhost").await.expect("every system has one");
    assert!(!found.is_empty() && found.iter().all(std::net::IpAddr::is_loopback));
}
