//! The way out: what it refuses to ask, how it asks, what it remembers. Cases SSRF-01 to SSRF-21 of the catalogue.

mod addresses;
mod answers;
mod cached;
mod crowds;
mod freshness;
mod identity;
mod names;
mod operator;
mod probing;
mod tls;
mod urls;

use std::sync::Arc;

use proptest::test_runner::{Config as ProptestConfig, FileFailurePersistence};
use sealbearer::upstream::{FetchError, Fetched, Limits, Settings, Upstream};
use tokio::time::Duration;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::authority::{AUTHORITY, Identity};
use crate::support::internet::Internet;

/// The host of these tests, and a document of it.
const HOST: &str = "client.example.com";
const URL: &str = "https://client.example.com/client.json";
/// As the server has it, but for patience: failures always take as long as the deadline.
const LIMITS: Limits = Limits {
    deadline: Duration::from_millis(1_200),
    at_once_max: 32,
    at_once_per_host_max: 2,
    pending_max: 256,
};
/// The most that these tests read.
const BYTES_MAX: usize = 5 * 1024;

/// Findings are kept beside the tests.
fn config() -> ProptestConfig {
    let kept = FileFailurePersistence::WithSource("regressions");
    ProptestConfig { failure_persistence: Some(Box::new(kept)), ..ProptestConfig::default() }
}

/// A way out into `internet`, believing the authority of the tests.
fn upstream(internet: &Arc<Internet>) -> Upstream {
    upstream_with(internet, LIMITS, false)
}

fn upstream_with(internet: &Arc<Internet>, limits: Limits, allow_loopback: bool) -> Upstream {
    let settings = Settings {
        allow_loopback,
        user_agent: "Sealbearer/test (+https://auth.example.com)".to_owned(),
        authorities: AUTHORITY.pem(),
        limits,
    };
    Upstream::new(settings, Arc::<Internet>::clone(internet) as Arc<_>)
}

/// Fetches `url`, which must be one that can be.
async fn fetch(upstream: &Upstream, url: &str) -> Result<Fetched, FetchError> {
    let target = upstream.target(url).unwrap_or_else(|fault| panic!("{url}: {fault:?}"));
    upstream.fetch_json(&target, BYTES_MAX).await
}

/// An internet in which [`HOST`] answers everything with `response`.
async fn answering(response: ResponseTemplate) -> (Arc<Internet>, MockServer) {
    let site = MockServer::start().await;
    Mock::given(any()).respond_with(response).mount(&site).await;
    let internet = Internet::new();
    internet.host(HOST, &Identity::of(HOST), &site).await;
    (internet, site)
}

/// A response with a JSON body.
fn json(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body.as_bytes(), "application/json")
}
